//! A log that was torn, and bits that flipped: what is whole is there, what is not is told, and nothing
//! is ever made up.

use std::path::Path;

use tridem::domain::Scope;
use tridem::store::{ContactFilter, DatabaseKey, Error, Store};

use crate::disk::{self, Chance, Disk, Files};
use crate::shim::{Call, calls};
use crate::support::Workspace;

const PAGE: usize = 16_384;
/// Bytes before the first frame of a log, and before the page of each.
const LOG_HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// The example with a log of several transactions, as a killed process leaves it, and the bytes at
/// which a transaction is whole.
struct Torn {
    files: Files,
    log: Vec<u8>,
    ends: Vec<usize>,
}

const LOG: &str = "records/tridem.db-wal";

impl Torn {
    /// Records of a child that wrote contacts and was not closed.
    fn new() -> Self {
        let workspace = Workspace::quick();
        disk::write(&disk::read(&Workspace::example().path("")), &workspace.path(""));
        let before = disk::read(&workspace.path(""));
        let mut child = crate::crash::child(&workspace, 5);
        let (ran, calls) = calls(&mut child, &workspace.path(""));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let mut disk = Disk::with(&before);
        let is_taken_in = |call: &Call| matches!(call, Call::Write(path, ..) if path == Path::new("records/tridem.db"));
        calls.iter().take_while(|call| !is_taken_in(call)).for_each(|call| disk.apply(call));
        let files = disk.now();
        let log = files[Path::new(LOG)].clone().unwrap();
        let frames = (log.len() - LOG_HEAD) / (FRAME_HEAD + PAGE);
        assert_eq!(log.len(), LOG_HEAD + frames * (FRAME_HEAD + PAGE));
        let starts = (0..frames).map(|frame| LOG_HEAD + frame * (FRAME_HEAD + PAGE));
        let ends = starts.filter(|start| log[start + 4..start + 8] != [0; 4]);
        let ends: Vec<usize> = ends.map(|start| start + FRAME_HEAD + PAGE).collect();
        assert_eq!(ends.len(), 5, "one transaction for each contact");
        Self { files, log, ends }
    }

    /// The contacts that are there with this log, after every page and entry was proved.
    fn contacts_with(&self, log: &[u8], shared: Option<&[u8]>) -> usize {
        let workspace = Workspace::quick();
        disk::write(&self.files, &workspace.path(""));
        fs_err::write(workspace.path(LOG), log).unwrap();
        if let Some(shared) = shared {
            fs_err::write(workspace.path("records/tridem.db-shm"), shared).unwrap();
        }
        let key = DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
        let store = Store::open(&workspace.path("records/tridem.db"), &key).unwrap();
        store.prove().unwrap();
        let reader = store.read(&Scope::municipality()).unwrap();
        reader.contacts(&ContactFilter::default()).unwrap().len() - 8
    }

    /// How many transactions are whole in the first `length` bytes.
    fn whole(&self, length: usize) -> usize {
        self.ends.iter().filter(|end| **end <= length).count()
    }
}

#[test]
fn a_log_that_was_cut_anywhere_holds_exactly_the_transactions_that_are_whole() {
    let torn = Torn::new();
    let mut cuts = vec![0, 1, LOG_HEAD - 1, LOG_HEAD];
    for end in (LOG_HEAD..torn.log.len()).step_by(FRAME_HEAD + PAGE) {
        cuts.extend([end, end + 1, end + FRAME_HEAD, end + FRAME_HEAD + PAGE - 1]);
    }
    cuts.push(torn.log.len());
    for cut in cuts {
        let found = torn.contacts_with(&torn.log[..cut], None);
        assert_eq!(found, torn.whole(cut), "cut to {cut} bytes");
        // What may follow on a disk: zeros, and what is left of something else.
        let mut chance = Chance(cut as u64);
        for more in [vec![0; 40_000], (0..40_000).map(|_| chance.next().to_le_bytes()[0]).collect()]
        {
            let log = [&torn.log[..cut], &more].concat();
            assert_eq!(torn.contacts_with(&log, None), torn.whole(cut), "{cut} bytes and more");
        }
    }
}

#[test]
fn a_flipped_bit_in_a_log_ends_it_there() {
    let torn = Torn::new();
    let mut chance = Chance(1);
    let frames = (torn.log.len() - LOG_HEAD) / (FRAME_HEAD + PAGE);
    for frame in 0..frames {
        let start = LOG_HEAD + frame * (FRAME_HEAD + PAGE);
        // The head without its page, and the page: the checksum covers both.
        for place in [start + chance.of(FRAME_HEAD), start + FRAME_HEAD + chance.of(PAGE)] {
            let mut log = torn.log.clone();
            log[place] ^= 1 << chance.of(8);
            assert_eq!(torn.contacts_with(&log, None), torn.whole(start), "byte {place}");
        }
    }
    for place in 0..LOG_HEAD {
        let mut log = torn.log.clone();
        log[place] ^= 1 << chance.of(8);
        assert_eq!(torn.contacts_with(&log, None), 0, "byte {place}");
    }
}

