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
    /// Whether this very page is shown.
    is_here: bool,
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

/// The menu of a role. Parts without an entry are left out.
pub(super) fn of(role: Role, guest: &Guest) -> Vec<Part> {
    let path = guest.address.split('?').next().unwrap_or_default();
    let is_here = |address: &str| path == address;
    let part = |(title, entries): &(&str, &'static [(&'static str, &'static str, UseCase)])| {
        let open = entries.iter().filter(|(.., use_case)| use_case.reach(role) != Reach::No);
        let entries: Vec<Entry> = open
            .map(|(address, title, _)| Entry {
                address,
                title: guest.say(title),
                is_here: is_here(address),
            })
            .collect();
        let is_open = entries.iter().any(|entry| entry.is_here);
        Part { title: guest.say(title), is_open, entries }
    };
    PARTS.iter().map(part).filter(|part| !part.entries.is_empty()).collect()
}
