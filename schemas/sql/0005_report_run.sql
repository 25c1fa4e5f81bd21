-- 0005: what a report was made from, kept beside it.
--
-- From the digest of the rows a reader could tell that a withheld number has changed, and from the
-- fuel how many rows there were; so neither stands in a document that is handed on. Reports from
-- before this step have no row here.

CREATE TABLE report_run (
  report   INTEGER PRIMARY KEY REFERENCES report (key),
  document BLOB NOT NULL CHECK (length(document) = 32),   -- SHA-256 of the document as it is kept
  data     BLOB NOT NULL CHECK (length(data) = 32),       -- keyed digest of all rows that were read
  fuel     INTEGER NOT NULL CHECK (fuel >= 0)
) STRICT;
CREATE INDEX report_run_document ON report_run (document);
