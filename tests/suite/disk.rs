//! A model of a disk: what is left of a folder after a loss of power.
//!
//! Until a file is flushed, each of its writes may have reached the disk or not, in any order, and any
//! sectors of 512 bytes of one write without the others. A new name, a rename or a removal lasts when
//! its folder was flushed; until then the changes of a folder are there up to some point, in their
//! order, as file systems with a journal keep them. What is written into a file does not make its name
//! last. That is less than most file systems promise.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::shim::Call;

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// The files and folders below one folder by their paths from there; `None` is a folder.
pub(crate) type Files = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// Everything below a folder, but for what SQLite shares in memory.
pub(crate) fn read(folder: &Path) -> Files {
    let (mut files, mut open) = (Files::new(), vec![PathBuf::new()]);
    while let Some(inside) = open.pop() {
        for entry in fs_err::read_dir(folder.join(&inside)).unwrap() {
            let path = inside.join(entry.unwrap().file_name());
            if folder.join(&path).is_dir() {
                files.insert(path.clone(), None);
                open.push(path);
            } else if !path.to_str().unwrap().ends_with("-shm") {
                files.insert(path.clone(), Some(fs_err::read(folder.join(&path)).unwrap()));
            }
        }
    }
    files
}

/// Puts these files into an empty folder, for their owner alone.
pub(crate) fn write(files: &Files, folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for (path, content) in files {
        let path = folder.join(path);
        let mode = if let Some(bytes) = content {
            fs_err::write(&path, bytes).unwrap();
            0o600
        } else {
            fs_err::create_dir(&path).unwrap();
            0o700
        };
        fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

/// A change of a file's content.
#[derive(Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Length(length) => bytes.resize(*length, 0),
            Self::Write(from, new) => {
                let end = from + new.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[*from..end].copy_from_slice(new);
            }
        }
    }

    /// Applies some sectors of a write; a change of length as a whole or not.
    fn apply_torn(&self, bytes: &mut Vec<u8>, chance: &mut Chance) {
        match self {
            Self::Length(_) => {
                if chance.of(2) == 0 {
                    self.apply(bytes);
                }
            }
            Self::Write(from, new) => {
                let mut done = 0;
                while done < new.len() {
                    let sector = (SECTOR - (from + done) % SECTOR).min(new.len() - done);
                    if chance.of(2) == 0 {
                        let piece = new[done..done + sector].to_vec();
                        Self::Write(from + done, piece).apply(bytes);
                    }
                    done += sector;
                }
            }
        }
    }
}

/// The content of one file: as it is on disk for certain, and what was done since.
#[derive(Debug, Default)]
struct File {
    flushed: Vec<u8>,
    since: Vec<Change>,
}

/// A change of one folder's names; a file or folder that is gone has no node.
type Renaming = Vec<(PathBuf, Option<Node>)>;

/// A folder on a disk that may lose its power.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    names: BTreeMap<PathBuf, Node>,
    flushed: BTreeMap<PathBuf, Node>,
    /// The changes of each folder that was not flushed since.
    since: BTreeMap<PathBuf, Vec<Renaming>>,
}

impl Disk {
    /// A disk that has these files for certain.
    pub(crate) fn with(files: &Files) -> Self {
        let mut disk = Self::default();
        for (path, content) in files {
            let node = content.as_ref().map_or(Node::Folder, |bytes| {
                disk.files.push(File { flushed: bytes.clone(), since: Vec::new() });
                Node::File(disk.files.len() - 1)
            });
            disk.names.insert(path.clone(), node);
        }
        disk.flushed = disk.names.clone();
        disk
    }

    /// Has a call happen.
    pub(crate) fn apply(&mut self, call: &Call) {
        match call {
            Call::Said(_) => {}
            Call::File(path) => {
                self.files.push(File::default());
                let node = Node::File(self.files.len() - 1);
                self.rename(vec![(path.clone(), Some(node))]);
            }
            Call::Folder(path) => self.rename(vec![(path.clone(), Some(Node::Folder))]),
            Call::Remove(path) => self.rename(vec![(path.clone(), None)]),
            Call::Link(from, to) => self.rename(vec![(to.clone(), Some(self.names[from]))]),
            Call::Rename(from, to) => {
                let moved: Vec<_> = self
                    .names
                    .iter()
                    .filter_map(|(path, node)| Some((path.strip_prefix(from).ok()?, *node)))
                    .map(|(rest, node)| {
                        let is_itself = rest.as_os_str().is_empty();
                        (if is_itself { to.clone() } else { to.join(rest) }, Some(node))
                    })
                    .collect();
                let gone: Vec<PathBuf> =
                    self.names.keys().filter(|path| path.starts_with(from)).cloned().collect();
                self.rename(gone.into_iter().map(|path| (path, None)).chain(moved).collect());
            }
            Call::Write(path, from, bytes) => {
                self.change(path, || Change::Write(*from, bytes.clone()));
            }
            Call::Length(path, length) => self.change(path, || Change::Length(*length)),
            Call::Flush(path) => self.flush(path),
        }
    }

    /// A file that has no name any more is of no interest.
    fn change(&mut self, path: &Path, change: impl FnOnce() -> Change) {
        if let Some(Node::File(file)) = self.names.get(path) {
            self.files[*file].since.push(change());
        }
    }

    fn rename(&mut self, renaming: Renaming) {
        // A rename from one folder to another is one change, of the folder that it ends in.
        let folder = renaming.last().and_then(|(path, _)| path.parent()).unwrap().to_owned();
        put(&mut self.names, &renaming);
        self.since.entry(folder).or_default().push(renaming);
    }

