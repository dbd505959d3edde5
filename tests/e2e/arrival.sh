#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Rare long waits among many short ones of the same system call. With the second chance of a stack,
# when a thread comes back, the interval of what they waited for is sharp and holds the truth;
# without it, it is wide. Where the kernel refuses typed tracepoints, both are the same.
. "$(dirname "$0")/lib.sh"

# cause FILE PATH: ns, low, high.
cause() {
  report_json "$1" | jq -r --arg path "$2" \
    '[.causes[] | select(.path == $path) | .ns, .low, .high] | @tsv'
}

compile rare_waits
width=()
for kind in auto tracepoint; do
  note "--backend $kind"
  run "$WALLFLAME" record -q --budget 100 -o "$dir/$kind.db" --backend "$kind" -- "$dir/rare_waits" 3
  same "exit status" "$status" 0
  truth=$(cat "$dir/out")
  check_conservation "$kind" "$dir/$kind.db"
  read -r ns low high < <(cause "$dir/$kind.db" io/other) || true
  [ -n "${high:-}" ] || { ns=0 low=0 high=3e9; }
  printf '   truth %s ns, told %s ns, %s to %s\n' "$truth" "$ns" "$low" "$high"
  width[${#width[@]}]=$(awk "BEGIN { print ($high - $low) / $truth }")
  if [ "$(sql "$dir/$kind.db" 'SELECT backend FROM capture')" = bpf-tp-btf ]; then
    # The waiting for a CPU after it is not in the cause, but in the program's reading.
    holds "the truth is in the interval, or as near as the run queue lets it" \
      "$low * 0.95 <= $truth && $truth <= $high * 1.1"
  fi
done
# They come back to places where they have slept before, and short: so their user halves are known.
note "user halves"
start_workload cold-read --seconds 60
record "$dir/halves.db" -p "$started_pid" -d 3
stop "$started_pid"
halves=$(report_json "$dir/halves.db" | jq -c .user_stacks.off_cpu)
note "$halves"
holds "hardly any is missing" "$(jq .not_walked <<<"$halves") < 0.02"
holds "whole or recalled" "$(jq '.whole + .recalled' <<<"$halves") > 0.97"
if [ "$(sql "$dir/halves.db" 'SELECT backend FROM capture')" = bpf-tp-btf ]; then
  folded_has "$dir/halves.db" offcpu \
    ';(main|start_thread);.*;\[user stack as last walked\];.*_\[k\] [0-9]+$' ||
    wrong "no user half was recalled"
fi

works='any(.findings[]; .topic == "typed tracepoint (tp_btf)" and .found == "works")'
if "$WALLFLAME" doctor --format json | jq -e "$works" >/dev/null; then
  same "the ledger's program" "$(sql "$dir/auto.db" 'SELECT backend FROM capture')" bpf-tp-btf
  same "that of --backend tracepoint" \
    "$(sql "$dir/tracepoint.db" 'SELECT backend FROM capture')" bpf-raw-tracepoint
  holds "the interval is sharp" "${width[0]} < 0.25"
  holds "the interval is sharper" "${width[0]} < 0.5 * ${width[1]}"
fi
