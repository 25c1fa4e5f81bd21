//! The absence list of one school: who missed how much, by name, for the school alone.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::{
    Batch, CodeLists, Day, Period, PupilKey, SchoolYear, Scope, Sheet, SheetCell, SheetTable, Term,
    Text, Values,
};
use crate::store::{self, ColumnsError, ColumnsRequest, Numbering, PupilView, Reader};

use super::super::lookups::coded;
use super::super::workspace::today;
use super::super::{Actor, App, Error, UseCase};
use super::parts::{Titled, code, day, fact, table, text, whole, with_unit, words};
use super::rating::{Rating, Thresholds, share};

/// Which absences to list.
#[derive(Debug, Clone, Copy)]
pub struct AbsenceSheet<'a> {
    /// The school's number.
    pub school: &'a str,
    /// The days that count; this school year up to today without any.
    pub period: Option<Period>,
    /// From when on a pupil is marked.
    pub thresholds: Thresholds,
}

/// What is read of the dataset `pupil_terms`, in this order.
const FIELDS: [&str; 10] = [
    "pupil",
    "school_year",
    "term",
    "unit",
    "enrolled_days",
    "possible_units",
    "missed_excused",
    "missed_unexcused",
    "missed_open",
    "late_minutes",
];

/// A row of the dataset, as far as the list shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TermRow {
    year: SchoolYear,
    term: u16,
    unit: u16,
    days: i64,
    possible: i64,
    excused: i64,
    unexcused: i64,
    open: i64,
    late: i64,
}

impl TermRow {
    fn missed(self) -> i64 {
        self.excused + self.unexcused + self.open
    }
}

impl App {
    /// The absences of a school's pupils with what they amount to. It names pupils, so it is for those
    /// who work at the school and for nobody else, the operator not excepted.
    ///
    /// The figures are those of the dataset `pupil_terms`, which plugins count by.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`], also for one out of sight; [`Error::InsideSchool`] for whoever acts as
    /// nobody in particular.
    pub fn absence_sheet(&self, actor: &Actor, asked: &AbsenceSheet<'_>) -> Result<Sheet, Error> {
        let scope = self.permit(actor, UseCase::SheetAbsences)?;
        let directory = self.store.read(&scope)?.directory()?;
        let none = || Error::NoSuchSchool(asked.school.to_owned());
        let school = directory.schools.get(asked.school).ok_or_else(none)?;
        if actor.practitioner().is_none() {
            return Err(Error::InsideSchool(asked.school.to_owned()));
        }
        let reader = self.store.read(&Scope::of_schools([school.key]))?;
        let so_far = || Period::new(SchoolYear::of(today()).period().first, today());
        let period = asked.period.map_or_else(so_far, Ok)?;
        let rows = term_rows(&reader, period)?;
        let filter = store::PupilFilter {
            school: Some(asked.school.to_owned()),
            ..store::PupilFilter::default()
        };
        let mut pupils = reader.pupils(&filter)?;
        pupils.retain(|view| view.pupil.enrolled.within(period).is_some());
        pupils.sort_by_key(|view| {
            let pupil = &view.pupil;
            (pupil.class.clone(), pupil.family_name.clone(), pupil.given_name.clone(), view.key)
        });
        let codes = reader.code_lists();
        let tables = tables(&pupils, &rows, (period.last, asked.thresholds), codes);
        let sheet = Sheet {
            id: "absences",
            title: Text::new("Fehlzeiten der Schule", "Absences at the school"),
            facts: vec![
                fact("Schule", "School", text(format!("{} {}", asked.school, school.name))),
                fact("Von", "From", day(Some(period.first))),
                fact("Bis", "Until", day(Some(period.last))),
                fact("Bestimmt für", "Meant for", words("nur für die Schule", "the school alone")),
            ],
            remarks: remarks(asked.thresholds),
            tables: tables.into(),
        };
        self.saw_sheet(actor, UseCase::SheetAbsences, &reader, &sheet)?;
        Ok(sheet)
    }
}

