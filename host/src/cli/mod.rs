//! The command line: the same use cases as everywhere, in words that scripts can rely on.

mod absence;
mod account;
mod audit;
mod backup;
mod backup_schedule;
mod calendar;
mod code;
mod consent;
mod contact;
mod correction;
mod demo;
mod doctor;
mod emergency;
mod export;
mod german;
mod german_account;
mod german_attendance;
mod german_backup;
mod german_erasure;
mod german_import;
mod german_lane;
mod german_people;
mod german_plugin;
mod german_record;
mod german_rights;
mod german_shared;
mod german_sheet;
mod help;
mod import;
mod import_source;
mod init;
mod key;
mod keys;
mod lane;
mod letter;
mod lists;
mod login;
mod output;
mod passwords;
mod period;
mod person;
mod plugin;
mod plugin_access;
mod plugin_dictionary;
mod plugin_kinds;
mod plugin_kit;
mod plugin_kit_args;
mod plugin_life;
mod plugin_trust;
mod pupil;
mod pupil_figures;
mod record;
mod refusal;
mod report;
mod retention;
mod roles;
mod school;
mod serve;
mod sheet;
mod shell;
mod subject;
mod subject_erasure;
mod task;
mod task_words;
mod token;
mod word;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind as Refusal;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::{Actor, App, Error, ErrorKind};
use crate::domain::Lang;

use keys::Keys;
use output::Output;

/// Records the work of school mediators and runs a municipality's own rules over it.
///
/// All records are kept in one encrypted file. Rules come as plugins that run in a sandbox and see
/// only the fields a person has granted.
///
/// Exit codes: 0 done; 1 something has to be put right by you; 2 the command line is wrong;
/// 3 the program or the machine failed.
#[derive(Parser)]
#[command(name = "tridem", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    /// The folder with the records; without it `tridem-data`, and `tridem-demo` for the demo.
    #[arg(long, global = true, env = "TRIDEM_DIR", value_name = "DIR")]
    dir: Option<PathBuf>,

    /// The file with the key, where it is not kept in the folder. The variable `TRIDEM_KEY` may
    /// hold the key itself, as 64 hexadecimal digits.
    #[arg(long, global = true, env = "TRIDEM_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// The file with the passphrase, where the records are opened with one. The variable
    /// `TRIDEM_PASSPHRASE` may hold the passphrase itself; without either it is asked for.
    #[arg(long, global = true, env = "TRIDEM_PASSPHRASE_FILE", value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// The language of what is printed: `de` or `en`. Without it, that of the system.
    #[arg(long, global = true, env = "TRIDEM_LANG", value_name = "LANG")]
    lang: Option<Lang>,

    /// Act as this practitioner: see what they may see, and sign what you do with their code.
    #[arg(long = "as", global = true, value_name = "CODE")]
    practitioner: Option<String>,

    /// Read the records of this school under the emergency access that you have opened to it. That
    /// you do is noted each time.
    #[arg(long, global = true, value_name = "NUMBER")]
    emergency: Option<String>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    #[command(subcommand)]
    School(school::Command),
    #[command(subcommand)]
    Person(person::Command),
    #[command(subcommand)]
    Household(pupil::HouseholdCommand),
    #[command(subcommand)]
    Pupil(pupil::Command),
    #[command(subcommand)]
    Contact(contact::Command),
    #[command(subcommand)]
    Absence(absence::Command),
    #[command(subcommand)]
    Calendar(calendar::Command),
    #[command(subcommand)]
    Code(code::Command),
    Import(import::Args),
    Export(export::Args),
    #[command(subcommand)]
    Record(record::Command),
    #[command(subcommand)]
    Consent(consent::Command),
    #[command(subcommand)]
    Subject(subject::Command),
    #[command(subcommand)]
    Plugin(plugin::Command),
    #[command(subcommand)]
    Report(report::Command),
    #[command(subcommand)]
    Sheet(sheet::Command),
    #[command(subcommand)]
    Task(task::Command),
    #[command(subcommand)]
    Letter(letter::Command),
    #[command(subcommand)]
    Retention(retention::Command),
    #[command(subcommand)]
    Lane(lane::Command),
    #[command(subcommand)]
    Word(word::Command),
    #[command(subcommand)]
    Audit(audit::Command),
    Login(login::Args),
    Logout(login::LogoutArgs),
    Whoami(login::WhoamiArgs),
    #[command(subcommand)]
    Account(account::Command),
    #[command(subcommand)]
    Emergency(emergency::Command),
    Roles(roles::Args),
    Serve(serve::Args),
    Demo(demo::Args),
    Backup(backup::Args),
    Restore(backup::RestoreArgs),
    #[command(subcommand)]
    Key(key::Command),
    Doctor(doctor::Args),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

/// What every command needs besides its own arguments.
struct Session {
    dir: PathBuf,
    keys: Keys,
    actor: Actor,
    emergency: Option<String>,
    out: Output,
}

impl Session {
    /// Opens the records. Where they have accounts, whoever is signed in acts from now on, and nobody
    /// else gets further.
    fn open(&mut self) -> Result<App, Error> {
        let app = self.open_unsigned()?;
        self.admit(app)
    }

