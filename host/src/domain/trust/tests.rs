//! Every way in which a package is or is not trusted.

use super::*;

const ID: &str = "org.example.visits";
const TODAY: Day = Day(20_000);

/// A key made of one byte, with a number made of another.
fn key(byte: u8) -> PublicKey {
    PublicKey { number: [byte; 8], bytes: [byte; 32] }
}

fn trusted(byte: u8, prefix: &str, until: i32) -> TrustedKey {
    let prefix = IdPrefix::new(prefix).unwrap();
    TrustedKey { key: key(byte), owner: format!("owner {byte}"), prefix, until: Day(until) }
}

/// Trusts the keys 1 and 2 for everything of the example, and key 3 for another organisation.
fn policy() -> TrustPolicy {
    TrustPolicy {
        keys: vec![
            trusted(1, "org.example.", 20_010),
            trusted(2, "org.example.", 20_010),
            trusted(3, "org.other.", 20_010),
        ],
        ..TrustPolicy::default()
    }
}

fn by(byte: u8) -> FoundSignature {
    FoundSignature::By(key(byte))
}

fn seal(signatures: &[FoundSignature]) -> Seal<'static> {
    let signatures = signatures.to_vec();
    Seal { id: ID, package: [7; 32], manifest: [8; 32], is_changed: false, signatures }
}

fn judge(policy: &TrustPolicy, signatures: &[FoundSignature]) -> Verdict {
    policy.judge(&seal(signatures), TODAY)
}

fn revocation(thing: RevokedThing) -> Revocation {
    Revocation { thing, since: TODAY, reason: "lost".into() }
}

/// Asserts what a verdict comes to, and whether it may run over real and over invented data.
#[track_caller]
fn comes_to(verdict: &Verdict, status: SignatureStatus, real: bool, invented: bool) {
    assert_eq!(verdict.status, status, "{verdict:?}");
    assert_eq!((verdict.may_run(false), verdict.may_run(true)), (real, invented), "{verdict:?}");
    assert_eq!(verdict.flaws.is_empty(), status == SignatureStatus::Signed, "{verdict:?}");
}

#[test]
fn what_nobody_signed_runs_over_invented_data_alone() {
    let verdict = judge(&policy(), &[]);
    comes_to(&verdict, SignatureStatus::Unsigned, false, true);
    assert_eq!(verdict.flaws, [Flaw::NoSignature]);
}

#[test]
fn a_key_that_nobody_knows_counts_as_little_as_none() {
    let stranger = FoundSignature::Unknown([9; 8]);
    let verdict = judge(&policy(), std::slice::from_ref(&stranger));
    comes_to(&verdict, SignatureStatus::Invalid, false, true);
    assert_eq!(verdict.flaws, [Flaw::UnknownKey { key: [9; 8] }]);
    // Where nobody is trusted, everybody is a stranger.
    comes_to(&judge(&TrustPolicy::default(), &[by(1)]), SignatureStatus::Invalid, false, true);
    // Beside a good signature it does no harm.
    comes_to(&judge(&policy(), &[stranger, by(1)]), SignatureStatus::Signed, true, true);
}

#[test]
fn a_key_signs_for_its_own_ids_alone() {
    let verdict = judge(&policy(), &[by(3)]);
    comes_to(&verdict, SignatureStatus::Invalid, false, false);
    let prefixes = vec!["org.other.".to_owned()];
    assert_eq!(verdict.flaws, [Flaw::OtherPrefix { owner: "owner 3".into(), prefixes }]);
}

#[test]
fn a_key_is_good_on_its_last_day_and_not_on_the_next() {
    let on = |day| policy().judge(&seal(&[by(1)]), Day(day));
    let verdict = on(20_011);
    comes_to(&verdict, SignatureStatus::Invalid, false, false);
    assert_eq!(verdict.flaws, [Flaw::Expired { owner: "owner 1".into(), until: Day(20_010) }]);
    comes_to(&on(20_010), SignatureStatus::Signed, true, true);
    // Of two entries the longer one counts, and only where its prefix holds the id.
    let mut longer = policy();
    longer.keys.push(trusted(1, "org.other.", 30_000));
    comes_to(&longer.judge(&seal(&[by(1)]), Day(20_011)), SignatureStatus::Invalid, false, false);
    longer.keys.push(trusted(1, "org.example.visits", 30_000));
    comes_to(&longer.judge(&seal(&[by(1)]), Day(20_011)), SignatureStatus::Signed, true, true);
}

#[test]
fn a_revoked_key_counts_nowhere_however_good_the_rest_is() {
    let mut policy = policy();
    policy.revocations.push(revocation(RevokedThing::Key(key(1))));
    for signatures in [&[by(1)][..], &[by(1), by(2)], &[by(2), by(1)]] {
        let verdict = judge(&policy, signatures);
        comes_to(&verdict, SignatureStatus::Revoked, false, false);
        let flaw = Flaw::RevokedKey { key: [1; 8], since: TODAY, reason: "lost".into() };
        assert_eq!(verdict.flaws, [flaw]);
    }
    comes_to(&judge(&policy, &[by(2)]), SignatureStatus::Signed, true, true);
    // Also on a day before it was revoked: a signature tells no time.
    let before = policy.judge(&seal(&[by(1)]), Day(19_000));
    comes_to(&before, SignatureStatus::Revoked, false, false);
    // A key that was never trusted, or is not any more, can be revoked too.
    policy.keys.clear();
    comes_to(&judge(&policy, &[by(1)]), SignatureStatus::Revoked, false, false);
    assert_eq!(policy.known_keys(), [key(1)]);
}

