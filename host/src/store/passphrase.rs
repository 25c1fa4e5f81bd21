//! Makes the key of a database from a passphrase, and keeps what that takes besides the passphrase.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read};
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use fs_err::File;
use serde::{Deserialize, Serialize};

use super::part::write_new;
use super::{DatabaseKey, Error};

/// Fewest characters of a new passphrase. Who has the file can try passphrases for as long as they
/// like, so only length and the cost of each try stand in their way.
pub const SHORTEST_PASSPHRASE: usize = 12;

/// Memory for one try, in KiB. A file that asks for less is refused, and so is one that asks for so
/// much that no machine could open it.
const MEMORY_KIB: u32 = 65_536;
const MOST_MEMORY_KIB: u32 = 4_194_304;

/// Passes over the memory.
const PASSES: u32 = 3;
const MOST_PASSES: u32 = 100;

/// Lanes. More of them would make a try faster for whoever has more processors, and that is not us.
const LANES: u32 = 1;

/// What heads the file, for whoever finds it.
const REMARK: &str = "\
# Made by Tridem. With the passphrase, this opens the records. It is no secret, but without it the
# passphrase is worth nothing: keep this file with every copy of tridem.db. A backup made with
# `tridem backup` carries it inside.
";

/// How a key is made from a passphrase: the cost of each try, and a random salt. Not secret, and
/// never to be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; 16],
}

/// A derivation as it is written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenDerivation {
    algorithm: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

impl Derivation {
    /// A new one, with a salt from the system's random numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has none.
    pub fn generate() -> Result<Self, Error> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(Error::Random)?;
        Ok(Self { memory_kib: MEMORY_KIB, passes: PASSES, lanes: LANES, salt })
    }

    /// Makes the key. It takes a part of a second and 64 MiB, on purpose.
    ///
    /// # Errors
    ///
    /// [`Error::DerivationFailed`] where the machine has not got the memory.
    pub fn key(&self, passphrase: &str) -> Result<DatabaseKey, Error> {
        let cost = (self.memory_kib, self.passes, self.lanes);
        Ok(DatabaseKey::from_bytes(derive(passphrase, &self.salt, cost)?))
    }

    /// Reads what [`write_file`](Self::write_file) wrote; `None` where there is no such file.
    ///
    /// # Errors
    ///
    /// [`Error::DerivationForm`] where something else is in it; [`Error::DerivationWeak`] where it
    /// asks for less work than a new one does, so that nobody can talk the program into making a
    /// key that is easy to guess; [`Error::File`].
    pub fn read_file(path: &Path) -> Result<Option<Self>, Error> {
        let mut text = String::new();
        let form = || Error::DerivationForm { path: path.into() };
        // Half a KiB is written; whatever is much longer is not read to its end.
        match File::open(path).and_then(|file| file.take(8192).read_to_string(&mut text)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::InvalidData => return Err(form()),
            read => read?,
        };
        let written: WrittenDerivation = toml::from_str(&text).map_err(|_| form())?;
        Self::check(&written, path).map(Some)
    }

    /// Writes it to a new file, and waits until it is on disk.
    ///
    /// # Errors
    ///
    /// [`Error::FileExists`]; [`Error::BackupBusy`]; [`Error::File`], after which no file is left
    /// behind.
    pub fn write_file(&self, path: &Path) -> Result<(), Error> {
        let text = format!("{REMARK}{}", self.text());
        write_new(path, text.as_bytes())
    }

    /// What stands in the file, without its heading.
    #[expect(clippy::missing_panics_doc, reason = "it cannot: numbers and texts make TOML")]
    pub fn text(&self) -> String {
        toml::to_string(&self.written()).expect("numbers and texts make TOML")
    }

    pub(super) fn written(&self) -> WrittenDerivation {
        let salt = self.salt.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        WrittenDerivation {
            algorithm: "argon2id".into(),
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
            salt,
        }
    }

    /// What was written down, where it is strong enough. `path` is for the message.
    pub(super) fn check(written: &WrittenDerivation, path: &Path) -> Result<Self, Error> {
        let form = || Error::DerivationForm { path: path.into() };
        let is_weak = written.memory_kib < MEMORY_KIB
            || written.passes < PASSES
            || written.lanes != LANES
            || written.algorithm != "argon2id";
        if is_weak {
            return Err(Error::DerivationWeak { path: path.into() });
        }
        if written.memory_kib > MOST_MEMORY_KIB || written.passes > MOST_PASSES {
            return Err(form());
        }
        let digits = written.salt.as_bytes();
        let mut salt = [0; 16];
        if digits.len() != 2 * salt.len() {
            return Err(form());
        }
        for (byte, pair) in salt.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| form())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| form())?;
        }
        let WrittenDerivation { memory_kib, passes, lanes, .. } = *written;
        Ok(Self { memory_kib, passes, lanes, salt })
    }

    /// One that costs next to nothing, so that tests need not wait. It cannot be read from a file.
    #[cfg(test)]
    pub(super) fn cheap() -> Self {
        Self { memory_kib: 64, passes: 1, lanes: 1, salt: *b"0123456789abcdef" }
    }
}

