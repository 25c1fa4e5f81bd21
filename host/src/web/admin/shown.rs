//! What pages of administration are made of: sentences, facts, tables and forms, one after the other.

use std::fmt::Write as _;

use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{Error, sheet_cell};
use crate::domain::{Day, Lang, Sheet, SheetCell};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::visit::{Answer, Guest, Visit};

/// A page.
#[derive(Serialize, Default)]
pub(super) struct Page {
    heading: String,
    mistakes: Vec<Mistake>,
    parts: Vec<Part>,
}

/// What was wrong with a form.
#[derive(Serialize)]
struct Mistake {
    what: String,
    field: Option<String>,
}

/// One thing on a page; one of its fields is there.
#[derive(Serialize, Default)]
struct Part {
    text: Option<String>,
    warning: Option<String>,
    facts: Option<Vec<(String, String)>>,
    table: Option<Drawn>,
    form: Option<Form>,
    links: Option<Vec<(String, String)>>,
    /// Address and description of a picture.
    picture: Option<(String, String)>,
    /// Lines of code that somebody writes down.
    lines: Option<Vec<String>>,
    /// A text with its line ends.
    sheet: Option<String>,
    steps: Option<Vec<Step>>,
}

/// A table with a heading for each column.
pub(super) struct Table {
    pub(super) caption: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// What is said where there are no rows.
    pub(super) none: String,
}

/// A table as the template has it.
#[derive(Serialize)]
struct Drawn {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    none: String,
}

#[derive(Serialize)]
struct Column {
    head: String,
    is_number: bool,
}

#[derive(Serialize)]
pub(super) struct Cell {
    text: String,
    link: Option<String>,
    is_number: bool,
}

/// Something to do, and whether it is done.
#[derive(Serialize)]
pub(super) struct Step {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) note: String,
    /// Nobody knows where the program cannot.
    pub(super) is_done: Option<bool>,
}

/// A form with one button.
#[derive(Serialize)]
pub(super) struct Form {
    id: &'static str,
    action: String,
    method: &'static str,
    heading: Option<String>,
    note: Option<String>,
    fields: Vec<Field>,
    button: String,
    look: &'static str,
    is_danger: bool,
    is_filter: bool,
}

/// A field of a form.
#[derive(Serialize)]
pub(super) struct Field {
    id: String,
    name: &'static str,
    /// `select`, `area`, `check`, `hidden`, or a type of an input.
    kind: &'static str,
    label: String,
    hint: Option<String>,
    value: String,
    options: Vec<Choice>,
    is_required: bool,
    autocomplete: &'static str,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), link: None, is_number: false }
    }

    pub(super) fn link(text: impl Into<String>, address: String) -> Self {
        Self { text: text.into(), link: Some(address), is_number: false }
    }

    #[expect(clippy::needless_pass_by_value, reason = "numbers are copied")]
    pub(super) fn number(number: impl ToString) -> Self {
        Self { text: number.to_string(), link: None, is_number: true }
    }
}

