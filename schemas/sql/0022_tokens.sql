-- 0022: tokens, with which programs of people who have an account ask for records.

-- The SHA-256 of a random token that its owner has put into a program. A token does what its scopes
-- name, as far as the role of the account may do it on the day, and opens nothing that is sealed: no
-- key of the account is in it or made of it. Rows stay, so that it can be told which program it was.
CREATE TABLE token (
  key        INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  sha256     BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  account    INTEGER NOT NULL REFERENCES account (key),
  name       TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),   -- what it is for; nobody's name
  scopes     TEXT NOT NULL CHECK (scopes <> ''),   -- codes of use cases, with spaces between them
  made_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,                              -- to the hour; null: never
  revoked_at INTEGER,
  CHECK (expires_at > made_at)
) STRICT;

-- What somebody says when they revoke one.
CREATE UNIQUE INDEX token_name ON token (account, name) WHERE revoked_at IS NULL;

CREATE TRIGGER token_stays BEFORE DELETE ON token
BEGIN SELECT RAISE(ABORT, 'a token is revoked and stays'); END;
