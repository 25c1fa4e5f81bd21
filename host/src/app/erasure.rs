//! Erasing the records of people: at a demand, again after an old backup came back, and the receipts.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::{
    About, Author, Code, Day, Id, OldBackup, PupilKey, RECEIPT, Receipt, Scope, SeenAs, Text,
};
use crate::store::{
    AuditFilter, Doomed, Erased, FoundSubject, HeldThing, KeptReceipt, LegalHold, Reader, Store,
};

use super::backup::Remembered;
use super::erasure_error::ErasureError;
use super::plugins::hex;
use super::sheets::cases;
use super::workspace::{new_id, now};
use super::{Actor, App, Error, UseCase};

/// The folder beside a backup in which the receipts of later erasures lie.
pub(super) const BESIDE: &str = "tridem-erasures";

/// What somebody wants to have erased.
#[derive(Debug, Clone, Copy)]
pub struct EraseOrder<'a> {
    /// The code of a pupil or a household, where both have it with `pupil:` or `household:` before it.
    pub subject: &'a str,
    /// A code of `erasure-ground`.
    pub ground: &'a str,
    /// The code of a practitioner who confirms it.
    pub confirmed_by: Option<&'a str>,
    /// Only to look at what would go.
    pub is_preview: bool,
}

/// What an erasure did, or would do.
#[derive(Debug, Clone)]
pub struct ErasureDone {
    /// The receipt.
    pub receipt: Receipt,
    /// Its SHA-256 in hexadecimal, as the audit has it.
    pub sha256: String,
    /// Whether nothing was erased.
    pub is_preview: bool,
    /// Whether old pages of the file are overwritten; otherwise that is done when the records are
    /// opened the next time.
    pub is_wiped: bool,
    /// Where the receipt was laid beside the last backup.
    pub beside: Option<PathBuf>,
}

/// Why and by whom something is erased.
#[derive(Debug, Clone)]
pub(super) struct Cause {
    pub(super) kind: &'static str,
    pub(super) ground: Code,
    pub(super) confirmed_by: Option<String>,
    pub(super) until: Option<Day>,
    pub(super) again: Vec<Id>,
}

