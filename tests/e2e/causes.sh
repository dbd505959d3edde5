#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Each workload's own cause comes first.
. "$(dirname "$0")/lib.sh"

capture() { # NAME THREADS [OPTION...]
  local name=$1 threads=$2
  start_workload "$name" --seconds 60 --threads "$threads" "${@:3}"
  record "$dir/$name.db" --force -p "$started_pid" -d 2
  stop "$started_pid"
  report_json "$dir/$name.db" >"$dir/report.json"
}

# leader SET-ASIDE: the leaf with the most time, and the group, without what is idle or set aside.
leader() {
  jq -r --arg aside "$1" '[.causes[] | select(.idle | not) | select(.path != $aside)] |
    (max_by(.ns) | .path),
    (group_by(.path | split("/")[0]) | max_by(map(.ns) | add) | .[0].path | split("/")[0])' \
    "$dir/report.json" | paste -sd' '
}

ranking() {
  jq -r '[.causes[] | select(.idle | not)] | sort_by(-.ns) | .[:4][] |
    "\(.path) \(.ns / 1e6 | floor) ms"' "$dir/report.json" | paste -sd,
}

# The order of the list: groups by their sums, leaves by their own time, then what is idle.
check_order() {
  same "$1: what is idle stands last" \
    "$(jq '[.causes[] | .idle] | . == sort' "$dir/report.json")" true
  same "$1: groups from the largest to the smallest" "$(jq '[.causes[] | select(.idle | not) |
    select(.path != "unknown") | {group: (.path | split("/")[0]), ns}] as $rows |
    reduce $rows[].group as $g ([]; if index($g) then . else . + [$g] end) |
    map(. as $g | [$rows[] | select(.group == $g) | .ns] | add) |
    . == (sort | reverse)' "$dir/report.json")" true
  same "$1: leaves of a group together, from the largest to the smallest" "$(jq '
    [.causes[] | {group: (.path | split("/")[0]), ns}] as $rows |
    [range(1; $rows | length) as $i | $rows[$i - 1:$i + 1] |
      select(.[0].group == .[1].group) | .[0].ns >= .[1].ns] | all' "$dir/report.json")" true
}

# With more threads than CPUs the run queue may lead: it is set aside.
first_of_many() { # NAME LEADER [OPTION...]: LEADER is a pattern of "leaf group"
  note "$1, more threads than CPUs"
  capture "$1" $((2 * $(nproc))) "${@:3}"
  [[ $(leader switching/run-queue) =~ $2 ]] || wrong "$1: $(ranking)"
  check_order "$1"
}

# As many threads as CPUs: nothing is set aside. What else runs on the machine may put threads
# into the run queue all the same: that is what the capture rightly shows, so it may be repeated.
first_of_few() { # NAME LEADER [OPTION...]
  local try
  for try in 1 2 3; do
    note "$1, as many threads as CPUs, try $try"
    capture "$1" "$(nproc)" "${@:3}"
    [[ ! $(leader none) =~ $2 ]] || return 0
    ranking
  done
  wrong "$1: $(ranking)"
}

first_of_many futex '^lock/futex lock$'
first_of_few futex '^lock/futex lock$'
first_of_many dir-lock '^lock/inode lock$'
first_of_few dir-lock '^lock/inode lock$'
first_of_many fd-storm ' fd-allocation$'
first_of_few fd-storm ' fd-allocation$'
first_of_many cold-read ' page-cache$'
first_of_few cold-read ' page-cache$'

note "cond-wait: waiting for work is no contention"
capture cond-wait 8
holds "idle/park" "$(jq '[.causes[] | select(.path == "idle/park") | .share] | add // 0' \
  "$dir/report.json") > 0.75"
holds "lock/futex" "$(jq '[.causes[] | select(.path == "lock/futex") | .share] | add // 0' \
  "$dir/report.json") < 0.02"
