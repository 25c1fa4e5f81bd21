//! Tests of closed lanes: who can open them, who is let in, who is put out.

use super::fixture::{City, MEDIATION, NOW, SOCIAL_WORK, TEACHER, author, practitioner};
use super::{ContactFilter, Error, LaneRefusal, RecoveryKey, SecretKey};
use crate::domain::{Author, Contact, PractitionerKey, Scope, Secret};

const CANARY: &str = "Kanarienvogel";

/// A lane of two social workers with a note that was corrected once; the first is its member.
struct Closed {
    city: City,
    contact: Contact,
    first: SecretKey,
    second: SecretKey,
    colleague: PractitionerKey,
    paper: RecoveryKey,
}

fn closed() -> Closed {
    let mut city = City::new();
    let mut contact = city.contact_with_note(0, "Kanarienvogel, jung");
    city.add(std::slice::from_ref(&contact));
    contact.private_notes[0].text = CANARY.into();
    let (first, second) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
    let mut writer = city.store.write(&author()).unwrap();
    let colleague = writer.add_practitioner(&practitioner("sw2", "social-work")).unwrap();
    let scope = Scope::municipality().with_lane(SOCIAL_WORK);
    writer.correct_contact(&contact, &scope, "x").unwrap();
    let paper = writer.close_lane(SOCIAL_WORK, &[(city.social_worker, first.seal_key())]).unwrap();
    writer.commit().unwrap();
    Closed { city, contact, first, second, colleague, paper }
}

impl Closed {
    fn secret(&self, member: PractitionerKey, key: &SecretKey) -> Option<Secret> {
        self.city.all().lane_secret(SOCIAL_WORK, member, key).unwrap()
    }

    fn first_secret(&self) -> Secret {
        self.secret(self.city.social_worker, &self.first).unwrap()
    }

    /// The notes that a reader with this secret gets, the newest first.
    fn notes(&self, secret: Option<Secret>) -> Vec<String> {
        let mut scope = Scope::municipality().with_lane(SOCIAL_WORK);
        if let Some(secret) = secret {
            scope = scope.with_key(SOCIAL_WORK, secret);
        }
        let reader = self.city.store.read(&scope).unwrap();
        let history = reader.contact_history(self.contact.id).unwrap().unwrap();
        let versions = history.versions.iter().rev().filter_map(|version| version.view.as_ref());
        let all = [&history.now].into_iter().chain(versions);
        all.filter_map(|view| view.contact.note_of(SOCIAL_WORK).map(str::to_owned)).collect()
    }

