-- 0013: who may sign in, with what, and who did; emergency access.

-- Somebody who may sign in. From the first row on nobody works with these records without signing in.
-- Rows stay: the audit names accounts, and a code is never given to somebody else.
--
-- The password is kept as what Argon2id makes of it, with the cost of that, so that the cost can grow.
-- The secret half of the key pair is wrapped under what Argon2id makes of the password and another
-- salt: neither this file nor its key opens it. Without a password of their own (`provisional`: an
-- administrator knows it) a person has no key pair yet.
CREATE TABLE account (
  key           INTEGER PRIMARY KEY,
  id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  code          TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 1 AND 64),
  role          TEXT NOT NULL CHECK (role IN ('mediator', 'teacher', 'social-worker', 'head',
                  'coordinator', 'lead', 'administrator', 'protection-officer')),
  practitioner  INTEGER REFERENCES practitioner (key),
  first_day     INTEGER NOT NULL,
  last_day      INTEGER,                       -- null: until further notice
  added_at      INTEGER NOT NULL,
  closed_at     INTEGER,
  recovered_at  INTEGER,                       -- when it was last got back with the key of the records
  provisional   INTEGER NOT NULL CHECK (provisional IN (0, 1)),
  password      BLOB NOT NULL CHECK (length(password) = 32),
  password_salt BLOB NOT NULL CHECK (length(password_salt) = 16),
  key_salt      BLOB NOT NULL CHECK (length(key_salt) = 16),
  memory_kib    INTEGER NOT NULL,
  passes        INTEGER NOT NULL,
  lanes         INTEGER NOT NULL,
  public_key    BLOB CHECK (length(public_key) = 32),
  secret_key    BLOB,
  totp_secret   BLOB CHECK (length(totp_secret) = 20),
  totp_proposed BLOB CHECK (length(totp_proposed) = 20),  -- shown, and not confirmed yet
  totp_step     INTEGER,                       -- of the last code that was taken: none is taken twice
  CHECK ((public_key IS NULL) = (secret_key IS NULL)),
  CHECK (last_day IS NULL OR last_day >= first_day)
) STRICT;

-- A practitioner is one person, so at most one account is open for them.
CREATE UNIQUE INDEX account_practitioner ON account (practitioner)
WHERE practitioner IS NOT NULL AND closed_at IS NULL;

CREATE TRIGGER account_stays BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'an account is closed and stays'); END;

-- What signs in once where the second factor is lost: the SHA-256 of random codes of 80 bits.
CREATE TABLE account_spare_code (
  account INTEGER NOT NULL REFERENCES account (key),
  sha256  BLOB NOT NULL CHECK (length(sha256) = 32),
  PRIMARY KEY (account, sha256)
) STRICT, WITHOUT ROWID;

-- Who is signed in: the SHA-256 of a random token, which only the one who signed in has. The secret
-- half of their key pair is wrapped under a key made of the token. The row goes when the session ends.
CREATE TABLE session (
  token      BLOB PRIMARY KEY CHECK (length(token) = 32),
  account    INTEGER NOT NULL REFERENCES account (key),
  started_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  secret_key BLOB NOT NULL,
  CHECK (seen_at >= started_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_account ON session (account);

-- The highest moment that signing in has seen, so that a clock that is set back is noticed.
CREATE TABLE moment_seen (
  only    INTEGER PRIMARY KEY CHECK (only = 1),
  highest INTEGER NOT NULL
) STRICT;

-- Tries to sign in that failed or are going on, by account and by where they came from. The sign is a
-- SHA-256 over what was typed, also where no account has that code: people type passwords into the
-- wrong field, and nothing here may tell which accounts there are.
CREATE TABLE sign_in_try (
  kind     TEXT NOT NULL CHECK (kind IN ('account', 'peer')),
  sign     BLOB NOT NULL CHECK (length(sign) = 32),
  failures INTEGER NOT NULL CHECK (failures >= 0),
  last_at  INTEGER NOT NULL,
  PRIMARY KEY (kind, sign)
) STRICT, WITHOUT ROWID;

-- Access to the records of a school for somebody who has none, for a time, with a reason that people
-- wrote and that therefore never stands in the audit.
CREATE TABLE emergency_access (
  key       INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  account   INTEGER NOT NULL REFERENCES account (key),
  school    INTEGER NOT NULL REFERENCES school (key),
  reason    TEXT NOT NULL CHECK (reason <> ''),
  opened_at INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL,
  closed_at INTEGER,                           -- where it was closed before its end
  CHECK (ends_at > opened_at AND ends_at - opened_at <= 72 * 3600)
) STRICT;

CREATE INDEX emergency_access_school ON emergency_access (school);

CREATE TRIGGER emergency_access_stays BEFORE DELETE ON emergency_access
BEGIN SELECT RAISE(ABORT, 'an emergency access is not taken out of the records'); END;
