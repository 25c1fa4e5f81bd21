//! What is remembered of backups: the schedule, each one that was made, and the keys that open them.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::ledger::hex;
use super::{DatabaseKey, Error, Reader, Writer};
use crate::domain::{Action, Every, Keep};

/// When backups are made, where, and how long they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSchedule {
    /// The folder they are written to; absolute.
    pub folder: String,
    /// How often.
    pub every: Every,
    /// How many are kept.
    pub keep: Keep,
    /// When it was set, in seconds since 1970-01-01 UTC.
    pub set_at: i64,
}

/// A backup that was just made, to be remembered.
#[derive(Debug, Clone, Copy)]
pub struct NewBackup<'a> {
    /// When, in seconds since 1970-01-01 UTC.
    pub made_at: i64,
    /// Where it lies; absolute.
    pub path: &'a str,
    /// The bytes of the file.
    pub bytes: u64,
    /// The SHA-256 of the file.
    pub sha256: &'a [u8; 32],
    /// The latest moment in the records.
    pub last_change: Option<i64>,
    /// Whether the schedule made it.
    pub is_scheduled: bool,
}

/// A backup that is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptBackup {
    /// Its number, in the order of making.
    pub key: i64,
    /// When it was made, in seconds since 1970-01-01 UTC.
    pub made_at: i64,
    /// Where it was written to.
    pub path: String,
    /// The bytes of the file.
    pub bytes: u64,
    /// The SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The latest moment in the records then.
    pub last_change: Option<i64>,
    /// The generation of the key that opens it.
    pub generation: u32,
    /// Whether the schedule made it, and may remove it.
    pub is_scheduled: bool,
    /// When it was last found sound.
    pub verified_at: Option<i64>,
    /// When it was last found not to be.
    pub failed_at: Option<i64>,
    /// When the program removed the file.
    pub removed_at: Option<i64>,
}

impl KeptBackup {
    /// Whether it was read back and found sound, and not found otherwise since.
    pub fn is_verified(&self) -> bool {
        self.verified_at.is_some() && self.verified_at >= self.failed_at
    }
}

/// A key that the records have had, or have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGeneration {
    /// 1 for the first.
    pub generation: u32,
    /// Whether it is made from a passphrase.
    pub is_passphrase: bool,
    /// What tells it from others; see [`DatabaseKey::fingerprint`].
    pub fingerprint: [u8; 8],
    /// Since when, in seconds since 1970-01-01 UTC.
    pub since_at: i64,
    /// When the program destroyed what it had of it.
    pub forgotten_at: Option<i64>,
}

impl DatabaseKey {
    /// The beginning of a digest of the key. It tells two keys apart and opens nothing: a key has 256
    /// random bits, or costs as much to guess as opening a backup with each guess.
    pub fn fingerprint(&self) -> [u8; 8] {
        let mut digest = Sha256::new_with_prefix(b"tridem key fingerprint 1\0");
        digest.update(self.bytes());
        let mut fingerprint = [0; 8];
        fingerprint.copy_from_slice(&digest.finalize()[..8]);
        fingerprint
    }
}

