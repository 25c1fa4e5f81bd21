//! The renderer's own words in both languages.

use serde::Serialize;

use crate::domain::{Audience, Lang, Rounding};

/// Words that stand on every page; templates know them as `words`.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    pub(super) skip: &'static str,
    pub(super) contents: &'static str,
    pub(super) signs: &'static str,
    pub(super) origin: &'static str,
    pub(super) notes: &'static str,
    pub(super) no_tables: &'static str,
    pub(super) no_rows: &'static str,
    pub(super) no_entries: &'static str,
    pub(super) continued: &'static str,
    pub(super) period: &'static str,
    pub(super) as_of: &'static str,
    pub(super) to: &'static str,
    pub(super) plugin: &'static str,
    pub(super) plugin_id: &'static str,
    pub(super) plugin_version: &'static str,
    pub(super) package: &'static str,
    pub(super) sources: &'static str,
    pub(super) settings: &'static str,
    pub(super) none: &'static str,
    pub(super) yes: &'static str,
    pub(super) no: &'static str,
    pub(super) audience: &'static str,
    pub(super) rule: &'static str,
    pub(super) rounding: &'static str,
    pub(super) rules: &'static str,
    pub(super) data_digest: &'static str,
    pub(super) grant_digest: &'static str,
    pub(super) fuel: &'static str,
    pub(super) software: &'static str,
    pub(super) engine: &'static str,
    pub(super) withheld: &'static str,
    pub(super) not_collected: &'static str,
    pub(super) undefined: &'static str,
    pub(super) rounds_to_zero: &'static str,
    pub(super) not_collected_means: &'static str,
    pub(super) undefined_means: &'static str,
    pub(super) rounds_to_zero_means: &'static str,
}

static GERMAN: Words = Words {
    skip: "Zum Inhalt springen",
    contents: "Inhalt",
    signs: "Zeichen in den Tabellen",
    origin: "Herkunft der Zahlen",
    notes: "Hinweise",
    no_tables: "Dieser Bericht enthält keine Tabellen.",
    no_rows: "Für diesen Zeitraum liegt nichts vor.",
    no_entries: "Keine Einträge.",
    continued: "Fortsetzung",
    period: "Zeitraum",
    as_of: "Stichtag",
    to: "bis",
    plugin: "Auswertung",
    plugin_id: "Kennung",
    plugin_version: "Version",
    package: "Paket (SHA-256)",
    sources: "Gelesene Daten",
    settings: "Einstellungen",
    none: "keine",
    yes: "ja",
    no: "nein",
    audience: "Bestimmt für",
    rule: "Kleine Zahlen",
    rounding: "Rundung",
    rules: "Regeln",
    data_digest: "Prüfzahl der Daten",
    grant_digest: "Prüfzahl der Erlaubnis (SHA-256)",
    fuel: "Aufwand",
    software: "Version von Tridem",
    engine: "Ausgeführt mit",
    withheld: "unterdrückt",
    not_collected: "nicht erhoben",
    undefined: "nicht bestimmbar",
    rounds_to_zero: "gerundet 0",
    not_collected_means: "Für diese Stelle wurde nichts erfasst. Das ist keine Null.",
    undefined_means: "Diese Zahl gibt es nicht, zum Beispiel der Anteil an nichts.",
    rounds_to_zero_means: "Die Zahl ist nur durch die Rundung 0. Eine echte Null steht als 0.",
};

