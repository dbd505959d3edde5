# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The pairs of cost.sh, in turn, and the BPF programs; a line of JSON each in $runs.

: "${top:?}" "${tmp:?}" "${rounds:?}" "${seconds:?}" "${cost_workloads?}" "${cost_more:?}" "${more_rounds:?}" "${WALLFLAME:?}"
runs='' workloads=() ways=() # what cost.sh was asked for

declare -A refused=() # WORKLOAD/WAY

tell() { printf '%4d s  %s\n' "$SECONDS" "$*" >&2; }

# keep KIND JQ_ARGUMENT...: a line, of what the arguments say; what is in an `outcome` stands beside them.
keep() {
  jq -nc --arg kind "$1" "${@:2}" '$ARGS.named + ($ARGS.named.outcome // {}) | del(.outcome)' >>"$runs"
}

begin_runs() {
  local row name as text what
  : >"$runs"
  keep machine --arg kernel "$(uname -srm)" --arg date "$(date -u '+%Y-%m-%d %H:%M UTC')" \
    --arg cpu "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)" --argjson cpus "$(nproc)" \
    --argjson virtual "$(grep -qw hypervisor /proc/cpuinfo && echo true || echo false)" \
    --arg memory "$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo)" \
    --arg disk "$(findmnt -no FSTYPE -T "$tmp")" \
    --arg load "$(cut -d' ' -f1 /proc/loadavg)" --argjson rounds "$rounds" --argjson seconds "$seconds" \
    --arg more "$cost_more" --argjson more_rounds "$more_rounds" \
    --arg wallflame "$("$WALLFLAME" --version)" \
    --arg commit "$(git -C "$top" describe --always --dirty 2>/dev/null || echo unknown)" \
    --arg perf "$(perf --version)" --arg bpftrace "$(bpftrace --version)"
  for row in "${workloads[@]}"; do
    IFS='|' read -r name _ text what <<<"$row"
    keep workload --arg name "$name" --arg command "$text" --arg what "$what"
  done
  for row in "${ways[@]}"; do
    IFS='|' read -r name _ as _ text <<<"$row"
    keep way --arg name "$name" --arg command "$text" --arg as "$as"
  done
}

# refuse WORKLOAD WAY
refuse() {
  local why
  why=$(cat "$tmp/why" 2>/dev/null || echo 'nobody has said why')
  refused[$1/$2]=yes
  keep refused --arg workload "$1" --arg way "$2" --arg why "$why"
  tell "$1, $2: cannot run: $why"
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
  tell "round $1, $workload, $way: $(jq -rs 'if all(.[]; .operations > 0) then
    (.[1].rate / .[0].rate * 1000 | round / 1000) as $rate
    | (.[1].p99_ns / .[0].p99_ns * 100 | round / 100) as $p99 | "throughput \($rate), P99 times \($p99)"
    else "too little was done to compare" end' "$tmp/nothing.json" "$tmp/way.json")"
}

measure_pairs() {
  local round workload way place=0 order
  for ((round = 1; round <= rounds; round++)); do
    for workload in "${workloads[@]}"; do
      for way in "${ways[@]}"; do
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

# The pairs of cost_more, in turn as well.
measure_more() {
  local round workload way order=(nothing way)
  workload=$(printf '%s\n' "${workloads[@]}" | grep "^${cost_more%/*}|") || return 0
  way=$(printf '%s\n' "${ways[@]}" | grep "^${cost_more#*/}|") || return 0
  for ((round = rounds + 1; round <= rounds * more_rounds; round++)); do
    [ -n "${refused[$cost_more]:-}" ] || pair "$round" "$workload" "$way" "${order[round % 2]}"
  done
}

measure_bpf() {
  local round way storm
  storm=$(printf '%s\n' "${cost_workloads[@]}" | grep '^switches|')
  bpf_stats_on || { refuse bpf-time 'any way' && return; }
  for ((round = 1; round <= rounds; round++)); do
    for way in "${ways[@]}"; do
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
