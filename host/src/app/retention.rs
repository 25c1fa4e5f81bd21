//! Times of keeping: what is due, what the archive has to be asked about, and erasing it then.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::domain::{
    About, Day, Keeping, MOST_KEPT_YEARS, PupilKey, RetentionClass, Scope, SeenAs, Sheet,
    SheetCell, Text,
};
use crate::store::{ArchiveOffer, Doomed, PupilFilter, Reader, RetentionItem};

use super::erasure::{Cause, ErasureDone, confirm, ground};
use super::erasure_error::ErasureError;
use super::plugins::hex;
use super::sheets::{day, fact, table, text, whole, words};
use super::workspace::{new_id, now, today};
use super::{Actor, App, Error, UseCase};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A class of records as it is listed.
#[derive(Debug, Clone)]
pub struct ClassFacts {
    /// The class.
    pub class: RetentionClass,
    /// How many years it is kept.
    pub years: u16,
    /// Whether the municipality has chosen that.
    pub is_chosen: bool,
    /// How many records there are.
    pub records: u64,
    /// How many of them are past their time.
    pub due: u64,
    /// How many a person has to look at.
    pub undecided: u64,
    /// How many must not be erased.
    pub held: u64,
    /// The earliest last day of keeping.
    pub earliest: Option<Day>,
}

/// An offer that was written out.
#[derive(Debug, Clone)]
pub struct Offered {
    /// How many records are in it.
    pub records: u64,
    /// The SHA-256 of the file with the records, in hexadecimal.
    pub sha256: String,
}

