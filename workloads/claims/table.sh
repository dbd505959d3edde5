# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The table of claims.sh, from what runs.sh left.
# shellcheck disable=SC2016 # dollars in single quotes are jq's

: "${here:?}" "${work:?}" "${out:?}" "${seconds:?}" "${rounds:?}" "${id?}"

table_head() {
  local interval="the 95 % interval of the median by the sign test, which assumes no distribution"
  ((rounds >= 6)) || interval="the range of $rounds rounds, too few for a 95 % interval"
  cat <<TEXT
# The article's claims on this machine

$(uname -srm), $(nproc) CPUs, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), RLIMIT_NOFILE $(ulimit -Hn);
$(date -u '+%Y-%m-%d %H:%M UTC'), $(wallflame_version), $rounds rounds of $seconds s.

The times are from a machine that others use as well: absolute ones say little beyond it. *Here* is the
median of the rounds without a capture, with $interval.
Marked *capture*: the estimate of the last capture, with the 95 % interval of its report. *Beside a
capture* is the median of as many rounds with wallflame recording, made in turn with the others.

What the verdicts mean: **holds**, the whole interval lies within the rule; **does not hold**, it lies
outside; **open**, it reaches across. The rule: absolute figures and ratios within a factor of 2 of the
article's; shares within 10 points; where the article says more, less or better, the figure it names, or 1.
The causes are the two with most of the time in which threads were not idle.
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
    done | jq -cs 'add // empty'
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
    beside=$(rounds_of .captured.json | with_rules -rs --argjson f "$1" \
      "include \"claims\"; map($of) | spread | shown(\$f.unit) | sub(\" [(].*\"; \"\")") || return 1
  else
    for run in "${needed[@]}"; do
      jq -c --arg run "$run" '{($run): .}' "$out/$id-$run.json"
    done | jq -cs add >"$work/reports"
    figure=$(with_rules -c "include \"claims\"; $captured" "$work/reports") || return 1
  fi
}

cause_of() { # RUN
  with_rules -r 'include "claims"; top_causes
    | map("\(.path) \(shown("%")), \(.evidence)") | join("; then ")' "$out/$id-$1.json"
}

link_of() { printf '[%s](%s-%s.svg)' "$1" "$id" "$1"; }

row() { # FIGURE
  local figure beside why run before needed here_cell verdict cause links
  mapfile -t needed < <(figure_runs "$1")
  why=''
  for run in "${needed[@]}"; do
    [ ! -e "$work/$id.$run.error" ] || why=$(cat "$work/$id.$run.error")
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
      'include "claims"; $e | judge($f.rule; $f.value)')
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
