//! The German of the help for erasures, holds and times of keeping; see `german.rs` for the paths.

/// The German texts of `subject erase` and what belongs to it, and of `retention`.
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "subject erase",
        "Ein Kind oder einen Haushalt mit allen Kindern löschen und den Beleg ausgeben\n\n\
         Alles über sie geht, in einem Schritt oder gar nicht: Einträge, Notizen, frühere Fassungen, \
         wartende Zeilen aus eingelesenen Dateien. Kontakte und Fallbegleitungen bleiben als Tatsachen \
         ohne Bezug zu Menschen, damit die Zahlen vergangener Jahre bleiben. Frühere Sicherungen \
         enthalten die Daten noch; der Beleg nennt sie.",
    ),
    (
        "subject erase <subject>",
        "Das Kürzel eines Kindes oder Haushalts; `pupil:KÜRZEL` oder `household:KÜRZEL`, wenn beide es \
         haben",
    ),
    ("subject erase --ground", "Der Grund: ein Code der Liste `erasure-ground`"),
    ("subject erase --preview", "Nur zeigen, was ginge und was entgegensteht"),
    ("subject erase --confirmed-by", "Das Kürzel einer zweiten Fachkraft, die es bestätigt"),
    (
        "subject erase --again",
        "Noch einmal löschen, was mit einer alten Sicherung zurückkam: ein Beleg oder ein Ordner mit \
         Belegen",
    ),
    ("subject erase --format", "Die Form des Belegs"),
    ("subject erase --out", "In diese Datei schreiben, statt ihn auszugeben"),
    (
        "subject hold",
        "Ein Kind, einen Haushalt oder eine Fallbegleitung sperren: nichts davon wird gelöscht, bis die \
         Sperre aufgehoben ist",
    ),
    (
        "subject hold <subject>",
        "Das Kürzel; mit `pupil:`, `household:` oder `case:` davor, wenn mehrere es haben",
    ),
    ("subject hold --reason", "Der Grund, eine Zeile"),
    ("subject release-hold", "Eine Sperre aufheben"),
    ("subject release-hold <subject>", "Das gesperrte Kürzel"),
    ("subject holds", "Auflisten, was gesperrt ist, seit wann, durch wen und warum"),
    ("subject holds --format", "Die Form der Liste"),
    ("subject holds --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    (
        "subject receipts",
        "Die Löschbelege auflisten, oder sie in einen Ordner bei Ihren Sicherungen schreiben",
    ),
    ("subject receipts --into", "Jeden Beleg als Datei in diesen Ordner schreiben"),
    ("subject receipts --format", "Die Form der Liste"),
    ("subject receipts --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    ("subject receipt", "Einen Löschbeleg zeigen, zum Ausdrucken für den Menschen"),
    ("subject receipt <id>", "Die Id, wie die Liste sie zeigt, oder ihre ersten Zeichen"),
    ("subject receipt --format", "Die Form des Belegs"),
    ("subject receipt --out", "In diese Datei schreiben, statt ihn auszugeben"),
    (
        "retention",
        "Aufbewahrungsfristen: was fällig ist, das Angebot an das Archiv und die Löschung\n\n\
         Aufbewahrt wird bis zum 31. Dezember des Jahres, in dem etwas abgeschlossen ist und die \
         Schulpflicht endet, das spätere von beiden, und dazu die Jahre der Frist. Was fällig ist, wird \
         dem Archiv angeboten und nach dessen Antwort gelöscht.",
    ),
    ("retention list", "Zeigen, was fällig ist: die Regel, nach Arten und nach Kindern"),
    ("retention list --on", "Der Tag; ohne Angabe heute"),
    ("retention list --format", "Die Form des Blatts"),
    ("retention list --out", "In diese Datei schreiben, statt es auszugeben"),
    ("retention classes", "Die Arten von Daten mit ihren Fristen auflisten"),
    ("retention classes --format", "Die Form der Liste"),
    ("retention classes --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    ("retention set", "Festlegen, wie viele Jahre eine Art von Daten aufbewahrt wird"),
    ("retention set <class>", "Die Art, zum Beispiel case"),
    (
        "retention set <years>",
        "Die Jahre nach dem Ende der Schulzeit; die Schulverordnung kennt 50, 20, 10, 5 und 1",
    ),
    (
        "retention archive-term",
        "Festlegen, nach wie vielen Tagen ohne Antwort des Archivs gelöscht werden darf",
    ),
    ("retention archive-term <days>", "Die Tage; 0: eine Antwort ist abzuwarten"),
    (
        "retention preview",
        "Zeigen, was von dem gelöscht würde, was an einem Tag fällig ist, gleich was das Archiv sagt",
    ),
    ("retention preview --until", "Der Tag"),
    ("retention preview --format", "Die Form der Vorschau"),
    ("retention preview --out", "In diese Datei schreiben, statt sie auszugeben"),
    (
        "retention offer",
        "Für das Archiv schreiben, was fällig ist: eine Liste, und die Einträge als JSON-Zeilen. \
         Vertrauliche Notizen sind nicht dabei\n\n\
         Die Dateien enthalten personenbezogene Daten und sind nicht verschlüsselt. Dass sie geschrieben \
         wurden, steht im Protokoll.",
    ),
    ("retention offer --out", "Der Ordner dafür; es liegt noch kein Angebot darin"),
    ("retention offer --until", "Was an diesem Tag fällig ist; ohne Angabe heute"),
    ("retention offers", "Die Angebote an das Archiv mit dessen Antworten auflisten"),
    ("retention offers --format", "Die Form der Liste"),
    ("retention offers --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    ("retention offered", "Die Antwort des Archivs zu den Angeboten festhalten, die darauf warten"),
    (
        "retention offered --answer",
        "Was es sagte: `taken` (übernommen) oder `declined` (abgelehnt)",
    ),
    ("retention offered --date", "Der Tag der Antwort; ohne Angabe heute"),
    (
        "retention erase",
        "Löschen, was an einem Tag fällig ist und dem Archiv angeboten war, und den Beleg ausgeben",
    ),
    ("retention erase --until", "Der Tag, nicht nach heute"),
    ("retention erase --confirmed-by", "Das Kürzel einer zweiten Fachkraft, die es bestätigt"),
    ("retention erase --format", "Die Form des Belegs"),
    ("retention erase --out", "In diese Datei schreiben, statt ihn auszugeben"),
];

/// The commands whose forms of output are those of a report, and those that print a list.
const AS_REPORT: [&str; 5] =
    ["subject erase", "subject receipt", "retention list", "retention preview", "retention erase"];
const AS_LIST: [&str; 4] =
    ["subject holds", "subject receipts", "retention classes", "retention offers"];

/// The path of a form of output of these commands, as the commands have it that came first.
pub(super) fn as_shared(path: &str) -> Option<String> {
    let of = |commands: &[&str], shared: &str| {
        let rest = commands.iter().find_map(|command| path.strip_prefix(command))?;
        rest.starts_with(" --format=").then(|| format!("{shared}{rest}"))
    };
    of(&AS_REPORT, "report run").or_else(|| of(&AS_LIST, "pupil list"))
}
