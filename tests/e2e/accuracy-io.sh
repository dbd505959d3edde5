#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Is wallflame right, by the workloads' own clocks and counts? Each workload of descriptors, of reads and
# of their cures is captured from its first to its last moment, and the report compared with what each
# thread says of itself: its states, its calls, and the time in its operations.
. "$(dirname "$0")/lib.sh"

# capture ID WORKLOAD OPTION...: the workload's account as $dir/ID.json, the report as $dir/ID.report.
capture() {
  local id=$1
  shift
  record "$dir/$id.db" --force "${backend[@]}" -- "$WALLFLAME_WORKLOAD" "$@" --json
  cp "$dir/out" "$dir/$id.json"
  report_json "$dir/$id.db" >"$dir/$id.report"
}
backend=()

truth() { jq "$2" "$dir/$1.json"; }

# Threads of one name are rounds of one thread: both sides have their sum. By the number, too: who is still
# on the way out when the capture ends has no name in /proc any more, and may have that of its process.
# States as the kernel's books have them: blocked is what is neither running nor waiting for a CPU. What a
# thread waits in exit(2) comes after its last look at the clock: it is in the capture alone, and taken off.
threads() { # ID: name, then running, waiting, blocked by the capture, the same by the workload, 1 % of its life
  sql -json "$dir/$1.db" "SELECT tid, comm, sum(iif(state = 1, ns, 0) + runqueue_ns) AS waited,
    sum(iif(state > 1, ns, 0)) AS blocked FROM ledger JOIN thread ON thread.id = thread
    WHERE syscall = 60 GROUP BY tid, comm UNION SELECT 0, '', 0, 0" >"$dir/exits"
  jq -r --slurpfile report "$dir/$1.report" --slurpfile exits "$dir/exits" '.per_thread[] | . as $own |
    def own: map(select(.comm == $own.name or .tid == $own.tid));
    ($report[0].threads | own | map(.states)) as $states | ($exits[0] | own) as $exits |
    [$own.name, ($states | map(.running) | add),
      ($states | map(.preempted + .woken) | add) - ($exits | map(.waited) | add // 0),
      ($states | map(.interruptible + .uninterruptible + ."io-wait") | add) -
        ($exits | map(.blocked) | add // 0),
      $own.whole.run_ns, $own.whole.delay_ns, $own.whole.blocked_ns,
      $own.whole.life_ns / 100] | @tsv' "$dir/$1.json"
}

# states_agree ID: of every thread, within 1 % of its life.
states_agree() {
  local name ran waited blocked own_ran own_waited own_blocked room all=0
  threads "$1" >"$dir/threads"
  [ -s "$dir/threads" ] || fail "$1: no threads to compare"
  while read -r name ran waited blocked own_ran own_waited own_blocked room; do
    if ! { within "$ran" "$own_ran" 0 "$room" && within "$waited" "$own_waited" 0 "$room" &&
      within "$blocked" "$own_blocked" 0 "$room"; }; then
      note "$1: $name: ran $ran, by its own account $own_ran; waited for a CPU $waited, $own_waited;" \
        "blocked $blocked, $own_blocked"
      all=1
    fi
  done <"$dir/threads"
  return $all
}

# check_states ID WORKLOAD OPTION...: a capture whose states agree. A machine that is busy with others
# can take the CPU from a thread in its last moment: then once more.
check_states() {
  local id=$1 try
  shift
  note "$id: $*"
  for try in 1 2 3; do
    capture "$id" "$@"
    check_conservation "$id" "$dir/$id.db"
    if states_agree "$id"; then return; fi
  done
  wrong "$id: the states of its threads are off in each of $try captures"
}

# between WHAT VALUE LOW HIGH
between() {
  awk "BEGIN { exit !($2 >= $3 && $2 <= $4) }" || wrong "$1: $2 is not between $3 and $4"
}

# who ID CONDITION: an expression of SQL for the threads that the account names and that are so.
who() {
  jq -r ".per_thread | map(select($2)) | \"(tid IN (\\(map(.tid) | join(\",\"))) OR
    comm IN (\\(map(\"'\\(.name)'\") | join(\",\"))))\"" "$dir/$1.json"
}

# in_syscall ID NAME KEY: what the ledger has of the system call, of the threads that did operations (the report
# has it of the whole process): blocked_ns, waited_ns behind that for a CPU, or their number, spans.
in_syscall() {
  local number
  number=$(jq --arg name "$2" '.syscalls[] | select(.name == $name) | .nr' "$dir/$1.report")
  sql "$dir/$1.db" "SELECT coalesce(sum($3), 0) FROM (
    SELECT ns AS blocked_ns, runqueue_ns AS waited_ns, count AS spans
    FROM ledger JOIN thread ON thread.id = thread
    WHERE state > 1 AND syscall = ${number:--2} AND $(who "$1" '.operations > 0'))"
}

# check_blocked ID NAME [KEY]: blocked in the call NAME, exactly, against the workload's clock and books: they
# know how long all threads were blocked, and that as much of it at most is outside the operations (KEY:
# operation_ns) as there is time outside them.
check_blocked() {
  local inside least most key=${3:-operation_ns}
  inside=$(in_syscall "$1" "$2" blocked_ns)
  most=$(truth "$1" "[([.per_thread[] | select(.operations > 0) | .blocked_ns] | add), .$key] | min")
  least=$(truth "$1" "([.per_thread[] | select(.operations > 0) | .blocked_ns - .life_ns] | add) + .$key")
  note "$1: blocked in $2 $inside ns, by the workload's account $least to $most"
  between "$1: blocked in $2" "$inside" "$least * 0.99 - 5e6" "$most * 1.01 + 5e6"
}

# beside ID: ns of the threads that do no operations, but for their waiting in poll(2): they make the files.
beside() {
  sql "$dir/$1.db" "SELECT coalesce(sum(ns), 0) FROM ledger JOIN thread ON thread.id = thread
    WHERE syscall <> 7 AND NOT $(who "$1" true)"
}

# check_inside ID POINT TIME REST: the wall time inside a probe point, with its stated interval, against the TIME
# in the operations by the workload's clock. That has, besides, REST for each of them; and losing the
# CPU, which happens at the end of a system call, outside the function: at most all that threads waited for a
# CPU. And the process may do the same elsewhere. So the clock gives two ends. An interval holds in 95 of 100:
# hits are counted.
intervals=0
hits=0
check_inside() {
  local low ns high least most
  read -r low ns high < <(jq -r --arg point "$2" \
    '.functions[] | select(.name == $point) | "\(.wall_low) \(.wall_ns) \(.wall_high)"' "$dir/$1.report")
  least=$(truth "$1" ".$3 - .operations * $4 - ([.per_thread[] | select(.operations > 0) | .delay_ns] | add)")
  most=$(truth "$1" ".$3 + $(beside "$1")")
  note "$1: in $2 $ns ns ($low to $high), by the workload's clock $least to $most"
  intervals=$((intervals + 1))
  awk "BEGIN { exit !($low <= $most && $high >= $least) }" && hits=$((hits + 1))
  holds "$1: in $2: half the interval, of its figure" "($high - $low) / 2 / $ns < 0.15"
  # However the draw falls, it is no figure of something else.
  between "$1: in $2" "$ns" "$least * 0.95" "$most * 1.05"
}

# --- descriptors -------------------------------------------------------------------------------------------

check_states growth fd-storm --threads 2 --seconds 1.2
# Between the clock and the function lies the crossing into the kernel.
check_inside growth openat open_ns "2 * $(truth growth .crossing_ns)"
check_blocked growth openat open_ns
check_states steady fd-storm --steady --seconds 0.7
check_states own fd-storm --steady --table own --seconds 0.5
check_states exhausted fd-storm --exhaust --seconds 0.5

# --- reads -------------------------------------------------------------------------------------------------

check_states cold cold-read --threads 2 --files 64 --seconds 1.2
check_states warm cold-read --threads 2 --files 64 --advice warm --seconds 0.5
check_states announced cold-read --advice willneed --seconds 0.7
check_states small small-read --seconds 0.5
# A read that fills nothing is the rest of a read that does: of eight pages, or of one, which takes less.
warm=$(truth warm .latency.p50_ns)
check_inside cold page-cache-fill operation_ns "2 * $warm"
check_blocked cold read
same "announced: the pages that its reads found or not are all it read" \
  "$(truth announced '(.hit_pages + .missed_pages) * 4096')" "$(truth announced .bytes)"

# --- cures -------------------------------------------------------------------------------------------------

for way in before after; do
  check_states "mmap-$way" cure-mmap --way $way --seconds 0.5
  check_states "pieces-$way" cure-pieces --cold --way $way --seconds 0.5
  check_states "pool-$way" cure-pool --way $way --operations 16
  check_states "readahead-$way" cure-readahead --file-size 4194304 --way $way --seconds 0.5
  check_states "uring-$way" cure-uring --file-size 4194304 --way $way --seconds 0.5
  # Each task sleeps once, and nothing else does.
  same "pool-$way: sleeps" "$(in_syscall "pool-$way" clock_nanosleep spans)" 16
  near "pool-$way: asleep, and waiting for a CPU then" \
    "$(in_syscall "pool-$way" clock_nanosleep 'blocked_ns + waited_ns')" \
    "$(truth "pool-$way" .wait_ns)" 0.03 0
done
for cure in readahead uring; do
  check_inside "$cure-before" page-cache-fill operation_ns "$warm"
  check_blocked "$cure-before" pread64
done
check_blocked pieces-before read
check_blocked pieces-after pread64
check_blocked uring-after io_uring_enter
check_blocked readahead-after pread64

note "$hits of $intervals intervals hold the time by the workload's clock"
# Two misses of four come in one of seventy sets of four.
holds "intervals that hold the truth" "$hits >= $intervals - 1"

# --- counts ------------------------------------------------------------------------------------------------

# calls_of ID: openat calls of every thread that the workload names.
calls_of() {
  sql -json "$dir/$1.db" "SELECT tid, comm, calls FROM probe_call JOIN probe ON probe.id = probe
    JOIN thread ON thread.id = thread WHERE probe.name = 'openat'" >"$dir/calls"
  jq -r --slurpfile calls "$dir/calls" '.per_thread | map(. as $own | "\(.name) \([$calls[][] |
    select(.comm == $own.name or .tid == $own.tid) | .calls] | add // 0)") | sort[]' "$dir/$1.json"
}

# check_calls ID EXPRESSION WORKLOAD OPTION...: each thread opens as often as EXPRESSION of its account says; not
# those that lead rounds, which look into /proc.
check_calls() {
  local id=$1 expression=$2
  shift 2
  capture "$id" "$@"
  same "$id: the count is exact" "$(jq '.functions[] | select(.name == "openat") | .calls_exact' \
    "$dir/$id.report")" true
  same "$id: openat calls by thread" "$(calls_of "$id" | grep -v ^fd-table/)" \
    "$(jq -r ".per_thread | map(\"\\(.name) \\($expression)\") | sort[]" "$dir/$id.json" |
      grep -v ^fd-table/)"
}

note "openat calls by thread"
backend=(--backend tracepoint)
check_calls growth-calls .operations fd-storm --operations 20011
check_calls steady-calls .operations fd-storm --steady --operations 20011
check_calls exhausted-calls .operations fd-storm --exhaust --operations 20011
check_calls cold-calls .operations cold-read --operations 2003
# Before the first file as many are announced as later before each: 16.
check_calls announced-calls '2 * .operations + 16' cold-read --advice willneed --operations 2003
