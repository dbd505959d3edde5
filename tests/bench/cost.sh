#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What a capture costs its target, and what the usual tools cost: each workload of cost/workloads.sh in
# pairs, alone and beside each collector of cost/ways.sh, in turn in one run. Keeps a line of JSON a
# run, and writes the table from these lines.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)

rounds=5 seconds=1.5 only='' ways='' output='' runs=''
WALLFLAME=${WALLFLAME:-$top/build/wallflame}
WALLFLAME_WORKLOAD=${WALLFLAME_WORKLOAD:-$top/build/wallflame-workload}
spent=${WALLFLAME_SPENT:-$top/build/tests/bench/bench-spent}

usage() {
  cat <<'TEXT'
usage: cost.sh [--rounds N] [--seconds S] [--only WORKLOAD,...] [--ways WAY,...] [--output FILE]
       cost.sh --from RUNS [--output FILE]

  --rounds N      pairs of each workload and way (5)
  --seconds S     how long each run is (1.5; of pgbench in whole seconds)
  --only W,...    these workloads; --list names them
  --ways W,...    these collectors; --list names them, and which are asked for by default
  --output FILE   the table (docs/cost.md, or build/bench/cost.md where --only or --ways is given)
  --from RUNS     only write the table, from what an earlier run kept in build/bench/cost.jsonl
TEXT
}

bad() {
  printf 'cost: %s\n' "$*" >&2
  exit 2
}

tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/wallflame-bench.XXXXXX")
. "$here/cost/workloads.sh"
. "$here/cost/ways.sh"
. "$here/cost/run.sh"
. "$here/cost/bpf.sh"

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
    printf '%s\n' "$@" | grep -q "^$name|" || bad "$option: there is no '$name'; --list names them"
  done
  for row; do
    if [ -z "$names" ]; then
      [[ $row == *'|no|'* ]] || selected+=("$row")
    elif [[ ,$names, == *,${row%%|*},* ]]; then
      selected+=("$row")
    fi
  done
}

while [ $# -gt 0 ]; do
  case $1 in
  --rounds | --seconds | --only | --ways | --output | --from)
    [ $# -gt 1 ] || bad "$1: a value is missing"
    case $1 in
    --rounds) rounds=$2 ;;
    --seconds) seconds=$2 ;;
    --only) only=$2 ;;
    --ways) ways=$2 ;;
    --output) output=$2 ;;
    --from) runs=$2 ;;
    esac
    shift 2
    ;;
  -h | --help) usage && exit ;;
  --list) list && exit ;;
  *) bad "'$1' is no option; see --help" ;;
  esac
done
[[ $rounds =~ ^[1-9][0-9]{0,2}$ ]] || bad "--rounds: '$rounds' is not allowed: give 1 to 999"
if ! [[ $seconds =~ ^[0-9]{1,4}(\.[0-9]{1,3})?$ ]] || ! awk "BEGIN { exit !($seconds >= 0.5) }"; then
  bad "--seconds: '$seconds' is not allowed: give a number, 0.5 to 9999"
fi
select_rows --only "$only" "${cost_workloads[@]}"
workloads=("${selected[@]}")
select_rows --ways "$ways" "${cost_ways[@]}"
ways_rows=("${selected[@]}")
if [ -z "$output" ]; then
  output=$top/docs/cost.md
  [ -z "$only$ways" ] || output=$top/build/bench/cost.md
fi
if [ -n "$runs" ]; then
  [ -s "$runs" ] || bad "--from: there are no runs in $runs"
  exec "$here/cost/table.sh" "$runs" "$output"
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

declare -A refused=() # WORKLOAD/WAY

tell() { printf '%4d s  %s\n' "$SECONDS" "$*" >&2; }
# keep KIND JQ_ARGUMENT...: a line, of what the arguments say.
keep() { jq -nc --arg kind "$1" "${@:2}" '{kind: $kind} + $ARGS.named + ($ARGS.named.outcome // {}) | del(.outcome)' >>"$runs"; }

