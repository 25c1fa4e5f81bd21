//! Finds the records behind what plugins know them by: pseudonyms, and places among all pupils.

use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::OptionalExtension;

use super::columns::Pseudonyms;
use super::reader::id;
use super::restricted::along;
use super::{Error, Reader};
use crate::domain::{Day, Found, PupilKey, RecordKind};

impl Reader<'_> {
    /// The records of a kind that have these pseudonyms for a plugin, by pseudonym. What lies
    /// outside the scope is not found, and neither is what nobody has.
    ///
    /// A pseudonym leads back to nobody, so it makes that of every record of the kind in the scope
    /// and compares: ask for all that are wanted at once.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`], and as [`Store::read`](super::Store::read).
    pub fn resolve(
        &self,
        plugin: &str,
        kind: RecordKind,
        pseudonyms: &HashSet<u64>,
    ) -> Result<HashMap<u64, Found>, Error> {
        if pseudonyms.is_empty() {
            return Ok(HashMap::new());
        }
        let names = Pseudonyms::new(self.connection, kind, plugin)?;
        match kind {
            RecordKind::Household => self.resolve_households(&names, pseudonyms),
            RecordKind::Pupil => self.resolve_pupils(&names, pseudonyms),
            RecordKind::Contact => {
                // Along the index, so that nothing of the contacts themselves is touched.
                let sql = format!(
                    "SELECT key FROM contact INDEXED BY contact_columns WHERE {}",
                    self.in_scope("school")
                );
                self.resolve_keys(&sql, &names, pseudonyms, Self::contact_at)
            }
            RecordKind::Absence => {
                let sql = format!(
                    "SELECT key FROM absence INDEXED BY absence_columns WHERE {}",
                    self.in_scope("school")
                );
                self.resolve_keys(&sql, &names, pseudonyms, Self::absence_at)
            }
        }
    }

    /// The pupils at these places among all, as the field `pupil` of a run counts them, with their
    /// short signs. Places of pupils outside the scope, and those that nobody has, are left out.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn pupils_of_indexes(
        &self,
        indexes: &BTreeSet<u32>,
    ) -> Result<HashMap<u32, (PupilKey, String)>, Error> {
        let Some(last) = indexes.last() else { return Ok(HashMap::new()) };
        // Everybody is counted, and only then does the scope choose: so do the columns.
        let sql = format!(
            "SELECT key, code, {} FROM pupil ORDER BY key LIMIT ?1",
            self.in_scope("school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([i64::from(*last) + 1])?;
        let mut found = HashMap::new();
        let mut index = 0;
        while let Some(row) = rows.next()? {
            if indexes.contains(&index) && row.get::<_, bool>(2)? {
                found.insert(index, (PupilKey(row.get(0)?), row.get(1)?));
            }
            index += 1;
        }
        Ok(found)
    }

    /// The pupil at a place among all; `None` where there is none, or none in the scope.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn pupil_of_index(&self, index: u32) -> Result<Option<PupilKey>, Error> {
        let found = self.pupils_of_indexes(&[index].into())?;
        Ok(found.get(&index).map(|(key, _)| *key))
    }

    fn resolve_households(
        &self,
        names: &Pseudonyms,
        pseudonyms: &HashSet<u64>,
    ) -> Result<HashMap<u64, Found>, Error> {
        let sql = format!(
            "SELECT key, id, code FROM household WHERE {} ORDER BY key",
            self.household_in_scope("household.key")
        );
        let all = self
            .rows(&sql, |row| Ok((row.get::<_, i64>(0)?, id(row, 1)?, row.get::<_, String>(2)?)))?;
        let mut schools = self.connection.prepare_cached(&format!(
            "SELECT DISTINCT school.number FROM pupil JOIN school ON school.key = pupil.school
             WHERE pupil.household = ?1 AND {} ORDER BY school.number",
            self.in_scope("pupil.school")
        ))?;
        let mut found = HashMap::new();
        for (key, id, code) in all {
            let pseudonym = names.of_id(id.bytes());
            if pseudonyms.contains(&pseudonym) {
                let numbers = schools.query_map([key], |row| row.get(0))?;
                let schools = numbers.collect::<Result<_, _>>()?;
                found.insert(pseudonym, Found::Household { code, schools });
            }
        }
        Ok(found)
    }

    fn resolve_pupils(
        &self,
        names: &Pseudonyms,
        pseudonyms: &HashSet<u64>,
    ) -> Result<HashMap<u64, Found>, Error> {
        let sql = format!(
            "SELECT pupil.id, pupil.code, school.number
             FROM pupil JOIN school ON school.key = pupil.school
             WHERE {} ORDER BY pupil.key",
            self.in_scope("pupil.school")
        );
        let all = self.rows(&sql, |row| {
            let pupil = Found::Pupil { code: row.get(1)?, school: row.get(2)? };
            Ok((names.of_id(id(row, 0)?.bytes()), pupil))
        })?;
        Ok(all.into_iter().filter(|(pseudonym, _)| pseudonyms.contains(pseudonym)).collect())
    }

    /// The records whose keys a query gives, as far as their pseudonyms are wanted.
    fn resolve_keys(
        &self,
        sql: &str,
        names: &Pseudonyms,
        pseudonyms: &HashSet<u64>,
        look: impl Fn(&Self, i64) -> Result<Option<Found>, Error>,
    ) -> Result<HashMap<u64, Found>, Error> {
        let mut statement = self.connection.prepare_cached(&along(self.connection, sql)?)?;
        let mut rows = statement.query([])?;
        let mut found = HashMap::new();
        while let Some(row) = rows.next()? {
            let key = row.get(0)?;
            let pseudonym = names.of_key(key);
            if pseudonyms.contains(&pseudonym)
                && let Some(record) = look(self, key)?
            {
                found.insert(pseudonym, record);
                if found.len() == pseudonyms.len() {
                    break;
                }
            }
        }
        Ok(found)
    }

    fn contact_at(&self, key: i64) -> Result<Option<Found>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT contact.id, contact.day, school.number
             FROM contact JOIN school ON school.key = contact.school WHERE contact.key = ?1",
        )?;
        let found = statement.query_row([key], |row| {
            let (id, day) = (id(row, 0)?, Day(row.get(1)?));
            Ok(Found::Contact { id, day, school: row.get(2)? })
        });
        Ok(found.optional()?)
    }

    fn absence_at(&self, key: i64) -> Result<Option<Found>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT absence.id, absence.day, pupil.code, school.number FROM absence
             JOIN pupil ON pupil.key = absence.pupil
             JOIN school ON school.key = absence.school WHERE absence.key = ?1",
        )?;
        let found = statement.query_row([key], |row| {
            let (id, day) = (id(row, 0)?, Day(row.get(1)?));
            Ok(Found::Absence { id, day, pupil: row.get(2)?, school: row.get(3)? })
        });
        Ok(found.optional()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Contact, Id, Period, SchoolYear, Values};
    use crate::store::fixture::{City, NOW, absence, attendance, author, day, pupil};
    use crate::store::{ColumnsError, ColumnsRequest, Numbering};

    const PLUGIN: &str = "org.example.one";

    /// Two contacts and two absences, one of each at each school.
    fn city() -> (City, [Contact; 2], [Id; 2]) {
        let mut city = City::new();
        let contacts = [0, 1].map(|school| city.contact(school));
        city.add(&contacts);
        let mut writer = city.store.write(&author()).unwrap();
        let absences = [0, 1].map(|school| {
            writer.add_attendance(&attendance(city.schools[school], 0, 1, "2025-09-01")).unwrap();
            let absence = absence(city.pupils[school][0], "2025-10-06", 0, 0, 1);
            writer.add_absence(&absence, NOW).unwrap();
            absence.id
        });
        writer.commit().unwrap();
        (city, contacts, absences)
    }

    /// All pseudonyms that a plugin sees in a field, in the order of the rows.
    fn seen(reader: &Reader<'_>, dataset: &str, field: &str, plugin: &str) -> Vec<u64> {
        let fields = [field];
        let period = Period { ..SchoolYear(2025).period() };
        let request = ColumnsRequest { dataset, fields: &fields, period, plugin };
        let mut keys = Vec::new();
        reader
            .columns(&mut Numbering::default(), &request, |batch| {
                match &batch.columns[0].values {
                    Values::Keys(values) => keys.extend_from_slice(values),
                    other => panic!("{field} is not laid out as keys: {other:?}"),
                }
                Ok::<_, ColumnsError>(())
            })
            .unwrap();
        keys
    }

    #[test]
    fn nobody_outside_the_scope_is_found() {
        let (city, ..) = city();
        let all = city.all();
        for (dataset, field) in [
            ("contacts", "household_key"),
            ("contacts", "contact_key"),
            ("contact_pupils", "pupil_key"),
            ("absences", "absence_key"),
        ] {
            let kind = RecordKind::of_field(field).unwrap();
            let keys = seen(&all, dataset, field, PLUGIN);
            let wanted: HashSet<u64> = keys.iter().copied().collect();
            assert!(wanted.len() >= 2, "{field}");
            let count = |reader: &Reader<'_>| reader.resolve(PLUGIN, kind, &wanted).unwrap().len();
            assert_eq!(count(&all), wanted.len(), "{field}");
            assert_eq!(count(&city.only(0)), wanted.len() / 2, "{field}");
            let nobody = city.store.read(&crate::domain::Scope::of_schools([])).unwrap();
            assert_eq!(count(&nobody), 0, "{field}");
            let other = all.resolve("org.example.two", kind, &wanted).unwrap();
            assert!(other.is_empty(), "{field}: a pseudonym is for one plugin");
            for another in RecordKind::ALL.into_iter().filter(|another| *another != kind) {
                let found = all.resolve(PLUGIN, another, &wanted).unwrap();
                assert!(found.is_empty(), "{field} is no {another:?}");
            }
            let unknown = [0, 1, u64::MAX].into();
            assert!(all.resolve(PLUGIN, kind, &unknown).unwrap().is_empty(), "{field}");
        }
    }

    #[test]
    fn a_record_is_found_by_what_a_person_knows_it_by() {
        let (city, contacts, absences) = city();
        let reader = city.all();
        let of = |dataset, field| -> Vec<Found> {
            let keys = seen(&reader, dataset, field, PLUGIN);
            let kind = RecordKind::of_field(field).unwrap();
            let mut found = reader.resolve(PLUGIN, kind, &keys.iter().copied().collect()).unwrap();
            let mut known = HashSet::new();
            let keys = keys.into_iter().filter(|key| known.insert(*key));
            keys.map(|key| found.remove(&key).unwrap()).collect()
        };
        let on = day("2025-10-06");
        let schools = ["100000", "100001"].map(str::to_owned);
        let contact = |place: usize| Found::Contact {
            id: contacts[place].id,
            day: on,
            school: schools[place].clone(),
        };
        assert_eq!(of("contacts", "contact_key"), [contact(0), contact(1)]);
        let absence = |place: usize| Found::Absence {
            id: absences[place],
            day: on,
            pupil: format!("p{place}0"),
            school: schools[place].clone(),
        };
        assert_eq!(of("absences", "absence_key"), [absence(0), absence(1)]);
        let household = |place: usize| Found::Household {
            code: format!("h{place}"),
            schools: vec![schools[place].clone()],
        };
        assert_eq!(of("contacts", "household_key"), [household(0), household(1)]);
        let pupil = |code: &str, place: usize| Found::Pupil {
            code: code.to_owned(),
            school: schools[place].clone(),
        };
        assert_eq!(
            of("contact_pupils", "pupil_key"),
            [pupil("p00", 0), pupil("p01", 0), pupil("p10", 1), pupil("p11", 1)]
        );
        for found in [contact(0), absence(0), household(0), pupil("p00", 0)] {
            assert!(RecordKind::ALL.contains(&found.kind()));
        }
    }

    #[test]
    fn a_household_of_two_schools_shows_the_schools_in_the_scope() {
        let (mut city, ..) = city();
        let mut writer = city.store.write(&author()).unwrap();
        let sibling = pupil("sibling", city.schools[1], Some(city.households[0]));
        writer.add_pupil(&sibling).unwrap();
        writer.commit().unwrap();
        let all = city.all();
        let key = seen(&all, "contacts", "household_key", PLUGIN)[0];
        let schools = |reader: &Reader<'_>| {
            let kind = RecordKind::Household;
            match reader.resolve(PLUGIN, kind, &[key].into()).unwrap().remove(&key) {
                Some(Found::Household { code, schools }) if code == "h0" => schools,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(schools(&all), ["100000", "100001"]);
        assert_eq!(schools(&city.only(1)), ["100001"]);
    }

    #[test]
    fn a_pupil_is_found_by_their_place_among_all_and_only_in_the_scope() {
        let (city, ..) = city();
        let pupils: Vec<PupilKey> = city.pupils.concat();
        let places: BTreeSet<u32> = (0..6).collect();
        let found = |reader: &Reader<'_>| {
            let mut found: Vec<_> =
                reader.pupils_of_indexes(&places).unwrap().into_iter().collect();
            found.sort_unstable();
            found
        };
        let of = |place: u32, code: &str| (place, (pupils[place as usize], code.to_owned()));
        let (zero, one) = ([of(0, "p00"), of(1, "p01")], [of(2, "p10"), of(3, "p11")]);
        assert_eq!(found(&city.only(0)), zero);
        assert_eq!(found(&city.only(1)), one);
        assert_eq!(found(&city.all()), [zero, one].concat());
        assert_eq!(city.only(1).pupil_of_index(0).unwrap(), None);
        assert_eq!(city.only(1).pupil_of_index(3).unwrap(), Some(pupils[3]));
        assert_eq!(city.all().pupil_of_index(4).unwrap(), None);
        assert!(city.all().pupils_of_indexes(&BTreeSet::new()).unwrap().is_empty());
    }
}
