//! `tridem account token`: tokens, with which programs of one's own ask for records.

use crate::app::{App, Error, LOCAL_PEER, NewToken, TokenFacts, Value, moment};
use crate::domain::{Code, Text};

use super::Session;
use super::lists::{FormatArgs, List};
use super::passwords::PresentArgs;

/// Tokens, with which programs of yours ask for records and add to them.
///
/// A token does what its scopes name, as far as you may do it yourself on the day. It opens no private
/// notes, and ends with your password or role.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Make a token of your own account and print it. It is kept nowhere and never shown again.
    Add {
        /// What it is called: letters, digits and `. _ - @`.
        name: String,
        /// What it may do; several times for several things: contact.read, contact.add,
        /// contact.correct, pupil.read, absence.read, absence.change, task.read, task.decide,
        /// school.read, report.read, report.run or plugin.runs.
        #[arg(long, value_name = "SCOPE", required = true)]
        scope: Vec<String>,
        /// For how many days, up to 366.
        #[arg(long, default_value_t = 90)]
        days: u32,
        #[command(flatten)]
        password: PresentArgs,
    },
    /// List the tokens of your own account, also those that are over.
    List(FormatArgs),
    /// Revoke a token of your own account. It does nothing any more at once.
    Revoke {
        /// What it is called.
        name: String,
    },
}

pub(super) fn run(command: &Command, mut app: App, session: &mut Session) -> Result<(), Error> {
    let actor = &session.actor;
    match command {
        Command::Add { name, scope, days, password } => {
            let password = password.get(session.out.lang())?;
            let new = NewToken { name, scopes: scope, days: *days };
            let token = app.make_token(actor, new, &password, LOCAL_PEER)?;
            session.out.print(&format!("{}\n", token.text()))?;
            session.out.remark(
                "Dieser Zugangsschlüssel wird nie wieder gezeigt: tragen Sie ihn jetzt in das Programm \
                 ein. Wer ihn hat, wird für das Programm gehalten.",
                "This token is never shown again: put it into the program now. Whoever has it is taken \
                 for the program.",
            );
            Ok(())
        }
        Command::List(format) => session.out.list(&list(app.tokens(actor)?), format.get()),
        Command::Revoke { name } => {
            app.revoke_token(actor, name)?;
            session.out.line("Widerrufen.", "Revoked.")
        }
    }
}

fn list(tokens: Vec<TokenFacts>) -> List {
    let mut list = List::new(&[
        ("name", "Name", "name"),
        ("scopes", "darf", "scopes"),
        ("state", "Stand", "state"),
        ("made", "gemacht", "made"),
        ("ends", "gilt bis", "ends"),
        ("used", "zuletzt genutzt", "last used"),
    ]);
    for TokenFacts { kept, is_open } in tokens {
        let (code, said) = match (is_open, kept.revoked_at) {
            (true, _) => ("open", Text::new("gilt", "open")),
            (false, Some(_)) => ("revoked", Text::new("widerrufen", "revoked")),
            (false, None) => ("over", Text::new("abgelaufen", "expired")),
        };
        list.row([
            Value::Text(kept.name),
            Value::Text(kept.scopes.join(" ")),
            Value::Code(Code { code: code.to_owned(), de: said.de, en: said.en }),
            Value::Text(moment(kept.made_at)),
            Value::Text(moment(kept.expires_at)),
            kept.used_at.map_or(Value::None, |at| Value::Text(moment(at))),
        ]);
    }
    list
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::app::token_scopes;
    use crate::cli::Cli;

    #[test]
    fn the_help_names_everything_that_a_token_can_be_for() {
        let command = Cli::command();
        let add = ["account", "token", "add"]
            .iter()
            .fold(&command, |command, name| command.find_subcommand(name).unwrap());
        let help = add.get_arguments().find(|argument| argument.get_id() == "scope").unwrap();
        let help = help.get_help().unwrap().to_string();
        for scope in token_scopes() {
            assert!(help.contains(scope.code()), "{}", scope.code());
        }
    }
}