begin_runs() {
  : >"$runs"
  keep machine --arg kernel "$(uname -srm)" --arg date "$(date -u '+%Y-%m-%d %H:%M UTC')" \
    --arg cpu "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" --argjson cpus "$(nproc)" \
    --argjson virtual "$(grep -qw hypervisor /proc/cpuinfo && echo true || echo false)" \
    --arg memory "$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo)" \
    --arg disk "$(findmnt -no FSTYPE -T "$tmp")" \
    --arg load "$(cut -d' ' -f1 /proc/loadavg)" --argjson rounds "$rounds" --argjson seconds "$seconds" \
    --arg wallflame "$("$WALLFLAME" --version), commit $(git -C "$top" describe --always --dirty 2>/dev/null || echo unknown)" \
    --arg perf "$(perf --version)" --arg bpftrace "$(bpftrace --version)"
  local row name begins as default text what
  for row in "${workloads[@]}"; do
    IFS='|' read -r name _ text what <<<"$row"
    keep workload --arg name "$name" --arg command "$text" --arg what "$what"
  done
  for row in "${ways_rows[@]}"; do
    IFS='|' read -r name begins as default text <<<"$row"
    keep way --arg name "$name" --arg command "$text" --arg as "$as"
  done
}

# refuse WORKLOAD WAY
refuse() {
  refused[$1/$2]=yes
  keep refused --arg workload "$1" --arg way "$2" --arg why "$(cat "$tmp/why" 2>/dev/null || echo 'it cannot be told why')"
  tell "$1, $2: cannot run: $(cat "$tmp/why" 2>/dev/null)"
}

# pair ROUND WORKLOAD_ROW WAY_ROW FIRST: both halves; FIRST, nothing or way, is run first.
pair() {
  local workload=${2%%|*} way=${3%%|*} half halves=(nothing way)
  [ "$4" = nothing ] || halves=(way nothing)
  for half in "${halves[@]}"; do
    if ! run_once "$2" "$([ "$half" = nothing ] || echo "$3")"; then
      refuse "$workload" "$way"
      return
    fi
    mv "$tmp/outcome.json" "$tmp/$half.json"
  done
  for half in "${halves[@]}"; do
    keep run --argjson round "$1" --arg workload "$workload" --arg pair "$way" --arg first "$4" --arg half "$half" \
      --argjson outcome "$(cat "$tmp/$half.json")"
  done
  tell "round $1 of $rounds, $workload, $way: $(jq -rs 'if all(.[]; .operations > 0) then
    "throughput \(.[1].rate / .[0].rate * 1000 | round / 1000), P99 times \(.[1].p99_ns / .[0].p99_ns * 100 | round / 100)"
    else "too little was done to compare" end' "$tmp/nothing.json" "$tmp/way.json")"
}

measure_pairs() {
  local round workload way place=0 order
  for ((round = 1; round <= rounds; round++)); do
    for workload in "${workloads[@]}"; do
      for way in "${ways_rows[@]}"; do
        # Alternating from pair to pair, and for each pair from round to round: what drifts hits both alike.
        order=(nothing way)
        [ -n "${refused[${workload%%|*}/${way%%|*}]:-}" ] ||
          pair "$round" "$workload" "$way" "${order[(round + place) % 2]}"
        place=$((place + 1))
      done
      place=0
    done
  done
}

measure_bpf() {
  local round way storm=${cost_workloads[0]}
  bpf_stats_on || { refuse bpf-time 'any way' && return; }
  for ((round = 1; round <= rounds; round++)); do
    for way in "${ways_rows[@]}"; do
      if ! [[ $way =~ ^(wallflame|bpftrace)\| ]] || [ -n "${refused[bpf-time/${way%%|*}]:-}" ]; then
        continue
      fi
      if bpf_time "$storm" "$way"; then
        keep bpf --argjson round "$round" --arg way "${way%%|*}" --argjson programs "$(cat "$tmp/programs")"
      else
        refuse bpf-time "${way%%|*}"
      fi
    done
    tell "round $round of $rounds, time of BPF programs"
  done
  bpf_stats_restore
}

begin_runs
measure_pairs
measure_bpf
keep end --argjson took "$SECONDS" --arg load "$(cut -d' ' -f1 /proc/loadavg)"
"$here/cost/table.sh" "$runs" "$output"
