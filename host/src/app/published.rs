//! What was published to whom: weighed before a report is made, remembered with it, listed, and taken
//! back where nobody got it.

use crate::capture::LONGEST_TEXT;
use crate::domain::{Audience, Id, Lang, Scope};
use crate::report::{self, Before, Published, Weighed};
use crate::store::{PublishedEntry, PublishedReport, Withdrawal};

use super::authorization::UseCase;
use super::reports::Made;
use super::workspace::{App, now};
use super::{Actor, Error};

/// Most numbers that one report for others than the team may show. The largest of the reference plugins
/// shows about 25 for each school and month.
pub const MOST_NUMBERS: u64 = 20_000;

/// Most numbers that all reports of a plugin together may show to one audience within a year, besides
/// those that were shown before.
pub const MOST_NUMBERS_A_YEAR: u64 = 100_000;

/// A year, in seconds.
const YEAR: i64 = 366 * 24 * 60 * 60;

/// Why a report is not published, or not withdrawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// Too much was published before to weigh it against all of it.
    #[error(
        "`{plugin}` has published too many reports over parts of this period to weigh one more against \
         all of them"
    )]
    TooManyWays { plugin: String },
    /// It would show more numbers than a report may.
    #[error(
        "the report of `{plugin}` would show {numbers} numbers, more than the {MOST_NUMBERS} allowed"
    )]
    ReportTooLarge { plugin: String, numbers: u64 },
    /// Together with those of the last year it would.
    #[error(
        "with this report `{plugin}` would have shown {numbers} different numbers within a year, more \
         than the {MOST_NUMBERS_A_YEAR} allowed"
    )]
    YearTooLarge { plugin: String, numbers: u64 },
    /// Another one was published while it was made.
    #[error("another report of `{0}` was published meanwhile")]
    Meanwhile(String),
    /// It is not remembered as published.
    #[error("report `{0}` was not published: it is a working version, or older than the list")]
    NotPublished(Id),
    /// It was withdrawn.
    #[error("report `{0}` was withdrawn")]
    Withdrawn(Id),
    /// The reason is missing or too long.
    #[error("the reason of a withdrawal is one line of 1 to {LONGEST_TEXT} characters")]
    BadReason,
}

impl PublishError {
    /// The message in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Self::TooManyWays { plugin } => format!(
                "`{plugin}` hat über Teile dieses Zeitraums zu viele Berichte veröffentlicht, um noch \
                 einen gegen alle abzuwägen"
            ),
            Self::ReportTooLarge { plugin, numbers } => format!(
                "der Bericht von `{plugin}` würde {numbers} Zahlen zeigen, mehr als die erlaubten \
                 {MOST_NUMBERS}"
            ),
            Self::YearTooLarge { plugin, numbers } => format!(
                "mit diesem Bericht hätte `{plugin}` innerhalb eines Jahres {numbers} verschiedene \
                 Zahlen gezeigt, mehr als die erlaubten {MOST_NUMBERS_A_YEAR}"
            ),
            Self::Meanwhile(plugin) => {
                format!("inzwischen wurde ein anderer Bericht von `{plugin}` veröffentlicht")
            }
            Self::NotPublished(id) => format!(
                "der Bericht `{id}` wurde nicht veröffentlicht: Er ist eine Arbeitsfassung oder älter \
                 als die Liste"
            ),
            Self::Withdrawn(id) => format!("der Bericht `{id}` wurde zurückgezogen"),
            Self::BadReason => {
                format!(
                    "der Grund des Zurückziehens ist eine Zeile aus 1 bis {LONGEST_TEXT} Zeichen"
                )
            }
        }
    }

    /// What can be done next, where anything can.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let say = |de: &str, en: &str| Some(lang.pick(de, en).to_owned());
        match self {
            Self::TooManyWays { .. } => say(
                "`tridem report published` zählt sie auf; was davon niemand bekommen hat, nimmt `tridem \
                 report withdraw ID --reason GRUND` zurück, und mit `--audience work` entsteht der Bericht \
                 für das Team",
                "`tridem report published` lists them; what nobody got of them is taken back with `tridem \
                 report withdraw ID --reason REASON`, and `--audience work` makes the report for the team",
            ),
            Self::ReportTooLarge { .. } => say(
                "ein kürzerer Zeitraum hat weniger Zahlen; mit `--audience work` entsteht der Bericht für \
                 das Team",
                "a shorter period has fewer numbers; `--audience work` makes the report for the team",
            ),
            Self::YearTooLarge { .. } => say(
                "mit `--audience work` entsteht der Bericht für das Team; was niemand bekommen hat, nimmt \
                 `tridem report withdraw ID --reason GRUND` zurück",
                "`--audience work` makes the report for the team; what nobody got is taken back with \
                 `tridem report withdraw ID --reason REASON`",
            ),
            Self::Meanwhile(_) => say("rufen Sie ihn noch einmal auf", "run it once more"),
            Self::Withdrawn(_) => say(
                "ein neuer entsteht mit `tridem report run`",
                "`tridem report run` makes a new one",
            ),
            Self::NotPublished(_) | Self::BadReason => None,
        }
    }
}

/// What a report is weighed against, as it was read.
pub(super) struct Weighing {
    pub(super) before: Before,
    /// How many there were, to notice one that is added meanwhile.
    count: u64,
    /// The numbers that were new to this audience within the last year.
    fresh: u64,
    /// All that this audience has seen.
    seen: Vec<Published>,
}

