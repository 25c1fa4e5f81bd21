//! How the numbers of each column come about, in words: what is counted, from where, without what.

use serde::Serialize;

use crate::domain::{Lang, NumberPassport, Source, Table};

use super::format;
use super::words::Words;

/// The passport of a column.
#[derive(Debug, Serialize)]
pub(super) struct MadeOf {
    /// The heading of the column.
    pub(super) label: String,
    pub(super) entries: Vec<Entry>,
}

/// A line of it: a term with one text or several.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) term: &'static str,
    pub(super) texts: Vec<String>,
    /// Whether the texts are for a machine rather than for reading.
    pub(super) code: bool,
}

/// The passports of a table. Columns that have the same one, such as months, share it: then the
/// label is the caption of the table.
pub(super) fn made_of(table: &Table, sources: &[Source], lang: Lang) -> Vec<MadeOf> {
    let with =
        || table.columns.iter().filter_map(|column| Some((column, column.passport.as_ref()?)));
    let Some((_, first)) = with().next() else { return Vec::new() };
    if with().count() > 1 && with().all(|(_, passport)| passport == first) {
        let unit = table.columns.first().and_then(|column| format::unit(column, lang));
        let label = format::line(table.caption.get(lang));
        return vec![MadeOf { label, entries: entries(first, unit, sources, lang) }];
    }
    with()
        .map(|(column, passport)| MadeOf {
            label: format::line(column.label.get(lang)),
            entries: entries(passport, format::unit(column, lang), sources, lang),
        })
        .collect()
}

fn entries(
    passport: &NumberPassport,
    unit: Option<String>,
    sources: &[Source],
    lang: Lang,
) -> Vec<Entry> {
    let words = Words::of(lang);
    let text = |term, text: String| Entry { term, texts: vec![text], code: false };
    let source = |name: &str| {
        let known = sources.iter().find(|source| source.dataset == name);
        known.map_or_else(|| format::line(name), |source| format::line(source.title.get(lang)))
    };
    let numerator = format::line(passport.numerator.get(lang));
    let mut entries = match &passport.denominator {
        Some(denominator) => vec![
            text(words.numerator, numerator),
            text(words.denominator, format::line(denominator.get(lang))),
        ],
        None => vec![text(words.counted, numerator)],
    };
    entries.extend(unit.map(|unit| text(words.unit, unit)));
    let mut from = vec![source(&passport.source)];
    from.extend(passport.denominator_source.as_deref().map(source));
    entries.push(Entry { term: words.source, texts: from, code: false });
    if !passport.exclusions.is_empty() {
        let texts = passport.exclusions.iter().map(|text| format::line(text.get(lang)));
        entries.push(Entry { term: words.exclusions, texts: texts.collect(), code: false });
    }
    let definition = format::line(&passport.definition);
    entries.push(Entry { term: words.definition, texts: vec![definition], code: true });
    entries
}
