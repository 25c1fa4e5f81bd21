//! Signing packages, and finding out who did: work on files, before anything is installed.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::{
    FoundSignature, IdPrefix, PublicKey, Seal, TrustPolicy, TrustedKey, Verdict, key_number,
};
use crate::plugin::{
    OperatorLimits, Package, Signer, check_signature, generate_keys, needs_password,
    read_secret_key, read_signature,
};
use crate::store::replace_file;

use super::keys::Passphrase;
use super::plugins::hex;
use super::trust::{judge, key_of};
use super::workspace::today;
use super::{App, Error};

/// A pair of keys in two files.
#[derive(Debug, Clone)]
pub struct KeyFiles {
    /// The public key.
    pub key: PublicKey,
    /// Its file, which is given to those who check signatures.
    pub public: PathBuf,
    /// The file of the secret key.
    pub secret: PathBuf,
}

/// What is to be signed, and how.
#[derive(Debug, Clone, Copy)]
pub struct SignRequest<'a> {
    /// The package.
    pub package: &'a Path,
    /// The file of the secret key.
    pub key: &'a Path,
    /// Whether the signature stands beside that of a first signer.
    pub second: bool,
    /// A package whose signature is taken over where it is by this key over the same manifest. Two
    /// signatures of the same are not the same bytes.
    pub like: Option<&'a Path>,
    /// Where to write it; in place of the package where nothing is named.
    pub out: Option<&'a Path>,
}

/// A package that was signed.
#[derive(Debug, Clone)]
pub struct SignedFile {
    /// Where it is.
    pub path: PathBuf,
    /// The key that signed it.
    pub key: PublicKey,
    /// The SHA-256 of the package with its signature, in hexadecimal.
    pub sha256: String,
}

/// What a package file is, and what its signatures come to.
#[derive(Debug, Clone)]
pub struct PackageProof {
    /// The plugin's id and version; empty where the package could not be read as a whole.
    pub name: String,
    /// What it comes to.
    pub verdict: Verdict,
    /// Whether it may run over the records it was judged for.
    pub may_run: bool,
    /// Whether those are invented data, for development.
    pub is_development: bool,
    /// The number of the key and the signed comment of each signature that can be read. Where the
    /// signature is not good, both are mere claims.
    pub claims: Vec<(String, String)>,
    /// The SHA-256 of the package, in hexadecimal.
    pub sha256: String,
    /// That of its manifest; empty where the package could not be read as a whole.
    pub manifest_sha256: String,
}

/// Makes a pair of keys, `NAME.pub` and `NAME.key`, neither of which may be there already.
///
/// # Errors
///
/// [`Error::File`], after which neither is left behind; a password that is too short.
pub fn generate_key_files(name: &Path, password: Option<&Passphrase>) -> Result<KeyFiles, Error> {
    if let Some(password) = password {
        password.refuse_short()?;
    }
    let with = |end: &str| {
        let mut path = name.as_os_str().to_owned();
        path.push(end);
        PathBuf::from(path)
    };
    let keys = generate_keys(password.map(Passphrase::words))?;
    let (public, secret) = (with(".pub"), with(".key"));
    write_new(&secret, &keys.secret, 0o600)?;
    if let Err(error) = write_new(&public, &keys.public, 0o644) {
        // A secret key whose public one nobody has is good for nothing.
        let _ = fs_err::remove_file(&secret);
        return Err(error);
    }
    Ok(KeyFiles { key: keys.key, public, secret })
}

/// Writes a file that must not be there yet, for its owner alone or as `mode` says.
pub(super) fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), Error> {
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file = options.open(path).map_err(Error::File)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a key is worth nothing, and would be in the way of the next attempt.
        let _ = fs_err::remove_file(path);
        Error::File(error)
    })
}

/// Writes a secret to a new file that its owner alone may read.
///
/// # Errors
///
/// [`Error::File`], also where the file exists.
pub fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    write_new(path, text, 0o600)
}

