-- 0016: what is erased, when and why not: holds, classes and receipts.

-- Years that a class of records is kept beyond the end of school, where the municipality has chosen
-- others than the program's; the classes and their years are in `domain/retention.rs`.
CREATE TABLE retention_years (
  class TEXT PRIMARY KEY CHECK (class <> ''),
  years INTEGER NOT NULL CHECK (years BETWEEN 0 AND 100)
) STRICT, WITHOUT ROWID;

-- After how many days without an answer of the archive records that were offered to it may be erased.
-- Without a row they wait for an answer, however long it takes.
CREATE TABLE archive_term (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 3650)
) STRICT;

-- Nothing of what is held is erased, neither when its time is over nor at a person's demand, until
-- somebody takes the hold away; then its row is gone, and the audit still says that it was there.
CREATE TABLE legal_hold (
  key          INTEGER PRIMARY KEY,
  id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  pupil        INTEGER REFERENCES pupil (key),
  household    INTEGER REFERENCES household (key),
  support_case INTEGER REFERENCES support_case (key),
  reason       TEXT NOT NULL CHECK (reason <> ''),
  at           INTEGER NOT NULL,
  by           TEXT NOT NULL CHECK (by <> ''),   -- as in the audit
  CHECK ((pupil IS NOT NULL) + (household IS NOT NULL) + (support_case IS NOT NULL) = 1)
) STRICT;
CREATE UNIQUE INDEX legal_hold_pupil ON legal_hold (pupil) WHERE pupil IS NOT NULL;
CREATE UNIQUE INDEX legal_hold_household ON legal_hold (household) WHERE household IS NOT NULL;
CREATE UNIQUE INDEX legal_hold_case ON legal_hold (support_case) WHERE support_case IS NOT NULL;

-- What was handed to the archive to choose from, and what it said. `records` are the rows; those that
-- were erased are gone from the list.
CREATE TABLE archive_offer (
  key         INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  until       INTEGER NOT NULL,   -- what was due on this day
  at          INTEGER NOT NULL,
  by          TEXT NOT NULL CHECK (by <> ''),
  records     INTEGER NOT NULL CHECK (records >= 0),
  sha256      BLOB NOT NULL CHECK (length(sha256) = 32),   -- of the file with the records
  answer      TEXT CHECK (answer IN ('taken', 'declined')),
  answered_on INTEGER,
  CHECK ((answer IS NULL) = (answered_on IS NULL))
) STRICT;

-- `part` is the school year of absences, which are offered by pupil and year; else 0.
CREATE TABLE archive_offered (
  offer  INTEGER NOT NULL REFERENCES archive_offer (key),
  name   TEXT NOT NULL,      -- of the table
  record INTEGER NOT NULL,
  part   INTEGER NOT NULL,
  PRIMARY KEY (name, record, part, offer)
) STRICT, WITHOUT ROWID;

-- What was erased. The receipt is the whole of what is told about it, as JSON without any name.
-- `wiped_at` is null as long as old pages of the file could still hold what was in them.
CREATE TABLE erasure (
  key      INTEGER PRIMARY KEY,
  id       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  kind     TEXT NOT NULL CHECK (kind IN ('demand', 'retention', 'again')),
  at       INTEGER NOT NULL,
  by       TEXT NOT NULL CHECK (by <> ''),
  receipt  TEXT NOT NULL CHECK (json_valid(receipt)),
  sha256   BLOB NOT NULL CHECK (length(sha256) = 32),   -- of the receipt
  wiped_at INTEGER
) STRICT;

-- By what the erased can be known again in an old backup, and by nothing else: a keyed hash of a
-- random id, made with the key of this file that never leaves it.
CREATE TABLE erased (
  sign    BLOB PRIMARY KEY CHECK (length(sign) = 32),
  erasure INTEGER NOT NULL REFERENCES erasure (key)
) STRICT, WITHOUT ROWID;

-- A support case stays as a fact of the programme, without child and family, when these are erased.
-- Its table said that it has one of them; the form still does. So it is made anew, without that.
CREATE TABLE support_case_again (
  key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  pupil INTEGER REFERENCES pupil (key),
  household INTEGER REFERENCES household (key),
  team INTEGER REFERENCES team (key),
  lead INTEGER REFERENCES practitioner (key),
  eligibility INTEGER NOT NULL,   -- eligibility
  topics INTEGER NOT NULL,   -- set of topic
  opened INTEGER NOT NULL,
  closed INTEGER,
  ending INTEGER,   -- case-ending
  recorded_at INTEGER NOT NULL,
  CHECK (closed >= opened)
) STRICT;
INSERT INTO support_case_again SELECT * FROM support_case;
DROP TABLE support_case;
ALTER TABLE support_case_again RENAME TO support_case;
CREATE INDEX support_case_when ON support_case (opened);
CREATE INDEX support_case_pupil ON support_case (pupil);
CREATE INDEX support_case_household ON support_case (household);
CREATE INDEX support_case_team ON support_case (team);

-- Records that were begun with an earlier version lack the code list of this step. New ones get all
-- lists after the last step, so nothing is added while there is no municipality.
INSERT OR IGNORE INTO code (list, place, code, de, en)
SELECT column1, column2, column3, column4, column5
FROM (VALUES
  ('erasure-ground', 0, 'no-longer-needed', 'für den Zweck nicht mehr nötig', 'no longer needed for the purpose'),
  ('erasure-ground', 1, 'consent-withdrawn', 'Einwilligung widerrufen', 'consent withdrawn'),
  ('erasure-ground', 2, 'objection', 'Widerspruch', 'objection'),
  ('erasure-ground', 3, 'unlawful', 'unrechtmäßig verarbeitet', 'processed unlawfully'),
  ('erasure-ground', 4, 'legal-duty', 'rechtliche Pflicht zur Löschung', 'legal duty to erase'),
  ('erasure-ground', 5, 'time-over', 'Aufbewahrungsfrist abgelaufen', 'time of keeping is over')
)
WHERE EXISTS (SELECT 1 FROM municipality);
