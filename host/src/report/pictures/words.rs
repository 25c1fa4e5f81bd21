//! What pictures are called and say, in both languages.

use crate::domain::{Dot, IntervalMethod, Lang, Number, Panel, Text};

/// Why a share or rate is drawn as dots and not as a funnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// Fewer schools than this show their number and size.
    TooFew(usize),
    /// Half of the schools or more lie outside the limits.
    TooDifferent { outside: usize, of: usize },
    /// The numbers it was made from are shown rounded.
    Rounded,
    /// Limits cannot be worked out.
    NoLimits,
}

/// A text made in each language.
fn both(text: impl Fn(Lang) -> String) -> Text {
    Text::new(text(Lang::De), text(Lang::En))
}

/// A number with its unit.
fn with_unit(number: Number, unit: Option<&Text>, lang: Lang) -> String {
    let number = number.text(lang);
    match unit.map(|unit| unit.get(lang)).filter(|unit| !unit.is_empty()) {
        Some(unit) => format!("{number}\u{a0}{unit}"),
        None => number,
    }
}

/// Names as a list in a sentence.
fn listed(names: &[String], lang: Lang) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {} {last}", first.join(", "), lang.pick("und", "and")),
    }
}

pub(super) fn months_title(caption: &Text) -> Text {
    Text::new(
        format!("{}: jede Schule mit ihrer eigenen Entwicklung", caption.de),
        format!("{}: each school with its own history", caption.en),
    )
}

pub(super) fn months_description(panels: &[Panel], labels: &[Text], greyed: &[bool]) -> Text {
    both(|lang| {
        let label = |place: usize| labels.get(place).map_or("", |label| label.get(lang));
        let mut sentences = vec![frame(panels.len(), label(0), label(labels.len() - 1), lang)];
        sentences.push(own_limits(panels, lang));
        let signals: Vec<String> = panels
            .iter()
            .flat_map(|panel| {
                let places = panel.history.iter().flat_map(|history| &history.signals);
                places.filter_map(move |place| {
                    let value = panel.values.get(*place).copied().flatten()?.text(lang);
                    let (name, within) = (panel.label.get(lang), lang.pick("im", "in"));
                    Some(format!("{name} {within} {} ({value})", label(*place)))
                })
            })
            .collect();
        if panels.iter().any(|panel| panel.history.is_some()) {
            sentences.push(match signals.len() {
                0 => lang.pick(
                    "Kein Monat liegt außerhalb der eigenen 99,8-%-Grenzen seiner Schule.".into(),
                    "No month lies outside its school's own 99.8 % limits.".into(),
                ),
                1 => lang.pick(
                    format!(
                        "Außerhalb der eigenen 99,8-%-Grenzen liegt 1 Monat: {}.",
                        listed(&signals, lang)
                    ),
                    format!(
                        "1 month lies outside its school's own 99.8 % limits: {}.",
                        listed(&signals, lang)
                    ),
                ),
                many => lang.pick(
                    format!(
                        "Außerhalb der eigenen 99,8-%-Grenzen liegen {many} Monate: {}.",
                        listed(&signals, lang)
                    ),
                    format!(
                        "{many} months lie outside their school's own 99.8 % limits: {}.",
                        listed(&signals, lang)
                    ),
                ),
            });
        }
        let grey: Vec<String> = greyed
            .iter()
            .enumerate()
            .filter(|(_, is_grey)| **is_grey)
            .map(|(place, _)| label(place).to_owned())
            .collect();
        if !grey.is_empty() {
            let grey = listed(&grey, lang);
            sentences.push(lang.pick(
                format!(
                    "Grau hinterlegt sind Monate mit wenigen Schultagen, meist Ferien: {grey}. Sie \
                     zählen nicht zu Mittelwert und Grenzen."
                ),
                format!(
                    "Months with few school days, mostly holidays, are grey: {grey}. They do not \
                     count towards mean and limits."
                ),
            ));
        }
        if panels.iter().any(|panel| panel.values.contains(&None)) {
            sentences.push(
                lang.pick(
                    "Lücken sind Zahlen, die auch die Tabelle nicht zeigt.",
                    "Gaps are numbers that the table does not show either.",
                )
                .into(),
            );
        }
        sentences.join(" ")
    })
}

