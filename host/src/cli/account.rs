//! `tridem account`: who may sign in to these records, as what, and with what.

use crate::app::{
    AccountError, AccountFacts, App, Error, LOCAL_PEER, NewAccount, RoleChange, Value, moment,
};
use crate::domain::{AccountState, Code, Day, Lang, Role, Text};

use super::Session;
use super::lists::{FormatArgs, List};
use super::passwords::{NewArgs, PresentArgs};
use super::token;

/// Accounts: who may sign in, as what, and with what.
///
/// From the first account on nobody works with these records without signing in.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add an account. The first is an administrator's; the others choose their own password when they
    /// first sign in.
    Add {
        /// What they sign in with: letters, digits and `. _ - @`. It is never given to somebody else.
        code: String,
        /// What they are: mediator, teacher, social-worker, head, coordinator, lead, administrator or
        /// protection-officer.
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// The practitioner they are, by code. Mediators, teachers, social workers and heads are one;
        /// leads, administrators and data protection officers are none.
        // Its own name: that of `--as` is for the whole command line.
        #[arg(long = "practitioner", value_name = "CODE")]
        person: Option<String>,
        /// The first day on which they may sign in; without it, today.
        #[arg(long, value_name = "DAY")]
        from: Option<Day>,
        /// The last day on which they may; without it, until further notice.
        #[arg(long, value_name = "DAY")]
        until: Option<Day>,
        #[command(flatten)]
        password: NewArgs,
    },
    /// List all accounts, also those that are closed.
    List(FormatArgs),
    /// Show one account.
    Show {
        /// The code of the account.
        code: String,
    },
    /// Close an account for good, and sign its owner out at once.
    Close {
        /// The code of the account.
        code: String,
    },
    /// Give an account another role, and sign its owner out at once.
    Role {
        /// The code of the account.
        code: String,
        /// What they are from now on.
        role: Role,
        /// The practitioner they are from now on, by code.
        // Its own name: that of `--as` is for the whole command line.
        #[arg(long = "practitioner", value_name = "CODE")]
        person: Option<String>,
    },
    /// Change your own password, or give somebody who has lost theirs one to begin with.
    ///
    /// Your own private notes stay readable for you. Who gets a password to begin with can read no
    /// private notes any more until their lane is given to them again.
    Password {
        /// The code of the account whose owner has lost the password; without it, your own.
        code: Option<String>,
        #[command(flatten)]
        password: PresentArgs,
        #[command(flatten)]
        new_password: NewArgs,
    },
    /// A second factor: codes of an authenticator, asked for besides the password.
    #[command(subcommand)]
    Totp(TotpCommand),
    #[command(subcommand)]
    Token(token::Command),
    /// Forget failed tries, so that somebody need not wait.
    Unlock {
        /// The code of the account.
        code: Option<String>,
        /// Where the tries came from: an address, or `local` for the command line.
        #[arg(long, value_name = "PEER")]
        peer: Option<String>,
    },
    /// Get an administrator's account back with the key of the records, when nobody else can.
    ///
    /// It gets another password, and loses its second factor. This stays in the audit and in the list
    /// of accounts, where data protection officers see it.
    Recover {
        /// The code of the account.
        code: String,
        #[command(flatten)]
        password: NewArgs,
    },
}

