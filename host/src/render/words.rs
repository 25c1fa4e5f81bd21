//! The renderer's own words in both languages.

use serde::Serialize;

use crate::domain::{Audience, Lang, Number, RecordKind, Rounding, Severity};

use super::drawing::Look;

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
    pub(super) limits: &'static str,
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
    pub(super) not_shown: &'static str,
    pub(super) dots: &'static str,
    pub(super) marks: &'static str,
    pub(super) reading: &'static str,
    pub(super) school: &'static str,
    pub(super) mean: &'static str,
    pub(super) lower_limit: &'static str,
    pub(super) upper_limit: &'static str,
    pub(super) recorded_on: &'static str,
    pub(super) days_recorded: &'static str,
    pub(super) days_possible: &'static str,
    pub(super) made_of: &'static str,
    pub(super) numerator: &'static str,
    pub(super) denominator: &'static str,
    pub(super) counted: &'static str,
    pub(super) unit: &'static str,
    pub(super) source: &'static str,
    pub(super) exclusions: &'static str,
    pub(super) definition: &'static str,
    pub(super) findings: &'static str,
    pub(super) no_findings: &'static str,
    pub(super) record: &'static str,
    pub(super) reference: &'static str,
    pub(super) day: &'static str,
    pub(super) schools: &'static str,
    pub(super) pupil: &'static str,
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
    limits: "Grenzen der Erlaubnis",
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
    not_shown: "nicht gezeigt",
    dots: "Schulen im Bild",
    marks: "Zeichen im Bild",
    reading: "Was das Bild zeigt und wie es entsteht",
    school: "Schule",
    mean: "Mittelwert",
    lower_limit: "Untere Grenze",
    upper_limit: "Obere Grenze",
    recorded_on: "Erfasst an",
    days_recorded: "Schultage mit Einträgen",
    days_possible: "Schultage im Programm",
    made_of: "Wie die Zahlen entstehen",
    numerator: "Zähler",
    denominator: "Nenner",
    counted: "Gezählt",
    unit: "Einheit",
    source: "Quelle",
    exclusions: "Ohne",
    definition: "Festgelegt in",
    findings: "Befunde",
    no_findings: "Nichts gefunden.",
    record: "Eintrag",
    reference: "Kennung",
    day: "Tag",
    schools: "Schule",
    pupil: "Kind",
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
    limits: "Limits of the grant",
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
    not_shown: "not shown",
    dots: "Schools in the picture",
    marks: "Marks in the picture",
    reading: "What the picture shows and how it is made",
    school: "School",
    mean: "Mean",
    lower_limit: "Lower limit",
    upper_limit: "Upper limit",
    recorded_on: "Recorded on",
    days_recorded: "School days with records",
    days_possible: "School days in the programme",
    made_of: "How the numbers come about",
    numerator: "Numerator",
    denominator: "Denominator",
    counted: "Counted",
    unit: "Unit",
    source: "Source",
    exclusions: "Without",
    definition: "Defined in",
    findings: "Findings",
    no_findings: "Nothing was found.",
    record: "Record",
    reference: "Reference",
    day: "Day",
    schools: "School",
    pupil: "Pupil",
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

/// The link from a picture to its table.
pub(super) fn numbers_in(caption: &str, lang: Lang) -> String {
    lang.pick(format!("Zahlen: Tabelle „{caption}“"), format!("Numbers: table “{caption}”"))
}

/// A picture in a text without pictures.
pub(super) fn pictured(title: &str, description: &str, lang: Lang) -> String {
    lang.pick(format!("Bild „{title}“: {description}"), format!("Picture “{title}”: {description}"))
}

/// The caption of the table with the limits of a picture.
pub(super) fn limits_of(title: &str, lang: Lang) -> String {
    lang.pick(format!("Grenzen zum Bild „{title}“"), format!("Limits of the picture “{title}”"))
}

/// Beside the line of all schools together.
pub(super) fn all_together(number: &str, lang: Lang) -> String {
    lang.pick(format!("alle zusammen {number}"), format!("all together {number}"))
}

/// What a screen reader says of an interval, after the number.
pub(super) fn interval(low: &str, high: &str, lang: Lang) -> String {
    lang.pick(
        format!(", 95-Prozent-Intervall {low} bis {high}"),
        format!(", 95 per cent interval {low} to {high}"),
    )
}

/// On how many school days a school recorded anything; without the first number, what follows the
/// sign in its place.
pub(super) fn coverage(recorded: Option<&str>, possible: &str, lang: Lang) -> String {
    let of = lang.pick("von", "of");
    let days = lang.pick("Schultagen", "school days");
    match recorded {
        Some(recorded) => format!("{recorded} {of} {possible} {days}"),
        None => format!("{of} {possible} {days}"),
    }
}

/// The kind of a record.
pub(super) fn record(kind: RecordKind, lang: Lang) -> &'static str {
    match kind {
        RecordKind::Household => lang.pick("Haushalt", "Household"),
        RecordKind::Pupil => lang.pick("Kind", "Pupil"),
        RecordKind::Contact => lang.pick("Kontakt", "Contact"),
        RecordKind::Absence => lang.pick("Fehlzeit", "Absence"),
    }
}

/// A severity for a style sheet.
pub(super) fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Mistake => "mistake",
    }
}

/// As `Fehler: In der Zukunft (3 gefunden)`.
pub(super) fn check(severity: Severity, title: &str, found: usize, lang: Lang) -> String {
    format!("{}: {title} ({})", severity.text().get(lang), count(found, lang))
}

/// How many records were found.
pub(super) fn count(found: usize, lang: Lang) -> String {
    let units = i64::try_from(found).unwrap_or(i64::MAX);
    let number = Number { units, decimals: 0 }.text(lang);
    format!("{number} {}", lang.pick("gefunden", "found"))
}

/// What a mark means.
pub(super) fn look(look: Look, is_of_all: bool, lang: Lang) -> &'static str {
    match look {
        Look::Bar | Look::Dot => lang.pick("gezeigte Zahl", "number shown"),
        Look::Flag => lang.pick("außerhalb der 99,8-%-Grenzen", "outside the 99.8 % limits"),
        Look::Interval => lang.pick("95-%-Intervall", "95 % interval"),
        Look::Middle if is_of_all => lang.pick("alle zusammen", "all together"),
        Look::Middle => lang.pick("Mittelwert der Schule", "the school's mean"),
        Look::Limit95 => lang.pick("95-%-Grenzen", "95 % limits"),
        Look::Limit998 => lang.pick("99,8-%-Grenzen", "99.8 % limits"),
        Look::Grey => {
            lang.pick("wenige Schultage, meist Ferien", "few school days, mostly holidays")
        }
    }
}
