use std::sync::Arc;

use super::*;
use crate::domain::{
    CheckSpec, Code, CodeList, ComposedColumn, ComposedDrawing, ComposedRow, RecordKind, Severity,
    ShapeField,
};

fn composition() -> Composition {
    Composition {
        phrases: ["Kinder", "Schule", "Überblick"]
            .into_iter()
            .zip(["Pupils", "School", "Overview"])
            .map(|(de, en)| Text::new(de, en))
            .collect(),
        passages: vec![Text::new("*Lang*", "*Long*")],
        checks: vec![
            CheckSpec {
                id: "future".into(),
                title: Text::new("In der Zukunft", "In the future"),
                severity: Severity::Mistake,
            },
            CheckSpec {
                id: "empty".into(),
                title: Text::new("Leer", "Empty"),
                severity: Severity::Note,
            },
        ],
    }
}

fn shapes() -> Vec<Shape> {
    let codes = vec![
        Code { code: "990001".into(), de: "Ahorn".into(), en: "Ahorn".into() },
        Code { code: "990002".into(), de: "Buche".into(), en: "Buche".into() },
    ];
    let school =
        ShapeField { name: "school".into(), codes: Arc::new(CodeList::new(codes)), size: 0 };
    let key = ShapeField { name: "contact_key".into(), codes: Arc::default(), size: 0 };
    vec![Shape { dataset: "contacts".into(), fields: vec![school, key] }]
}

fn made(blocks: Vec<ComposedBlock>, audience: Audience) -> Result<Vec<Block>, ComposeError> {
    made_with(blocks, audience, Rounding::None, &FoundRecords::new())
}

fn made_with(
    blocks: Vec<ComposedBlock>,
    audience: Audience,
    rounding: Rounding,
    found: &FoundRecords,
) -> Result<Vec<Block>, ComposeError> {
    let day = |text: &str| text.parse().unwrap();
    compose(Composing {
        plugin: "org.example.check",
        composition: &composition(),
        composed: &Composed { blocks },
        shapes: &shapes(),
        period: Period::new(day("2025-11-15"), day("2026-07-31")).unwrap(),
        audience,
        rounding,
        found,
    })
}

fn number(units: i64, base: Option<u32>) -> ComposedCell {
    ComposedCell::Number(Numeral { units, decimals: 0, base })
}

fn school(code: u16) -> Words {
    Words::Code { dataset: 0, field: 0, code }
}

fn table(cells: Vec<(Words, ComposedCell)>, unit: Option<Text>) -> ComposedBlock {
    ComposedBlock::Table(ComposedTable {
        caption: Words::Phrase(2),
        columns: vec![ComposedColumn { label: Words::Phrase(0), unit }],
        rows: cells
            .into_iter()
            .map(|(label, cell)| ComposedRow { label, cells: vec![cell] })
            .collect(),
    })
}

fn cells(block: &Block) -> Vec<BlockCell> {
    let Block::Table(table) = block else { panic!("{block:?}") };
    table.rows.iter().flat_map(|row| row.cells.clone()).collect()
}

