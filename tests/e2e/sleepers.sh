#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Threads that never switch in the window count as much as those that do.
. "$(dirname "$0")/lib.sh"

start_workload sleepers --threads 50 --seconds 60
record "$dir/sleepers.db" -p "$started_pid" -d 2
stop "$started_pid"
check_conservation sleepers "$dir/sleepers.db"
report_json "$dir/sleepers.db" >"$dir/report.json"

ask() { jq -r "$1" "$dir/report.json"; }

# The 50, and the main thread that waits for them.
same "threads in the capture" "$(ask .capture.threads)" 51
same "threads listed" "$(ask '.threads | length')" 51
same "threads of the workload" \
  "$(ask '[.threads[] | select(.comm | test("^sleepers/"))] | length')" 50
near "wall time" "$(ask .ledger.wall_ns)" "$(ask '51 * .capture.window_ns')" 0.005 0
near "accounted time" "$(ask .ledger.accounted_ns)" "$(ask '51 * .capture.window_ns')" 0.005 0
near "wall time of the workload's threads" \
  "$(ask '[.threads[] | select(.comm | test("^sleepers/")) | .accounted_ns] | add')" \
  "$(ask '50 * .capture.window_ns')" 0.005 0
# shellcheck disable=SC2016 # $all is jq's
same "sleepers that slept all the time" "$(ask '.capture.window_ns as $all |
  [.threads[] | select(.comm | test("^sleepers/")) | select(.states.interruptible == $all)] |
  length')" 49
same "their system call" "$(ask '[.syscalls[] | select(.blocked_ns > 48 * 2e9)] | length')" 1
same "their cause" "$(ask '.causes[] | select(.path == "idle/sleep") | .ns > 49 * 2e9')" true
