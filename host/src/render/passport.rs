//! The passport of a report in words: where its figures come from.

use serde::Serialize;

use crate::domain::{Lang, Number, Passport, Setting, Source};

use super::format;
use super::words::{self, Words};

/// A line of the passport: a term with one text or several.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    /// A name for templates that want to treat one entry in another way.
    pub(super) id: &'static str,
    pub(super) term: &'static str,
    pub(super) texts: Vec<String>,
    /// Whether the texts are for a machine rather than for reading.
    pub(super) code: bool,
}

/// All of a passport, in reading order.
pub(super) fn entries(passport: &Passport, lang: Lang) -> Vec<Entry> {
    let words = Words::of(lang);
    let one = |id, term, text: String| Entry { id, term, texts: vec![text], code: false };
    let code =
        |id, term, text: &str| Entry { id, term, texts: vec![format::line(text)], code: true };
    let sources = passport.sources.iter().map(|each| source(each, lang)).collect();
    let mut settings: Vec<String> =
        passport.settings.iter().map(|each| setting(each, lang)).collect();
    if settings.is_empty() {
        settings.push(words.none.to_owned());
    }
    let mut entries = vec![
        one("period", words.period, format::period(passport.period, lang)),
        one("as-of", words.as_of, format::day(passport.as_of, lang)),
        one("plugin", words.plugin, format::line(passport.plugin_title.get(lang))),
        code("plugin-id", words.plugin_id, &passport.plugin),
        one("plugin-version", words.plugin_version, format::line(&passport.plugin_version)),
        code("package", words.package, &passport.package_sha256),
        Entry { id: "sources", term: words.sources, texts: sources, code: false },
        Entry { id: "settings", term: words.settings, texts: settings, code: false },
        one("audience", words.audience, words::audience(passport.audience, lang).to_owned()),
        one("rule", words.rule, words::rule(passport.smallest_shown, lang)),
    ];
    // What the form before did not have is said where it says something.
    if !passport.rounding.is_none() {
        let text = words::rounding(passport.rounding, lang).to_owned();
        entries.push(one("rounding", words.rounding, text));
    }
    if !passport.rules.is_empty() {
        entries.push(code("rules", words.rules, &passport.rules.join(", ")));
    }
    if let Some(digest) = &passport.data_digest {
        entries.push(code("data-digest", words.data_digest, digest));
    }
    if let Some(digest) = &passport.grant_digest {
        entries.push(code("grant-digest", words.grant_digest, digest));
    }
    if !passport.limits.is_empty() {
        let texts = passport.limits.iter().map(|text| format::line(text.get(lang))).collect();
        entries.push(Entry { id: "limits", term: words.limits, texts, code: false });
    }
    if let Some(fuel) = passport.fuel {
        let units = i64::try_from(fuel).unwrap_or(i64::MAX);
        let text = format::number(Number { units, decimals: 0 }, lang);
        entries.push(one("fuel", words.fuel, text));
    }
    entries.push(one("software", words.software, format::line(&passport.software)));
    entries.push(one("engine", words.engine, format::line(&passport.engine)));
    entries
}

/// As `Kontakte: Schule, Tag, Art`.
fn source(source: &Source, lang: Lang) -> String {
    let fields: Vec<String> =
        source.field_titles.iter().map(|title| format::line(title.get(lang))).collect();
    format!("{}: {}", format::line(source.title.get(lang)), fields.join(", "))
}

/// As `Mindestdauer: 10`.
fn setting(setting: &Setting, lang: Lang) -> String {
    let words = Words::of(lang);
    let value = match &setting.value {
        serde_json::Value::Bool(true) => words.yes.to_owned(),
        serde_json::Value::Bool(false) => words.no.to_owned(),
        serde_json::Value::String(text) => format::line(text),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(units) => format::number(Number { units, decimals: 0 }, lang),
            None => number.to_string().replace('.', lang.pick(",", ".")),
        },
        other => format::line(&other.to_string()),
    };
    format!("{}: {value}", format::line(setting.title.get(lang)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Audience, Rounding, Text};
    use crate::render::sample;

    #[test]
    fn parameters_are_written_in_the_language() {
        for (value, german, english) in [
            (json!(true), "Wert: ja", "Value: yes"),
            (json!(12_000), "Wert: 12.000", "Value: 12,000"),
            (json!(-0.5), "Wert: -0,5", "Value: -0.5"),
            (json!("a\nb"), "Wert: a b", "Value: a b"),
            (json!(null), "Wert: null", "Value: null"),
        ] {
            let one = Setting { name: "value".into(), title: Text::new("Wert", "Value"), value };
            assert_eq!(setting(&one, Lang::De), german);
            assert_eq!(setting(&one, Lang::En), english);
        }
    }

    #[test]
    fn no_parameters_are_said_to_be_none() {
        let mut passport = sample::small().passport;
        passport.settings.clear();
        let entries = entries(&passport, Lang::En);
        let settings = entries.iter().find(|entry| entry.id == "settings").unwrap();
        assert_eq!(settings.texts, ["none"]);
    }

    #[test]
    fn a_working_version_says_so_and_what_is_rounded() {
        let mut passport = sample::small().passport;
        passport.audience = Audience::Work;
        passport.smallest_shown = 1;
        passport.rounding = Rounding::Five;
        passport.rules = vec!["disclosure/1".into(), "wilson+byar/1".into()];
        passport.fuel = Some(12_345);
        let entries = entries(&passport, Lang::De);
        let text = |id| entries.iter().find(|entry| entry.id == id).map(|it| it.texts.join(""));
        assert_eq!(
            text("audience").as_deref(),
            Some("das Team mit Zugriff auf die Einträge, nicht zur Weitergabe")
        );
        assert!(text("rule").unwrap().starts_with("Nichts ist unterdrückt"));
        assert!(text("rounding").unwrap().starts_with("Anzahlen und Summen auf Vielfache von 5"));
        assert_eq!(text("rules").as_deref(), Some("disclosure/1, wilson+byar/1"));
        assert_eq!(text("fuel").as_deref(), Some("12.345"));
        assert_eq!(text("data-digest"), None);
    }

    #[test]
    fn sources_name_their_fields_and_no_number() {
        let passport = sample::small().passport;
        assert_eq!(source(&passport.sources[0], Lang::De), "Kontakte: Schule, Art");
        assert_eq!(source(&passport.sources[0], Lang::En), "Contacts: School, Kind");
    }
}
