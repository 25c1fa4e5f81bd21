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
        str![[r"
Prüfung
───────

Was auffällt:
- dies
- das

-  eins
-  zwei

Dauer nach Schule

                 Dauer (min)    Urteil
──────────────────────────────────────
Schule am Anger      1.234,5       gut
Ufer; Nord                 •  =SUM(A1)
Waldschule                 –         -

Schultage: 187 Tage

Bild „Dauer nach Schule: Dauer (min)“: Schule am Anger 1.234,5; Ufer;
Nord nicht gezeigt; Waldschule nicht gezeigt.

Fehler: Liegt in der Zukunft (2 gefunden)

-  Kontakt 0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b, 15.09.2025, 100001
-  Kontakt 0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c, 15.09.2025, 100001

Hinweis: Doppelt (1 gefunden)

-  Fehlzeit 0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5d, 15.09.2025, 100001,
   Kind P7

Mehr
╌╌╌╌

Ende.

"]]
    );
}

#[test]
fn a_composed_report_for_a_spreadsheet() {
    let report = sample_blocks::composed();
    let file = write(&fields(&report.blocks, Lang::En), Lang::En);
    assert_data_eq!(
        file.replace("\r\n", "\n").replace('\u{feff}', ""),
        str![[r"
Checks

What stands out:
'- this
'- that

one
two

Time by school
,Time (min),Verdict
Schule am Anger,1234.5,gut
Ufer; Nord,withheld,'=SUM(A1)
Waldschule,not collected,'-

School days,187,days

mistake: Lies in the future (2 found)
Record,Reference,Day,School
Contact,0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b,2025-09-15,100001
Contact,0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c,2025-09-15,100001

note: Twice (1 found)
Record,Reference,Day,School,Pupil
Absence,0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5d,2025-09-15,100001,P7

More

The end.

"]]
    );
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
