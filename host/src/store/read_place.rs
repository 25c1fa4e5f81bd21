//! Reads where one practitioner works and with whom: what they may see follows from it, so every
//! request asks it, and nobody else's rows are read for it.

use std::collections::BTreeSet;

use rusqlite::OptionalExtension;

use super::{Error, Reader};
use crate::domain::{Day, KnownPractitioner, PractitionerKey, SchoolKey};

/// Whether the columns `first_day` and `last_day` of `table` contain the day `?2`.
macro_rules! on_the_day {
    ($table:literal) => {
        concat!(
            $table,
            ".first_day <= ?2 AND (",
            $table,
            ".last_day IS NULL OR ",
            $table,
            ".last_day >= ?2)"
        )
    };
}

impl Reader<'_> {
    /// The practitioner of a code.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn practitioner(&self, code: &str) -> Result<Option<KnownPractitioner>, Error> {
        let sql = "SELECT key, name, role FROM practitioner WHERE code = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let known = statement.query_row([code], |row| {
            let key = PractitionerKey(row.get(0)?);
            Ok(KnownPractitioner { key, name: row.get(1)?, role: row.get(2)? })
        });
        Ok(known.optional()?)
    }

    /// The schools that a practitioner is assigned to on a day, or in a tandem or tridem at.
    ///
    /// # Errors
    ///
    /// As [`Reader::practitioner`].
    pub fn schools_of(
        &self,
        practitioner: PractitionerKey,
        day: Day,
    ) -> Result<BTreeSet<SchoolKey>, Error> {
        let sql = concat!(
            "SELECT a.school FROM assignment AS a WHERE a.practitioner = ?1 AND ",
            on_the_day!("a"),
            " UNION SELECT p.school FROM pairing_member AS m JOIN pairing AS p ON p.key = m.pairing
              WHERE m.practitioner = ?1 AND ",
            on_the_day!("p")
        );
        let mut statement = self.connection.prepare_cached(sql)?;
        let schools =
            statement.query_map((practitioner.0, day.0), |row| row.get(0).map(SchoolKey))?;
        let in_scope = |key: &Result<SchoolKey, _>| {
            key.as_ref().map_or(true, |key| self.scope.schools.contains(*key))
        };
        Ok(schools.filter(in_scope).collect::<Result<_, _>>()?)
    }

    /// Those whom a practitioner is in a tandem or tridem with on a day, and the practitioner.
    ///
    /// # Errors
    ///
    /// As [`Reader::practitioner`].
    pub fn team_of(
        &self,
        practitioner: PractitionerKey,
        day: Day,
    ) -> Result<BTreeSet<PractitionerKey>, Error> {
        let sql = concat!(
            "SELECT other.practitioner FROM pairing_member AS m
             JOIN pairing AS p ON p.key = m.pairing
             JOIN pairing_member AS other ON other.pairing = p.key
             WHERE m.practitioner = ?1 AND ",
            on_the_day!("p")
        );
        let mut statement = self.connection.prepare_cached(sql)?;
        let others =
            statement.query_map((practitioner.0, day.0), |row| row.get(0).map(PractitionerKey))?;
        let mut team = others.collect::<Result<BTreeSet<_>, _>>()?;
        team.insert(practitioner);
        Ok(team)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Assignment, Pairing, Scope, Span};
    use crate::store::fixture::{City, author, day, new_id};

    /// The same from the lists of all, as they are shown.
    fn from_lists(city: &City, code: &str, on: Day) -> (BTreeSet<SchoolKey>, Vec<String>) {
        let reader = city.all();
        let mut team = BTreeSet::from([code.to_owned()]);
        let assignments = reader.assignments().unwrap().into_iter();
        let mut schools: BTreeSet<SchoolKey> = assignments
            .filter(|view| view.practitioner == code && view.assignment.span.contains(on))
            .map(|view| view.assignment.school)
            .collect();
        for view in reader.pairings().unwrap() {
            let members = || view.members.iter().map(|(member, _)| member);
            if members().any(|member| member == code) && view.pairing.span.contains(on) {
                schools.insert(view.pairing.school);
                team.extend(members().cloned());
            }
        }
        (schools, team.into_iter().collect())
    }

    #[test]
    fn a_place_is_what_the_lists_of_all_say_on_each_day() {
        let mut city = City::new();
        let span = |from: &str, until: &str| Span::new(day(from), Some(day(until))).unwrap();
        let [first, second] = city.schools;
        let mut writer = city.store.write(&author()).unwrap();
        let (practitioner, other) = (city.mediators[0], city.teachers[1]);
        let assigned = span("2025-10-01", "2025-10-31");
        let assignment =
            Assignment { practitioner, school: second, weekly_minutes: 60, span: assigned };
        writer.add_assignment(&assignment).unwrap();
        let span = span("2025-10-31", "2025-11-02");
        let members = vec![practitioner, other];
        writer.add_pairing(&Pairing { id: new_id(), school: second, members, span }).unwrap();
        writer.commit().unwrap();

        let reader = city.all();
        let mut found = BTreeSet::new();
        for code in ["m0", "m1", "t0", "t1", "sw"] {
            for on in ["2025-07-31", "2025-08-01", "2025-09-30", "2025-10-01", "2025-10-31"]
                .into_iter()
                .chain(["2025-11-01", "2025-11-02", "2025-11-03"])
            {
                let key = reader.practitioner(code).unwrap().unwrap().key;
                let schools = reader.schools_of(key, day(on)).unwrap();
                let team = reader.team_of(key, day(on)).unwrap();
                let known = reader.directory().unwrap().practitioners;
                let mut codes: Vec<String> = known
                    .into_iter()
                    .filter(|(_, it)| team.contains(&it.key))
                    .map(|it| it.0)
                    .collect();
                codes.sort_unstable();
                assert_eq!(
                    (schools.clone(), codes),
                    from_lists(&city, code, day(on)),
                    "{code} {on}"
                );
                found.insert((schools.len(), team.len()));
            }
        }
        // Nothing, a school, two; alone, a team, two teams.
        assert!(found.len() >= 4, "{found:?}");

        let only_first = city.store.read(&Scope::of_schools([first])).unwrap();
        assert_eq!(
            only_first.schools_of(practitioner, day("2025-10-15")).unwrap(),
            BTreeSet::from([first])
        );
        assert!(reader.practitioner("nobody").unwrap().is_none());
    }
}
