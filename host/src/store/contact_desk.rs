//! Reads what the form for a new contact begins with, and pages of the list of contacts, without looking
//! at more contacts than are shown.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params, params_from_iter};

use super::read_contacts::ContactChoice;
use super::{Error, Reader};
use crate::domain::{ContactView, HouseholdKey, Id, Period, PractitionerKey, PupilKey, SchoolKey};

/// How many of somebody's own last contacts say what they do most.
const LOOKED_AT: u32 = 300;

/// Somebody with whom contacts were had of late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Usual {
    /// A child: key, code, name, class.
    Pupil(PupilKey, String, String, String),
    /// A household: key, code, name.
    Household(HouseholdKey, String, String),
}

/// Which contacts a page of the list shows. Everything that is set has to hold; of `pupils`,
/// `households` and `practitioners` one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactSearch {
    /// Only those on a day of this period.
    pub period: Option<Period>,
    /// Only those of the school with this number.
    pub school: Option<String>,
    /// A place in `contact-kind`.
    pub kind: Option<u16>,
    /// A place in `result`.
    pub result: Option<u16>,
    /// A place in `topic`.
    pub topic: Option<u16>,
    /// Codes of pupils.
    pub pupils: Vec<String>,
    /// Codes of households.
    pub households: Vec<String>,
    /// Codes of practitioners.
    pub practitioners: Vec<String>,
    /// Only those that come after this one in the list.
    pub after: Option<Id>,
    /// At most so many.
    pub limit: usize,
}

