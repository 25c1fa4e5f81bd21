-- 0004: what makes reports quick. Everything in here but `partition` and `numbering` can be deleted
-- at any time; it is made again from the records.
--
-- A partition is the contacts of one school in one calendar month. Its version goes up with every
-- change of one of them, and never down, so that what was made from it can be told to be stale.
-- The writer counts additions, once for each partition that it touched; changing and deleting are
-- rare and are counted here, row by row. Test: `no_way_of_adding_a_contact_leaves_its_version`.
CREATE TABLE partition (
  school  INTEGER NOT NULL REFERENCES school (key),
  month   INTEGER NOT NULL,   -- years times twelve plus the month counted from 0
  version INTEGER NOT NULL,
  PRIMARY KEY (school, month)
) STRICT, WITHOUT ROWID;

INSERT INTO partition (school, month, version)
SELECT DISTINCT
  school,
  CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) * 12
    + CAST(strftime('%m', day * 86400, 'unixepoch') AS INTEGER) - 1,
  1
FROM contact;

CREATE TRIGGER contact_changed AFTER UPDATE ON contact BEGIN
  INSERT INTO partition (school, month, version) VALUES (
    OLD.school,
    CAST(strftime('%Y', OLD.day * 86400, 'unixepoch') AS INTEGER) * 12
      + CAST(strftime('%m', OLD.day * 86400, 'unixepoch') AS INTEGER) - 1,
    1
  ) ON CONFLICT (school, month) DO UPDATE SET version = version + 1;
  INSERT INTO partition (school, month, version) VALUES (
    NEW.school,
    CAST(strftime('%Y', NEW.day * 86400, 'unixepoch') AS INTEGER) * 12
      + CAST(strftime('%m', NEW.day * 86400, 'unixepoch') AS INTEGER) - 1,
    1
  ) ON CONFLICT (school, month) DO UPDATE SET version = version + 1;
END;

CREATE TRIGGER contact_deleted AFTER DELETE ON contact BEGIN
  INSERT INTO partition (school, month, version) VALUES (
    OLD.school,
    CAST(strftime('%Y', OLD.day * 86400, 'unixepoch') AS INTEGER) * 12
      + CAST(strftime('%m', OLD.day * 86400, 'unixepoch') AS INTEGER) - 1,
    1
  ) ON CONFLICT (school, month) DO UPDATE SET version = version + 1;
END;

-- A household or pupil counts as the how-manieth of all by its key. New ones come last and change
-- nobody's number; whatever else happens to the keys makes an epoch end.
CREATE TABLE numbering (
  key   INTEGER PRIMARY KEY CHECK (key = 1),
  epoch INTEGER NOT NULL
) STRICT;
INSERT INTO numbering VALUES (1, 0);

CREATE TRIGGER household_deleted AFTER DELETE ON household BEGIN
  UPDATE numbering SET epoch = epoch + 1;
END;
CREATE TRIGGER household_renumbered AFTER UPDATE OF key ON household BEGIN
  UPDATE numbering SET epoch = epoch + 1;
END;
CREATE TRIGGER household_between AFTER INSERT ON household
WHEN NEW.key < (SELECT max(key) FROM household) BEGIN
  UPDATE numbering SET epoch = epoch + 1;
END;
CREATE TRIGGER pupil_deleted AFTER DELETE ON pupil BEGIN
  UPDATE numbering SET epoch = epoch + 1;
END;
CREATE TRIGGER pupil_renumbered AFTER UPDATE OF key ON pupil BEGIN
  UPDATE numbering SET epoch = epoch + 1;
END;
CREATE TRIGGER pupil_between AFTER INSERT ON pupil
WHEN NEW.key < (SELECT max(key) FROM pupil) BEGIN
  UPDATE numbering SET epoch = epoch + 1;
END;

-- The columns of a partition, as they were at a version of it.
CREATE TABLE chunk (
  school  INTEGER NOT NULL,
  month   INTEGER NOT NULL,
  layout  INTEGER NOT NULL,   -- how the columns are written
  version INTEGER NOT NULL,   -- of the partition
  rows    INTEGER NOT NULL,
  days    INTEGER NOT NULL,   -- the days of the month with a contact: bit 0 is its first
  PRIMARY KEY (school, month)
) STRICT, WITHOUT ROWID;

-- One column each, so that a plugin that reads few fields has little read.
CREATE TABLE chunk_column (
  school INTEGER NOT NULL,
  month  INTEGER NOT NULL,
  name   TEXT NOT NULL,   -- of the column of `contact`
  digest BLOB NOT NULL CHECK (length(digest) = 32),   -- SHA-256 of the bytes
  bytes  BLOB NOT NULL,
  PRIMARY KEY (school, month, name)
) STRICT;

-- What a run counted in one partition. `job` is a digest of all else that the figures depend on.
-- The largest keys are the newest; the oldest go first when there is no more room.
CREATE TABLE partial (
  key     INTEGER PRIMARY KEY,
  job     BLOB NOT NULL CHECK (length(job) = 32),
  school  INTEGER NOT NULL,
  month   INTEGER NOT NULL,
  version INTEGER NOT NULL,   -- of the partition
  size    INTEGER NOT NULL,   -- of the bytes
  digest  BLOB NOT NULL CHECK (length(digest) = 32),
  bytes   BLOB NOT NULL,
  UNIQUE (job, school, month)
) STRICT;
CREATE INDEX partial_partition ON partial (school, month, version);
CREATE INDEX partial_size ON partial (size);
