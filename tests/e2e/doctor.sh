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
  # Whatever falls short comes with what can be done about it.
  same "$what: shortfalls without advice" \
    "$(jq -r '.findings[] | select(.level != "good" and .advice == null) | .topic' "$dir/doctor.json")" ""
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
same "capabilities" "$(finding capabilities found)" "all that help"
# The kernel frees them a moment after they were let go.
as_before() { [ "$(programs)" = "$before" ]; }
eventually 10 as_before || wrong "programs are left behind: $(programs), before $before"

run "$WALLFLAME" doctor
same "exit status" "$status" 0
for heading in 'can capture here' 'THIS MACHINE' 'PROBE POINTS'; do
  grep -q "$heading" "$dir/out" || wrong "the text has no '$heading'"
done
fits() { awk '{ if (length > n) n = length } END { print n + 0 }' "$dir/out"; }
holds "it fits a screen of 100 columns" "$(fits) <= 100"

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
agree "as nobody" "${as_nobody[@]}"

run "${as_nobody[@]}" "$WALLFLAME" doctor
same "exit status as nobody" "$status" 0
holds "what falls short fits, too" "$(fits) <= 100"
grep -q 'no CAP_BPF, CAP_PERFMON, .*CAP_SYS_PTRACE,$' "$dir/out" ||
  wrong "the text does not have all that is missing: $(grep -A 3 capabilities "$dir/out")"

# With 2 a user may look at the own processes' user code, and at nothing else.
if [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -eq 2 ]; then
  same "the clock of nobody" "$(finding 'CPU clock' found)" \
    "$(jq -r .cpu_clock "$dir/doctor.json"), user code only, your own processes only"
  same "the level of that clock" "$(finding 'CPU clock' level)" less
fi

same "advice on CAP_BPF" "$(finding capabilities advice | grep -c 'CAP_BPF.*CAP_SYSLOG.*CAP_SYS_NICE')" 1
same "advice on tracefs" "$(finding tracefs advice | grep -c CAP_DAC_READ_SEARCH)" 1
same "advice on programs" "$(finding fentry advice | grep -c '^CAP_BPF and CAP_PERFMON are needed')" 1
same "advice on lock waits" "$(finding 'contention tracepoints' advice | grep -c CAP_PERFMON)" 1
same "advice on locked memory" "$(finding 'locked memory' advice | grep -c CAP_IPC_LOCK)" 1

note "BTF that is missing, empty or random"
# btf_as WHAT COMMAND...: with WHAT in place of the kernel's.
btf_as() {
  # shellcheck disable=SC2016
  unshare -m sh -c 'case $0 in
    missing) mount -t tmpfs none /sys/kernel/btf ;;
    *) mount --bind "$0" /sys/kernel/btf/vmlinux ;;
    esac && exec "$@"' "$@"
}
: >"$dir/empty"
head -c 5000000 /dev/urandom >"$dir/random"
for btf in missing "$dir/empty" "$dir/random"; do
  case $btf in
  */empty) diagnose btf_as "$btf" ;;
  *) agree "BTF: ${btf##*/}" btf_as "$btf" ;;
  esac
  same "level of BTF: ${btf##*/}" "$(finding BTF level)" bad
  holds "advice on BTF" "$(finding BTF advice | grep -c CONFIG_DEBUG_INFO_BTF) == 1"
  run btf_as "$btf" "$WALLFLAME" record -q --engine bpf -o "$dir/shared/b.db" -- true
  same "exit status of the BPF engine, BTF: ${btf##*/}" "$status" 1
  grep -qF "$(finding BTF found)" "$dir/err" ||
    wrong "record says '$(cat "$dir/err")', doctor '$(finding BTF found)'"
  case $btf in missing) says='has no BTF' ;; *) says=damaged ;; esac
  grep -q "$says" "$dir/err" || wrong "BTF ${btf##*/}: $(cat "$dir/err")"
done

# Where nothing has tried the BPF engine before.
diagnose btf_as missing "${as_nobody[@]}"
same "said beside the findings" "$(cat "$dir/doctor.err")" ""

compile refuse
agree "where neither BPF nor perf events are allowed" "$dir/refuse"
same "exit status" "$status" 1
refusal=$(jq -r .refusal "$dir/doctor.json")
[[ $refusal = *seccomp* && $refusal != *'run as root'* && $refusal != *'not yours'* ]] ||
  wrong "what root is told: $refusal"
same "level of the clock" "$(finding 'CPU clock' level)" bad
run "$dir/refuse" "$WALLFLAME" doctor
same "exit status of the text" "$status" 1
grep -q 'cannot capture here' "$dir/out" || wrong "the text: $(cat "$dir/out")"

note "bad options"
for words in 'doctor x' 'doctor --format tea' 'doctor --nonsense'; do
  # shellcheck disable=SC2086
  run "$WALLFLAME" $words
  same "exit status of $words" "$status" 2
  [ -s "$dir/err" ] || wrong "$words: no word on stderr"
done
