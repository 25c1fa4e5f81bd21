//! What a school's tandem and tridem have done in a half-year, for the school and its head.
//!
//! It counts; it rates nobody. Contacts are not people: families reached, persons present and contacts
//! stand in columns of their own.

mod description;

use tridem_sdk::{
    Answer, Batch, Codes, Column, Day, Description, Job, LEFT_OUT, Mask, Metrics, Months, Result,
    fields,
};

use description::{NO_TOPIC, OTHER_TOPIC, TOPICS, describe};

fields! {
    /// What is read of each contact.
    struct Contacts for "contacts" {
        school: codes,
        day: integers,
        kind: codes,
        team_form: codes,
        attempt: flags,
        topics: sets,
        minutes: integers,
        persons: integers,
        household: indexes,
    }
}

fields! {
    /// What is read of each group activity.
    struct Activities for "group_activities" {
        school: codes,
        minutes: integers,
        persons: integers,
        value_kind: codes,
    }
}

fields! {
    /// What is read of each support case that ran on a day of the period.
    struct SupportCases for "support_cases" {
        school: codes,
        opened: integers,
        closed: integers,
    }
}

fields! {
    /// What is read of each goal.
    struct Goals for "goals" {
        school: codes,
        state: codes,
    }
}

fields! {
    /// What is read of each transition.
    struct Transitions for "transitions" {
        school: codes,
        state: codes,
    }
}

fields! {
    /// What is read of each pupil and term.
    struct Terms for "pupil_terms" {
        school: codes,
        term: codes,
        unit: codes,
        enrolled_days: integers,
        possible_units: integers,
        missed_excused: integers,
        missed_unexcused: integers,
        missed_open: integers,
        pupil: indexes,
    }
}

/// Dimensions other than that of the school.
const OTHERS: [&str; 5] = ["month", "kind", "goal-state", "transition-state", "term"];

/// How a number of persons is known.
struct ValueKinds {
    estimated: Option<u16>,
    /// Nobody may see the number, or nobody took it down: it is no number.
    unknown: [Option<u16>; 2],
}

/// The plugin: its settings, and what it looks for by the indexes that the codes have here.
pub struct HalfYear {
    months: Months,
    first: Day,
    last: Day,
    home_visit: Option<u16>,
    forms: [Option<u16>; 3],
    /// The topics that have a column, and those that have none.
    topics: [Option<u16>; TOPICS.len()],
    other_topics: u64,
    value_kinds: ValueKinds,
    minimum_days: i64,
    persistent_percent: i64,
    unit: Option<u16>,
    /// The term that is the sum of the half-years.
    year: Option<u16>,
}

impl Metrics for HalfYear {
    fn describe() -> Description {
        describe()
    }

    fn begin(job: &Job) -> Result<Self> {
        let contact = |field, code| job.code("contacts", field, code);
        let value_kind = |code| job.code("group_activities", "value_kind", code);
        let topics = TOPICS.map(|(code, _)| contact("topics", code));
        let named = topics.iter().flatten().fold(0, |set, code| set | bit(*code));
        Ok(Self {
            months: Months::of(job.period()),
            first: job.period().first,
            last: job.period().last,
            home_visit: contact("kind", "home-visit"),
            forms: ["solo", "tandem", "tridem"].map(|form| contact("team_form", form)),
            topics,
            other_topics: !named,
            value_kinds: ValueKinds {
                estimated: value_kind("estimated"),
                unknown: ["withheld", "not-collected"].map(value_kind),
            },
            minimum_days: job.integer("minimum_days")?,
            persistent_percent: job.integer("persistent_percent")?,
            unit: job.code("pupil_terms", "unit", job.text("unit")?),
            year: job.code("pupil_terms", "term", "year"),
        })
    }

    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
        let all = Mask::all(batch.rows());
        if let Some(rows) = Contacts::of(batch)? {
            self.contacts(&rows, answer);
        }
        if let Some(rows) = Activities::of(batch)? {
            self.activities(&rows, answer);
        }
        if let Some(rows) = SupportCases::of(batch)? {
            divide(answer, rows.school, None);
            let is_closed = |row| rows.closed.get(row).is_some_and(|day| *day <= self.last);
            let closed = which(batch.rows(), &is_closed);
            answer.count("cases", &all);
            answer
                .count("cases-begun", &which(batch.rows(), &|row| rows.opened[row] >= self.first));
            answer.count("cases-closed", &closed);
            answer.count("cases-running", &closed.not());
        }
        if let Some(rows) = Goals::of(batch)? {
            divide(answer, rows.school, Some(("goal-state", rows.state)));
            answer.count("goals", &all);
        }
        if let Some(rows) = Transitions::of(batch)? {
            divide(answer, rows.school, Some(("transition-state", rows.state)));
            answer.count("transitions", &all);
        }
        if let Some(rows) = Terms::of(batch)? {
            self.terms(&rows, answer);
        }
        Ok(())
    }
}

