//! Keeps what plugins may read, and what they were allowed once and are no more.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

use super::ledger::hex;
use super::plugins::no_package;
use super::{Error, Reader, Writer};
use crate::domain::{Action, Coarsening, Day, Grant, GrantTerms, GrantedSchools, SchoolKey, Text};

/// A grant as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptGrant {
    /// What was granted.
    pub grant: Grant,
    /// Whether it was taken back.
    pub is_revoked: bool,
}

/// Grants are the municipality's, so the scope changes nothing about them.
impl Reader<'_> {
    /// What a package may read, by dataset and field, also where the day of expiry is over; nothing
    /// for one that is not installed.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read), and [`Error::Damaged`] for a coarsening that nobody
    /// knows: a grant is never read as wider than it was given.
    pub fn grants(&self, sha256: &[u8; 32]) -> Result<Vec<Grant>, Error> {
        let kept = self.kept_grants(sha256)?;
        Ok(kept.into_iter().filter(|kept| !kept.is_revoked).map(|kept| kept.grant).collect())
    }

    /// The same with those that were taken back.
    ///
    /// # Errors
    ///
    /// As [`Reader::grants`].
    pub fn kept_grants(&self, sha256: &[u8; 32]) -> Result<Vec<KeptGrant>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT dataset, field, granted_by, granted_at, purpose_de, purpose_en, all_schools,
                    first_day, last_day, coarsening, until_day, carried_from, is_revoked
             FROM plugin_grant WHERE sha256 = ?1 ORDER BY dataset, field",
        )?;
        let rows = statement.query_map([sha256], |row| Ok(kept(row)))?;
        let mut grants = Vec::new();
        for row in rows {
            let (mut found, all_schools) = row??;
            if !all_schools {
                let Grant { dataset, field, .. } = &found.grant;
                let schools = self.granted_schools(sha256, dataset, field)?;
                found.grant.terms.schools = GrantedSchools::Only(schools);
            }
            grants.push(found);
        }
        Ok(grants)
    }

    fn granted_schools(
        &self,
        sha256: &[u8; 32],
        dataset: &str,
        field: &str,
    ) -> Result<BTreeSet<String>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT number FROM plugin_grant_school JOIN school ON school.key = school
             WHERE sha256 = ?1 AND dataset = ?2 AND field = ?3",
        )?;
        let numbers = statement.query_map((sha256, dataset, field), |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }
}

/// A grant with its schools still to be read, and whether they are all.
fn kept(row: &Row<'_>) -> Result<(KeptGrant, bool), Error> {
    let (de, en): (Option<String>, Option<String>) = (row.get(4)?, row.get(5)?);
    let day = |column: usize| row.get::<_, Option<i32>>(column).map(|day| day.map(Day));
    let coarsening: Option<String> = row.get(9)?;
    let coarsening = coarsening
        .map(|code| code.parse::<Coarsening>())
        .transpose()
        .map_err(|unknown| Error::Damaged(format!("a grant has the coarsening: {unknown}")))?;
    let terms = GrantTerms {
        schools: GrantedSchools::All,
        first: day(7)?,
        last: day(8)?,
        coarsening,
        until: day(10)?,
    };
    let grant = Grant {
        dataset: row.get(0)?,
        field: row.get(1)?,
        terms,
        purpose: de.zip(en).map(|(de, en)| Text { de, en }),
        granted_by: row.get(2)?,
        granted_at: row.get(3)?,
        carried_from: row.get(11)?,
    };
    Ok((KeptGrant { grant, is_revoked: row.get(12)? }, row.get(6)?))
}

