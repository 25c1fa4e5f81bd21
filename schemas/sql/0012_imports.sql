-- 0012: files of other programs: what came from which of them, rows that wait for a person, and ids
-- by which other systems know pupils.

-- Where a file came from and who took it in; what was taken back stays in the list.
ALTER TABLE import ADD COLUMN source TEXT NOT NULL DEFAULT '';      -- empty for a file of one kind
ALTER TABLE import ADD COLUMN taken_by TEXT NOT NULL DEFAULT '';    -- as in audit.actor
ALTER TABLE import ADD COLUMN undone_at INTEGER;
ALTER TABLE import ADD COLUMN undone_by TEXT;
ALTER TABLE import ADD COLUMN undo_reason TEXT;

-- Rows that an import made in a table with keys: all keys in between are its own, since nobody else
-- writes at the same time. The digest is over the columns named, so that a later change shows, and
-- a column that a later step adds does not. Imports before this step have none and stay.
CREATE TABLE import_range (
  import  INTEGER NOT NULL REFERENCES import (key),
  name    TEXT NOT NULL,      -- of the table
  first   INTEGER NOT NULL,
  last    INTEGER NOT NULL CHECK (last >= first),
  columns TEXT NOT NULL CHECK (json_valid(columns)),
  sha256  BLOB NOT NULL CHECK (length(sha256) = 32),
  PRIMARY KEY (import, name, first)
) STRICT, WITHOUT ROWID;

-- Rows that an import made in a table without keys of its own, with all that stood in them.
CREATE TABLE import_row (
  import INTEGER NOT NULL REFERENCES import (key),
  name   TEXT NOT NULL,       -- of the table
  row    TEXT NOT NULL CHECK (json_valid(row)),
  PRIMARY KEY (import, name, row)
) STRICT, WITHOUT ROWID;

-- Open absences that an import has cleared up.
CREATE TABLE import_change (
  import  INTEGER NOT NULL REFERENCES import (key),
  absence INTEGER NOT NULL,
  before  INTEGER NOT NULL,   -- absence-status
  after   INTEGER NOT NULL,   -- absence-status
  PRIMARY KEY (import, absence)
) STRICT, WITHOUT ROWID;

-- What another system knows a pupil by. Two schools may use the same id for two pupils.
CREATE TABLE external_id (
  system TEXT NOT NULL CHECK (system <> ''),
  value  TEXT NOT NULL CHECK (value <> ''),
  pupil  INTEGER NOT NULL REFERENCES pupil (key),
  import INTEGER NOT NULL REFERENCES import (key),   -- the file that said so first
  PRIMARY KEY (system, value, pupil)
) STRICT, WITHOUT ROWID;
CREATE INDEX external_id_pupil ON external_id (pupil);

-- Rows that could not be taken in. What stood in them is kept until somebody has decided, and not
-- longer; no plugin gets any of it.
CREATE TABLE import_waiting (
  key        INTEGER PRIMARY KEY,
  import     INTEGER NOT NULL REFERENCES import (key),
  line       INTEGER NOT NULL,
  system     TEXT NOT NULL,      -- whose ids they are
  kind       TEXT NOT NULL,      -- what the fields are
  external   TEXT NOT NULL,
  family     TEXT NOT NULL,
  given      TEXT NOT NULL,
  birth      INTEGER,
  class      TEXT NOT NULL,
  fields     TEXT NOT NULL CHECK (json_valid(fields)),
  reason_de  TEXT NOT NULL,
  reason_en  TEXT NOT NULL,
  about_who  INTEGER NOT NULL CHECK (about_who IN (0, 1)),
  state      TEXT NOT NULL CHECK (state IN ('open', 'taken', 'skipped')),
  decided_at INTEGER,
  decided_by TEXT,
  decision   TEXT,               -- the reason of a skip
  CHECK ((state = 'open') = (decided_at IS NULL))
) STRICT;
CREATE INDEX import_waiting_open ON import_waiting (state, import);

-- How tables are to be read, by name.
CREATE TABLE import_mapping (
  name     TEXT PRIMARY KEY CHECK (name <> ''),
  text     TEXT NOT NULL,        -- TOML
  saved_at INTEGER NOT NULL,
  saved_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Pseudonyms of contacts and absences are made from their keys, so a key must never be given twice.
-- Keys are given above the highest that was ever removed. A row with a lower one is refused, so that
-- no way of adding can forget it. Test: `a_key_is_never_given_twice`.
CREATE TABLE key_floor (
  name  TEXT PRIMARY KEY,        -- of the table
  floor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO key_floor VALUES ('contact', 0), ('absence', 0);

CREATE TRIGGER contact_key_is_used AFTER DELETE ON contact BEGIN
  UPDATE key_floor SET floor = OLD.key WHERE name = 'contact' AND floor < OLD.key;
END;
CREATE TRIGGER contact_key_is_new AFTER INSERT ON contact
WHEN NEW.key <= (SELECT floor FROM key_floor WHERE name = 'contact')
BEGIN SELECT RAISE(ABORT, 'the key of a contact that was removed cannot be given again'); END;
CREATE TRIGGER absence_key_is_used AFTER DELETE ON absence BEGIN
  UPDATE key_floor SET floor = OLD.key WHERE name = 'absence' AND floor < OLD.key;
END;
CREATE TRIGGER absence_key_is_new AFTER INSERT ON absence
WHEN NEW.key <= (SELECT floor FROM key_floor WHERE name = 'absence')
BEGIN SELECT RAISE(ABORT, 'the key of an absence that was removed cannot be given again'); END;
