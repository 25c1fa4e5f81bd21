//! The dataset `pupil_terms`: what each pupil could miss in a term, and what they missed of it.
//!
//! It is worked out pupil by pupil. What is held in memory is one school's pupils and calendar, one
//! pupil's absences, and one block of rows.

use std::collections::BTreeMap;

use rusqlite::{CachedStatement, Connection, Row, params};

use super::{Asked, Error, ListedSchool, lists};
use crate::domain::{
    AbsenceCodes, BATCH_ROWS, CodeLists, Day, Field, Period, Register, SchoolYear, Span, Term,
    Terms,
};
use crate::store::registers::registers;
use crate::store::sink::Block;

/// Hands `take` blocks of at most [`BATCH_ROWS`] rows, never empty: for each pupil of each of
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
    let mut out = Filling::new(fields, take);
    let registers = registers(connection).map_err(Error::from)?;
    let codes = Codes::read(connection)?;
    let mut absences = connection.prepare_cached(ABSENCES).map_err(Error::from)?;
    for (place, school) in (0..).zip(schools) {
        // Without a register nothing was recorded, so no day counts.
        let Some(register) = registers.get(&school.key) else { continue };
        let calendar = SchoolCalendar::new(register, asked.period);
        if calendar.days.is_empty() {
            continue;
        }
        for pupil in pupils(connection, school, asked.period)? {
            let missed = Missed::of(&pupil, &mut absences, &calendar, asked.period, codes.absence)?;
            for row in pupil.rows(&calendar, &missed, &codes) {
                out.add(place, &row)?;
            }
        }
    }
    out.finish()
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

/// What counts in some days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    days: i64,
    possible: i64,
    excused: i64,
    unexcused: i64,
    open: i64,
    on_leave: i64,
    school_caused: i64,
    late_minutes: i64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.days += other.days;
        self.possible += other.possible;
        self.excused += other.excused;
        self.unexcused += other.unexcused;
        self.open += other.open;
        self.on_leave += other.on_leave;
        self.school_caused += other.school_caused;
        self.late_minutes += other.late_minutes;
    }

    /// What was missed on one day, cut to what the day has: first the excused units are taken, then
    /// the unexcused, the open, those on leave and the school-caused, until the day is full. The
    /// writer lets no fuller day in; this is for files that another program has changed.
    fn cut_to(mut self, units: i64) -> Self {
        let mut left = units;
        for part in [
            &mut self.excused,
            &mut self.unexcused,
            &mut self.open,
            &mut self.on_leave,
            &mut self.school_caused,
        ] {
            *part = (*part).min(left);
            left -= *part;
        }
        self
    }
}

/// The places of the codes.
struct Codes {
    absence: AbsenceCodes,
    /// In the order of [`Term::ALL`].
    terms: [u16; 3],
}

impl Codes {
    fn read(connection: &Connection) -> Result<Self, Error> {
        let mut found = Vec::new();
        for name in ["absence-status", "absence-unit"] {
            found.push((name.to_owned(), lists::codes(connection, name)?));
        }
        let terms = lists::codes(connection, "term")?;
        // A list without one of them is damage: the converter finds this and says so.
        let place = |term: Term| terms.place(term.code()).unwrap_or(u16::MAX);
        Ok(Self { absence: AbsenceCodes::new(&CodeLists::new(found)), terms: Term::ALL.map(place) })
    }
}

/// The days on which a school recorded absences, oldest first.
struct SchoolCalendar<'a> {
    days: Vec<RecordedDay>,
    register: &'a Register,
}

#[derive(Debug, Clone, Copy)]
struct RecordedDay {
    day: Day,
    unit: u16,
    units: i64,
}

impl<'a> SchoolCalendar<'a> {
    fn new(register: &'a Register, period: Period) -> Self {
        let recorded = register.recorded_days(period).map(|(day, attendance)| RecordedDay {
            day,
            unit: attendance.unit,
            units: i64::from(attendance.units_per_day),
        });
        Self { days: recorded.collect(), register }
    }

    /// Those in a period.
    fn within(&self, period: Period) -> &[RecordedDay] {
        let first = self.days.partition_point(|found| found.day < period.first);
        let end = self.days.partition_point(|found| found.day <= period.last);
        self.days.get(first..end).unwrap_or_default()
    }

    fn on(&self, day: Day) -> Option<RecordedDay> {
        let place = self.days.binary_search_by_key(&day, |found| found.day).ok()?;
        Some(self.days[place])
    }
}

/// A pupil, with the days of the period on which they can have been at school.
struct CountedPupil {
    key: i64,
    grade: i64,
    at_school: Period,
}

