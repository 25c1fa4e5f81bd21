//! The steps of the law, and which authority a report goes to.

use tridem_sdk::Job;

/// A step that a school can have taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rung {
    Information,
    EducationalMeasure,
    DisciplinaryMeasure,
    WrittenDemand,
    Hearing,
    AbsenceReport,
    /// A fine or enforcement: the authority's acts.
    Authority,
}

/// The steps by their places in the municipality's list `ladder-step`. A code of its own that the law does
/// not know is no step on the ladder.
pub(crate) fn rungs(job: &Job) -> Vec<(u16, Rung)> {
    [
        ("information", Rung::Information),
        ("educational-measure", Rung::EducationalMeasure),
        ("disciplinary-measure", Rung::DisciplinaryMeasure),
        ("written-demand", Rung::WrittenDemand),
        ("hearing", Rung::Hearing),
        ("absence-report", Rung::AbsenceReport),
        ("fine", Rung::Authority),
        ("enforcement", Rung::Authority),
    ]
    .into_iter()
    .filter_map(|(code, rung)| Some((job.code("cases", "ladder_step", code)?, rung)))
    .collect()
}

/// Which school authority is in charge of which school form (`SchulG NRW` § 88): the school office for
/// primary schools and Hauptschulen, the district government for the other forms.
#[derive(Debug)]
pub(crate) struct Authorities {
    school_office: Vec<u16>,
    district_government: Vec<u16>,
}

impl Authorities {
    pub(crate) fn new(job: &Job) -> Self {
        let places = |forms: &[&str]| {
            forms.iter().filter_map(|form| job.code("cases", "form", form)).collect()
        };
        Self {
            school_office: places(&["02", "04"]),
            district_government: places(&["10", "14", "15", "20"]),
        }
    }

    /// The step for a school of this form; `None` where nobody said who is in charge.
    pub(crate) fn step_for(&self, form: u16) -> Option<&'static str> {
        if self.school_office.contains(&form) {
            Some("report-school-office")
        } else if self.district_government.contains(&form) {
            Some("report-district-government")
        } else {
            None
        }
    }
}
