//! Composed documents: each rule of the interface, broken once.

use super::mixed::job;
use crate::domain::{
    CheckSpec, Composed, ComposedBlock, ComposedCell, Composition, Numeral, Severity, Text, Words,
};
use crate::plugin::bindings::compose::{
    Block, Cell, Coded, Column, Drawing, Figure, Finding, Heading, Number, Picture, Row, Table,
    Words as Found,
};
use crate::plugin::compose_check::{Places, composed};

/// Three phrases, two passages, one check; see `mixed.rs` for the job.
fn check(blocks: Vec<Block>) -> Result<Composed, String> {
    let composition = Composition {
        phrases: ["one", "two", "min"].map(Text::same).into(),
        passages: vec![Text::same("a"); 2],
        checks: vec![CheckSpec {
            id: "odd".into(),
            title: Text::same("Odd"),
            severity: Severity::Note,
        }],
    };
    composed(blocks, &Places::new(&composition, &job()))
}

/// Checks that a document is refused with these words.
#[track_caller]
fn wrong(words: &str, blocks: Vec<Block>) {
    let mistake = check(blocks).unwrap_err();
    assert!(mistake.contains(words), "{mistake}");
}

fn number(value: i64) -> Cell {
    Cell::Number(Number { value, scale: 0, base: None })
}

fn table(columns: usize, rows: Vec<Vec<Cell>>) -> Table {
    let row = |cells| Row { label: Found::Phrase(0), cells };
    Table {
        caption: Found::Phrase(0),
        columns: vec![Column { label: Found::Phrase(1), unit: None }; columns],
        rows: rows.into_iter().map(row).collect(),
    }
}

fn own(text: &str) -> Found {
    Found::Own(text.into())
}

fn finding() -> Finding {
    Finding { check: 0, dataset: 1, field: 1, key: u64::MAX }
}

#[test]
fn words_point_at_what_there_is() {
    for (found, expected) in [
        (Found::Phrase(2), Words::Phrase(2)),
        (
            Found::Code(Coded { dataset: 1, field: 0, code: 1 }),
            Words::Code { dataset: 1, field: 0, code: 1 },
        ),
        (Found::Month(2), Words::Month(2)),
        (own("<b>x</b>"), Words::Own("<b>x</b>".into())),
    ] {
        let document = check(vec![Block::Paragraph(found)]).unwrap();
        assert_eq!(document.blocks, [ComposedBlock::Paragraph(expected)]);
    }
    let code = |dataset, field, code| Found::Code(Coded { dataset, field, code });
    for (words, found) in [
        ("the phrase 3 of 3, counted from 0", Found::Phrase(3)),
        ("the phrase 4294967295 of 3", Found::Phrase(u32::MAX)),
        ("the dataset 2 of 2", code(2, 0, 0)),
        ("the field 2 of 2", code(0, 2, 0)),
        ("the code 2 of 2", code(1, 0, 2)),
        // A field without codes.
        ("the code 0 of 0", code(1, 1, 0)),
        // 1 September to 8 November.
        ("the month 3 of 3", Found::Month(3)),
        ("a text that has 201 bytes", own(&"x".repeat(201))),
        ("a text that is empty", own("")),
        ("a text that has a line break", own("a\nb")),
        ("a text that has a line break or another", own("\u{202e}b")),
    ] {
        wrong(words, vec![Block::Paragraph(found.clone())]);
        // Wherever words may stand.
        wrong(words, vec![Block::Heading(Heading { level: 1, words: found.clone() })]);
        wrong(words, vec![Block::Entries(vec![Found::Phrase(0), found.clone()])]);
        wrong(words, vec![Block::Table(Table { caption: found.clone(), ..table(1, vec![]) })]);
        let mut headed = table(1, vec![vec![number(1)]]);
        headed.columns[0].label = found.clone();
        wrong(words, vec![Block::Table(headed)]);
        let mut labelled = table(1, vec![vec![number(1)]]);
        labelled.rows[0].label = found.clone();
        wrong(words, vec![Block::Table(labelled)]);
        wrong(words, vec![Block::Table(table(1, vec![vec![Cell::Words(found.clone())]]))]);
        let number = Number { value: 1, scale: 0, base: None };
        wrong(words, vec![Block::Figure(Figure { label: found, number, unit: None })]);
    }
}

#[test]
fn there_are_not_too_many_of_anything() {
    let paragraph = || Block::Paragraph(Found::Phrase(0));
    assert!(check(vec![]).unwrap().blocks.is_empty());
    assert!(check(vec![paragraph(); 1_000]).is_ok());
    wrong("1001 blocks; at most 1000", vec![paragraph(); 1_001]);
    assert!(check(vec![Block::Entries(vec![Found::Phrase(0); 1_000])]).is_ok());
    wrong("1001 entries", vec![Block::Entries(vec![Found::Phrase(0); 1_001])]);
    let rows = |rows: usize, columns| {
        vec![Block::Table(table(columns, vec![vec![Cell::Missing; columns]; rows]))]
    };
    assert!(check(rows(10_000, 32)).is_ok());
    wrong("10001 rows; at most 10000", rows(10_001, 1));
    wrong("33 columns; at most 32", rows(1, 33));
    wrong("a table without a column", rows(1, 0));
    // Of all the document, not of each list.
    let findings = |many: usize| Block::Findings(vec![finding(); many]);
    assert!(check(vec![findings(6_000), findings(4_000)]).is_ok());
    wrong("block 1, counted from 0, has 10001 findings", vec![findings(6_000), findings(4_001)]);
}

