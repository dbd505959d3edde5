#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# On the CPU: the shares of two functions beside perf's, and beside the program's own clock.
. "$(dirname "$0")/lib.sh"
command -v perf >/dev/null || fail "perf is not installed"
compile burn_pair

hertz=1999
start "$dir/burn_pair"
pid=$started_pid
perf record -q -e cpu-clock -F "$hertz" -g -p "$pid" -o "$dir/perf.data" -- sleep 5 \
  >"$dir/perf.out" 2>&1 &
perf=$!
started+=("$perf")
sleep 0.5
record "$dir/burn.db" -F "$hertz" -p "$pid" -d 4
finish "$perf" || fail "perf record failed: $(cat "$dir/perf.out")"
kill -USR1 "$pid"
finish "$pid" || fail "burn_pair failed"
truth=$(cat "$dir/started.out")

# count FILE: samples and share of burn_long in folded stacks or in perf's leaves.
share_of() {
  awk '/burn_long/ { long += $NF } /burn_short/ { short += $NF }
    END { if (long + short == 0) exit 1; printf "%.6f\n", long / (long + short) }'
}
ours=$(folded "$dir/burn.db" oncpu | share_of)
perf script -i "$dir/perf.data" -F ip,sym 2>/dev/null |
  awk '/burn_(long|short)/ { print $2, 1 }' >"$dir/leaves"
theirs=$(share_of <"$dir/leaves")
ours_n=$(sql "$dir/burn.db" 'SELECT sum(count) FROM evidence WHERE state = 0')
theirs_n=$(wc -l <"$dir/leaves")
note "burn_long: $ours of $ours_n samples, perf $theirs of $theirs_n, by its own clock $truth"
holds "samples" "$ours_n > 2000 && $theirs_n > 2000"
# Four standard errors of a share p of n independent samples: sqrt(p (1 - p) / n).
error() { awk "BEGIN { print 4 * sqrt($truth * (1 - $truth) / $1) }"; }
near "our share" "$ours" "$truth" 0 "$(error "$ours_n")"
near "perf's share" "$theirs" "$truth" 0 "$(error "$theirs_n")"
near "our share beside perf's" "$ours" "$theirs" 0 \
  "$(awk "BEGIN { print sqrt($(error "$ours_n") ^ 2 + $(error "$theirs_n") ^ 2) }")"
# The time is the ledger's, not the count of samples.
near "time on the CPU" \
  "$(folded "$dir/burn.db" oncpu | awk '{ sum += $NF } END { printf "%.0f", sum }')" \
  "$(sql "$dir/burn.db" 'SELECT sum(ns) FROM state_time WHERE state = 0')" 0.0001 0
