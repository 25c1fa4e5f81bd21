//! Tests of signing in: what is refused, what ends a session, and who can open what.

use tempfile::TempDir;
use totp_rs::Builder;

use super::sign_in::{LOCAL_PEER, SignIn, SignedIn};
use super::workspace::now;
use super::{
    AccountError, Actor, App, EmergencyOrder, Error, KeySource, Kind, NewAccount, Passphrase,
    RoleChange, SessionToken, UseCase,
};
use crate::domain::{Role, Schools, Scope};
use crate::store::AuditFilter;

const PASSWORD: &str = "korrekt pferd batterie";
const OTHER: &str = "grünkohl wetter karte";

struct Town {
    _folder: TempDir,
    app: App,
    chief: Actor,
    now: i64,
}

fn machine() -> Actor {
    Actor::new("tester".into(), None)
}

fn words(text: &str) -> Passphrase {
    Passphrase::new(text)
}

#[track_caller]
fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> AccountError {
    match result.unwrap_err() {
        Error::Account(error) => error,
        error => panic!("{error}"),
    }
}

impl Town {
    /// Two schools, a mediator at each and a social worker at the first; the administrator is signed in.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = KeySource::File(folder.path().join("tridem.key"));
        App::init(&machine(), folder.path(), &key, "Musterstadt").unwrap();
        let mut app = App::open(folder.path(), &key).unwrap();
        let mut add = |kind, fields: &[(&str, &str)]| {
            app.add(&machine(), kind, fields).unwrap();
        };
        for number in ["990001", "990002"] {
            let name = format!("Schule {number}");
            add(Kind::Schools, &[("number", number), ("name", &name), ("form", "02")]);
        }
        for (code, role, school) in [
            ("bm1", "mediation", "990001"),
            ("bm2", "mediation", "990002"),
            ("sa1", "social-work", "990001"),
        ] {
            add(Kind::Practitioners, &[("code", code), ("name", "Person"), ("role", role)]);
            let post = [
                ("practitioner", code),
                ("school", school),
                ("weekly_hours", "10"),
                ("from", "2025-08-01"),
            ];
            add(Kind::Assignments, &post);
        }
        let chief = new_account("chief", Role::Administrator, None);
        assert!(app.add_account(&machine(), chief).unwrap());
        let mut town = Self { _folder: folder, app, chief: machine(), now: now() };
        let token = town.sign_in("chief", PASSWORD).unwrap().token;
        town.chief = town.resume(&token).unwrap();
        town
    }

    fn try_from(&mut self, code: &str, password: &str, peer: &str) -> Result<SignedIn, Error> {
        let password = words(password);
        let asked =
            SignIn { code, password: &password, one_time_code: None, new_password: None, peer };
        self.app.sign_in_at(asked, self.now)
    }

    fn sign_in(&mut self, code: &str, password: &str) -> Result<SignedIn, Error> {
        self.try_from(code, password, LOCAL_PEER)
    }

    fn with_code(&mut self, code: &str, one_time_code: &str) -> Result<SignedIn, Error> {
        let password = words(PASSWORD);
        let one_time_code = Some(one_time_code);
        let asked = SignIn {
            code,
            password: &password,
            one_time_code,
            new_password: None,
            peer: LOCAL_PEER,
        };
        self.app.sign_in_at(asked, self.now)
    }

    fn resume(&mut self, token: &SessionToken) -> Result<Actor, Error> {
        self.app.resume_at("tester", token, self.now)
    }

    /// Adds an account whose owner has chosen [`PASSWORD`], and signs them in.
    fn member(
        &mut self,
        code: &str,
        role: Role,
        practitioner: Option<&str>,
    ) -> (Actor, SessionToken) {
        let mut account = new_account(code, role, practitioner);
        let first = words(OTHER);
        account.password = &first;
        let chief = self.chief.clone();
        assert!(!self.app.add_account(&chief, account).unwrap());
        let token = self.choose(code, OTHER, PASSWORD).unwrap().token;
        (self.resume(&token).unwrap(), token)
    }

    fn choose(&mut self, code: &str, password: &str, new: &str) -> Result<SignedIn, Error> {
        let (password, new) = (words(password), words(new));
        let asked = SignIn {
            code,
            password: &password,
            one_time_code: None,
            new_password: Some(&new),
            peer: LOCAL_PEER,
        };
        self.app.sign_in_at(asked, self.now)
    }

    /// What the audit says of accounts, newest first.
    fn audit(&self) -> Vec<String> {
        let reader = self.app.store.read(&Scope::municipality()).unwrap();
        let entries = reader.audit(&AuditFilter::default()).unwrap();
        entries.iter().map(|entry| format!("{} {}", entry.actor, entry.action)).collect()
    }
}

