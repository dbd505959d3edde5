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

fuzz() { # NAME
  mkdir -p "$build/corpus/$1"
  # No file may take a minute: the reader gives up one after ten seconds.
  "$build/fuzz-$1" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="$build/crashes/$1-" \
    "$build/corpus/$1" "$build/seeds/$1" >"$build/$1.log" 2>&1 || touch "$build/$1.failed"
}

# Of those that have ended there may be some that the shell has not noticed yet.
trap 'jobs -pr | xargs -r kill 2>/dev/null || true' EXIT
for fuzzer in "$build"/fuzz-*; do
  name=${fuzzer##*/fuzz-}
  while [ "$(jobs -rp | wc -l)" -gt "$(nproc)" ]; do wait -n; done
  rm -f "$build/$name.failed"
  printf -- '-- %s, %s s\n' "$name" "$seconds"
  fuzz "$name" &
done
wait
for fuzzer in "$build"/fuzz-*; do
  name=${fuzzer##*/fuzz-}
  printf -- '-- %s\n' "$name"
  grep -E 'INITED|^Done|stat::(number|peak)|ERROR|runtime error|SUMMARY|Test unit' "$build/$name.log" || true
  [ ! -e "$build/$name.failed" ] || failed+=("$name")
done
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s; see %s\n' "${failed[*]}" "$build/crashes" >&2
  exit 1
fi
