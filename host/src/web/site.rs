//! What all requests share: the records, the templates, and how the server is reached.

use std::path::Path;

use axum::http::HeaderValue;

use crate::app::{Error, KeySource};

use super::assets::Assets;
use super::attendance::Uploads;
use super::pages::Pages;
use super::pool::Pool;

/// How people reach the server.
#[derive(Debug, Clone)]
pub(super) struct Reachable {
    /// `true` where it speaks TLS, and cookies go over nothing else.
    pub is_secure: bool,
    /// The names with ports under which it is asked: `localhost:7423`. A request for another one is
    /// refused, so that no foreign page can lead a browser here under a name of its own.
    pub hosts: Vec<String>,
}

/// One running server.
pub(super) struct Site {
    pub(super) pool: Pool,
    pub(super) pages: Pages,
    pub(super) assets: Assets,
    /// Files between their preview and their confirmation.
    pub(super) uploads: Uploads,
    pub(super) municipality: String,
    /// The user of this machine who started the server, for the audit.
    pub(super) user: String,
    pub(super) reachable: Reachable,
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
            uploads: Uploads::default(),
            municipality,
            user,
            reachable,
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
        host.is_some_and(|host| self.reachable.hosts.iter().any(|known| known == host))
    }
}
