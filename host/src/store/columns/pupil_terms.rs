//! The dataset `pupil_terms`: what each pupil could miss in a term, and what they missed of it.
//!
//! It is worked out pupil by pupil. What is held in memory is one school's pupils and calendar, one
//! pupil's absences, and one block of rows.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{CachedStatement, Connection, params};

use super::filling::Filling;
use super::missed::{AtSchool, Missed, Recorded, SchoolCalendar, Tally, absence_codes, at_school};
use super::{Asked, Error, ListedSchool, lists};
use crate::domain::{
    AbsenceCodes, AttendanceFigures, Day, Field, Period, PupilKey, SchoolKey, SchoolYear, Span,
    Term, Terms,
};
use crate::store::reader::day;
use crate::store::registers::registers;
use crate::store::restricted::along;
use crate::store::sink::Block;
use crate::store::stays::stays;

/// Hands `take` blocks of at most [`BATCH_ROWS`](crate::domain::BATCH_ROWS) rows, never empty: for each pupil of each of
/// `schools`, each school year and each term of it the days of the request's period that count.
///
/// A day counts when it is a school day of the pupil's school on which the school recorded absences,
/// and the pupil was enrolled and their whereabouts not unknown. A term without such a day has no
/// row. Nor has a term in which the school changed its unit: its parts cannot be added up, and two
/// rows would count the pupil twice.
///
/// Returns the number of rows.
pub(super) fn read<E: From<Error>>(
    connection: &Connection,
    schools: &[ListedSchool],
    asked: &Asked<'_>,
    take: impl FnMut(&Block) -> Result<(), E>,
) -> Result<u64, E> {
    let fields = asked.read_fields().map(|field| value_of(asked, field));
    let fields = fields.collect::<Result<Vec<_>, Error>>()?;
    let mut out = Filling::new(fields.len(), take);
    let registers = registers(connection).map_err(Error::from)?;
    let further = stays(connection).map_err(Error::from)?;
    let codes = Codes::read(connection)?;
    let mut absences = connection
        .prepare_cached(&along(connection, ABSENCES).map_err(Error::from)?)
        .map_err(Error::from)?;
    for (place, school) in (0..).zip(schools) {
        // Without a register nothing was recorded, so no day counts.
        let Some(register) = registers.get(&school.key) else { continue };
        let calendar = SchoolCalendar::new(register, asked.period);
        if calendar.days.is_empty() {
            continue;
        }
        for pupil in pupils(connection, school.key, &further, asked.period)? {
            let missed = pupil.missed(&mut absences, &calendar, asked.period, codes.absence)?;
            for row in pupil.rows(&calendar, &missed, &codes) {
                out.add(place, fields.iter().map(|value| value(&row)))?;
            }
        }
    }
    out.finish()
}

/// The rows of one pupil, as figures.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(in crate::store) fn figures(
    connection: &Connection,
    pupil: PupilKey,
    period: Period,
) -> Result<Vec<AttendanceFigures>, Error> {
    let sql = "SELECT school FROM pupil WHERE key = ?1";
    let school = connection.query_row(sql, [pupil.0], |row| row.get(0).map(SchoolKey))?;
    let codes = Codes::read(connection)?;
    let registers = registers(connection)?;
    let Some(register) = registers.get(&school) else { return Ok(Vec::new()) };
    let calendar = SchoolCalendar::new(register, period);
    let pupils = pupils(connection, school, &stays(connection)?, period)?;
    let Some(found) = pupils.into_iter().find(|found| found.key == pupil.0) else {
        return Ok(Vec::new());
    };
    let mut absences = connection.prepare_cached(&along(connection, ABSENCES)?)?;
    let missed = found.missed(&mut absences, &calendar, period, codes.absence)?;
    let rows = found.rows(&calendar, &missed, &codes).into_iter();
    let term = |place: u16| codes.terms.into_iter().zip(Term::ALL).find(|found| found.0 == place);
    let figures = rows.filter_map(|row| {
        let Tally {
            days,
            possible,
            excused,
            unexcused,
            open,
            on_leave,
            school_caused,
            late_minutes,
        } = row.tally;
        Some(AttendanceFigures {
            year: SchoolYear(row.year),
            term: term(row.term)?.1,
            unit: row.unit,
            days,
            possible,
            excused,
            unexcused,
            open,
            on_leave,
            school_caused,
            late_minutes,
        })
    });
    Ok(figures.collect())
}