impl Page {
    pub(super) fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), ..Self::default() }
    }

    /// What was wrong, with the id of the field that it is about.
    pub(super) fn mistake(mut self, what: &str, field: Option<&str>) -> Self {
        let what = sentence(what);
        self.mistakes.push(Mistake { what, field: field.map(str::to_owned) });
        self
    }

    /// A refusal of a use case, where there was one.
    pub(super) fn refused(self, problem: Option<&str>) -> Self {
        match problem {
            Some(problem) => self.mistake(problem, None),
            None => self,
        }
    }

    fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    pub(super) fn text(self, text: impl Into<String>) -> Self {
        self.with(Part { text: Some(text.into()), ..Part::default() })
    }

    pub(super) fn warning(self, text: impl Into<String>) -> Self {
        self.with(Part { warning: Some(text.into()), ..Part::default() })
    }

    pub(super) fn facts(self, facts: Vec<(String, String)>) -> Self {
        self.with(Part { facts: Some(facts), ..Part::default() })
    }

    pub(super) fn table(self, table: Table) -> Self {
        let Table { caption, heads, rows, none } = table;
        let is_number = |place: usize| {
            rows.first().and_then(|row| row.get(place)).is_some_and(|cell| cell.is_number)
        };
        let column = |(place, head)| Column { is_number: is_number(place), head };
        let columns = heads.into_iter().enumerate().map(column).collect();
        let table = Drawn { caption, columns, rows, none };
        self.with(Part { table: Some(table), ..Part::default() })
    }

    pub(super) fn form(self, form: Form) -> Self {
        self.with(Part { form: Some(form), ..Part::default() })
    }

    pub(super) fn form_if(self, is_offered: bool, form: impl FnOnce() -> Form) -> Self {
        if is_offered { self.form(form()) } else { self }
    }

    pub(super) fn links(self, links: Vec<(String, String)>) -> Self {
        if links.is_empty() {
            return self;
        }
        self.with(Part { links: Some(links), ..Part::default() })
    }

    pub(super) fn picture(self, address: &str, description: String) -> Self {
        self.with(Part { picture: Some((address.to_owned(), description)), ..Part::default() })
    }

    pub(super) fn lines(self, lines: Vec<String>) -> Self {
        self.with(Part { lines: Some(lines), ..Part::default() })
    }

    pub(super) fn plain(self, text: String) -> Self {
        self.with(Part { sheet: Some(text), ..Part::default() })
    }

    pub(super) fn steps(self, steps: Vec<Step>) -> Self {
        self.with(Part { steps: Some(steps), ..Part::default() })
    }

    /// A sheet of the program: its facts, its remarks, its tables.
    pub(super) fn sheet(self, sheet: &Sheet, lang: Lang) -> Self {
        let said = |cell: &SheetCell| sheet_cell(cell, lang).unwrap_or_default();
        let facts = sheet.facts.iter().map(|(word, cell)| (word.get(lang).to_owned(), said(cell)));
        let mut page = self.facts(facts.collect());
        for remark in &sheet.remarks {
            page = page.text(remark.get(lang));
        }
        for table in &sheet.tables {
            let cell = |cell: &SheetCell| Cell {
                text: said(cell),
                link: None,
                is_number: matches!(cell, SheetCell::Number(_)),
            };
            page = page.table(Table {
                caption: table.title.get(lang).to_owned(),
                heads: table.columns.iter().map(|it| it.title.get(lang).to_owned()).collect(),
                rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
                none: table.none.get(lang).to_owned(),
            });
        }
        page
    }

    /// The page for who is signed in: with a status for mistakes where there are some.
    pub(super) fn show(&self, visit: &Visit) -> Answer {
        visit.page_with(self.status(), "admin-page", self)
    }

    /// The same for who is not.
    pub(super) fn show_guest(&self, guest: &Guest) -> Answer {
        guest.page_with(self.status(), "admin-page", self)
    }

    fn status(&self) -> StatusCode {
        if self.mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }
}

impl Form {
    /// A form that changes something.
    pub(super) fn post(id: &'static str, action: impl Into<String>, button: String) -> Self {
        Self {
            id,
            action: action.into(),
            method: "post",
            heading: None,
            note: None,
            fields: Vec::new(),
            button,
            look: "primary",
            is_danger: false,
            is_filter: false,
        }
    }

    /// A form that looks for something.
    pub(super) fn filter(id: &'static str, action: impl Into<String>, button: String) -> Self {
        Self { method: "get", is_filter: true, look: "secondary", ..Self::post(id, action, button) }
    }

    pub(super) fn heading(mut self, heading: String) -> Self {
        self.heading = Some(heading);
        self
    }

    pub(super) fn note(mut self, note: String) -> Self {
        self.note = Some(note);
        self
    }

    /// One that does not stand out.
    pub(super) fn quiet(mut self) -> Self {
        self.look = "secondary";
        self
    }

