#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The flight recorder: windows that follow each other, what stays of them, what keeps them.
# On a busy machine attaching takes longer than a window here, and windows get longer: so nothing is
# counted by time, each step waits for what it is about.
. "$(dirname "$0")/lib.sh"
compile lives
cd "$dir" || exit

# fly OPTION...: in the background, as $recorder, with what it says in $dir/said.
fly() {
  "$WALLFLAME" record -q --rotate 1s "$@" >said 2>&1 &
  recorder=$!
  started+=("$recorder")
}

# files PATTERN: those that there are.
files() { { compgen -G "$1" || true; } | sort; }
any() { [ -n "$(files "$1")" ]; }

# Whole windows have their time as a name, and maybe a word.
windows() { files "$1/$2-[0-9]*Z*.db" | { grep -v -e -recording || true; }; }
has_windows() { [ "$(windows "$1" "$2" | wc -l)" -ge "$3" ]; }

# No moment between two windows of a list is missing, and names tell when they began.
check_windows() { # WHAT FILE...
  local what=$1 file end='' t0 t1 stamp
  shift
  for file; do
    IFS='|' read -r t0 t1 stamp < <(sql "$file" "SELECT t0_ns, t1_ns, strftime('%Y%m%dT%H%M%S',
      started_unix_ns / 1000000000, 'unixepoch') FROM capture WHERE complete AND progress_ns = t1_ns")
    [ "$t1" ] || fail "$what: $file is not whole"
    [ -z "$end" ] || [ "$t0" -le "$end" ] || wrong "$what: $((t0 - end)) ns before $file are missing"
    end=$t1
    # The name is cut to a millisecond, and the clock may be adjusted: a second either way.
    stamp_of_name=$(sed -E 's/.*-([0-9T]{15})\..*/\1/' <<<"$file")
    near "$what: the time in the name $file" "$(date -u +%s -d "$(spread "$stamp_of_name")")" \
      "$(date -u +%s -d "$(spread "$stamp")")" 0 1
    check_conservation "$what" "$file"
  done
}
spread() { sed -E 's/(....)(..)(..)T(..)(..)(..)/\1-\2-\3 \4:\5:\6Z/' <<<"$1"; }

note "what is asked for"
for words in "--keep 3" "--trigger SIGUSR1" "--keep-triggered 3" "--rotate 1s --keep-triggered 3" \
  "--rotate 1s --trigger SIGUSR1 --keep-triggered 2" "--rotate 1s --force" \
  "--rotate 0.5" "--rotate 1x" "--rotate 1s --keep 0" "--rotate 1s --trigger SIGUSR2" \
  "--rotate 1s --trigger cause:lok>3%" "--rotate 1s --trigger runqueue>1ms"; do
  # shellcheck disable=SC2086 # words
  run "$WALLFLAME" record $words -o none -p $$
  same "exit of $words" "$status" 2
done
run "$WALLFLAME" record --rotate 1s --trigger 'cause:lok>3%' -p $$
grep -q 'lock, lock/futex, ' err || wrong "the causes are not listed: $(cat err)"
same "files of what was refused" "$(files '*.db')" ""

note "a command that cannot be run leaves nothing"
run "$WALLFLAME" record --rotate 1s -- ./none
same "exit" "$status" 1
grep -q 'cannot run ./none: No such file' err || wrong "said: $(cat err)"
grep -q ' 0 windows, .* 1 lost' err || wrong "said: $(cat err)"
same "files of what could not be run" "$(files '*.db*')" ""

note "windows rotate, and a signal keeps three"
mkdir first
touch first/run-20200101T000000.000Z.db # nobody's
start_workload futex --threads 3 --seconds 300
pid=$started_pid
fly -p "$pid" --keep 1 --keep-triggered 5 -o first/run.db --trigger SIGUSR1 \
  --trigger 'cause:lock/inode>50%'