    fn flush(&mut self, path: &Path) {
        match self.names.get(path) {
            Some(Node::File(file)) => {
                let file = &mut self.files[*file];
                for change in std::mem::take(&mut file.since) {
                    change.apply(&mut file.flushed);
                }
            }
            // A folder; the outermost has no name of its own.
            _ => {
                for renaming in self.since.remove(path).unwrap_or_default() {
                    put(&mut self.flushed, &renaming);
                }
            }
        }
    }

    /// The files as any process sees them while there is power.
    pub(crate) fn now(&self) -> Files {
        self.files_of(&self.names, |file| {
            let mut bytes = file.flushed.clone();
            file.since.iter().for_each(|change| change.apply(&mut bytes));
            bytes
        })
    }

    /// The files as they may be found after a loss of power; which of the ways, the seed decides.
    pub(crate) fn after_loss(&self, seed: u64) -> Files {
        let mut chance = Chance(seed);
        let mut names = self.flushed.clone();
        for changes in self.since.values() {
            let kept = chance.of(changes.len() + 1);
            changes[..kept].iter().for_each(|renaming| put(&mut names, renaming));
        }
        // A folder that was lost takes with it what is in it.
        let lost = |path: &Path| {
            path.ancestors().skip(1).any(|up| up != Path::new("") && !names.contains_key(up))
        };
        let names = names.iter().filter(|(path, _)| !lost(path));
        let names = names.map(|(path, node)| (path.clone(), *node)).collect();
        let way = chance.of(4);
        let mut ways = (0..self.files.len()).map(|_| chance.next()).collect::<Vec<_>>().into_iter();
        self.files_of(&names, |file| {
            let mut chance = Chance(ways.next().unwrap_or(0));
            let mut bytes = file.flushed.clone();
            let kept = chance.of(file.since.len() + 1);
            for (number, change) in file.since.iter().enumerate() {
                match way {
                    // The first writes, and one of them in part.
                    0 if number < kept => change.apply(&mut bytes),
                    0 if number == kept => change.apply_torn(&mut bytes, &mut chance),
                    // Any of the writes, in any combination.
                    1 if chance.of(2) == 0 => change.apply(&mut bytes),
                    // Any sector of any write.
                    2 => change.apply_torn(&mut bytes, &mut chance),
                    // Nothing that was not flushed.
                    _ => {}
                }
            }
            bytes
        })
    }

    fn files_of(
        &self,
        names: &BTreeMap<PathBuf, Node>,
        mut content: impl FnMut(&File) -> Vec<u8>,
    ) -> Files {
        let files = names.iter().map(|(path, node)| match node {
            Node::Folder => (path.clone(), None),
            Node::File(file) => (path.clone(), Some(content(&self.files[*file]))),
        });
        files.collect()
    }
}

fn put(names: &mut BTreeMap<PathBuf, Node>, renaming: &Renaming) {
    for (path, node) in renaming {
        match node {
            Some(node) => names.insert(path.clone(), *node),
            None => names.remove(path),
        };
    }
}

/// Numbers that follow from a seed (`SplitMix64`).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// One of `0..end`.
    pub(crate) fn of(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }
}

#[test]
fn what_was_not_flushed_may_be_lost_and_what_was_is_kept() {
    let path = |name: &str| PathBuf::from(name);
    let files = Files::from([(path("a"), Some(b"old".to_vec()))]);
    let mut disk = Disk::with(&files);
    disk.apply(&Call::Write(path("a"), 0, b"new".to_vec()));
    disk.apply(&Call::File(path("b")));
    disk.apply(&Call::Write(path("b"), 0, b"here".to_vec()));
    disk.apply(&Call::Flush(path("b")));
    let losses = |disk: &Disk| {
        let all = (0..100).map(|seed| disk.after_loss(seed));
        all.collect::<std::collections::BTreeSet<_>>()
    };
    let content = |files: &Files, name: &str| files.get(&path(name)).cloned().flatten();
    let seen = losses(&disk);
    for (a, has_b) in [(&b"old"[..], false), (b"new", false), (b"old", true), (b"new", true)] {
        let b = has_b.then(|| b"here".to_vec());
        let is_so =
            |files: &&Files| content(files, "a") == Some(a.to_vec()) && content(files, "b") == b;
        assert!(seen.iter().any(|files| is_so(&files)), "{a:?} {has_b}");
    }
    assert_eq!(
        seen.len(),
        4,
        "a flushed file has its content, and a name in a folder comes or not"
    );
    disk.apply(&Call::Flush(path("")));
    disk.apply(&Call::Flush(path("a")));
    disk.apply(&Call::Rename(path("a"), path("b")));
    let expected = [
        Files::from([(path("a"), Some(b"new".to_vec())), (path("b"), Some(b"here".to_vec()))]),
        Files::from([(path("b"), Some(b"new".to_vec()))]),
    ];
    assert_eq!(losses(&disk).into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(disk.now(), expected[1]);
}

#[test]
fn a_write_of_three_sectors_is_torn_between_them() {
    let mut disk = Disk::with(&Files::from([(PathBuf::from("a"), Some(vec![0; 2_000]))]));
    disk.apply(&Call::Write("a".into(), 100, vec![1; 1_436]));
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..400 {
        let bytes = disk.after_loss(seed).remove(Path::new("a")).flatten().unwrap();
        assert!(bytes[..100].iter().chain(&bytes[1_536..]).all(|byte| *byte == 0));
        for sector in [&bytes[100..512], &bytes[512..1_024], &bytes[1_024..1_536]] {
            assert!(sector.iter().all(|byte| *byte == sector[0]), "seed {seed}");
        }
        seen.insert([bytes[100], bytes[512], bytes[1_024]]);
    }
    assert_eq!(seen.len(), 8, "each of the sectors comes and stays away");
}
