#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Threads and processes that begin and end in the window, that never switch, and that are many.
. "$(dirname "$0")/lib.sh"
compile lives

ask() { sql "$file" "$1"; }

note "threads that are born and end"
file="$dir/churn.db"
start "$dir/lives" churn
record "$file" -p "$started_pid" -d 2
stop "$started_pid"
check_conservation churn "$file"
check_nothing_lost churn "$file" unnamed-frames broken-stacks ending-samples
holds "threads born and ended" "$(ask 'SELECT count(*) FROM thread WHERE born AND ended') > 50"
same "threads with the name they gave themselves" "$(ask "SELECT count(*) FROM thread
  WHERE born AND ended AND comm != 'lives/short'")" 0
# Each burns 2 ms by its own clock, between its birth and its end.
ran="SELECT sum(iif(state = 0, ns, 0)) AS ran FROM state_time JOIN thread ON thread.id = thread
  WHERE born AND ended GROUP BY thread"
holds "the least that one of them ran" "$(ask "SELECT min(ran) FROM ($ran)") >= 2000000"
near "what they ran on average" "$(ask "SELECT avg(ran) FROM ($ran)")" 2100000 0.15 0
same "threads outside of the window" "$(ask 'SELECT count(*) FROM thread, capture
  WHERE start_ns < t0_ns OR thread.end_ns > t1_ns OR thread.end_ns < start_ns')" 0
# One ends before the next is born: their lives fill the window.
near "sum of the lives" "$(ask "SELECT sum(end_ns - start_ns) FROM thread WHERE born")" \
  "$(ask 'SELECT t1_ns - t0_ns FROM capture')" 0.1 0

note "children forked in the window"
file="$dir/fork.db"
start "$dir/lives" fork
record "$file" -p "$started_pid" -d 2
stop "$started_pid"
check_conservation fork "$file"
check_nothing_lost fork "$file" unnamed-frames broken-stacks
holds "children" "$(ask "SELECT count(*) FROM process WHERE parent_pid = $started_pid") >= 8"
holds "the least that one of them ran" "$(ask "SELECT min(ran) FROM ($ran)") >= 20000000"
near "what they ran on average" "$(ask "SELECT avg(ran) FROM ($ran)")" 21000000 0.1 0

note "exec in the window"
file="$dir/exec.db"
start sh -c "sleep 1; exec '$WALLFLAME_WORKLOAD' futex --threads 4 --seconds 120"
record "$file" -p "$started_pid" -d 3
stop "$started_pid"
check_conservation exec "$file"
check_nothing_lost exec "$file" unnamed-frames broken-stacks
same "name after exec" "$(ask "SELECT comm FROM process WHERE pid = $started_pid")" wallflame-workl
same "the program after exec" "$(ask "SELECT exe FROM process WHERE pid = $started_pid")" \
  "$(readlink -f "$WALLFLAME_WORKLOAD")"
same "threads born" "$(ask "SELECT count(*) FROM thread WHERE comm LIKE 'futex/%' AND born")" 4
folded_has "$file" wall ';team__thread;' || wrong "no stack of the new program has its names"

# The kernel gives the thread that lives on the number of the process (fs/exec.c, de_thread).
note "exec by another thread than the first"
start "$dir/lives" exec /bin/sleep
record "$file" --force -p "$started_pid" -d 2
stop "$started_pid"
check_conservation "exec by a thread" "$file"
same "threads with the new name" "$(ask "SELECT count(*) FROM thread WHERE comm = 'sleep'")" 1
# One lives through the window, the other until exec(2) ends it.
near "time of all threads" "$(ask 'SELECT sum(end_ns - start_ns) FROM thread, capture')" \
  "$(ask 'SELECT t1_ns - t0_ns + max(end_ns) - t0_ns FROM thread, capture WHERE ended')" 0.001 0

note "a process whose first thread has ended"
file="$dir/orphan.db"
start "$dir/lives" orphan
eventually 5 grep -q zombie "/proc/$started_pid/status" || fail "its first thread does not end"
record "$file" -p "$started_pid" -d 1 -F 999
stop "$started_pid"
check_conservation orphan "$file"
same "threads" "$(ask "SELECT group_concat(comm) FROM thread")" lives/orphan
folded_has "$file" oncpu ';live_shortly;burn' || wrong "a stack of the second thread has no names"

note "a thread that is stopped"
file="$dir/stopped.db"
start "$dir/lives" hog
(
  sleep 1
  kill -STOP "$started_pid"
  sleep 1
  kill -CONT "$started_pid"
) &
record "$file" -p "$started_pid" -d 3
stop "$started_pid"
check_conservation stopped "$file"
near "time stopped" "$(ask 'SELECT sum(ns) FROM state_time WHERE state = 5')" 1000000000 0.05 0