    /// Lets whoever is signed in act on records that are open already.
    fn admit(&mut self, mut app: App) -> Result<App, Error> {
        if app.has_accounts()? {
            self.actor = login::resume(&mut app, &self.actor)?;
        }
        if let Some(school) = &self.emergency {
            self.actor = app.use_emergency(&self.actor, school)?;
        }
        Ok(app)
    }

    /// Opens the records for what somebody does who is not signed in.
    fn open_unsigned(&self) -> Result<App, Error> {
        let app = App::open(&self.dir, &self.keys.open(&self.dir, self.out.lang())?)?;
        self.out.watch(app.waiting_reads());
        Ok(app)
    }
}

/// Runs the command line of this process and gives its exit code.
pub fn main() -> ExitCode {
    let variable = std::env::var("TRIDEM_LANG").ok();
    let lang = help::language(std::env::args_os(), variable.as_deref());
    let lang = lang.unwrap_or_else(system_language);
    let cli = match parse(lang) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, lang),
    };
    let folder =
        if matches!(cli.command, Command::Demo(_)) { "tridem-demo" } else { "tridem-data" };
    let dir = cli.dir.unwrap_or_else(|| folder.into());
    let mut session = Session {
        keys: Keys { file: cli.key_file, passphrase_file: cli.passphrase_file },
        dir,
        actor: Actor::new(system_user(), cli.practitioner),
        emergency: cli.emergency,
        out: Output::new(lang),
    };
    let result = match cli.command {
        Command::Init(args) => init::run(&args, &mut session),
        Command::School(command) => school::run(&command, &mut session),
        Command::Person(command) => person::run(&command, &mut session),
        Command::Household(command) => pupil::run_household(&command, &mut session),
        Command::Pupil(command) => pupil::run(&command, &mut session),
        Command::Contact(command) => contact::run(&command, &mut session),
        Command::Absence(command) => absence::run(&command, &mut session),
        Command::Calendar(command) => calendar::run(&command, &mut session),
        Command::Code(command) => code::run(&command, &mut session),
        Command::Import(args) => import::run(&args, &mut session),
        Command::Export(args) => export::run(&args, &mut session),
        Command::Record(command) => record::run(&command, &mut session),
        Command::Consent(command) => consent::run(&command, &mut session),
        Command::Subject(command) => subject::run(&command, &mut session),
        Command::Plugin(command) => plugin::run(&command, &mut session),
        Command::Report(command) => report::run(&command, &mut session),
        Command::Sheet(command) => sheet::run(&command, &mut session),
        Command::Task(command) => task::run(&command, &mut session),
        Command::Letter(command) => letter::run(&command, &mut session),
        Command::Retention(command) => retention::run(&command, &mut session),
        Command::Word(command) => word::run(&command, &mut session),
        Command::Lane(command) => lane::run(&command, &mut session),
        Command::Audit(command) => audit::run(&command, &mut session),
        Command::Login(args) => login::run(&args, &mut session),
        Command::Logout(args) => login::run_logout(&args, &mut session),
        Command::Whoami(args) => login::run_whoami(&args, &mut session),
        Command::Account(command) => account::run(&command, &mut session),
        Command::Emergency(command) => emergency::run(&command, &mut session),
        Command::Roles(args) => roles::run(&args, &mut session),
        Command::Serve(args) => serve::run(&args, &mut session),
        Command::Demo(args) => demo::run(&args, &mut session),
        Command::Backup(args) => backup::run(&args, &mut session),
        Command::Restore(args) => backup::run_restore(&args, &mut session),
        Command::Key(command) => key::run(&command, &mut session),
        Command::Doctor(args) => doctor::run(&args, &mut session),
        Command::Completions(args) => shell::completions(&args, &mut session),
        Command::Man(args) => shell::man(&args, &mut session),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads our output has seen enough, as with `| head`.
        Err(Error::Output(source)) if source.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            session.out.complain(&error);
            match error.kind() {
                ErrorKind::Input => ExitCode::from(1),
                ErrorKind::Internal => ExitCode::from(3),
            }
        }
    }
}

/// Reads the command line of this process. Its help is in `lang`.
fn parse(lang: Lang) -> Result<Cli, clap::Error> {
    let mut command = help::speaking(Cli::command(), lang);
    let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Shows the help or the version that was asked for, or says what is wrong with the command line.
fn refuse(error: &clap::Error, lang: Lang) -> ExitCode {
    let is_help = matches!(
        error.kind(),
        Refusal::DisplayHelp
            | Refusal::DisplayVersion
            | Refusal::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if is_help || lang == Lang::En {
        // Nothing is left to tell it to when the terminal is gone.
        let _ = error.print();
    } else {
        let (message, hint) = refusal::german(error);
        Output::new(lang).refuse(&message, hint.as_deref());
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The language of the system, German where it is neither German nor English.
fn system_language() -> Lang {
    sys_locale::get_locale().and_then(|locale| locale.parse().ok()).unwrap_or_default()
}

/// Who is logged in, for the records of who granted and who ran what.
fn system_user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| "operator".into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
