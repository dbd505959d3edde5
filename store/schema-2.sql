-- What version 2 of the wallflame capture file has more than version 1: probe points.
-- docs/capture-format.md explains each table and column.
PRAGMA user_version = 2;

-- A probe point: a named place of the kernel, whatever this kernel calls it, and how it was reached.
-- counts says what probe_call.calls counts, 'nothing' where only stacks tell of the point.
-- note: why no better backend was taken; NULL when there is nothing to say.
CREATE TABLE probe (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  backend TEXT NOT NULL CHECK (backend IN ('fentry', 'kprobe-multi', 'kprobe', 'tracepoint', 'evidence')),
  counts TEXT NOT NULL CHECK (counts IN ('calls', 'waits', 'pages', 'nothing')),
  note TEXT
) STRICT;

-- Every place that was tried for a point: a function or a tracepoint, by the name this kernel has
-- for it, or the one looked for. error is NULL where it was attached.
CREATE TABLE probe_place (
  probe INTEGER NOT NULL REFERENCES probe (id),
  backend TEXT NOT NULL CHECK (backend IN ('fentry', 'kprobe-multi', 'kprobe', 'tracepoint', 'evidence')),
  place TEXT NOT NULL,
  error TEXT
) STRICT;

-- calls is exact. Of these, timed were timed, each drawn with a known probability p: weight is the
-- sum of 1 / p, ns_weight of ns / p. The last three are the sums of (1 - p) / p^2 times 1, ns and
-- ns^2: from them follows how far the estimates may be off (Poisson sampling); all 0 when every call
-- was timed.
CREATE TABLE probe_call (
  probe INTEGER NOT NULL REFERENCES probe (id),
  thread INTEGER NOT NULL REFERENCES thread (id),
  calls INTEGER NOT NULL,
  timed INTEGER NOT NULL,
  ns INTEGER NOT NULL,
  max_ns INTEGER NOT NULL,
  weight REAL NOT NULL,
  ns_weight REAL NOT NULL,
  spread REAL NOT NULL,
  ns_spread REAL NOT NULL,
  ns2_spread REAL NOT NULL,
  PRIMARY KEY (probe, thread)
) STRICT, WITHOUT ROWID;

-- How long timed calls took: from_ns <= length < below_ns. weight is the sum of 1 / p.
CREATE TABLE histogram (
  probe INTEGER NOT NULL REFERENCES probe (id),
  thread INTEGER NOT NULL REFERENCES thread (id),
  from_ns INTEGER NOT NULL,
  below_ns INTEGER NOT NULL,
  count INTEGER NOT NULL,
  weight REAL NOT NULL,
  PRIMARY KEY (probe, thread, from_ns)
) STRICT, WITHOUT ROWID;

-- Sampled stacks of timed calls, the probed function as the leaf; weight is the sum of ns / p with
-- the probability of the stack itself. They overlap evidence: never add both.
CREATE TABLE probe_evidence (
  probe INTEGER NOT NULL REFERENCES probe (id),
  thread INTEGER NOT NULL REFERENCES thread (id),
  slice INTEGER NOT NULL REFERENCES slice (id),
  stack INTEGER NOT NULL REFERENCES stack (id),
  count INTEGER NOT NULL,
  ns INTEGER NOT NULL,
  weight REAL NOT NULL
) STRICT;
