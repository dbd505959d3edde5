# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# One run of a workload, alone or beside a collector.
#
# The workload waits at a gate, which opens when the collector is at work; the collector is
# stopped when the workload is done. So all of the work is inside the window, whatever the
# collector needs to begin and to end.

: "${tmp:?}" "${spent:?}" "${as_nobody?}"
command=() collector=() # what the tables have for this run
started=() # processes to end

# Pipes that the script, and nobody else, has open at both ends, as 8 and 9: whoever writes does not
# wait for a reader, and who reads is told the end when they are closed. That somebody stands at one
# is told by a file.
open_gates() {
  local name
  for name in gate finish; do
    rm -f "$tmp/$name" "$tmp/open/at-$name"
    mkfifo -m 666 "$tmp/$name"
  done
  exec 8<>"$tmp/gate" 9<>"$tmp/finish"
}

close_gates() { exec 8>&- 9>&-; }

# until_there NAME PID: until that process, or a child of it, is at the gate; fails when it has ended.
until_there() {
  local tries=3000
  until [ -e "$tmp/open/at-$1" ]; do
    kill -0 "$2" 2>/dev/null && [ $((tries--)) -gt 0 ] || return 1
    sleep 0.02
  done
}

make_waiter() {
  printf '#!/bin/sh\n: >%q\nread -r _ <%q\n' "$tmp/open/at-finish" "$tmp/finish" >"$tmp/waiter"
  chmod 755 "$tmp/waiter"
}

# why FILE: the last line that something said before it failed.
why() { { grep . "$1" || echo 'it says nothing'; } | tail -1 >"$tmp/why"; }

start_driver() { # DRIVER ARGUMENTS
  "driver_$1" "$2"
  # shellcheck disable=SC2016
  "${as_nobody[@]}" bash -c ': >"$1" && read -r _ <"$2" && shift 2 && exec "$@"' gate \
    "$tmp/open/at-gate" "$tmp/gate" "${command[@]}" >"$tmp/driver.out" 2>"$tmp/driver.err" \
    </dev/null 8>&- 9>&- &
  driver=$!
  started+=("$driver")
  until_there gate "$driver"
}

start_collector() { # BEGINS AS COMMAND PIDS
  rm -rf "$tmp/open/collected"* "$tmp/spent.json"
  way_command "$3" "$2" "$4"
  "$spent" "$tmp/spent.json" "${collector[@]}" >"$tmp/collector.out" \
    2>"$tmp/collector.err" </dev/null 8>&- 9>&- &
  collector_pid=$!
  started+=("$collector_pid")
  way_begins "$1" "$collector_pid"
}

forget() { # PID
  local i
  for i in "${!started[@]}"; do [ "${started[i]}" != "$1" ] || unset 'started[i]'; done
}

give_up() { # PID...
  local pid
  for pid; do
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    forget "$pid"
  done
  close_gates
  return 1
}

# run_once WORKLOAD_ROW WAY_ROW: the outcome as one line of JSON in $tmp/outcome.json; WAY_ROW '' is nothing. When it
# fails, $tmp/why says why.
run_once() {
  local driver_kind arguments begins as text pids begin end beside='{}'
  rm -f "$tmp/why" "$tmp/outcome.json"
  IFS='|' read -r _ driver_kind arguments _ <<<"$1"
  IFS='|' read -r _ begins as _ text <<<"$2"
  "prepare_driver_$driver_kind" || return 1
  open_gates
  start_driver "$driver_kind" "$arguments" || { why "$tmp/driver.err"; give_up "$driver"; return 1; }
  if [ -n "$2" ]; then
    pids=$("driver_${driver_kind}_pids")
    start_collector "$begins" "$as" "$text" "$pids" ||
      { why "$tmp/collector.err"; give_up "$driver" "$collector_pid"; return 1; }
  fi
  begin=$EPOCHREALTIME
  echo >&8
  [ -z "${while_running:-}" ] || "$while_running"
  wait "$driver" || { why "$tmp/driver.err"; give_up "$driver" ${2:+"$collector_pid"}; return 1; }
  end=$EPOCHREALTIME
  forget "$driver"
  if [ -n "$2" ]; then
    way_ends "$begins" "$collector_pid"
    wait "$collector_pid" || { why "$tmp/collector.err"; give_up "$collector_pid"; return 1; }
    forget "$collector_pid"
    beside=$(jq -c --argjson bytes "$(stat -c %s "$tmp/open/collected")" '. + {file_bytes: $bytes}' "$tmp/spent.json")
  fi
  close_gates
  "driver_${driver_kind}_outcome" | jq -c --argjson beside "$beside" --argjson window "$(awk "BEGIN { print $end - $begin }")" \
    '. + {window_s: $window} + $beside' >"$tmp/outcome.json"
}
