//! Handing out records as the files that the importer reads, as far as the actor may see them.

use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::capture::{self, Kind};
use crate::domain::{
    About, CodeLists, ContactView, Day, Entered, EntryView, FormKind, SeenAs, Sighting, Span,
};
use crate::store::{self, EntryFilter, Reader};

use super::seen::about_pupils;
use super::signing::write_new;
use super::workspace::App;
use super::{Actor, Error, UseCase};

/// A file of records.
#[derive(Debug, Clone)]
pub struct Export {
    /// What it holds, in UTF-8.
    pub text: String,
    /// How many records.
    pub rows: usize,
}

impl App {
    /// The records of a kind that the actor may see, as an import file, oldest first. The audit notes
    /// how many, and the digest of the file.
    ///
    /// Private notes are left out: they are for reading by one profession, here and nowhere else.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn export(&mut self, actor: &Actor, kind: Kind) -> Result<Export, Error> {
        self.permit(actor, UseCase::Export)?;
        let scope = self.permit(actor, UseCase::reading(kind))?;
        let nobody = About::default();
        let sighting = self.sighting(actor, UseCase::Export, SeenAs::Export, nobody)?;
        let mut writer = self.store.write(&actor.author())?;
        let rows = rows(&writer.read(&scope), kind)?;
        let about = about(&writer.read(&scope), kind)?;
        if !about.pupils.is_empty() || !about.households.is_empty() {
            writer.note_read(Sighting { about, ..sighting });
        }
        let count = rows.len();
        let columns = kind.columns().iter().map(|column| column.name);
        let text = capture::print(columns, rows);
        writer.note_export(kind.name(), count as u64, &Sha256::digest(&text).into());
        writer.commit()?;
        Ok(Export { text, rows: count })
    }

    /// Writes an export to a file that is not there yet and that its owner alone may read.
    ///
    /// # Errors
    ///
    /// [`Error::File`], also where the file exists.
    pub fn write_export(export: &Export, path: &Path) -> Result<(), Error> {
        write_new(path, &export.text, 0o600)
    }
}

/// Whom the records of a kind are about.
fn about(reader: &Reader<'_>, kind: Kind) -> Result<About, Error> {
    Ok(match kind {
        Kind::Schools
        | Kind::Enrolments
        | Kind::Participation
        | Kind::DaysOff
        | Kind::HalfYears
        | Kind::Attendance
        | Kind::DaysNotTaken
        | Kind::Practitioners
        | Kind::Assignments
        | Kind::Pairings => About::default(),
        Kind::Households => About::households(reader.directory()?.households.into_values()),
        Kind::Pupils | Kind::Stays => about_pupils(&reader.pupils(&store::PupilFilter::default())?),
        Kind::Absences => {
            let absences = reader.absences(&store::AbsenceFilter::default())?;
            About::pupils(absences.into_iter().map(|view| (view.absence.pupil, None)))
        }
        Kind::AbsenceTotals => {
            let totals = reader.absence_totals(None, None)?;
            About::pupils(totals.into_iter().map(|view| (view.total.pupil, None)))
        }
        Kind::Contacts => About::contacts(&reader.contacts(&store::ContactFilter::default())?),
        Kind::Form(form) => {
            reader.about_entries(&reader.entries(form, &store::EntryFilter::default())?)?
        }
    })
}

/// Texts in the order of the columns.
type Line = Vec<String>;

