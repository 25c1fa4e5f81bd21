//! Rows to practitioners with their assignments and pairings, to households and to pupils.

use super::header::{Field, Header};
use super::once::{Once, Spans};
use super::reason::{self, Noun};
use super::row::{Reported, Row};
use crate::domain::{
    Assignment, Day, Directory, Household, Id, Pairing, Practitioner, PractitionerKey, Pupil, Span,
};

/// The most hours of work in a week. The store has the same bound, in minutes.
const MOST_HOURS: u32 = 60;

/// Reads rows of practitioners. Two of them may bear the same name.
pub(super) fn practitioner(
    header: &Header,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Practitioner, Reported> {
    let [code, name, role] = ["code", "name", "role"].map(|name| header.field(name));
    let roles = directory.codes.list("role");
    let mut once = Once::new();
    move |row| {
        let sign = row.new_sign(code, Noun::Practitioner, &directory.practitioners, &mut once);
        let name = row.required_text(name);
        let found = row.code(role, "role", &roles);
        let (code, name, _) = (sign?, name?, found?);
        Ok(Practitioner { id: new_id(), code, name, role: row.value(role).to_owned() })
    }
}

/// Reads rows of assignments. Two of one person at one school cannot share a day: hours would
/// count twice where a new row was added and the old one not ended.
pub(super) fn assignment(
    header: &Header,
    directory: &Directory,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Assignment, Reported> {
    let [practitioner, school, hours, from, until] =
        ["practitioner", "school", "weekly_hours", "from", "until"].map(|name| header.field(name));
    let mut spans = Spans::new();
    move |row| {
        let person = row.known(practitioner, Noun::Practitioner, &directory.practitioners);
        let known = row.known(school, Noun::School, &directory.schools);
        let weekly_minutes = row.hours(hours, MOST_HOURS);
        let span = row.span(from, until);
        let (practitioner, school, span) = (person?.key, known?.key, span?);
        match spans.before((practitioner, school), span, row.line) {
            Some(line) => Err(row.wrong(from, || reason::overlaps(line))),
            None => Ok(Assignment { practitioner, school, weekly_minutes: weekly_minutes?, span }),
        }
    }
}

/// Reads rows of pairings.
pub(super) fn pairing(
    header: &Header,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Pairing, Reported> {
    let [school, members, from, until] =
        ["school", "members", "from", "until"].map(|name| header.field(name));
    let mut spans = Spans::new();
    move |row| {
        let known = row.known(school, Noun::School, &directory.schools);
        let team = team(row, members, directory);
        let span = row.span(from, until);
        let (school, members, span) = (known?.key, team?, span?);
        let mut sorted = members.clone();
        sorted.sort_unstable();
        match spans.before((school, sorted), span, row.line) {
            Some(line) => Err(row.wrong(from, || reason::overlaps(line))),
            None => Ok(Pairing { id: new_id(), school, members, span }),
        }
    }
}

fn team(
    row: &mut Row<'_, '_>,
    members: Field<'_>,
    directory: &Directory,
) -> Result<Vec<PractitionerKey>, Reported> {
    row.required(members)?;
    let team = row.list(members, |row, code| {
        let known = row.known_as(members, code, Noun::Practitioner, &directory.practitioners)?;
        Ok(known.key)
    })?;
    if team.len() < 2 { Err(row.wrong(members, reason::too_few_members)) } else { Ok(team) }
}

/// Reads rows of households.
pub(super) fn household(
    header: &Header,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Household, Reported> {
    let [code, name] = ["code", "name"].map(|name| header.field(name));
    let mut once = Once::new();
    move |row| {
        let sign = row.new_sign(code, Noun::Household, &directory.households, &mut once);
        let name = row.text(name);
        let (code, name) = (sign?, name?);
        Ok(Household { id: new_id(), code, name })
    }
}

/// Reads rows of pupils.
pub(super) fn pupil(
    header: &Header,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Pupil, Reported> {
    let [code, given, family, birth, household] =
        ["code", "given_name", "family_name", "birth_day", "household"]
            .map(|name| header.field(name));
    let [school, grade, class, status] =
        ["school", "grade", "class", "status"].map(|name| header.field(name));
    let [enrolled_from, enrolled_until, accompanied_from, accompanied_until] =
        ["enrolled_from", "enrolled_until", "accompanied_from", "accompanied_until"]
            .map(|name| header.field(name));
    let grades = directory.codes.list("grade");
    let statuses = directory.codes.list("pupil-status");
    let mut once = Once::new();
    move |row| {
        let sign = row.new_sign(code, Noun::Pupil, &directory.pupils, &mut once);
        let (given_name, family_name) = (row.text(given), row.text(family));
        if row.value(given).is_empty() && row.value(family).is_empty() {
            row.wrong(given, reason::no_name);
        }
        let birth_day = row.optional_day(birth);
        let home = match row.value(household) {
            "" => Ok(None),
            _ => row.known(household, Noun::Household, &directory.households).map(Some),
        };
        let known = row.known(school, Noun::School, &directory.schools);
        let class = row.text(class);
        let codes = [
            row.code(grade, "grade", &grades).is_ok(),
            row.code(status, "pupil-status", &statuses).is_ok(),
        ];
        let enrolled = row.span(enrolled_from, enrolled_until);
        let accompanied = accompanied(row, accompanied_from, accompanied_until);
        born_before(row, birth, birth_day, enrolled)?;
        if codes != [true, true] {
            return Err(Reported);
        }
        let (code, given_name, family_name) = (sign?, given_name?, family_name?);
        let (household, school, class) = (home?.copied(), known?.key, class?);
        let (birth_day, enrolled, accompanied) = (birth_day?, enrolled?, accompanied?);
        let (grade, status) = (row.value(grade).to_owned(), row.value(status).to_owned());
        let id = new_id();
        Ok(Pupil {
            id,
            code,
            given_name,
            family_name,
            birth_day,
            household,
            school,
            grade,
            class,
            status,
            enrolled,
            accompanied,
        })
    }
}

/// When the programme accompanied a pupil; both days empty where it did not.
fn accompanied(
    row: &mut Row<'_, '_>,
    from: Field<'_>,
    until: Field<'_>,
) -> Result<Option<Span>, Reported> {
    let (first, last) = (row.optional_day(from), row.optional_day(until));
    match (first?, last?) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(row.wrong(until, || reason::end_without_beginning(from.name))),
        (Some(first), last) => row.span_of(first, last, until).map(Some),
    }
}

fn born_before(
    row: &mut Row<'_, '_>,
    field: Field<'_>,
    born: Result<Option<Day>, Reported>,
    enrolled: Result<Span, Reported>,
) -> Result<(), Reported> {
    match (born, enrolled) {
        (Ok(Some(born)), Ok(enrolled)) if born >= enrolled.from => {
            Err(row.wrong(field, || reason::born_after_enrolment(enrolled.from)))
        }
        _ => Ok(()),
    }
}
