# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What the end-to-end tests share. They run the real programs on the running kernel: where BPF is
# missing, or a tool, a test fails. It never skips.
#
# A test sources this file, says what is wrong with `wrong` and goes on, or gives up with `fail`.
set -euo pipefail

LSAN_OPTIONS="suppressions=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/leaks.supp:print_suppressions=0"
export LSAN_OPTIONS
export LC_ALL=C

: "${WALLFLAME:?the wallflame program to test}" "${WALLFLAME_WORKLOAD:?its workloads}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/var/tmp}/wallflame-e2e.XXXXXX")
wrongs=0
started=() # processes to end
mounted=() # file systems to leave

clean_up() {
  local status=$? item
  trap - EXIT
  for item in "${started[@]}"; do kill -KILL "$item" 2>/dev/null || true; done
  for item in "${started[@]}"; do wait "$item" 2>/dev/null || true; done
  for item in "${mounted[@]}"; do umount "$item" || true; done
  rm -rf "$dir"
  if [ "$wrongs" -gt 0 ]; then
    printf '%d checks failed\n' "$wrongs"
    status=1
  fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 1' INT TERM
set -E
trap 'printf "the test gives up at line %s: %s\n" "$LINENO" "$BASH_COMMAND"' ERR

note() { printf -- '-- %s\n' "$*"; }

wrong() {
  local depth=0
  while [ "${BASH_SOURCE[depth + 1]}" = "${BASH_SOURCE[0]}" ]; do depth=$((depth + 1)); done
  printf 'WRONG (line %s): %s\n' "${BASH_LINENO[depth]}" "$*"
  wrongs=$((wrongs + 1))
}

fail() {
  wrong "$*"
  exit 1
}

for tool in ${WALLFLAME_TEST_TOOLS-jq sqlite3 xmllint cc}; do
  command -v "$tool" >/dev/null || fail "$tool is not installed"
done

# within A B RATIO ABSOLUTE: |A - B| <= max(RATIO * |B|, ABSOLUTE)
within() {
  awk -v a="$1" -v b="$2" -v ratio="$3" -v least="$4" 'BEGIN {
    if (a !~ /^-?[0-9.]/ || b !~ /^-?[0-9.]/) exit 1
    d = a > b ? a - b : b - a
    room = ratio * (b < 0 ? -b : b)
    exit !(d <= (room > least ? room : least))
  }'
}

# near WHAT A B RATIO ABSOLUTE
near() {
  within "$2" "$3" "$4" "$5" || wrong "$1: $2, expected $3 (within $4 or $5)"
}

# same WHAT IS EXPECTED
same() {
  [ "$2" = "$3" ] || wrong "$1: '$2', expected '$3'"
}

# holds WHAT EXPRESSION: an arithmetic expression of awk
holds() {
  awk "BEGIN { exit !($2) }" || wrong "$1: not $2"
}

# eventually SECONDS COMMAND...: waits until it succeeds.
eventually() {
  local tries=$(($1 * 50))
  shift
  while ! "$@" >/dev/null 2>&1; do
    [ $((tries--)) -gt 0 ] || return 1
    sleep 0.02
  done
}

# start COMMAND...: in the background, as $started_pid, with its output in $dir/started.out.
start() {
  "$@" >"$dir/started.out" 2>"$dir/started.err" &
  started_pid=$!
  started+=("$started_pid")
}

# finish PID: waits for it; its status.
finish() {
  local status=0 i
  wait "$1" || status=$?
  for i in "${!started[@]}"; do
    [ "${started[i]}" != "$1" ] || unset 'started[i]'
  done
  return "$status"
}

# stop PID: ends a process of ours that need not say anything any more.
stop() {
  kill -TERM "$1" 2>/dev/null || true
  finish "$1" || true
}

