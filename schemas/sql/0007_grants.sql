-- 0007: how far a grant goes: whose rows, which days, how exact, until when, and for which purpose.
--
-- Grants from before this step have no such limits and keep who gave them when. Their purpose was not
-- written down; the package to which a grant is bound says it still.

CREATE TABLE plugin_grant_with_limits (
  sha256       BLOB NOT NULL REFERENCES plugin (sha256) ON DELETE CASCADE,
  dataset      TEXT NOT NULL,
  field        TEXT NOT NULL,
  granted_by   TEXT NOT NULL,
  granted_at   INTEGER NOT NULL,
  purpose_de   TEXT,   -- as the one who granted it read it; null: not written down
  purpose_en   TEXT,
  -- Where it is 0, only the schools in `plugin_grant_school`: none, where there is none.
  all_schools  INTEGER NOT NULL CHECK (all_schools IN (0, 1)),
  first_day    INTEGER,                                   -- null: any
  last_day     INTEGER CHECK (last_day >= first_day),     -- included; null: any
  coarsening   TEXT,                                      -- null: exact values
  until_day    INTEGER,   -- the last day on which it holds; null: until it is taken back
  carried_from TEXT,      -- the version it was granted for, where that was another one
  -- A grant that was taken back allows nothing. It stays so that no later version is given the field
  -- without being asked about.
  is_revoked   INTEGER NOT NULL CHECK (is_revoked IN (0, 1)),
  PRIMARY KEY (sha256, dataset, field),
  CHECK ((purpose_de IS NULL) = (purpose_en IS NULL))
) STRICT, WITHOUT ROWID;

INSERT INTO plugin_grant_with_limits
  (sha256, dataset, field, granted_by, granted_at, all_schools, is_revoked)
SELECT sha256, dataset, field, granted_by, granted_at, 1, 0 FROM plugin_grant;

DROP TABLE plugin_grant;
ALTER TABLE plugin_grant_with_limits RENAME TO plugin_grant;

CREATE TABLE plugin_grant_school (
  sha256  BLOB NOT NULL,
  dataset TEXT NOT NULL,
  field   TEXT NOT NULL,
  school  INTEGER NOT NULL REFERENCES school (key),
  PRIMARY KEY (sha256, dataset, field, school),
  FOREIGN KEY (sha256, dataset, field) REFERENCES plugin_grant (sha256, dataset, field)
    ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