impl App {
    /// Erases a pupil, or a household with all its pupils, or shows what would go. All of it goes or
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError`]; [`store::Error::Held`](crate::store::Error::Held).
    pub fn erase_subject(
        &mut self,
        actor: &Actor,
        order: &EraseOrder<'_>,
    ) -> Result<ErasureDone, Error> {
        self.permit(actor, if order.is_preview { UseCase::ErasureRead } else { UseCase::Erase })?;
        let (doomed, cause) = {
            let reader = self.store.read(&Scope::municipality())?;
            let doomed = doomed(&reader, order.subject)?;
            let ground = ground(&reader, order.ground)?;
            let confirmed_by = order.confirmed_by.map(str::to_owned);
            confirm(&reader, actor, confirmed_by.as_deref())?;
            let cause =
                Cause { kind: "demand", ground, confirmed_by, until: None, again: Vec::new() };
            (doomed, cause)
        };
        self.erase(actor, &doomed, &cause, order.is_preview)
    }

    /// Erases what was erased before and came back with an old backup; `None` where nothing did.
    /// `path` is a receipt, or a folder of receipts.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError::NotAReceipt`].
    pub fn erase_again(
        &mut self,
        actor: &Actor,
        path: &Path,
    ) -> Result<Option<ErasureDone>, Error> {
        self.permit(actor, UseCase::Erase)?;
        let (receipts, others) = receipts_in(path)?;
        if let Some(other) = others.into_iter().next() {
            return Err(ErasureError::NotAReceipt(other).into());
        }
        let Some((doomed, cause)) = came_back(&self.store, &receipts)? else { return Ok(None) };
        self.erase(actor, &doomed, &cause, false).map(Some)
    }

    /// The receipts, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn receipts(&self, actor: &Actor) -> Result<Vec<(KeptReceipt, Receipt)>, Error> {
        self.permit(actor, UseCase::ErasureRead)?;
        let kept = self.store.read(&Scope::municipality())?.receipts()?;
        let read = |kept: KeptReceipt| {
            let receipt = serde_json::from_str(&kept.receipt).map_err(Error::Document)?;
            Ok((kept, receipt))
        };
        kept.into_iter().map(read).collect()
    }

    /// The receipt whose id begins so.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError::NoSuchReceipt`]; [`Error::Ambiguous`].
    pub fn receipt(&self, actor: &Actor, start: &str) -> Result<ErasureDone, Error> {
        self.permit(actor, UseCase::ErasureRead)?;
        let mut found = self.receipts(actor)?;
        found.retain(|(kept, _)| !start.is_empty() && kept.id.to_string().starts_with(start));
        if found.len() > 1 {
            return Err(Error::Ambiguous(start.to_owned()));
        }
        let none = || ErasureError::NoSuchReceipt(start.to_owned());
        let (kept, receipt) = found.pop().ok_or_else(none)?;
        Ok(ErasureDone {
            receipt,
            sha256: hex(&kept.sha256),
            is_preview: false,
            is_wiped: kept.wiped_at.is_some(),
            beside: None,
        })
    }

    /// Writes all receipts into a folder, to be kept beside backups. Gives how many.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`Error::File`].
    pub fn export_receipts(&self, actor: &Actor, folder: &Path) -> Result<usize, Error> {
        self.permit(actor, UseCase::ErasureRead)?;
        let receipts = self.receipts(actor)?;
        fs_err::create_dir_all(folder).map_err(Error::File)?;
        for (kept, _) in &receipts {
            let path = folder.join(format!("{}.json", kept.id));
            fs_err::write(path, &kept.receipt).map_err(Error::File)?;
        }
        Ok(receipts.len())
    }

    /// Holds a pupil, a household or a case, so that nothing of it is erased.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError`]; where it is held already.
    pub fn hold(&mut self, actor: &Actor, subject: &str, reason: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::HoldChange)?;
        let reason = reason.trim();
        let is_line = !reason.is_empty()
            && reason.chars().count() <= crate::capture::LONGEST_TEXT
            && !reason.contains(crate::domain::is_unprintable);
        if !is_line {
            return Err(ErasureError::BadReason.into());
        }
        let found = subject_of(&self.store.read(&Scope::municipality())?, subject)?;
        let thing = match found.table {
            "pupil" => HeldThing::Pupil(found.key),
            "household" => HeldThing::Household(found.key),
            _ => HeldThing::Case(found.key),
        };
        let mut writer = self.store.write(&actor.author())?;
        writer.hold(new_id(), thing, reason, code_of(subject))?;
        Ok(writer.commit()?)
    }

    /// Takes a hold away.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`ErasureError::NoSuchHold`].
    pub fn release_hold(&mut self, actor: &Actor, subject: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::HoldChange)?;
        let none = || ErasureError::NoSuchHold(subject.to_owned());
        let (kind, code) = kind_and_code(subject);
        let holds = self.store.read(&Scope::municipality())?.legal_holds()?;
        let mut fitting = holds
            .iter()
            .filter(|hold| hold.code == code && kind.is_none_or(|kind| kind == hold.kind));
        let hold = fitting.next().ok_or_else(none)?;
        if fitting.next().is_some() {
            return Err(ErasureError::SeveralSubjects(code.to_owned()).into());
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.release_hold(hold.id)?;
        Ok(writer.commit()?)
    }

    /// The holds, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn holds(&self, actor: &Actor) -> Result<Vec<LegalHold>, Error> {
        self.permit(actor, UseCase::ErasureRead)?;
        let reader = self.store.read(&Scope::municipality())?;
        let (holds, directory) = (reader.legal_holds()?, reader.directory()?);
        let mut about = About::records(holds.len());
        for hold in &holds {
            let code = hold.code.as_str();
            match hold.kind {
                "pupil" => about.pupils.extend(directory.pupils.get(code).map(|it| it.key)),
                "household" => about.households.extend(directory.households.get(code)),
                _ => {
                    let cases = cases(&reader)?;
                    let (pupil, household) = cases.get(code).copied().unwrap_or_default();
                    about.pupils.extend(pupil);
                    about.households.extend(household);
                }
            }
        }
        self.saw(actor, UseCase::ErasureRead, SeenAs::List, about)?;
        Ok(holds)
    }

    /// Erases, keeps the receipt, overwrites old pages, and lays the receipt beside the last backup.
    pub(super) fn erase(
        &mut self,
        actor: &Actor,
        doomed: &Doomed,
        cause: &Cause,
        is_preview: bool,
    ) -> Result<ErasureDone, Error> {
        let (receipt, text) =
            erase_in(&mut self.store, &actor.author(), doomed, cause, is_preview)?;
        let sha256 = hex(&Sha256::digest(&text));
        if is_preview {
            return Ok(ErasureDone { receipt, sha256, is_preview, is_wiped: false, beside: None });
        }
        let is_wiped = self.store.wipe()?;
        let beside = self.lay_beside(receipt.id, &text);
        Ok(ErasureDone { receipt, sha256, is_preview, is_wiped, beside })
    }

    /// Lays a receipt beside the last backup, where that lies in reach, so that it is erased again
    /// when that backup comes back.
    fn lay_beside(&self, id: Id, receipt: &str) -> Option<PathBuf> {
        let remembered = Remembered::read(&self.dir)?;
        let folder = remembered.file.parent().filter(|folder| folder.is_dir())?.join(BESIDE);
        fs_err::create_dir_all(&folder).ok()?;
        let path = folder.join(format!("{id}.json"));
        fs_err::write(&path, receipt).ok()?;
        Some(path)
    }
}

