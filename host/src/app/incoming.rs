//! Files of other programs: first what they would come to, then taken in, in one transaction.

use std::path::Path;

use chrono::DateTime;
use sha2::{Digest, Sha256};

use crate::capture::{self, Kind, Known, MOST_BYTES, Mapping, Reading, Source, SourceOptions};
use crate::domain::{Directory, Recorded, Roster, RosterPupil, Scope, Text};
use crate::store::{PupilFilter, Reader, Writer};

use super::incoming_error::ImportError;
use super::records::write;
use super::workspace::{App, new_id, now};
use super::{Actor, Error, UseCase};

/// The most waiting rows that a preview shows.
const SHOWN: usize = 20;

/// A file to look at or to take in.
#[derive(Debug, Clone, Copy)]
pub struct SourceOrder<'a> {
    /// The program that wrote it.
    pub source: Source,
    /// The file.
    pub path: &'a Path,
    /// The number of the school whose file it is.
    pub school: Option<&'a str>,
    /// The most lessons of a day.
    pub cap: u16,
    /// How many lessons make a whole day.
    pub lessons_per_day: u16,
    /// Whether an empty sum is 0.
    pub empty_is_zero: bool,
    /// A saved mapping or a file with one.
    pub mapping: Option<&'a str>,
    /// Whether to take in a file that was taken in before.
    pub again: bool,
}

/// What a file came to, or would come to.
#[derive(Debug, Clone)]
pub struct SourceOutcome {
    /// The number of the import; `None` for a preview.
    pub import: Option<i64>,
    /// What the records are; `None` where there are none.
    pub kind: Option<Kind>,
    /// Rows below the header.
    pub rows: usize,
    /// New records.
    pub records: usize,
    /// Open absences that are cleared up.
    pub settled: usize,
    /// Pupils who were found.
    pub matched: usize,
    /// Ids that are saved for the next file.
    pub ids: usize,
    /// Rows that wait for a decision.
    pub waiting: usize,
    /// The first of them: line, who, what is missing.
    pub examples: Vec<(u64, String, Text)>,
    /// Rows left out: why and how many.
    pub left_out: Vec<(Text, usize)>,
    /// Columns passed over.
    pub ignored: Vec<String>,
    /// Pupils of whom the file says something else, and what.
    pub differing: Vec<(String, Text)>,
    /// When the very same file was taken in before, and with how many rows.
    pub before: Option<(String, u64)>,
}

/// What files are held against.
pub(super) struct Held {
    pub(super) directory: Directory,
    pub(super) roster: Roster,
    pub(super) recorded: Recorded,
}

impl Held {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, Error> {
        let pupils = reader.pupils(&PupilFilter::default())?.into_iter().map(|view| RosterPupil {
            key: view.key,
            code: view.pupil.code,
            given: view.pupil.given_name,
            family: view.pupil.family_name,
            birth: view.pupil.birth_day,
            school: view.pupil.school,
            class: view.pupil.class,
            grade: view.pupil.grade,
        });
        let (restricted, ids) = reader.restricted_roster()?;
        let roster = Roster::new(pupils.collect(), reader.external_ids()?)
            .with_restricted(Roster::new(restricted, ids));
        Ok(Self { directory: reader.directory()?, roster, recorded: reader.recorded()? })
    }

    pub(super) fn known(&self) -> Known<'_> {
        let Self { directory, roster, recorded } = self;
        Known { directory, roster, recorded }
    }
}

impl App {
    /// Says what a file would come to; with `take` it is taken in. Rows that cannot be taken in wait
    /// for a decision then.
    ///
    /// # Errors
    ///
    /// [`Error::Mistakes`] where the file as a whole is no use, or rows of a table are wrong;
    /// [`Error::ImportedBefore`] when the very same file is taken in a second time;
    /// [`ImportError`]; nothing is saved then.
    pub fn incoming(
        &mut self,
        actor: &Actor,
        order: &SourceOrder<'_>,
        take: bool,
    ) -> Result<SourceOutcome, Error> {
        self.permit(actor, UseCase::ImportSource)?;
        let size = fs_err::metadata(order.path).map_err(Error::File)?.len();
        if size > MOST_BYTES {
            return Err(ImportError::TooLarge(MOST_BYTES).into());
        }
        let bytes = fs_err::read(order.path).map_err(Error::File)?;
        let name = order.path.file_name().map(|name| name.to_string_lossy().into_owned());
        self.incoming_bytes(actor, order, &bytes, &name.unwrap_or_default(), take)
    }

