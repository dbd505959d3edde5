#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Whole lives of the workloads that wait, and what the report says of them, beside what each thread
# of theirs says of itself by the kernel's books and its own clock.
. "$(dirname "$0")/lib.sh"

# whole NAME OPTION...: captures it from its first instruction to its end; what it says is then in
# $dir/own.json, the report in $dir/report.json.
whole() {
  record "$dir/whole.db" --force -- "$WALLFLAME_WORKLOAD" "$@" --json
  mv "$dir/out" "$dir/own.json"
  report_json "$dir/whole.db" >"$dir/report.json"
}

own() { jq "$@" "$dir/own.json"; }
told() { jq "$@" "$dir/report.json"; }

# A line a thread: its name; running, waiting for a CPU and blocked, of the report and its own; and the
# part of its life before its work begins and after it ends, in which the threads wait for each other.
thread_lines() {
  jq -r --slurpfile own "$dir/own.json" '
    (.threads | map({key: .comm, value: .}) | from_entries) as $told |
    $own[0].per_thread[] | . as $own | $told[.name] | .states as $s |
    [.comm, $s.running, $own.run_ns, $s.woken + $s.preempted, $own.delay_ns,
      $s.interruptible + $s.uninterruptible + $s["io-wait"], $own.blocked_ns,
      .life_ns - $own.life_ns] | @tsv' "$dir/report.json"
}

# Within 1 %, or what there was outside of the work and 1 ms: the clocks of a thread are not read in
# one moment. How many threads are not? Where sleepers were moved, the kernel's books have the rest of
# that sleep as waiting (docs/engines.md): so it is what they say of both that is compared.
strange_threads() {
  local moved
  moved=$(sql "$dir/whole.db" "SELECT count(*) FROM loss WHERE kind = 'moved-sleeps'")
  thread_lines >"$dir/threads"
  [ -s "$dir/threads" ] || fail "no thread of the workload is in the report"
  awk -F'\t' -v moved="$moved" '
    function off(told, own) { d = told > own ? told - own : own - told
      room = 0.01 * own; least = $8 + 1e6; return d > (room > least ? room : least) }
    moved && $4 < $5 { $6 += $4 - $5; $4 = $5 }
    $8 < 0 || off($2, $3) || off($4, $5) || off($6, $7) { print > "/dev/stderr"; odd++ }
    END { print odd + 0 }' "$dir/threads"
}

# On a loaded machine a thread may lose its CPU between two looks at its clocks: it may be tried again.
check_threads() { # NAME OPTION...
  local try
  note "$*: the threads"
  for try in 1 2 3; do
    whole "$@"
    check_conservation "$1" "$dir/whole.db"
    [ "$(strange_threads)" != 0 ] || return 0
  done
  wrong "$*: threads off their own books in each of $try captures"
}

check_threads dir-lock --seconds 1.5
check_threads cond-wait --seconds 1
check_threads epoll-file --seconds 1
check_threads file-service --seconds 1.5
check_threads readahead-defeat --pattern same-page --seconds 1
same "readahead-defeat: first of all causes that are no waiting for a CPU" "$(told '
  [.causes[] | select(.idle or (.path | startswith("switching")) | not)] | max_by(.ns) | .path')" \
  '"page-cache/fill-wait"'

# Waits for the mutex: by the program's clock each ends when it runs again, so it is the wall time in the
# kernel's function that is asked for, which is sampled and has an interval: of three one may miss.
inside=0
for try in 1 2 3; do
  check_threads futex --slow-holder --threads 4 --seconds 2
  waited=$(own '.operation_ns + .slow_wait_ns')
  note "try $try: waited $waited ns, by the report $(told -c '.functions[] |
    select(.name == "futex-wait") | [.wall_low, .wall_ns, .wall_high]')"
  if told ".functions[] | select(.name == \"futex-wait\") |
    .wall_low <= $waited and $waited <= .wall_high" | grep -qx true; then
    inside=$((inside + 1))
  fi
done
holds "captures whose interval holds the waiting" "$inside >= 2"