#[test]
fn a_revoked_package_counts_nowhere_whoever_signed_it() {
    for digest in [[7; 32], [8; 32]] {
        let mut policy = policy();
        policy.revocations.push(revocation(RevokedThing::Digest(digest)));
        for signatures in [&[][..], &[by(1)], &[FoundSignature::Broken([1; 8])]] {
            let verdict = judge(&policy, signatures);
            comes_to(&verdict, SignatureStatus::Revoked, false, false);
            let flaw = Flaw::RevokedPackage { since: TODAY, reason: "lost".into() };
            assert_eq!(verdict.flaws, [flaw]);
        }
    }
    let mut other = policy();
    other.revocations.push(revocation(RevokedThing::Digest([6; 32])));
    comes_to(&judge(&other, &[by(1)]), SignatureStatus::Signed, true, true);
}

#[test]
fn what_is_not_what_was_signed_runs_nowhere() {
    let broken = FoundSignature::Broken([1; 8]);
    for signatures in [&[broken.clone()][..], &[by(2), broken.clone()], &[broken, by(2)]] {
        let verdict = judge(&policy(), signatures);
        comes_to(&verdict, SignatureStatus::Modified, false, false);
        assert_eq!(verdict.flaws, [Flaw::ChangedManifest { key: [1; 8] }]);
    }
    for signatures in [&[][..], &[by(1)]] {
        let changed = Seal { is_changed: true, ..seal(signatures) };
        let verdict = policy().judge(&changed, TODAY);
        comes_to(&verdict, SignatureStatus::Modified, false, false);
        assert_eq!(verdict.flaws, [Flaw::ChangedFile]);
    }
}

#[test]
fn what_is_no_signature_is_not_passed_over() {
    for signatures in [&[FoundSignature::Unreadable][..], &[by(1), FoundSignature::Unreadable]] {
        let verdict = judge(&policy(), signatures);
        comes_to(&verdict, SignatureStatus::Invalid, false, false);
        assert_eq!(verdict.flaws, [Flaw::Unreadable]);
    }
}

#[test]
fn two_signatures_are_those_of_two_keys_that_both_may_sign() {
    let two = TrustPolicy { needs_two: true, ..policy() };
    comes_to(&judge(&two, &[]), SignatureStatus::Unsigned, false, true);
    comes_to(&judge(&two, &[by(1)]), SignatureStatus::Invalid, false, false);
    comes_to(&judge(&two, &[by(1), by(1)]), SignatureStatus::Invalid, false, false);
    assert_eq!(judge(&two, &[by(1), by(1)]).flaws, [Flaw::OnlyOne]);
    comes_to(&judge(&two, &[by(1), by(3)]), SignatureStatus::Invalid, false, false);
    let stranger = FoundSignature::Unknown([9; 8]);
    comes_to(&judge(&two, &[by(1), stranger]), SignatureStatus::Invalid, false, false);

    let verdict = judge(&two, &[by(1), by(2)]);
    comes_to(&verdict, SignatureStatus::Signed, true, true);
    let owners: Vec<&str> = verdict.signers.iter().map(|it| it.owner.as_str()).collect();
    assert_eq!(owners, ["owner 1", "owner 2"]);
}

#[test]
fn one_key_under_two_numbers_is_one_key() {
    let mut two = TrustPolicy { needs_two: true, ..policy() };
    let renumbered = PublicKey { number: [5; 8], ..key(1) };
    two.keys.push(TrustedKey { key: renumbered, ..trusted(1, "org.example.", 20_010) });
    let verdict = judge(&two, &[by(1), FoundSignature::By(renumbered)]);
    comes_to(&verdict, SignatureStatus::Invalid, false, false);
    let mut revoked = policy();
    revoked.revocations.push(revocation(RevokedThing::Key(renumbered)));
    comes_to(&judge(&revoked, &[by(1)]), SignatureStatus::Revoked, false, false);
}

#[test]
fn a_prefix_is_made_of_whole_parts_of_an_id() {
    for wrong in ["", ".", "org", "org.", "Org.example", "org..example", ".org.example", "org.ex*"]
    {
        assert_eq!(IdPrefix::new(wrong), None, "{wrong}");
    }
    let prefix = IdPrefix::new("org.example").unwrap();
    assert_eq!(prefix, IdPrefix::new("org.example.").unwrap());
    for other in ["org.example-two.visits", "org.exampletwo.visits", "org.exampl", "org", ""] {
        assert!(!prefix.holds(other), "{other}");
    }
    assert!(prefix.holds("org.example.visits") && prefix.holds("org.example.visits.more"));
    assert!(IdPrefix::new("org.example.visits").unwrap().holds("org.example.visits"));
}

#[test]
fn every_status_and_flaw_has_words_of_its_own_in_both_languages() {
    let mut seen = BTreeSet::new();
    let owner = || "X".to_owned();
    let flaws = [
        Flaw::NoSignature,
        Flaw::ChangedFile,
        Flaw::ChangedManifest { key: [1; 8] },
        Flaw::Unreadable,
        Flaw::UnknownKey { key: [1; 8] },
        Flaw::OtherPrefix { owner: owner(), prefixes: vec!["org.example.".into()] },
        Flaw::Expired { owner: owner(), until: TODAY },
        Flaw::OnlyOne,
        Flaw::RevokedKey { key: [1; 8], since: TODAY, reason: owner() },
        Flaw::RevokedPackage { since: TODAY, reason: owner() },
    ];
    let words = SignatureStatus::ALL.iter().flat_map(|it| [it.text(), it.explanation()]);
    for text in words.chain(flaws.iter().map(Flaw::text)) {
        assert!(seen.insert(text.de.clone()) && seen.insert(text.en.clone()), "{text:?}");
    }
}
