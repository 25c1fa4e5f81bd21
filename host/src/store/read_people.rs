//! Reads people: practitioners with their posts, pupils and households, and the directory of all.

use rusqlite::{Row, params};

use super::reader::{code_at, day, id, span};
use super::registers::registers;
use super::stays::stays;
use super::{Error, Reader};
use crate::domain::{
    Assignment, CodeList, Day, Directory, Household, HouseholdKey, KnownPractitioner, KnownPupil,
    KnownSchool, Pairing, Practitioner, PractitionerKey, Pupil, PupilKey, SchoolKey, Span,
};

/// An assignment in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentView {
    /// The assignment.
    pub assignment: Assignment,
    /// The practitioner's code.
    pub practitioner: String,
    /// The practitioner's name.
    pub practitioner_name: String,
    /// The school's number.
    pub school: String,
    /// The school's name.
    pub school_name: String,
}

/// A pairing in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairingView {
    /// The pairing, its members by code.
    pub pairing: Pairing,
    /// Code and name of each member, in the order of `pairing.members`.
    pub members: Vec<(String, String)>,
    /// The members' roles, as a set over the code list `role`: the team form follows from it.
    pub roles: u64,
    /// The school's number.
    pub school: String,
    /// The school's name.
    pub school_name: String,
}

/// A pupil in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PupilView {
    /// Their row.
    pub key: PupilKey,
    /// The pupil.
    pub pupil: Pupil,
    /// The school's number.
    pub school: String,
    /// The school's name.
    pub school_name: String,
    /// The household's code.
    pub household: Option<String>,
}

/// Which pupils to list; the default is all that the scope allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PupilFilter {
    /// Only those of the school with this number.
    pub school: Option<String>,
    /// Only those whom the programme accompanies on this day.
    pub accompanied_on: Option<Day>,
    /// At most so many.
    pub limit: Option<usize>,
}

