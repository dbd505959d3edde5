-- The wallflame capture file. Every time is in nanoseconds; every time stamp is CLOCK_MONOTONIC.
-- docs/capture-format.md explains each table and column. Only facts are stored: what a stack means
-- is decided when the file is read.
PRAGMA application_id = 0x57464c4d; -- "WFLM"
PRAGMA user_version = 1;

-- One row. t1_ns is NULL and complete is 0 until the capture has been closed;
-- progress_ns says up to when everything has been written.
CREATE TABLE capture (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  tool_version TEXT NOT NULL,
  host TEXT NOT NULL,
  kernel TEXT NOT NULL,
  machine TEXT NOT NULL,
  cpus INTEGER NOT NULL,
  started_unix_ns INTEGER NOT NULL,
  t0_ns INTEGER NOT NULL,
  t1_ns INTEGER,
  progress_ns INTEGER NOT NULL,
  complete INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
  slice_ns INTEGER NOT NULL,
  backend TEXT NOT NULL,
  cpu_clock TEXT NOT NULL,
  cpu_clock_hz INTEGER NOT NULL,
  lock_backend TEXT NOT NULL,
  stack_period_ns INTEGER NOT NULL,
  target TEXT NOT NULL,
  ended_by TEXT
) STRICT;

CREATE TABLE process (
  id INTEGER PRIMARY KEY,
  pid INTEGER NOT NULL,
  parent_pid INTEGER,
  comm TEXT NOT NULL,
  exe TEXT,
  uid INTEGER,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER
) STRICT;

-- start_ns and end_ns bound the thread's life inside the window.
CREATE TABLE thread (
  id INTEGER PRIMARY KEY,
  process INTEGER NOT NULL REFERENCES process (id),
  tid INTEGER NOT NULL,
  comm TEXT NOT NULL,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER,
  born INTEGER NOT NULL DEFAULT 0 CHECK (born IN (0, 1)),
  ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1))
) STRICT;

-- The kernel's own books for a thread that lived through the window: differences of
-- /proc/PID/task/TID/{schedstat,status,io} over it. NULL where the file could not be read.
CREATE TABLE oracle (
  thread INTEGER PRIMARY KEY REFERENCES thread (id),
  run_ns INTEGER,
  runqueue_ns INTEGER,
  voluntary INTEGER,
  involuntary INTEGER,
  read_calls INTEGER,
  read_bytes INTEGER,
  write_calls INTEGER,
  write_bytes INTEGER,
  device_read_bytes INTEGER,
  device_write_bytes INTEGER
) STRICT;

CREATE TABLE module (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('kernel', 'file', 'vdso', 'jit', 'anonymous')),
  path TEXT NOT NULL,
  build_id TEXT
) STRICT;

CREATE TABLE mapping (
  id INTEGER PRIMARY KEY,
  process INTEGER NOT NULL REFERENCES process (id),
  module INTEGER NOT NULL REFERENCES module (id),
  start_address INTEGER NOT NULL,
  end_address INTEGER NOT NULL,
  file_offset INTEGER NOT NULL,
  from_ns INTEGER NOT NULL,
  to_ns INTEGER
) STRICT;

-- One place in the code. offset is a file offset for files, an address for the rest.
-- symbol is NULL when no name was found: show module+0xoffset.
CREATE TABLE frame (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'kernel', 'note')),
  module INTEGER REFERENCES module (id),
  offset INTEGER NOT NULL,
  symbol TEXT,
  symbol_offset INTEGER
) STRICT;

-- A stack is the path from its root to it: user frames outermost first, then kernel frames.
CREATE TABLE stack (
  id INTEGER PRIMARY KEY,
  parent INTEGER REFERENCES stack (id) CHECK (parent < id),
  frame INTEGER NOT NULL REFERENCES frame (id)
) STRICT;

CREATE TABLE slice (
  id INTEGER PRIMARY KEY,
  start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL
) STRICT;