static ENGLISH: Words = Words {
    skip: "Skip to the content",
    contents: "Contents",
    signs: "Signs in the tables",
    origin: "Where the figures come from",
    notes: "Notes",
    no_tables: "This report has no tables.",
    no_rows: "There is nothing for this period.",
    no_entries: "No entries.",
    continued: "continued",
    period: "Period",
    as_of: "As of",
    to: "to",
    plugin: "Plugin",
    plugin_id: "Plugin id",
    plugin_version: "Plugin version",
    package: "Package (SHA-256)",
    sources: "Data read",
    settings: "Parameters",
    none: "none",
    yes: "yes",
    no: "no",
    audience: "Audience",
    rule: "Small numbers",
    rounding: "Rounding",
    rules: "Rules",
    data_digest: "Digest of the data",
    grant_digest: "Digest of the grant (SHA-256)",
    fuel: "Work",
    software: "Tridem version",
    engine: "Run by",
    withheld: "withheld",
    not_collected: "not collected",
    undefined: "undefined",
    rounds_to_zero: "rounded to 0",
    not_collected_means: "Nothing was recorded here. It is not a zero.",
    undefined_means: "There is no such number, for example a share of nothing.",
    rounds_to_zero_means: "The number is 0 by rounding alone. A true zero is written as 0.",
};

impl Words {
    /// The words of a language.
    pub(super) fn of(lang: Lang) -> &'static Self {
        lang.pick(&GERMAN, &ENGLISH)
    }
}

/// What the sign for a withheld number means.
pub(super) fn withheld_means(smallest_shown: u64, lang: Lang) -> String {
    lang.pick(
        format!(
            "Die Zahl beruht auf weniger als {smallest_shown} Personen oder würde eine solche \
             Zahl verraten."
        ),
        format!(
            "The figure rests on fewer than {smallest_shown} persons, or would give such a figure \
             away."
        ),
    )
}

/// The rule by which small numbers are withheld.
pub(super) fn rule(smallest_shown: u64, lang: Lang) -> String {
    if smallest_shown <= 1 {
        return lang
            .pick(
                "Nichts ist unterdrückt: Auch Zahlen, die auf einer einzigen Person beruhen, \
                 stehen hier. Nicht weitergeben.",
                "Nothing is withheld: figures that rest on a single person are shown too. Do not \
                 pass it on.",
            )
            .to_owned();
    }
    lang.pick(
        format!(
            "Zahlen, die auf weniger als {smallest_shown} Personen beruhen, sind unterdrückt, \
             ebenso Zahlen, aus denen sie sich errechnen ließen. Eine echte Null wird gezeigt."
        ),
        format!(
            "Figures that rest on fewer than {smallest_shown} persons are withheld, and so are \
             figures from which they could be worked out. A true zero is shown."
        ),
    )
}

/// To what numbers are rounded.
pub(super) fn rounding(rounding: Rounding, lang: Lang) -> &'static str {
    match rounding {
        Rounding::None => lang.pick("keine", "none"),
        Rounding::Five => lang.pick(
            "Anzahlen und Summen auf Vielfache von 5, jede für sich; Anteile, Raten, Mittelwerte \
             und Mediane aus den genauen Zahlen",
            "counts and sums to multiples of 5, each for itself; shares, rates, means and medians \
             from the exact numbers",
        ),
    }
}

/// For whom a report is.
pub(super) fn audience(audience: Audience, lang: Lang) -> &'static str {
    match audience {
        Audience::Public => lang.pick("die Öffentlichkeit", "the public"),
        Audience::Administration => lang.pick(
            "die Verwaltung, nicht zur Weitergabe",
            "the administration, not to be passed on",
        ),
        Audience::Work => lang.pick(
            "das Team mit Zugriff auf die Einträge, nicht zur Weitergabe",
            "the team with access to the records, not to be passed on",
        ),
    }
}

/// The head of a page says for whom it is.
pub(super) fn meant_for(whom: Audience, lang: Lang) -> &'static str {
    match whom {
        Audience::Public => lang.pick("Fassung zur Weitergabe", "Version to be passed on"),
        Audience::Administration => lang.pick(
            "Leitungsfassung (nur in der Verwaltung)",
            "Leadership version (inside the administration only)",
        ),
        Audience::Work => lang.pick(
            "Arbeitsfassung (genaue Zahlen, nur im Team mit Zugriff)",
            "Working version (exact numbers, only for the team with access)",
        ),
    }
}
