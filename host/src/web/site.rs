//! What all requests share: the records, the templates, and how the server is reached.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use axum::http::HeaderValue;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::app::{Error, KeySource, new_code};

use super::assets::Assets;
use super::attendance::Uploads;
use super::certificate::{Authority, HostName};
use super::limits::Limits;
use super::pages::Pages;
use super::pool::Pool;

/// How people reach the server.
#[derive(Debug, Clone)]
pub(super) struct Reachable {
    /// `true` where it speaks TLS, and cookies go over nothing else.
    pub(super) is_secure: bool,
    /// The names with ports under which it is asked: `localhost:7423`. A request for another one is
    /// refused, so that no foreign page can lead a browser here under a name of its own.
    pub(super) hosts: Vec<String>,
    /// The address to type, with a slash at its end.
    pub(super) address: String,
    /// Who vouches for the server, where that is an authority of its own.
    pub(super) authority: Option<Authority>,
}

impl Reachable {
    /// Under these names, with TLS; from this machine alone, without TLS, where there are none.
    pub(super) fn new(names: &[HostName], port: u16, authority: Option<Authority>) -> Self {
        let is_secure = !names.is_empty();
        let (scheme, usual) = if is_secure { ("https", 443) } else { ("http", 80) };
        let mut plain: Vec<String> = names.iter().map(HostName::in_url).collect();
        plain.extend(["localhost".to_owned(), "127.0.0.1".to_owned()]);
        let with_port = |name: &String| {
            if port == usual { name.clone() } else { format!("{name}:{port}") }
        };
        let mut hosts: Vec<String> = plain.iter().map(with_port).collect();
        let address = format!("{scheme}://{}/", hosts[0]);
        if port == usual {
            hosts.extend(plain.iter().map(|name| format!("{name}:{port}")));
        }
        Self { is_secure, hosts, address, authority }
    }
}

/// One running server.
pub(super) struct Site {
    pub(super) pool: Pool,
    pub(super) pages: Pages,
    pub(super) assets: Assets,
    pub(super) limits: Limits,
    /// Files between their preview and their confirmation.
    pub(super) uploads: Uploads,
    pub(super) municipality: String,
    /// The user of this machine who started the server, for the audit.
    pub(super) user: String,
    pub(super) reachable: Reachable,
    /// What makes the first account, once.
    setup: Mutex<Option<Zeroizing<String>>>,
}

impl Site {
    /// Opens the records.
    ///
    /// # Errors
    ///
    /// Those of opening them.
    pub(super) fn open(
        dir: &Path,
        key: KeySource,
        user: String,
        reachable: Reachable,
    ) -> Result<Self, Error> {
        let pool = Pool::open(dir, key)?;
        let municipality = pool.with_first(|app| app.municipality_name())?;
        Ok(Self {
            pool,
            pages: Pages::new(),
            assets: Assets::new(),
            limits: Limits::new(),
            municipality,
            user,
            reachable,
            setup: Mutex::default(),
            uploads: Uploads::default(),
        })
    }

    pub(super) fn is_secure(&self) -> bool {
        self.reachable.is_secure
    }

    /// The name of the cookie with the session: one that browsers accept from nobody else but this
    /// host, where it speaks TLS.
    pub(super) fn session_cookie(&self) -> &'static str {
        if self.is_secure() { "__Host-tridem_session" } else { "tridem_session" }
    }

    /// Whether somebody may ask under this name.
    pub(super) fn answers_to(&self, host: Option<&HeaderValue>) -> bool {
        let host = host.and_then(|host| host.to_str().ok());
        host.is_some_and(|host| {
            self.reachable.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
        })
    }

    /// A new code with which the first account is made. Whoever started the server sees it.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers.
    pub(super) fn begin_setup(&self) -> Result<Option<Zeroizing<String>>, Error> {
        let code = new_code()?;
        *self.setup.lock().unwrap_or_else(PoisonError::into_inner) = Some(code.clone());
        Ok(Some(code))
    }

    /// Whether this is the code. It takes as long whether it is or not.
    pub(super) fn is_setup_code(&self, given: &str) -> bool {
        let code = self.setup.lock().unwrap_or_else(PoisonError::into_inner);
        code.as_ref().is_some_and(|code| bool::from(code.as_bytes().ct_eq(given.trim().as_bytes())))
    }

    /// The first account is there; the code makes no other one.
    pub(super) fn end_setup(&self) {
        *self.setup.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
