//! Tests of releases: who may, on what ground, and that they end.

use super::fixture::{City, NOW, SOCIAL_WORK, TEACHER, author, day, new_id};
use super::{AuditFilter, ConsentFlaw, ContactFilter, Error, LaneRefusal, ReleaseBy, SecretKey};
use crate::domain::{Author, Contact, ContactView, Id, Release, ReleaseGround, Scope};

const CANARY: &str = "Kanarienvogel";

struct Scene {
    city: City,
    contact: Contact,
}

fn scene() -> Scene {
    let mut city = City::new();
    let contact = city.contact_with_note(0, CANARY);
    city.add(std::slice::from_ref(&contact));
    Scene { city, contact }
}

fn own() -> Scope {
    Scope::municipality().with_lane(SOCIAL_WORK)
}

fn theirs() -> Scope {
    Scope::municipality().with_lane(TEACHER)
}

impl Scene {
    /// A consent of the first pupil; what is given replaces the column of that name.
    fn consent(&self, code: &str, change: &str) {
        let sql = format!(
            "INSERT INTO consent (id, code, pupil, household, purpose, recipient, state, given,
               expires, withdrawn, recorded_at)
             VALUES (randomblob(16), '{code}', {}, NULL, 1, 'Klassenlehrkraft der 3b', 0, {},
               NULL, NULL, 0)",
            self.city.pupils[0][0].0,
            day("2025-09-01").0,
        );
        let connection = &self.city.store.connection;
        connection.execute(&sql, []).unwrap();
        if !change.is_empty() {
            let sql = format!("UPDATE consent SET {change} WHERE code = '{code}'");
            connection.execute(&sql, []).unwrap();
        }
    }

    fn release(&mut self, scope: &Scope, recipient: u16, by: ReleaseBy<'_>) -> Result<Id, Error> {
        let id = new_id();
        let mut writer = self.city.store.write(&Author::new("sw", NOW + 60)).unwrap();
        let today = day("2025-11-22");
        writer.release_note(
            scope,
            id,
            self.contact.id,
            SOCIAL_WORK,
            recipient,
            by,
            "wegen der Klasse",
            today,
        )?;
        writer.commit()?;
        Ok(id)
    }

    fn view(&self, scope: &Scope) -> ContactView {
        self.city.store.read(scope).unwrap().contact(self.contact.id).unwrap().unwrap()
    }

    /// The text that a scope gets by a release.
    fn got(&self, scope: &Scope) -> Option<String> {
        self.view(scope).releases.into_iter().find_map(|release| release.text)
    }
}

fn refusal(result: Result<Id, Error>) -> LaneRefusal {
    match result.unwrap_err() {
        Error::Lane(refusal) => refusal,
        other => panic!("{other}"),
    }
}

#[test]
fn only_the_profession_itself_releases_its_note() {
    let mut scene = scene();
    let law = ReleaseBy::Law("danger-to-child");
    for scope in [Scope::municipality(), theirs()] {
        let refused = refusal(scene.release(&scope, TEACHER, law));
        assert_eq!(refused, LaneRefusal::Closed("social-work".into()));
    }
    let elsewhere = Scope::of_schools([scene.city.schools[1]]).with_lane(SOCIAL_WORK);
    let refused = refusal(scene.release(&elsewhere, TEACHER, law));
    assert_eq!(refused, LaneRefusal::NoNote("social-work".into()));
    let refused = refusal(scene.release(&own(), SOCIAL_WORK, law));
    assert_eq!(refused, LaneRefusal::Own("social-work".into()));
    let error = scene.release(&own(), TEACHER, ReleaseBy::Law("curiosity")).unwrap_err();
    assert!(matches!(error, Error::UnknownCode { .. }), "{error}");
    let error = scene.release(&own(), TEACHER, ReleaseBy::Consent("nowhere")).unwrap_err();
    assert!(matches!(error, Error::NoSuch { what: "consent", .. }), "{error}");
    assert_eq!(scene.got(&theirs()), None);
}

#[test]
fn a_member_of_a_closed_lane_releases_with_the_key_and_not_without() {
    let mut scene = scene();
    let member = SecretKey::generate().unwrap();
    let mut writer = scene.city.store.write(&author()).unwrap();
    writer.close_lane(SOCIAL_WORK, &[(scene.city.social_worker, member.seal_key())]).unwrap();
    writer.commit().unwrap();
    let law = ReleaseBy::Law("necessity");
    let refused = refusal(scene.release(&own(), TEACHER, law));
    assert_eq!(refused, LaneRefusal::Closed("social-work".into()));
    let secret =
        scene.city.all().lane_secret(SOCIAL_WORK, scene.city.social_worker, &member).unwrap();
    let scope = own().with_key(SOCIAL_WORK, secret.unwrap());
    scene.release(&scope, TEACHER, law).unwrap();
    assert_eq!(scene.got(&theirs()).as_deref(), Some(CANARY));
}

