//! The dataset `cases`: where each pupil stands who is accompanied on the last day of a period.
//!
//! All cases of the schools are held in memory, some 200 bytes each, because a contact at one school
//! may be with the household of a pupil of another. Absences are read school by school.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, params};

use super::case_contacts::{Done, Sought, done};
use super::case_support::{LadderStep, Support};
use super::filling::Filling;
use super::missed::{AtSchool, Missed, Recorded, SchoolCalendar, Tally, absence_codes, at_school};
use super::{Asked, Error, ListedSchool, lists};
use crate::domain::{Day, Field, Period, PupilKey, Register, SchoolKey, SchoolYear, Span, Term};
use crate::store::calendars::calendar;
use crate::store::reader::day;
use crate::store::registers::registers;
use crate::store::restricted::along;
use crate::store::sink::{Block, MISSING};
use crate::store::stays::stays;

/// Hands `take` blocks of at most [`BATCH_ROWS`](crate::domain::BATCH_ROWS) rows, never empty: one
/// for each pupil of `schools` who is accompanied on the last day of the request's period.
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
    for case in cases(connection, schools, asked)? {
        out.add(case.place, fields.iter().map(|value| value(&case)))?;
    }
    out.finish()
}

/// How a field's value is taken from a case.
fn value_of(asked: &Asked<'_>, field: &Field) -> Result<fn(&Case) -> i64, Error> {
    fn of_term(case: &Case, value: fn(&Tally) -> i64) -> i64 {
        case.term.as_ref().map_or(MISSING, |(_, tally)| value(tally))
    }
    Ok(match field.name.as_str() {
        "form" => |case| case.form,
        "grade" => |case| case.grade,
        "status" => |case| case.status,
        "age" => |case| case.age.map_or(MISSING, i64::from),
        "accompanied_days" => |case| case.accompanied_days,
        "days_since_contact" => |case| case.days_since_contact.unwrap_or(MISSING),
        "contacts" => |case| case.done.contacts,
        "attempts" => |case| case.done.attempts,
        "unit" => |case| case.term.as_ref().map_or(MISSING, |(unit, _)| i64::from(*unit)),
        "possible_units" => |case| of_term(case, |tally| tally.possible),
        "missed_unexcused" => |case| of_term(case, |tally| tally.unexcused),
        "missed_open" => |case| of_term(case, |tally| tally.open),
        "missed_excused" => |case| of_term(case, |tally| tally.excused),
        "next_due" => |case| case.done.next_due.map_or(MISSING, |day| i64::from(day.0)),
        "ladder_step" => |case| case.ladder.map_or(MISSING, |ladder| ladder.step),
        "days_since_ladder_step" => |case| case.days_since_ladder_step.unwrap_or(MISSING),
        "ladder_review" => |case| {
            let review = case.ladder.and_then(|ladder| ladder.review);
            review.map_or(MISSING, |day| i64::from(day.0))
        },
        "supportive_steps" => |case| case.done.contacts + case.supportive_steps,
        "in_transition" => |case| i64::from(case.in_transition),
        "whereabouts_unknown" => |case| i64::from(case.is_lost),
        "pupil" | "pupil_key" => |case| case.key,
        _ => {
            return Err(Error::NoSuchField {
                dataset: asked.dataset.name.clone(),
                field: field.name.clone(),
            });
        }
    })
}

/// One row of the dataset.
struct Case {
    /// The place of the school among those in scope.
    place: u16,
    key: i64,
    household: Option<i64>,
    form: i64,
    grade: i64,
    status: i64,
    age: Option<u32>,
    accompanied_from: Day,
    /// All times at the school.
    stays: Vec<Span>,
    class: String,
    unknown_from: Option<Day>,
    is_lost: bool,
    accompanied_days: i64,
    days_since_contact: Option<i64>,
    done: Done,
    /// The latest step of the ladder.
    ladder: Option<LadderStep>,
    days_since_ladder_step: Option<i64>,
    /// What was done in the pupil's support cases in the period; contacts are not among it.
    supportive_steps: i64,
    in_transition: bool,
    /// What counts in the half-year, with the unit that it is counted in.
    term: Option<(u16, Tally)>,
}

