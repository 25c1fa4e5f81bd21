//! Tests of sheets in every form.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use super::{Renderer, sheet_csv, sheet_json, sheet_text};
use crate::domain::{Day, Lang, Number, Sheet, SheetCell, SheetColumn, SheetTable, Text};

fn column(name: &'static str, title: Text, unit: Option<Text>) -> SheetColumn {
    SheetColumn { name, title, unit }
}

/// One of each kind of cell, and what a person could have written to do harm.
fn sample() -> Sheet {
    let number = |units, decimals| SheetCell::Number(Number { units, decimals });
    let day = Day::of(2026, 3, 2).unwrap();
    Sheet {
        id: "sample",
        title: Text::new("Musterblatt", "Sample sheet"),
        facts: vec![
            (Text::new("Schule", "School"), SheetCell::Text("990001 <Anger>".into())),
            (Text::new("Stand", "As of"), SheetCell::Day(day)),
        ],
        remarks: vec![Text::new("Nur für die Schule.", "For the school alone.")],
        tables: vec![
            SheetTable {
                id: "posts",
                title: Text::new("Stellen", "Posts"),
                columns: vec![
                    column("note", Text::new("Notiz", "Note"), None),
                    column("state", Text::new("Stand", "State"), None),
                    column("day", Text::new("Tag", "Day"), None),
                    column("fte", Text::new("Anteil", "Share"), Some(Text::new("VZÄ", "FTE"))),
                    column("cases", Text::new("Fälle", "Cases"), None),
                ],
                rows: vec![
                    vec![
                        SheetCell::Text("=1+1 <b>\u{1b}[2J".into()),
                        SheetCell::Words(Text::new("besetzt", "filled")),
                        SheetCell::Day(day),
                        number(123_450, 2),
                        SheetCell::Withheld,
                    ],
                    vec![
                        SheetCell::Text("leer".into()),
                        SheetCell::Empty,
                        SheetCell::Empty,
                        SheetCell::NotCollected,
                        number(0, 0),
                    ],
                ],
                none: Text::new("Keine.", "None."),
            },
            SheetTable {
                id: "nothing",
                title: Text::new("Aufgaben", "Tasks"),
                columns: vec![column("task", Text::new("Aufgabe", "Task"), None)],
                rows: Vec::new(),
                none: Text::new("Heute ist nichts fällig.", "Nothing is due today."),
            },
        ],
    }
}