# Each nap with the mutex in hand is a sleep, each of the slow holder two; one it is woken from to end.
note "the slow holder"
near "sleeps" "$(told '.syscalls[] | select(.name == "clock_nanosleep") | .count')" \
  "$(own '.operations + 2 * .slow_holds + 1')" 0.01 0
same "slow holds" "$(own .slow_holds)" 2
holds "of the causes, lock/futex" "$(told '[.causes[] | select(.idle | not)] |
  max_by(.ns) | .path == "lock/futex"' | grep -c true) == 1"
# Its naps by name and length; and those it kept waiting, four in each, but for who had no CPU to want the
# mutex with.
same "its long naps" "$(told '[.spans[] | select(.comm == "slow-holder" and
  .syscall == "clock_nanosleep" and .ns > 49e6 and .ns < 240e6)] | length')" 2
near "the longest of them" "$(told '[.spans[] | select(.comm == "slow-holder" and .ns < 240e6) |
  .ns] | max')" "$(own .slow_hold_max_ns)" 0.01 1000000
holds "waits of 40 ms and more" "$(told '[.spans[] | select((.comm | startswith("futex/")) and
  .syscall == "futex" and .ns > 40e6)] | length') >= 6"
holds "named as what they are, but for a stack that was not drawn" "$(told '[.spans[] |
  select(.syscall == "futex" and .ns > 40e6 and .cause == "lock/futex")] | length') >= 4"

# In the picture it has a tower of its own, as wide as its naps are long.
folded "$dir/whole.db" wall >"$dir/folded"
near "the tower of its naps" "$(awk '/;slow-holder;.*;futex__turn.*nanosleep/ { ns += $NF }
  END { printf "%.0f", ns }' "$dir/folded")" "$(own .slow_hold_ns)" 0.02 1000000

note "dput: the dentries' locks are those fought for"
for try in 1 2 3; do
  check_threads dput --threads "$(nproc)" --seconds 1
  dentry=$(told '[.causes[] | select(.path == "lock/dentry") | .ns] | add // 0')
  told '[.causes[] | select(.path | startswith("lock/"))] | max_by(.ns) | {path, ns}'
  # Threads that never ran at the same time had nothing to fight for: again.
  if told '[.causes[] | select(.path | startswith("lock/"))] | max_by(.ns) | .path' |
    grep -q dentry && [ "$dentry" -gt 0 ]; then
    break
  fi
  [ "$try" -lt 3 ] || wrong "dput: lock/dentry leads in none of $try captures"
done

# The four parts, as shares of them all, and of the lives of their threads.
check_mixture() { # OPTION...
  local part own_sum told_sum own_life told_life
  note "mixture $*"
  check_threads mixture --seconds 4 "$@"
  jq -r --slurpfile own "$dir/own.json" '
    def group($name): [.causes[] | select(.path | startswith($name)) | .ns] | add // 0;
    $own[0] as $o | [["fd", $o.fd_ns, group("fd-allocation/")],
      ["page", $o.page_ns, group("page-cache/")], ["futex", $o.futex_ns, group("lock/futex")],
      ["cpu", $o.cpu_ns, group("cpu/user")]] as $rows |
    ($rows | map(.[1]) | add) as $own_sum | ($rows | map(.[2]) | add) as $told_sum |
    ([$o.per_thread[] | select(.operations > 0) | .life_ns] | add) as $own_life |
    ([.threads[] | select(.comm | startswith("mixture/")) | .life_ns] | add) as $told_life |
    $rows[] | [.[0], 100 * .[1] / $own_sum, 100 * .[2] / $told_sum, 100 * .[1] / $own_life,
      100 * .[2] / $told_life] | @tsv' "$dir/report.json" >"$dir/shares"
  while read -r part own_sum told_sum own_life told_life; do
    note "$part: $told_sum % of the four, its own $own_sum; of all time $told_life %, $own_life"
    near "$part, of the four" "$told_sum" "$own_sum" 0 2
    near "$part, of all time" "$told_life" "$own_life" 0 2
  done <"$dir/shares"
  same "parts compared" "$(wc -l <"$dir/shares")" 4
}
check_mixture --fd 20 --page 30 --futex 25 --cpu 25
check_mixture --fd 60 --page 10 --futex 10 --cpu 20 --seed 2