fn rows(reader: &Reader<'_>, kind: Kind) -> Result<Vec<Line>, Error> {
    let codes = reader.code_lists();
    let mut rows: Vec<Line> = Vec::new();
    match kind {
        Kind::Schools
        | Kind::Enrolments
        | Kind::Participation
        | Kind::DaysOff
        | Kind::HalfYears
        | Kind::Attendance
        | Kind::DaysNotTaken => rows = of_schools(reader, kind)?,
        Kind::Practitioners => {
            let people = reader.practitioners()?.into_iter();
            rows.extend(people.map(|it| vec![it.code, it.name, it.role]));
        }
        Kind::Assignments => rows.extend(reader.assignments()?.into_iter().map(|it| {
            let [from, until] = dated(it.assignment.span);
            vec![it.practitioner, it.school, hours(it.assignment.weekly_minutes), from, until]
        })),
        Kind::Pairings => rows.extend(reader.pairings()?.into_iter().map(|it| {
            let [from, until] = dated(it.pairing.span);
            vec![it.school, signs(&it.members), from, until]
        })),
        Kind::Households => {
            let line = |it: crate::domain::Household| {
                vec![it.code, it.name, it.language.unwrap_or_default()]
            };
            rows.extend(reader.households()?.into_iter().map(line));
        }
        Kind::Pupils => {
            let pupils = reader.pupils(&store::PupilFilter::default())?;
            rows.extend(pupils.into_iter().map(pupil));
        }
        Kind::Stays => {
            let mut pupils: Vec<_> = reader.directory()?.pupils.into_iter().collect();
            pupils.sort_unstable_by_key(|(_, known)| known.key);
            for (code, known) in pupils {
                for [from, until] in known.further.into_iter().map(dated) {
                    rows.push(vec![code.clone(), from, until]);
                }
            }
        }
        Kind::Absences => {
            let absences = reader.absences(&store::AbsenceFilter::default())?;
            rows.extend(absences.into_iter().rev().map(|it| {
                let absence = it.absence;
                vec![
                    it.pupil,
                    absence.day.to_string(),
                    code(codes, "absence-status", Some(absence.status)),
                    code(codes, "absence-unit", Some(absence.unit)),
                    absence.amount.to_string(),
                ]
            }));
        }
        Kind::AbsenceTotals => {
            rows.extend(reader.absence_totals(None, None)?.into_iter().map(|it| {
                let total = it.total;
                vec![
                    it.pupil,
                    total.year.to_string(),
                    code(codes, "term", Some(total.term)),
                    code(codes, "absence-unit", Some(total.unit)),
                    total.missed.to_string(),
                    total.unexcused.to_string(),
                    total.excused.map(|excused| excused.to_string()).unwrap_or_default(),
                    total.source,
                ]
            }));
        }
        Kind::Contacts => {
            let contacts = reader.contacts(&store::ContactFilter::default())?;
            rows.extend(contacts.into_iter().rev().map(|view| contact(view, codes)));
        }
        Kind::Form(form) => rows = entries(reader, form)?,
    }
    Ok(rows)
}

/// The kinds that say something about schools themselves, school by school.
fn of_schools(reader: &Reader<'_>, kind: Kind) -> Result<Vec<Line>, Error> {
    let codes = reader.code_lists();
    let enrolments = reader.enrolments()?;
    // All pupils are read for the registers, so that is left to the kind that needs them.
    let registers = match kind {
        Kind::DaysNotTaken => reader.directory()?.registers,
        _ => HashMap::new(),
    };
    let mut rows: Vec<Line> = Vec::new();
    for (key, school, spans) in reader.schools()? {
        let number = || school.number.clone();
        match kind {
            Kind::Schools => rows.push(vec![number(), school.name.clone(), school.form.clone()]),
            Kind::Enrolments => {
                for it in enrolments.iter().filter(|it| it.school == key) {
                    rows.push(vec![number(), it.year.to_string(), it.pupils.to_string()]);
                }
            }
            Kind::Participation => {
                for [from, until] in spans.into_iter().map(dated) {
                    rows.push(vec![number(), from, until]);
                }
            }
            Kind::DaysOff => {
                for it in reader.days_off(key)? {
                    rows.push(vec![number(), it.day.to_string(), it.reason]);
                }
            }
            Kind::HalfYears => {
                for it in reader.half_years(key)? {
                    let begins = it.second_begins.to_string();
                    rows.push(vec![number(), it.year.to_string(), begins]);
                }
            }
            Kind::DaysNotTaken => {
                let days = registers.get(&key).map(|register| &register.not_taken);
                for (day, not_taken) in days.into_iter().flatten() {
                    let school = not_taken.school.then(String::new);
                    for class in school.into_iter().chain(not_taken.classes.iter().cloned()) {
                        rows.push(vec![number(), day.to_string(), class]);
                    }
                }
            }
            _ => {
                for it in reader.attendance(key)? {
                    let unit = code(codes, "absence-unit", Some(it.unit));
                    let [from, until] = dated(it.span);
                    rows.push(vec![number(), unit, it.units_per_day.to_string(), from, until]);
                }
            }
        }
    }
    Ok(rows)
}