impl Reader<'_> {
    /// Everything that records may refer to, by the sign people write.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn directory(&self) -> Result<Directory, Error> {
        let schools = self.schools()?.into_iter().map(|(key, school, _)| {
            (school.number, KnownSchool { key, name: school.name, form: school.form })
        });
        let practitioners = self.rows("SELECT code, key, name, role FROM practitioner", |row| {
            let key = PractitionerKey(row.get(1)?);
            Ok((row.get(0)?, KnownPractitioner { key, name: row.get(2)?, role: row.get(3)? }))
        })?;
        let further = stays(self.connection)?;
        let pupils = self.rows(
            &format!(
                "SELECT code, key, household, school, enrolled_from, enrolled_until, class FROM pupil
                 WHERE {}",
                self.in_scope("school")
            ),
            |row| {
                let household = row.get::<_, Option<i64>>(2)?.map(HouseholdKey);
                let school = SchoolKey(row.get(3)?);
                let (key, enrolled) = (PupilKey(row.get(1)?), span(row, 4)?);
                let further = further.get(&key).cloned().unwrap_or_default();
                let class = row.get(6)?;
                Ok((row.get(0)?, KnownPupil { key, household, school, enrolled, further, class }))
            },
        )?;
        let households = self.rows(
            &format!(
                "SELECT code, key FROM household WHERE {}",
                self.household_in_scope("household.key")
            ),
            |row| Ok((row.get(0)?, HouseholdKey(row.get(1)?))),
        )?;
        let in_scope = registers(self.connection)?
            .into_iter()
            .filter(|(school, _)| self.scope.schools.contains(*school));
        Ok(Directory {
            schools: schools.collect(),
            practitioners: practitioners.into_iter().collect(),
            pupils: pupils.into_iter().collect(),
            households: households.into_iter().collect(),
            registers: in_scope.collect(),
            codes: self.code_lists().clone(),
            ..Directory::default()
        })
    }

    /// All practitioners of the municipality, by code. They belong to no school.
    ///
    /// # Errors
    ///
    /// As [`Reader::directory`].
    pub fn practitioners(&self) -> Result<Vec<Practitioner>, Error> {
        let roles = self.code_lists().list("role");
        self.rows("SELECT id, code, name, role FROM practitioner ORDER BY code", |row| {
            Ok(Practitioner {
                id: id(row, 0)?,
                code: row.get(1)?,
                name: row.get(2)?,
                role: code_at(&roles, row.get(3)?),
            })
        })
    }

    /// Who works where, by school, practitioner and first day.
    ///
    /// # Errors
    ///
    /// As [`Reader::directory`].
    pub fn assignments(&self) -> Result<Vec<AssignmentView>, Error> {
        self.rows(
            &format!(
                "SELECT a.practitioner, a.school, a.weekly_minutes, a.first_day, a.last_day,
                        p.code, p.name, s.number, s.name
                 FROM assignment AS a
                 JOIN practitioner AS p ON p.key = a.practitioner
                 JOIN school AS s ON s.key = a.school
                 WHERE {}
                 ORDER BY s.number, p.code, a.first_day",
                self.in_scope("a.school")
            ),
            |row| {
                Ok(AssignmentView {
                    assignment: Assignment {
                        practitioner: PractitionerKey(row.get(0)?),
                        school: SchoolKey(row.get(1)?),
                        weekly_minutes: row.get(2)?,
                        span: span(row, 3)?,
                    },
                    practitioner: row.get(5)?,
                    practitioner_name: row.get(6)?,
                    school: row.get(7)?,
                    school_name: row.get(8)?,
                })
            },
        )
    }

    /// Who works together, by school and first day.
    ///
    /// # Errors
    ///
    /// As [`Reader::directory`].
    pub fn pairings(&self) -> Result<Vec<PairingView>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT p.key, p.code, p.name, p.role
             FROM pairing_member AS m JOIN practitioner AS p ON p.key = m.practitioner
             WHERE m.pairing = ?1
             ORDER BY p.code",
        )?;
        let mut pairings = self.rows(
            &format!(
                "SELECT p.key, p.id, p.school, p.first_day, p.last_day, s.number, s.name
                 FROM pairing AS p JOIN school AS s ON s.key = p.school
                 WHERE {}
                 ORDER BY s.number, p.first_day, p.key",
                self.in_scope("p.school")
            ),
            |row| {
                let pairing = Pairing {
                    id: id(row, 1)?,
                    school: SchoolKey(row.get(2)?),
                    members: Vec::new(),
                    span: span(row, 3)?,
                };
                let (school, school_name) = (row.get(5)?, row.get(6)?);
                let members = Vec::new();
                let view = PairingView { pairing, members, roles: 0, school, school_name };
                Ok((row.get::<_, i64>(0)?, view))
            },
        )?;
        for (key, view) in &mut pairings {
            let mut members = statement.query([*key])?;
            while let Some(row) = members.next()? {
                view.pairing.members.push(PractitionerKey(row.get(0)?));
                view.members.push((row.get(1)?, row.get(2)?));
                view.roles |= 1 << row.get::<_, u16>(3)?;
            }
        }
        Ok(pairings.into_iter().map(|(_, view)| view).collect())
    }

    /// Pupils by school and code.
    ///
    /// # Errors
    ///
    /// As [`Reader::directory`].
    pub fn pupils(&self, filter: &PupilFilter) -> Result<Vec<PupilView>, Error> {
        let sql = format!(
            "SELECT p.key, p.id, p.code, p.given_name, p.family_name, p.birth_day, p.household,
                    p.school, p.grade, p.class, p.status, p.enrolled_from, p.enrolled_until,
                    p.accompanied_from, p.accompanied_until, s.number, s.name, h.code,
                    p.unknown_from
             FROM pupil AS p
             JOIN school AS s ON s.key = p.school
             LEFT JOIN household AS h ON h.key = p.household
             WHERE {}
               AND (?1 IS NULL OR s.number = ?1)
               AND (?2 IS NULL OR (p.accompanied_from <= ?2
                    AND (p.accompanied_until IS NULL OR p.accompanied_until >= ?2)))
             ORDER BY s.number, p.code
             LIMIT ?3",
            self.in_scope("p.school")
        );
        let grades = self.code_lists().list("grade");
        let statuses = self.code_lists().list("pupil-status");
        let day = filter.accompanied_on.map(|day| day.0);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let pupils = statement
            .query_map(params![filter.school, day, sql_limit(filter.limit)], |row| {
                pupil(row, &grades, &statuses)
            })?;
        Ok(pupils.collect::<Result<_, _>>()?)
    }

    /// Households by code: those where a pupil of a school in the scope lives, and those without
    /// a pupil.
    ///
    /// # Errors
    ///
    /// As [`Reader::directory`].
    pub fn households(&self) -> Result<Vec<Household>, Error> {
        let languages = self.code_lists().list("language");
        self.rows(
            &format!(
                "SELECT id, code, name, language FROM household WHERE {} ORDER BY code",
                self.household_in_scope("household.key")
            ),
            |row| {
                let language = row.get::<_, Option<u16>>(3)?;
                Ok(Household {
                    id: id(row, 0)?,
                    code: row.get(1)?,
                    name: row.get(2)?,
                    language: language.map(|place| code_at(&languages, place)),
                })
            },
        )
    }
}

/// A limit as `SQLite` takes it: negative for none.
pub(super) fn sql_limit(limit: Option<usize>) -> i64 {
    limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX))
}

fn pupil(row: &Row<'_>, grades: &CodeList, statuses: &CodeList) -> rusqlite::Result<PupilView> {
    let accompanied = match day(row, 13)? {
        Some(from) => Some(Span { from, until: day(row, 14)? }),
        None => None,
    };
    let pupil = Pupil {
        id: id(row, 1)?,
        code: row.get(2)?,
        given_name: row.get(3)?,
        family_name: row.get(4)?,
        birth_day: day(row, 5)?,
        household: row.get::<_, Option<i64>>(6)?.map(HouseholdKey),
        school: SchoolKey(row.get(7)?),
        grade: code_at(grades, row.get(8)?),
        class: row.get(9)?,
        status: code_at(statuses, row.get(10)?),
        enrolled: span(row, 11)?,
        unknown_from: day(row, 18)?,
        accompanied,
    };
    Ok(PupilView {
        key: PupilKey(row.get(0)?),
        pupil,
        school: row.get(15)?,
        school_name: row.get(16)?,
        household: row.get(17)?,
    })
}