#[derive(clap::Subcommand)]
pub(super) enum TotpCommand {
    /// Show what to put into your authenticator.
    Begin,
    /// Confirm it with a first code, and show ten spare codes, once.
    Confirm {
        /// The code that the authenticator shows.
        digits: String,
    },
    /// Remove your own second factor, or that of somebody who has lost the device.
    Remove {
        /// The code of their account; without it, your own.
        code: Option<String>,
        #[command(flatten)]
        password: PresentArgs,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    if let Command::Recover { code, password } = command {
        let mut app = session.open_unsigned()?;
        if session.actor.practitioner().is_some() {
            return Err(AccountError::NotAs.into());
        }
        app.recover_account(session.actor.name(), code, &password.get(lang)?)?;
        return session.out.line(
            "Zurückgeholt. Das steht im Protokoll und in der Liste der Konten.",
            "Recovered. This stands in the audit and in the list of accounts.",
        );
    }
    let mut app = session.open()?;
    let actor = &session.actor;
    match command {
        Command::Add { code, role, person, from, until, password } => {
            let new = NewAccount {
                code,
                role: *role,
                practitioner: person.as_deref(),
                from: *from,
                until: *until,
                password: &password.get(lang)?,
            };
            let is_first = app.add_account(actor, new)?;
            return added(is_first, session);
        }
        Command::List(format) => {
            let list = list(app.accounts(actor)?);
            return session.out.list(&list, format.get());
        }
        Command::Show { code } => {
            let text = describe(&app.account(actor, code)?, lang);
            return session.out.print(&text);
        }
        Command::Close { code } => app.close_account(actor, code)?,
        Command::Role { code, role, person } => {
            let change = RoleChange { role: *role, practitioner: person.as_deref() };
            app.change_role(actor, code, change)?;
        }
        Command::Password { code: Some(code), new_password, .. } => {
            app.reset_password(actor, code, &new_password.get(lang)?)?;
            return session.out.line(
                "Gespeichert. Bei der nächsten Anmeldung wählt die Person ein eigenes Passwort; \
                 vertrauliche Notizen kann sie erst wieder lesen, wenn sie ihr neu zugänglich gemacht \
                 werden.",
                "Saved. When they next sign in they choose a password of their own; private notes they \
                 can read again only when their lane is given to them anew.",
            );
        }
        Command::Password { code: None, password, new_password } => {
            let (old, new) = (password.get(lang)?, new_password.get(lang)?);
            app.change_own_password(actor, &old, &new, LOCAL_PEER)?;
            return session.out.line(
                "Gespeichert. Alle Anmeldungen des Kontos sind beendet; melden Sie sich neu an.",
                "Saved. All sessions of the account have ended; sign in anew.",
            );
        }
        Command::Totp(command) => return run_totp(command, app, session),
        Command::Token(command) => return token::run(command, app, session),
        Command::Unlock { code, peer } => {
            let counted = app.unlock(actor, code.as_deref(), peer.as_deref())?;
            return if counted {
                session.out.line("Aufgehoben.", "Unlocked.")
            } else {
                session.out.line("Es war nichts gesperrt.", "Nothing was locked.")
            };
        }
        Command::Recover { .. } => {}
    }
    session.out.line("Gespeichert.", "Saved.")
}

/// Says what changes with the first account.
fn added(is_first: bool, session: &mut Session) -> Result<(), Error> {
    session.out.line("Gespeichert.", "Saved.")?;
    if is_first {
        session.out.remark(
            "Von jetzt an arbeitet hier niemand mehr ohne Anmeldung: melden Sie sich an mit `tridem \
             login`, und legen Sie für alle anderen Konten an. `--as` zählt nicht mehr. Legen Sie auch \
             ein zweites Konto der Systemverwaltung an, falls dieses Passwort verloren geht.",
            "From now on nobody works here without signing in: sign in with `tridem login`, and add \
             accounts for all others. `--as` does not count any more. Add a second administrator's \
             account too, in case this password is lost.",
        );
    } else {
        session.out.remark(
            "Geben Sie das Passwort der Person selbst. Bei der ersten Anmeldung wählt sie ein eigenes.",
            "Give the password to the person themselves. When they first sign in they choose their own.",
        );
    }
    Ok(())
}

fn run_totp(command: &TotpCommand, mut app: App, session: &mut Session) -> Result<(), Error> {
    let (lang, actor) = (session.out.lang(), &session.actor);
    match command {
        TotpCommand::Begin => {
            let shown = app.begin_second_factor(actor)?;
            let (secret, address) = (shown.secret.as_str(), shown.address.as_str());
            session.out.line(
                format!(
                    "Geheimnis: {secret}\nAdresse: {address}\nTragen Sie eines davon in Ihren \
                     Authentifikator ein, und bestätigen Sie mit `tridem account totp confirm CODE`."
                ),
                format!(
                    "Secret: {secret}\nAddress: {address}\nPut one of them into your authenticator, \
                     and confirm with `tridem account totp confirm CODE`."
                ),
            )
        }
        TotpCommand::Confirm { digits } => {
            let codes = app.confirm_second_factor(actor, digits)?;
            for code in &codes {
                session.out.print(&format!("{}\n", code.as_str()))?;
            }
            session.out.remark(
                "Jeder dieser Ersatzcodes meldet einmal an, wenn das Gerät fehlt. Sie werden nie wieder \
                 gezeigt: bewahren Sie sie auf Papier auf, getrennt vom Gerät.",
                "Each of these spare codes signs in once where the device is missing. They are never \
                 shown again: keep them on paper, apart from the device.",
            );
            Ok(())
        }
        TotpCommand::Remove { code, password } => {
            match code {
                Some(code) => app.remove_second_factor(actor, code)?,
                None => app.remove_own_second_factor(actor, &password.get(lang)?, LOCAL_PEER)?,
            }
            session.out.line("Entfernt.", "Removed.")
        }
    }
}

fn list(accounts: Vec<AccountFacts>) -> List {
    let mut list = List::new(&[
        ("code", "Kürzel", "code"),
        ("role", "Rolle", "role"),
        ("practitioner", "Fachkraft", "practitioner"),
        ("state", "Stand", "state"),
        ("from", "von", "from"),
        ("until", "bis", "until"),
        ("second_factor", "zweiter Faktor", "second factor"),
        ("password", "Passwort", "password"),
        ("sessions", "angemeldet", "signed in"),
        ("recovered", "zurückgeholt", "recovered"),
    ]);
    for facts in accounts {
        let view = facts.view;
        list.row([
            Value::Text(view.account.code),
            coded(view.account.role.code(), view.account.role.text()),
            view.practitioner.map_or(Value::None, Value::Text),
            coded(facts.state.code(), state(facts.state)),
            Value::Day(view.account.span.from),
            view.account.span.until.map_or(Value::None, Value::Day),
            yes_or_no(view.has_second_factor),
            if view.is_provisional {
                coded("to-begin-with", Text::new("Anfangspasswort", "to begin with"))
            } else {
                coded("own", Text::new("eigenes", "their own"))
            },
            Value::Integer(facts.sessions.into()),
            view.recovered_at.map_or(Value::None, |at| Value::Text(moment(at))),
        ]);
    }
    list
}

fn coded(code: &str, text: Text) -> Value {
    Value::Code(Code { code: code.to_owned(), de: text.de, en: text.en })
}

fn yes_or_no(yes: bool) -> Value {
    if yes { coded("yes", Text::new("ja", "yes")) } else { coded("no", Text::new("nein", "no")) }
}

fn state(state: AccountState) -> Text {
    match state {
        AccountState::Coming => Text::new("noch nicht", "not yet"),
        AccountState::Open => Text::new("offen", "open"),
        AccountState::Over => Text::new("abgelaufen", "over"),
        AccountState::Closed => Text::new("geschlossen", "closed"),
    }
}

fn describe(facts: &AccountFacts, lang: Lang) -> String {
    let view = &facts.view;
    let yes = |yes: bool| if yes { lang.pick("ja", "yes") } else { lang.pick("nein", "no") };
    let day = |day: Option<Day>| match day {
        Some(day) => lang.pick(day.german(), day.to_string()),
        None => lang.pick("auf Weiteres", "further notice").to_owned(),
    };
    let span = view.account.span;
    let mut lines = vec![
        (lang.pick("Konto", "account"), view.account.code.clone()),
        (lang.pick("Rolle", "role"), view.account.role.text().get(lang).to_owned()),
        (lang.pick("Fachkraft", "practitioner"), view.practitioner.clone().unwrap_or("–".into())),
        (lang.pick("Stand", "state"), state(facts.state).get(lang).to_owned()),
        (lang.pick("von", "from"), day(Some(span.from))),
        (lang.pick("bis", "until"), day(span.until)),
        (lang.pick("angelegt", "added"), moment(view.added_at)),
        (
            lang.pick("eigenes Passwort", "password of their own"),
            yes(!view.is_provisional).to_owned(),
        ),
        (lang.pick("zweiter Faktor", "second factor"), yes(view.has_second_factor).to_owned()),
        (lang.pick("Ersatzcodes", "spare codes"), facts.spare_codes.to_string()),
        (lang.pick("angemeldet", "signed in"), facts.sessions.to_string()),
    ];
    if facts.locked_for > 0 {
        let minutes = (facts.locked_for + 59) / 60;
        lines.push((
            lang.pick("gesperrt", "locked"),
            lang.pick(format!("noch {minutes} min"), format!("for {minutes} min")),
        ));
    }
    if let Some(at) = view.account.closed_at {
        lines.push((lang.pick("geschlossen", "closed"), moment(at)));
    }
    if let Some(at) = view.recovered_at {
        lines.push((
            lang.pick("mit dem Schlüssel zurückgeholt", "recovered with the key"),
            moment(at),
        ));
    }
    let lines: Vec<String> =
        lines.into_iter().map(|(word, value)| format!("{word}: {value}")).collect();
    lines.join("\n") + "\n"
}