/// All cases, by school and pupil, with everything that the request asks for.
fn cases(
    connection: &Connection,
    schools: &[ListedSchool],
    asked: &Asked<'_>,
) -> Result<Vec<Case>, Error> {
    let last = asked.period.last;
    let mut cases = accompanied(connection, schools, last)?;
    let registers = registers(connection)?;
    let sought = |case: &Case| Sought { pupil: case.key, household: case.household };
    let sought: Vec<Sought> = cases.iter().map(sought).collect();
    for (case, done) in cases.iter_mut().zip(done(connection, schools, &sought, asked)?) {
        case.done = done;
    }
    add_support(connection, &mut cases, asked)?;
    if ["accompanied_days", "days_since_contact", "days_since_ladder_step"]
        .into_iter()
        .any(|field| asked.has(field))
    {
        count_days(connection, &mut cases, schools, &registers, last)?;
    }
    let of_term = ["unit", "possible_units", "missed_unexcused", "missed_open", "missed_excused"];
    if of_term.into_iter().any(|field| asked.has(field)) {
        add_terms(connection, &mut cases, schools, &registers, last)?;
    }
    Ok(cases)
}

/// The pupils who are accompanied on a day, with what stands in their own row.
fn accompanied(
    connection: &Connection,
    schools: &[ListedSchool],
    last: Day,
) -> Result<Vec<Case>, Error> {
    let statuses = lists::codes(connection, "pupil-status")?;
    let whereabouts_unknown = statuses.place("whereabouts-unknown").map(i64::from);
    let mut statement = connection.prepare_cached(
        "SELECT key, household, grade, status, birth_day, accompanied_from, enrolled_from,
                enrolled_until, unknown_from, class
         FROM pupil
         WHERE school = ?1 AND accompanied_from <= ?2
           AND (accompanied_until IS NULL OR accompanied_until >= ?2)
         ORDER BY key",
    )?;
    let further = stays(connection)?;
    let mut cases = Vec::new();
    for (place, school) in (0..).zip(schools) {
        let mut rows = statement.query(params![school.key.0, last.0])?;
        while let Some(row) = rows.next()? {
            let status = row.get(3)?;
            let unknown_from = day(row, 8)?;
            let born = day(row, 4)?;
            let key = row.get(0)?;
            let mut stays = vec![Span { from: Day(row.get(6)?), until: day(row, 7)? }];
            stays.extend(further.get(&PupilKey(key)).into_iter().flatten());
            cases.push(Case {
                place,
                key,
                household: row.get(1)?,
                form: school.form,
                grade: row.get(2)?,
                status,
                age: born.and_then(|born| last.years_since(born)),
                accompanied_from: Day(row.get(5)?),
                stays,
                class: row.get(9)?,
                unknown_from,
                // Where nobody noted the day, the status alone says so.
                is_lost: unknown_from
                    .map_or(Some(status) == whereabouts_unknown, |from| from <= last),
                accompanied_days: 0,
                days_since_contact: None,
                done: Done::default(),
                ladder: None,
                days_since_ladder_step: None,
                supportive_steps: 0,
                in_transition: false,
                term: None,
            });
        }
    }
    Ok(cases)
}

/// Counts the school days up to `last`: since the beginning of the accompaniment, since the last
/// contact, and since the latest step of the ladder.
fn count_days(
    connection: &Connection,
    cases: &mut [Case],
    schools: &[ListedSchool],
    registers: &HashMap<SchoolKey, Register>,
    last: Day,
) -> Result<(), Error> {
    let begins = |case: &Case| {
        let contact = case.done.last_contact.unwrap_or(last);
        let step = case.ladder.map_or(last, |ladder| ladder.day);
        contact.min(step).min(case.accompanied_from)
    };
    let Some(first) = cases.iter().map(begins).min() else { return Ok(()) };
    // The same for all schools but for their own days off, so the calendar is asked once.
    let all = Period { first, last };
    let open: Vec<Day> = calendar(connection)?.school_days(all, &BTreeSet::new()).collect();
    for cases in cases.chunk_by_mut(|one, other| one.place == other.place) {
        let register = registers.get(&schools[usize::from(cases[0].place)].key);
        let is_off = |day: &Day| register.is_some_and(|found| found.days_off.contains(day));
        let days: Vec<Day> = open.iter().copied().filter(|day| !is_off(day)).collect();
        let from = |day: Day| number(days.len() - days.partition_point(|open| *open < day));
        for case in cases {
            case.accompanied_days = from(case.accompanied_from);
            // The day itself is not a day since.
            case.days_since_contact = case.done.last_contact.map(|day| from(day.plus(1)));
            case.days_since_ladder_step = case.ladder.map(|ladder| from(ladder.day.plus(1)));
        }
    }
    Ok(())
}

