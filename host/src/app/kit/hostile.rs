//! Rows that a plugin has to bear: none, one, unknown codes, extremes, everything missing.

use super::chance::{sheets, unknown};
use super::fixture::is_day;
use super::sheet::{Sheet, Value};
use super::trial::{Subject, Task};
use crate::domain::{
    BATCH_ROWS, Day, Layout, Parameter, ParameterType, Period, SchoolYear, SettingValue, Text,
};

/// The seed of all rows that the check makes up.
const SEED: u64 = 1;

/// The school year that made-up rows are about.
pub(super) const YEAR: SchoolYear = SchoolYear(2025);

/// Something to try a plugin with.
pub(super) struct Ordeal {
    /// What it is, as the end of "with ..".
    pub(super) name: Text,
    pub(super) task: Task,
    /// Whether such rows come up in an ordinary municipality. A plugin may refuse others in its own
    /// words.
    pub(super) is_ordinary: bool,
}

/// A run over made-up rows, with every parameter at its default.
pub(super) fn ordinary(subject: &Subject, period: Period, rows: usize, seed: u64) -> Task {
    let sheets = sheets(&subject.project.manifest, period, rows, seed);
    let settings = subject.settings(&[]).unwrap_or_default();
    Task { as_of: period.last, period, settings, sheets }
}

/// The run that all others are variants of.
pub(super) fn plain(subject: &Subject, rows: usize) -> Task {
    ordinary(subject, YEAR.period(), rows, SEED)
}

/// Everything that a plugin is tried with.
pub(super) fn ordeals(subject: &Subject) -> Vec<Ordeal> {
    let some = plain(subject, 500);
    let mut all = Vec::new();
    let mut add = |de: &str, en: &str, is_ordinary, task| {
        all.push(Ordeal { name: Text::new(de, en), task, is_ordinary });
    };
    add("keinen Zeilen", "no rows", true, plain(subject, 0));
    add("einer Zeile", "one row", true, plain(subject, 1));
    add("vollen 16.384 Zeilen", "a full 16,384 rows", true, plain(subject, BATCH_ROWS));
    add(
        "keinem freiwilligen Feld",
        "no optional field granted",
        true,
        each(&some, |sheet| without_optional(subject, sheet)),
    );
    add(
        "fehlenden Werten, wo sie fehlen dürfen",
        "every value missing that may be",
        true,
        each(&some, missing),
    );
    add("unbekannten Codes", "codes that it does not know", true, each(&some, strange));
    add("einem einzigen Tag", "a single day", true, {
        let day = YEAR.period().first;
        let task = ordinary(subject, Period { first: day, last: day }, 40, SEED);
        Task { as_of: day, ..task }
    });
    let first = Day::of(1900, 1, 1).unwrap_or(Day(0)).0;
    let last = Day::of(2199, 12, 31).unwrap_or(Day(0)).0;
    for (de, en, day, number) in [
        ("den kleinsten Zahlen und Tagen", "the smallest numbers and days", first, i32::MIN),
        ("den größten Zahlen und Tagen", "the largest numbers and days", last, i32::MAX),
    ] {
        add(de, en, false, each(&some, |sheet| extreme(sheet, day, number)));
    }
    for (name, parameter) in &subject.project.manifest.parameters {
        for value in edges(parameter) {
            let mut task = some.clone();
            for (known, setting) in &mut task.settings {
                if known == name {
                    *setting = value.clone();
                }
            }
            let shown = match &value {
                SettingValue::Flag(is) => is.to_string(),
                SettingValue::Integer(number) => number.to_string(),
                SettingValue::Number(number) => number.to_string(),
                SettingValue::Text(text) => text.clone(),
            };
            all.push(Ordeal {
                name: Text::same(format!("`{name}` = {shown}")),
                task,
                // What fits the one parameter may not fit another.
                is_ordinary: false,
            });
        }
    }
    all
}

fn each(task: &Task, change: impl Fn(&Sheet) -> Sheet) -> Task {
    Task { sheets: task.sheets.iter().map(change).collect(), ..task.clone() }
}

fn without_optional(subject: &Subject, sheet: &Sheet) -> Sheet {
    let Some(request) = subject.project.manifest.request(&sheet.dataset.name) else {
        return sheet.clone();
    };
    let mut less = sheet.clone();
    for field in &request.optional {
        let place = less.fields[..less.granted].iter().position(|found| found.name == *field);
        if let Some(place) = place {
            less = less.without(place);
        }
    }
    less
}

fn missing(sheet: &Sheet) -> Sheet {
    let fields = 0..sheet.fields.len();
    fields.fold(sheet.clone(), |changed, place| {
        let field = changed.dataset.field(&changed.fields[place].name);
        if field.is_some_and(|field| field.missing) {
            changed.with(place, |_| None)
        } else {
            changed
        }
    })
}

/// Every code under another name; only the list of schools is what it is.
fn strange(sheet: &Sheet) -> Sheet {
    let mut changed = sheet.clone();
    for shape in &mut changed.fields {
        let field = sheet.dataset.field(&shape.name);
        let list = field.and_then(|field| field.codes.as_deref());
        if list.is_some_and(|list| list != "school") {
            shape.codes = unknown(&shape.codes);
        }
    }
    changed
}

fn extreme(sheet: &Sheet, day: i32, number: i32) -> Sheet {
    let fields = 0..sheet.fields.len();
    fields.fold(sheet.clone(), |changed, place| {
        let Some(field) = changed.dataset.field(&changed.fields[place].name) else {
            return changed;
        };
        // By these the host counts persons, and hands over what can be counted.
        let is_subject = field.name == changed.dataset.subject;
        match field.layout {
            Layout::Integers if is_subject => changed,
            Layout::Integers if is_day(field) => changed.with(place, |_| Some(Value::Integer(day))),
            Layout::Integers => changed.with(place, |_| Some(Value::Integer(number))),
            Layout::Longs => {
                let number = if number < 0 { i64::MIN } else { i64::MAX };
                changed.with(place, |_| Some(Value::Long(number)))
            }
            Layout::Flags => changed.with(place, |_| Some(Value::Flag(number > 0))),
            _ => changed,
        }
    })
}

/// The values at the edges of what a parameter takes, besides its default.
fn edges(parameter: &Parameter) -> Vec<SettingValue> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "limits of whole numbers are whole and small"
    )]
    let whole = |number: f64| SettingValue::Integer(number as i64);
    let limits = [parameter.minimum, parameter.maximum].into_iter().flatten();
    match parameter.kind {
        ParameterType::Boolean => [true, false]
            .into_iter()
            .filter(|value| parameter.default.as_bool() != Some(*value))
            .map(SettingValue::Flag)
            .collect(),
        ParameterType::Integer => limits.map(whole).collect(),
        ParameterType::Number => limits.map(SettingValue::Number).collect(),
        ParameterType::String => {
            parameter.choices.iter().cloned().map(SettingValue::Text).collect()
        }
    }
}
