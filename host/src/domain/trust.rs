//! Trust in plugin packages: whose signature counts for which plugin, and what that makes of one.

use std::collections::BTreeSet;
use std::fmt;

use super::day::Day;
use super::manifest::has_id_parts;

/// A public key for signatures of packages, as the tool `minisign` makes it.
///
/// The number only helps to find the right key. Two keys are the same where their bytes are, so that
/// nobody counts twice by giving one key another number.
#[derive(Debug, Clone, Copy)]
pub struct PublicKey {
    /// What signatures name it by; whoever makes a key may choose it.
    pub number: [u8; 8],
    /// The key itself.
    pub bytes: [u8; 32],
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for PublicKey {}

/// The number as the tool prints it: 16 hexadecimal digits.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_number(self.number))
    }
}

/// The number of a key as the tool prints it.
pub fn key_number(number: [u8; 8]) -> String {
    format!("{:016X}", u64::from_le_bytes(number))
}

/// The beginning of ids that a key may sign for: whole parts, with a dot at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdPrefix(String);

impl IdPrefix {
    /// A prefix such as `org.example.`; the dot at the end may be missing. `None` for less than two
    /// parts, which would be a whole country or kind of organisation, and for what begins no id.
    pub fn new(text: &str) -> Option<Self> {
        let parts = text.strip_suffix('.').unwrap_or(text);
        has_id_parts(parts, 2).then(|| Self(format!("{parts}.")))
    }

    /// Whether the id is this one or lies below it: `org.example.` holds `org.example.visits`, and not
    /// `org.example-other.visits`.
    pub fn holds(&self, id: &str) -> bool {
        id.strip_prefix(self.0.as_str()).is_some() || self.0.strip_suffix('.') == Some(id)
    }

    /// The prefix with the dot at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Somebody whose signature counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// Whose it is: an organisation, in the operator's words.
    pub owner: String,
    /// What it may sign.
    pub prefix: IdPrefix,
    /// The last day on which a package that it signed may be installed.
    pub until: Day,
}

/// What is not to run any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedThing {
    /// Whatever this key signed, whenever it did: signatures carry no time that could be believed.
    Key(PublicKey),
    /// A package or a manifest, by its SHA-256. The manifest's holds however it is signed.
    Digest([u8; 32]),
}

/// An entry of the revocation list. It is never taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// What.
    pub thing: RevokedThing,
    /// Since when it has been in the list.
    pub since: Day,
    /// Why, in the operator's words.
    pub reason: String,
}

/// Whose signatures count in a folder of records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustPolicy {
    /// The keys; one key may be there with several prefixes.
    pub keys: Vec<TrustedKey>,
    /// What is revoked.
    pub revocations: Vec<Revocation>,
    /// Whether a package has to be signed with two keys.
    pub needs_two: bool,
    /// Whether the folder holds invented data alone, for the development of plugins.
    pub is_development: bool,
}

impl TrustPolicy {
    /// Every key that a signature can be checked with, revoked ones among them.
    pub fn known_keys(&self) -> Vec<PublicKey> {
        let trusted = self.keys.iter().map(|trusted| trusted.key);
        let revoked = self.revocations.iter().filter_map(|revocation| match revocation.thing {
            RevokedThing::Key(key) => Some(key),
            RevokedThing::Digest(_) => None,
        });
        trusted.chain(revoked).collect()
    }
}

/// What was found of one signature of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundSignature {
    /// This key signed this manifest.
    By(PublicKey),
    /// A key with this number signed it, which is not known here.
    Unknown([u8; 8]),
    /// A key with this number is known, and did not sign this manifest.
    Broken([u8; 8]),
    /// It is no signature.
    Unreadable,
}

/// What is known of a package before it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal<'package> {
    /// The plugin's id.
    pub id: &'package str,
    /// SHA-256 of the package.
    pub package: [u8; 32],
    /// SHA-256 of its manifest.
    pub manifest: [u8; 32],
    /// Whether a file is not the one that the manifest lists.
    pub is_changed: bool,
    /// Its signatures.
    pub signatures: Vec<FoundSignature>,
}

/// What the signatures of a package come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureStatus {
    /// Those who have to have signed it did, and nothing was changed since.
    Signed,
    /// Nobody signed it.
    Unsigned,
    /// It is not what was signed.
    Modified,
    /// Its signatures do not count here.
    Invalid,
    /// It, or a key that signed it, is revoked.
    Revoked,
}

/// Why a package is not signed well enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// There is no signature.
    NoSignature,
    /// A file was changed after the manifest was written.
    ChangedFile,
    /// The manifest was changed after it was signed, or the signature is that of another one.
    ChangedManifest { key: [u8; 8] },
    /// A signature file holds no signature.
    Unreadable,
    /// Nobody here knows the key.
    UnknownKey { key: [u8; 8] },
    /// The key may sign other plugins.
    OtherPrefix { owner: String, prefixes: Vec<String> },
    /// The key was not to be used any more.
    Expired { owner: String, until: Day },
    /// Two keys have to sign, and only one did that counts.
    OnlyOne,
    /// The key is revoked.
    RevokedKey { key: [u8; 8], since: Day, reason: String },
    /// The package is revoked.
    RevokedPackage { since: Day, reason: String },
}

