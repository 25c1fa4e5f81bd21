//! The German of the commands that read files of other programs.

/// As in `german`.
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "import preview",
        "Sagen, was aus der Datei eines anderen Programms würde, ohne etwas zu ändern",
    ),
    (
        "import take",
        "Die Datei eines anderen Programms einlesen; was sich nicht übernehmen lässt, wartet auf eine \
         Entscheidung",
    ),
    ("import preview <source>", "Das Programm: webuntis, schild-terms, schild-pupils oder table"),
    ("import preview <file>", "Die Datei"),
    ("import preview --school", "Die Nummer der Schule, von der die Datei ist"),
    ("import preview --mapping", "Die gespeicherte Zuordnung einer Tabelle oder eine Datei damit"),
    ("import preview --cap", "Wie viele Stunden an einem Tag höchstens zählen"),
    (
        "import preview --lessons-per-day",
        "Wie viele Stunden ein ganzer Tag sind, wenn die Schule Tage oder halbe Tage zählt",
    ),
    ("import preview --empty-is-zero", "Eine leere Summe als 0 nehmen"),
    ("import take <source>", "Das Programm: webuntis, schild-terms, schild-pupils oder table"),
    ("import take <file>", "Die Datei"),
    ("import take --school", "Die Nummer der Schule, von der die Datei ist"),
    ("import take --mapping", "Die gespeicherte Zuordnung einer Tabelle oder eine Datei damit"),
    ("import take --cap", "Wie viele Stunden an einem Tag höchstens zählen"),
    (
        "import take --lessons-per-day",
        "Wie viele Stunden ein ganzer Tag sind, wenn die Schule Tage oder halbe Tage zählt",
    ),
    ("import take --empty-is-zero", "Eine leere Summe als 0 nehmen"),
    ("import take --again", "Die Datei einlesen, obwohl genau diese schon eingelesen wurde"),
    ("import list", "Zeigen, was eingelesen wurde, das Neueste zuerst"),
    (
        "import undo",
        "Einen ganzen Import zurücknehmen, wenn sich nichts darauf bezieht und nichts daran geändert \
         wurde",
    ),
    ("import undo <import>", "Die Nummer des Imports"),
    ("import undo --reason", "Warum, in einer Zeile"),
    ("import queue", "Zeilen, die auf eine Entscheidung warten"),
    ("import queue list", "Zeigen, was wartet, eine Zeile je Person"),
    ("import queue list --import", "Nur Zeilen dieses Imports"),
    ("import queue show", "Eine Zeile zeigen, mit allem, was davon gelesen wurde"),
    ("import queue show <row>", "Die Nummer der Zeile"),
    (
        "import queue decide",
        "Über eine Zeile entscheiden, und über alle Zeilen derselben Datei zur selben Person",
    ),
    ("import queue decide <row>", "Die Nummer der Zeile"),
    ("import queue decide --pupil", "Das Kürzel des Kindes, um das es geht"),
    ("import queue decide --skip", "Die Zeile weglassen"),
    ("import queue decide --reason", "Warum sie wegbleibt, in einer Zeile"),
    (
        "import queue retry",
        "Alle wartenden Zeilen noch einmal versuchen, nachdem erfasst ist, was fehlte",
    ),
    ("import mappings", "Gespeicherte Beschreibungen von Tabellen"),
    ("import mappings list", "Die gespeicherten Zuordnungen zeigen"),
    ("import mappings show", "Eine gespeicherte Zuordnung zeigen"),
    ("import mappings show <name>", "Ihr Name"),
    ("import mappings save", "Eine Zuordnung speichern; eine gleichen Namens wird ersetzt"),
    ("import mappings save <name>", "Ihr Name"),
    ("import mappings save <file>", "Die Datei mit der Zuordnung, in TOML"),
    ("import mappings remove", "Eine gespeicherte Zuordnung entfernen"),
    ("import mappings remove <name>", "Ihr Name"),
];
