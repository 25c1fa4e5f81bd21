//! The change from class 4 to class 5 by primary school, and who is still there afterwards.

use tridem_sdk::{
    Answer, Batch, Codes, Column, Description, Job, Labels, Mask, Measure, Metrics, Result, Table,
    fields,
};

fields! {
    /// What is read of each transition.
    struct Transitions for "transitions" {
        school: codes,
        recommendation: codes,
        state: codes,
        target_form: codes,
        after_05: codes,
        after_06: codes,
    }
}

/// Recommendations with their words. What comes after them stands for every other code, and then for
/// none: nothing on record is no recommendation of a kind.
const RECOMMENDATIONS: [(&str, (&str, &str)); 5] = [
    ("hauptschule", ("Hauptschule", "Hauptschule")),
    ("realschule", ("Realschule", "Realschule")),
    (
        "realschule-limited",
        ("Realschule, eingeschränkt Gymnasium", "Realschule, Gymnasium with reservations"),
    ),
    ("gymnasium", ("Gymnasium", "Gymnasium")),
    ("none", ("keine Empfehlung", "no recommendation")),
];

/// Forms of secondary schools with their words.
const FORMS: [(&str, (&str, &str)); 5] = [
    ("04", ("Hauptschule", "Hauptschule")),
    ("10", ("Realschule", "Realschule")),
    ("14", ("Sekundarschule", "Sekundarschule")),
    ("15", ("Gesamtschule", "comprehensive school")),
    ("20", ("Gymnasium", "Gymnasium")),
];

const OTHER: (&str, &str) = ("andere", "another");
const NOT_RECORDED: (&str, &str) = ("nicht eingetragen", "not recorded");

/// Which label each code of a list has: its place among those with words, else that of "another".
struct Known {
    labels: Vec<u16>,
    others: u16,
}

impl Known {
    fn of(job: &Job, field: &str, words: &[(&str, (&str, &str))]) -> Self {
        let count = (0..).zip(words).map(|(label, _)| label + 1).max().unwrap_or(0);
        let label = |code: &String| {
            let mut places = (0..).zip(words);
            places.find(|(_, (known, _))| known == code).map_or(count, |(label, _)| label)
        };
        let codes = job.codes("transitions", field);
        Self { labels: codes.iter().map(label).collect(), others: count }
    }

    /// A label for each row, also for one without a code.
    fn labels(&self, column: Column<'_, Codes>) -> Vec<u16> {
        let label = |code: &u16| self.labels.get(usize::from(*code)).copied();
        (0..column.len())
            .map(|row| match column.get(row) {
                Some(code) => label(code).unwrap_or(self.others),
                None => self.others + 1,
            })
            .collect()
    }
}

fn words(known: [(&str, (&'static str, &'static str)); 5]) -> Labels {
    Labels::own(known.into_iter().map(|(_, words)| words).chain([OTHER, NOT_RECORDED]))
}

