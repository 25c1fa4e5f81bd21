//! The sentences of the data protection sheet that are the same everywhere.

/// The classes of records with their words.
pub(in crate::app) const CLASSES: [(&str, &str, &str); 13] = [
    ("school", "Schulen", "Schools"),
    ("practitioner", "Fachkräfte", "Practitioners"),
    ("household", "Haushalte", "Households"),
    ("pupil", "Kinder", "Pupils"),
    ("contact", "Kontakte", "Contacts"),
    ("private_note", "Vertrauliche Notizen", "Private notes"),
    ("absence", "Fehlzeiten und Verspätungen", "Absences and late arrivals"),
    ("absence_total", "Übernommene Fehlzeitensummen", "Sums of absences taken over"),
    ("task", "Aufgaben", "Tasks"),
    ("contact_version", "Frühere Fassungen von Kontakten", "Earlier versions of contacts"),
    ("report", "Berichte", "Reports"),
    ("plugin_run", "Läufe von Plugins", "Runs of plugins"),
    ("audit", "Einträge im Protokoll", "Entries of the audit"),
];

/// Every way by which records get into a file that is not the encrypted one. Plugins have no network
/// and no files, and the program itself opens no connection.
pub(super) const WRITTEN_FILES: [(&str, &str, &str); 6] = [
    (
        "tridem backup",
        "Eine Sicherung, verschlüsselt mit dem Schlüssel der Daten.",
        "A backup, encrypted with the key of the records.",
    ),
    (
        "tridem export",
        "Die Einträge einer Art, unverschlüsselt, mit Namen, wo die Art welche hat.",
        "The records of a kind, not encrypted, with names where the kind has any.",
    ),
    (
        "tridem report … --out",
        "Ein Bericht, unverschlüsselt. Fassungen zur Weitergabe unterdrücken kleine Zahlen.",
        "A report, not encrypted. Versions to be passed on withhold small numbers.",
    ),
    (
        "tridem sheet … --out",
        "Ein Blatt, unverschlüsselt. Mein Tag, das Familienblatt und die Fehlzeiten nennen Namen.",
        "A sheet, not encrypted. My day, the family sheet and the absences name people.",
    ),
    (
        "tridem letter … --out",
        "Ein Briefentwurf mit Namen, unverschlüsselt.",
        "A drafted letter with names, not encrypted.",
    ),
    (
        "tridem … list --out",
        "Listen, unverschlüsselt; auch was auf dem Bildschirm steht, lässt sich in eine Datei umleiten.",
        "Lists, not encrypted; what stands on the screen can be sent into a file, too.",
    ),
];

/// What is not protected yet. Test: `the_open_points_are_those_of_the_security_document`.
pub(super) const OPEN_POINTS: [(&str, &str, &str); 6] = [
    (
        "1",
        "Wer den Schlüssel und die Datei hat, kann alles lesen außer vertraulichen Notizen geschlossener \
         Professionen; ohne Konten auch diese.",
        "Who has the key and the file can read everything but private notes of closed professions, and \
         these too where there are no accounts.",
    ),
    (
        "2",
        "Berichte verschiedener Plugins werden nicht gegeneinander abgewogen: Nebeneinander können sie \
         verraten, was jeder für sich unterdrückt.",
        "Reports of different plugins are not weighed against each other: side by side they can tell what \
         each of them withholds.",
    ),
    (
        "3",
        "Berichte, Blätter und Briefe in Dateien sind nicht verschlüsselt.",
        "Reports, sheets and letters in files are not encrypted.",
    ),
    (
        "4",
        "Wer wen gesehen hat, wird ein Jahr lang aufbewahrt; Berichte von Plugins stehen nicht darin, auch \
         solche nicht, die einzelne Kinder nennen.",
        "Who has seen whom is kept for one year; reports of plugins are not in it, not even those that name \
         single pupils.",
    ),
    (
        "5",
        "Wer Schlüssel und Datenbankwerkzeug hat, kann das Ende des Protokolls abschneiden. Nur ein \
         anderswo aufbewahrter Anker verrät es.",
        "Somebody who has the key and a database tool can cut off the end of the audit. Only an anchor kept \
         elsewhere reveals it.",
    ),
    (
        "6",
        "Auf wie vielen Menschen eine Zahl eines zusammengestellten Berichts beruht, sagt allein das \
         Plugin.",
        "How many persons a number of a composed report rests on is the plugin's word alone.",
    ),
];
