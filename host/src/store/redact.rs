//! Takes content out of the audit: of entries about somebody who was erased, and of all that is older
//! than the audit is kept. The chain holds in both cases, and says what happened.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use uuid::Uuid;

use super::ledger::hex;
use super::read_audit::checkpoint;
use super::read_seen::horizon;
use super::{Error, Reader, Writer};
use crate::domain::{Action, Day, Id, numbers_digest};

/// What became of the entries about ids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redacted {
    /// How many were emptied.
    pub emptied: u64,
    /// How many name one of the ids and are of a version whose hash covers the content itself. They
    /// stay; what they name are random ids, which lead to nothing once the records are gone.
    pub left: u64,
}

/// What is past its time in the audit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prunable {
    /// The number of the last entry to go; 0 where none has to.
    pub until: u64,
    /// How many entries go.
    pub entries: u64,
    /// How many rows go that say whom a read was about.
    pub index: u64,
    /// The number of the last entry whose reads leave the index; 0 where none does.
    index_until: i64,
}

impl Prunable {
    /// Whether there is nothing to do.
    pub fn is_nothing(&self) -> bool {
        self.entries == 0 && self.index == 0
    }
}

impl Writer<'_> {
    /// Empties the entries that name one of these ids, as their subject or in their details: subject,
    /// details and salt go, the commitment stays, and an entry says how many it were. Entries that
    /// this writer has only noted are not among them.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn redact_audit(&mut self, ids: &[Id]) -> Result<Redacted, Error> {
        let ids: HashSet<String> = ids.iter().map(Id::to_string).collect();
        let mut found = BTreeSet::new();
        let mut left = 0;
        {
            let mut statement = self.connection.prepare(
                "SELECT seq, subject, details, format = 2 FROM audit
                 WHERE action NOT IN ('audit.redact', 'audit.prune', 'audit.anchor')",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let names = |text: &str| {
                    let is_part = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
                    text.split(is_part).any(|word| ids.contains(word))
                };
                if !names(row.get_ref(1)?.as_str().unwrap_or_default())
                    && !names(row.get_ref(2)?.as_str().unwrap_or_default())
                {
                    continue;
                }
                if row.get(3)? {
                    found.insert(row.get::<_, i64>(0)?.unsigned_abs());
                } else {
                    left += 1;
                }
            }
        }
        let emptied = found.len() as u64;
        if emptied > 0 {
            self.empty(&found)?;
        }
        Ok(Redacted { emptied, left })
    }

    fn empty(&mut self, numbers: &BTreeSet<u64>) -> Result<(), Error> {
        let list = Id(Uuid::now_v7());
        let mut name =
            self.connection.prepare_cached("INSERT INTO audit_emptied VALUES (?1, ?2)")?;
        let mut empty = self.connection.prepare_cached(
            "UPDATE audit SET subject = '', details = '{}', salt = NULL WHERE seq = ?1",
        )?;
        for number in numbers {
            // First the number in the list: the schema lets nothing else be emptied.
            name.execute((number.cast_signed(), list.bytes()))?;
            empty.execute([number.cast_signed()])?;
        }
        let details = json!({ "entries": numbers.len(), "sha256": numbers_digest(numbers) });
        self.note(Action::AuditRedact, list.to_string(), &details);
        Ok(())
    }

    /// Removes the oldest entries, those before `before` as far as no later one lies between them,
    /// and what says whom reads before `index_before` were about. Moments in seconds since
    /// 1970-01-01 UTC. The newest entry always stays.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn prune_audit(&mut self, before: Day, index_before: Day) -> Result<Prunable, Error> {
        let found = prunable(self.connection, before, index_before)?;
        if found.is_nothing() {
            return Ok(found);
        }
        let mut details = json!({});
        if found.entries > 0 {
            let until = found.until.cast_signed();
            let sql = "SELECT hash FROM audit WHERE seq = ?1";
            let hash: [u8; 32] = self.connection.query_row(sql, [until], |row| row.get(0))?;
            self.connection.execute(
                "INSERT INTO audit_checkpoint (only, seq, hash) VALUES (1, ?1, ?2)
                 ON CONFLICT (only) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
                (until, hash),
            )?;
            self.connection.execute("DELETE FROM audit WHERE seq <= ?1", [until])?;
            details = json!({
                "entries": found.entries,
                "until": found.until,
                "hash": hex(&hash),
                "before": before.to_string(),
            });
        }
        let index_until = found.index_until.max(horizon(self.connection)?);
        for table in ["seen_pupil", "seen_household"] {
            let sql = format!("DELETE FROM {table} WHERE read <= ?1");
            self.connection.execute(&sql, [index_until])?;
        }
        // Said again by each of these entries, since the one before may be gone by now.
        details["seen"] = json!(index_until);
        self.note(Action::AuditPrune, "", &details);
        Ok(found)
    }
}