fn frame(panels: usize, first: &str, last: &str, lang: Lang) -> String {
    match panels {
        1 => lang.pick(
            format!("Ein Bild für die eine Schule mit ihren Zahlen von {first} bis {last}."),
            format!("One panel for the one school with its numbers from {first} to {last}."),
        ),
        many => lang.pick(
            format!(
                "{many} kleine Bilder, eines je Schule in der Reihenfolge der Tabelle, mit ihren \
                 Zahlen von {first} bis {last} auf einer gemeinsamen Skala."
            ),
            format!(
                "{many} small panels, one for each school in the order of the table, with its \
                 numbers from {first} to {last} on one common scale."
            ),
        ),
    }
}

fn own_limits(panels: &[Panel], lang: Lang) -> String {
    let with = panels.iter().filter(|panel| panel.history.is_some()).count();
    match with {
        0 => lang.pick(
            "Keine Schule zeigt zehn Monate außerhalb der Ferien, darum sind keine Mittelwerte und \
             Grenzen eingezeichnet."
                .into(),
            "No school shows ten months outside the holidays, so no mean and no limits are drawn."
                .into(),
        ),
        all if all == panels.len() => lang.pick(
            "Die Linien sind der eigene Mittelwert und die eigenen Grenzen jeder Schule.".into(),
            "The lines are each school's own mean and limits.".into(),
        ),
        some => lang.pick(
            format!(
                "Bei {some} von {} Schulen sind der eigene Mittelwert und die eigenen Grenzen \
                 eingezeichnet; die anderen zeigen weniger als zehn Monate außerhalb der Ferien.",
                panels.len()
            ),
            format!(
                "For {some} of {} schools their own mean and limits are drawn; the others show \
                 fewer than ten months outside the holidays.",
                panels.len()
            ),
        ),
    }
}

pub(super) fn months_notes(panels: &[Panel]) -> Vec<Text> {
    if panels.iter().all(|panel| panel.history.is_none()) {
        return Vec::new();
    }
    vec![
        Text::new(
            "Grenzen: Mittelwert der gezeigten Monate ± 3,09 Standardabweichungen, diese geschätzt \
             als mittlere gleitende Spanne geteilt durch 1,128; nicht unter 0; ab zehn Monaten. Auch \
             wenn sich nichts geändert hat, liegt etwa einer von 500 Monaten außerhalb.",
            "Limits: mean of the months shown ± 3.09 standard deviations, estimated as the mean \
             moving range divided by 1.128; not below 0; from ten months on. Even if nothing \
             changed, about one month in 500 lies outside.",
        ),
        Text::new(
            "Verfahren: Einzelwertkarte mit gleitender Spanne (Shewhart 1931; Wheeler 1993; NHS \
             England, Making Data Count).",
            "Method: chart of individuals and moving ranges (Shewhart 1931; Wheeler 1993; NHS \
             England, Making Data Count).",
        ),
    ]
}

pub(super) fn rates_title(column: &Text, caption: &Text) -> Text {
    let text = |lang: Lang| format!("{}: {}", caption.get(lang), column.get(lang));
    both(text)
}

/// What the size of a school is in a funnel.
pub(super) fn size(label: &Text, unit: Option<&Text>) -> Text {
    both(|lang| match unit.map(|unit| unit.get(lang)).filter(|unit| !unit.is_empty()) {
        Some(unit) => format!("{} ({unit})", label.get(lang)),
        None => label.get(lang).to_owned(),
    })
}