fn validator() -> jsonschema::Validator {
    let text = include_str!("../../../schemas/json/sheet-1.0.json");
    let schema = serde_json::from_str(text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

#[test]
fn a_sheet_as_text_in_both_languages() {
    assert_data_eq!(
        sheet_text(&sample(), Lang::De, Some(72), false),
        str![[r"
Musterblatt
═══════════

Schule  990001 <Anger>
Stand   02.03.2026

Nur für die Schule.

Stellen
───────

Notiz         Stand    Tag          Anteil (VZÄ)        Fälle
──────────────────────────────────────────────────────────────
=1+1 <b> [2J  besetzt  02.03.2026       1.234,50  unterdrückt
leer                               nicht erhoben            0

Aufgaben
────────

Heute ist nichts fällig.

Zeichen in den Tabellen
───────────────────────

unterdrückt    Die Zahl beruht auf so wenigen Menschen, dass sie hier
               nicht stehen darf. Sie ist keine Null.
nicht erhoben  Für diese Stelle wurde nichts erfasst. Das ist keine
               Null.

"]]
    );
    assert_data_eq!(
        sheet_text(&sample(), Lang::En, None, false),
        str![[r"
Sample sheet
════════════

School  990001 <Anger>
As of   2026-03-02

For the school alone.

Posts
─────

Note          State   Day           Share (FTE)     Cases
──────────────────────────────────────────────────────────
=1+1 <b> [2J  filled  2026-03-02       1,234.50  withheld
leer                              not collected         0

Tasks
─────

Nothing is due today.

Signs in the tables
───────────────────

withheld       The figure rests on so few persons that it must not stand here. It is not a zero.
not collected  Nothing was recorded here. It is not a zero.

"]]
    );
}

#[test]
fn a_sheet_for_a_spreadsheet_in_both_languages() {
    let csv = |lang| {
        let text = String::from_utf8(sheet_csv(&sample(), lang)).unwrap();
        text.replace("\r\n", "\n").replace('\u{feff}', "")
    };
    assert_data_eq!(
        csv(Lang::De),
        str![[r"
Musterblatt
Schule;990001 <Anger>
Stand;02.03.2026
Nur für die Schule.

Stellen
Notiz;Stand;Tag;Anteil (VZÄ);Fälle
'=1+1 <b> [2J;besetzt;02.03.2026;1234,50;unterdrückt
leer;;;nicht erhoben;0

Aufgaben
Heute ist nichts fällig.

Zeichen in den Tabellen
unterdrückt;Die Zahl beruht auf so wenigen Menschen, dass sie hier nicht stehen darf. Sie ist keine Null.
nicht erhoben;Für diese Stelle wurde nichts erfasst. Das ist keine Null.

"]]
    );
    assert_data_eq!(
        csv(Lang::En),
        str![[r"
Sample sheet
School,990001 <Anger>
As of,2026-03-02
For the school alone.

Posts
Note,State,Day,Share (FTE),Cases
'=1+1 <b> [2J,filled,2026-03-02,1234.50,withheld
leer,,,not collected,0

Tasks
Nothing is due today.

Signs in the tables
withheld,The figure rests on so few persons that it must not stand here. It is not a zero.
not collected,Nothing was recorded here. It is not a zero.

"]]
    );
}

#[test]
fn what_people_wrote_is_no_markup_and_the_page_asks_for_nothing() {
    for lang in [Lang::De, Lang::En] {
        let page = Renderer::new(None).unwrap().sheet(&sample(), lang).unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        assert!(page.contains("&lt;Anger&gt;") && page.contains("&lt;b&gt;"), "{page}");
        assert!(!page.contains("<b>") && !page.contains('\u{1b}'));
        assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
        for outside in ["<script", "http://", "https://", "url(", "@import", "<img", "<link"] {
            assert!(!page.contains(outside), "{outside}");
        }
        let word = lang.pick("unterdrückt", "withheld");
        assert!(page.contains(&format!("<span class=\"spoken\">{word}</span>")), "{page}");
        assert_eq!(page.matches("<caption>").count(), 1, "a table without rows is a sentence");
        assert_eq!(page.matches("scope=\"col\"").count(), 5);
        assert_eq!(page.matches("scope=\"row\"").count(), 2);
        let none = lang.pick("Heute ist nichts fällig.", "Nothing is due today.");
        assert!(page.contains(none));
    }
}

#[test]
fn a_sheet_has_the_look_of_ones_own_reports() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::write(folder.path().join("style.css"), "body { color: rebeccapurple }").unwrap();
    let page = Renderer::new(Some(folder.path())).unwrap().sheet(&sample(), Lang::De).unwrap();
    assert!(page.contains("rebeccapurple"));
}

#[test]
fn no_line_of_text_is_wider_than_asked() {
    for width in [60, 80, 100] {
        let text = sheet_text(&sample(), Lang::De, Some(width), false);
        let widest = text.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width), "{width}:\n{text}");
    }
}

#[test]
fn a_sheet_fits_its_schema_and_spoilt_ones_do_not() {
    let schema = validator();
    let text = sheet_json(&sample()).unwrap();
    assert!(text.starts_with("{\n  \"schema\": \"tridem-sheet/1.0\"") && text.ends_with("}\n"));
    let good: Value = serde_json::from_str(&text).unwrap();
    let errors: Vec<String> = schema.iter_errors(&good).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for (place, value) in [
        ("/schema", json!("tridem-sheet/1.1")),
        ("/extra", json!(1)),
        ("/title", json!("one language")),
        ("/title/fr", json!("a third language")),
        ("/facts/0/cell", json!("a text")),
        ("/tables/0/columns", json!([])),
        ("/tables/0/columns/0/unit", json!("FTE")),
        ("/tables/0/rows/0/3/units", json!(1.5)),
        ("/tables/0/rows/0/3/decimals", json!(-1)),
        ("/tables/0/rows/0/4/units", json!(3)),
        ("/tables/0/rows/0/2/day", json!("02.03.2026")),
        ("/tables/0/rows/1/1/kind", json!("none")),
    ] {
        let mut broken = good.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        match broken.pointer_mut(parent).unwrap() {
            Value::Object(object) => drop(object.insert(key.to_owned(), value)),
            Value::Array(array) => array[key.parse::<usize>().unwrap()] = value,
            other => panic!("nothing to break in {other}"),
        }
        assert!(!schema.is_valid(&broken), "{place}");
    }
    for place in ["", "/facts/0", "/tables/0", "/tables/0/columns/0", "/tables/0/rows/0/3"] {
        let keys = good.pointer(place).unwrap().as_object().unwrap().keys().cloned();
        for key in keys.collect::<Vec<_>>() {
            let mut broken = good.clone();
            broken.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(&key);
            assert!(!schema.is_valid(&broken), "{place}/{key}");
        }
    }
}
