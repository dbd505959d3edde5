#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Does a 95 % interval hold the truth 95 times of 100? Forty short lives of a program whose time in
# lock/futex only drawn stacks tell from its time in idle/park, and which knows both exactly.
. "$(dirname "$0")/lib.sh"

runs=40
needed=36
at_once=4 # what takes time is attaching

one() { # SEED
  local base="$dir/run-$1"
  "$WALLFLAME" record -q --budget 100 -o "$base.db" -- \
    "$WALLFLAME_WORKLOAD" two-waits --threads 8 --seconds 0.8 --seed "$1" --json >"$base.own" &&
    "$WALLFLAME" report "$base.db" --format json >"$base.report"
}

# SEED, the interval, the truth, the estimate, and what it rests on.
line() {
  jq -r --slurpfile own "$dir/run-$1.own" --arg seed "$1" '
    .causes[] | select(.path == "lock/futex") |
    [$seed, .low, .high, $own[0].lock_ns, .ns, .evidence] | @tsv' "$dir/run-$1.report"
}

for ((seed = 1; seed <= runs; seed += at_once)); do
  pids=()
  for ((i = seed; i < seed + at_once && i <= runs; i++)); do
    one "$i" &
    pids+=($!)
    started+=($!)
  done
  for pid in "${pids[@]}"; do
    finish "$pid" || fail "a capture of the seeds from $seed on fails"
  done
done
for ((seed = 1; seed <= runs; seed++)); do line "$seed"; done >"$dir/lines"
same "captures" "$(wc -l <"$dir/lines")" "$runs"
same "captures whose figure is sampled" "$(awk '$6 == "sampled"' "$dir/lines" | wc -l)" "$runs"

read -r covered width bias < <(awk '
  { covered += $2 <= $4 && $4 <= $3; width += ($3 - $2) / 2 / $4; bias += ($5 - $4) / $4 }
  END { print covered, width / NR, bias / NR }' "$dir/lines")
note "$covered of $runs intervals hold the truth; half of one is $width of it in the mean; the" \
  "estimates are off by $bias in the mean"
awk '!($2 <= $4 && $4 <= $3)' "$dir/lines"
holds "intervals that hold the truth" "$covered >= $needed"
# One that said nothing would hold it always.
holds "half an interval, of the truth" "$width < 0.05"
# Chance spreads an estimate by half of that; forty of them by a sixth of it again.
near "the error that all have in common" "$bias" 0 0 0.01
