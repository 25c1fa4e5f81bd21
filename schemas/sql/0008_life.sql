-- 0008: the life of plugins: which version is in service, what became of each, and every run.

-- What was decided about a package. One without a row here was never switched on. Whether it may read
-- what it needs is told by its grants and not here.
CREATE TABLE plugin_state (
  sha256    BLOB PRIMARY KEY REFERENCES plugin (sha256) ON DELETE CASCADE,
  state     TEXT NOT NULL
    CHECK (state IN ('installed', 'monitor', 'enabled', 'disabled', 'quarantined')),
  since_at  INTEGER NOT NULL,
  by        TEXT NOT NULL CHECK (by <> ''),
  reason_de TEXT NOT NULL,                -- empty where none was given
  reason_en TEXT NOT NULL,
  failures  INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0)   -- one after the other, up to now
) STRICT, WITHOUT ROWID;

-- For each plugin the version in service, also while that is switched off or in quarantine, and the
-- one before it. A version that is removed is in service no more.
CREATE TABLE plugin_service (
  id       TEXT PRIMARY KEY,
  current  BLOB REFERENCES plugin (sha256) ON DELETE SET NULL,
  previous BLOB REFERENCES plugin (sha256) ON DELETE SET NULL
) STRICT, WITHOUT ROWID;

-- Every run of a plugin, as far as it got; it stays when the package is removed. All that is needed to
-- run the same again is in it, besides the package and the records.
CREATE TABLE plugin_run (
  key        INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  plugin     TEXT NOT NULL,
  version    TEXT NOT NULL,
  package    BLOB NOT NULL CHECK (length(package) = 32),     -- SHA-256
  kind       TEXT NOT NULL CHECK (kind IN ('report', 'monitor', 'proposal', 'diff', 'replay')),
  run_at     INTEGER NOT NULL,
  run_by     TEXT NOT NULL,
  first_day  INTEGER NOT NULL,
  last_day   INTEGER NOT NULL,
  audience   TEXT NOT NULL,
  rounding   TEXT NOT NULL,
  settings   TEXT NOT NULL CHECK (json_valid(settings)),     -- a list of name and value
  grants     TEXT NOT NULL,                                  -- a line for each, sorted
  interface  BLOB NOT NULL CHECK (length(interface) = 32),   -- SHA-256 of the interface's files
  software   TEXT NOT NULL,
  engine     TEXT NOT NULL,
  failure_de TEXT,                                           -- both null where it went well
  failure_en TEXT,
  author     TEXT,                                           -- what its author can do about it
  fuel       INTEGER,                                        -- this and what follows null where it failed
  allowed    INTEGER,
  rows       INTEGER,
  ms         INTEGER,                                        -- in the guest; what was kept costs none
  data       BLOB CHECK (length(data) = 32),                 -- keyed digest of all rows that were read
  output     BLOB CHECK (length(output) = 32),               -- SHA-256 of the document
  report     BLOB CHECK (length(report) = 16)                -- the id of the report that was kept
) STRICT;
CREATE INDEX plugin_run_plugin ON plugin_run (plugin, key);
CREATE INDEX plugin_run_report ON plugin_run (report) WHERE report IS NOT NULL;

-- Whoever used a plugin before this step goes on using it: of each id the version installed last, among
-- those that were granted a field and made a report.
INSERT INTO plugin_service (id, current, previous)
SELECT id, sha256, NULL FROM plugin AS one
WHERE one.rowid = (
  SELECT other.rowid FROM plugin AS other
  WHERE other.id = one.id
    AND EXISTS (SELECT 1 FROM plugin_grant WHERE plugin_grant.sha256 = other.sha256)
    AND EXISTS (
      SELECT 1 FROM report WHERE report.plugin = other.id AND report.version = other.version
    )
  ORDER BY other.installed_at DESC, other.rowid DESC
  LIMIT 1
);

INSERT INTO plugin_state (sha256, state, since_at, by, reason_de, reason_en, failures)
SELECT current, 'enabled', unixepoch(), 'program:tridem', '', '', 0 FROM plugin_service;
