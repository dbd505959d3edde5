#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What can go wrong from outside: processes, permissions, disks, files and names.
. "$(dirname "$0")/lib.sh"
cd "$dir"
mkdir work

# fails PATTERN COMMAND...: exit 1, one line of error that tells, and nothing left in work/.
fails() {
  run "${@:2}"
  same "exit status of: ${*:2}" "$status" 1
  same "lines of error of: ${*:2}" "$(wc -l <"$dir/err")" 1
  grep -qE -- "$1" "$dir/err" || wrong "the error of ${*:2} has no '$1': $(cat "$dir/err")"
  same "left by: ${*:2}" "$(ls -A work)" ""
}

note "processes that are not there"
sleep 0 &
gone=$!
wait "$gone"
fails "$gone" "$WALLFLAME" record -q -d 1 -p "$gone" -o work/x.db
fails 2147483647 "$WALLFLAME" record -q -d 1 -p 2147483647 -o work/x.db
start_workload sleepers --threads 2 --seconds 120
pid=$started_pid
for task in "/proc/$pid/task"/*; do tid=${task##*/}; done
fails "$tid.*thread" "$WALLFLAME" record -q -d 1 -p "$tid" -o work/x.db
fails "$gone" "$WALLFLAME" record -q -d 1 -p "$pid,$gone" -o work/x.db

note "a process that ends at once"
for pause in 0 0.001 0.1 0.2 0.3 0.5 3; do
  rm -f ends.db
  sleep "$pause" &
  ends=$!
  run "$WALLFLAME" record -q -d 5 -p "$ends" -o ends.db
  wait "$ends"
  if [ "$status" -eq 0 ]; then
    same "ended by (after $pause s)" "$(sql ends.db 'SELECT complete, ended_by FROM capture')" \
      '1|target-exit'
    check_conservation "ends after $pause s" ends.db
    "$WALLFLAME" report ends.db >ends.txt || wrong "no report of a process that ended"
    "$WALLFLAME" flame ends.db >ends.svg || wrong "no picture of a process that ended"
  else
    same "exit status (after $pause s)" "$status" 1
    same "lines of error" "$(wc -l <err)" 1
    grep -qE "$ends" err || wrong "the error names no process: $(cat err)"
    [ ! -e ends.db ] || wrong "a file is left of a capture that failed (after $pause s)"
  fi
done
same "the last one was captured" "$status" 0

note "no permission"
mkdir nobody
install -m 755 "$WALLFLAME" nobody/wallflame
chmod 755 "$dir"
chmod 777 nobody
as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all env -C nobody)
fails 'CAP_BPF.*CAP_PERFMON.*CAP_SYS_PTRACE' \
  "${as_nobody[@]}" ./wallflame record -q --engine bpf -d 1 -p "$pid"
fails 'CAP_BPF.*CAP_PERFMON' "${as_nobody[@]}" ./wallflame record -q --engine bpf -d 1 -- true
same "left by nobody" "$(ls -A nobody)" wallflame
fails CAP_SYS_PTRACE setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace \
  "$WALLFLAME" record -q -d 1 -p "$pid" -o work/x.db
grep -qE 'CAP_BPF|CAP_PERFMON' err && wrong "capabilities that are there are said to be missing"
record mine.db -p "$pid" -d 0.2
chmod 600 mine.db
fails 'mine\.db.*Permission denied' "${as_nobody[@]}" ./wallflame report ../mine.db
chmod 644 mine.db
run "${as_nobody[@]}" ./wallflame report ../mine.db
same "report as nobody, where nothing may be written" "$status" 0

note "places that cannot be written"
fails 'no-such-dir' "$WALLFLAME" record -q -d 1 -p "$pid" -o no-such-dir/x.db
fails 'dev/null|proc' "$WALLFLAME" record -q -d 1 -p "$pid" -o /proc/x.db
mkdir readonly
mount -t tmpfs -o size=64k,ro none readonly
mounted+=("$dir/readonly")
fails 'readonly/x\.db.*(Read-only|read-only|unable to open)' \
  "$WALLFLAME" record -q -d 1 -p "$pid" -o readonly/x.db