#[test]
fn a_consent_carries_a_release_only_where_everything_fits() {
    use ConsentFlaw as Flaw;
    let mut scene = scene();
    let elsewhere = format!("pupil = {}", scene.city.pupils[1][0].0);
    let home_elsewhere = format!("pupil = NULL, household = {}", scene.city.households[1].0);
    let late = format!("expires = {}", day("2025-11-21").0);
    let cases = [
        ("state = 1", Flaw::NotGranted),
        ("state = 2", Flaw::Withdrawn),
        ("state = 3", Flaw::Expired),
        ("state = 4", Flaw::NotGranted),
        ("withdrawn = 20500", Flaw::Withdrawn),
        (&late, Flaw::Expired),
        ("given = 30000", Flaw::NotYet),
        (&elsewhere, Flaw::OtherFamily),
        (&home_elsewhere, Flaw::OtherFamily),
        ("recipient = 'Jugendamt'", Flaw::OtherRecipient),
        ("purpose = 4", Flaw::OtherPurpose),
    ];
    for (number, (change, expected)) in cases.into_iter().enumerate() {
        let code = format!("c{number}");
        scene.consent(&code, change);
        let refused = refusal(scene.release(&own(), TEACHER, ReleaseBy::Consent(&code)));
        assert_eq!(refused, LaneRefusal::Consent { code, flaw: expected }, "{change}");
    }
    assert_eq!(scene.got(&theirs()), None);
    // The last day is one of them; that of the household is that of its pupils.
    let last = format!("expires = {}", day("2099-11-22").0);
    scene.consent("good", &last);
    scene.release(&own(), TEACHER, ReleaseBy::Consent("good")).unwrap();
    assert_eq!(scene.got(&theirs()).as_deref(), Some(CANARY));
    let refused = refusal(scene.release(&own(), TEACHER, ReleaseBy::Consent("good")));
    assert_eq!(refused, LaneRefusal::Released("teacher".into()));
}

#[test]
fn both_professions_see_who_released_when_and_why_and_nobody_else_sees_anything() {
    let mut scene = scene();
    let home = format!("pupil = NULL, household = {}", scene.city.households[0].0);
    scene.consent("good", &home);
    let id = scene.release(&own(), TEACHER, ReleaseBy::Consent("good")).unwrap();
    let expected = Release {
        id,
        profession: SOCIAL_WORK,
        recipient: TEACHER,
        ground: ReleaseGround::Consent("good".into()),
        reason: "wegen der Klasse".into(),
        text: Some(CANARY.into()),
        released_by: "sw".into(),
        released_at: NOW + 60,
        ended: None,
        is_active: true,
    };
    assert_eq!(scene.view(&theirs()).releases, std::slice::from_ref(&expected));
    assert_eq!(scene.view(&theirs()).closed_lanes, [SOCIAL_WORK], "the lane itself stays closed");
    assert_eq!(scene.view(&own()).releases, [Release { text: None, ..expected }]);
    for scope in [Scope::municipality(), Scope::municipality().with_lane(0)] {
        let view = format!("{:?}", scene.view(&scope));
        assert!(!view.contains(CANARY) && !view.contains("wegen der Klasse"), "{view}");
    }
    // Of the text nothing is in the audit, and not the reason either.
    let entries = scene.city.all().audit(&AuditFilter { limit: Some(1), ..Default::default() });
    let entry = entries.unwrap().remove(0);
    assert_eq!((&*entry.action, &entry.subject), ("note.release", &scene.contact.id.to_string()));
    assert!(entry.details.contains("\"to\":\"teacher\""), "{}", entry.details);
    assert!(!entry.details.contains("wegen") && !entry.details.contains("good"));
}

#[test]
fn a_later_text_is_not_released_with_the_earlier_one() {
    let mut scene = scene();
    scene.release(&own(), TEACHER, ReleaseBy::Law("danger-to-child")).unwrap();
    let mut corrected = scene.contact.clone();
    corrected.private_notes[0].text = "Zaunkönig".into();
    let mut writer = scene.city.store.write(&author()).unwrap();
    writer.correct_contact(&corrected, &own(), "x").unwrap();
    writer.commit().unwrap();
    assert_eq!(scene.got(&theirs()).as_deref(), Some(CANARY));
    assert!(!format!("{:?}", scene.view(&theirs())).contains("Zaunkönig"));
}

