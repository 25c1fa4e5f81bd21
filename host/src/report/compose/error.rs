//! Why a composed document cannot become a report, for the operator and for the plugin's author.

use crate::domain::Audience;

/// Most places named in one message.
const MOST_PLACES: usize = 5;

/// What keeps a document in the team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bar {
    /// Words that the plugin made up after it had read records.
    OwnWords {
        /// Where they stand.
        place: String,
    },
    /// A number that does not say how many persons it rests on.
    NoBase {
        /// Where it stands.
        place: String,
    },
    /// It points at records.
    Findings {
        /// Where.
        place: String,
    },
    /// The same report has figures that the host counted. What is withheld there could be worked out
    /// from what the plugin counted, and the host cannot tell.
    BesideFigures,
}

impl Bar {
    /// For the plugin's author, in English like all that is wrong inside a plugin.
    pub fn english(&self) -> String {
        match self {
            Self::OwnWords { place } => {
                format!("{place} has words of the plugin's own instead of a phrase")
            }
            Self::NoBase { place } => format!("{place} has a number without a base"),
            Self::Findings { place } => format!("{place} has findings"),
            Self::BesideFigures => "the plugin exports `classify` as well as `compose`".into(),
        }
    }
}

/// Why what a plugin composed cannot become a report.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// It was to leave the team, and may not.
    #[error("what plugin `{plugin}` composed must stay in the team: {}", listed(bars))]
    StaysInside { plugin: String, audience: Audience, bars: Vec<Bar> },

    /// Too much was published before to weigh it against all of it.
    #[error(
        "`{plugin}` has published too many reports over parts of this period to weigh one more against \
         all of them"
    )]
    TooManyWays { plugin: String },

    /// A finding with a pseudonym that was in no row that the plugin got.
    #[error("plugin `{plugin}` points at a record that it was never given: {place}")]
    UnknownRecord { plugin: String, place: String },
}

impl ComposeError {
    /// One thing the operator can do next; `None` where only the plugin's author can.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::StaysInside { .. } => Some(
                "`--audience work` makes it for those who may see the records; whether it can be \
                 made to be passed on is for the plugin's author"
                    .into(),
            ),
            Self::TooManyWays { .. } => Some(
                "`tridem report published` lists them, and `--audience work` makes the report for the \
                 team"
                    .into(),
            ),
            Self::UnknownRecord { .. } => None,
        }
    }

    /// The message in German. What is wrong inside the plugin is told in English, as everywhere.
    pub fn german(&self) -> String {
        match self {
            Self::StaysInside { plugin, bars, .. } => format!(
                "was das Plugin `{plugin}` zusammengestellt hat, muss im Team bleiben: {}",
                listed(bars)
            ),
            Self::TooManyWays { plugin } => format!(
                "`{plugin}` hat über Teile dieses Zeitraums zu viele Berichte veröffentlicht, um noch \
                 einen gegen alle abzuwägen"
            ),
            Self::UnknownRecord { plugin, place } => format!(
                "das Plugin `{plugin}` zeigt auf einen Eintrag, den es nie bekommen hat: {place}"
            ),
        }
    }

    /// The hint in German, where there is one.
    pub fn german_hint(&self) -> Option<String> {
        match self {
            Self::StaysInside { .. } => Some(
                "mit `--audience work` entsteht er für die, die die Einträge sehen dürfen; ob er sich \
                 zur Weitergabe machen lässt, ist Sache der Autorin oder des Autors des Plugins"
                    .into(),
            ),
            Self::TooManyWays { .. } => Some(
                "`tridem report published` zählt sie auf, und mit `--audience work` entsteht der Bericht \
                 für das Team"
                    .into(),
            ),
            Self::UnknownRecord { .. } => None,
        }
    }
}

fn listed(bars: &[Bar]) -> String {
    let text = bars.iter().take(MOST_PLACES).map(Bar::english).collect::<Vec<_>>().join("; ");
    match bars.len().saturating_sub(MOST_PLACES) {
        0 => text,
        more => format!("{text}; and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let place = || "block 1".to_owned();
        let samples = [
            ComposeError::StaysInside {
                plugin: "x".into(),
                audience: Audience::Public,
                bars: vec![Bar::NoBase { place: place() }],
            },
            ComposeError::TooManyWays { plugin: "x".into() },
            ComposeError::UnknownRecord { plugin: "x".into(), place: place() },
        ];
        for error in samples {
            assert_ne!(error.german(), error.to_string());
            assert_eq!(error.hint().is_some(), error.german_hint().is_some(), "{error}");
            assert!(error.hint().is_none() || error.hint() != error.german_hint(), "{error}");
        }
    }

    #[test]
    fn a_long_list_of_places_is_cut_and_says_so() {
        let bars = |many| (1..=many).map(|n| Bar::Findings { place: format!("block {n}") });
        assert_eq!(listed(&bars(1).collect::<Vec<_>>()), "block 1 has findings");
        let text = listed(&bars(7).collect::<Vec<_>>());
        assert!(text.ends_with("block 5 has findings; and 2 more"), "{text}");
    }
}
