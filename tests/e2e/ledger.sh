#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The ledger against the kernel's own books, for each workload: against those that the collector
# read at the ends of its window, and against those that this test reads itself all the time.
. "$(dirname "$0")/lib.sh"

# watch PID FILE: CPU time (of all its threads, also those that have ended: proc(5), stat) and time
# waiting for a CPU (of living threads), with the time since boot. In bash alone, to cost little.
watch() {
  local up text fields file delay waited
  while read -r up _ </proc/uptime && read -r text 2>/dev/null <"/proc/$1/stat"; do
    waited=0
    for file in "/proc/$1"/task/*/schedstat; do
      read -r _ delay _ 2>/dev/null <"$file" || continue
      waited=$((waited + delay))
    done
    read -ra fields <<<"${text##*) }"
    echo "$up $((fields[11] + fields[12])) $waited"
    sleep 0.05
  done >"$2"
}

# at FILE NS COLUMN: what was read, interpolated.
at() {
  awk -v t="$2" -v column="$3" '
    { now = $1 * 1e9
      if (now >= t && NR > 1) {
        printf "%.6f\n", before + ($column - before) * (t - then) / (now - then); found = 1; exit }
      then = now; before = $column }
    END { if (!found) exit 1 }' "$1"
}

# /proc/uptime counts as CLOCK_BOOTTIME does: as CLOCK_MONOTONIC on a machine that never slept.
check_own_reading() { # WHAT FILE READINGS WITH-DELAY
  local t0 t1 ran queued tick begin end
  IFS='|' read -r t0 t1 ran queued < <(sql "$2" "
    SELECT t0_ns, t1_ns, (SELECT sum(ns) FROM state_time WHERE state = 0),
      (SELECT sum(ns) FROM state_time WHERE state IN (1, 6)) FROM capture")
  tick=$(getconf CLK_TCK)
  begin=$(at "$3" "$t0" 2) || fail "$1: no reading before the window"
  end=$(at "$3" "$t1" 2) || fail "$1: no reading after the window"
  # 10 ms of each clock's steps, and what a scheduler under load does in 50 ms.
  near "$1: running ns by our own reading" "$ran" \
    "$(awk "BEGIN { print ($end - $begin) * 1e9 / $tick }")" 0.02 60000000
  "$4" || return 0
  begin=$(at "$3" "$t0" 3)
  end=$(at "$3" "$t1" 3)
  near "$1: ns waiting for a CPU by our own reading" "$queued" \
    "$(awk "BEGIN { print $end - $begin }")" 0.05 100000000
}

check_workload() { # NAME WITH-DELAY OPTION...
  local name=$1 with_delay=$2 file="$dir/$1.db" pid watcher try
  note "$name"
  start_workload "$name" --seconds 60 "${@:3}"
  pid=$started_pid
  for try in 1 2 3; do
    watch "$pid" "$dir/readings" &
    watcher=$!
    started+=("$watcher")
    sleep 0.1
    record "$file" --force -p "$pid" -d 3
    sleep 0.2 # for a reading behind the window
    stop "$watcher"
    check_conservation "$name" "$file"
    check_nothing_lost "$name" "$file" unnamed-frames broken-stacks truncated-stacks \
      ending-samples
    check_own_reading "$name" "$file" "$dir/readings" "$with_delay"
    same "$name: window" "$(sql "$file" 'SELECT t1_ns - t0_ns FROM capture')" 3000000000
    holds "$name: error ratio of the report" \
      "$(report_json "$file" | jq '.ledger.worst_thread_error_ratio') < 0.001"
    if check_oracle "$name" "$file"; then break; fi
    [ "$try" -lt 3 ] || wrong "$name: off the kernel's books in each of $try captures"
  done
  stop "$pid"
}

check_workload futex true
check_workload dir-lock true
check_workload cold-read true
check_workload storm true
check_workload sleepers true
# Its threads live for milliseconds: what they waited is gone with them, their CPU time is not.
check_workload fd-storm false

# A life captured from the first to the last moment: the workload's own count of switches.
note "storm, the whole of it"
run "$WALLFLAME" record -q -o "$dir/whole.db" -- "$WALLFLAME_WORKLOAD" storm --json --threads 4 --seconds 2
same "exit status" "$status" 0
check_conservation whole "$dir/whole.db"
for kind in 'voluntary > 1' 'involuntary = 1'; do
  near "${kind%% *} switches by the workload's own count" \
    "$(sql "$dir/whole.db" "SELECT sum(ledger.count) FROM ledger
      JOIN thread ON thread.id = thread WHERE comm LIKE 'storm/%' AND state ${kind#* }")" \
    "$(jq ".${kind%% *}_switches" "$dir/out")" 0.001 $((4 * 4))
done
