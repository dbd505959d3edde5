# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What ./dev bench cost puts beside a workload: a row a collector.
#
# A collector is at work when it has started WAITER, a program that it is told to wait for, or
# (`window`) when its capture file says so. It ends when WAITER does, or on Ctrl-C.

: "${here:?}" "${tmp:?}" "${as_nobody?}"

# name | begins by | run as | asked for by default | the command: FILE, PIDS, WAITER and HERE are filled in
# shellcheck disable=SC2034 # for cost.sh
cost_ways=(
  'wallflame|window|root|yes|wallflame record -q -d 86400 -o FILE -p PIDS'
  'wallflame-perf|window|root|yes|wallflame record -q --engine perf -d 86400 -o FILE -p PIDS'
  'perf-switches|waiter|root|yes|perf record -q -e sched:sched_switch -a -g -o FILE -- WAITER'
  'perf-cpu|waiter|root|yes|perf record -q -F 99 -a -g -o FILE -- WAITER'
  'perf-trace|waiter|root|yes|perf trace -s -a -o FILE -- WAITER'
  'bpftrace|waiter|root|yes|bpftrace -q -o FILE -c SHELL-WAITER HERE/offcpu.bt'
  'wallflame-nobody|window|nobody|no|wallflame record -q -d 86400 -o FILE -p PIDS'
)

# way_command TEXT AS PIDS: as $collector.
way_command() {
  local word
  collector=()
  [ "$2" = root ] || collector=("${as_nobody[@]}")
  for word in $1; do
    case $word in
    wallflame) word=$tmp/bin/wallflame ;;
    FILE) word=$tmp/open/collected ;;
    PIDS) word=$3 ;;
    WAITER) word=$tmp/waiter ;;
    SHELL-WAITER) word="/bin/sh $tmp/waiter" ;; # it wants no script
    HERE/*) word=$here/cost/${word#HERE/} ;;
    esac
    collector+=("$word")
  done
}

# The row of the capture is there as soon as its window is open.
window_is_open() {
  [ "$(sqlite3 -readonly "$tmp/open/collected" 'SELECT count(*) FROM capture' 2>/dev/null)" = 1 ]
}

# way_begins HOW PID: until the collector is at work.
way_begins() {
  local tries=3000
  [ "$1" = window ] || { until_there finish "$2"; return; }
  until window_is_open; do
    kill -0 "$2" 2>/dev/null && [ $((tries--)) -gt 0 ] || return 1
    sleep 0.02
  done
}

way_ends() { # HOW PID
  if [ "$1" = window ]; then kill -INT "$2" 2>/dev/null || true; else echo >&9; fi
}