fn remarks(thresholds: Thresholds) -> Vec<Text> {
    let Thresholds { persistent, severe, least_days } = thresholds;
    vec![
        Text::new(
            "Die Liste nennt Kinder mit Namen. Sie ist nur für die Schule bestimmt und verlässt sie nicht.",
            "The list names pupils. It is for the school alone and does not leave it.",
        ),
        Text::new(
            format!(
                "Gefehlt ist entschuldigt, unentschuldigt und offen zusammen. Offen heißt ungeklärt, \
                 nicht unentschuldigt. „Anhaltend“ ab {persistent}\u{a0}% der möglichen Einheiten, \
                 „erheblich“ ab {severe}\u{a0}%; wer weniger als {least_days} Tage da war, wird nicht \
                 bewertet. Der Anteil ist abgerundet."
            ),
            format!(
                "Missed is excused, unexcused and open together. Open means not cleared up, which is \
                 not unexcused. “Persistent” from {persistent}\u{a0}% of the possible units on, “severe” \
                 from {severe}\u{a0}%; whoever was there for fewer than {least_days} days is not rated. \
                 The share is rounded down."
            ),
        ),
        Text::new(
            "Gezählt werden nur Schultage, an denen die Schule Fehlzeiten erfasst hat. Nicht erfasst ist \
             nicht anwesend. Wo im Schuljahr die Einheit gewechselt hat, steht jedes Halbjahr für sich.",
            "Only school days on which the school recorded absences count. Not recorded is not present. \
             Where the unit changed within a school year, each half-year stands for itself.",
        ),
    ]
}

/// The rows of the dataset by pupil: of a school year the whole, or its halves where the whole has no
/// row because the unit changed.
fn term_rows(
    reader: &Reader<'_>,
    period: Period,
) -> Result<HashMap<PupilKey, Vec<TermRow>>, Error> {
    let request =
        ColumnsRequest { dataset: "pupil_terms", fields: &FIELDS, period, plugin: "org.tridem" };
    let mut found: Vec<(u32, TermRow)> = Vec::new();
    reader.columns::<ColumnsError>(&mut Numbering::default(), &request, |batch| {
        found.extend((0..batch.rows).map(|row| row_of(&batch, row)));
        Ok(())
    })?;
    let indexes: BTreeSet<u32> = found.iter().map(|(index, _)| *index).collect();
    let pupils = reader.pupils_of_indexes(&indexes)?;
    let whole = reader.code_lists().list("term").place(Term::Year.code());
    let years: HashSet<(u32, i32)> = found
        .iter()
        .filter(|(_, row)| Some(row.term) == whole)
        .map(|(index, row)| (*index, row.year.0))
        .collect();
    let mut rows: HashMap<PupilKey, Vec<TermRow>> = HashMap::new();
    for (index, row) in found {
        let is_whole = Some(row.term) == whole;
        let is_shown = is_whole || !years.contains(&(index, row.year.0));
        if let Some((key, _)) = pupils.get(&index).filter(|_| is_shown) {
            rows.entry(*key).or_default().push(row);
        }
    }
    Ok(rows)
}

fn row_of(batch: &Batch, row: usize) -> (u32, TermRow) {
    let value = |place: usize| -> i64 {
        match batch.columns.get(place).map(|column| &column.values) {
            Some(Values::Indexes(values)) => i64::from(values[row]),
            Some(Values::Integers(values)) => i64::from(values[row]),
            Some(Values::Codes(values)) => i64::from(values[row]),
            Some(Values::Longs(values)) => values[row],
            _ => 0,
        }
    };
    let small = |place: usize| u16::try_from(value(place)).unwrap_or(u16::MAX);
    let term = TermRow {
        year: SchoolYear(i32::try_from(value(1)).unwrap_or_default()),
        term: small(2),
        unit: small(3),
        days: value(4),
        possible: value(5),
        excused: value(6),
        unexcused: value(7),
        open: value(8),
        late: value(9),
    };
    (u32::try_from(value(0)).unwrap_or(u32::MAX), term)
}

const PUPIL: [Titled; 3] =
    [("pupil", "Kind", "Pupil"), ("name", "Name", "Name"), ("class", "Klasse", "Class")];

const COUNTED: [Titled; 8] = [
    ("term", "Abschnitt", "Term"),
    ("unit", "Einheit", "Unit"),
    ("possible", "Möglich", "Possible"),
    ("missed", "Gefehlt", "Missed"),
    ("excused", "Entschuldigt", "Excused"),
    ("unexcused", "Unentschuldigt", "Unexcused"),
    ("open", "Offen", "Open"),
    ("late", "Verspätet", "Late"),
];

