//! A small invented municipality, for the tests of this module.

use super::kind::{Kind, Records};
use super::mistake::Mistakes;
use super::read::read;
use crate::domain::{
    Attendance, CodeLists, Contact, Day, Directory, HouseholdKey, Id, KnownPractitioner,
    KnownPupil, KnownSchool, PractitionerKey, PupilKey, Register, SchoolKey, Span,
};

/// Two schools, two mediators of one name (`m1`, `m2`), a teacher `t1`, a social worker `s1`;
/// pupils `p1` and `p2` in household `h1`, `p3` in `h2`, `p4` in none that is known, all at the first
/// school, which records absences: six lessons a day from 2025-08-27 to 2026-01-31, half-days from
/// then on, and is free on 2026-02-16. Pupil `p5` goes to the second, a Realschule, which does not.
/// Of each form that others refer to there is one record, such as team `te-1`; 120.50 EUR are left of
/// budget `b-7`.
pub(super) fn directory() -> Directory {
    let mut known = Directory { codes: CodeLists::new(CodeLists::seed()), ..Directory::default() };
    for (key, number) in [(1, "990001"), (2, "990002")] {
        let key = SchoolKey(key);
        let form = if number == "990001" { "02" } else { "10" };
        let school = KnownSchool { key, name: "Musterschule".into(), form: form.into() };
        known.schools.insert(number.into(), school);
    }
    let people = [(11, "m1", "mediation"), (12, "m2", "mediation")];
    for (key, code, role) in
        people.into_iter().chain([(13, "t1", "teacher"), (14, "s1", "social-work")])
    {
        let role = known.codes.list("role").place(role).unwrap();
        let person =
            KnownPractitioner { key: PractitionerKey(key), name: "Sam Beispiel".into(), role };
        known.practitioners.insert(code.into(), person);
    }
    for (key, code) in [(21, "h1"), (22, "h2")] {
        known.households.insert(code.into(), HouseholdKey(key));
    }
    for (key, code, household) in [
        (31, "p1", Some(21)),
        (32, "p2", Some(21)),
        (33, "p3", Some(22)),
        (34, "p4", None),
        (35, "p5", None),
    ] {
        let household = household.map(HouseholdKey);
        let enrolled = Span { from: Day::of(2024, 8, 1).unwrap(), until: None };
        let school = SchoolKey(if code == "p5" { 2 } else { 1 });
        let (further, class) = (Vec::new(), "3b".to_owned());
        let key = PupilKey(key);
        let pupil = KnownPupil { key, household, school, enrolled, further, class };
        known.pupils.insert(code.into(), pupil);
    }
    known.registers.insert(SchoolKey(1), register());
    for (kind, code, key) in [
        ("providers", "pr-1", 51),
        ("teams", "te-1", 52),
        ("sites", "si-1", 53),
        ("fundings", "fu-1", 54),
        ("support-cases", "sc-1", 55),
        ("goals", "go-1", 56),
        ("interpreter-budgets", "b-7", 57),
        ("reported-figures", "rf-1", 58),
    ] {
        known.entries.entry(kind).or_default().insert(code.into(), key);
    }
    known.budgets_left.insert(57, 12_050);
    known
}

/// How the first school records absences.
fn register() -> Register {
    let (half_day, lesson) = (1, 2);
    let of = |unit, units_per_day, from: &str, until: Option<&str>| Attendance {
        school: SchoolKey(1),
        unit,
        units_per_day,
        span: Span { from: from.parse().unwrap(), until: until.map(|last| last.parse().unwrap()) },
    };
    Register {
        attendance: vec![
            of(lesson, 6, "2025-08-27", Some("2026-01-31")),
            of(half_day, 2, "2026-02-01", None),
        ],
        days_off: ["2026-02-16".parse().unwrap()].into(),
        ..Register::default()
    }
}

/// Ids that count up from 1.
pub(super) fn ids() -> impl FnMut() -> Id {
    let mut last = 0u8;
    move || {
        last = last.wrapping_add(1);
        let mut bytes = [0; 16];
        bytes[15] = last;
        Id::from_bytes(bytes)
    }
}

/// The records of a file, with the sample directory.
pub(super) fn records(kind: Kind, text: &str) -> Result<Records, Mistakes> {
    read(kind, text.as_bytes(), &directory(), &mut ids(), &mut |_| ())
}

/// The records of a file of contacts that is right.
pub(super) fn contacts(text: &str) -> Vec<Contact> {
    match records(Kind::Contacts, text) {
        Ok(Records::Contacts(contacts)) => contacts,
        other => panic!("no contacts: {other:?}"),
    }
}

/// Line, column and English reason of every mistake in a file that is wrong.
pub(super) fn mistakes(kind: Kind, text: &str) -> Vec<(u64, String, String)> {
    let mistakes = records(kind, text).expect_err("the file is wrong");
    let both = |mistake: &super::mistake::Mistake| {
        !mistake.reason.de.is_empty() && mistake.reason.de != mistake.reason.en
    };
    assert!(mistakes.list.iter().all(both), "{mistakes:?}");
    let told = |mistake: super::mistake::Mistake| {
        (mistake.line, mistake.field.unwrap_or_default(), mistake.reason.en)
    };
    mistakes.list.into_iter().map(told).collect()
}

/// The columns of the mistakes of a file that is wrong, by line.
pub(super) fn places(kind: Kind, text: &str) -> Vec<(u64, String)> {
    mistakes(kind, text).into_iter().map(|(line, field, _)| (line, field)).collect()
}
