//! Reports as a library shows them: with the title of what made them, and whether they still count.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::domain::{Id, Report, Scope, Text};
use crate::store::{ReportEntry, Withdrawal};

use super::lookups::one_of;
use super::{Actor, App, Error, UseCase};

/// A report in the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfEntry {
    /// What it is.
    pub entry: ReportEntry,
    /// What the plugin that made it is called.
    pub title: Text,
    /// That it was withdrawn, and why.
    pub withdrawn: Option<Withdrawal>,
    /// Whether schools stand beside each other in it.
    pub compares_schools: bool,
}

/// One report of the library.
#[derive(Debug, Clone)]
pub struct OpenedReport {
    /// Its line in the library.
    pub shelf: ShelfEntry,
    /// The document; `None` where it was withdrawn, for then it is not shown any more.
    pub document: Option<Report>,
    /// Whether it was published: a working version is not.
    pub is_published: bool,
}

/// As much of a document as the library needs. Whoever looks through a hundred reports waits for none
/// of their numbers.
#[derive(Deserialize)]
struct Peek {
    sections: Vec<PeekSection>,
    passport: PeekPassport,
}

#[derive(Deserialize)]
struct PeekSection {
    tables: Vec<PeekTable>,
}

#[derive(Deserialize)]
struct PeekTable {
    rows: Vec<PeekRow>,
}

#[derive(Deserialize)]
struct PeekRow {
    id: String,
    /// Something where the row says how completely a school recorded.
    coverage: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct PeekPassport {
    plugin_title: Text,
}

impl App {
    /// The reports that are meant for somebody in the actor's role, newest first.
    ///
    /// What a plugin is called, and whether it compares schools, is read from its newest report.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn shelf(&self, actor: &Actor) -> Result<Vec<ShelfEntry>, Error> {
        self.permit(actor, UseCase::ReportRead)?;
        let entries = self.reports(actor)?;
        let reader = self.store.read(&Scope::municipality())?;
        let mut withdrawn: HashMap<Id, Withdrawal> = HashMap::new();
        for published in reader.published(None)? {
            withdrawn.extend(published.withdrawn.map(|why| (published.report.id, why)));
        }
        let schools: Vec<String> =
            reader.schools()?.into_iter().map(|(_, school, _)| school.number).collect();
        let mut known: HashMap<String, (Text, bool)> = HashMap::new();
        let mut found = Vec::new();
        for entry in entries {
            if !known.contains_key(&entry.plugin) {
                let document = reader.report(entry.id)?.map(|stored| stored.document);
                let peek: Option<Peek> = document
                    .map(|document| serde_json::from_str(&document).map_err(Error::Document))
                    .transpose()?;
                let facts = peek.map_or_else(
                    || (Text::same(&entry.plugin), false),
                    |peek| (peek.passport.plugin_title.clone(), peek.compares(&schools)),
                );
                known.insert(entry.plugin.clone(), facts);
            }
            let (title, compares_schools) = known.get(&entry.plugin).cloned().unwrap_or_default();
            let withdrawn = withdrawn.remove(&entry.id);
            found.push(ShelfEntry { entry, title, withdrawn, compares_schools });
        }
        Ok(found)
    }

    /// One report of the library. `id` may be cut short as long as it fits one report alone.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchReport`], [`Error::Ambiguous`].
    pub fn opened_report(&self, actor: &Actor, id: &str) -> Result<OpenedReport, Error> {
        self.permit(actor, UseCase::ReportRead)?;
        let mut entries = self.shelf(actor)?;
        let found = one_of(entries.iter().map(|found| found.entry.id), id)?;
        let place = found.and_then(|id| entries.iter().position(|found| found.entry.id == id));
        let Some(place) = place else { return Err(Error::NoSuchReport(id.to_owned())) };
        let opened = entries.swap_remove(place);
        let id = opened.entry.id;
        let published = self.store.read(&Scope::municipality())?.published_report(id)?;
        let document = match opened.withdrawn {
            Some(_) => None,
            None => Some(self.document(actor, &id.to_string())?),
        };
        Ok(OpenedReport { shelf: opened, document, is_published: published.is_some() })
    }
}

impl Peek {
    /// Whether a table has a row for a school, which says how completely it recorded: without that,
    /// schools cannot be compared.
    fn compares(&self, schools: &[String]) -> bool {
        let rows = self.sections.iter().flat_map(|section| &section.tables);
        rows.flat_map(|table| &table.rows)
            .any(|row| row.coverage.is_some() && schools.contains(&row.id))
    }
}