pub(super) fn funnel_description(
    dots: &[Dot],
    overall: Number,
    unit: Option<&Text>,
    size: &Text,
    schools: u32,
) -> Text {
    both(|lang| {
        let drawn: Vec<&Dot> = dots.iter().filter(|dot| dot.limits.is_some()).collect();
        let many = drawn.len();
        let overall = with_unit(overall, unit, lang);
        let size = size.get(lang);
        let mut sentences = vec![lang.pick(
            format!(
                "{many} Schulen als Punkte: nach rechts ihre Größe ({size}), nach oben ihre Zahl. \
                 Die waagerechte Linie ist die Zahl aller zusammen, {overall}. Zwischen den Linien \
                 um sie herum liegt, was allein der Zufall erklärt; bei kleinen Schulen ist das mehr."
            ),
            format!(
                "{many} schools as dots: to the right their size ({size}), upwards their number. \
                 The level line is the number of all together, {overall}. Between the lines around \
                 it lies what chance alone explains; for small schools that is more."
            ),
        )];
        let signals: Vec<String> = drawn
            .iter()
            .filter(|dot| dot.is_signal)
            .filter_map(|dot| {
                Some(format!("{} ({})", dot.label.get(lang), with_unit(dot.value?, unit, lang)))
            })
            .collect();
        let names = listed(&signals, lang);
        sentences.push(match signals.len() {
            0 => lang.pick(
                "Keine Schule liegt außerhalb der 99,8-%-Grenzen.".into(),
                "No school lies outside the 99.8 % limits.".into(),
            ),
            1 => lang.pick(
                format!("Eine Schule liegt außerhalb der 99,8-%-Grenzen: {names}."),
                format!("One school lies outside the 99.8 % limits: {names}."),
            ),
            some => lang.pick(
                format!("{some} Schulen liegen außerhalb der 99,8-%-Grenzen: {names}."),
                format!("{some} schools lie outside the 99.8 % limits: {names}."),
            ),
        });
        sentences.push(by_chance(schools, lang));
        sentences.extend(not_drawn(dots.len() - many, lang));
        sentences.join(" ")
    })
}

/// Why 95 % limits are no alarm: with nine schools at least one lies outside in 37 % of cases.
fn by_chance(schools: u32, lang: Lang) -> String {
    let inside = (0..schools).fold(1.0, |inside, _| inside * 0.95);
    let percent = ((1.0 - inside) * 100.0_f64).round();
    lang.pick(
        format!(
            "Mit {schools} Schulen liegt in {percent} % der Fälle allein durch Zufall mindestens \
             eine außerhalb der 95-%-Grenzen; hervorgehoben wird darum nur, wer außerhalb der \
             99,8-%-Grenzen liegt."
        ),
        format!(
            "With {schools} schools at least one lies outside the 95 % limits by chance in \
             {percent} % of cases; so only those outside the 99.8 % limits are flagged."
        ),
    )
}

fn not_drawn(many: usize, lang: Lang) -> Option<String> {
    match many {
        0 => None,
        1 => Some(lang.pick(
            "Eine Schule fehlt im Bild, weil die Tabelle ihre Zahl nicht zeigt.".into(),
            "One school is not in the picture, because the table does not show its number.".into(),
        )),
        some => Some(lang.pick(
            format!("{some} Schulen fehlen im Bild, weil die Tabelle ihre Zahlen nicht zeigt."),
            format!(
                "{some} schools are not in the picture, because the table does not show their \
                 numbers."
            ),
        )),
    }
}

pub(super) fn funnel_notes(method: IntervalMethod) -> Vec<Text> {
    let limits = match method {
        IntervalMethod::Wilson => Text::new(
            "Grenzen: Binomialverteilung um den Anteil aller zusammen, exakt mit Interpolation; \
             außerhalb liegen auf jeder Seite weniger als 2,5 % (95-%-Grenzen) und 0,1 % \
             (99,8-%-Grenzen).",
            "Limits: binomial distribution around the share of all together, exact with \
             interpolation; on each side less than 2.5 % (95 % limits) and 0.1 % (99.8 % limits) \
             lie outside.",
        ),
        IntervalMethod::Byar => Text::new(
            "Grenzen: Poisson-Verteilung um die Rate aller zusammen, exakt mit Interpolation; \
             außerhalb liegen auf jeder Seite weniger als 2,5 % (95-%-Grenzen) und 0,1 % \
             (99,8-%-Grenzen).",
            "Limits: Poisson distribution around the rate of all together, exact with \
             interpolation; on each side less than 2.5 % (95 % limits) and 0.1 % (99.8 % limits) \
             lie outside.",
        ),
    };
    vec![
        limits,
        Text::new(
            "Verfahren: Trichterdiagramm (Spiegelhalter, Statistics in Medicine 24, 2005). Es ist \
             keine Rangfolge: Wer innerhalb der Grenzen liegt, unterscheidet sich nicht erkennbar \
             von den anderen.",
            "Method: funnel plot (Spiegelhalter, Statistics in Medicine 24, 2005). It is no \
             ranking: schools inside the limits do not differ recognisably.",
        ),
    ]
}

