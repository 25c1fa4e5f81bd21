//! `tridem doctor`: what is wrong with the folder, and what to do.

use crate::app::{self, Error, Level, Value};

use super::Session;
use super::lists::{FormatArgs, List};

/// Look for whatever is wrong with the folder of records, and say what to do. It changes nothing.
///
/// It works when the records cannot be opened. Exit code 0: nothing has to be put right; 1: something
/// has. Warnings alone end with 0.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let findings = app::doctor(&session.dir, session.keys.open(&session.dir, lang));
    let mut list = List::new(&[
        ("level", "Stand", "level"),
        ("topic", "Thema", "topic"),
        ("finding", "Befund", "finding"),
        ("place", "Ort", "place"),
        ("advice", "Was zu tun ist", "what to do"),
    ]);
    let mut errors = 0;
    for finding in findings {
        errors += usize::from(finding.level == Level::Error);
        list.row([
            Value::Code(finding.level.code()),
            Value::Text(finding.topic.into()),
            Value::Text(finding.what.get(lang).into()),
            Value::Text(finding.place.display().to_string()),
            finding.advice.map_or(Value::None, |advice| Value::Text(advice.get(lang).into())),
        ]);
    }
    session.out.list(&list, args.format.get())?;
    if errors == 0 { Ok(()) } else { Err(Error::Unsound { errors }) }
}
