#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# How long a picture takes: from the end of a storm to the SVG, by wallflame and by perf, and from a
# hundred thousand and a million different stacks; and how long a browser takes to open and zoom those.
#
#   tests/bench/pictures.sh [SECONDS]      (of the storm; default: 2)
set -euo pipefail
export LC_ALL=C

seconds=${1:-2}
top=$(cd "$(dirname "$0")/../.." && pwd)
wallflame=$top/build/wallflame
workload=$top/build/wallflame-workload
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/wallflame-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing

now() { date +%s.%N; }

# told NAME BEGIN END BYTES SECONDS
told() {
  awk -v name="$1" -v begin="$2" -v end="$3" -v bytes="$4" -v seconds="$5" 'BEGIN {
    printf "%s: capture to SVG %.2f s; %.0f kB a second of capture\n", name, end - begin,
      bytes / seconds / 1000 }'
}

by_wallflame() {
  # The recorder names frames and closes the file after the target has ended.
  "$wallflame" record -q --force -o "$tmp/capture.db" -- \
    sh -c "'$workload' storm --json --seconds $seconds >'$tmp/line'; date +%s.%N >'$tmp/ended'"
  "$wallflame" flame "$tmp/capture.db" -o "$tmp/capture.svg"
  told wallflame "$(cat "$tmp/ended")" "$(now)" "$(stat -c %s "$tmp/capture.db")" \
    "$(jq .seconds "$tmp/line")"
}

# The same picture from perf's samples: script, fold, draw.
by_perf() {
  local begin
  perf record -q -e sched:sched_switch -a -g -o "$tmp/perf.data" -- \
    "$workload" storm --json --seconds "$seconds" >"$tmp/line" 2>"$tmp/perf.err" ||
    { cat "$tmp/perf.err" >&2; return 1; }
  begin=$(now)
  perf script -i "$tmp/perf.data" -F comm,ip,sym 2>/dev/null | awk '
    function flush() { if (n) { line = comm; for (i = n; i; i--) line = line ";" f[i]; c[line]++ } n = 0 }
    /^$/ { flush(); next }
    /^[^ \t]/ { flush(); comm = $1; next }
    { $1 = ""; sub(/^ /, ""); gsub(/;/, ":"); f[++n] = $0 }
    END { flush(); for (line in c) print line, c[line] }' >"$tmp/perf.folded"
  "$wallflame" flame "$tmp/perf.folded" -o "$tmp/perf.svg"
  told perf "$begin" "$(now)" "$(stat -c %s "$tmp/perf.data")" "$(jq .seconds "$tmp/line")"
}

# large COUNT: a picture of so many different stacks of 30 functions, the best of five.
large() {
  local best="" took memory
  awk -v count="$1" -f "$top/tests/bench/stacks.awk" >"$tmp/large.folded"
  for _ in 1 2 3 4 5; do
    env time -f '%e %M' -o "$tmp/time" "$wallflame" flame "$tmp/large.folded" -o "$tmp/large.svg"
    read -r took memory <"$tmp/time"
    best=$(printf '%s\n%s\n' "$took" "${best:-$took}" | sort -g | head -1)
  done
  printf '%d stacks of 30 functions (%d MB) to %d kB of SVG: %.2f s, %d MB of memory\n' "$1" \
    $(($(stat -c %s "$tmp/large.folded") / 1000000)) $(($(stat -c %s "$tmp/large.svg") / 1000)) \
    "$best" $((memory / 1000))
  NODE_PATH=$top/build/node_modules node "$top/tests/bench/zoom.mjs" "$tmp/large.svg"
}

by_wallflame
by_perf
large 100000
large 1000000
