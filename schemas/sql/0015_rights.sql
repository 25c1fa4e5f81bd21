-- 0015: what a person may ask for: restriction of processing, consents as a gate.

-- Whose data are kept and not used (Art. 18 GDPR): of a child, or of a household with all children in
-- it. A row stays when the restriction is lifted. While one is in force, readers do not see the rows
-- (`store/restricted.rs`), and changing them is refused.
CREATE TABLE restriction (
  key       INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  pupil     INTEGER REFERENCES pupil (key),
  household INTEGER REFERENCES household (key),
  ground    TEXT NOT NULL CHECK (ground IN ('accuracy', 'unlawful', 'claims', 'objection')),
  since     INTEGER NOT NULL,
  by        TEXT NOT NULL CHECK (by <> ''),   -- as in the audit
  lifted_at INTEGER,                          -- null: in force
  lifted_by TEXT,
  CHECK ((pupil IS NULL) <> (household IS NULL)),
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX restriction_of_pupil ON restriction (pupil)
  WHERE lifted_at IS NULL AND pupil IS NOT NULL;
CREATE UNIQUE INDEX restriction_of_household ON restriction (household)
  WHERE lifted_at IS NULL AND household IS NOT NULL;

-- What was handed to another office, and the consent it rested on: whoever withdraws the consent is
-- told by it who has received what, and the recipients can be told too.
CREATE TABLE sharing (
  key       INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  consent   INTEGER NOT NULL REFERENCES consent (key),
  pupil     INTEGER REFERENCES pupil (key),
  household INTEGER REFERENCES household (key),
  what      TEXT NOT NULL CHECK (what IN ('family-sheet', 'referral', 'transition', 'interpreting')),
  record    TEXT NOT NULL,       -- the short sign of the record of a form; empty where there is none
  purpose   INTEGER NOT NULL,    -- consent-purpose
  recipient TEXT NOT NULL CHECK (recipient <> ''),
  at        INTEGER NOT NULL,
  by        TEXT NOT NULL CHECK (by <> ''),   -- as in the audit
  CHECK (pupil IS NOT NULL OR household IS NOT NULL)
) STRICT;
CREATE INDEX sharing_consent ON sharing (consent);
