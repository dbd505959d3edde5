#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Puts the claims of claims.json to the test: runs each workload several times, in turn without a capture
# and with one beside it, and writes captures, flame graphs and the table claims.md. Results come from
# the runs alone; a run that fails says why, and the claims that need it cannot be tested.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

program=claims
declare -A options=([--seconds]=seconds [--rounds]=rounds [--only]=only [--output]=out)
seconds=1 rounds=7 only='' out=build/claims
mark=.wallflame-claims # in a directory of results

usage() {
  cat <<'TEXT'
usage: claims.sh [--seconds S] [--rounds N] [--only ID,...] [--output DIR]

  --seconds S   how long each run is measured (1)
  --rounds N    how often (7); with fewer than 6 there is no 95 % interval
  --only ID,... these groups of claims; --list names them
  --output DIR  a directory that is new, or of an earlier run (build/claims)

The programs: $WALLFLAME, $WALLFLAME_WORKLOAD, $WALLFLAME_WORKLOAD_GO (build/wallflame...).
TEXT
}

. "$here/../rounds.sh"

list() { jq -r '.[] | "\(.id)  \(.title)"' "$here/claims.json"; }

for tool in jq awk; do command -v "$tool" >/dev/null || bad "$tool is not installed"; done
read_options "$@"
check_rounds 0.1 3600
for id in ${only//,/ }; do
  jq -e --arg id "$id" 'any(.[]; .id == $id)' "$here/claims.json" >/dev/null ||
    bad "--only: there is no '$id'; --list names them"
done
WALLFLAME=${WALLFLAME:-build/wallflame}
WALLFLAME_WORKLOAD=${WALLFLAME_WORKLOAD:-build/wallflame-workload}
WALLFLAME_WORKLOAD_GO=${WALLFLAME_WORKLOAD_GO:-build/wallflame-workload-go}
[ -x "$WALLFLAME" ] || bad "$WALLFLAME cannot be run: build it, or set WALLFLAME"

# Whose files these are must be told by more than a name that others use as well.
if [ -d "$out" ] && [ -n "$(ls -A "$out")" ] && [ ! -f "$out/$mark" ]; then
  bad "$out has files that are not of an earlier run: give another directory"
fi
mkdir -p "$out"
: >"$out/$mark" # so that a run cut short is known as one
while IFS=' ' read -r id run; do
  rm -f "$out/$id-$run".{db,json,svg}
done < <(jq -r '.[] | .id as $id | .runs | keys[] | "\($id) \(.)"' "$here/claims.json")
rm -f "$out/claims.md"
work=$(mktemp -d "${TMPDIR:-/var/tmp}/wallflame-claims.XXXXXX")
running='' id=''
clean_up() {
  local status=$?
  trap - EXIT
  [ -z "$running" ] || { kill -TERM "$running" && wait "$running"; } 2>/dev/null || true
  rm -rf "$work"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

. "$here/runs.sh"
. "$here/table.sh"

mapfile -t ids < <(jq -r --arg only "$only" '($only | split(",")) as $wanted
  | .[] | .id | select($wanted == [] or IN($wanted[]))' "$here/claims.json")
table_head >"$work/claims.md"
for id in "${ids[@]}"; do
  printf '== %s\n' "$id" >&2
  jq --arg id "$id" '.[] | select(.id == $id)' "$here/claims.json" >"$work/claim.json"
  run_rounds
  draw_captures
  table_of_claim >>"$work/claims.md"
done
mv "$work/claims.md" "$out/claims.md"
printf 'claims: %s\n' "$out/claims.md"
