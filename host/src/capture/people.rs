//! Rows to practitioners with their assignments and pairings, to households and to pupils.

use super::conflict::{self, Noun};
use super::header::{Field, Header};
use super::once::{Once, Spans};
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
            Some(line) => Err(row.wrong(from, || conflict::overlaps(line))),
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
            Some(line) => Err(row.wrong(from, || conflict::overlaps(line))),
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
    if team.len() < 2 { Err(row.wrong(members, conflict::too_few_members)) } else { Ok(team) }
}

/// Reads rows of households.
pub(super) fn household(
    header: &Header,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> impl FnMut(&mut Row<'_, '_>) -> Result<Household, Reported> {
    let [code, name, language] = ["code", "name", "language"].map(|name| header.field(name));
    let languages = directory.codes.list("language");
    let mut once = Once::new();
    move |row| {
        let sign = row.new_sign(code, Noun::Household, &directory.households, &mut once);
        let name = row.text(name);
        let spoken = row.optional_code(language, "language", &languages);
        let (code, name, spoken) = (sign?, name?, spoken?);
        let language = spoken.map(|_| row.value(language).to_owned());
        Ok(Household { id: new_id(), code, name, language })
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
    let [enrolled_from, enrolled_until, unknown, accompanied_from, accompanied_until] = [
        "enrolled_from",
        "enrolled_until",
        "unknown_from",
        "accompanied_from",
        "accompanied_until",
    ]
    .map(|name| header.field(name));
    let grades = directory.codes.list("grade");
    let statuses = directory.codes.list("pupil-status");
    let mut once = Once::new();
    move |row| {
        let sign = row.new_sign(code, Noun::Pupil, &directory.pupils, &mut once);
        let (given_name, family_name) = (row.text(given), row.text(family));
        if row.value(given).is_empty() && row.value(family).is_empty() {
            row.wrong(given, conflict::no_name);
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
        let unknown_from = unknown_from(row, unknown, enrolled);
        let accompanied = accompanied(row, accompanied_from, accompanied_until);
        born_before(row, birth, birth_day, enrolled)?;
        if codes != [true, true] {
            return Err(Reported);
        }
        let (code, given_name, family_name) = (sign?, given_name?, family_name?);
        let (household, school, class) = (home?.copied(), known?.key, class?);
        let (birth_day, enrolled, unknown_from) = (birth_day?, enrolled?, unknown_from?);
        let accompanied = accompanied?;
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
            unknown_from,
            accompanied,
        })
    }
}

/// From when on nobody knows where a pupil is; not before the enrolment.
fn unknown_from(
    row: &mut Row<'_, '_>,
    field: Field<'_>,
    enrolled: Result<Span, Reported>,
) -> Result<Option<Day>, Reported> {
    match (row.optional_day(field)?, enrolled) {
        (Some(day), Ok(enrolled)) if day < enrolled.from => {
            Err(row.wrong(field, || conflict::unknown_before_enrolment(enrolled.from)))
        }
        (day, _) => Ok(day),
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
        (None, Some(_)) => Err(row.wrong(until, || conflict::end_without_beginning(from.name))),
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
            Err(row.wrong(field, || conflict::born_after_enrolment(enrolled.from)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::kind::{Kind, Records};
    use super::super::sample::{mistakes, places, records};
    use crate::domain::{Day, HouseholdKey, PractitionerKey};

    fn at(places: &[(u64, &str)]) -> Vec<(u64, String)> {
        places.iter().map(|(line, field)| (*line, (*field).to_owned())).collect()
    }

    #[test]
    fn two_practitioners_of_one_name_stay_two_and_one_code_is_one() {
        let text = "code,name,role\nm1,Sam Beispiel,mediation\nn|1,Sam Beispiel,mediator\nn2,,\n\
                    n3,Sam Beispiel,mediation\nn3,Sam Beispiel,mediation\n";
        let expected =
            [(2, "code"), (3, "code"), (3, "role"), (4, "name"), (4, "role"), (6, "code")];
        assert_eq!(places(Kind::Practitioners, text), at(&expected));
        let text = "code,name,role\nn3,Sam Beispiel,mediation\nn4,Sam Beispiel,mediation\n";
        let Ok(Records::Practitioners(found)) = records(Kind::Practitioners, text) else {
            panic!("a sound file")
        };
        assert_eq!(found[0].name, found[1].name);
        assert_ne!(found[0].id, found[1].id);
        assert_eq!((&*found[1].code, &*found[1].role), ("n4", "mediation"));
    }

    #[test]
    fn weekly_hours_are_exact_and_do_not_count_twice() {
        let head = "practitioner;school;weekly_hours;from;until\n";
        let rows = "m1;990001;12,51;2025-08-01;\nm9;990001;61;2025-08-01;\n\
                    m1;990001;12,5;2025-08-01;2026-01-31\nm1;990001;10;2026-01-31;\n";
        let text = format!("{head}{rows}");
        let expected = [(2, "weekly_hours"), (3, "practitioner"), (3, "weekly_hours")];
        let expected: Vec<_> = expected.into_iter().chain([(4, "from"), (5, "from")]).collect();
        assert_eq!(places(Kind::Assignments, &text), at(&expected));
        let text = format!(
            "{head}m1;990001;12,5;01.08.2025;31.01.2026\nm1;990001;60;01.02.2026;\n\
                            m1;990002;0.25;2025-08-01;\n"
        );
        let Ok(Records::Assignments(found)) = records(Kind::Assignments, &text) else {
            panic!("a sound file")
        };
        assert_eq!(found.iter().map(|one| one.weekly_minutes).collect::<Vec<_>>(), [750, 3600, 15]);
        assert_eq!(found[0].span.until, Day::of(2026, 1, 31));
    }

    #[test]
    fn a_pairing_has_two_members_or_more_and_each_once() {
        let text = "school,members,from,until\n990001,m1,2025-08-01,\n990001,m1|m1|t1,2025-08-01,\n\
                    990001,m1||t9,2025-08-01,\n990001,,2025-08-01,\n\
                    990001,m1|t1,2025-08-01,\n990001,t1|m1,2026-01-01,\n";
        let said = mistakes(Kind::Pairings, text);
        let reasons: Vec<_> = said.iter().map(|(line, _, why)| (*line, &**why)).collect();
        assert_eq!(
            reasons,
            [
                (2, "a tandem or tridem has at least two members, separated by `|`"),
                (3, "`m1` is listed twice; list it once"),
                (4, "the list has an empty entry; separate entries by a single `|`"),
                (4, "there is no practitioner with the code `t9`; import practitioners first"),
                (5, "a value is missing; fill it in"),
                (7, "the time overlaps with that in line 6; let the earlier one end before"),
            ]
        );
        let text = "school,members,from\n990001, m1 | t1 |s1,2025-08-01\n990001,m2|t1,2025-08-01\n";
        let Ok(Records::Pairings(found)) = records(Kind::Pairings, text) else {
            panic!("a sound file")
        };
        assert_eq!(found[0].members, [11, 13, 14].map(PractitionerKey));
    }

    #[test]
    fn a_household_needs_a_code_and_no_name() {
        assert_eq!(places(Kind::Households, "code\nh1\n\"\"\nh 3\nh4\nh4\n").len(), 3);
        assert_eq!(records(Kind::Households, "code,name\nh3,\nh4,Muster\n").unwrap().len(), 2);
    }

    #[test]
    fn a_household_may_say_in_which_language_it_wants_letters() {
        assert_eq!(
            places(Kind::Households, "code,language\nh3,Türkisch\nh4,TR\nh5,\n"),
            at(&[(2, "language"), (3, "language")])
        );
        let text = "code,language\nh3,tr\nh4,\n";
        let Ok(Records::Households(found)) = records(Kind::Households, text) else {
            panic!("a sound file")
        };
        assert_eq!((found[0].language.as_deref(), &found[1].language), (Some("tr"), &None));
    }

    const PUPILS: &str = "code,given_name,family_name,birth_day,household,school,grade,class,status,\
                          enrolled_from,enrolled_until,accompanied_from,accompanied_until\n";

    #[test]
    fn everything_wrong_with_a_pupil_is_said_at_once() {
        let text = format!(
            "{PUPILS}p1,,,2026-01-01,h9,990009,3,{},aktive,2025-08-01,2025-07-31,,2026-01-01\n\
             p8,A,B,2025-08-01,,990001,03,,active,2025-08-01,,2026-01-01,2025-12-31\n",
            "x".repeat(201)
        );
        let fields = [
            (2, "code"),
            (2, "given_name"),
            (2, "household"),
            (2, "school"),
            (2, "class"),
            (2, "grade"),
            (2, "status"),
            (2, "enrolled_until"),
            (2, "accompanied_until"),
            (3, "accompanied_until"),
            (3, "birth_day"),
        ];
        assert_eq!(places(Kind::Pupils, &text), at(&fields));
    }

    #[test]
    fn a_pupil_may_have_one_name_and_no_household() {
        let text = format!(
            "{PUPILS}p8,Alex,,,,990001,E1,,active,2025-08-01,,,\n\
             p9,,Muster,24.12.2016,h2,990002,03,3b,left,2023-08-01,2026-01-31,2025-09-01,\n"
        );
        let Ok(Records::Pupils(found)) = records(Kind::Pupils, &text) else {
            panic!("a sound file")
        };
        assert_eq!((found[0].household, found[0].accompanied), (None, None));
        assert_eq!(found[1].household, Some(HouseholdKey(22)));
        assert_eq!(found[1].birth_day, Day::of(2016, 12, 24));
        assert_eq!(found[1].accompanied.unwrap().from, Day::of(2025, 9, 1).unwrap());
        assert_eq!((&*found[1].class, &*found[1].grade, &*found[1].status), ("3b", "03", "left"));
    }
}
