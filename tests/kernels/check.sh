#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# check.sh OUT NAME PROGRAM: on the host, what holds for a capture that a guest made.
. "$(dirname "$0")/../e2e/lib.sh"

out=$1/$2
name=$2
program=$3
file=$out/capture.db

same "exit status in the guest" "$(cat "$out/status" 2>/dev/null)" 0
[ -s "$file" ] || fail "no capture came back"

lost() { # KIND
  sql "$file" "SELECT coalesce(sum(count), 0) FROM loss WHERE kind = '$1'"
}

check_reports() {
  local view
  "$WALLFLAME" report "$file" >"$dir/report" || wrong "report fails"
  grep -q '^VERDICT' "$dir/report" || wrong "the report has no verdict"
  report_json "$file" >"$out/report.json" || fail "report --format json fails"
  holds "error ratio of the report" "$(jq '.ledger.worst_thread_error_ratio' "$out/report.json") < 0.001"
  "$WALLFLAME" flame "$file" -o "$dir/flame.svg" || wrong "flame fails"
  xmllint --noout "$dir/flame.svg" || wrong "the flame graph is no XML"
  for view in wall offcpu oncpu cause; do
    folded "$file" "$view" >"$dir/folded" || wrong "flame --view $view fails"
    [ -s "$dir/folded" ] || wrong "flame --view $view is empty"
  done
}

# The kernel halves of stacks of sleeps begin where the kernel was entered, or say that they do not.
# A single frame is what /proc told of a thread that slept already. Where a BPF program was preempted, the
# kernel's own unwinder ends at it.
check_kernel_roots() {
  folded "$file" offcpu >"$dir/folded"
  same "other roots of kernel stacks" "$(sed 's/ [0-9]*$//' "$dir/folded" | awk -F ';' '
    { for (i = 2; i < NF && $i !~ /_\[k\]$/; i++) root = i }
    i < NF && $root != "[kernel callers not walked]" && $(i + 1) ~ /_\[k\]$/ &&
      $i !~ /^(entry_|asm_|ret_from_fork|__.*indirect_thunk|bpf_prog_)/ { print $i }' | sort -u | tr '\n' ' ')" ""
}

# done_by THREAD FIELD: by wallflame-exact's own count, of all its threads of that name.
done_by() {
  jq --arg thread "$1" "[.[] | select(.thread == \$thread) | .$2] | add" "$out/exact.json"
}

# The switches that the program saw itself (getrusage(2)), and at the end each thread's one wait for
# the next line.
check_sleeps() {
  local thread threads room
  room=$(mistaken_sleeps "$file")
  for thread in exact/open exact/futex exact/page exact/inode; do
    threads=$(jq --arg thread "$thread" 'map(select(.thread == $thread)) | length' "$out/exact.json")
    near "sleeps of $thread" "$(sql "$file" "SELECT sum(count) FROM ledger
      JOIN thread ON thread.id = thread WHERE comm = '$thread' AND state > 1")" \
      $(($(done_by "$thread" sleeps) + threads)) "$room" 0
  done
}

# The program's first thread polls while the others work. It waits for a CPU when each of them is done,
# however long it slept; by the kernel's own count it can be most of that (docs/engines.md).
check_waits() {
  local slept waited
  IFS='|' read -r slept waited < <(sql "$file" "SELECT sum(ns), sum(runqueue_ns) FROM ledger
    JOIN thread ON thread.id = thread WHERE comm = 'wallflame-exact' AND state > 1")
  holds "waits for a CPU of a thread that sleeps" "$waited < 0.05 * $slept"
}

check_conservation "$name" "$file"
same "CPUs" "$(sql "$file" 'SELECT cpus FROM capture')" "$(<"$1/cpus")"
# What each way of capturing may miss without a count being wrong: return probes have room for so many
# calls at a time; where the kernel may be preempted, so may a program, and another thread's call on that
# CPU is then not reported to it, and where one is in the table of system calls, another one waits for
# nothing; the perf engine does not see all, and draws into rings that may be full.
case $name in
kprobe) may_miss=(call-ends missed-runs syscalls) ;;
perf) may_miss=(io-waits system-calls stacks) ;;
*) may_miss=(missed-runs call-ends syscalls) ;;
esac
# Only a capture that sees its target end can have drawn a thread that did.
[ "$program" = exact ] || may_miss+=(ending-samples)
# Until Linux 5.18 the kind of a sleep may be gone when it is read.
[[ ! $(sql "$file" 'SELECT kernel FROM capture') =~ ^5\.1[0-7]\. ]] || may_miss+=(raced-sleeps)
check_nothing_lost "$name" "$file" unnamed-frames broken-stacks truncated-stacks \
  lock-tracepoints "${may_miss[@]}"
# An end that is not reported by fentry is itself a run that was missed.
if [ "$(sql "$file" "SELECT count(*) FROM probe WHERE backend LIKE 'kprobe%'")" = 0 ]; then
  holds "ends of calls that were not seen" "$(lost call-ends) <= $(lost missed-runs)"
fi
check_reports
check_kernel_roots
if [ "$program" = exact ]; then
  check_sleeps
  check_waits
fi
# shellcheck source=check_probes.sh
. "$(dirname "$0")/check_probes.sh"