/// Signs a package. `password` is asked for only where the key has one.
///
/// # Errors
///
/// Everything for which the package would be refused, a key that cannot be used, and [`Error::File`].
pub fn sign_package(
    request: &SignRequest<'_>,
    password: &mut dyn FnMut() -> Result<Passphrase, Error>,
) -> Result<SignedFile, Error> {
    let package = read(request.package)?;
    let secret = fs_err::read_to_string(request.key).map_err(Error::File)?;
    let password = if needs_password(&secret)? { Some(password()?) } else { None };
    let secret = read_secret_key(&secret, password.as_ref().map(Passphrase::words))?;
    let key = secret.public()?;
    let manifest = package.manifest_text.as_bytes();
    let is_ours =
        |text: &String| check_signature(manifest, text, &[key]) == FoundSignature::By(key);
    let earlier = match request.like {
        // What is no package of today's form has no signature to take over.
        Some(path) => read(path)
            .ok()
            .and_then(|earlier| earlier.signatures.into_iter().nth(usize::from(request.second)))
            .filter(is_ours),
        None => None,
    };
    let comment = format!("tridem {} {}", package.manifest.id, package.manifest.version);
    let signature = match earlier {
        Some(signature) => signature,
        None => secret.sign(manifest, &comment)?,
    };
    let signer = if request.second { Signer::Second } else { Signer::First };
    let bytes = package.with_signature(signer, signature)?;
    let made = Package::read(&bytes, &OperatorLimits::default())?;
    let path = request.out.unwrap_or(request.package).to_owned();
    replace_file(&path, &bytes)?;
    Ok(SignedFile { path, key, sha256: hex(&made.sha256) })
}

/// The number of the key and the signed comment of each signature of a package file. Whether they
/// are good is not asked.
///
/// # Errors
///
/// [`Error::File`], and everything for which the package would be refused.
pub fn package_claims(path: &Path) -> Result<Vec<(String, String)>, Error> {
    Ok(claims(&read(path)?))
}

fn claims(package: &Package) -> Vec<(String, String)> {
    let claims = package.signatures.iter().filter_map(|text| read_signature(text));
    claims.map(|(number, comment)| (key_number(number), comment)).collect()
}

impl App {
    /// Says what the signatures of a package file come to for these records.
    ///
    /// # Errors
    ///
    /// [`Error::File`], and what is no package at all. One whose files are not those its manifest lists
    /// is told as modified.
    pub fn prove_package(&self, path: &Path) -> Result<PackageProof, Error> {
        prove(path, |_| self.trust())
    }
}

/// The same for one key alone, a file or a line in base64, as if it were trusted for this plugin.
///
/// # Errors
///
/// [`Error::NoSuchKey`], and those of [`App::prove_package`].
pub fn prove_package(path: &Path, key: &str) -> Result<PackageProof, Error> {
    let key = key_of(key)?.ok_or_else(|| Error::NoSuchKey(key.to_owned()))?;
    prove(path, |package| {
        let prefix = package.and_then(|package| IdPrefix::new(&package.manifest.id));
        let owner = key.to_string();
        let trusted = |prefix| TrustedKey { key, owner, prefix, until: today() };
        Ok(TrustPolicy { keys: prefix.map(trusted).into_iter().collect(), ..Default::default() })
    })
}

fn prove(
    path: &Path,
    policy: impl FnOnce(Option<&Package>) -> Result<TrustPolicy, Error>,
) -> Result<PackageProof, Error> {
    prove_bytes(&fs_err::read(path).map_err(Error::File)?, policy)
}

/// What the bytes of a package file come to.
pub(super) fn prove_bytes(
    bytes: &[u8],
    policy: impl FnOnce(Option<&Package>) -> Result<TrustPolicy, Error>,
) -> Result<PackageProof, Error> {
    let sha256: [u8; 32] = Sha256::digest(bytes).into();
    let package = match Package::read(bytes, &OperatorLimits::default()) {
        Ok(package) => Some(package),
        Err(error) if error.is_modified_package() => None,
        Err(error) => return Err(error.into()),
    };
    let policy = policy(package.as_ref())?;
    let verdict = match &package {
        Some(package) => judge(&policy, package, today()),
        None => policy.judge(&changed(sha256), today()),
    };
    Ok(PackageProof {
        name: package.as_ref().map_or_else(String::new, |package| {
            format!("{} {}", package.manifest.id, package.manifest.version)
        }),
        may_run: verdict.may_run(policy.is_development),
        is_development: policy.is_development,
        verdict,
        claims: package.as_ref().map(claims).unwrap_or_default(),
        sha256: hex(&sha256),
        manifest_sha256: package.map_or_else(String::new, |package| hex(&package.manifest_sha256)),
    })
}

/// What is known of a package that is not what its manifest lists.
fn changed(package: [u8; 32]) -> Seal<'static> {
    // Its manifest is not looked at, so no digest of it can be revoked; it runs nowhere anyway.
    Seal { id: "", package, manifest: package, is_changed: true, signatures: Vec::new() }
}

fn read(path: &Path) -> Result<Package, Error> {
    let bytes = fs_err::read(path).map_err(Error::File)?;
    Ok(Package::read(&bytes, &OperatorLimits::default())?)
}
