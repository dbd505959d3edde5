#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What `wallflame doctor` says against what `wallflame record` then does, for several users and
# with parts of the system taken away.
. "$(dirname "$0")/lib.sh"

chmod 755 "$dir"
mkdir -m 777 "$dir/shared"

# programs: how many BPF programs the system has.
programs() { bpftool prog show --json 2>/dev/null | jq length; }

# diagnose HOW...: doctor's exit status as $status, its JSON in $dir/doctor.json.
diagnose() {
  status=0
  "$@" "$WALLFLAME" doctor --format json >"$dir/doctor.json" 2>"$dir/doctor.err" || status=$?
  jq -e 'has("possible") and has("refusal") and has("engine") and has("findings")' \
    "$dir/doctor.json" >/dev/null || fail "no diagnosis by $*: $(cat "$dir/doctor.err")"
}

finding() { jq -r --arg topic "$1" '.findings[] | select(.topic == $topic) | .'"$2" "$dir/doctor.json"; }

# agree WHAT HOW...: record does what doctor says.
agree() {
  local what=$1 engine
  shift
  note "$what"
  diagnose "$@"
  rm -f "$dir/shared/a.db"*
  local recorded=0
  "$@" "$WALLFLAME" record -q -o "$dir/shared/a.db" -- sleep 0.2 2>"$dir/record.err" || recorded=$?
  same "$what: record succeeds" "$((recorded != 0))" "$status"
  same "$what: possible" "$(jq .possible "$dir/doctor.json")" \
    "$([ "$status" -eq 0 ] && echo true || echo false)"
  if [ "$status" -eq 0 ]; then
    engine=$(sql "$dir/shared/a.db" 'SELECT backend FROM capture')
    same "$what: engine" "$(jq -r .engine "$dir/doctor.json")" "$engine"
    same "$what: locks" "$(jq -r .lock_backend "$dir/doctor.json")" \
      "$(sql "$dir/shared/a.db" 'SELECT lock_backend FROM capture')"
    same "$what: CPU clock" "$(jq -r .cpu_clock "$dir/doctor.json")" \
      "$(sql "$dir/shared/a.db" 'SELECT cpu_clock FROM capture')"
    # A clock that may not look into the kernel says so, in both.
    same "$what: samples in the kernel" \
      "$(jq '[.findings[] | select(.topic == "CPU clock" and (.found | test("user code only")))] | length' \
        "$dir/doctor.json")" \
      "$(sql "$dir/shared/a.db" "SELECT count(*) FROM loss WHERE kind = 'kernel-stacks'")"
    same "$what: the CPU clock as a finding" "$(finding 'CPU clock' found | sed 's/,.*//')" \
      "$(jq -r .cpu_clock "$dir/doctor.json")"
    same "$what: probe points" \
      "$(jq -r '.probe_points[] | .name + " " + .backend + " " + .counts' "$dir/doctor.json")" \
      "$(sql -separator ' ' "$dir/shared/a.db" 'SELECT name, backend, counts FROM probe ORDER BY id')"
  else
    grep -qF -- "$(jq -r .refusal "$dir/doctor.json")" "$dir/record.err" ||
      wrong "$what: record says '$(cat "$dir/record.err")', doctor '$(jq -r .refusal "$dir/doctor.json")'"
    [ ! -e "$dir/shared/a.db" ] || wrong "$what: a file is left behind"
  fi
}

before=$(programs)
agree "as root" env
same "raw tracepoints work" "$(finding 'raw tracepoint' found)" works
same "BTF" "$(finding BTF level)" good
# The kernel frees them a moment after they were let go.
as_before() { [ "$(programs)" = "$before" ]; }
eventually 10 as_before || wrong "programs are left behind: $(programs), before $before"

run "$WALLFLAME" doctor
same "exit status" "$status" 0
for heading in 'can capture here' 'THIS MACHINE' 'PROBE POINTS'; do
  grep -q "$heading" "$dir/out" || wrong "the text has no '$heading'"
done
holds "it fits a screen of 100 columns" "$(awk '{ if (length > n) n = length } END { print n + 0 }' "$dir/out") <= 100"

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
agree "as nobody" "${as_nobody[@]}"

# With 2 a user may look at the own processes' user code, and at nothing else.
if [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -eq 2 ]; then
  same "the clock of nobody" "$(finding 'CPU clock' found)" \
    "$(jq -r .cpu_clock "$dir/doctor.json"), user code only, your own processes only"
  same "the level of that clock" "$(finding 'CPU clock' level)" less
fi

note "no BTF"
hide_btf() { unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && exec "$@"' sh "$@"; }
agree "without BTF" hide_btf
same "BTF missing" "$(finding BTF level)" bad

note "bad options"
for words in 'doctor x' 'doctor --format tea' 'doctor --nonsense'; do
  # shellcheck disable=SC2086
  run "$WALLFLAME" $words
  same "exit status of $words" "$status" 2
  [ -s "$dir/err" ] || wrong "$words: no word on stderr"
done
