//! A folder of records to try the program on, and the program itself.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// A fresh folder with the program in front of it.
pub(crate) struct Workspace {
    dir: TempDir,
    lang: &'static str,
}

/// What a call of the program gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workspace {
    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), lang: "en" }
    }

    /// The same on a disk in memory where there is one, for tests that write and flush a great deal.
    pub(crate) fn quick() -> Self {
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { dir: dir.unwrap(), lang: "en" }
    }

    /// A folder with empty records. They are for development, since everything that tests put into
    /// them is invented: what they make themselves may run without a signature.
    pub(crate) fn new() -> Self {
        let workspace = Self::empty();
        workspace.run(&["init", "--municipality", "Musterstadt", "--development"]).success();
        workspace
    }

    /// A folder with empty records as a municipality makes them.
    pub(crate) fn real() -> Self {
        let workspace = Self::empty();
        workspace.run(&["init", "--municipality", "Musterstadt"]).success();
        workspace
    }

    /// The same, trusting the key of the packages in this repository.
    pub(crate) fn trusting_the_demo_key(self) -> Self {
        let key = root().join("plugins/demo.pub");
        self.run(&[
            "plugin",
            "trust",
            "add",
            key.to_str().unwrap(),
            "--owner",
            "Tridem Demo",
            "--prefix",
            "org.tridem.",
            "--until",
            "2099-12-31",
        ])
        .success();
        self
    }

    /// A folder with the small example of `examples/import` in it.
    pub(crate) fn example() -> Self {
        static MADE: OnceLock<Workspace> = OnceLock::new();
        MADE.get_or_init(|| {
            let workspace = Self::new();
            for kind in KINDS {
                let file = example_file(kind);
                workspace.run(&["import", kind, file.to_str().unwrap()]).success();
            }
            workspace
        })
        .copy()
    }

    /// The same, with the reference plugin.
    pub(crate) fn example_with_comparison() -> Self {
        static MADE: OnceLock<Workspace> = OnceLock::new();
        MADE.get_or_init(|| Self::example().with_comparison()).copy()
    }

    /// Another folder with the same records. Copying is faster than importing anew.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::empty();
        copy_folder(&self.path("records"), &copy.path("records"));
        copy
    }

    /// The same, speaking German.
    pub(crate) fn in_german(mut self) -> Self {
        self.lang = "de";
        self
    }

    /// A path inside the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file into the folder and gives its path.
    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs_err::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program, aimed at the records of this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tridem"));
        command
            .current_dir(self.dir.path())
            .env_clear()
            .env("USER", "tester")
            .env("TRIDEM_DIR", self.path("records"))
            .env("TRIDEM_LANG", self.lang)
            .args(arguments);
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&mut self.command(arguments))
    }

    /// A list of the program as JSON, row by row.
    pub(crate) fn list(&self, line: &str) -> Vec<serde_json::Value> {
        let ran = self.say(&format!("{line} --format json")).success();
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Runs the program with words separated by spaces.
    pub(crate) fn say(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Installs the reference plugin, grants all it asks for and switches it on.
    pub(crate) fn with_comparison(self) -> Self {
        let package = comparison_package();
        self.run(&["plugin", "install", package.to_str().unwrap()]).success();
        self.run(&["plugin", "grant", COMPARISON, "--all"]).success();
        self.run(&["plugin", "enable", COMPARISON]).success();
        self
    }
}

/// The kinds of files, in the order in which they have to be imported.
pub(crate) const KINDS: [&str; 16] = [
    "schools",
    "enrolments",
    "participation",
    "days-off",
    "half-years",
    "attendance",
    "days-not-taken",
    "practitioners",
    "assignments",
    "pairings",
    "households",
    "pupils",
    "stays",
    "absences",
    "absence-totals",
    "contacts",
];

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs_err::create_dir(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs_err::copy(entry.path(), to).unwrap();
        }
    }
}

/// The id of the first reference plugin.
pub(crate) const COMPARISON: &str = "org.tridem.school-comparison";

impl Ran {
    /// Runs a command to its end. The code of one that was killed is -1.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The program did what it was asked to.
    #[track_caller]
    pub(crate) fn success(self) -> Self {
        assert_eq!(self.code, 0, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// The program refused, because of something the person can put right.
    #[track_caller]
    pub(crate) fn refused(self) -> Self {
        assert_eq!(self.code, 1, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "", "a refusal prints no result");
        self
    }

    /// The program refused, because the command line itself is wrong.
    #[track_caller]
    pub(crate) fn misused(self) -> Self {
        assert_eq!(self.code, 2, "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "", "a refusal prints no result");
        self
    }

    /// Standard error holds each of these.
    #[track_caller]
    pub(crate) fn saying(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "`{part}` in: {}", self.stderr);
        }
        self
    }
}

/// A file of `examples/import`.
pub(crate) fn example_file(kind: &str) -> PathBuf {
    root().join("examples/import").join(format!("{kind}.csv"))
}

/// The package of the first reference plugin, as it is committed.
pub(crate) fn comparison_package() -> PathBuf {
    root().join("plugins/dist/school-comparison-1.0.1.tridem")
}

/// The top folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
