//! What pupils missed, day by day: only days on which the school recorded absences count.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{Error, lists};
use crate::domain::{AbsenceCodes, CodeLists, Day, DayUnits, Period, Register, Span};

/// What counts in some days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) days: i64,
    pub(super) possible: i64,
    pub(super) excused: i64,
    pub(super) unexcused: i64,
    pub(super) open: i64,
    pub(super) on_leave: i64,
    pub(super) school_caused: i64,
    pub(super) late_minutes: i64,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.days += other.days;
        self.possible += other.possible;
        self.excused += other.excused;
        self.unexcused += other.unexcused;
        self.open += other.open;
        self.on_leave += other.on_leave;
        self.school_caused += other.school_caused;
        self.late_minutes += other.late_minutes;
    }
}

/// The places of the codes that absences are counted by.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(super) fn absence_codes(connection: &Connection) -> Result<AbsenceCodes, Error> {
    let mut found = Vec::new();
    for name in ["absence-status", "absence-unit"] {
        found.push((name.to_owned(), lists::codes(connection, name)?));
    }
    Ok(AbsenceCodes::new(&CodeLists::new(found)))
}

/// The days on which a pupil can have been at school: enrolled, and their whereabouts not unknown.
#[derive(Debug, Clone)]
pub(super) struct AtSchool {
    /// Oldest first; none of them shares a day with another.
    stays: Vec<Period>,
    class: String,
}

/// The days of `period` on which a pupil of a class with these stays can have been at school. `None`
/// where there are none.
///
/// Whereabouts that became unknown end the stay in which they did; a stay that begins later counts,
/// since the pupil was back.
pub(super) fn at_school(
    stays: &[Span],
    unknown_from: Option<Day>,
    class: &str,
    period: Period,
) -> Option<AtSchool> {
    let known = |stay: &Span| {
        // The day itself counts no more. One that lies before a stay is of an earlier one.
        let unknown = unknown_from.filter(|day| stay.from <= *day || stays[0] == *stay);
        let last = [stay.until, unknown.map(|day| day.plus(-1))].into_iter().flatten().min();
        // Unknown from the first day on: no day is left.
        Span::new(stay.from, last).ok()?.within(period)
    };
    let mut found: Vec<Period> = stays.iter().filter_map(known).collect();
    found.sort_by_key(|stay| stay.first);
    (!found.is_empty()).then(|| AtSchool { stays: found, class: class.to_owned() })
}

impl AtSchool {
    /// From the first day to the last, whatever lies between.
    pub(super) fn bounds(&self) -> Period {
        let last = self.stays.last().map_or(self.stays[0].last, |stay| stay.last);
        Period { first: self.stays[0].first, last }
    }

    fn contains(&self, day: Day) -> bool {
        self.stays.iter().any(|stay| stay.contains(day))
    }
}

/// The days on which a school recorded absences, oldest first.
pub(super) struct SchoolCalendar<'a> {
    pub(super) days: Vec<RecordedDay>,
    pub(super) register: &'a Register,
}

/// A school day on which absences were recorded.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecordedDay {
    pub(super) day: Day,
    /// A place in the list `absence-unit`.
    pub(super) unit: u16,
    /// How many of them the day has.
    pub(super) units: i64,
}

impl<'a> SchoolCalendar<'a> {
    /// Those of a period.
    pub(super) fn new(register: &'a Register, period: Period) -> Self {
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

/// What was recorded about a pupil on a day, as places of codes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded {
    pub(super) day: Day,
    pub(super) status: u16,
    pub(super) unit: u16,
    pub(super) amount: i64,
}

/// What was recorded of a day.
#[derive(Debug, Clone, Copy, Default)]
struct OfDay {
    units: DayUnits,
    late_minutes: i64,
}

/// What a pupil missed on each day that counts and on which they missed anything.
#[derive(Debug, Default)]
pub(super) struct Missed(BTreeMap<Day, OfDay>);

impl Missed {
    /// Adds what was recorded on a day of `at_school`, as far as it counts.
    pub(super) fn add(
        &mut self,
        absence: Recorded,
        at_school: &AtSchool,
        calendar: &SchoolCalendar<'_>,
        codes: AbsenceCodes,
    ) {
        let Recorded { day, status, unit, amount } = absence;
        // A day may have been set free, or a time of recording changed, after it was recorded.
        let Some(recorded) = calendar.on(day).filter(|_| at_school.contains(day)) else { return };
        if !calendar.register.is_taken(day, &at_school.class) {
            return;
        }
        let tally = self.0.entry(day).or_default();
        if status == codes.late {
            tally.late_minutes += amount;
            return;
        }
        if unit != recorded.unit {
            return;
        }
        tally.units.add(status, amount, codes);
    }

    /// What counts in a period, by unit. Units are never added to others, and no day counts with
    /// more than it has: [`DayUnits`] says what is left out then.
    pub(super) fn by_unit(
        &self,
        period: Period,
        at_school: &AtSchool,
        calendar: &SchoolCalendar<'_>,
    ) -> BTreeMap<u16, Tally> {
        let mut units: BTreeMap<u16, Tally> = BTreeMap::new();
        let periods = at_school.stays.iter().filter_map(|stay| stay.overlap(period));
        for recorded in periods.flat_map(|period| calendar.within(period)) {
            if !calendar.register.is_taken(recorded.day, &at_school.class) {
                continue;
            }
            let of_the_day = self.0.get(&recorded.day).copied().unwrap_or_default();
            let counted = of_the_day.units.cut_to(recorded.units);
            units.entry(recorded.unit).or_default().add(Tally {
                days: 1,
                possible: recorded.units,
                excused: counted.excused,
                unexcused: counted.unexcused,
                open: counted.open,
                on_leave: counted.on_leave,
                school_caused: counted.school_caused,
                late_minutes: of_the_day.late_minutes,
            });
        }
        units
    }
}
