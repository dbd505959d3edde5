-- What version 3 of the wallflame capture file has more than version 2: lines and inlined calls.
-- docs/capture-format.md explains each table and column.
PRAGMA user_version = 3;

-- The place of a frame in its source, as the debug files tell it.
CREATE TABLE frame_line (
  frame INTEGER PRIMARY KEY REFERENCES frame (id),
  file TEXT NOT NULL,
  line INTEGER NOT NULL
) STRICT;

-- The calls that the compiler inlined at a frame: depth 1 was called by the frame's own function, 2
-- by depth 1, and so on. line (NULL: not known, as file) is where the call of the next one is, or of
-- the last one the place itself; so frame_line tells where the call of depth 1 is.
CREATE TABLE frame_inline (
  frame INTEGER NOT NULL REFERENCES frame (id),
  depth INTEGER NOT NULL CHECK (depth > 0),
  symbol TEXT NOT NULL,
  file TEXT,
  line INTEGER,
  PRIMARY KEY (frame, depth)
) STRICT, WITHOUT ROWID;