CREATE TABLE state (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO state VALUES
  (0, 'running'), (1, 'preempted'), (2, 'interruptible'), (3, 'uninterruptible'), (4, 'io-wait'),
  (5, 'stopped'), (6, 'woken');

-- Exact. A row of a state other than running is a set of spans: ns in the state the thread left its
-- CPU in, then runqueue_ns waiting for a CPU. syscall is -1 outside a system call; class is the
-- power of two of the whole span's length (2^class <= length < 2^(class+1)), 0 for running.
-- A span that crosses slices puts its time into each and its count into the one where it began, so
-- that the counts of state 1 are the involuntary switches and those above the voluntary ones. A span
-- that began before the window has its time here and no count.
CREATE TABLE ledger (
  thread INTEGER NOT NULL REFERENCES thread (id),
  slice INTEGER NOT NULL REFERENCES slice (id),
  state INTEGER NOT NULL REFERENCES state (id),
  syscall INTEGER NOT NULL,
  class INTEGER NOT NULL,
  count INTEGER NOT NULL,
  ns INTEGER NOT NULL,
  runqueue_ns INTEGER NOT NULL,
  PRIMARY KEY (thread, slice, state, syscall, class)
) STRICT, WITHOUT ROWID;

-- Sampled. Off the CPU: the stacks of spans drawn with probability p: weight is the sum of ns / p,
-- runqueue_weight of runqueue_ns / p, ns and runqueue_ns the plain sums. On the CPU (state 0):
-- weight = ns = the sum of the clock's periods.
-- lock is the kernel lock waited for (lock_kind.id), NULL for none. futex_op is the operation of a
-- span slept in futex(2) without its flags (linux/futex.h: 0 FUTEX_WAIT, 9 FUTEX_WAIT_BITSET ...).
-- A span that crosses slices has a row in each; its count is in the first, as in the ledger.
-- A thread that slept when the capture began has, for that span, the place /proc told: weight = ns.
CREATE TABLE evidence (
  thread INTEGER NOT NULL REFERENCES thread (id),
  slice INTEGER NOT NULL REFERENCES slice (id),
  state INTEGER NOT NULL REFERENCES state (id),
  syscall INTEGER NOT NULL,
  class INTEGER NOT NULL,
  stack INTEGER NOT NULL REFERENCES stack (id),
  lock INTEGER REFERENCES lock_kind (id),
  futex_op INTEGER,
  count INTEGER NOT NULL,
  ns INTEGER NOT NULL,
  runqueue_ns INTEGER NOT NULL,
  weight REAL NOT NULL,
  runqueue_weight REAL NOT NULL
) STRICT;

-- The longest single spans, with their times. stack is NULL when the span was not drawn.
CREATE TABLE span (
  id INTEGER PRIMARY KEY,
  thread INTEGER NOT NULL REFERENCES thread (id),
  start_ns INTEGER NOT NULL,
  end_ns INTEGER NOT NULL,
  runqueue_ns INTEGER NOT NULL,
  state INTEGER NOT NULL REFERENCES state (id),
  syscall INTEGER NOT NULL,
  stack INTEGER REFERENCES stack (id)
) STRICT;

CREATE TABLE lock_kind (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO lock_kind VALUES
  (1, 'spinlock'), (2, 'rwlock-read'), (3, 'rwlock-write'), (4, 'mutex'), (5, 'rwsem-read'),
  (6, 'rwsem-write'), (7, 'rt-mutex'), (8, 'percpu-rwsem'), (9, 'other');

-- Exact: waits on the slow path of kernel locks, by the kernel's own contention tracepoints.
-- They overlap the ledger (a spinning wait is running, a sleeping one is blocked): never add both.
CREATE TABLE lock_wait (
  thread INTEGER NOT NULL REFERENCES thread (id),
  slice INTEGER NOT NULL REFERENCES slice (id),
  address INTEGER NOT NULL,
  lock INTEGER NOT NULL REFERENCES lock_kind (id),
  count INTEGER NOT NULL,
  ns INTEGER NOT NULL,
  max_ns INTEGER NOT NULL
) STRICT;

-- Sampled stacks of lock waits; weight is the sum of ns / p.
CREATE TABLE lock_evidence (
  thread INTEGER NOT NULL REFERENCES thread (id),
  slice INTEGER NOT NULL REFERENCES slice (id),
  address INTEGER NOT NULL,
  lock INTEGER NOT NULL REFERENCES lock_kind (id),
  stack INTEGER NOT NULL REFERENCES stack (id),
  count INTEGER NOT NULL,
  ns INTEGER NOT NULL,
  weight REAL NOT NULL
) STRICT;

-- What was lost and how often. An empty table means that nothing was.
CREATE TABLE loss (
  kind TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the capture itself cost.
CREATE TABLE cost (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL,
  unit TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Nanoseconds per thread, slice and state, each in exactly one state: they sum to the thread's life.
CREATE VIEW state_time AS
  SELECT thread, slice, state, sum(ns) AS ns FROM ledger GROUP BY thread, slice, state
  UNION ALL
  SELECT thread, slice, 6, sum(runqueue_ns) FROM ledger WHERE runqueue_ns > 0
  GROUP BY thread, slice;
