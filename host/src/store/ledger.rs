//! What a writer notes down of its changes, until it is written with them in one transaction.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Error, Writer, note_reads};
pub(super) use crate::domain::hex;
use crate::domain::{Action, AuditEntry, Author, Cover, Id, Sighting, commitment};

/// Most rows of one kind that share an entry.
const CHUNK_ROWS: u64 = 1_000;

/// The entries of one writer. Every change has to be covered by one of them.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) author: Author,
    pending: Vec<Pending>,
    chunk: Option<Chunk>,
    /// How many rows `SQLite` had changed when something was noted last.
    covered: u64,
}

/// An entry without its place in the chain.
#[derive(Debug)]
struct Pending {
    action: Action,
    subject: String,
    details: String,
}

/// Rows of one kind, one after the other.
#[derive(Debug)]
struct Chunk {
    action: Action,
    /// The form that the rows are records of; empty for rows of no form.
    form: &'static str,
    rows: u64,
    first: Sign,
    last: Sign,
    hasher: Sha256,
}

/// What a row is known by outside the file. Never a name, and no code of a pupil or a household:
/// people make those up, and may make them of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    /// Its permanent id.
    Id(Id),
    /// School numbers, ids and days, for what has no id of its own.
    Text(String),
}

impl Sign {
    /// The sign and a line end, so that `sha256sum` makes the same digest of a list of ids.
    fn add_to(&self, hasher: &mut Sha256) {
        match self {
            Self::Id(id) => {
                let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
                hasher.update(id.0.hyphenated().encode_lower(&mut text).as_bytes());
            }
            Self::Text(text) => hasher.update(text),
        }
        hasher.update(b"\n");
    }

    fn into_text(self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// Why a change needs no entry.
#[derive(Debug, Clone, Copy)]
pub(super) enum Exempt {
    /// It can be made again from what is audited, and nobody has decided anything.
    Cache,
    /// It says who is signed in and when they last did something. Signing in and out, and failing to,
    /// have entries of their own.
    SignedIn,
    /// It is typed and not sent, or says which contact came of what was sent: the contact itself has
    /// its entry.
    Draft,
}

impl Ledger {
    pub(super) fn new(author: &Author, connection: &Connection) -> Self {
        let covered = connection.total_changes();
        Self { author: author.clone(), pending: Vec::new(), chunk: None, covered }
    }

    fn add(&mut self, action: Action, subject: String, details: &Value) {
        self.end_chunk();
        self.pending.push(Pending { action, subject, details: details.to_string() });
    }

    fn add_row(&mut self, action: Action, form: &'static str, sign: Sign) {
        let is_other = |open: &Chunk| (open.action, open.form) != (action, form);
        if self.chunk.as_ref().is_some_and(|open| is_other(open) || open.rows == CHUNK_ROWS) {
            self.end_chunk();
        }
        if let Some(chunk) = &mut self.chunk {
            sign.add_to(&mut chunk.hasher);
            (chunk.rows, chunk.last) = (chunk.rows + 1, sign);
        } else {
            let mut hasher = Sha256::new();
            sign.add_to(&mut hasher);
            let first = sign.clone();
            self.chunk = Some(Chunk { action, form, rows: 1, first, last: sign, hasher });
        }
    }

    /// Turns the rows so far into an entry: one row under its own sign, several with a digest.
    fn end_chunk(&mut self) {
        let Some(chunk) = self.chunk.take() else { return };
        let (subject, mut details) = if chunk.rows == 1 {
            (chunk.first.into_text(), json!({}))
        } else {
            let details = json!({
                "rows": chunk.rows,
                "first": chunk.first.into_text(),
                "last": chunk.last.into_text(),
                "sha256": hex(&chunk.hasher.finalize()),
            });
            (String::new(), details)
        };
        if !chunk.form.is_empty() {
            details["form"] = json!(chunk.form);
        }
        self.pending.push(Pending { action: chunk.action, subject, details: details.to_string() });
    }

    /// Writes the entries, behind those of the reads that came before. Nothing may be changed after
    /// it.
    ///
    /// # Errors
    ///
    /// [`Error::Unaudited`] where a change came after what was noted last.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        reads: &[Sighting],
    ) -> Result<(), Error> {
        if connection.total_changes() != self.covered {
            return Err(Error::Unaudited);
        }
        self.end_chunk();
        if reads.is_empty() && self.pending.is_empty() {
            return Ok(());
        }
        let mut chain = ChainEnd::new(connection)?;
        note_reads::write(&mut chain, reads)?;
        for Pending { action, subject, details } in &self.pending {
            chain.add(&self.author, *action, subject, details)?;
        }
        Ok(())
    }
}

impl Writer<'_> {
    /// Notes what was just changed. `subject` and `details` hold ids, numbers, codes and digests, no
    /// names, texts or values of people.
    pub(super) fn note(&mut self, action: Action, subject: impl Into<String>, details: &Value) {
        self.ledger.add(action, subject.into(), details);
        self.ledger.covered = self.connection.total_changes();
    }

    /// Notes one row that was just added or changed. A thousand of one kind make one entry, with
    /// their number, the first and the last sign, and a SHA-256 over all signs, one a line.
    pub(super) fn note_row(&mut self, action: Action, sign: Sign) {
        self.ledger.add_row(action, "", sign);
        self.ledger.covered = self.connection.total_changes();
    }

    /// The same for a record of a form, whose name goes into the entry.
    pub(super) fn note_record(&mut self, action: Action, form: &'static str, sign: Sign) {
        self.ledger.add_row(action, form, sign);
        self.ledger.covered = self.connection.total_changes();
    }

