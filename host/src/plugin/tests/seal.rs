//! Signed packages: what is refused, and that nothing changed is ever taken for what was signed.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::package::{AUTHOR, archive_with, good, limits, manifest_of, stored};
use crate::domain::{
    Day, FoundSignature, IdPrefix, PublicKey, SignatureStatus, TrustPolicy, TrustedKey, Verdict,
};
use crate::plugin::pack::write;
use crate::plugin::{Error, NewKeys, Package, Signer, generate_keys, pack, read_secret_key};

const FIRST: &str = "plugin.toml.minisig";
const SECOND: &str = "plugin.toml.2.minisig";

fn read(bytes: &[u8]) -> Package {
    Package::read(bytes, &limits()).unwrap()
}

fn sign(keys: &NewKeys, package: &Package) -> String {
    let secret = read_secret_key(&keys.secret, None).unwrap();
    secret.sign(package.manifest_text.as_bytes(), "tridem").unwrap()
}

fn policy(keys: &[PublicKey]) -> TrustPolicy {
    let trusted = |key: &PublicKey| TrustedKey {
        key: *key,
        owner: "Example".into(),
        prefix: IdPrefix::new("org.example.").unwrap(),
        until: Day(30_000),
    };
    TrustPolicy { keys: keys.iter().map(trusted).collect(), ..TrustPolicy::default() }
}

fn judge(policy: &TrustPolicy, package: &Package) -> Verdict {
    policy.judge(&package.seal(&policy.known_keys()), Day(20_000))
}

/// A small package signed with a new key.
fn signed() -> (NewKeys, Package) {
    let keys = generate_keys(None).unwrap();
    let package = read(&pack(AUTHOR, &good()).unwrap());
    let signature = sign(&keys, &package);
    let bytes = package.with_signature(Signer::First, signature).unwrap();
    (keys, read(&bytes))
}

#[test]
fn a_signature_changes_the_package_and_not_what_is_in_it() {
    let plain = read(&pack(AUTHOR, &good()).unwrap());
    let (keys, package) = signed();
    assert_eq!(plain.seal(&[keys.key]).signatures, []);
    assert_eq!(package.seal(&[keys.key]).signatures, [FoundSignature::By(keys.key)]);
    assert_ne!(package.sha256, plain.sha256);
    let unsigned = Package { signatures: Vec::new(), sha256: plain.sha256, ..package.clone() };
    assert_eq!(unsigned, plain);
    let manifest: [u8; 32] = Sha256::digest(&plain.manifest_text).into();
    assert_eq!(package.manifest_sha256, manifest);
    // Signed anew, it carries the new signature alone.
    let again = package.with_signature(Signer::First, sign(&keys, &package)).unwrap();
    assert_eq!(read(&again).signatures.len(), 1);
    assert_ne!(read(&again).signatures, package.signatures);
}

#[test]
fn a_second_signature_comes_after_a_first_one() {
    let plain = read(&pack(AUTHOR, &good()).unwrap());
    let (keys, package) = signed();
    let others = generate_keys(None).unwrap();
    let second = sign(&others, &package);
    let early = plain.with_signature(Signer::Second, second.clone());
    assert!(matches!(early, Err(Error::SecondFirst)));
    let both = read(&package.with_signature(Signer::Second, second.clone()).unwrap());
    let found = both.seal(&[keys.key, others.key]).signatures;
    assert_eq!(found, [FoundSignature::By(keys.key), FoundSignature::By(others.key)]);
    let changed = both.with_signature(Signer::First, second).unwrap();
    let found = read(&changed).seal(&[keys.key, others.key]).signatures;
    assert_eq!(found, [FoundSignature::By(others.key), FoundSignature::By(others.key)]);
}

