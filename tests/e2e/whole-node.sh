#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# User stacks of Node.js: from the program's entry through V8 and the JIT's code into libuv.
WALLFLAME_TEST_TOOLS='node readelf sqlite3'
. "$(dirname "$0")/whole.sh"
cd "$dir"

mkfifo bytes
exec 3<>bytes
(while sleep 0.01; do printf x >&3; done) &
started+=("$!")
# Sparkplug: each function has code of its own from its first call. The map is written to /tmp.
start node --perf-basic-prof --always-sparkplug --no-turbo-inlining "$here/programs/waits.js" 3
pid=$started_pid
eventually 10 grep -q 'JS:\*burnInner' "/tmp/perf-$pid.map" || wrong "burnInner was never optimized"
record node.db -F 999 -d 2 -p "$pid"
stop "$pid"
rm -f "/tmp/perf-$pid.map"
check_conservation node node.db
name_entry "$(readlink -f "$(command -v node)")"
read_stacks node.db
check_whole node
check_chain oncpu '' 0.02 'JS:.burnInner .*' \
  'JS:.turn [^;]*;JS:.burnOuter [^;]*;JS:.burnMiddle [^;]*;JS:.burnInner [^;]*'
check_chain offcpu '' 0.02 'JS:.readSync .*' \
  'JS:.turn [^;]*;JS:.waitOuter [^;]*;JS:.waitMiddle [^;]*;JS:.readSync [^;]*;([^;]*;)+read;[^;]*_\[k\]'