    /// Says that what was just changed needs no entry.
    pub(super) fn exempt(&mut self, why: Exempt) {
        match why {
            Exempt::Cache | Exempt::SignedIn | Exempt::Draft => {
                self.ledger.covered = self.connection.total_changes();
            }
        }
    }
}

/// Writes one entry by itself, for what happens without a writer.
pub(super) fn append_one(
    connection: &Connection,
    author: &Author,
    action: Action,
    subject: impl Into<String>,
    details: &Value,
) -> Result<(), Error> {
    ChainEnd::new(connection)?.add(author, action, &subject.into(), &details.to_string())?;
    Ok(())
}

/// The end of the chain, to which entries are added.
pub(super) struct ChainEnd<'db> {
    pub(super) connection: &'db Connection,
    seq: i64,
    previous: [u8; 32],
}

impl<'db> ChainEnd<'db> {
    /// Finds it. It is looked up again for every transaction: another process may have written since
    /// the last one.
    pub(super) fn new(connection: &'db Connection) -> Result<Self, Error> {
        let head: Option<(i64, [u8; 32])> = connection
            .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (seq, previous) = match head {
            Some(head) => head,
            None => (0, AuditEntry::start(municipality(connection)?)),
        };
        Ok(Self { connection, seq, previous })
    }

    /// Adds an entry and gives its number.
    pub(super) fn add(
        &mut self,
        author: &Author,
        action: Action,
        subject: &str,
        details: &str,
    ) -> Result<i64, Error> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(Error::Random)?;
        let commitment = commitment(&salt, subject, details);
        self.seq += 1;
        let mut entry = AuditEntry {
            seq: self.seq.unsigned_abs(),
            at: author.at,
            actor: author.code.clone(),
            action: action.code().to_owned(),
            subject: subject.to_owned(),
            details: details.to_owned(),
            cover: Cover::Sealed { salt, commitment },
            previous: self.previous,
            hash: [0; 32],
        };
        entry.hash = entry.digest();
        self.connection
            .prepare_cached(
                "INSERT INTO audit (seq, at, actor, action, subject, details, previous, hash, format,
                   salt, commitment)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 2, ?9, ?10)",
            )?
            .execute(params![
                self.seq,
                entry.at,
                entry.actor,
                entry.action,
                entry.subject,
                entry.details,
                entry.previous,
                entry.hash,
                salt,
                commitment,
            ])?;
        self.previous = entry.hash;
        Ok(self.seq)
    }
}

/// The id of the municipality, from which the chain starts.
pub(super) fn municipality(connection: &Connection) -> Result<Id, Error> {
    let mut statement = connection.prepare_cached("SELECT id FROM municipality")?;
    Ok(Id::from_bytes(statement.query_row([], |row| row.get(0))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::AuditFilter;
    use crate::store::fixture::{City, NOW, author, practitioner};

    #[test]
    fn a_change_without_an_entry_is_not_kept() {
        let mut city = City::new();
        let sql = "UPDATE household SET name = 'x'";
        let writer = city.store.write(&author()).unwrap();
        writer.connection.execute(sql, []).unwrap();
        assert!(matches!(writer.commit(), Err(Error::Unaudited)));

        // Nor where something else was noted before it.
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_practitioner(&practitioner("x", "head")).unwrap();
        writer.connection.execute(sql, []).unwrap();
        assert!(matches!(writer.commit(), Err(Error::Unaudited)));
        assert_eq!(city.all().practitioners().unwrap().len(), 5);

        let mut writer = city.store.write(&author()).unwrap();
        writer.connection.execute(sql, []).unwrap();
        writer.exempt(Exempt::Cache);
        writer.commit().unwrap();
    }

    #[test]
    fn entries_come_and_go_with_their_changes() {
        let mut city = City::new();
        let before = city.all().audit(&AuditFilter::default()).unwrap();
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_practitioner(&practitioner("x", "head")).unwrap();
        drop(writer);
        city.store.write(&author()).unwrap().commit().unwrap();
        assert_eq!(city.all().audit(&AuditFilter::default()).unwrap(), before);
    }

    #[test]
    fn a_thousand_rows_share_an_entry_whose_digest_can_be_made_of_a_list_of_ids() {
        let mut city = City::new();
        let entries = city.all().audit(&AuditFilter::default()).unwrap().len();
        let contacts: Vec<_> = (0..2_001).map(|_| city.contact(0)).collect();
        city.add(&contacts);
        let found = city.all().audit(&AuditFilter::default()).unwrap();
        assert_eq!(found.len(), entries + 3);
        assert!(found[..3].iter().all(|entry| entry.action == "contact.add" && entry.at == NOW));
        assert_eq!(
            (&*found[0].subject, &*found[0].details),
            (&*contacts[2_000].id.to_string(), "{}")
        );
        let chunk = |rows: &[crate::domain::Contact]| {
            let ids: Vec<String> = rows.iter().map(|row| row.id.to_string()).collect();
            let lines = ids.join("\n") + "\n";
            json!({
                "rows": 1_000,
                "first": rows[0].id.to_string(),
                "last": rows[999].id.to_string(),
                "sha256": hex(&Sha256::digest(lines)),
            })
        };
        for (entry, rows) in [(&found[2], &contacts[..1_000]), (&found[1], &contacts[1_000..2_000])]
        {
            assert_eq!(entry.subject, "");
            assert_eq!(serde_json::from_str::<Value>(&entry.details).unwrap(), chunk(rows));
        }
    }
}
