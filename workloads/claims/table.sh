# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The table of claims.sh, from what runs.sh left.
# shellcheck disable=SC2016 # dollars in single quotes are jq's

: "${here:?}" "${work:?}" "${out:?}" "${seconds:?}" "${rounds:?}" "${id?}"

table_head() {
  local interval="the 95 % interval of the median by the sign test, which assumes no distribution"
  local load
  read -r load _ </proc/loadavg
  ((rounds >= 6)) || interval="the range of $rounds rounds, too few for a 95 % interval"
  cat <<TEXT
# The article's claims on this machine

$(uname -srm), $(nproc) CPUs, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), RLIMIT_NOFILE $(ulimit -Hn);
$(date -u '+%Y-%m-%d %H:%M UTC'), $(wallflame_version), $rounds rounds of $seconds s.

The article's figures are those that the issue which asked for this table quotes. The times are from a
machine that others use as well (load average $load at the beginning): absolute ones say little beyond it.

- *Here* is the median of the rounds without a capture, with
  $interval.
  Marked *capture*, it is the estimate of the last capture, with the 95 % interval of its report: a share
  of the time in which threads were neither idle nor waiting for a CPU, all of which is taken as estimated.
  Where it is of several causes, the ends of their intervals are summed: *bounds*, no 95 % interval.
- The ends of intervals are rounded outwards; two ends that are alike are of what is exact, or of rounds that
  came out alike.
- *Beside a capture* is the median of as many rounds with wallflame recording, made in turn with the
  others.
- **Holds**: the whole interval lies within the rule. **Does not hold**: it lies outside. **Open**: it reaches
  across, or is a bound that leaves both possible. Fewer than 6 rounds are too few to tell. *One capture*:
  the interval is of that capture alone; how far others are from it, it does not say.
- The rule: absolute figures and ratios within a factor of 2 of the article's; shares within 10 points;
  what is always so, always; where the article says "over", more than its figure; a cure helps when more
  work is done in a second than without it.
- The causes are the two with most of the time in which threads were not idle, preempted by others
  or not.
TEXT
}

wallflame_version() { "$WALLFLAME" --version 2>/dev/null || echo wallflame; }

# rounds_of KIND: one object a round, with what each run said, for rounds that all were in.
rounds_of() {
  local suffix=$1 round run
  for ((round = 1; round <= rounds; round++)); do
    for run in "${needed[@]}"; do
      [ ! -e "$work/$id.$run.$round$suffix" ] ||
        jq -c --arg run "$run" '{($run): .}' "$work/$id.$run.$round$suffix"
    done | jq -cs --argjson all "${#needed[@]}" 'select(length == $all) | add'
  done
}

# figure_runs FIGURE: the runs whose names stand in its expression, or that it shows.
figure_runs() {
  jq -r --argjson f "$1" '.runs | keys[] | . as $run
    | select($f.see == $run or $f.before == $run or (($f.of // $f.captured) |
        contains("." + $run + " ") or contains("." + $run + ".") or contains("[\"" + $run + "\"]")))' \
    "$work/claim.json"
}

# From here on jq does the arithmetic: an expression of claims.json is a program of its own.
with_rules() { jq -L "$here" "$@"; }

# estimate FIGURE: {value, low, high} as $figure, and the same beside a capture as $beside ("" for none).
estimate() {
  local of captured run
  of=$(jq -r '.of // empty' <<<"$1")
  captured=$(jq -r '.captured // empty' <<<"$1")
  beside='-'
  if [ -n "$of" ]; then
    figure=$(rounds_of .json | with_rules -cs "include \"claims\"; map($of) | spread") || return 1
    beside=$(rounds_of .captured.json | with_rules -rs --argjson f "$1" "include \"claims\"; map($of)
      | if length == 0 then \"-\" else spread | shown(\$f.unit) | sub(\" [(].*\"; \"\") end") || return 1
  else
    for run in "${needed[@]}"; do
      jq -c --arg run "$run" '{($run): .}' "$out/$id-$run.json"
    done | jq -cs add >"$work/reports"
    figure=$(with_rules -c "include \"claims\"; $captured" "$work/reports") || return 1
  fi
}

cause_of() { # RUN
  [ -e "$out/$id-$1.json" ] || { cat "$work/$id.$1.unseen" && return; }
  with_rules -r 'include "claims"; top_causes
    | map("\(.path) \(shown("%")), \(.evidence)") | join("; then ")' "$out/$id-$1.json"
}

link_of() { # RUN
  if [ -e "$out/$id-$1.svg" ]; then printf '[%s](%s-%s.svg)' "$1" "$id" "$1"; else printf -- '-'; fi
}

row() { # FIGURE
  local figure beside why run before needed here_cell verdict cause links captured
  mapfile -t needed < <(figure_runs "$1")
  why=''
  captured=$(jq -r '.captured // empty' <<<"$1")
  for run in "${needed[@]}"; do
    [ ! -e "$work/$id.$run.error" ] || why=$(cat "$work/$id.$run.error")
    [ -z "$captured" ] || [ ! -e "$work/$id.$run.unseen" ] || why=$(cat "$work/$id.$run.unseen")
  done
  run=$(jq -r '.see' <<<"$1")
  before=$(jq -r '.before // empty' <<<"$1")
  if [ -n "$why" ] || ! estimate "$1" 2>"$work/why"; then
    here_cell='-' beside='-' cause='-' links='-'
    verdict="cannot be tested here: ${why:-$(head -1 "$work/why")}"
  else
    here_cell=$(with_rules -rn --argjson f "$1" --argjson e "$figure" 'include "claims";
      ($e | shown($f.unit)) + (if $f.captured then ", *capture*" else "" end)')
    verdict=$(with_rules -rn --argjson f "$1" --argjson e "$figure" \
      'include "claims"; $e | verdict($f.rule; $f.value)')
    cause=$(cause_of "$run")
    links=$(link_of "$run")
    [ -z "$before" ] || {
      cause="before: $(cause_of "$before"); after: $cause"
      links="$(link_of "$before"), $links"
    }
  fi
  with_rules -rn --argjson f "$1" 'include "claims";
    "| " + ([$f.claim, $f.article] + $ARGS.positional | map(cell) | join(" | ")) + " |"' \
    --args "$here_cell" "$beside" "$verdict" "$cause" "$links"
}

table_of_claim() {
  local figure_line
  jq -r '"\n## \(.title)\n\n\(.note)\n"' "$work/claim.json"
  printf '| claim | the article | here | beside a capture | verdict | cause | flame graph |\n'
  printf '|---|---|---|---|---|---|---|\n'
  while read -r figure_line; do
    row "$figure_line"
  done < <(jq -c '.figures[]' "$work/claim.json")
}
