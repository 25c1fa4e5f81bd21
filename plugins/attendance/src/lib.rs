//! Absence at schools: rates in one unit, and how many pupils miss a tenth or half of their time.

use tridem_sdk::{
    Answer, Batch, Codes, Column, Description, Job, LEFT_OUT, Labels, Mask, Measure, Metrics,
    Result, Table, fields,
};

fields! {
    /// What is read of each pupil and term.
    struct PupilTerms for "pupil_terms" {
        school: codes,
        term: codes,
        grade: codes,
        unit: codes,
        enrolled_days: integers,
        possible_units: integers,
        missed_excused: integers,
        missed_unexcused: integers,
        missed_open: integers,
    }
}

/// Grades of primary schools. Primary and secondary stand in tables of their own.
const PRIMARY: [&str; 7] = ["E1", "E2", "E3", "01", "02", "03", "04"];

/// Grades of secondary schools. A grade that is in neither list stands in the tables by school alone.
const SECONDARY: [&str; 12] =
    ["05", "06", "07", "08", "09", "10", "11", "12", "13", "EF", "Q1", "Q2"];

/// Most units that one pupil can miss in a school year: 250 days of 16 lessons.
const MOST_UNITS: i64 = 4_000;

/// The plugin: its thresholds, and what it looks for by the indexes that the codes have here.
pub struct Attendance {
    minimum_days: i32,
    persistent_percent: i64,
    severe_percent: i64,
    unit: Option<u16>,
    /// The term that is the sum of the half-years.
    year: Option<u16>,
    half_years: [Option<u16>; 2],
    primary: Vec<u16>,
    secondary: Vec<u16>,
}

impl Metrics for Attendance {
    fn describe() -> Description {
        description()
    }

    fn begin(job: &Job) -> Result<Self> {
        let term = |code| job.code("pupil_terms", "term", code);
        let grades = |codes: &[&str]| {
            codes.iter().filter_map(|code| job.code("pupil_terms", "grade", code)).collect()
        };
        let minimum_days = i32::try_from(job.integer("minimum_days")?)
            .map_err(|_| "`minimum_days` is more days than there are; set it to 250 at most")?;
        let persistent_percent = job.integer("persistent_percent")?;
        let severe_percent = job.integer("severe_percent")?;
        if !(1..=severe_percent).contains(&persistent_percent) {
            return Err("`persistent_percent` must be at least 1 and at most `severe_percent`: \
                        severe absence is persistent as well"
                .into());
        }
        Ok(Self {
            minimum_days,
            persistent_percent,
            severe_percent,
            unit: job.code("pupil_terms", "unit", job.text("unit")?),
            year: term("year"),
            half_years: [term("first-half"), term("second-half")],
            primary: grades(&PRIMARY),
            secondary: grades(&SECONDARY),
        })
    }

    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
        if let Some(rows) = PupilTerms::of(batch)? {
            self.divide(&rows, answer);
            self.measure(&rows, answer);
        }
        Ok(())
    }
}

impl Attendance {
    /// The year is the sum of its half-years, so no dimension has rows of both.
    fn divide(&self, rows: &PupilTerms, answer: &mut Answer) {
        let years = rows.term.is(self.year);
        let half_years = rows.term.is(self.half_years[0]).or(&rows.term.is(self.half_years[1]));
        let primary = rows.grade.mask(|grade| self.primary.contains(grade));
        let secondary = rows.grade.mask(|grade| self.secondary.contains(grade));
        answer.divide("school", labels(rows.school, &years));
        answer.divide("grade-primary", labels(rows.grade, &years.and(&primary)));
        answer.divide("grade-secondary", labels(rows.grade, &years.and(&secondary)));
        answer.divide("school-term", labels(rows.school, &half_years));
        answer.divide("term", labels(rows.term, &half_years));
    }

