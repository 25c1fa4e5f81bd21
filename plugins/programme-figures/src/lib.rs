//! Figures of a whole programme for the funder's report.
//!
//! It composes the document itself, because tables of figures that the host counts have a total, and
//! different services must not have one: their units are not the same.

mod figures;
mod words;
mod write;

use tridem_sdk::reporting::{Composition, Document, Reporting};
use tridem_sdk::{Batch, Day, Job, Result, fields};

use figures::{Budget, ByCode, Held, Persons, Service, Share};

fields! {
    /// What is read of each post.
    struct Posts for "posts" {
        team: codes,
        building_block: codes,
        fte: integers,
        state: codes,
        heads: integers,
        from: integers,
        until: integers,
    }
}

fields! {
    /// What is read of each consultation.
    struct Consultations for "consultations" {
        service: codes,
        site: codes,
        kind: codes,
        topics: sets,
        persons: integers,
        value_kind: codes,
        referred_to: codes,
        eligibility: codes,
    }
}

fields! {
    /// What is read of each group activity.
    struct Activities for "group_activities" {
        service: codes,
        kind: codes,
        minutes: integers,
        persons: integers,
        value_kind: codes,
    }
}

fields! {
    /// What is read of each interpreter budget.
    struct Budgets for "interpreter_budgets" {
        budget: codes,
        service: codes,
        amount: longs,
        from: integers,
    }
}

fields! {
    /// What is read of each interpreting that was booked.
    struct Bookings for "interpreting" {
        budget: codes,
        cost: longs,
        support_case: indexes,
    }
}

/// The states of posts, in the order of the columns.
const STATES: [&str; 3] = ["planned", "vacant", "filled"];

/// Why the programme is there for those who come, in the order of the columns.
const ELIGIBLE: [&str; 2] = ["newly-arrived", "comparable"];

/// The ways of knowing a number that make it no number.
const UNKNOWN: [&str; 2] = ["withheld", "not-collected"];

/// The datasets whose numbers of persons say how they are known.
const WITH_PERSONS: [&str; 2] = ["consultations", "group_activities"];

/// The plugin, and what it has counted so far.
pub struct ProgrammeFigures {
    first: Day,
    last: Day,
    states: [Option<u16>; 3],
    eligible: [Option<u16>; 2],
    /// For each of [`WITH_PERSONS`], the code for an estimate and those for no number.
    known: [(Option<u16>, [Option<u16>; 2]); 2],
    blocks: ByCode<Share>,
    teams: ByCode<Share>,
    services: ByCode<Service>,
    budgets: Vec<Budget>,
    spent: ByCode<Held>,
}

impl Reporting for ProgrammeFigures {
    fn describe() -> Composition {
        words::composition()
    }

    fn begin(job: &Job) -> Result<Self> {
        let known = |dataset| {
            let code = |code| job.code(dataset, "value_kind", code);
            (code("estimated"), UNKNOWN.map(code))
        };
        Ok(Self {
            first: job.period().first,
            last: job.period().last,
            states: STATES.map(|state| job.code("posts", "state", state)),
            eligible: ELIGIBLE.map(|code| job.code("consultations", "eligibility", code)),
            known: WITH_PERSONS.map(known),
            blocks: ByCode::default(),
            teams: ByCode::default(),
            services: ByCode::default(),
            budgets: Vec::new(),
            spent: ByCode::default(),
        })
    }

    fn push(&mut self, batch: &Batch) -> Result<()> {
        let rows = 0..batch.rows();
        if let Some(posts) = Posts::of(batch)? {
            rows.clone().for_each(|row| self.post(&posts, row));
        }
        if let Some(consultations) = Consultations::of(batch)? {
            rows.clone().for_each(|row| self.consultation(&consultations, row));
        }
        if let Some(activities) = Activities::of(batch)? {
            rows.clone().for_each(|row| self.activity(&activities, row));
        }
        if let Some(budgets) = Budgets::of(batch)? {
            for row in rows.clone() {
                self.budgets.push(Budget {
                    code: budgets.budget[row],
                    service: budgets.service[row],
                    granted: budgets.amount[row],
                    // Of one that began earlier, something may have been spent before.
                    is_whole: budgets.from[row] >= self.first,
                });
                self.services.at(Some(budgets.service[row]));
            }
        }
        if let Some(bookings) = Bookings::of(batch)? {
            for row in rows {
                let spent = self.spent.at(Some(bookings.budget[row]));
                spent.add(bookings.cost[row], bookings.support_case[row]);
            }
        }
        Ok(())
    }

    fn finish(&mut self, document: &mut Document) -> Result<()> {
        self.write(document);
        Ok(())
    }
}

impl ProgrammeFigures {
    /// Posts are a stock: one that ended in the period and the one that followed it are not two.
    fn post(&mut self, posts: &Posts, row: usize) {
        let is_over = posts.until.get(row).is_some_and(|until| *until < self.last);
        if posts.from[row] > self.last || is_over {
            return;
        }
        let state = self.states.iter().position(|state| *state == Some(posts.state[row]));
        let (fte, heads) = (i64::from(posts.fte[row]), i64::from(posts.heads[row]));
        // Posts of no building block are of different services, which have no sum.
        if let Some(block) = posts.building_block.get(row) {
            self.blocks.at(Some(*block)).add(state, fte, heads);
        }
        self.teams.at(Some(posts.team[row])).add(state, fte, heads);
    }

    fn consultation(&mut self, rows: &Consultations, row: usize) {
        let persons = self.persons(0, rows.value_kind.get(row), rows.persons[row]);
        let eligibility = rows.eligibility.get(row).copied();
        let place = self.eligible.iter().position(|code| code.is_some() && *code == eligibility);
        let service = self.services.at(Some(rows.service[row]));
        service.all.add(&persons);
        service.kinds.at(rows.kind.get(row).copied()).add(&persons);
        let site = rows.site.get(row).copied();
        service.sites.at(site).add(&persons);
        service.tells_eligibility |= eligibility.is_some();
        service.eligible.at(site)[place.unwrap_or(ELIGIBLE.len())] += 1;
        let set = rows.topics[row];
        if set == 0 {
            service.topics.at(None).add(&persons);
        }
        for topic in (0..64).filter(|topic| set >> topic & 1 == 1) {
            service.topics.at(Some(topic)).add(&persons);
        }
        if let Some(target) = rows.referred_to.get(row) {
            service.referred.at(Some(*target)).add(&persons);
        }
    }

    fn activity(&mut self, rows: &Activities, row: usize) {
        let persons = self.persons(1, rows.value_kind.get(row), rows.persons[row]);
        let service = self.services.at(Some(rows.service[row]));
        let kind = service.activities.at(Some(rows.kind[row]));
        kind.persons.add(&persons);
        kind.minutes += i64::from(rows.minutes[row]);
    }

    /// The persons present of one row. Where nothing is said of how they are known, they were counted.
    fn persons(&self, dataset: usize, kind: Option<&u16>, persons: i32) -> Persons {
        let (estimated, unknown) = self.known[dataset];
        let kind = kind.copied();
        let mut found = Persons { rows: 1, ..Persons::default() };
        let value = i64::from(persons);
        if kind.is_some() && unknown.contains(&kind) {
            return found;
        }
        if kind.is_some() && kind == estimated {
            (found.estimated, found.estimated_rows) = (value, 1);
        } else {
            (found.counted, found.counted_rows) = (value, 1);
        }
        found
    }
}

tridem_sdk::export_reporting!(ProgrammeFigures);

#[cfg(test)]
mod tests;