fn tables(
    pupils: &[PupilView],
    rows: &HashMap<PupilKey, Vec<TermRow>>,
    (last, thresholds): (Day, Thresholds),
    codes: &CodeLists,
) -> [SheetTable; 3] {
    let rated = [("share", "Anteil", "Share"), ("rating", "Bewertung", "Rating")];
    let since = [("status", "Status", "Status"), ("since", "Seit", "Since")];
    let listed = table(
        "absences",
        ("Fehlzeiten", "Absences"),
        ("In diesem Zeitraum ist nichts erfasst.", "Nothing is recorded in this period."),
        &[&PUPIL[..], &rated[..], &COUNTED[..]].concat(),
    );
    let listed = with_unit(listed, &["share"], "%", "%");
    let mut listed = with_unit(listed, &["late"], "min", "min");
    let unknown = table(
        "whereabouts-unknown",
        ("Verbleib ungeklärt", "Whereabouts unknown"),
        ("Von jedem Kind ist bekannt, wo es ist.", "It is known of every pupil where they are."),
        &[&PUPIL[..], &since[..], &COUNTED[..]].concat(),
    );
    let mut unknown = with_unit(unknown, &["late"], "min", "min");
    let mut uncounted = table(
        "not-recorded",
        ("Ohne erfasste Tage", "Without recorded days"),
        ("Für jedes Kind sind Tage erfasst.", "Days are recorded for every pupil."),
        &PUPIL,
    );
    for view in pupils {
        let pupil = &view.pupil;
        let head = || {
            let name = format!("{} {}", pupil.given_name, pupil.family_name);
            vec![text(&pupil.code), text(name.trim()), text(&pupil.class)]
        };
        let mut terms = rows.get(&view.key).cloned().unwrap_or_default();
        terms.sort_by_key(|row| (row.year, row.term));
        if is_unknown(view, last) {
            let since = || {
                let status = coded(codes, "pupil-status", &pupil.status);
                vec![SheetCell::Words(status.text()), day(pupil.unknown_from)]
            };
            let counted = terms.iter().map(|row| counted(*row, codes));
            // One without a day that counts is listed all the same.
            let counted: Vec<_> =
                if terms.is_empty() { vec![vec![SheetCell::Empty; 8]] } else { counted.collect() };
            unknown.rows.extend(counted.into_iter().map(|cells| [head(), since(), cells].concat()));
        } else if terms.is_empty() {
            uncounted.rows.push(head());
        } else {
            listed.rows.extend(terms.iter().map(|row| {
                let rating = thresholds.rate(row.missed(), row.possible, row.days);
                [head(), rated_cells(*row, rating), counted(*row, codes)].concat()
            }));
        }
    }
    [listed, unknown, uncounted]
}

/// Whether nobody knows where a pupil is on the last day of the period.
fn is_unknown(view: &PupilView, last: Day) -> bool {
    let pupil = &view.pupil;
    pupil.unknown_from.is_some_and(|from| from <= last)
        || (pupil.unknown_from.is_none() && pupil.status == "whereabouts-unknown")
}

fn counted(row: TermRow, codes: &CodeLists) -> Vec<SheetCell> {
    let term = match code(codes, "term", Some(row.term)) {
        SheetCell::Words(term) => {
            words(format!("{} {}", term.de, row.year), format!("{} {}", term.en, row.year))
        }
        other => other,
    };
    let numbers = [row.possible, row.missed(), row.excused, row.unexcused, row.open, row.late];
    let head = [term, code(codes, "absence-unit", Some(row.unit))];
    head.into_iter().chain(numbers.map(whole)).collect()
}

fn rated_cells(row: TermRow, rating: Rating) -> Vec<SheetCell> {
    let rating_words = match rating {
        Rating::Below => SheetCell::Empty,
        Rating::Persistent => words("anhaltend", "persistent"),
        Rating::Severe => words("erheblich", "severe"),
        Rating::TooShort => words("zu kurz da", "there too short"),
    };
    let share = match rating {
        Rating::TooShort => None,
        _ => share(row.missed(), row.possible),
    };
    vec![share.map_or(SheetCell::Empty, SheetCell::Number), rating_words]
}
