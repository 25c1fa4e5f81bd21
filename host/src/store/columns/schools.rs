//! The dataset `schools`: what is known of each school over a period, put together from dated facts.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, Params, Row, params};

use super::{Asked, Error, ListedSchool, lists};
use crate::domain::{BATCH_ROWS, Day, Level, Period, SchoolKey, SchoolYear, Span};
use crate::store::calendars::calendar;
use crate::store::sink::{Block, MISSING};

/// A school that takes part, with the parts of the period in which it does.
struct TakingPart<'a> {
    place: u16,
    school: &'a ListedSchool,
    spans: Vec<Period>,
}

/// One row for each of `schools` that takes part on at least one day of the period, in their order.
pub(super) fn blocks(
    connection: &Connection,
    schools: &[ListedSchool],
    asked: &Asked<'_>,
) -> Result<Vec<Block>, Error> {
    let taking_part = taking_part(connection, schools, asked.period)?;
    let mut columns = Vec::new();
    let mut days = None;
    for field in asked.read_fields() {
        let period = asked.period;
        columns.push(match field.name.as_str() {
            "form" => taking_part.iter().map(|found| found.school.form).collect(),
            "level" => levels(connection, &taking_part)?,
            "enrolment" => enrolment(connection, &taking_part, period)?,
            "accompanied" => accompanied(connection, &taking_part, period)?,
            "school_days" => {
                let days = school_days_once(&mut days, connection, &taking_part, period)?;
                days.iter().map(|days| number(days.len())).collect()
            }
            "mediator_minutes" => {
                let days = school_days_once(&mut days, connection, &taking_part, period)?;
                mediator_minutes(connection, &taking_part, days, period)?
            }
            _ => {
                return Err(Error::NoSuchField {
                    dataset: asked.dataset.name.clone(),
                    field: field.name.clone(),
                });
            }
        });
    }
    Ok(cut(&taking_part, &columns))
}

/// Cuts the rows into blocks of at most [`BATCH_ROWS`].
fn cut(taking_part: &[TakingPart<'_>], columns: &[Vec<i64>]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (number, part) in taking_part.chunks(BATCH_ROWS).enumerate() {
        let first = number * BATCH_ROWS;
        let mut block = Block::new(columns.len());
        block.rows = part.len();
        block.groups = part.iter().map(|found| found.place).zip(1..).collect();
        for (place, column) in columns.iter().enumerate() {
            block.set_column(place, &column[first..first + part.len()]);
        }
        blocks.push(block);
    }
    blocks
}

fn taking_part<'a>(
    connection: &Connection,
    schools: &'a [ListedSchool],
    period: Period,
) -> Result<Vec<TakingPart<'a>>, Error> {
    let sql = "SELECT school, first_day, last_day FROM participation";
    let participation = by_school(connection, sql, [], |row| span(row, 1))?;
    let found = |(place, school): (u16, &'a ListedSchool)| {
        let spans = participation.get(&school.key).map_or(&[][..], Vec::as_slice);
        let spans: Vec<_> = spans.iter().filter_map(|span| span.within(period)).collect();
        (!spans.is_empty()).then_some(TakingPart { place, school, spans })
    };
    Ok((0..).zip(schools).filter_map(found).collect())
}

/// The places of the schools' levels in the list `school-level`.
fn levels(connection: &Connection, taking_part: &[TakingPart<'_>]) -> Result<Vec<i64>, Error> {
    let forms = lists::codes(connection, "school-form")?;
    let levels = lists::codes(connection, "school-level")?;
    let level = |found: &TakingPart<'_>| {
        let form = u16::try_from(found.school.form).ok().and_then(|place| forms.at(place));
        let level = form.and_then(|form| levels.place(Level::of_form(&form.code).code()));
        // A school without a level is damage: the converter finds this and says so.
        level.map_or(MISSING, i64::from)
    };
    Ok(taking_part.iter().map(level).collect())
}

