//! A small report that a plugin composed, for tests: every kind of block, and every kind of cell.

use crate::domain::{
    Audience, Block, BlockCell, BlockColumn, BlockRow, BlockTable, Cell, CheckFindings,
    ComposedDrawing, Day, FoundEntry, RecordKind, Report, SCHEMA_COMPOSED, Severity, Text,
};

use super::sample::{shown, small};

fn number(cell: Cell) -> BlockCell {
    BlockCell::Number(cell)
}

pub(super) fn table() -> BlockTable {
    let row = |label: &str, first: Cell, words: &str| BlockRow {
        label: Text::same(label),
        cells: vec![number(first), BlockCell::Words { words: Text::new(words, words) }],
    };
    BlockTable {
        id: "table-1".into(),
        caption: Text::new("Dauer nach Schule", "Time by school"),
        columns: vec![
            BlockColumn { label: Text::new("Dauer", "Time"), unit: Some(Text::same("min")) },
            BlockColumn { label: Text::new("Urteil", "Verdict"), unit: None },
        ],
        rows: vec![
            row("Schule am Anger", shown(12_345, 1), "gut"),
            row("Ufer; Nord", Cell::Withheld, "=SUM(A1)"),
            row("Waldschule", Cell::NotCollected, "-"),
        ],
    }
}

/// A report for the team, with findings.
pub(super) fn composed() -> Report {
    let found = |reference: &str, pupil: Option<&str>| FoundEntry {
        dataset: if pupil.is_some() { "absences" } else { "contacts" }.into(),
        record: if pupil.is_some() { RecordKind::Absence } else { RecordKind::Contact },
        reference: reference.into(),
        schools: vec!["100001".into()],
        day: Day::of(2025, 9, 15),
        pupil: pupil.map(str::to_owned),
    };
    let blocks = vec![
        Block::Heading { level: 1, text: Text::new("Prüfung", "Checks") },
        Block::Passage {
            markdown: Text::new(
                "Was *auffällt*:\n\n- dies\n- `das`",
                "What *stands out*:\n\n- this\n- `that`",
            ),
        },
        Block::Entries { entries: vec![Text::new("eins", "one"), Text::new("zwei", "two")] },
        Block::Table(table()),
        Block::Figure {
            label: Text::new("Schultage", "School days"),
            cell: shown(187, 0),
            unit: Some(Text::new("Tage", "days")),
        },
        Block::Picture {
            table: "table-1".into(),
            columns: vec![0],
            drawing: ComposedDrawing::Bars,
        },
        Block::Findings {
            checks: vec![
                CheckFindings {
                    id: "future".into(),
                    title: Text::new("Liegt in der Zukunft", "Lies in the future"),
                    severity: Severity::Mistake,
                    records: vec![
                        found("0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", None),
                        found("0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c", None),
                    ],
                },
                CheckFindings {
                    id: "twice".into(),
                    title: Text::new("Doppelt", "Twice"),
                    severity: Severity::Note,
                    records: vec![found("0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5d", Some("P7"))],
                },
            ],
        },
        Block::Heading { level: 2, text: Text::new("Mehr", "More") },
        Block::Paragraph { text: Text::new("Ende.", "The end.") },
    ];
    let mut report =
        Report { schema: SCHEMA_COMPOSED.into(), sections: Vec::new(), blocks, ..small() };
    report.passport.audience = Audience::Work;
    report.passport.smallest_shown = 1;
    report
}
