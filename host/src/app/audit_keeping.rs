//! How long the audit is kept, and how it is anchored outside the records.

use std::io::Write;
use std::path::Path;

use crate::domain::{AUDIT_YEARS, Anchor, ChainSummary, Day, READ_INDEX_YEARS, Scope};
use crate::store::{Prunable, Reader};
use fs_err::OpenOptions;

use super::workspace::{App, today};
use super::{Actor, AnchorError, Error, UseCase};

/// What was pruned from the audit, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditPruning {
    /// Entries from before this day go.
    pub before: Day,
    /// What says whom reads from before this day were about goes.
    pub index_before: Day,
    /// How much that is.
    pub found: Prunable,
}

/// What a file of anchors says of an audit that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorCheck {
    /// What there is to say of the chain.
    pub chain: ChainSummary,
    /// How many anchors are those of entries.
    pub fitting: usize,
    /// How many are of entries that were pruned since, so that nothing can be said about them.
    pub pruned: usize,
    /// The newest anchor that fits, and how many entries came after it.
    pub last: Option<(Anchor, u64)>,
}

impl App {
    /// Removes what is past its time in the audit; with `preview` it only says what that is. Entries
    /// go that are older than `before`, without it those older than three years, and what says whom
    /// reads were about after a year.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`AnchorError::TooYoung`] for a day less than three years back.
    pub fn prune_audit(
        &mut self,
        actor: &Actor,
        before: Option<Day>,
        preview: bool,
    ) -> Result<AuditPruning, Error> {
        self.permit(actor, UseCase::AuditPrune)?;
        let latest = years_before(today(), AUDIT_YEARS);
        let before = before.unwrap_or(latest);
        if before > latest {
            return Err(AnchorError::TooYoung { latest }.into());
        }
        let index_before = years_before(today(), READ_INDEX_YEARS);
        let found = if preview {
            let reader = self.store.read(&Scope::municipality())?;
            reader.prunable_audit(before, index_before)?
        } else {
            let mut writer = self.store.write(&actor.author())?;
            let found = writer.prune_audit(before, index_before)?;
            writer.commit()?;
            found
        };
        Ok(AuditPruning { before, index_before, found })
    }

    /// Gives number and hash of the newest entry as a line to keep elsewhere, and notes that somebody
    /// did. With `out` it is added to that file as well.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`AnchorError::Inside`] for a file among the records, where whoever
    /// changes them can change it too; [`Error::File`]; [`Error::Store`] where the chain does not hold.
    pub fn anchor_audit(&mut self, actor: &Actor, out: Option<&Path>) -> Result<Anchor, Error> {
        self.permit(actor, UseCase::AuditAnchor)?;
        if let Some(path) = out {
            self.refuse_inside(path)?;
        }
        let mut writer = self.store.write(&actor.author())?;
        let anchor = {
            let reader = writer.read(&Scope::municipality());
            let ChainSummary { last, head, .. } = reader.check_audit(None)?;
            let municipality = reader.municipality_id()?;
            Anchor { municipality, seq: last, hash: head, day: today() }
        };
        writer.note_anchor(anchor.seq);
        if let Some(path) = out {
            let mut options = OpenOptions::new();
            let mut file = options.create(true).append(true).open(path).map_err(Error::File)?;
            let written = file.write_all(format!("{anchor}\n").as_bytes());
            written.and_then(|()| file.sync_all()).map_err(Error::File)?;
        }
        writer.commit()?;
        Ok(anchor)
    }

    fn refuse_inside(&self, path: &Path) -> Result<(), Error> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs_err::canonicalize(folder.unwrap_or(Path::new("."))).map_err(Error::File)?;
        let records = fs_err::canonicalize(&self.dir).map_err(Error::File)?;
        if folder.starts_with(records) {
            return Err(AnchorError::Inside(path.to_owned()).into());
        }
        Ok(())
    }

    /// Walks the chain and holds it against all anchors of a file, a line each; lines that are empty
    /// or begin with `#` are left out.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`Error::File`]; [`Error::Store`] where the chain itself does not hold;
    /// [`AnchorError`] with the first line that does not fit, and what that means.
    pub fn check_anchors(&self, actor: &Actor, path: &Path) -> Result<AnchorCheck, Error> {
        self.permit(actor, UseCase::AuditRead)?;
        let text = fs_err::read_to_string(path).map_err(Error::File)?;
        let reader = self.store.read(&Scope::municipality())?;
        let chain = reader.check_audit(None)?;
        check(&reader, chain, &text)
    }
}

fn check(reader: &Reader<'_>, chain: ChainSummary, text: &str) -> Result<AnchorCheck, Error> {
    let municipality = reader.municipality_id()?;
    let mut checked = AnchorCheck { chain, fitting: 0, pruned: 0, last: None };
    let (mut any, mut before) = (false, None);
    for (line, written) in (1..).zip(text.lines()) {
        let written = written.trim();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        any = true;
        let anchor: Anchor = written.parse().map_err(|flaw| AnchorError::Line { line, flaw })?;
        if anchor.municipality != municipality {
            return Err(AnchorError::Other { line }.into());
        }
        let (seq, day, last) = (anchor.seq, anchor.day, checked.chain.last);
        match reader.audit_hash(seq)? {
            Some(hash) if hash == anchor.hash => {
                checked.fitting += 1;
                before = Some(seq);
                if checked.last.is_none_or(|(newest, _)| newest.seq <= seq) {
                    checked.last = Some((anchor, last - seq));
                }
            }
            Some(_) => return Err(AnchorError::Rewritten { line, seq, day, before }.into()),
            None if seq > last => return Err(AnchorError::CutOff { line, seq, day, last }.into()),
            None => checked.pruned += 1,
        }
    }
    if any { Ok(checked) } else { Err(AnchorError::NoAnchors.into()) }
}

/// The same day so many years before; 28 February for the 29th.
fn years_before(day: Day, years: i32) -> Day {
    use chrono::Datelike;
    let date = day.date();
    let (year, month, of_month) = (date.year() - years, date.month(), date.day());
    Day::of(year, month, of_month).or_else(|| Day::of(year, month, 28)).unwrap_or(day)
}