/// The numbers in the head of a log, and its checksums, can be made by anybody; its pages only by who
/// has the key. Those of another key look like noise.
#[test]
fn a_log_that_somebody_else_has_written_gives_nothing_of_theirs() {
    let torn = Torn::new();
    let (workspace, mut log, mut chance) = (Workspace::quick(), torn.log.clone(), Chance(3));
    disk::write(&torn.files, &workspace.path(""));
    let key = DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
    let open = |log: &[u8]| {
        fs_err::write(workspace.path(LOG), log).unwrap();
        let opened = Store::open(&workspace.path("records/tridem.db"), &key);
        opened.and_then(|store| store.prove().map(|_| ()))
    };
    sign(&mut log);
    assert!(log == torn.log, "the checksums are those that SQLite makes");
    for start in (LOG_HEAD..log.len()).step_by(FRAME_HEAD + PAGE) {
        let page = &mut log[start + FRAME_HEAD..start + FRAME_HEAD + PAGE];
        page.fill_with(|| chance.next().to_le_bytes()[0]);
    }
    sign(&mut log);
    let error = open(&log).expect_err("pages that nobody with the key has written").to_string();
    assert!(error.contains("damaged"), "{error}");
}

/// Gives a log checksums that fit, as whoever has no key can do as well.
fn sign(log: &mut [u8]) {
    let big = log[3] & 1 == 1;
    let add = |sums: (u32, u32), bytes: &[u8]| {
        bytes.chunks_exact(8).fold(sums, |(one, two), pair| {
            let word = |at: usize| {
                let bytes = pair[at..at + 4].try_into().unwrap();
                if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
            };
            let one = one.wrapping_add(word(0)).wrapping_add(two);
            (one, two.wrapping_add(word(4)).wrapping_add(one))
        })
    };
    let mut sums = add((0, 0), &log[..24]);
    let mut at = LOG_HEAD;
    while at + FRAME_HEAD + PAGE <= log.len() {
        sums = add(sums, &log[at..at + 8]);
        sums = add(sums, &log[at + FRAME_HEAD..at + FRAME_HEAD + PAGE]);
        log[at + 16..at + 20].copy_from_slice(&sums.0.to_be_bytes());
        log[at + 20..at + 24].copy_from_slice(&sums.1.to_be_bytes());
        at += FRAME_HEAD + PAGE;
    }
}

#[test]
fn what_processes_shared_in_memory_is_not_needed_and_not_believed() {
    let torn = Torn::new();
    let mut chance = Chance(2);
    let noise: Vec<u8> = (0..32_768).map(|_| chance.next().to_le_bytes()[0]).collect();
    let zeros = vec![0; 32_768];
    for shared in [&[][..], &zeros, &noise, &noise[..100]] {
        assert_eq!(torn.contacts_with(&torn.log, Some(shared)), 5, "{} bytes", shared.len());
    }
}

/// One bit in each page of a backup, in its footer, and in each byte of the key.
#[test]
fn a_flipped_bit_in_a_backup_or_a_key_is_found() {
    let workspace = Workspace::example();
    workspace.say("backup b").success();
    let whole = fs_err::read(workspace.path("b")).unwrap();
    let key = DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
    let mut chance = Chance(4);
    let footer = whole.len() - 1024;
    let pages = (0..footer).step_by(PAGE);
    let mut places: Vec<usize> = pages.map(|page| page + chance.of(PAGE)).collect();
    places.extend((0..12).map(|_| footer + chance.of(400)));
    let to = Workspace::quick();
    for place in places {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << chance.of(8);
        fs_err::write(workspace.path("b"), &bytes).unwrap();
        let path = to.path("tridem.db");
        let restored = Store::restore(
            &workspace.path("b"),
            &path,
            &key,
            &mut |_, _| Ok::<_, Error>(()),
            &mut |_| {},
        );
        if let Err(error) = restored {
            let error = error.to_string();
            let is_told = error.contains("damaged") || error.contains("is no backup of Tridem");
            assert!(is_told, "byte {place}: {error}");
            assert!(fs_err::read_dir(to.path("")).unwrap().next().is_none(), "byte {place}");
        } else {
            // The moment and the remark in the footer say nothing about the records.
            assert!(place >= footer, "byte {place} was not found");
            fs_err::remove_file(&path).unwrap();
        }
    }
    let path = workspace.path("records/tridem.key");
    let digits = fs_err::read(&path).unwrap();
    let database = || fs_err::read(workspace.path("records/tridem.db")).unwrap();
    for place in 0..64 {
        let before = database();
        let mut bytes = digits.clone();
        bytes[place] ^= 1 << chance.of(8);
        fs_err::write(&path, &bytes).unwrap();
        // Where the key opens the records, this is noted in them.
        let ran = workspace.say("contact list");
        // Small letters and capitals are the same digit.
        if !bytes[place].eq_ignore_ascii_case(&digits[place]) {
            let ran = ran.refused();
            let says = |words: &str| ran.stderr.contains(words);
            assert!(
                says("another key") || says("64 hexadecimal digits"),
                "byte {place}: {}",
                ran.stderr
            );
            assert!(database() == before, "byte {place}: what nobody could open was changed");
        }
    }
}
