//! Certificates of the server on a network of its own: who vouches for it, and how they are renewed.
//!
//! An authority of the folder's own signs them. It may vouch for the names it was made for and for
//! nothing else, so that a tablet that trusts it trusts nobody with any other page.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::Datelike;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::{Error, write_private};
use crate::domain::Day;

/// For how many days the authority vouches: about ten years, as long as tablets live.
const AUTHORITY_DAYS: i32 = 3_650;

/// For how many days a certificate of the server is good. Browsers take no longer ones than 398.
const SERVER_DAYS: i32 = 390;

/// So many days before its end it is renewed.
const RENEWED_BEFORE: i32 = 30;

/// A name or an address under which the server is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct HostName(String);

impl HostName {
    /// An address, or a name of letters, digits, dots and hyphens; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('.').to_ascii_lowercase();
        if text.parse::<IpAddr>().is_ok() {
            return Some(Self(text));
        }
        let is_part = |part: &str| {
            !part.is_empty()
                && part.len() <= 63
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_name = text.len() <= 253 && text.split('.').all(is_part);
        // Four numbers that are no address are a mistake and no name.
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        (is_name && !is_number).then_some(Self(text))
    }

    /// As an address, where it is one.
    pub(super) fn address(&self) -> Option<IpAddr> {
        self.0.parse().ok()
    }

    /// As it stands in an address of a page.
    pub(super) fn in_url(&self) -> String {
        match self.address() {
            Some(IpAddr::V6(address)) => format!("[{address}]"),
            _ => self.0.clone(),
        }
    }
}

/// What is remembered beside the files.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// For whom the authority and the certificate vouch.
    names: Vec<HostName>,
    /// The authority as people find it in the list of their tablet.
    authority: String,
    /// The last days of both, as numbers of days since 1970-01-01.
    authority_until: i32,
    server_until: i32,
}

/// The authority, for those who are to trust it.
#[derive(Debug, Clone)]
pub(super) struct Authority {
    pub(super) pem: String,
    /// The SHA-256 of its certificate, in pairs of digits.
    pub(super) fingerprint: String,
}

/// The folder of the certificates.
#[derive(Debug, Clone)]
pub(super) struct Certificates {
    folder: PathBuf,
    names: Vec<HostName>,
    municipality: String,
}

impl Certificates {
    /// Those of the records in `dir`, for a server that is asked under these names.
    pub(super) fn of(dir: &Path, names: &[HostName], municipality: &str) -> Self {
        let mut names = names.to_vec();
        names.extend(["localhost", "127.0.0.1"].map(|name| HostName(name.into())));
        names.sort();
        names.dedup();
        Self { folder: dir.join("tls"), names, municipality: municipality.to_owned() }
    }

    /// The authority and what the server shows, made or renewed where that is needed; all anew where
    /// somebody wants that.
    ///
    /// # Errors
    ///
    /// [`Error::File`]; [`Error::Certificate`].
    pub(super) fn ready(&self, today: Day, anew: bool) -> Result<(Authority, ServerConfig), Error> {
        let kept = self.kept().filter(|kept| {
            !anew && kept.names == self.names && today.plus(SERVER_DAYS).0 < kept.authority_until
        });
        match kept {
            None => self.make(today)?,
            Some(kept) if today.plus(RENEWED_BEFORE).0 >= kept.server_until => {
                self.renew(&kept, today)?;
            }
            Some(_) => {}
        }
        let pem = read(&self.folder.join("authority.pem"))?;
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(broken)?;
        let fingerprint = fingerprint(&der);
        let config = config(&self.folder.join("server.pem"), &self.folder.join("server.key"))?;
        Ok((Authority { pem, fingerprint }, config))
    }

    fn kept(&self) -> Option<Kept> {
        let text = fs_err::read_to_string(self.folder.join("certificates.json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn make(&self, today: Day) -> Result<(), Error> {
        make_folder(&self.folder)?;
        let key = KeyPair::generate().map_err(broken)?;
        // Two of them in a list of a tablet must be told apart.
        let mark: [u8; 32] = Sha256::digest(key.public_key_raw()).into();
        let mark = crate::app::hex(&mark[..2]);
        let kept = Kept {
            names: self.names.clone(),
            authority: format!("Tridem {} {mark}", self.municipality),
            authority_until: today.plus(AUTHORITY_DAYS).0,
            server_until: 0,
        };
        let params = Self::authority(&kept, today);
        let certificate = params.self_signed(&key).map_err(broken)?;
        self.write("authority.key", &key.serialize_pem())?;
        self.write("authority.pem", &certificate.pem())?;
        self.renew(&kept, today)
    }

    /// A new certificate for the server by the authority that is there.
    fn renew(&self, kept: &Kept, today: Day) -> Result<(), Error> {
        let authority_key = read(&self.folder.join("authority.key"))?;
        let authority_key = KeyPair::from_pem(&authority_key).map_err(broken)?;
        let issuer = Issuer::new(Self::authority(kept, today), authority_key);
        let names: Vec<String> = kept.names.iter().map(|name| name.0.clone()).collect();
        let mut params = CertificateParams::new(names).map_err(broken)?;
        let until = today.plus(SERVER_DAYS);
        set_days(&mut params, today, until);
        params.distinguished_name.push(DnType::CommonName, "Tridem");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(broken)?;
        let certificate = params.signed_by(&key, &issuer).map_err(broken)?;
        self.write("server.key", &key.serialize_pem())?;
        self.write("server.pem", &certificate.pem())?;
        let kept = Kept {
            names: kept.names.clone(),
            authority: kept.authority.clone(),
            server_until: until.0,
            ..*kept
        };
        self.write("certificates.json", &serde_json::to_string(&kept).map_err(Error::Document)?)
    }

    fn authority(kept: &Kept, today: Day) -> CertificateParams {
        let mut params = CertificateParams::default();
        set_days(&mut params, today, Day(kept.authority_until));
        params.distinguished_name.push(DnType::CommonName, kept.authority.as_str());
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let subtree = |name: &HostName| match name.address() {
            Some(address) => {
                let bits = if address.is_ipv4() { 32 } else { 128 };
                GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
            }
            None => GeneralSubtree::DnsName(name.0.clone()),
        };
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: kept.names.iter().map(subtree).collect(),
            excluded_subtrees: Vec::new(),
        });
        params
    }

