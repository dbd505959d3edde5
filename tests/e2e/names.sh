#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Names of functions where they are hard to come by.
. "$(dirname "$0")/lib.sh"
command -v g++ >/dev/null || fail "g++ is not installed"
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
"$WALLFLAME" record -q -d 3 -F 999 -p "$pid" -o late.db &
recorder=$!
started+=("$recorder")
sleep 1.5
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