eventually 60 has_windows first run 2 || fail "no window: $(cat said)"
oldest=$(windows first run | sed -n 2p)
anonymous() { awk '/^RssAnon/ { print $2 }' "/proc/$recorder/status"; }
descriptors() { find "/proc/$recorder/fd" -type l | wc -l; }
memory=$(anonymous)
eventually 90 test ! -e "$oldest" || fail "nothing rotates: $(cat said)"
holds "kB more in use" "$(anonymous) - $memory < 200"
holds "descriptors" "$(descriptors) <= 12"
holds "processes" "$(pgrep -cP "$recorder") <= 4"
same "what was said before anything happened" "$(cat said)" ""
holds "files that stay" "$(windows first run | wc -l) <= 2" # and the one that is nobody's
kill -USR1 "$recorder"
eventually 90 any 'first/*-after.db' || fail "the signal keeps nothing: $(cat said)"
kill -TERM "$recorder"
finish "$recorder" || wrong "the run failed: $(cat said)"
mapfile -t kept < <(ls first/*-before.db first/*-SIGUSR1.db first/*-after.db)
same "kept windows" "${#kept[@]}" 3
mapfile -t rest < <(windows first run | grep -v -e before -e after -e SIGUSR1 -e 20200101)
holds "windows that stay beside these" "${#rest[@]} == 1"
same "kept, by their times" "$(printf '%s\n' "${kept[@]}" | sed -E 's/.*Z-(.*)\.db/\1/' | tr '\n' ' ')" \
  "before SIGUSR1 after "
check_windows "kept" "${kept[@]}"
check_windows "the newest" "${rest[@]}"
same "how the last one ended" "$(sql "${rest[-1]}" 'SELECT ended_by FROM capture')" interrupt
same "how a kept one ended" "$(sql first/*-SIGUSR1.db 'SELECT ended_by FROM capture')" rotation
test -f first/run-20200101T000000.000Z.db || wrong "a file was removed that was not ours"
same "left over" "$(files 'first/*-wal')$(files 'first/*-recording*')" ""
same "lines about kept windows" "$(grep -c ' kept first/run-' said)" 3
grep -q 'kept first/run-.*-SIGUSR1.db: SIGUSR1, after ' said || wrong "said: $(cat said)"

note "a signal before the first window keeps that one"
fly -p "$pid" -o early --trigger SIGUSR1
eventually 60 any 'early-*-recording.db' || fail "no window begins: $(cat said)"
kill -USR1 "$recorder"
eventually 60 has_windows . early 1 || fail "no window: $(cat said)"
kill -TERM "$recorder"
finish "$recorder" || wrong "the run failed: $(cat said)"
mapfile -t files < <(windows . early)
[[ ${files[0]} == *-SIGUSR1.db ]] || wrong "the first of ${files[*]}: $(cat said)"

note "a cause keeps, with perf events, of a command"
mkdir second
status=0
"$WALLFLAME" record --engine perf --rotate 1s --trigger 'cause:lock/futex>10%' -o second \
  -- sh -c "'$WALLFLAME_WORKLOAD' futex --threads 4 --seconds 2 >workload; exit 7" 2>said || status=$?
same "the command's status" "$status" 7
any 'second/wallflame-sh-*Z-lock-futex.db' || wrong "nothing was kept: $(cat said)"
grep -q 'lock-futex.db: cause:lock/futex>10%: lock/futex took .* of all thread time' said ||
  wrong "said: $(cat said)"
grep -q '; between windows 0 ns were not covered' said || wrong "a gap: $(cat said)"
mapfile -t files < <(ls second/*.db)
check_windows "of a command" "${files[@]}"
file=${files[-1]}
same "how it ended" "$(sql "$file" 'SELECT ended_by FROM capture')" target-exit
# Born in the first window; later ones know it from the window before.
if [ "${#files[@]}" -gt 1 ]; then
  holds "threads of the child at the end" \
    "$(sql "$file" "SELECT count(*) FROM thread WHERE NOT born AND comm LIKE 'futex/%'") > 0"
fi

note "a wait for a CPU keeps"
mkdir third
# A turn is 1 to 4 ms: with so many, each waits far longer than 10.
for _ in {1..24}; do start taskset -c 0 ./lives hog; done
record third/run -p "$started_pid" --rotate 1s -d 1 --trigger 'runqueue>10ms' --trigger 'openat>10s'
any 'third/run-*Z-runqueue.db' || wrong "nothing was kept: $(cat err)"
grep -q "runqueue>10ms: thread $started_pid waited " err || wrong "said: $(cat err)"
for hog in "${started[@]}"; do [ "$hog" = "$pid" ] || stop "$hog"; done

note "a full disk and a directory that goes lose one window"
mkdir disk
mount -t tmpfs -o size=8m tmpfs disk
mounted+=("$dir/disk")
mkdir disk/here
fly -p "$pid" --keep 1 -o disk/here/run
eventually 60 has_windows disk/here run 1 || fail "no window: $(cat said)"
dd if=/dev/zero of=disk/filler bs=64k status=none 2>/dev/null || true
eventually 60 grep -qE 'full|No space' said || wrong "a full disk is not told: $(cat said)"
rm disk/filler disk/here/run-*Z.db
eventually 60 has_windows disk/here run 1 || wrong "it does not go on: $(cat said)"
rm -r disk/here
eventually 60 grep -qE 'No such file|moved or removed' said || wrong "a lost directory is not told: $(cat said)"
mkdir disk/here
eventually 60 has_windows disk/here run 1 || wrong "it does not go on: $(cat said)"

note "killed"
kill -KILL "$recorder"
finish "$recorder" 2>/dev/null || true
# Who records is told by its end that nobody is there, closes its window, and is gone.
ended() { ! any 'disk/here/*-wal' && ! pgrep -f "$dir|disk/here/run" >/dev/null; }
eventually 30 ended || wrong "processes stay: $(pgrep -af disk/here/run)"
for file in disk/here/*.db; do
  same "complete, after its recorder was killed: $file" "$(sql "$file" 'SELECT complete FROM capture')" 1
done
setsid "$WALLFLAME" record -q -p "$pid" --rotate 1s -o all >said 2>&1 &
recorder=$!
started+=("$recorder")
records() { [ "$(sql "$1" 'SELECT progress_ns > t0_ns FROM capture')" = 1 ]; }
recording=()
some_record() {
  local file
  for file in all-*-recording.db; do
    if records "$file"; then recording=("$file"); fi
  done
  [ "${#recording[@]}" -gt 0 ]
}
eventually 60 some_record || fail "no window: $(cat said)"
kill -KILL -- "-$recorder"
finish "$recorder" 2>/dev/null || true
# It may have ended, and have got its name, just before.
for file in "${recording[@]}" all-*Z.db; do
  [ -e "$file" ] || continue
  same "integrity of $file" "$(sqlite3 "$file" 'PRAGMA integrity_check')" ok
  "$WALLFLAME" report "$file" >out 2>err || wrong "no report of $file: $(cat err)"
done
stop "$pid"