impl Writer<'_> {
    /// Notes that number and hash of an entry were written down outside the records.
    pub fn note_anchor(&mut self, seq: u64) {
        self.note(Action::AuditAnchor, "", &json!({ "entry": seq }));
    }
}

impl Reader<'_> {
    /// What [`Writer::prune_audit`] would remove.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn prunable_audit(&self, before: Day, index_before: Day) -> Result<Prunable, Error> {
        prunable(self.connection, before, index_before)
    }
}

fn prunable(connection: &Connection, before: Day, index_before: Day) -> Result<Prunable, Error> {
    let gone = checkpoint(connection)?.map_or(0, |point| point.seq.cast_signed());
    let last: i64 = connection.query_row("SELECT max(seq) FROM audit", [], |row| row.get(0))?;
    let ends_before = |moment: i64| -> Result<i64, Error> {
        // The first entry that is not older. A clock that was set back is no reason to skip one.
        let sql = "SELECT seq FROM audit WHERE at >= ?1 ORDER BY seq LIMIT 1";
        let next: Option<i64> = connection.query_row(sql, [moment], |row| row.get(0)).optional()?;
        Ok(next.unwrap_or(last).min(last) - 1)
    };
    let moment = |day: Day| i64::from(day.0) * 86_400;
    let until = ends_before(moment(before))?.max(gone);
    let index_until = ends_before(moment(index_before))?.max(until);
    let index: i64 = connection.query_row(
        "SELECT (SELECT count(*) FROM seen_pupil WHERE read <= ?1)
              + (SELECT count(*) FROM seen_household WHERE read <= ?1)",
        [index_until],
        |row| row.get(0),
    )?;
    let entries = (until - gone).unsigned_abs();
    Ok(Prunable {
        until: if entries > 0 { until.unsigned_abs() } else { 0 },
        entries,
        index: index.unsigned_abs(),
        index_until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{About, AuditEntry, Author, Cover, SeenAs, Sighting};
    use crate::store::AuditFilter;
    use crate::store::fixture::{City, author, day, practitioner};

    fn at(text: &str) -> Author {
        Author::new("bm1", i64::from(day(text).0) * 86_400)
    }

    fn entries(city: &City) -> Vec<AuditEntry> {
        let mut entries = city.all().audit(&AuditFilter::default()).unwrap();
        entries.reverse();
        entries
    }

    fn redact(city: &mut City, ids: &[Id]) -> Redacted {
        let mut writer = city.store.write(&author()).unwrap();
        let redacted = writer.redact_audit(ids).unwrap();
        writer.commit().unwrap();
        redacted
    }

    fn add(city: &mut City, author: &Author, code: &str) -> Id {
        let new = practitioner(code, "head");
        let mut writer = city.store.write(author).unwrap();
        writer.add_practitioner(&new).unwrap();
        writer.commit().unwrap();
        new.id
    }

    #[test]
    fn what_an_entry_said_about_somebody_is_gone_for_good_and_the_chain_holds() {
        let mut city = City::new();
        let one = add(&mut city, &author(), "x");
        let other = add(&mut city, &author(), "y");
        // Rows that share an entry: an id in its details counts as well.
        let contacts: Vec<_> = (0..3).map(|_| city.contact(0)).collect();
        city.add(&contacts);
        let before = entries(&city);
        assert_eq!(redact(&mut city, &[]), Redacted::default());
        assert_eq!(redact(&mut city, &[contacts[1].id]), Redacted::default(), "only in a digest");
        assert_eq!(entries(&city), before, "nothing was emptied, so there is nothing to tell");
        let redacted = redact(&mut city, &[one, contacts[2].id]);
        assert_eq!(redacted, Redacted { emptied: 2, left: 0 });

        let after = entries(&city);
        assert_eq!(after.len(), before.len() + 1);
        let text = format!("{after:?}");
        for gone in [one, contacts[2].id, contacts[0].id] {
            assert!(!text.contains(&gone.to_string()), "{gone}");
        }
        assert!(text.contains(&other.to_string()));
        let emptied: Vec<&AuditEntry> =
            after.iter().filter(|entry| matches!(entry.cover, Cover::Emptied { .. })).collect();
        assert_eq!(emptied.len(), 2);
        for entry in emptied {
            let was = &before[usize::try_from(entry.seq).unwrap() - 1];
            assert_eq!((&*entry.subject, &*entry.details), ("", "{}"));
            assert_eq!((entry.hash, &entry.actor, entry.at), (was.hash, &was.actor, was.at));
        }
        let summary = city.all().check_audit(Some(before[3].hash)).unwrap();
        assert_eq!((summary.emptied, summary.expected), (2, Some(4)));
        // Once more finds nothing, and another one gets a list of its own.
        assert_eq!(redact(&mut city, &[one]), Redacted::default());
        assert_eq!(redact(&mut city, &[other]), Redacted { emptied: 1, left: 0 });
        assert_eq!(city.all().check_audit(None).unwrap().emptied, 3);
        city.store.prove().unwrap();
    }

    /// Records of an earlier version, made by turning entries into those of before.
    #[test]
    fn entries_of_earlier_versions_hold_and_stay_as_they_are() {
        let mut city = City::new();
        let one = add(&mut city, &author(), "x");
        let connection = &city.store.connection;
        connection.execute_batch("DROP TRIGGER audit_is_not_changed").unwrap();
        let mut previous = None;
        for mut entry in entries(&city) {
            entry.cover = Cover::Direct;
            entry.previous = previous.unwrap_or(entry.previous);
            entry.hash = entry.digest();
            previous = Some(entry.hash);
            let sql = "UPDATE audit SET previous = ?2, hash = ?3, format = 1, salt = NULL,
                         commitment = NULL WHERE seq = ?1";
            let values = (entry.seq.cast_signed(), entry.previous, entry.hash);
            connection.execute(sql, values).unwrap();
        }
        city.all().check_audit(None).unwrap();
        let two = add(&mut city, &author(), "y");
        assert_eq!(redact(&mut city, &[one, two]), Redacted { emptied: 1, left: 1 });
        let summary = city.all().check_audit(None).unwrap();
        assert_eq!(summary.emptied, 1);
        assert!(format!("{:?}", entries(&city)).contains(&one.to_string()));
    }

    fn sighting(city: &City, author: Author) -> Sighting {
        Sighting {
            author,
            role: String::new(),
            use_case: "pupil.read",
            kind: SeenAs::Detail,
            emergency: false,
            about: About::pupils([(city.pupils[0][0], Some(city.households[0]))]),
        }
    }

    fn prune(city: &mut City, before: &str, index_before: &str) -> Prunable {
        let days = (day(before), day(index_before));
        let would = city.all().prunable_audit(days.0, days.1).unwrap();
        let mut writer = city.store.write(&at("2030-01-01")).unwrap();
        let found = writer.prune_audit(days.0, days.1).unwrap();
        writer.commit().unwrap();
        assert_eq!(found, would, "the preview says what happens");
        found
    }

    #[test]
    fn the_old_end_is_pruned_and_the_chain_goes_on_from_there() {
        // The city itself is of October 2025.
        let mut city = City::new();
        let made = entries(&city).len() as u64;
        for (code, on) in [("a", "2026-02-01"), ("b", "2027-02-01"), ("c", "2028-02-01")] {
            add(&mut city, &at(on), code);
        }
        let before = entries(&city);
        assert!(prune(&mut city, "2025-01-01", "2025-01-01").is_nothing());
        assert_eq!(entries(&city), before, "nothing to prune is nothing to tell");

        let found = prune(&mut city, "2027-01-01", "2027-01-01");
        assert_eq!((found.entries, found.until, found.index), (made + 1, made + 1, 0));
        let left = entries(&city);
        assert_eq!(left.len(), 3);
        assert_eq!(left[..2], before[before.len() - 2..]);
        assert_eq!(left[2].action, "audit.prune");
        let pruned = |hash| city.all().check_audit(Some(hash)).map(|summary| summary.expected);
        let last_gone = before[usize::try_from(made).unwrap()].hash;
        assert_eq!(pruned(last_gone).unwrap(), Some(made + 1));
        assert_eq!(city.all().audit_hash(made + 1).unwrap(), Some(last_gone));
        assert_eq!(city.all().audit_hash(1).unwrap(), None);
        let error = pruned(before[0].hash).unwrap_err().to_string();
        assert!(error.contains("were pruned"), "{error}");

        // Later again, with the entry that told of the first time among what goes.
        let found = prune(&mut city, "2031-01-01", "2031-01-01");
        assert_eq!(found.until, made + 3, "the newest entry always stays");
        let summary = city.all().check_audit(None).unwrap();
        assert_eq!((summary.entries, summary.pruned), (2, made + 3));
        add(&mut city, &at("2031-02-01"), "d");
        city.all().check_audit(None).unwrap();
        city.store.prove().unwrap();
    }

    #[test]
    fn a_clock_that_was_set_back_protects_what_came_after_it() {
        let mut city = City::new();
        let made = entries(&city).len() as u64;
        add(&mut city, &at("2029-02-01"), "a");
        add(&mut city, &at("2020-02-01"), "b");
        assert_eq!(prune(&mut city, "2027-01-01", "2027-01-01").until, made);
    }

    #[test]
    fn whom_reads_were_about_is_kept_for_a_shorter_time_than_the_reads() {
        let mut city = City::new();
        for on in ["2026-02-01", "2027-02-01"] {
            let read = sighting(&city, at(on));
            city.store.note_read(read);
            city.store.settle_reads().unwrap();
        }
        let pupil = city.pupils[0][0];
        let seen = |city: &City| -> Vec<i64> {
            city.all().seen_of_pupil(pupil).unwrap().iter().map(|look| look.at).collect()
        };
        assert_eq!(seen(&city), [at("2027-02-01").at, at("2026-02-01").at]);
        let found = prune(&mut city, "2025-01-01", "2027-01-01");
        assert_eq!((found.entries, found.index), (0, 2));
        assert_eq!(seen(&city), [at("2027-02-01").at]);
        let reads = AuditFilter { action: Some("read".into()), ..AuditFilter::default() };
        assert_eq!(city.all().audit(&reads).unwrap().len(), 2);
        assert_eq!(city.all().check_audit(None).unwrap().unindexed, 0, "it is past its time");
    }

    #[test]
    fn who_is_gone_is_gone_from_the_index_and_the_audit_tells_how_often() {
        let mut city = City::new();
        let read = sighting(&city, author());
        city.store.note_read(read);
        city.store.settle_reads().unwrap();
        let mut writer = city.store.write(&author()).unwrap();
        let sql = "SELECT id FROM pupil WHERE key = ?1";
        let pupil = city.pupils[0][0].0;
        let id = writer.id_of(sql, pupil).unwrap();
        writer.connection.execute_batch("PRAGMA defer_foreign_keys = ON").unwrap();
        writer.connection.execute("DELETE FROM stay WHERE pupil = ?1", [pupil]).unwrap();
        writer.connection.execute("DELETE FROM pupil WHERE key = ?1", [pupil]).unwrap();
        writer.redact_audit(&[id]).unwrap();
        writer.commit().unwrap();
        let rows: i64 = city
            .store
            .connection
            .query_row("SELECT count(*) FROM seen_pupil", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 0);
        assert_eq!(city.all().seen_of_household(city.households[0]).unwrap().len(), 1);
        assert_eq!(city.all().check_audit(None).unwrap().unindexed, 1);
    }
}
