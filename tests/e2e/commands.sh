#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The contract of the commands: names, options, exit statuses, files.
. "$(dirname "$0")/lib.sh"
cd "$dir"
wallflame=$WALLFLAME

# refused COMMAND...: wrong usage is one line of error, exit 2, and nothing else happens.
refused() {
  run "$wallflame" "$@"
  same "exit status of: $*" "$status" 2
  same "lines of error of: $*" "$(wc -l <"$dir/err")" 1
  same "output of: $*" "$(wc -c <"$dir/out")" 0
  grep -q '^wallflame' "$dir/err" || wrong "the error of $* does not say whose it is"
}

# fails PATTERN COMMAND...: exit 1 and one line that tells.
fails() {
  run "$wallflame" "${@:2}"
  same "exit status of: ${*:2}" "$status" 1
  same "lines of error of: ${*:2}" "$(wc -l <"$dir/err")" 1
  grep -qE -- "$1" "$dir/err" || wrong "the error of ${*:2} has no '$1': $(cat "$dir/err")"
}

succeeds() {
  run "$wallflame" "$@"
  same "exit status of: $*" "$status" 0
  same "errors of: $*" "$(cat "$dir/err")" ""
}

note "help and version"
succeeds --version
grep -qxE 'wallflame [0-9]+\.[0-9]+\.[0-9]+' out || wrong "--version says: $(cat out)"
for words in -h --help help 'help record' 'help report' 'help flame' 'help diff' 'help help' \
  'record -h' 'record --help' 'report -h' 'report --help' 'flame -h' 'flame --help' 'diff -h' 'diff --help'; do
  # shellcheck disable=SC2086 # words
  succeeds $words
  grep -q '^Usage: wallflame' out || wrong "$words shows no usage"
  holds "longest line of $words" "$(wc -L <out) <= 100"
done
for option in --pid --duration --output --slice --force --frequency --quiet --rotate --keep --trigger \
  --keep-triggered; do
  succeeds help record
  grep -q -- "$option" out || wrong "help record does not tell of $option"
done
run "$wallflame"
same "exit status without words" "$status" 2

note "wrong words and numbers"
refused nonsense
refused --nonsense
refused help nonsense
refused help record report
refused record
refused record -x
refused record --nonsense
refused record --pid
refused record -p
refused record -d
refused record -o
refused record -F
refused record -p 1 -- true
refused record -o '' -p $$
for pids in 0 abc '' -1 1,,2 '1,' ',1' 1.5 99999999999 "1 2" 1x; do refused record -p "$pids"; done
for seconds in 0 abc '' -1 1e99 nan inf 1s 0.0000001; do refused record -p $$ -d "$seconds"; done
for hertz in 0 99999 abc '' -5 1.5; do refused record -p $$ -F "$hertz"; done
refused report
refused report a.db b.db
refused report a.db --format
refused report a.db --format xml
refused report --nonsense a.db
refused flame
refused flame a.db b.db
refused flame a.db --format pdf
refused flame a.db --view nonsense
refused flame a.db --title
refused flame a.db --probe
refused flame a.db --probe openat --view wall
refused flame a.db --cause lock --probe openat
refused flame a.db --probe openat --probe dput
grep -q 'give --probe once' err || wrong "two probe points: $(cat err)"
refused flame a.db --by nonsense
refused flame a.db --from
for seconds in -1 abc '' nan 1s; do refused flame a.db --from "$seconds"; done
refused flame a.db --from 2 --to 1
refused flame -z a.db
for seconds in 0 abc '' -1 0.05 0.0999 1e99 nan; do
  refused record -p $$ --slice "$seconds"
  grep -q 'from 0\.1 to 86400' err || wrong "slices of '$seconds' s: $(cat err)"
done
refused diff
refused diff a.db
refused diff a.db b.db c.db
refused diff a.db b.db --format html2
refused diff a.db b.db --per
refused diff a.db b.db --operations
refused diff a.db b.db --operations 5
for count in 0 -1 abc '' nan inf 1e30 5x; do
  refused diff a.db b.db --operations 5 "$count"
  refused diff a.db b.db --operations "$count" 5
done
refused diff a.db b.db --per wall --operations 1 2
refused diff a.db b.db --per wall --per thread
refused diff a.db b.db --width nonsense --format svg
refused diff a.db b.db --width after
grep -q 'width.*svg.*text' err || wrong "a width without a picture: $(cat err)"
refused diff a.db b.db --width after --format json
refused diff a.db b.db --cause lock
grep -q 'cause.*html.*text' err || wrong "a pick without a picture: $(cat err)"
refused diff a.db b.db --view nonsense --format html
refused diff --nonsense a.db b.db
same "files left by wrong usage" "$(ls)" "$(printf 'err\nout')"

note "files that are not there"
fails 'missing\.db.*No such file' report missing.db
fails 'missing\.db.*No such file' flame missing.db
fails 'missing\.db.*No such file' flame missing.db --view wall
fails 'missing\.db.*No such file' flame missing.db --from 100000 --to 1000000
fails 'missing\.db.*No such file' flame missing.db --format perfetto
fails 'missing\.db.*No such file' diff missing.db missing2.db
fails 'missing\.db.*No such file' diff missing.db missing2.db --width after --format svg
fails 'no-dir/x' record -q -d 0.1 -p $$ -o no-dir/x.db