impl App {
    /// Every class with its years and how much of it is due on a day.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn retention_classes(
        &self,
        actor: &Actor,
        on: Option<Day>,
    ) -> Result<Vec<ClassFacts>, Error> {
        self.permit(actor, UseCase::ErasureRead)?;
        classes(&self.store.read(&Scope::municipality())?, on.unwrap_or_else(today))
    }

    /// Sets how many years a class is kept.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError::NoSuchClass`]; [`ErasureError::BadYears`].
    pub fn set_retention(&mut self, actor: &Actor, class: &str, years: u16) -> Result<(), Error> {
        self.permit(actor, UseCase::RetentionChange)?;
        let class: RetentionClass = class.parse().map_err(ErasureError::from)?;
        if years > MOST_KEPT_YEARS {
            return Err(ErasureError::BadYears(years).into());
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.set_retention_years(class, years)?;
        Ok(writer.commit()?)
    }

    /// Sets after how many days without an answer of the archive something may be erased; 0: it has to
    /// answer.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn set_archive_term(&mut self, actor: &Actor, days: u16) -> Result<(), Error> {
        self.permit(actor, UseCase::RetentionChange)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.set_archive_term(Some(days).filter(|days| *days > 0))?;
        Ok(writer.commit()?)
    }

    /// What is kept how long as a sheet: the rule in words, by class, and by pupil.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn retention_sheet(&self, actor: &Actor, on: Option<Day>) -> Result<Sheet, Error> {
        self.permit(actor, UseCase::ErasureRead)?;
        let on = on.unwrap_or_else(today);
        let reader = self.store.read(&Scope::municipality())?;
        let items = reader.retention_items(today())?;
        let mut by_pupil: BTreeMap<PupilKey, Vec<&RetentionItem>> = BTreeMap::new();
        for item in &items {
            for pupil in &item.pupils {
                by_pupil.entry(*pupil).or_default().push(item);
            }
        }
        let mut pupils = table(
            "pupils",
            ("Nach Kindern", "By pupil"),
            ("Es ist kein Kind aufgenommen.", "There are no pupils."),
            &[
                ("pupil", "Kind", "Pupil"),
                ("records", "Einträge", "Records"),
                ("due", "davon über die Frist", "of these past their time"),
                ("state", "Das Kind selbst", "The pupil"),
                ("until", "Letzter Tag", "Last day"),
            ],
        );
        for view in reader.pupils(&PupilFilter::default())? {
            let Some(own) = by_pupil.get(&view.key) else { continue };
            let person = own.iter().find(|item| item.table == "pupil");
            let keeping = person.map_or(Keeping::Open, |item| item.keeping);
            let due = own.iter().filter(|item| item.keeping.is_due(on)).count();
            pupils.rows.push(vec![
                text(view.pupil.code),
                whole(i64::try_from(own.len()).unwrap_or(i64::MAX)),
                whole(i64::try_from(due).unwrap_or(i64::MAX)),
                SheetCell::Words(state(keeping, on)),
                last_day(keeping),
            ]);
        }
        let sheet = Sheet {
            id: "retention",
            title: Text::new("Aufbewahrung und Löschung", "Retention and erasure"),
            facts: vec![
                fact("Kommune", "Municipality", text(reader.municipality_name()?)),
                fact("Was fällig ist am", "What is due on", day(Some(on))),
            ],
            remarks: vec![Text::new(
                "Aufbewahrt wird bis zum 31. Dezember des Jahres, in dem etwas abgeschlossen ist und die \
                 Schulpflicht endet, das spätere von beiden, und dazu die Jahre der Frist. Was offen \
                 oder gesperrt ist, wird nie fällig. Fehlt ein Geburtstag, muss ein Mensch entscheiden.",
                "Records are kept until 31 December of the year in which they are closed and compulsory \
                 schooling ends, the later of the two, plus the years of their class. What is open or \
                 held is never due. Where a birthday is missing, a person has to decide.",
            )],
            tables: vec![class_table(&classes(&reader, on)?), pupils],
        };
        self.saw_sheet(actor, UseCase::ErasureRead, &reader, &sheet)?;
        Ok(sheet)
    }

    /// Erases what is due on a day and about which the archive was asked, or shows what would go.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError::NotYet`], [`ErasureError::NothingDue`],
    /// [`ErasureError::NotOffered`], [`ErasureError::BadConfirmation`].
    pub fn erase_due(
        &mut self,
        actor: &Actor,
        until: Day,
        confirmed_by: Option<&str>,
        is_preview: bool,
    ) -> Result<ErasureDone, Error> {
        self.permit(actor, UseCase::ErasureRead)?;
        if !is_preview {
            self.permit(actor, UseCase::Erase)?;
        }
        if until > today() && !is_preview {
            return Err(ErasureError::NotYet(until).into());
        }
        let (doomed, cause) = {
            let reader = self.store.read(&Scope::municipality())?;
            let mut due = due(&reader, until)?;
            if !is_preview {
                let records = due.len() as u64;
                let term = reader.archive_term()?;
                let silent_since = term.map(|days| now() - i64::from(days) * DAY);
                let done = reader.archive_is_done_with(silent_since)?;
                due.retain(|item| done.contains(&(item.table.to_owned(), item.key, item.part)));
                if due.is_empty() {
                    return Err(ErasureError::NotOffered { records }.into());
                }
            }
            confirm(&reader, actor, confirmed_by)?;
            let cause = Cause {
                kind: "retention",
                ground: ground(&reader, "time-over")?,
                confirmed_by: confirmed_by.map(str::to_owned),
                until: Some(until),
                again: Vec::new(),
            };
            (all_of(&due), cause)
        };
        self.erase(actor, &doomed, &cause, is_preview)
    }

    /// Writes what is due on a day for the archive: a list, and the records as JSON lines.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError::NotYet`], [`ErasureError::NothingDue`],
    /// [`ErasureError::Exists`]; [`Error::File`].
    pub fn offer_to_archive(
        &mut self,
        actor: &Actor,
        until: Option<Day>,
        folder: &Path,
    ) -> Result<Offered, Error> {
        self.permit(actor, UseCase::Erase)?;
        let until = until.unwrap_or_else(today);
        if until > today() {
            return Err(ErasureError::NotYet(until).into());
        }
        let id = new_id();
        let (items, list, records, codes) = {
            let reader = self.store.read(&Scope::municipality())?;
            let items = due(&reader, until)?;
            let (list, records) = written(&reader, &items)?;
            (items, list, records, codes(&reader)?)
        };
        // Whoever opens the files sees them, so it is noted before there are any.
        let mut about = About::records(items.len());
        about.pupils.extend(items.iter().flat_map(|item| item.pupils.iter().copied()));
        about.households.extend(items.iter().filter_map(|item| item.household));
        self.saw(actor, UseCase::Erase, SeenAs::Export, about)?;
        self.settle_reads()?;
        fs_err::create_dir_all(folder).map_err(Error::File)?;
        let sha256: [u8; 32] = Sha256::digest(&records).into();
        let files = [
            ("list.csv", list.into_bytes()),
            ("records.jsonl", records),
            ("codes.json", codes),
            ("about.txt", ABOUT.as_bytes().to_vec()),
        ];
        for (name, bytes) in files {
            let path = folder.join(name);
            let file = fs_err::OpenOptions::new().write(true).create_new(true).open(&path);
            let mut file = file.map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => ErasureError::Exists(path.clone()).into(),
                _ => Error::File(error),
            })?;
            file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(Error::File)?;
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.add_archive_offer(id, until, &items, &sha256)?;
        writer.commit()?;
        Ok(Offered { records: items.len() as u64, sha256: hex(&sha256) })
    }

    /// Notes what the archive said to the offers that wait for an answer. Gives how many.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError::BadAnswer`], [`ErasureError::NothingOffered`].
    pub fn archive_answered(
        &mut self,
        actor: &Actor,
        answer: &str,
        on: Option<Day>,
    ) -> Result<u64, Error> {
        self.permit(actor, UseCase::Erase)?;
        if !["taken", "declined"].contains(&answer) {
            return Err(ErasureError::BadAnswer(answer.to_owned()).into());
        }
        let on = on.unwrap_or_else(today);
        let mut writer = self.store.write(&actor.author())?;
        let offers = writer.answer_archive_offers(answer, on, None)?;
        if offers == 0 {
            return Err(ErasureError::NothingOffered.into());
        }
        writer.commit()?;
        Ok(offers)
    }

    /// The offers, and after how many days without an answer something may be erased.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn archive_offers(&self, actor: &Actor) -> Result<(Vec<ArchiveOffer>, Option<u16>), Error> {
        self.permit(actor, UseCase::ErasureRead)?;
        let reader = self.store.read(&Scope::municipality())?;
        Ok((reader.archive_offers()?, reader.archive_term()?))
    }
}

