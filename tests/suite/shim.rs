//! Runs the program on a disk that fails at a chosen call. `fixtures/disk/faults.c` says how.
//!
//! Everything that the program and SQLite change on disk goes through the C library and is reached:
//! `write`, `writev`, `pwrite`, `ftruncate`, `fsync`, `fdatasync`, `open`, `rename`, `link`, `unlink`,
//! `rmdir` and `mkdir`, each under all of its names. Left out is the memory that SQLite shares between
//! processes (`-shm`), which it makes anew after a crash. A test counts the calls with `strace`, where
//! there is one, and finds that none went another way.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::support::{Ran, Workspace, root};

/// What happens at a boundary, which is a call that changes something on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing, but time or a journal.
    None,
    /// The process is killed before the call.
    Before,
    /// It is killed after the call.
    After,
    /// It is killed when a part of a write is on disk.
    Torn(usize),
    /// A part is written, and the call says so.
    Short(usize),
    /// The process stops, until it is told to go on.
    Stop,
    /// The disk is full from here on.
    Full,
    /// The disk is full, and somebody makes room at once.
    FullOnce,
    /// The disk fails from here on.
    Broken,
    /// The disk fails once.
    BrokenOnce,
    /// No flush succeeds from this one on.
    Unflushed,
    /// Nothing may be changed at all.
    ReadOnly,
}

impl Fault {
    fn kind(self) -> (&'static str, usize) {
        match self {
            Self::None => ("", 0),
            Self::Before => ("before", 0),
            Self::After => ("after", 0),
            Self::Torn(part) => ("torn", part),
            Self::Short(part) => ("short", part),
            Self::Stop => ("stop", 0),
            Self::Full => ("full", 0),
            Self::FullOnce => ("full-once", 0),
            Self::Broken => ("broken", 0),
            Self::BrokenOnce => ("broken-once", 0),
            Self::Unflushed => ("unflushed", 0),
            Self::ReadOnly => ("readonly", 0),
        }
    }
}

/// Has a command meet that fault at boundary `at`, counted from 1, below `folder`.
pub(crate) fn meeting<'a>(
    command: &'a mut Command,
    folder: &Path,
    fault: Fault,
    at: usize,
) -> &'a mut Command {
    let (kind, part) = fault.kind();
    command
        .env("LD_PRELOAD", library())
        .env("TRIDEM_FAULT_DIR", fs_err::canonicalize(folder).unwrap())
        .env("TRIDEM_FAULT_KIND", kind)
        .env("TRIDEM_FAULT_PART", part.to_string())
        .env("TRIDEM_FAULT_AT", at.to_string())
}

/// The same with a clock that is wrong by so many seconds from that boundary on; from the beginning
/// where it is 0.
pub(crate) fn misled<'a>(
    command: &'a mut Command,
    folder: &Path,
    seconds: i64,
    at: usize,
) -> &'a mut Command {
    meeting(command, folder, Fault::None, at).env("TRIDEM_FAULT_CLOCK", seconds.to_string())
}

/// Runs the program with words separated by spaces and that fault.
pub(crate) fn say(workspace: &Workspace, line: &str, fault: Fault, at: usize) -> Ran {
    let words: Vec<&str> = line.split_whitespace().collect();
    Ran::of(meeting(&mut workspace.command(&words), &workspace.path(""), fault, at))
}

/// One call that changed something, or that told something to whoever waits for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    /// A new file, which is empty.
    File(PathBuf),
    /// A new folder.
    Folder(PathBuf),
    /// Bytes, from a place in a file.
    Write(PathBuf, usize, Vec<u8>),
    /// A file was made that long.
    Length(PathBuf, usize),
    /// A file or folder is on disk as it is.
    Flush(PathBuf),
    Rename(PathBuf, PathBuf),
    Link(PathBuf, PathBuf),
    /// A file or an empty folder is gone.
    Remove(PathBuf),
    /// The program said this on standard output, so what it has told of is promised.
    Said(Vec<u8>),
}

/// Runs a command without a fault and gives every call below `folder`, by paths from there.
pub(crate) fn calls(command: &mut Command, folder: &Path) -> (Ran, Vec<Call>) {
    let journal = Workspace::quick();
    let path = journal.path("journal");
    let ran = Ran::of(meeting(command, folder, Fault::None, 0).env("TRIDEM_FAULT_JOURNAL", &path));
    let bytes = fs_err::read(&path).unwrap_or_default();
    (ran, parse(&bytes, &fs_err::canonicalize(folder).unwrap()))
}