/// All pupils in the school year in which the period begins.
fn enrolment(
    connection: &Connection,
    taking_part: &[TakingPart<'_>],
    period: Period,
) -> Result<Vec<i64>, Error> {
    let sql = "SELECT school, pupils FROM enrolment WHERE year = ?1";
    let year = SchoolYear::of(period.first).0;
    let pupils = by_school(connection, sql, params![year], |row| row.get::<_, i64>(1))?;
    let of = |found: &TakingPart<'_>| pupils.get(&found.school.key).map_or(MISSING, |rows| rows[0]);
    Ok(taking_part.iter().map(of).collect())
}

/// Pupils who on at least one day of the period were both enrolled and accompanied.
fn accompanied(
    connection: &Connection,
    taking_part: &[TakingPart<'_>],
    period: Period,
) -> Result<Vec<i64>, Error> {
    let sql = "SELECT school, count(*) FROM pupil
               WHERE accompanied_from IS NOT NULL
                 AND (max(?1, accompanied_from, enrolled_from) <=
                     min(?2, coalesce(accompanied_until, ?2), coalesce(enrolled_until, ?2))
                   OR EXISTS (SELECT 1 FROM stay WHERE stay.pupil = pupil.key
                     AND max(?1, accompanied_from, first_day) <=
                       min(?2, coalesce(accompanied_until, ?2), coalesce(last_day, ?2))))
               GROUP BY school";
    let bounds = params![period.first.0, period.last.0];
    let pupils = by_school(connection, sql, bounds, |row| row.get::<_, i64>(1))?;
    let of = |found: &TakingPart<'_>| pupils.get(&found.school.key).map_or(0, |rows| rows[0]);
    Ok(taking_part.iter().map(of).collect())
}

/// The school days of each school, made at the first call.
fn school_days_once<'a>(
    days: &'a mut Option<Vec<Vec<Day>>>,
    connection: &Connection,
    taking_part: &[TakingPart<'_>],
    period: Period,
) -> Result<&'a [Vec<Day>], Error> {
    if days.is_none() {
        *days = Some(school_days(connection, taking_part, period)?);
    }
    Ok(days.as_deref().unwrap_or_default())
}

/// The school days of the period on which each school took part, oldest first.
fn school_days(
    connection: &Connection,
    taking_part: &[TakingPart<'_>],
    period: Period,
) -> Result<Vec<Vec<Day>>, Error> {
    // The same for all schools but for their own days off, so the calendar is asked once.
    let open: Vec<Day> = calendar(connection)?.school_days(period, &BTreeSet::new()).collect();
    let sql = "SELECT school, day FROM day_off WHERE day BETWEEN ?1 AND ?2";
    let bounds = params![period.first.0, period.last.0];
    let off = by_school(connection, sql, bounds, |row| row.get(1).map(Day))?;
    let of = |found: &TakingPart<'_>| {
        let off: BTreeSet<_> = off.get(&found.school.key).into_iter().flatten().collect();
        let takes_part = |day: Day| found.spans.iter().any(|span| span.contains(day));
        open.iter().copied().filter(|day| takes_part(*day) && !off.contains(day)).collect()
    };
    Ok(taking_part.iter().map(of).collect())
}

/// The mediators' assigned minutes: a fifth of the weekly time for each school day of an
/// assignment, rounded half up once for each assignment.
fn mediator_minutes(
    connection: &Connection,
    taking_part: &[TakingPart<'_>],
    school_days: &[Vec<Day>],
    period: Period,
) -> Result<Vec<i64>, Error> {
    let sql = "SELECT assignment.school, first_day, last_day, weekly_minutes FROM assignment
               JOIN practitioner ON practitioner.key = assignment.practitioner
               JOIN code ON code.list = 'role' AND code.place = practitioner.role
               WHERE code.code = 'mediation'";
    let assignments =
        by_school(connection, sql, [], |row| Ok((span(row, 1)?, row.get::<_, i64>(3)?)))?;
    let of = |(found, days): (&TakingPart<'_>, &Vec<Day>)| {
        let minutes = |(span, weekly): &(Span, i64)| {
            let Some(assigned) = span.within(period) else { return 0 };
            let days = days.iter().filter(|day| assigned.contains(**day)).count();
            (2 * weekly * number(days) + 5) / 10
        };
        assignments.get(&found.school.key).into_iter().flatten().map(minutes).sum()
    };
    Ok(taking_part.iter().zip(school_days).map(of).collect())
}

/// The rows of a query by the school in their first column.
fn by_school<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<HashMap<SchoolKey, Vec<T>>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found: HashMap<_, Vec<T>> = HashMap::new();
    while let Some(row) = rows.next()? {
        found.entry(SchoolKey(row.get(0)?)).or_default().push(read(row)?);
    }
    Ok(found)
}

/// The span in two columns, of which the second may be null.
fn span(row: &Row<'_>, column: usize) -> rusqlite::Result<Span> {
    let until: Option<i32> = row.get(column + 1)?;
    Ok(Span { from: Day(row.get(column)?), until: until.map(Day) })
}

/// A count as the store has numbers.
fn number(count: usize) -> i64 {
    i64::try_from(count).expect("there are fewer days than that")
}
