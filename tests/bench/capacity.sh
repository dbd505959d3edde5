#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# How much of everything a capture takes, and how long its readers do: docs/capacity.md. Prints a line for
# each case; none of them is a test.
#
#   tests/bench/capacity.sh [CASE...]     threads, processes, stacks, hour, rows, stopped (default: all)
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
wallflame=${WALLFLAME:-$top/build/wallflame}
workload=${WALLFLAME_WORKLOAD:-$top/build/wallflame-workload}
programs=$top/tests/e2e/programs
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/wallflame-bench.XXXXXX")
child=
trap '[ -z "$child" ] || kill -KILL "$child" 2>/dev/null || true; rm -rf "$tmp"' EXIT

compile() { cc -std=gnu11 -O1 -g -pthread -o "$tmp/$1" "${@:2}" "$programs/$1.c"; }
sql() { sqlite3 -readonly -separator ' ' "$tmp/capture.db" "$1"; }

# timed COMMAND...: its CPU and wall-clock seconds and its most memory, in kB, in $tmp/time.
timed() { env time -f '%U %S %e %M' -o "$tmp/time" "$@"; }
took() { awk '{ printf "%.2f s of CPU, %.2f s, %d MB", $1 + $2, $3, $4 / 1000 }' "$tmp/time"; }

record() { "$wallflame" record -q --force -o "$tmp/capture.db" "$@"; }

# The file, its exactness and what it took.
tell_capture() {
  printf '  file %.1f MB; collector %s; threads that do not add up: %d; lost: %s\n' \
    "$(stat -c %s "$tmp/capture.db" | awk '{ print $1 / 1e6 }')" \
    "$(sql "SELECT printf('%d MB, %.2f s of CPU', (SELECT value FROM cost WHERE name = 'collector-peak-memory') / 1000000,
      (SELECT value FROM cost WHERE name = 'collector-cpu') / 1e9)")" \
    "$(sql "SELECT count(*) FROM (SELECT end_ns - start_ns AS life, coalesce(sum(ns), 0) AS booked FROM thread
      LEFT JOIN state_time ON state_time.thread = thread.id GROUP BY thread.id HAVING booked IS NOT life)")" \
    "$(sql "SELECT coalesce(group_concat(kind || ' ' || count, ', '), 'nothing') FROM loss")"
}

tell_readers() {
  local what
  for what in "report" "report --format json" "report --format html" "flame"; do
    # shellcheck disable=SC2086 # words
    timed "$wallflame" $what "$tmp/capture.db" -o "$tmp/out"
    printf '  %-21s %s\n' "$what:" "$(took)"
  done
}

in_the_background() {
  "$@" >"$tmp/child.out" &
  child=$!
}

end_child() {
  kill -TERM "$child" 2>/dev/null || true
  wait "$child" || true
  child=
}

case_threads() {
  compile crowd
  in_the_background "$tmp/crowd" 20000 200
  until grep -q ready "$tmp/child.out"; do sleep 0.1; done
  record -p "$child" -d 5
  end_child
  echo "20,000 threads in one process, and 200 a second that end at once: $(sql \
    'SELECT count(*), "there,", sum(born), "born" FROM thread')"
  tell_capture
  tell_readers
}

case_processes() {
  compile spawn_storm
  compile brief -static -nostdlib
  record -- "$tmp/spawn_storm" 4 5000 10 "$tmp/brief" >"$tmp/out"
  echo "short processes, 5,000 a second: $(jq -c . "$tmp/out"), $(sql 'SELECT count(*) FROM process') in the file"
  tell_capture
  tell_readers
}

case_stacks() {
  compile many_stacks -fno-omit-frame-pointer
  record -F 10000 -- "$tmp/many_stacks" 2 60
  echo "stacks that hardly ever come again: $(sql 'SELECT count(DISTINCT stack) FROM evidence') of them"
  tell_capture
  tell_readers
}

case_hour() {
  in_the_background "$workload" mixture --threads 4 --seconds 700
  sleep 2
  record -p "$child" -d 600 &
  local recorder=$!
  printf 'ten minutes of a mixture, memory by minute in MB:'
  for _ in 1 2 3 4 5 6 7 8 9; do
    sleep 60
    printf ' %d' "$(awk '/VmRSS/ { print int($2 / 1000) }' "/proc/$recorder/status")"
  done
  wait "$recorder"
  end_child
  printf '; an hour: %d MB\n' $(($(stat -c %s "$tmp/capture.db") * 6 / 1000000))
  tell_capture
}

case_rows() {
  record -- "$workload" file-service --threads 64 --seconds 8 >/dev/null
  mv "$tmp/capture.db" "$tmp/short.db"
  "$top/tests/bench/capacity-rows.sh" "$tmp/short.db" "$tmp/capture.db" 5000000
  echo "a capture of $(sql "SELECT (SELECT count(*) FROM evidence), 'rows of evidence and', (SELECT count(*) FROM ledger),
    'of the ledger'") (made up of a short one over and over)"
  tell_readers
}

case_stopped() {
  local pid
  in_the_background "$workload" storm --threads 8 --seconds 40 --json
  pid=$child
  sleep 1
  record -p "$pid" -d 20 &
  local recorder=$!
  sleep 3
  kill -STOP "$recorder"
  sleep 12
  kill -CONT "$recorder"
  wait "$recorder"
  echo "a reader that is stopped for 12 s of 20: switches a second, by second: $(sql "SELECT group_concat(n) FROM (
    SELECT sum(count) AS n FROM ledger WHERE state > 0 GROUP BY slice ORDER BY slice)")"
  echo "  ran by the ledger and by the kernel, switches by both: $(sql "SELECT
    (SELECT sum(ns) FROM ledger WHERE state = 0), sum(run_ns),
    (SELECT sum(count) FROM ledger WHERE state > 0), sum(voluntary + involuntary) FROM oracle")"
  tell_capture
  end_child
}

cases=(threads processes stacks hour rows stopped)
[ $# -gt 0 ] && cases=("$@")
for name in "${cases[@]}"; do
  declare -F "case_$name" >/dev/null || { echo "there is no case '$name'" >&2; exit 2; }
  "case_$name"
done