    /// The same for the bytes of a file of that name.
    pub(super) fn incoming_bytes(
        &mut self,
        actor: &Actor,
        order: &SourceOrder<'_>,
        bytes: &[u8],
        name: &str,
        take: bool,
    ) -> Result<SourceOutcome, Error> {
        let options = self.options(order)?;
        let system = match (order.source, &options.mapping) {
            (Source::WebUntis, _) => "webuntis".to_owned(),
            (Source::SchildTerms | Source::SchildPupils, _) => "schild".to_owned(),
            (Source::Table, mapping) => {
                let person = mapping.as_ref().and_then(|mapping| mapping.person.as_ref());
                person.map_or_else(String::new, |person| person.system.clone())
            }
        };
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let before = self.store.read(&Scope::municipality())?.find_import(&digest)?;
        let before = before.map(|before| {
            let moment = DateTime::from_timestamp(before.imported_at, 0);
            let day = moment.map_or_else(String::new, |it| it.format("%Y-%m-%d").to_string());
            (day, before.rows)
        });
        if let (Some((day, rows)), true, false) = (&before, take, order.again) {
            return Err(Error::ImportedBefore { day: day.clone(), rows: *rows });
        }
        let scope = self.permit(actor, UseCase::ImportSource)?;
        let mut writer = self.store.write(&actor.author())?;
        let held = Held::read(&writer.read(&scope))?;
        let source = order.source;
        let reading = capture::read_source(source, bytes, &options, held.known(), &mut new_id)
            .map_err(Error::Mistakes)?;
        let mut outcome = outcome(&reading);
        outcome.before = before;
        // A table is not held against everything that is recorded, so writing it is what tells.
        if take || source == Source::Table {
            let marks = writer.begin_import()?;
            write_reading(&mut writer, &reading, None)?;
            let kind = outcome.kind.map_or_else(|| "external-ids".to_owned(), |it| it.to_string());
            let import = writer.record_import(&kind, &digest, name, reading.rows as u64, now())?;
            write_rest(&mut writer, import, &reading)?;
            writer.add_waiting(import, &system, &reading.waiting)?;
            writer.set_import_source(import, source.name())?;
            writer.end_import(import, &marks)?;
            outcome.import = Some(import);
        }
        if take {
            writer.commit()?;
        } else {
            outcome.import = None;
        }
        Ok(outcome)
    }

    fn options(&self, order: &SourceOrder<'_>) -> Result<SourceOptions, Error> {
        if ![order.cap, order.lessons_per_day].iter().all(|number| (1..=24).contains(number)) {
            return Err(ImportError::BadDay.into());
        }
        let mapping = order.mapping.map(|name| self.mapping(name)).transpose()?;
        Ok(SourceOptions {
            school: order.school.map(str::to_owned),
            cap: order.cap,
            lessons_per_day: order.lessons_per_day,
            empty_is_zero: order.empty_is_zero,
            mapping,
        })
    }

    /// A saved mapping of that name, or else the one in a file.
    fn mapping(&self, name: &str) -> Result<Mapping, Error> {
        let saved = self.store.read(&Scope::municipality())?.mappings()?;
        let text = match saved.into_iter().find(|(saved, _)| saved == name) {
            Some((_, text)) => text,
            None if Path::new(name).is_file() => {
                fs_err::read_to_string(name).map_err(Error::File)?
            }
            None => return Err(ImportError::NoSuchMapping(name.to_owned()).into()),
        };
        parse_mapping(name, &text)
    }

    /// The saved mappings: name and text.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn mappings(&self) -> Result<Vec<(String, String)>, Error> {
        Ok(self.store.read(&Scope::municipality())?.mappings()?)
    }

    /// Saves the mapping in a file under a name.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`ImportError::BadMappingName`]; [`ImportError::Mapping`].
    pub fn save_mapping(&mut self, actor: &Actor, name: &str, path: &Path) -> Result<(), Error> {
        self.permit(actor, UseCase::MappingChange)?;
        let is_sign = !name.is_empty()
            && name.len() <= 40
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !is_sign {
            return Err(ImportError::BadMappingName(name.to_owned()).into());
        }
        let text = fs_err::read_to_string(path).map_err(Error::File)?;
        parse_mapping(&path.display().to_string(), &text)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.save_mapping(name, &text, now())?;
        Ok(writer.commit()?)
    }

    /// Removes a saved mapping.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`ImportError::NoSuchMapping`].
    pub fn remove_mapping(&mut self, actor: &Actor, name: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::MappingChange)?;
        let mut writer = self.store.write(&actor.author())?;
        if !writer.remove_mapping(name)? {
            return Err(ImportError::NoSuchMapping(name.to_owned()).into());
        }
        Ok(writer.commit()?)
    }
}

fn parse_mapping(name: &str, text: &str) -> Result<Mapping, Error> {
    let parsed = Mapping::parse(text);
    Ok(parsed.map_err(|error| ImportError::Mapping { name: name.to_owned(), error })?)
}

fn outcome(reading: &Reading) -> SourceOutcome {
    let examples = reading.waiting.iter().take(SHOWN);
    SourceOutcome {
        import: None,
        kind: reading.records.as_ref().map(capture::Records::kind),
        rows: reading.rows,
        records: reading.records(),
        settled: reading.settled.len(),
        matched: reading.matched,
        ids: reading.ids.len(),
        waiting: reading.waiting.len(),
        examples: examples.map(|it| (it.line, it.who.shown(), it.reason.clone())).collect(),
        left_out: reading.left_out.iter().map(|(why, number)| (why.text(), *number)).collect(),
        ignored: reading.ignored.clone(),
        differing: reading.differing.clone(),
        before: None,
    }
}

/// Writes the records of a reading. For rows that waited there is an import already.
pub(super) fn write_reading(
    writer: &mut Writer<'_>,
    reading: &Reading,
    import: Option<i64>,
) -> Result<(), Error> {
    if let Some(records) = &reading.records {
        write(writer, records, &mut |_| {})?;
    }
    if let Some(import) = import {
        write_rest(writer, import, reading)?;
    }
    Ok(())
}

/// Writes what a reading has besides records.
fn write_rest(writer: &mut Writer<'_>, import: i64, reading: &Reading) -> Result<(), Error> {
    for settled in &reading.settled {
        writer.settle_by_import(import, *settled)?;
    }
    let ids: Vec<(&str, &str, &str)> =
        reading.ids.iter().map(|id| (&*id.system, &*id.value, &*id.code)).collect();
    Ok(writer.save_ids(import, &ids)?)
}
