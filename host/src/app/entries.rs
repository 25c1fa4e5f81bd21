//! Records of forms: adding, listing, looking at and changing them, whichever form it is.

use crate::capture::{self, Kind, LONGEST_TEXT, Records};
use crate::domain::{
    About, Code, CodeLists, Day, Directory, Entered, Entry, EntryVersion, EntryView, FormField,
    FormKind, FormType, SeenAs, Text,
};
use crate::store::{self, Reader};

use super::consent_gate::referral_gate;
use super::corrections::HistoryRow;
use super::entry_error::EntryError;
use super::entry_remarks::{Kept, kept, remarks};
use super::lookups::between;
use super::workspace::{App, new_id, now};
use super::{Actor, Error, UseCase, Value, Words};

/// Which records to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct EntryQuery<'a> {
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day, included.
    pub until: Option<Day>,
    /// Only those with these values, each as `field=value`. An empty value is a missing one.
    pub equal: &'a [String],
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

/// A record with what there is to say of it.
#[derive(Debug, Clone)]
pub struct EntryDetails {
    /// The record.
    pub view: EntryView,
    /// What a person should know who reads it.
    pub remarks: Vec<Text>,
    /// How long it is kept, where the program knows a rule for it.
    pub kept: Option<Kept>,
}

/// What was recorded.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The record's sign.
    pub code: String,
    /// The fields that changed; none for a new record.
    pub changed: Vec<Text>,
    /// What a person should know who recorded it.
    pub remarks: Vec<Text>,
}

impl App {
    /// Records of a form that the actor may see, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`] for an unknown field; [`Error::Mistakes`] for a value that cannot stand in
    /// its field; [`Error::Day`] for a period the wrong way round.
    pub fn entries(
        &self,
        actor: &Actor,
        kind: FormKind,
        query: &EntryQuery<'_>,
    ) -> Result<Vec<EntryView>, Error> {
        let scope = self.permit(actor, UseCase::reading(Kind::Form(kind)))?;
        let reader = self.store.read(&scope)?;
        let mut filter = store::EntryFilter {
            period: between(query.from, query.until)?,
            limit: query.limit,
            ..store::EntryFilter::default()
        };
        if !query.equal.is_empty() {
            let directory = reader.directory_for(kind)?;
            for text in query.equal {
                let (name, value) = pair(text)?;
                let no_field = || EntryError::NoField { kind, field: name.to_owned() };
                let place = kind.place(name).ok_or_else(no_field)?;
                let value = capture::value(kind, place, value, &directory);
                filter.equal.push((place, value.map_err(Error::Mistakes)?));
            }
        }
        let found = reader.entries(kind, &filter)?;
        self.saw_entries(actor, kind, SeenAs::List, reader.about_entries(&found)?)?;
        Ok(found)
    }

    /// Notes that records of a form were seen. Those about nobody, such as budgets, need no note.
    fn saw_entries(
        &self,
        actor: &Actor,
        kind: FormKind,
        how: SeenAs,
        about: About,
    ) -> Result<(), Error> {
        if about.pupils.is_empty() && about.households.is_empty() {
            return Ok(());
        }
        self.saw(actor, UseCase::reading(Kind::Form(kind)), how, about)
    }

    /// One record. `years` is for how many years it is kept.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`] for one that is not there or that the actor may not see.
    pub fn entry(
        &self,
        actor: &Actor,
        kind: FormKind,
        code: &str,
        years: u16,
    ) -> Result<EntryDetails, Error> {
        let scope = self.permit(actor, UseCase::reading(Kind::Form(kind)))?;
        let reader = self.store.read(&scope)?;
        let view = seen(&reader, kind, code)?;
        let about = reader.about_entries(std::slice::from_ref(&view))?;
        self.saw_entries(actor, kind, SeenAs::Detail, about)?;
        let (remarks, kept) = (remarks(&reader, &view)?, kept(&reader, &view, years)?);
        Ok(EntryDetails { view, remarks, kept })
    }