note "a capture and its file"
start_workload futex --threads 4 --seconds 120
pid=$started_pid
mkdir captures
(cd captures && "$wallflame" record --budget 100 -d 1.5 -p "$pid" 2>../said)
name=$(ls captures)
[[ $name =~ ^wallflame-wallflame-workl-$pid-[0-9]{8}T[0-9]{6}Z\.db$ ]] ||
  wrong "default name: $name"
same "mode of the file" "$(stat -c %a "captures/$name")" 600
same "lines said" "$(wc -l <said)" 2
grep -q "^probe points: .*openat" said || wrong "record does not say how it reached the probe points"
grep -qF "$name: 1.50 s of 5 threads" said || wrong "record says: $(cat said)"
mv "captures/$name" base.db
same "ended by" "$(sql base.db 'SELECT complete, ended_by FROM capture')" '1|duration'

before=$(sha256sum <base.db)
fails 'base\.db.*(exists|--force)' record -q -d 0.1 -p "$pid" -o base.db
same "an existing file" "$(sha256sum <base.db)" "$before"
cp base.db forced.db
chmod 644 forced.db
succeeds record -q -d 0.2 -p "$pid" -o forced.db --force
same "output of record -q" "$(wc -c <out)" 0
same "a forced capture's window" "$(sql forced.db 'SELECT t1_ns - t0_ns FROM capture')" 200000000
same "mode of the forced file" "$(stat -c %a forced.db)" 600
echo precious >other.txt
succeeds record -q -d 0.2 -p "$pid" -o other.txt --force
same "beside the captures" "$(find . -name '*.db-*' -o -name '*.txt-*')" ""

# What fails before it has recorded anything replaces nothing.
before=$(sha256sum <forced.db)
fails 'no-such-command' record -q -o forced.db --force -- no-such-command
same "the file that a failed capture was to replace" \
  "$(sha256sum <forced.db || echo it is gone)" "$before"

note "Ctrl-C keeps the capture"
for signal in INT TERM; do
  start "$wallflame" record -q -d 60 -p "$pid" -o "$signal.db"
  recorder=$started_pid
  # The row is there as soon as the window is open.
  is_open() { [ "$(sql "$signal.db" 'SELECT count(*) FROM capture')" = 1 ]; }
  eventually 20 is_open || wrong "the window does not open"
  sleep 1.5
  kill "-$signal" "$recorder"
  finish "$recorder" || wrong "exit status after SIG$signal: $?"
  same "ended by SIG$signal" "$(sql "$signal.db" 'SELECT complete, ended_by FROM capture')" \
    '1|interrupt'
  check_conservation "after SIG$signal" "$signal.db"
  holds "window until SIG$signal" "$(sql "$signal.db" 'SELECT t1_ns - t0_ns FROM capture') > 5e8"
  same "left by SIG$signal" "$(find . -name "$signal.db-*")" ""
done

note "a command that outlives the capture"
run "$wallflame" record -d 0.5 -o outlived.db -- sleep 60
same "exit status" "$status" 0
same "ended by" "$(sql outlived.db 'SELECT complete, ended_by FROM capture')" '1|duration'
left=$(sql outlived.db 'SELECT pid FROM process')
started+=("$left")
grep -qw "$left" err || wrong "process $left is not named: $(cat err)"
same "what runs on" "$(cat "/proc/$left/comm")" sleep
kill "$left"
near "the command's time in sleep" "$(sql outlived.db \
  'SELECT max(ns) FROM state_time WHERE state = 2')" 450000000 0.15 0

note "several processes"
start_workload sleepers --threads 3 --seconds 120
other=$started_pid
succeeds record -q -d 0.5 -p "$pid,$other" -o two.db
same "processes" "$(sql two.db "SELECT count(*) FROM process WHERE pid IN ($pid, $other)")" 2
same "threads" "$(sql two.db 'SELECT count(*) FROM thread')" 9
stop "$other"

note "report"
succeeds report base.db
cp out text
holds "longest line of the report" "$(wc -L <text) <= 100"
for word in VERDICT 'WHERE THE TIME WENT' HEADLINES CAUSES 'HOT FUNCTIONS' 'KERNEL LOCKS' CHECKS \
  LOSSES 'COST'; do
  grep -q "$word" text || wrong "the report has no $word"
done
succeeds report base.db --format text -o text.out
cmp -s text text.out || wrong "report -o differs from standard output"
succeeds report --format=json base.db
jq -e '.schema and .capture.window_ns == 1500000000 and .capture.threads == 5 and
  (.capture | .backend and .kernel and .cpu_clock) and
  (.ledger | .wall_ns == .accounted_ns and .error_ratio == 0 and (.states | length == 8)) and
  (.causes | length > 0 and all(has("path") and has("ns") and has("share") and has("low") and
    has("high") and has("evidence") and .low <= .ns and .ns <= .high)) and
  (.headlines | length == 4) and
  (.functions | type == "array") and (.locks | type == "array") and (.loss | type == "array") and
  (.cost | length > 0) and (.threads | length == 5)' out >/dev/null ||
  wrong "JSON does not hold what it promises"