impl App {
    /// Reads what was published of a plugin. For a working version nothing is weighed.
    pub(super) fn weighing(&self, plugin: &str, audience: Audience) -> Result<Weighing, Error> {
        if audience == Audience::Work {
            return Ok(Weighing { before: Before::Nothing, count: 0, fresh: 0, seen: Vec::new() });
        }
        let entries = self.store.read(&Scope::municipality())?.published(Some(plugin))?;
        let entries: Vec<PublishedEntry> =
            entries.into_iter().filter(|entry| entry.withdrawn.is_none()).collect();
        let year = entries.iter().filter(|entry| {
            entry.report.run_at > now() - YEAR && report::sees(audience, entry.report.audience)
        });
        let fresh = year.map(|entry| entry.published.fresh).sum();
        let mut earlier: Vec<Published> = Vec::new();
        for entry in &entries {
            let found = serde_json::from_str(&entry.published.cells).map_err(Error::Document)?;
            // The same report once more says nothing new.
            if !earlier.contains(&found) {
                earlier.push(found);
            }
        }
        let seen =
            earlier.iter().filter(|it| report::sees(audience, it.audience)).cloned().collect();
        Ok(Weighing { before: Before::Weigh(earlier), count: entries.len() as u64, fresh, seen })
    }

    /// Checks that a report keeps to its budget, and gives what is to be remembered of it.
    pub(super) fn to_publish(made: &Made, weighing: &Weighing) -> Result<PublishedReport, Error> {
        let plugin = || made.report.passport.plugin.clone();
        let (numbers, fresh) = (made.published.numbers(), made.published.fresh(&weighing.seen));
        if numbers > MOST_NUMBERS {
            return Err(PublishError::ReportTooLarge { plugin: plugin(), numbers }.into());
        }
        if weighing.fresh + fresh > MOST_NUMBERS_A_YEAR {
            let numbers = weighing.fresh + fresh;
            return Err(PublishError::YearTooLarge { plugin: plugin(), numbers }.into());
        }
        Ok(PublishedReport {
            numbers,
            fresh,
            cells: serde_json::to_string(&made.published).map_err(Error::Document)?,
            weighed: serde_json::to_string(&made.weighed).map_err(Error::Document)?,
        })
    }

    /// What was decided about a report when it was made, so that it comes out the same again.
    pub(super) fn weighed(entry: Option<&PublishedEntry>) -> Result<Before, Error> {
        let Some(entry) = entry else { return Ok(Before::Nothing) };
        let weighed: Weighed =
            serde_json::from_str(&entry.published.weighed).map_err(Error::Document)?;
        Ok(Before::Weighed(weighed))
    }

    /// What was published, newest first; for one audience where it is named.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`], and those of the store.
    pub fn published(
        &self,
        actor: &Actor,
        audience: Option<Audience>,
    ) -> Result<Vec<PublishedEntry>, Error> {
        let scope = self.permit(actor, UseCase::ReportPublished)?;
        let mut entries = self.store.read(&scope)?.published(None)?;
        entries.retain(|entry| audience.is_none_or(|audience| entry.report.audience == audience));
        entries.reverse();
        Ok(entries)
    }

    /// Declares that a published report was handed to nobody. It is not shown any more, and later
    /// reports are not weighed against it. Gives its id.
    ///
    /// # Errors
    ///
    /// [`Error::Publish`], [`Error::NoSuchReport`], [`Error::NotAllowed`].
    pub fn withdraw_report(&mut self, actor: &Actor, id: &str, reason: &str) -> Result<Id, Error> {
        self.permit(actor, UseCase::ReportWithdraw)?;
        let reason = reason.trim();
        let is_line = !reason.is_empty() && !reason.contains(char::is_control);
        if !is_line || reason.chars().count() > LONGEST_TEXT {
            return Err(PublishError::BadReason.into());
        }
        let id = self.stored(actor, id)?.entry.id;
        let entry = self.store.read(&Scope::municipality())?.published_report(id)?;
        match entry {
            None => return Err(PublishError::NotPublished(id).into()),
            Some(entry) if entry.withdrawn.is_some() => {
                return Err(PublishError::Withdrawn(id).into());
            }
            Some(_) => {}
        }
        let withdrawal =
            Withdrawal { at: now(), by: actor.name().to_owned(), reason: reason.to_owned() };
        let mut writer = self.store.write(&actor.author())?;
        writer.withdraw(id, &withdrawal)?;
        writer.commit()?;
        Ok(id)
    }

    /// Refuses to show a report that was withdrawn.
    pub(super) fn not_withdrawn(&self, id: Id) -> Result<(), Error> {
        let entry = self.store.read(&Scope::municipality())?.published_report(id)?;
        let is_withdrawn = entry.is_some_and(|entry| entry.withdrawn.is_some());
        if is_withdrawn { Err(PublishError::Withdrawn(id).into()) } else { Ok(()) }
    }
}

impl Weighing {
    /// Whether exactly as many reports are published as when it was read.
    pub(super) fn is_current(&self, count: u64) -> bool {
        self.count == count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let plugin = || "x".to_owned();
        let id = super::super::workspace::new_id();
        for error in [
            PublishError::TooManyWays { plugin: plugin() },
            PublishError::ReportTooLarge { plugin: plugin(), numbers: 1 },
            PublishError::YearTooLarge { plugin: plugin(), numbers: 1 },
            PublishError::Meanwhile(plugin()),
            PublishError::NotPublished(id),
            PublishError::Withdrawn(id),
            PublishError::BadReason,
        ] {
            assert_ne!(error.message(Lang::De), error.message(Lang::En));
            let (german, english) = (error.hint(Lang::De), error.hint(Lang::En));
            assert_eq!(german.is_some(), english.is_some());
            assert!(german.is_none() || german != english, "{error}");
        }
    }
}
