#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The workloads in Go: their counts against those of the kernel, what their runtime does with regular
# files, and what a capture says of it. The kernel's counts are those of perf stat and of /proc.
WALLFLAME_TEST_TOOLS='jq sqlite3 perf'
. "$(dirname "$0")/lib.sh"
: "${WALLFLAME_WORKLOAD_GO:?the workloads in Go}"
export TMPDIR=$dir

# counted EVENT FILTER OPTION...: how often it happened in a run, whose report is in $dir/out.
counted() {
  local filter=()
  [ -z "$2" ] || filter=(--filter "$2")
  run perf stat -x, -o "$dir/counts" -e "$1" "${filter[@]}" -- "$WALLFLAME_WORKLOAD_GO" "${@:3}" --json
  [ "$status" -eq 0 ] || fail "perf stat of ${*:3}: exit $status: $(cat "$dir/err")"
  count=$(awk -F, -v event="$1" '$3 == event { print $1 }' "$dir/counts")
  [[ $count =~ ^[0-9]+$ ]] || fail "perf stat does not count $1: $(cat "$dir/counts")"
}

said() { jq -r "$1" "$dir/out"; }

nothing_left() { # WHAT
  same "$1: left behind" "$(find "$dir" -maxdepth 1 -name 'wallflame-workload-go-*')" ""
}

note "nonsense is refused"
refused() {
  run "$WALLFLAME_WORKLOAD_GO" "$@"
  same "exit status of '$*'" "$status" 2
  same "lines about '$*'" "$(wc -l <"$dir/err")" 1
}
refused
refused nonsense
refused go-bufio --goroutines 0
refused go-bufio --goroutines 99999999999999999999
refused go-bufio --seconds nan
refused go-bufio --seconds 0
refused go-bufio --cold --warm
refused go-bufio --files 3 --goroutines 4
refused go-bufio --operations
refused go-bufio epoll-file
refused epoll-file --only nonsense
refused epoll-file --cold
run "$WALLFLAME_WORKLOAD_GO" go-bufio --dir "$dir/missing"
same "exit status without a directory" "$status" 1
same "lines about a missing directory" "$(wc -l <"$dir/err")" 1

note "counts of go-bufio"
counted syscalls:sys_enter_read '' go-bufio --cold --operations 3001 --goroutines 16 --files 200
same "operations" "$(said .operations)" 3001
# Two halves by the buffer of 4 KiB, and the end.
same "reads" "$(said .reads)" 9003
same "bytes" "$(said .bytes)" $((3001 * 8192))
near "reads by the tracepoint" "$(said .reads)" "$count" 0.01 60
near "reads by /proc/PID/io" "$(said .reads)" "$(said .syscr)" 0 60
near "bytes from the device" "$(said .device_bytes)" "$(said .bytes)" 0.01 0
same "operations of the histogram" "$(said '[.latency.below_ns[][1]] | add')" 3001
same "operations of the goroutines" "$(said '[.per_goroutine[].operations] | add')" 3001
same "their time" "$(said '[.per_goroutine[].operation_ns] | add')" "$(said .operation_ns)"
nothing_left go-bufio

note "each os.Open of a regular file is one EPERM of epoll_ctl"
counted syscalls:sys_exit_epoll_ctl 'ret == -1' go-bufio --operations 1000
few=$count
counted syscalls:sys_exit_epoll_ctl 'ret == -1' go-bufio --operations 3000
same "refusals for 2000 files more" $((count - few)) 2000
warm_bytes=$(said .device_bytes)
same "bytes from the device for files in memory" "$warm_bytes" 0

note "what is in the poller"
run "$WALLFLAME_WORKLOAD_GO" epoll-file --operations 400 --json
for phase in open nonblock; do
  same "$phase: refused, watched" \
    "$(said ".phases[] | select(.name == \"$phase\") | [.epoll_ctl_eperm, .deadline_refused,
      .epoll_ctl_accepted, .in_runtime_poller] | join(\" \")")" "8 8 0 0"
  # Plain blocking calls: one each, and all from the device.
  near "$phase: read calls" "$(said ".phases[] | select(.name == \"$phase\") | .syscr")" 400 0 8
  near "$phase: bytes from the device" \
    "$(said ".phases[] | select(.name == \"$phase\") | .device_bytes")" $((400 * 4096)) 0.01 0
