-- 0023: what finds the next steps that are still open without reading all contacts of a year.

-- When each pupil was met: made from contact and contact_pupil by the triggers below and by nothing
-- else, and left out of every export. It refers to nobody, so that it never stands in the way of an
-- erasure; its rows go with those that it was made from.
CREATE TABLE pupil_met (
  school  INTEGER NOT NULL,
  pupil   INTEGER NOT NULL,
  day     INTEGER NOT NULL,
  contact INTEGER NOT NULL,
  PRIMARY KEY (school, pupil, day, contact)
) STRICT, WITHOUT ROWID;

INSERT INTO pupil_met
SELECT c.school, cp.pupil, c.day, c.key
FROM contact_pupil AS cp JOIN contact AS c ON c.key = cp.contact;

CREATE TRIGGER pupil_is_met AFTER INSERT ON contact_pupil BEGIN
  INSERT INTO pupil_met SELECT school, NEW.pupil, day, key FROM contact WHERE key = NEW.contact;
END;

CREATE TRIGGER pupil_is_not_met AFTER DELETE ON contact_pupil BEGIN
  DELETE FROM pupil_met
  WHERE school = (SELECT school FROM contact WHERE key = OLD.contact)
    AND pupil = OLD.pupil
    AND day = (SELECT day FROM contact WHERE key = OLD.contact)
    AND contact = OLD.contact;
END;

CREATE TRIGGER pupil_is_exchanged BEFORE UPDATE ON contact_pupil
BEGIN SELECT RAISE(ABORT, 'whom a contact was with is taken out and put in'); END;

CREATE TRIGGER contact_is_moved AFTER UPDATE OF school, day ON contact
WHEN OLD.school <> NEW.school OR OLD.day <> NEW.day
BEGIN
  DELETE FROM pupil_met
  WHERE school = OLD.school AND day = OLD.day AND contact = OLD.key
    AND pupil IN (SELECT pupil FROM contact_pupil WHERE contact = OLD.key);
  INSERT INTO pupil_met
  SELECT NEW.school, pupil, NEW.day, contact FROM contact_pupil WHERE contact = NEW.key;
END;

-- The same for households, which stand in the contact itself.
CREATE INDEX contact_household ON contact (school, household, day) WHERE household IS NOT NULL;

-- Steps of which only some belong to no family; those are found by the day they are due.
CREATE INDEX contact_step ON contact (next_due, day) WHERE next_step IS NOT NULL AND household IS NULL;
