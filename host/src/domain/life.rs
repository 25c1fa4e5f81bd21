//! The life of a plugin: its states, what leads from one to the next, and which version follows which.

use std::cmp::Ordering;

use semver::Version;

use super::words::Text;

/// So many failures one after the other put a plugin in quarantine.
pub const MOST_FAILURES: u32 = 3;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident $code:literal $de:literal $en:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$inner])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its permanent code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Its words.
            pub fn text(self) -> Text {
                match self { $(Self::$variant => Text::new($de, $en),)+ }
            }

            /// The one with this code.
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|found| found.code() == code)
            }
        }
    )+};
}

words! {
    /// What a version of a plugin may do.
    PluginState {
        /// It is there and lacks fields that it cannot do without.
        Installed "installed" "installiert" "installed";
        /// It may read what it needs, and nobody has switched it on.
        Granted "granted" "erlaubt" "granted";
        /// It runs and is watched; nothing of it is published.
        Monitor "monitor" "im Probelauf" "in monitor";
        /// It runs, and its results count.
        Enabled "enabled" "eingeschaltet" "enabled";
        /// Somebody switched it off.
        Disabled "disabled" "ausgeschaltet" "disabled";
        /// It failed too often.
        Quarantined "quarantined" "in Quarantäne" "quarantined";
    }

    /// Why a plugin ran.
    RunKind {
        /// For a report.
        Report "report" "Bericht" "report";
        /// To be watched.
        Monitor "monitor" "Probelauf" "monitor";
        /// To propose tasks.
        Proposal "proposal" "Aufgabenvorschläge" "task proposal";
        /// To be held against another version.
        Diff "diff" "Vergleich" "diff";
        /// To see whether the same comes out again.
        Replay "replay" "Wiederholung" "replay";
    }
}

/// What happens to a version of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LifeEvent {
    /// It may read all that it needs.
    Grant,
    /// It may not read all that it needs any more.
    Revoke,
    /// Somebody wants to watch it run; `again` says that they know of a quarantine.
    Monitor { again: bool },
    /// Somebody switches it on; `again` says that they know of a quarantine.
    Enable { again: bool },
    /// Somebody switches it off.
    Disable,
    /// Another version is switched on in its place.
    Replace,
    /// It failed as often as it may.
    Fail,
}

/// Why something cannot happen to a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LifeRefusal {
    /// It lacks fields.
    #[error("it lacks fields that it cannot do without")]
    NotGranted,
    /// It is in quarantine, and letting it run again is a decision of its own.
    #[error("it is in quarantine")]
    NeedsAgain,
    /// It is so already.
    #[error("it is {} already", .0.text().en)]
    Already(PluginState),
    /// It does not run, so it can neither be switched off nor fail.
    #[error("it is {} and does not run", .0.text().en)]
    Idle(PluginState),
}

impl PluginState {
    /// Whether it runs.
    pub fn runs(self) -> bool {
        matches!(self, Self::Monitor | Self::Enabled)
    }

    /// The state after something has happened.
    ///
    /// # Errors
    ///
    /// Why it cannot happen in this state.
    pub fn after(self, event: LifeEvent) -> Result<Self, LifeRefusal> {
        use PluginState as State;
        match (event, self) {
            (LifeEvent::Grant, State::Installed) | (LifeEvent::Replace, State::Enabled) => {
                Ok(State::Granted)
            }
            (LifeEvent::Revoke, State::Granted) => Ok(State::Installed),
            (LifeEvent::Grant | LifeEvent::Revoke | LifeEvent::Replace, _) => Ok(self),
            (LifeEvent::Monitor { .. } | LifeEvent::Enable { .. }, State::Installed) => {
                Err(LifeRefusal::NotGranted)
            }
            (
                LifeEvent::Monitor { again: false } | LifeEvent::Enable { again: false },
                State::Quarantined,
            ) => Err(LifeRefusal::NeedsAgain),
            (LifeEvent::Monitor { .. }, State::Monitor)
            | (LifeEvent::Enable { .. }, State::Enabled)
            | (LifeEvent::Disable, State::Disabled) => Err(LifeRefusal::Already(self)),
            (LifeEvent::Monitor { .. }, _) => Ok(State::Monitor),
            (LifeEvent::Enable { .. }, _) => Ok(State::Enabled),
            (LifeEvent::Disable | LifeEvent::Fail, State::Installed | State::Granted)
            | (LifeEvent::Fail, State::Disabled | State::Quarantined) => {
                Err(LifeRefusal::Idle(self))
            }
            (LifeEvent::Disable, _) => Ok(State::Disabled),
            (LifeEvent::Fail, State::Monitor | State::Enabled) => Ok(State::Quarantined),
        }
    }
}