fn new_account<'a>(code: &'a str, role: Role, practitioner: Option<&'a str>) -> NewAccount<'a> {
    static WORDS: std::sync::OnceLock<Passphrase> = std::sync::OnceLock::new();
    let password = WORDS.get_or_init(|| words(PASSWORD));
    NewAccount { code, role, practitioner, from: None, until: None, password }
}

#[test]
fn without_a_session_nothing_at_all_is_permitted_where_there_are_accounts() {
    let mut town = Town::new();
    let practitioner = Actor::new("tester".into(), Some("bm1".into()));
    for use_case in UseCase::ALL {
        let refused = refusal(town.app.permit(&machine(), *use_case));
        assert_eq!(refused, AccountError::SignInNeeded, "{}", use_case.code());
        let refused = refusal(town.app.permit(&practitioner, *use_case));
        assert_eq!(refused, AccountError::NotAs, "{}", use_case.code());
    }
    // Nor where the last of them is over: that would open the records to everybody.
    let chief = town.chief.clone();
    let (_, token) = town.member("second", Role::Administrator, None);
    town.app.close_account(&chief, "second").unwrap();
    assert!(town.app.has_accounts().unwrap());
    assert_eq!(refusal(town.resume(&token)), AccountError::SessionOver);
    assert_eq!(
        refusal(town.app.close_account(&chief, "chief")),
        AccountError::LastAdministrator("chief".into())
    );
}

#[test]
fn an_account_sees_what_its_role_and_its_assignments_give_and_nothing_else() {
    let mut town = Town::new();
    let (mediator, _) = town.member("m", Role::Mediator, Some("bm1"));
    let error = town.app.permit(&mediator, UseCase::AccountList).unwrap_err();
    assert!(matches!(error, Error::NotAllowed(_)), "{error}");
    let error = town.app.permit(&town.chief, UseCase::ContactRead).unwrap_err();
    assert!(matches!(error, Error::NotAllowed(_)), "{error}");
    let scope = town.app.permit(&mediator, UseCase::ContactRead).unwrap();
    let Schools::Only(schools) = scope.schools else { panic!("not all schools") };
    assert_eq!(schools.len(), 1);
    assert_eq!((mediator.name(), mediator.author().code.as_str()), ("bm1", "bm1"));
    assert_eq!(town.chief.author().code, "login:chief");
}

#[test]
fn accounts_that_should_not_be_are_not_added() {
    let folder = tempfile::tempdir().unwrap();
    let key = KeySource::File(folder.path().join("tridem.key"));
    App::init(&machine(), folder.path(), &key, "Musterstadt").unwrap();
    let mut app = App::open(folder.path(), &key).unwrap();
    let refused = refusal(app.add_account(&machine(), new_account("x", Role::Coordinator, None)));
    assert_eq!(refused, AccountError::FirstIsAdministrator);
    let mut weak = new_account("chief", Role::Administrator, None);
    let short = words("kurz");
    weak.password = &short;
    assert!(matches!(refusal(app.add_account(&machine(), weak)), AccountError::Password(_)));
    assert!(!app.has_accounts().unwrap());

    let mut town = Town::new();
    let chief = town.chief.clone();
    let mut refused = |account| refusal(town.app.add_account(&chief, account));
    assert!(matches!(
        refused(new_account("mia muster", Role::Lead, None)),
        AccountError::BadCode(_)
    ));
    assert_eq!(
        refused(new_account("m", Role::Mediator, None)),
        AccountError::NeedsPractitioner(Role::Mediator)
    );
    assert!(matches!(
        refused(new_account("s", Role::SocialWorker, Some("bm1"))),
        AccountError::OtherRole { .. }
    ));
    town.member("m", Role::Mediator, Some("bm1"));
    for again in [new_account("m", Role::Lead, None), new_account("n", Role::Mediator, Some("bm1"))]
    {
        let error = town.app.add_account(&chief, again).unwrap_err();
        assert!(error.to_string().starts_with("there is already an"), "{error}");
    }
}

