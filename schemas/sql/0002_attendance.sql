-- 0002: absences, what a school counts them in, and since when a child's whereabouts are unknown.
--
-- An absence is an event on a day, or else a sum that a school's system gave without days. The two
-- are kept apart: a sum has no possible units, so no rate can be computed from it, and it would
-- count twice what the events count.

-- When a school records absences, and in what. Without it an absence cannot be told from a day
-- that nobody recorded, so days outside of these times count for nothing.
CREATE TABLE attendance (
  school        INTEGER NOT NULL REFERENCES school (key),
  unit          INTEGER NOT NULL,   -- absence-unit, never `minute`
  units_per_day INTEGER NOT NULL CHECK (units_per_day BETWEEN 1 AND 12),
  first_day     INTEGER NOT NULL,
  last_day      INTEGER CHECK (last_day >= first_day),   -- null: until further notice
  PRIMARY KEY (school, first_day)
) STRICT, WITHOUT ROWID;

-- Where a school begins its second half-year on another day than the Land's calendar says.
CREATE TABLE half_year (
  school        INTEGER NOT NULL REFERENCES school (key),
  year          INTEGER NOT NULL,   -- the year the school year starts in
  second_begins INTEGER NOT NULL,
  PRIMARY KEY (school, year)
) STRICT, WITHOUT ROWID;

-- The school is the pupil's, kept here so that a school's absences are read along one index.
CREATE TABLE absence (
  key         INTEGER PRIMARY KEY,
  id          BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  pupil       INTEGER NOT NULL REFERENCES pupil (key),
  school      INTEGER NOT NULL REFERENCES school (key),
  day         INTEGER NOT NULL,
  unit        INTEGER NOT NULL,   -- absence-unit; `minute` for late arrivals alone
  amount      INTEGER NOT NULL CHECK (amount BETWEEN 1 AND 480),
  status      INTEGER NOT NULL,   -- absence-status
  recorded_at INTEGER NOT NULL
) STRICT;

-- Reports read one school after the other, by day, and find every column they may be granted in
-- the index. Test: `absences_come_along_their_covering_index_and_nothing_is_sorted`.
CREATE INDEX absence_columns ON absence (school, day, status, unit, amount, pupil);

-- The days of one pupil: for terms, and to find how full a day already is.
CREATE INDEX absence_pupil ON absence (pupil, day, status, unit, amount);

-- The newest absences of all schools, for lists. Test: `absences_are_listed_from_their_newest_end`.
CREATE INDEX absence_day ON absence (day);

-- Sums that were taken over, by pupil and term.
CREATE TABLE absence_total (
  pupil       INTEGER NOT NULL REFERENCES pupil (key),
  school_year INTEGER NOT NULL,
  term        INTEGER NOT NULL,   -- term
  unit        INTEGER NOT NULL,   -- absence-unit
  missed      INTEGER NOT NULL CHECK (missed >= 0),
  unexcused   INTEGER NOT NULL CHECK (unexcused BETWEEN 0 AND missed),
  source      TEXT NOT NULL,      -- where the sum is from; may be empty
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (pupil, school_year, term, unit)
) STRICT, WITHOUT ROWID;

-- From this day on nobody knows where the child is: no school day counts for it any more, and no
-- absence either. Null for whoever's whereabouts are known. A pupil can have the status
-- `whereabouts-unknown` without it, where nobody noted the day.
ALTER TABLE pupil ADD COLUMN unknown_from INTEGER CHECK (unknown_from >= enrolled_from);

-- Records that were begun with an earlier version lack the code lists of this step. New ones get
-- all lists after the last step, so nothing is added while there is no municipality.
INSERT OR IGNORE INTO code (list, place, code, de, en)
SELECT column1, column2, column3, column4, column5
FROM (VALUES
  ('absence-status', 0, 'excused', 'entschuldigt', 'excused'),
  ('absence-status', 1, 'unexcused', 'unentschuldigt', 'unexcused'),
  ('absence-status', 2, 'open', 'offen/ungeklärt', 'open'),
  ('absence-status', 3, 'on-leave', 'beurlaubt', 'on leave'),
  ('absence-status', 4, 'school-caused', 'schulisch bedingt', 'school-caused'),
  ('absence-status', 5, 'late', 'verspätet', 'late'),
  ('absence-unit', 0, 'day', 'Tag', 'day'),
  ('absence-unit', 1, 'half-day', 'halber Tag', 'half-day'),
  ('absence-unit', 2, 'lesson', 'Unterrichtsstunde', 'lesson'),
  ('absence-unit', 3, 'minute', 'Minute', 'minute'),
  ('term', 0, 'year', 'ganzes Schuljahr', 'whole school year'),
  ('term', 1, 'first-half', '1. Halbjahr', 'first half-year'),
  ('term', 2, 'second-half', '2. Halbjahr', 'second half-year')
)
WHERE EXISTS (SELECT 1 FROM municipality);
