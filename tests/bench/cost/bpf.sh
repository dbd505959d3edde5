# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# How long the BPF programs of a collector take, each time they run, by the kernel's own statistics
# (kernel.bpf_stats_enabled), under the context-switch storm. To count costs time as well, so this is a
# run of its own.

: "${tmp:?}" "${seconds:?}" "${collector_pid=}"

bpf_stats=/proc/sys/kernel/bpf_stats_enabled
bpf_stats_before=''

bpf_stats_on() {
  bpf_stats_before=$(cat "$bpf_stats" 2>"$tmp/why") && echo 1 2>"$tmp/why" >"$bpf_stats"
}

bpf_stats_restore() {
  [ -z "$bpf_stats_before" ] || echo "$bpf_stats_before" >"$bpf_stats"
  bpf_stats_before=''
}

# Near the end of the run, while the programs are there: those that the collector's process has open
# (bpftool does not tell on every kernel whose they are).
read_programs() {
  local owner id
  sleep "$(awk "BEGIN { print 0.8 * $seconds }")"
  owner=$(tr ' ' '\n' <"/proc/$collector_pid/task/$collector_pid/children" | grep -m 1 .)
  grep -hs '^prog_id:' /proc/"$owner"/fdinfo/* | tr -dc '0-9\n' | sort -un |
    while read -r id; do bpftool prog show id "$id" -j; done |
    jq -cs 'map(select(.run_cnt > 0) | {name, run_cnt, run_time_ns})' >"$tmp/programs"
}

# bpf_time WORKLOAD_ROW WAY_ROW: the programs that ran as JSON in $tmp/programs. When it fails, $tmp/why says why.
bpf_time() {
  # shellcheck disable=SC2034 # run_once asks for it
  local while_running=read_programs
  rm -f "$tmp/programs"
  run_once "$1" "$2" || return 1
  jq -e 'length > 0' "$tmp/programs" >/dev/null || { echo 'no program has run' >"$tmp/why" && return 1; }
}
