-- 0017: reads in the audit, entries whose content can be taken out, its own retention.

-- From here on the hash of an entry covers a commitment to its subject and details and not these
-- themselves: SHA-256 over a label, 16 random bytes of salt, and both parts with their lengths. So the
-- content of an entry about somebody who was erased can be taken out, and the chain still holds.
-- Without the salt nobody can try out ids against what is left.
--
-- Format 1 is an entry of before, whose hash covers its content. It stays as it is for ever: its
-- subject is a random id that leads to nothing once the record is gone.
-- Format 2 without a salt is an entry whose content was taken out.
ALTER TABLE audit ADD COLUMN format INTEGER NOT NULL DEFAULT 1 CHECK (format IN (1, 2));
ALTER TABLE audit ADD COLUMN salt BLOB CHECK (salt IS NULL OR (format = 2 AND length(salt) = 16));
ALTER TABLE audit ADD COLUMN commitment BLOB
  CHECK ((format = 1) = (commitment IS NULL) AND (commitment IS NULL OR length(commitment) = 32));

-- The numbers of the entries whose content was taken out. Each list is named by a random id, which is
-- the subject of an entry `audit.redact` that holds the length and the digest of the list. An entry
-- that is empty and in no such list breaks the chain.
CREATE TABLE audit_emptied (
  entry     INTEGER PRIMARY KEY CHECK (entry >= 1),   -- audit.seq, also of an entry pruned since
  redaction BLOB NOT NULL CHECK (length(redaction) = 16)
) STRICT;

CREATE TRIGGER audit_emptied_is_not_changed BEFORE UPDATE ON audit_emptied
BEGIN SELECT RAISE(ABORT, 'a list of emptied entries cannot be changed'); END;

CREATE TRIGGER audit_emptied_is_not_shortened BEFORE DELETE ON audit_emptied
BEGIN SELECT RAISE(ABORT, 'a list of emptied entries cannot be shortened'); END;

-- Where the chain begins when its old end has been pruned: number and hash of the last entry that is
-- gone. An entry `audit.prune` says the same, or the chain does not hold.
CREATE TABLE audit_checkpoint (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  seq  INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_checkpoint_is_an_entry BEFORE INSERT ON audit_checkpoint
WHEN NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'a checkpoint is an entry of the audit'); END;

CREATE TRIGGER audit_checkpoint_moves_to_an_entry BEFORE UPDATE ON audit_checkpoint
WHEN NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'a checkpoint is an entry of the audit'); END;

CREATE TRIGGER audit_checkpoint_stays BEFORE DELETE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'the checkpoint of the audit cannot be removed'); END;

-- One way to change an entry: take out its content when its number is in a list. What says where the
-- chain begins, what was emptied and what was anchored is never emptied itself.
DROP TRIGGER audit_is_not_changed;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
WHEN NOT (
  OLD.format IS 2 AND OLD.salt IS NOT NULL
  AND OLD.action NOT IN ('audit.redact', 'audit.prune', 'audit.anchor')
  AND NEW.salt IS NULL AND NEW.subject IS '' AND NEW.details IS '{}'
  AND NEW.seq IS OLD.seq AND NEW.at IS OLD.at AND NEW.actor IS OLD.actor
  AND NEW.action IS OLD.action AND NEW.format IS OLD.format AND NEW.commitment IS OLD.commitment
  AND NEW.previous IS OLD.previous AND NEW.hash IS OLD.hash
  AND EXISTS (SELECT 1 FROM audit_emptied WHERE entry = OLD.seq)
)
BEGIN SELECT RAISE(ABORT, 'an entry of the audit cannot be changed'); END;

-- One way to remove an entry: the oldest one, up to the checkpoint.
DROP TRIGGER audit_is_not_shortened;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
WHEN OLD.seq IS NOT (SELECT min(seq) FROM audit)
  OR OLD.seq > coalesce((SELECT seq FROM audit_checkpoint), 0)
BEGIN SELECT RAISE(ABORT, 'an entry of the audit cannot be removed'); END;

-- Whom a read was about, so that "who has seen entries about this child?" can be answered. `read` is
-- the number of the entry `read` in the audit, which has the digest of these ids. It is kept for a
-- shorter time than the audit. No foreign keys: the rows of somebody who is gone are no obstacle to
-- their going, they go with them.
CREATE TABLE seen_pupil (
  pupil INTEGER NOT NULL,   -- pupil.key
  read  INTEGER NOT NULL,
  PRIMARY KEY (pupil, read)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_household (
  household INTEGER NOT NULL,   -- household.key
  read      INTEGER NOT NULL,
  PRIMARY KEY (household, read)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER seen_goes_with_the_pupil AFTER DELETE ON pupil
BEGIN DELETE FROM seen_pupil WHERE pupil = OLD.key; END;

CREATE TRIGGER seen_goes_with_the_household AFTER DELETE ON household
BEGIN DELETE FROM seen_household WHERE household = OLD.key; END;
