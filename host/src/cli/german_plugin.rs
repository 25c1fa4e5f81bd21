//! The German of the help for what is done with plugins; see `german.rs` for the paths.

/// The German texts of `plugin` and everything below it.
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "plugin",
        "Plugins: Regeln einer Kommune, die abgeschottet laufen und nur erlaubte Felder lesen",
    ),
    (
        "plugin inspect",
        "Zeigen, was ein Paket oder Plugin ist, worum es bittet und was es berichtet",
    ),
    ("plugin inspect <plugin>", "Eine Paketdatei oder die Id eines installierten Plugins"),
    (
        "plugin install",
        "Ein Paket prüfen, übersetzen und behalten. Es darf nichts lesen, bis Felder erlaubt sind",
    ),
    ("plugin install <file>", "Das Paket, eine Datei mit der Endung `.tridem`"),
    ("plugin list", "Die installierten Plugins auflisten"),
    (
        "plugin grant",
        "Einem Plugin erlauben, Felder zu lesen. Ohne `--all` jedes als DATENBESTAND.FELD nennen\n\n\
         Was von einem Feld vorher erlaubt war, wird ersetzt. Ein Lauf liest nur die Schulen, von \
         denen jedes Feld erlaubt ist, und keine Tage über die eines jeden hinaus.",
    ),
    ("plugin grant <plugin>", "Die Id des Plugins, mit @VERSION, wenn mehrere installiert sind"),
    ("plugin grant <fields>", "Die Felder, zum Beispiel contacts.minutes"),
    ("plugin grant --all", "Alle Felder, um die es bittet"),
    (
        "plugin grant --school",
        "Die Nummer einer Schule, deren Zeilen es lesen darf, und keine anderen; auch mehrmals",
    ),
    ("plugin grant --from", "Der erste Tag, nach dem ein Lauf fragen darf"),
    ("plugin grant --to", "Der letzte Tag, nach dem ein Lauf fragen darf, eingeschlossen"),
    ("plugin grant --until", "Der letzte Tag, an dem die Erlaubnis gilt"),
    (
        "plugin grant --coarse",
        "Ein Feld, das es gröber sieht, als es ist, zum Beispiel contacts.day=month; auch mehrmals. \
         Tage: month, school-year; Geburtstage auch year, three-years; Zahlen: fives, tens",
    ),
    (
        "plugin access",
        "Zeigen, was ein Plugin lesen darf, wozu, wer es erlaubt hat, und was es niemals kann",
    ),
    ("plugin access <plugin>", "Die Id des Plugins, mit @VERSION, wenn mehrere installiert sind"),
    ("plugin access --format", "Die Form der Ausgabe"),
    ("plugin access --format=text", "Sätze zum Lesen"),
    ("plugin access --format=json", "JSON mit bleibenden englischen Schlüsseln"),
    ("plugin revoke", "Zurücknehmen, was ein Plugin lesen darf"),
    ("plugin revoke <plugin>", "Die Id des Plugins, mit @VERSION, wenn mehrere installiert sind"),
    ("plugin revoke <fields>", "Die Felder, zum Beispiel contacts.minutes"),
    ("plugin revoke --all", "Alle Felder"),
    ("plugin enable", "Eine Version einschalten: von da an läuft sie unter der Id des Plugins"),
    ("plugin enable <plugin>", "Die Id des Plugins, mit @VERSION, wenn mehrere installiert sind"),
    ("plugin enable --again", "Auch nach einer Quarantäne"),
    ("plugin enable --downgrade", "Auch wenn eine höhere Version im Dienst ist"),
    (
        "plugin monitor",
        "Eine Version laufen lassen und ansehen: ihre Läufe werden aufgezeichnet, veröffentlicht wird \
         nichts davon",
    ),
    ("plugin monitor <plugin>", "Die Id des Plugins, mit @VERSION, wenn mehrere installiert sind"),
    ("plugin monitor --again", "Auch nach einer Quarantäne"),
    ("plugin disable", "Ein Plugin ausschalten. Seine Berichte bleiben"),
    (
        "plugin disable <plugin>",
        "Die Id des Plugins, mit @VERSION für eine andere als die im Dienst",
    ),
    ("plugin disable --reason", "Warum, in einer Zeile ohne Namen"),
    (
        "plugin rollback",
        "Die Version wieder einschalten, die vorher im Dienst war, mit dem, was ihr erlaubt wurde",
    ),
    ("plugin rollback <plugin>", "Die Id des Plugins"),
    (
        "plugin runs",
        "Die Läufe auflisten, die neuesten zuerst: was jeder las, die verbrauchte Arbeit von der \
         erlaubten, und was herauskam",
    ),
    ("plugin runs <plugin>", "Nur die des Plugins mit dieser Id"),
    ("plugin runs --limit", "Höchstens so viele"),
    (
        "plugin diff",
        "Zwei Versionen an aufgezeichneten Daten vergleichen, Zelle für Zelle, bevor die eine an die \
         Stelle der anderen tritt. Behalten werden nur die beiden Läufe",
    ),
    (
        "plugin diff <old>",
        "Die bisherige Version: die Id des Plugins, mit @VERSION für eine andere als die im Dienst",
    ),
    (
        "plugin diff <new>",
        "Die neue Version: ebenso, oder eine Paketdatei, die nicht installiert wird",
    ),
    ("plugin diff --year", "Das Schuljahr, zum Beispiel 2025/26"),
    ("plugin diff --from", "Erster Tag"),
    ("plugin diff --until", "Letzter Tag, eingeschlossen"),
    ("plugin diff --set", "Ein Parameter einer der beiden Versionen; auch mehrmals"),
    (
        "plugin diff --audience",
        "Für wen die verglichenen Dokumente sind: genaue Zahlen ohne diese Angabe",
    ),
    ("plugin diff --audience=public", "alle außerhalb der Verwaltung"),
    ("plugin diff --audience=administration", "innerhalb der Verwaltung"),
    (
        "plugin diff --audience=work",
        "im Team, das die Einträge sehen darf: genaue Zahlen, nicht zur Weitergabe",
    ),
    ("plugin diff --format", "Die Form, in der die Unterschiede ausgegeben werden"),
    ("plugin diff --format=text", "eine Tabelle und eine Zusammenfassung zum Lesen"),
    ("plugin diff --format=json", "JSON mit bleibenden englischen Schlüsseln"),
    ("plugin diff --format=csv", "CSV, das ein deutsches Tabellenprogramm so öffnet"),
    ("plugin remove", "Ein Plugin mit seinen Erlaubnissen entfernen. Seine Berichte bleiben"),
    ("plugin remove <plugin>", "Die Id des Plugins, mit @VERSION, wenn mehrere installiert sind"),
    (
        "plugin dictionary",
        "Zeigen, worum ein Plugin bitten kann: jeden Datensatz und jedes Feld mit seiner Bedeutung. \
         Daten braucht es dazu nicht",
    ),
    ("plugin dictionary <dataset>", "Nur dieser Datensatz, zum Beispiel contacts oder cases"),
    ("plugin dictionary --format", "Die Form"),
    ("plugin dictionary --format=text", "zum Lesen im Terminal"),
    ("plugin dictionary --format=html", "eine Seite zum Lesen und Drucken"),
    ("plugin dictionary --format=json", "JSON mit beiden Sprachen, für Programme"),
    ("plugin dictionary --format=csv", "CSV mit einer Zeile je Feld"),
    ("plugin dictionary --out", "In diese Datei schreiben statt es auszugeben"),
    (
        "plugin new",
        "Ein Plugin beginnen: ein Ordner mit einem kleinen, das läuft, mit einem Test und allem, womit \
         es gebaut wird",
    ),
    (
        "plugin new <folder>",
        "Der Ordner, der angelegt wird. Was es schon gibt, wird nicht überschrieben",
    ),
    ("plugin new --language", "Die Sprache, in der es geschrieben ist"),
    ("plugin new --language=rust", "Rust, mit dem SDK"),
    ("plugin new --language=js", "JavaScript, mit componentize-js"),
    ("plugin new --language=python", "Python, mit componentize-py"),
    ("plugin new --kind", "Wofür es ist"),
    (
        "plugin new --kind=metrics",
        "Zahlen, die das Programm zählt und zurückhält, wenn sie zu klein sind",
    ),
    (
        "plugin new --kind=reporting",
        "Ein eigener Bericht: Prüfungen der Einträge, eigene Tabellen und Worte",
    ),
    ("plugin new --kind=workflow", "Nächste Schritte für Fälle, etwa ein Gespräch mit den Eltern"),
    (
        "plugin new --id",
        "Der bleibende Name in umgekehrter Domänenform; ohne Angabe einer, der mit `org.example` beginnt",
    ),
    ("plugin new --title", "Wie es heißt"),
    ("plugin build", "Das Plugin in einem Ordner übersetzen und prüfen, ob es laufen darf"),
    ("plugin build <folder>", "Der Ordner des Plugins"),
    (
        "plugin check",
        "Nach allem suchen, was ein Betreiber beanstanden würde, und es mit schwierigen Zeilen ausführen",
    ),
    ("plugin check <plugin>", "Der Ordner des Plugins oder ein Paket"),
    (
        "plugin run",
        "Das Plugin mit erfundenen Zeilen oder den Daten einer Beispielstadt ausführen und zeigen, was \
         herauskommt\n\n\
         Nichts wird aufgehoben, und nur Erfundenes wird gelesen.",
    ),
    ("plugin run <plugin>", "Der Ordner des Plugins oder ein Paket"),
    (
        "plugin run --sample",
        "Mit den Daten einer Beispielstadt ausführen, die dafür angelegt und wieder entfernt wird",
    ),
    ("plugin run --rows", "Wie viele Zeilen jedes Datenbestands erfunden werden"),
    (
        "plugin run --seed",
        "Der Startwert der erfundenen Zeilen: dieselbe Zahl ergibt dieselben Zeilen",
    ),
    ("plugin run --set", "Eine Einstellung des Plugins; mehrmals möglich"),
    ("plugin watch", "Das Plugin bei jeder Änderung einer Datei bauen und testen, bis Ctrl-C"),
    ("plugin watch <folder>", "Der Ordner des Plugins"),
    ("plugin bench", "Messen, wie schnell das Plugin auf diesem Rechner ist"),
    ("plugin bench <plugin>", "Der Ordner des Plugins oder ein Paket"),
    ("plugin bench --rows", "Wie viele Zeilen jedes Datenbestands erfunden werden"),
    ("plugin test", "Die Tests im Ordner eines Plugins mit dem gebauten Plugin ausführen"),
    ("plugin test <folder>", "Der Ordner des Plugins"),
    ("plugin test --update", "Was herauskommt, als das Erwartete aufschreiben"),
    ("plugin pack", "Aus dem Ordner eines Plugins und seinem übersetzten Modul ein Paket machen"),
    ("plugin pack <folder>", "Der Ordner mit `plugin.toml`"),
    (
        "plugin pack --module",
        "Das WebAssembly: eine Komponente, oder ein Kernmodul, das die Plugin-Schnittstelle trägt. Ohne \
         Angabe das, was `plugin build` gemacht hat",
    ),
    (
        "plugin pack --out",
        "Wohin das Paket geschrieben wird; ohne Angabe in den Ordner `build`, unter Id und Version",
    ),
    (
        "plugin keygen",
        "Ein Schlüsselpaar machen, mit dem Pakete signiert werden\n\n\
         NAME.pub bekommt, wer Signaturen prüft. NAME.key bleibt geheim und ist mit einem Passwort \
         geschützt, nach dem zweimal gefragt wird. Beide passen zum Werkzeug `minisign`.",
    ),
    ("plugin keygen --out", "Der Name der beiden Dateien, ohne Endung"),
    (
        "plugin keygen --no-password",
        "Den geheimen Schlüssel nicht schützen, für Abläufe ohne Menschen: wer die Datei hat, kann \
         signieren",
    ),
    ("plugin keygen --password-file", "Eine Datei mit dem Passwort, statt danach zu fragen"),
    (
        "plugin sign",
        "Ein Paket signieren: das Manifest, und damit jede Datei\n\n\
         Die Signatur kommt in das Paket. Zweimal dasselbe zu signieren gibt nicht dieselben Bytes.",
    ),
    ("plugin sign <package>", "Das Paket"),
    ("plugin sign --key", "Die Datei mit dem geheimen Schlüssel"),
    ("plugin sign --second", "Als zweiter neben dem ersten signieren, mit einem anderen Schlüssel"),
    (
        "plugin sign --like",
        "Ein früheres Paket: ist seine Signatur von diesem Schlüssel und das Manifest dasselbe, wird sie \
         übernommen, und es entstehen dieselben Bytes",
    ),
    ("plugin sign --out", "Wohin das signierte Paket geschrieben wird, statt an seine Stelle"),
    (
        "plugin sign --password-file",
        "Eine Datei mit dem Passwort des Schlüssels, statt danach zu fragen",
    ),
    (
        "plugin verify",
        "Sagen, wer ein Paket signiert hat und ob es über diese Daten laufen darf\n\n\
         Rückgabewert 0: es darf; 1: es darf nicht.",
    ),
    ("plugin verify <package>", "Das Paket"),
    (
        "plugin verify --key",
        "Nur mit diesem öffentlichen Schlüssel prüfen, einer Datei oder Zeile in Base64; das braucht keine \
         Daten",
    ),
    ("plugin trust", "Wessen Signaturen auf Paketen zählen, und was widerrufen ist"),
    ("plugin trust list", "Zeigen, wessen Signaturen zählen und was widerrufen ist"),
    ("plugin trust add", "Die Signaturen eines Schlüssels zählen lassen"),
    ("plugin trust add <key>", "Der öffentliche Schlüssel: eine Datei oder die Zeile in Base64"),
    ("plugin trust add --owner", "Wem er gehört"),
    (
        "plugin trust add --prefix",
        "Womit die Ids der Plugins beginnen, die er signieren darf, zum Beispiel org.example.",
    ),
    (
        "plugin trust add --until",
        "Der letzte Tag, an dem ein damit signiertes Paket installiert werden darf; was dann schon \
         installiert ist, läuft weiter",
    ),
    (
        "plugin trust remove",
        "Die Signaturen eines Schlüssels nicht mehr zählen lassen. Was nur er signiert hat, läuft nicht mehr",
    ),
    (
        "plugin trust remove <key>",
        "Der Schlüssel: seine Nummer, eine Datei oder die Zeile in Base64",
    ),
    (
        "plugin trust revoke",
        "Einen Schlüssel oder ein Paket für immer widerrufen. Was davon abhängt, läuft nirgends mehr, auch \
         nicht über erfundene Daten",
    ),
    (
        "plugin trust revoke <what>",
        "Ein Schlüssel (Nummer, Datei oder Zeile in Base64), oder die SHA-256 eines Pakets oder Manifests",
    ),
    ("plugin trust revoke --reason", "Warum, in einer Zeile"),
    (
        "plugin trust two-signatures",
        "Festlegen, ob Pakete die Signaturen zweier Schlüssel brauchen",
    ),
    ("plugin trust two-signatures <state>", "Ob es zwei sein müssen"),
    ("plugin trust two-signatures <state>=on", "zwei verschiedene Schlüssel"),
    ("plugin trust two-signatures <state>=off", "einer genügt"),
];
