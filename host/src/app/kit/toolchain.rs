//! Finds what compiles a plugin in Rust to WebAssembly: rustup's target, or Debian's packages.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::{Advice, Error};

/// The target of every plugin: it has no system below it that could be asked for anything.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// Where Debian puts its compiler.
const DEBIAN: &str = "/usr/bin";

/// A way to compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Toolchain {
    /// The compiler that stands first on the path, with the target installed.
    Rustup {
        /// Where its parts lie.
        sysroot: PathBuf,
    },
    /// Debian's, which has the standard library for this target as source alone.
    Debian { sysroot: PathBuf, linker: PathBuf },
}

impl Toolchain {
    /// The one to build with in `folder`, which may name a version of its own.
    ///
    /// # Errors
    ///
    /// [`Error::NoTool`], with how to get it.
    pub(super) fn find(folder: &Path) -> Result<Self, Error> {
        let first = sysroot("rustc".as_ref(), folder);
        if let Some(sysroot) = &first
            && sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir()
        {
            return Ok(Self::Rustup { sysroot: sysroot.clone() });
        }
        let debian = sysroot(&Path::new(DEBIAN).join("rustc"), folder)
            .filter(|found| found.join("lib/rustlib/src/rust/library/std").is_dir())
            .filter(|_| Path::new(DEBIAN).join("cargo").is_file());
        let missing = |tool, advice| Error::NoTool { tool, language: "Rust", advice };
        let Some(sysroot) = debian else {
            return Err(missing("a Rust compiler for WebAssembly", Advice::Rust));
        };
        let linker = linker(first.iter().chain([&sysroot]))
            .ok_or_else(|| missing("a linker for WebAssembly", Advice::Linker))?;
        Ok(Self::Debian { sysroot, linker })
    }

    /// A call of cargo that builds the library in `folder`.
    ///
    /// The same source gives the same bytes wherever it is built: no path of this machine gets into
    /// the module. Vector instructions are part of every engine that runs plugins.
    pub(super) fn cargo(&self, folder: &Path) -> Command {
        let (mut cargo, sysroot) = match self {
            Self::Rustup { sysroot } => (Command::new("cargo"), sysroot),
            Self::Debian { sysroot, linker } => {
                let mut cargo = Command::new(Path::new(DEBIAN).join("cargo"));
                // Debian's cargo must not meet a compiler of rustup, and is told that it may build
                // the standard library.
                let mut path = OsString::from(DEBIAN);
                if let Some(users) = std::env::var_os("PATH") {
                    path.push(":");
                    path.push(users);
                }
                cargo
                    .env("PATH", path)
                    .env("RUSTC", Path::new(DEBIAN).join("rustc"))
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    .env_remove("RUSTUP_TOOLCHAIN");
                (cargo, sysroot)
            }
        };
        let mut flags = OsString::from("-Ctarget-feature=+simd128");
        let home = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")));
        let registry = home.map(|home| home.join("registry/src"));
        let folder_here = fs_err::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        let library = sysroot.join("lib/rustlib/src/rust");
        let renamed =
            [(Some(folder_here), "/plugin"), (registry, "/registry"), (Some(library), "/rust")];
        for (from, to) in renamed {
            if let Some(from) = from {
                flags.push("\u{1f}--remap-path-prefix=");
                flags.push(from);
                flags.push("=");
                flags.push(to);
            }
        }
        cargo
            .current_dir(folder)
            .env_remove("RUSTFLAGS")
            .env("CARGO_ENCODED_RUSTFLAGS", flags)
            .args(["build", "--lib", "--release", "--target", TARGET])
            .arg("--message-format=json-render-diagnostics");
        if matches!(self, Self::Debian { .. }) {
            cargo.arg("-Zbuild-std=std,panic_abort");
        }
        cargo
    }
}

/// Where the parts of a compiler lie; `None` where there is no such compiler.
fn sysroot(rustc: &Path, folder: &Path) -> Option<PathBuf> {
    let found =
        Command::new(rustc).args(["--print", "sysroot"]).current_dir(folder).output().ok()?;
    let text = String::from_utf8(found.stdout).ok()?;
    found.status.success().then(|| PathBuf::from(text.trim()))
}

/// A linker that comes with one of these compilers, or that of LLVM.
fn linker<'a>(sysroots: impl Iterator<Item = &'a PathBuf>) -> Option<PathBuf> {
    for sysroot in sysroots {
        let hosts = fs_err::read_dir(sysroot.join("lib/rustlib")).ok().into_iter().flatten();
        let mut found: Vec<PathBuf> = hosts
            .flatten()
            .map(|host| host.path().join("bin/rust-lld"))
            .filter(|linker| linker.is_file())
            .collect();
        found.sort();
        if let Some(linker) = found.into_iter().next() {
            return Some(linker);
        }
    }
    on_path("wasm-ld")
}

/// A program on the path.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