/// Every byte of a signed package, in the file and in each of its texts, with the archive made right
/// again: never is it signed and something else.
#[test]
fn no_changed_byte_is_taken_for_signed() {
    let (keys, package) = signed();
    let policy = policy(&[keys.key]);
    let verdict = judge(&policy, &package);
    assert_eq!(verdict.status, SignatureStatus::Signed, "{verdict:?}");

    let mut files = good();
    let whole = write(&package.manifest_text, &package.signatures, &files);
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert!(Package::read(&changed, &limits()).is_err(), "byte {at}");
    }
    let mut judged = 0;
    let mut never_signed = |bytes: &[u8], place: usize| {
        let Ok(found) = Package::read(bytes, &limits()) else { return };
        judged += 1;
        let status = judge(&policy, &found).status;
        let same = (&found.manifest_text, &found.files, &found.component)
            == (&package.manifest_text, &package.files, &package.component);
        assert!(same || status != SignatureStatus::Signed, "{place}");
    };
    let flipped = |text: &str, at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] ^= 1;
        String::from_utf8(bytes).unwrap()
    };
    for at in 0..package.manifest_text.len() {
        // Letters beyond ASCII would not be text any more.
        if package.manifest_text.as_bytes()[at].is_ascii() {
            let manifest = flipped(&package.manifest_text, at);
            never_signed(&write(&manifest, &package.signatures, &files), at);
        }
    }
    for at in 0..package.signatures[0].len() {
        let signature = flipped(&package.signatures[0], at);
        never_signed(&write(&package.manifest_text, &[signature], &files), at);
    }
    for name in good().keys() {
        files = good();
        files.get_mut(name).unwrap()[0] ^= 1;
        never_signed(&write(&package.manifest_text, &package.signatures, &files), 0);
    }
    assert!(judged > 100, "{judged} packages were whole enough to be judged");
}

#[test]
fn a_signature_over_another_package_is_none() {
    let (keys, package) = signed();
    let other = AUTHOR.replace("1.2.3", "1.2.4");
    let other = read(&pack(&other, &good()).unwrap());
    let moved = other.with_signature(Signer::First, package.signatures[0].clone()).unwrap();
    let verdict = judge(&policy(&[keys.key]), &read(&moved));
    assert_eq!(verdict.status, SignatureStatus::Modified);
}

#[test]
fn signature_files_are_two_at_most_and_sign_the_manifest_alone() {
    let (_, package) = signed();
    let signature = package.signatures[0].as_bytes();
    let refusal = |entries: &[(&str, &[u8])]| {
        Package::read(&archive_with(stored(), entries), &limits()).unwrap_err()
    };
    let wasm: (&str, &[u8]) = ("plugin.wasm", b"component");
    let manifest = manifest_of(&[wasm]);
    let toml = ("plugin.toml", manifest.as_bytes());
    assert!(matches!(refusal(&[toml, (SECOND, signature), wasm]), Error::SecondFirst));
    for name in ["plugin.wasm.minisig", "plugin.toml.minisig.minisig", "plugin.toml.3.minisig"] {
        let found = refusal(&[toml, (FIRST, signature), (name, signature), wasm]);
        assert!(matches!(found, Error::FileName { .. }), "{name}: {found}");
    }
    // Listed in the manifest, it would have to sign its own digest.
    let listing = manifest_of(&[wasm, (FIRST, signature)]);
    let found = refusal(&[("plugin.toml", listing.as_bytes()), (FIRST, signature), wasm]);
    assert!(matches!(found, Error::File { ref name, .. } if name == FIRST), "{found}");
    let upper = "PLUGIN.TOML.MINISIG";
    assert!(matches!(refusal(&[toml, (upper, signature), wasm]), Error::FileName { .. }));
    let found = refusal(&[toml, wasm, (FIRST, signature)]);
    assert!(matches!(found, Error::OtherForm), "its place is behind the manifest: {found}");
    let found = refusal(&[toml, (FIRST, b"\xff"), wasm]);
    assert!(matches!(found, Error::File { reason: "is not UTF-8 text", .. }), "{found}");
    let all: BTreeMap<_, _> = [("plugin.wasm".to_owned(), b"component".to_vec())].into();
    let nonsense = read(&write(&manifest, &["nonsense".into(), "more".into()], &all));
    let found = nonsense.seal(&[]).signatures;
    assert_eq!(found, [FoundSignature::Unreadable, FoundSignature::Unreadable]);
}
