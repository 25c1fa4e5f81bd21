//! Ends what had no end: the time of a practitioner at a school, and a tandem or tridem.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::reader::span;
use super::{Error, Writer};
use crate::domain::{Action, Day, Id, PractitionerKey, SchoolKey, Span};

impl Writer<'_> {
    /// Sets the last day of an assignment, which is known by who, where and its first day.
    ///
    /// # Errors
    ///
    /// [`Error::Dangling`] where there is none; [`Error::Refused`] where it would end before it began.
    pub fn end_assignment(
        &mut self,
        practitioner: PractitionerKey,
        school: SchoolKey,
        from: Day,
        last: Day,
    ) -> Result<(), Error> {
        begins_before(from, last, "the end of the assignment")?;
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE assignment SET last_day = ?4
                 WHERE practitioner = ?1 AND school = ?2 AND first_day = ?3",
            )?
            .execute(params![practitioner.0, school.0, from.0, last.0])?;
        if changed == 0 {
            return Err(Error::Dangling { what: "the end of the assignment" });
        }
        let id = self.id_of("SELECT id FROM practitioner WHERE key = ?1", practitioner.0)?;
        let number = self.school_number(school)?;
        let details = json!({ "from": from.to_string(), "last": last.to_string() });
        self.note(Action::AssignmentEnd, format!("{id} {number}"), &details);
        Ok(())
    }

    /// Sets the last day of a tandem or tridem.
    ///
    /// # Errors
    ///
    /// As [`Writer::end_assignment`].
    pub fn end_pairing(&mut self, id: Id, last: Day) -> Result<(), Error> {
        let what = "the end of the team";
        let found = self
            .connection
            .prepare_cached("SELECT first_day, last_day FROM pairing WHERE id = ?1")?
            .query_row([id.bytes()], |row| span(row, 0))
            .optional()?;
        let Span { from, .. } = found.ok_or(Error::Dangling { what })?;
        begins_before(from, last, what)?;
        self.connection
            .prepare_cached("UPDATE pairing SET last_day = ?2 WHERE id = ?1")?
            .execute(params![id.bytes(), last.0])?;
        let details = json!({ "from": from.to_string(), "last": last.to_string() });
        self.note(Action::PairingEnd, id.to_string(), &details);
        Ok(())
    }
}

fn begins_before(from: Day, last: Day, what: &'static str) -> Result<(), Error> {
    if last < from {
        return Err(Error::Refused { what, reason: format!("it begins on {from}") });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, author, day, new_id};

    #[test]
    fn what_is_not_there_cannot_end() {
        let mut city = City::new();
        let school = city.schools[0];
        let mut writer = city.store.write(&author()).unwrap();
        let last = day("2026-01-31");
        assert!(matches!(writer.end_pairing(new_id(), last), Err(Error::Dangling { .. })));
        let nobody = PractitionerKey(999);
        let missing = writer.end_assignment(nobody, school, day("2025-08-01"), last);
        assert!(matches!(missing, Err(Error::Dangling { .. })));
        let early = writer.end_assignment(nobody, school, day("2026-08-01"), last);
        assert!(matches!(early, Err(Error::Refused { .. })));
    }
}