pub(super) fn dots_description(
    dots: &[Dot],
    overall: Option<Number>,
    unit: Option<&Text>,
    reason: &Reason,
) -> Text {
    both(|lang| {
        let drawn = dots.iter().filter(|dot| dot.value.is_some()).count();
        let mut sentences = vec![lang.pick(
            format!(
                "{drawn} Schulen in der Reihenfolge der Tabelle, jede mit ihrer Zahl als Punkt und \
                 ihrem 95-%-Intervall als Strich."
            ),
            format!(
                "{drawn} schools in the order of the table, each with its number as a dot and its \
                 95 % interval as a line."
            ),
        )];
        if let Some(overall) = overall {
            let overall = with_unit(overall, unit, lang);
            sentences.push(lang.pick(
                format!("Die senkrechte Linie ist die Zahl aller zusammen, {overall}."),
                format!("The upright line is the number of all together, {overall}."),
            ));
        }
        sentences.extend(why_dots(reason, lang));
        sentences.extend(not_drawn(dots.len() - drawn, lang));
        sentences.join(" ")
    })
}

fn why_dots(reason: &Reason, lang: Lang) -> Option<String> {
    match reason {
        Reason::TooFew(least) => Some(lang.pick(
            format!(
                "Für Grenzen, die der Zufall erklärt, braucht es mindestens {least} Schulen mit \
                 gezeigter Zahl; darum ist keine Schule hervorgehoben."
            ),
            format!(
                "Limits that chance explains need at least {least} schools with a number shown; so \
                 no school is flagged."
            ),
        )),
        Reason::TooDifferent { outside, of } => Some(lang.pick(
            format!(
                "{outside} von {of} Schulen liegen außerhalb dessen, was allein der Zufall erklärt \
                 (99,8-%-Grenzen). Die Schulen unterscheiden sich also im Ganzen, etwa in ihren \
                 Aufgaben; solche Grenzen sagen dann nichts über eine einzelne, und keine ist \
                 hervorgehoben."
            ),
            format!(
                "{outside} of {of} schools lie outside what chance alone explains (99.8 % limits). \
                 So the schools differ as a whole, for example in their tasks; such limits then \
                 say nothing about a single one, and none is flagged."
            ),
        )),
        Reason::Rounded => Some(lang.pick(
            "Die Anzahlen dahinter sind gerundet; Grenzen, die der Zufall erklärt, lassen sich aus \
             ihnen nicht errechnen, und keine Schule ist hervorgehoben."
                .into(),
            "The counts behind them are rounded; limits that chance explains cannot be worked out \
             from them, and no school is flagged."
                .into(),
        )),
        Reason::NoLimits => None,
    }
}

pub(super) fn dots_notes(method: IntervalMethod) -> Vec<Text> {
    let interval = match method {
        IntervalMethod::Wilson => Text::new(
            "Intervall: Wilson-Score-Intervall, 95 %. Je weniger Fälle, desto breiter ist es.",
            "Interval: Wilson score interval, 95 %. The fewer cases, the wider it is.",
        ),
        IntervalMethod::Byar => Text::new(
            "Intervall: Byars Näherung der Poisson-Grenzen, 95 %. Je weniger Fälle, desto breiter \
             ist es.",
            "Interval: Byar's approximation to the Poisson limits, 95 %. The fewer cases, the wider \
             it is.",
        ),
    };
    vec![interval]
}
