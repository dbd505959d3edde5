#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Captures on a system that lacks something, beside one another, and of targets that end too soon.
. "$(dirname "$0")/lib.sh"

restricted=$(sysctl -n kernel.kptr_restrict)
restore() {
  local status=$?
  sysctl -qw kernel.kptr_restrict="$restricted" || status=1
  [ "$status" -eq 0 ] || wrongs=$((wrongs + 1))
  clean_up
}
trap restore EXIT

note "kernel addresses are hidden"
sysctl -qw kernel.kptr_restrict=2
record "$dir/hidden.db" -- "$WALLFLAME_WORKLOAD" futex --threads 2 --seconds 1
sysctl -qw kernel.kptr_restrict="$restricted"
check_conservation hidden "$dir/hidden.db"
same "told as a loss" "$(sql "$dir/hidden.db" "SELECT count FROM loss WHERE kind = 'kernel-symbols'")" 1

note "no BTF"
run unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && exec "$@"' sh \
  "$WALLFLAME" record -q --engine bpf -o "$dir/blind.db" -- sleep 0.1
same "exit status" "$status" 1
grep -q BTF "$dir/err" || wrong "the error does not name BTF: $(cat "$dir/err")"
[ ! -e "$dir/blind.db" ] || wrong "a file is left behind"

note "tracefs is not mounted"
# shellcheck disable=SC2016
no_tracefs() {
  unshare -m sh -c 'for d in /sys/kernel/tracing /sys/kernel/debug/tracing; do
      while umount "$d" 2>/dev/null; do :; done
    done; exec "$@"' sh "$@"
}
run no_tracefs "$WALLFLAME" record -q -o "$dir/untraced.db" -- "$WALLFLAME_WORKLOAD" storm --seconds 1
same "exit status" "$status" 0
check_conservation "without tracefs" "$dir/untraced.db"

note "two captures of one process at once"
start_workload storm --threads 4 --seconds 30
"$WALLFLAME" record -q -p "$started_pid" -d 2 -o "$dir/one.db" &
one=$!
"$WALLFLAME" record -q -p "$started_pid" -d 2 -o "$dir/two.db" &
two=$!
wait "$one" || wrong "the first capture fails"
wait "$two" || wrong "the second capture fails"
stop "$started_pid"
for file in one two; do
  check_conservation "$file" "$dir/$file.db"
done

note "targets that end while the capture attaches"
for pause in 0.00 0.01 0.02 0.04 0.06 0.08 0.1 0.15 0.2 0.3; do
  sleep "$pause" &
  pid=$!
  run "$WALLFLAME" record -q --force -p "$pid" -d 5 -o "$dir/short.db"
  case $status in
    0) check_conservation "a target of $pause s" "$dir/short.db" ;;
    1)
      [ -s "$dir/err" ] || wrong "no word on stderr for a target of $pause s"
      [ ! -e "$dir/short.db" ] || wrong "a file is left behind for a target of $pause s"
      ;;
    *) wrong "a target of $pause s: exit $status: $(cat "$dir/err")" ;;
  esac
  rm -f "$dir/short.db"
  wait "$pid" || true
done

# The third of the four tracepoints of openat: of its two ends the first is attached when the second is
# refused. The kernel tells which events have a program.
note "a probe point that fails half-way leaves nothing attached"
compile refuse_one -D_GNU_SOURCE
is_recording() { [ "$(sql "$dir/halfway.db" 'SELECT count(*) FROM capture')" = 1 ]; }
start "$dir/refuse_one" event 6 "$WALLFLAME" record -q --backend tracepoint -o "$dir/halfway.db" -- sleep 3
eventually 20 is_recording || fail "it does not record: $(cat "$dir/started.err")"
recorder=$(pgrep -P "$started_pid")
bpftool perf show --json |
  jq -r --argjson pid "$recorder" '.[] | select(.pid == $pid) | .tracepoint | select(test("^(sys_(enter|exit)_|mm_)"))' \
    >"$dir/attached"
finish "$started_pid" || fail "the capture fails: $(cat "$dir/started.err")"
same "what stays attached" "$(cat "$dir/attached")" mm_filemap_add_to_page_cache
check_conservation "after half a probe point" "$dir/halfway.db"
same "what was refused" "$(sql "$dir/halfway.db" "SELECT place || ': ' || error FROM probe_place
  WHERE probe = (SELECT id FROM probe WHERE name = 'openat') AND error NOT LIKE 'let go again%'")" \
  'syscalls:sys_enter_openat2: Device or resource busy'
same "what was let go again" "$(sql "$dir/halfway.db" "SELECT count(*) FROM probe_place
  WHERE probe = (SELECT id FROM probe WHERE name = 'openat') AND error LIKE 'let go again%'")" 2
same "the next backend" "$(sql "$dir/halfway.db" "SELECT backend || ' ' || counts || ', ' || note FROM probe
  WHERE name = 'openat'")" \
  'evidence nothing, tracepoint: syscalls:sys_enter_openat2 Device or resource busy'
same "the other points" "$(sql "$dir/halfway.db" "SELECT backend FROM probe WHERE name = 'page-cache-fill'")" \
  tracepoint

note "a recorder that is killed leaves nothing attached"
start_workload storm --threads 2 --seconds 30
programs() { bpftool prog show --json | jq -r '.[].id' | sort; }
programs >"$dir/before"
"$WALLFLAME" record -q -p "$started_pid" -d 30 -o "$dir/killed.db" &
recorder=$!
started+=("$recorder")
new_programs() { programs | comm -13 "$dir/before" - | grep -q .; }
eventually 10 new_programs || fail "no programs of the recorder are seen"
sleep 0.5 # until the last is there
programs | comm -13 "$dir/before" - >"$dir/ours"
kill -KILL "$recorder"
wait "$recorder" || true
gone() { [ -z "$(programs | comm -12 "$dir/ours" -)" ]; }
eventually 10 gone || wrong "programs of a killed recorder are still there"
stop "$started_pid"
