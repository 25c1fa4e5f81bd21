-- 0020: words that shared notes are looked through for.
--
-- What a municipality has changed of the words in `schemas/words.toml`: `watched` is 1 for a word that
-- was added, and 0 for one that was taken out. `kind` is the code of a kind there.
CREATE TABLE watched_word (
  word    TEXT PRIMARY KEY CHECK (word <> ''),   -- in small letters; `*` at its end for all that begin so
  kind    TEXT NOT NULL CHECK (kind <> ''),
  watched INTEGER NOT NULL CHECK (watched IN (0, 1))
) STRICT, WITHOUT ROWID;