/// Refuses a new passphrase that is too short. An old one is never checked so: it is right or not.
///
/// # Errors
///
/// [`Error::PassphraseShort`].
pub fn refuse_short(passphrase: &str) -> Result<(), Error> {
    let length = passphrase.chars().count();
    if length < SHORTEST_PASSPHRASE { Err(Error::PassphraseShort { length }) } else { Ok(()) }
}

/// Argon2id, version 19, with 32 bytes of output. `cost`: KiB of memory, passes, lanes.
fn derive(passphrase: &str, salt: &[u8], cost: (u32, u32, u32)) -> Result<[u8; 32], Error> {
    let failed = |error: argon2::Error| Error::DerivationFailed(error.to_string());
    let mut key = [0; 32];
    let params = Params::new(cost.0, cost.1, cost.2, Some(key.len())).map_err(failed)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .map_err(failed)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "korrekt pferd batterie";

    fn scene() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tridem.kdf");
        (folder, path)
    }

    #[test]
    fn a_file_that_asks_for_less_work_is_refused() {
        let (_folder, path) = scene();
        Derivation::generate().unwrap().write_file(&path).unwrap();
        let sound = fs_err::read_to_string(&path).unwrap();
        for (strong, weak) in [
            ("memory_kib = 65536", "memory_kib = 65535"),
            ("memory_kib = 65536", "memory_kib = 8"),
            ("passes = 3", "passes = 2"),
            ("lanes = 1", "lanes = 4"),
            ("argon2id", "argon2i"),
        ] {
            assert!(sound.contains(strong), "{sound}");
            fs_err::write(&path, sound.replace(strong, weak)).unwrap();
            let error = Derivation::read_file(&path).unwrap_err();
            assert!(matches!(error, Error::DerivationWeak { .. }), "{weak}: {error}");
        }
    }

    #[test]
    fn a_file_that_holds_something_else_is_refused() {
        let (_folder, path) = scene();
        Derivation::generate().unwrap().write_file(&path).unwrap();
        let sound = fs_err::read_to_string(&path).unwrap();
        for wrong in [
            String::new(),
            "algorithm".into(),
            sound.replace("passes = 3", "passes = 4000000000"),
            sound.replace("memory_kib = 65536", "memory_kib = 4294967295"),
            sound.replace("salt = \"", "salt = \"0"),
            sound.replace("salt = \"", "salt = \"zz"),
            format!("{sound}\npepper = 1\n"),
        ] {
            fs_err::write(&path, &wrong).unwrap();
            let error = Derivation::read_file(&path).unwrap_err();
            assert!(matches!(error, Error::DerivationForm { .. }), "{wrong}: {error}");
        }
        fs_err::write(&path, [0xff; 40]).unwrap();
        assert!(matches!(Derivation::read_file(&path), Err(Error::DerivationForm { .. })));
    }

    #[test]
    fn a_file_is_never_overwritten_because_the_records_would_be_lost() {
        let (_folder, path) = scene();
        assert_eq!(Derivation::read_file(&path).unwrap(), None);
        let first = Derivation::generate().unwrap();
        first.write_file(&path).unwrap();
        let again = Derivation::generate().unwrap().write_file(&path).unwrap_err();
        assert!(matches!(again, Error::FileExists { .. }), "{again}");
        assert_eq!(Derivation::read_file(&path).unwrap(), Some(first));
    }

    #[test]
    fn a_new_passphrase_needs_twelve_characters() {
        for short in ["", "elf Zeichen", "ääääääääääää".get(..20).unwrap()] {
            let error = refuse_short(short).unwrap_err();
            assert!(matches!(error, Error::PassphraseShort { .. }), "{short}");
            assert!(short.is_empty() || !error.to_string().contains(short));
        }
        refuse_short("zwölf Zeiche").unwrap();
    }

    /// From the tests of the reference implementation, `phc-winner-argon2/src/test.c`.
    #[test]
    fn keys_are_those_of_the_reference_implementation() {
        let key = derive("password", b"somesalt", (256, 2, 1)).unwrap();
        assert_eq!(
            *DatabaseKey::from_bytes(key).hex(),
            "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"
        );
        let key = derive("password", b"somesalt", (65_536, 2, 1)).unwrap();
        assert_eq!(
            *DatabaseKey::from_bytes(key).hex(),
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7"
        );
    }

    #[test]
    fn the_key_depends_on_passphrase_and_salt_and_on_nothing_else() {
        let one = Derivation::cheap();
        let other = Derivation { salt: [7; 16], ..one.clone() };
        let key = |derivation: &Derivation, text| derivation.key(text).unwrap().hex();
        assert_eq!(key(&one, PASSPHRASE), key(&one.clone(), PASSPHRASE));
        assert_ne!(key(&one, PASSPHRASE), key(&other, PASSPHRASE));
        assert_ne!(key(&one, PASSPHRASE), key(&one, "korrekt pferd batteriE"));
    }
}
