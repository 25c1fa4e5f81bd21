-- 0011: the calendar of the municipality, children who came back, registers that were not kept, and
-- absences as they were before they were corrected or removed.

-- Which calendar the municipality has chosen. Without a row, and where `text` is null, it is the one of
-- that Land that comes with the program; else `text` is the file that was chosen.
CREATE TABLE calendar (
  key    INTEGER PRIMARY KEY CHECK (key = 1),
  land   TEXT NOT NULL CHECK (land GLOB '[A-Z][A-Z]'),
  text   TEXT
) STRICT;

-- Times at the school after the one that stands with the pupil: who left and came back has one for
-- each return. None shares a day with another one of the same pupil; the writer checks that.
CREATE TABLE stay (
  pupil     INTEGER NOT NULL REFERENCES pupil (key),
  first_day INTEGER NOT NULL,
  last_day  INTEGER CHECK (last_day >= first_day),   -- null: until further notice
  PRIMARY KEY (pupil, first_day)
) STRICT, WITHOUT ROWID;

-- School days on which a register was not kept. Not taken is not present: such a day counts neither as
-- possible nor as missed.
CREATE TABLE day_not_taken (
  school INTEGER NOT NULL REFERENCES school (key),
  day    INTEGER NOT NULL,
  class  TEXT NOT NULL,   -- empty: for the whole school
  PRIMARY KEY (school, day, class)
) STRICT, WITHOUT ROWID;

-- An absence as it was before somebody corrected or removed it, with the reason. One that was removed
-- is nowhere else any more. `absence` is its key, which no other absence ever gets: the pseudonyms
-- that plugins know absences by are made from it.
CREATE TABLE absence_version (
  absence     INTEGER NOT NULL,
  version     INTEGER NOT NULL CHECK (version >= 1),
  replaced_at INTEGER NOT NULL,
  replaced_by TEXT NOT NULL CHECK (replaced_by <> ''),
  reason      TEXT NOT NULL CHECK (reason <> ''),
  removed     INTEGER NOT NULL CHECK (removed IN (0, 1)),
  id          BLOB NOT NULL CHECK (length(id) = 16),
  pupil       INTEGER NOT NULL REFERENCES pupil (key),
  school      INTEGER NOT NULL REFERENCES school (key),
  day         INTEGER NOT NULL,
  unit        INTEGER NOT NULL,
  amount      INTEGER NOT NULL,
  status      INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (absence, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX absence_version_id ON absence_version (id, version);

-- What a sum says was excused. Where it and the unexcused do not make up what was missed, the sum is
-- kept as it was told, and lists say so. Null where the source does not tell it.
ALTER TABLE absence_total ADD COLUMN excused INTEGER CHECK (excused >= 0);
