#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# How long it takes to name 100,000 places in a program with 500 MB of symbols, and how much memory,
# beside perf on the same places. perf is asked for all of its samples, of which a few have the same
# place; what is told for wallflame is with the start and the end of its reader. The memory has the
# pages of the program's own file in it that were looked at.
#
#   tests/bench/symbols.sh [PLACES] [FUNCTIONS] [NAME_BYTES]
set -euo pipefail

places=${1:-100000}
functions=${2:-1000000}
name_bytes=${3:-476}
top=$(cd "$(dirname "$0")/../.." && pwd)
tools=$top/build/tests/bench
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/wallflame-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

"$tools/bench-big-elf" "$tmp/big" "$functions" "$name_bytes"
chmod +x "$tmp/big"
printf 'a program of %d MB with %d functions, names of %d bytes\n' \
  $(($(stat -c %s "$tmp/big") >> 20)) "$functions" "$name_bytes"

# The addresses are the file's own offsets. Places all over the code:
awk -v n="$places" -v m="$functions" 'BEGIN {
  for (i = 0; i < n; i++) printf "%x\n", 4198400 + int(i * m / n) * 32 + i % 32 }' >"$tmp/places"
printf '  wallflame:   '
"$tools/bench-name-places" "$tmp/big" <"$tmp/places" 2>&1 >"$tmp/named"
cat "$tmp/named"

command -v perf >/dev/null || exit 0
perf record -q -F 20000 -e cpu-clock:u -o "$tmp/perf.data" -- timeout 12 "$tmp/big" || true
perf script -i "$tmp/perf.data" -F ip 2>/dev/null | awk '{ print $1 }' | sort -u >"$tmp/places"
printf 'the places of %d samples of perf\n' "$(wc -l <"$tmp/places")"
for ((round = 0; round < 3; round++)); do
  printf '  wallflame:   '
  "$tools/bench-name-places" "$tmp/big" <"$tmp/places" 2>&1 >"$tmp/named"
  printf '  perf script: '
  "$tools/bench-name-places" -- sh -c \
    "perf script -i '$tmp/perf.data' -F ip,sym >'$tmp/script' 2>/dev/null" 2>&1
  printf '  perf report: '
  "$tools/bench-name-places" -- sh -c \
    "perf report -i '$tmp/perf.data' --stdio --sort sym >'$tmp/report' 2>/dev/null" 2>&1
done
cat "$tmp/named"
