//! What a plugin said, as a document to compare: exact numbers, and words in both languages.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::fixture::key_of;
use super::said::Said;
use super::trial::{Subject, Task};
use crate::domain::{
    Cell, Composed, ComposedBlock, ComposedCell, ComposedDrawing, ComposedTable, Composition, Job,
    Number, Numeral, Proposal, Report, Text, Words,
};
use crate::report::Facts;

/// Writes down what a plugin said.
pub(super) struct Writer<'a> {
    pub(super) subject: &'a Subject,
    pub(super) task: &'a Task,
    pub(super) job: Job,
    pub(super) facts: &'a Facts,
    /// The words of persons and records by field, where they have any.
    pub(super) persons: &'a HashMap<String, Vec<String>>,
}

impl Writer<'_> {
    /// All that was said.
    pub(super) fn write(&self, said: &Said) -> Value {
        let mut all = Map::new();
        if let Some(cube) = &said.cube {
            let report = self.subject.report(cube, self.facts, self.task, "");
            all.insert("metrics".into(), metrics(&report));
        }
        if let (Some(composed), Some(composition)) = (&said.composed, &self.subject.composition) {
            all.insert("reporting".into(), self.composed(composed, composition));
        }
        if let (Some(proposals), Some(_)) = (&said.proposals, &self.subject.workflow) {
            let one = |(dataset, proposal): &(usize, Proposal)| self.proposal(*dataset, proposal);
            all.insert(
                "workflow".into(),
                json!({ "proposals": proposals.iter().map(one).collect::<Vec<_>>() }),
            );
        }
        Value::Object(all)
    }

    fn composed(&self, composed: &Composed, composition: &Composition) -> Value {
        let words = |words: &Words| text(&self.words(words, composition));
        let block = |block: &ComposedBlock| match block {
            ComposedBlock::Heading(level, found) => {
                json!({ "heading": words(found), "level": level })
            }
            ComposedBlock::Paragraph(found) => json!({ "paragraph": words(found) }),
            ComposedBlock::Passage(place) => {
                json!({ "passage": text(&composition.passages[*place]) })
            }
            ComposedBlock::Entries(entries) => {
                json!({ "entries": entries.iter().map(words).collect::<Vec<_>>() })
            }
            ComposedBlock::Table(table) => self.table(table, composition),
            ComposedBlock::Figure { label, number, unit } => with_unit(
                json!({ "figure": words(label), "number": numeral(number) }),
                unit.as_ref(),
            ),
            ComposedBlock::Picture { table, columns, drawing } => json!({
                "picture": match drawing {
                    ComposedDrawing::Bars => "bars",
                    ComposedDrawing::Line => "line",
                },
                "table": table + 1,
                "columns": columns.iter().map(|column| column + 1).collect::<Vec<_>>(),
            }),
            ComposedBlock::Findings(found) => {
                let one = |record: &crate::domain::FoundRecord| {
                    let check = &composition.checks[record.check];
                    let shape = &self.job.datasets[record.dataset];
                    let field = &shape.fields[record.field].name;
                    json!({
                        "check": check.id,
                        "title": text(&check.title),
                        "severity": check.severity,
                        "field": format!("{}.{field}", shape.dataset),
                        "record": self.record(field, record.key),
                    })
                };
                json!({ "findings": found.iter().map(one).collect::<Vec<_>>() })
            }
        };
        json!({ "blocks": composed.blocks.iter().map(block).collect::<Vec<_>>() })
    }

    fn table(&self, table: &ComposedTable, composition: &Composition) -> Value {
        let words = |words: &Words| text(&self.words(words, composition));
        let cell = |cell: &ComposedCell| match cell {
            ComposedCell::Number(number) => numeral(number),
            ComposedCell::Words(found) => words(found),
            ComposedCell::Missing => Value::Null,
        };
        let rows = table.rows.iter().map(|row| {
            json!({
                "label": words(&row.label),
                "cells": row.cells.iter().map(cell).collect::<Vec<_>>(),
            })
        });
        let columns = table.columns.iter().map(|column| {
            with_unit(json!({ "label": words(&column.label) }), column.unit.as_ref())
        });
        json!({
            "table": words(&table.caption),
            "columns": columns.collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
        })
    }

    fn proposal(&self, dataset: usize, proposal: &Proposal) -> Value {
        let workflow = self.subject.workflow.as_ref();
        let step = workflow.and_then(|workflow| workflow.steps.get(proposal.step));
        let reason = workflow.and_then(|workflow| workflow.reasons.get(proposal.reason));
        let sheet = &self.task.sheets[dataset];
        let because = proposal.because.iter().map(|field| {
            (sheet.fields[*field].name.clone(), self.value(dataset, *field, proposal.row))
        });
        json!({
            "row": sheet.numbers[proposal.row] + 1,
            "step": step.map(|step| &step.id),
            "label": step.map(|step| text(&step.label)),
            "letter": proposal.template.and_then(|place| step?.templates.get(place)),
            "due": proposal.due.to_string(),
            "reason": reason.map(text),
            "because": because.collect::<Map<String, Value>>(),
            "priority": proposal.priority,
        })
    }

    /// A value of a row by its word.
    fn value(&self, dataset: usize, field: usize, row: usize) -> Value {
        use super::sheet::Value as Found;
        let sheet = &self.task.sheets[dataset];
        let shape = &sheet.fields[field];
        let known = sheet.dataset.field(&shape.name);
        match sheet.value(field, row) {
            None => Value::Null,
            Some(Found::Code(code)) => json!(shape.codes.at(code).map(|code| &code.code)),
            Some(Found::Flag(is)) => json!(is),
            Some(Found::Integer(day)) if known.is_some_and(super::fixture::is_day) => {
                json!(crate::domain::Day(day).to_string())
            }
            Some(Found::Integer(number)) => json!(number),
            Some(Found::Long(number)) => json!(number),
            Some(Found::Decimal(number)) => json!(number),
            Some(Found::Set(set)) => json!(shape.codes.of_set(set)),
            Some(Found::Index(number)) => {
                let words = self.persons.get(&shape.name);
                let word = words.and_then(|words| words.get(number as usize));
                word.map_or_else(|| json!(number), |word| json!(word))
            }
            Some(Found::Key(key)) => json!(self.record(&shape.name, key)),
            Some(Found::Text(text)) => json!(text),
        }
    }

    /// What a pseudonym stands for.
    fn record(&self, field: &str, key: u64) -> String {
        let words = self.persons.get(field).into_iter().flatten().zip(0..);
        let mut found = words.filter(|(_, number)| key_of(*number) == key);
        found.next().map_or_else(|| format!("{key:016x}"), |(word, _)| word.clone())
    }

    /// Words of a composed document in both languages.
    pub(super) fn words(&self, words: &Words, composition: &Composition) -> Text {
        match words {
            Words::Phrase(place) => composition.phrases[*place].clone(),
            Words::Code { dataset, field, code } => {
                let codes = &self.job.datasets[*dataset].fields[*field].codes;
                codes.at(*code).map(crate::domain::Code::text).unwrap_or_default()
            }
            Words::Month(place) => {
                let month = self.task.period.months().nth(usize::from(*place));
                Text::same(month.map(|month| month.to_string()).unwrap_or_default())
            }
            Words::Own(own) => Text::same(own.clone()),
        }
    }
}

