-- What version 4 of the wallflame capture file has more than version 3: what was read and written.
-- docs/capture-format.md explains each table and column.
PRAGMA user_version = 4;

-- The kernel's own counts (/proc/PID/task/TID/io) over the part of the window that a thread lived
-- in. No row: they could not be read at both ends.
CREATE TABLE thread_io (
  thread INTEGER PRIMARY KEY REFERENCES thread (id),
  read_calls INTEGER NOT NULL,
  read_bytes INTEGER NOT NULL,
  write_calls INTEGER NOT NULL,
  write_bytes INTEGER NOT NULL,
  device_read_bytes INTEGER NOT NULL,
  device_write_bytes INTEGER NOT NULL,
  cancelled_write_bytes INTEGER NOT NULL
) STRICT;

-- The same of a whole process (/proc/PID/io), in which the kernel also has the threads that ended and
-- the child processes that it waited for, each with its whole life: never add processes up.
-- child_faults: page faults of those children; 0: there were none.
CREATE TABLE process_io (
  process INTEGER PRIMARY KEY REFERENCES process (id),
  read_calls INTEGER NOT NULL,
  read_bytes INTEGER NOT NULL,
  write_calls INTEGER NOT NULL,
  write_bytes INTEGER NOT NULL,
  device_read_bytes INTEGER NOT NULL,
  device_write_bytes INTEGER NOT NULL,
  cancelled_write_bytes INTEGER NOT NULL,
  child_faults INTEGER NOT NULL
) STRICT;