#[test]
fn a_release_that_is_taken_back_is_closed_at_once() {
    let mut scene = scene();
    let id = scene.release(&own(), TEACHER, ReleaseBy::Law("danger-to-child")).unwrap();
    let revoke = |scene: &mut Scene, scope: &Scope| {
        let mut writer = scene.city.store.write(&Author::new("sw", NOW + 90)).unwrap();
        writer.revoke_release(scope, id)?;
        writer.commit()
    };
    for scope in [Scope::municipality(), theirs()] {
        let error = revoke(&mut scene, &scope).unwrap_err();
        assert!(matches!(error, Error::NoSuch { .. }), "{error}");
    }
    revoke(&mut scene, &own()).unwrap();
    assert_eq!(scene.got(&theirs()), None);
    assert_eq!(scene.view(&own()).releases[0].ended, Some((NOW + 90, "sw".into())));
    let again = revoke(&mut scene, &own()).unwrap_err();
    assert!(matches!(again, Error::Lane(LaneRefusal::Ended)), "{again}");
    let left: i64 = scene
        .city
        .store
        .connection
        .query_row("SELECT count(*) FROM note_release WHERE sealed IS NOT NULL", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(left, 0);
    scene.release(&own(), TEACHER, ReleaseBy::Law("danger-to-child")).unwrap();
    assert_eq!(scene.got(&theirs()).as_deref(), Some(CANARY));
}

/// Whichever way the consent is changed: through the program, or past it.
#[test]
fn a_consent_that_is_withdrawn_or_gone_or_changed_ends_the_release_at_once() {
    for change in [
        "UPDATE consent SET withdrawn = 20500",
        "UPDATE consent SET state = 2",
        "UPDATE consent SET state = 1",
        "UPDATE consent SET recipient = 'Jugendamt'",
        "UPDATE consent SET purpose = 0",
        "UPDATE consent SET pupil = NULL, household = 1",
        "DELETE FROM consent",
    ] {
        let mut scene = scene();
        scene.consent("good", "");
        scene.release(&own(), TEACHER, ReleaseBy::Consent("good")).unwrap();
        assert_eq!(scene.got(&theirs()).as_deref(), Some(CANARY), "{change}");
        scene.city.store.connection.execute(change, []).unwrap();
        assert_eq!(scene.got(&theirs()), None, "{change}");
        let seen = scene.view(&own()).releases.remove(0);
        assert!(seen.ended.is_some_and(|(_, by)| by == "program:tridem"), "{change}");
    }
    // One that runs out closes the note by itself.
    let mut scene = scene();
    scene.consent("good", "");
    scene.release(&own(), TEACHER, ReleaseBy::Consent("good")).unwrap();
    let yesterday = "UPDATE consent SET expires = unixepoch() / 86400 - 1";
    scene.city.store.connection.execute(yesterday, []).unwrap();
    assert_eq!(scene.got(&theirs()), None);
    let today = "UPDATE consent SET expires = unixepoch() / 86400";
    scene.city.store.connection.execute(today, []).unwrap();
    assert_eq!(scene.got(&theirs()).as_deref(), Some(CANARY));
}

#[test]
fn a_lane_that_gets_new_keys_keeps_its_releases() {
    let mut scene = scene();
    scene.release(&own(), TEACHER, ReleaseBy::Law("danger-to-child")).unwrap();
    let keys = [0, 1].map(|_| SecretKey::generate().unwrap());
    let teachers = scene.city.teachers;
    let members = [0, 1].map(|place| (teachers[place], keys[place].seal_key()));
    let mut writer = scene.city.store.write(&author()).unwrap();
    writer.close_lane(TEACHER, &members).unwrap();
    writer.commit().unwrap();
    let secret = |scene: &Scene, place: usize| {
        scene.city.all().lane_secret(TEACHER, teachers[place], &keys[place]).unwrap()
    };
    let old = secret(&scene, 0).unwrap();
    let mut writer = scene.city.store.write(&author()).unwrap();
    writer.dismiss_from_lane(TEACHER, Some(&old), teachers[0]).unwrap();
    writer.commit().unwrap();
    let new = secret(&scene, 1).unwrap();
    assert_eq!(scene.got(&theirs().with_key(TEACHER, old)), None);
    assert_eq!(scene.got(&theirs().with_key(TEACHER, new)).as_deref(), Some(CANARY));
    assert_eq!(scene.city.all().contacts(&ContactFilter::default()).unwrap().len(), 1);
}
