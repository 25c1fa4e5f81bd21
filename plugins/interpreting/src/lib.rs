//! Interpreting that was booked: languages, outcomes, time and money.
//!
//! The languages are those that were booked. They tell what has to be organised, and nothing about the
//! families: who speaks German, or brings somebody along, is in none of these rows.

use tridem_sdk::{
    Answer, Batch, Description, Job, Labels, Mask, Measure, Metrics, Months, Result, Table, fields,
};

fields! {
    /// What is read of each booking.
    struct Bookings for "interpreting" {
        budget: codes,
        day: integers,
        language: codes,
        mode: codes,
        outcome: codes,
        minutes: integers,
        cost: longs,
    }
}

fields! {
    /// What is read of each budget.
    struct Budgets for "interpreter_budgets" {
        budget: codes,
        amount: longs,
    }
}

/// Most cents of a booking or budget: a thousand million euros, as the records allow.
const MOST_CENTS: i64 = 100_000_000_000;

/// The outcomes that have a column. A municipality's own are among the bookings alone.
const OUTCOMES: [&str; 3] = ["took-place", "cancelled", "nobody-found"];

/// The plugin: what it looks for in a run, by the indexes that the codes have here.
pub struct Interpreting {
    months: Months,
    outcomes: [Option<u16>; 3],
}

impl Metrics for Interpreting {
    fn describe() -> Description {
        description()
    }

    fn begin(job: &Job) -> Result<Self> {
        Ok(Self {
            months: Months::of(job.period()),
            outcomes: OUTCOMES.map(|outcome| job.code("interpreting", "outcome", outcome)),
        })
    }

    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
        let all = Mask::all(batch.rows());
        if let Some(rows) = Bookings::of(batch)? {
            answer.divide("language", rows.language.labels());
            answer.divide("month", self.months.labels(rows.day));
            answer.divide("mode", rows.mode.labels());
            answer.divide("outcome", rows.outcome.labels());
            answer.divide("budget", rows.budget.labels());
            let [took_place, cancelled, nobody] =
                self.outcomes.map(|outcome| rows.outcome.is(outcome));
            answer.count("bookings", &all);
            answer.count("took-place", &took_place);
            answer.count("cancelled", &cancelled);
            answer.count("nobody-found", &nobody);
            // Nobody interpreted at a booking that did not take place, but it may have to be paid.
            answer.values("minutes", &took_place, rows.minutes);
            let paid = rows.cost.mask(|cents| *cents > 0);
            answer.values("cost", &paid, rows.cost);
        }
        if let Some(rows) = Budgets::of(batch)? {
            answer.divide("budget", rows.budget.labels());
            answer.undivided(["language", "month", "mode", "outcome"]);
            answer.values("granted", &all, rows.amount);
        }
        Ok(())
    }
}

fn description() -> Description {
    let count = || Measure::count("interpreting");
    let euros = |dataset| Measure::sum(dataset, 0..=MOST_CENTS).scale(2).decimals(2).unit("€");
    Description::new("org.tridem.interpreting", env!("CARGO_PKG_VERSION"))
        .dimension("language", ("Gebuchte Sprache", "Language booked"), Labels::codes("language"))
        .dimension("month", ("Monat", "Month"), Labels::months())
        .dimension("mode", ("Form", "Mode"), Labels::codes("interpreting-mode"))
        .dimension("outcome", ("Ausgang", "Outcome"), Labels::codes("interpreting-outcome"))
        .dimension("budget", ("Budget", "Budget"), Labels::codes("interpreter-budgets"))
        .measure("bookings", ("Buchungen", "Bookings"), count())
        .measure("took-place", ("Stattgefunden", "Took place"), count())
        .measure("cancelled", ("Abgesagt", "Cancelled"), count())
        .measure("nobody-found", ("Niemand gefunden", "Nobody found"), count())
        .measure(
            "nobody-found-share",
            ("Anteil ohne Dolmetschung, weil niemand zu finden war", "Share that found nobody"),
            Measure::share("nobody-found", "bookings").decimals(1),
        )
        .measure(
            "minutes",
            ("Gedolmetschte Zeit", "Time interpreted"),
            Measure::sum("interpreting", 0..=1440).unit("min"),
        )
        .measure("cost", ("Kosten", "Cost"), euros("interpreting"))
        .measure("granted", ("Bewilligt", "Granted"), euros("interpreter_budgets"))
        .measure(
            "spent-share",
            ("Im Zeitraum ausgegeben", "Spent in the period"),
            Measure::ratio("cost", "granted", 100).unit("%").decimals(1),
        )
        .table(
            "languages",
            ("Buchungen nach gebuchter Sprache", "Bookings by language booked"),
            Table::of(
                "language",
                [
                    "bookings",
                    "took-place",
                    "cancelled",
                    "nobody-found",
                    "nobody-found-share",
                    "minutes",
                    "cost",
                ],
            ),
        )
        .table(
            "modes",
            ("Buchungen nach Form und Ausgang", "Bookings by mode and outcome"),
            Table::across("mode", "outcome", "bookings"),
        )
        .table(
            "languages-modes",
            ("Buchungen nach gebuchter Sprache und Form", "Bookings by language booked and mode"),
            Table::across("language", "mode", "bookings"),
        )
        .table(
            "minutes",
            ("Gedolmetschte Minuten nach Monat", "Minutes interpreted by month"),
            Table::across("language", "month", "minutes"),
        )
        .table(
            "cost",
            ("Kosten in Euro nach Monat", "Cost in euros by month"),
            Table::across("language", "month", "cost"),
        )
        .table(
            "budgets",
            ("Ausgaben und Budgets", "Spending and budgets"),
            Table::of("budget", ["granted", "cost", "spent-share", "bookings"]),
        )
}

tridem_sdk::export!(Interpreting);

#[cfg(test)]
mod tests;
