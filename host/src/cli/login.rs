//! `tridem login`, `logout` and `whoami`: signing in, and where the session is kept meanwhile.

use std::path::PathBuf;

use crate::app::{
    AccountError, Actor, App, Error, LOCAL_PEER, SessionToken, SignIn, SignedIn, moment,
};

use super::Session;
use super::lane;
use super::passwords::{NewArgs, PresentArgs};

/// The variable that may hold the token of a session.
const VARIABLE: &str = "TRIDEM_SESSION";

/// Sign in with an account.
///
/// The session is kept in a file of your own and ends after half an hour without a command, after
/// twelve hours, or with `tridem logout`. Who signs in with a password that somebody else has chosen
/// chooses their own.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The code of the account.
    code: String,
    #[command(flatten)]
    password: PresentArgs,
    #[command(flatten)]
    new_password: NewArgs,
    /// The code that the authenticator shows, or one of the spare codes, where the account has a
    /// second factor; without it, it is asked for.
    #[arg(long, value_name = "CODE")]
    one_time_code: Option<String>,
    /// Print the token of the session instead of keeping it, for the variable `TRIDEM_SESSION` of a
    /// script. Who has the token is taken for you.
    #[arg(long)]
    print: bool,
}

/// Sign out: end the session of this machine, or all of the account.
#[derive(clap::Args)]
pub(super) struct LogoutArgs {
    /// End every session of the account, wherever it is.
    #[arg(long)]
    everywhere: bool,
}

/// Say who acts: the account that is signed in, its role, and until when.
#[derive(clap::Args)]
pub(super) struct WhoamiArgs {}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let mut app = session.open_unsigned()?;
    if session.actor.practitioner().is_some() {
        return Err(AccountError::NotAs.into());
    }
    if !app.has_accounts()? {
        return Err(AccountError::NoAccounts.into());
    }
    // Known before anything is typed.
    let file = if args.print { None } else { Some(file(&app)?) };
    let password = args.password.get(lang)?;
    let mut new_password = args.new_password.given()?;
    let mut one_time_code = args.one_time_code.clone();
    let signed_in = loop {
        let asked = SignIn {
            code: &args.code,
            password: &password,
            one_time_code: one_time_code.as_deref(),
            new_password: new_password.as_ref(),
            peer: LOCAL_PEER,
        };
        match app.sign_in(asked) {
            Err(Error::Account(AccountError::SecondFactorNeeded)) if one_time_code.is_none() => {
                let question = lang.pick("Einmalcode: ", "One-time code: ");
                let typed = rpassword::prompt_password(question);
                one_time_code = Some(typed.map_err(|_| AccountError::SecondFactorNeeded)?);
            }
            Err(Error::Account(AccountError::Provisional)) if new_password.is_none() => {
                session.out.remark(
                    "Ihr Passwort kennt auch, wer das Konto angelegt hat. Wählen Sie ein eigenes.",
                    "Whoever added the account knows your password too. Choose your own.",
                );
                new_password = Some(args.new_password.get(lang).map_err(|error| match error {
                    Error::Account(AccountError::NoPassword) => AccountError::Provisional.into(),
                    error => error,
                })?);
            }
            result => break result?,
        }
    };
    let SignedIn { token, spare_codes_left, .. } = signed_in;
    if let Some(left) = spare_codes_left {
        session.out.remark(
            format!("Es sind noch {left} Ersatzcodes übrig."),
            format!("{left} spare codes are left."),
        );
    }
    let Some(file) = file else {
        return session.out.print(&format!("{}\n", token.text().as_str()));
    };
    token.write_file(&file)?;
    session.out.line("Angemeldet.", "Signed in.")?;
    session.actor = resume(&mut app, &session.actor)?;
    lane::close_at_sign_in(&mut app, session)
}

pub(super) fn run_logout(args: &LogoutArgs, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let ended = app.sign_out(&session.actor, args.everywhere)?;
    if let Ok(file) = file(&app) {
        // It opens nothing any more.
        let _ = fs_err::remove_file(file);
    }
    if args.everywhere {
        return session.out.line(
            format!("Abgemeldet, beendete Anmeldungen: {ended}."),
            format!("Signed out, sessions ended: {ended}."),
        );
    }
    session.out.line("Abgemeldet.", "Signed out.")
}

pub(super) fn run_whoami(_: &WhoamiArgs, session: &mut Session) -> Result<(), Error> {
    session.open()?;
    let actor = &session.actor;
    let name = actor.name().to_owned();
    let Some((account, ends_at)) = actor.account().zip(actor.session_ends_at()) else {
        return session.out.line(
            format!("{name}, ohne Anmeldung: diese Daten haben keine Konten."),
            format!("{name}, without signing in: these records have no accounts."),
        );
    };
    let role = account.role.text();
    let person = actor.practitioner();
    let until = moment(ends_at);
    let german = person.map_or_else(String::new, |code| format!(", Fachkraft {code}"));
    let english = person.map_or_else(String::new, |code| format!(", practitioner {code}"));
    let code = account.code.clone();
    session.out.line(
        format!(
            "{code}: {}{german}. Die Anmeldung endet ohne weiteren Befehl um {until}.",
            role.de
        ),
        format!(
            "{code}: {}{english}. Without another command the session ends at {until}.",
            role.en
        ),
    )
}

/// The one who is signed in, by the variable or the file.
pub(super) fn resume(app: &mut App, machine: &Actor) -> Result<Actor, Error> {
    if machine.practitioner().is_some() {
        return Err(AccountError::NotAs.into());
    }
    let variable = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty());
    let token = match variable {
        Some(text) => Some(text.parse().map_err(|_| AccountError::SessionOver)?),
        // Without a folder for it there is no file either.
        None => file(app).ok().map(|file| SessionToken::read_file(&file)).transpose()?.flatten(),
    };
    app.resume(machine.name(), &token.ok_or(AccountError::SignInNeeded)?)
}

/// Where the token of these records is kept: in the state folder of the user, never beside the records.
fn file(app: &App) -> Result<PathBuf, Error> {
    let variable = |name: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from).filter(|path| path.is_absolute())
    };
    let home = || variable("HOME").map(|home| home.join(".local").join("state"));
    let folder = variable("XDG_STATE_HOME").or_else(|| variable("LOCALAPPDATA")).or_else(home);
    let folder = folder.ok_or(AccountError::NowhereToKeep)?;
    Ok(folder.join("tridem").join(app.municipality_id()?.to_string()).join("session"))
}