/// What is said to the archive about the files.
const ABOUT: &str = "\
Angebot an das Archiv\n\
=====================\n\
list.csv       eine Zeile je Eintrag: Art, abgeschlossen am, aufbewahrt bis, Zahl der Zeilen.\n\
records.jsonl  die Zeilen, je Zeile ein JSON-Objekt; `number` ist die Nummer aus der Liste.\n\
codes.json     die Codelisten. Codes stehen in den Zeilen als Platz in ihrer Liste, gezählt ab 0; Mengen\n\
               von Codes als Summe von Zweierpotenzen der Plätze.\n\
Tage zählen ab dem 1.1.1970, Zeitpunkte in Sekunden ab dann (UTC). Vertrauliche Notizen sind nicht dabei.\n\
\n\
Offer to the archive\n\
====================\n\
list.csv       a line for each record: class, closed on, kept until, number of rows.\n\
records.jsonl  the rows, a JSON object in each line; `number` is the number in the list.\n\
codes.json     the code lists. In rows a code is its place in its list, counted from 0; a set of codes\n\
               is the sum of two to the power of each place.\n\
Days count from 1 January 1970, moments in seconds from then (UTC). Private notes are not among them.\n";

/// The code lists as JSON.
fn codes(reader: &Reader<'_>) -> Result<Vec<u8>, Error> {
    let lists = reader.code_lists();
    let codes = |name: &str| -> Vec<serde_json::Value> {
        let list = lists.list(name);
        let codes = list.codes().iter();
        codes.map(|it| json!({ "code": it.code, "de": it.de, "en": it.en })).collect()
    };
    let all: BTreeMap<&str, _> =
        lists.names().into_iter().map(|name| (name, codes(name))).collect();
    serde_json::to_vec_pretty(&all).map_err(Error::Document)
}

/// What is due on a day.
fn due(reader: &Reader<'_>, on: Day) -> Result<Vec<RetentionItem>, Error> {
    let mut items = reader.retention_items(today())?;
    items.retain(|item| item.keeping.is_due(on));
    if items.is_empty() { Err(ErasureError::NothingDue(on).into()) } else { Ok(items) }
}

/// The same, as what is to be erased.
fn all_of(items: &[RetentionItem]) -> Doomed {
    let mut doomed = Doomed::default();
    for item in items {
        match item.table {
            "pupil" => doomed.pupils.push(PupilKey(item.key)),
            "household" => doomed.households.push(crate::domain::HouseholdKey(item.key)),
            table => doomed.records.push((table, item.key, item.part)),
        }
    }
    doomed
}

