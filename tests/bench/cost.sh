#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What a capture costs its target, and what the usual tools cost: each workload of cost/workloads.sh in
# pairs, alone and beside each collector of cost/ways.sh, in turn in one run. Keeps a line of JSON a
# run, and writes the table from these lines.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)

program=cost
declare -A options=([--rounds]=rounds [--seconds]=seconds [--only]=only [--ways]=by [--output]=output [--from]=runs)
rounds=5 seconds=1.5 only='' by='' output=''
WALLFLAME=${WALLFLAME:-$top/build/wallflame}
WALLFLAME_WORKLOAD=${WALLFLAME_WORKLOAD:-$top/build/wallflame-workload}
spent=${WALLFLAME_SPENT:-$top/build/tests/bench/bench-spent}

usage() {
  cat <<'TEXT'
usage: cost.sh [--rounds N] [--seconds S] [--only WORKLOAD,...] [--ways WAY,...] [--output FILE]
       cost.sh --from RUNS [--output FILE]

  --rounds N      pairs of each workload and way (5); of PostgreSQL beside wallflame four times
                  as many
  --seconds S     how long each run is (1.5; of pgbench in whole seconds)
  --only W,...    these workloads; --list names them
  --ways W,...    these collectors; --list names them, and which are asked for by default
  --output FILE   the table (docs/cost.md, or build/bench/cost.md where --only or --ways is given)
  --from RUNS     only write the table, from what an earlier run kept in build/bench/cost.jsonl
TEXT
}

tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/wallflame-bench.XXXXXX")
. "$top/workloads/rounds.sh"
. "$here/cost/workloads.sh"
. "$here/cost/ways.sh"
. "$here/cost/run.sh"
. "$here/cost/bpf.sh"
. "$here/cost/measure.sh"

clean_up() {
  local status=$? pid
  trap - EXIT
  for pid in "${started[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  bpf_stats_restore
  rm -rf "$tmp"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

list() {
  local row name what default
  echo 'workloads:'
  for row in "${cost_workloads[@]}"; do
    IFS='|' read -r name _ _ what <<<"$row"
    printf '  %-16s %s\n' "$name" "$what"
  done
  echo 'ways:'
  for row in "${cost_ways[@]}"; do
    IFS='|' read -r name _ _ default what <<<"$row"
    printf '  %-16s %s%s\n' "$name" "$what" "$([ "$default" = yes ] || echo ' (only with --ways)')"
  done
}

# select_rows OPTION NAMES ROW...: as $selected those that are named; '' names the default ones.
select_rows() {
  local option=$1 names=$2 name row
  shift 2
  selected=()
  for name in ${names//,/ }; do
    [[ " ${*%%|*} " == *" $name "* ]] || bad "$option: there is no '$name'; --list names them"
  done
  for row; do
    if [ -z "$names" ]; then
      [[ $row == *'|no|'* ]] || selected+=("$row")
    elif [[ ,$names, == *,${row%%|*},* ]]; then
      selected+=("$row")
    fi
  done
}

read_options "$@"
check_rounds 0.5 9999
select_rows --only "$only" "${cost_workloads[@]}"
workloads=("${selected[@]}")
select_rows --ways "$by" "${cost_ways[@]}"
ways=("${selected[@]}")
if [ -z "$output" ]; then
  output=$top/docs/cost.md
  [ -z "$only$by" ] || output=$top/build/bench/cost.md
fi
if [ -n "$runs" ]; then
  [ -s "$runs" ] || bad "--from: there are no runs in $runs"
  "$here/cost/table.sh" "$runs" "$output"
  exit
fi
[ "$(id -u)" -eq 0 ] || bad 'it is root who may record all of these; the workloads run as nobody'
for tool in jq sqlite3 setpriv perf bpftrace bpftool "$WALLFLAME" "$WALLFLAME_WORKLOAD" "$spent"; do
  command -v "$tool" >/dev/null || bad "$tool is not there"
done
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing

runs=$top/build/bench/cost.jsonl
mkdir -p "${runs%/*}" "${output%/*}"
chmod 711 "$tmp"
install -d -m 1777 "$tmp/open"
export TMPDIR=$tmp/open
prepare_programs
make_waiter

begin_runs
measure_pairs
measure_more
measure_bpf
keep end --argjson took "$SECONDS" --arg load "$(cut -d' ' -f1 /proc/loadavg)"
"$here/cost/table.sh" "$runs" "$output"
