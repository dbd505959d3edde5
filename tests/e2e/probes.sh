#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Probe points: exact counts of a program that knows what it does, by every backend that this kernel
# lets be; those it refuses fail with a reason and leave nothing behind. `./dev kernels` does the same
# where functions can be hooked.
. "$(dirname "$0")/lib.sh"

cc -std=gnu11 -O1 -g -Wall -Wextra -Werror -pthread -D_GNU_SOURCE -o "$dir/exact" "$here/../kernels/exact.c"

probe() { # FILE POINT COLUMN
  sql "$1" "SELECT $3 FROM probe WHERE name = '$2'"
}

sum() { # FILE POINT COLUMN [THREAD]
  sql "$1" "SELECT coalesce(sum($3), 0) FROM probe_call JOIN probe ON probe.id = probe
    JOIN thread ON thread.id = thread WHERE probe.name = '$2' AND comm GLOB '${4:-*}'"
}

done_by() { # THREAD
  jq "map(select(.thread == \"$1\").operations) | add" "$dir/exact.json"
}

captures() { [ "$(sql "$1" 'SELECT count(*) FROM capture')" = 1 ]; } # its window is open

# capture_exact FILE... -- OPTION...: captures at the same time, whose windows hold all that the
# program counts and no more. Sets $recorders_failed.
capture_exact() {
  local files=() recorders=() exact_PID pid from to line file recorder
  while [ "$1" != -- ]; do
    files+=("$1")
    shift
  done
  shift
  coproc exact { exec "$dir/exact" /dev/shm "$dir"; }
  pid=$exact_PID
  started+=("$pid")
  exec {from}<&"${exact[0]}" {to}>&"${exact[1]}"
  read -r -t 30 -u "$from" line || fail "the program does not start"
  rm -f "${files[@]}"
  for file in "${files[@]}"; do
    start "$WALLFLAME" record -q --budget 100 --force -o "$file" -p "$pid" -d 300 "$@"
    recorders+=("$started_pid")
  done
  for file in "${files[@]}"; do
    eventually 30 captures "$file" || fail "record $*: $(cat "$dir/started.err")"
  done
  echo go >&"$to"
  read -r -t 60 -u "$from" line || fail "the program did not come to its end"
  echo "$line" >"$dir/exact.json"
  for recorder in "${recorders[@]}"; do kill -TERM "$recorder"; done
  for recorder in "${recorders[@]}"; do
    finish "$recorder" || fail "record $*: $(cat "$dir/started.err")"
  done
  echo end >&"$to"
  finish "$pid" || wrong "the program failed"
  exec {from}<&- {to}>&-
}

# Calls or pages: exactly those. Waits: who found the lock free has not waited.
check_counts() { # WHAT FILE
  local point thread
  for point in openat:exact/open fd-alloc:exact/open futex-wait:exact/futex inode-lock:exact/inode \
    page-cache-fill:exact/page; do
    thread=${point#*:}
    point=${point%%:*}
    case "$(probe "$2" "$point" counts)" in
    calls)
      if [ "$point" = page-cache-fill ]; then
        holds "$1: $point" "$(sum "$2" "$point" calls "$thread") > 0"
      else
        same "$1: calls of $point" "$(sum "$2" "$point" calls)" "$(done_by "$thread")"
        same "$1: by $thread" "$(sum "$2" "$point" calls "$thread")" "$(done_by "$thread")"
      fi
      ;;
    pages) same "$1: pages of $point" "$(sum "$2" "$point" calls "$thread")" "$(done_by "$thread")" ;;
    waits) holds "$1: waits of $point" "$(sum "$2" "$point" calls) <= $(done_by "$thread")" ;;
    nothing) same "$1: rows of $point" "$(sum "$2" "$point" calls)" 0 ;;
    *) wrong "$1: $point counts '$(probe "$2" "$point" counts)'" ;;
    esac
  done
}