/// The list of an offer as CSV, and the records as JSON lines.
fn written(reader: &Reader<'_>, items: &[RetentionItem]) -> Result<(String, Vec<u8>), Error> {
    let (mut list, mut lines) = ("number;class;closed;kept_until;rows\n".to_owned(), Vec::new());
    for (item, number) in items.iter().zip(1..) {
        let rows = reader.archive_rows(item)?;
        let until = match item.keeping {
            Keeping::Until(day) => day.to_string(),
            _ => String::new(),
        };
        let closed = item.closed.map(|day| day.to_string()).unwrap_or_default();
        let class = item.class.code();
        list.extend([format!("{number};{class};{closed};{until};{}\n", rows.len())]);
        for (table, record) in rows {
            let line = json!({ "number": number, "class": class, "table": table, "row": record });
            lines.extend(line.to_string().bytes());
            lines.push(b'\n');
        }
    }
    Ok((list, lines))
}

/// Every class with its years and how much of it is due on a day.
pub(super) fn classes(reader: &Reader<'_>, on: Day) -> Result<Vec<ClassFacts>, Error> {
    let items = reader.retention_items(today())?;
    let facts = |(class, years, is_chosen): (RetentionClass, u16, bool)| {
        let own = || items.iter().filter(move |item| item.class == class);
        let count = |holds: &dyn Fn(Keeping) -> bool| {
            own().filter(|item| holds(item.keeping)).count() as u64
        };
        let until = |item: &RetentionItem| match item.keeping {
            Keeping::Until(day) => Some(day),
            _ => None,
        };
        ClassFacts {
            class,
            years,
            is_chosen,
            records: count(&|_| true),
            due: count(&|keeping| keeping.is_due(on)),
            undecided: count(&Keeping::is_undecided),
            held: count(&|keeping| keeping == Keeping::Held),
            earliest: own().filter_map(until).min(),
        }
    };
    Ok(reader.retention_years()?.into_iter().map(facts).collect())
}

/// The classes as a table of a sheet.
pub(super) fn class_table(classes: &[ClassFacts]) -> crate::domain::SheetTable {
    let mut shown = table(
        "retention-classes",
        ("Aufbewahrung nach Arten", "Retention by class"),
        ("Nichts ist gespeichert.", "Nothing is kept."),
        &[
            ("class", "Daten", "Records"),
            ("closed", "Abgeschlossen", "Closed"),
            ("years", "Frist in Jahren", "Kept for years"),
            ("records", "Einträge", "Entries"),
            ("due", "über die Frist", "past their time"),
            ("undecided", "ein Mensch muss entscheiden", "a person has to decide"),
            ("held", "gesperrt", "held"),
            ("earliest", "Frühester letzter Tag", "Earliest last day"),
        ],
    );
    let number = |number: u64| whole(i64::try_from(number).unwrap_or(i64::MAX));
    for facts in classes {
        shown.rows.push(vec![
            SheetCell::Words(facts.class.text()),
            SheetCell::Words(facts.class.closing()),
            whole(facts.years),
            number(facts.records),
            number(facts.due),
            number(facts.undecided),
            number(facts.held),
            day(facts.earliest),
        ]);
    }
    shown
}

/// What there is to say of how long something is kept.
fn state(keeping: Keeping, on: Day) -> Text {
    match keeping {
        keeping if keeping.is_due(on) => Text::new("über die Frist hinaus", "past its time"),
        Keeping::Until(_) | Keeping::VeryLong => Text::new("in der Frist", "within its time"),
        Keeping::BirthUnknown => Text::new(
            "ein Mensch muss entscheiden: ein Geburtstag fehlt",
            "a person has to decide: a birthday is missing",
        ),
        Keeping::Forgotten => Text::new(
            "ein Mensch muss entscheiden: nie abgeschlossen, die Schulzeit ist lange vorbei",
            "a person has to decide: never closed, and school is long over",
        ),
        Keeping::Open => Text::new("offen", "open"),
        Keeping::Held => Text::new("gesperrt", "held"),
    }
}

fn last_day(keeping: Keeping) -> SheetCell {
    match keeping {
        Keeping::Until(last) => SheetCell::Day(last),
        Keeping::VeryLong => words("nach 2199", "after 2199"),
        _ => SheetCell::Empty,
    }
}
