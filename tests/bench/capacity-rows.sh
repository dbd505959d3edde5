#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A long capture from a short real one: its slices over and over, until there are ROWS rows of evidence.
# Only for measuring how long readers take: what such a file says of its threads is made up.
#
#   tests/bench/capacity-rows.sh SHORT LONG ROWS
set -euo pipefail

[ $# -eq 3 ] || { sed -n '3,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
short=$1 long=$2 rows=$3

cp "$short" "$long"
times=$(sqlite3 "$long" "SELECT ($rows + count(*) - 1) / count(*) FROM evidence")
# The first time round is there already. A thread that began or ended in the window has the same share of
# the longer one, from its beginning on, so that its states still sum to its life.
sqlite3 "$long" <<SQL >/dev/null
PRAGMA journal_mode = MEMORY;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -500000;
BEGIN;
CREATE TEMP TABLE shape AS
  SELECT (SELECT count(*) FROM slice) AS slices, t0_ns, t1_ns - t0_ns AS window_ns FROM capture;
CREATE TEMP TABLE round AS
  WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < $times - 1)
  SELECT i FROM n WHERE i < $times;
INSERT INTO slice
  SELECT id + i * slices, start_ns + i * window_ns, end_ns + i * window_ns
  FROM round CROSS JOIN shape CROSS JOIN main.slice ORDER BY i, id;
CREATE TEMP TABLE old_ledger AS SELECT * FROM ledger;
INSERT INTO ledger
  SELECT thread, slice + i * slices, state, syscall, class, count, ns, runqueue_ns
  FROM round CROSS JOIN shape CROSS JOIN old_ledger;
CREATE TEMP TABLE old_evidence AS SELECT * FROM evidence ORDER BY rowid;
INSERT INTO evidence
  SELECT thread, slice + i * slices, state, syscall, class, stack, lock, futex_op, count, ns,
    runqueue_ns, weight, runqueue_weight
  FROM round CROSS JOIN shape CROSS JOIN old_evidence ORDER BY i, old_evidence.rowid;
UPDATE thread SET (start_ns, end_ns) =
  (SELECT t0_ns, t0_ns + (end_ns - start_ns) * $times FROM shape);
UPDATE oracle SET run_ns = run_ns * $times, runqueue_ns = runqueue_ns * $times,
  voluntary = voluntary * $times, involuntary = involuntary * $times;
UPDATE capture SET t1_ns = t0_ns + (t1_ns - t0_ns) * $times, progress_ns = t0_ns + (t1_ns - t0_ns) * $times;
COMMIT;
SQL
