-- What version 5 of the wallflame capture file has more than version 4: whose the losses were.
-- docs/capture-format.md explains each table and column.
PRAGMA user_version = 5;

-- The part of table loss of which the thread is known; kind as there.
CREATE TABLE thread_loss (
  thread INTEGER NOT NULL REFERENCES thread (id),
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (thread, kind)
) STRICT, WITHOUT ROWID;