#[test]
fn a_wrong_password_an_unknown_code_and_a_closed_account_get_one_answer() {
    let mut town = Town::new();
    let (_, _) = town.member("m", Role::Mediator, Some("bm1"));
    let chief = town.chief.clone();
    town.app.close_account(&chief, "m").unwrap();
    for (code, password) in [("chief", OTHER), ("nobody", PASSWORD), ("m", PASSWORD), ("", "")] {
        assert_eq!(refusal(town.sign_in(code, password)), AccountError::WrongSignIn, "{code}");
    }
    // Those of accounts that are there are noted, and nothing of what was typed.
    let audit = town.audit();
    let failed = audit.iter().filter(|line| *line == "program:tridem account.sign-in-fail");
    assert_eq!(failed.count(), 2);
}

#[test]
fn after_five_failures_the_right_password_has_to_wait_too_whether_the_account_exists_or_not() {
    let mut town = Town::new();
    for code in ["chief", "nobody"] {
        for _ in 0..5 {
            assert_eq!(refusal(town.sign_in(code, OTHER)), AccountError::WrongSignIn);
        }
        assert_eq!(refusal(town.sign_in(code, PASSWORD)), AccountError::Wait(60), "{code}");
    }
    assert!(town.audit().contains(&"program:tridem account.lock".to_owned()));
    town.now += 59;
    assert_eq!(refusal(town.sign_in("chief", PASSWORD)), AccountError::Wait(1));
    town.now += 1;
    town.sign_in("chief", PASSWORD).unwrap();
    // Having signed in, nothing counts any more.
    assert_eq!(refusal(town.sign_in("chief", OTHER)), AccountError::WrongSignIn);
    town.sign_in("chief", PASSWORD).unwrap();
}

#[test]
fn an_administrator_unlocks_an_account_and_a_place() {
    let mut town = Town::new();
    let chief = town.chief.clone();
    // Twenty guesses at as many codes from one place lock that place alone.
    for guess in 0..20 {
        let code = format!("guess-{guess}");
        assert_eq!(refusal(town.try_from(&code, OTHER, "10.0.0.1")), AccountError::WrongSignIn);
    }
    let refused = refusal(town.try_from("chief", PASSWORD, "10.0.0.1"));
    assert_eq!(refused, AccountError::Wait(60));
    town.try_from("chief", PASSWORD, "10.0.0.2").unwrap();
    assert_eq!(refusal(town.app.unlock(&chief, None, None)), AccountError::UnlockWhat);
    assert!(town.app.unlock(&chief, None, Some("10.0.0.1")).unwrap());
    assert!(!town.app.unlock(&chief, None, Some("10.0.0.1")).unwrap());
    town.try_from("chief", PASSWORD, "10.0.0.1").unwrap();

    for _ in 0..5 {
        town.sign_in("chief", OTHER).unwrap_err();
    }
    assert!(town.app.unlock(&chief, Some("chief"), None).unwrap());
    town.sign_in("chief", PASSWORD).unwrap();
}

#[test]
fn signing_in_with_one_account_does_not_wash_away_guesses_at_others_from_the_same_place() {
    let mut town = Town::new();
    for guess in 0..19 {
        town.try_from(&format!("guess-{guess}"), OTHER, "10.0.0.1").unwrap_err();
        if guess % 5 == 0 {
            town.try_from("chief", PASSWORD, "10.0.0.1").unwrap();
        }
    }
    town.try_from("one-more", OTHER, "10.0.0.1").unwrap_err();
    assert_eq!(refusal(town.try_from("chief", PASSWORD, "10.0.0.1")), AccountError::Wait(60));
}