/// The pupils of a school who count on at least one day of `period`, by key.
fn pupils(
    connection: &Connection,
    school: &ListedSchool,
    period: Period,
) -> Result<Vec<CountedPupil>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT key, grade, enrolled_from, enrolled_until, unknown_from FROM pupil
         WHERE school = ?1 ORDER BY key",
    )?;
    let read = |row: &Row<'_>| {
        let until: Option<i32> = row.get(3)?;
        // The day itself counts no more.
        let unknown = row.get::<_, Option<i32>>(4)?.map(|day| day.saturating_sub(1));
        let last = [until, unknown].into_iter().flatten().min();
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, last))
    };
    let mut found = Vec::new();
    for row in statement.query_map([school.key.0], read)? {
        let (key, grade, first, last): (i64, i64, i32, Option<i32>) = row?;
        // Unknown from the first day on: no day is left.
        let Ok(span) = Span::new(Day(first), last.map(Day)) else { continue };
        if let Some(at_school) = span.within(period) {
            found.push(CountedPupil { key, grade, at_school });
        }
    }
    Ok(found)
}

/// Along the index `absence_pupil`, by day.
const ABSENCES: &str = "SELECT day, status, unit, amount FROM absence INDEXED BY absence_pupil
                        WHERE pupil = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day";

/// What a pupil missed on each day that counts and on which they missed anything.
struct Missed(BTreeMap<Day, Tally>);

impl Missed {
    fn of(
        pupil: &CountedPupil,
        absences: &mut CachedStatement<'_>,
        calendar: &SchoolCalendar<'_>,
        period: Period,
        codes: AbsenceCodes,
    ) -> Result<Self, Error> {
        let mut days: BTreeMap<Day, Tally> = BTreeMap::new();
        let mut rows = absences.query(params![pupil.key, period.first.0, period.last.0])?;
        while let Some(row) = rows.next()? {
            let (day, status, unit): (_, u16, u16) = (Day(row.get(0)?), row.get(1)?, row.get(2)?);
            // A day may have been set free, or a time of recording changed, after it was recorded.
            let Some(recorded) = calendar.on(day).filter(|_| pupil.at_school.contains(day)) else {
                continue;
            };
            let amount: i64 = row.get(3)?;
            let tally = days.entry(day).or_default();
            if status == codes.late {
                tally.late_minutes += amount;
                continue;
            }
            if unit != recorded.unit {
                continue;
            }
            let part = match status {
                status if status == codes.excused => &mut tally.excused,
                status if status == codes.unexcused => &mut tally.unexcused,
                status if status == codes.open => &mut tally.open,
                status if status == codes.on_leave => &mut tally.on_leave,
                status if status == codes.school_caused => &mut tally.school_caused,
                // The list of statuses is fixed, so no writer has let in another one.
                _ => continue,
            };
            *part += amount;
        }
        for (day, tally) in &mut days {
            let units = calendar.on(*day).map_or(0, |recorded| recorded.units);
            *tally = tally.cut_to(units);
        }
        Ok(Self(days))
    }
}

impl CountedPupil {
    /// The pupil's rows, by year and term. The whole year is the sum of its halves.
    fn rows(&self, calendar: &SchoolCalendar<'_>, missed: &Missed, codes: &Codes) -> Vec<TermRow> {
        let mut rows = Vec::new();
        let Period { first, last } = self.at_school;
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
        let mut units: BTreeMap<u16, Tally> = BTreeMap::new();
        let period = terms.period(half).and_then(|period| period.overlap(self.at_school));
        for recorded in period.map(|period| calendar.within(period)).unwrap_or_default() {
            let of_the_day = missed.0.get(&recorded.day).copied().unwrap_or_default();
            let day = Tally { days: 1, possible: recorded.units, ..of_the_day };
            units.entry(recorded.unit).or_default().add(day);
        }
        units
    }
}

/// The block being filled and the one who takes it.
struct Filling<T> {
    fields: Vec<fn(&TermRow) -> i64>,
    columns: Vec<Vec<i64>>,
    groups: Vec<(u16, usize)>,
    rows: usize,
    taken: u64,
    take: T,
}

impl<T, E> Filling<T>
where
    T: FnMut(&Block) -> Result<(), E>,
{
    fn new(fields: Vec<fn(&TermRow) -> i64>, take: T) -> Self {
        let columns = vec![Vec::new(); fields.len()];
        Self { fields, columns, groups: Vec::new(), rows: 0, taken: 0, take }
    }

    /// Adds a row of the school at `place`.
    fn add(&mut self, place: u16, row: &TermRow) -> Result<(), E> {
        for (column, value) in self.columns.iter_mut().zip(&self.fields) {
            column.push(value(row));
        }
        self.rows += 1;
        match self.groups.last_mut() {
            Some((group, end)) if *group == place => *end = self.rows,
            _ => self.groups.push((place, self.rows)),
        }
        if self.rows == BATCH_ROWS { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), E> {
        let mut block = Block::new(self.columns.len());
        block.rows = self.rows;
        block.groups = std::mem::take(&mut self.groups);
        for (place, column) in self.columns.iter_mut().enumerate() {
            block.set_column(place, column);
            column.clear();
        }
        self.taken += self.rows as u64;
        self.rows = 0;
        (self.take)(&block)
    }

    /// Sends the rows that are left and tells how many there were in all.
    fn finish(mut self) -> Result<u64, E> {
        if self.rows > 0 {
            self.send()?;
        }
        Ok(self.taken)
    }
}