    /// Writes a file anew that its owner alone may read.
    fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let (new, path) = (self.folder.join(format!("{name}.new")), self.folder.join(name));
        let _ = fs_err::remove_file(&new);
        write_private(&new, text)?;
        fs_err::rename(&new, &path).map_err(Error::File)
    }
}

/// What the server shows of a certificate that somebody else made, such as the municipality's own.
///
/// # Errors
///
/// [`Error::File`]; [`Error::Certificate`] where they do not fit each other.
pub(super) fn config(certificate: &Path, key: &Path) -> Result<ServerConfig, Error> {
    let chain = read(certificate)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(chain.as_bytes()).collect();
    let chain = chain.map_err(broken)?;
    if chain.is_empty() {
        return Err(broken(format!("{}: PEM", certificate.display())));
    }
    let key = PrivateKeyDer::from_pem_slice(read(key)?.as_bytes()).map_err(broken)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(broken)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(broken)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn read(path: &Path) -> Result<String, Error> {
    fs_err::read_to_string(path).map_err(Error::File)
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Certificate(error.to_string())
}

fn make_folder(folder: &Path) -> Result<(), Error> {
    if !folder.is_dir() {
        fs_err::create_dir(folder).map_err(Error::File)?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let private = std::fs::Permissions::from_mode(0o700);
        fs_err::set_permissions(folder, private).map_err(Error::File)?;
    }
    Ok(())
}

/// Good from the day before, for clocks that differ.
fn set_days(params: &mut CertificateParams, from: Day, until: Day) {
    let parts = |day: Day| {
        let date = day.date();
        let small = |number: u32| u8::try_from(number).unwrap_or(1);
        (date.year(), small(date.month()), small(date.day()))
    };
    let ((year, month, day), (to_year, to_month, to_day)) = (parts(from.plus(-1)), parts(until));
    params.not_before = rcgen::date_time_ymd(year, month, day);
    params.not_after = rcgen::date_time_ymd(to_year, to_month, to_day);
}

/// The SHA-256 of a certificate as tablets show it.
fn fingerprint(der: &CertificateDer<'_>) -> String {
    let digest = Sha256::digest(der.as_ref());
    let pairs: Vec<String> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_told_from_what_is_neither() {
        for good in ["192.168.1.20", "tridem.schulamt.example", "TABLET-1", "fe80::1", "a.b."] {
            assert!(HostName::parse(good).is_some(), "{good}");
        }
        for wrong in ["", "a b", "-a", "1.2.3", "999.1.1.1", "a..b", "http://a", "a:1", "ä.example"]
        {
            assert!(HostName::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(HostName::parse("FE80::1").unwrap().in_url(), "[fe80::1]");
    }

    #[test]
    fn certificates_are_made_once_renewed_in_time_and_made_anew_for_other_names() {
        let dir = tempfile::tempdir().unwrap();
        let names = |name: &str| vec![HostName::parse(name).unwrap()];
        let today = Day::of(2026, 11, 22).unwrap();
        let server = || fs_err::read_to_string(dir.path().join("tls/server.pem")).unwrap();
        let own = Certificates::of(dir.path(), &names("tridem.example"), "Musterstadt");
        let (first, _) = own.ready(today, false).unwrap();
        let shown = server();
        assert_eq!(own.ready(today.plus(300), false).unwrap().0.fingerprint, first.fingerprint);
        assert_eq!(server(), shown);
        assert_eq!(own.ready(today.plus(370), false).unwrap().0.fingerprint, first.fingerprint);
        assert_ne!(server(), shown, "renewed");
        let other = Certificates::of(dir.path(), &names("192.0.2.1"), "Musterstadt");
        assert_ne!(other.ready(today, false).unwrap().0.fingerprint, first.fingerprint);
        #[cfg(unix)]
        for name in ["authority.key", "server.key"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs_err::metadata(dir.path().join("tls").join(name)).unwrap().permissions();
            assert_eq!(mode.mode() & 0o777, 0o600, "{name}");
        }
    }
}
