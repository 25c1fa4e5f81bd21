//! A private note that its profession has shown to another one, and why it may.

use super::id::Id;

/// What allows a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReleaseGround {
    /// A consent of the family, by its code.
    Consent(String),
    /// The law: a place in the code list `release-ground`.
    Law(u16),
}

/// A release of the private note of one profession to another. The two professions alone see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its permanent id.
    pub id: Id,
    /// Whose note it is: a place in the code list `role`, as the next one.
    pub profession: u16,
    /// To whom it was shown.
    pub recipient: u16,
    /// What allows it.
    pub ground: ReleaseGround,
    /// Why it was released, in the words of the one who did.
    pub reason: String,
    /// The note as it was then; `None` for those who did not get it, and once the release has ended.
    pub text: Option<String>,
    /// By whom, as in the audit.
    pub released_by: String,
    /// Seconds since 1970-01-01 UTC.
    pub released_at: i64,
    /// When it ended and who ended it; the program itself where a consent was withdrawn. A consent
    /// that has run out ends it at the end of its last day.
    pub ended: Option<(i64, String)>,
    /// Whether the recipients can read it now.
    pub is_active: bool,
}

/// A lane as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// The profession: a place in the code list `role`.
    pub profession: u16,
    /// When its secret went to its members; `None` while it is open.
    pub closed_at: Option<i64>,
    /// How often its keys were made anew, from 1.
    pub generation: u32,
    /// The codes of its members, in order; empty while it is open.
    pub members: Vec<String>,
    /// How many contacts have a note in it.
    pub notes: u64,
}
