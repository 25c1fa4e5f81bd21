//! Contacts written as a file and read back are the same contacts, however the file is laid out.

use std::fmt::Write;

use proptest::prelude::*;

use super::kind::{Kind, Records};
use super::print::is_guardable;
use super::read::read;
use super::sample::{directory, ids};
use crate::domain::{
    Contact, Day, Directory, HouseholdKey, LONGEST_NOTE, NextStep, PrivateNote, PupilKey, SchoolKey,
};

/// How a file may be laid out without meaning anything else.
#[derive(Debug, Clone)]
struct Layout {
    separator: char,
    line_end: &'static str,
    has_mark: bool,
    has_german_days: bool,
    quotes_all: bool,
    /// Where the first column stands.
    turn: usize,
}

fn layouts() -> impl Strategy<Value = Layout> {
    let line_ends = prop::sample::select(vec!["\n", "\r\n"]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (prop::sample::select(vec![',', ';']), line_ends, flags, 0..20usize).prop_map(
        |(separator, line_end, (has_mark, has_german_days, quotes_all), turn)| Layout {
            separator,
            line_end,
            has_mark,
            has_german_days,
            quotes_all,
            turn,
        },
    )
}

/// A text as records keep it: trimmed, without control characters other than those allowed.
fn kept(text: &str, longest: usize, controls: &[char]) -> String {
    let may_stand = |letter: &char| {
        (!letter.is_control() || controls.contains(letter))
            && *letter != char::REPLACEMENT_CHARACTER
    };
    let text: String = text.chars().filter(may_stand).take(longest).collect();
    text.trim().to_owned()
}

fn notes() -> impl Strategy<Value = Option<String>> {
    let plain = any::<String>();
    let nasty = "[\"',;|\n\t a-cü]{0,30}";
    prop::option::of(prop_oneof![plain, nasty.prop_map(String::from)]).prop_map(|note| {
        let note = note.map(|note| kept(&note, LONGEST_NOTE / 4, &['\n', '\t']));
        note.filter(|note| !note.is_empty())
    })
}

fn days() -> impl Strategy<Value = Day> {
    (-25_567..=84_000).prop_map(Day)
}

/// Contacts that the sample directory allows.
fn contacts() -> impl Strategy<Value = Contact> {
    let people = prop::sample::subsequence(vec!["m1", "m2", "t1", "s1"], 1..=4).prop_shuffle();
    let pupils = prop::sample::subsequence(vec![31, 32, 33, 34], 0..=4).prop_shuffle();
    let when = (days(), prop::option::of(0u16..1440), 0u16..=1440);
    let what = (0u16..14, 0u16..6, prop::option::of(0u16..3), prop::option::of(0u16..22));
    let topics = 0u64..1 << 18;
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let next = (prop::option::of(0..500i32), any::<String>());
    let counts = (1i64..=2, 1u16..=500, prop::sample::select(vec![None, Some(21), Some(22)]));
    let texts = (notes(), notes(), notes());
    ((people, pupils), (when, what, topics), flags, next, counts, texts).prop_map(
        |((people, pupils), (when, what, topics), flags, next, counts, texts)| {
            let known = directory();
            let participant = |code: &&str| {
                let person = &known.practitioners[*code];
                (person.key, person.role)
            };
            let participants: Vec<_> = people.iter().map(participant).collect();
            let (day, time, minutes) = when;
            let (kind, result, consultation, language) = what;
            let (may_be_attempt, interpreter, has_next) = flags;
            // 0 is `reached` and never an attempt, 1 is `not-reached` and always one.
            let attempt = result == 1 || (result > 1 && may_be_attempt);
            let (school, persons, household) = counts;
            let (shared_note, social_work, teacher) = texts;
            let private_notes = [(2, social_work), (1, teacher)].into_iter();
            let private_notes = private_notes.filter_map(|(profession, text)| {
                let takes_part = participants.iter().any(|(_, role)| *role == profession);
                text.filter(|_| takes_part).map(|text| PrivateNote { profession, text })
            });
            let (due, text) = next;
            let step =
                NextStep { due: due.map(|days| day.plus(days)), text: kept(&text, 200, &[]) };
            let due = step.due.filter(|due| due.0 <= 84_005);
            let step = NextStep { due, ..step };
            let is_step = has_next && (step.due.is_some() || !step.text.is_empty());
            Contact {
                id: crate::domain::Id::from_bytes([0; 16]),
                school: SchoolKey(school),
                day,
                time,
                minutes,
                kind,
                result,
                attempt,
                consultation,
                language,
                interpreter,
                topics,
                persons: if attempt { 0 } else { persons },
                household: household_for(&pupils, household),
                pupils: pupils.into_iter().map(PupilKey).collect(),
                private_notes: private_notes.collect(),
                participants,
                next_step: is_step.then_some(step),
                shared_note,
            }
        },
    )
}

/// The household of the sample's pupils: 31 and 32 live in 21, 33 in 22, 34 in none that is known.
fn home(pupil: i64) -> Option<i64> {
    match pupil {
        31 | 32 => Some(21),
        33 => Some(22),
        _ => None,
    }
}

/// The wanted household where the pupils allow it, and theirs where they all share one.
fn household_for(pupils: &[i64], wanted: Option<i64>) -> Option<HouseholdKey> {
    let fits = |wanted: i64| {
        pupils.is_empty()
            || pupils.iter().any(|pupil| home(*pupil).is_none_or(|home| home == wanted))
    };
    let first = pupils.first().and_then(|pupil| home(*pupil));
    let shared = first.filter(|first| pupils.iter().all(|pupil| home(*pupil) == Some(*first)));
    wanted.filter(|wanted| fits(*wanted)).or(shared).map(HouseholdKey)
}

/// Column names and values of a contact, as a person would write them.
fn fields(contact: &Contact, known: &Directory, layout: &Layout) -> Vec<(String, String)> {
    let code = |list: &str, place: u16| known.codes.list(list).at(place).unwrap().code.clone();
    let day = |day: Day| if layout.has_german_days { day.german() } else { day.to_string() };
    let signs = |found: Vec<&str>| found.join("|");
    let person =
        |key| known.practitioners.iter().find(|(_, person)| person.key == key).unwrap().0.as_str();
    let pupil = |key: &PupilKey| {
        known.pupils.iter().find(|(_, pupil)| pupil.key == *key).unwrap().0.as_str()
    };
    let household =
        |key| known.households.iter().find(|(_, found)| **found == key).unwrap().0.clone();
    let note = |profession| {
        let note = contact.private_notes.iter().find(|note| note.profession == profession);
        note.map_or_else(String::new, |note| note.text.clone())
    };
    let time = contact.time.map(|time| format!("{:02}:{:02}", time / 60, time % 60));
    let step = contact.next_step.as_ref();
    let yes_or_no = |yes: bool| if yes { "ja" } else { "no" }.to_owned();
    let people = contact.participants.iter().map(|(key, _)| person(*key)).collect();
    [
        ("school", format!("99000{}", contact.school.0)),
        ("day", day(contact.day)),
        ("time", time.unwrap_or_default()),
        ("minutes", contact.minutes.to_string()),
        ("kind", code("contact-kind", contact.kind)),
        ("result", code("result", contact.result)),
        ("attempt", yes_or_no(contact.attempt)),
        ("participants", signs(people)),
        ("pupils", signs(contact.pupils.iter().map(pupil).collect())),
        ("household", contact.household.map(household).unwrap_or_default()),
        ("persons", contact.persons.to_string()),
        ("topics", known.codes.list("topic").of_set(contact.topics).join("|")),
        (
            "consultation",
            contact.consultation.map(|at| code("consultation", at)).unwrap_or_default(),
        ),
        ("language", contact.language.map(|at| code("language", at)).unwrap_or_default()),
        ("interpreter", yes_or_no(contact.interpreter)),
        ("next_due", step.and_then(|step| step.due).map(day).unwrap_or_default()),
        ("next_step", step.map(|step| step.text.clone()).unwrap_or_default()),
        ("shared_note", contact.shared_note.clone().unwrap_or_default()),
        ("private_note:social-work", note(2)),
        ("private_note:teacher", note(1)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// Bytes among which those that mean something in a file are frequent.
fn bytes() -> impl Strategy<Value = u8> {
    prop_oneof![prop::sample::select(b"\"\",,,;|\r\n\n a1".to_vec()), any::<u8>()]
}

fn print(contacts: &[Contact], known: &Directory, layout: &Layout) -> String {
    let mut text = String::from(if layout.has_mark { "\u{FEFF}" } else { "" });
    let mut line = |values: Vec<String>| {
        let cell = |value: String| {
            // One apostrophe before what looks like a formula is the guard of a file.
            let is_guarded = value.starts_with('\'') && is_guardable(&value);
            let value = if is_guarded { format!("'{value}") } else { value };
            let must = value.contains([layout.separator, '"', '\n', '\r']);
            let quoted = || format!("\"{}\"", value.replace('"', "\"\""));
            if must || layout.quotes_all { quoted() } else { value }
        };
        let cells: Vec<String> = values.into_iter().map(cell).collect();
        let separator = layout.separator.to_string();
        write!(text, "{}{}", cells.join(&separator), layout.line_end).unwrap();
    };
    for (place, contact) in contacts.iter().enumerate() {
        let mut fields = fields(contact, known, layout);
        let turn = layout.turn % fields.len();
        fields.rotate_left(turn);
        let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        if place == 0 {
            line(names);
        }
        line(values);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn contacts_that_are_printed_read_back_the_same(
        mut printed in prop::collection::vec(contacts(), 1..6),
        layout in layouts(),
    ) {
        let known = directory();
        let text = print(&printed, &known, &layout);
        let read = read(Kind::Contacts, text.as_bytes(), &known, &mut ids(), &mut |_| ());
        // Ids are the reader's, and notes stand in the order of the columns.
        let mut new_id = ids();
        for contact in &mut printed {
            contact.id = new_id();
            let turned = (18 + 20 - layout.turn) % 20 > (19 + 20 - layout.turn) % 20;
            if turned {
                contact.private_notes.reverse();
            }
        }
        prop_assert_eq!(read, Ok(Records::Contacts(printed)), "{}", text);
    }

    /// Whatever the bytes, reading ends, and an error has at least one mistake in both languages.
    #[test]
    fn any_bytes_are_read_or_refused_with_a_reason(
        kind in prop::sample::select(Kind::all().collect::<Vec<_>>()),
        rest in prop::collection::vec(bytes(), 0..200),
        has_header in any::<bool>(),
    ) {
        let names: Vec<_> = kind.columns().iter().map(|column| column.name).collect();
        let mut bytes = if has_header { format!("{}\n", names.join(",")).into_bytes() } else { vec![] };
        bytes.extend(rest);
        if let Err(mistakes) = read(kind, &bytes, &directory(), &mut ids(), &mut |_| ()) {
            prop_assert!(!mistakes.is_empty());
            let lines = 1 + bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
            for mistake in &mistakes.list {
                prop_assert!((1..=lines).contains(&mistake.line), "{:?}", mistake);
                prop_assert!(!mistake.reason.de.is_empty() && !mistake.reason.en.is_empty());
            }
        }
    }
}
