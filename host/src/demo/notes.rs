//! Sentences that stand in invented contacts. None of them says anything about anybody.

/// The sentences that may stand in the shared note of a kind of contact with a result.
pub(super) fn shared(kind: &str, result: &str) -> &'static [&'static str] {
    match (result, kind) {
        ("reached", "class" | "break" | "pupil-talk") => &IN_SCHOOL,
        ("reached", _) => &WITH_FAMILY,
        ("postponed", _) => {
            &["Familie bittet um einen anderen Tag.", "Termin kurzfristig abgesagt."]
        }
        ("declined", _) => &["Heute nicht gewünscht; das Angebot bleibt bestehen."],
        ("moved-away", _) => &["Unter dieser Anschrift nicht mehr zu erreichen."],
        ("interpreter-missing", _) => &["Dolmetschung nicht gekommen, neuer Termin nötig."],
        (_, "phone" | "message") => &[
            "Mailbox, um Rückruf gebeten.",
            "Nicht ans Telefon gegangen, später erneut versuchen.",
            "Keine Antwort auf die Nachricht.",
        ],
        _ => &["Niemand angetroffen, Nachricht hinterlassen.", "Zum Termin nicht erschienen."],
    }
}

/// After time spent with a child at school.
const IN_SCHOOL: [&str; 7] = [
    "Kommt gern in die Schule und arbeitet gut mit.",
    "Das Kind sagt: \"In der Pause ist es jetzt besser.\"",
    "Absprache mit der Klassenleitung: Sitzplatz vorne, Lesepate ab Montag.",
    "Hat heute zum ersten Mal von sich aus etwas vorgetragen.",
    "Spielt und arbeitet mit zwei Kindern aus der Parallelklasse zusammen.",
    "Braucht noch Hilfe beim Einteilen der Aufgaben.",
    "Freut sich auf den Ausflug; die Anmeldung liegt vor.",
];

/// After talks with families and about them.
const WITH_FAMILY: [&str; 12] = [
    "Guter Austausch, nächster Termin ist vereinbart.",
    "Mutter meldet sich, sobald der Termin feststeht.",
    "Vater bringt die Unterlagen in der nächsten Woche mit.",
    "Die Familie ist mit dem Vorschlag einverstanden.",
    "Das Heft wird ab jetzt täglich unterschrieben.",
    "Einladung zum Elterncafé übergeben.",
    "Fragen zum Förderplan geklärt.",
    "Wunsch der Eltern: mehr Rückmeldung, auch wenn etwas gut läuft.",
    "Antrag ausgefüllt; es fehlt nur noch eine Unterschrift.",
    "Vereinbart:\n- Sportzeug mitgeben\n- Entschuldigung schriftlich",
    "Ganztagsplatz angefragt, Antwort folgt.",
    "Bücherei-Ausweis beantragt, Familie geht gemeinsam hin.",
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
    "Termin für ein Gespräch vereinbaren",
    "Einladung schicken",
    "Anmeldung begleiten",
    "Gespräch mit dem Kind führen",
];

/// What is to be done after an attempt.
pub(super) const TRY_AGAIN: [&str; 4] =
    ["Erneut anrufen", "Nachricht schicken", "Brief schreiben", "Neuen Termin vorschlagen"];