#[test]
fn a_password_that_somebody_else_knows_opens_nothing_and_has_no_keys() {
    let mut town = Town::new();
    let chief = town.chief.clone();
    town.app.add_account(&chief, new_account("s", Role::SocialWorker, Some("sa1"))).unwrap();
    let facts = town.app.account(&chief, "s").unwrap();
    assert!(facts.view.is_provisional && facts.view.seal_key.is_none());
    assert_eq!(refusal(town.sign_in("s", PASSWORD)), AccountError::Provisional);
    assert_eq!(refusal(town.choose("s", PASSWORD, PASSWORD)), AccountError::SamePassword);
    assert!(matches!(refusal(town.choose("s", PASSWORD, "zu kurz")), AccountError::Password(_)));
    // None of that counts as a failure.
    let token = town.choose("s", PASSWORD, OTHER).unwrap().token;
    let actor = town.resume(&token).unwrap();
    let facts = town.app.account(&chief, "s").unwrap();
    assert_eq!(facts.view.seal_key, Some(actor.secret_key().unwrap().seal_key()));
    assert_eq!(refusal(town.sign_in("s", PASSWORD)), AccountError::WrongSignIn);
}

#[test]
fn the_key_pair_stays_with_ones_own_new_password_and_goes_with_one_from_an_administrator() {
    let mut town = Town::new();
    let (actor, token) = town.member("s", Role::SocialWorker, Some("sa1"));
    let key = actor.secret_key().unwrap().seal_key();
    let sealed = key.seal(b"note", b"a text").unwrap();
    let other_session = town.sign_in("s", PASSWORD).unwrap().token;
    let again = town.resume(&other_session).unwrap();
    assert_eq!(*again.secret_key().unwrap().open(b"note", &sealed).unwrap(), b"a text");

    let (old, new) = (words(PASSWORD), words(OTHER));
    let refused = town.app.change_own_password(&actor, &new, &old, LOCAL_PEER);
    assert_eq!(refusal(refused), AccountError::WrongSignIn);
    let refused = town.app.change_own_password(&actor, &old, &old, LOCAL_PEER);
    assert_eq!(refusal(refused), AccountError::SamePassword);
    town.app.change_own_password(&actor, &old, &new, LOCAL_PEER).unwrap();
    for token in [&token, &other_session] {
        assert_eq!(refusal(town.resume(token)), AccountError::SessionOver);
    }
    assert_eq!(refusal(town.sign_in("s", PASSWORD)), AccountError::WrongSignIn);
    let token = town.sign_in("s", OTHER).unwrap().token;
    let actor = town.resume(&token).unwrap();
    assert_eq!(*actor.secret_key().unwrap().open(b"note", &sealed).unwrap(), b"a text");

    let chief = town.chief.clone();
    town.app.reset_password(&chief, "s", &words(PASSWORD)).unwrap();
    assert_eq!(refusal(town.resume(&token)), AccountError::SessionOver);
    assert!(town.app.account(&chief, "s").unwrap().view.seal_key.is_none());
    let token = town.choose("s", PASSWORD, OTHER).unwrap().token;
    let actor = town.resume(&token).unwrap();
    assert!(actor.secret_key().unwrap().open(b"note", &sealed).is_err());
}

#[test]
fn what_is_kept_holds_no_secret_key_in_clear() {
    let mut town = Town::new();
    let (actor, token) = town.member("s", Role::SocialWorker, Some("sa1"));
    let secret = *actor.secret_key().unwrap().secret().bytes();
    let reader = town.app.store.read(&Scope::municipality()).unwrap();
    let account = reader.account_secrets("s").unwrap().unwrap();
    let session = reader.session(&token.digest()).unwrap().unwrap();
    for kept in [account.secret_key.unwrap(), session.secret_key] {
        assert!(kept.windows(8).all(|part| !secret.windows(8).any(|found| found == part)));
    }
}

