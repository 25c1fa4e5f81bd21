//! Reads absences and sums of them with names in place of keys, and how much of a year was recorded.

use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use super::read_people::sql_limit;
use super::reader::{id, span};
use super::{Error, Reader};
use crate::domain::{
    Absence, AbsenceTotal, AbsenceTotalView, AbsenceView, Attendance, Day, HalfYear, Id, Period,
    PupilKey, SchoolKey, SchoolYear,
};

/// Which absences to list; the default is all that the scope allows. Everything that is set has to
/// hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AbsenceFilter {
    /// Only those on a day of this period.
    pub period: Option<Period>,
    /// Only those at the school with this number.
    pub school: Option<String>,
    /// Only those of the pupil with this code.
    pub pupil: Option<String>,
    /// Only those that come after this one in the list; none where it is not in sight.
    pub after: Option<Id>,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

const NEWEST_FIRST: &str = "ORDER BY a.day DESC, a.key DESC";

impl Reader<'_> {
    /// Absences and late arrivals, newest first: by day, then the order in which they were recorded.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn absences(&self, filter: &AbsenceFilter) -> Result<Vec<AbsenceView>, Error> {
        let mut conditions = self.in_scope("a.school");
        let mut values: Vec<Value> = Vec::new();
        let mut only = |condition: &str, value: Value| {
            values.push(value);
            conditions.push_str(" AND ");
            conditions.push_str(condition);
        };
        if let Some(period) = filter.period {
            only("a.day >= ?", i64::from(period.first.0).into());
            only("a.day <= ?", i64::from(period.last.0).into());
        }
        if let Some(number) = &filter.school {
            only("a.school = (SELECT key FROM school WHERE number = ?)", number.clone().into());
        }
        if let Some(code) = &filter.pupil {
            only("a.pupil = (SELECT key FROM pupil WHERE code = ?)", code.clone().into());
        }
        if let Some(after) = filter.after {
            let place = format!(
                "(a.day, a.key) < (SELECT a.day, a.key FROM absence AS a WHERE a.id = ? AND {})",
                self.in_scope("a.school")
            );
            only(&place, after.bytes().to_vec().into());
        }
        values.push(sql_limit(filter.limit).into());
        let sql = format!(
            "SELECT a.id, a.pupil, a.day, a.status, a.unit, a.amount, p.code, p.given_name,
                    p.family_name, s.number
             FROM (SELECT a.key FROM absence AS a WHERE {conditions} {NEWEST_FIRST} LIMIT ?)
                  AS chosen
             JOIN absence AS a ON a.key = chosen.key
             JOIN pupil AS p ON p.key = a.pupil
             JOIN school AS s ON s.key = a.school
             {NEWEST_FIRST}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map(params_from_iter(values), view)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The sums that were taken over, of a school, of a pupil or of all, by school, pupil, year and
    /// term. They are apart from [`absences`](Self::absences) and never in it.
    ///
    /// # Errors
    ///
    /// As [`Reader::absences`].
    pub fn absence_totals(
        &self,
        school: Option<&str>,
        pupil: Option<&str>,
    ) -> Result<Vec<AbsenceTotalView>, Error> {
        let sql = format!(
            "SELECT t.pupil, t.school_year, t.term, t.unit, t.missed, t.unexcused, t.source,
                    p.code, p.given_name, p.family_name, s.number, t.excused
             FROM absence_total AS t
             JOIN pupil AS p ON p.key = t.pupil
             JOIN school AS s ON s.key = p.school
             WHERE {} AND (?1 IS NULL OR s.number = ?1) AND (?2 IS NULL OR p.code = ?2)
             ORDER BY s.number, p.code, t.school_year, t.term, t.unit",
            self.in_scope("p.school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map(params![school, pupil], |row| {
            let total = AbsenceTotal {
                pupil: PupilKey(row.get(0)?),
                year: SchoolYear(row.get(1)?),
                term: row.get(2)?,
                unit: row.get(3)?,
                missed: row.get(4)?,
                unexcused: row.get(5)?,
                source: row.get(6)?,
                excused: row.get(11)?,
            };
            let pupil_name = name(row, 8)?;
            Ok(AbsenceTotalView { total, pupil: row.get(7)?, pupil_name, school: row.get(10)? })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// When a school records absences, oldest first; nothing for a school outside the scope.
    ///
    /// # Errors
    ///
    /// As [`Reader::absences`].
    pub fn attendance(&self, school: SchoolKey) -> Result<Vec<Attendance>, Error> {
        let sql = format!(
            "SELECT unit, units_per_day, first_day, last_day FROM attendance
             WHERE school = ?1 AND {} ORDER BY first_day",
            self.in_scope("school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map([school.0], |row| {
            let (unit, units_per_day) = (row.get(0)?, row.get(1)?);
            Ok(Attendance { school, unit, units_per_day, span: span(row, 2)? })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// A school's own first days of second half-years, oldest first; nothing for a school outside
    /// the scope.
    ///
    /// # Errors
    ///
    /// As [`Reader::absences`].
    pub fn half_years(&self, school: SchoolKey) -> Result<Vec<HalfYear>, Error> {
        let sql = format!(
            "SELECT year, second_begins FROM half_year WHERE school = ?1 AND {} ORDER BY year",
            self.in_scope("school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map([school.0], |row| {
            let (year, second_begins) = (SchoolYear(row.get(0)?), Day(row.get(1)?));
            Ok(HalfYear { school, year, second_begins })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

fn view(row: &Row<'_>) -> rusqlite::Result<AbsenceView> {
    let absence = Absence {
        id: id(row, 0)?,
        pupil: PupilKey(row.get(1)?),
        day: Day(row.get(2)?),
        status: row.get(3)?,
        unit: row.get(4)?,
        amount: row.get(5)?,
    };
    Ok(AbsenceView { absence, pupil: row.get(6)?, pupil_name: name(row, 7)?, school: row.get(9)? })
}

/// A name from the columns of the given and the family name.
fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    let (given, family): (String, String) = (row.get(column)?, row.get(column + 1)?);
    Ok(format!("{given} {family}").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, absence, attendance, author, day};

    /// Without it, a list of 50 absences sorts all there are.
    #[test]
    fn absences_are_listed_from_their_newest_end() {
        let city = City::new();
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT a.key FROM absence AS a WHERE {} {NEWEST_FIRST} LIMIT 50",
            city.all().in_scope("a.school")
        );
        let plan = city.all().rows(&sql, |row| row.get::<_, String>(3)).unwrap().join("\n");
        assert!(plan.contains("absence_day"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }

    #[test]
    fn filters_of_absences_hold_together() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        for school in city.schools {
            writer.add_attendance(&attendance(school, 0, 1, "2025-09-01")).unwrap();
        }
        let all = [
            absence(city.pupils[0][0], "2025-10-06", 0, 0, 1),
            absence(city.pupils[0][1], "2025-10-07", 1, 0, 1),
            absence(city.pupils[1][0], "2025-10-07", 2, 0, 1),
            absence(city.pupils[0][0], "2025-10-08", 2, 0, 1),
        ];
        for one in &all {
            writer.add_absence(one, NOW).unwrap();
        }
        writer.commit().unwrap();
        let reader = city.all();
        let found = |filter: AbsenceFilter| -> Vec<usize> {
            let place = |id| all.iter().position(|one| one.id == id).unwrap();
            reader.absences(&filter).unwrap().iter().map(|view| place(view.absence.id)).collect()
        };
        let any = AbsenceFilter::default;
        assert_eq!(found(any()), [3, 2, 1, 0]);
        assert_eq!(found(AbsenceFilter { limit: Some(2), ..any() }), [3, 2]);
        let school = || Some("100000".to_owned());
        assert_eq!(found(AbsenceFilter { school: school(), ..any() }), [3, 1, 0]);
        let period = Some(Period::new(day("2025-10-07"), day("2025-10-07")).unwrap());
        assert_eq!(found(AbsenceFilter { period, ..any() }), [2, 1]);
        assert_eq!(found(AbsenceFilter { period, school: school(), ..any() }), [1]);
        assert_eq!(found(AbsenceFilter { pupil: Some("p00".into()), ..any() }), [3, 0]);
        assert_eq!(found(AbsenceFilter { pupil: Some("nobody".into()), ..any() }), [0; 0]);
        let only: Vec<_> = city.only(1).absences(&any()).unwrap();
        assert_eq!(only.len(), 1);
        let after = |place: usize| AbsenceFilter { after: Some(all[place].id), ..any() };
        assert_eq!(found(after(3)), [2, 1, 0]);
        assert_eq!(found(AbsenceFilter { limit: Some(1), ..after(2) }), [1]);
        assert_eq!(found(after(0)), [0; 0]);
        // One of another school is no place in the list of this one.
        assert!(city.only(1).absences(&after(3)).unwrap().is_empty());
    }
}
