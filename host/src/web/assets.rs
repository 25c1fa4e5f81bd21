//! Style sheets, scripts and pictures, which are part of the program.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::Arc;

use crate::app::hex;

use super::site::Site;

/// Every file: its name, what it is, and its bytes.
const FILES: &[(&str, &str, &[u8])] = &[
    ("kern.css", "text/css; charset=utf-8", include_bytes!("assets/kern/kern.min.css")),
    ("app.css", "text/css; charset=utf-8", include_bytes!("assets/app.css")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("assets/app.js")),
    ("contact.js", "text/javascript; charset=utf-8", include_bytes!("assets/contact.js")),
    ("attendance.js", "text/javascript; charset=utf-8", include_bytes!("assets/attendance.js")),
    ("report.js", "text/javascript; charset=utf-8", include_bytes!("assets/report.js")),
    ("offline.js", "text/javascript; charset=utf-8", include_bytes!("assets/offline.js")),
    ("offline-form.js", "text/javascript; charset=utf-8", include_bytes!("assets/offline-form.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("assets/icon.svg")),
];

/// The files under an address that changes with their content, so that browsers may keep them.
pub(super) struct Assets {
    version: String,
}

impl Assets {
    pub(super) fn new() -> Self {
        let mut all = Sha256::new();
        for (name, _, bytes) in FILES {
            all.update(name);
            all.update(bytes);
        }
        Self { version: hex(&all.finalize()[..6]) }
    }

    /// Every file's name.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(name, ..)| *name)
    }

    /// The folder in which they lie, as an address.
    pub(super) fn folder(&self) -> String {
        format!("/assets/{}", self.version)
    }
}

/// One file. It is the same for everybody and says nothing about anyone.
pub(super) async fn file(
    State(site): State<Arc<Site>>,
    Path((version, name)): Path<(String, String)>,
) -> Response {
    let found = FILES.iter().find(|(found, ..)| *found == name);
    match found {
        Some((_, kind, bytes)) if version == site.assets.version => {
            let kept = "public, max-age=31536000, immutable";
            ([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, kept)], *bytes).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
