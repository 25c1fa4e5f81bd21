//! The chain of the audit: walked from its beginning to its end, it shows whatever was meddled with.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::audit::{Action, AuditEntry, Cover};
use super::hex::hex;
use super::id::Id;

/// By how many seconds time may go back from one entry to the next without being a finding: two
/// writers look at the clock and then wait for each other, at most five seconds.
const PATIENCE: i64 = 5;

/// Why a chain is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// There is no entry at all.
    #[error("the audit is empty, although the making of the records is its first entry")]
    Empty,
    /// Entries are missing before this one.
    #[error("the audit breaks at entry {found}: entry {expected} should come here and is missing")]
    Gap { expected: u64, found: u64 },
    /// The entry does not follow the one before it.
    #[error("the audit breaks at entry {seq}: it does not follow the entry before it")]
    Link { seq: u64 },
    /// The entry says something else than when it was written.
    #[error("the audit breaks at entry {seq}: its content is not what was written")]
    Content { seq: u64 },
    /// An entry has lost its content, and no entry says that it was taken out.
    #[error("the audit breaks at entry {seq}: its content is gone, and no entry says why")]
    Emptied { seq: u64 },
    /// The list of emptied entries is not the one that the entry was written for.
    #[error("the audit breaks at entry {seq}: the list of emptied entries is not what was written")]
    List { seq: u64 },
    /// The beginning is gone, and no entry says that it was pruned.
    #[error("the audit begins at entry {first}, and no entry says why those before it are gone")]
    Unpruned { first: u64 },
    /// The hash that somebody kept is that of no entry that is left.
    #[error(
        "no entry of the audit has the hash that was expected; entries 1 to {pruned} were pruned, and \
         it may have been that of one of them"
    )]
    Pruned { pruned: u64 },
    /// Somebody took out rows of what says whom a read was about, or put some in.
    #[error("what says whom the read of entry {seq} was about is not what was written")]
    Seen { seq: u64 },
    /// The hash that somebody kept is that of no entry.
    #[error(
        "no entry of the audit has the hash that was expected, though its {entries} are in order"
    )]
    Unexpected { entries: u64 },
}

/// A place where time goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSetBack {
    /// The entry that is earlier than the one before it.
    pub seq: u64,
    /// By how many seconds.
    pub seconds: u64,
}

/// What there is to say of an audit that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSummary {
    /// How many entries there are.
    pub entries: u64,
    /// The number of the last one.
    pub last: u64,
    /// How many were pruned from the beginning, their time being over.
    pub pruned: u64,
    /// How many have lost their content because somebody was erased.
    pub emptied: u64,
    /// How many reads were also about people who are gone since, whom the index does not know any
    /// more.
    pub unindexed: u64,
    /// When the first one was written, in seconds since 1970-01-01 UTC.
    pub first_at: i64,
    /// When the last one was written.
    pub last_at: i64,
    /// The hash of the last one. Who keeps it elsewhere can tell later that nothing before it was
    /// changed or cut off.
    pub head: [u8; 32],
    /// The entry whose hash was expected.
    pub expected: Option<u64>,
    /// Where time goes back. That is no break: the clock may have been wrong before.
    pub clock: Vec<ClockSetBack>,
}

/// The last entry of those that were pruned from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its number.
    pub seq: u64,
    /// Its hash, which the first entry that is left follows.
    pub hash: [u8; 32],
}

/// Lists of the numbers of emptied entries, by the subject of the entry that tells of the list.
pub type EmptiedLists = BTreeMap<String, BTreeSet<u64>>;

/// The digest of a list of numbers, one a line, as the entry of the list has it in hexadecimal.
pub fn numbers_digest(numbers: &BTreeSet<u64>) -> String {
    let mut hasher = Sha256::new();
    for number in numbers {
        hasher.update(format!("{number}\n"));
    }
    hex(&hasher.finalize())
}