impl HalfYear {
    fn contacts(&self, rows: &Contacts, answer: &mut Answer) {
        answer.divide("school", rows.school.labels());
        answer.divide("month", self.months.labels(rows.day));
        answer.divide("kind", rows.kind.labels());
        answer.undivided(["goal-state", "transition-state", "term"]);
        let attempts = rows.attempt.yes();
        let contacts = attempts.not();
        answer.count("attempts", &attempts);
        answer.count("contacts", &contacts);
        answer.count("households", &contacts.and(&rows.household.present()));
        answer.count("home-visits", &contacts.and(&rows.kind.is(self.home_visit)));
        answer.values("person-contacts", &contacts, rows.persons);
        answer.values("minutes", &contacts, rows.minutes);
        for (measure, form) in ["solo", "tandem", "tridem"].into_iter().zip(self.forms) {
            answer.count(measure, &contacts.and(&rows.team_form.is(form)));
        }
        for ((measure, _), topic) in TOPICS.into_iter().zip(self.topics) {
            answer.count(&topic_id(measure), &contacts.and(&rows.topics.have(topic)));
        }
        let others = self.other_topics;
        let of = |test: &dyn Fn(u64) -> bool| which(rows.kind.len(), &|row| test(rows.topics[row]));
        let has_other = of(&|set| set & others != 0);
        answer.count(OTHER_TOPIC, &contacts.and(&has_other));
        answer.count(NO_TOPIC, &contacts.and(&of(&|set| set == 0)));
    }

    fn activities(&self, rows: &Activities, answer: &mut Answer) {
        divide(answer, rows.school, None);
        let kinds = &self.value_kinds;
        let estimated = rows.value_kind.is(kinds.estimated);
        let [withheld, not_collected] = kinds.unknown.map(|kind| rows.value_kind.is(kind));
        // Where nothing is said of how a number is known, it was counted.
        let counted = estimated.or(&withheld).or(&not_collected).not();
        answer.count("activities", &Mask::all(rows.school.len()));
        answer.values("activity-minutes", &Mask::all(rows.school.len()), rows.minutes);
        answer.values("activity-counted", &counted, rows.persons);
        answer.values("activity-estimated", &estimated, rows.persons);
    }

    /// The year is the sum of its half-years, so its rows are left out.
    fn terms(&self, rows: &Terms, answer: &mut Answer) {
        let count = rows.term.len();
        let year = rows.term.is(self.year);
        let mut terms = rows.term.labels();
        for row in year.iter() {
            terms[row] = LEFT_OUT;
        }
        answer.divide("school", rows.school.labels());
        answer.divide("term", terms);
        answer.undivided(["month", "kind", "goal-state", "transition-state"]);

        let possible = |row: usize| i64::from(rows.possible_units[row]);
        let missed = |row: usize| {
            i64::from(rows.missed_excused[row])
                + i64::from(rows.missed_unexcused[row])
                + i64::from(rows.missed_open[row])
        };
        // Somebody without any day that counts was not too short at the school, but not there.
        let days = |row: usize| i64::from(rows.enrolled_days[row]);
        let is_there = which(count, &|row| days(row) > 0 && possible(row) > 0);
        let was_there = is_there.without(&year);
        let rated = was_there.and(&which(count, &|row| days(row) >= self.minimum_days));
        let persistent =
            which(count, &|row| 100 * missed(row) >= self.persistent_percent * possible(row));
        answer.count("pupils", &rated.and(&rows.pupil.present()));
        answer.count("rated", &rated);
        answer.count("too-short", &was_there.without(&rated).and(&rows.pupil.present()));
        answer.count("persistent", &rated.and(&persistent));

        // Behind a sum stand only those who have a part in it, so that the host can tell how few
        // have made it.
        let in_unit = rated.and(&rows.unit.is(self.unit));
        answer.values("possible", &in_unit, rows.possible_units);
        let missing = in_unit.and(&which(count, &|row| missed(row) > 0));
        answer.values("missed", &missing, (0..count).map(missed));
        for (measure, units) in [("unexcused", rows.missed_unexcused), ("open", rows.missed_open)] {
            answer.values(measure, &in_unit.and(&which(count, &|row| units[row] > 0)), units);
        }
    }
}

/// Divides rows by school and perhaps by one dimension more, and by no other.
fn divide(answer: &mut Answer, school: Column<'_, Codes>, more: Option<(&str, Column<'_, Codes>)>) {
    answer.divide("school", school.labels());
    if let Some((dimension, column)) = more {
        answer.divide(dimension, column.labels());
    }
    let divided = more.map(|(dimension, _)| dimension);
    answer.undivided(OTHERS.into_iter().filter(|other| Some(*other) != divided));
}

/// The rows that pass a test. One function for all tests, because each made of its own would be larger
/// than all they ask.
fn which(rows: usize, test: &dyn Fn(usize) -> bool) -> Mask {
    Mask::from_fn(rows, test)
}

/// The measure that counts contacts about a topic.
fn topic_id(topic: &str) -> String {
    ["topic-", topic].concat()
}

/// The bit of a code in a set.
fn bit(code: u16) -> u64 {
    1_u64.checked_shl(code.into()).unwrap_or(0)
}

tridem_sdk::export!(HalfYear);

#[cfg(test)]
mod tests;
