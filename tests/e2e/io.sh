#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What was read and written: against what the programs know of it themselves, against /proc read beside
# the capture, and the share of the page cache against mincore(2) and cachestat(2).
. "$(dirname "$0")/lib.sh"

[ -r /proc/self/io ] || fail "this kernel does not count reads and writes (CONFIG_TASK_IO_ACCOUNTING)"
compile half_cached
compile io_watch
compile thread_execs

# only FILE COUNT: of the only process.
only() { sql "$1" "SELECT $2 FROM process_io"; }

ask() { jq -r "$1" "$dir/report.json"; }

truth() { jq -r "$1" "$dir/out"; }

# Programs that are captured from their exec(2) to their end. Beside what they tell they read libraries,
# /proc and their options.

note "cold files"
record "$dir/cold.db" -- "$WALLFLAME_WORKLOAD" cold-read --files 128 --operations 4000 --json --dir "$dir"
bytes=$(truth .bytes)
report_json "$dir/cold.db" >"$dir/report.json"
holds "cold-read has read something" "$bytes > 4000"
near "bytes read" "$(only "$dir/cold.db" read_bytes)" "$bytes" 0.01 0
near "bytes of the device" "$(only "$dir/cold.db" device_read_bytes)" "$(truth .device_bytes)" 0.01 0
holds "cold files come from the device" \
  "$(only "$dir/cold.db" device_read_bytes) >= $bytes * $(truth .evicted_before)"
holds "the cached share is that of the program" \
  "$(ask '[.processes[] | select(.io)][0].io.cached_at_least') <= 1 - $(truth .device_bytes) / $bytes + 0.01"
same "children" "$(only "$dir/cold.db" child_faults)" 0
same "lost" "$(sql "$dir/cold.db" "SELECT count(*) FROM loss WHERE kind = 'unread-io'")" 0
# All threads but the first one had ended.
near "bytes read by threads that ended" "$(ask '[.processes[] | select(.io)][0].io_rest.read_bytes')" "$bytes" 0.01 0
same "these threads" "$(ask '[.processes[] | select(.io)][0].io_rest.threads')" "$(ask '.capture.threads - 1')"

small=$("$WALLFLAME_WORKLOAD" --list | grep -o '^small-read')
for engine in bpf perf; do
  note "small reads, $engine"
  record "$dir/small.db" --force --engine "$engine" -- \
    "$WALLFLAME_WORKLOAD" "$small" --operations 200000 --threads 2 --json
  report_json "$dir/small.db" >"$dir/report.json"
  near "read calls" "$(only "$dir/small.db" read_calls)" "$(truth .operations)" 0.01 0
  near "bytes a call" "$(ask '[.processes[] | select(.io)][0].io.bytes_per_read')" "$(truth '.bytes / .operations')" 0.01 0
done

note "half of a file in the page cache"
"$dir/half_cached" prepare "$dir/half"
record "$dir/half.db" -- "$dir/half_cached" read "$dir/half"
report_json "$dir/half.db" >"$dir/report.json"
near "half of it is there" "$(truth '.resident / .pages')" 0.5 0 0.05
near "calls" "$(only "$dir/half.db" read_calls)" "$(truth .calls)" 0.01 0
near "bytes read" "$(only "$dir/half.db" read_bytes)" "$(truth .bytes)" 0.01 0
near "bytes of the device" "$(only "$dir/half.db" device_read_bytes)" \
  "$(truth '.bytes * (1 - .resident / .pages)')" 0.01 0
near "cached share" "$(ask '[.processes[] | select(.io)][0].io.cached_at_least')" "$(truth '.resident / .pages')" 0 0.01
near "of its only thread" "$(ask '.threads[0].io.cached_at_least')" "$(truth '.resident / .pages')" 0 0.01
same "of a file that is all there" "$(
  record "$dir/all.db" -- "$dir/half_cached" read "$dir/half"
  report_json "$dir/all.db" | jq '.processes[0].io | .cached_at_least >= 0.99 and .device_read_bytes == 0'
)" true

# Without privileges the files of a process that has ended may not be opened any more.
note "nobody's own command"
mkdir "$dir/nobody"
cp "$WALLFLAME" "$dir/nobody/wallflame"
chown -R nobody "$dir/nobody"
chmod 711 "$dir"
run setpriv --reuid nobody --regid nogroup --clear-groups "$dir/nobody/wallflame" record -q --engine perf \
  -o "$dir/nobody/own.db" -- dd if=/dev/zero of=/dev/null bs=64 count=5000
[ "$status" -eq 0 ] || fail "record as nobody: $(cat "$dir/err")"
near "calls of it" "$(only "$dir/nobody/own.db" read_calls)" 5000 0.01 0
near "calls of its thread" "$(sql "$dir/nobody/own.db" "SELECT read_calls FROM thread_io")" 5000 0.01 0

