-- 0006: whose signatures on plugin packages count, and whether the records are real.

-- A row says that all data are invented and are there to develop plugins with. That is decided when the
-- records are made: real ones cannot become such, for then unsigned code could run over them.
CREATE TABLE development (
  only INTEGER PRIMARY KEY CHECK (only = 1)
) STRICT;

CREATE TRIGGER development_is_decided_at_the_beginning BEFORE INSERT ON development
WHEN EXISTS (SELECT 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'records cannot become records for development'); END;

CREATE TRIGGER development_stays BEFORE DELETE ON development
BEGIN SELECT RAISE(ABORT, 'records for development cannot become real ones'); END;

-- Keys whose signatures count, for ids below a prefix and until a day. One key may have several rows.
CREATE TABLE trusted_key (
  public_key BLOB NOT NULL CHECK (length(public_key) = 32),
  prefix     TEXT NOT NULL CHECK (prefix LIKE '%_.'),
  number     BLOB NOT NULL CHECK (length(number) = 8),   -- what signatures name the key by
  owner      TEXT NOT NULL CHECK (owner <> ''),
  until      INTEGER NOT NULL,                           -- last day on which packages may be installed
  PRIMARY KEY (public_key, prefix)
) STRICT, WITHOUT ROWID;

-- What may not run any more: whatever a key signed, or a package or manifest by its SHA-256.
CREATE TABLE revocation (
  kind   TEXT NOT NULL CHECK (kind IN ('key', 'digest')),
  value  BLOB NOT NULL CHECK (length(value) = 32),       -- the public key, or the SHA-256
  number BLOB CHECK (length(number) = 8),
  since  INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''),
  PRIMARY KEY (kind, value),
  CHECK ((kind = 'key') = (number IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER revocation_is_not_taken_back BEFORE DELETE ON revocation
BEGIN SELECT RAISE(ABORT, 'what is revoked stays revoked'); END;

CREATE TRIGGER revocation_is_not_changed BEFORE UPDATE ON revocation
BEGIN SELECT RAISE(ABORT, 'what is revoked stays revoked'); END;

-- A row says that a package needs the signatures of two keys.
CREATE TABLE two_signatures (
  only INTEGER PRIMARY KEY CHECK (only = 1)
) STRICT;
