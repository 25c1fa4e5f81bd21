//! Keeps whose signatures on plugin packages count, and what is revoked.

use rusqlite::{Row, params};
use serde_json::json;

use super::ledger::hex;
use super::{Error, Reader, Writer};
use crate::domain::{
    Action, Day, IdPrefix, PublicKey, Revocation, RevokedThing, TrustPolicy, TrustedKey,
};

/// Trust is the municipality's, so the scope changes nothing about it.
impl Reader<'_> {
    /// Whose signatures count: keys by owner and prefix, revocations by day.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn trust_policy(&self) -> Result<TrustPolicy, Error> {
        let keys = self.rows(
            "SELECT number, public_key, owner, prefix, until FROM trusted_key
             ORDER BY owner, prefix, public_key",
            |row| {
                let (key, owner, until) = (key(row)?, row.get(2)?, Day(row.get(4)?));
                let prefix = IdPrefix::new(&row.get::<_, String>(3)?);
                Ok(prefix.map(|prefix| TrustedKey { key, owner, prefix, until }))
            },
        )?;
        // A prefix that is none was not written by this program, and holds no id.
        let keys = keys.into_iter().flatten().collect();
        let revocations = self.rows(
            "SELECT coalesce(number, zeroblob(8)), value, kind, since, reason FROM revocation
             ORDER BY since, kind, value",
            |row| {
                let thing = if row.get::<_, String>(2)? == "key" {
                    RevokedThing::Key(key(row)?)
                } else {
                    RevokedThing::Digest(row.get(1)?)
                };
                Ok(Revocation { thing, since: Day(row.get(3)?), reason: row.get(4)? })
            },
        )?;
        let is_there = |table: &str| {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {table})");
            self.connection.query_row(&sql, [], |row| row.get::<_, bool>(0))
        };
        Ok(TrustPolicy {
            keys,
            revocations,
            needs_two: is_there("two_signatures")?,
            is_development: is_there("development")?,
        })
    }
}

/// The key in the first two columns.
fn key(row: &Row<'_>) -> rusqlite::Result<PublicKey> {
    Ok(PublicKey { number: row.get(0)?, bytes: row.get(1)? })
}