    /// One that takes something away for good.
    pub(super) fn danger(mut self) -> Self {
        self.is_danger = true;
        self
    }

    fn with(mut self, name: &'static str, kind: &'static str, label: String) -> Self {
        self.fields.push(Field {
            id: format!("{}-{name}", self.id),
            name,
            kind,
            label,
            hint: None,
            value: String::new(),
            options: Vec::new(),
            is_required: false,
            autocomplete: "off",
        });
        self
    }

    fn last(mut self, change: impl FnOnce(&mut Field)) -> Self {
        if let Some(field) = self.fields.last_mut() {
            change(field);
        }
        self
    }

    /// A field to type in; `kind` is `text`, `number`, `date` or `area`.
    pub(super) fn field(self, name: &'static str, kind: &'static str, label: String) -> Self {
        self.with(name, kind, label)
    }

    pub(super) fn password(self, name: &'static str, label: String, is_new: bool) -> Self {
        let autocomplete = if is_new { "new-password" } else { "current-password" };
        self.with(name, "password", label).required().last(|it| it.autocomplete = autocomplete)
    }

    pub(super) fn hidden(self, name: &'static str, value: impl Into<String>) -> Self {
        self.with(name, "hidden", String::new()).value(value)
    }

    pub(super) fn check(self, name: &'static str, label: String) -> Self {
        self.with(name, "check", label)
    }

    /// A choice: values with their words.
    pub(super) fn select(
        self,
        name: &'static str,
        label: String,
        options: impl IntoIterator<Item = (String, String)>,
        chosen: &str,
    ) -> Self {
        let option =
            |(value, label): (String, String)| Choice { is_chosen: value == chosen, value, label };
        let options = options.into_iter().map(option).collect();
        self.with(name, "select", label).last(|it| it.options = options)
    }

    /// The last field has to be filled in.
    pub(super) fn required(self) -> Self {
        self.last(|it| it.is_required = true)
    }

    pub(super) fn hint(self, hint: String) -> Self {
        self.last(|it| it.hint = Some(hint))
    }

    pub(super) fn value(self, value: impl Into<String>) -> Self {
        self.last(|it| it.value = value.into())
    }

    /// What was typed into the last field before the form came back.
    pub(super) fn typed(self, fields: &Fields) -> Self {
        self.last(|it| it.value = fields.one(it.name).to_owned())
    }
}

/// The sentence of a refusal, for the form that was refused.
///
/// # Errors
///
/// Any other failure, which has a page of its own.
pub(super) fn problem(visit: &Visit, failure: Failure) -> Result<String, Failure> {
    match failure.status() {
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::NOT_FOUND => {
            Ok(failure.told().what.get(visit.lang()).to_owned())
        }
        _ => Err(failure),
    }
}

/// With a capital letter, and a full stop, for a reader of a page.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A part of an address, as it has to be written there.
pub(super) fn part_of_address(text: &str) -> String {
    let mut written = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            written.push(char::from(byte));
        } else {
            let _ = write!(written, "%{byte:02X}");
        }
    }
    written
}

/// A moment where the reader sits.
pub(super) fn moment(seconds: i64, lang: Lang) -> String {
    let form = lang.pick("%d.%m.%Y, %H:%M", "%Y-%m-%d, %H:%M");
    chrono::DateTime::from_timestamp(seconds, 0)
        .map(|at| at.with_timezone(&chrono::Local).format(form).to_string())
        .unwrap_or_default()
}

/// A day as the reader writes it.
pub(super) fn day(day: Day, lang: Lang) -> String {
    lang.pick(day.german(), day.to_string())
}

/// A day that somebody typed; `None` where they typed none.
///
/// # Errors
///
/// A refusal to be shown with the form.
pub(super) fn typed_day(fields: &Fields, name: &str) -> Result<Option<Day>, Failure> {
    let parse = |text: &str| text.parse::<Day>().map_err(|error| Failure::from(Error::Day(error)));
    fields.some(name).map(parse).transpose()
}
