//! Seals notes in bulk: those of a database of an earlier version, and those of a lane with new keys.

use rusqlite::Connection;

use super::notes::{lane_keys, make_lanes, note_context, seal_note};
use super::releases::{reason_context, text_context};
use super::{Error, SealKey, SecretKey, Writer};
use crate::domain::Id;

/// What is sealed to a lane: the statement that finds the rows of a profession, with what each is
/// bound to, and the one that puts another seal in place of the old.
const NOTES: [(&str, &str); 2] = [
    (
        "SELECT c.id, n.since, n.sealed, n.contact, 0 FROM private_note AS n
         JOIN contact AS c ON c.key = n.contact WHERE n.profession = ?1",
        "UPDATE private_note SET sealed = ?4 WHERE profession = ?1 AND contact = ?2 AND ?3 = 0",
    ),
    (
        "SELECT c.id, n.since, n.sealed, n.contact, n.version FROM private_note_version AS n
         JOIN contact AS c ON c.key = n.contact WHERE n.profession = ?1",
        "UPDATE private_note_version SET sealed = ?4
         WHERE profession = ?1 AND contact = ?2 AND version = ?3",
    ),
];

impl Writer<'_> {
    /// Seals everything that is sealed to a lane to its new key. Gives the number of texts.
    pub(super) fn seal_anew(
        &self,
        profession: u16,
        old: &SecretKey,
        new: &SealKey,
    ) -> Result<u64, Error> {
        let mut texts = 0;
        for (find, replace) in NOTES {
            let mut find = self.connection.prepare(find)?;
            let rows = find.query_map([profession], |row| {
                let id = Id::from_bytes(row.get(0)?);
                Ok((id, row.get(1)?, row.get::<_, Vec<u8>>(2)?, row.get(3)?, row.get(4)?))
            })?;
            // All of them first: a table that is changed while it is read may be read twice.
            let rows: Vec<(Id, u32, Vec<u8>, i64, u32)> = rows.collect::<Result<_, _>>()?;
            let mut replace = self.connection.prepare(replace)?;
            for (id, since, sealed, contact, version) in rows {
                let context = note_context(id, profession, since);
                let sealed = new.seal(&context, &old.open(&context, &sealed)?)?;
                replace.execute((profession, contact, version, sealed))?;
                texts += 1;
            }
        }
        for (column, lane, context) in [
            ("reason", "profession", reason_context as fn(Id, u16) -> Vec<u8>),
            ("sealed", "recipient", text_context),
        ] {
            let mut find = self.connection.prepare(&format!(
                "SELECT id, {column} FROM note_release WHERE {lane} = ?1 AND {column} IS NOT NULL"
            ))?;
            let rows =
                find.query_map([profession], |row| Ok((Id::from_bytes(row.get(0)?), row.get(1)?)))?;
            let rows: Vec<(Id, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
            let replace = format!("UPDATE note_release SET {column} = ?2 WHERE id = ?1");
            let mut replace = self.connection.prepare(&replace)?;
            for (id, sealed) in rows {
                let context = context(id, profession);
                let sealed = new.seal(&context, &old.open(&context, &sealed)?)?;
                replace.execute((id.bytes(), sealed))?;
                texts += 1;
            }
        }
        Ok(texts)
    }
}

/// One text of one profession about one contact, as an earlier version of the program kept it.
struct Plain {
    contact: i64,
    id: Id,
    profession: u16,
    /// The version of the contact; the newest for what holds now.
    version: u32,
    is_now: bool,
    text: String,
}

/// Finishes the step that makes room for sealed notes: makes the lanes, seals every note that is
/// there in the clear, and removes those. Does nothing where that was done.
///
/// It runs in the transaction of the migration, so that either all notes are sealed or none is.
pub(super) fn seal_plain_notes(connection: &Connection) -> Result<(), Error> {
    let is_due: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'private_note_plain')",
        [],
        |row| row.get(0),
    )?;
    if !is_due {
        return Ok(());
    }
    make_lanes(connection)?;
    let keys = lane_keys(connection)?;
    let mut find = connection.prepare(
        "SELECT n.contact, c.id, n.profession, n.version, n.is_now, n.text
         FROM (SELECT contact, profession, version, 0 AS is_now, text
                 FROM private_note_version_plain
               UNION ALL
               SELECT p.contact, p.profession,
                 (SELECT count(*) + 1 FROM contact_version AS v WHERE v.contact = p.contact),
                 1, p.text
               FROM private_note_plain AS p) AS n
         JOIN contact AS c ON c.key = n.contact
         ORDER BY n.contact, n.profession, n.version",
    )?;
    let mut now = connection.prepare(
        "INSERT INTO private_note (contact, profession, since, sealed) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut before = connection.prepare(
        "INSERT INTO private_note_version (contact, version, profession, since, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut rows = find.query([])?;
    let mut last: Option<(Plain, u32, Vec<u8>)> = None;
    let mut notes = 0;
    while let Some(row) = rows.next()? {
        let plain = Plain {
            contact: row.get(0)?,
            id: Id::from_bytes(row.get(1)?),
            profession: row.get(2)?,
            version: row.get(3)?,
            is_now: row.get(4)?,
            text: row.get(5)?,
        };
        // A text that was not touched by a correction was written in an earlier version.
        let same = last.take().filter(|(before, ..)| {
            (before.contact, before.profession) == (plain.contact, plain.profession)
                && before.version + 1 == plain.version
                && before.text == plain.text
        });
        let (since, sealed) = if let Some((_, since, sealed)) = same {
            (since, sealed)
        } else {
            let since = plain.version;
            (since, seal_note(&keys, plain.id, plain.profession, since, &plain.text)?)
        };
        if plain.is_now {
            now.execute((plain.contact, plain.profession, since, &sealed))?;
        } else {
            before.execute((plain.contact, plain.version, plain.profession, since, &sealed))?;
        }
        notes += 1;
        last = Some((plain, since, sealed));
    }
    drop(rows);
    drop((find, now, before));
    let left: i64 = connection.query_row(
        "SELECT (SELECT count(*) FROM private_note_plain)
              + (SELECT count(*) FROM private_note_version_plain)",
        [],
        |row| row.get(0),
    )?;
    if left != notes {
        return Err(Error::Damaged("a private note belongs to no contact".into()));
    }
    connection.execute_batch(
        "DELETE FROM private_note_plain;
         DELETE FROM private_note_version_plain;
         DROP TABLE private_note_version_plain;
         DROP TABLE private_note_plain;
         INSERT INTO upkeep SELECT 'vacuum' FROM municipality;",
    )?;
    Ok(())
}