/// How one version stands to another of the same plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionStep {
    /// It is higher.
    Upgrade,
    /// It is the same; what was noted on how it was built makes no difference.
    Same,
    /// It is lower.
    Downgrade,
}

impl VersionStep {
    /// From one version to another, in the order of semantic versions: a version that comes before a
    /// release is lower than it, and build metadata does not order.
    pub fn between(from: &Version, to: &Version) -> Self {
        match from.cmp_precedence(to) {
            Ordering::Less => Self::Upgrade,
            Ordering::Equal => Self::Same,
            Ordering::Greater => Self::Downgrade,
        }
    }
}

/// Why a plugin's interface is not offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiRefusal {
    /// It is no version of an interface.
    #[error("api `{asked}` is not a version such as `{host}`; this host offers `{host}`")]
    NotAVersion { asked: String, host: String },
    /// It is of another major version.
    #[error("api `{asked}` is not offered here; this host offers `{host}`")]
    OtherMajor { asked: String, host: String },
    /// It needs something that was added later.
    #[error("api `{asked}` is newer than this host, which offers `{host}`; a newer Tridem has it")]
    TooNew { asked: String, host: String },
}

/// Whether a host that offers one version of the interface can run what was built for another. Within
/// a major version additions are all that changes, so what was built for an earlier minor fits.
///
/// # Errors
///
/// Why it does not fit.
///
/// # Panics
///
/// Where `host` is no version of an interface.
pub fn fits(host: &str, asked: &str) -> Result<(), ApiRefusal> {
    let (major, minor) = api(host).expect("a host knows what it offers");
    let (asked, host) = (asked.to_owned(), host.to_owned());
    match api(&asked) {
        None => Err(ApiRefusal::NotAVersion { asked, host }),
        Some((other, _)) if other != major => Err(ApiRefusal::OtherMajor { asked, host }),
        Some((_, newer)) if newer > minor => Err(ApiRefusal::TooNew { asked, host }),
        Some(_) => Ok(()),
    }
}

