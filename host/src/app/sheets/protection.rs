//! Data protection on one sheet: what is kept, who may read it, what left, and what is past its time.

use std::collections::BTreeMap;

use crate::domain::{
    Action, Dictionary, FormKind, KEPT_YEARS, Month, Scope, Sheet, SheetCell, SheetTable, Text,
    kept_until, schooling_ends,
};
use crate::store::{self, AuditFilter, Kept, Reader};

use super::super::retention::{class_table, classes};
use super::super::workspace::{day_of, today};
use super::super::{Actor, App, Error, UseCase};
use super::parts::{day, fact, records, table, text, whole, with_unit, words};
use super::protection_words::{CLASSES, OPEN_POINTS, WRITTEN_FILES};

/// The actions after which something lies outside the database, or was shown to somebody.
const LEAVING: [Action; 6] = [
    Action::ExportMake,
    Action::BackupMake,
    Action::StoreRestore,
    Action::ReportRun,
    Action::PluginRun,
    Action::LetterRender,
];

impl App {
    /// What is kept and of whom, what plugins may read, what left the records by action and month,
    /// consents by state, what is past its time, and what is not protected yet. It is for whoever
    /// answers for all schools.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`] for a practitioner.
    pub fn protection_sheet(&self, actor: &Actor) -> Result<Sheet, Error> {
        self.permit(actor, UseCase::SheetProtection)?;
        let reader = self.store.read(&Scope::municipality())?;
        let tables = vec![
            kept(&reader.kept()?),
            grants(&reader)?,
            left(&reader)?,
            consents(&reader)?,
            past(&reader)?,
            class_table(&classes(&reader, today())?),
            fixed(
                "written-files",
                ("Wo Daten den Rechner verlassen können", "Where data can leave the machine"),
                ("Befehl", "Command"),
                &WRITTEN_FILES,
            ),
            fixed(
                "open-points",
                ("Was noch nicht geschützt ist", "What is not protected yet"),
                ("Punkt", "Point"),
                &OPEN_POINTS,
            ),
        ];
        Ok(Sheet {
            id: "data-protection",
            title: Text::new("Blatt zum Datenschutz", "Data protection sheet"),
            facts: vec![
                fact("Kommune", "Municipality", text(reader.municipality_name()?)),
                fact("Stand", "As of", day(Some(today()))),
                fact(
                    "Bestimmt für",
                    "Meant for",
                    words("nur in der Verwaltung", "within the administration"),
                ),
            ],
            remarks: vec![Text::new(
                "Das Protokoll hält fest, was geändert wurde und wer Einträge zu wem gesehen hat. Ethnie, \
                 Religion und Staatsangehörigkeit haben kein Feld.",
                "The audit says what was changed, and who has seen entries about whom. There is no field \
                 for ethnicity, religion or nationality.",
            )],
            tables,
        })
    }
}

/// The word for a class of records: a table of ours, or a form.
fn class(kept: &Kept) -> SheetCell {
    if let Some((_, de, en)) = CLASSES.iter().find(|(class, ..)| *class == kept.class) {
        return words(*de, *en);
    }
    let form = FormKind::all().find(|form| form.table == kept.class);
    form.map_or_else(|| text(kept.class), |form| SheetCell::Words(form.title.clone()))
}

fn kept(found: &[Kept]) -> SheetTable {
    let mut shown = table(
        "kept",
        ("Was gespeichert ist", "What is kept"),
        ("Nichts ist gespeichert.", "Nothing is kept."),
        &[
            ("class", "Daten", "Records"),
            ("records", "Einträge", "Entries"),
            ("oldest", "Ältester Tag", "Oldest day"),
            ("newest", "Neuester Tag", "Newest day"),
        ],
    );
    for kept in found {
        let (oldest, newest) = kept.days.unzip();
        shown.rows.push(vec![class(kept), whole(kept.records), day(oldest), day(newest)]);
    }
    shown
}

/// What plugins may read, in the words of the data dictionary, a row for each dataset.
fn grants(reader: &Reader<'_>) -> Result<SheetTable, Error> {
    let mut shown = table(
        "grants",
        ("Was Plugins lesen dürfen", "What plugins may read"),
        ("Kein Plugin darf etwas lesen.", "No plugin may read anything."),
        &[
            ("plugin", "Plugin", "Plugin"),
            ("dataset", "Daten", "Records"),
            ("fields", "Felder", "Fields"),
            ("purpose", "Zweck", "Purpose"),
            ("until", "Erlaubt bis", "Allowed until"),
        ],
    );
    for plugin in reader.plugins()? {
        type Key = (String, String, String, Option<crate::domain::Day>);
        let mut fields: BTreeMap<Key, Vec<Text>> = BTreeMap::new();
        for grant in reader.grants(&plugin.sha256)? {
            let dataset = Dictionary::get().dataset(&grant.dataset);
            let field = dataset.and_then(|dataset| dataset.field(&grant.field));
            let title = field.map_or_else(|| Text::same(&grant.field), |field| field.title.clone());
            let purpose = grant.purpose.unwrap_or_default();
            let key = (grant.dataset, purpose.de, purpose.en, grant.terms.until);
            fields.entry(key).or_default().push(title);
        }
        for ((name, de, en, until), titles) in fields {
            let dataset = Dictionary::get().dataset(&name);
            shown.rows.push(vec![
                text(format!("{}@{}", plugin.id, plugin.version)),
                dataset.map_or_else(|| text(&name), |it| SheetCell::Words(it.title.clone())),
                super::parts::joined(titles),
                if de.is_empty() { SheetCell::Empty } else { words(de, en) },
                until.map_or_else(|| words("auf Weiteres", "further notice"), SheetCell::Day),
            ]);
        }
    }
    Ok(shown)
}