#[test]
fn a_session_ends_after_half_an_hour_of_nothing_and_does_not_come_back() {
    let mut town = Town::new();
    let token = town.sign_in("chief", PASSWORD).unwrap().token;
    town.now += 1_740;
    town.resume(&token).unwrap();
    town.now += 1_740;
    town.resume(&token).unwrap();
    town.now += 1_800;
    assert_eq!(refusal(town.resume(&token)), AccountError::SessionOver);
    town.now -= 60;
    assert_eq!(refusal(town.resume(&token)), AccountError::SessionOver);
}

#[test]
fn a_session_ends_after_twelve_hours_of_work() {
    let mut town = Town::new();
    let token = town.sign_in("chief", PASSWORD).unwrap().token;
    for _ in 0..47 {
        town.now += 900;
        town.resume(&token).unwrap();
    }
    town.now += 900;
    assert_eq!(refusal(town.resume(&token)), AccountError::SessionOver);
}

#[test]
fn a_clock_that_is_set_back_ends_every_session_and_locks_nobody_out() {
    let mut town = Town::new();
    let (one, other) = (
        town.sign_in("chief", PASSWORD).unwrap().token,
        town.sign_in("chief", PASSWORD).unwrap().token,
    );
    town.now += 1_200;
    town.resume(&other).unwrap();
    // Back to where the first one would still have time left.
    town.now -= 900;
    assert_eq!(refusal(town.resume(&one)), AccountError::SessionOver);
    assert_eq!(refusal(town.resume(&other)), AccountError::SessionOver);
    assert!(town.audit().contains(&"program:tridem account.sessions-end".to_owned()));
    let token = town.sign_in("chief", PASSWORD).unwrap().token;
    town.now += 600;
    town.resume(&token).unwrap();
}

#[test]
fn signing_out_closing_and_another_role_end_sessions_at_once_also_for_who_is_at_it() {
    let mut town = Town::new();
    let chief = town.chief.clone();
    let (actor, token) = town.member("m", Role::Mediator, Some("bm1"));
    let other = town.sign_in("m", PASSWORD).unwrap().token;
    assert_eq!(town.app.sign_out(&actor, false).unwrap(), 1);
    assert_eq!(refusal(town.resume(&token)), AccountError::SessionOver);
    assert_eq!(refusal(town.app.permit(&actor, UseCase::ContactRead)), AccountError::SessionOver);
    let actor = town.resume(&other).unwrap();
    town.sign_in("m", PASSWORD).unwrap();
    assert_eq!(town.app.sign_out(&actor, true).unwrap(), 2);
    assert_eq!(refusal(town.resume(&other)), AccountError::SessionOver);

    let token = town.sign_in("m", PASSWORD).unwrap().token;
    let actor = town.resume(&token).unwrap();
    town.app.permit(&actor, UseCase::ContactRead).unwrap();
    let same = RoleChange { role: Role::Mediator, practitioner: Some("bm1") };
    assert!(matches!(refusal(town.app.change_role(&chief, "m", same)), AccountError::SameRole(_)));
    let change = RoleChange { role: Role::Lead, practitioner: None };
    town.app.change_role(&chief, "m", change).unwrap();
    assert_eq!(refusal(town.app.permit(&actor, UseCase::ContactRead)), AccountError::SessionOver);
    let token = town.sign_in("m", PASSWORD).unwrap().token;
    let actor = town.resume(&token).unwrap();
    assert!(town.app.permit(&actor, UseCase::ContactRead).is_err());

    town.app.close_account(&chief, "m").unwrap();
    assert_eq!(refusal(town.app.permit(&actor, UseCase::AccountOwn)), AccountError::SessionOver);
    assert_eq!(refusal(town.resume(&token)), AccountError::SessionOver);
    assert_eq!(refusal(town.app.close_account(&chief, "m")), AccountError::Closed("m".into()));
}

/// The code that an authenticator with this secret shows at a moment.
fn code_at(secret: &str, at: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(u64::try_from(at).unwrap()).to_string()
}

