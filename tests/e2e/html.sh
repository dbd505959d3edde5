#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The HTML report of a real capture: the times in it are the ledger's, thread by thread and slice by
# slice, and those of the flame graph of the same thread and second.
. "$(dirname "$0")/lib.sh"

note "a file-open storm"
start_workload open-storm --threads 4 --seconds 60
sleep 2 # it makes its files first
record "$dir/a.db" -p "$started_pid" -d 3
stop "$started_pid"
run "$WALLFLAME" report "$dir/a.db" --format html -o "$dir/a.html"
same "exit status" "$status" 0
same "errors" "$(cat "$dir/err")" ""
holds "bytes of the page" "$(wc -c <"$dir/a.html") < 2000000"

note "its markup"
# This parser knows no element that came after HTML 4: those it may not know, all else must be right.
xmllint --html --noout "$dir/a.html" 2>&1 | grep 'error :' | grep -v 'Tag [a-z]* invalid' >"$dir/errors" || true
same "errors of the markup" "$(cat "$dir/errors")" ""
same "scripts and data" "$(grep -c '<script' "$dir/a.html")" 2

note "its times"
sed -n 's|^<script type="application/json" id="data">\(.*\)</script>$|\1|p' "$dir/a.html" >"$dir/data.json"
columns=$(jq '.columns | length - 1' "$dir/data.json")
jq -r '.rows[][0]' "$dir/data.json" >"$dir/tids"
# tid, column, microseconds; docs/report.md has the form of the numbers.
jq -r .cells "$dir/data.json" | base64 -d | od -An -v -tu1 -w1 | awk -v columns="$columns" -v tids="$dir/tids" '
  BEGIN { while ((getline tid <tids) > 0) tid_of[rows++] = tid; scale = 1; want = "distance" }
  function take(number) {
    if (want == "distance") { cell += number; want = "count" }
    else if (want == "count") { left = number; sum = 0; want = left ? "leaf" : "distance" }
    else if (want == "leaf") { want = "time" }
    else {
      sum += number
      want = --left ? "leaf" : "distance"
      if (!left) print tid_of[int((cell - 1) / columns)], (cell - 1) % columns, sum
    }
  }
  {
    value += $1 % 128 * scale
    scale *= 128
    if ($1 < 128) { take(value); value = 0; scale = 1 }
  }' | sort >"$dir/page"
sql "$dir/a.db" "SELECT t.tid || ' ' || (l.slice - (SELECT min(id) FROM slice)) || ' ' ||
    CAST(round(sum(l.ns + l.runqueue_ns) / 1000.0) AS INTEGER)
  FROM ledger l JOIN thread t ON t.id = l.thread GROUP BY l.thread, l.slice
  HAVING sum(l.ns + l.runqueue_ns) >= 500" | sort >"$dir/ledger"
holds "cells" "$(wc -l <"$dir/page") >= 12"
same "threads and slices" "$(cut -d' ' -f1,2 "$dir/page")" "$(cut -d' ' -f1,2 "$dir/ledger")"
paste -d' ' "$dir/page" "$dir/ledger" |
  awk '{ d = $3 - $6; if (d < -1 || d > 1) print "off:", $0 }' >"$dir/off"
same "cells that are off by more than a microsecond" "$(cat "$dir/off")" ""

note "and those of flame"
tid=$(sed -n 2p "$dir/tids")
folded=$("$WALLFLAME" flame "$dir/a.db" --format folded --thread "$tid" --from 1 --to 2 |
  awk '{ sum += $NF } END { printf "%.0f", sum / 1000 }')
near "microseconds of thread $tid in second 1" \
  "$(awk -v tid="$tid" '$1 == tid && $2 == 1 { print $3 }' "$dir/page")" "$folded" 0 2

note "what it says"
verdict=$(report_json "$dir/a.db" | jq -r '[.causes[] | select(.idle | not)] | max_by(.ns) | .path')
grep -q "<b>$verdict</b> took <b>" "$dir/a.html" || wrong "the verdict is not $verdict"
for id in verdict time flame causes functions latency locks spans syscalls io threads losses cost machine; do
  grep -q "<section id=\"$id\"" "$dir/a.html" || wrong "there is no section $id"
done
grep -q ' characters)' "$dir/a.html" && wrong "it cuts what it says: $(grep -o '.\{40\} characters)' "$dir/a.html")"
true