/// The judgement on a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it comes to.
    pub status: SignatureStatus,
    /// Those whose signatures count, each key once.
    pub signers: Vec<TrustedKey>,
    /// What is wrong; empty for [`SignatureStatus::Signed`].
    pub flaws: Vec<Flaw>,
}

impl Verdict {
    /// Whether the package may be installed and run. Where the data are invented, a package may that
    /// nobody signed, or nobody who is known: both say nothing about it. What was changed or revoked,
    /// and what a known key signed against the rules, may run nowhere.
    pub fn may_run(&self, is_development: bool) -> bool {
        match self.status {
            SignatureStatus::Signed => true,
            SignatureStatus::Unsigned => is_development,
            SignatureStatus::Invalid => {
                let is_stranger = |flaw: &Flaw| matches!(flaw, Flaw::UnknownKey { .. });
                is_development && self.flaws.iter().all(is_stranger)
            }
            SignatureStatus::Modified | SignatureStatus::Revoked => false,
        }
    }
}

impl TrustPolicy {
    /// Judges a package that came in on `day`.
    ///
    /// The worst that is found decides: revoked before modified, before what is no signature. A
    /// signature by a stranger beside enough good ones does no harm: anybody could add it, and other
    /// municipalities may ask for it.
    pub fn judge(&self, seal: &Seal<'_>, day: Day) -> Verdict {
        let only = |status, flaws| Verdict { status, signers: Vec::new(), flaws };
        let revoked = self.revoked(seal);
        if !revoked.is_empty() {
            return only(SignatureStatus::Revoked, revoked);
        }
        let mut changes: Vec<Flaw> =
            seal.is_changed.then_some(Flaw::ChangedFile).into_iter().collect();
        changes.extend(seal.signatures.iter().filter_map(|signature| match signature {
            FoundSignature::Broken(key) => Some(Flaw::ChangedManifest { key: *key }),
            _ => None,
        }));
        if !changes.is_empty() {
            return only(SignatureStatus::Modified, changes);
        }
        if seal.signatures.is_empty() {
            return only(SignatureStatus::Unsigned, vec![Flaw::NoSignature]);
        }
        if seal.signatures.contains(&FoundSignature::Unreadable) {
            return only(SignatureStatus::Invalid, vec![Flaw::Unreadable]);
        }
        let (mut signers, mut flaws) = (Vec::<TrustedKey>::new(), Vec::new());
        for signature in &seal.signatures {
            match self.signer(signature, seal.id, day) {
                Ok(signer) if signers.iter().any(|known| known.key == signer.key) => {}
                Ok(signer) => signers.push(signer.clone()),
                Err(flaw) => flaws.push(flaw),
            }
        }
        let needed = if self.needs_two { 2 } else { 1 };
        if signers.len() >= needed {
            return Verdict { status: SignatureStatus::Signed, signers, flaws: Vec::new() };
        }
        if !signers.is_empty() {
            flaws.push(Flaw::OnlyOne);
        }
        Verdict { status: SignatureStatus::Invalid, signers, flaws }
    }

    fn revoked(&self, seal: &Seal<'_>) -> Vec<Flaw> {
        let flaw = |revocation: &Revocation| {
            let (since, reason) = (revocation.since, revocation.reason.clone());
            match revocation.thing {
                RevokedThing::Digest(digest) => [seal.package, seal.manifest]
                    .contains(&digest)
                    .then_some(Flaw::RevokedPackage { since, reason }),
                RevokedThing::Key(key) => seal
                    .signatures
                    .contains(&FoundSignature::By(key))
                    .then_some(Flaw::RevokedKey { key: key.number, since, reason }),
            }
        };
        self.revocations.iter().filter_map(flaw).collect()
    }

    /// Who made a signature, where it counts for this plugin and day.
    fn signer(&self, signature: &FoundSignature, id: &str, day: Day) -> Result<&TrustedKey, Flaw> {
        let key = match signature {
            FoundSignature::By(key) => key,
            FoundSignature::Unknown(key) | FoundSignature::Broken(key) => {
                return Err(Flaw::UnknownKey { key: *key });
            }
            FoundSignature::Unreadable => return Err(Flaw::Unreadable),
        };
        let all = || self.keys.iter().filter(|trusted| trusted.key == *key);
        let Some(first) = all().next() else {
            return Err(Flaw::UnknownKey { key: key.number });
        };
        // Of several entries that hold the id, the one that lasts longest.
        let fitting = all().filter(|trusted| trusted.prefix.holds(id)).max_by_key(|it| it.until);
        match fitting {
            Some(trusted) if day <= trusted.until => Ok(trusted),
            Some(trusted) => {
                Err(Flaw::Expired { owner: trusted.owner.clone(), until: trusted.until })
            }
            None => {
                let prefixes: BTreeSet<_> = all().map(|it| it.prefix.as_str().to_owned()).collect();
                let prefixes = prefixes.into_iter().collect();
                Err(Flaw::OtherPrefix { owner: first.owner.clone(), prefixes })
            }
        }
    }
}

#[cfg(test)]
mod tests;