/// Records of a form: those that others of the same form refer to come before them.
fn entries(reader: &Reader<'_>, kind: FormKind) -> Result<Vec<Line>, Error> {
    let mut left = reader.entries(kind, &EntryFilter::default())?;
    left.sort_by_key(|view| view.key);
    let refers_to = |view: &EntryView| -> Vec<i64> {
        let own = kind.fields.iter().zip(&view.entry.values);
        let own = own.filter(|(field, _)| field.record == kind.name);
        own.filter_map(|(_, value)| match value {
            Entered::Key(key) => Some(*key),
            _ => None,
        })
        .collect()
    };
    let mut rows = Vec::new();
    while !left.is_empty() {
        let (waiting, ready): (Vec<_>, Vec<_>) = left.iter().cloned().partition(|view| {
            let wanted = refers_to(view);
            left.iter().any(|other| other.key != view.key && wanted.contains(&other.key))
        });
        // Records that refer to each other in a circle have no order; they come as they are.
        let (ready, waiting) = if ready.is_empty() { (waiting, ready) } else { (ready, waiting) };
        rows.extend(
            ready.iter().map(|view| view.in_file().map(|(_, value)| value).collect::<Line>()),
        );
        left = waiting;
    }
    Ok(rows)
}

fn pupil(view: store::PupilView) -> Line {
    let it = view.pupil;
    let [from, until] = dated(it.enrolled);
    let [accompanied_from, accompanied_until] = it.accompanied.map(dated).unwrap_or_default();
    vec![
        it.code,
        it.given_name,
        it.family_name,
        day(it.birth_day),
        view.household.unwrap_or_default(),
        view.school,
        it.grade,
        it.class,
        it.status,
        from,
        until,
        day(it.unknown_from),
        accompanied_from,
        accompanied_until,
    ]
}

fn contact(view: ContactView, codes: &CodeLists) -> Line {
    let it = view.contact;
    let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let step = it.next_step.as_ref();
    let time = it.time.map(|time| format!("{:02}:{:02}", time / 60, time % 60));
    vec![
        view.school,
        it.day.to_string(),
        time.unwrap_or_default(),
        it.minutes.to_string(),
        code(codes, "contact-kind", Some(it.kind)),
        code(codes, "result", Some(it.result)),
        yes_or_no(it.attempt),
        signs(&view.participants),
        signs(&view.pupils),
        view.household.unwrap_or_default(),
        it.persons.to_string(),
        codes.list("topic").of_set(it.topics).join("|"),
        code(codes, "consultation", it.consultation),
        code(codes, "language", it.language),
        yes_or_no(it.interpreter),
        day(step.and_then(|step| step.due)),
        step.map_or_else(String::new, |step| step.text.clone()),
        it.shared_note.unwrap_or_default(),
    ]
}

fn signs(people: &[(String, String)]) -> String {
    people.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>().join("|")
}

fn code(codes: &CodeLists, list: &str, place: Option<u16>) -> String {
    let found = place.and_then(|place| codes.list(list).at(place).map(|code| code.code.clone()));
    found.unwrap_or_default()
}

fn day(day: Option<Day>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn dated(Span { from, until }: Span) -> [String; 2] {
    [from.to_string(), day(until)]
}

/// Weekly minutes as hours with two digits after the point: all that were imported are such.
fn hours(minutes: u32) -> String {
    format!("{}.{:02}", minutes / 60, minutes % 60 * 100 / 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_as_they_are_read() {
        let said = [0, 3, 750, 1155, 3600].map(hours);
        assert_eq!(said, ["0.00", "0.05", "12.50", "19.25", "60.00"]);
    }
}