impl Writer<'_> {
    /// Lets a package read a field, in place of what it might read of it before. A grant that goes
    /// exactly as far as the one that is there changes nothing: that keeps its first date. Returns
    /// whether anything was changed.
    ///
    /// # Errors
    ///
    /// [`Error::Dangling`] where the package is not installed or there is no such school.
    pub fn grant(&mut self, sha256: &[u8; 32], grant: &Grant) -> Result<bool, Error> {
        let Grant { dataset, field, terms, purpose, granted_by, granted_at, carried_from } = grant;
        let before = self.read_all(&crate::domain::Scope::municipality()).grants(sha256)?;
        let before = before.into_iter().find(|before| before.is_for(dataset, field));
        if before.is_some_and(|before| before.terms == *terms) {
            return Ok(false);
        }
        let mut schools = Vec::new();
        if let GrantedSchools::Only(numbers) = &terms.schools {
            for number in numbers {
                schools.push(self.school_key(number)?);
            }
        }
        self.connection
            .prepare_cached(
                "DELETE FROM plugin_grant WHERE sha256 = ?1 AND dataset = ?2 AND field = ?3",
            )?
            .execute((sha256, dataset, field))?;
        let sign = || ("a grant of", grant.name());
        self.insert(
            "INSERT INTO plugin_grant
               (sha256, dataset, field, granted_by, granted_at, purpose_de, purpose_en, all_schools,
                first_day, last_day, coarsening, until_day, carried_from, is_revoked)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0)",
            params![
                sha256,
                dataset,
                field,
                granted_by,
                granted_at,
                purpose.as_ref().map(|purpose| &purpose.de),
                purpose.as_ref().map(|purpose| &purpose.en),
                terms.schools == GrantedSchools::All,
                terms.first.map(|day| day.0),
                terms.last.map(|day| day.0),
                terms.coarsening.map(Coarsening::code),
                terms.until.map(|day| day.0),
                carried_from,
            ],
            "the grant",
            sign,
        )?;
        for school in schools {
            self.insert(
                "INSERT INTO plugin_grant_school (sha256, dataset, field, school)
                 VALUES (?1, ?2, ?3, ?4)",
                params![sha256, dataset, field, school.0],
                "the grant",
                sign,
            )?;
        }
        let (action, mut details) = match carried_from {
            None => (Action::PluginGrant, limits(terms)),
            Some(version) => {
                let mut details = limits(terms);
                details["carried_from"] = json!(version);
                (Action::PluginGrantCarry, details)
            }
        };
        details["field"] = json!(grant.name());
        self.note_grant(action, sha256, details)?;
        Ok(true)
    }

    /// Takes a grant back; returns whether there was one. That it was there stays known.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written.
    pub fn revoke(&mut self, sha256: &[u8; 32], dataset: &str, field: &str) -> Result<bool, Error> {
        let revoked = self
            .connection
            .prepare_cached(
                "UPDATE plugin_grant SET is_revoked = 1
                 WHERE sha256 = ?1 AND dataset = ?2 AND field = ?3 AND is_revoked = 0",
            )?
            .execute((sha256, dataset, field))?;
        if revoked > 0 {
            let details = json!({ "field": format!("{dataset}.{field}") });
            self.note_grant(Action::PluginRevoke, sha256, details)?;
        }
        Ok(revoked > 0)
    }

    fn school_key(&self, number: &str) -> Result<SchoolKey, Error> {
        let sql = "SELECT key FROM school WHERE number = ?1";
        let key = self.connection.prepare_cached(sql)?.query_row([number], |row| row.get(0));
        key.optional()?.map(SchoolKey).ok_or(Error::Dangling { what: "the grant" })
    }

    fn note_grant(
        &mut self,
        action: Action,
        sha256: &[u8; 32],
        mut details: Value,
    ) -> Result<(), Error> {
        let (id, _) = self.plugin_of(sha256)?.ok_or_else(|| no_package(sha256))?;
        details["sha256"] = json!(hex(sha256));
        self.note(action, id, &details);
        Ok(())
    }
}

