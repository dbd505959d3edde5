#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# run.sh BUILD SECONDS: each fuzzer for so long. What it finds is left in BUILD/crashes, what it
# learns in BUILD/corpus.
set -euo pipefail
build=$1
seconds=$2
"$(dirname "$0")/seeds.sh" "$build"
mkdir -p "$build/crashes"
failed=()
for fuzzer in "$build"/fuzz-*; do
  name=${fuzzer##*/fuzz-}
  mkdir -p "$build/corpus/$name"
  printf -- '-- %s, %s s\n' "$name" "$seconds"
  # No file may take a minute: the reader gives up one after ten seconds.
  "$fuzzer" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="$build/crashes/$name-" \
    "$build/corpus/$name" "$build/seeds/$name" >"$build/$name.log" 2>&1 || failed+=("$name")
  grep -E 'INITED|^Done|stat::(number|peak)|ERROR|runtime error|SUMMARY|Test unit' "$build/$name.log" || true
done
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s; see %s\n' "${failed[*]}" "$build/crashes" >&2
  exit 1
fi