/// Adds what stands in the records around contacts, as far as it is asked for.
fn add_support(
    connection: &Connection,
    cases: &mut [Case],
    asked: &Asked<'_>,
) -> Result<(), Error> {
    let mut support = Support::new(connection, asked)?;
    for case in cases {
        case.ladder = support.ladder(case.key)?;
        case.supportive_steps = support.steps(case.key)?;
        case.in_transition = support.in_transition(case.key)?;
    }
    Ok(())
}

/// Adds what counts in the half-year that `last` lies in, up to that day.
fn add_terms(
    connection: &Connection,
    cases: &mut [Case],
    schools: &[ListedSchool],
    registers: &HashMap<SchoolKey, Register>,
    last: Day,
) -> Result<(), Error> {
    let codes = absence_codes(connection)?;
    let mut absences = connection.prepare_cached(&along(connection, ABSENCES)?)?;
    for cases in cases.chunk_by_mut(|one, other| one.place == other.place) {
        let school = schools[usize::from(cases[0].place)].key;
        let Some(register) = registers.get(&school) else { continue };
        let half = half_up_to(register, last);
        let calendar = SchoolCalendar::new(register, half);
        let mut known: HashMap<i64, (AtSchool, Missed)> = HashMap::new();
        for case in &*cases {
            if let Some(at_school) = at_school(&case.stays, case.unknown_from, &case.class, half) {
                known.insert(case.key, (at_school, Missed::default()));
            }
        }
        let mut rows = absences.query(params![school.0, half.first.0, half.last.0])?;
        while let Some(row) = rows.next()? {
            if let Some((at_school, missed)) = known.get_mut(&row.get(4)?) {
                let (day, amount) = (Day(row.get(0)?), row.get(3)?);
                let absence = Recorded { day, status: row.get(1)?, unit: row.get(2)?, amount };
                missed.add(absence, at_school, &calendar, codes);
            }
        }
        for case in cases {
            let own = known.get(&case.key);
            let units = own.map(|(at_school, missed)| missed.by_unit(half, at_school, &calendar));
            let units = units.unwrap_or_default();
            case.term = match units.len() {
                // The school records, and the pupil could miss nothing so far.
                0 => unit_of(&calendar, last).map(|unit| (unit, Tally::default())),
                1 => units.into_iter().next(),
                // Different units are never added, and a part is not the half-year.
                _ => None,
            };
        }
    }
    Ok(())
}

/// The days of the half-year that a day lies in, up to that day.
fn half_up_to(register: &Register, last: Day) -> Period {
    let year = SchoolYear::of(last);
    let halves = [Term::FirstHalf, Term::SecondHalf];
    let halves = halves.into_iter().filter_map(|half| register.terms(year).period(half));
    let half = halves.into_iter().find(|half| half.contains(last));
    Period { first: half.unwrap_or(year.period()).first, last }
}

/// What a school records in, as far as days have been recorded or `last` could be; `None` where it
/// does not record.
fn unit_of(calendar: &SchoolCalendar<'_>, last: Day) -> Option<u16> {
    let recorded = calendar.days.last().map(|found| found.unit);
    recorded.or_else(|| calendar.register.attendance_on(last).map(|found| found.unit))
}

/// Along the index `absence_columns`, which has all of it.
const ABSENCES: &str = "SELECT day, status, unit, amount, pupil
    FROM absence INDEXED BY absence_columns
    WHERE school = ?1 AND day BETWEEN ?2 AND ?3";

/// A count as the store has numbers.
fn number(count: usize) -> i64 {
    i64::try_from(count).expect("there are fewer days than that")
}
