//! Rows to schools, their enrolments, their time in the programme, and the days they set free.

use super::header::Header;
use super::once::{Once, Spans};
use super::reason::{self, Noun};
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
            Some(line) => Err(row.wrong(from, || reason::overlaps(line))),
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
