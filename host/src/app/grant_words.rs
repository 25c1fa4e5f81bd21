//! What the program says when a grant is missing, over, or does not go far enough.

use crate::domain::{Coarsening, Day, Lang, Period};

use super::Error;
use super::error::ticked;

/// Grants of necessary fields are over.
pub(super) fn expired(
    plugin: &str,
    fields: &[(String, Day)],
    never: &[String],
    lang: Lang,
) -> String {
    let each = |(name, last): &(String, Day)| match lang {
        Lang::De => format!("`{name}` am {}", last.german()),
        Lang::En => format!("`{name}` on {last}"),
    };
    let list = fields.iter().map(each).collect::<Vec<_>>().join(", ");
    let text = match lang {
        Lang::De => {
            format!("das Plugin `{plugin}` braucht Felder, deren Erlaubnis abgelaufen ist: {list}")
        }
        Lang::En => format!("plugin `{plugin}` needs fields whose grants have expired: {list}"),
    };
    if never.is_empty() {
        return text;
    }
    let never = ticked(never);
    match lang {
        Lang::De => format!("{text}; und {never}, was ihm niemand erlaubt hat"),
        Lang::En => format!("{text}; and {never}, which nobody has granted"),
    }
}

/// A run looks at other days than were granted.
pub(super) fn outside(
    plugin: &str,
    fields: &[String],
    days: (Option<Day>, Option<Day>),
    period: Period,
    lang: Lang,
) -> String {
    let (fields, days) = (ticked(fields), granted_days(days, lang));
    let Period { first, last } = period;
    match lang {
        Lang::De => format!(
            "das Plugin `{plugin}` darf {fields} {days} lesen, und gefragt ist {} bis {}",
            first.german(),
            last.german()
        ),
        Lang::En => {
            format!("plugin `{plugin}` may read {fields} {days}, and the run is over {period}")
        }
    }
}

/// As `only from 2025-08-01 to 2026-07-31`.
fn granted_days(days: (Option<Day>, Option<Day>), lang: Lang) -> String {
    let words = match days {
        (Some(first), Some(last)) if last < first => {
            return lang.pick("an keinem gemeinsamen Tag", "on no day in common").into();
        }
        (Some(first), Some(last)) => lang
            .pick(format!("vom {} bis {}", first.german(), last.german()), {
                format!("from {first} to {last}")
            }),
        (Some(first), None) => {
            lang.pick(format!("ab {}", first.german()), format!("from {first} on"))
        }
        (None, Some(last)) => lang.pick(format!("bis {}", last.german()), format!("up to {last}")),
        (None, None) => return lang.pick("an jedem Tag", "on any day").into(),
    };
    format!("{} {words}", lang.pick("nur", "only"))
}

/// What to do next.
pub(super) fn hint(error: &Error, lang: Lang) -> Option<String> {
    Some(match error {
        Error::GrantExpired { again: Some(command), never, .. } => {
            let more = never.join(" ");
            let day = lang.pick("TAG", "DAY");
            lang.pick(
                format!("als eine Zeile: `{command} --until {day}`{}", also(&more, lang)),
                format!("to allow it as before, run `{command} --until {day}`{}", also(&more, lang)),
            )
        }
        Error::GrantExpired { plugin, .. } => lang.pick(
            format!("wie weit sie ging, zeigt `tridem plugin access {plugin}`; neu erlauben mit `tridem plugin grant`"),
            format!("`tridem plugin access {plugin}` shows how far they went; allow it again with `tridem plugin grant`"),
        ),
        Error::OutsideGrant { plugin, fields, first, last, .. } => {
            let fields = fields.join(" ");
            let is_some_day = first.zip(*last).is_none_or(|(first, last)| first <= last);
            let run = match (first, last) {
                (Some(first), Some(last)) if is_some_day => {
                    lang.pick(
                        format!("fragen Sie nach `--from {first} --until {last}` oder weniger, oder "),
                        format!("ask for `--from {first} --until {last}` or less, or "),
                    )
                }
                _ => String::new(),
            };
            lang.pick(
                format!("{run}erlauben Sie mehr mit `tridem plugin grant {plugin} {fields}` und den Tagen"),
                format!("{run}allow more with `tridem plugin grant {plugin} {fields}` and the days"),
            )
        }
        Error::NoSchoolGranted(plugin) => lang.pick(
            format!("von welchen Schulen es was lesen darf, zeigt `tridem plugin access {plugin}`"),
            format!("`tridem plugin access {plugin}` shows what it may read of which schools"),
        ),
        Error::CoarseNotNamed(field) => lang.pick(
            format!("nennen Sie auch `{field}` als Feld"),
            format!("name `{field}` as a field as well"),
        ),
        Error::NoCoarserForm { fitting, .. } if fitting.is_empty() => lang
            .pick(
                "erlauben Sie es so, wie es ist, oder gar nicht",
                "grant it as it is, or not at all",
            )
            .into(),
        Error::NoCoarserForm { fitting, .. } => {
            let forms = Coarsening::codes(fitting);
            lang.pick(format!("es geht: {forms}"), format!("it can be {forms}"))
        }
        Error::GrantIsOver(_) => lang
            .pick("nennen Sie einen Tag ab heute", "name a day from today on")
            .into(),
        _ => return None,
    })
}

fn also(fields: &str, lang: Lang) -> String {
    if fields.is_empty() {
        return String::new();
    }
    lang.pick(format!("; dazu erlauben: {fields}"), format!("; and grant {fields}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_grant_that_is_over_says_since_when_and_how_to_go_on() {
        let error = Error::GrantExpired {
            plugin: "a.b.c".into(),
            fields: vec![("contacts.day".into(), day("2026-07-31"))],
            never: vec!["contacts.kind".into()],
            again: Some("tridem plugin grant a.b.c contacts.day --school 990001".into()),
        };
        assert_eq!(
            error.to_string(),
            "plugin `a.b.c` needs fields whose grants have expired: `contacts.day` on 2026-07-31; \
             and `contacts.kind`, which nobody has granted"
        );
        assert_eq!(
            hint(&error, Lang::En).unwrap(),
            "to allow it as before, run `tridem plugin grant a.b.c contacts.day --school 990001 \
             --until DAY`; and grant contacts.kind"
        );
        assert!(error.message(Lang::De).contains("`contacts.day` am 31.07.2026"));
    }

    #[test]
    fn granted_days_are_named_where_a_run_goes_beyond_them() {
        let period = Period::new(day("2025-08-01"), day("2026-07-31")).unwrap();
        let say = |first: Option<&str>, last: Option<&str>| {
            let error = Error::OutsideGrant {
                plugin: "a.b.c".into(),
                fields: vec!["contacts.day".into()],
                first: first.map(day),
                last: last.map(day),
                period,
            };
            (error.to_string(), hint(&error, Lang::En).unwrap())
        };
        let (sentence, advice) = say(Some("2025-09-01"), Some("2025-12-31"));
        assert_eq!(
            sentence,
            "plugin `a.b.c` may read `contacts.day` only from 2025-09-01 to 2025-12-31, and the run \
             is over 2025-08-01 to 2026-07-31"
        );
        assert!(advice.starts_with("ask for `--from 2025-09-01 --until 2025-12-31`"), "{advice}");
        assert!(say(Some("2025-09-01"), None).0.contains("only from 2025-09-01 on,"));
        let (sentence, advice) = say(Some("2026-01-01"), Some("2025-12-31"));
        assert!(sentence.contains("on no day in common"), "{sentence}");
        assert!(advice.starts_with("allow more"), "{advice}");
    }
}