# A small file system, full at once or while the capture runs. What is left of it opens or is gone.
full_disk() { # FREE-KB
  local left
  note "a file system with $1 kB"
  run "$WALLFLAME" record -q -d 3 -F 4999 -p "$busy" -o small/x.db
  same "exit status on a full disk" "$status" 1
  same "lines of error" "$(wc -l <err)" 1
  grep -qE 'small/x\.db.*(full|No space)' err || wrong "the error does not say so: $(cat err)"
  left=$(find small -maxdepth 1 -name 'x.db*' -printf '%f ' )
  note "left: ${left:-nothing}"
  if [ -e small/x.db ]; then
    run "$WALLFLAME" report small/x.db
    same "report of what was left" "$status" 0
    grep -q 'CUT OFF' out || wrong "the report does not say that the capture was cut off"
  elif [ -n "$left" ]; then
    wrong "half a file is left: $left"
  fi
  rm -f small/x.db*
}
start_workload open-storm --threads 4 --seconds 120
busy=$started_pid
truncate -s 1M disk.img
mkfs.ext4 -q -O ^has_journal -m 0 -N 16 disk.img
mkdir small
mount -o loop disk.img small
mounted+=("$dir/small")
for free in 40 150 300; do
  room=$(($(stat -f -c '%a * %S' small) / 1024))
  head -c $(((room - free) * 1024)) /dev/zero >small/filler
  full_disk "$free"
  rm small/filler
done
stop "$busy"

note "the collector is killed"
start_workload futex --threads 4 --seconds 120
busy=$started_pid
start "$WALLFLAME" record -q -d 60 -p "$busy" -o killed.db
recorder=$started_pid
# It commits once a slice is over and the next one has begun.
has_slices() { [ "$(sqlite3 'file:killed.db?mode=ro' 'SELECT count(*) FROM slice')" -ge 2 ]; }
eventually 20 has_slices ||
  fail "nothing is written while the capture runs"
kill -KILL "$recorder"
finish "$recorder" 2>/dev/null || true
run "$WALLFLAME" report killed.db
same "report of a killed capture" "$status" 0
grep -qE 'CUT OFF' out || wrong "the report does not say that the capture was cut off"
tr '\n' ' ' <out | grep -qE 'the first +[0-9.]+ s' || wrong "the report does not say how far it got"
run "$WALLFLAME" report killed.db --format json
same "complete" "$(jq .capture.complete out)" false
holds "what was kept" "$(jq .capture.window_ns out) >= 1e9"
holds "its ledger" "$(jq .ledger.accounted_ns out) > 0"
run "$WALLFLAME" flame killed.db
same "picture of a killed capture" "$status" 0
xmllint --noout --nonet out || wrong "the picture of a killed capture is no XML"
stop "$busy"

note "files that are no captures"
fails_to_open() { # PATTERN FILE
  fails "$1" "$WALLFLAME" report "$2"
  grep -qF "$2" err || wrong "the error does not name $2: $(cat err)"
  status=0
  timeout 10 "$WALLFLAME" flame "$2" >flame.out 2>flame.err || status=$?
  same "exit status of flame $2" "$status" 1
}
printf 'hello\n' >text.db
: >empty.db
head -c 100000 /dev/urandom >random.db
head -c 5000 mine.db >truncated.db
head -c 16 mine.db >header.db
sqlite3 foreign.db 'CREATE TABLE capture (id); INSERT INTO capture VALUES (1)'
cp mine.db newer.db
sqlite3 newer.db 'PRAGMA user_version = 99'
cp mine.db corrupt.db
dd if=/dev/urandom of=corrupt.db bs=4096 seek=2 count=8 conv=notrunc status=none
cp mine.db gutted.db
sqlite3 gutted.db 'DROP TABLE ledger'
for file in text empty random truncated header foreign newer corrupt gutted; do
  fails_to_open . "$file.db"
done
fails_to_open '(newer|version)' newer.db
fails_to_open '(not a|no) .*capture' foreign.db
fails directory "$WALLFLAME" report work
fails directory "$WALLFLAME" flame work

note "captures that cannot be compared"
refuses() { # PATTERN BEFORE AFTER [OPTION...]
  fails "$1" "$WALLFLAME" diff "${@:2}" -o work/diff.txt
}
record other.db -p "$pid" -d 0.6 --slice 0.1
refuses 'one file' mine.db mine.db
ln -s mine.db link.db
refuses 'one file' mine.db ./link.db
cp mine.db copy.db
refuses 'one and the same capture' mine.db copy.db
refuses 'no-such\.db' mine.db no-such.db
refuses 'text\.db' text.db other.db
refuses 'newer\.db: made by a newer wallflame' other.db newer.db
cp other.db unopened.db
sqlite3 unopened.db 'UPDATE capture SET complete = 0, t1_ns = NULL, ended_by = NULL, progress_ns = t0_ns'
refuses 'before was cut off before its window' unopened.db mine.db
refuses 'after was cut off before its window' mine.db unopened.db
refuses 'page-cache-fill are not counted|nothing to divide' mine.db other.db --per page-cache-fill
refuses 'no-such-point are not counted' mine.db other.db --per no-such-point
fails 'no-such-dir' "$WALLFLAME" diff mine.db other.db -o no-such-dir/x
run "$WALLFLAME" diff mine.db other.db
same "exit status of a comparison of short captures" "$status" 0
grep -q 'WARNING: the capture before is worth 1.0 slices' out ||
  wrong "few slices are not warned of: $(head -8 out)"