impl Writer<'_> {
    /// Lets the signatures of a key count.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where they count for this prefix already.
    pub fn trust_key(&mut self, trusted: &TrustedKey) -> Result<(), Error> {
        let TrustedKey { key, owner, prefix, until } = trusted;
        self.insert(
            "INSERT INTO trusted_key (public_key, prefix, number, owner, until)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![key.bytes, prefix.as_str(), key.number, owner, until.0],
            "the trusted key",
            || ("a trusted key of this prefix with the number", key.to_string()),
        )?;
        // The owner is words that were typed in, so the audit has the key alone.
        let details = json!({
            "key": hex(&key.bytes),
            "prefix": prefix.as_str(),
            "until": until.to_string(),
        });
        self.note(Action::TrustAdd, key.to_string(), &details);
        Ok(())
    }

    /// Lets the signatures of a key count no more, for none of its prefixes.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] where they do not count.
    pub fn distrust_key(&mut self, key: &PublicKey) -> Result<(), Error> {
        let removed = self
            .connection
            .prepare_cached("DELETE FROM trusted_key WHERE public_key = ?1")?
            .execute([key.bytes])?;
        if removed == 0 {
            return Err(Error::NoSuch { what: "a trusted key", code: key.to_string() });
        }
        self.note(Action::TrustRemove, key.to_string(), &json!({ "key": hex(&key.bytes) }));
        Ok(())
    }

    /// Revokes a key or a package for good.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where it is revoked already.
    pub fn revoke_trust(&mut self, revocation: &Revocation) -> Result<(), Error> {
        let (kind, value, number, subject) = match &revocation.thing {
            RevokedThing::Key(key) => ("key", key.bytes, Some(key.number), key.to_string()),
            RevokedThing::Digest(digest) => ("digest", *digest, None, hex(digest)),
        };
        self.insert(
            "INSERT INTO revocation (kind, value, number, since, reason) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![kind, value, number, revocation.since.0, revocation.reason],
            "the revocation",
            || ("a revocation of", subject.clone()),
        )?;
        self.note(Action::TrustRevoke, subject, &json!({ "kind": kind, "value": hex(&value) }));
        Ok(())
    }

    /// Says whether packages need the signatures of two keys. Gives whether that is new.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written.
    pub fn need_two_signatures(&mut self, two: bool) -> Result<bool, Error> {
        let sql = if two {
            "INSERT INTO two_signatures (only) VALUES (1) ON CONFLICT (only) DO NOTHING"
        } else {
            "DELETE FROM two_signatures"
        };
        let changed = self.connection.prepare_cached(sql)?.execute([])?;
        if changed > 0 {
            let details = json!({ "needed": if two { 2 } else { 1 } });
            self.note(Action::TrustSignatures, "", &details);
        }
        Ok(changed > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::fixture::{City, author, key as database_key};

    fn public(byte: u8) -> PublicKey {
        PublicKey { number: [byte; 8], bytes: [byte; 32] }
    }

    fn trusted(byte: u8, prefix: &str) -> TrustedKey {
        let prefix = IdPrefix::new(prefix).unwrap();
        TrustedKey { key: public(byte), owner: "Beispielwerk".into(), prefix, until: Day(20_000) }
    }

    fn change(city: &mut City, each: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) {
        let mut writer = city.store.write(&author()).unwrap();
        each(&mut writer).unwrap();
        writer.commit().unwrap();
    }

    fn refused(city: &mut City, each: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) -> Error {
        each(&mut city.store.write(&author()).unwrap()).unwrap_err()
    }

    #[test]
    fn nobody_is_trusted_at_first() {
        assert_eq!(City::new().all().trust_policy().unwrap(), TrustPolicy::default());
    }

    #[test]
    fn a_key_counts_once_for_a_prefix_and_is_removed_with_all_of_them() {
        let mut city = City::new();
        let (one, two) = (trusted(1, "org.example"), trusted(1, "org.other"));
        change(&mut city, |writer| writer.trust_key(&one));
        let again = TrustedKey { owner: "Jemand".into(), ..one.clone() };
        let error = refused(&mut city, |writer| writer.trust_key(&again));
        assert!(matches!(error, Error::Exists { .. }), "{error}");
        change(&mut city, |writer| writer.trust_key(&two));
        assert_eq!(city.all().trust_policy().unwrap().keys, [one, two]);

        let error = refused(&mut city, |writer| writer.distrust_key(&public(2)));
        assert!(matches!(error, Error::NoSuch { .. }), "{error}");
        change(&mut city, |writer| writer.distrust_key(&public(1)));
        assert_eq!(city.all().trust_policy().unwrap(), TrustPolicy::default());
    }

    #[test]
    fn what_is_revoked_stays_revoked() {
        let mut city = City::new();
        let revoked = |thing| Revocation { thing, since: Day(19_000), reason: "verloren".into() };
        let key = revoked(RevokedThing::Key(public(1)));
        let digest = revoked(RevokedThing::Digest([7; 32]));
        change(&mut city, |writer| writer.revoke_trust(&key));
        change(&mut city, |writer| writer.revoke_trust(&digest));
        let error = refused(&mut city, |writer| writer.revoke_trust(&key));
        assert!(matches!(error, Error::Exists { .. }), "{error}");
        for sql in ["DELETE FROM revocation", "UPDATE revocation SET value = zeroblob(32)"] {
            let error = city.store.connection.execute(sql, []).unwrap_err();
            assert!(error.to_string().contains("stays revoked"), "{error}");
        }
        assert_eq!(city.all().trust_policy().unwrap().revocations, [digest, key]);
    }

    #[test]
    fn the_rule_of_two_is_noted_when_it_changes() {
        let mut city = City::new();
        let set = |city: &mut City, two| {
            let mut writer = city.store.write(&author()).unwrap();
            let changed = writer.need_two_signatures(two).unwrap();
            writer.commit().unwrap();
            (changed, city.all().trust_policy().unwrap().needs_two)
        };
        assert_eq!(set(&mut city, false), (false, false));
        assert_eq!(set(&mut city, true), (true, true));
        assert_eq!(set(&mut city, true), (false, true));
        assert_eq!(set(&mut city, false), (true, false));
    }

    #[test]
    fn records_are_for_development_from_the_beginning_or_never() {
        let city = City::new();
        let into = "INSERT INTO development (only) VALUES (1)";
        let error = city.store.connection.execute(into, []).unwrap_err();
        assert!(error.to_string().contains("cannot become"), "{error}");
        assert!(!city.all().trust_policy().unwrap().is_development);

        let path = city.folder.path().join("other.db");
        let other = Store::create_for_development(&path, &database_key(), "Musterstadt", &author())
            .unwrap();
        let error = other.connection.execute("DELETE FROM development", []).unwrap_err();
        assert!(error.to_string().contains("cannot become"), "{error}");
        drop(other);
        let other = Store::open(&path, &database_key()).unwrap();
        let reader = other.read(&crate::domain::Scope::municipality()).unwrap();
        assert!(reader.trust_policy().unwrap().is_development);
    }
}