done
same "pipe: refused, watched" "$(said '.phases[] | select(.name == "pipe") | [.epoll_ctl_eperm,
  .deadline_refused, .epoll_ctl_accepted, .in_runtime_poller] | join(" ")')" "0 0 8 8"
# A read that finds nothing, a wait in the poller, and one that finds a byte.
holds "read calls for a byte from a pipe" \
  "$(said '.phases[] | select(.name == "pipe") | .syscr') > 1.5 * 400"
nothing_left epoll-file

note "the runtime does not spin on open files"
counted syscalls:sys_enter_epoll_pwait '' epoll-file --only quiet --goroutines 50 --seconds 2
holds "epoll_pwait in two seconds" "$count < 200"
holds "share of a CPU" "$(said '.phases[0].cpu_share') < 0.2"

note "threads"
start "$WALLFLAME_WORKLOAD_GO" go-bufio --cold --goroutines 64 --seconds 3 --json
eventually 20 grep -q . "/proc/$started_pid/task/$started_pid/comm"
sleep 2.5
outside=$(find "/proc/$started_pid/task" -mindepth 1 -maxdepth 1 | wc -l)
finish "$started_pid" || fail "go-bufio: $(cat "$dir/started.err")"
cp "$dir/started.out" "$dir/out"
# The runtime keeps the threads that it has made, and may make more in the last half second.
holds "threads counted from outside" \
  "$outside <= $(said .threads_most) && $outside >= $(said .threads_before)"
same "the last of the counts" "$(said '.threads_by_ns[-1][1]')" "$(said .threads_most)"
holds "threads that cold files add" "$(said .threads_added) > 0"

note "hand-offs"
# A goroutine that waits for the device loses its P. One that finds its file in memory is seldom seen in
# a call, and no oftener than once per call.
hand_offs() {
  run "$WALLFLAME_WORKLOAD_GO" go-bufio "$1" --hand-offs --operations 4000 --json
  [ "$status" -eq 0 ] || fail "go-bufio --hand-offs: $(cat "$dir/err")"
  said .hand_offs
}
cold=$(hand_offs --cold)
warm=$(hand_offs --warm)
note "of 4000 operations: $cold cold, $warm in memory"
holds "hand-offs of cold files" "$cold > 2 * $warm && $cold > 0 && $cold <= 6 * 4000"

note "told to stop"
reads_cold() { [ "$(sed -n 's/^read_bytes: //p' "/proc/$1/io")" -gt 1000000 ]; }
for signal in INT TERM HUP; do
  start "$WALLFLAME_WORKLOAD_GO" go-bufio --cold --files 64 --seconds 60 --json
  eventually 20 reads_cold "$started_pid" || fail "go-bufio does not read: $(cat "$dir/started.err")"
  kill -s "$signal" "$started_pid"
  finish "$started_pid" || wrong "exit status after SIG$signal: $?"
  same "interrupted by SIG$signal" "$(jq -r .interrupted "$dir/started.out")" true
  nothing_left "SIG$signal"
done

note "a capture"
record "$dir/open.db" -- "$WALLFLAME_WORKLOAD_GO" epoll-file --only open --seconds 3 --json
check_conservation "epoll-file" "$dir/open.db"
folded "$dir/open.db" cause >"$dir/folded"
# Of the lines with the pattern, the weight of those that also have the second one.
weight() {
  awk -v first="$1" -v second="${2:-}" '$0 ~ first && $0 ~ second { sum += $NF } END { print sum + 0 }' \
    "$dir/folded"
}
reads=$(weight 'main\.readCold.*filemap_')
holds "time in reads of files" "$reads > 0"
holds "with the goroutine's entry as the root" \
  "$(weight 'main\.readCold.*filemap_' ';runtime[.]goexit;') >= 0.99 * $reads"
# How long they then wait for a CPU is the machine's affair.
switching=$(weight 'main\.readCold.*filemap_' '^switching;')
holds "that wait for a page" \
  "$(weight 'main\.readCold.*filemap_' '^page-cache;fill-wait;') > 0.5 * ($reads - $switching)"
idle=$(weight 'runtime\.stopm')
holds "time of idle threads" "$idle > 0"
waits=$(weight 'runtime\.stopm.*futex_')
holds "idle threads that park" "$(weight 'runtime\.stopm.*futex_' '^(idle;park|switching);') >= 0.99 * $waits"
same "idle threads that count as contended" "$(weight '^lock;futex;.*runtime\.stopm')" 0