/// Backups are the municipality's, so the scope changes nothing about them.
impl Reader<'_> {
    /// The schedule, where there is one.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn backup_schedule(&self) -> Result<Option<BackupSchedule>, Error> {
        let sql = "SELECT folder, every_hours, keep_daily, keep_weekly, keep_monthly, set_at
                   FROM backup_schedule";
        let row = |row: &Row<'_>| {
            Ok(BackupSchedule {
                folder: row.get(0)?,
                every: row.get::<_, Option<u32>>(1)?.map_or(Every::Day, Every::Hours),
                keep: Keep { daily: row.get(2)?, weekly: row.get(3)?, monthly: row.get(4)? },
                set_at: row.get(5)?,
            })
        };
        Ok(self.connection.query_row(sql, [], row).optional()?)
    }

    /// Every backup that was made of these records, in the order of making.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn backups(&self) -> Result<Vec<KeptBackup>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, made_at, path, bytes, sha256, last_change, generation, scheduled,
                    verified_at, failed_at, removed_at
             FROM backup ORDER BY key",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(KeptBackup {
                key: row.get(0)?,
                made_at: row.get(1)?,
                path: row.get(2)?,
                bytes: row.get::<_, i64>(3)?.unsigned_abs(),
                sha256: row.get(4)?,
                last_change: row.get(5)?,
                generation: row.get(6)?,
                is_scheduled: row.get(7)?,
                verified_at: row.get(8)?,
                failed_at: row.get(9)?,
                removed_at: row.get(10)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The backups that still hold what was there before a moment: made before it, not removed by the
    /// program, and under a key that was not forgotten. Copies that people made of them are not known
    /// here.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn backups_before(&self, moment: i64) -> Result<Vec<KeptBackup>, Error> {
        let forgotten: Vec<u32> = self
            .key_generations()?
            .into_iter()
            .filter(|key| key.forgotten_at.is_some())
            .map(|key| key.generation)
            .collect();
        let mut backups = self.backups()?;
        backups.retain(|backup| {
            backup.made_at < moment
                && backup.removed_at.is_none()
                && !forgotten.contains(&backup.generation)
        });
        Ok(backups)
    }

    /// The keys that the records have had since they were written down, oldest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn key_generations(&self) -> Result<Vec<KeyGeneration>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT generation, kind = 'passphrase', fingerprint, since_at, forgotten_at
             FROM key_generation ORDER BY generation",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(KeyGeneration {
                generation: row.get(0)?,
                is_passphrase: row.get(1)?,
                fingerprint: row.get(2)?,
                since_at: row.get(3)?,
                forgotten_at: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The number of the key that the records have now.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn key_generation(&self) -> Result<u32, Error> {
        Ok(self.key_generations()?.last().map_or(1, |key| key.generation))
    }

    /// When a copy of the key that the records have now was last made sure of.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn last_key_check(&self) -> Result<Option<i64>, Error> {
        let sql = "SELECT max(checked_at) FROM key_check WHERE generation = ?1";
        Ok(self.connection.query_row(sql, [self.key_generation()?], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Sets the schedule, or switches it off.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] where a number is out of bounds.
    pub fn set_backup_schedule(&mut self, schedule: Option<&BackupSchedule>) -> Result<(), Error> {
        self.connection.execute("DELETE FROM backup_schedule", [])?;
        let mut details = json!({ "on": false });
        if let Some(schedule) = schedule {
            let every = match schedule.every {
                Every::Day => None,
                Every::Hours(hours) => Some(hours),
            };
            let Keep { daily, weekly, monthly } = schedule.keep;
            let by = self.ledger.author.code.clone();
            self.insert(
                "INSERT INTO backup_schedule VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![schedule.folder, every, daily, weekly, monthly, schedule.set_at, by],
                "the schedule of backups",
                || ("a schedule of backups", String::new()),
            )?;
            details = json!({ "on": true, "hours": every, "daily": daily, "weekly": weekly,
                "monthly": monthly });
        }
        self.note(Action::BackupSchedule, "", &details);
        Ok(())
    }

    /// Remembers a backup, under the number of the key that the records have now, and notes it in the
    /// audit. Gives its number.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn remember_backup(&mut self, action: Action, made: &NewBackup<'_>) -> Result<i64, Error> {
        let generation = self.read(&crate::domain::Scope::municipality()).key_generation()?;
        let bytes = i64::try_from(made.bytes).unwrap_or(i64::MAX);
        let key = self.insert(
            "INSERT INTO backup
               (made_at, path, bytes, sha256, last_change, generation, scheduled)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                made.made_at,
                made.path,
                bytes,
                made.sha256,
                made.last_change,
                generation,
                made.is_scheduled
            ],
            "the backup",
            || ("a backup", hex(made.sha256)),
        )?;
        self.note_backup(action, made.made_at, made.sha256);
        Ok(key)
    }

    /// Remembers whether the backup with this SHA-256 was found sound, where it is one of these records.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn note_verified(&mut self, sha256: &[u8; 32], is_sound: bool) -> Result<(), Error> {
        let at = self.ledger.author.at;
        let column = if is_sound { "verified_at" } else { "failed_at" };
        let sql = format!("UPDATE backup SET {column} = ?1 WHERE sha256 = ?2");
        self.connection.execute(&sql, params![at, sha256])?;
        self.note(Action::BackupVerify, hex(sha256), &json!({ "sound": is_sound }));
        Ok(())
    }

    /// The same for a file that has changed since it was made, so that its digest is another one.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn note_failed(&mut self, key: i64) -> Result<(), Error> {
        let at = self.ledger.author.at;
        let sql = "UPDATE backup SET failed_at = ?1 WHERE key = ?2 RETURNING sha256";
        let sha256: [u8; 32] = self.connection.query_row(sql, [at, key], |row| row.get(0))?;
        self.note(Action::BackupVerify, hex(&sha256), &json!({ "sound": false }));
        Ok(())
    }

    /// Remembers that the files of backups were removed.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn note_removed(&mut self, keys: &[i64]) -> Result<(), Error> {
        let at = self.ledger.author.at;
        for key in keys {
            let sql = "UPDATE backup SET removed_at = ?1 WHERE key = ?2";
            self.connection.execute(sql, [at, *key])?;
        }
        self.note(Action::BackupThin, "", &json!({ "files": keys.len() }));
        Ok(())
    }

    /// Writes down the key that opened the records, where it was not yet.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn note_first_key(&mut self, key: &DatabaseKey, is_passphrase: bool) -> Result<(), Error> {
        let sql = "INSERT INTO key_generation
                   SELECT 1, ?1, ?2, created_at, ?3, NULL FROM municipality
                   WHERE NOT EXISTS (SELECT 1 FROM key_generation)";
        let by = self.ledger.author.code.clone();
        let new =
            self.connection.execute(sql, params![kind(is_passphrase), key.fingerprint(), by])?;
        if new > 0 {
            self.note(Action::KeyRotate, "1", &json!({ "first": true }));
        }
        Ok(())
    }

    /// Writes down the key that the records get.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn note_new_key(
        &mut self,
        generation: u32,
        key: &DatabaseKey,
        is_passphrase: bool,
    ) -> Result<(), Error> {
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        self.connection.execute(
            "INSERT INTO key_generation VALUES (?1, ?2, ?3, ?4, ?5, NULL)",
            params![generation, kind(is_passphrase), key.fingerprint(), at, by],
        )?;
        self.note(Action::KeyRotate, generation.to_string(), &json!({}));
        Ok(())
    }

    /// Remembers that what the program had of the keys before a generation was destroyed.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn note_forgotten(&mut self, before: u32) -> Result<(), Error> {
        let at = self.ledger.author.at;
        let sql = "UPDATE key_generation SET forgotten_at = ?1
                   WHERE generation < ?2 AND forgotten_at IS NULL";
        let keys = self.connection.execute(sql, params![at, before])?;
        self.note(Action::KeyForget, before.to_string(), &json!({ "keys": keys }));
        Ok(())
    }

    /// Remembers that a copy of the key was found to open the records.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn note_key_check(&mut self, is_typed: bool) -> Result<(), Error> {
        let generation = self.read(&crate::domain::Scope::municipality()).key_generation()?;
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        let how = if is_typed { "typed" } else { "file" };
        self.connection.execute(
            "INSERT INTO key_check (checked_at, generation, how, by) VALUES (?1, ?2, ?3, ?4)",
            params![at, generation, how, by],
        )?;
        self.note(Action::KeyCheck, generation.to_string(), &json!({ "how": how }));
        Ok(())
    }
}

