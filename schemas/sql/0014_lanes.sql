-- 0014: private notes that one profession alone can open.
--
-- Each profession has a lane: a key pair. Whoever writes a note seals it to the public half, which
-- everybody may know; reading takes the secret half.

CREATE TABLE lane (
  profession INTEGER PRIMARY KEY,   -- role
  -- How often its keys were made anew, from 1.
  generation INTEGER NOT NULL CHECK (generation >= 1),
  public     BLOB NOT NULL CHECK (length(public) = 32),
  -- Here while the lane is open: the records are used without accounts, and the key of the database
  -- is all that keeps strangers out. Null once it is closed; its members have it then.
  secret     BLOB CHECK (length(secret) = 32),
  -- A closed lane can be opened once more with a key on paper: its public half, and the secret
  -- sealed to it.
  recovery   BLOB CHECK (length(recovery) = 32),
  recovered  BLOB,
  closed_at  INTEGER,
  CHECK ((secret IS NULL) = (closed_at IS NOT NULL)),
  CHECK ((secret IS NULL) = (recovery IS NOT NULL)),
  CHECK ((secret IS NULL) = (recovered IS NOT NULL))
) STRICT;

-- Those who can open a closed lane: its secret, sealed to a key of theirs.
CREATE TABLE lane_member (
  profession   INTEGER NOT NULL REFERENCES lane (profession),
  practitioner INTEGER NOT NULL REFERENCES practitioner (key),
  -- The key that they had when they were admitted. Kept here, so that whoever puts another key
  -- beside their account gets nothing when the lane is given new keys.
  public       BLOB NOT NULL CHECK (length(public) = 32),
  sealed       BLOB NOT NULL,
  admitted_at  INTEGER NOT NULL,
  admitted_by  TEXT NOT NULL CHECK (admitted_by <> ''),   -- as in the audit
  PRIMARY KEY (profession, practitioner)
) STRICT, WITHOUT ROWID;

-- Notes get room for what is sealed. Those that are there are sealed by the program right after
-- this step, in the same transaction, and these two tables go away then.
ALTER TABLE private_note RENAME TO private_note_plain;
ALTER TABLE private_note_version RENAME TO private_note_version_plain;

CREATE TABLE private_note (
  contact    INTEGER NOT NULL REFERENCES contact (key),
  profession INTEGER NOT NULL REFERENCES lane (profession),
  -- The version of the contact in which it was written, from 1. A correction of something else
  -- leaves it; the seal is bound to it, so that an old text does not pass for a new one.
  since      INTEGER NOT NULL CHECK (since >= 1),
  sealed     BLOB NOT NULL,
  PRIMARY KEY (contact, profession)
) STRICT, WITHOUT ROWID;

CREATE TABLE private_note_version (
  contact    INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  profession INTEGER NOT NULL REFERENCES lane (profession),
  since      INTEGER NOT NULL CHECK (since BETWEEN 1 AND version),
  sealed     BLOB NOT NULL,
  PRIMARY KEY (contact, version, profession),
  FOREIGN KEY (contact, version) REFERENCES contact_version (contact, version)
) STRICT, WITHOUT ROWID;

-- A note that its profession has shown to another one: with the consent of the family, or because
-- the law says so.
CREATE TABLE note_release (
  key         INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  contact     INTEGER NOT NULL REFERENCES contact (key),
  profession  INTEGER NOT NULL REFERENCES lane (profession),
  recipient   INTEGER NOT NULL REFERENCES lane (profession),
  -- The text that was released; one that is written later is not.
  since       INTEGER NOT NULL CHECK (since >= 1),
  ground      INTEGER,   -- release-ground
  consent     BLOB CHECK (length(consent) = 16),
  -- The reason, sealed to the profession; reason and text, sealed to the recipient. The second goes
  -- away when the release ends.
  reason      BLOB NOT NULL,
  sealed      BLOB,
  released_at INTEGER NOT NULL,
  released_by TEXT NOT NULL CHECK (released_by <> ''),   -- as in the audit
  ended_at    INTEGER,
  ended_by    TEXT CHECK (ended_by <> ''),
  CHECK (profession <> recipient),
  CHECK ((ground IS NULL) <> (consent IS NULL)),
  CHECK ((sealed IS NULL) = (ended_at IS NOT NULL)),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
) STRICT;
CREATE INDEX note_release_contact ON note_release (contact);
CREATE INDEX note_release_consent ON note_release (consent);

-- A consent that is withdrawn ends what it allowed, whichever way the record is changed. One that
-- runs out is refused when the note is read.
CREATE TRIGGER note_release_withdrawn AFTER UPDATE ON consent
WHEN NEW.withdrawn IS NOT NULL OR NEW.recipient <> OLD.recipient OR NEW.purpose <> OLD.purpose
  OR NEW.pupil IS NOT OLD.pupil OR NEW.household IS NOT OLD.household
  OR NEW.state IS NOT (SELECT place FROM code WHERE list = 'consent' AND code = 'granted')
BEGIN
  UPDATE note_release SET sealed = NULL, ended_at = unixepoch(), ended_by = 'program:tridem'
  WHERE consent = NEW.id AND ended_at IS NULL;
END;

CREATE TRIGGER note_release_consent_gone AFTER DELETE ON consent
BEGIN
  UPDATE note_release SET sealed = NULL, ended_at = unixepoch(), ended_by = 'program:tridem'
  WHERE consent = OLD.id AND ended_at IS NULL;
END;

-- What is still to be done to the file as a whole, which no transaction can: it is done when the
-- records are opened next.
CREATE TABLE upkeep (
  task TEXT PRIMARY KEY CHECK (task IN ('vacuum'))
) STRICT, WITHOUT ROWID;

INSERT INTO code (list, place, code, de, en) SELECT column1, column2, column3, column4, column5
FROM (VALUES
  ('release-ground', 0, 'danger-to-child', 'Gefährdung des Kindeswohls (§ 4 KKG)',
   'danger to a child (section 4 KKG)'),
  ('release-ground', 1, 'duty-to-report', 'Anzeigepflicht bei geplanten schweren Straftaten (§ 138 StGB)',
   'duty to report planned serious crimes (section 138 StGB)'),
  ('release-ground', 2, 'necessity', 'rechtfertigender Notstand (§ 34 StGB)',
   'necessity as justification (section 34 StGB)')
)
WHERE EXISTS (SELECT 1 FROM municipality);
