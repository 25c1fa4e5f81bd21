//! Compares schools: contacts, households and time of the tandem and tridem teams.

use tridem_sdk::{
    Answer, Batch, Description, Job, Labels, Mask, Measure, Metrics, Months, Result, Table, fields,
};

fields! {
    /// What is read of each contact.
    struct Contacts for "contacts" {
        school: codes,
        day: integers,
        kind: codes,
        team_form: codes,
        attempt: flags,
        minutes: integers,
        persons: integers,
        household: indexes,
    }
}

fields! {
    /// What is read of each school.
    struct Schools for "schools" {
        school: codes,
        accompanied: integers,
        mediator_minutes: integers,
    }
}

/// The plugin: what it looks for in a run, by the indexes that the codes have here.
pub struct SchoolComparison {
    months: Months,
    home_visit: Option<u16>,
    tandem: Option<u16>,
    tridem: Option<u16>,
    /// Kinds that are left out of everything.
    left_out: Vec<Option<u16>>,
}

impl Metrics for SchoolComparison {
    fn describe() -> Description {
        description()
    }

    fn begin(job: &Job) -> Result<Self> {
        let kind = |code| job.code("contacts", "kind", code);
        let form = |code| job.code("contacts", "team_form", code);
        let written = job.flag("written_contacts")?;
        Ok(Self {
            months: Months::of(job.period()),
            home_visit: kind("home-visit"),
            tandem: form("tandem"),
            tridem: form("tridem"),
            left_out: if written { vec![] } else { vec![kind("message"), kind("letter")] },
        })
    }

    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
        if let Some(rows) = Contacts::of(batch)? {
            self.contacts(&rows, answer);
        }
        if let Some(rows) = Schools::of(batch)? {
            let all = Mask::all(batch.rows());
            answer.divide("school", rows.school.labels());
            answer.undivided(["month", "kind"]);
            answer.values("accompanied", &all, rows.accompanied);
            answer.values("mediator-minutes", &all, rows.mediator_minutes);
        }
        Ok(())
    }
}

impl SchoolComparison {
    fn contacts(&self, rows: &Contacts, answer: &mut Answer) {
        answer.divide("school", rows.school.labels());
        answer.divide("month", self.months.labels(rows.day));
        answer.divide("kind", rows.kind.labels());

        let mut meant = Mask::all(rows.kind.len());
        for kind in &self.left_out {
            meant = meant.without(&rows.kind.is(*kind));
        }
        let attempts = meant.and(&rows.attempt.yes());
        let contacts = meant.without(&attempts);
        answer.count("attempts", &attempts);
        answer.count("contacts", &contacts);
        answer.count("home-visits", &contacts.and(&rows.kind.is(self.home_visit)));
        answer.count("tandem", &contacts.and(&rows.team_form.is(self.tandem)));
        answer.count("tridem", &contacts.and(&rows.team_form.is(self.tridem)));
        answer.count("households", &contacts.and(&rows.household.present()));
        answer.values("person-contacts", &contacts, rows.persons);
        answer.values("minutes", &contacts, rows.minutes);
    }
}

fn description() -> Description {
    let hundred = |figure| Measure::ratio(figure, "accompanied", 100).decimals(1);
    let share = |form| Measure::share(form, "contacts").decimals(1);
    let hourly = Measure::ratio("contacts", "mediator-minutes", 60).decimals(2);
    let count = || Measure::count("contacts");
    let overview =
        ["contacts", "attempts", "person-contacts", "households", "minutes", "home-visits"];
    let rates = [
        "accompanied",
        "contacts-per-100",
        "home-visits-per-100",
        "contacts-per-hour",
        "tandem-share",
        "tridem-share",
    ];
    Description::new("org.tridem.school-comparison", env!("CARGO_PKG_VERSION"))
        .dimension("school", ("Schule", "School"), Labels::codes("school"))
        .dimension("month", ("Monat", "Month"), Labels::months())
        .dimension("kind", ("Art", "Kind"), Labels::codes("contact-kind"))
        .measure("contacts", ("Kontakte", "Contacts"), count())
        .measure("attempts", ("Versuche", "Attempts"), count())
        .measure(
            "person-contacts",
            ("Personenkontakte", "Person-contacts"),
            Measure::sum("contacts", 0..=500),
        )
        .measure(
            "households",
            ("Erreichte Haushalte", "Households reached"),
            Measure::distinct("contacts", "household"),
        )
        .measure(
            "minutes",
            ("Kontaktzeit", "Contact time"),
            Measure::sum("contacts", 0..=1440).unit("min"),
        )
        .measure("tandem", ("Tandem-Kontakte", "Tandem contacts"), count())
        .measure("tridem", ("Tridem-Kontakte", "Tridem contacts"), count())
        .measure("home-visits", ("Hausbesuche", "Home visits"), count())
        .measure("tandem-share", ("Anteil Tandem", "Tandem share"), share("tandem"))
        .measure("tridem-share", ("Anteil Tridem", "Tridem share"), share("tridem"))
        .measure(
            "accompanied",
            ("Begleitete Kinder", "Accompanied pupils"),
            Measure::sum("schools", 0..=100_000),
        )
        .measure(
            "mediator-minutes",
            ("Zeit der Bildungsmediation", "Mediator time"),
            Measure::sum("schools", 0..=100_000_000).unit("min"),
        )
        .measure(
            "contacts-per-100",
            ("Kontakte je 100 begleitete Kinder", "Contacts per 100 accompanied pupils"),
            hundred("contacts"),
        )
        .measure(
            "contacts-per-hour",
            ("Kontakte je Stunde Bildungsmediation", "Contacts per mediator hour"),
            hourly,
        )
        .measure(
            "home-visits-per-100",
            ("Hausbesuche je 100 begleitete Kinder", "Home visits per 100 accompanied pupils"),
            hundred("home-visits"),
        )
        .table("overview", ("Überblick", "Overview"), Table::of("school", overview))
        .table("rates", ("Verhältniszahlen", "Rates"), Table::of("school", rates))
        .table(
            "months",
            ("Kontakte nach Monat", "Contacts by month"),
            Table::across("school", "month", "contacts"),
        )
        .table(
            "kinds",
            ("Kontakte nach Art", "Contacts by kind"),
            Table::across("school", "kind", "contacts"),
        )
}

tridem_sdk::export!(SchoolComparison);

#[cfg(test)]
mod tests;