fn kind(is_passphrase: bool) -> &'static str {
    if is_passphrase { "passphrase" } else { "file" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Scope;
    use crate::store::fixture::{City, NOW, author, key};

    fn made(at: i64, digest: &[u8; 32]) -> NewBackup<'_> {
        let (path, bytes) = ("/backups/one", 20_000);
        NewBackup {
            made_at: at,
            path,
            bytes,
            sha256: digest,
            last_change: None,
            is_scheduled: true,
        }
    }

    #[test]
    fn what_may_still_hold_somebody_is_what_was_made_before_and_neither_removed_nor_locked_for_ever()
     {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        writer.note_first_key(&key(), false).unwrap();
        let old = writer.remember_backup(Action::BackupMake, &made(NOW, &[1; 32])).unwrap();
        writer.remember_backup(Action::BackupMake, &made(NOW + 10, &[2; 32])).unwrap();
        writer.commit().unwrap();
        let before = |city: &City, moment| -> Vec<i64> {
            let reader = city.store.read(&Scope::municipality()).unwrap();
            let found = reader.backups_before(moment).unwrap();
            found.into_iter().map(|backup| backup.made_at).collect()
        };
        assert_eq!(before(&city, NOW), [0i64; 0]);
        assert_eq!(before(&city, NOW + 1), [NOW]);
        assert_eq!(before(&city, NOW + 11), [NOW, NOW + 10]);

        let mut writer = city.store.write(&author()).unwrap();
        writer.note_removed(&[old]).unwrap();
        writer.commit().unwrap();
        assert_eq!(before(&city, NOW + 11), [NOW + 10]);

        let mut writer = city.store.write(&author()).unwrap();
        let other = DatabaseKey::generate().unwrap();
        writer.note_new_key(2, &other, true).unwrap();
        writer.remember_backup(Action::BackupMake, &made(NOW + 20, &[3; 32])).unwrap();
        writer.note_forgotten(2).unwrap();
        writer.commit().unwrap();
        assert_eq!(before(&city, NOW + 99), [NOW + 20]);
    }

    #[test]
    fn a_backup_that_was_found_damaged_after_it_was_sound_is_not_verified() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        let key = writer.remember_backup(Action::BackupMake, &made(NOW, &[1; 32])).unwrap();
        writer.note_verified(&[1; 32], true).unwrap();
        writer.commit().unwrap();
        let found = |city: &City| {
            city.store.read(&Scope::municipality()).unwrap().backups().unwrap().remove(0)
        };
        assert!(found(&city).is_verified());
        let later = crate::domain::Author::new("account:tester", NOW + 5);
        let mut writer = city.store.write(&later).unwrap();
        writer.note_failed(key).unwrap();
        writer.commit().unwrap();
        assert!(!found(&city).is_verified());
    }

    #[test]
    fn keys_are_told_apart_by_what_opens_nothing() {
        let (one, other) = (key(), DatabaseKey::generate().unwrap());
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_eq!(one.fingerprint(), key().fingerprint());
        assert!(!one.hex().contains(&hex(&one.fingerprint())));
    }

    #[test]
    fn the_last_check_counts_for_the_key_of_now_alone() {
        let mut city = City::new();
        let last = |city: &City| {
            city.store.read(&Scope::municipality()).unwrap().last_key_check().unwrap()
        };
        assert_eq!(last(&city), None);
        let mut writer = city.store.write(&author()).unwrap();
        writer.note_first_key(&key(), false).unwrap();
        writer.note_key_check(true).unwrap();
        writer.commit().unwrap();
        assert_eq!(last(&city), Some(NOW));
        let mut writer = city.store.write(&author()).unwrap();
        writer.note_new_key(2, &DatabaseKey::generate().unwrap(), false).unwrap();
        writer.commit().unwrap();
        assert_eq!(last(&city), None);
    }
}
