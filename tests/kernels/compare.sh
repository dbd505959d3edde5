#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# compare.sh OUT: on the host, what the captures of one kernel have in common.
. "$(dirname "$0")/../e2e/lib.sh"
# shellcheck source=captures.sh
. "$(dirname "$0")/captures.sh"

out=$1
choose_captures "$(<"$out/cpus")"

# shape FILE: the names of all that a report says. A list that may be empty says nothing of its items.
shape() {
  jq -c 'def shape: if type == "object" then with_entries(.value |= shape)
    elif type == "array" then "list" else "value" end; shape' "$1"
}

# dominant FILE: what threads that were not idle slept for most. Not what they did most: a hook costs an
# emulated CPU much, and that is honestly told as the kernel's CPU time and as waiting for a CPU.
dominant() {
  jq -r '[.causes[] | select(.idle or (.path | test("^(cpu|switching)/")) | not) | select(.ns > 0)]
    | max_by(.ns).path // "nothing"' "$1"
}

expect() { # NAME REPORT CAUSE
  local cause
  cause=$(dominant "$2")
  [[ $cause =~ ^($3)$ ]] || wrong "$1: the dominant cause: '$cause', expected '$3'"
  same "$1: the shape of the report" "$(shape "$2")" "$(shape "$out/auto/report.json")"
}

# Before Linux 5.15 return probes hide who took a lock.
lock_of_inode() { # NAME
  case $1-$(<"$out/kernel") in
  kprobe-5.1[0-4].*) echo 'lock/inode|lock/other-sleeping' ;;
  *) echo lock/inode ;;
  esac
}

for row in "${captures[@]}"; do
  read -r name program _ <<<"$row"
  report=$out/$name/report.json
  [ -s "$report" ] || fail "$name: no report"
  case $program in
  exact) expect "$name" "$report" "$(lock_of_inode "$name")" ;;
  futex) expect "$name" "$report" lock/futex ;;
  esac
done

same "the probe points of doctor and of record" \
  "$(jq -r '.probe_points[] | .name + "|" + .backend + "|" + .counts' "$out/doctor.json")" \
  "$(sql "$out/auto/capture.db" 'SELECT name, backend, counts FROM probe ORDER BY id')"
