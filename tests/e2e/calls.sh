#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# System calls as they are counted in moments: against programs that know how many they make, and against
# the kernel's own count.
. "$(dirname "$0")/lib.sh"

compile call_mix
compile forks

ask() { jq -r "$1" "$dir/report.json"; }
truth() { jq -r "$1" "$dir/out"; }
# of NAME FIELD: of all processes.
of() { ask "[.calls.rows[] | select(.pid == null and .name == \"$1\")][0]$2"; }

# The rows of a moment hold whole rounds, but for the one that it cuts off at each end.
note "calls in a known ratio to each other"
status=0
"$dir/call_mix" 1 32 >/dev/null || status=$?
has_32=(32)
[ "$status" -eq 0 ] || has_32=()
[ "$status" -ne 2 ] || note "this kernel runs no 32-bit system calls"
record "$dir/mix.db" --calls 25 -- "$dir/call_mix" 2000 "${has_32[@]}"
report_json "$dir/mix.db" >"$dir/report.json"
moments=$(ask .calls.moments)
rounds=$(of getppid .counted)
holds "there were moments" "$moments >= 20"
holds "and calls in them" "$rounds > 100"
near "close for getppid" "$(of close .counted)" $((3 * rounds)) 0 $((6 * moments + 10))
near "write for getppid" "$(of write .counted)" $((3 * rounds)) 0 $((6 * moments))
[ "${#has_32[@]}" -eq 0 ] || near "getpid for getppid" "$(of i386:20 .counted)" "$rounds" 0 $((2 * moments))
# But for those that load its libraries.
near "each close failed" "$(of close .errors)" "$(of close .counted)" 0 10
same "and no other call" "$(of getppid .errors) $(of write .errors)" "0 0"
near "bytes a write" "$(of write .bytes.value)" 60 0.05 0
same "bytes of calls that return none" "$(of getppid .bytes) $(of close .bytes)" "null null"
holds "nearly all begin and end in a moment" "$(of getppid .whole) > 0.9 * $rounds"
holds "their time is one" "$(of getppid .whole_ns.value) > 0 && $(of getppid .whole_ns.value) < 1e6"
holds "counting adds time" "$(ask .calls.added_ns) > 0 && $(ask .calls.added_ns) < 100000"
same "lost" "$(sql "$dir/mix.db" "SELECT count(*) FROM loss WHERE kind LIKE 'syscall%'")" 0

# Twice as far as the interval goes: so the truth is outside once in ten thousand times.
note "calls a second"
in_window=$(awk "BEGIN { print $(truth .rounds) / $(ask .capture.window_ns) * 1e9 }")
holds "getppid $(of getppid .per_second), in truth $in_window" \
  "2 * $(of getppid .per_second.low) - $(of getppid .per_second.value) <= 1.01 * $in_window &&
   2 * $(of getppid .per_second.high) - $(of getppid .per_second.value) >= 0.99 * $in_window"
# The kernel counts writes, and so do we in what are all of them.
same "writes are the kernel's" "$(of write .by_kernel_count)" true
near "writes" "$(of write .per_second.value)" "$(awk "BEGIN { print 3 * $in_window }")" 0.01 0

note "the moments"
same "each is of 5 ms" "$(sql "$dir/mix.db" "SELECT DISTINCT to_ns - from_ns FROM call_moment")" 5000000
same "inside the window" "$(sql "$dir/mix.db" "SELECT count(*) FROM call_moment, capture
  WHERE from_ns < t0_ns OR to_ns > t1_ns")" 0
same "one after the other" "$(sql "$dir/mix.db" "SELECT count(*) FROM call_moment AS a
  JOIN call_moment AS b ON b.id = a.id + 1 WHERE b.from_ns < a.to_ns")" 0
holds "not more of the time than asked for" "$(ask .calls.share) < 0.26"

# A new process leaves the kernel through the call of its parent, and must not count for another one.
note "calls that make processes"
record "$dir/forks.db" --calls 50 -- "$dir/forks" 2000
report_json "$dir/forks.db" >"$dir/report.json"
drawn=$(ask .calls.moments)
waited=$(of wait4 .counted)
holds "there were some" "$waited > 4 * $drawn"
for name in clone fork vfork clone3; do
  near "four times $name for wait4" $((4 * $(of $name .counted))) "$waited" 0.1 $((2 * drawn))
  same "$name has not failed" "$(of $name .errors)" 0
done

note "several processes"
# A shell calls getppid, too: once.
record "$dir/two.db" --calls 25 -- sh -c "'$dir/call_mix' 500 & '$dir/call_mix' 500 & wait"
report_json "$dir/two.db" >"$dir/report.json"
same "each has its own" \
  "$(ask '[.calls.rows[] | select(.pid != null and .name == "getppid" and .counted > 10)] | length')" 2
same "they sum up" "$(ask '[.calls.rows[] | select(.pid != null and .name == "getppid") | .counted] | add')" \
  "$(of getppid .counted)"

note "reports for people"
"$WALLFLAME" report "$dir/mix.db" >"$dir/report.txt"
grep -qE "^SYSTEM CALLS +sampled: $moments moments of 5.000 ms" "$dir/report.txt" || wrong "no section in the text"
grep -qE '^  write +=[0-9,. M]+ +[0-9,.]+.* 60' "$dir/report.txt" || wrong "no line for write"
"$WALLFLAME" report "$dir/mix.db" --format html >"$dir/report.html"
grep -q 'id="calls"' "$dir/report.html" || wrong "no section in the HTML"

note "not asked for, and not to be had"
record "$dir/off.db" --calls 0 -- "$dir/call_mix" 100
report_json "$dir/off.db" >"$dir/report.json"
same "none" "$(ask '.calls.moments, (.calls.rows | length), .calls.note' | xargs)" "0 0 not asked for"
record "$dir/perf.db" --engine perf -- "$dir/call_mix" 100
report_json "$dir/perf.db" >"$dir/report.json"
same "none by perf events" "$(ask '.calls.moments, (.calls.rows | length)' | xargs)" "0 0"
same "and it says so" "$(ask .calls.note)" "perf events do not count system calls in moments; BPF programs do"
for wrong_share in 51 -1 x 0.001 ''; do
  run "$WALLFLAME" record --calls "$wrong_share" -o "$dir/never.db" -- true
  same "--calls '$wrong_share'" "$status" 2
  [ ! -e "$dir/never.db" ] || wrong "--calls '$wrong_share' has left a file"
done
