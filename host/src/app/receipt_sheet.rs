//! The receipt of an erasure as a sheet: proof for the person, without any name in it.

use std::collections::BTreeMap;

use crate::domain::{FormKind, Sheet, SheetCell, SheetTable, Text};

use super::erasure::ErasureDone;
use super::moment;
use super::sheets::{CLASSES, day, fact, table, text, whole, words};

/// Words for tables that are neither a form nor among the classes of the data protection sheet.
const OTHERS: [(&str, &str, &str); 22] = [
    ("absence_version", "Frühere Fassungen von Fehlzeiten", "Earlier versions of absences"),
    ("contact_pupil", "Teilnahme an Kontakten", "Part taken in contacts"),
    ("contact_version_participant", "Beteiligte früherer Fassungen", "People of earlier versions"),
    ("contact_version_pupil", "Kinder früherer Fassungen", "Pupils of earlier versions"),
    ("private_note_version", "Frühere vertrauliche Notizen", "Earlier private notes"),
    ("note_release", "Freigaben vertraulicher Notizen", "Releases of private notes"),
    ("entry_version", "Frühere Fassungen von Einträgen", "Earlier versions of records"),
    ("task_event", "Verlauf von Aufgaben", "History of tasks"),
    ("stay", "Zeiten an der Schule", "Times at the school"),
    ("external_id", "Kennungen anderer Systeme", "Ids of other systems"),
    ("import_waiting", "Wartende Zeilen eingelesener Dateien", "Waiting rows of imported files"),
    ("import_row", "Gemerkte Zeilen eingelesener Dateien", "Remembered rows of imported files"),
    ("import_change", "Gemerkte Änderungen durch Dateien", "Remembered changes by files"),
    (
        "archive_offered",
        "Verweise in Angeboten an das Archiv",
        "References in offers to the archive",
    ),
    ("legal_hold", "Sperren", "Holds"),
    ("seen_pupil", "Vermerke, wer das Kind angesehen hat", "Notes of who looked at the pupil"),
    (
        "seen_household",
        "Vermerke, wer die Familie angesehen hat",
        "Notes of who looked at the family",
    ),
    ("draft", "Begonnene Einträge", "Records that were begun"),
    ("draft_about", "Bezüge begonnener Einträge", "References of records that were begun"),
    ("submission", "Vermerke über das Absenden", "Notes of sending"),
    ("restriction", "Einschränkungen der Verarbeitung", "Restrictions of processing"),
    ("contact_version", "Frühere Fassungen von Kontakten", "Earlier versions of contacts"),
];

impl ErasureDone {
    /// The sheet to print.
    pub fn sheet(&self) -> Sheet {
        let receipt = &self.receipt;
        let title = if self.is_preview {
            Text::new(
                "Vorschau einer Löschung: gelöscht ist nichts",
                "Preview of an erasure: nothing is erased",
            )
        } else {
            Text::new("Beleg über eine Löschung", "Receipt of an erasure")
        };
        let mut facts = Vec::new();
        if !self.is_preview {
            facts.push(fact("Beleg", "Receipt", text(receipt.id.to_string())));
            facts.push(fact("Gelöscht am", "Erased on", text(moment(receipt.at))));
        }
        facts.push(fact("Grund", "Ground", SheetCell::Words(receipt.ground_text.clone())));
        if receipt.until.is_some() {
            facts.push(fact("Fällig am", "Due on", day(receipt.until)));
        }
        facts.push(fact("Durch", "By", text(receipt.by.clone())));
        if let Some(other) = &receipt.confirmed_by {
            facts.push(fact("Bestätigt durch", "Confirmed by", text(other.clone())));
        }
        let number = |number: u64| whole(i64::try_from(number).unwrap_or(i64::MAX));
        facts.push(fact("Kinder", "Pupils", number(receipt.pupils)));
        facts.push(fact("Haushalte", "Households", number(receipt.households)));
        if !self.is_preview {
            facts.push(fact(
                "SHA-256 des Belegs",
                "SHA-256 of the receipt",
                text(self.sha256.clone()),
            ));
        }
        Sheet {
            id: "erasure",
            title,
            facts,
            remarks: self.remarks(),
            tables: vec![
                counts(
                    "removed",
                    ("Gelöscht", "Erased"),
                    ("Nichts wurde gelöscht.", "Nothing was erased."),
                    &receipt.removed,
                ),
                counts(
                    "emptied",
                    ("Als Tatsache ohne Bezug zu Menschen geblieben", "Kept as facts about nobody"),
                    ("Nichts davon.", "None."),
                    &receipt.emptied,
                ),
                self.outstanding(),
            ],
        }
    }

