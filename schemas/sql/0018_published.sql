-- 0018: what was published to whom, so that reports cannot be held against each other.
--
-- A report for an audience outside the team has a row here from the moment it is made. What it holds of
-- the numbers, also of those that were withheld, is what later reports are weighed against. Withdrawn
-- reports were handed to nobody, as somebody declared; they are weighed no more and shown no more.
-- Reports from before this step have no row.

CREATE TABLE published (
  report       INTEGER PRIMARY KEY REFERENCES report (key),
  numbers      INTEGER NOT NULL CHECK (numbers >= 0),    -- numbers that it shows
  fresh        INTEGER NOT NULL CHECK (fresh >= 0),      -- those of them that nothing before it showed
  cells        TEXT NOT NULL,                            -- JSON: the numbers, and what adds up to what
  weighed      TEXT NOT NULL,                            -- JSON: what was withheld for earlier reports
  withdrawn_at INTEGER,
  withdrawn_by TEXT,
  reason       TEXT,
  CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL)),
  CHECK ((withdrawn_at IS NULL) = (reason IS NULL))
) STRICT;