note "a thread that never switches"
file="$dir/hog.db"
cpu=$(($(nproc) - 1))
start taskset -c "$cpu" chrt -f 10 "$dir/lives" hog
unswitched=0
for _ in 1 2 3 4 5 6; do
  record "$file" --force -p "$started_pid" -d 0.3
  check_conservation hog "$file"
  same "threads" "$(ask 'SELECT count(*) FROM thread')" 1
  holds "on its CPU" "$(ask 'SELECT sum(ns) FROM state_time WHERE state = 0') > 0.8 * 3e8"
  [ "$(ask 'SELECT sum(count) FROM ledger WHERE state > 0')" ] || unswitched=$((unswitched + 1))
  if [ $unswitched -gt 0 ]; then
    same "all of it" "$(ask 'SELECT sum(ns) FROM state_time WHERE state = 0')" 300000000
    near "its samples" "$(ask 'SELECT sum(ns) FROM evidence WHERE state = 0')" 300000000 0.1 0
    break
  fi
done
stop "$started_pid"
holds "captures without a switch" "$unswitched > 0"

note "two captures of one process at once"
start_workload futex --seconds 120
pid=$started_pid
for try in 1 2 3; do
  start "$WALLFLAME" record -q -p "$pid" -d 2 -o "$dir/first.db" --force
  first=$started_pid
  record "$dir/second.db" --force -p "$pid" -d 2
  finish "$first" || fail "the first capture failed: $(cat "$dir/started.err")"
  agree=true
  for name in first second; do
    check_conservation "$name" "$dir/$name.db"
    check_nothing_lost "$name" "$dir/$name.db" unnamed-frames broken-stacks
    same "threads of the $name" "$(sql "$dir/$name.db" 'SELECT count(*) FROM thread')" 5
    check_oracle "$name" "$dir/$name.db" || agree=false
  done
  if $agree; then break; fi
  [ "$try" -lt 3 ] || wrong "off the kernel's books in each of $try pairs"
done
stop "$pid"

note "2,000 sleepers and 500 short lives"
file="$dir/crowd.db"
mkfifo "$dir/go"
start sh -c "exec '$dir/lives' crowd 2000 <'$dir/go'"
exec 9>"$dir/go"
eventually 20 grep -q ready "$dir/started.out" || fail "the crowd does not gather"
"$WALLFLAME" record -q -p "$started_pid" -d 4 -o "$file" 9>&- &
recorder=$!
started+=("$recorder")
sleep 1.2
echo >&9
finish "$recorder" || wrong "the capture of a crowd failed"
exec 9>&-
grep -q "done" "$dir/started.out" || wrong "the 500 did not live in the window"
stop "$started_pid"
check_conservation crowd "$file"
check_nothing_lost crowd "$file" unnamed-frames broken-stacks ending-samples
same "threads that were there" "$(ask 'SELECT count(*) FROM thread WHERE NOT born')" 2001
same "threads born and ended" "$(ask 'SELECT count(*) FROM thread WHERE born AND ended')" 500
same "sleepers that slept all the time" "$(ask "SELECT count(*) FROM (
  SELECT thread FROM state_time JOIN thread ON thread.id = thread, capture
  WHERE comm = 'lives/sleeper' GROUP BY thread
  HAVING sum(iif(state = 2, ns, 0)) = capture.t1_ns - t0_ns)")" 2000
near "wall time of the report" "$(report_json "$file" | jq .ledger.wall_ns)" \
  "$(ask 'SELECT sum(end_ns - start_ns) FROM thread')" 0 0

# grow N: captures the birth of N threads that stay, and then sleep.
grow() {
  file="$dir/grow.db"
  start "$dir/lives" grow "$1"
  record "$file" --force -p "$started_pid" -d 4
  stop "$started_pid"
  check_conservation "grow $1" "$file"
  same "threads" "$(ask 'SELECT count(*) FROM thread')" $(($1 + 1))
  # They begin with a moment of waiting for a CPU, and nothing but sleep comes after.
  holds "time waiting for a CPU, of all" "$(ask 'SELECT sum(iif(state = 6, ns, 0)) * 1.0 / sum(ns)
    FROM state_time') < 0.05"
}

note "1,000 threads that are born and stay"
grow 1000
check_nothing_lost "grow" "$file" unnamed-frames broken-stacks
same "threads that are born and stay, with the name they gave themselves" \
  "$(ask "SELECT count(*) FROM thread WHERE comm = 'lives/sleeper'")" 1000

note "more threads than there were places for"
grow 6000
lost=$(ask "SELECT coalesce((SELECT count FROM loss WHERE kind = 'threads'), 0)")
slept=$(ask 'SELECT count(*) FROM (SELECT thread FROM state_time JOIN thread ON thread.id = thread
  WHERE born GROUP BY thread HAVING sum(iif(state = 2, ns, 0)) > 0.9 * sum(ns))')
note "$slept threads asleep, $lost lost"
holds "threads asleep and threads lost" "$slept + $lost >= 5990"
"$WALLFLAME" report "$file" >"$dir/report"
[ "$lost" -eq 0 ] || grep -q 'found no slot' "$dir/report" ||
  wrong "the report does not tell of lost threads"