/// What limits a grant, for the audit: school numbers, days and codes, and only where it does.
fn limits(terms: &GrantTerms) -> Value {
    let mut details = json!({});
    if let GrantedSchools::Only(numbers) = &terms.schools {
        details["schools"] = json!(numbers);
    }
    for (name, day) in [("from", terms.first), ("to", terms.last), ("until", terms.until)] {
        if let Some(day) = day {
            details[name] = json!(day);
        }
    }
    if let Some(kind) = terms.coarsening {
        details["coarse"] = json!(kind.code());
    }
    details
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Scope;
    use crate::store::fixture::{City, NOW, author, day};

    const OLD: [u8; 32] = [1; 32];
    const NEW: [u8; 32] = [2; 32];
    const ID: &str = "org.example.comparison";

    fn grant(field: &str, terms: GrantTerms) -> Grant {
        Grant {
            dataset: "contacts".into(),
            field: field.into(),
            terms,
            purpose: Some(Text::new("Zählen", "Counting")),
            granted_by: "koordination".into(),
            granted_at: NOW,
            carried_from: None,
        }
    }

    fn limited() -> GrantTerms {
        GrantTerms {
            schools: GrantedSchools::Only(BTreeSet::from(["100001".to_owned()])),
            first: Some(day("2025-08-01")),
            last: Some(day("2026-07-31")),
            coarsening: Some(Coarsening::Month),
            until: Some(day("2026-12-31")),
        }
    }

    /// Two versions, of which the old one may read days of one school.
    fn with_plugins() -> City {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        writer.install_plugin(&OLD, ID, "1.0.0", b"old", NOW).unwrap();
        writer.install_plugin(&NEW, ID, "1.1.0", b"new", NOW + 1).unwrap();
        assert!(writer.grant(&OLD, &grant("day", limited())).unwrap());
        writer.commit().unwrap();
        city
    }

    /// What the audit says of the newest change.
    fn newest(city: &City) -> (String, Value) {
        let filter = crate::store::AuditFilter { limit: Some(1), ..Default::default() };
        let entry = city.all().audit(&filter).unwrap().remove(0);
        (entry.action, serde_json::from_str(&entry.details).unwrap())
    }

    #[test]
    fn nothing_can_be_granted_to_what_is_not_installed_or_of_a_school_that_is_not_there() {
        let mut city = with_plugins();
        assert_eq!(city.all().grants(&[3; 32]).unwrap(), []);
        let mut writer = city.store.write(&author()).unwrap();
        let refused = writer.grant(&[3; 32], &grant("day", GrantTerms::default()));
        assert!(matches!(refused, Err(Error::Dangling { .. })));
        let schools = GrantedSchools::Only(BTreeSet::from(["999999".to_owned()]));
        let refused = writer.grant(&OLD, &grant("kind", GrantTerms { schools, ..limited() }));
        assert!(matches!(refused, Err(Error::Dangling { .. })));
    }

    #[test]
    fn a_grant_is_for_one_package_and_read_as_it_was_given() {
        let city = with_plugins();
        assert_eq!(city.all().grants(&OLD).unwrap(), [grant("day", limited())]);
        assert_eq!(city.all().grants(&NEW).unwrap(), []);
        let (action, details) = newest(&city);
        assert_eq!(action, "plugin.grant");
        let expected = json!({
            "field": "contacts.day", "sha256": "01".repeat(32), "schools": ["100001"],
            "from": "2025-08-01", "to": "2026-07-31", "until": "2026-12-31", "coarse": "month",
        });
        assert_eq!(details, expected);
    }

    #[test]
    fn the_same_grant_keeps_its_first_date_and_another_one_takes_its_place() {
        let mut city = with_plugins();
        let later = |terms| Grant {
            granted_by: "jemand".into(),
            granted_at: NOW + 9,
            ..grant("day", terms)
        };
        let mut writer = city.store.write(&author()).unwrap();
        assert!(!writer.grant(&OLD, &later(limited())).unwrap());
        writer.commit().unwrap();
        assert_eq!(city.all().grants(&OLD).unwrap(), [grant("day", limited())]);
        let mut writer = city.store.write(&author()).unwrap();
        assert!(writer.grant(&OLD, &later(GrantTerms::default())).unwrap());
        writer.commit().unwrap();
        assert_eq!(city.all().grants(&OLD).unwrap(), [later(GrantTerms::default())]);
        assert_eq!(newest(&city).1, json!({ "field": "contacts.day", "sha256": "01".repeat(32) }));
    }

    #[test]
    fn no_school_at_all_is_not_every_school() {
        let mut city = with_plugins();
        let none =
            GrantTerms { schools: GrantedSchools::Only(BTreeSet::new()), ..GrantTerms::default() };
        let mut writer = city.store.write(&author()).unwrap();
        writer.grant(&OLD, &grant("day", none.clone())).unwrap();
        writer.commit().unwrap();
        assert_eq!(city.all().grants(&OLD).unwrap(), [grant("day", none)]);
    }

    #[test]
    fn a_grant_that_was_taken_back_allows_nothing_and_stays_known() {
        let mut city = with_plugins();
        let mut writer = city.store.write(&author()).unwrap();
        assert!(!writer.revoke(&NEW, "contacts", "day").unwrap());
        assert!(!writer.revoke(&OLD, "contacts", "minutes").unwrap());
        assert!(writer.revoke(&OLD, "contacts", "day").unwrap());
        assert!(!writer.revoke(&OLD, "contacts", "day").unwrap());
        writer.commit().unwrap();
        assert_eq!(city.all().grants(&OLD).unwrap(), []);
        let revoked = KeptGrant { grant: grant("day", limited()), is_revoked: true };
        assert_eq!(city.all().kept_grants(&OLD).unwrap(), [revoked]);
        // Granted again, it is a new grant.
        let mut writer = city.store.write(&author()).unwrap();
        assert!(writer.grant(&OLD, &grant("day", limited())).unwrap());
        writer.commit().unwrap();
        assert_eq!(city.all().grants(&OLD).unwrap(), [grant("day", limited())]);
    }

    #[test]
    fn a_grant_that_is_carried_over_says_from_where_and_whose_it_was() {
        let mut city = with_plugins();
        let carried = Grant { carried_from: Some("1.0.0".into()), ..grant("day", limited()) };
        let mut writer = city.store.write(&author()).unwrap();
        writer.grant(&NEW, &carried).unwrap();
        writer.commit().unwrap();
        assert_eq!(city.all().grants(&NEW).unwrap(), [carried]);
        let (action, details) = newest(&city);
        assert_eq!(action, "plugin.grant-carry");
        assert_eq!(details["carried_from"], "1.0.0");
        assert!(
            !details.to_string().contains("koordination"),
            "an account may be called by a name"
        );
    }

    #[test]
    fn removing_a_package_removes_what_it_might_read() {
        let mut city = with_plugins();
        let mut writer = city.store.write(&author()).unwrap();
        writer.remove_plugin(&OLD).unwrap();
        writer.commit().unwrap();
        let reader = city.all();
        assert_eq!(reader.kept_grants(&OLD).unwrap(), []);
        let left: i64 = reader
            .connection
            .query_row("SELECT count(*) FROM plugin_grant_school", [], |row| row.get(0))
            .unwrap();
        assert_eq!(left, 0);
    }

    #[test]
    fn a_coarsening_that_nobody_knows_is_damage_and_not_an_exact_value() {
        let city = with_plugins();
        let sql = "UPDATE plugin_grant SET coarsening = 'weekday'";
        city.store.connection.execute(sql, []).unwrap();
        let error = city.store.read(&Scope::municipality()).unwrap().grants(&OLD).unwrap_err();
        assert!(error.to_string().contains("`weekday`"), "{error}");
    }

    /// A database as the step before left it.
    #[test]
    fn grants_from_before_go_on_without_limits_and_with_their_date() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let steps = [
            include_str!("../../../schemas/sql/0001_records.sql"),
            "INSERT INTO plugin VALUES (zeroblob(32), 'a.b.c', '1.0.0', x'00', 5);
             INSERT INTO plugin_grant VALUES (zeroblob(32), 'contacts', 'day', 'koordination', 7);",
            include_str!("../../../schemas/sql/0007_grants.sql"),
        ];
        connection.execute_batch(&steps.concat()).unwrap();
        let sql = "SELECT dataset, field, granted_by, granted_at, purpose_de, purpose_en,
                          all_schools, first_day, last_day, coarsening, until_day, carried_from,
                          is_revoked FROM plugin_grant";
        let (found, all) = connection.query_row(sql, [], |row| Ok(kept(row).unwrap())).unwrap();
        let expected =
            Grant { purpose: None, granted_at: 7, ..grant("day", GrantTerms::default()) };
        assert_eq!((found, all), (KeptGrant { grant: expected, is_revoked: false }, true));
    }
}
