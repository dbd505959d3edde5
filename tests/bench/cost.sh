#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What a capture costs its target. Prints ratios of pairs that are
# measured in turn: absolute rates mean little on a shared machine.
#
#   tests/bench/cost.sh [ROUNDS] [SECONDS]      (default: 10 rounds of 2 s)
set -euo pipefail

rounds=${1:-10}
seconds=${2:-2}
top=$(cd "$(dirname "$0")/../.." && pwd)
wallflame=$top/build/wallflame
workload=$top/build/wallflame-workload
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/wallflame-bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT

mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing

# Each way runs the workload and leaves its JSON line in $tmp/line.
bare() { "$workload" "$@" --json --seconds "$seconds" >"$tmp/line"; }
recorded() {
  "$wallflame" record -q --force -o "$tmp/capture.db" -- \
    "$workload" "$@" --json --seconds "$seconds" >"$tmp/line"
}
recorded_by_perf_events() {
  "$wallflame" record -q --force --engine perf -o "$tmp/capture.db" -- \
    "$workload" "$@" --json --seconds "$seconds" >"$tmp/line"
}
recorded_unprivileged() {
  install -d -m 777 "$tmp/nobody"
  chmod 755 "$tmp"
  install -m 755 "$wallflame" "$workload" "$tmp/nobody"
  setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all env -C "$tmp/nobody" \
    ./wallflame record -q --force -o capture.db -- \
    ./wallflame-workload "$@" --json --seconds "$seconds" >"$tmp/line"
}
perf_switches() {
  perf record -q -e sched:sched_switch -a -g -o "$tmp/perf.data" -- \
    "$workload" "$@" --json --seconds "$seconds" >"$tmp/line" 2>"$tmp/perf.err" ||
    { cat "$tmp/perf.err" >&2; return 1; }
}

rate() { jq '.operations / .seconds' "$tmp/line"; }
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
spread() { sort -n | awk '{ v[NR] = $1 } END { printf "%.3f .. %.3f\n", v[1], v[NR] }'; }

# compare NAME WAYS WORKLOAD ARGS...: the rate of each way as a ratio to the bare one, in pairs. The
# order turns from round to round, so that a drift of the machine falls on both sides alike.
compare() {
  local name=$1 ways=$2 round way first second
  shift 2
  rm -f "$tmp"/ratio.* "$tmp"/rate.*
  for ((round = 0; round < rounds; round++)); do
    for way in $ways; do
      if ((round % 2)); then first=$way second=bare; else first=bare second=$way; fi
      "$first" "$@"
      rate >"$tmp/rate.$first"
      "$second" "$@"
      rate >"$tmp/rate.$second"
      cat "$tmp/rate.bare" >>"$tmp/ratio.bare"
      paste "$tmp/rate.$way" "$tmp/rate.bare" | awk '{ print $1 / $2 }' >>"$tmp/ratio.$way"
    done
  done
  printf '%s: %.0f operations/s without a capture\n' "$name" "$(median <"$tmp/ratio.bare")"
  for way in $ways; do
    printf '  %-23s leaves %.3f of them (median of %d pairs; %s)\n' "$way" \
      "$(median <"$tmp/ratio.$way")" "$rounds" "$(spread <"$tmp/ratio.$way")"
  done
}

compare "pipe ping-pong storm, 8 threads" "recorded recorded_by_perf_events recorded_unprivileged perf_switches" \
  storm --threads 8
compare "storm of 64-byte reads, 2 threads" "recorded recorded_by_perf_events" small-read --threads 2
