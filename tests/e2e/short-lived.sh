#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A command of 50 ms and its 20 children, with symbols; and what becomes of a command's end.
. "$(dirname "$0")/lib.sh"

note "forks"
file="$dir/forks.db"
run "$WALLFLAME" record -q --budget 100 -F 4999 -o "$file" -- "$WALLFLAME_WORKLOAD" forks --json
same "exit status" "$status" 0
same "children by the workload's own count" "$(jq .children "$dir/out")" 20
check_conservation forks "$file"
check_nothing_lost forks "$file" unnamed-frames broken-stacks truncated-stacks
same "processes" "$(sql "$file" 'SELECT count(*) FROM process')" 21
same "children of the command" "$(sql "$file" "SELECT count(*) FROM process
  WHERE parent_pid = (SELECT pid FROM process ORDER BY start_ns, id LIMIT 1)")" 20
same "threads born and ended in the window" \
  "$(sql "$file" 'SELECT count(*) FROM thread WHERE born AND ended')" 20
near "running ns of the children, by the workload's own clock" \
  "$(sql "$file" "SELECT sum(ns) FROM state_time JOIN thread ON thread.id = thread
    WHERE state = 0 AND born")" \
  "$(jq .burn_ns "$dir/out")" 0.3 0 # forking and ending cost too
near "sleeping ns of the children, with what it took to wake them" \
  "$(sql "$file" "SELECT sum(ns + runqueue_ns) FROM ledger JOIN thread ON thread.id = thread
    WHERE state = 2 AND syscall = 230 AND born")" \
  "$(jq .sleep_ns "$dir/out")" 0.03 2000000
# Their samples are all there: each running nanosecond has its share of them.
near "sampled ns of the children" \
  "$(sql "$file" "SELECT sum(ns) FROM evidence JOIN thread ON thread.id = thread
    WHERE state = 0 AND born")" \
  "$(sql "$file" "SELECT sum(ns) FROM state_time JOIN thread ON thread.id = thread
    WHERE state = 0 AND born")" 0.2 0

# Which threads have a sample under the function, by name.
burning=$(sql "$file" "
  WITH RECURSIVE under (id) AS (
    SELECT stack.id FROM stack JOIN frame ON frame.id = frame WHERE symbol = 'forks_burn'
    UNION SELECT stack.id FROM stack JOIN under ON stack.parent = under.id)
  SELECT count(DISTINCT process) FROM evidence JOIN under ON under.id = stack
  JOIN thread ON thread.id = thread WHERE born")
same "children seen in forks_burn by name" "$burning" 20
folded_has "$file" oncpu ';forks_burn' ||
  wrong "forks_burn is not in the folded stacks"

note "exit status"
expect_status() { # STATUS COMMAND...
  rm -f "$dir/end.db"
  run "$WALLFLAME" record -q --budget 100 -o "$dir/end.db" -- "${@:2}"
  same "exit status of: ${*:2}" "$status" "$1"
  same "errors of: ${*:2}" "$(cat "$dir/err")" ""
  same "capture of: ${*:2}" "$(sql "$dir/end.db" 'SELECT complete, ended_by FROM capture')" \
    "1|target-exit"
  check_conservation "${*:2}" "$dir/end.db"
}
expect_status 0 true
expect_status 7 sh -c 'exit 7'
expect_status 255 sh -c 'exit 255'
# shellcheck disable=SC2016 # for the inner shell
expect_status 137 sh -c 'kill -KILL $$'
# shellcheck disable=SC2016
expect_status 143 sh -c 'kill -TERM $$'

note "no command"
mkdir "$dir/empty"
cd "$dir/empty"
touch not-executable
for command in no-such-command ./not-executable /; do
  run "$WALLFLAME" record -- "$command"
  same "exit status of $command" "$status" 1
  same "lines of error" "$(wc -l <"$dir/err")" 1
  grep -qF "$command" "$dir/err" || wrong "the error does not name $command: $(cat "$dir/err")"
  same "files left" "$(ls)" not-executable
done
