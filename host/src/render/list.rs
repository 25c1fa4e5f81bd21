//! Lists for the command line: one row for each thing, as a table, JSON or CSV.

use std::fmt;
use std::str::FromStr;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::domain::{Code, Day, Lang, Number, Text};

use super::csv::{self, Field};
use super::words::Words;
use super::{format, grid};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListFormat {
    /// For reading.
    #[default]
    Table,
    /// For programs.
    Json,
    /// For a spreadsheet.
    Csv,
}

impl fmt::Display for ListFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Csv => "csv",
        })
    }
}

impl FromStr for ListFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "table" => Ok(Self::Table),
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            _ => Err(format!("`{text}` is not a format; use `table`, `json` or `csv`")),
        }
    }
}

/// One value of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words or a code.
    Text(String),
    /// A number of things.
    Integer(i64),
    /// A number with a decimal point: in JSON a text, so that it stays exact.
    Number(Number),
    /// A day, written as the language does; in JSON always `2025-09-15`.
    Day(Day),
    /// A code with its word: the word for reading, in JSON the permanent code.
    Code(Code),
    /// Several texts, in JSON an array.
    List(Vec<String>),
    /// Nothing: empty, in JSON `null`.
    None,
}

/// A list. `headers` are the columns: a permanent English id, the key in JSON, and the heading of
/// the other formats. Each row has one value for each column.
///
/// A table is at most `width` columns wide where one is given; cells then wrap. JSON is an array
/// of objects with their keys in the order of the columns. CSV is written as
/// [`csv`](super::csv()) writes it, and guarded against formulas in the same way.
pub fn list(
    headers: &[(&str, Text)],
    rows: &[Vec<Value>],
    format: ListFormat,
    lang: Lang,
    width: Option<usize>,
) -> String {
    match format {
        ListFormat::Table => table(headers, rows, lang, width),
        ListFormat::Json => json(&Rows { headers, rows }),
        ListFormat::Csv => {
            let titles = headers.iter().map(|(_, title)| title.get(lang).to_owned());
            let mut lines = vec![titles.map(Field::Text).collect::<Vec<_>>()];
            lines.extend(rows.iter().map(|row| {
                let fields = row.iter().map(|value| match value {
                    Value::Text(text) => Field::Text(format::line(text)),
                    Value::Integer(integer) => Field::Value(integer.to_string()),
                    Value::Number(number) => Field::Value(number.bare_text(lang)),
                    Value::Day(day) => Field::Value(format::day(*day, lang)),
                    Value::Code(code) => Field::Text(format::line(code.word(lang))),
                    Value::List(texts) => Field::Text(format::line(&texts.join(", "))),
                    Value::None => Field::Value(String::new()),
                });
                fields.collect()
            }));
            csv::write(&[lines], lang)
        }
    }
}

fn table(
    headers: &[(&str, Text)],
    rows: &[Vec<Value>],
    lang: Lang,
    width: Option<usize>,
) -> String {
    if rows.is_empty() {
        return format!("{}\n", Words::of(lang).no_entries);
    }
    let mut table = grid::plain();
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.set_header(headers.iter().map(|(_, title)| format::line(title.get(lang))));
    for row in rows {
        table.add_row(row.iter().map(|value| match value {
            Value::Text(text) => format::line(text),
            Value::Integer(units) => format::number(Number { units: *units, decimals: 0 }, lang),
            Value::Number(number) => format::number(*number, lang),
            Value::Day(day) => format::day(*day, lang),
            Value::Code(code) => format::line(code.word(lang)),
            Value::List(texts) => format::line(&texts.join(", ")),
            Value::None => String::new(),
        }));
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        let values: Vec<&Value> = rows.iter().filter_map(|row| row.get(place)).collect();
        if values.iter().any(|value| matches!(value, Value::Integer(_) | Value::Number(_))) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        // Words may wrap; a number or a day in two parts would be read as something else.
        if !values
            .iter()
            .any(|value| matches!(value, Value::Text(_) | Value::Code(_) | Value::List(_)))
        {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    format!("{}\n", table.trim_fmt())
}

fn json(rows: &Rows<'_>) -> String {
    let mut text = serde_json::to_string_pretty(rows).expect("keys are texts and values plain");
    text.push('\n');
    text
}

/// Rows as objects, with their keys in the order of the columns.
struct Rows<'a> {
    headers: &'a [(&'a str, Text)],
    rows: &'a [Vec<Value>],
}

