//! The German of backups, keys and open files, for [`german`](super::german).

/// The texts, as those of [`german`](super::german).
pub(super) const TEXTS: &[(&str, &str)] = &[
    ("backup schedule", "Festlegen, wann gesichert wird und was davon wie lange bleibt"),
    ("backup schedule set", "Den Plan festlegen"),
    (
        "backup schedule set --to",
        "Der Ordner für Sicherungen, am besten auf einem anderen Datenträger; es muss ihn schon geben",
    ),
    ("backup schedule set --every", "Wie oft: `day` für täglich, oder Stunden, zum Beispiel `6h`"),
    ("backup schedule set --keep-daily", "Von wie vielen Tagen die letzte Sicherung bleibt"),
    ("backup schedule set --keep-weekly", "Von wie vielen Wochen"),
    ("backup schedule set --keep-monthly", "Von wie vielen Monaten"),
    ("backup schedule show", "Den Plan zeigen"),
    ("backup schedule off", "Den Plan ausschalten. Gemachte Sicherungen bleiben"),
    (
        "backup due",
        "Eine Sicherung machen, wenn es Zeit ist, sie zurücklesen und alte nach der Regel des Plans \
         entfernen\n\n\
         Für cron oder einen Zeitgeber: einmal in der Stunde aufrufen. Ausgegeben wird eine Zeile, die \
         eine Überwachung lesen kann, in jeder Sprache auf Englisch. Rückgabewert 0: alles in Ordnung, \
         ob eine fällig war oder nicht.",
    ),
    ("backup list", "Die Sicherungen zeigen, die von diesen Daten gemacht wurden"),
    (
        "backup verify",
        "Eine Sicherung ganz zurücklesen, im Arbeitsspeicher: nichts davon wird irgendwohin geschrieben",
    ),
    ("backup verify <file>", "Die Sicherung"),
    ("restore --from", "Die neueste unversehrte Sicherung in diesem Ordner nehmen"),
    (
        "restore --at",
        "Eine nehmen, die zu dieser Zeit oder davor gemacht wurde, zum Beispiel `2026-11-20 12:00`",
    ),
    ("key", "Der Schlüssel der Daten: wechseln, für den Tresor drucken, Kopien davon prüfen"),
    (
        "key rotate",
        "Alle Daten mit einem neuen Schlüssel oder einer neuen Passphrase verschlüsseln\n\n\
         Fällt dabei der Strom aus, lassen die Daten sich trotzdem öffnen. Frühere Sicherungen brauchen \
         weiter den alten Schlüssel, der bis `forget-old` neben dem neuen liegen bleibt. Niemand sonst \
         darf in der Zeit arbeiten. Die alte Datei wird überschrieben; bei Flash-Speicher ist damit \
         nicht versprochen, dass ihr Inhalt weg ist.",
    ),
    ("key rotate --to", "Was die Daten danach öffnet; ohne Angabe dasselbe wie jetzt"),
    ("key rotate --to=passphrase", "eine Passphrase"),
    ("key rotate --to=file", "ein Schlüssel in einer Datei"),
    (
        "key rotate --new-passphrase-file",
        "Eine Datei mit der neuen Passphrase. Auch die Variable `TRIDEM_NEW_PASSPHRASE` kann sie \
         enthalten; ohne beides wird danach gefragt",
    ),
    (
        "key forget-old",
        "Vernichten, was hier von früheren Schlüsseln noch da ist, sodass sich ältere Sicherungen nicht \
         mehr lesen lassen\n\n\
         Vorher wird gesagt, welche das sind, und es muss eine geprüfte Sicherung unter dem jetzigen \
         Schlüssel geben.",
    ),
    ("key forget-old --confirm", "Es tun. Ohne das wird nur gesagt, was unlesbar würde"),
    ("key list", "Die Schlüssel zeigen, die die Daten hatten"),
    (
        "key print",
        "Das Blatt für den Tresor drucken: der Schlüssel in Gruppen mit Prüfziffern, und wie er zu \
         gebrauchen ist",
    ),
    ("key print --format", "Was geschrieben wird"),
    ("key print --format=text", "Text"),
    ("key print --format=html", "eine Seite zum Drucken"),
    (
        "key print --out",
        "In diese neue Datei schreiben, die nur ihr Besitzer lesen darf, statt es auszugeben",
    ),
    (
        "key check",
        "Prüfen, ob eine Kopie des Schlüssels die Daten öffnet, und vermerken, dass jemand nachgesehen \
         hat",
    ),
    ("key check <file>", "Die Datei mit der Kopie"),
    (
        "key check --typed",
        "Die Gruppen des Blattes abtippen, oder sie von der Standardeingabe lesen lassen",
    ),
    ("export --all", "Alles, in offenen Formaten; braucht `--out`"),
    (
        "import --all",
        "In dem neuen Ordner, den `--dir` nennt, neue Daten anlegen aus allem in diesem Ordner, den \
         `tridem export --all` geschrieben hat",
    ),
    ("key type", "Aus den Gruppen des Blattes die Datei des Schlüssels machen"),
    ("key type --out", "Die neue Datei"),
];