    /// Adds a record, given as texts `field=value` as they would stand in an import file. Without a
    /// code it gets the next free one.
    ///
    /// # Errors
    ///
    /// [`Error::Mistakes`] with everything that is wrong; [`Error::Entry`]; [`Error::Store`] for a
    /// booking beyond its budget, unless `over_budget` is set. Nothing is saved then.
    pub fn add_entry(
        &mut self,
        actor: &Actor,
        kind: FormKind,
        values: &[String],
        over_budget: bool,
    ) -> Result<Recorded, Error> {
        let scope = self.permit(actor, UseCase::changing(kind))?;
        let mut fields = pairs(values)?;
        let mut writer = self.store.write(&actor.author())?;
        let reader = writer.read(&scope);
        let next;
        if !fields.iter().any(|(name, value)| *name == "code" && !value.is_empty()) {
            fields.retain(|(name, _)| *name != "code");
            next = reader.next_sign(kind)?;
            fields.insert(0, ("code", &next));
        }
        let mut directory = reader.directory_for(kind)?;
        drop(reader);
        if over_budget {
            directory.budgets_left.clear();
            writer.allow_over_budget();
        }
        let entry = read_one(kind, &fields, &directory, &mut new_id)?;
        let passed_on = referral_gate(&writer.read(&scope), &entry, None)?;
        writer.add_entry(&entry, now())?;
        if let Some(passed_on) = passed_on {
            passed_on.note(&mut writer)?;
        }
        let reader = writer.read(&scope);
        let view = seen(&reader, kind, entry.code())?;
        let remarks = remarks(&reader, &view)?;
        drop(reader);
        writer.commit()?;
        Ok(Recorded { code: entry.code().to_owned(), changed: Vec::new(), remarks })
    }

    /// Changes a record and keeps what it said before. What is not among `values` stays; an empty
    /// value takes away what was there.
    ///
    /// # Errors
    ///
    /// As [`App::add_entry`], and [`Error::Store`] where nothing would change; [`Error::BadReason`] for
    /// a reason of more than one line.
    pub fn change_entry(
        &mut self,
        actor: &Actor,
        kind: FormKind,
        code: &str,
        values: &[String],
        reason: &str,
        over_budget: bool,
    ) -> Result<Recorded, Error> {
        let scope = self.permit(actor, UseCase::changing(kind))?;
        let reason = reason.trim();
        if reason.chars().count() > LONGEST_TEXT || reason.chars().any(char::is_control) {
            return Err(Error::BadReason);
        }
        let given = pairs(values)?;
        if given.iter().any(|(name, value)| *name == "code" && *value != code) {
            return Err(EntryError::CodeStays.into());
        }
        let mut writer = self.store.write(&actor.author())?;
        let reader = writer.read(&scope);
        let before = seen(&reader, kind, code)?;
        let mut directory = reader.directory_for(kind)?;
        drop(reader);
        forget(&mut directory, &before);
        if over_budget {
            writer.allow_over_budget();
        }
        // What the writer says about budgets knows what was booked before; the importer does not.
        directory.budgets_left.clear();
        let old: Vec<(&str, String)> = before.in_file().collect();
        let mut fields = given.clone();
        for (name, value) in &old {
            if !given.iter().any(|(other, _)| other == name) {
                fields.push((name, value));
            }
        }
        let entry = read_one(kind, &fields, &directory, &mut || before.entry.id)?;
        let passed_on = referral_gate(&writer.read(&scope), &entry, Some(&before.entry))?;
        let names = writer.change_entry(&entry, reason)?;
        if let Some(passed_on) = passed_on {
            passed_on.note(&mut writer)?;
        }
        let reader = writer.read(&scope);
        // It may be about somebody now whom the actor does not see; then there is nothing to say.
        let remarks = match reader.entry(kind, code)? {
            Some(view) => remarks(&reader, &view)?,
            None => Vec::new(),
        };
        drop(reader);
        writer.commit()?;
        let title = |name: &&str| kind.field(name).map(|field| field.title.clone());
        let changed = names.iter().filter_map(title).collect();
        Ok(Recorded { code: code.to_owned(), changed, remarks })
    }

