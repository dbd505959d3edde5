# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Runs the workloads of one claim ($work/claim.json), for claims.sh:
#   $work/ID.RUN.ROUND.json            what the workload said, without a capture
#   $work/ID.RUN.ROUND.captured.json   the same beside one
#   $work/ID.RUN.error                 why it cannot run
#   $work/ID.RUN.unseen                why it cannot be captured
#   $out/ID-RUN.db                     the last capture

: "${here:?}" "${work:?}" "${out:?}" "${seconds:?}" "${rounds:?}" "${id?}"
export TMPDIR=${TMPDIR:-/var/tmp}

# command_of RUN LENGTH: as $command.
command_of() {
  mapfile -t command < <(jq -r --arg run "$1" '.runs[$run][]' "$work/claim.json")
  case ${command[0]} in
  wallflame-workload) command[0]=$WALLFLAME_WORKLOAD ;;
  wallflame-workload-go) command[0]=$WALLFLAME_WORKLOAD_GO ;;
  *) bad "claims.json: there is no program ${command[0]}" ;;
  esac
  # An exact count of operations has the time that it needs.
  [[ " ${command[*]} " == *" --operations "* ]] || command+=(--seconds "$2")
  command+=(--json)
}

# not_possible RUN KIND WHAT
not_possible() {
  { sed -n '1{s/^wallflame[a-z-]*: //;p}' "$work/said" | grep . || echo "$3"; } >"$work/$id.$1.$2"
  printf '   %s: %s\n' "$1" "$(cat "$work/$id.$1.$2")" >&2
}

run_plain() { # RUN ROUND
  command_of "$1" "$seconds"
  start_command "$work/plain.json"
  if ! finish_command || ! jq -e 'type == "object"' "$work/plain.json" >/dev/null; then
    not_possible "$1" error "the workload failed"
    return
  fi
  mv "$work/plain.json" "$work/$id.$1.$2.json"
}

start_command() { # OUTPUT
  "${command[@]}" >"$1" 2>"$work/said" </dev/null &
  running=$!
}

finish_command() {
  local status=0
  wait "$running" || status=$?
  running=''
  return "$status"
}

# Threads of a team are called NAME/INDEX, a long NAME cut short, and bear that name when the work begins.
team_works() { # NAME
  local tries=1500 prefix=${1:0:8}
  while ! grep -qs "^${prefix}.*/" "/proc/$running/task"/[0-9]*/comm; do
    kill -0 "$running" 2>/dev/null && [ $((tries--)) -gt 0 ] || return 1
    sleep 0.02
  done
}

# A whole run, files made and all, or the time from when the team works.
run_captured() { # RUN ROUND
  local db=$out/$id-$1.db status=0
  local record=("$WALLFLAME" record -q --force -o "$db")
  if jq -e --arg run "$1" '.whole or .runs[$run][0] == "wallflame-workload-go"' \
    "$work/claim.json" >/dev/null; then
    command_of "$1" "$seconds"
    command=("${record[@]}" -- "${command[@]}")
    start_command "$work/captured.json"
  else
    # It is told to stop when the capture is over, and reports then: a loaded machine is no hurry.
    command_of "$1" "$(awk "BEGIN { print $seconds + 30 }")"
    start_command "$work/captured.json"
    team_works "${command[1]}" || status=1
    [ "$status" -ne 0 ] || "${record[@]}" -d "$seconds" -p "$running" 2>"$work/refused" || status=2
    kill -TERM "$running" 2>/dev/null || true
  fi
  if ! finish_command || [ "$status" -ne 0 ] || [ ! -s "$db" ]; then
    rm -f "$db"
    [ "$status" -ne 2 ] || cp "$work/refused" "$work/said"
    not_possible "$1" unseen "no capture could be made"
    return
  fi
  mv "$work/captured.json" "$work/$id.$1.$2.captured.json"
}

# In every other round the order is the other one, so that what drifts hits both alike.
run_rounds() {
  local round run kind names kinds
  mapfile -t names < <(jq -r '.runs | keys_unsorted[]' "$work/claim.json")
  for ((round = 1; round <= rounds; round++)); do
    kinds=(plain captured)
    ((round % 2)) || kinds=(captured plain)
    ((round == 1)) || mapfile -t names < <(printf '%s\n' "${names[@]}" | tac)
    printf '   round %d of %d\n' "$round" "$rounds" >&2
    for run in "${names[@]}"; do
      for kind in "${kinds[@]}"; do
        [ -e "$work/$id.$run.error" ] || { [ "$kind" = captured ] && [ -e "$work/$id.$run.unseen" ]; } ||
          "run_$kind" "$run" "$round"
      done
    done
  done
}

# The report and the flame graph of each capture.
draw_captures() {
  local run
  while read -r run; do
    [ -s "$out/$id-$run.db" ] || continue
    "$WALLFLAME" report "$out/$id-$run.db" --format json >"$out/$id-$run.json"
    "$WALLFLAME" flame "$out/$id-$run.db" --view cause --title "$id: $run" -o "$out/$id-$run.svg"
  done < <(jq -r '.runs | keys[]' "$work/claim.json")
}