struct Object<'a> {
    headers: &'a [(&'a str, Text)],
    row: &'a [Value],
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in self.rows {
            rows.serialize_element(&Object { headers: self.headers, row })?;
        }
        rows.end()
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.row.len()))?;
        for ((key, _), value) in self.headers.iter().zip(self.row) {
            object.serialize_entry(key, value)?;
        }
        object.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(integer) => serializer.serialize_i64(*integer),
            Self::Number(number) => serializer.serialize_str(&number.bare_text(Lang::En)),
            Self::Day(day) => day.serialize(serializer),
            Self::Code(code) => serializer.serialize_str(&code.code),
            Self::List(texts) => texts.serialize(serializer),
            Self::None => serializer.serialize_unit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;

    fn schools(format: ListFormat, lang: Lang, width: Option<usize>) -> String {
        let headers = [
            ("number", Text::new("Nummer", "Number")),
            ("name", Text::new("Name der Schule", "Name of the school")),
            ("pupils", Text::new("Kinder", "Pupils")),
            ("since", Text::new("Seit", "Since")),
        ];
        let rows = [
            vec![
                Value::Text("100001".into()),
                Value::Text("Grundschule am Anger".into()),
                Value::Integer(1_250),
                Value::Day(Day::of(2025, 9, 15).unwrap()),
            ],
            vec![
                Value::Text("100002".into()),
                Value::Text("=HYPERLINK(\"x\")\u{1b}[2J".into()),
                Value::Integer(-3),
                Value::None,
            ],
        ];
        list(&headers, &rows, format, lang, width)
    }

    #[test]
    fn a_list_as_a_table() {
        assert_data_eq!(
            schools(ListFormat::Table, Lang::De, None),
            str![[r#"
Nummer  Name der Schule       Kinder  Seit
─────────────────────────────────────────────────
100001  Grundschule am Anger   1.250  15.09.2025
100002  =HYPERLINK("x") [2J       -3

"#]]
        );
    }

    #[test]
    fn a_narrow_terminal_wraps_cells() {
        let text = schools(ListFormat::Table, Lang::En, Some(40));
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        for whole in [" 1,250 ", "2025-09-15"] {
            assert!(text.contains(whole), "{text}");
        }
    }

    #[test]
    fn a_list_as_json() {
        assert_eq!(
            schools(ListFormat::Json, Lang::De, None),
            r#"[
  {
    "number": "100001",
    "name": "Grundschule am Anger",
    "pupils": 1250,
    "since": "2025-09-15"
  },
  {
    "number": "100002",
    "name": "=HYPERLINK(\"x\")\u001b[2J",
    "pupils": -3,
    "since": null
  }
]
"#
        );
    }

    #[test]
    fn a_list_as_csv() {
        assert_eq!(
            schools(ListFormat::Csv, Lang::De, None),
            "\u{feff}Nummer;Name der Schule;Kinder;Seit\r\n\
             100001;Grundschule am Anger;1250;15.09.2025\r\n\
             100002;\"'=HYPERLINK(\"\"x\"\") [2J\";-3;\r\n"
        );
    }

    #[test]
    fn an_empty_list_says_so_to_people_only() {
        let headers = [("id", Text::same("Id"))];
        let empty = |format| list(&headers, &[], format, Lang::En, None);
        assert_eq!(empty(ListFormat::Table), "No entries.\n");
        assert_eq!(empty(ListFormat::Json), "[]\n");
        assert_eq!(empty(ListFormat::Csv), "\u{feff}Id\r\n");
    }

    #[test]
    fn formats_parse_back() {
        assert!("Table".parse::<ListFormat>().is_err());
        for format in [ListFormat::Table, ListFormat::Json, ListFormat::Csv] {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
    }
}
