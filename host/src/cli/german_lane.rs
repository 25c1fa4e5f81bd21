//! The German of private notes, for [`german`](super::german).

/// The texts, as those of [`german`](super::german).
pub(super) const TEXTS: &[(&str, &str)] = &[
    (
        "lane",
        "Vertrauliche Notizen: wer von einer Profession sie öffnen kann, und Freigaben an eine andere\n\n\
         Die vertraulichen Notizen jeder Profession sind mit einem eigenen Schlüssel versiegelt. Ohne \
         Konten liegt der Schlüssel bei den Daten, und wer diese öffnet, kann als jede Person handeln. \
         Ist eine Profession verschlossen, haben nur ihre Mitglieder den Schlüssel.",
    ),
    ("lane list", "Die Professionen auflisten, und wer ihre vertraulichen Notizen öffnen kann"),
    (
        "lane close",
        "Die vertraulichen Notizen der eigenen Profession verschließen, außer für die, die ein Konto \
         haben\n\n\
         Ein Schlüssel für das Papier wird einmal gezeigt: drucken Sie ihn aus, und schließen Sie ihn \
         weg. Nur mit ihm geht es weiter, wenn alle der Profession ihr Passwort verloren haben. Wer \
         sich als erste Person einer Profession anmeldet, verschließt damit deren Notizen.",
    ),
    ("lane admit", "Jemandem der eigenen Profession Zugang zu ihren vertraulichen Notizen geben"),
    (
        "lane admit <code>",
        "Das Kürzel der Fachkraft. Sie hat ein Konto und hat sich ein eigenes Passwort gewählt",
    ),
    (
        "lane dismiss",
        "Jemandem die vertraulichen Notizen der eigenen Profession entziehen; alle werden neu \
         versiegelt\n\n\
         Was jemand gelesen hat, weiß er, und eine alte Sicherung könnte er mit dem, was er hatte, \
         öffnen.",
    ),
    ("lane dismiss <code>", "Das Kürzel der Fachkraft"),
    (
        "lane recover",
        "Die vertraulichen Notizen der eigenen Profession mit dem Schlüssel vom Papier wieder öffnen",
    ),
    (
        "lane recover --recovery-file",
        "Die Datei mit dem Schlüssel vom Papier; ohne Angabe wird danach gefragt",
    ),
    (
        "lane release",
        "Einer anderen Profession die vertrauliche Notiz zeigen, die die eigene zu einem Kontakt hat\n\n\
         Dazu braucht es eine Einwilligung der Familie, oder das Gesetz sagt es. Die andere Profession \
         sieht die Notiz, wie sie jetzt ist, und wer sie wann und warum freigegeben hat.",
    ),
    ("lane release <contact>", "Die Id des Kontakts"),
    ("lane release --to", "Die Profession, die sie sehen soll; alle zeigt `tridem code list role`"),
    (
        "lane release --consent",
        "Das Kürzel der Einwilligung, die es erlaubt. Sie ist erteilt, gilt heute, nennt die Profession \
         als Empfängerin und ist von der Familie, um die es geht",
    ),
    (
        "lane release --ground",
        "Was das Gesetz stattdessen sagt: danger-to-child (§ 4 KKG), duty-to-report (§ 138 StGB), \
         necessity (§ 34 StGB); alle zeigt `tridem code list release-ground`",
    ),
    ("lane release --reason", "Warum, in einer Zeile. Beide Professionen können es lesen"),
    (
        "lane revoke",
        "Eine Freigabe zurücknehmen. Wird die Einwilligung widerrufen, geschieht das von selbst",
    ),
    ("lane revoke <id>", "Die Id der Freigabe, wie `tridem contact show` sie zeigt"),
];
