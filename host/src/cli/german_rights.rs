//! The German of `tridem consent` and `tridem subject`, for [`german`](super::german).

/// The texts, as those of [`german`](super::german).
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "consent",
        "Einwilligungen: ob Daten einer Familie an eine andere Stelle gehen dürfen\n\n\
         Festgehalten werden sie mit `tridem record add consents`. Arbeit im Programm braucht keine.",
    ),
    ("consent list", "Einwilligungen auflisten und von jeder sagen, ob sie heute gilt"),
    ("consent list --about", "Nur die dieses Kindes oder Haushalts, mit dem Kürzel"),
    ("consent show", "Eine Einwilligung zeigen, und was unter ihr weitergegeben wurde"),
    ("consent show <code>", "Das Kürzel der Einwilligung"),
    (
        "consent withdraw",
        "Festhalten, dass eine Einwilligung widerrufen ist: Unter ihr wird nichts mehr weitergegeben\n\n\
         Aufgelistet wird, was vorher weitergegeben wurde, damit die Empfänger es erfahren.",
    ),
    ("consent withdraw <code>", "Das Kürzel der Einwilligung"),
    ("consent withdraw --on", "Der Tag des Widerrufs; ohne Angabe heute"),
    (
        "consent withdraw --reason",
        "Warum, in einer Zeile, wenn die Familie es gesagt hat. Sie muss keinen Grund nennen",
    ),
    (
        "consent check",
        "Sagen, ob etwas weitergegeben werden darf, und wenn nicht, warum nicht. Dann ist der Exit-Code \
         1",
    ),
    ("consent check <about>", "Das Kürzel des Kindes oder Haushalts"),
    ("consent check --purpose", "Wozu; alle Zwecke zeigt `tridem code list consent-purpose`"),
    ("consent check --for", "An welche Stelle"),
    ("consent check --on", "An welchem Tag; ohne Angabe heute"),
    (
        "subject",
        "Betroffene Personen: was zu ihnen aufbewahrt wird, Auskunft und Einschränkung\n\n\
         Ein Kind, oder ein Haushalt mit seinen Kindern, mit dem Kürzel. Für Koordination und \
         Datenschutz.",
    ),
    (
        "subject show",
        "Zeigen, was zu einer Person aufbewahrt wird: wie viel wovon, seit wann und bis wann, \
         Einschränkungen, Einwilligungen, und was an andere weitergegeben wurde",
    ),
    ("subject show <code>", "Das Kürzel des Kindes oder Haushalts"),
    (
        "subject restrict",
        "Die Verarbeitung einschränken (Art. 18 DSGVO): Die Daten werden aufbewahrt und nicht \
         verwendet\n\n\
         Sie stehen in keiner Liste, keinem Blatt, keiner Aufgabe, keinem Brief und keinem Bericht mehr, \
         kein Plugin erhält sie, und sie lassen sich nicht ändern. Auskunft an die Person bleibt möglich.",
    ),
    (
        "subject restrict <code>",
        "Das Kürzel des Kindes, oder des Haushalts mit allen seinen Kindern",
    ),
    (
        "subject restrict --reason",
        "Warum: accuracy (Richtigkeit bestritten), unlawful (unrechtmäßig), claims (für Rechtsansprüche \
         gebraucht) oder objection (Widerspruch)",
    ),
    (
        "subject unrestrict",
        "Eine Einschränkung aufheben. Unterrichten Sie die Person vorher (Art. 18 Abs. 3 DSGVO)",
    ),
    ("subject unrestrict <code>", "Das Kürzel des Kindes oder Haushalts"),
    (
        "subject export",
        "Alles, was zu einer Person aufbewahrt wird, in einen Ordner schreiben (Art. 15 DSGVO): eine \
         Seite und JSON\n\n\
         Die Seite ist in der Sprache der Familie, wenn das Deutsch oder Englisch ist. Andere Menschen \
         sind nicht mit Namen genannt, aber in freien Texten kann jeder stehen: Die Texte, die vorher \
         ein Mensch lesen muss, werden aufgelistet.",
    ),
    ("subject export <code>", "Das Kürzel des Kindes oder Haushalts"),
    ("subject export --out", "Der Ordner; er wird angelegt und muss leer sein"),
    ("consent show --format", "Die Form der Liste"),
    ("consent show --format=json", "JSON mit bleibenden englischen Schlüsseln"),
    ("consent show --format=csv", "CSV, das ein deutsches Tabellenprogramm so öffnet"),
    (
        "consent show --format=xlsx",
        "eine Arbeitsmappe (Office Open XML); braucht `--out` oder eine Pipe",
    ),
    ("consent show --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    ("subject show --format", "Die Form der Liste"),
    ("subject show --format=json", "JSON mit bleibenden englischen Schlüsseln"),
    ("subject show --format=csv", "CSV, das ein deutsches Tabellenprogramm so öffnet"),
    (
        "subject show --format=xlsx",
        "eine Arbeitsmappe (Office Open XML); braucht `--out` oder eine Pipe",
    ),
    ("subject show --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    ("consent show --format=table", "eine Tabelle zum Lesen"),
    ("consent withdraw --format", "Die Form der Liste"),
    ("consent withdraw --format=table", "eine Tabelle zum Lesen"),
    ("consent withdraw --format=json", "JSON mit bleibenden englischen Schlüsseln"),
    ("consent withdraw --format=csv", "CSV, das ein deutsches Tabellenprogramm so öffnet"),
    (
        "consent withdraw --format=xlsx",
        "eine Arbeitsmappe (Office Open XML); braucht `--out` oder eine Pipe",
    ),
    ("consent withdraw --out", "Die Liste in diese Datei schreiben, statt sie auszugeben"),
    ("subject show --format=table", "eine Tabelle zum Lesen"),
    (
        "sheet family --for",
        "Für eine andere Stelle: ohne vertrauliche Notizen und Aufgaben, mit der Einwilligung, auf der es \
         beruht, und nur wenn die Familie eingewilligt hat",
    ),
    (
        "sheet family --purpose",
        "Wozu die Stelle es erhält; alle Zwecke zeigt `tridem code list consent-purpose`",
    ),
];
