//! Reads contacts with names in place of keys, and only the notes that the reader may read.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::notes::open_note;
use super::read_people::sql_limit;
use super::reader::{day, id};
use super::{Error, Reader};
use crate::domain::{
    Contact, ContactKey, ContactView, Day, HouseholdKey, Id, NextStep, Period, PractitionerKey,
    PrivateNote, PupilKey, SchoolKey, Schools,
};

/// Which contacts to list; the default is all that the scope allows. Everything that is set has to
/// hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactFilter {
    /// Only those on a day of this period.
    pub period: Option<Period>,
    /// Only those of the school with this number.
    pub school: Option<String>,
    /// Only those in which the practitioner with this code took part.
    pub practitioner: Option<String>,
    /// Only those about the pupil with this code.
    pub pupil: Option<String>,
    /// Only those about this household or one of its pupils.
    pub family: Option<HouseholdKey>,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

pub(super) const NEWEST_FIRST: &str = "ORDER BY c.day DESC, c.time DESC, c.key DESC";

impl Reader<'_> {
    /// Contacts, newest first: by day, then time (those without one after those with one), then
    /// the order in which they were recorded.
    ///
    /// Pupils and households outside the scope are left out of a contact, as though it were not
    /// about them.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn contacts(&self, filter: &ContactFilter) -> Result<Vec<ContactView>, Error> {
        let mut conditions = self.newest_in_scope();
        let mut values: Vec<Value> = Vec::new();
        let mut only = |condition: &str, value: Value| {
            values.push(value);
            conditions.push_str(" AND ");
            conditions.push_str(condition);
        };
        if let Some(period) = filter.period {
            only("c.day >= ?", i64::from(period.first.0).into());
            only("c.day <= ?", i64::from(period.last.0).into());
        }
        if let Some(number) = &filter.school {
            only("c.school = (SELECT key FROM school WHERE number = ?)", number.clone().into());
        }
        if let Some(code) = &filter.practitioner {
            only(
                "EXISTS (SELECT 1 FROM contact_participant AS cp
                   WHERE cp.contact = c.key
                     AND cp.practitioner = (SELECT key FROM practitioner WHERE code = ?))",
                code.clone().into(),
            );
        }
        if let Some(code) = &filter.pupil {
            // A pupil outside the scope does not exist, so no contact is about them.
            let condition = format!(
                "c.key IN (SELECT cp.contact FROM contact_pupil AS cp
                   WHERE cp.pupil = (SELECT key FROM pupil WHERE code = ? AND {}))",
                self.in_scope("school")
            );
            only(&condition, code.clone().into());
        }
        if let Some(family) = filter.family {
            only(&self.with_family(), family.0.into());
        }
        values.push(sql_limit(filter.limit).into());
        self.views(&format!("WHERE {conditions} {NEWEST_FIRST} LIMIT ?"), values)
    }

    /// A condition that holds for contacts with the household `?` or one of its pupils, as far as they
    /// are in the scope. They are looked up, since a family has few of all contacts.
    fn with_family(&self) -> String {
        format!(
            "c.key IN (
               WITH home AS (SELECT ? AS key)
               SELECT k.key FROM home CROSS JOIN household AS h ON h.key = home.key
                 CROSS JOIN school AS s
                 CROSS JOIN main.contact AS k ON k.school = s.key AND k.household = h.key
                 WHERE {}
               UNION
               SELECT cp.contact FROM home JOIN pupil AS p ON p.household = home.key
                 JOIN contact_pupil AS cp ON cp.pupil = p.key
                 WHERE {})",
            self.household_in_scope("h.key"),
            self.in_scope("p.school")
        )
    }

    /// The contact with this id; `None` also where it lies outside the scope.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn contact(&self, id: Id) -> Result<Option<ContactView>, Error> {
        let chosen = format!("WHERE c.id = ? AND {}", self.contact_in_scope(["c.school", "c.key"]));
        let found = self.views(&chosen, vec![Value::Blob(id.bytes().to_vec())])?;
        Ok(found.into_iter().next())
    }

    /// A condition that holds where the contact with these columns may be seen: its school is in the
    /// scope, and one of the team took part where the scope is that of a team.
    pub(super) fn contact_in_scope(&self, [school, key]: [&'static str; 2]) -> String {
        let school = self.in_scope(school);
        let Some(team) = &self.scope.team else { return school };
        let keys: Vec<String> = team.iter().map(|key| key.0.to_string()).collect();
        format!(
            "{school} AND EXISTS (SELECT 1 FROM contact_participant AS own
               WHERE own.contact = {key} AND own.practitioner IN ({}))",
            keys.join(", ")
        )
    }

    /// The same for a contact `c` in a list that begins with the newest.
    fn newest_in_scope(&self) -> String {
        let school = match &self.scope.schools {
            // By school and day, all of several schools would have to be sorted. The sign keeps the
            // database from it, so that it goes through the contacts of all schools from their newest end.
            Schools::Only(schools) if schools.len() > 1 => "+c.school",
            _ => "c.school",
        };
        self.contact_in_scope([school, "c.key"])
    }

    /// The contacts that `chosen` names. They are chosen and sorted by key alone, so that the
    /// notes of those beyond the limit are not touched.
    pub(super) fn views(
        &self,
        chosen: &str,
        values: Vec<Value>,
    ) -> Result<Vec<ContactView>, Error> {
        let sql = format!(
            "SELECT c.key, c.id, c.school, c.day, c.time, c.minutes, c.kind, c.result, c.attempt,
                    c.consultation, c.language, c.interpreter, c.topics, c.persons, h.key, h.code,
                    c.next_due, c.next_step, c.shared_note, s.number, s.name
             FROM (SELECT c.key FROM contact AS c {chosen}) AS chosen
             JOIN contact AS c ON c.key = chosen.key
             JOIN school AS s ON s.key = c.school
             LEFT JOIN household AS h ON h.key = c.household AND {}
             {NEWEST_FIRST}",
            self.household_in_scope("h.key")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map(params_from_iter(values), view)?;
        let mut views = found.collect::<Result<Vec<_>, _>>()?;
        self.add_people(&mut views)?;
        self.add_notes(&mut views)?;
        self.add_releases(&mut views)?;
        Ok(views)
    }

    fn add_people(&self, views: &mut [ContactView]) -> Result<(), Error> {
        let mut participants = self.connection.prepare_cached(
            "SELECT cp.practitioner, cp.role, p.code, p.name
             FROM contact_participant AS cp JOIN practitioner AS p ON p.key = cp.practitioner
             WHERE cp.contact = ?1
             ORDER BY cp.practitioner",
        )?;
        let mut pupils = self.connection.prepare_cached(&format!(
            "SELECT cp.pupil, p.code, p.given_name, p.family_name
             FROM contact_pupil AS cp JOIN pupil AS p ON p.key = cp.pupil
             WHERE cp.contact = ?1 AND {}
             ORDER BY cp.pupil",
            self.in_scope("p.school")
        ))?;
        for view in views {
            let mut rows = participants.query([view.key.0])?;
            while let Some(row) = rows.next()? {
                view.contact.participants.push((PractitionerKey(row.get(0)?), row.get(1)?));
                view.participants.push((row.get(2)?, row.get(3)?));
            }
            let mut rows = pupils.query([view.key.0])?;
            while let Some(row) = rows.next()? {
                view.contact.pupils.push(PupilKey(row.get(0)?));
                let (given, family): (String, String) = (row.get(2)?, row.get(3)?);
                view.pupils.push((row.get(1)?, format!("{given} {family}").trim().to_owned()));
            }
        }
        Ok(())
    }

    /// Adds the notes of the lanes that the scope opens, and says which other professions have one.
    /// What they have is not even asked of the database.
    fn add_notes(&self, views: &mut [ContactView]) -> Result<(), Error> {
        let mut lanes = self
            .connection
            .prepare_cached("SELECT profession FROM private_note WHERE contact = ?1 ORDER BY 1")?;
        let mut note = self.connection.prepare_cached(
            "SELECT since, sealed FROM private_note WHERE contact = ?1 AND profession = ?2",
        )?;
        for view in views {
            let mut rows = lanes.query([view.key.0])?;
            while let Some(row) = rows.next()? {
                let profession: u16 = row.get(0)?;
                if let Some(opened) = self.lane_opened(profession)? {
                    let (since, sealed): (u32, Vec<u8>) = note
                        .query_row((view.key.0, profession), |row| {
                            Ok((row.get(0)?, row.get(1)?))
                        })?;
                    let text = open_note(opened, view.contact.id, profession, since, &sealed)?;
                    view.contact.private_notes.push(PrivateNote { profession, text });
                } else {
                    view.closed_lanes.push(profession);
                }
            }
        }
        Ok(())
    }
}