/// Goes along a chain, entry by entry.
#[derive(Debug)]
pub struct ChainWalk {
    previous: [u8; 32],
    wanted: Option<[u8; 32]>,
    checkpoint: Option<Checkpoint>,
    /// Whether an entry has told of the checkpoint.
    is_told: bool,
    lists: EmptiedLists,
    /// The emptied entries that no list has named yet.
    open: BTreeSet<u64>,
    summary: ChainSummary,
}

impl ChainWalk {
    /// Begins before the first entry. `wanted` is a hash that one of the entries must have.
    pub fn new(municipality: Id, wanted: Option<[u8; 32]>) -> Self {
        let previous = AuditEntry::start(municipality);
        let summary = ChainSummary {
            entries: 0,
            last: 0,
            pruned: 0,
            emptied: 0,
            unindexed: 0,
            first_at: 0,
            last_at: 0,
            head: previous,
            expected: None,
            clock: Vec::new(),
        };
        Self {
            previous,
            wanted,
            checkpoint: None,
            is_told: false,
            lists: EmptiedLists::new(),
            open: BTreeSet::new(),
            summary,
        }
    }

    /// The same for an audit of which the beginning was pruned. One of the entries that are left must
    /// say so.
    #[must_use]
    pub fn behind(mut self, checkpoint: Option<Checkpoint>) -> Self {
        if let Some(Checkpoint { seq, hash }) = checkpoint {
            (self.previous, self.summary.head) = (hash, hash);
            (self.summary.last, self.summary.pruned) = (seq, seq);
            if self.wanted == Some(hash) {
                self.summary.expected = Some(seq);
            }
        }
        self.checkpoint = checkpoint;
        self
    }

    /// The same for an audit some of whose entries were emptied.
    #[must_use]
    pub fn with_lists(mut self, lists: EmptiedLists) -> Self {
        self.lists = lists;
        self
    }

    /// Takes the next entry.
    ///
    /// # Errors
    ///
    /// The first thing that is not in order; the walk is over then.
    pub fn step(&mut self, entry: &AuditEntry) -> Result<(), ChainBreak> {
        let (seq, expected) = (entry.seq, self.summary.last + 1);
        if seq != expected {
            return Err(ChainBreak::Gap { expected, found: seq });
        }
        if entry.previous != self.previous {
            return Err(ChainBreak::Link { seq });
        }
        if entry.digest() != entry.hash || !entry.is_as_committed() {
            return Err(ChainBreak::Content { seq });
        }
        if matches!(entry.cover, Cover::Emptied { .. }) {
            self.open.insert(seq);
            self.summary.emptied += 1;
        } else if entry.action == Action::AuditRedact.code() {
            self.take_list(entry)?;
        } else if entry.action == Action::AuditPrune.code() {
            self.is_told |= self.checkpoint.is_some_and(|checkpoint| tells_of(entry, checkpoint));
        }
        let summary = &mut self.summary;
        if summary.entries == 0 {
            summary.first_at = entry.at;
        } else if entry.at.saturating_add(PATIENCE) < summary.last_at {
            summary.clock.push(ClockSetBack { seq, seconds: summary.last_at.abs_diff(entry.at) });
        }
        if self.wanted == Some(entry.hash) {
            summary.expected = Some(seq);
        }
        (summary.entries, summary.last) = (summary.entries + 1, seq);
        (summary.last_at, summary.head) = (entry.at, entry.hash);
        self.previous = entry.hash;
        Ok(())
    }

    /// Takes the list that an entry tells of: it has as many numbers as the entry says, with that
    /// digest, and all of them lie before it.
    fn take_list(&mut self, entry: &AuditEntry) -> Result<(), ChainBreak> {
        let list = self.lists.remove(&entry.subject).unwrap_or_default();
        let details: serde_json::Value = serde_json::from_str(&entry.details).unwrap_or_default();
        let is_that = details["entries"].as_u64() == Some(list.len() as u64)
            && details["sha256"].as_str() == Some(&*numbers_digest(&list))
            && list.iter().all(|number| *number < entry.seq);
        if !is_that {
            return Err(ChainBreak::List { seq: entry.seq });
        }
        self.open.retain(|number| !list.contains(number));
        Ok(())
    }