impl Reader<'_> {
    /// A page of contacts, newest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn contact_page(&self, search: &ContactSearch) -> Result<Vec<ContactView>, Error> {
        let mut choice = ContactChoice::new(self);
        if let Some(period) = search.period {
            choice.only("c.day >= ?", [i64::from(period.first.0).into()]);
            choice.only("c.day <= ?", [i64::from(period.last.0).into()]);
        }
        if let Some(number) = &search.school {
            let own = "c.school = (SELECT key FROM school WHERE number = ?)";
            choice.only(own, [number.clone().into()]);
        }
        for (column, place) in [("c.kind", search.kind), ("c.result", search.result)] {
            if let Some(place) = place {
                choice.only(&format!("{column} = ?"), [i64::from(place).into()]);
            }
        }
        if let Some(topic) = search.topic {
            choice.only("c.topics >> ? & 1", [i64::from(topic).into()]);
        }
        self.only_with(&mut choice, search)?;
        if let Some(after) = search.after {
            let sql = format!(
                "SELECT day, coalesce(time, -1), key FROM contact WHERE id = ?1 AND {}",
                self.in_scope("school")
            );
            let mut statement = self.connection.prepare_cached(&sql)?;
            let found: Option<(i64, i64, i64)> = statement
                .query_row([after.bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            if let Some((day, time, key)) = found {
                choice.only("c.day <= ?", [day.into()]);
                choice.only(
                    "(c.day, coalesce(c.time, -1), c.key) < (?, ?, ?)",
                    [day.into(), time.into(), key.into()],
                );
            } else {
                // Nothing comes after what is not there, or not in sight.
                choice.only("FALSE", []);
            }
        }
        choice.views(Some(search.limit))
    }

    /// Who took part or was spoken about: any of those who are named.
    fn only_with(
        &self,
        choice: &mut ContactChoice<'_, '_>,
        search: &ContactSearch,
    ) -> Result<(), Error> {
        let pupils = self.pupil_keys(&search.pupils)?;
        let households = self.household_keys(&search.households)?;
        if pupils.is_empty() && households.is_empty() && search.practitioners.is_empty() {
            let is_asked = !(search.pupils.is_empty() && search.households.is_empty());
            if is_asked {
                choice.only("FALSE", []);
            }
            return Ok(());
        }
        let list = |keys: Vec<i64>| keys.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let pupils = list(pupils.into_iter().map(|key| key.0).collect());
        let households = list(households.into_iter().map(|key| key.0).collect());
        let mut any = Vec::new();
        if !(pupils.is_empty() && households.is_empty()) {
            // From the index by pupil: a child has some dozens of contacts, whatever there are in all.
            any.push(format!(
                "c.key IN (SELECT contact FROM contact_pupil WHERE pupil IN ({pupils})
                   UNION SELECT key FROM contact WHERE household IN ({households}))"
            ));
        }
        let practitioners: Vec<Value> =
            search.practitioners.iter().map(|code| code.clone().into()).collect();
        if !practitioners.is_empty() {
            // Somebody of the staff has thousands, so the list is gone through from its newest end.
            let places = vec!["?"; practitioners.len()].join(", ");
            any.push(format!(
                "EXISTS (SELECT 1 FROM contact_participant AS with_them
                   WHERE with_them.contact = c.key AND with_them.practitioner IN
                     (SELECT key FROM practitioner WHERE code IN ({places})))"
            ));
        }
        choice.only(&format!("({})", any.join(" OR ")), practitioners);
        Ok(())
    }

    /// The last contacts in which a practitioner took part, the one that was recorded last first.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn last_contacts_of(
        &self,
        practitioner: PractitionerKey,
        limit: usize,
    ) -> Result<Vec<ContactView>, Error> {
        let mut choice = ContactChoice::new(self);
        choice.only(
            "c.key IN (SELECT contact FROM contact_participant WHERE practitioner = ?
               ORDER BY contact DESC LIMIT ?)",
            [practitioner.0.into(), LOOKED_AT.into()],
        );
        choice.views(Some(limit))
    }

    /// The kind of the last contact that a practitioner recorded at a school, as a place in
    /// `contact-kind`.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn last_kind(
        &self,
        practitioner: PractitionerKey,
        school: SchoolKey,
    ) -> Result<Option<u16>, Error> {
        let sql = format!("SELECT c.kind {} ORDER BY c.key DESC LIMIT 1", self.own_contacts());
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement
            .query_row(params![practitioner.0, LOOKED_AT, school.0], |row| row.get(0))
            .optional()?;
        Ok(found)
    }

    /// The school of the last contact that a practitioner recorded.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn last_school(&self, practitioner: PractitionerKey) -> Result<Option<SchoolKey>, Error> {
        let sql = format!(
            "SELECT c.school FROM contact_participant AS cp JOIN contact AS c ON c.key = cp.contact
             WHERE cp.practitioner = ?1 AND {} ORDER BY cp.contact DESC LIMIT 1",
            self.in_scope("c.school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_row([practitioner.0], |row| row.get(0).map(SchoolKey));
        Ok(found.optional()?)
    }

    /// With whom a practitioner had most of their last contacts at a school: children who are still
    /// there, and households that were named without a child.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn usual_people(
        &self,
        practitioner: PractitionerKey,
        school: SchoolKey,
        today: crate::domain::Day,
        limit: usize,
    ) -> Result<Vec<Usual>, Error> {
        let own = self.own_contacts();
        let sql = format!(
            "SELECT p.key, NULL, p.code, trim(p.given_name || ' ' || p.family_name), p.class,
                    count(*) AS often, max(c.key) AS last
             {own}
             JOIN contact_pupil AS with_them ON with_them.contact = c.key
             JOIN pupil AS p ON p.key = with_them.pupil
             WHERE {} AND (p.enrolled_until IS NULL OR p.enrolled_until >= ?4)
             GROUP BY p.key
             UNION ALL
             SELECT NULL, h.key, h.code, h.name, '', count(*), max(c.key)
             {own}
             JOIN household AS h ON h.key = c.household
             WHERE {} AND NOT EXISTS (SELECT 1 FROM contact_pupil WHERE contact = c.key)
             GROUP BY h.key
             ORDER BY often DESC, last DESC LIMIT ?5",
            self.in_scope("p.school"),
            self.household_in_scope("h.key"),
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values: [Value; 5] = [
            practitioner.0.into(),
            LOOKED_AT.into(),
            school.0.into(),
            i64::from(today.0).into(),
            limit.into(),
        ];
        let found = statement.query_map(params_from_iter(values), |row| {
            let (code, name) = (row.get(2)?, row.get(3)?);
            Ok(match row.get::<_, Option<i64>>(0)? {
                Some(pupil) => Usual::Pupil(PupilKey(pupil), code, name, row.get(4)?),
                None => Usual::Household(HouseholdKey(row.get(1)?), code, name),
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The child with this code.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn pupil_called(&self, code: &str) -> Result<Option<Usual>, Error> {
        let sql = format!(
            "SELECT key, code, trim(given_name || ' ' || family_name), class FROM pupil
             WHERE code = ?1 AND {}",
            self.in_scope("pupil.school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_row([code], |row| {
            Ok(Usual::Pupil(PupilKey(row.get(0)?), row.get(1)?, row.get(2)?, row.get(3)?))
        });
        Ok(found.optional()?)
    }

    /// The household with this code.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn household_called(&self, code: &str) -> Result<Option<Usual>, Error> {
        let sql = format!(
            "SELECT key, code, name FROM household WHERE code = ?1 AND {}",
            self.household_in_scope("household.key")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_row([code], |row| {
            Ok(Usual::Household(HouseholdKey(row.get(0)?), row.get(1)?, row.get(2)?))
        });
        Ok(found.optional()?)
    }

    /// The last contacts of the practitioner `?1`, of them `?2` at most, as far as they are of the school
    /// `?3`.
    fn own_contacts(&self) -> String {
        format!(
            "FROM (SELECT contact FROM contact_participant WHERE practitioner = ?1
                   ORDER BY contact DESC LIMIT ?2) AS own
             JOIN contact AS c ON c.key = own.contact AND c.school = ?3 AND {}",
            self.in_scope("c.school")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, day};
    use crate::store::read_contacts::NEWEST_FIRST;

    fn search() -> ContactSearch {
        ContactSearch { limit: 50, ..ContactSearch::default() }
    }

    #[test]
    fn pages_follow_each_other_and_miss_none() {
        let mut city = City::new();
        let mut contacts = Vec::new();
        for number in 0..7_u16 {
            let mut contact = city.contact(0);
            contact.day = day(if number < 4 { "2025-10-06" } else { "2025-10-07" });
            contact.time = [None, Some(600), Some(600), Some(700)][usize::from(number % 4)];
            contacts.push(contact);
        }
        city.add(&contacts);
        let reader = city.all();
        let whole: Vec<Id> =
            reader.contact_page(&search()).unwrap().iter().map(|view| view.contact.id).collect();
        assert_eq!(whole.len(), 7);
        let mut after = None;
        let mut paged = Vec::new();
        loop {
            let page = reader.contact_page(&ContactSearch { after, limit: 2, ..search() }).unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.contact.id);
            paged.extend(page.iter().map(|view| view.contact.id));
        }
        assert_eq!(paged, whole);
    }

    #[test]
    fn filters_hold_together_and_people_are_any_of_those_named() {
        let mut city = City::new();
        let mut first = city.contact(0);
        first.kind = 2;
        first.topics = 1 << 3;
        let second = city.contact(1);
        city.add(&[first.clone(), second.clone()]);
        let reader = city.all();
        let ids = |search: &ContactSearch| -> Vec<Id> {
            reader.contact_page(search).unwrap().iter().map(|view| view.contact.id).collect()
        };
        assert_eq!(ids(&ContactSearch { kind: Some(2), ..search() }), [first.id]);
        assert_eq!(ids(&ContactSearch { topic: Some(3), ..search() }), [first.id]);
        let pupils = vec!["p00".to_owned()];
        let with = ContactSearch { pupils: pupils.clone(), ..search() };
        assert_eq!(ids(&with), [first.id]);
        let households = vec!["h1".to_owned()];
        assert_eq!(ids(&ContactSearch { pupils, households, ..search() }).len(), 2);
        let nobody = ContactSearch { pupils: vec!["nobody".to_owned()], ..search() };
        assert!(ids(&nobody).is_empty());
    }

    #[test]
    fn somebodys_last_contacts_say_what_they_do_most() {
        let mut city = City::new();
        let contacts = [city.contact(0), city.contact(0)];
        city.add(&contacts);
        let (me, _) = contacts[0].participants[0];
        let school = contacts[0].school;
        let reader = city.all();
        assert_eq!(reader.last_kind(me, school).unwrap(), Some(contacts[0].kind));
        assert_eq!(reader.last_school(me).unwrap(), Some(school));
        let usual = reader.usual_people(me, school, day("2025-10-08"), 6).unwrap();
        assert!(
            usual.iter().any(
                |found| matches!(found, Usual::Pupil(key, ..) if *key == contacts[0].pupils[0])
            )
        );
        assert_eq!(reader.last_contacts_of(me, 1).unwrap().len(), 1);
    }

    /// Without it, a list of one child's contacts looks at all there are.
    #[test]
    fn contacts_of_a_child_come_from_the_index_by_child() {
        let city = City::new();
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT c.key FROM contact AS c
             WHERE c.key IN (SELECT contact FROM contact_pupil WHERE pupil IN (1)) {NEWEST_FIRST} LIMIT 50"
        );
        let plan = city.all().rows(&sql, |row| row.get::<_, String>(3)).unwrap().join("\n");
        assert!(plan.contains("contact_pupil_pupil"), "{plan}");
    }
}
