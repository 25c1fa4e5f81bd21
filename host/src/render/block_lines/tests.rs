use snapbox::{assert_data_eq, str};

use super::*;
use crate::domain::Text;
use crate::render::csv::write;
use crate::render::sample_blocks;

#[test]
fn a_composed_report_as_text() {
    let report = sample_blocks::composed();
    assert_data_eq!(
        texts(&report.blocks, Lang::De, Some(72), false).join("\n\n") + "\n",
        str![[""]]
    );
}

#[test]
fn a_composed_report_for_a_spreadsheet() {
    let report = sample_blocks::composed();
    let file = write(&fields(&report.blocks, Lang::En), Lang::En);
    assert_data_eq!(file.replace("\r\n", "\n").replace('\u{feff}', ""), str![[""]]);
}

#[test]
fn findings_that_are_none_say_so() {
    let none = [Block::Findings { checks: Vec::new() }];
    assert_eq!(texts(&none, Lang::De, None, false), ["Nichts gefunden."]);
    let file = write(&fields(&none, Lang::En), Lang::En);
    assert_eq!(file, "\u{feff}Nothing was found.\r\n");
}

#[test]
fn no_words_of_a_plugin_steer_a_terminal_or_are_a_formula() {
    let evil = Text::same("=1+1\u{1b}[2J\n");
    let blocks = [
        Block::Heading { level: 1, text: evil.clone() },
        Block::Paragraph { text: evil.clone() },
        Block::Passage { markdown: evil.clone() },
        Block::Entries { entries: vec![evil.clone()] },
        Block::Figure {
            label: evil.clone(),
            cell: crate::domain::Cell::Withheld,
            unit: Some(evil),
        },
    ];
    let text = texts(&blocks, Lang::De, None, false).concat();
    assert!(!text.contains('\u{1b}'));
    let file = write(&fields(&blocks, Lang::De), Lang::De);
    assert!(
        file.lines().all(|line| !line.trim_start_matches('\u{feff}').starts_with('=')),
        "{file}"
    );
    assert_eq!(file.matches("'=1+1").count(), 6, "{file}");
}