#[test]
fn a_second_factor_is_asked_for_and_no_code_is_taken_twice() {
    let mut town = Town::new();
    let chief = town.chief.clone();
    let refused = town.app.confirm_second_factor(&chief, "123456");
    assert_eq!(refusal(refused), AccountError::NothingToConfirm);
    let secret = town.app.begin_second_factor(&chief).unwrap().secret;
    // Before it is confirmed it does not count.
    town.sign_in("chief", PASSWORD).unwrap();
    let first = code_at(&secret, now());
    let refused = town.app.confirm_second_factor(&chief, "12345");
    assert_eq!(refusal(refused), AccountError::WrongOneTimeCode);
    let spare = town.app.confirm_second_factor(&chief, &first).unwrap();
    assert_eq!(spare.len(), 10);

    for _ in 0..9 {
        assert_eq!(refusal(town.sign_in("chief", PASSWORD)), AccountError::SecondFactorNeeded);
    }
    assert_eq!(refusal(town.with_code("chief", &first)), AccountError::WrongOneTimeCode);
    town.now = now() + 60;
    let code = code_at(&secret, town.now);
    town.with_code("chief", &code).unwrap();
    assert_eq!(refusal(town.with_code("chief", &code)), AccountError::WrongOneTimeCode);
    // One of the step before is refused as well, though it was never used.
    let before = code_at(&secret, town.now - 30);
    assert_eq!(refusal(town.with_code("chief", &before)), AccountError::WrongOneTimeCode);

    let left = town.with_code("chief", &spare[3].to_uppercase()).unwrap().spare_codes_left;
    assert_eq!(left, Some(9));
    assert_eq!(refusal(town.with_code("chief", &spare[3])), AccountError::WrongOneTimeCode);

    let refused = town.app.remove_own_second_factor(&chief, &words(OTHER), LOCAL_PEER);
    assert_eq!(refusal(refused), AccountError::WrongSignIn);
    town.app.remove_own_second_factor(&chief, &words(PASSWORD), LOCAL_PEER).unwrap();
    town.sign_in("chief", PASSWORD).unwrap();
    let refused = town.app.remove_second_factor(&chief, "chief");
    assert!(matches!(refusal(refused), AccountError::NoSecondFactor(_)));
}

#[test]
fn the_last_administrator_comes_back_with_the_key_of_the_records_and_everybody_can_see_it() {
    let mut town = Town::new();
    town.member("m", Role::Mediator, Some("bm1"));
    let recover = |town: &mut Town, code: &str, password: &str| {
        town.app.recover_account("tester", code, &words(password))
    };
    assert_eq!(refusal(recover(&mut town, "m", OTHER)), AccountError::NotAnAdministrator);
    assert!(matches!(refusal(recover(&mut town, "x", OTHER)), AccountError::NoSuchAccount(_)));
    assert!(matches!(refusal(recover(&mut town, "chief", "kurz")), AccountError::Password(_)));

    let old = town.chief.clone();
    recover(&mut town, "chief", OTHER).unwrap();
    assert_eq!(refusal(town.app.permit(&old, UseCase::AccountList)), AccountError::SessionOver);
    assert_eq!(refusal(town.sign_in("chief", PASSWORD)), AccountError::WrongSignIn);
    let token = town.sign_in("chief", OTHER).unwrap().token;
    let chief = town.resume(&token).unwrap();
    assert!(town.app.account(&chief, "chief").unwrap().view.recovered_at.is_some());
    assert!(town.audit().contains(&"account:tester account.recover".to_owned()));
}