    /// What a reader must know.
    fn remarks(&self) -> Vec<Text> {
        let receipt = &self.receipt;
        let mut remarks = Vec::new();
        if self.receipt.kind == "demand" {
            remarks.push(Text::new(
                "Das Archivrecht kann verlangen, dass Unterlagen vor der Löschung dem Archiv angeboten \
                 werden. Bei einer Löschung auf Verlangen ist das vorher zu prüfen.",
                "Archive law may ask that records are offered to the archive before they are erased. \
                 With an erasure at a demand this has to be looked at beforehand.",
            ));
        }
        if receipt.open_cases > 0 {
            remarks.push(Text::new(
                format!("Fallbegleitungen, die noch offen waren: {}.", receipt.open_cases),
                format!("Support cases that were still open: {}.", receipt.open_cases),
            ));
        }
        if receipt.reports > 0 {
            remarks.push(Text::new(
                format!(
                    "Aus Berichten, die einzelne Einträge auflisten, wurden die Hinweise auf Gelöschtes \
                     entfernt: {}. Ihre Zahlen sind geblieben.",
                    receipt.reports
                ),
                format!(
                    "Out of reports that list single records what pointed to the erased was taken: {}. \
                     Their numbers stay.",
                    receipt.reports
                ),
            ));
        }
        if !self.is_preview {
            remarks.push(if self.is_wiped {
                Text::new(
                    "Die Datei ist neu aufgebaut, ihr Schreibprotokoll ist leer: In ihr steht nichts \
                     Gelöschtes mehr.",
                    "The file is built anew, its log is empty: nothing of the erased is left in it.",
                )
            } else {
                Text::new(
                    "Ein anderes Programm hatte die Daten offen. Alte Seiten der Datei werden \
                     überschrieben, sobald die Daten das nächste Mal geöffnet werden.",
                    "Another program had the records open. Old pages of the file are overwritten when \
                     the records are opened the next time.",
                )
            });
        }
        remarks
    }

    /// What finishes the erasure.
    fn outstanding(&self) -> SheetTable {
        let receipt = &self.receipt;
        let mut shown = table(
            "outstanding",
            ("Was noch aussteht", "What is still outstanding"),
            ("Nichts steht aus.", "Nothing is outstanding."),
            &[("what", "Wo", "Where"), ("finish", "Was es abschließt", "What finishes it")],
        );
        for contact in &receipt.shared {
            shown.rows.push(vec![
                words(format!("Kontakt {contact}"), format!("Contact {contact}")),
                words(
                    "Er betrifft auch andere Kinder und bleibt. Namen sind geschwärzt; ein Mensch muss \
                     nachlesen, ob ein Text noch vom gelöschten Kind erzählt.",
                    "It is about other pupils too and stays. Names are blackened; a person has to read \
                     whether a text still tells of the erased pupil.",
                ),
            ]);
        }
        if receipt.notes_left > 0 {
            shown.rows.push(vec![
                words(
                    format!("Vertrauliche Notizen in diesen Kontakten: {}", receipt.notes_left),
                    format!("Private notes in these contacts: {}", receipt.notes_left),
                ),
                words(
                    "Nur die Profession kann sie lesen und berichtigen.",
                    "Only the profession can read and correct them.",
                ),
            ]);
        }
        for backup in &receipt.backups {
            let (at, sha256) =
                (moment(backup.made_at), backup.sha256.get(..16).unwrap_or_default());
            shown.rows.push(vec![
                words(
                    format!("Sicherung vom {at}, SHA-256 {sha256}…"),
                    format!("Backup of {at}, SHA-256 {sha256}…"),
                ),
                words(
                    "Sie enthält die Daten, bis ihre Datei vernichtet ist oder ihr Schlüssel. Wird sie \
                     zurückgespielt, wird nach diesem Beleg noch einmal gelöscht.",
                    "It holds the data until its file or its key is destroyed. When it is restored, the \
                     data are erased again by this receipt.",
                ),
            ]);
        }
        shown
    }
}

fn counts(
    id: &'static str,
    titles: (&str, &str),
    none: (&str, &str),
    counts: &BTreeMap<String, u64>,
) -> SheetTable {
    let mut shown =
        table(id, titles, none, &[("class", "Daten", "Records"), ("rows", "Einträge", "Entries")]);
    for (name, rows) in counts {
        shown.rows.push(vec![
            SheetCell::Words(word(name)),
            whole(i64::try_from(*rows).unwrap_or(i64::MAX)),
        ]);
    }
    shown
}

/// The word for what a table holds.
fn word(table: &str) -> Text {
    let known = OTHERS.iter().chain(&CLASSES).find(|(name, ..)| *name == table);
    if let Some((_, de, en)) = known {
        return Text::new(*de, *en);
    }
    let form = FormKind::all().find(|form| form.table == table);
    form.map_or_else(|| Text::same(table), |form| form.title.clone())
}