/// Erases in one transaction and gives the receipt, also as the text that is kept.
pub(super) fn erase_in(
    store: &mut Store,
    author: &Author,
    doomed: &Doomed,
    cause: &Cause,
    is_preview: bool,
) -> Result<(Receipt, String), Error> {
    let (municipality, backups, open_cases) = {
        let reader = store.read(&Scope::municipality())?;
        (reader.municipality_id()?, backups(&reader)?, reader.open_cases(doomed)?)
    };
    let mut writer = store.write(author)?;
    let erased = writer.erase(doomed)?;
    let id = new_id();
    let receipt = receipt(municipality, id, author, cause, &erased);
    let receipt = Receipt { open_cases, backups, ..receipt };
    let text = serde_json::to_string_pretty(&receipt).map_err(Error::Document)?;
    if !is_preview {
        writer.keep_receipt(id, cause.kind, &text, &erased)?;
        writer.commit()?;
    }
    Ok((receipt, text))
}

fn receipt(municipality: Id, id: Id, author: &Author, cause: &Cause, erased: &Erased) -> Receipt {
    Receipt {
        format: RECEIPT.to_owned(),
        municipality,
        id,
        kind: cause.kind.to_owned(),
        at: author.at,
        by: author.code.clone(),
        confirmed_by: cause.confirmed_by.clone(),
        ground: cause.ground.code.clone(),
        ground_text: cause.ground.text(),
        until: cause.until,
        pupils: erased.pupils,
        households: erased.households,
        removed: erased.removed.clone(),
        emptied: erased.emptied.clone(),
        shared: erased.shared.clone(),
        blackened: erased.blackened,
        notes_left: erased.notes_left,
        reports: erased.reports,
        audit: erased.audit,
        open_cases: 0,
        backups: Vec::new(),
        again: cause.again.clone(),
        erased: erased.signs.iter().map(|sign| hex(sign)).collect(),
    }
}

/// The backups that the audit knows of, oldest first.
fn backups(reader: &Reader<'_>) -> Result<Vec<OldBackup>, Error> {
    let filter = AuditFilter { action: Some("backup.make".to_owned()), ..AuditFilter::default() };
    let mut found: Vec<OldBackup> = reader
        .audit(&filter)?
        .into_iter()
        .map(|entry| OldBackup { made_at: entry.at, sha256: entry.subject })
        .collect();
    found.reverse();
    Ok(found)
}

/// What came back of what these receipts say, and why it is erased again; `None` where nothing did.
pub(super) fn came_back(
    store: &Store,
    receipts: &[Receipt],
) -> Result<Option<(Doomed, Cause)>, Error> {
    let reader = store.read(&Scope::municipality())?;
    let municipality = reader.municipality_id()?;
    let own: Vec<&Receipt> =
        receipts.iter().filter(|receipt| receipt.municipality == municipality).collect();
    let sign = |text: &String| -> Option<[u8; 32]> {
        let byte = |place: usize| u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok();
        let bytes: Option<Vec<u8>> = (0..32).map(byte).collect();
        bytes?.try_into().ok()
    };
    let signs = own.iter().flat_map(|receipt| &receipt.erased).filter_map(sign).collect();
    let doomed = reader.came_back(&signs)?;
    let is_nothing =
        doomed.pupils.is_empty() && doomed.households.is_empty() && doomed.records.is_empty();
    let Some(first) = own.first().filter(|_| !is_nothing) else { return Ok(None) };
    let Text { de, en } = first.ground_text.clone();
    let cause = Cause {
        kind: "again",
        ground: Code { code: first.ground.clone(), de, en },
        confirmed_by: None,
        until: None,
        again: own.iter().map(|receipt| receipt.id).collect(),
    };
    Ok(Some((doomed, cause)))
}

