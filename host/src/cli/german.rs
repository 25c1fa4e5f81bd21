//! The German of the command line's help: one text for each command, argument and value.

use super::german_shared::{SHARED, VALUES};
use super::{
    german_account, german_attendance, german_backup, german_erasure, german_import, german_lane,
    german_people, german_plugin, german_record, german_rights, german_sheet,
};

/// The German texts, by the path of what they explain: `contact add --minutes` for an option,
/// `contact show <id>` for an argument, `contact list --format=csv` for a value. A general option
/// stands without a command. The first paragraph is the short help.
const TEXTS: &[(&str, &str)] = &[
    (
        "",
        "Hält die Arbeit der Bildungsmediation fest und wertet sie nach den Regeln der Kommune aus\n\n\
         Alle Daten liegen in einer verschlüsselten Datei. Regeln kommen als Plugins, die abgeschottet \
         laufen und nur die Felder sehen, die jemand erlaubt hat.\n\n\
         Rückgabewerte: 0 erledigt; 1 etwas ist von Ihnen zu berichtigen; 2 die Befehlszeile ist \
         falsch; 3 das Programm oder der Rechner hat versagt.",
    ),
    ("--dir", "Der Ordner mit den Daten; ohne Angabe `tridem-data`, bei der Demo `tridem-demo`"),
    (
        "--key-file",
        "Die Datei mit dem Schlüssel, wenn er nicht im Ordner liegt. Die Variable `TRIDEM_KEY` kann \
         den Schlüssel selbst enthalten, als 64 Hexadezimalziffern",
    ),
    (
        "--passphrase-file",
        "Die Datei mit der Passphrase, wenn die Daten sich damit öffnen. Die Variable \
         `TRIDEM_PASSPHRASE` kann die Passphrase selbst enthalten; ohne beides wird danach gefragt",
    ),
    ("--lang", "Die Sprache der Ausgabe: `de` oder `en`. Ohne Angabe die des Systems"),
    (
        "--as",
        "Als diese Fachkraft handeln: sehen, was sie sehen darf, und mit ihrem Kürzel zeichnen",
    ),
    ("--help", "Diese Hilfe zeigen (`-h` kurz, `--help` ausführlich)"),
    ("--version", "Die Version zeigen"),
    ("help", "Die Hilfe zu einem Befehl zeigen"),
    ("help <subcommand>", "Der Befehl"),
    (
        "init",
        "Einen neuen, leeren Datenordner anlegen und den Schlüssel dazu\n\n\
         Der Schlüssel wird in die Datei `tridem.key` im Ordner geschrieben, die nur Sie lesen können. \
         Wer Ordner und Schlüssel hat, kann alles lesen; ohne den Schlüssel kann es niemand, und \
         niemand kann ihn wiederbeschaffen. Bewahren Sie eine Kopie des Schlüssels an einem sicheren \
         Ort auf, getrennt von den Daten.\n\n\
         Mit `--passphrase` gibt es keine Schlüsseldatei: wer die Passphrase kennt und den Ordner hat, \
         kann alles lesen, auf jedem Rechner.",
    ),
    ("init --municipality", "Der Name der Kommune"),
    (
        "init --passphrase",
        "Die Daten mit einer Passphrase öffnen, nach der zweimal gefragt wird, statt mit einer \
         Schlüsseldatei",
    ),
    (
        "init --development",
        "Nur für erfundene Daten: Plugins, die niemand signiert hat, dürfen darüber laufen, über andere \
         dürfen sie es nicht. Das lässt sich später nicht ändern",
    ),
    ("school", "Schulen, ihre Zeit im Programm, ihre Größe und ihre freien Tage"),
    ("school add", "Eine Schule aufnehmen"),
    ("school add <number>", "Die amtliche Schulnummer, sechs Ziffern"),
    ("school add <name>", "Der Name"),
    ("school add --form", "Die Schulform: 02 Grundschule; 04, 10, 14, 15 oder 20 weiterführend"),
    (
        "school add --joined",
        "Erster Tag im Programm; ohne Angabe wird die Schule aufgenommen, nimmt aber noch nicht teil",
    ),
    ("school join", "Festhalten, von wann bis wann eine Schule am Programm teilnimmt"),
    ("school join <number>", "Die Schulnummer"),
    ("school join --from", "Erster Tag"),
    ("school join --until", "Letzter Tag; ohne Angabe bis auf Weiteres"),
    ("school enrol", "Festhalten, wie viele Schülerinnen und Schüler eine Schule im Schuljahr hat"),
    ("school enrol <number>", "Die Schulnummer"),
    ("school enrol <year>", "Das Schuljahr, zum Beispiel 2025/26"),
    ("school enrol <pupils>", "Alle Schülerinnen und Schüler der Schule"),
    ("school day-off", "Einen beweglichen Ferientag aufnehmen, den die Schule selbst gesetzt hat"),
    ("school day-off <number>", "Die Schulnummer"),
    ("school day-off <day>", "Der Tag"),
    ("school day-off --reason", "Der Grund"),
    (
        "school attendance",
        "Festhalten, von wann bis wann eine Schule Fehlzeiten erfasst und worin; mit `--until` allein \
         die laufende Erfassung beenden",
    ),
    ("school attendance <number>", "Die Schulnummer"),
    (
        "school attendance --unit",
        "Worin sie zählt: day (Tage), half-day (halbe Tage) oder lesson (Stunden)",
    ),
    (
        "school attendance --per-day",
        "Wie viele davon ein Schultag hat: 1 Tag, 2 halbe Tage oder 1 bis 12 Stunden",
    ),
    ("school attendance --from", "Erster Tag"),
    ("school attendance --until", "Letzter Tag; ohne Angabe bis auf Weiteres"),
    (
        "school half-year",
        "Festhalten, an welchem Tag eine Schule ihr zweites Halbjahr beginnt, wenn es nicht der des \
         Landes ist",
    ),
    ("school half-year <number>", "Die Schulnummer"),
    ("school half-year <year>", "Das Schuljahr, zum Beispiel 2025/26"),
    ("school half-year <day>", "Der erste Tag des zweiten Halbjahrs"),
    ("school list", "Die Schulen auflisten"),
    ("school show", "Eine Schule zeigen"),
    ("school show <number>", "Die Schulnummer"),
    (
        "person",
        "Fachkräfte: Bildungsmediation, Lehrkräfte, Schulsozialarbeit und andere, wo und mit wem sie \
         arbeiten",
    ),
    ("person add", "Eine Fachkraft aufnehmen"),
    (
        "person add <code>",
        "Ein Kürzel, einmalig in der Kommune; zwei Menschen können gleich heißen, aber nicht dasselbe \
         Kürzel haben",
    ),
    ("person add <name>", "Der Name"),
    (
        "person add --role",
        "Die Rolle, zum Beispiel mediation, teacher oder social-work; alle zeigt `tridem code list role`",
    ),
    ("person assign", "Eine Fachkraft einer Schule zuweisen"),
    ("person assign <code>", "Das Kürzel der Fachkraft"),
    ("person assign <school>", "Die Schulnummer"),
    ("person assign --hours", "Stunden in der Woche, zum Beispiel 12.5"),
    ("person assign --from", "Erster Tag"),
    ("person assign --until", "Letzter Tag; ohne Angabe bis auf Weiteres"),
    ("person pair", "Aus Fachkräften einer Schule ein Tandem oder Tridem bilden"),
    ("person pair <school>", "Die Schulnummer"),
    ("person pair <codes>", "Die Kürzel der Fachkräfte, mindestens zwei"),
    ("person pair --from", "Erster Tag"),
    ("person pair --until", "Letzter Tag; ohne Angabe bis auf Weiteres"),
    ("person list", "Die Fachkräfte mit ihren Schulen auflisten"),
    ("person pairs", "Die Tandems und Tridems auflisten"),
    ("absence", "Fehlzeiten und Verspätungen von Kindern, und übernommene Summen von Fehlzeiten"),
    (
        "absence add",
        "Eine Fehlzeit oder Verspätung festhalten, an einem Tag, an dem die Schule Fehlzeiten erfasst",
    ),
    ("absence add --pupil", "Das Kürzel des Kindes"),
    ("absence add --day", "Der Schultag"),
    (
        "absence add --status",
        "Der Status: excused (entschuldigt), unexcused (unentschuldigt), open (offen), on-leave \
         (beurlaubt), school-caused (schulisch bedingt) oder late (verspätet). Offen ist nicht \
         unentschuldigt",
    ),
    (
        "absence add --amount",
        "Wie viel, in der Einheit der Schule; ohne Angabe der ganze Tag. Bei late die Minuten",
    ),
    ("absence settle", "Eine offene Fehlzeit eines Tages klären"),
    ("absence settle --pupil", "Das Kürzel des Kindes"),
    ("absence settle --day", "Der Schultag"),
    (
        "absence settle --status",
        "Was es war: excused (entschuldigt), unexcused (unentschuldigt), on-leave (beurlaubt) oder \
         school-caused (schulisch bedingt)",
    ),
    ("absence list", "Fehlzeiten und Verspätungen auflisten, die neuesten zuerst"),
    ("absence list --school", "Nur die an dieser Schule"),
    ("absence list --pupil", "Nur die dieses Kindes"),
    ("absence list --from", "Von diesem Tag an"),
    ("absence list --until", "Bis zu diesem Tag, ihn eingeschlossen"),
    ("absence list --limit", "Höchstens so viele"),
    (
        "absence totals",
        "Die Summen ohne Tage auflisten, die aus Programmen der Schulen übernommen wurden. Sie werden \
         nie zu Fehlzeiten addiert, und aus ihnen lässt sich keine Quote berechnen",
    ),
    ("absence totals --school", "Nur die dieser Schule"),
    ("absence totals --pupil", "Nur die dieses Kindes"),
    ("roles", "Wer was darf: eine Zeile für jeden Vorgang, eine Spalte für jede Rolle"),
    (
        "word",
        "Wörter, auf die gemeinsame Notizen durchgesehen werden: Herkunft, Gesundheit, Straftaten. Abgelehnt \
         wird nichts, und nichts verlässt diesen Rechner",
    ),
    ("word list", "Die Wörter zeigen"),
    ("word add", "Auf ein weiteres Wort achten"),
    ("word add <word>", "Das Wort; `*` am Ende steht für alle Wörter, die so beginnen"),
    (
        "word add --kind",
        "Was es verrät: origin (Herkunft), health (Gesundheit) oder crime (Straftaten)",
    ),
    ("word remove", "Auf ein Wort nicht mehr achten"),
    ("word remove <word>", "Das Wort, wie es in der Liste steht"),
    ("word find", "Notizen zeigen, die schon da sind und solche Wörter enthalten"),
    ("code", "Codelisten: die Wörter für Arten, Themen, Ergebnisse und so weiter"),
    ("code list", "Die Codes einer Liste oder aller Listen zeigen"),
    ("code list <list>", "Die Liste, zum Beispiel contact-kind oder topic"),
    (
        "code add",
        "Einen Code ans Ende einer Liste setzen. Er lässt sich nicht zurücknehmen, weil Daten ihn \
         benutzen können",
    ),
    ("code add <list>", "Die Liste, zum Beispiel topic"),
    ("code add <code>", "Der bleibende Code, zum Beispiel school-garden"),
    ("code add --de", "Das deutsche Wort"),
    ("code add --en", "Das englische Wort"),
    (
        "import",
        "Eine CSV-Datei einlesen: ganz, oder gar nicht, wenn etwas darin falsch ist\n\n\
         Alle Fehler werden auf einmal genannt, mit Zeile, Feld und Grund. Welche Spalten es gibt, \
         steht in `schemas/json/import`. Lesen Sie zuerst Schulen ein, dann Menschen, dann Fehlzeiten und \
         Kontakte, dann die Einträge, deren Arten `tridem record kinds` aufzählt, in dessen Reihenfolge.\n\n\
         Dateien aus WebUntis und SchILD-NRW und eigene Tabellen zeigt `preview` vorab, und `take` liest \
         sie ein.",
    ),
    (
        "import <kind>",
        "Was die Datei enthält: schools, enrolments, participation, days-off, half-years, attendance, \
         days-not-taken, practitioners, assignments, pairings, households, pupils, stays, absences, \
         absence-totals, contacts oder eine Art, die `tridem record kinds` aufzählt",
    ),
    ("import <file>", "Die Datei"),
    ("import --dry-run", "Die Datei nur prüfen und sagen, was eingelesen würde"),
    ("import --again", "Die Datei einlesen, obwohl genau diese schon eingelesen wurde"),
    ("import --over-budget", "Dolmetscheinsätze dürfen über ihr Budget hinausgehen"),
    ("report", "Berichte: was ein Plugin aus den Daten macht, kleine Zahlen unterdrückt"),
    ("report run", "Ein Plugin über einen Zeitraum laufen lassen und den Bericht behalten"),
    ("report run <plugin>", "Die Id des Plugins, mit @VERSION, wenn mehrere installiert sind"),
    ("report run --year", "Das Schuljahr, zum Beispiel 2025/26"),
    ("report run --from", "Erster Tag"),
    ("report run --until", "Letzter Tag, eingeschlossen"),
    ("report run --set", "Ein Parameter des Plugins; auch mehrmals"),
    (
        "report run --audience",
        "Für wen er ist: außerhalb der Verwaltung werden weniger als 5 Personen unterdrückt, \
         innerhalb weniger als 3, in der Arbeitsfassung nichts",
    ),
    ("report run --round", "Anzahlen und Summen, die gezeigt werden, auf Vielfache von 5 runden"),
    ("report run --audience=public", "alle außerhalb der Verwaltung"),
    ("report run --audience=administration", "innerhalb der Verwaltung"),
    (
        "report run --audience=work",
        "im Team, das die Einträge sehen darf: genaue Zahlen, nicht zur Weitergabe",
    ),
    ("report list", "Die Berichte auflisten, die erstellt wurden"),
    (
        "report verify",
        "Einen Bericht aus einer JSON-Datei noch einmal machen und sagen, ob er ebenso herauskommt, oder \
         was anders ist und warum. Nichts davon wird aufbewahrt",
    ),
    ("report verify <file>", "Der Bericht, wie `--format json` ihn geschrieben hat"),
    (
        "report replay",
        "Genau das noch einmal laufen lassen, was aufgezeichnet wurde, und sagen, ob dasselbe \
         herauskommt, oder was anders ist und warum. Behalten wird nur der Lauf",
    ),
    ("report replay <id>", "Die Id eines Laufs oder eines Berichts, oder ihre ersten Zeichen"),
    (
        "report proof",
        "Sagen, woraus ein Bericht gemacht wurde und was sein Dokument nicht sagen darf: eine Prüfzahl \
         der gelesenen Daten und die Arbeit des Plugins",
    ),
    ("report proof <id>", "Die Id, wie die Liste sie zeigt, oder ihre ersten Zeichen"),
    (
        "report run --draft",
        "Nur ansehen: Der Bericht entsteht, als würde er veröffentlicht, und wird weder behalten noch gemerkt",
    ),
    (
        "report published",
        "Auflisten, was für wen veröffentlicht wurde: Berichte, gegen die spätere abgewogen werden, damit \
         sie sich nicht gegeneinander halten lassen",
    ),
    ("report published --audience", "Nur, was für diese veröffentlicht wurde"),
    ("report published --audience=public", "alle außerhalb der Verwaltung"),
    ("report published --audience=administration", "innerhalb der Verwaltung"),
    (
        "report published --audience=work",
        "im Team, das die Einträge sehen darf: genaue Zahlen, nicht zur Weitergabe",
    ),
    (
        "report withdraw",
        "Erklären, dass ein veröffentlichter Bericht niemandem gegeben wurde: Er wird nicht mehr gezeigt, \
         und spätere werden nicht mehr gegen ihn abgewogen",
    ),
    ("report withdraw <id>", "Die Id, wie die Liste sie zeigt, oder ihre ersten Zeichen"),
    ("report withdraw --reason", "Der Grund, in einer Zeile"),
    ("report show", "Einen Bericht noch einmal zeigen"),
    ("report show <id>", "Die Id, wie die Liste sie zeigt, oder ihre ersten Zeichen"),
    (
        "audit",
        "Das Protokoll: wer wann was getan hat, mit Ids und Kürzeln und ohne Namen, als Kette von Hashwerten",
    ),
    (
        "audit verify",
        "Prüfen, dass kein Eintrag geändert, entfernt, eingefügt oder verschoben wurde, und den \
         neuesten Hashwert nennen\n\n\
         Schreiben Sie den Hashwert auf, drucken oder mailen Sie ihn jemandem, der die Daten nicht \
         schreiben kann. Mit `--expect` zeigt er später, ob das Ende abgeschnitten oder alles neu \
         geschrieben wurde; das kann die Kette allein nicht. Der Rückgabewert ist 1, wenn die Kette \
         nicht hält.",
    ),
    (
        "audit verify --expect",
        "Ein früher aufgeschriebener Hashwert: er muss der eines Eintrags sein",
    ),
    (
        "audit verify --anchors",
        "Eine Datei mit Ankern, einer je Zeile: jeder muss der eines Eintrags sein",
    ),
    (
        "audit anchor",
        "Nummer und Hashwert des neuesten Eintrags als eine Zeile nennen, die anderswo aufbewahrt wird\n\n\
         Drucken oder mailen Sie die Zeile, oder lassen Sie sie mit `--out` an eine Datei auf einem \
         anderen Datenträger anfügen. Wer den Schlüssel der Daten hat, könnte das ganze Protokoll neu \
         schreiben; was Sie anderswo aufbewahren, kann er nicht ändern. Die Prüfziffern am Ende finden \
         einen Tippfehler. `tridem audit verify --anchors` hält das Protokoll gegen alle Anker.",
    ),
    (
        "audit anchor --out",
        "Die Zeile auch an diese Datei anfügen; sie muss außerhalb der Daten liegen",
    ),
    (
        "audit seen",
        "Wer Einträge zu einem Kind oder einer Familie gesehen hat: wann, wer und in welcher Form",
    ),
    ("audit seen <pupil>", "Das Kürzel des Kindes"),
    ("audit seen --household", "Das Kürzel eines Haushalts, an Stelle eines Kindes"),
    (
        "audit prune",
        "Einträge löschen, die älter sind, als das Protokoll aufbewahrt wird\n\n\
         Das Protokoll wird drei Jahre aufbewahrt, und ein Jahr lang, wen jemand angesehen hat. Die \
         Kette geht beim letzten gelöschten Eintrag weiter; dessen Nummer und Hashwert bleiben.",
    ),
    (
        "audit prune --before",
        "Einträge von vor diesem Tag löschen (UTC); ohne Angabe alle, deren Frist abgelaufen ist",
    ),
    ("audit prune --preview", "Nur sagen, was gelöscht würde"),
    ("audit list --without-reads", "Weglassen, was nur angesehen wurde"),
    ("audit list", "Einträge auflisten, die neuesten zuerst"),
    ("audit list --from", "Von diesem Tag an (UTC)"),
    ("audit list --until", "Bis zu diesem Tag, ihn eingeschlossen (UTC)"),
    (
        "audit list --actor",
        "Nur die von diesem: das Kürzel einer Fachkraft, oder zum Beispiel account:NAME",
    ),
    ("audit list --action", "Nur die dieser Art, zum Beispiel contact.add"),
    ("audit list --limit", "Höchstens so viele"),
    (
        "serve",
        "Die Anwendung Browsern anbieten, bis Strg+C\n\n\
         Ohne weitere Angaben erreichen sie nur Browser auf diesem Rechner. Mit `--lan` erreichen sie \
         die im örtlichen Netz, und dann nur über TLS: mit einem eigenen Zertifikat von Tridem, dessen \
         Zertifizierungsstelle die Tablets einmal vertrauen müssen, oder mit einem, das Ihre Kommune \
         ausgestellt hat.\n\n\
         Wo noch keine Daten liegen, wird nach dem Namen der Kommune gefragt, und sie werden \
         angelegt; durch alles Weitere führt die erste Seite.",
    ),
    ("serve --port", "Der Port; 0 für einen freien"),
    (
        "serve --lan",
        "Im örtlichen Netz anbieten, unter dieser Adresse oder diesem Namen dieses Rechners; es \
         können mehrere sein, und die erste ist die, die man tippt",
    ),
    (
        "serve --certificate",
        "Das Zertifikat und die zwischen ihm und seiner Zertifizierungsstelle, als PEM; ohne Angabe \
         das eigene von Tridem",
    ),
    ("serve --private-key", "Der private Schlüssel des Zertifikats, als PEM"),
    (
        "serve --new-certificate",
        "Die eigene Zertifizierungsstelle und das Zertifikat neu machen. Jedes Tablet muss der neuen \
         vertrauen",
    ),
    (
        "serve --init",
        "Wo noch keine Daten liegen, sie zuerst anlegen, für eine Kommune dieses Namens",
    ),
    (
        "serve --log",
        "Was auf die Standardfehlerausgabe geschrieben wird, als Zeilen in JSON ohne Namen; ohne Angabe \
         jede Anfrage, und nur Probleme, wo das ein Terminal ist",
    ),
    ("serve --log=requests", "jede Anfrage, und was schiefgeht"),
    ("serve --log=problems", "nur was schiefgeht"),
    (
        "demo",
        "Eine erfundene Kommune mit ihren Einträgen anlegen, und die Berichte dazu\n\n\
         Es werden die CSV-Dateien der Kommune geschrieben und eingelesen, wie Sie es täten; die \
         passenden Plugins werden installiert, dürfen lesen, worum sie bitten, und werden \
         eingeschaltet; ihre Berichte und die Blätter des Programms werden in jeder Form geschrieben. \
         Die Stadt hat Kontakte und Fehlzeiten eines Schuljahrs an neun Schulen und alles, was \
         darum herum geschieht; Kreis und Städteregion arbeiten ohne Schulen. Nichts verlässt diesen \
         Rechner.",
    ),
    ("demo --city", "Welche Kommune"),
    (
        "demo --city=musterstadt",
        "eine Stadt: neun Schulen, fünf Menschen in der Bildungsmediation und die Teams darum herum",
    ),
    ("demo --city=wolkenrain", "ein Kreis: sieben Stellen in neun Städten und Gemeinden"),
    (
        "demo --city=laternenbrueck",
        "eine Städteregion: Beratungen an sechs Standorten und ein Budget für Dolmetschen",
    ),
    ("demo --seed", "Der Startwert: dieselbe Zahl ergibt dieselbe Kommune"),
    (
        "demo --serve",
        "Ihr ein Konto für jede Rolle geben, Kürzel und Passwörter zeigen, und sie dem Browser auf \
         diesem Rechner anbieten, bis Strg+C",
    ),
    ("demo --port", "Der Port, an dem sie angeboten wird; 0 für einen freien"),
    (
        "backup",
        "Alle Daten in eine verschlüsselte Datei schreiben, während andere weiterarbeiten\n\n\
         Die Datei öffnet derselbe Schlüssel oder dieselbe Passphrase wie die Daten. Sie wird ganz \
         geprüft, bevor sie ihren Namen bekommt. Der Schlüssel ist nicht darin: bewahren Sie eine \
         Kopie davon auf, getrennt von der Sicherung. Mit einer Passphrase braucht es außer der \
         Datei nichts.\n\n\
         `schedule` legt fest, wann von selbst gesichert wird und was wie lange bleibt, `due` sichert, \
         wenn es Zeit ist, `list` zeigt, welche es gibt, und `verify` liest eine zurück.",
    ),
    ("backup <file>", "Die Datei, am besten auf einem anderen Datenträger"),
    (
        "backup --replace",
        "Eine ältere Sicherung dieses Namens ersetzen. Etwas anderes wird nie ersetzt",
    ),
    (
        "restore",
        "Eine Sicherung in einen neuen Ordner zurückspielen, den `--dir` nennt, und nachweisen, dass \
         sie vollständig ist\n\n\
         Zurückgespielt wird nie über etwas: den Ordner gibt es noch nicht, oder er ist leer. Nur der \
         Schlüssel, `tridem.key`, darf schon darin liegen; oder nennen Sie ihn mit `--key-file`.",
    ),
    ("restore <file>", "Die Sicherung"),
    (
        "doctor",
        "Nachsehen, was mit dem Datenordner nicht stimmt, und sagen, was zu tun ist. Geändert wird \
         nichts\n\n\
         Das geht auch, wenn die Daten sich nicht öffnen lassen. Rückgabewert 0: nichts ist zu \
         beheben; 1: etwas ist zu beheben. Warnungen allein enden mit 0.",
    ),
    ("doctor --format", "Die Form der Liste"),
    ("doctor --format=table", "eine Tabelle zum Lesen"),
    ("doctor --format=json", "JSON mit bleibenden englischen Schlüsseln"),
    ("doctor --format=csv", "CSV, das ein deutsches Tabellenprogramm so öffnet"),
    ("doctor --format=xlsx", "eine Arbeitsmappe (Office Open XML); braucht `--out` oder eine Pipe"),
    ("doctor --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    ("completions", "Die Vervollständigung für eine Shell ausgeben, für deren eigenen Ordner"),
    ("completions <shell>", "Die Shell"),
    ("completions <shell>=bash", "Bash"),
    ("completions <shell>=elvish", "Elvish"),
    ("completions <shell>=fish", "Fish"),
    ("completions <shell>=powershell", "PowerShell"),
    ("completions <shell>=zsh", "Zsh"),
    ("man", "Zu jedem Befehl eine Handbuchseite schreiben, in der Sprache dieses Befehls"),
    ("man <folder>", "Der Ordner dafür; wenn es ihn nicht gibt, wird er angelegt"),
];

/// The tables of the commands, one for each part of the program.
const TABLES: [&[(&str, &str)]; 12] = [
    TEXTS,
    german_account::TEXTS,
    german_erasure::TEXTS,
    german_attendance::TEXTS,
    german_backup::TEXTS,
    german_import::TEXTS,
    german_lane::TEXTS,
    german_people::TEXTS,
    german_plugin::TEXTS,
    german_record::TEXTS,
    german_rights::TEXTS,
    german_sheet::TEXTS,
];

/// The German text of a path, or of its last two words where several commands share it.
pub(super) fn text(path: &str) -> Option<&'static str> {
    TABLES.into_iter().find_map(|table| find(table, path)).or_else(|| {
        // Sheets come in the forms of reports.
        let as_report = german_sheet::as_report(path).or_else(|| german_erasure::as_shared(path));
        let path = as_report.as_deref().unwrap_or(path);
        let start = path.rmatch_indices(' ').nth(1).map_or(0, |(at, _)| at + 1);
        find(SHARED, &path[start..])
    })
}

/// The German for what a value is called.
pub(super) fn value(name: &str) -> Option<&'static str> {
    find(VALUES, name)
}

fn find(table: &[(&str, &'static str)], key: &str) -> Option<&'static str> {
    table.iter().find(|(english, _)| *english == key).map(|(_, german)| *german)
}

/// Every path that has a text of its own.
#[cfg(test)]
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    TABLES.into_iter().flatten().map(|(path, _)| *path)
}
