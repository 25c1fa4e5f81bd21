//! The same figures as SQL: three `GROUP BY` queries over the covering index.

use std::fmt::Write;

use rusqlite::Connection;
use tridem::domain::CodeLists;

use crate::scene::period;

/// What the queries find: for each school its figures, then for each month and kind its contacts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Grouped {
    /// Contacts, attempts, persons, households, minutes, home visits, tandem, tridem.
    pub(crate) schools: Vec<[u64; 8]>,
    /// School, month, contacts.
    pub(crate) months: Vec<(u16, u16, u64)>,
    /// School, kind, contacts.
    pub(crate) kinds: Vec<(u16, u16, u64)>,
}

/// The three queries.
pub(crate) struct Queries {
    overview: String,
    months: String,
    kinds: String,
}

impl Queries {
    /// The queries for the figures alone or, `with_persons`, also for the households behind each
    /// of them, without which nothing can be withheld.
    pub(crate) fn new(with_persons: bool) -> Self {
        let lists = CodeLists::new(CodeLists::seed());
        let place = |list: &str, code: &str| lists.list(list).place(code).expect("a seed code");
        let bit = |role| 1u64 << place("role", role);
        let home_visit = place("contact-kind", "home-visit");
        let both = bit("mediation") | bit("teacher");
        let three = both | bit("social-work");
        let tandem = format!("roles & {three} = {both}");
        let tridem = format!("roles & {three} = {three}");
        let mut behind_overview = String::new();
        let mut behind_cell = "";
        if with_persons {
            for rows in [
                "attempt".to_owned(),
                format!("NOT attempt AND kind = {home_visit}"),
                format!("NOT attempt AND {tandem}"),
                format!("NOT attempt AND {tridem}"),
                format!("NOT attempt AND NOT ({tandem})"),
                format!("NOT attempt AND NOT ({tridem})"),
            ] {
                let _ = write!(behind_overview, ", count(DISTINCT iif({rows}, household, NULL))");
            }
            behind_cell = ", count(DISTINCT household)";
        }
        let (first, last) = (period().first.0, period().last.0);
        let between = format!("day BETWEEN {first} AND {last}");
        let overview = format!(
            "SELECT sum(NOT attempt), sum(attempt), sum(iif(attempt, 0, persons)),
                    count(DISTINCT iif(attempt, NULL, household)), sum(iif(attempt, 0, minutes)),
                    sum(NOT attempt AND kind = {home_visit}), sum(NOT attempt AND {tandem}),
                    sum(NOT attempt AND {tridem}){behind_overview}
             FROM contact INDEXED BY contact_columns WHERE {between} GROUP BY school"
        );
        // Months as ranges of days, which the index finds; taking each day's month apart is slower.
        let values: Vec<String> = (0..)
            .zip(period().months())
            .map(|(place, month): (u16, _)| {
                format!("({place}, {}, {})", month.period().first.0, month.period().last.0)
            })
            .collect();
        let months = format!(
            "WITH month (place, first, last) AS (VALUES {})
             SELECT contact.school - 1, month.place, count(*){behind_cell}
             FROM school CROSS JOIN month CROSS JOIN contact INDEXED BY contact_columns
             WHERE contact.school = school.key AND contact.day BETWEEN month.first AND month.last
                   AND NOT contact.attempt
             GROUP BY contact.school, month.place",
            values.join(", "),
        );
        let kinds = format!(
            "SELECT school - 1, kind, count(*){behind_cell}
             FROM contact INDEXED BY contact_columns
             WHERE {between} AND NOT attempt GROUP BY school, kind"
        );
        Self { overview, months, kinds }
    }

    pub(crate) fn run(&self, connection: &Connection) -> Grouped {
        self.try_run(connection).expect("the schema has these columns")
    }

    fn try_run(&self, connection: &Connection) -> rusqlite::Result<Grouped> {
        let mut overview = connection.prepare(&self.overview)?;
        let schools = overview.query_map([], |row| {
            let mut figures = [0; 8];
            for (place, figure) in figures.iter_mut().enumerate() {
                *figure = row.get::<_, i64>(place)?.cast_unsigned();
            }
            Ok(figures)
        })?;
        let cells = |sql: &str| -> rusqlite::Result<Vec<(u16, u16, u64)>> {
            let mut statement = connection.prepare(sql)?;
            statement
                .query_map([], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.cast_unsigned()))
                })?
                .collect()
        };
        Ok(Grouped {
            schools: schools.collect::<Result<_, _>>()?,
            months: cells(&self.months)?,
            kinds: cells(&self.kinds)?,
        })
    }
}
