#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Much of everything, in small: many threads, many short processes, a reader that cannot keep up. Nothing is
# left out of the ledger, and what is lost is counted. tests/bench/capacity.sh has the same in large.
. "$(dirname "$0")/lib.sh"

compile crowd
compile spawn_storm
compile brief -O1 -static -nostdlib

note "3000 threads, and 100 a second that end at once"
start "$dir/crowd" 3000 100
eventually 20 grep -q ready "$dir/started.out" || fail "no crowd: $(cat "$dir/started.err")"
file=$dir/crowd.db
record "$file" -p "$started_pid" -d 2
kill -TERM "$started_pid"
finish "$started_pid" || wrong "the crowd failed: $(cat "$dir/started.err")"
made=$(tail -n 1 "$dir/started.out")
check_conservation "3000 threads" "$file"
same "threads that were there all the time" \
  "$(sql "$file" 'SELECT count(*) FROM thread WHERE NOT born AND NOT ended')" 3000
born=$(sql "$file" 'SELECT count(*) FROM thread WHERE born')
holds "threads born in the window" "$born > 20 && $born <= $made - 3000"
check_nothing_lost "3000 threads" "$file" broken-stacks ending-samples

note "500 processes a second"
file=$dir/spawn.db
run "$WALLFLAME" record -q --budget 100 -F 999 -o "$file" -- "$dir/spawn_storm" 2 500 3 "$dir/brief"
[ "$status" -eq 0 ] || fail "500 processes a second: exit $status: $(cat "$dir/err")"
made=$(jq .made "$dir/out")
check_conservation "short processes" "$file"
same "processes" "$(sql "$file" 'SELECT count(*) FROM process')" $((made + 1))
same "threads that ended" "$(sql "$file" 'SELECT sum(ended) FROM thread')" $((made + 3))
same "processes of another name" "$(sql "$file" \
  "SELECT count(*) FROM process WHERE comm NOT IN ('brief', 'spawn_storm')")" 0
holds "the work of one of them has its name" "$(sql "$file" \
  "SELECT count(*) FROM frame WHERE symbol = 'work_briefly'") > 0"
# Of a switch in the middle of exec(2) the old stack is gone, and its time may be before the new mappings'.
check_nothing_lost "short processes" "$file" broken-stacks unnamed-frames ending-samples
holds "places without a name" "$(sql "$file" \
  "SELECT coalesce(sum(count), 0) FROM loss WHERE kind = 'unnamed-frames'") < 0.1 * $made"

# The ring holds the slots of a few seconds of switches, and then no more.
note "a reader that is stopped for some seconds"
start_workload storm --threads 64 --seconds 60
file=$dir/stopped.db
"$WALLFLAME" record -q -o "$file" -p "$started_pid" -d 12 --slice 0.1 --budget 100 2>"$dir/err" &
recorder=$!
started+=("$recorder")
eventually 10 test -s "$file" || fail "no capture begins: $(cat "$dir/err")"
sleep 1
counted() { awk '/ctxt_switches/ { sum += $2 } END { print sum }' /proc/"$started_pid"/task/*/status; }
kill -STOP "$recorder"
before=$(counted)
sleep 9
after=$(counted)
kill -CONT "$recorder"
finish "$recorder" || fail "the stopped reader: $(cat "$dir/err")"
stop "$started_pid"
holds "the target goes on when nobody reads" "$after - $before > 1000"
check_conservation "stopped reader" "$file"
# At each end the kernel's books are read a little off the window; the more so the busier the machine is.
skew=$(sql "$file" "SELECT value * 2.0 / (t1_ns - t0_ns) FROM cost, capture WHERE name = 'oracle-skew'")
read -r ran switches ran_oracle switches_oracle < <(sql -separator ' ' "$file" "
  SELECT (SELECT sum(ns) FROM ledger WHERE state = 0), (SELECT sum(count) FROM ledger WHERE state > 0),
    sum(run_ns), sum(voluntary + involuntary) FROM oracle")
near "running, by the kernel's books" "$ran" "$ran_oracle" "$(awk "BEGIN { print 0.01 + 4 * $skew }")" 0
near "switches, by the kernel's books" "$switches" "$switches_oracle" \
  "$(awk "BEGIN { print 0.001 + 4 * $skew }")" 200
holds "something found no room" "$(sql "$file" \
  "SELECT coalesce(sum(count), 0) FROM loss WHERE kind IN ('stacks', 'smeared-slices')") > 0"
for kind in stacks smeared-slices span-ends; do
  same "$kind by thread" \
    "$(sql "$file" "SELECT coalesce(sum(count), 0) FROM thread_loss WHERE kind = '$kind'")" \
    "$(sql "$file" "SELECT coalesce(sum(count), 0) FROM loss WHERE kind = '$kind'")"
done
same "losses by thread in JSON" "$(report_json "$file" | jq '[.thread_loss[].count] | add')" \
  "$(sql "$file" 'SELECT sum(count) FROM thread_loss')"
"$WALLFLAME" report "$file" >"$dir/report"
grep -qE '^ +of [0-9]+ threads: [0-9]+ storm/' "$dir/report" || wrong "no report of who lost"
