//! What pupils missed, day by day: only days on which the school recorded absences count.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{Error, lists};
use crate::domain::{AbsenceCodes, CodeLists, Day, Period, Register, Span};

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

/// The days of `period` on which a pupil can have been at school: enrolled, and their whereabouts
/// not unknown. `None` where there are none.
pub(super) fn at_school(
    (first, last): (Day, Option<Day>),
    unknown_from: Option<Day>,
    period: Period,
) -> Option<Period> {
    // The day itself counts no more.
    let unknown = unknown_from.map(|day| day.plus(-1));
    let last = [last, unknown].into_iter().flatten().min();
    // Unknown from the first day on: no day is left.
    Span::new(first, last).ok()?.within(period)
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

/// What a pupil missed on each day that counts and on which they missed anything.
#[derive(Debug, Default)]
pub(super) struct Missed(BTreeMap<Day, Tally>);

impl Missed {
    /// Adds what was recorded on a day of `at_school`, as far as it counts.
    pub(super) fn add(
        &mut self,
        absence: Recorded,
        at_school: Period,
        calendar: &SchoolCalendar<'_>,
        codes: AbsenceCodes,
    ) {
        let Recorded { day, status, unit, amount } = absence;
        // A day may have been set free, or a time of recording changed, after it was recorded.
        let Some(recorded) = calendar.on(day).filter(|_| at_school.contains(day)) else { return };
        let tally = self.0.entry(day).or_default();
        if status == codes.late {
            tally.late_minutes += amount;
            return;
        }
        if unit != recorded.unit {
            return;
        }
        let part = match status {
            status if status == codes.excused => &mut tally.excused,
            status if status == codes.unexcused => &mut tally.unexcused,
            status if status == codes.open => &mut tally.open,
            status if status == codes.on_leave => &mut tally.on_leave,
            status if status == codes.school_caused => &mut tally.school_caused,
            // The list of statuses is fixed, so no writer has let in another one.
            _ => return,
        };
        *part += amount;
    }

    /// What counts in a period, by unit. Units are never added to others.
    pub(super) fn by_unit(
        &self,
        period: Period,
        calendar: &SchoolCalendar<'_>,
    ) -> BTreeMap<u16, Tally> {
        let mut units: BTreeMap<u16, Tally> = BTreeMap::new();
        for recorded in calendar.within(period) {
            let of_the_day = self.0.get(&recorded.day).copied().unwrap_or_default();
            let of_the_day = of_the_day.cut_to(recorded.units);
            let day = Tally { days: 1, possible: recorded.units, ..of_the_day };
            units.entry(recorded.unit).or_default().add(day);
        }
        units
    }
}