/// The receipts in a file or a folder, and the files in it that are none.
pub(super) fn receipts_in(path: &Path) -> Result<(Vec<Receipt>, Vec<PathBuf>), Error> {
    let mut files = Vec::new();
    if path.is_dir() {
        for entry in fs_err::read_dir(path).map_err(Error::File)? {
            let file = entry.map_err(Error::File)?.path();
            if file.extension().is_some_and(|extension| extension == "json") {
                files.push(file);
            }
        }
        files.sort();
    } else {
        files.push(path.to_owned());
    }
    let (mut receipts, mut others) = (Vec::new(), Vec::new());
    for file in files {
        let text = fs_err::read_to_string(&file).map_err(Error::File)?;
        match serde_json::from_str::<Receipt>(&text) {
            Ok(receipt) if receipt.format == RECEIPT => receipts.push(receipt),
            _ => others.push(file),
        }
    }
    Ok((receipts, others))
}

/// The code of the list `erasure-ground`.
pub(super) fn ground(reader: &Reader<'_>, code: &str) -> Result<Code, Error> {
    let list = reader.code_lists().list("erasure-ground");
    let found = list.place(code).and_then(|place| list.at(place)).cloned();
    found.ok_or_else(|| ErasureError::NoSuchGround(code.to_owned()).into())
}

/// Whoever confirms is known here, and another one than the one who erases.
pub(super) fn confirm(
    reader: &Reader<'_>,
    actor: &Actor,
    confirmed_by: Option<&str>,
) -> Result<(), Error> {
    let Some(code) = confirmed_by else { return Ok(()) };
    let is_known = reader.practitioners()?.iter().any(|known| known.code == code);
    if is_known && code != actor.name() {
        Ok(())
    } else {
        Err(ErasureError::BadConfirmation(code.to_owned()).into())
    }
}

/// `pupil:p1` as kind and code; a code alone is of no kind.
fn kind_and_code(subject: &str) -> (Option<&'static str>, &str) {
    let kinds = ["pupil", "household", "case"];
    let said = subject
        .split_once(':')
        .and_then(|(kind, code)| Some((*kinds.iter().find(|known| **known == kind)?, code)));
    said.map_or((None, subject), |(kind, code)| (Some(kind), code))
}

fn code_of(subject: &str) -> &str {
    kind_and_code(subject).1
}

/// Whom a subject means.
fn subject_of(reader: &Reader<'_>, subject: &str) -> Result<FoundSubject, Error> {
    let (kind, code) = kind_and_code(subject);
    let table = kind.map(|kind| if kind == "case" { "support_case" } else { kind });
    let mut found = reader.subjects_of(code)?;
    found.retain(|one| table.is_none_or(|table| table == one.table));
    if found.len() > 1 {
        return Err(ErasureError::SeveralSubjects(code.to_owned()).into());
    }
    found.pop().ok_or_else(|| ErasureError::NoSuchSubject(code.to_owned()).into())
}

/// The people whom a subject means.
fn doomed(reader: &Reader<'_>, subject: &str) -> Result<Doomed, Error> {
    let found = subject_of(reader, subject)?;
    match found.table {
        "pupil" => Ok(Doomed { pupils: vec![PupilKey(found.key)], ..Doomed::default() }),
        "household" => {
            let household = crate::domain::HouseholdKey(found.key);
            let pupils = reader.pupils_of(household)?;
            Ok(Doomed { pupils, households: vec![household], ..Doomed::default() })
        }
        _ => Err(ErasureError::NotAPerson(code_of(subject).to_owned()).into()),
    }
}

/// Erases again what came back with a backup, going by the receipts that lie beside it. Gives how many
/// pupils, households and records that were, and the files that are no receipts.
pub(super) fn erase_after_restore(
    store: &mut Store,
    actor: &Actor,
    backup: &Path,
) -> Result<(u64, Vec<PathBuf>), Error> {
    let folder = std::path::absolute(backup).map_err(Error::File)?;
    let Some(folder) = folder.parent().map(|folder| folder.join(BESIDE)) else {
        return Ok((0, Vec::new()));
    };
    if !folder.is_dir() {
        return Ok((0, Vec::new()));
    }
    let (receipts, others) = receipts_in(&folder)?;
    let Some((doomed, cause)) = came_back(store, &receipts)? else { return Ok((0, others)) };
    let found = doomed.pupils.len() + doomed.households.len() + doomed.records.len();
    let author = Author { at: now(), ..actor.author() };
    erase_in(store, &author, &doomed, &cause, false)?;
    store.wipe()?;
    Ok((found as u64, others))
}
