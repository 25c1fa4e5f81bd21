-- 0003: who did what when, as a chain, and the contacts as they were before they were corrected.

-- Every change and every report. Each entry carries the hash of the one before it, so that none can
-- be changed, taken away, put in or moved without the chain breaking there. Cutting off the end, or
-- writing the whole chain anew, shows only against a hash that was written down elsewhere.
--
-- There are no names of people, notes or values in it: ids, school numbers, codes, counts, digests.
-- Test: `no_word_that_was_typed_in_gets_into_the_audit`.
CREATE TABLE audit (
  seq      INTEGER PRIMARY KEY CHECK (seq >= 1),
  at       INTEGER NOT NULL,   -- as the clock stood; a clock that was set back is told, not hidden
  actor    TEXT NOT NULL CHECK (actor <> ''),
  action   TEXT NOT NULL CHECK (action <> ''),
  subject  TEXT NOT NULL,
  details  TEXT NOT NULL CHECK (json_valid(details)),
  previous BLOB NOT NULL CHECK (length(previous) = 32),
  hash     BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'an entry of the audit cannot be changed'); END;

CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'an entry of the audit cannot be removed'); END;

-- `INSERT OR REPLACE` would remove an entry without asking the trigger above.
CREATE TRIGGER audit_grows_at_its_end BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'an entry of the audit comes after the last one'); END;

-- A contact as it was, for each time it was corrected. Version 1 is what was recorded first; the
-- newest version is the contact itself. Columns mean what they mean in `contact`.
CREATE TABLE contact_version (
  contact      INTEGER NOT NULL REFERENCES contact (key),
  version      INTEGER NOT NULL CHECK (version >= 1),
  replaced_at  INTEGER NOT NULL,
  replaced_by  TEXT NOT NULL CHECK (replaced_by <> ''),   -- as in audit.actor
  reason       TEXT NOT NULL CHECK (reason <> ''),
  school       INTEGER NOT NULL REFERENCES school (key),
  day          INTEGER NOT NULL,
  time         INTEGER,
  kind         INTEGER NOT NULL,
  result       INTEGER NOT NULL,
  attempt      INTEGER NOT NULL,
  roles        INTEGER NOT NULL,
  topics       INTEGER NOT NULL,
  minutes      INTEGER NOT NULL,
  persons      INTEGER NOT NULL,
  consultation INTEGER,
  language     INTEGER,
  interpreter  INTEGER NOT NULL,
  household    INTEGER REFERENCES household (key),
  next_due     INTEGER,
  next_step    TEXT,
  shared_note  TEXT,
  recorded_at  INTEGER NOT NULL,
  PRIMARY KEY (contact, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_version_participant (
  contact      INTEGER NOT NULL,
  version      INTEGER NOT NULL,
  practitioner INTEGER NOT NULL REFERENCES practitioner (key),
  role         INTEGER NOT NULL,
  PRIMARY KEY (contact, version, practitioner),
  FOREIGN KEY (contact, version) REFERENCES contact_version (contact, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_version_pupil (
  contact INTEGER NOT NULL,
  version INTEGER NOT NULL,
  pupil   INTEGER NOT NULL REFERENCES pupil (key),
  PRIMARY KEY (contact, version, pupil),
  FOREIGN KEY (contact, version) REFERENCES contact_version (contact, version)
) STRICT, WITHOUT ROWID;

-- Apart from the version, as notes are apart from the contact, and as closed to other professions.
CREATE TABLE private_note_version (
  contact    INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  profession INTEGER NOT NULL,
  text       TEXT NOT NULL CHECK (text <> ''),
  PRIMARY KEY (contact, version, profession),
  FOREIGN KEY (contact, version) REFERENCES contact_version (contact, version)
) STRICT, WITHOUT ROWID;
