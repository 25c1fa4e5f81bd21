//! The German of accounts, signing in and emergency access, for [`german`](super::german).

/// The texts, as those of [`german`](super::german).
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "--emergency",
        "Die Daten dieser Schule in dem Notfallzugriff lesen, den Sie auf sie geöffnet haben. Das wird \
         jedes Mal festgehalten",
    ),
    (
        "login",
        "Mit einem Konto anmelden\n\n\
         Die Anmeldung bleibt in einer eigenen Datei und endet nach einer halben Stunde ohne Befehl, \
         nach zwölf Stunden oder mit `tridem logout`. Wer sich mit einem Passwort anmeldet, das jemand \
         anders gewählt hat, wählt dabei ein eigenes.",
    ),
    ("login <code>", "Das Kürzel des Kontos"),
    ("login --password-file", PASSWORD_FILE),
    ("login --new-password-file", NEW_PASSWORD_FILE),
    (
        "login --one-time-code",
        "Der Code, den der Authentifikator zeigt, oder einer der Ersatzcodes, wenn das Konto einen \
         zweiten Faktor hat; ohne Angabe wird danach gefragt",
    ),
    (
        "login --print",
        "Das Kennzeichen der Anmeldung ausgeben, statt es aufzubewahren, für die Variable \
         `TRIDEM_SESSION` eines Skripts. Wer es hat, wird für Sie gehalten",
    ),
    ("logout", "Abmelden: die Anmeldung dieses Rechners beenden oder alle des Kontos"),
    ("logout --everywhere", "Alle Anmeldungen des Kontos beenden, wo immer sie sind"),
    ("whoami", "Sagen, wer handelt: das angemeldete Konto, seine Rolle und bis wann"),
    (
        "account",
        "Konten: wer sich anmelden darf, als was und womit\n\n\
         Vom ersten Konto an arbeitet niemand mehr ohne Anmeldung mit diesen Daten.",
    ),
    (
        "account add",
        "Ein Konto anlegen. Das erste ist eines der Systemverwaltung; die anderen wählen bei der ersten \
         Anmeldung ein eigenes Passwort",
    ),
    (
        "account add <code>",
        "Womit sich die Person anmeldet: Buchstaben ohne Umlaute, Ziffern und `. _ - @`. Es wird nie an \
         jemand anderes vergeben",
    ),
    (
        "account add --role",
        "Was die Person ist: mediator (Mediation), teacher (Lehrkraft), social-worker \
         (Schulsozialarbeit), head (Schulleitung), coordinator (Koordination), lead (Programmleitung), \
         administrator (Systemverwaltung) oder protection-officer (Datenschutz)",
    ),
    (
        "account add --practitioner",
        "Die Fachkraft, die sie ist, mit Kürzel. Mediation, Lehrkräfte, Schulsozialarbeit und \
         Schulleitungen sind eine; Programmleitung, Systemverwaltung und Datenschutz keine",
    ),
    ("account add --from", "Der erste Tag, an dem sie sich anmelden darf; ohne Angabe heute"),
    ("account add --until", "Der letzte Tag, an dem sie es darf; ohne Angabe bis auf Weiteres"),
    ("account add --new-password-file", NEW_PASSWORD_FILE),
    ("account list", "Alle Konten auflisten, auch geschlossene"),
    ("account show", "Ein Konto zeigen"),
    ("account show <code>", "Das Kürzel des Kontos"),
    ("account close", "Ein Konto für immer schließen und die Person sofort abmelden"),
    ("account close <code>", "Das Kürzel des Kontos"),
    ("account role", "Einem Konto eine andere Rolle geben und die Person sofort abmelden"),
    ("account role <code>", "Das Kürzel des Kontos"),
    ("account role <role>", "Was die Person von jetzt an ist"),
    ("account role --practitioner", "Die Fachkraft, die sie von jetzt an ist, mit Kürzel"),
    (
        "account password",
        "Das eigene Passwort ändern, oder jemandem, der es verloren hat, ein Anfangspasswort geben\n\n\
         Die eigenen vertraulichen Notizen bleiben lesbar. Wer ein Anfangspasswort bekommt, kann keine \
         vertraulichen Notizen mehr lesen, bis sie ihm neu zugänglich gemacht werden.",
    ),
    (
        "account password <code>",
        "Das Kürzel des Kontos, dessen Passwort verloren ist; ohne Angabe das eigene",
    ),
    ("account password --password-file", PASSWORD_FILE),
    ("account password --new-password-file", NEW_PASSWORD_FILE),
    (
        "account totp",
        "Ein zweiter Faktor: Codes eines Authentifikators, nach denen neben dem Passwort gefragt wird",
    ),
    ("account totp begin", "Zeigen, was in den Authentifikator einzutragen ist"),
    (
        "account totp confirm",
        "Mit einem ersten Code bestätigen und zehn Ersatzcodes zeigen, einmal",
    ),
    ("account totp confirm <digits>", "Der Code, den der Authentifikator zeigt"),
    (
        "account totp remove",
        "Den eigenen zweiten Faktor entfernen, oder den von jemandem, der das Gerät verloren hat",
    ),
    ("account totp remove <code>", "Das Kürzel des Kontos; ohne Angabe das eigene"),
    ("account totp remove --password-file", PASSWORD_FILE),
    (
        "account token",
        "Zugangsschlüssel, mit denen eigene Programme Daten abfragen und eintragen\n\n\
         Ein Zugangsschlüssel darf, was er nennt, soweit Sie es an dem Tag selbst dürfen. Vertrauliche \
         Notizen öffnet er nicht, und er endet mit Ihrem Passwort oder Ihrer Rolle.",
    ),
    (
        "account token add",
        "Einen Zugangsschlüssel des eigenen Kontos machen und ausgeben. Er wird nirgends aufbewahrt und \
         nie wieder gezeigt",
    ),
    ("account token add <name>", "Wie er heißt: Buchstaben ohne Umlaute, Ziffern und `. _ - @`"),
    (
        "account token add --scope",
        "Was er darf; mehrmals für mehreres: contact.read, contact.add, contact.correct (Kontakte \
         ansehen, festhalten, berichtigen), pupil.read (Kinder ansehen), absence.read, absence.change \
         (Fehlzeiten ansehen, festhalten), task.read, task.decide (Aufgaben ansehen, entscheiden), \
         school.read (Schulen ansehen), report.read, report.run (Berichte ansehen, erstellen) oder \
         plugin.runs (Plugins ansehen)",
    ),
    ("account token add --days", "Für wie viele Tage, höchstens 366"),
    ("account token add --password-file", PASSWORD_FILE),
    (
        "account token list",
        "Die Zugangsschlüssel des eigenen Kontos auflisten, auch solche, die nicht mehr gelten",
    ),
    (
        "account token revoke",
        "Einen Zugangsschlüssel des eigenen Kontos widerrufen. Er gilt sofort nicht mehr",
    ),
    ("account token revoke <name>", "Wie er heißt"),
    ("account unlock", "Fehlversuche vergessen, damit niemand warten muss"),
    ("account unlock <code>", "Das Kürzel des Kontos"),
    (
        "account unlock --peer",
        "Woher die Versuche kamen: eine Adresse, oder `local` für die Befehlszeile",
    ),
    (
        "account recover",
        "Ein Konto der Systemverwaltung mit dem Schlüssel der Daten zurückholen, wenn es sonst niemand \
         kann\n\n\
         Es bekommt ein anderes Passwort und verliert den zweiten Faktor. Das bleibt im Protokoll und \
         in der Liste der Konten stehen, wo der Datenschutz es sieht.",
    ),
    ("account recover <code>", "Das Kürzel des Kontos"),
    ("account recover --new-password-file", NEW_PASSWORD_FILE),
    (
        "emergency",
        "Notfallzugriff: die Daten einer Schule lesen, an der Sie keine Rolle haben, für einige \
         Stunden\n\n\
         Es wird festgehalten, wenn er geöffnet, jedes Mal, wenn er genutzt, und wenn er geschlossen \
         wird. Wer an der Schule arbeitet, die Koordination und der Datenschutz sehen ihn mit seinem \
         Grund. Vertrauliche Notizen bleiben verschlossen.",
    ),
    (
        "emergency open",
        "Einen Notfallzugriff öffnen. Um darin zu lesen, hängen Sie `--emergency NUMMER` an einen Befehl",
    ),
    ("emergency open --school", "Die Schulnummer"),
    (
        "emergency open --reason",
        "Der Grund, eine Zeile. Alle, die an der Schule arbeiten, können ihn lesen",
    ),
    ("emergency open --hours", "Für wie viele Stunden, höchstens 72"),
    (
        "emergency list",
        "Die Notfallzugriffe auf Schulen auflisten, von denen Sie wissen dürfen, die neuesten zuerst",
    ),
    ("emergency close", "Den eigenen Notfallzugriff vor seinem Ende schließen"),
    (
        "emergency close <id>",
        "Seine Id, wie sie beim Öffnen gezeigt wurde, oder ihre ersten Zeichen",
    ),
];

const PASSWORD_FILE: &str = "Die Datei mit dem Passwort, die nur Sie lesen können. Die Variable \
    `TRIDEM_PASSWORD` kann das Passwort selbst enthalten; ohne beides wird danach gefragt";

const NEW_PASSWORD_FILE: &str = "Die Datei mit dem neuen Passwort, die nur Sie lesen können. Die \
    Variable `TRIDEM_NEW_PASSWORD` kann es selbst enthalten; ohne beides wird zweimal danach gefragt";
