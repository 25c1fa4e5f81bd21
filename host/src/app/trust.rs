//! Whose signatures on plugin packages count here, and what that means for those that are installed.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::{
    Day, Flaw, IdPrefix, PublicKey, Revocation, RevokedThing, Scope, SignatureStatus, Text,
    TrustPolicy, TrustedKey, Verdict,
};
use crate::plugin::{self, Package, read_public_key};

use super::plugins::hex;
use super::workspace::{App, day_of, today};
use super::{Actor, AuditHash, Error, UseCase};

impl App {
    /// Whose signatures count.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn trust(&self) -> Result<TrustPolicy, Error> {
        Ok(self.store.read(&Scope::municipality())?.trust_policy()?)
    }

    /// Lets the signatures of a key count for plugins whose id begins with `prefix`, in packages that are
    /// installed until the day `until`. `key` is a file or the line in base64.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchKey`], [`Error::KeyRevoked`], [`Error::BadPrefix`], [`Error::EmptyName`]; and
    /// [`Error::Store`] where the key is trusted for that prefix already.
    pub fn trust_key(
        &mut self,
        actor: &Actor,
        key: &str,
        owner: &str,
        prefix: &str,
        until: Day,
    ) -> Result<TrustedKey, Error> {
        self.permit(actor, UseCase::TrustChange)?;
        let owner = owner.trim().to_owned();
        if owner.is_empty() {
            return Err(Error::EmptyName);
        }
        let prefix = IdPrefix::new(prefix).ok_or_else(|| Error::BadPrefix(prefix.to_owned()))?;
        let key = key_of(key)?.ok_or_else(|| Error::NoSuchKey(key.to_owned()))?;
        let revoked = |revocation: &Revocation| revocation.thing == RevokedThing::Key(key);
        if self.trust()?.revocations.iter().any(revoked) {
            return Err(Error::KeyRevoked(key.to_string()));
        }
        let trusted = TrustedKey { key, owner, prefix, until };
        let mut writer = self.store.write(&actor.author())?;
        writer.trust_key(&trusted)?;
        writer.commit()?;
        Ok(trusted)
    }

    /// Lets a key count no more. What only it signed stops at its next run.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchKey`].
    pub fn distrust_key(&mut self, actor: &Actor, key: &str) -> Result<PublicKey, Error> {
        self.permit(actor, UseCase::TrustChange)?;
        let found = self.known_key(key)?.ok_or_else(|| Error::NoSuchKey(key.to_owned()))?;
        if !self.trust()?.keys.iter().any(|trusted| trusted.key == found) {
            return Err(Error::NoSuchKey(key.to_owned()));
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.distrust_key(&found)?;
        writer.commit()?;
        Ok(found)
    }

    /// Revokes for good a key, or a package or manifest by its SHA-256. Of a package that is installed,
    /// the manifest is revoked with it, so that it does not come back with another signature.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchKey`], [`Error::BadReason`]; [`Error::Store`] where it is revoked already.
    pub fn revoke_trust(
        &mut self,
        actor: &Actor,
        what: &str,
        reason: &str,
    ) -> Result<Vec<RevokedThing>, Error> {
        self.permit(actor, UseCase::TrustChange)?;
        let reason = one_line(reason)?;
        let things = if let Ok(AuditHash(digest)) = what.parse() {
            let mut things = vec![RevokedThing::Digest(digest)];
            let installed = self.store.read(&Scope::municipality())?.plugins()?;
            if let Some(plugin) = installed.iter().find(|plugin| plugin.sha256 == digest) {
                let manifest = self.package(plugin)?.manifest_sha256;
                things.push(RevokedThing::Digest(manifest));
            }
            things
        } else {
            let key = self.known_key(what)?.ok_or_else(|| Error::NoSuchKey(what.to_owned()))?;
            vec![RevokedThing::Key(key)]
        };
        let known = self.trust()?.revocations;
        let mut writer = self.store.write(&actor.author())?;
        for (place, thing) in things.iter().enumerate() {
            // The manifest may be revoked already, from another package of it.
            if place == 0 || !known.iter().any(|revocation| revocation.thing == *thing) {
                let (thing, reason) = (*thing, reason.clone());
                writer.revoke_trust(&Revocation { thing, since: today(), reason })?;
            }
        }
        writer.commit()?;
        Ok(things)
    }

    /// Says whether packages need the signatures of two keys. Gives whether that is new.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn need_two_signatures(&mut self, actor: &Actor, two: bool) -> Result<bool, Error> {
        self.permit(actor, UseCase::TrustChange)?;
        let mut writer = self.store.write(&actor.author())?;
        let changed = writer.need_two_signatures(two)?;
        writer.commit()?;
        Ok(changed)
    }

    /// What the signatures of the installed packages come to now, by the SHA-256 of the package.
    ///
    /// # Errors
    ///
    /// Those of the store, and of a package that cannot be read any more.
    pub fn signatures(&self) -> Result<BTreeMap<String, Verdict>, Error> {
        let policy = self.trust()?;
        let installed = self.store.read(&Scope::municipality())?.plugins()?;
        let verdict = |installed: &crate::store::InstalledPlugin| {
            let package = self.package(installed)?;
            let verdict = judge(&policy, &package, day_of(installed.installed_at));
            Ok((hex(&package.sha256), verdict))
        };
        installed.iter().map(verdict).collect()
    }

    /// Refuses a package that came in on `day` and may not run over these records.
    ///
    /// A key that expires does not stop what was installed before: the store says when that was, and
    /// what was there then was signed then. What is to stop is revoked.
    pub(super) fn admit(&self, package: &Package, day: Day) -> Result<(), Error> {
        let policy = self.trust()?;
        let verdict = judge(&policy, package, day);
        if verdict.may_run(policy.is_development) {
            return Ok(());
        }
        Err(Error::Untrusted {
            plugin: package.manifest.id.clone(),
            verdict: Box::new(verdict),
            is_development: policy.is_development,
        })
    }

    /// A key by its file, its line in base64, or the number of one that is trusted here.
    fn known_key(&self, text: &str) -> Result<Option<PublicKey>, Error> {
        let named = self.trust()?.known_keys().into_iter().find(|key| key.to_string() == text);
        if named.is_some() { Ok(named) } else { key_of(text) }
    }
}

