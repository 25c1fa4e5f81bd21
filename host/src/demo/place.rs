//! The invented municipalities: which there are, and all files of each.

use std::fmt;
use std::str::FromStr;

use super::city::City;
use super::{laternenbrueck, musterstadt, wolkenrain};
use crate::domain::Period;

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

/// A text that is not the name of a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of the invented places; there are {all}", all = Place::ALL.map(|place| format!("`{place}`")).join(", "))]
pub struct UnknownPlace(pub String);

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(text: &str) -> Result<Self, UnknownPlace> {
        let found = Self::ALL.into_iter().find(|place| place.name() == text);
        found.ok_or_else(|| UnknownPlace(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back_and_others_are_refused() {
        let message = "Musterstadt".parse::<Place>().unwrap_err().to_string();
        assert_eq!(
            message,
            "`Musterstadt` is none of the invented places; there are `musterstadt`, `wolkenrain`, \
             `laternenbrueck`"
        );
        for place in Place::ALL {
            assert_eq!(place.to_string().parse(), Ok(place));
        }
    }
}
