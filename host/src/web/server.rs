//! Listening, answering, and stopping.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::app::{App, Error, KeySource, today_here};

use super::certificate::{self, Authority, Certificates, HostName};
use super::lock::Lock;
use super::log::{self, LogLevel};
use super::places::Places;
use super::site::{Reachable, Site};
use super::{Failure, routes, shell};

/// The most a form may hold. Files that are handed in have a limit of their own.
const LARGEST_FORM: usize = 512 * 1024;

/// How long anybody waits for an answer.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long a browser may take for the head of a request, and between two parts of its body. Slower
/// ones hold a place that others need.
const SLOWEST_HEAD: Duration = Duration::from_secs(10);
const SLOWEST_PART: Duration = Duration::from_secs(15);

/// The most bytes of the head of a request.
const LARGEST_HEAD: usize = 32 * 1024;

/// How often it is looked whether the certificate has to be renewed.
const LOOK_AT_CERTIFICATE: Duration = Duration::from_hours(12);

/// Who starts the server, over what, and where.
#[derive(Debug)]
pub struct ServeOrder<'a> {
    /// The folder of records.
    pub dir: &'a Path,
    /// What opens them.
    pub key: KeySource,
    /// The user of this machine.
    pub user: String,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// How it is reached from other machines; only from this one without.
    pub network: Option<Network>,
    /// What is written down.
    pub log: LogLevel,
}

/// How a server is reached from other machines.
#[derive(Debug, Clone)]
pub struct Network {
    /// Names and addresses under which it is asked; the first is the one to type.
    pub names: Vec<String>,
    /// Certificate and private key that somebody else made; without, Tridem's own.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Whether its own are to be made anew.
    pub anew: bool,
}

/// What is told of a server that has begun to listen.
#[derive(Debug)]
pub struct Listening {
    /// The address to type.
    pub address: String,
    /// The SHA-256 of the authority that tablets have to trust, and the file with it.
    pub authority: Option<(String, PathBuf)>,
    /// The address at which the first account is made, where there is none yet.
    pub setup: Option<String>,
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
        .layer(RequestBodyTimeoutLayer::new(SLOWEST_PART))
        .layer(CsrfLayer::new())
        .layer(map_response(shell::explain_foreign))
        .layer(from_fn_with_state(Arc::clone(&site), shell::refuse_strangers))
        .layer(from_fn_with_state(Arc::clone(&site), shell::refuse_floods))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(Arc::clone(&site), shell::tell))
        .layer(from_fn_with_state(Arc::clone(&site), shell::add_headers))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(from_fn(log::request))
        .with_state(site)
}

/// Serves until the process is told to stop; then it finishes what it has begun. `listening` is called
/// as soon as it can be asked.
///
/// # Errors
///
/// When the records cannot be opened or are served already, the certificate cannot be used, or nobody
/// can listen at the port.
pub fn serve(order: ServeOrder<'_>, listening: impl FnOnce(&Listening)) -> Result<(), Error> {
    let ServeOrder { dir, key, user, port, network, log } = order;
    log::begin(log);
    let names = match &network {
        Some(network) => host_names(&network.names)?,
        None => Vec::new(),
    };
    // A wrong key is told before anything else.
    let municipality = App::open(dir, &key)?.municipality_name()?;
    let lock = Lock::take(dir)?;
    let listener = listen(&names, network.is_some(), port)?;
    let port = listener.local_addr().map_err(Error::Listen)?.port();
    let certificates = Certificates::of(dir, &names, &municipality);
    let (config, authority) = match &network {
        None => (None, None),
        Some(Network { certificate: Some((certificate, key)), .. }) => {
            (Some(certificate::config(certificate, key)?), None)
        }
        Some(Network { anew, .. }) => {
            let (authority, config) = certificates.ready(today_here(), *anew)?;
            (Some(config), Some(authority))
        }
    };
    let reachable = Reachable::new(&names, port, authority);
    lock.tell(&reachable.address)?;
    let site = Arc::new(Site::open(dir, key, user, reachable)?);
    let told = told(&site, dir)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()
        .map_err(Error::Listen)?;
    let done = runtime.block_on(async {
        let handle = axum_server::Handle::new();
        tokio::spawn(stop_when_told(handle.clone()));
        let forgetful = Arc::clone(&site);
        tokio::spawn(async move { forgetful.limits.forget().await });
        listening(&told);
        let mut server = axum_server::from_tcp(listener)
            .map_err(Error::Listen)?
            .handle(handle)
            .acceptor(Places::default())
            .first_request_timeout(SLOWEST_HEAD)
            .http1_only();
        server
            .http_builder()
            .http1()
            .header_read_timeout(SLOWEST_HEAD)
            .max_buf_size(LARGEST_HEAD)
            .half_close(false);
        let service = router(site).into_make_service_with_connect_info::<SocketAddr>();
        let Some(config) = config else {
            return server.serve(service).await.map_err(Error::Listen);
        };
        let config = RustlsConfig::from_config(Arc::new(config));
        if network.is_some_and(|network| network.certificate.is_none()) {
            tokio::spawn(renew(certificates, config.clone()));
        }
        let acceptor = RustlsAcceptor::new(config).acceptor(Places::default());
        server.acceptor(acceptor).serve(service).await.map_err(Error::Listen)
    });
    drop(lock);
    done
}

fn host_names(names: &[String]) -> Result<Vec<HostName>, Error> {
    let parse = |name: &String| HostName::parse(name).ok_or_else(|| Error::BadHost(name.clone()));
    names.iter().map(parse).collect()
}

/// Listens on this machine's own address alone, on one address of the network where no other is named,
/// or on all of them.
fn listen(names: &[HostName], is_network: bool, port: u16) -> Result<TcpListener, Error> {
    let address = match names {
        _ if !is_network => Ipv4Addr::LOCALHOST.into(),
        [one] => one.address().unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    };
    TcpListener::bind((address, port)).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Error::PortTaken(port),
        _ => Error::Listen(error),
    })
}

/// What the one who started the server is told.
fn told(site: &Site, dir: &Path) -> Result<Listening, Error> {
    let Reachable { address, authority, .. } = &site.reachable;
    let file = |authority: &Authority| {
        (authority.fingerprint.clone(), dir.join("tls").join("authority.pem"))
    };
    let setup = if site.pool.with_first(|app| app.has_accounts())? {
        None
    } else {
        site.begin_setup()?.map(|code| format!("{address}setup?code={}", code.as_str()))
    };
    Ok(Listening { address: address.clone(), authority: authority.as_ref().map(file), setup })
}

/// Renews the certificate in time while the server runs.
async fn renew(certificates: Certificates, config: RustlsConfig) {
    loop {
        tokio::time::sleep(LOOK_AT_CERTIFICATE).await;
        match certificates.ready(today_here(), false) {
            Ok((_, new)) => config.reload_from_config(Arc::new(new)),
            Err(error) => tracing::error!(%error, "the certificate was not renewed"),
        }
    }
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