/// A choice among the contacts that a reader may see, condition by condition.
pub(super) struct ContactChoice<'reader, 'store> {
    reader: &'reader Reader<'store>,
    conditions: String,
    values: Vec<Value>,
}

impl<'reader, 'store> ContactChoice<'reader, 'store> {
    /// All that the reader may see.
    pub(super) fn new(reader: &'reader Reader<'store>) -> Self {
        Self { reader, conditions: reader.newest_in_scope(), values: Vec::new() }
    }

    /// Only those of them for which a condition about the contact `c` holds. It has a `?` for each
    /// value.
    pub(super) fn only(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.conditions.push_str(" AND ");
        self.conditions.push_str(condition);
        self.values.extend(values);
    }

    /// They themselves, newest first.
    pub(super) fn views(mut self, limit: Option<usize>) -> Result<Vec<ContactView>, Error> {
        self.values.push(sql_limit(limit).into());
        let chosen = format!("WHERE {} {NEWEST_FIRST} LIMIT ?", self.conditions);
        self.reader.views(&chosen, self.values)
    }
}

/// A contact without its people and notes, which are added later.
pub(super) fn view(row: &Row<'_>) -> rusqlite::Result<ContactView> {
    let due = day(row, 16)?;
    let step: Option<String> = row.get(17)?;
    let contact = Contact {
        id: id(row, 1)?,
        school: SchoolKey(row.get(2)?),
        day: Day(row.get(3)?),
        time: row.get(4)?,
        minutes: row.get(5)?,
        kind: row.get(6)?,
        result: row.get(7)?,
        attempt: row.get(8)?,
        consultation: row.get(9)?,
        language: row.get(10)?,
        interpreter: row.get(11)?,
        topics: row.get::<_, i64>(12)?.cast_unsigned(),
        persons: row.get(13)?,
        household: row.get::<_, Option<i64>>(14)?.map(HouseholdKey),
        pupils: Vec::new(),
        participants: Vec::new(),
        // The text is null where there is no step at all, and empty where there is only a day.
        next_step: step.map(|text| NextStep { due, text }),
        shared_note: row.get(18)?,
        private_notes: Vec::new(),
    };
    Ok(ContactView {
        key: ContactKey(row.get(0)?),
        contact,
        school: row.get(19)?,
        school_name: row.get(20)?,
        participants: Vec::new(),
        pupils: Vec::new(),
        household: row.get(15)?,
        closed_lanes: Vec::new(),
        releases: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Scope;
    use crate::store::fixture::City;

    /// Without it, a list of 50 contacts sorts all there are, or all of the schools in sight.
    #[test]
    fn lists_are_read_from_their_newest_end() {
        let city = City::new();
        let plan = |scope: &Scope| {
            let reader = city.store.read(scope).unwrap();
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT c.key FROM contact AS c WHERE {} {NEWEST_FIRST} LIMIT 50",
                reader.newest_in_scope()
            );
            reader.rows(&sql, |row| row.get::<_, String>(3)).unwrap().join("\n")
        };
        for scope in [Scope::municipality(), Scope::of_schools(city.schools)] {
            let plan = plan(&scope);
            assert!(plan.contains("contact_day"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
        // Those of one school lie by day; what is left to be sorted is the contacts of a day.
        let plan = plan(&Scope::of_schools([city.schools[0]]));
        assert!(plan.contains("contact_columns") && plan.contains("ORDER BY"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE FOR ORDER BY"), "{plan}");
    }

    #[test]
    fn contacts_of_a_family_are_looked_up() {
        let city = City::new();
        for scope in [Scope::municipality(), Scope::of_schools(city.schools)] {
            let reader = city.store.read(&scope).unwrap();
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT c.key FROM contact AS c WHERE {} AND {} {NEWEST_FIRST}",
                reader.newest_in_scope(),
                reader.with_family().replace('?', "1"),
            );
            let plan = reader.rows(&sql, |row| row.get::<_, String>(3)).unwrap().join("\n");
            assert!(plan.contains("SEARCH c USING INTEGER PRIMARY KEY (rowid=?)"), "{plan}");
            for index in ["contact_household (school=? AND household=?)", "contact_pupil_pupil"] {
                assert!(plan.contains(index), "{plan}");
            }
        }
    }
}
