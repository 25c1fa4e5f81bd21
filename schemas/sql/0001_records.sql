-- 0001: the records of tandem and tridem school mediation, and the plugins that read them.
--
-- `key` is a small number inside this file; `id` is the permanent UUID (version 7) that leaves it.
-- Days are days since 1970-01-01 in the school's calendar; moments are seconds since 1970-01-01 UTC.
-- A code column holds the code's place in its list (table `code`), a set column one bit for each
-- place. Neither can be a foreign key; the writer checks them, and `code` only grows.
--
-- There is no column for ethnicity, religion or nationality, and there must never be one.
-- Test: `no_field_tells_ethnicity_religion_or_nationality`.

CREATE TABLE municipality (
  key           INTEGER PRIMARY KEY CHECK (key = 1),
  id            BLOB NOT NULL CHECK (length(id) = 16),
  name          TEXT NOT NULL CHECK (name <> ''),
  -- Pseudonyms are made from it. It never leaves this file.
  pseudonym_key BLOB NOT NULL CHECK (length(pseudonym_key) = 32),
  created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE code (
  list  TEXT NOT NULL,
  place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 63),
  code  TEXT NOT NULL CHECK (code <> ''),
  de    TEXT NOT NULL CHECK (de <> ''),
  en    TEXT NOT NULL CHECK (en <> ''),
  PRIMARY KEY (list, place),
  UNIQUE (list, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE school (
  key    INTEGER PRIMARY KEY,
  id     BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  number TEXT NOT NULL UNIQUE CHECK (number GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'),
  name   TEXT NOT NULL CHECK (name <> ''),
  form   INTEGER NOT NULL   -- school-form; the level follows from it
) STRICT;

CREATE TABLE enrolment (
  school INTEGER NOT NULL REFERENCES school (key),
  year   INTEGER NOT NULL,   -- the year the school year starts in
  pupils INTEGER NOT NULL CHECK (pupils >= 0),
  PRIMARY KEY (school, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE participation (
  school    INTEGER NOT NULL REFERENCES school (key),
  first_day INTEGER NOT NULL,
  last_day  INTEGER CHECK (last_day >= first_day),   -- null: until further notice
  PRIMARY KEY (school, first_day)
) STRICT, WITHOUT ROWID;

-- The movable days, set by the school itself. Holidays of the Land are not stored.
CREATE TABLE day_off (
  school INTEGER NOT NULL REFERENCES school (key),
  day    INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (school, day)
) STRICT, WITHOUT ROWID;

-- `code` is the short sign that people write; `name` is no key: two people may bear the same one.
CREATE TABLE practitioner (
  key  INTEGER PRIMARY KEY,
  id   BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  role INTEGER NOT NULL   -- role
) STRICT;

CREATE TABLE assignment (
  practitioner   INTEGER NOT NULL REFERENCES practitioner (key),
  school         INTEGER NOT NULL REFERENCES school (key),
  first_day      INTEGER NOT NULL,
  last_day       INTEGER CHECK (last_day >= first_day),
  weekly_minutes INTEGER NOT NULL CHECK (weekly_minutes BETWEEN 0 AND 3600),
  PRIMARY KEY (practitioner, school, first_day)
) STRICT, WITHOUT ROWID;

CREATE TABLE pairing (
  key       INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  school    INTEGER NOT NULL REFERENCES school (key),
  first_day INTEGER NOT NULL,
  last_day  INTEGER CHECK (last_day >= first_day)
) STRICT;

CREATE TABLE pairing_member (
  pairing      INTEGER NOT NULL REFERENCES pairing (key),
  practitioner INTEGER NOT NULL REFERENCES practitioner (key),
  PRIMARY KEY (pairing, practitioner)
) STRICT, WITHOUT ROWID;

CREATE TABLE household (
  key  INTEGER PRIMARY KEY,
  id   BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL
) STRICT;

CREATE TABLE pupil (
  key               INTEGER PRIMARY KEY,
  id                BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code              TEXT NOT NULL UNIQUE CHECK (code <> ''),
  given_name        TEXT NOT NULL,
  family_name       TEXT NOT NULL,
  birth_day         INTEGER,
  household         INTEGER REFERENCES household (key),
  school            INTEGER NOT NULL REFERENCES school (key),
  grade             INTEGER NOT NULL,   -- grade
  class             TEXT NOT NULL,
  status            INTEGER NOT NULL,   -- pupil-status
  enrolled_from     INTEGER NOT NULL,
  enrolled_until    INTEGER CHECK (enrolled_until >= enrolled_from),
  -- When the programme accompanied the pupil; null for one who is not in it.
  accompanied_from  INTEGER,
  accompanied_until INTEGER CHECK (accompanied_until >= accompanied_from)
) STRICT;
CREATE INDEX pupil_school ON pupil (school, accompanied_from);
CREATE INDEX pupil_household ON pupil (household) WHERE household IS NOT NULL;

CREATE TABLE contact (
  key          INTEGER PRIMARY KEY,
  id           BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  school       INTEGER NOT NULL REFERENCES school (key),
  day          INTEGER NOT NULL,
  time         INTEGER CHECK (time BETWEEN 0 AND 1439),   -- minutes after midnight
  kind         INTEGER NOT NULL,   -- contact-kind
  result       INTEGER NOT NULL,   -- result
  attempt      INTEGER NOT NULL CHECK (attempt IN (0, 1)),
  -- The set of the participants' roles, so that the team form can be read without a join. Written
  -- from contact_participant and from nowhere else; the team form itself is never stored.
  roles        INTEGER NOT NULL,   -- set of role
  topics       INTEGER NOT NULL,   -- set of topic
  minutes      INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 1440),
  persons      INTEGER NOT NULL CHECK (persons BETWEEN 0 AND 500),
  consultation INTEGER,            -- consultation
  language     INTEGER,            -- language
  interpreter  INTEGER NOT NULL CHECK (interpreter IN (0, 1)),
  household    INTEGER REFERENCES household (key),
  next_due     INTEGER,
  next_step    TEXT,
  shared_note  TEXT,
  recorded_at  INTEGER NOT NULL
) STRICT;

-- Reports read one school after the other, by day. The index holds every column they may be
-- granted, so that the table, which carries the notes, is not touched.
CREATE INDEX contact_columns ON contact (
  school, day, kind, result, attempt, roles, topics, minutes, persons, consultation, language,
  interpreter, household
);

-- The newest contacts of all schools, for lists. Test: `lists_are_read_from_their_newest_end`.
CREATE INDEX contact_day ON contact (day, time);

CREATE TABLE contact_participant (
  contact      INTEGER NOT NULL REFERENCES contact (key),
  practitioner INTEGER NOT NULL REFERENCES practitioner (key),
  role         INTEGER NOT NULL,   -- the role they had then
  PRIMARY KEY (contact, practitioner)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_pupil (
  contact INTEGER NOT NULL REFERENCES contact (key),
  pupil   INTEGER NOT NULL REFERENCES pupil (key),
  PRIMARY KEY (contact, pupil)
) STRICT, WITHOUT ROWID;

-- One note for each profession, apart from the contact, so that reading a contact cannot read it.
CREATE TABLE private_note (
  contact    INTEGER NOT NULL REFERENCES contact (key),
  profession INTEGER NOT NULL,   -- role
  text       TEXT NOT NULL CHECK (text <> ''),
  PRIMARY KEY (contact, profession)
) STRICT, WITHOUT ROWID;

-- Files that were imported, so that the same file is not taken in twice by mistake.
CREATE TABLE import (
  key         INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL,
  sha256      BLOB NOT NULL CHECK (length(sha256) = 32),
  name        TEXT NOT NULL,
  rows        INTEGER NOT NULL,
  imported_at INTEGER NOT NULL
) STRICT;
CREATE INDEX import_sha256 ON import (sha256);

-- A plugin package by its digest. Versions of one id stand side by side; removing one keeps its
-- reports.
CREATE TABLE plugin (
  sha256       BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  id           TEXT NOT NULL,
  version      TEXT NOT NULL,
  package      BLOB NOT NULL,
  installed_at INTEGER NOT NULL,
  UNIQUE (id, version)
) STRICT;

-- What a person allowed a package to read. Bound to the digest: another package, another question.
CREATE TABLE plugin_grant (
  sha256     BLOB NOT NULL REFERENCES plugin (sha256) ON DELETE CASCADE,
  dataset    TEXT NOT NULL,
  field      TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (sha256, dataset, field)
) STRICT, WITHOUT ROWID;

-- Compiled code lies in files beside this one; it is loaded only when it has this digest.
CREATE TABLE compiled (
  component BLOB NOT NULL CHECK (length(component) = 32),   -- SHA-256 of plugin.wasm
  engine    TEXT NOT NULL,                                  -- version and compatibility hash
  artifact  BLOB NOT NULL CHECK (length(artifact) = 32),    -- SHA-256 of the compiled file
  PRIMARY KEY (component, engine)
) STRICT, WITHOUT ROWID;

-- Reports that were run. The document is JSON as `schemas/json/report-1.0.json` describes it.
CREATE TABLE report (
  key        INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  plugin     TEXT NOT NULL,
  version    TEXT NOT NULL,
  first_day  INTEGER NOT NULL,
  last_day   INTEGER NOT NULL,
  audience   TEXT NOT NULL,
  run_by     TEXT NOT NULL,
  run_at     INTEGER NOT NULL,
  document   TEXT NOT NULL   -- last, so that a list of reports stops before it
) STRICT;
