#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Before and after: no difference where nothing has changed, and a change that is known is found.
#
# The workloads run with the scheduler's real-time policy: what else the machine does must not make
# them unsteady, for that would be a difference. The kernel gives real-time threads the CPU at once.
WALLFLAME_TEST_TOOLS='jq sqlite3 cc chrt xmllint'
. "$(dirname "$0")/lib.sh"
cd "$dir"

diff_json() { # BEFORE AFTER [OPTION...]
  run "$WALLFLAME" diff "$@" --format json
  [ "$status" -eq 0 ] || fail "diff $*: exit $status: $(cat err)"
  cp out diff.json
}

# findings: the rows that are said to differ, a line each.
findings() {
  jq -r '(.totals + .causes + .functions + .locks + .stacks)[] |
    select(.verdict == "more" or .verdict == "less") |
    "\(.name // .frames[-1].name) \(.verdict): \(.before.value / 1e6) to \(.after.value / 1e6) ms," +
    " \(.low / 1e6) .. \(.high / 1e6), p \(.adjusted_p)"' diff.json
}

row() { jq -c --arg name "$2" ".$1[] | select(.name == \$name)" diff.json; }

# 80 captures make 40 pairs, of which no two share a capture: the first and the second of a process,
# the third and the fourth, and so on; four processes side by side. Each of their waits has a length by
# chance, so that every slice is another one. Of 40, 95 in 100 are 38.
note "captures of steady workloads"
compile pipe_share
# record_all NAME: of each process at the same time.
record_all() {
  local i recorders=()
  for i in "${!pids[@]}"; do
    "$WALLFLAME" record -q -o "$i-$1.db" --slice 0.1 -p "${pids[i]}" -d 1 2>"$i.err" &
    recorders+=("$!")
  done
  for i in "${!recorders[@]}"; do wait "${recorders[i]}" || fail "record: $(cat "$i.err")"; done
}

pids=()
for _ in {0..3}; do
  start chrt -f 10 ./pipe_share 6 600 3
  pids+=("$started_pid")
done
sleep 0.5
for i in {1..10}; do
  record_all "$i-first"
  record_all "$i-second"
done
for pid in "${pids[@]}"; do stop "$pid"; done
alike=0
for pair in {0..3}-{1..10}; do
  diff_json "$pair-first.db" "$pair-second.db"
  holds "rows tested of the pair $pair" "$(jq .rules.tested diff.json) >= 6"
  same "warnings of the pair $pair" "$(jq -c .warnings diff.json)" '[]'
  findings >found
  if [ -s found ]; then
    note "the pair $pair: $(paste -sd';' found)"
  else
    alike=$((alike + 1))
  fi
done
note "$alike of 40 pairs show no difference"
holds "pairs without a difference" "$alike >= 38"

note "a change of a tenth of wall time"
truth() { jq "$2" "$1.out"; }
pids=()
for share in 6 8; do
  chrt -f 10 ./pipe_share "$share" 14 >"share-$share.out" 2>"share-$share.err" &
  pids+=("$!")
  started+=("$!")
done
sleep 0.5
"$WALLFLAME" record -q -o share-6.db -p "${pids[0]}" -d 10 2>a.err &
other=$!
record share-8.db -p "${pids[1]}" -d 10
wait "$other" || fail "record: $(cat a.err)"
for pid in "${pids[@]}"; do finish "$pid" || fail "pipe_share: $(cat share-?.err)"; done
# Its clock ran four seconds longer than the window: hence some slack below.
expected=$(jq -s '(.[1].waited_ns / .[1].ns - .[0].waited_ns / .[0].ns) * 1e9' \
  share-6.out share-8.out)
holds "the change by the program's own clock" "$expected > 90e6 && $expected < 110e6"

diff_json share-6.db share-8.db
findings
pipe=$(row causes io/pipe)
same "verdict on io/pipe" "$(jq -r .verdict <<<"$pipe")" more
near "io/pipe, change a second" "$(jq .change <<<"$pipe")" "$expected" 0.07 0
holds "the interval holds it" \
  "$(jq .low <<<"$pipe") - 5e6 <= $expected && $expected <= $(jq .high <<<"$pipe") + 5e6"
same "verdict on idle/park" "$(row causes idle/park | jq -r .verdict)" less
# One thread sleeps as much more as the other sleeps less.
same "verdict on idle/sleep" "$(row causes idle/sleep | jq -r .verdict)" 'no difference'
same "verdict on all threads" "$(row totals 'all threads' | jq -r .verdict)" 'no difference'
holds "the largest change among causes is one of the two" \
  "$(jq '.causes[0].name | . == "io/pipe" or . == "idle/park"' diff.json | sed 's/true/1/; s/false/0/')"
