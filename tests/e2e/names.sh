#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Names of functions where they are hard to come by.
. "$(dirname "$0")/lib.sh"
for tool in g++ go busybox; do command -v "$tool" >/dev/null || fail "$tool is not installed"; done
cd "$dir"
options=(-O0 -g0)

# has FILE PATTERN SHARE: the stacks with it have at least that share of the time on the CPU.
has() {
  local share
  share=$(folded "$1" oncpu |
    P="$2" awk '{ all += $NF } $0 ~ ENVIRON["P"] { part += $NF } END { print part / all }')
  holds "share of $2 in $1" "$share >= $3"
}

note "a library that is loaded in the window, with a name of its .symtab"
compile late
cc "${options[@]}" -shared -fPIC -o late.so "$here/programs/late_library.c"
start ./late ./late.so
pid=$started_pid
"$WALLFLAME" record -q --budget 100 -d 3 -F 999 -p "$pid" -o late.db &
recorder=$!
started+=("$recorder")
window_is_open() { [ "$(sql "$1" 'SELECT count(*) FROM capture')" = 1 ]; }
eventually 30 window_is_open late.db || wrong "the window does not open"
sleep 1
kill -USR1 "$pid"
finish "$recorder" || wrong "the capture failed"
stop "$pid"
has late.db ';main;early_burn ' 0.1
has late.db ';main;late_burn;late_inner ' 0.1
check_conservation late late.db
check_nothing_lost late late.db broken-stacks unnamed-frames

note "a stripped library: the names of its .dynsym, or its offsets"
strip late.so
start ./late "$dir/late.so"
sleep 0.3
kill -USR1 "$started_pid"
sleep 0.3
record stripped.db -d 1 -F 999 -p "$started_pid"
stop "$started_pid"
has stripped.db ';main;late_burn;[^;]*late' 0.9

note "a program whose file is deleted and replaced"
cp late deleted
start ./deleted ./late.so
sleep 0.3
rm deleted
printf 'another file\n' >deleted
record deleted.db -d 1 -F 999 -p "$started_pid"
stop "$started_pid"
has deleted.db ';main;early_burn ' 0.9

note "debug symbols in a file of their own"
cp late split
objcopy --only-keep-debug split split.debug
strip split
objcopy --add-gnu-debuglink=split.debug split
start ./split ./late.so
sleep 0.2
record split.db -d 1 -F 999 -p "$started_pid"
stop "$started_pid"
has split.db ';main;early_burn ' 0.9

note "C++"
g++ "${options[@]}" -o mangled "$here/programs/mangled.cc"
start ./mangled
sleep 0.2
record mangled.db -d 1 -F 999 -p "$started_pid"
stop "$started_pid"
has mangled.db ';main;deep::Worker<long>::burn\(long\) ' 0.9

note "build ids"
id=$(readelf -n late | sed -n 's/.*Build ID: //p')
same "build id of late" \
  "$(sql late.db "SELECT build_id FROM module WHERE path LIKE '%/late'")" "$id"

note "inlined calls, with their lines"
compile inlined -O2 -fno-omit-frame-pointer
start ./inlined
sleep 0.2
record inlined.db -d 1 -F 999 -p "$started_pid"
stop "$started_pid"
has inlined.db ';work;spin_\[i\] ' 0.8
loop=$(grep -n 'sink = sink' "$here/programs/inlined.c" | cut -d : -f 1)
call=$(grep -n '	spin(rounds)' "$here/programs/inlined.c" | cut -d : -f 1)
holds "frames in the loop, inlined at its call" "$(sql inlined.db "
  SELECT count(*) FROM frame JOIN frame_line ON frame_line.frame = frame.id
  JOIN frame_inline ON frame_inline.frame = frame.id
  WHERE frame.symbol = 'work' AND frame_line.line = $call AND frame_inline.symbol = 'spin'
    AND frame_inline.line = $loop AND frame_inline.file LIKE '%/inlined.c'") > 0"

note "a Go program without symbols"
GO111MODULE=off GOCACHE="$dir/go-cache" GOPATH="$dir/go" GOFLAGS='' \
  go build -ldflags='-s -w' -o burn "$here/programs/burn.go"
start ./burn
sleep 0.2
record burn.db -d 1 -F 999 -p "$started_pid"
stop "$started_pid"
has burn.db ';main.burn ' 0.8
holds "frames of main.burn with their line" "$(sql burn.db "
  SELECT count(*) FROM frame JOIN frame_line ON frame_line.frame = frame.id
  WHERE symbol = 'main.burn' AND file LIKE '%/burn.go' AND line BETWEEN 8 AND 12") > 0"

note "debug files from a server, only when asked for"
cp late served
id=$(readelf -n served | sed -n 's/.*Build ID: //p')
mkdir -p "www/buildid/$id"
objcopy --only-keep-debug served "www/buildid/$id/debuginfo"
strip served
port=$((20000 + RANDOM % 10000))
busybox httpd -f -v -p "127.0.0.1:$port" -h www >/dev/null 2>asked &
started+=("$!")
eventually 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port" || fail "the server does not start"
export DEBUGINFOD_URLS="http://127.0.0.1:$port" XDG_CACHE_HOME="$dir/cache" no_proxy=127.0.0.1
start ./served ./late.so
sleep 0.2
record unasked.db -d 1 -F 999 -p "$started_pid"
same "asked without the option" "$(grep -c response:200 asked || true)" 0
record asked.db --debuginfod -d 1 -F 999 -p "$started_pid"
stop "$started_pid"
has asked.db ';main;early_burn ' 0.9
holds "answers" "$(grep -c response:200 asked || true) > 0"