# The weights of the timed calls estimate all of them; six standard errors are one in a billion.
check_weights() { # WHAT FILE POINT
  local calls weight spread
  calls=$(sum "$2" "$3" calls)
  weight=$(sum "$2" "$3" weight)
  spread=$(sum "$2" "$3" spread)
  note "$1: $3: $calls calls, $(sum "$2" "$3" timed) timed, weighing $weight"
  holds "$1: $3: the weights make the calls" \
    "($weight - $calls) ^ 2 <= 36 * ($spread > 1 ? $spread : 1)"
  same "$1: $3: the lengths are those of the timed calls" \
    "$(sql "$2" "SELECT sum(count) FROM histogram JOIN probe ON probe.id = probe
      WHERE name = '$3'")" "$(sum "$2" "$3" timed)"
}

note "--backend tracepoint"
file="$dir/tracepoint.db"
capture_exact "$file" -- --backend tracepoint
opened=$(done_by exact/open)
same "backend of openat" "$(probe "$file" openat backend)" tracepoint
same "backend of page-cache-fill" "$(probe "$file" page-cache-fill backend)" tracepoint
check_counts tracepoint "$file"
check_weights tracepoint "$file" openat
holds "calls of openat: seldom all are timed" "$(sum "$file" openat timed) < $(done_by exact/open) / 2"
check_conservation tracepoint "$file"

# check_picture FILE POINT FRAME: as wide as the time inside, of the threads that were there, in frames that
# lead to the point.
check_picture() {
  run "$WALLFLAME" flame "$1" --probe "$2" --format folded -o "$dir/picture"
  same "status of flame --probe $2" "$status" 0
  near "width of the picture of $2" "$(awk '{ sum += $NF } END { printf "%.0f", sum }' "$dir/picture")" \
    "$(report_json "$1" | jq --arg point "$2" '.functions[] | select(.name == $point) | .inside.ns')" 0 1
  grep -vE "^(\[no stack\]|$3) [0-9]+$" "$dir/picture" >"$dir/strange" &&
    wrong "the picture of $2 has strange stacks: $(head -3 "$dir/strange")"
  grep -qE "^$3 " "$dir/picture" || wrong "the picture of $2 has no stack"
  run "$WALLFLAME" flame "$1" --probe "$2" -o "$dir/picture.svg"
  same "status of flame --probe $2 as SVG" "$status" 0
  xmllint --noout --nonet "$dir/picture.svg" || wrong "the picture of $2 is no XML"
}

note "the picture of a point"
start_workload open-storm --threads 2 --seconds 60
record "$dir/picture.db" --backend tracepoint -p "$started_pid" -d 3
stop "$started_pid"
check_picture "$dir/picture.db" openat 'wallflame-workl;open-storm/[01];.*'
for point in dput nonsense; do
  run "$WALLFLAME" flame "$dir/picture.db" --probe "$point"
  same "status of flame --probe $point" "$status" 1
  same "output of flame --probe $point" "$(wc -c <"$dir/out")" 0
done
grep -q "no probe point 'nonsense' in this capture; it has .*openat" "$dir/err" ||
  wrong "the points that there are are not told: $(cat "$dir/err")"

note "--backend auto, two captures at the same time"
capture_exact "$dir/one.db" "$dir/two.db" --
for file in "$dir/one.db" "$dir/two.db"; do
  check_counts auto "$file"
  same "points" "$(sql "$file" 'SELECT count(*) FROM probe')" 6
  same "points on evidence without a reason" "$(sql "$file" "SELECT count(*) FROM probe
    WHERE backend = 'evidence' AND note IS NULL")" 0
  # Tracepoints on system calls slow the whole machine: never unasked.
  same "openat by tracepoints" "$(sql "$file" "SELECT count(*) FROM probe
    WHERE name = 'openat' AND backend = 'tracepoint'")" 0
done