/// Major and minor of `1.0`, written in that way alone.
fn api(text: &str) -> Option<(u32, u32)> {
    let number = |part: &str| {
        let is_plain = part == "0" || !part.starts_with('0');
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        (is_plain && is_number).then(|| part.parse().ok()).flatten()
    };
    let (major, minor) = text.split_once('.')?;
    Some((number(major)?, number(minor)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use LifeEvent as Event;
    use PluginState::{Disabled, Enabled, Granted, Installed, Monitor, Quarantined};

    fn refused(state: PluginState, event: LifeEvent) -> LifeRefusal {
        state.after(event).unwrap_err()
    }

    #[test]
    fn what_cannot_happen_is_refused_with_its_reason() {
        for again in [false, true] {
            assert_eq!(refused(Installed, Event::Enable { again }), LifeRefusal::NotGranted);
            assert_eq!(refused(Installed, Event::Monitor { again }), LifeRefusal::NotGranted);
            assert_eq!(refused(Enabled, Event::Enable { again }), LifeRefusal::Already(Enabled));
            assert_eq!(refused(Monitor, Event::Monitor { again }), LifeRefusal::Already(Monitor));
        }
        let again = false;
        assert_eq!(refused(Quarantined, Event::Enable { again }), LifeRefusal::NeedsAgain);
        assert_eq!(refused(Quarantined, Event::Monitor { again }), LifeRefusal::NeedsAgain);
        assert_eq!(refused(Disabled, Event::Disable), LifeRefusal::Already(Disabled));
        for idle in [Installed, Granted] {
            assert_eq!(refused(idle, Event::Disable), LifeRefusal::Idle(idle));
        }
        for idle in [Installed, Granted, Disabled, Quarantined] {
            assert_eq!(refused(idle, Event::Fail), LifeRefusal::Idle(idle));
        }
    }

    /// For each state, what it becomes; `None` where it is refused.
    #[test]
    fn every_state_and_event_has_its_place_in_the_table() {
        let order = [Installed, Granted, Monitor, Enabled, Disabled, Quarantined];
        assert_eq!(PluginState::ALL, order);
        let table: [(LifeEvent, [Option<PluginState>; 6]); 9] = [
            (Event::Grant, [Granted, Granted, Monitor, Enabled, Disabled, Quarantined].map(Some)),
            (
                Event::Revoke,
                [Installed, Installed, Monitor, Enabled, Disabled, Quarantined].map(Some),
            ),
            (
                Event::Monitor { again: false },
                [None, Some(Monitor), None, Some(Monitor), Some(Monitor), None],
            ),
            (
                Event::Monitor { again: true },
                [None, Some(Monitor), None, Some(Monitor), Some(Monitor), Some(Monitor)],
            ),
            (
                Event::Enable { again: false },
                [None, Some(Enabled), Some(Enabled), None, Some(Enabled), None],
            ),
            (
                Event::Enable { again: true },
                [None, Some(Enabled), Some(Enabled), None, Some(Enabled), Some(Enabled)],
            ),
            (Event::Disable, [None, None, Some(Disabled), Some(Disabled), None, Some(Disabled)]),
            (
                Event::Replace,
                [Installed, Granted, Monitor, Granted, Disabled, Quarantined].map(Some),
            ),
            (Event::Fail, [None, None, Some(Quarantined), Some(Quarantined), None, None]),
        ];
        for (event, expected) in table {
            let found = order.map(|state| state.after(event).ok());
            assert_eq!(found, expected, "{event:?}");
        }
    }

    #[test]
    fn only_what_was_built_for_this_major_and_no_later_minor_fits() {
        for (asked, expected) in [
            ("2.0", "this host offers `1.3`"),
            ("0.9", "this host offers `1.3`"),
            ("1.4", "newer than this host, which offers `1.3`"),
            ("1.10", "newer than this host"),
            ("1", "not a version"),
            ("1.0.0", "not a version"),
            ("1.x", "not a version"),
            ("01.0", "not a version"),
            ("1.+2", "not a version"),
            ("1.00", "not a version"),
            ("", "not a version"),
            ("99999999999.0", "not a version"),
        ] {
            let error = fits("1.3", asked).unwrap_err().to_string();
            assert!(error.contains(expected), "{asked}: {error}");
        }
        for asked in ["1.0", "1.2", "1.3"] {
            assert_eq!(fits("1.3", asked), Ok(()), "{asked}");
        }
    }

    #[test]
    fn versions_follow_each_other_as_semantic_versions_do() {
        let step = |from: &str, to: &str| {
            VersionStep::between(&from.parse().unwrap(), &to.parse().unwrap())
        };
        assert_eq!(step("1.2.0", "1.10.0"), VersionStep::Upgrade);
        assert_eq!(step("1.0.0", "1.0.0-rc.1"), VersionStep::Downgrade);
        assert_eq!(step("1.0.0-rc.2", "1.0.0-rc.10"), VersionStep::Upgrade);
        assert_eq!(step("1.0.0-alpha", "1.0.0-beta"), VersionStep::Upgrade);
        assert_eq!(step("1.0.0-alpha", "1.0.0-1"), VersionStep::Downgrade);
        assert_eq!(step("1.0.0+one", "1.0.0+two"), VersionStep::Same);
        assert_eq!(step("2.0.0", "1.9.9"), VersionStep::Downgrade);
    }

    #[test]
    fn every_state_and_kind_has_its_own_code_and_words() {
        for state in PluginState::ALL {
            assert_eq!(PluginState::of_code(state.code()), Some(*state));
            assert_ne!(state.text().de, state.text().en);
        }
        for kind in RunKind::ALL {
            assert_eq!(RunKind::of_code(kind.code()), Some(*kind));
        }
        assert_eq!(PluginState::of_code("asleep"), None);
    }
}