/// Figures: the tables of the working version of the report.
fn metrics(report: &Report) -> Value {
    let tables = report.sections.iter().flat_map(|section| &section.tables).map(|table| {
        let columns = table.columns.iter().map(|column| {
            with_unit(
                json!({ "id": column.id, "title": text(&column.label) }),
                column.unit.as_ref(),
            )
        });
        let rows = table.rows.iter().map(|row| {
            let cells = table.columns.iter().zip(&row.cells);
            let cells = cells.map(|(column, found)| (column.id.clone(), cell(found)));
            json!({
                "id": row.id,
                "title": text(&row.label),
                "cells": cells.collect::<Map<String, Value>>(),
            })
        });
        json!({
            "id": table.id,
            "title": text(&table.caption),
            "columns": columns.collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
        })
    });
    json!({ "tables": tables.collect::<Vec<_>>() })
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Shown(Number { units, decimals }) => json!(exact(*units, *decimals)),
        Cell::RoundsToZero => json!("0"),
        Cell::Withheld => json!("withheld"),
        Cell::NotCollected => Value::Null,
        Cell::Undefined => json!("undefined"),
    }
}

fn numeral(number: &Numeral) -> Value {
    json!({ "value": exact(number.units, number.decimals), "base": number.base })
}

/// A number with all its digits.
pub(super) fn exact(units: i64, decimals: u8) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = usize::from(decimals) + 1);
    let (whole, part) = digits.split_at(digits.len() - usize::from(decimals));
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// The same with the unit, where there is one.
fn with_unit(mut value: Value, unit: Option<&Text>) -> Value {
    if let (Some(unit), Value::Object(all)) = (unit, &mut value) {
        all.insert("unit".into(), text(unit));
    }
    value
}