fn bars(blocks: Vec<ComposedBlock>, audience: Audience) -> Vec<String> {
    match made(blocks, audience) {
        Err(ComposeError::StaysInside { bars, .. }) => bars.iter().map(Bar::english).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn own_words_numbers_without_base_and_findings_keep_a_document_in_the_team() {
    let blocks = || {
        vec![
            ComposedBlock::Heading(1, Words::Own("A".into())),
            ComposedBlock::Entries(vec![Words::Phrase(0), Words::Own("B".into())]),
            table(
                vec![
                    (school(0), number(9, Some(9))),
                    (Words::Own("C".into()), number(7, None)),
                    (school(1), ComposedCell::Words(Words::Own("D".into()))),
                ],
                None,
            ),
            ComposedBlock::Figure {
                label: Words::Phrase(0),
                number: Numeral { units: 1, decimals: 0, base: None },
                unit: None,
            },
            ComposedBlock::Findings(Vec::new()),
        ]
    };
    let expected = [
        "block 1, heading has words of the plugin's own instead of a phrase",
        "block 2, entry 2 has words of the plugin's own instead of a phrase",
        "block 3, table \"Overview\", row 2, label has words of the plugin's own instead of a phrase",
        "block 3, table \"Overview\", row 2, column 1 has a number without a base",
        "block 3, table \"Overview\", row 3, column 1 has words of the plugin's own instead of a phrase",
        "block 4, figure has a number without a base",
        "block 5 has findings",
    ];
    assert_eq!(bars(blocks(), Audience::Public), expected);
    assert_eq!(bars(blocks(), Audience::Administration), expected);
    assert!(made(blocks(), Audience::Work).is_ok());
}

#[test]
fn a_caption_of_the_plugins_own_is_named_and_not_repeated() {
    let ComposedBlock::Table(mut own) = table(vec![(school(0), number(7, None))], None) else {
        panic!()
    };
    own.caption = Words::Own("secret".into());
    let found = bars(vec![ComposedBlock::Table(own)], Audience::Public);
    assert_eq!(
        found,
        [
            "block 1, caption of the table has words of the plugin's own instead of a phrase",
            "block 1, table, row 1, column 1 has a number without a base",
        ]
    );
}

#[test]
fn small_numbers_are_withheld_outside_the_team_only() {
    let blocks = || {
        vec![table(
            vec![
                (school(0), number(2, Some(2))),
                (school(1), number(9, Some(9))),
                (Words::Phrase(1), number(30, Some(30))),
            ],
            None,
        )]
    };
    let shown = |units| BlockCell::Number(Cell::Shown(Number { units, decimals: 0 }));
    let withheld = || BlockCell::Number(Cell::Withheld);
    let of = |audience| cells(&made(blocks(), audience).unwrap()[0]);
    assert_eq!(of(Audience::Public), [withheld(), withheld(), shown(30)]);
    assert_eq!(of(Audience::Administration), [withheld(), withheld(), shown(30)]);
    assert_eq!(of(Audience::Work), [shown(2), shown(9), shown(30)]);
}

#[test]
fn what_was_not_collected_is_no_zero_and_keeps_nothing_in_the_team() {
    let blocks = vec![table(
        vec![(school(0), ComposedCell::Missing), (school(1), number(0, Some(0)))],
        None,
    )];
    let zero = BlockCell::Number(Cell::Shown(Number { units: 0, decimals: 0 }));
    let found = made(blocks, Audience::Public).unwrap();
    assert_eq!(cells(&found[0]), [BlockCell::Number(Cell::NotCollected), zero]);
}

#[test]
fn plain_counts_are_rounded_and_nothing_else() {
    let decimal = ComposedCell::Number(Numeral { units: 123, decimals: 1, base: Some(50) });
    let rounded = |cell: ComposedCell, unit: Option<Text>| {
        let blocks = vec![table(vec![(school(0), cell)], unit)];
        let none = FoundRecords::new();
        let made = made_with(blocks, Audience::Work, Rounding::Five, &none).unwrap();
        cells(&made[0]).remove(0)
    };
    let shown = |units, decimals| BlockCell::Number(Cell::Shown(Number { units, decimals }));
    assert_eq!(rounded(number(12, Some(12)), None), shown(10, 0));
    assert_eq!(rounded(number(2, Some(2)), None), BlockCell::Number(Cell::RoundsToZero));
    assert_eq!(rounded(number(12, Some(12)), Some(Text::same("min"))), shown(12, 0));
    assert_eq!(rounded(number(187, Some(0)), None), shown(187, 0));
    assert_eq!(rounded(number(12, None), None), shown(12, 0));
    assert_eq!(rounded(decimal, None), shown(123, 1));
}

#[test]
fn words_are_those_of_the_municipality_and_the_calendar() {
    let blocks = vec![
        ComposedBlock::Paragraph(school(1)),
        ComposedBlock::Paragraph(Words::Month(0)),
        ComposedBlock::Paragraph(Words::Month(2)),
        ComposedBlock::Paragraph(Words::Phrase(1)),
        ComposedBlock::Paragraph(Words::Own("Eigenes".into())),
    ];
    let found = made(blocks, Audience::Work).unwrap();
    let text = |block: &Block| match block {
        Block::Paragraph { text } => text.clone(),
        other => panic!("{other:?}"),
    };
    let found: Vec<Text> = found.iter().map(text).collect();
    assert_eq!(
        found,
        [
            Text::same("Buche"),
            Text::new("Nov 2025", "Nov 2025"),
            Text::new("Jan 2026", "Jan 2026"),
            Text::new("Schule", "School"),
            Text::same("Eigenes"),
        ]
    );
}

#[test]
fn pictures_name_their_table_and_passages_stay_as_they_were_written() {
    let blocks = vec![
        table(vec![(school(0), number(9, Some(9)))], None),
        ComposedBlock::Passage(0),
        table(vec![(school(0), number(9, Some(9)))], None),
        ComposedBlock::Picture { table: 1, columns: vec![0], drawing: ComposedDrawing::Bars },
    ];
    let found = made(blocks, Audience::Public).unwrap();
    assert_eq!(found[1], Block::Passage { markdown: Text::new("*Lang*", "*Long*") });
    let Block::Picture { table, columns, .. } = &found[3] else { panic!() };
    assert_eq!((table.as_str(), columns.as_slice()), ("table-2", [0].as_slice()));
}

fn entry(reference: &str) -> FoundEntry {
    FoundEntry {
        dataset: "contacts".into(),
        record: RecordKind::Contact,
        reference: reference.into(),
        schools: vec!["990001".into()],
        day: None,
        pupil: None,
    }
}

#[test]
fn a_record_that_was_never_given_is_refused() {
    let finding = |key| FoundRecord { check: 0, dataset: 0, field: 1, key };
    let blocks = vec![
        ComposedBlock::Heading(1, Words::Phrase(0)),
        ComposedBlock::Findings(vec![finding(7), finding(8)]),
    ];
    let known = FoundRecords::from([((0, 1, 7), entry("one"))]);
    let error = made_with(blocks, Audience::Work, Rounding::None, &known).unwrap_err();
    assert_eq!(
        error.to_string(),
        "plugin `org.example.check` points at a record that it was never given: block 2, finding 2"
    );
}

#[test]
fn findings_are_told_check_by_check_in_the_order_of_the_description() {
    let finding = |check, key| FoundRecord { check, dataset: 0, field: 1, key };
    let blocks = vec![ComposedBlock::Findings(vec![finding(1, 7), finding(0, 8), finding(0, 7)])];
    let known = FoundRecords::from([((0, 1, 7), entry("one")), ((0, 1, 8), entry("two"))]);
    let found = made_with(blocks, Audience::Work, Rounding::None, &known).unwrap();
    let Block::Findings { checks } = &found[0] else { panic!() };
    let told: Vec<(&str, Vec<&str>)> = checks
        .iter()
        .map(|check| {
            let records = check.records.iter().map(|record| record.reference.as_str());
            (check.id.as_str(), records.collect())
        })
        .collect();
    assert_eq!(told, [("future", vec!["two", "one"]), ("empty", vec!["one"])]);
}
