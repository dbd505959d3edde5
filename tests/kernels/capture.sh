#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# capture.sh OUT PROGRAM [OPTION...]: in the guest, a capture of PROGRAM with these options of `record`.
export WALLFLAME_TEST_TOOLS=sqlite3 # the reports are read on the host
. /tests/e2e/lib.sh

out=$1
program=$2
file=$out/capture.db
shift 2

# await_window RECORDER: until its window is open. It is asked seldom: an emulated CPU that starts a
# program again and again leaves the recorder little.
await_window() {
  local tries=300
  while [ $((tries--)) -gt 0 ]; do
    sleep 1
    kill -0 "$1" 2>/dev/null || fail "record ended: $(cat "$dir/started.err")"
    [ "$(sql "$file" 'SELECT count(*) FROM capture' 2>/dev/null)" != 1 ] || return 0
  done
  fail "no window after five minutes"
}

# capture_exact OPTION...: its window holds all that wallflame-exact counts, and no more.
capture_exact() {
  local exact_PID pid recorder from to line
  coproc exact { exec wallflame-exact /tmp /disk; }
  pid=$exact_PID
  started+=("$pid")
  exec {from}<&"${exact[0]}" {to}>&"${exact[1]}"
  read -r -t 60 -u "$from" line || fail "wallflame-exact does not start"
  # An earlier try would be taken for this one.
  rm -f "$file" "$file-wal" "$file-shm"
  start "$WALLFLAME" record -q --budget 100 --force -o "$file" -p "$pid" -d 600 "$@"
  recorder=$started_pid
  await_window "$recorder"
  echo go >&"$to"
  read -r -t 300 -u "$from" line || fail "wallflame-exact did not come to its end"
  echo "$line" >"$out/exact.json"
  kill -TERM "$recorder"
  finish "$recorder" || fail "record $*: $(cat "$dir/started.err")"
  echo end >&"$to"
  finish "$pid" || fail "wallflame-exact failed"
  exec {from}<&- {to}>&-
}

# An emulated machine is rough with time, so a capture that is off the kernel's books is made again. The
# kernel books no wait while it moves a thread from one run queue to another (sched_info_dequeue,
# kernel/sched/stats.h), wallflame does; and that takes an emulated CPU long: mostly 0.2 % of all waits,
# seldom more than 1 %.
check_exact() {
  local try
  for try in 1 2 3 4 5; do
    capture_exact "$@"
    check_conservation "$program" "$file"
    if check_oracle "$program" "$file"; then return; fi
  done
  wrong "off the kernel's books in each of $try captures"
}

# From its first instruction to its last. Not held against the kernel's books: these threads do not
# rest at the ends of the window, and to read the books takes an emulated CPU some milliseconds.
check_workload() {
  record "$file" "$@" -- "$WALLFLAME_WORKLOAD" "$program" --seconds 1
  check_conservation "$program" "$file"
}

# check_refused: as auto, but the kernel refuses to attach one program of many, in the midst of those of
# page-cache-fill. What the recorder then holds attached is handed back: for each the kind of its hook, as
# enum bpf_attach_type (include/uapi/linux/bpf.h) has it.
check_refused() {
  local recorder
  start wallflame-refuse-one typed 40 "$WALLFLAME" record -q --budget 100 -o "$file" -- \
    "$WALLFLAME_WORKLOAD" futex --seconds 5
  await_window "$started_pid"
  recorder=$(pidof wallflame | tr ' ' '\n' | sort -n | head -n 1)
  # Other files of its come and go meanwhile.
  (cat "/proc/$recorder/fdinfo/"* 2>/dev/null || true) | sed -n 's/^attach_type:[[:space:]]*//p' >"$out/attached"
  finish "$started_pid" || fail "record: $(cat "$dir/started.err")"
  check_conservation "$program" "$file"
}

case $program in
exact) check_exact "$@" ;;
refused) check_refused ;;
*) check_workload "$@" ;;
esac
