//! `tridem roles`: who may do what, from the very table that decides it.

use crate::app::{Error, UseCase, Value};
use crate::domain::Role;

use super::Session;
use super::lists::{FormatArgs, List};

/// Show who may do what: a row for each use case, a column for each role.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    format: FormatArgs,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let mut list = List::new(&[
        ("code", "Kennung", "code"),
        ("use_case", "Was jemand tun will", "what somebody wants to do"),
    ]);
    list.headers.extend(Role::ALL.map(|role| (role.code(), role.text())));
    for use_case in UseCase::ALL {
        let mut row = vec![
            Value::Text(use_case.code().to_owned()),
            Value::Text(use_case.text().get(lang).to_owned()),
        ];
        let reach = |role| use_case.reach(role).text().get(lang).to_owned();
        row.extend(Role::ALL.map(|role| Value::Text(reach(role))));
        list.rows.push(row);
    }
    session.out.list(&list, args.format.get())
}
