# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# How each probe point was reached, and whether it counted what the program did, where that is known. For
# check.sh.
: "${file:?the capture}" "${name:?its row of the table}" "${out:?its directory}" "${program:?what it captured}"

points=(openat fd-alloc futex-wait inode-lock dput page-cache-fill)

probe() { # POINT COLUMN
  sql "$file" "SELECT $2 FROM probe WHERE name = '$1'"
}

# reached POINT PATTERN: by a backend and counting something, as `backend counts`.
reached() {
  local how
  how="$(probe "$1" backend) $(probe "$1" counts)"
  [[ $how =~ ^($2)$ ]] || wrong "$1 is reached by '$how', not '$2': $(probe "$1" note) $(
    sql "$file" "SELECT probe_place.backend, place, error FROM probe_place JOIN probe ON probe.id = probe
      WHERE name = '$1' AND error IS NOT NULL"
  )"
}

# By tracepoints only some can be reached, and waits for kernel locks not before Linux 5.19.
reached_by_tracepoints() {
  local stacks='evidence nothing'
  reached openat 'tracepoint calls'
  reached page-cache-fill 'tracepoint pages'
  if [ "$(sql "$file" 'SELECT lock_backend FROM capture')" = contention-tracepoints ]; then
    reached inode-lock 'tracepoint waits'
  else
    reached inode-lock "$stacks"
  fi
  for point in fd-alloc futex-wait dput; do reached "$point" "$stacks"; done
}

reached_by_functions() { # PATTERN
  local point
  for point in "${points[@]}"; do reached "$point" "($1) calls"; done
}

# calls POINT [THREAD]
calls() {
  sql "$file" "SELECT coalesce(sum(calls), 0) FROM probe_call JOIN probe ON probe.id = probe
    JOIN thread ON thread.id = thread WHERE probe.name = '$1' AND comm GLOB '${2:-*}'"
}

# counted POINT THREAD NUMBER [THREADS]: by that thread, and by none else of THREADS.
counted() {
  local missed missing
  missed=$(lost missed-runs)
  missing=$(($3 - $(calls "$1" "$2")))
  if [ "$missing" -gt 0 ] && [ "$missing" -le "$missed" ]; then
    note "$1: $missing of $3 $(probe "$1" counts) are missing, and the capture says so: missed-runs $missed"
    return
  fi
  same "$(probe "$1" counts) of $1 by $2" "$(calls "$1" "$2")" "$3"
  same "$(probe "$1" counts) of $1 by ${4:-all threads}" "$(calls "$1" "${4:-}")" "$3"
}

# check_count POINT COUNTS: what the program did of it.
check_count() {
  case "$1 $2" in
  'openat calls' | 'fd-alloc calls') counted "$1" exact/open "$(done_by exact/open operations)" ;;
  'futex-wait calls') counted "$1" exact/futex "$(done_by exact/futex operations)" ;;
  'inode-lock calls') counted "$1" exact/inode "$(done_by exact/inode operations)" ;;
  'inode-lock waits') # who slept has waited; who waited need not have slept
    holds "waits of $1" "$(calls "$1") > 0 && $(calls "$1") <= $(done_by exact/inode operations)"
    same "waits of $1 by all threads" "$(calls "$1")" "$(calls "$1" exact/inode)"
    ;;
  # The path that open(2) has looked up is given back (fs/namei.c, terminate_walk), and on close(2) the
  # file's (fs/file_table.c, __fput). What the first thread gives back is not known, and not asked here.
  'dput calls') counted "$1" exact/open $((2 * $(done_by exact/open operations))) 'exact/*' ;;
  'page-cache-fill pages') counted "$1" exact/page "$(done_by exact/page operations)" ;;
  'page-cache-fill calls') holds "calls of $1" "$(calls "$1" exact/page) > 0" ;;
  *' nothing') same "$1: rows of a point that counts nothing" "$(calls "$1")" 0 ;;
  *) wrong "the probe point $1 counts '$2'" ;;
  esac
}

refused() { # POINT PATTERN: how many of its places fentry gave up, by the reason
  sql "$file" "SELECT count(*) FROM probe_place JOIN probe ON probe.id = probe
    WHERE name = '$1' AND probe_place.backend = 'fentry' AND error GLOB '$2'"
}

# Of the point that a place of was refused nothing stays attached by fentry, and it is counted by the next
# backend, which says so; the others are as in `auto`.
check_half_way() {
  local point=page-cache-fill other places hook attached
  holds "places that were refused" "$(refused $point '*Device or resource busy*') > 0"
  holds "places that were let go again" "$(refused $point 'let go again*') > 0"
  reached $point '(kprobe|kprobe-multi) calls'
  [[ $(probe $point note) = *fentry:*busy* ]] || wrong "the note on $point: $(probe $point note)"
  for other in "${points[@]}"; do
    [ "$other" = $point ] || same "backend of $other" "$(probe "$other" backend)" \
      "$(sql "$out/../auto/capture.db" "SELECT backend FROM probe WHERE name = '$other'")"
  done
  places=$(sql "$file" "SELECT count(*) FROM probe_place WHERE backend = 'fentry' AND error IS NULL")
  # BPF_TRACE_FENTRY and BPF_TRACE_FEXIT. Before Linux 5.19 the slow paths of locks are hooked beside them.
  [ "$(sql "$file" 'SELECT lock_backend FROM capture')" = contention-tracepoints ] || return 0
  for hook in 24 25; do
    attached=$(grep -cx $hook "$out/attached")
    same "functions that are attached by fentry (hook $hook)" "$attached" "$places"
  done
}

case $name in
fentry) reached_by_functions fentry ;;
kprobe) reached_by_functions 'kprobe|kprobe-multi' ;;
auto | half-way) reached_by_functions 'fentry|kprobe|kprobe-multi' ;;
tracepoint) reached_by_tracepoints ;;
esac
[ "$name" != half-way ] || check_half_way
if [ "$program" = exact ]; then
  for point in "${points[@]}"; do check_count "$point" "$(probe "$point" counts)"; done
fi
