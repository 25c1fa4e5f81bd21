//! Rows to schools, their enrolments, their time in the programme, and the days they set free.

use super::conflict::{self, Noun};
use super::header::Header;
use super::once::{Once, Spans};
use super::row::{Reported, Row};
use crate::domain::{DayOff, Directory, Enrolment, Id, Participation, School};

/// The most pupils that one school can have. The largest of the Land have some three thousand; a
/// number beyond this one was typed wrong.
const MOST_PUPILS: u32 = 10_000;

/// Reads rows of schools.
pub(super) fn school(
    header: &Header,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<School, Reported> {
    let [number, name, form] = ["number", "name", "form"].map(|name| header.field(name));
    let forms = directory.codes.list("school-form");
    let mut once = Once::new();
    move |row| {
        let sign = row.new_sign(number, Noun::School, &directory.schools, &mut once);
        let name = row.required_text(name);
        let found = row.code(form, "school-form", &forms);
        let (number, name, _) = (sign?, name?, found?);
        Ok(School { id: new_id(), number, name, form: row.value(form).to_owned() })
    }
}

/// Reads rows of enrolments.
pub(super) fn enrolment(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Enrolment, Reported> {
    let [school, year, pupils] = ["school", "school_year", "pupils"].map(|name| header.field(name));
    let mut once = Once::new();
    move |row| {
        let known = row.known(school, Noun::School, &directory.schools);
        let found = row.school_year(year);
        let pupils = row.number(pupils, &(0..=MOST_PUPILS));
        let (school, found) = (known?.key, found?);
        let value = row.value(year);
        row.once(year, (school, found), value, &mut once)?;
        Ok(Enrolment { school, year: found, pupils: pupils? })
    }
}

/// Reads rows of participations. A school cannot take part twice on one day.
pub(super) fn participation(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Participation, Reported> {
    let [school, from, until] = ["school", "from", "until"].map(|name| header.field(name));
    let mut spans = Spans::new();
    move |row| {
        let known = row.known(school, Noun::School, &directory.schools);
        let span = row.span(from, until);
        let (school, span) = (known?.key, span?);
        match spans.before(school, span, row.line) {
            Some(line) => Err(row.wrong(from, || conflict::overlaps(line))),
            None => Ok(Participation { school, span }),
        }
    }
}

/// Reads rows of days off.
pub(super) fn day_off(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<DayOff, Reported> {
    let [school, day, reason] = ["school", "day", "reason"].map(|name| header.field(name));
    let mut once = Once::new();
    move |row| {
        let known = row.known(school, Noun::School, &directory.schools);
        let found = row.day(day);
        let reason = row.text(reason);
        let (school, found) = (known?.key, found?);
        let value = row.value(day);
        row.once(day, (school, found), value, &mut once)?;
        Ok(DayOff { school, day: found, reason: reason? })
    }
}

#[cfg(test)]
mod tests {
    use super::super::kind::{Kind, Records};
    use super::super::sample::{mistakes, places, records};
    use crate::domain::{Day, Level, SchoolKey, SchoolYear};

    #[test]
    fn schools_are_known_by_six_digits_and_only_once() {
        let text = "number,name,form\n990001,Known,02\n99003,Short,02\n990003,,2\n\
                    990004,A,02\n990004,B,04\n";
        let said = mistakes(Kind::Schools, text);
        let said: Vec<_> =
            said.iter().map(|(line, field, why)| (*line, &**field, &**why)).collect();
        assert_eq!(
            said,
            [
                (
                    2,
                    "number",
                    "there already is a school with the number `990001`; remove the row or use another"
                ),
                (3, "number", "`99003` is not a school number; it has six digits"),
                (4, "name", "a value is missing; fill it in"),
                (
                    4,
                    "form",
                    "`2` is not in the list `school-form`; allowed are `02`, `04`, `10`, `14`, `15`, `20`"
                ),
                (6, "number", "`990004` is already in line 5; remove one of the two rows"),
            ]
        );
        let Ok(Records::Schools(schools)) =
            records(Kind::Schools, "form,number,name\n10,990010, B \n")
        else {
            panic!("a sound file")
        };
        assert_eq!((&*schools[0].number, &*schools[0].name), ("990010", "B"));
        assert_eq!(schools[0].level(), Level::Secondary);
    }

    #[test]
    fn a_school_has_one_enrolment_a_year() {
        let text = "school,school_year,pupils\n990001,2025/26,200\n990002,2025/26,10001\n\
                    990001,2025/26,201\n990001,2025,200\n990009,2026/27,-1\n";
        assert_eq!(
            places(Kind::Enrolments, text),
            [(3, "pupils"), (4, "school_year"), (5, "school_year"), (6, "school"), (6, "pupils")]
                .map(|(line, field)| (line, field.to_owned()))
        );
        let found = records(Kind::Enrolments, "school;school_year;pupils\n990002;2025/26;0\n");
        let Ok(Records::Enrolments(found)) = found else { panic!("{found:?}") };
        assert_eq!(
            (found[0].school, found[0].year, found[0].pupils),
            (SchoolKey(2), SchoolYear(2025), 0)
        );
    }

    #[test]
    fn participations_of_a_school_follow_each_other() {
        let text = "school,from,until\n990001,2020-08-01,2023-07-31\n990001,2023-07-31,\n\
                    990002,2024-08-01,2024-07-31\n";
        assert_eq!(
            places(Kind::Participation, text),
            [(3, "from".to_owned()), (4, "until".to_owned())]
        );
        let text = "school,from,until\n990001,2020-08-01,2023-07-31\n990001,01.08.2023,\n\
                    990002,2020-08-01,\n";
        let Ok(Records::Participation(found)) = records(Kind::Participation, text) else {
            panic!("a sound file")
        };
        assert_eq!(found[1].span.from, Day::of(2023, 8, 1).unwrap());
        assert_eq!(found[1].span.until, None);
        assert_eq!(
            records(Kind::Participation, "school,from\n990001,2020-08-01\n").unwrap().len(),
            1
        );
    }

    #[test]
    fn a_day_off_needs_no_reason_and_stands_once() {
        let text = "school,day,reason\n990001,2026-02-16,Karneval\n990001,16.02.2026,\n\
                    990002,16.02.2026,\"two\nlines\"\n";
        assert_eq!(places(Kind::DaysOff, text), [(3, "day".to_owned()), (4, "reason".to_owned())]);
        let reason = |letters: usize| {
            format!("school,day,reason\n990001,2026-02-16,{}\n", "ü".repeat(letters))
        };
        assert_eq!(places(Kind::DaysOff, &reason(201)).len(), 1);
        assert_eq!(records(Kind::DaysOff, &reason(200)).unwrap().len(), 1);
        let text = "day,school\n16.02.2026,990001\n16.02.2026,990002\n";
        assert_eq!(records(Kind::DaysOff, text).unwrap().len(), 2);
    }
}
