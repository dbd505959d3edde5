#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A capture watches what it takes and keeps to its budget: by thinner sampling, and where the exact ledger
# alone is too dear and a budget was asked for, by a ledger that is kept for a part of the time. What is
# told then is held against the kernel's own count of what the capture took, and against an exact capture
# of the same process at the same time.
. "$(dirname "$0")/lib.sh"

cpus=$(nproc)

values() { # FILE WHAT: as they were set, one after the other
  sql "$1" "SELECT value FROM pace WHERE what = '$2' ORDER BY rowid"
}

# What the kernel has counted of a process and its children: of its BPF programs, and of its CPU time.
bpf_ns() {
  { cat /proc/"$1"/fdinfo/* 2>/dev/null || true; } |
    awk '/^run_time_ns:/ { sum += $2 } END { printf "%.0f", sum }'
}
family() { # PID: with its children and theirs
  local child
  echo "$1"
  for child in $(pgrep -P "$1" || true); do family "$child"; done
}
cpu_ns() {
  local pid
  for pid in $(family "$1"); do cat /proc/"$pid"/task/*/schedstat 2>/dev/null || true; done |
    awk '{ sum += $1 } END { printf "%.0f", sum }'
}

# What the headings of the text report, of the page and of the picture call exact, but for what is counted without
# the ledger or what they limit themselves.
called_exact() { # FILE
  local kernels='counts exact unless|slow path; exact|exact counts of the kernel|counted, exact'
  local limited='running, unobserved: exact; rest: seen only|slice by slice|of threads and of running'
  {
    "$WALLFLAME" report "$1" | grep '^[A-Z]' | sed -E 's/ {2,}/: /'
    "$WALLFLAME" report "$1" --format html | grep -oE '<p class="remark">[^<]+' | sed 's/.*>//'
    "$WALLFLAME" flame "$1" | grep -oE 'Totals are [^<]+'
  } | awk -v allowed="$kernels|$limited" '/exact/ && $0 !~ allowed' | LC_ALL=C sort
}

is_open() { [ "$(sql "$1" 'SELECT count(*) FROM capture' 2>/dev/null)" = 1 ]; }

note "without --budget"
start_workload storm --threads $((2 * cpus)) --seconds 120
storm=$started_pid
run "$WALLFLAME" record -q -o "$dir/default.db" -p "$storm" -d 2
same "exit status" "$status" 0
check_conservation "default" "$dir/default.db"
same "the budget" "$(sql "$dir/default.db" "SELECT value FROM cost WHERE name = 'default-budget'")" 10000
same "the ledger is kept all the time" "$(values "$dir/default.db" ledger)" 1000000
same "nothing is unobserved" "$(sql "$dir/default.db" "SELECT count(*) FROM ledger WHERE state = 7")" 0
same "each kind has its first row as the window opens" "$(sql "$dir/default.db" \
  "SELECT count(*) FROM pace, capture WHERE time_ns = t0_ns AND cost IS NULL")" 4
same "nothing is dearer than at first" "$(sql "$dir/default.db" "SELECT count(*) FROM pace AS later JOIN pace AS first
  USING (what) WHERE first.cost IS NULL AND later.value <> first.value
  AND (later.value > first.value) <> (what = 'stack-period')")" 0
"$WALLFLAME" report "$dir/default.db" >"$dir/report"
grep -q 'its budget was 1 %, as none' "$dir/report" || wrong "the text report does not tell the budget"
called_exact "$dir/default.db" >"$dir/exact"
for told in 'LONGEST SPANS.*: exact;' 'PROCESSES: exact' 'SYSTEM CALLS: .*blocked: exact' 'SYSTEM CALLS SLEPT IN: exact;' \
  'THREADS: exact, but' 'WHERE THE TIME WENT: exact' 'exact' 'exact, but for what is idle; .*' 'exact; percentiles.*' \
  'exact; waiting for work left out.*' 'totals exact; places.*' 'Totals are exact\.'; do
  grep -qx "$told.*" "$dir/exact" || wrong "nothing says '$told' of an unbounded ledger: $(cat "$dir/exact")"
done

note "--budget 1: what the kernel counts of the capture"
# With the kernel's statistics on all the time each switch costs more than it does otherwise, also one that
# is passed over; and what a busy machine takes from the programs is counted as theirs. So where that alone
# is too much, the capture must have done all that it can, and say that it was not enough.
for try in 1 2; do
  file=$dir/bounded-$try.db
  sysctl -qw kernel.bpf_stats_enabled=1
  start "$WALLFLAME" record -q --budget 1 -o "$file" -p "$storm" -d 7
  recorder=$started_pid
  eventually 20 is_open "$file" || {
    sysctl -qw kernel.bpf_stats_enabled=0
    fail "no window opens: $(cat "$dir/started.err")"
  }
  sleep 1 # files of the process are read as they are met, however little is sampled
  before=$(($(bpf_ns "$recorder") + $(cpu_ns "$recorder"))) began=$(date +%s%N)
  sleep 4.5
  took=$(($(bpf_ns "$recorder") + $(cpu_ns "$recorder") - before)) ended=$(date +%s%N)
  sysctl -qw kernel.bpf_stats_enabled=0
  finish "$recorder" || wrong "the capture fails: $(cat "$dir/started.err")"
  share=$(awk "BEGIN { print $took / ($ended - $began) / $cpus }")
  least=$(sql "$file" "SELECT min(value) FROM pace WHERE what = 'ledger'")
  told=$(sql "$file" "SELECT value FROM cost WHERE name = 'budget-exhausted'")
  note "try $try: $share of all CPUs; by its own account" \
    "$(sql "$file" "SELECT value / 1e6 FROM cost WHERE name = 'taken'"), the ledger kept for $least of a million at least"
  ! awk "BEGIN { exit !($share <= 0.015) }" || break
done
awk "BEGIN { exit !($share <= 0.015) }" || { [ "$least" = 10000 ] && [ "${told:-0}" -gt 0 ]; } ||
  wrong "the budget is not kept within a factor of 1.5, and more could have been done"
check_conservation "--budget 1" "$file"

note "a budget that the ledger alone is too dear for, beside an exact capture"
start "$WALLFLAME" record -q --budget 100 -o "$dir/exact.db" -p "$storm" -d 5
exact=$started_pid
run "$WALLFLAME" record -q --budget 0.2 -o "$dir/little.db" -p "$storm" -d 5
same "exit status" "$status" 0
finish "$exact" || wrong "the exact capture fails: $(cat "$dir/started.err")"
stop "$storm"
check_conservation "--budget 0.2" "$dir/little.db"
holds "the ledger is kept for a part of the time" "$(values "$dir/little.db" ledger | tail -1) < 500000"
holds "some time is unobserved" "$(sql "$dir/little.db" "SELECT sum(ns) FROM ledger WHERE state = 7") > 1e9"
same "switches, those unobserved with them, are the kernel's" "$(sql "$dir/little.db" "
  WITH booked AS (SELECT thread, sum(count) AS left FROM ledger WHERE state > 0 GROUP BY thread)
  SELECT count(*) FROM oracle JOIN booked USING (thread)
  WHERE abs(left - voluntary - involuntary) > 0.01 * (voluntary + involuntary) + 4")" 0
near "to run is counted all the time" \
  "$(sql "$dir/little.db" "SELECT sum(ns) FROM ledger WHERE state = 0 AND thread IN (SELECT thread FROM oracle)")" \
  "$(sql "$dir/little.db" "SELECT sum(run_ns) FROM oracle")" 0.02 10000000
for kind in exact little; do report_json "$dir/$kind.db" >"$dir/$kind.json"; done
# Both ends of an interval and what the windows, which are not quite the same, may differ by.
jq -r --slurpfile exact "$dir/exact.json" '.ledger.wall_ns as $here | $exact[0].ledger.wall_ns as $there |
  .causes[] | . as $told | $exact[0].causes[] | select(.path == $told.path) |
  select(.ns > 0.02 * $there or $told.ns > 0.02 * $here) |
  select(.path | test("^(io|idle|lock)/|run-queue|preempted")) |
  [.path, .low / $there, .high / $there, $told.low / $here, $told.high / $here, $told.basis] | @tsv' \
  "$dir/little.json" >"$dir/shares"
[ "$(wc -l <"$dir/shares")" -ge 2 ] || wrong "there are hardly any causes to compare"
while IFS=$'\t' read -r path low high told_low told_high basis; do
  note "$path: exact $low to $high; told $told_low to $told_high"
  holds "$path is in its interval" "$low <= $told_high + 0.01 && $told_low <= $high + 0.01"
  [ "$basis" != exact ] || wrong "$path is called exact"
done <"$dir/shares"
same "some of the ledger is unobserved" "$(jq -r '.ledger.states.unobserved > 0' "$dir/little.json")" true
same "what JSON says that its ledger is" "$(jq -r .ledger.evidence "$dir/little.json")" "seen only"
same "what JSON says that an unbounded ledger is" "$(jq -r .ledger.evidence "$dir/exact.json")" exact
"$WALLFLAME" report "$dir/little.db" >"$dir/report"
grep -q 'it was kept for' "$dir/report" || wrong "the text report does not tell that it was bounded"
same "headings that call the bounded ledger exact" "$(called_exact "$dir/little.db")" ""
same "lines of more than 100 columns" "$(awk 'length > 100' "$dir/report")" ""
same "unlike the life of the process" "$(report_json "$dir/little.db" | jq '[.processes[] |
  select(((.states | add) - .life_ns | fabs) > 1000 * .threads)] | length')" 0
"$WALLFLAME" report "$dir/little.db" --format html >"$dir/report"
grep -q 'it was kept for' "$dir/report" || wrong "the HTML report does not tell that it was bounded"

note "--engine perf keeps its ledger all the time"
start_workload storm --threads 2 --seconds 30
run "$WALLFLAME" record -q --engine perf --budget 0.01 -o "$dir/perf.db" -p "$started_pid" -d 1
stop "$started_pid"
same "exit status" "$status" 0
same "its ledger" "$(values "$dir/perf.db" ledger)" 1000000
for bad in 0 -1 101 x 1x nan; do
  run "$WALLFLAME" record --budget "$bad" -- true
  same "--budget $bad" "$status" 2
done