/// What the signatures of a package come to.
pub(super) fn judge(policy: &TrustPolicy, package: &Package, day: Day) -> Verdict {
    policy.judge(&package.seal(&policy.known_keys()), day)
}

/// The key in a file, or in the text itself; `None` where it is neither.
pub(super) fn key_of(text: &str) -> Result<Option<PublicKey>, Error> {
    if let Ok(key) = read_public_key(text) {
        return Ok(Some(key));
    }
    let path = Path::new(text);
    if !path.is_file() {
        return Ok(None);
    }
    let file = fs_err::read(path).map_err(Error::File)?;
    let file = String::from_utf8(file).map_err(|_| plugin::Error::NotAKey { what: "a public key" });
    Ok(Some(read_public_key(&file?)?))
}

/// A reason in one line of reasonable length.
fn one_line(reason: &str) -> Result<String, Error> {
    let reason = reason.trim();
    let is_line = !reason.is_empty()
        && reason.chars().count() <= crate::capture::LONGEST_TEXT
        && !reason.contains(char::is_control);
    if is_line { Ok(reason.to_owned()) } else { Err(Error::BadReason) }
}

/// What to do about a package that may not run.
pub(super) fn advice(verdict: &Verdict, is_development: bool) -> Text {
    let unknown = verdict.flaws.iter().any(|flaw| matches!(flaw, Flaw::UnknownKey { .. }));
    match verdict.status {
        SignatureStatus::Unsigned if !is_development => Text::new(
            "besorgen Sie ein signiertes Paket; nicht signierte laufen nur in einem Ordner, den \
             `tridem init --development` für erfundene Daten angelegt hat",
            "get a signed package; unsigned ones run only in a folder that `tridem init \
             --development` made for invented data",
        ),
        SignatureStatus::Invalid if unknown => Text::new(
            "wenn Sie wissen, wem der Schlüssel gehört: `tridem plugin trust add SCHLÜSSEL --owner NAME \
             --prefix ID --until TAG`",
            "if you know whose key it is: `tridem plugin trust add KEY --owner NAME --prefix ID \
             --until DAY`",
        ),
        SignatureStatus::Invalid => Text::new(
            "wessen Signaturen zählen, zeigt `tridem plugin trust list`",
            "`tridem plugin trust list` shows whose signatures count",
        ),
        _ => Text::new(
            "besorgen Sie das Paket neu von seinem Autor, und vertrauen Sie diesem nicht",
            "get the package anew from its author, and do not trust this one",
        ),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::app::KeySource;

    const PLUGIN: &str = "org.tridem.school-comparison";
    const PACKAGE: &str = "../plugins/dist/school-comparison-1.0.1.tridem";
    const KEY: &str = "../plugins/demo.pub";

    fn actor() -> Actor {
        Actor::new("tester".into(), None)
    }

    /// Real records in which the package was installed on a day, past all checks.
    fn installed(on: Day) -> (TempDir, App) {
        let folder = tempfile::tempdir().unwrap();
        let key = KeySource::File(folder.path().join("tridem.key"));
        App::init(&actor(), folder.path(), &key, "Musterstadt").unwrap();
        let mut app = App::open(folder.path(), &key).unwrap();
        let bytes = fs_err::read(PACKAGE).unwrap();
        let package = Package::read(&bytes, &plugin::OperatorLimits::default()).unwrap();
        // Noon, so that the day is the same in most time zones.
        let noon = i64::from(on.0) * 86_400 + 43_200;
        let mut writer = app.store.write(&actor().author()).unwrap();
        writer.install_plugin(&package.sha256, PLUGIN, "1.0.0", &bytes, noon).unwrap();
        writer.commit().unwrap();
        (folder, app)
    }

    #[test]
    fn a_key_that_expired_stops_what_came_later_and_not_what_was_there() {
        let until = Day::of(2024, 6, 30).unwrap();
        for (on, may_run) in [(until.plus(1), false), (until, true), (until.plus(-300), true)] {
            let (_folder, mut app) = installed(on);
            app.trust_key(&actor(), KEY, "Demo", "org.tridem.", until).unwrap();
            let ready = app.ready(PLUGIN).map(drop);
            assert_eq!(ready.is_ok(), may_run, "{on}: {ready:?}");
            // Installed today it would be refused.
            app.remove(&actor(), PLUGIN).unwrap();
            let error = app.install(&actor(), Path::new(PACKAGE)).unwrap_err();
            assert!(error.to_string().contains("was good until 2024-06-30 only"), "{error}");
        }
    }

    #[test]
    fn a_revoked_key_stops_also_what_was_there_before() {
        let (_folder, mut app) = installed(Day::of(2024, 6, 30).unwrap());
        app.trust_key(&actor(), KEY, "Demo", "org.tridem.", today()).unwrap();
        app.ready(PLUGIN).unwrap();
        app.revoke_trust(&actor(), KEY, "lost").unwrap();
        let error = app.ready(PLUGIN).map(drop).unwrap_err();
        assert!(error.to_string().contains("revoked since"), "{error}");
    }

    #[test]
    fn a_reason_is_one_line() {
        for wrong in ["", "  ", "two\nlines", &"x".repeat(10_000)] {
            assert!(matches!(one_line(wrong), Err(Error::BadReason)), "{wrong}");
        }
        assert_eq!(one_line(" lost ").unwrap(), "lost");
    }
}