/// The plugin: what it looks for in a run, by the indexes that the codes have here.
pub struct Transition {
    recommendations: Known,
    forms: Known,
    /// Codes of `state`, each with the measure that counts it.
    states: [(&'static str, Option<u16>); 5],
    /// For after class 5 and after class 6, the codes for yes and for no.
    still_there: [[Option<u16>; 2]; 2],
}

/// For after class 5 and after class 6: who is still there, who is not, of whom it is not known, and
/// of whom nothing is recorded; and those of whom it is known.
const AFTER: [[&str; 5]; 2] = [
    ["there-05", "gone-05", "unknown-05", "not-recorded-05", "known-05"],
    ["there-06", "gone-06", "unknown-06", "not-recorded-06", "known-06"],
];

impl Metrics for Transition {
    fn describe() -> Description {
        description()
    }

    fn begin(job: &Job) -> Result<Self> {
        let code = |field, code| job.code("transitions", field, code);
        let yes_or_no = |field| ["yes", "no"].map(|word| code(field, word));
        Ok(Self {
            recommendations: Known::of(job, "recommendation", &RECOMMENDATIONS),
            forms: Known::of(job, "target_form", &FORMS),
            states: ["confirmed", "applied", "open", "refused", "left-town"]
                .map(|state| (state, code("state", state))),
            still_there: ["after_05", "after_06"].map(yes_or_no),
        })
    }

    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
        let Some(rows) = Transitions::of(batch)? else { return Ok(()) };
        answer.divide("school", rows.school.labels());
        answer.divide("recommendation", self.recommendations.labels(rows.recommendation));
        answer.divide("form", self.forms.labels(rows.target_form));
        answer.count("leaving", &Mask::all(batch.rows()));
        for (measure, state) in self.states {
            answer.count(measure, &rows.state.is(state));
        }
        let columns = [rows.after_05, rows.after_06].into_iter().zip(self.still_there);
        for ((column, [yes, no]), measures) in columns.zip(AFTER) {
            let (there, gone) = (column.is(yes), column.is(no));
            let (known, recorded) = (there.or(&gone), column.present());
            let masks = [&there, &gone, &recorded.without(&known), &recorded.not(), &known];
            for (measure, mask) in measures.into_iter().zip(masks) {
                answer.count(measure, mask);
            }
        }
        Ok(())
    }
}

fn description() -> Description {
    let count = || Measure::count("transitions");
    let share = |part, whole| Measure::share(part, whole).decimals(1);
    let mut description = Description::new("org.tridem.transition", env!("CARGO_PKG_VERSION"))
        .dimension("school", ("Grundschule", "Primary school"), Labels::codes("school"))
        .dimension("recommendation", ("Empfehlung", "Recommendation"), words(RECOMMENDATIONS))
        .dimension("form", ("Aufnehmende Schulform", "Receiving school form"), words(FORMS))
        .measure("leaving", ("Verlassen Klasse 4", "Leaving class 4"), count())
        .measure("confirmed", ("Platz bestätigt", "Place confirmed"), count())
        .measure("applied", ("Angemeldet, nicht bestätigt", "Applied, not confirmed"), count())
        .measure("open", ("Offen", "Open"), count())
        .measure("refused", ("Abgelehnt", "Refused"), count())
        .measure("left-town", ("Weggezogen", "Left town"), count())
        .measure(
            "confirmed-share",
            ("Anteil mit bestätigtem Platz", "Share with a confirmed place"),
            share("confirmed", "leaving"),
        );
    for ([there, gone, unknown, missing, known], share_id) in
        AFTER.into_iter().zip(["there-share-05", "there-share-06"])
    {
        description = description
            .measure(there, ("Noch dort", "Still there"), count())
            .measure(gone, ("Nicht mehr dort", "No longer there"), count())
            .measure(unknown, ("Nicht bekannt", "Not known"), count())
            .measure(missing, ("Nicht eingetragen", "Not recorded"), count())
            .measure(known, ("Bekannt", "Known"), count())
            .measure(
                share_id,
                ("Noch dort, von den bekannten", "Still there, of those known"),
                share(there, known),
            );
    }
    let places =
        ["leaving", "confirmed", "confirmed-share", "applied", "open", "refused", "left-town"];
    description
        .table(
            "places",
            ("Schulplätze nach Grundschule", "Places by primary school"),
            Table::of("school", places),
        )
        .table(
            "forms",
            ("Aufnehmende Schulform nach Grundschule", "Receiving school form by primary school"),
            Table::across("school", "form", "leaving"),
        )
        .table(
            "recommendations",
            ("Empfehlung nach Grundschule", "Recommendation by primary school"),
            Table::across("school", "recommendation", "leaving"),
        )
        .table(
            "recommendations-forms",
            ("Empfehlung und aufnehmende Schulform", "Recommendation and receiving school form"),
            Table::across("recommendation", "form", "leaving"),
        )
        .table(
            "after-05",
            ("Nach Klasse 5", "After class 5"),
            Table::of(
                "school",
                ["there-05", "gone-05", "unknown-05", "not-recorded-05", "there-share-05"],
            ),
        )
        .table(
            "after-06",
            ("Nach Klasse 6", "After class 6"),
            Table::of(
                "school",
                ["there-06", "gone-06", "unknown-06", "not-recorded-06", "there-share-06"],
            ),
        )
}

tridem_sdk::export!(Transition);

#[cfg(test)]
mod tests;
