//! `plugin bench`: how fast a plugin is on this machine, and what it takes.

use std::path::Path;
use std::time::{Duration, Instant};

use super::hostile::plain;
use super::trial::{Cut, Subject, Task};
use crate::app;

/// How often the rows are run through, after one run that is not counted.
const RUNS: usize = 5;

/// How often the plugin is started for nothing.
const STARTS: u32 = 20;

/// What was measured, on this machine and at this time.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Rows that each run handed over, of all datasets together.
    pub rows: u64,
    /// Millions of rows a second in each run, the slowest first.
    pub speeds: Vec<f64>,
    /// Units of work for each row.
    pub fuel_per_row: f64,
    /// Time until an instance has taken its job.
    pub start: Duration,
    /// Time to compile the component, once at installation.
    pub compile: Duration,
    /// Size of the component in bytes.
    pub bytes: usize,
}

impl Measured {
    /// The speed in the middle.
    pub fn median(&self) -> f64 {
        self.speeds.get(self.speeds.len() / 2).copied().unwrap_or_default()
    }
}

/// Measures a plugin's folder or package over made-up rows, `rows` of each dataset.
///
/// Time is that in calls of the plugin, with what it takes to hand rows over and to check its answers;
/// reading records and counting are not in it.
///
/// # Errors
///
/// Everything for which the plugin would be refused or stopped.
pub fn bench(path: &Path, rows: usize) -> Result<Measured, app::Error> {
    let subject = Subject::open(path)?;
    let begun = Instant::now();
    drop(subject.project.load(&subject.engine)?);
    let compile = begun.elapsed();

    let nothing = plain(&subject, 0);
    let mut start = Duration::ZERO;
    for _ in 0..STARTS {
        start += subject.run(&nothing, Cut::Host, false)?.used.time;
    }
    let start = start / STARTS / starts(&subject, &nothing).max(1);

    let task = plain(&subject, rows);
    let handed = task.sheets.iter().map(|sheet| sheet.rows as u64).sum::<u64>().max(1);
    let kinds =
        [subject.description.is_some(), subject.composition.is_some(), subject.workflow.is_some()];
    let handed = handed * kinds.into_iter().filter(|is| *is).count() as u64;
    let warm = subject.run(&task, Cut::Host, false)?;
    let mut speeds = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let said = subject.run(&task, Cut::Host, false)?;
        speeds.push(ratio(handed, said.used.time.as_secs_f64()) / 1e6);
    }
    speeds.sort_by(f64::total_cmp);
    Ok(Measured {
        rows: handed,
        speeds,
        fuel_per_row: ratio(warm.used.fuel, f64::from(u32::try_from(handed).unwrap_or(u32::MAX))),
        start,
        compile,
        bytes: subject.project.component.len(),
    })
}

/// How many instances a run over no rows starts.
fn starts(subject: &Subject, task: &Task) -> u32 {
    let one = |is: bool| u32::from(is);
    let datasets = u32::try_from(task.sheets.len()).unwrap_or(u32::MAX);
    let metrics = if subject.description.is_some() { datasets } else { 0 };
    metrics + one(subject.composition.is_some()) + one(subject.workflow.is_some())
}

fn ratio(above: u64, below: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a measurement has three digits")]
    let above = above as f64;
    if below > 0.0 { above / below } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_run_in_the_middle() {
        let measured = |speeds: &[f64]| Measured {
            rows: 1,
            speeds: speeds.to_vec(),
            fuel_per_row: 0.0,
            start: Duration::ZERO,
            compile: Duration::ZERO,
            bytes: 0,
        };
        assert!((measured(&[1.0, 2.0, 9.0]).median() - 2.0).abs() < 1e-9);
        assert!(measured(&[]).median().abs() < 1e-9);
        assert!(ratio(5, 0.0).abs() < 1e-9);
    }
}
