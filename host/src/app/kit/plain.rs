//! What a plugin composed or proposed, as plain text for a terminal.

use std::fmt::Write as _;

use serde_json::Value;

use crate::domain::Lang;

/// Most entries of a list that are shown.
const MOST_SHOWN: usize = 40;

/// A document of [`golden`](super::golden) as text.
pub(super) fn text(said: &Value, lang: Lang) -> String {
    let mut out = String::new();
    let list = |place: &str| said.pointer(place).and_then(Value::as_array).cloned();
    for block in list("/reporting/blocks").unwrap_or_default() {
        self::block(&block, lang, &mut out);
    }
    if let Some(proposals) = list("/workflow/proposals") {
        let (many, word) = (proposals.len(), lang.pick("Vorschläge", "proposals"));
        line(&mut out, &format!("{many} {word}"));
        for proposal in proposals.iter().take(MOST_SHOWN) {
            let part = |name: &str| words(&proposal[name], lang);
            let because: Vec<String> = proposal["because"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| format!("{name} {}", words(value, lang)))
                .collect();
            let row = lang.pick("Zeile", "row");
            line(
                &mut out,
                &format!(
                    "  {row} {}: {} ({}), {}: {} [{}]",
                    part("row"),
                    part("label"),
                    part("priority"),
                    part("due"),
                    part("reason"),
                    because.join(", ")
                ),
            );
        }
        more(&mut out, many, lang);
    }
    out
}

fn block(block: &Value, lang: Lang, out: &mut String) {
    let part = |name: &str| words(&block[name], lang);
    let has = |name: &str| block.get(name).is_some();
    if has("heading") {
        let mark = "#".repeat(usize::try_from(block["level"].as_u64().unwrap_or(1)).unwrap_or(1));
        line(out, &format!("\n{mark} {}", part("heading")));
    } else if has("figure") {
        line(out, &format!("{}: {} {}", part("figure"), number(&block["number"]), part("unit")));
    } else if has("picture") {
        line(out, lang.pick("(Bild der Tabelle)", "(picture of the table)"));
    } else if has("table") {
        table(block, lang, out);
    } else if let Some(entries) = block["entries"].as_array() {
        entries
            .iter()
            .take(MOST_SHOWN)
            .for_each(|entry| line(out, &format!("- {}", words(entry, lang))));
        more(out, entries.len(), lang);
    } else if let Some(found) = block["findings"].as_array() {
        for record in found.iter().take(MOST_SHOWN) {
            let part = |name: &str| words(&record[name], lang);
            line(out, &format!("! {} ({}): {}", part("title"), part("severity"), part("record")));
        }
        more(out, found.len(), lang);
    } else {
        line(out, &format!("{}{}", part("paragraph"), part("passage")));
    }
}

fn table(block: &Value, lang: Lang, out: &mut String) {
    line(out, &format!("\n{}", words(&block["table"], lang)));
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let headings: Vec<String> =
        list(block, "columns").iter().map(|column| words(&column["label"], lang)).collect();
    line(out, &format!("  | {}", headings.join(" | ")));
    let rows = list(block, "rows");
    for row in rows.iter().take(MOST_SHOWN) {
        let cells: Vec<String> = list(row, "cells")
            .iter()
            .map(|cell| if cell.get("value").is_some() { number(cell) } else { words(cell, lang) })
            .collect();
        line(out, &format!("  {} | {}", words(&row["label"], lang), cells.join(" | ")));
    }
    more(out, rows.len(), lang);
}

fn number(number: &Value) -> String {
    number["value"].as_str().unwrap_or("–").to_owned()
}

/// A value as words in one language; nothing for what is not there.
fn words(value: &Value, lang: Lang) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(text) => {
            text.get(lang.tag()).and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        other => other.to_string(),
    }
}

fn more(out: &mut String, all: usize, lang: Lang) {
    if let Some(more) = all.checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        let word = lang.pick("weitere", "more");
        line(out, &format!("  … {more} {word}"));
    }
}

fn line(out: &mut String, line: &str) {
    writeln!(out, "{}", line.trim_end()).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_reads_in_both_languages() {
        let said = json!({
            "reporting": { "blocks": [
                { "heading": { "de": "Dauer", "en": "Duration" }, "level": 2 },
                { "figure": "n", "number": { "value": "1.5", "base": null }, "unit": "min" },
                { "table": "T", "columns": [{ "label": "C", "unit": null }],
                  "rows": [{ "label": "100001", "cells": [{ "value": "3", "base": 3 }] }] },
                { "findings": [{ "title": "odd", "severity": "note", "record": "kim" }] },
            ] },
            "workflow": { "proposals": [{
                "row": 2, "label": { "de": "Anrufen", "en": "Call" }, "priority": "normal",
                "due": "2025-10-31", "reason": "long", "because": { "attempts": 3 },
            }] },
        });
        let german = text(&said, Lang::De);
        assert_eq!(
            german,
            "\n## Dauer\nn: 1.5 min\n\nT\n  | C\n  100001 | 3\n! odd (note): kim\n1 Vorschläge\n  \
             Zeile 2: Anrufen (normal), 2025-10-31: long [attempts 3]\n"
        );
        assert!(text(&said, Lang::En).contains("row 2: Call"));
    }
}
