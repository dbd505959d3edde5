-- What version 5 of the wallflame capture file has more than version 4: system calls as they were
-- counted in moments drawn at random, and what the capture did to stay within its budget; and whose the losses were.
-- docs/capture-format.md explains each table and column.
PRAGMA user_version = 5;

-- How system calls were counted: one row. share_ppm: of the time, in millionths, as it was asked
-- for. added_ns: what counting adds to one call, measured before the window. note: why none were
-- counted; NULL: they were.
CREATE TABLE call_sampling (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  share_ppm INTEGER NOT NULL,
  added_ns INTEGER,
  note TEXT
) STRICT;

-- The moments in which all system calls of the target were counted, also those without any.
CREATE TABLE call_moment (
  id INTEGER PRIMARY KEY,
  from_ns INTEGER NOT NULL,
  to_ns INTEGER NOT NULL
) STRICT;

-- calls: that ended in the moment; errors of them returned an error or were interrupted; bytes is
-- the sum of what the others returned, NULL where what is returned is no number of bytes. whole of
-- them began in the moment, too, and took ns. syscall is -2 where it is not known.
CREATE TABLE call_sample (
  moment INTEGER NOT NULL REFERENCES call_moment (id),
  process INTEGER NOT NULL REFERENCES process (id),
  syscall INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  bytes INTEGER,
  whole INTEGER NOT NULL,
  ns INTEGER NOT NULL,
  PRIMARY KEY (moment, process, syscall)
) STRICT, WITHOUT ROWID;

-- Time in which a thread was not watched: its switches were not seen. Only in captures whose ledger
-- was bounded by a budget.
INSERT INTO state VALUES (7, 'unobserved');

-- How dearly was sampled, from when on; the first row of each kind holds from the beginning.
-- what, and its value: 'stack-period': T of the sampling rule, ns. 'cpu-clock': samples a second and
-- CPU. 'stack-copy': the most that is copied of a user stack, bytes. 'ledger': the share of the time
-- in which the ledger is kept, in millionths. cost: what the capture took of all CPUs when that was
-- decided, in millionths; NULL: nothing had been measured.
CREATE TABLE pace (
  time_ns INTEGER NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('stack-period', 'cpu-clock', 'stack-copy', 'ledger')),
  value INTEGER NOT NULL,
  cost INTEGER,
  why TEXT NOT NULL
) STRICT;

-- The part of table loss of which the thread is known; kind as there.
CREATE TABLE thread_loss (
  thread INTEGER NOT NULL REFERENCES thread (id),
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (thread, kind)
) STRICT, WITHOUT ROWID;