cp other.db elsewhere.db
sqlite3 elsewhere.db "UPDATE capture SET kernel = '9.9' || char(27) || '[2J', host = '<b>&', cpus = 99,
  backend = 'perf-tracepoints', cpu_clock = 'cycles', complete = 0, t1_ns = NULL, ended_by = NULL"
run "$WALLFLAME" diff other.db elsewhere.db --format json
same "exit status of an unequal pair" "$status" 0
for what in kernels hosts engines 'CPU clocks' 'numbers of CPUs' 'after was cut off'; do
  jq -e --arg what "$what" 'any(.warnings[]; contains($what))' out >jq.out ||
    wrong "no warning of $what: $(jq -c .warnings out)"
done
run "$WALLFLAME" diff other.db elsewhere.db
[ "$(tr -d '\n' <out | tr -cd '\000-\037\177' | wc -c)" -eq 0 ] ||
  wrong "control characters in the text of a comparison"
stop "$pid"

note "hostile names"
long=$(head -c 10240 /dev/zero | tr '\0' x)
cc -std=gnu11 -O0 -g0 -c -o hostile.o "$here/programs/hostile.c"
objcopy --redefine-sym "hostile_markup=<script>\"';alert(1)</script>" \
  --redefine-sym $'hostile_lines=two\nlines 7;\ttab' \
  --redefine-sym "hostile_long=$long" \
  --redefine-sym $'hostile_bytes=\033[2J\377\200\001' hostile.o
cc -pthread -o hostile hostile.o
start ./hostile
eventually 10 thread_named "$started_pid" '.*red.*' || fail "hostile does not start"
mkdir named
(cd named && "$WALLFLAME" record -q -d 2 -F 999 -p "$started_pid" 2>../err) ||
  wrong "hostile names cannot be captured: $(cat err)"
stop "$started_pid"
name=$(ls -A named)
[[ $name =~ ^wallflame-[A-Za-z0-9._-]+\.db$ ]] || wrong "the default name is not tame: $name"
mv "named/$name" hostile.db
check_conservation hostile hostile.db
same "the long symbol, whole" "$(sql hostile.db \
  'SELECT count(DISTINCT symbol) FROM frame WHERE length(symbol) = 10240')" 1
for format in text json; do
  run "$WALLFLAME" report hostile.db --format $format
  same "exit status of the $format report" "$status" 0
  cp out "hostile.$format"
  # Newlines end lines; no other control character, and nothing but UTF-8.
  [ "$(tr -d '\n' <"hostile.$format" | tr -cd '\000-\037\177' | wc -c)" -eq 0 ] ||
    wrong "control characters in the $format report"
  iconv -f utf-8 -t utf-8 "hostile.$format" >iconv.out || wrong "the $format report is no UTF-8"
done
holds "longest line of the text report" "$(wc -L <hostile.text) <= 100"
jq -e '.threads | length == 7' hostile.json >jq.out || wrong "JSON lacks threads"
for view in wall offcpu oncpu cause; do
  run "$WALLFLAME" flame hostile.db --view $view
  same "exit status of the picture ($view)" "$status" 0
  xmllint --noout --nonet out || wrong "the picture ($view) is no XML"
  grep -qF '<script>"' out && wrong "markup of a symbol is in the picture ($view)"
  grep -qF '<script>&"' out && wrong "markup of a name is in the picture ($view)"
  run "$WALLFLAME" flame hostile.db --view $view --format folded
  [ "$(tr -d '\n' <out | tr -cd '\000-\037\177' | wc -c)" -eq 0 ] ||
    wrong "control characters in the folded stacks ($view)"
  awk '!/^[^ ].* [0-9]+$/ || /;;/ { exit 1 }' out || wrong "a folded line is malformed ($view)"
done
# A name holds no separator: the stacks of the function with ';' and a newline in it stay whole.
folded hostile.db oncpu >hostile.folded
awk -F';' '/tab/ { found = 1; if ($NF !~ /two.*tab/ && $0 !~ /;[^;]*two[^;]*tab/) exit 1 }
  END { exit !found }' hostile.folded || wrong "a name was torn apart"
run "$WALLFLAME" flame hostile.folded
same "the folded stacks, read again" "$status" 0
xmllint --noout --nonet out || wrong "their picture is no XML"