/// What left the records or was shown, by month and action, as the audit has it.
fn left(reader: &Reader<'_>) -> Result<SheetTable, Error> {
    let mut shown = table(
        "left",
        ("Was herausging oder gezeigt wurde", "What left or was shown"),
        ("Nichts davon ist protokolliert.", "None of it is in the audit."),
        &[
            ("month", "Monat", "Month"),
            ("action", "Vorgang", "Action"),
            ("entries", "Anzahl", "Number"),
        ],
    );
    let mut counts: BTreeMap<(Month, &str), (Text, i64)> = BTreeMap::new();
    for action in LEAVING {
        let filter =
            AuditFilter { action: Some(action.code().to_owned()), ..AuditFilter::default() };
        for entry in reader.audit(&filter)? {
            let key = (day_of(entry.at).month(), action.code());
            counts.entry(key).or_insert_with(|| (action.text(), 0)).1 += 1;
        }
    }
    for ((month, _), (action, count)) in counts {
        shown.rows.push(vec![
            words(
                format!("{:02}/{}", month.number(), month.year()),
                format!("{}-{:02}", month.year(), month.number()),
            ),
            SheetCell::Words(action),
            whole(count),
        ]);
    }
    Ok(shown)
}

fn consents(reader: &Reader<'_>) -> Result<SheetTable, Error> {
    let mut shown = table(
        "consents",
        ("Einwilligungen nach Stand", "Consents by state"),
        ("Es ist keine Einwilligung festgehalten.", "No consent is recorded."),
        &[
            ("state", "Stand", "State"),
            ("consents", "Einwilligungen", "Consents"),
            ("over", "davon über das Ende hinaus", "of these past their end"),
        ],
    );
    let codes = reader.code_lists();
    let mut counts: BTreeMap<Option<u16>, (i64, i64)> = BTreeMap::new();
    for consent in records(reader, "consents")? {
        let is_over = consent.day("expires").is_some_and(|expires| expires < today());
        let (all, over) = counts.entry(consent.place("state")).or_default();
        *all += 1;
        *over += i64::from(is_over && consent.is("state", "granted", codes));
    }
    for (state, (all, over)) in counts {
        shown.rows.push(vec![super::parts::code(codes, "consent", state), whole(all), whole(over)]);
    }
    Ok(shown)
}

/// Support cases that are closed and past the last day on which they are kept. One whose pupils' days
/// of birth are not all known has no such day, and is told apart.
fn past(reader: &Reader<'_>) -> Result<SheetTable, Error> {
    let shown = table(
        "retention",
        ("Aufbewahrung der Fallbegleitungen", "Retention of support cases"),
        ("Keine Fallbegleitung ist beendet.", "No support case is closed."),
        &[
            ("state", "Stand", "State"),
            ("cases", "Fallbegleitungen", "Support cases"),
            ("oldest", "Frühester letzter Tag", "Earliest last day"),
            ("years", "Frist", "Kept for"),
        ],
    );
    let mut shown = with_unit(shown, &["years"], "Jahre", "years");
    let kind =
        FormKind::of_name("support-cases").expect("test: every_form_that_sheets_read_is_there");
    let mut counts: BTreeMap<u8, (i64, Option<crate::domain::Day>)> = BTreeMap::new();
    for case in reader.entries(kind, &store::EntryFilter::default())? {
        let Some(closed) = case.day("closed") else { continue };
        let births: Option<Vec<_>> = reader.births_of(&case)?.into_iter().collect();
        let ends = births.and_then(|births| births.into_iter().map(schooling_ends).max());
        let until = ends.and_then(|ends| kept_until(closed, ends, KEPT_YEARS));
        let state = match until {
            Some(until) if until < today() => 0,
            Some(_) => 1,
            None => 2,
        };
        let (count, oldest) = counts.entry(state).or_default();
        *count += 1;
        *oldest = [*oldest, until].into_iter().flatten().min();
    }
    for (state, (count, oldest)) in counts {
        let state = match state {
            0 => words(
                "über die Frist hinaus: dem Archiv anbieten, dann löschen",
                "past its time: offer to the archive, then erase",
            ),
            1 => words("in der Frist", "within its time"),
            _ => {
                words("Frist unbekannt: Geburtstag fehlt", "time unknown: day of birth is missing")
            }
        };
        shown.rows.push(vec![state, whole(count), day(oldest), whole(KEPT_YEARS)]);
    }
    Ok(shown)
}

/// A table of sentences that are the same everywhere.
fn fixed(
    id: &'static str,
    titles: (&str, &str),
    (de, en): (&'static str, &'static str),
    rows: &[(&str, &str, &str)],
) -> SheetTable {
    let mut shown = table(
        id,
        titles,
        ("Nichts.", "Nothing."),
        &[("what", de, en), ("meaning", "Bedeutung", "Meaning")],
    );
    for (what, german, english) in rows {
        shown.rows.push(vec![text(*what), words(*german, *english)]);
    }
    shown
}