/// How a field's value is taken from a row.
fn value_of(asked: &Asked<'_>, field: &Field) -> Result<fn(&TermRow) -> i64, Error> {
    Ok(match field.name.as_str() {
        "school_year" => |row| i64::from(row.year),
        "term" => |row| i64::from(row.term),
        "grade" => |row| row.grade,
        "unit" => |row| i64::from(row.unit),
        "enrolled_days" => |row| row.tally.days,
        "possible_units" => |row| row.tally.possible,
        "missed_excused" => |row| row.tally.excused,
        "missed_unexcused" => |row| row.tally.unexcused,
        "missed_open" => |row| row.tally.open,
        "on_leave" => |row| row.tally.on_leave,
        "school_caused" => |row| row.tally.school_caused,
        "late_minutes" => |row| row.tally.late_minutes,
        "pupil" | "pupil_key" => |row| row.pupil,
        _ => {
            return Err(Error::NoSuchField {
                dataset: asked.dataset.name.clone(),
                field: field.name.clone(),
            });
        }
    })
}

/// One row of the dataset.
struct TermRow {
    pupil: i64,
    grade: i64,
    year: i32,
    term: u16,
    unit: u16,
    tally: Tally,
}

/// The places of the codes.
struct Codes {
    absence: AbsenceCodes,
    /// In the order of [`Term::ALL`].
    terms: [u16; 3],
}

impl Codes {
    fn read(connection: &Connection) -> Result<Self, Error> {
        let terms = lists::codes(connection, "term")?;
        // A list without one of them is damage: the converter finds this and says so.
        let place = |term: Term| terms.place(term.code()).unwrap_or(u16::MAX);
        Ok(Self { absence: absence_codes(connection)?, terms: Term::ALL.map(place) })
    }
}

/// A pupil, with the days of the period on which they can have been at school.
struct CountedPupil {
    key: i64,
    grade: i64,
    at_school: AtSchool,
}

/// The pupils of a school who count on at least one day of `period`, by key.
fn pupils(
    connection: &Connection,
    school: SchoolKey,
    further: &HashMap<PupilKey, Vec<Span>>,
    period: Period,
) -> Result<Vec<CountedPupil>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT key, grade, enrolled_from, enrolled_until, unknown_from, class FROM pupil
         WHERE school = ?1 ORDER BY key",
    )?;
    let mut rows = statement.query([school.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key = row.get(0)?;
        let mut stays = vec![Span { from: Day(row.get(2)?), until: day(row, 3)? }];
        stays.extend(further.get(&PupilKey(key)).into_iter().flatten());
        let class = row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?;
        if let Some(at_school) = at_school(&stays, day(row, 4)?, class, period) {
            found.push(CountedPupil { key, grade: row.get(1)?, at_school });
        }
    }
    Ok(found)
}

/// Along the index `absence_pupil`, by day.
const ABSENCES: &str = "SELECT day, status, unit, amount FROM absence INDEXED BY absence_pupil
                        WHERE pupil = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day";

impl CountedPupil {
    /// What they missed in `period`.
    fn missed(
        &self,
        absences: &mut CachedStatement<'_>,
        calendar: &SchoolCalendar<'_>,
        period: Period,
        codes: AbsenceCodes,
    ) -> Result<Missed, Error> {
        let mut missed = Missed::default();
        let mut rows = absences.query(params![self.key, period.first.0, period.last.0])?;
        while let Some(row) = rows.next()? {
            let (day, amount) = (Day(row.get(0)?), row.get(3)?);
            let absence = Recorded { day, status: row.get(1)?, unit: row.get(2)?, amount };
            missed.add(absence, &self.at_school, calendar, codes);
        }
        Ok(missed)
    }

    /// The pupil's rows, by year and term. The whole year is the sum of its halves.
    fn rows(&self, calendar: &SchoolCalendar<'_>, missed: &Missed, codes: &Codes) -> Vec<TermRow> {
        let mut rows = Vec::new();
        let Period { first, last } = self.at_school.bounds();
        for year in SchoolYear::of(first).0..=SchoolYear::of(last).0 {
            let terms = calendar.register.terms(SchoolYear(year));
            let first = self.of_half(terms, Term::FirstHalf, calendar, missed);
            let second = self.of_half(terms, Term::SecondHalf, calendar, missed);
            let mut whole = first.clone();
            for (unit, tally) in &second {
                whole.entry(*unit).or_default().add(*tally);
            }
            for (term, units) in codes.terms.into_iter().zip([whole, first, second]) {
                let one = units.len() == 1;
                rows.extend(units.into_iter().filter(|_| one).map(|(unit, tally)| TermRow {
                    pupil: self.key,
                    grade: self.grade,
                    year,
                    term,
                    unit,
                    tally,
                }));
            }
        }
        rows
    }

    /// What counts in a half-year, by unit.
    fn of_half(
        &self,
        terms: Terms,
        half: Term,
        calendar: &SchoolCalendar<'_>,
        missed: &Missed,
    ) -> BTreeMap<u16, Tally> {
        let period = terms.period(half);
        let units = period.map(|period| missed.by_unit(period, &self.at_school, calendar));
        units.unwrap_or_default()
    }
}