near "states sum to the wall time" "$(jq '.ledger.states | add' out)" \
  "$(jq .ledger.wall_ns out)" 0 10
near "causes sum to the wall time" "$(jq '[.causes[].ns] | add' out)" \
  "$(jq .ledger.wall_ns out)" 0 100

note "flame"
for view in wall offcpu oncpu cause; do
  succeeds flame base.db --view $view --format folded -o $view.folded
  grep -vqE '^[^ ].* [0-9]+$' $view.folded && wrong "$view: a line is not folded"
  test -s $view.folded || wrong "$view: no stacks"
  for format in svg folded; do
    succeeds flame base.db --view $view --format $format
    cp out first
    succeeds flame base.db -v $view -f $format
    cmp -s first out || wrong "$view as $format differs from run to run"
    [ $format = folded ] || xmllint --noout --nonet out || wrong "$view: the SVG is no XML"
  done
done
sum() { awk '{ sum += $NF } END { printf "%.0f\n", sum }' "$1"; }
near "wall view" "$(sum wall.folded)" "$(jq .ledger.wall_ns <(report_json base.db))" 0.0001 0
near "its parts" "$(($(sum offcpu.folded) + $(sum oncpu.folded)))" "$(sum wall.folded)" 0.0001 0
near "cause view" "$(sum cause.folded)" "$(sum wall.folded)" 0.0001 0
grep -q 'lock;futex' cause.folded || wrong "the cause view has no lock;futex"
printf '%s\n' 'a;f<int>(int);g 1' 'a;f<char>(char);g 2' >templates.folded
succeeds flame templates.folded --short-names --format folded
same "folded stacks with short names" "$(cat out)" 'a;f<…>(…);g 3'
succeeds flame templates.folded -f folded
same "folded stacks with whole names" "$(cat out)" "$(printf 'a;f<char>(char);g 2\na;f<int>(int);g 1')"
succeeds flame templates.folded -s
xmllint --noout --nonet out || wrong "short names make the SVG no XML"
succeeds flame base.db --icicle -o icicle.svg
xmllint --noout --nonet icicle.svg || wrong "the icicle is no XML"
grep -q 'data-hanging=""' icicle.svg || wrong "the icicle does not hang"
refused flame base.db --icicle --format folded
refused flame base.db --icicle --format pprof
succeeds flame base.db --title 'A & B <of> "C"' -o titled.svg
xmllint --noout --nonet titled.svg || wrong "a title makes the SVG no XML"
grep -q 'A &amp; B &lt;of&gt;' titled.svg || wrong "the title is not in the SVG"
grep -qE '(href|src)="https?:' titled.svg && wrong "the SVG is not self-contained"

fails "no probe point 'nonsense' in this capture; it has .*openat" flame base.db --probe nonsense

note "folded text of other tools"
printf 'a;b;c 10\na;b 5\nother;with space;x_[k] 7\n' >made.folded
succeeds flame made.folded --format folded
same "folded, passed on" "$(sort out)" "$(sort made.folded)"
"$wallflame" flame - --format folded <made.folded >piped
cmp -s out piped || wrong "- differs from the file"
"$wallflame" flame - <made.folded >piped.svg
xmllint --noout --nonet piped.svg || wrong "the SVG from standard input is no XML"
"$wallflame" flame wall.folded --format folded >again.folded
same "our own folded stacks, read again" "$(sum again.folded)" "$(sum wall.folded)"
succeeds flame <(cat made.folded) --format folded
same "folded, from a pipe with a name" "$(sort out)" "$(sort made.folded)"
refused flame made.folded --view wall
refused flame made.folded --probe openat
printf 'no number here\n' >bad.folded
fails 'bad\.folded' flame bad.folded
: >empty.folded
fails 'empty\.folded' flame empty.folded

note "output that cannot be written"
for words in 'report base.db' 'report base.db --format json' 'flame base.db' \
  'flame base.db --format folded' --version --help help 'help record'; do
  status=0
  # shellcheck disable=SC2086
  "$wallflame" $words >/dev/full 2>err || status=$?
  same "exit status of $words to a full device" "$status" 1
done
for words in 'report base.db' 'flame base.db'; do
  # shellcheck disable=SC2086
  fails '/dev/full.*No space' $words -o /dev/full
  # shellcheck disable=SC2086
  fails 'no-dir/x' $words -o no-dir/x
  # shellcheck disable=SC2086
  fails 'captures' $words -o captures
done
echo precious >kept
fails 'missing\.db' report missing.db -o kept
same "an output file when the input is missing" "$(cat kept)" precious
same "half-written files" "$(find . -name '*.svg.*' -o -name 'x.*' -o -name 'kept.*')" ""
stop "$pid"