    /// Ends behind the last entry.
    ///
    /// # Errors
    ///
    /// [`ChainBreak::Empty`], [`ChainBreak::Emptied`], [`ChainBreak::Unpruned`],
    /// [`ChainBreak::Pruned`], [`ChainBreak::Unexpected`].
    pub fn finish(self) -> Result<ChainSummary, ChainBreak> {
        let ChainSummary { entries, pruned, .. } = self.summary;
        if entries == 0 {
            return Err(ChainBreak::Empty);
        }
        if let Some(seq) = self.open.first() {
            return Err(ChainBreak::Emptied { seq: *seq });
        }
        if self.checkpoint.is_some() && !self.is_told {
            return Err(ChainBreak::Unpruned { first: pruned + 1 });
        }
        match (self.wanted, self.summary.expected) {
            (Some(_), None) if pruned > 0 => Err(ChainBreak::Pruned { pruned }),
            (Some(_), None) => Err(ChainBreak::Unexpected { entries }),
            _ => Ok(self.summary),
        }
    }
}

/// Whether an entry says that everything up to the checkpoint was pruned.
fn tells_of(entry: &AuditEntry, checkpoint: Checkpoint) -> bool {
    let details: serde_json::Value = serde_json::from_str(&entry.details).unwrap_or_default();
    details["until"].as_u64() == Some(checkpoint.seq)
        && details["hash"].as_str() == Some(&*hex(&checkpoint.hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit::commitment;

    const CITY: Id = Id(uuid::Uuid::from_u128(7));

    fn chain(times: &[i64]) -> Vec<AuditEntry> {
        let mut previous = AuditEntry::start(CITY);
        let entry = |(seq, at): (u64, &i64)| {
            let mut entry = AuditEntry {
                seq,
                at: *at,
                actor: "bm1".into(),
                action: "contact.add".into(),
                subject: format!("subject {seq}"),
                details: "{}".into(),
                cover: Cover::Direct,
                previous,
                hash: [0; 32],
            };
            entry.hash = entry.digest();
            previous = entry.hash;
            entry
        };
        (1..).zip(times).map(entry).collect()
    }

    fn walk(entries: &[AuditEntry], wanted: Option<[u8; 32]>) -> Result<ChainSummary, ChainBreak> {
        let mut walk = ChainWalk::new(CITY, wanted);
        entries.iter().try_for_each(|entry| walk.step(entry))?;
        walk.finish()
    }

    #[test]
    fn whatever_is_changed_in_an_entry_breaks_the_chain_there() {
        let whole = chain(&[10, 20, 30]);
        let changes: [fn(&mut AuditEntry); 7] = [
            |entry| entry.at += 1,
            |entry| entry.actor.push('x'),
            |entry| entry.action = "contact.correct".into(),
            |entry| entry.subject.clear(),
            |entry| entry.details = "{ }".into(),
            // The letters of two parts together stay the same.
            |entry| (entry.actor, entry.action) = ("bm1c".into(), "ontact.add".into()),
            |entry| entry.hash[31] ^= 1,
        ];
        for change in changes {
            let mut entries = whole.clone();
            change(&mut entries[1]);
            assert_eq!(walk(&entries, None), Err(ChainBreak::Content { seq: 2 }));
        }
        let mut entries = whole.clone();
        entries[1].previous[0] ^= 1;
        entries[1].hash = entries[1].digest();
        assert_eq!(walk(&entries, None), Err(ChainBreak::Link { seq: 2 }));
        let mut entries = whole;
        entries[1].details = "{ }".into();
        entries[1].hash = entries[1].digest();
        assert_eq!(walk(&entries, None), Err(ChainBreak::Link { seq: 3 }), "one hash made anew");
    }

    #[test]
    fn missing_moved_and_foreign_entries_break_the_chain() {
        let whole = chain(&[10, 20, 30]);
        assert_eq!(walk(&[], None), Err(ChainBreak::Empty));
        let gap = |expected, found| Err(ChainBreak::Gap { expected, found });
        assert_eq!(walk(&whole[1..], None), gap(1, 2));
        assert_eq!(walk(&[whole[0].clone(), whole[2].clone()], None), gap(2, 3));
        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        (swapped[1].seq, swapped[2].seq) = (2, 3);
        assert_eq!(walk(&swapped, None), Err(ChainBreak::Link { seq: 2 }));
        let mut walk = ChainWalk::new(Id(uuid::Uuid::from_u128(8)), None);
        assert_eq!(walk.step(&whole[0]), Err(ChainBreak::Link { seq: 1 }), "of another city");
    }

    #[test]
    fn a_cut_end_shows_only_against_a_hash_that_was_kept() {
        let whole = chain(&[10, 20, 30]);
        let cut = &whole[..2];
        let head = whole[2].hash;
        assert_eq!(walk(cut, None).unwrap().entries, 2);
        assert_eq!(walk(cut, Some(head)), Err(ChainBreak::Unexpected { entries: 2 }));
        let summary = walk(&whole, Some(whole[1].hash)).unwrap();
        assert_eq!((summary.entries, summary.head, summary.expected), (3, head, Some(2)));
        assert_eq!((summary.first_at, summary.last_at), (10, 30));
    }

    #[test]
    fn a_clock_that_was_set_back_is_a_finding_and_no_break() {
        let summary = walk(&chain(&[100, 95, 89, 200]), None).unwrap();
        assert_eq!(summary.clock, [ClockSetBack { seq: 3, seconds: 6 }]);
    }

    /// The same chain in the newer format, its second entry emptied, with the entry that says so.
    fn sealed() -> (Vec<AuditEntry>, EmptiedLists) {
        let mut entries = chain(&[10, 20, 30, 40]);
        let list = BTreeSet::from([2]);
        let details = format!(r#"{{"entries":1,"sha256":"{}"}}"#, numbers_digest(&list));
        (entries[3].action, entries[3].subject) = ("audit.redact".into(), "list".into());
        entries[3].details = details;
        for entry in &mut entries {
            let salt = [7; 16];
            let commitment = commitment(&salt, &entry.subject, &entry.details);
            entry.cover = Cover::Sealed { salt, commitment };
        }
        link(&mut entries);
        let Cover::Sealed { commitment, .. } = entries[1].cover else { unreachable!() };
        entries[1].cover = Cover::Emptied { commitment };
        (entries[1].subject, entries[1].details) = (String::new(), "{}".into());
        (entries, EmptiedLists::from([("list".into(), list)]))
    }

    /// Makes all hashes anew.
    fn link(entries: &mut [AuditEntry]) {
        let mut previous = entries[0].previous;
        for entry in entries {
            entry.previous = previous;
            entry.hash = entry.digest();
            previous = entry.hash;
        }
    }

    fn walk_lists(entries: &[AuditEntry], lists: EmptiedLists) -> Result<ChainSummary, ChainBreak> {
        let mut walk = ChainWalk::new(CITY, None).with_lists(lists);
        entries.iter().try_for_each(|entry| walk.step(entry))?;
        walk.finish()
    }

    #[test]
    fn an_emptied_entry_holds_only_where_a_later_one_names_it() {
        let (entries, lists) = sealed();
        // Nobody says so: not at all, before its list, or in a list that was changed.
        let found = walk_lists(&entries[..3], lists.clone());
        assert_eq!(found, Err(ChainBreak::Emptied { seq: 2 }));
        let broken = Err(ChainBreak::List { seq: 4 });
        for numbers in [&[][..], &[3], &[2, 3]] {
            let other = EmptiedLists::from([("list".into(), numbers.iter().copied().collect())]);
            assert_eq!(walk_lists(&entries, other), broken);
        }
        assert_eq!(walk_lists(&entries, EmptiedLists::new()), broken);
        let mut two = entries.clone();
        let Cover::Sealed { commitment, .. } = two[2].cover else { unreachable!() };
        two[2].cover = Cover::Emptied { commitment };
        (two[2].subject, two[2].details) = (String::new(), "{}".into());
        assert_eq!(walk_lists(&two, lists.clone()), Err(ChainBreak::Emptied { seq: 3 }));
        // Emptied by halves, or with something else in its place.
        let mut half = entries.clone();
        half[1].subject = "other".into();
        assert_eq!(walk_lists(&half, lists.clone()), Err(ChainBreak::Content { seq: 2 }));
        let mut other = entries.clone();
        other[2].subject = "other".into();
        assert_eq!(walk_lists(&other, lists.clone()), Err(ChainBreak::Content { seq: 3 }));
        let summary = walk_lists(&entries, lists).unwrap();
        assert_eq!((summary.entries, summary.emptied), (4, 1));
    }

    #[test]
    fn a_list_names_entries_before_it_alone() {
        let (mut entries, _) = sealed();
        let list = BTreeSet::from([2, 4]);
        entries[3].details = format!(r#"{{"entries":2,"sha256":"{}"}}"#, numbers_digest(&list));
        let salt = [7; 16];
        let commitment = commitment(&salt, &entries[3].subject, &entries[3].details);
        entries[3].cover = Cover::Sealed { salt, commitment };
        link(&mut entries);
        let lists = EmptiedLists::from([("list".into(), list)]);
        assert_eq!(walk_lists(&entries, lists), Err(ChainBreak::List { seq: 4 }));
    }

    #[test]
    fn a_pruned_beginning_holds_only_where_an_entry_tells_of_it() {
        let mut entries = chain(&[10, 20, 30, 40]);
        entries[3].action = "audit.prune".into();
        let checkpoint = Checkpoint { seq: 2, hash: entries[1].hash };
        let hash = hex(&checkpoint.hash);
        entries[3].details = format!(r#"{{"until":2,"hash":"{hash}"}}"#);
        link(&mut entries);
        let walk = |entries: &[AuditEntry], checkpoint, wanted| {
            let mut walk = ChainWalk::new(CITY, wanted).behind(checkpoint);
            entries.iter().try_for_each(|entry| walk.step(entry))?;
            walk.finish()
        };
        let left = &entries[2..];
        assert_eq!(walk(left, None, None), Err(ChainBreak::Gap { expected: 1, found: 3 }));
        let found = walk(&left[..1], Some(checkpoint), None);
        assert_eq!(found, Err(ChainBreak::Unpruned { first: 3 }), "nobody tells of it");
        let one_more = Checkpoint { seq: 3, hash: entries[2].hash };
        let found = walk(&left[1..], Some(one_more), None);
        assert_eq!(found, Err(ChainBreak::Unpruned { first: 4 }), "more is gone than it tells");
        let other = Some(Checkpoint { hash: [1; 32], ..checkpoint });
        assert_eq!(walk(left, other, None), Err(ChainBreak::Link { seq: 3 }));

        let summary = walk(left, Some(checkpoint), None).unwrap();
        assert_eq!((summary.entries, summary.last, summary.pruned), (2, 4, 2));
        let found = walk(left, Some(checkpoint), Some(entries[0].hash));
        assert_eq!(found, Err(ChainBreak::Pruned { pruned: 2 }), "a hash of before");
        let summary = walk(left, Some(checkpoint), Some(checkpoint.hash)).unwrap();
        assert_eq!(summary.expected, Some(2), "the last one of before is known");
    }
}