#[test]
fn a_row_has_one_cell_for_each_column() {
    wrong(
        "block 0, counted from 0, has in row 1, counted from 0, 1 cells for 2 columns",
        vec![Block::Table(table(2, vec![vec![Cell::Missing; 2], vec![Cell::Missing]]))],
    );
    wrong("3 cells for 2 columns", vec![Block::Table(table(2, vec![vec![Cell::Missing; 3]]))]);
    assert!(check(vec![Block::Table(table(2, vec![]))]).is_ok());
}

#[test]
fn numbers_are_exact_up_to_six_decimals_and_keep_their_base() {
    let shown = |value, scale, base| {
        let number = Number { value, scale, base };
        check(vec![
            Block::Figure(Figure { label: Found::Phrase(0), number, unit: Some(2) }),
            Block::Table(table(1, vec![vec![Cell::Number(number)]])),
        ])
    };
    let document = shown(i64::MIN, 6, Some(4)).unwrap();
    let expected = Numeral { units: i64::MIN, decimals: 6, base: Some(4) };
    let ComposedBlock::Figure { number, unit, .. } = &document.blocks[0] else { panic!() };
    assert_eq!((*number, unit), (expected, &Some(Text::same("min"))));
    let ComposedBlock::Table(table) = &document.blocks[1] else { panic!() };
    assert_eq!(table.rows[0].cells, [ComposedCell::Number(expected)]);
    assert!(shown(1, 7, None).unwrap_err().contains("the scale 7; at most 6"));
    assert!(shown(1, 255, None).is_err());
}

#[test]
fn units_are_phrases_and_nothing_else() {
    let label = Found::Phrase(0);
    let number = Number { value: 1, scale: 0, base: None };
    wrong("the phrase 3 of 3", vec![Block::Figure(Figure { label, number, unit: Some(3) })]);
    let mut found = table(1, vec![]);
    found.columns[0].unit = Some(9);
    wrong("the phrase 9 of 3", vec![Block::Table(found)]);
}

#[test]
fn headings_passages_and_findings_are_within_their_bounds() {
    let heading = |level| vec![Block::Heading(Heading { level, words: Found::Phrase(0) })];
    wrong("the level 0; 1 to 3", heading(0));
    wrong("the level 4", heading(4));
    assert!((1..=3).all(|level| check(heading(level)).is_ok()));
    assert!(check(vec![Block::Passage(1)]).is_ok());
    wrong("the passage 2 of 2", vec![Block::Passage(2)]);
    let findings = |found| vec![Block::Findings(vec![finding(), found])];
    assert!(check(findings(finding())).is_ok());
    wrong("the check 1 of 1", findings(Finding { check: 1, ..finding() }));
    wrong("the dataset 2 of 2", findings(Finding { dataset: 2, ..finding() }));
    wrong("the field 2 of 2", findings(Finding { field: 2, ..finding() }));
    wrong("field 0, whose values are not `keys`", findings(Finding { field: 0, ..finding() }));
}

#[test]
fn a_picture_is_of_numbers_in_a_table_before_it() {
    let words = Cell::Words(Found::Phrase(0));
    let mixed = || {
        Block::Table(table(
            3,
            vec![
                vec![number(1), number(1), Cell::Missing],
                vec![Cell::Missing, words.clone(), number(2)],
            ],
        ))
    };
    let picture = |table, columns: &[u32]| {
        Block::Picture(Picture { table, columns: columns.into(), drawing: Drawing::Bars })
    };
    assert!(check(vec![mixed(), picture(0, &[2, 0])]).is_ok());
    // Another block in between, and a second table.
    let between = Block::Paragraph(Found::Phrase(0));
    assert!(check(vec![mixed(), between, mixed(), picture(1, &[0])]).is_ok());
    wrong("the table 0 of 0, counted from 0 before it", vec![picture(0, &[0]), mixed()]);
    wrong("the table 1 of 1", vec![mixed(), picture(1, &[0]), mixed()]);
    wrong("a picture of column 1, which has words", vec![mixed(), picture(0, &[0, 1])]);
    wrong("the column 3 of 3", vec![mixed(), picture(0, &[3])]);
    wrong("the column 0 twice", vec![mixed(), picture(0, &[0, 0])]);
    wrong("a picture of no column", vec![mixed(), picture(0, &[])]);
    wrong("7 columns in a picture; at most 6", vec![mixed(), picture(0, &[0; 7])]);
}
