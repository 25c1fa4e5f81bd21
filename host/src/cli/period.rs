//! The options that name a period: a school year, or a first and a last day.

use crate::app::Error;
use crate::domain::{Day, Period, SchoolYear};

/// Which days are looked at.
#[derive(clap::Args)]
pub(super) struct PeriodArgs {
    /// The school year, such as 2025/26.
    #[arg(long, value_name = "YEAR", conflicts_with_all = ["from", "until"])]
    year: Option<SchoolYear>,
    /// First day.
    #[arg(long, value_name = "DAY", requires = "until", required_unless_present = "year")]
    from: Option<Day>,
    /// Last day, included.
    #[arg(long, value_name = "DAY", requires = "from")]
    until: Option<Day>,
}

impl PeriodArgs {
    pub(super) fn get(&self) -> Result<Period, Error> {
        match (self.year, self.from, self.until) {
            (Some(year), ..) => Ok(year.period()),
            (None, Some(first), Some(last)) => Ok(Period::new(first, last)?),
            _ => Err(Error::NoPeriod),
        }
    }
}
