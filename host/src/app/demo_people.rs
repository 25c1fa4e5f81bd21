//! Accounts for the people of the demo: one for each role, so that every page can be tried.

use std::path::Path;

use crate::domain::Role;

use super::accounts::NewAccount;
use super::keys::{KeySource, Passphrase};
use super::sign_in::{LOCAL_PEER, SignIn};
use super::workspace::App;
use super::{Actor, Error};

/// The password of every account of the demo. It is printed, and protects invented people.
const PASSWORD: &str = "neun schulen ein fluss";

/// What an account of the demo has before its owner has chosen a password of their own.
const TO_BEGIN_WITH: &str = "acht schulen kein fluss";

/// The account that adds the others.
const ADMINISTRATOR: &str = "verwaltung";

/// An account of the demo.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// What one signs in with.
    pub code: String,
    /// What they are.
    pub role: Role,
    /// The practitioner they are, and where they work: number and name of each school.
    pub practitioner: Option<(String, Vec<String>)>,
    /// The password.
    pub password: &'static str,
}

/// Gives the invented municipality in `dir` an account for each role that somebody there has; a second
/// one for mediators, so that one sees what another does not.
///
/// # Errors
///
/// Those of adding accounts and of signing in, and where the records have accounts already.
pub fn demo_people(dir: &Path) -> Result<Vec<DemoAccount>, Error> {
    let mut app = App::open(dir, &KeySource::File(dir.join("tridem.key")))?;
    let machine = Actor::new("demo".into(), None);
    let staff = app.practitioners(&machine)?;
    let password = Passphrase::new(PASSWORD);
    let mut accounts = vec![DemoAccount {
        code: ADMINISTRATOR.into(),
        role: Role::Administrator,
        practitioner: None,
        password: PASSWORD,
    }];
    for (role, wanted) in [
        (Role::Mediator, 2),
        (Role::Teacher, 1),
        (Role::SocialWorker, 1),
        (Role::Head, 1),
        (Role::Coordinator, 1),
    ] {
        let fitting = staff.iter().filter(|known| Role::of_profession(&known.role.code) == role);
        // The second mediator is of another school than the first.
        let places = if wanted == 2 { vec![0, 2] } else { vec![0] };
        let fitting: Vec<_> = fitting.collect();
        for known in places.into_iter().filter_map(|place| fitting.get(place)) {
            accounts.push(DemoAccount {
                code: known.code.to_lowercase(),
                role,
                practitioner: Some((known.code.clone(), known.posts.clone())),
                password: PASSWORD,
            });
        }
    }
    for (code, role) in [("leitung", Role::Lead), ("datenschutz", Role::ProtectionOfficer)] {
        let code = code.to_owned();
        accounts.push(DemoAccount { code, role, practitioner: None, password: PASSWORD });
    }
    let (first, others) = accounts.split_at(1);
    for account in first {
        app.add_account(&machine, account.new_account(&password))?;
    }
    let administrator = app.signed_in(ADMINISTRATOR, &password, None)?;
    let mut present = Vec::new();
    for account in others {
        let begin = Passphrase::new(TO_BEGIN_WITH);
        app.add_account(&administrator, account.new_account(&begin))?;
        // Each of them chooses their own at once, as a person does who signs in for the first time.
        present.push(app.signed_in(&account.code, &begin, Some(&password))?);
    }
    for own in &present {
        // The private notes are closed to their professions, with everybody of theirs who is there by
        // now. The keys on paper are shown to nobody: the notes are invented.
        drop(app.close_open_lane(own)?);
        app.sign_out(own, true)?;
    }
    app.sign_out(&administrator, true)?;
    Ok(accounts)
}

impl DemoAccount {
    fn new_account<'a>(&'a self, password: &'a Passphrase) -> NewAccount<'a> {
        NewAccount {
            code: &self.code,
            role: self.role,
            practitioner: self.practitioner.as_ref().map(|(code, _)| code.as_str()),
            from: None,
            until: None,
            password,
        }
    }
}

impl App {
    /// Signs somebody in, and gives them.
    fn signed_in(
        &mut self,
        code: &str,
        password: &Passphrase,
        new_password: Option<&Passphrase>,
    ) -> Result<Actor, Error> {
        let one_time_code = None;
        let asked = SignIn { code, password, one_time_code, new_password, peer: LOCAL_PEER };
        let token = self.sign_in(asked)?.token;
        self.resume("demo", &token)
    }
}
