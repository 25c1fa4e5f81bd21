-- 0021: what somebody has begun to type, and what was sent already.

-- A form that is not sent yet, so that nothing typed is lost when a session runs out, a browser closes
-- or a network goes away. It is sealed as a whole to the key of the account, like a private note: only
-- whoever signs in to it can open it, no backup, no administrator. It ends when the form is sent, and
-- after 14 days.
CREATE TABLE draft (
  account  INTEGER NOT NULL REFERENCES account (key),
  place    TEXT NOT NULL CHECK (place <> ''),   -- which form, and which sheet of it
  saved_at INTEGER NOT NULL,
  sealed   BLOB NOT NULL,
  PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;

-- Whom a draft is about, as far as they were chosen in it: when they are erased, it goes as a whole,
-- since nobody can look into it.
CREATE TABLE draft_about (
  key       INTEGER PRIMARY KEY,
  account   INTEGER NOT NULL,
  place     TEXT NOT NULL,
  pupil     INTEGER REFERENCES pupil (key),
  household INTEGER REFERENCES household (key),
  FOREIGN KEY (account, place) REFERENCES draft (account, place) ON DELETE CASCADE,
  CHECK ((pupil IS NULL) <> (household IS NULL))
) STRICT;
CREATE INDEX draft_about_draft ON draft_about (account, place);
CREATE INDEX draft_about_pupil ON draft_about (pupil) WHERE pupil IS NOT NULL;
CREATE INDEX draft_about_household ON draft_about (household) WHERE household IS NOT NULL;

-- Contacts that were sent under a mark that the form brings along: whoever sends the same form twice,
-- or again because no answer came, gets the contact that was made the first time. Marks are forgotten
-- after 90 days.
CREATE TABLE submission (
  by      TEXT NOT NULL CHECK (by <> ''),       -- as in the audit: marks of two people never meet
  mark    BLOB NOT NULL CHECK (length(mark) = 16),
  at      INTEGER NOT NULL,
  contact INTEGER NOT NULL REFERENCES contact (key),
  PRIMARY KEY (by, mark)
) STRICT, WITHOUT ROWID;
CREATE INDEX submission_at ON submission (at);
CREATE INDEX submission_contact ON submission (contact);

-- Lists of contacts with one child or one colleague are read from here, and not by looking at every
-- contact there is.
CREATE INDEX contact_pupil_pupil ON contact_pupil (pupil, contact);
CREATE INDEX contact_participant_practitioner ON contact_participant (practitioner, contact);
