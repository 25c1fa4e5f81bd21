//! Finds fields that a plugin asks for and makes nothing of, by giving them other values.

use super::hostile::plain;
use super::said::Said;
use super::sheet::{Sheet, Value};
use super::trial::{Cut, Subject, Task};
use crate::domain::Figure;

/// Rows by which it is found out what a field is good for.
const ROWS: usize = 2_000;

/// The fields, as `DATASET.FIELD`, whose values change nothing, with the number of rows that were tried.
///
/// A rule that only bites on rare rows can escape: this is a reason to look, and no proof.
pub(super) fn unused(subject: &Subject) -> Vec<(String, usize)> {
    let task = plain(subject, ROWS);
    let Ok(first) = subject.run(&task, Cut::Host, true) else { return Vec::new() };
    let mut found = Vec::new();
    for (place, sheet) in task.sheets.iter().enumerate() {
        for field in 0..sheet.granted {
            let name = &sheet.fields[field].name;
            let is_used = sheet.rows == 0
                || is_counted_by_host(subject, sheet, name)
                || changes_something(subject, &task, place, field, &first);
            if !is_used {
                found.push((format!("{}.{name}", sheet.dataset.name), sheet.rows));
            }
        }
    }
    found
}

/// Whether the host counts by the field on the plugin's behalf.
fn is_counted_by_host(subject: &Subject, sheet: &Sheet, name: &str) -> bool {
    let measures = subject.description.iter().flat_map(|description| &description.measures);
    let mut figures = measures.map(|measure| &measure.figure);
    figures.any(|figure| {
        matches!(figure, Figure::Distinct { dataset, field }
            if *dataset == sheet.dataset.name && field == name)
    })
}

/// Whether other values of one field make the plugin say something else.
fn changes_something(
    subject: &Subject,
    task: &Task,
    place: usize,
    field: usize,
    first: &Said,
) -> bool {
    (1..=3).any(|step| {
        let mut task = task.clone();
        task.sheets[place] = moved(&task.sheets[place], field, step);
        // A plugin that stops has noticed as well.
        !subject.run(&task, Cut::Host, true).is_ok_and(|said| said.is_like(first))
    })
}

/// The same rows with other values in one field. Rows stay in order of school and day.
fn moved(sheet: &Sheet, field: usize, step: u32) -> Sheet {
    let shape = sheet.fields[field].clone();
    let codes = u16::try_from(shape.codes.codes().len()).unwrap_or(u16::MAX).max(1);
    let is_missing = sheet.dataset.field(&shape.name).is_some_and(|field| field.missing);
    let size = shape.size.max(1);
    let small = i32::try_from(step).unwrap_or(1);
    let mut row = 0_u32;
    sheet.with(field, |value| {
        row += 1;
        if is_missing && step == 3 && row.is_multiple_of(2) {
            return None;
        }
        Some(match value? {
            // Schools stay in order: one more of them is known than there are rows of.
            Value::Code(code) if shape.name == "school" => Value::Code((code + 1).min(codes - 1)),
            Value::Code(code) => Value::Code(
                (u32::from(code) + step).rem_euclid(codes.into()).try_into().unwrap_or(0),
            ),
            Value::Flag(is) => Value::Flag(!is),
            Value::Integer(number) if shape.name == "day" => Value::Integer(number + small),
            // First a little, then a lot, then to almost nothing.
            Value::Integer(number) => Value::Integer(match step {
                1 => number.saturating_add(1),
                2 => number.saturating_mul(10).saturating_add(50),
                _ => number / 50,
            }),
            Value::Long(number) => {
                Value::Long(number.saturating_mul(10).saturating_add(small.into()))
            }
            Value::Decimal(number) => Value::Decimal(number * 10.0 + f64::from(small)),
            Value::Set(set) => {
                let all = 1_u64.checked_shl(codes.into()).map_or(u64::MAX, |bit| bit - 1);
                Value::Set(!set & all)
            }
            Value::Index(index) => Value::Index((index + step) % size),
            Value::Key(key) => Value::Key(key.rotate_left(step)),
            Value::Text(text) => Value::Text(format!("{text}{step}")),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::kit::chance::sheets;
    use crate::domain::{Manifest, SchoolYear};

    #[test]
    fn every_field_gets_other_values_and_rows_stay_in_order() {
        let manifest = include_str!("templates/rust/metrics/plugin.toml")
            .replace("@ID@", "org.example.x")
            .replace(
                "\"attempt\", \"household\"",
                "\"attempt\", \"household\", \"topics\", \"minutes\", \"consultation\", \"household_key\"",
            );
        let manifest = Manifest::parse(&manifest).unwrap();
        let sheet = sheets(&manifest, SchoolYear(2025).period(), 400, 3).remove(0);
        for field in 0..sheet.fields.len() {
            let name = sheet.fields[field].name.clone();
            for step in 1..=3 {
                let other = moved(&sheet, field, step);
                assert_ne!(other.columns[field], sheet.columns[field], "{name}, {step}");
                assert_eq!(other.sorted().numbers, other.numbers, "{name}, {step}");
            }
        }
    }
}
