//! Sentences that stand in invented contacts. None of them says anything about anybody.

/// What everybody in the team may read after a contact.
pub(super) const SHARED: [&str; 18] = [
    "Guter Austausch, nächster Termin ist vereinbart.",
    "Mutter meldet sich, sobald der Termin feststeht.",
    "Vater bringt die Unterlagen in der nächsten Woche mit.",
    "Die Familie ist mit dem Vorschlag einverstanden.",
    "Das Kind kommt gern in die Schule und arbeitet gut mit.",
    "Hausaufgabenheft wird ab jetzt täglich unterschrieben.",
    "Absprache mit der Klassenleitung: Sitzplatz vorne, Lesepate ab Montag.",
    "Einladung zum Elterncafé übergeben.",
    "Fragen zum Förderplan geklärt.",
    "Termin bei der Schuleingangsuntersuchung steht.",
    "Wunsch der Eltern: mehr Rückmeldung, auch wenn etwas gut läuft.",
    "Antrag ausgefüllt; es fehlt nur noch eine Unterschrift.",
    "Vereinbart:\n- Sportzeug mitgeben\n- Entschuldigung schriftlich",
    "Das Kind sagt: \"In der Pause ist es jetzt besser.\"",
    "Kurzes Gespräch am Schultor, Anmeldung zum Ausflug besprochen.",
    "Ganztagsplatz angefragt, Antwort folgt.",
    "Bücherei-Ausweis beantragt, Familie geht gemeinsam hin.",
    "Rückmeldung zum Praktikum besprochen.",
];

/// What stands under an attempt.
pub(super) const IN_VAIN: [&str; 5] = [
    "Niemand angetroffen, Nachricht hinterlassen.",
    "Mailbox, um Rückruf gebeten.",
    "Termin kurzfristig abgesagt.",
    "Nicht ans Telefon gegangen, später erneut versuchen.",
    "Familie bittet um einen anderen Tag.",
];

/// What a school social worker writes for their own profession.
pub(super) const PRIVATE: [&str; 8] = [
    "Vertrauliches Gespräch, Inhalt nur für die Schulsozialarbeit.",
    "Beobachtung aus dem Gespräch notiert, in vier Wochen erneut hinsehen.",
    "Schweigepflichtentbindung besprochen, noch nicht unterschrieben.",
    "Belastung zu Hause angesprochen; Beratungsstelle genannt.",
    "Kind wünscht, dass dies nicht weitergegeben wird.",
    "Kollegiale Beratung für Donnerstag angemeldet.",
    "Ressourcen der Familie: große Schwester hilft, Nachbarin springt ein.",
    "Stimmung ruhig, kein weiterer Handlungsbedarf aus Sicht der Schulsozialarbeit.",
];

/// What is to be done after a contact.
pub(super) const NEXT_STEPS: [&str; 10] = [
    "Folgetermin wahrnehmen",
    "Klassenleitung informieren",
    "Unterlagen nachreichen lassen",
    "Antrag prüfen",
    "Lernstand mit der Lehrkraft besprechen",
    "Rückmeldung an die Eltern",
    "Termin mit Dolmetschung vereinbaren",
    "Einladung schicken",
    "Anmeldung begleiten",
    "Gespräch mit dem Kind führen",
];

/// What is to be done after an attempt.
pub(super) const TRY_AGAIN: [&str; 4] =
    ["Erneut anrufen", "Nachricht schicken", "Brief schreiben", "Neuen Termin vorschlagen"];