    /// What a record said before, change by change, field by field.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`] for one that is not there or that the actor may not see.
    pub fn entry_history(
        &self,
        actor: &Actor,
        kind: FormKind,
        code: &str,
        words: &Words,
    ) -> Result<Vec<HistoryRow>, Error> {
        let scope = self.permit(actor, UseCase::reading(Kind::Form(kind)))?;
        let reader = self.store.read(&scope)?;
        let view = seen(&reader, kind, code)?;
        let about = reader.about_entries(std::slice::from_ref(&view))?;
        self.saw_entries(actor, kind, SeenAs::Detail, about)?;
        let versions = reader.entry_versions(&view)?;
        let directory = reader.directory_for(kind)?;
        let now: Vec<String> = view.in_file().map(|(_, value)| value).collect();
        let is_open = |values: &[String]| is_about_known(kind, values, &directory);
        let mut rows = Vec::new();
        for (place, version) in versions.iter().enumerate() {
            let after = versions.get(place + 1).map_or(&now, |later| &later.before);
            let open = (is_open(&version.before), is_open(after));
            for (field, (old, new)) in kind.fields.iter().zip(version.before.iter().zip(after)) {
                if old == new {
                    continue;
                }
                let said = |is_open: bool, value: &str| {
                    if is_open {
                        said(field, value, &directory.codes)
                    } else {
                        Value::Text(words.another_school())
                    }
                };
                rows.push(row(version, field, open, said(open.0, old), said(open.1, new)));
            }
        }
        Ok(rows)
    }
}

fn row(
    version: &EntryVersion,
    field: &FormField,
    open: (bool, bool),
    before: Value,
    after: Value,
) -> HistoryRow {
    // A reason may tell about what the record was about then.
    let is_open = open.0 && open.1;
    HistoryRow {
        number: version.number,
        at: version.at,
        by: version.by.clone(),
        reason: is_open.then(|| version.reason.clone()),
        field: Code {
            code: field.name.clone(),
            de: field.title.de.clone(),
            en: field.title.en.clone(),
        },
        before,
        after,
    }
}

/// The record with this code.
fn seen(reader: &Reader<'_>, kind: FormKind, code: &str) -> Result<EntryView, Error> {
    let none = || EntryError::NoSuch { kind, code: code.to_owned() };
    Ok(reader.entry(kind, code)?.ok_or_else(none)?)
}

/// Takes a record out of what is known, so that its code is free for itself.
fn forget(directory: &mut Directory, view: &EntryView) {
    if let Some(known) = directory.entries.get_mut(view.entry.form.name.as_str()) {
        known.remove(view.code());
    }
}

fn read_one(
    kind: FormKind,
    fields: &[(&str, &str)],
    directory: &Directory,
    new_id: &mut dyn FnMut() -> crate::domain::Id,
) -> Result<Entry, Error> {
    let records = capture::one(Kind::Form(kind), fields, directory, new_id);
    let Records::Entries(_, mut entries) = records.map_err(Error::Mistakes)? else {
        unreachable!("records of a form were asked for");
    };
    Ok(entries.remove(0))
}

/// The name of a field and a value out of `name=value`.
fn pair(text: &str) -> Result<(&str, &str), EntryError> {
    let found = text.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
    found.filter(|(name, _)| !name.is_empty()).ok_or_else(|| EntryError::NoName(text.to_owned()))
}

fn pairs(texts: &[String]) -> Result<Vec<(&str, &str)>, EntryError> {
    texts.iter().map(|text| pair(text)).collect()
}

/// Whether the actor knows everybody whom a version was about.
fn is_about_known(kind: FormKind, values: &[String], known: &Directory) -> bool {
    kind.fields.iter().zip(values).filter(|(_, value)| !value.is_empty()).all(|(field, sign)| {
        match field.kind {
            FormType::School => known.schools.contains_key(sign),
            FormType::Pupil => known.pupils.contains_key(sign),
            FormType::Household => known.households.contains_key(sign),
            FormType::Record => {
                known.entries.get(field.record.as_str()).is_some_and(|all| all.contains_key(sign))
            }
            _ => true,
        }
    })
}

/// A value of an import file for reading.
fn said(field: &FormField, text: &str, codes: &CodeLists) -> Value {
    let code = |text: &str| {
        let list = codes.list(&field.codes);
        list.place(text).and_then(|place| list.at(place)).cloned()
    };
    match field.kind {
        _ if text.is_empty() => Value::None,
        FormType::Code => code(text).map_or_else(|| Value::Text(text.to_owned()), Value::Code),
        FormType::Day => text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Day),
        FormType::Set => Value::List(text.split('|').map(str::to_owned).collect()),
        _ => Value::Text(text.to_owned()),
    }
}

/// Whether somebody said yes.
pub(super) fn is_yes(view: &EntryView, field: &str) -> bool {
    *view.entry.value(field) == Entered::Flag(true)
}