#[test]
fn an_emergency_access_is_refused_before_it_is_opened() {
    let mut town = Town::new();
    let (mediator, _) = town.member("m", Role::Mediator, Some("bm1"));
    let (officer, _) = town.member("dpo", Role::ProtectionOfficer, None);
    let order = |school| EmergencyOrder { school, reason: "Kind vermisst", hours: 2 };
    let error = town.app.open_emergency(&officer, order("990002")).unwrap_err();
    assert!(matches!(error, Error::NotAllowed(_)), "{error}");
    let mut refused = |order| refusal(town.app.open_emergency(&mediator, order));
    let long = "x".repeat(201);
    for reason in ["", "  ", "zwei\nZeilen", &long] {
        let order = EmergencyOrder { reason, ..order("990002") };
        assert_eq!(refused(order), AccountError::BadReason);
    }
    for hours in [0, 73] {
        assert_eq!(refused(EmergencyOrder { hours, ..order("990002") }), AccountError::BadHours);
    }
    assert_eq!(refused(order("990001")), AccountError::InReach("990001".into()));
    let error = town.app.open_emergency(&mediator, order("990009")).unwrap_err();
    assert!(matches!(error, Error::NoSuchSchool(_)), "{error}");
    let refused = refusal(town.app.use_emergency(&mediator, "990002"));
    assert_eq!(refused, AccountError::NoEmergency("990002".into()));
}

#[test]
fn an_emergency_access_reads_one_school_without_private_notes_and_is_seen_by_all_whom_it_concerns()
{
    let mut town = Town::new();
    let (worker, _) = town.member("s", Role::SocialWorker, Some("sa1"));
    let (other, _) = town.member("m2", Role::Mediator, Some("bm2"));
    let (stranger, _) = town.member("m1", Role::Mediator, Some("bm1"));
    let (officer, _) = town.member("dpo", Role::ProtectionOfficer, None);
    let order = EmergencyOrder { school: "990002", reason: "Kind vermisst", hours: 2 };
    let opened = town.app.open_emergency(&worker, order).unwrap().access;
    // Opening it changes nothing about what they see otherwise.
    let own = town.app.permit(&worker, UseCase::ContactRead).unwrap();
    assert!(!own.schools.contains(opened.school) && !own.lanes.is_empty());

    let inside = town.app.use_emergency(&worker, "990002").unwrap();
    assert!(inside.secret_key().is_none());
    assert_eq!(inside.emergency(), Some(opened.id));
    let scope = town.app.permit(&inside, UseCase::ContactRead).unwrap();
    assert_eq!(scope, Scope::of_schools([opened.school]));
    for use_case in
        [UseCase::ContactAdd, UseCase::Export, UseCase::EmergencyOpen, UseCase::ReportRun]
    {
        let refused = refusal(town.app.permit(&inside, use_case));
        assert!(matches!(refused, AccountError::ReadsOnly(_)), "{}", use_case.code());
    }
    // Somebody else does not get in by it.
    let refused = refusal(town.app.use_emergency(&stranger, "990002"));
    assert_eq!(refused, AccountError::NoEmergency("990002".into()));

    assert_eq!(town.app.emergencies(&stranger).unwrap().len(), 0);
    for watcher in [&other, &officer] {
        let seen = town.app.emergencies(watcher).unwrap();
        assert_eq!((seen.len(), seen[0].access.reason.as_str()), (1, "Kind vermisst"));
        assert!(seen[0].is_open);
    }
    let error = town.app.emergencies(&town.chief).unwrap_err();
    assert!(matches!(error, Error::NotAllowed(_)), "{error}");

    let id = opened.id.to_string();
    assert!(matches!(
        refusal(town.app.close_emergency(&other, &id)),
        AccountError::NoSuchEmergency(_)
    ));
    town.app.close_emergency(&worker, &id).unwrap();
    let refused = refusal(town.app.permit(&inside, UseCase::ContactRead));
    assert_eq!(refused, AccountError::NoEmergency("990002".into()));
    assert!(!town.app.emergencies(&officer).unwrap()[0].is_open);
    let audit = town.audit();
    for action in ["emergency.open", "emergency.use", "emergency.close"] {
        assert!(audit.contains(&format!("sa1 {action}")), "{action}");
    }
    // What people wrote is not in it.
    let reader = town.app.store.read(&Scope::municipality()).unwrap();
    let entries = reader.audit(&AuditFilter::default()).unwrap();
    assert!(entries.iter().all(|entry| !entry.details.contains("vermisst")));
}