    fn measure(&self, rows: &PupilTerms, answer: &mut Answer) {
        let count = rows.term.len();
        let units = |column: &[i32], row: usize| i64::from(column[row]);
        let possible = |row| units(&rows.possible_units, row);
        let missed = |row| {
            units(&rows.missed_excused, row)
                + units(&rows.missed_unexcused, row)
                + units(&rows.missed_open, row)
        };

        // Somebody without any day that counts was not too short at the school, but not there.
        let was_there =
            Mask::from_fn(count, |row| rows.enrolled_days[row] > 0 && possible(row) > 0);
        let rated = was_there.and(&rows.enrolled_days.mask(|days| *days >= self.minimum_days));
        let reaches = |percent: i64| {
            rated.and(&Mask::from_fn(count, |row| 100 * missed(row) >= percent * possible(row)))
        };
        answer.count("pupils", &rated);
        answer.count("too-short", &was_there.without(&rated));
        answer.count("persistent", &reaches(self.persistent_percent));
        answer.count("severe", &reaches(self.severe_percent));

        // Only pupils who missed something count as being behind what was missed: a sum that three
        // of 200 pupils have made rests on three, and the host must know it.
        let in_unit = rated.and(&rows.unit.is(self.unit));
        let missing = in_unit.and(&Mask::from_fn(count, |row| missed(row) > 0));
        let some = |units: &i32| *units > 0;
        answer.values("possible", &in_unit, rows.possible_units);
        answer.values("missed", &missing, (0..count).map(missed));
        let unexcused = in_unit.and(&rows.missed_unexcused.mask(some));
        answer.values("unexcused", &unexcused, rows.missed_unexcused);
        answer.values("open", &in_unit.and(&rows.missed_open.mask(some)), rows.missed_open);
    }
}

/// Code indexes as labels; the rows that are not meant are left out.
fn labels(column: Column<'_, Codes>, meant: &Mask) -> Vec<u16> {
    let mut labels = column.labels();
    for (row, label) in labels.iter_mut().enumerate() {
        if !meant.contains(row) {
            *label = LEFT_OUT;
        }
    }
    labels
}

fn description() -> Description {
    let count = || Measure::count("pupil_terms");
    let sum = || Measure::sum("pupil_terms", 0..=MOST_UNITS);
    let rate = |above, below| Measure::ratio(above, below, 100).unit("%").decimals(1);
    let share = |part| Measure::share(part, "pupils").decimals(1);
    // Severe absence is so rare that it would be withheld in nearly every grade, and other figures
    // with it, to keep it from being worked out.
    let by_grade =
        ["pupils", "too-short", "absence-rate", "unexcused-rate", "open-share", "persistent-share"];
    let by_school = by_grade.into_iter().chain(["severe-share"]);
    Description::new("org.tridem.attendance", env!("CARGO_PKG_VERSION"))
        .dimension("school", ("Schule", "School"), Labels::codes("school"))
        .dimension("grade-primary", ("Jahrgang", "Grade"), Labels::codes("grade"))
        .dimension("grade-secondary", ("Jahrgang", "Grade"), Labels::codes("grade"))
        .dimension("school-term", ("Schule", "School"), Labels::codes("school"))
        .dimension("term", ("Halbjahr", "Half-year"), Labels::codes("term"))
        .measure("pupils", ("Bewertete Kinder", "Pupils rated"), count())
        .measure("too-short", ("Zu kurz angemeldet", "Enrolled too briefly"), count())
        .measure("possible", ("Mögliche Einheiten", "Possible units"), sum())
        .measure("missed", ("Gefehlte Einheiten", "Units missed"), sum())
        .measure("unexcused", ("Unentschuldigte Einheiten", "Unexcused units"), sum())
        .measure("open", ("Offene Einheiten", "Open units"), sum())
        .measure("absence-rate", ("Fehlquote", "Absence rate"), rate("missed", "possible"))
        .measure(
            "unexcused-rate",
            ("Unentschuldigte Fehlquote", "Unexcused absence rate"),
            rate("unexcused", "possible"),
        )
        .measure("open-share", ("Davon offen", "Open share of absence"), rate("open", "missed"))
        .measure("persistent", ("Hohe Fehlzeiten", "Persistent absence"), count())
        .measure("severe", ("Sehr hohe Fehlzeiten", "Severe absence"), count())
        .measure(
            "persistent-share",
            ("Anteil mit hohen Fehlzeiten", "Persistent absence share"),
            share("persistent"),
        )
        .measure(
            "severe-share",
            ("Anteil mit sehr hohen Fehlzeiten", "Severe absence share"),
            share("severe"),
        )
        .table(
            "schools",
            ("Fehlzeiten nach Schule", "Absence by school"),
            Table::of("school", by_school),
        )
        .table(
            "half-years",
            ("Anteil mit hohen Fehlzeiten nach Halbjahr", "Persistent absence share by half-year"),
            Table::across("school-term", "term", "persistent-share"),
        )
        .table(
            "grades-primary",
            ("Fehlzeiten nach Jahrgang, Grundschulen", "Absence by grade, primary schools"),
            Table::of("grade-primary", by_grade),
        )
        .table(
            "grades-secondary",
            (
                "Fehlzeiten nach Jahrgang, weiterführende Schulen",
                "Absence by grade, secondary schools",
            ),
            Table::of("grade-secondary", by_grade),
        )
}

tridem_sdk::export!(Attendance);

#[cfg(test)]
mod tests;
