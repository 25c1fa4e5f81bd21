//! The help of the command line in the language of the person who asks.

use std::ffi::{OsStr, OsString};

use clap::builder::{PossibleValue, StyledStr};
use clap::{Arg, Command};

use crate::domain::Lang;

use super::german;

/// How help in German is laid out: clap's own layout, with a German heading for the usage.
const TEMPLATE: &str = "{before-help}{about-with-newline}\n\
                        \x1b[1m\x1b[4mAufruf:\x1b[0m {usage}\n\n{all-args}{after-help}";

/// The language that help and errors of the command line are to be in. It has to be known before
/// the command line is read, so this looks for `--lang` by itself.
pub(super) fn language(
    arguments: impl Iterator<Item = OsString>,
    variable: Option<&str>,
) -> Option<Lang> {
    let arguments: Vec<OsString> = arguments.take_while(|argument| argument != "--").collect();
    let given = arguments.iter().enumerate().find_map(|(place, argument)| {
        if argument == "--lang" {
            return arguments.get(place + 1).map(OsString::as_os_str).and_then(OsStr::to_str);
        }
        argument.to_str()?.strip_prefix("--lang=")
    });
    given.or(variable)?.parse().ok()
}

/// The command line with its help in `lang`.
pub(super) fn speaking(mut command: Command, lang: Lang) -> Command {
    // Only a built command has its own help, and the general options in each of its commands.
    command.build();
    walk(command, "", lang)
}

fn walk(command: Command, path: &str, lang: Lang) -> Command {
    let general = lang.pick("Allgemeine Optionen", "General options");
    let command = command.mut_args(|arg| {
        let own = matches!(arg.get_id().as_str(), "help" | "version");
        let arg = if own || arg.is_global_set() { arg.help_heading(general) } else { arg };
        let is_empty = arg.get_default_values().iter().all(|value| value.is_empty());
        let arg = arg.hide_default_value(is_empty);
        match lang {
            Lang::De => german_argument(arg, path),
            Lang::En => arg,
        }
    });
    let command = command.mut_subcommands(|inner| {
        let path = if path.is_empty() {
            inner.get_name().to_owned()
        } else {
            format!("{path} {}", inner.get_name())
        };
        walk(inner, &path, lang)
    });
    match lang {
        Lang::De => german_command(command, path),
        Lang::En => command,
    }
}

/// Gives a command its German texts, and its usage after its arguments have got theirs.
fn german_command(command: Command, path: &str) -> Command {
    // Each group of commands has a `help` of its own; what stands below it is for completion alone.
    let path = if path.ends_with(" help") { "help" } else { path };
    let mut command = command
        .subcommand_help_heading("Befehle")
        .subcommand_value_name("BEFEHL")
        .help_template(TEMPLATE);
    if let Some(text) = german::text(path) {
        let short = text.split("\n\n").next().unwrap_or(text);
        command = command.about(short).long_about(text);
    }
    let usage = command.render_usage().ansi().to_string();
    let usage = usage.split_once(' ').map_or(usage.as_str(), |(_, usage)| usage);
    let usage = usage.replace("[OPTIONS]", "[OPTIONEN]").replace("[COMMAND]", "[BEFEHL]");
    command.override_usage(StyledStr::from(usage))
}

/// Gives an argument its German text, with the notes that clap would add in English.
fn german_argument(arg: Arg, path: &str) -> Arg {
    let key = key(&arg, path);
    let mut notes = Vec::new();
    if let Some(variable) = arg.get_env() {
        notes.push(format!("[Variable: {}]", variable.to_string_lossy()));
    }
    let takes_value = arg.get_action().takes_values();
    let defaults = arg.get_default_values().iter().map(|value| value.to_string_lossy());
    let default = defaults.collect::<Vec<_>>().join(" ");
    if takes_value && !default.is_empty() {
        notes.push(format!("[Vorgabe: {default}]"));
    }
    let text = german::text(&key).unwrap_or_default();
    let (mut short, mut long) = (vec![text.to_owned()], vec![text.to_owned()]);
    let choices = if takes_value { arg.get_possible_values() } else { Vec::new() };
    if !choices.is_empty() {
        let names: Vec<&str> = choices.iter().map(PossibleValue::get_name).collect();
        short.push(format!("[möglich: {}]", names.join(", ")));
        let explain = |name: &&str| {
            let text = german::text(&format!("{key}={name}")).unwrap_or_default();
            format!("\n- {name}: {text}")
        };
        long.push(format!("Mögliche Werte:{}", names.iter().map(explain).collect::<String>()));
    }
    if !notes.is_empty() {
        long.push(notes.join("\n"));
        short.append(&mut notes);
    }
    let heading = if arg.is_positional() { "Argumente" } else { "Optionen" };
    let arg = if arg.get_help_heading().is_some() { arg } else { arg.help_heading(heading) };
    // Under a heading of our own, clap would sort arguments by their names.
    let arg = match arg.get_index() {
        Some(place) => arg.display_order(place),
        None => arg,
    };
    let arg = match value_name(&arg, &key).and_then(|name| german::value(&name)) {
        Some(name) if takes_value => arg.value_name(name),
        _ => arg,
    };
    arg.help(short.join(" "))
        .long_help(long.join("\n\n"))
        .hide_default_value(true)
        .hide_possible_values(true)
        .hide_env(true)
}

