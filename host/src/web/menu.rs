//! The menu: what somebody with a role can go to.

use serde::Serialize;

use crate::app::{Reach, UseCase};
use crate::domain::Role;

use super::visit::Guest;

/// A part of the menu with its entries.
#[derive(Serialize)]
pub(super) struct Part {
    title: String,
    /// Whether the page that is shown is in it.
    is_open: bool,
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    address: &'static str,
    title: String,
    /// `page` where this very page is shown, `true` where one that hangs below it is.
    here: Option<&'static str>,
}

/// What there is: the key of a part's title, and its entries with the use case that opens them.
type Parts = &'static [(&'static str, &'static [(&'static str, &'static str, UseCase)])];

#[rustfmt::skip]
const PARTS: Parts = &[
    ("shell.menu-work", &[
        ("/", "shell.menu-home", UseCase::AccountOwn),
        ("/contacts/new", "shell.menu-new-contact", UseCase::ContactAdd),
        ("/contacts", "shell.menu-contacts", UseCase::ContactRead),
        ("/inbox", "shell.menu-inbox", UseCase::TaskRead),
        ("/attendance", "shell.menu-attendance", UseCase::AbsenceChange),
    ]),
    ("shell.menu-people", &[
        ("/pupils", "shell.menu-pupils", UseCase::PupilRead),
        ("/families", "shell.menu-families", UseCase::HouseholdRead),
        ("/records", "shell.menu-records", UseCase::ProgrammeRecordRead),
        ("/consents", "family.menu-consents", UseCase::ConsentRead),
        ("/imports", "shell.menu-imports", UseCase::ImportFile),
    ]),
    ("shell.menu-reports", &[
        ("/compare", "shell.menu-compare", UseCase::ReportRead),
        ("/reports", "shell.menu-reports-list", UseCase::ReportRead),
        ("/sheets", "shell.menu-sheets", UseCase::AccountOwn),
    ]),
    ("shell.menu-programme", &[
        ("/schools", "shell.menu-schools", UseCase::SchoolRead),
        ("/staff", "shell.menu-staff", UseCase::StaffRead),
        ("/codes", "shell.menu-codes", UseCase::CodeAdd),
        ("/plugins", "shell.menu-plugins", UseCase::PluginRuns),
    ]),
    ("shell.menu-protection", &[
        ("/subjects", "shell.menu-subjects", UseCase::SubjectRead),
        ("/retention", "shell.menu-retention", UseCase::ErasureRead),
        ("/audit", "shell.menu-audit", UseCase::AuditRead),
        ("/emergency", "shell.menu-emergency", UseCase::EmergencyRead),
        ("/emergency/new", "shell.menu-emergency-new", UseCase::EmergencyOpen),
        ("/words", "shell.menu-words", UseCase::WordChange),
    ]),
    ("shell.menu-operate", &[
        ("/accounts", "shell.menu-accounts", UseCase::AccountList),
        ("/roles", "shell.menu-roles", UseCase::AccountList),
        ("/backups", "shell.menu-backups", UseCase::BackupList),
        ("/trust", "shell.menu-trust", UseCase::TrustChange),
    ]),
];

/// Pages that hang below an entry without its address at the front of theirs.
const BELOW: [(&str, &str); 5] = [
    ("/consents/", "/families"),
    ("/holds", "/retention"),
    ("/receipts", "/retention"),
    ("/key-sheet", "/backups"),
    ("/lanes", "/account"),
];

/// The entry, among `addresses`, that a page belongs to: the longest that its address begins with.
fn entry_of<'a>(path: &str, addresses: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let below = |address: &str| {
        let rest = path.strip_prefix(address);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let stands_for = BELOW.iter().find(|(front, _)| path.starts_with(front));
    let known = addresses.filter(|address| match stands_for {
        Some((_, entry)) => address == entry,
        None if *address == "/" => path == "/",
        None => below(address),
    });
    known.max_by_key(|address| address.len())
}

/// The menu of a role. Parts without an entry are left out.
pub(super) fn of(role: Role, guest: &Guest) -> Vec<Part> {
    let path = guest.address.split('?').next().unwrap_or_default();
    let offered = PARTS.iter().flat_map(|(_, entries)| *entries);
    let offered = offered.filter(|(.., use_case)| use_case.reach(role) != Reach::No);
    let entry = entry_of(path, offered.map(|(address, ..)| *address));
    let here = |address: &str| {
        let mark = if path == address { "page" } else { "true" };
        (entry == Some(address)).then_some(mark)
    };
    let part = |(title, entries): &(&str, &'static [(&'static str, &'static str, UseCase)])| {
        let open = entries.iter().filter(|(.., use_case)| use_case.reach(role) != Reach::No);
        let entries: Vec<Entry> = open
            .map(|(address, title, _)| Entry {
                address,
                title: guest.say(title),
                here: here(address),
            })
            .collect();
        let is_open = entries.iter().any(|entry| entry.here.is_some());
        Part { title: guest.say(title), is_open, entries }
    };
    PARTS.iter().map(part).filter(|part| !part.entries.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_below_an_entry_belongs_to_it() {
        let all = || PARTS.iter().flat_map(|(_, entries)| *entries).map(|(address, ..)| *address);
        for (path, entry) in [
            ("/", Some("/")),
            ("/contacts/new", Some("/contacts/new")),
            ("/contacts/0198/correct", Some("/contacts")),
            ("/inbox/tasks/0198", Some("/inbox")),
            ("/emergency/new", Some("/emergency/new")),
            ("/plugins/de.tridem.topics/runs", Some("/plugins")),
            ("/consents", Some("/consents")),
            ("/receipts/12", Some("/retention")),
            ("/reportsx", None),
            ("/account", None),
        ] {
            assert_eq!(entry_of(path, all()), entry, "{path}");
        }
    }
}
