//! What the server writes down about its own work: one line of JSON for each request, without names.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use tracing_subscriber::filter::LevelFilter;
/// What is written to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Every request, and what goes wrong.
    Requests,
    /// Only what goes wrong.
    Problems,
}

/// Begins to write. A second server of the same process goes on with the first one's choice.
pub(super) fn begin(level: LogLevel) {
    let level = match level {
        LogLevel::Requests => LevelFilter::INFO,
        LogLevel::Problems => LevelFilter::WARN,
    };
    let writing = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(level)
        .with_writer(std::io::stderr);
    let _ = writing.try_init();
}

/// Writes down a request: the pattern of its address without the ids in it, and nothing that somebody
/// typed. Who asked is in the audit, where it belongs.
pub(super) async fn request(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let route = route.as_deref().unwrap_or("-");
    if status >= 500 {
        tracing::error!(%method, route, status, ms, "answered");
    } else {
        tracing::info!(%method, route, status, ms, "answered");
    }
    response
}
