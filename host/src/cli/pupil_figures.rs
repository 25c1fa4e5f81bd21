//! What a pupil could miss and missed, with the rates, as lines of `tridem pupil show`.

use crate::app::{PupilDetails, Words};
use crate::domain::{AttendanceFigures, Lang};

use super::school::show;

/// German heading, English heading and value of each line.
pub(super) fn lines(
    found: &PupilDetails,
    words: &Words,
    lang: Lang,
) -> Vec<(String, String, String)> {
    let year = found.year;
    let mut lines = Vec::new();
    if !found.is_recorded {
        let value = lang.pick(
            "die Schule erfasst keine Fehlzeiten, darum wird nichts bewertet",
            "the school records no absences, so nothing is rated",
        );
        lines.push((format!("Quote {year}:"), format!("rate {year}:"), value.to_owned()));
    }
    for figures in &found.figures {
        let term = term_word(figures, words);
        lines.push((
            format!("Quote {year}, {}:", term.0),
            format!("rate {year}, {}:", term.1),
            rated(figures, words, lang),
        ));
    }
    for conflict in &found.conflicts {
        let day = show(conflict.day, lang);
        let value = format!("{day}: {}", conflict.why.get(lang));
        lines.push(("Widerspruch".to_owned() + ",", "contradiction,".to_owned(), value));
    }
    lines
}

fn term_word(figures: &AttendanceFigures, words: &Words) -> (String, String) {
    let code = words.code_of("term", figures.term.code());
    (code.de, code.en)
}

/// Possible and missed units, the rates, and what they amount to.
fn rated(figures: &AttendanceFigures, words: &Words, lang: Lang) -> String {
    let unit = words.code("absence-unit", figures.unit);
    let AttendanceFigures { days, possible, excused, unexcused, open, .. } = *figures;
    let missed = figures.missed();
    let mut text = lang.pick(
        format!(
            "möglich {possible} × {} an {days} Schultagen; gefehlt {missed}, davon entschuldigt \
             {excused}, unentschuldigt {unexcused}, offen {open}",
            unit.de
        ),
        format!(
            "possible {possible} × {} on {days} school days; missed {missed}, of it excused \
             {excused}, unexcused {unexcused}, open {open}",
            unit.en
        ),
    );
    if !figures.is_rated() {
        return text + lang.pick("; zu kurz, nicht bewertet", "; too short, not rated");
    }
    for (de, en, rate) in [
        ("Fehlquote", "absence rate", figures.absence_rate()),
        ("unentschuldigt", "unexcused rate", figures.unexcused_rate()),
        ("offener Anteil", "open share", figures.open_share()),
    ] {
        if let Some(rate) = rate {
            let rate = rate.bare_text(lang);
            text.extend(["; ", lang.pick(de, en), " ", &rate, " %"]);
        }
    }
    if figures.is_persistent() {
        text += lang.pick("; anhaltend", "; persistent");
    }
    if figures.is_severe() {
        text += lang.pick("; schwer", "; severe");
    }
    text
}