# A process that was there before and is there after, watched from beside: what is stored lies between
# what was seen before and after the reading at either end, and the window is the watch's clock.
note "beside /proc"
start_workload "$small" --threads 2 --seconds 30
pid=$started_pid
"$dir/io_watch" "$pid" >"$dir/watched" &
watch=$!
started+=("$watch")
record "$dir/beside.db" -p "$pid" -d 2
sleep 0.2
stop "$watch"
skew=$(sql "$dir/beside.db" "SELECT value FROM cost WHERE name = 'io-skew'")
IFS='|' read -r t0 t1 < <(sql "$dir/beside.db" "SELECT t0_ns, t1_ns FROM capture")
between() { # NUMBER FIELD: least and most
  awk -v t0="$t0" -v t1="$t1" -v late="$skew" -v number="$1" -v field="$2" '
    $3 != number { next }
    $2 <= t0 { before = $field }
    $1 >= t0 + late && !seen { after = $field; seen = 1 }
    $2 <= t1 { until = $field }
    $1 >= t1 + late && !passed { past = $field; passed = 1 }
    END { if (before == "" || !seen || !passed) exit 1; printf "%d %d\n", until - after, past - before }' \
    "$dir/watched"
}
check_between() { # WHAT NUMBER FIELD FOUND
  local least most
  read -r least most < <(between "$2" "$3") || fail "$1: not watched long enough"
  holds "$1 between what was seen" "$least <= $4 && $4 <= $most"
  holds "$1: the bounds say something" "$least > 0.8 * $most"
}
check_between "calls of the process" 0 4 "$(only "$dir/beside.db" read_calls)"
check_between "bytes of the process" 0 5 "$(only "$dir/beside.db" read_bytes)"
same "both threads" "$(sql "$dir/beside.db" "SELECT count(*) FROM thread_io JOIN thread ON id = thread
  WHERE comm LIKE 'small-read%/%'")" 2
while IFS='|' read -r tid calls bytes; do
  check_between "calls of thread $tid" "$tid" 4 "$calls"
  check_between "bytes of thread $tid" "$tid" 5 "$bytes"
  same "bytes of thread $tid, a call" $((bytes / calls)) 64
done < <(sql "$dir/beside.db" "SELECT tid, read_calls, read_bytes FROM thread_io
  JOIN thread ON id = thread WHERE comm LIKE 'small-read%/%'")
holds "no thread has what its process has not" "$(sql "$dir/beside.db" "SELECT
  (SELECT sum(read_calls) FROM thread_io) <= (SELECT read_calls FROM process_io)")"
same "the oracle's are the same" "$(sql "$dir/beside.db" "SELECT count(*) FROM oracle
  JOIN thread_io USING (thread) WHERE oracle.read_calls IS NOT thread_io.read_calls
  OR oracle.device_read_bytes IS NOT thread_io.device_read_bytes")" 0
stop "$pid"

note "a thread that becomes another program"
record "$dir/exec.db" -- "$dir/thread_execs" 5000
near "calls of the process" "$(only "$dir/exec.db" read_calls)" 10000 0.01 0
near "calls of the thread" "$(sql "$dir/exec.db" "SELECT max(read_calls) FROM thread_io")" 10000 0.01 0

# The kernel adds what a child read to the counts of who waits for it.
note "children"
record "$dir/family.db" -- sh -c 'dd if=/dev/zero of=/dev/null bs=64 count=5000 2>/dev/null; :'
same "processes, and those with counts" "$(sql "$dir/family.db" "SELECT count(*), count(read_calls)
  FROM process LEFT JOIN process_io ON process = id")" "2|1"
near "calls of a shell with those of its child" "$(only "$dir/family.db" read_calls)" 5000 0.02 0
near "calls to write" "$(only "$dir/family.db" write_calls)" 5000 0.02 0
holds "that it had a child" "$(only "$dir/family.db" child_faults) > 0"
same "lost" "$(sql "$dir/family.db" "SELECT count(*) FROM loss WHERE kind = 'unread-io'")" 0

# start_child WAIT: of a parent that does this when its child has begun. The child reads 64 bytes at a time
# until there is a file `end`.
start_child() {
  rm -f "$dir/started.out" "$dir/end"
  # shellcheck disable=SC2016 # perl's
  start perl -e '$| = 1; my $pid = fork(); if (!$pid) { open(F, "/dev/zero");
    until (-e $ARGV[0]) { sysread(F, $b, 64); select(undef, undef, undef, 0.01) } exit }
    print "$pid\n"; '"$1"'; sleep 60' "$dir/end"
  parent=$started_pid
  eventually 10 grep -q . "$dir/started.out"
  child=$(cat "$dir/started.out")
}

# end_under_capture FILE OPTION...: the child ends when the window has been open for a while.
end_under_capture() {
  "$WALLFLAME" record -q -o "$@" 2>"$dir/err" &
  local capture=$!
  started+=("$capture")
  eventually 20 recording "$1" || fail "no window: $(cat "$dir/err")"
  sleep 0.5
  touch "$dir/end"
  finish "$capture" || fail "record: $(cat "$dir/err")"
}
recording() { [ "$(sql "$1" "SELECT count(*) FROM capture")" = 1 ]; }

note "one that ends before the others"
# shellcheck disable=SC2016 # perl's
start_child 'select(undef, undef, undef, 0.1) until -e $ARGV[0]; sleep 1; waitpid($pid, 0)'
end_under_capture "$dir/early.db" -p "$child" -p "$$" -d 3
same "it was waited for" "$([ -e "/proc/$child" ] || echo gone)" gone
same "bytes that it read" "$(sql "$dir/early.db" "SELECT read_bytes % 64, read_bytes > 64 * 10
  FROM process_io JOIN process ON id = process WHERE pid = $child")" "0|1"
stop "$parent"

# Nobody waits for it: it is gone as it ends, and with it what it has counted.
note "one that is gone"
# shellcheck disable=SC2016 # perl's
start_child '$SIG{CHLD} = "IGNORE"'
end_under_capture "$dir/gone.db" -p "$child"
same "its rows" "$(sql "$dir/gone.db" "SELECT count(*) FROM process_io")" 0
same "told as lost" "$(sql "$dir/gone.db" "SELECT count FROM loss WHERE kind = 'unread-io'")" 1
"$WALLFLAME" report "$dir/gone.db" >"$dir/report.txt"
grep -A1 '^READS AND WRITES' "$dir/report.txt" | grep -qx '  Not known.' ||
  wrong "the report does not say that nothing is known"
stop "$parent"
