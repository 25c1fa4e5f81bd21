//! How many connections are open at once, in all and from one address: each holds a file and memory.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tower::Service;

use super::limits::Peer;

/// The most connections at once. A process may have 1,024 files open on most machines, and the records
/// need some of them.
const MOST: usize = 512;

/// The most from one address: a whole school may come from one, and each browser opens up to six.
const MOST_OF_PEER: usize = 256;

/// The places for connections. Whoever comes when none is free is hung up on, and a browser tries again.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_peer: HashMap<Peer, usize>,
}

/// A place, taken until it is dropped.
#[derive(Debug)]
struct Place {
    places: Places,
    /// Nobody where it is this very machine, through which all may come.
    peer: Option<Peer>,
}

impl Places {
    fn take(&self, address: IpAddr) -> Option<Place> {
        let peer = (!address.to_canonical().is_loopback()).then(|| Peer::of(address));
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= MOST {
            return None;
        }
        if let Some(peer) = peer {
            let of_peer = taken.by_peer.entry(peer).or_default();
            if *of_peer >= MOST_OF_PEER {
                return None;
            }
            *of_peer += 1;
        }
        taken.all += 1;
        Some(Place { places: self.clone(), peer })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let Some(peer) = self.peer else { return };
        if let Some(of_peer) = taken.by_peer.get_mut(&peer) {
            *of_peer -= 1;
            if *of_peer == 0 {
                taken.by_peer.remove(&peer);
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for Places {
    type Stream = TcpStream;
    type Service = Placed<S>;
    type Future = Ready<io::Result<(TcpStream, Placed<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let placed = stream.peer_addr().and_then(|peer| {
            let place = self.take(peer.ip());
            place.ok_or_else(|| io::Error::other("too many connections"))
        });
        ready(placed.map(|place| (stream, Placed { service, _place: Arc::new(place) })))
    }
}

/// What answers on a connection, and with it the connection's place.
#[derive(Debug, Clone)]
pub(super) struct Placed<S> {
    service: S,
    _place: Arc<Place>,
}

impl<R, S: Service<R>> Service<R> for Placed<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.service.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_only_so_many_connections_and_one_address_never_has_all_of_them() {
        let places = Places::default();
        let greedy: IpAddr = "192.0.2.7".parse().unwrap();
        let other: IpAddr = "192.0.2.8".parse().unwrap();
        let held: Vec<Place> = (0..MOST_OF_PEER).map_while(|_| places.take(greedy)).collect();
        assert_eq!(held.len(), MOST_OF_PEER);
        assert!(places.take(greedy).is_none());
        let others: Vec<Place> = (0..MOST).map_while(|_| places.take(other)).collect();
        assert_eq!(held.len() + others.len(), MOST);
        assert!(places.take("127.0.0.1".parse().unwrap()).is_none());
        drop(held);
        assert!(places.take(greedy).is_some());
        drop(others);
        let taken = places.0.lock().unwrap();
        assert_eq!((taken.all, taken.by_peer.len()), (0, 0));
    }
}
