//! Writes the document: posts, then the services, each for itself.

use tridem_sdk::reporting::{Cell, Document, Number, Table, Words};

use crate::figures::{ByCode, Persons, Service, Share};
use crate::{ELIGIBLE, ProgrammeFigures, STATES};

/// The columns of persons present.
const PERSONS: [&str; 2] = ["counted", "estimated"];

impl ProgrammeFigures {
    pub(crate) fn write(&self, document: &mut Document) {
        document.heading(1, "title");
        if self.teams.is_empty() && self.services.is_empty() {
            document.paragraph("nothing");
            return;
        }
        if !self.teams.is_empty() {
            document.heading(2, "posts");
            document.passage("about-posts");
            if !self.blocks.is_empty() {
                document.table(posts("by-block", "building_block", &self.blocks));
            }
            document.table(posts("by-team", "team", &self.teams));
        }
        if self.services.is_empty() {
            return;
        }
        document.heading(2, "services");
        document.passage("about-services");
        self.overview(document);
        for (code, service) in self.services.iter() {
            let Some(code) = code else { continue };
            document.heading(2, service_word(code));
            consultations(document, service);
            activities(document, service);
            self.budgets(document, code);
        }
    }

    /// The services under each other, with no row below that would add them up.
    fn overview(&self, document: &mut Document) {
        let mut table = of_consultations("services");
        for (code, service) in self.services.iter() {
            if let Some(code) = code.filter(|_| service.all.rows > 0) {
                table.push(service_word(code), of_persons(&service.all));
            }
        }
        document.table(table);
    }

    fn budgets(&self, document: &mut Document, service: u16) {
        let mut table = Table::new("budgets")
            .column_in("granted", "eur")
            .column_in("spent", "eur")
            .column_in("remaining", "eur");
        let mut is_empty = true;
        for budget in self.budgets.iter().filter(|budget| budget.service == service) {
            is_empty = false;
            let held = self.spent.get(budget.code);
            let (cents, cases) = held.map_or((0, 0), |held| (held.cents, held.cases()));
            let euros = |cents| Number::scaled(cents, 2);
            let remaining = budget.is_whole.then(|| euros(budget.granted - cents));
            let cells = [
                Some(euros(budget.granted).about_nobody()),
                Some(euros(cents).resting_on(cases)),
                // Who knows what was granted and what is left knows what was spent.
                remaining.map(|number| number.resting_on(cases)),
            ];
            table.push(Words::code("interpreter_budgets", "budget", budget.code), cells);
        }
        if !is_empty {
            document.table(table);
            document.passage("about-budgets");
        }
    }
}

/// The word of a service, from a dataset that was granted: all of them use one list.
fn service_word(service: u16) -> Words {
    Words::code("consultations", "service", service)
}

fn posts(caption: &str, field: &str, shares: &ByCode<Share>) -> Table {
    let mut table = Table::new(caption);
    for column in STATES.into_iter().chain(["together"]) {
        table = table.column_in(column, "fte");
    }
    table = table.column("heads");
    for (code, share) in shares.iter() {
        let Some(code) = code else { continue };
        let label = Words::code("posts", field, code);
        let ftes = share.states.into_iter().chain([share.all]);
        let ftes = ftes.map(|hundredths| Number::scaled(hundredths, 2).about_nobody());
        table.push(label, ftes.chain([Number::of(share.heads).about_nobody()]));
    }
    table
}

fn consultations(document: &mut Document, service: &Service) {
    if service.all.rows == 0 {
        return;
    }
    let mut kinds = by_code("by-kind", "kind", "appointment", &service.kinds);
    kinds.push("all", of_persons(&service.all));
    document.table(kinds);
    document.table(by_code("by-site", "site", "no-site", &service.sites));
    if service.tells_eligibility {
        document.table(eligibility(service));
    }
    document.table(by_code("by-topic", "topics", "no-topic", &service.topics));
    if !service.referred.is_empty() {
        document.table(by_code("by-target", "referred_to", "all", &service.referred));
    }
}

/// Why people came to each site. That nobody of a group came is a true zero, and is shown.
fn eligibility(service: &Service) -> Table {
    let columns = ELIGIBLE.into_iter().chain(["not-stated"]);
    let mut table = columns.fold(Table::new("by-eligibility"), Table::column);
    for (code, found) in service.eligible.iter() {
        let label = code.map(|code| Words::code("consultations", "site", code));
        let cells =
            found.map(|rows| Number::of(rows).resting_on(u32::try_from(rows).unwrap_or(u32::MAX)));
        table.push(label.unwrap_or_else(|| Words::phrase("no-site")), cells);
    }
    table
}

fn by_code(caption: &str, field: &str, none: &str, found: &ByCode<Persons>) -> Table {
    let mut table = of_consultations(caption);
    for (code, persons) in found.iter() {
        let label = code.map(|code| Words::code("consultations", field, code));
        table.push(label.unwrap_or_else(|| Words::phrase(none)), of_persons(persons));
    }
    table
}

fn of_consultations(caption: &str) -> Table {
    PERSONS.into_iter().fold(Table::new(caption).column("consultations"), Table::column)
}

fn activities(document: &mut Document, service: &Service) {
    if service.activities.is_empty() {
        return;
    }
    let table = Table::new("activities").column("activities").column_in("minutes", "min");
    let mut table = PERSONS.into_iter().fold(table, Table::column);
    for (code, activity) in service.activities.iter() {
        let Some(code) = code else { continue };
        let persons = &activity.persons;
        // An activity is for many at once: a number of persons present rests on these persons.
        let [_, counted, estimated] = cells(persons, [persons.counted, persons.estimated]);
        // That a parent café took place, and how long, is about nobody in particular.
        let own = [persons.rows, activity.minutes].map(|own| Number::of(own).about_nobody().into());
        let own = own.into_iter().chain([counted, estimated]);
        table.push(Words::code("group_activities", "kind", code), own);
    }
    document.table(table);
}

/// Consultations, persons counted and persons estimated. Where neither was taken down there is no
/// number, which is not 0.
fn of_persons(persons: &Persons) -> [Cell; 3] {
    cells(persons, [persons.counted_rows, persons.estimated_rows])
}

/// The same, with what the counted and the estimated persons rest on.
fn cells(persons: &Persons, [counted, estimated]: [i64; 2]) -> [Cell; 3] {
    let number =
        |value, base: i64| Number::of(value).resting_on(u32::try_from(base).unwrap_or(u32::MAX));
    let is_known = persons.counted_rows + persons.estimated_rows > 0;
    [
        number(persons.rows, persons.rows).into(),
        is_known.then(|| number(persons.counted, counted)).into(),
        is_known.then(|| number(persons.estimated, estimated)).into(),
    ]
}
