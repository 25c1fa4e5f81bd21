-- 0019: when backups are made and how long they are kept; which there are; the keys of the records.

-- The schedule. Without a row there is none.
CREATE TABLE backup_schedule (
  key          INTEGER PRIMARY KEY CHECK (key = 1),
  folder       TEXT NOT NULL CHECK (folder <> ''),
  every_hours  INTEGER CHECK (every_hours BETWEEN 1 AND 24),   -- null: once on every day
  keep_daily   INTEGER NOT NULL CHECK (keep_daily BETWEEN 1 AND 1000),
  keep_weekly  INTEGER NOT NULL CHECK (keep_weekly BETWEEN 0 AND 1000),
  keep_monthly INTEGER NOT NULL CHECK (keep_monthly BETWEEN 0 AND 1000),
  set_at       INTEGER NOT NULL,
  set_by       TEXT NOT NULL CHECK (set_by <> '')   -- as in audit.actor
) STRICT;

-- Every backup that was made of these records. A row is kept when its file is gone: what was erased
-- since may still stand in a copy of that file. A backup is not in itself, since it was made before
-- its row; after a restore the one that was restored is added.
CREATE TABLE backup (
  key         INTEGER PRIMARY KEY,   -- in the order of making, whatever the clock said
  made_at     INTEGER NOT NULL,
  path        TEXT NOT NULL CHECK (path <> ''),
  bytes       INTEGER NOT NULL CHECK (bytes > 0),
  sha256      BLOB NOT NULL CHECK (length(sha256) = 32),   -- of the whole file
  last_change INTEGER,               -- the latest moment in the records then
  generation  INTEGER NOT NULL,      -- of the key that opens it
  scheduled   INTEGER NOT NULL CHECK (scheduled IN (0, 1)),   -- only these are ever thinned out
  verified_at INTEGER,               -- when the file was last read back whole and found sound
  failed_at   INTEGER,               -- when it was last found not to be
  removed_at  INTEGER                -- when the program removed the file
) STRICT;
CREATE INDEX backup_sha256 ON backup (sha256);

-- The keys that the records have had. The fingerprint is the beginning of a digest of the key, which
-- tells two keys apart and opens nothing. Without a row it is the first key, generation 1.
CREATE TABLE key_generation (
  generation   INTEGER PRIMARY KEY CHECK (generation >= 1),
  kind         TEXT NOT NULL CHECK (kind IN ('file', 'passphrase')),
  fingerprint  BLOB NOT NULL CHECK (length(fingerprint) = 8),
  since_at     INTEGER NOT NULL,
  by           TEXT NOT NULL CHECK (by <> ''),
  forgotten_at INTEGER               -- when the program destroyed what it had of the key
) STRICT;

-- When somebody last made sure that a copy of the key, kept elsewhere, opens the records.
CREATE TABLE key_check (
  key        INTEGER PRIMARY KEY,
  checked_at INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  how        TEXT NOT NULL CHECK (how IN ('file', 'typed')),
  by         TEXT NOT NULL CHECK (by <> '')
) STRICT;