/// The path of an argument in the table of German texts.
fn key(arg: &Arg, path: &str) -> String {
    let name = match arg.get_long() {
        Some(long) => format!("--{long}"),
        None => format!("<{}>", arg.get_id()),
    };
    let is_general = arg.is_global_set() || matches!(name.as_str(), "--help" | "--version");
    if is_general || path.is_empty() { name } else { format!("{path} {name}") }
}

/// What the value of an argument is called in English. A code of a list is no person's code.
fn value_name(arg: &Arg, key: &str) -> Option<String> {
    if key == "code add <code>" {
        return Some("TERM".into());
    }
    let name = arg.get_value_names().and_then(|names| names.first().map(ToString::to_string));
    name.or_else(|| Some(arg.get_id().as_str().to_uppercase()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn each(command: &Command, path: &str, visit: &mut impl FnMut(&Command, &str)) {
        visit(command, path);
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            let path = format!("{path} {}", inner.get_name());
            each(inner, path.trim_start(), visit);
        }
    }

    fn built() -> Command {
        let mut command = Cli::command();
        command.build();
        command
    }

    #[test]
    fn every_command_argument_and_value_has_a_german_text() {
        let mut used = BTreeSet::from(["help".to_owned(), "help <subcommand>".to_owned()]);
        let mut missing = Vec::new();
        each(&built(), "", &mut |command, path| {
            let mut keys = vec![path.to_owned()];
            for arg in command.get_arguments() {
                let key = key(arg, path);
                if arg.get_action().takes_values() {
                    let values = arg.get_possible_values();
                    keys.extend(values.iter().map(|value| format!("{key}={}", value.get_name())));
                    let name = value_name(arg, &key).unwrap();
                    if german::value(&name).is_none() {
                        missing.push(name);
                    }
                }
                keys.push(key);
            }
            missing.extend(keys.iter().filter(|key| german::text(key).is_none()).cloned());
            used.extend(keys);
        });
        assert_eq!(missing, Vec::<String>::new(), "without German");
        let left: Vec<_> = german::paths().filter(|path| !used.contains(*path)).collect();
        assert_eq!(left, Vec::<&str>::new(), "texts of nothing");
    }

    #[test]
    fn german_help_has_no_english_of_clap() {
        each(&speaking(Cli::command(), Lang::De), "", &mut |command, path| {
            let mut command = command.clone();
            for help in [command.render_help(), command.render_long_help()] {
                let help = help.to_string();
                let english = [
                    "Usage",
                    "Options",
                    "OPTIONS",
                    "Commands",
                    "COMMAND",
                    "Arguments",
                    "default:",
                    "ossible values",
                    "env:",
                    "Print",
                ];
                for word in english {
                    assert!(!help.contains(word), "`{word}` in the help of `{path}`:\n{help}");
                }
            }
        });
    }

    #[test]
    fn arguments_are_explained_in_the_order_in_which_they_are_given() {
        let command = speaking(Cli::command(), Lang::De);
        let import = command.find_subcommand("import").unwrap();
        let help = import.clone().render_help().to_string();
        let place = |text: &str| help.find(text).unwrap();
        assert!(place("ART]") < place("DATEI]"), "{help}");
    }

    #[test]
    fn english_help_shows_no_empty_default() {
        each(&speaking(Cli::command(), Lang::En), "", &mut |command, path| {
            let help = command.clone().render_help().to_string();
            assert!(!help.contains("[default: \"\"]"), "{path}:\n{help}");
        });
    }

    #[test]
    fn the_language_is_found_before_the_command_line_is_read() {
        let find =
            |line: &str, variable| language(line.split_whitespace().map(OsString::from), variable);
        assert_eq!(find("tridem school list", None), None);
        assert_eq!(find("tridem school list --lang en", Some("de")), Some(Lang::En));
        assert_eq!(find("tridem --lang=de school", Some("en")), Some(Lang::De));
        assert_eq!(find("tridem school", Some("en")), Some(Lang::En));
        assert_eq!(find("tridem plugin inspect -- --lang=en", None), None);
        assert_eq!(find("tridem --lang", None), None);
    }

    /// The tree is changed after it was built, which must not change what is understood.
    #[test]
    fn commands_are_understood_as_before() {
        use clap::FromArgMatches;
        let line = ["tridem", "report", "run", "x", "--year", "2025/26", "--format", "json"];
        for lang in [Lang::De, Lang::En] {
            let matches = speaking(Cli::command(), lang).try_get_matches_from(line).unwrap();
            assert!(Cli::from_arg_matches(&matches).is_ok());
        }
    }
}
