//! `tridem record`: records of every kind around contacts and absences, in one way for all.

use std::fmt::Write as _;

use crate::app::{EntryDetails, EntryQuery, Error, Kept, ListFormat, Recorded, Value, moment};
use crate::domain::{
    Day, EntryView, FormField, FormKind, FormType, KEPT_YEARS, Lang, Number, Shown, Text,
};

use super::lists::{FormatArgs, List, ListForm, Shape};
use super::{Session, word};

/// Records around contacts and absences: posts, support cases with goals and referrals, transitions,
/// gaps, interpreting and more.
///
/// Values are given as they stand in import files, such as `opened=2025-09-15`; `record fields` says
/// which there are.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// List the kinds of records.
    Kinds(FormatArgs),
    /// List the fields of a kind of records.
    Fields {
        /// The kind of records, such as support-cases.
        kind: FormKind,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Add a record.
    Add {
        /// The kind of records, such as support-cases.
        kind: FormKind,
        /// Its values, such as pupil=p1; without a `code` it gets the next free one.
        #[arg(value_name = "NAME=VALUE")]
        values: Vec<String>,
        /// Let a booking of interpreting go beyond its budget.
        #[arg(long)]
        over_budget: bool,
    },
    /// List records, newest first.
    List {
        /// The kind of records, such as support-cases.
        kind: FormKind,
        /// From this day on.
        #[arg(long, value_name = "DAY")]
        from: Option<Day>,
        /// Up to this day, included.
        #[arg(long, value_name = "DAY")]
        until: Option<Day>,
        /// Only those with this value, such as state=open; may be given several times.
        #[arg(long, value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// At most so many.
        #[arg(long, value_name = "COUNT")]
        limit: Option<usize>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show one record.
    Show {
        /// The kind of records, such as support-cases.
        kind: FormKind,
        /// Its code.
        code: String,
        /// For how many years a support case is kept after it and school are over.
        #[arg(long, value_name = "YEARS", default_value_t = KEPT_YEARS)]
        keep: u16,
    },
    /// Change a record. What it said before is kept.
    Change {
        /// The kind of records, such as support-cases.
        kind: FormKind,
        /// Its code.
        code: String,
        /// What is to change, such as state=done; an empty value takes away what was there.
        #[arg(value_name = "NAME=VALUE", required = true)]
        values: Vec<String>,
        /// Why.
        #[arg(long, value_name = "TEXT", default_value = "")]
        reason: String,
        /// Let a booking of interpreting go beyond its budget.
        #[arg(long)]
        over_budget: bool,
    },
    /// Show what a record said before it was changed, field by field.
    History {
        /// The kind of records, such as support-cases.
        kind: FormKind,
        /// Its code.
        code: String,
        #[command(flatten)]
        format: FormatArgs,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    match command {
        Command::Kinds(format) => session.out.list(&kinds(), format.get()),
        Command::Fields { kind, format } => session.out.list(&fields(*kind), format.get()),
        Command::Add { kind, values, over_budget } => {
            let mut app = session.open()?;
            let added = app.add_entry(&session.actor, *kind, values, *over_budget)?;
            remark(session, &added);
            let code = added.code;
            session.out.line(format!("Gespeichert: {code}"), format!("Saved: {code}"))?;
            word::warn(&app, &free_texts(*kind, values), session)
        }
        Command::List { kind, from, until, set, limit, format } => {
            let query = EntryQuery { from: *from, until: *until, equal: set, limit: *limit };
            let app = session.open()?;
            let found = app.entries(&session.actor, *kind, &query)?;
            app.settle_reads()?;
            session.out.list(&list(*kind, &found, format.get(), lang), format.get())
        }
        Command::Show { kind, code, keep } => {
            let app = session.open()?;
            let details = app.entry(&session.actor, *kind, code, *keep)?;
            app.settle_reads()?;
            session.out.print(&describe(&details, lang))
        }
        Command::Change { kind, code, values, reason, over_budget } => {
            let mut app = session.open()?;
            let changed =
                app.change_entry(&session.actor, *kind, code, values, reason, *over_budget)?;
            remark(session, &changed);
            let titles: Vec<&str> = changed.changed.iter().map(|title| title.get(lang)).collect();
            let titles = titles.join(", ");
            session.out.line(format!("Geändert: {titles}"), format!("Changed: {titles}"))?;
            word::warn(&app, &free_texts(*kind, values), session)
        }
        Command::History { kind, code, format } => {
            let list = history(*kind, code, session)?;
            session.out.list(&list, format.get())
        }
    }
}

/// What was given for the fields that hold free text.
fn free_texts(kind: FormKind, values: &[String]) -> Vec<&str> {
    let is_text = |name: &str| kind.field(name).is_some_and(|field| field.kind == FormType::Text);
    let pairs = values.iter().filter_map(|value| value.split_once('='));
    pairs.filter(|(name, _)| is_text(name)).map(|(_, text)| text).collect()
}

fn remark(session: &mut Session, recorded: &Recorded) {
    for remark in &recorded.remarks {
        session.out.remark(&remark.de, &remark.en);
    }
}

fn kinds() -> List {
    let mut list = List::new(&[
        ("kind", "Art", "kind"),
        ("title", "Bezeichnung", "title"),
        ("meaning", "Bedeutung", "meaning"),
    ]);
    for kind in FormKind::all() {
        list.row([
            Value::Text(kind.name.clone()),
            Value::Code(words(&kind.name, &kind.title)),
            Value::Code(words(&kind.name, &kind.meaning)),
        ]);
    }
    list
}

fn fields(kind: FormKind) -> List {
    let mut list = List::new(&[
        ("field", "Feld", "field"),
        ("title", "Bezeichnung", "title"),
        ("values", "Werte", "values"),
        ("required", "Pflicht", "required"),
        ("meaning", "Bedeutung", "meaning"),
    ]);
    for field in &kind.fields {
        let required = field.required && field.kind != FormType::Set;
        let (code, yes) = if required {
            ("yes", Text::new("ja", "yes"))
        } else {
            ("no", Text::new("nein", "no"))
        };
        list.row([
            Value::Text(field.name.clone()),
            Value::Code(words(&field.name, &field.title)),
            Value::Code(words(type_code(field), &values(field))),
            Value::Code(words(code, &yes)),
            Value::Code(words(&field.name, &field.meaning)),
        ]);
    }
    list
}

/// Words in both languages under a code.
fn words(code: &str, text: &Text) -> crate::domain::Code {
    crate::domain::Code { code: code.to_owned(), de: text.de.clone(), en: text.en.clone() }
}

/// The name of a field's type, as `schemas/records.toml` has it.
fn type_code(field: &FormField) -> &'static str {
    match field.kind {
        FormType::Sign => "sign",
        FormType::Text => "text",
        FormType::Day => "day",
        FormType::Flag => "flag",
        FormType::Code => "code",
        FormType::Set => "set",
        FormType::Number => "number",
        FormType::Hundredths => "hundredths",
        FormType::Cents => "cents",
        FormType::School => "school",
        FormType::Practitioner => "practitioner",
        FormType::Pupil => "pupil",
        FormType::Household => "household",
        FormType::Record => "record",
    }
}

/// What may stand in a field, in a few words.
fn values(field: &FormField) -> Text {
    let (codes, record) = (&field.codes, &field.record);
    let between = |decimals| {
        let bound = |units, lang| Number { units, decimals }.text(lang);
        let (de, en) = (Lang::De, Lang::En);
        Text::new(
            format!("{} bis {}", bound(field.least, de), bound(field.most, de)),
            format!("{} to {}", bound(field.least, en), bound(field.most, en)),
        )
    };
    match field.kind {
        FormType::Sign => Text::new("Kürzel", "code"),
        FormType::Text => Text::new("Text", "text"),
        FormType::Day => Text::new("Tag, etwa 2025-09-15", "day, such as 2025-09-15"),
        FormType::Flag => Text::new("ja oder nein", "yes or no"),
        FormType::Code => {
            Text::new(format!("Code der Liste {codes}"), format!("code of the list {codes}"))
        }
        FormType::Set => Text::new(
            format!("Codes der Liste {codes}, getrennt durch |"),
            format!("codes of the list {codes}, separated by |"),
        ),
        FormType::Number => between(0),
        FormType::Hundredths => between(2),
        FormType::Cents => Text::new("Euro, etwa 12,50", "euros, such as 12.50"),
        FormType::School => Text::new("Schulnummer", "school number"),
        FormType::Practitioner => Text::new("Kürzel einer Fachkraft", "code of a practitioner"),
        FormType::Pupil => Text::new("Kürzel eines Kindes", "code of a pupil"),
        FormType::Household => Text::new("Kürzel eines Haushalts", "code of a household"),
        FormType::Record => Text::new(format!("Kürzel aus {record}"), format!("code of {record}")),
    }
}

/// Records as a list. A table for reading leaves out the columns in which nobody has a value.
fn list(kind: FormKind, found: &[EntryView], form: ListForm<'_>, lang: Lang) -> List {
    let is_shown = |place: &usize| {
        !form.is_table() || found.iter().any(|view| !view.said[*place].in_file().is_empty())
    };
    let places: Vec<usize> = (0..kind.fields.len()).filter(is_shown).collect();
    let is_json = form.shape == Shape::Text(ListFormat::Json);
    let header = |place: &usize| {
        let field = &kind.form().fields[*place];
        (field.name.as_str(), field.title.clone())
    };
    let row = |view: &EntryView| {
        places.iter().map(|place| value(&view.said[*place], is_json, lang)).collect()
    };
    List { headers: places.iter().map(header).collect(), rows: found.iter().map(row).collect() }
}

/// A value of a list: codes and exact numbers for programs, words and numbers for people.
fn value(said: &Shown, is_json: bool, lang: Lang) -> Value {
    match said {
        Shown::Missing => Value::None,
        Shown::Day(day) => Value::Day(*day),
        Shown::Code(code) => Value::Code(code.clone()),
        Shown::Number(number) => Value::Integer(*number),
        Shown::Hundredths(units) | Shown::Cents(units) => {
            Value::Number(Number { units: *units, decimals: 2 })
        }
        Shown::Set(codes) => Value::List(if is_json {
            codes.iter().map(|code| code.code.clone()).collect()
        } else {
            codes.iter().map(|code| code.word(lang).to_owned()).collect()
        }),
        Shown::Flag(_) if !is_json => Value::Text(said.word(lang)),
        _ => Value::Text(said.in_file()),
    }
}

/// One record as lines of text.
fn describe(details: &EntryDetails, lang: Lang) -> String {
    let view = &details.view;
    let mut text = String::new();
    let mut line = |title: &str, value: &str| {
        let _ = writeln!(text, "{:<24} {value}", format!("{title}:"));
    };
    for (field, said) in view.entry.form.fields.iter().zip(&view.said) {
        let value = match said {
            Shown::Sign { code, name } if !name.is_empty() => format!("{name} ({code})"),
            said => said.word(lang),
        };
        if !value.is_empty() {
            line(field.title.get(lang), &value);
        }
    }
    if let Some(kept) = details.kept {
        line(lang.pick("Aufbewahrt bis", "Kept until"), &until(kept, lang));
    }
    for remark in &details.remarks {
        line(lang.pick("Hinweis", "Remark"), remark.get(lang));
    }
    text
}

fn until(kept: Kept, lang: Lang) -> String {
    match kept {
        Kept::WhileOpen => lang
            .pick(
                "noch offen; die Frist beginnt mit dem Ende",
                "still open; the time begins with its end",
            )
            .to_owned(),
        Kept::BirthUnknown => lang
            .pick(
                "nicht bestimmbar: es fehlt der Geburtstag eines Kindes",
                "cannot be told: the day of birth of a pupil is missing",
            )
            .to_owned(),
        Kept::Until { day, closed, schooling, years } => {
            let day = match day {
                Some(day) => lang.pick(day.german(), day.to_string()),
                None => lang.pick("nach 2199", "after 2199").to_owned(),
            };
            lang.pick(
                format!("{day} (Ende {closed}, Schulpflicht bis {schooling}, dann {years} Jahre)"),
                format!("{day} (closed {closed}, compulsory schooling to {schooling}, then {years} years)"),
            )
        }
    }
}

fn history(kind: FormKind, code: &str, session: &mut Session) -> Result<List, Error> {
    let app = session.open()?;
    let words = app.words(session.out.lang())?;
    let mut list = List::new(&[
        ("number", "Nr.", "no."),
        ("at", "geändert am", "changed"),
        ("by", "von", "by"),
        ("reason", "Grund", "reason"),
        ("field", "Feld", "field"),
        ("before", "vorher", "before"),
        ("after", "nachher", "after"),
    ]);
    for row in app.entry_history(&session.actor, kind, code, &words)? {
        list.row([
            Value::Integer(row.number.into()),
            Value::Text(moment(row.at)),
            Value::Text(row.by),
            Value::Text(row.reason.unwrap_or_else(|| words.closed())),
            Value::Code(row.field),
            row.before,
            row.after,
        ]);
    }
    app.settle_reads()?;
    Ok(list)
}
