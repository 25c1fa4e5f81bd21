-- 0009: tasks that workflow plugins propose and people decide about, and the language of letters.

-- The language in which letters to a family are written, as the family asked for it: a place in the
-- list `language`. Null means that nobody asked. No plugin gets it, and nothing is counted by it.
ALTER TABLE household ADD COLUMN language INTEGER;

-- What a plugin says about a task stands in the row as it said it last, words and all, so that the
-- list can be read when the plugin is gone. `because` holds facts about a child, as JSON: they are
-- nowhere else than here, and never in the audit.
CREATE TABLE task (
  key         INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  plugin      TEXT NOT NULL CHECK (plugin <> ''),       -- its id; versions share their tasks
  pupil       INTEGER NOT NULL REFERENCES pupil (key),  -- whose case it is
  step        TEXT NOT NULL CHECK (step <> ''),         -- the permanent id of the step
  proposed_on INTEGER NOT NULL,                         -- the day of the run that brought it
  state       TEXT NOT NULL CHECK (state IN ('open', 'waiting', 'done', 'dismissed', 'lapsed')),
  state_day   INTEGER,   -- waiting: until when; done, dismissed, lapsed: on which day
  contact     INTEGER REFERENCES contact (key),         -- done: the contact that did it
  owner       INTEGER REFERENCES practitioner (key),    -- null: nobody's yet
  version     TEXT NOT NULL,
  package     BLOB NOT NULL CHECK (length(package) = 32),
  label_de    TEXT NOT NULL,
  label_en    TEXT NOT NULL,
  holds       TEXT NOT NULL CHECK (holds IN ('always', 'school-year', 'half-year', 'month')),
  templates   TEXT NOT NULL CHECK (json_valid(templates)),
  template    TEXT,
  due         INTEGER NOT NULL,
  priority    INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 2),
  reason_de   TEXT NOT NULL,
  reason_en   TEXT NOT NULL,
  because     TEXT NOT NULL CHECK (json_valid(because)),
  CHECK ((state = 'open') = (state_day IS NULL)),
  CHECK (contact IS NULL OR state = 'done')
) STRICT;

-- At most one of a step is on the list for a pupil.
CREATE UNIQUE INDEX task_open ON task (plugin, pupil, step) WHERE state IN ('open', 'waiting');

CREATE INDEX task_pupil ON task (pupil);

-- What happened to a task, in order. The reason of a dismissal stands here and not in the audit.
CREATE TABLE task_event (
  task   INTEGER NOT NULL REFERENCES task (key),
  number INTEGER NOT NULL CHECK (number >= 1),
  at     INTEGER NOT NULL,
  by     TEXT NOT NULL CHECK (by <> ''),   -- as in the audit
  event  TEXT NOT NULL CHECK (json_valid(event)),
  PRIMARY KEY (task, number)
) STRICT, WITHOUT ROWID;
