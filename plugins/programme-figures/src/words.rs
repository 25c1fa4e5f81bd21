//! Every word of the document.

use tridem_sdk::reporting::Composition;

/// Phrases with their words.
const PHRASES: [(&str, (&str, &str)); 35] = [
    ("title", ("Zahlen für den Mittelgeber", "Figures for the funder")),
    ("posts", ("Stellen am letzten Tag des Zeitraums", "Posts on the last day of the period")),
    ("by-block", ("Stellen nach Baustein", "Posts by building block")),
    ("by-team", ("Stellen nach Team", "Posts by team")),
    ("planned", ("geplant", "planned")),
    ("vacant", ("unbesetzt", "vacant")),
    ("filled", ("besetzt", "filled")),
    ("together", ("zusammen", "together")),
    ("heads", ("Köpfe", "Heads")),
    ("fte", ("Stellenanteile", "FTE")),
    (
        "services",
        ("Angebote nebeneinander, nie zusammengezählt", "Services side by side, never added up"),
    ),
    ("consultations", ("Beratungen", "Consultations")),
    ("counted", ("Personenkontakte, gezählt", "Person-contacts, counted")),
    ("estimated", ("Personenkontakte, geschätzt", "Person-contacts, estimated")),
    ("by-kind", ("Beratungen nach Art", "Consultations by kind")),
    ("appointment", ("Termin", "appointment")),
    ("all", ("alle Beratungen des Angebots", "all consultations of the service")),
    ("by-site", ("Beratungen nach Standort", "Consultations by site")),
    ("no-site", ("ohne Standort", "no site")),
    (
        "by-eligibility",
        ("Beratungen nach Standort und Zielgruppe", "Consultations by site and eligibility"),
    ),
    ("newly-arrived", ("neu zugewandert", "newly arrived")),
    ("comparable", ("in vergleichbarer Lage", "in a comparable situation")),
    ("not-stated", ("ohne Angabe", "not stated")),
    (
        "by-topic",
        (
            "Beratungen nach Thema; mehrere sind möglich",
            "Consultations by topic; several are possible",
        ),
    ),
    ("no-topic", ("ohne Thema", "no topic")),
    ("by-target", ("Verweise nach Ziel", "Referrals by target")),
    ("activities", ("Gruppenangebote", "Group activities")),
    ("minutes", ("Dauer", "Duration")),
    ("min", ("Min.", "min")),
    ("budgets", ("Dolmetschbudgets", "Interpreter budgets")),
    ("granted", ("bewilligt", "granted")),
    ("spent", ("im Zeitraum ausgegeben", "spent in the period")),
    ("remaining", ("verbleibt", "remaining")),
    ("eur", ("€", "€")),
    ("nothing", ("Im Zeitraum ist nichts eingetragen.", "Nothing is on record for the period.")),
];

pub(crate) fn composition() -> Composition {
    let mut composition =
        Composition::new("org.tridem.programme-figures", env!("CARGO_PKG_VERSION"));
    for (id, words) in PHRASES {
        composition = composition.phrase(id, words);
    }
    composition
        .passage(
            "about-posts",
            (
                "Stellenanteile sind keine Köpfe: Eine Stelle kann geteilt sein, und eine unbesetzte \
                 Stelle hat niemanden.",
                "Shares of posts are not heads: a post can be shared, and a vacant one has nobody.",
            ),
        )
        .passage(
            "about-services",
            (
                "Jedes Angebot steht für sich. Ein Termin der Sprachmittlung und eine Beratung im \
                 Case-Management sind verschiedene Einheiten; ihre Summe hätte keine Bedeutung.\n\n\
                 **Personenkontakte** sind die Anwesenden aller Beratungen. Wer dreimal da war, zählt \
                 dreimal: Es sind *nicht* verschiedene Personen. Gezählte und geschätzte stehen getrennt.",
                "Each service stands for itself. An appointment of language mediation and a case-management \
                 consultation are different units; their sum would mean nothing.\n\n\
                 **Person-contacts** are those present at all consultations. Who came three times counts \
                 three times: they are *not* different persons. Counted and estimated ones stand apart.",
            ),
        )
        .passage(
            "about-budgets",
            (
                "Was verbleibt, steht nur bei Budgets, die im Zeitraum begonnen haben: Von älteren kann \
                 vorher etwas ausgegeben worden sein.",
                "What remains is only told of budgets that began in the period: of older ones something \
                 may have been spent before.",
            ),
        )
}
