//! The receipt of an erasure: what was erased, when, by whom and on what ground, without any name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::day::Day;
use super::id::Id;
use super::words::Text;

/// What a receipt says that it is. The number changes when an older Tridem could not read it.
pub const RECEIPT: &str = "tridem erasure receipt 1";

/// A receipt, as it is kept, printed and laid beside backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// [`RECEIPT`].
    pub format: String,
    /// Whose records they were: the permanent id of the municipality.
    pub municipality: Id,
    /// The id of the erasure.
    pub id: Id,
    /// `demand`, `retention` or `again`.
    pub kind: String,
    /// When, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// By whom, as in the audit.
    pub by: String,
    /// Who confirmed it besides, where somebody did: a code.
    pub confirmed_by: Option<String>,
    /// The code of the ground.
    pub ground: String,
    /// Its words then.
    pub ground_text: Text,
    /// What was past its time on this day was erased; not for one at a demand.
    pub until: Option<Day>,
    /// Pupils who are gone.
    pub pupils: u64,
    /// Households that are gone.
    pub households: u64,
    /// Rows that are gone, by table.
    pub removed: BTreeMap<String, u64>,
    /// Rows that stay as facts about nobody, by table.
    pub emptied: BTreeMap<String, u64>,
    /// Contacts that stay because other pupils took part, by id: somebody has to look whether a text in
    /// them still tells of the erased.
    pub shared: Vec<Id>,
    /// Texts in those in which a name was blackened.
    pub blackened: u64,
    /// Private notes in those, which only the profession can look through.
    pub notes_left: u64,
    /// Reports out of which findings about the erased were taken.
    pub reports: u64,
    /// Entries of the audit whose content was taken out.
    pub audit: u64,
    /// Cases that were still open.
    pub open_cases: u64,
    /// Backups made before, which still hold the erased.
    pub backups: Vec<OldBackup>,
    /// The erasures that were repeated, where it is one of those.
    pub again: Vec<Id>,
    /// By what the erased are known again in an old backup, in hexadecimal: keyed hashes of random ids.
    pub erased: Vec<String>,
}

/// A backup made before an erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldBackup {
    /// When it was made, in seconds since 1970-01-01 UTC.
    pub made_at: i64,
    /// The SHA-256 of the file in hexadecimal.
    pub sha256: String,
}