    fn write<T>(
        &mut self,
        act: impl FnOnce(&mut super::Writer<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut writer = self.city.store.write(&Author::new("sw", NOW)).unwrap();
        let done = act(&mut writer)?;
        writer.commit()?;
        Ok(done)
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> LaneRefusal {
    match result.unwrap_err() {
        Error::Lane(refusal) => refusal,
        other => panic!("{other}"),
    }
}

#[test]
fn a_closed_lane_is_closed_to_all_without_its_key_whatever_scope_they_claim() {
    let closed = closed();
    assert_eq!(closed.notes(None), [""; 0]);
    let stranger = SecretKey::generate().unwrap();
    assert_eq!(closed.notes(Some(stranger.secret().clone())), [""; 0]);
    assert!(closed.secret(closed.city.social_worker, &stranger).is_none());
    assert!(closed.secret(closed.colleague, &closed.first).is_none());
    assert!(closed.secret(closed.city.mediators[0], &closed.first).is_none());
    // The key without the lane opens nothing either.
    let scope = Scope::municipality().with_key(SOCIAL_WORK, closed.first_secret());
    let reader = closed.city.store.read(&scope).unwrap();
    let view = reader.contact(closed.contact.id).unwrap().unwrap();
    assert_eq!(
        (view.contact.note_of(SOCIAL_WORK), &view.closed_lanes[..]),
        (None, &[SOCIAL_WORK][..])
    );
    drop(reader);

    assert_eq!(closed.notes(Some(closed.first_secret())), [CANARY, "Kanarienvogel, jung"]);
}

#[test]
fn others_still_write_into_a_closed_lane_and_correct_around_its_notes() {
    let mut closed = closed();
    let mut other = closed.city.contact_with_note(1, "Zaunkönig");
    closed.write(|writer| writer.add_contact(&other, NOW)).unwrap();
    other.private_notes.clear();
    other.minutes = 50;
    closed.write(|writer| writer.correct_contact(&other, &Scope::municipality(), "x")).unwrap();
    // Of the lane, but without its key: what is there is neither read nor overwritten.
    let mut blind = closed.contact.clone();
    blind.private_notes[0].text = "Ersatz".into();
    let scope = Scope::municipality().with_lane(SOCIAL_WORK);
    let refused = closed.write(|writer| writer.correct_contact(&blind, &scope, "x"));
    assert_eq!(refusal(refused), LaneRefusal::Closed("social-work".into()));

    let scope = scope.with_key(SOCIAL_WORK, closed.first_secret());
    let reader = closed.city.store.read(&scope).unwrap();
    let found = reader.contacts(&ContactFilter::default()).unwrap();
    let mut notes: Vec<_> =
        found.iter().filter_map(|view| view.contact.note_of(SOCIAL_WORK)).collect();
    notes.sort_unstable();
    assert_eq!(notes, [CANARY, "Zaunkönig"]);
    assert!(found.iter().any(|view| view.contact.minutes == 50));
}

#[test]
fn a_lane_is_closed_once_and_not_without_somebody_of_its_profession() {
    let mut city = City::new();
    let key = SecretKey::generate().unwrap().seal_key();
    let (mediator, social_worker) = (city.mediators[0], city.social_worker);
    let mut close = |members: &[_]| {
        let mut writer = city.store.write(&author()).unwrap();
        let closed = writer.close_lane(SOCIAL_WORK, members)?;
        writer.commit()?;
        Ok(closed)
    };
    assert_eq!(refusal(close(&[])), LaneRefusal::Nobody("social-work".into()));
    let wrong = refusal(close(&[(mediator, key)]));
    assert!(matches!(wrong, LaneRefusal::OtherProfession { .. }), "{wrong}");
    close(&[(social_worker, key)]).unwrap();
    let again = refusal(close(&[(social_worker, key)]));
    assert_eq!(again, LaneRefusal::ClosedAlready("social-work".into()));
    let lanes = city.all().lanes().unwrap();
    let closed: Vec<bool> = lanes.iter().map(|lane| lane.closed_at.is_some()).collect();
    assert_eq!(closed.iter().filter(|is| **is).count(), 1, "the other lanes stay open");
    assert_eq!(lanes[usize::from(SOCIAL_WORK)].members, ["sw"]);
    assert_eq!(lanes[usize::from(MEDIATION)].closed_at, None);
}

#[test]
fn a_member_lets_a_colleague_in_and_nobody_else_can() {
    let mut closed = closed();
    let (colleague, key) = (closed.colleague, closed.second.seal_key());
    let stranger = Secret::new([7; 32]);
    for secret in [None, Some(&stranger)] {
        let refused = closed.write(|w| w.admit_to_lane(SOCIAL_WORK, secret, colleague, &key));
        assert_eq!(refusal(refused), LaneRefusal::Closed("social-work".into()));
    }
    let secret = closed.first_secret();
    let teacher = closed.city.teachers[0];
    let refused = closed.write(|w| w.admit_to_lane(SOCIAL_WORK, Some(&secret), teacher, &key));
    assert!(matches!(refusal(refused), LaneRefusal::OtherProfession { .. }));
    let refused = closed.write(|w| w.admit_to_lane(TEACHER, Some(&secret), teacher, &key));
    assert_eq!(refusal(refused), LaneRefusal::Open("teacher".into()));

    closed.write(|w| w.admit_to_lane(SOCIAL_WORK, Some(&secret), colleague, &key)).unwrap();
    let theirs = closed.secret(colleague, &closed.second);
    assert_eq!(closed.notes(theirs).len(), 2);
    let again = closed.write(|w| w.admit_to_lane(SOCIAL_WORK, Some(&secret), colleague, &key));
    assert!(matches!(refusal(again), LaneRefusal::Member { .. }));
}

#[test]
fn who_is_put_out_opens_nothing_any_more_and_those_who_stay_everything() {
    let mut closed = closed();
    let old = closed.first_secret();
    let (first, colleague) = (closed.city.social_worker, closed.colleague);
    let refused = closed.write(|w| w.dismiss_from_lane(SOCIAL_WORK, Some(&old), first));
    assert_eq!(refusal(refused), LaneRefusal::LastMember("social-work".into()));
    let refused = closed.write(|w| w.dismiss_from_lane(SOCIAL_WORK, Some(&old), colleague));
    assert!(matches!(refusal(refused), LaneRefusal::NoMember { .. }));
    let key = closed.second.seal_key();
    closed.write(|w| w.admit_to_lane(SOCIAL_WORK, Some(&old), colleague, &key)).unwrap();
    let texts = closed.write(|w| w.dismiss_from_lane(SOCIAL_WORK, Some(&old), first)).unwrap();
    assert_eq!(texts, 2, "the note and its earlier version");

    assert!(closed.secret(first, &closed.first).is_none());
    assert_eq!(closed.notes(Some(old)), [""; 0], "what they kept is of no use");
    let new = closed.secret(colleague, &closed.second);
    assert_eq!(closed.notes(new.clone()), [CANARY, "Kanarienvogel, jung"]);
    // And what is written from now on is sealed to the new key.
    let other = closed.city.contact_with_note(1, "Zaunkönig");
    closed.write(|writer| writer.add_contact(&other, NOW)).unwrap();
    closed.contact = other;
    assert_eq!(closed.notes(new), ["Zaunkönig"]);
}

#[test]
fn the_key_on_paper_lets_somebody_of_the_profession_in_also_after_the_lane_got_new_keys() {
    let mut closed = closed();
    let (colleague, key) = (closed.colleague, closed.second.seal_key());
    let text = closed.paper.text();
    let read = |text: &str| RecoveryKey::from_text(text);
    for wrong in ["", "abcd", &text[1..], &text.replacen(&text[..1], "x", 1)] {
        let error = read(wrong).unwrap_err();
        assert!(matches!(error, Error::Lane(LaneRefusal::RecoveryForm)), "{error}");
    }
    let flipped: String = text
        .char_indices()
        .map(|(place, c)| match (place, c) {
            (2, '0') => '1',
            (2, _) => '0',
            _ => c,
        })
        .collect();
    assert!(read(&flipped).is_err(), "the last groups tell a typing error");
    assert_eq!(text.split_whitespace().count(), 18);

    let other = RecoveryKey(SecretKey::generate().unwrap());
    let refused = closed.write(|w| w.recover_lane(SOCIAL_WORK, &other, colleague, &key));
    assert_eq!(refusal(refused), LaneRefusal::RecoveryOther("social-work".into()));
    let paper = read(&text.to_uppercase().replace(' ', "-")).unwrap();
    let teacher = closed.city.teachers[0];
    let refused = closed.write(|w| w.recover_lane(SOCIAL_WORK, &paper, teacher, &key));
    assert!(matches!(refusal(refused), LaneRefusal::OtherProfession { .. }));
    let refused = closed.write(|w| w.recover_lane(TEACHER, &paper, teacher, &key));
    assert_eq!(refusal(refused), LaneRefusal::Open("teacher".into()));

    closed.write(|w| w.recover_lane(SOCIAL_WORK, &paper, colleague, &key)).unwrap();
    let secret = closed.secret(colleague, &closed.second).unwrap();
    let first = closed.city.social_worker;
    closed.write(|w| w.dismiss_from_lane(SOCIAL_WORK, Some(&secret), first)).unwrap();
    let anew = SecretKey::generate().unwrap();
    closed.write(|w| w.recover_lane(SOCIAL_WORK, &paper, first, &anew.seal_key())).unwrap();
    assert_eq!(closed.notes(closed.secret(first, &anew)).len(), 2);
    let codes: Vec<String> = closed.city.all().lanes().unwrap().remove(2).members;
    assert_eq!(codes, ["sw", "sw2"]);
}

/// An administrator who can write the database puts a key of their own beside a member.
#[test]
fn a_member_whose_key_was_exchanged_is_a_stranger() {
    let mut closed = closed();
    let thief = SecretKey::generate().unwrap();
    let sql = "UPDATE lane_member SET public = ?1";
    closed.city.store.connection.execute(sql, [thief.seal_key().bytes()]).unwrap();
    let found = closed.city.all().lane_secret(SOCIAL_WORK, closed.city.social_worker, &thief);
    assert!(matches!(found, Err(Error::NotOpened)));
    let other = SecretKey::generate().unwrap().seal_key();
    let stranger = closed.colleague;
    let refused = closed.write(|w| w.admit_to_lane(SOCIAL_WORK, None, stranger, &other));
    assert!(matches!(refusal(refused), LaneRefusal::Closed(_)));
}
