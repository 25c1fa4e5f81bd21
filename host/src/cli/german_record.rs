//! The German of the help for records of forms and for exports; see `german.rs` for the paths.

/// The German texts of `record` and everything below it, and of `export`.
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "record",
        "Einträge rund um Kontakte und Fehlzeiten: Stellen, Fallbegleitungen mit Zielen und Verweisen, \
         Übergänge, Lücken, Dolmetschen und mehr\n\n\
         Werte werden angegeben, wie sie in Importdateien stehen, etwa `opened=2025-09-15`; welche es \
         gibt, sagt `record fields`.",
    ),
    ("record kinds", "Die Arten von Einträgen auflisten"),
    ("record fields", "Die Felder einer Art auflisten"),
    ("record fields <kind>", "Die Art, zum Beispiel support-cases"),
    ("record add", "Einen Eintrag aufnehmen"),
    ("record add <kind>", "Die Art, zum Beispiel support-cases"),
    (
        "record add <values>",
        "Seine Werte, zum Beispiel pupil=p1; ohne `code` bekommt er das nächste freie Kürzel",
    ),
    ("record add --over-budget", "Ein Dolmetscheinsatz darf über sein Budget hinausgehen"),
    ("record list", "Einträge auflisten, die neuesten zuerst"),
    ("record list <kind>", "Die Art, zum Beispiel support-cases"),
    ("record list --from", "Von diesem Tag an"),
    ("record list --until", "Bis zu diesem Tag, eingeschlossen"),
    ("record list --set", "Nur die mit diesem Wert, zum Beispiel state=open; auch mehrmals"),
    ("record list --limit", "Höchstens so viele"),
    ("record show", "Einen Eintrag zeigen"),
    ("record show <kind>", "Die Art, zum Beispiel support-cases"),
    ("record show <code>", "Sein Kürzel"),
    (
        "record show --keep",
        "Wie viele Jahre eine Fallbegleitung aufbewahrt wird, wenn sie und die Schulpflicht vorbei sind",
    ),
    ("record change", "Einen Eintrag ändern. Was vorher dastand, bleibt erhalten"),
    ("record change <kind>", "Die Art, zum Beispiel support-cases"),
    ("record change <code>", "Sein Kürzel"),
    (
        "record change <values>",
        "Was sich ändert, zum Beispiel state=done; ein leerer Wert nimmt weg, was dastand",
    ),
    ("record change --reason", "Der Grund"),
    ("record change --over-budget", "Ein Dolmetscheinsatz darf über sein Budget hinausgehen"),
    ("record history", "Zeigen, was vor jeder Änderung dastand, Feld für Feld"),
    ("record history <kind>", "Die Art, zum Beispiel support-cases"),
    ("record history <code>", "Sein Kürzel"),
    (
        "export",
        "Einträge einer Art als die CSV-Datei ausgeben, die `tridem import` einliest, soweit Sie sie \
         sehen dürfen. Vertrauliche Notizen sind nicht dabei\n\n\
         Die Datei enthält personenbezogene Daten, wo die Einträge welche haben, und ist nicht \
         verschlüsselt. Wer sie gemacht hat, steht im Protokoll.",
    ),
    ("export <kind>", "Was ausgegeben wird: eine Art von Datei, die `tridem import` einliest"),
    (
        "export --out",
        "In diese Datei schreiben, die es noch nicht gibt, statt auszugeben; mit `--all` ein Ordner",
    ),
];
