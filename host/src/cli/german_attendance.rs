//! The German of the help for calendars and for what tells which days count; see `german.rs`.

/// The German texts of `calendar`, and of what was added to `school`, `pupil`, `absence`, `init`.
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("init --land", "Das Land, dessen Schulkalender gilt: NW oder NI; ohne Angabe NW"),
    ("init --calendar", "Eine eigene Kalenderdatei; `schemas/calendars/README.md` beschreibt sie"),
    ("calendar", "Der Schulkalender: Ferien, Feiertage und Halbjahre eines Landes"),
    (
        "calendar show",
        "Den verwendeten Kalender zeigen: seine Schuljahre, oder eines mit allen freien Tagen",
    ),
    ("calendar show --year", "Das Schuljahr, zum Beispiel 2025/26; ohne Angabe alle"),
    ("calendar check", "Suchen, was an einer Kalenderdatei nicht stimmt. Geändert wird nichts"),
    ("calendar check <file>", "Die Datei; `schemas/calendars/README.md` beschreibt sie"),
    (
        "calendar use",
        "Schultage von jetzt an nach einem anderen Kalender zählen, auch die vergangenen",
    ),
    (
        "calendar use <file>",
        "Die Datei, oder ein Land, dessen Kalender mitgeliefert ist: NW oder NI",
    ),
    (
        "calendar days",
        "Die Schultage einer Schule zeigen: wie viele es sind, welche Tage warum frei sind, und die \
         Halbjahre",
    ),
    ("calendar days <number>", "Die Schulnummer"),
    ("calendar days --year", "Das Schuljahr, zum Beispiel 2025/26; ohne Angabe das heutige"),
    (
        "school not-taken",
        "Festhalten, dass eine Schule oder eine Klasse an einem Schultag keine Fehlzeiten erfasst hat",
    ),
    ("school not-taken <number>", "Die Schulnummer"),
    ("school not-taken <day>", "Der Tag"),
    (
        "school not-taken --class",
        "Die Klasse, wie sie bei den Kindern steht; ohne Angabe die ganze Schule",
    ),
    ("pupil leave", "Festhalten, dass ein Kind die Schule verlassen hat"),
    ("pupil leave <code>", "Das Kürzel des Kindes"),
    ("pupil leave --last", "Der letzte Tag an der Schule"),
    ("pupil return", "Festhalten, dass ein abgegangenes Kind an die Schule zurückgekommen ist"),
    ("pupil return <code>", "Das Kürzel des Kindes"),
    ("pupil return --from", "Der erste Tag nach der Rückkehr"),
    ("pupil return --until", "Der letzte Tag; ohne Angabe bis auf Weiteres"),
    (
        "absence correct",
        "Eine Fehlzeit oder Verspätung berichtigen. Was vorher dort stand, bleibt mit dem Grund erhalten",
    ),
    ("absence correct <id>", "Die Id, wie die Liste sie zeigt"),
    ("absence correct --reason", "Warum, in einer Zeile"),
    ("absence correct --day", "Der Schultag"),
    (
        "absence correct --status",
        "Der Status: excused, unexcused, open, on-leave, school-caused oder late",
    ),
    ("absence correct --amount", "Wie viel, in der Einheit der Schule; bei late die Minuten"),
    (
        "absence remove",
        "Eine Fehlzeit entfernen, die es nie gab. Was dort stand, bleibt mit dem Grund erhalten",
    ),
    ("absence remove <id>", "Die Id, wie die Liste sie zeigt"),
    ("absence remove --reason", "Warum, in einer Zeile"),
    (
        "absence conflicts",
        "Tage auflisten, an denen nicht alles Eingetragene stimmen kann, mit dem, was davon zählt\n\n\
         Ein Tag zählt nie mit mehr, als er hat, und im Zweifel für das Kind: zuerst das schulisch \
         Bedingte, dann beurlaubt, entschuldigt, offen, und unentschuldigt zuletzt.",
    ),
    ("absence conflicts --school", "Nur die an dieser Schule"),
    ("absence conflicts --pupil", "Nur die dieses Kindes"),
    ("absence conflicts --from", "Von diesem Tag an"),
    ("absence conflicts --until", "Bis zu diesem Tag, ihn eingeschlossen"),
    ("absence conflicts --limit", "Höchstens so viele"),
    (
        "import --keep-conflicts",
        "Fehlzeiten übernehmen, die einander widersprechen, wie das Programm einer Schule sie nennen \
         kann. Sie werden behalten, zählen mit nicht mehr, als der Tag hat, und `tridem absence \
         conflicts` listet sie auf",
    ),
    ("absence conflicts --format", "Die Form der Liste"),
    ("absence conflicts --format=table", "eine Tabelle zum Lesen"),
    ("absence conflicts --format=json", "JSON mit bleibenden englischen Schlüsseln"),
    ("absence conflicts --format=csv", "CSV, das ein deutsches Tabellenprogramm so öffnet"),
    (
        "absence conflicts --format=xlsx",
        "eine Arbeitsmappe (Office Open XML); braucht `--out` oder eine Pipe",
    ),
    ("absence conflicts --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    ("calendar show --format", "Die Form der Liste"),
    ("calendar show --format=table", "eine Tabelle zum Lesen"),
    ("calendar show --format=json", "JSON mit bleibenden englischen Schlüsseln"),
    ("calendar show --format=csv", "CSV, das ein deutsches Tabellenprogramm so öffnet"),
];
