#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# table.sh OUT...: docs/kernels.md on standard output, from the captures of these kernels. Nothing in it
# depends on when or how fast they ran.
set -euo pipefail
# shellcheck source=captures.sh
. "$(dirname "$0")/captures.sh"

names=()
for row in "${captures[@]}"; do names+=("${row%% *}"); done

ask() { # DATABASE SQL
  if [ -s "$1" ]; then sqlite3 -readonly "$1" "$2"; fi
}

line() { # CELL...
  printf '| '
  printf '%s | ' "$@" | sed 's/ $/\n/'
}

# fact TITLE OUT SQL: a row of what each capture says of itself.
fact() {
  local cells=("$1") name answer
  for name in "${names[@]}"; do
    answer=$(ask "$2/$name/capture.db" "$3")
    cells+=("${answer:--}")
  done
  line "${cells[@]}"
}

place_sql() { # POINT
  cat <<SQL
SELECT probe.backend ||
  CASE counts WHEN 'nothing' THEN '' ELSE ', ' || counts END ||
  coalesce(': ' || (SELECT group_concat('\`' || place || '\`', ', ')
    FROM (SELECT place FROM probe_place WHERE probe = probe.id AND error IS NULL ORDER BY place)), '')
FROM probe WHERE name = '$1'
SQL
}

results() { # OUT
  local cells=(result) name
  for name in "${names[@]}"; do cells+=("$(cat "$1/$name/result" 2>/dev/null || echo fail)"); done
  line "${cells[@]}"
}

findings() { # OUT
  jq -r '.findings[] | select(.topic | IN("BTF", "raw tracepoint", "typed tracepoint (tp_btf)",
    "tracepoint", "fentry", "fexit", "kprobe.multi", "kprobe", "kretprobe", "lockdown"))
    | "- \(.topic): \(.found)"' "$1/doctor.json"
}

section() { # OUT
  local point
  printf '\n## Linux %s\n\n' "$(cat "$1/version")"
  if [ ! -s "$1/doctor.json" ]; then
    echo 'The virtual machine did not hand back a capture: **fail**.'
    return
  fi
  line '' "${names[@]}"
  line '---' "${names[@]//*/---}"
  results "$1"
  fact 'ledger' "$1" 'SELECT backend FROM capture'
  fact 'kernel locks' "$1" 'SELECT lock_backend FROM capture'
  fact 'CPU clock' "$1" 'SELECT cpu_clock FROM capture'
  for point in openat fd-alloc futex-wait inode-lock dput page-cache-fill; do
    fact "\`$point\`" "$1" "$(place_sql "$point")"
  done
  printf '\nThe captures beside each other: %s. What doctor found there:\n\n' \
    "$(cat "$1/result" 2>/dev/null || echo fail)"
  findings "$1"
}

cat <<'TEXT'
# Kernels

Written by `./dev kernels`, which boots Debian's newest cloud kernel of each series in a virtual
machine without acceleration and captures there. Do not edit.

A column is one way to capture: `fentry`, `kprobe` and `tracepoint` ask for that backend of the probe
points, `perf` keeps the ledger by perf events instead of BPF. They capture `tests/kernels/exact.c`, which opens
a file 20,000 times, locks an inode 5,000 times beside other threads, waits for a futex 200 times and reads
1,000 pages that are not in memory. `auto` leaves the choice to wallflame, and captures a workload that waits for a
mutex, from its start to its end; `half-way` is the same, but the kernel is made to refuse one program of
many with EBUSY: the point it belongs to must go on to the next backend, and nothing of it may stay attached.

A column passes when the states of each thread add up to its life, nothing was lost in silence, the report and
flame graphs come out, and what threads waited for most is what the program does. Where `exact.c` was captured, the
ledger also agrees with the kernel's own books (times within 1 %) and the program's own count of its sleeps, and
each probe point counts exactly what it did. Of `dput` exact means two calls a file that is opened and closed; into how many calls a kernel divides the filling of pages is its own choice,
so of `page-cache-fill` the pages are exact and of calls there must be some. A cell says how the
point was reached, what is counted there, and by which functions or tracepoints.
TEXT
for out in "$@"; do section "$out"; done
