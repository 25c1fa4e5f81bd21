//! The invented municipalities: which there are, and all files of each.

use std::fmt;

use super::city::City;
use super::{laternenbrueck, musterstadt, wolkenrain};
use crate::domain::{Period, Text};

/// An invented municipality. None of them exists, nor does anybody in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// A city with nine schools, five mediators and a team of each service.
    #[default]
    Musterstadt,
    /// A rural district: seven posts over nine towns.
    Wolkenrain,
    /// A city region: two services at six sites, within half a year.
    Laternenbrueck,
}

impl Place {
    /// Every one, as they are listed.
    pub const ALL: [Self; 3] = [Self::Musterstadt, Self::Wolkenrain, Self::Laternenbrueck];

    /// Its permanent name in commands and folders.
    pub fn name(self) -> &'static str {
        match self {
            Self::Musterstadt => "musterstadt",
            Self::Wolkenrain => "wolkenrain",
            Self::Laternenbrueck => "laternenbrueck",
        }
    }

    /// What it is.
    pub fn kind(self) -> Text {
        match self {
            Self::Musterstadt => Text::new("eine erfundene Stadt", "an invented city"),
            Self::Wolkenrain => Text::new("ein erfundener Kreis", "an invented district"),
            Self::Laternenbrueck => {
                Text::new("eine erfundene Städteregion", "an invented city region")
            }
        }
    }

    /// The days that its records are about.
    pub fn period(self) -> Period {
        match self {
            Self::Musterstadt => musterstadt::period(),
            Self::Wolkenrain => wolkenrain::period(),
            Self::Laternenbrueck => laternenbrueck::period(),
        }
    }

    /// Invents all its files, in the order in which they are to be imported.
    ///
    /// The same seed gives the same bytes on every machine. Another seed gives other people and other
    /// days; what `examples/cities` tells of a place is the same for every seed.
    pub fn generate(self, seed: u64) -> City {
        match self {
            Self::Musterstadt => musterstadt::generate(seed),
            Self::Wolkenrain => wolkenrain::generate(seed),
            Self::Laternenbrueck => laternenbrueck::generate(seed),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
