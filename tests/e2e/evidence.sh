#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Shares of sampled stacks against the workload's own clock, within the intervals stated.
. "$(dirname "$0")/lib.sh"

# Two call chains in one system call, 3 to 1 by the workload's clock. That clock has all of a wait,
# so the view of wall time is asked. No interval is stated for a user's function, so it is derived
# from the draws, as the estimate is made: each stratum (thread, length class) has an exact total T,
# of which the n stacks drawn give wait_long the share p. Its variance is T^2 p (1 - p) / n, times
# 1.1 for lengths that differ within a class. What runs in the waits, a few per cent, is sampled by
# the CPU clock: n samples of it have that variance too.
note "two-stacks"
file="$dir/two-stacks.db"
start_workload two-stacks --seconds 7 --threads 8
record "$file" -p "$started_pid" -d 5
finish "$started_pid" || wrong "the workload failed"
truth=$(jq '.wait_long_ns / (.wait_long_ns + .wait_short_ns)' "$dir/started.out")
share=$(folded "$file" wall | awk '
  /;wait_long;/ { long += $NF } /;wait_short;/ { short += $NF }
  END { print long / (long + short) }')
error=$(sql "$file" "
  WITH RECURSIVE under (id) AS (
    SELECT stack.id FROM stack JOIN frame ON frame.id = frame WHERE symbol = 'wait_long'
    UNION SELECT stack.id FROM stack JOIN under ON stack.parent = under.id),
  stratum AS (
    SELECT thread, class, sum(count) AS n, sum(iif(stack IN under, count, 0)) AS hits
    FROM evidence WHERE syscall = 35 AND state = 2 GROUP BY thread, class),
  total AS (
    SELECT thread, class, sum(ns) AS ns FROM ledger WHERE syscall = 35 AND state = 2
    GROUP BY thread, class),
  running AS (
    SELECT sum(ns) AS ns, (SELECT sum(count) FROM evidence WHERE state = 0) AS n
    FROM ledger WHERE state = 0)
  SELECT sqrt(1.1 * sum(1.0 * total.ns * total.ns * (hits + 1) * (stratum.n - hits + 1) /
      (stratum.n + 2) / (stratum.n + 2) / stratum.n) +
      0.25 * running.ns * running.ns / running.n) / sum(total.ns)
  FROM total JOIN stratum USING (thread, class), running")
note "wait_long: share $share, by the workload's clock $truth, standard error $error"
near "share of wait_long" "$share" "$truth" 0 "$(awk "BEGIN { print 4 * $error }")"
holds "the error is small enough to mean something" "$error < 0.01"
# Unweighted, it would be 1 to 1: the bare count of stacks must not have given the answer.
holds "draws of wait_long" "$(sql "$file" 'SELECT sum(count) FROM evidence') > 1000"

# The same with two causes, which have stated intervals: one system call, futex(2), and what a
# stack was drawn with tells a lock from a parked thread. What a wait takes beyond being blocked
# (its wake-up, its system call) the program's clock has and the cause has not: it is taken off.
note "two causes"
compile two_waits
start "$dir/two_waits" 8 30
eventually 10 thread_named "$started_pid" two_waits/7 || fail "two_waits does not start"
inside=0
for try in 1 2 3 4 5; do
  record "$dir/waits.db" --force -p "$started_pid" -d 2
  report_json "$dir/waits.db" >"$dir/report.json"
  IFS='|' read -r waits blocked beyond < <(sql "$dir/waits.db" "
    SELECT sum(iif(state = 2, ledger.count, 0)), sum(iif(state = 2, ns, 0)),
      sum(iif(state = 2, runqueue_ns, ns))
    FROM ledger JOIN thread ON thread.id = thread WHERE comm LIKE 'two_waits/%'")
  jq '.causes[] | select(.path == "lock/futex")' "$dir/report.json" >"$dir/lock.json"
  jq -c '{ns, low, high, share}' "$dir/lock.json"
  # The program is at 3 to 1 all the time, and waits as often one way as the other.
  truth=$(awk "BEGIN { print 0.75 * ($blocked + $beyond) - $beyond / 2 }")
  note "try $try: $waits waits, blocked $blocked, in lock/futex by the program's clock $truth"
  if jq -e ".low <= $truth and $truth <= .high" "$dir/lock.json" >/dev/null; then
    inside=$((inside + 1))
  fi
  holds "half the interval, of its figure" \
    "$(jq '(.high - .low) / 2 / .ns' "$dir/lock.json") < 0.1"
  near "lock/futex" "$(jq .ns "$dir/lock.json")" "$truth" 0.1 0
  same "its evidence" "$(jq -r .evidence "$dir/lock.json")" sampled
done
stop "$started_pid"
# Each is a 95 % interval: three misses in five come in one of a thousand runs.
holds "captures whose interval holds the truth" "$inside >= 3"