/// How many boundaries there are among some calls.
pub(crate) fn boundaries(calls: &[Call]) -> usize {
    calls.iter().filter(|call| !matches!(call, Call::Said(_))).count()
}

fn parse(mut bytes: &[u8], folder: &Path) -> Vec<Call> {
    let mut calls = Vec::new();
    while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(&bytes[..end]).unwrap();
        bytes = &bytes[end + 1..];
        let [verb, path, other, from, size] =
            line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let inside = |path: &str| Path::new(path).strip_prefix(folder).unwrap().to_owned();
        let from = from.parse().unwrap();
        let mut take = || {
            let (taken, rest) = bytes.split_at(size.parse().unwrap());
            bytes = rest;
            taken.to_vec()
        };
        calls.push(match verb {
            "file" => Call::File(inside(path)),
            "folder" => Call::Folder(inside(path)),
            "write" => Call::Write(inside(path), from, take()),
            "length" => Call::Length(inside(path), from),
            "flush" => Call::Flush(inside(path)),
            "rename" => Call::Rename(inside(path), inside(other)),
            "link" => Call::Link(inside(path), inside(other)),
            "unlink" => Call::Remove(inside(path)),
            "said" => Call::Said(take()),
            verb => panic!("`{verb}`"),
        });
    }
    assert!(bytes.is_empty(), "the journal ends in the middle of a line");
    calls
}

/// The library that stands in between, built once by the C compiler that SQLCipher needs as well.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        fs_err::create_dir_all(folder).unwrap();
        let (part, built) =
            (folder.join(format!("faults.{}.so", std::process::id())), folder.join("faults.so"));
        let built_it = Command::new("cc")
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-o"])
            .args([&part, &root().join("tests/suite/fixtures/disk/faults.c")])
            .args(["-ldl", "-lpthread"])
            .status()
            .expect("building SQLCipher takes a C compiler, so there is one");
        assert!(built_it.success());
        // Others may be loading the one that is there.
        fs_err::rename(&part, &built).unwrap();
        built
    })
}

/// What the kernel saw of a record and of a backup, held against the journal of the same run.
#[test]
fn no_call_that_changes_something_goes_another_way() {
    const CALLS: &str = "trace=write,writev,pwrite64,pwritev,pwritev2,ftruncate,fallocate,truncate,\
                         copy_file_range,sendfile,splice,fsync,fdatasync,sync_file_range,msync,\
                         rename,renameat,renameat2,link,linkat,symlink,unlink,unlinkat,mkdir,mkdirat,\
                         rmdir,io_uring_setup";
    let (workspace, away) = (Workspace::example(), Workspace::quick());
    let backup = format!("backup {}", workspace.path("b").display());
    for line in ["contact add --school 990001 --kind phone --with bm1 --pupil p1", &backup] {
        let inner = workspace.command(&line.split_whitespace().collect::<Vec<_>>());
        let trace = away.path("trace");
        let mut traced = Command::new("strace");
        traced.args(["-f", "-y", "-qq", "-e", CALLS, "-o"]).arg(&trace);
        traced.arg(inner.get_program()).args(inner.get_args()).current_dir(workspace.path(""));
        traced.env_clear().envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if !Path::new("/usr/bin/strace").exists() {
            eprintln!("not tried: there is no strace");
            return;
        }
        let (ran, seen) = calls(traced.env("PATH", "/usr/bin"), &workspace.path(""));
        let Ok(text) = fs_err::read_to_string(&trace) else {
            eprintln!("not tried: this system lets nobody trace: {}", ran.stderr);
            return;
        };
        ran.success();
        // The folder itself is flushed, too, and has no slash behind it.
        let place = workspace.path("").to_str().unwrap().trim_end_matches('/').to_owned();
        let is_change = |line: &&str| {
            let is_left_out =
                ["-shm", "/journal>", "write(1<", " = -1 "].iter().any(|it| line.contains(it));
            line.contains(&place) && !is_left_out
        };
        let opened = |call: &&Call| matches!(call, Call::File(_));
        let opened = seen.iter().filter(opened).count();
        assert!(opened > 0);
        // Opening is no call of the list above.
        let kernel = text.lines().filter(is_change).count();
        assert_eq!(kernel, boundaries(&seen) - opened, "{line}");
    }
}