fn text(text: &Text) -> Value {
    if text.de == text.en { json!(text.de) } else { json!({ "de": text.de, "en": text.en }) }
}

/// What differs between what was expected and what came out, each place with both.
pub(super) fn differences(expected: &Value, found: &Value) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    compare(String::new(), expected, found, &mut all);
    all
}

fn compare(
    place: String,
    expected: &Value,
    found: &Value,
    all: &mut Vec<(String, String, String)>,
) {
    let inner =
        |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place} / {name}") };
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            for name in names {
                match (one.get(name), other.get(name)) {
                    (Some(one), Some(other)) => compare(inner(name), one, other, all),
                    (one, other) => all.push((inner(name), show(one), show(other))),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            for (name, one, other) in paired(one, other) {
                match (one, other) {
                    (Some(one), Some(other)) => compare(inner(&name), one, other, all),
                    (one, other) => all.push((inner(&name), show(one), show(other))),
                }
            }
        }
        (one, other) if one != other => all.push((place, show(Some(one)), show(Some(other)))),
        _ => {}
    }
}

/// Entries of two lists that belong together: by their id where they have one, else by their place.
fn paired<'a>(
    one: &'a [Value],
    other: &'a [Value],
) -> Vec<(String, Option<&'a Value>, Option<&'a Value>)> {
    let id = |value: &Value| {
        let name = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match (value.get("id"), value.get("row"), value.get("step")) {
            (Some(id), ..) => Some(name(id)),
            (_, Some(row), Some(step)) => Some(format!("row {} {}", name(row), name(step))),
            _ => None,
        }
    };
    let all_have = one.iter().chain(other).all(|value| id(value).is_some());
    if !all_have {
        let most = one.len().max(other.len());
        return (0..most)
            .map(|place| ((place + 1).to_string(), one.get(place), other.get(place)))
            .collect();
    }
    let find = |list: &'a [Value], wanted: &str| {
        list.iter().find(|value| id(value).as_deref() == Some(wanted))
    };
    let mut names: Vec<String> = one.iter().chain(other).filter_map(id).collect();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names.into_iter().map(|name| (name.clone(), find(one, &name), find(other, &name))).collect()
}

fn show(value: Option<&Value>) -> String {
    match value {
        None => "nothing".into(),
        Some(Value::String(text)) => format!("`{text}`"),
        Some(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let numbers = [(0, 0), (12, 0), (12, 1), (-5, 2), (1_234_567, 3), (i64::MIN, 0)];
        let texts = numbers.map(|(units, decimals)| exact(units, decimals));
        assert_eq!(texts, ["0", "12", "1.2", "-0.05", "1234.567", "-9223372036854775808"]);
    }

    #[test]
    fn differences_name_the_cell() {
        let table = |cell: &str| json!({ "tables": [{ "id": "visits", "rows": [{ "id": "100001", "cells": { "a": cell } }] }] });
        assert_eq!(differences(&table("2"), &table("2")), []);
        let found = differences(&table("2"), &table("3"));
        assert_eq!(
            found,
            [("tables / visits / rows / 100001 / cells / a".into(), "`2`".into(), "`3`".into())]
        );
    }

    #[test]
    fn what_is_new_or_gone_is_told_once() {
        let rows =
            |ids: &[&str]| json!(ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>());
        let found = differences(&rows(&["a", "b"]), &rows(&["b", "c"]));
        let places: Vec<&str> = found.iter().map(|found| found.0.as_str()).collect();
        assert_eq!(places, ["a", "c"]);
        assert_eq!(found[0].2, "nothing");
        assert_eq!(differences(&json!([1, 2]), &json!([1, 2, 3])).len(), 1);
    }
}
