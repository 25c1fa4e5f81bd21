//! What is made of the records of each invented municipality: plugins with their reports, and sheets.

use crate::demo::Place;
use crate::domain::{Audience, Day, Sheet};

use super::sheets::{FigureSheet, GapSheet, PostSheet};
use super::{Actor, App, Error};

/// A reference plugin that reports, built from a folder in `plugins`.
pub(super) struct Reporting {
    /// How its report's files begin.
    pub(super) name: &'static str,
    /// For whom it is.
    pub(super) audience: Audience,
    pub(super) package: &'static [u8],
}

/// A sheet of the program.
pub(super) enum Leaf {
    /// The posts of a day, and what ends within so many days.
    Posts(&'static str, u16),
    /// The gaps of the period.
    Gaps,
    /// Reported figures; with how many people at least and at most come to a consultation.
    Figures(Option<(u16, u16)>),
}

/// What is made of the records of a municipality.
pub(super) struct Offer {
    pub(super) reports: &'static [Reporting],
    /// Each with how its files begin.
    pub(super) sheets: &'static [(&'static str, Leaf)],
    /// Plugins that propose next steps.
    pub(super) proposing: &'static [&'static [u8]],
}

macro_rules! package {
    ($file:literal) => {
        include_bytes!(concat!("../../../plugins/dist/", $file))
    };
}

const COMPARISON: Reporting = Reporting {
    name: "report",
    audience: Audience::Public,
    package: package!("school-comparison-1.0.1.tridem"),
};
const ATTENDANCE: Reporting = Reporting {
    name: "attendance",
    audience: Audience::Public,
    package: package!("attendance-1.0.1.tridem"),
};
// What it points at is for those who keep the records.
const RECORDS: Reporting = Reporting {
    name: "records",
    audience: Audience::Work,
    package: package!("record-check-1.0.0.tridem"),
};

const HALF_YEAR: Reporting = Reporting {
    name: "half-year",
    audience: Audience::Public,
    package: package!("half-year-1.0.0.tridem"),
};
const TRANSITION: Reporting = Reporting {
    name: "transition",
    audience: Audience::Public,
    package: package!("transition-1.0.0.tridem"),
};
const PROGRAMME: Reporting = Reporting {
    name: "programme",
    audience: Audience::Public,
    package: package!("programme-figures-1.0.0.tridem"),
};
const INTERPRETING: Reporting = Reporting {
    name: "interpreting",
    audience: Audience::Public,
    package: package!("interpreting-1.0.0.tridem"),
};

/// Before and after one funding follows the other.
const CITY: Offer = Offer {
    reports: &[COMPARISON, ATTENDANCE, RECORDS, HALF_YEAR, TRANSITION, PROGRAMME, INTERPRETING],
    sheets: &[
        ("posts-2025", Leaf::Posts("2025-12-31", 90)),
        ("posts-2026", Leaf::Posts("2026-01-01", 90)),
        ("gaps", Leaf::Gaps),
        ("figures", Leaf::Figures(None)),
    ],
    proposing: &[
        package!("parent-contact-1.0.0.tridem"),
        package!("attendance-ladder-1.0.0.tridem"),
    ],
};

const DISTRICT: Offer = Offer {
    reports: &[PROGRAMME],
    sheets: &[
        ("posts", Leaf::Posts("2026-07-31", 90)),
        ("gaps", Leaf::Gaps),
        ("figures", Leaf::Figures(None)),
    ],
    proposing: &[],
};

/// In the middle of October all posts of case management have less than 90 days to go.
const REGION: Offer = Offer {
    reports: &[PROGRAMME, INTERPRETING],
    sheets: &[
        ("posts", Leaf::Posts("2026-10-15", 90)),
        ("gaps", Leaf::Gaps),
        ("figures", Leaf::Figures(Some((2, 5)))),
    ],
    proposing: &[],
};

/// What is made of a place's records.
pub(super) fn of(place: Place) -> &'static Offer {
    match place {
        Place::Musterstadt => &CITY,
        Place::Wolkenrain => &DISTRICT,
        Place::Laternenbrueck => &REGION,
    }
}

impl App {
    /// Makes a sheet of a place.
    pub(super) fn demo_sheet(
        &self,
        actor: &Actor,
        place: Place,
        leaf: &Leaf,
    ) -> Result<Sheet, Error> {
        let period = Some(place.period());
        match *leaf {
            Leaf::Posts(day, warn) => {
                let day: Day = day.parse().expect("the demo's days are days; its test makes all");
                self.post_sheet(actor, PostSheet { day: Some(day), warn })
            }
            Leaf::Gaps => {
                self.gap_sheet(actor, GapSheet { period, since: None, audience: Audience::Public })
            }
            Leaf::Figures(persons) => self.figure_sheet(actor, FigureSheet { period, persons }),
        }
    }
}