thread_named() { grep -qx "$2" /proc/"$1"/task/*/comm; }

# start_workload NAME OPTION...: until its threads work, which have eleven characters of its name.
start_workload() {
  start "$WALLFLAME_WORKLOAD" "$@" --json
  eventually 20 thread_named "$started_pid" "${1:0:11}/.*" ||
    fail "the workload $1 does not start: $(cat "$dir/started.err")"
  sleep 0.3
}

# run COMMAND...: its status, output and errors as $status, $dir/out and $dir/err.
run() {
  status=0
  "$@" >"$dir/out" 2>"$dir/err" </dev/null || status=$?
}

# record FILE OPTION...: a capture that must succeed. What it may take is not bounded, for how dearly it
# samples must not depend on what else the machine is at (budget.sh).
record() {
  local file=$1
  shift
  run "$WALLFLAME" record -q --budget 100 -o "$file" "$@"
  [ "$status" -eq 0 ] || fail "record $*: exit $status: $(cat "$dir/err")"
}

sql() { sqlite3 -readonly "$@"; }

report_json() { "$WALLFLAME" report "$1" --format json; }

folded() { # FILE VIEW
  "$WALLFLAME" flame "$1" --format folded --view "$2"
}

# folded_has FILE VIEW PATTERN: into a file first, for grep -q would break a pipe.
folded_has() {
  folded "$1" "$2" >"$dir/folded"
  grep -qE -- "$3" "$dir/folded"
}

# Every nanosecond of every thread's life is in exactly one state, and references hold.
check_conservation() { # WHAT FILE
  local odd
  odd=$(sql "$2" "SELECT count(*) FROM (
    SELECT end_ns - start_ns AS life, coalesce(sum(ns), 0) AS booked
    FROM thread LEFT JOIN state_time ON state_time.thread = thread.id GROUP BY thread.id
    HAVING booked IS NOT life)")
  same "$1: threads whose states do not sum to their life" "$odd" 0
  same "$1: negative times" \
    "$(sql "$2" 'SELECT count(*) FROM ledger WHERE ns < 0 OR runqueue_ns < 0 OR count < 0')" 0
  same "$1: foreign keys" "$(sql "$2" 'PRAGMA foreign_key_check')" ""
}

# Of a stack from when its thread came back half is there, which is more than none: no loss. And what
# a moved sleep did not tell, the kernel does not know; nor what somebody read whom this shell has waited
# for (io.sh). A run of the program for lock waits is missed (missed-runs) where it waits for the ring's own lock
# on the same CPU: nothing that the ledger is made of, whose own misses are `switches`.
check_nothing_lost() { # WHAT FILE [KIND THAT MAY BE...]
  local lost
  lost=$(sql "$2" "SELECT kind || ' ' || count FROM loss
    WHERE kind NOT IN ('half-stacks', 'missed-runs', 'moved-sleeps', 'unread-io')" |
    { [ $# -lt 3 ] && cat || grep -vE "^($(IFS='|' && echo "${*:3}")) " || true; })
  same "$1: losses" "$lost" ""
}

# Until Linux 5.18 sched_switch may tell the state that whoever wakes the thread has just given it, and
# the perf engine has nothing else: to it a sleep can look like a preemption.
mistaken_sleeps() { # FILE: the share of them
  case $(sql "$1" "SELECT backend || ' ' || kernel FROM capture") in
  'perf-tracepoints 5.1'[0-7].*) echo 0.05 ;;
  *) echo 0 ;;
  esac
}

# The ledger beside the kernel's own books, for threads that lived through the window. On a loaded
# machine the two part at the ends of the window, by chance: the kernel books a wait for a CPU
# when it is over (kernel/sched/stats.h, sched_info_arrive), so one under way stands in one of both
# alone; and the collector reads the books when it gets a CPU itself. So a caller may capture again.
# Where sleepers were moved, the kernel's books have that sleep as waits, too (docs/engines.md).
check_oracle() { # WHAT FILE
  local ran run_oracle queued queue_oracle left left_oracle forced forced_oracle threads slack mistaken
  local moved
  IFS='|' read -r threads ran run_oracle queued queue_oracle left left_oracle forced \
    forced_oracle < <(sql "$2" "
      WITH booked AS (
        SELECT thread,
          sum(iif(state = 0, ns, 0)) AS ran,
          sum(iif(state = 1, ns, 0) + runqueue_ns) AS queued,
          sum(iif(state > 1, count, 0)) AS left,
          sum(iif(state = 1, count, 0)) AS forced
        FROM ledger GROUP BY thread)
      SELECT count(*), sum(ran), sum(run_ns), sum(queued), sum(oracle.runqueue_ns),
        sum(left), sum(voluntary), sum(forced), sum(involuntary)
      FROM oracle JOIN booked USING (thread)")
  [ "$threads" -gt 0 ] || fail "$1: no thread to compare"
  # Of a count of a thousand, 0.1 % is less than the one switch that each CPU may do between an end
  # of the window and the reading of the books.
  slack=$((2 * $(nproc)))
  mistaken=$(mistaken_sleeps "$2")
  [ "$mistaken" != 0 ] || mistaken=0.001
  moved=$(sql "$2" "SELECT count(*) FROM loss WHERE kind = 'moved-sleeps'")
  [ "$moved" = 0 ] || [ "$queued" -gt "$queue_oracle" ] || queued=$queue_oracle
  if ! { within "$ran" "$run_oracle" 0.01 0 &&
    within "$queued" "$queue_oracle" 0.01 2000000 &&
    within $((left + forced)) $((left_oracle + forced_oracle)) 0.001 $slack &&
    within "$left" "$left_oracle" "$mistaken" $slack &&
    within "$forced" "$forced_oracle" "$mistaken" $slack; }; then
    note "$1: by the kernel's books ran $ran/$run_oracle ns, waited $queued/$queue_oracle ns," \
      "voluntary $left/$left_oracle, involuntary $forced/$forced_oracle"
    return 1
  fi
}

# compile NAME [OPTION...]: programs/NAME.c to $dir/NAME. Without optimization each function has its
# frame; with it, -fno-omit-frame-pointer or not, one that calls no other has none.
compile() {
  cc -std=gnu11 -O0 -g -Wall -Wextra -Werror -pthread "${@:2}" -o "$dir/$1" \
    "$here/programs/$1.c" -ldl -lm
}
