//! Proposes what to talk over with the school when a child misses school: support before sanction, and
//! the steps in the order of the school law of North Rhine-Westphalia.
//!
//! The order is that of `SchulG NRW` §§ 41, 53 and 126: educational measure, disciplinary measure, written
//! demand, hearing, absence report, fine. The law names no numbers of days, so every threshold is a
//! parameter. After the report the authority acts, and nothing more is proposed than to review.

mod ladder;
mod words;

use tridem_sdk::workflow::{Proposals, Steps, Workflow};
use tridem_sdk::{Batch, Day, Job, Result, fields};

use ladder::{Authorities, Rung};

/// From this age on the pupil is heard besides the parents: nobody younger can commit an administrative
/// offence (`OWiG` § 12).
const HEARD_FROM: i32 = 14;

fields! {
    /// What is read of each case.
    struct Cases for "cases" {
        form: codes,
        age: integers,
        whereabouts_unknown: flags,
        possible_units: integers,
        missed_unexcused: integers,
        supportive_steps: integers,
        ladder_step: codes,
        days_since_ladder_step: integers,
        ladder_review: integers,
    }
}

/// The plugin: the thresholds of a municipality, and where the codes of the field stand in its lists.
#[derive(Debug)]
pub struct AttendanceLadder {
    as_of: Day,
    least_units: i64,
    support_percent: i64,
    measure_percent: i64,
    demand_percent: i64,
    report_percent: i64,
    supportive_steps: i64,
    disciplinary: bool,
    pause_days: i64,
    review_days: i64,
    rungs: Vec<(u16, Rung)>,
    authorities: Authorities,
}

impl Workflow for AttendanceLadder {
    fn describe() -> Steps {
        let steps = Steps::new("org.tridem.attendance-ladder", env!("CARGO_PKG_VERSION"));
        words::reasons(words::of_the_law(words::around_the_law(steps)))
    }

    fn begin(job: &Job) -> Result<Self> {
        Ok(Self {
            as_of: job.as_of(),
            least_units: job.integer("least_units")?,
            support_percent: job.integer("support_percent")?,
            measure_percent: job.integer("measure_percent")?,
            demand_percent: job.integer("demand_percent")?,
            report_percent: job.integer("report_percent")?,
            supportive_steps: job.integer("supportive_steps")?,
            disciplinary: job.flag("disciplinary")?,
            pause_days: job.integer("pause_days")?,
            review_days: job.integer("review_days")?,
            rungs: ladder::rungs(job),
            authorities: Authorities::new(job),
        })
    }

    fn push(&mut self, batch: &Batch, list: &mut Proposals) -> Result<()> {
        if let Some(cases) = Cases::of(batch)? {
            (0..batch.rows()).for_each(|row| self.case(&cases, row, list));
        }
        Ok(())
    }
}

impl AttendanceLadder {
    fn case(&self, cases: &Cases, row: usize, list: &mut Proposals) {
        if cases.whereabouts_unknown[row] == 1 {
            // Whoever has gone away misses no school here.
            return;
        }
        let taken = self.last_step(cases, row);
        self.review(cases, row, taken, list);
        let (Some(possible), Some(missed)) =
            (cases.possible_units.get(row), cases.missed_unexcused.get(row))
        else {
            return;
        };
        let (possible, missed) = (i64::from(*possible), i64::from(*missed));
        if possible < self.least_units {
            return;
        }
        let reaches = |percent: i64| missed > 0 && missed * 100 >= possible * percent;
        let is_supported = i64::from(cases.supportive_steps[row]) >= self.supportive_steps;
        if reaches(self.support_percent) && !is_supported {
            list.propose(row, "support").because("no-support").showing([
                "missed_unexcused",
                "possible_units",
                "supportive_steps",
            ]);
        }
        let has_rested = cases
            .days_since_ladder_step
            .get(row)
            .is_none_or(|days| i64::from(*days) >= self.pause_days);
        if has_rested && let Some(next) = self.after(taken) {
            let percent = match next {
                Rung::EducationalMeasure | Rung::DisciplinaryMeasure => self.measure_percent,
                Rung::WrittenDemand | Rung::Hearing => self.demand_percent,
                _ => self.report_percent,
            };
            // Support before sanction: only the school's educational work may come without it.
            let may_come = is_supported || next == Rung::EducationalMeasure;
            if may_come && reaches(percent) {
                self.propose(cases, row, next, list);
            }
        }
    }

    /// The school's last step on record.
    fn last_step(&self, cases: &Cases, row: usize) -> Option<Rung> {
        let place = cases.ladder_step.get(row)?;
        self.rungs.iter().find(|(other, _)| other == place).map(|(_, rung)| *rung)
    }

    /// The step that follows in the order of the law; `None` where the authority acts from now on.
    fn after(&self, last: Option<Rung>) -> Option<Rung> {
        Some(match last {
            None | Some(Rung::Information) => Rung::EducationalMeasure,
            Some(Rung::EducationalMeasure) if self.disciplinary => Rung::DisciplinaryMeasure,
            Some(Rung::EducationalMeasure | Rung::DisciplinaryMeasure) => Rung::WrittenDemand,
            Some(Rung::WrittenDemand) => Rung::Hearing,
            Some(Rung::Hearing) => Rung::AbsenceReport,
            Some(Rung::AbsenceReport | Rung::Authority) => return None,
        })
    }

    fn propose(&self, cases: &Cases, row: usize, next: Rung, list: &mut Proposals) {
        let showing = ["missed_unexcused", "possible_units", "ladder_step"];
        let (step, reason, also) = match next {
            Rung::Hearing => match cases.age.get(row) {
                None => ("birthday", "age-unknown", "age"),
                Some(age) if *age >= HEARD_FROM => ("hearing-parents-and-pupil", "goes-on", "age"),
                Some(_) => ("hearing-parents", "goes-on", "age"),
            },
            Rung::AbsenceReport => match self.authorities.step_for(cases.form[row]) {
                Some(step) => (step, "goes-on", "form"),
                None => ("authority", "form-unknown", "form"),
            },
            Rung::WrittenDemand => ("written-demand", "goes-on", "supportive_steps"),
            Rung::DisciplinaryMeasure => ("disciplinary-measure", "goes-on", "supportive_steps"),
            _ => ("educational-measure", "goes-on", "supportive_steps"),
        };
        list.propose(row, step).because(reason).showing(showing.into_iter().chain([also]));
    }

    /// A step is reviewed on the day that the school has set, else after three months.
    fn review(&self, cases: &Cases, row: usize, taken: Option<Rung>, list: &mut Proposals) {
        if taken.is_none() {
            return;
        }
        if let Some(day) = cases.ladder_review.get(row) {
            if *day <= self.as_of {
                list.propose(row, "review")
                    .because("review-due")
                    .due(*day)
                    .showing(["ladder_step", "ladder_review"]);
            }
            return;
        }
        let days = cases.days_since_ladder_step.get(row);
        if days.is_some_and(|days| i64::from(*days) >= self.review_days) {
            list.propose(row, "review")
                .because("review-due")
                .showing(["ladder_step", "days_since_ladder_step"]);
        }
    }
}

tridem_sdk::export_workflow!(AttendanceLadder);

#[cfg(test)]
mod tests;
