//! Listening, answering, and stopping.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn_with_state, map_response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::{Error, KeySource};

use super::site::{Reachable, Site};
use super::{Failure, routes, shell};

/// The most a form may hold. Files that are handed in have a limit of their own.
const LARGEST_FORM: usize = 512 * 1024;

/// How long anybody waits for an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Who starts the server, over what, and where.
#[derive(Debug)]
pub struct ServeOrder<'a> {
    /// The folder of records.
    pub dir: &'a Path,
    /// What opens them.
    pub key: KeySource,
    /// The user of this machine.
    pub user: String,
    /// The port on this machine's own address; 0 for any that is free.
    pub port: u16,
}

/// The router with everything around it.
pub(super) fn router(site: Arc<Site>) -> Router {
    let (router, _) = routes::all().split();
    router
        .fallback(async || Failure::not_found())
        .method_not_allowed_fallback(async || {
            Failure::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "wrong-method",
                crate::domain::Text::new(
                    "Diese Adresse kann man so nicht aufrufen",
                    "this address cannot be used like that",
                ),
            )
        })
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(CsrfLayer::new())
        .layer(map_response(shell::explain_foreign))
        .layer(from_fn_with_state(Arc::clone(&site), shell::refuse_strangers))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(Arc::clone(&site), shell::tell))
        .layer(from_fn_with_state(Arc::clone(&site), shell::add_headers))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .with_state(site)
}

/// Serves until the process is told to stop; then it finishes what it has begun. `listening` is called
/// with the address as soon as there is one.
///
/// # Errors
///
/// When the records cannot be opened, or nobody can listen at the port.
pub fn serve(order: ServeOrder<'_>, listening: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let ServeOrder { dir, key, user, port } = order;
    let listener = TcpListener::bind(("127.0.0.1", port)).map_err(Error::Listen)?;
    listener.set_nonblocking(true).map_err(Error::Listen)?;
    let address = listener.local_addr().map_err(Error::Listen)?;
    let hosts = ["localhost", "127.0.0.1"].map(|name| format!("{name}:{}", address.port()));
    let reachable = Reachable { is_secure: false, hosts: hosts.into() };
    let site = Arc::new(Site::open(dir, key, user, reachable)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()
        .map_err(Error::Listen)?;
    runtime.block_on(async {
        let handle = axum_server::Handle::new();
        tokio::spawn(stop_when_told(handle.clone()));
        listening(address);
        let server = axum_server::from_tcp(listener).map_err(Error::Listen)?.handle(handle);
        let service = router(site).into_make_service_with_connect_info::<SocketAddr>();
        server.serve(service).await.map_err(Error::Listen)
    })
}

/// Waits for Ctrl+C or the system's word to stop.
async fn stop_when_told(handle: axum_server::Handle<SocketAddr>) {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let kind = tokio::signal::unix::SignalKind::terminate();
        match tokio::signal::unix::signal(kind) {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
    handle.graceful_shutdown(Some(Duration::from_secs(30)));
}
