//! The calendar of the municipality: which one it has chosen, and choosing another.

use std::sync::Arc;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::ledger::hex;
use super::{Error, Reader, Writer};
use crate::domain::{Action, Calendar};

/// The calendar by which this municipality counts school days.
pub(super) fn calendar(connection: &Connection) -> rusqlite::Result<Arc<Calendar>> {
    let chosen: Option<(String, Option<String>)> = connection
        .prepare_cached("SELECT land, text FROM calendar WHERE key = 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match chosen {
        None => Ok(Arc::clone(Calendar::nrw())),
        Some((land, None)) => match Calendar::built_in(&land) {
            Some(calendar) => Ok(Arc::clone(calendar)),
            None => Err(unreadable(&format!("there is no calendar of `{land}`"))),
        },
        Some((_, Some(text))) => match Calendar::parse(&text) {
            Ok(calendar) => Ok(Arc::new(calendar)),
            Err(wrong) => Err(unreadable(&wrong[0].en)),
        },
    }
}

/// A calendar was checked before it was kept; one that is no use now was changed from outside.
fn unreadable(why: &str) -> rusqlite::Error {
    let why = format!("the calendar that was chosen is of no use: {why}");
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, why.into())
}

impl Reader<'_> {
    /// The calendar by which this municipality counts school days.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn calendar(&self) -> Result<Arc<Calendar>, Error> {
        Ok(calendar(self.connection)?)
    }

    /// Whether the calendar is a file of the municipality's own and none that comes with the program.
    ///
    /// # Errors
    ///
    /// As [`Reader::calendar`].
    pub fn has_own_calendar(&self) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM calendar WHERE text IS NOT NULL)";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Chooses the calendar by which school days are counted from now on, also those of the past:
    /// that of a Land, as it comes with the program, or the text of a file.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] where there is none of that Land, or the text is no calendar.
    pub fn use_calendar(&mut self, land: &str, text: Option<&str>) -> Result<(), Error> {
        let found = match text {
            Some(text) => Calendar::parse(text).map_err(|wrong| wrong[0].en.clone()),
            None => Calendar::built_in(land)
                .map(|found| Calendar::clone(found))
                .ok_or_else(|| format!("none of `{land}` comes with the program")),
        };
        let refused = |reason| Error::Refused { what: "the calendar", reason };
        let found = found.map_err(refused)?;
        self.connection.execute(
            "INSERT INTO calendar (key, land, text) VALUES (1, ?1, ?2)
             ON CONFLICT (key) DO UPDATE SET land = ?1, text = ?2",
            (found.land(), text),
        )?;
        let digest = text.map(|text| hex(&Sha256::digest(text)));
        self.note(Action::CalendarUse, found.land().to_owned(), &json!({ "sha256": digest }));
        self.registers = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SchoolYear;
    use crate::store::fixture::{City, attendance, author, day};

    #[test]
    fn a_calendar_that_is_none_is_refused() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        for (land, text) in [("XX", None), ("NW", Some("land = 3"))] {
            let refused = writer.use_calendar(land, text);
            assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
        }
        drop(writer);
        assert_eq!(city.all().calendar().unwrap().land(), "NW");
    }

    /// Corpus Christi, 4 June 2026, is a school day in Lower Saxony: what is recorded, and what is
    /// covered, goes by the calendar that was chosen.
    #[test]
    fn everything_counts_by_the_calendar_that_was_chosen() {
        let mut city = City::new();
        let school = city.schools[0];
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_attendance(&attendance(school, 0, 1, "2025-08-01")).unwrap();
        writer.commit().unwrap();
        let corpus_christi =
            crate::domain::Period::new(day("2026-06-04"), day("2026-06-04")).unwrap();
        let covered = |city: &City| city.all().attendance_coverage(corpus_christi).unwrap()[0];
        assert_eq!(covered(&city), (school, 0, 0));
        let mut writer = city.store.write(&author()).unwrap();
        writer.use_calendar("NI", None).unwrap();
        writer.commit().unwrap();
        assert_eq!(covered(&city), (school, 1, 1));
        let directory = city.all().directory().unwrap();
        let terms = directory.registers[&school].terms(SchoolYear(2025));
        assert_eq!(terms.second_begins, day("2026-02-04"));
        assert!(!city.all().has_own_calendar().unwrap());
        let text = include_str!("../../../schemas/calendars/nrw.toml");
        let mut writer = city.store.write(&author()).unwrap();
        writer.use_calendar("", Some(text)).unwrap();
        writer.commit().unwrap();
        assert!(city.all().has_own_calendar().unwrap());
        assert_eq!(covered(&city), (school, 0, 0));
    }
}