note "waits for the lock of a directory"
start_workload dir-lock --threads 4 --seconds 6
record "$dir/waits.db" -p "$started_pid" -d 3
stop "$started_pid"
if [ "$(probe "$dir/waits.db" inode-lock counts)" = waits ]; then
  # Every wait for an inode's lock is one for a read-write semaphore, and timed by the same clock.
  waits=$(sql "$dir/waits.db" 'SELECT sum(count) FROM lock_wait WHERE lock IN (5, 6)')
  note "$(sum "$dir/waits.db" inode-lock calls) of $waits waits for rwsems"
  holds "waits" "$(sum "$dir/waits.db" inode-lock calls) > 0"
  holds "waits" "$(sum "$dir/waits.db" inode-lock calls) <= $waits"
  same "waits that are timed" "$(sum "$dir/waits.db" inode-lock timed)" \
    "$(sum "$dir/waits.db" inode-lock calls)"
  holds "their time" "$(sum "$dir/waits.db" inode-lock ns) <= $(
    sql "$dir/waits.db" 'SELECT sum(ns) FROM lock_wait WHERE lock IN (5, 6)'
  )"
fi

# Who waits, by the names of threads, is all of whose waits there are.
same "unlike the waits of each lock" "$(report_json "$dir/waits.db" | jq '[.locks[] | select(
  (.waiters | map(.count) | add) != .count or (.waiters | map(.ns) | add) != .ns or
  (.waiters | map(.threads) | add) != .threads)] | length')" 0
same "who waits for the most fought for" "$(report_json "$dir/waits.db" | jq -r '.locks[0] |
  .waiters[] | "\(.comm)|\(.threads)|\(.count)|\(.ns)"')" "$(sql "$dir/waits.db" "
  SELECT comm, count(DISTINCT thread), sum(count), sum(ns) FROM lock_wait JOIN thread ON thread.id = thread
  WHERE (address, lock) = (SELECT address, lock FROM lock_wait GROUP BY 1, 2 ORDER BY sum(ns) DESC LIMIT 1)
  GROUP BY comm ORDER BY sum(ns) DESC, comm")"

note "times divided by calls of a point"
# The one after counts its calls itself.
run "$WALLFLAME" diff "$dir/picture.db" "$dir/tracepoint.db" --per openat --format json
same "status of diff --per openat" "$status" 0
same "its unit" "$(jq -r '.unit | "\(.divisor) \(.name) \(.before.quality)"' "$dir/out")" 'work call of openat exact'
for side in before after; do
  file=$dir/picture.db calls=$(sum "$dir/picture.db" openat calls)
  [ "$side" = before ] || file=$dir/tracepoint.db calls=$opened
  near "calls a second, $side" "$(jq ".unit.$side.a_second" "$dir/out")" \
    "$(sql "$file" "SELECT $calls * 1e9 / (t1_ns - t0_ns) FROM capture")" 1e-6 0
  near "thread time of a call, $side" "$(jq ".totals[] | select(.name == \"all threads\") | .$side.value" "$dir/out")" \
    "$(report_json "$file" | jq ".ledger.accounted_ns / $calls")" 1e-6 0
done

for backend in fentry kprobe; do
  note "--backend $backend"
  run "$WALLFLAME" record -q --budget 100 -o "$dir/forced.db" --backend "$backend" -- true
  if [ "$status" -eq 0 ]; then
    capture_exact "$dir/forced.db" -- --backend "$backend"
    same "points by others" "$(sql "$dir/forced.db" "SELECT count(*) FROM probe
      WHERE backend NOT GLOB '$backend*' AND backend <> 'evidence'")" 0
    check_counts "$backend" "$dir/forced.db"
    check_weights "$backend" "$dir/forced.db" openat
  else
    same "status" "$status" 1
    grep -q "no probe point can be reached this way: $backend: .*--backend auto" "$dir/err" ||
      wrong "--backend $backend fails without a reason: $(cat "$dir/err")"
    [ ! -e "$dir/forced.db" ] || wrong "--backend $backend leaves a file"
  fi
done

run "$WALLFLAME" record --backend nonsense -- true
same "status of an unknown backend" "$status" 2
grep -q "'nonsense'" "$dir/err" || wrong "the unknown backend is not named: $(cat "$dir/err")"
