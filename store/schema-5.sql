-- What version 5 of the wallflame capture file has more than version 4: what the capture did to stay
-- within its budget. docs/capture-format.md explains each table and column.
PRAGMA user_version = 5;

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