same "the stack that waits in the pipe" "$(jq -r '[.stacks[] | select(.verdict == "more") |
  select(any(.frames[]; .name == "ask")) | select(any(.frames[]; .name | test("pipe_read")))] |
  length' diff.json)" 1
same "and back" "$(diff_json share-8.db share-6.db && row causes io/pipe | jq -r .verdict)" less

note "by work"
diff_json share-6.db share-8.db --operations 500 500
# Ten seconds are 500 turns.
for side in before after; do
  file='share-6.out'
  [ "$side" = before ] || file='share-8.out'
  near "io/pipe of a turn, $side" "$(row causes io/pipe | jq ".$side.value")" \
    "$(jq '.waited_ns / .turns' "$file")" 0.03 0
done
same "the unit" "$(jq -r '.unit | "\(.divisor) \(.name) \(.after.quality)"' diff.json)" \
  'work operation given'
diff_json share-6.db share-8.db --per read
near "reads a second by the kernel's books" "$(jq .unit.before.a_second diff.json)" 50 0.05 0
same "the unit" "$(jq -r '.unit.name' diff.json)" 'read call'
diff_json share-6.db share-8.db --per thread
near "all threads, a thread-second" "$(row totals 'all threads' | jq .after.value)" 1e9 1e-6 0

note "the other formats"
run "$WALLFLAME" diff share-6.db share-8.db
same "exit status of the text" "$status" 0
holds "longest line of the text" "$(wc -L <out) <= 100"
grep -qE '^  io/pipe +[0-9.]+ m?s +[0-9.]+ m?s +\+.*more' out || wrong "the text does not tell: $(cat out)"
run "$WALLFLAME" diff share-6.db share-8.db --format folded
awk '!/^[^ ].* [0-9]+ [0-9]+$/ { exit 1 }' out || wrong "a folded line is malformed"
near "folded stacks, before" "$(awk '{ sum += $(NF - 1) } END { printf "%.0f", sum }' out)" \
  "$(folded share-6.db wall | awk '{ sum += $NF } END { printf "%.0f", sum }')" 0 1
near "pipe in folded stacks, a second" \
  "$(awk '/pipe_read/ { sum += $NF - $(NF - 1) } END { printf "%.0f", sum / 10 }' out)" \
  "$expected" 0.07 0
run "$WALLFLAME" diff share-6.db share-8.db --format svg
xmllint --noout --nonet out || wrong "the picture is no XML"
holds "bytes of the picture" "$(wc -c <out) < 3000000"
run "$WALLFLAME" diff share-6.db share-8.db --format folded --cause io/pipe
near "the pick of a cause, before" "$(awk '{ sum += $(NF - 1) } END { printf "%.0f", sum }' out)" \
  "$(diff_json share-6.db share-8.db && row causes io/pipe | jq .before.ns)" 1e-6 10

note "the page"
"$WALLFLAME" diff share-6.db share-8.db >text
run "$WALLFLAME" diff share-6.db share-8.db --format html -o diff.html
same "exit status" "$status" 0
same "errors" "$(cat err)" ""
holds "bytes of the page" "$(wc -c <diff.html) < 1000000"
# As in html.sh.
xmllint --html --noout diff.html 2>&1 | grep 'error :' | grep -v 'Tag [a-z]* invalid' >errors || true
same "errors of the markup" "$(cat errors)" ""
same "scripts" "$(grep -c '<script' diff.html)" 1
# The same figures as in the text: "306.5 ms" and what follows, each in its cell.
cells=$(awk '$1 == "io/pipe" { print $2, $3 "|" $4, $5 "|" $6, $7; exit }' text | sed 's,|,</td><td class="n">,g')
grep -qF "<td class=\"t\">io/pipe</td><td class=\"n\">$cells</td>" diff.html ||
  wrong "the page has not $cells: $(grep -F '>io/pipe<' diff.html)"
grep -qF '<b>io/pipe</b> takes <b>' diff.html || wrong "the page's sentence is not of io/pipe"
for id in verdict flame totals causes functions locks stacks captures; do
  grep -q "<section id=\"$id\"" diff.html || wrong "there is no section $id"
done
grep -q ' characters)' diff.html && wrong "it cuts what it says: $(grep -o '.\{40\} characters)' diff.html)"
true
