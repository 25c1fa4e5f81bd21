//! Rows to how schools record absences, and to their own half-years.

use super::conflict::{self, Noun};
use super::header::Header;
use super::once::{Once, Spans};
use super::row::{Reported, Row};
use crate::domain::{
    AbsenceCodes, AbsenceRefusal, Attendance, DayNotTaken, Directory, HalfYear, MOST_UNITS, Period,
    Register, SchoolKey, Span, Stay, Terms,
};

/// Reads rows of own first days of second half-years. A school has one a year.
pub(super) fn half_year(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<HalfYear, Reported> {
    let [school, year, begins] =
        ["school", "school_year", "second_half_begins"].map(|name| header.field(name));
    let mut once = Once::new();
    move |row| {
        let known = row.known(school, Noun::School, &directory.schools);
        let found = row.school_year(year);
        let day = row.day(begins);
        if let (Ok(year), Ok(second_begins)) = (found, day)
            && !(Terms { year, second_begins }).is_possible()
        {
            return Err(row.wrong(begins, || conflict::half_outside_year(year)));
        }
        let (school, found) = (known?.key, found?);
        let value = row.value(year);
        row.once(year, (school, found), value, &mut once)?;
        Ok(HalfYear { school, year: found, second_begins: day? })
    }
}

/// Reads rows of times in which schools record absences. A school has one way to do so on a day.
pub(super) fn attendance(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Attendance, Reported> {
    let [school, unit, per_day, from, until] =
        ["school", "unit", "units_per_day", "from", "until"].map(|name| header.field(name));
    let units = directory.codes.list("absence-unit");
    let codes = AbsenceCodes::new(&directory.codes);
    let mut spans = Spans::new();
    move |row| {
        let known = row.known(school, Noun::School, &directory.schools);
        let found = row.code(unit, "absence-unit", &units);
        let units_per_day = row.number(per_day, &(1..=u32::from(MOST_UNITS)));
        let span = row.span(from, until);
        let found = found?;
        let Some(allowed) = codes.units_allowed(found) else {
            return Err(row.wrong(unit, conflict::minutes_are_no_unit));
        };
        if let Ok(number) = units_per_day
            && !allowed.contains(&number)
        {
            let name = row.value(unit);
            return Err(row.wrong(per_day, || conflict::units_do_not_fit(name, &allowed)));
        }
        let (school, span) = (known?.key, span?);
        if let Some(other) = recorded(directory, school, span) {
            return Err(row.wrong(from, || conflict::recorded_already(other)));
        }
        match spans.before(school, span, row.line) {
            Some(line) => Err(row.wrong(from, || conflict::overlaps(line))),
            None => Ok(Attendance { school, unit: found, units_per_day: units_per_day?, span }),
        }
    }
}

/// Reads rows of school days on which a register was not kept.
pub(super) fn day_not_taken(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<DayNotTaken, Reported> {
    let [school, class, day] = ["school", "class", "day"].map(|name| header.field(name));
    let nothing = Register::default();
    let mut once = Once::new();
    move |row| {
        let known = row.known(school, Noun::School, &directory.schools);
        let found = row.day(day);
        let class = row.text(class);
        let (school, found, class) = (known?.key, found?, class?);
        let register = directory.registers.get(&school).unwrap_or(&nothing);
        if !register.is_school_day(found) {
            return Err(row.wrong(day, || AbsenceRefusal::NoSchoolDay(found).text()));
        }
        let value = row.value(day);
        row.once(day, (school, class.clone(), found), value, &mut once)?;
        Ok(DayNotTaken { school, class, day: found })
    }
}

/// Reads rows of further stays of pupils who came back. Nobody is at a school twice on a day.
pub(super) fn stay(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Stay, Reported> {
    let [pupil, from, until] = ["pupil", "from", "until"].map(|name| header.field(name));
    let mut spans = Spans::new();
    move |row| {
        let known = row.known(pupil, Noun::Pupil, &directory.pupils);
        let span = row.span(from, until);
        let (known, span) = (known?, span?);
        let last = span.until.unwrap_or(crate::domain::Day(i32::MAX));
        let shared = Period::new(span.from, last).ok().and_then(|period| {
            known.stays().into_iter().find(|other| other.within(period).is_some())
        });
        if let Some(other) = shared {
            return Err(row.wrong(from, || conflict::there_already(other)));
        }
        match spans.before(known.key, span, row.line) {
            Some(line) => Err(row.wrong(from, || conflict::overlaps(line))),
            None => Ok(Stay { pupil: known.key, span }),
        }
    }
}

/// A time that the school has already, of which a day lies in `span`.
fn recorded(directory: &Directory, school: SchoolKey, span: Span) -> Option<Span> {
    let register = directory.registers.get(&school)?;
    let last = span.until.unwrap_or(crate::domain::Day(i32::MAX));
    let period = Period::new(span.from, last).ok()?;
    let mut spans = register.attendance.iter().map(|attendance| attendance.span);
    spans.find(|other| other.within(period).is_some())
}

#[cfg(test)]
mod tests {
    use super::super::kind::{Kind, Records};
    use super::super::sample::{mistakes, places, records};
    use crate::domain::{Day, SchoolKey, SchoolYear};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_second_half_year_begins_in_its_year_and_stands_once() {
        let text = "school,school_year,second_half_begins\n990001,2025/26,2026-02-02\n\
                    990001,2025/26,2026-02-03\n990002,2025/26,2026-08-03\n990009,2025,2026-13-01\n";
        let said = places(Kind::HalfYears, text);
        let expected = [
            (3, "school_year"),
            (4, "second_half_begins"),
            (5, "school"),
            (5, "school_year"),
            (5, "second_half_begins"),
        ];
        assert_eq!(said, expected.map(|(line, field)| (line, field.to_owned())));
        let text = "school,school_year,second_half_begins\n990001,2025/26,02.02.2026\n";
        let Ok(Records::HalfYears(found)) = records(Kind::HalfYears, text) else {
            panic!("a sound file")
        };
        assert_eq!((found[0].school, found[0].year), (SchoolKey(1), SchoolYear(2025)));
        assert_eq!(found[0].second_begins, day("2026-02-02"));
    }

    /// School 990001 of the sample records six lessons from 2025-08-27 to 2026-01-31 and half-days
    /// from 2026-02-01 on; school 990002 does not record.
    #[test]
    fn a_school_records_in_one_way_on_a_day() {
        let text = "school,unit,units_per_day,from,until\n\
                    990002,minute,6,2025-08-27,\n\
                    990002,half-day,1,2025-08-27,\n\
                    990002,lesson,13,2024-08-01,2024-08-02\n\
                    990001,lesson,5,2024-08-01,2025-08-27\n\
                    990001,lesson,5,2027-08-01,\n\
                    990002,lesson,5,2025-08-01,2025-09-30\n\
                    990002,lesson,6,2025-09-30,\n";
        let said = mistakes(Kind::Attendance, text);
        let said: Vec<_> =
            said.iter().map(|(line, field, why)| (*line, &**field, &**why)).collect();
        assert_eq!(
            said,
            [
                (
                    2,
                    "unit",
                    "only late arrivals are counted in minutes; use `day`, `half-day` or `lesson`"
                ),
                (3, "units_per_day", "counted in `half-day`, a school day always has 2"),
                (4, "units_per_day", "`13` is not a whole number from 1 to 12"),
                (5, "from", "the school already records absences from 2025-08-27 to 2026-01-31"),
                (
                    6,
                    "from",
                    "the school already records absences from 2026-02-01 until further notice"
                ),
                (
                    8,
                    "from",
                    "the time overlaps with that in line 7; let the earlier one end before"
                ),
            ]
        );
        let text = "school,unit,units_per_day,from\n990001,day,1,01.08.2024\n";
        assert_eq!(places(Kind::Attendance, text).len(), 1, "it has no end");
        let text = "school,unit,units_per_day,from,until\n990001,day,1,01.08.2024,26.08.2025\n\
                    990002,lesson,6,2025-08-27,2026-01-31\n990002,half-day,2,2026-02-01,\n";
        let Ok(Records::Attendance(found)) = records(Kind::Attendance, text) else {
            panic!("a sound file")
        };
        let told = found.iter().map(|one| (one.school.0, one.unit, one.units_per_day));
        assert_eq!(told.collect::<Vec<_>>(), [(1, 0, 1), (2, 2, 6), (2, 1, 2)]);
        assert_eq!(found[1].span.until, Some(day("2026-01-31")));
    }

    /// Pupil p1 of the sample is enrolled since 2024-08-01 without an end; 13 September is a Saturday.
    #[test]
    fn a_return_follows_a_leaving_and_a_day_not_taken_is_a_school_day() {
        let text = "pupil,from,until\np9,2025-09-01,\np1,2025-09-01,\np1,2023-08-01,2023-09-01\n\
                    p1,2023-09-01,2023-10-01\n";
        let said = mistakes(Kind::Stays, text);
        let said: Vec<_> =
            said.iter().map(|(line, field, why)| (*line, &**field, &**why)).collect();
        assert_eq!(
            said,
            [
                (2, "pupil", "there is no pupil with the code `p9`; import pupils first"),
                (
                    3,
                    "from",
                    "the pupil is at the school already from 2024-08-01 until further notice; let \
                     them leave first"
                ),
                (
                    5,
                    "from",
                    "the time overlaps with that in line 4; let the earlier one end before"
                ),
            ]
        );
        let text = "school,day,class\n990001,2025-09-13,\n990001,2025-09-15,3b\n\
                    990001,2025-09-15,3b\n990001,2025-09-15,\n";
        let expected = [(2, "day".to_owned()), (4, "day".to_owned())];
        assert_eq!(places(Kind::DaysNotTaken, text), expected);
        let text = "school,day\n990001,2025-09-15\n";
        let Ok(Records::DaysNotTaken(found)) = records(Kind::DaysNotTaken, text) else {
            panic!("a sound file")
        };
        assert_eq!((&*found[0].class, found[0].day), ("", day("2025-09-15")));
    }
}
