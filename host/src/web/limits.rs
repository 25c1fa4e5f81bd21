//! How often somebody may ask: signing in, changing something, and anything at all.
//!
//! These are bounds for machines: nobody who works by hand comes near them. Guessing passwords is slowed
//! down further by what is counted with the accounts themselves.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};

use crate::domain::{Id, Text};

use super::Failure;

/// How often what has not been asked for a while is forgotten.
const FORGET_EVERY: Duration = Duration::from_mins(5);

/// The counts of one server.
pub(super) struct Limits {
    clock: DefaultClock,
    /// Signing in, by address: a whole school may come from one.
    sign_in_of_peer: DefaultKeyedRateLimiter<Peer>,
    /// Signing in, by what was typed as the code.
    sign_in_of_code: DefaultKeyedRateLimiter<String>,
    /// Anything, by address.
    all_of_peer: DefaultKeyedRateLimiter<Peer>,
    /// Anything, by account.
    all_of_account: DefaultKeyedRateLimiter<Id>,
    /// Changes, by account.
    changes_of_account: DefaultKeyedRateLimiter<Id>,
}

/// Who is counted as one by their address: a household with IPv6 has 2^64 of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Peer(u128);

impl Peer {
    pub(super) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_bits().into()),
            IpAddr::V6(address) => Self(address.to_bits() >> 64 << 64),
        }
    }
}

/// `burst` at once, then `a_minute`.
fn quota(burst: u32, a_minute: u32) -> Quota {
    let more = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(more(a_minute)).allow_burst(more(burst))
}

impl Limits {
    pub(super) fn new() -> Self {
        Self {
            clock: DefaultClock::default(),
            sign_in_of_peer: RateLimiter::keyed(quota(100, 60)),
            sign_in_of_code: RateLimiter::keyed(quota(30, 30)),
            all_of_peer: RateLimiter::keyed(quota(3_000, 12_000)),
            all_of_account: RateLimiter::keyed(quota(1_500, 6_000)),
            changes_of_account: RateLimiter::keyed(quota(300, 600)),
        }
    }

    /// Somebody at `address` asks for anything. Whoever sits at this very machine is not counted: they
    /// could do worse, and all who work through a program of their own would count as one.
    ///
    /// # Errors
    ///
    /// A failure with the time to wait.
    pub(super) fn asks(&self, address: IpAddr) -> Result<(), Failure> {
        if address.to_canonical().is_loopback() {
            return Ok(());
        }
        self.told(self.all_of_peer.check_key(&Peer::of(address)))
    }

    /// Somebody at `address` tries to sign in as `code`, or gives another secret.
    ///
    /// # Errors
    ///
    /// A failure with the time to wait.
    pub(super) fn signs_in(&self, address: IpAddr, code: &str) -> Result<(), Failure> {
        self.told(self.sign_in_of_peer.check_key(&Peer::of(address)))?;
        // What is typed may be a novel.
        let code: String = code.chars().take(64).collect();
        self.told(self.sign_in_of_code.check_key(&code))
    }

    /// Whoever has this account asks for something, or changes something.
    ///
    /// # Errors
    ///
    /// A failure with the time to wait.
    pub(super) fn account(&self, account: Id, method: &Method) -> Result<(), Failure> {
        self.told(self.all_of_account.check_key(&account))?;
        if *method == Method::GET || *method == Method::HEAD {
            return Ok(());
        }
        self.told(self.changes_of_account.check_key(&account))
    }

    fn told(
        &self,
        checked: Result<(), NotUntil<<DefaultClock as Clock>::Instant>>,
    ) -> Result<(), Failure> {
        let Err(until) = checked else { return Ok(()) };
        let seconds = until.wait_time_from(self.clock.now()).as_secs() + 1;
        let what = Text::new(
            "So viele Anfragen auf einmal nimmt der Server nicht an; nichts wurde geändert",
            "the server does not take so many requests at once; nothing was changed",
        );
        let hint = Text::new(
            format!("versuchen Sie es in {seconds} s noch einmal"),
            format!("try again in {seconds} s"),
        );
        let failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, "too-often", what);
        Err(failure.with_hint(hint).after(seconds))
    }

    /// Forgets from time to time who has not asked for a while, so that the counts stay small.
    pub(super) async fn forget(&self) {
        loop {
            tokio::time::sleep(FORGET_EVERY).await;
            self.sign_in_of_peer.retain_recent();
            self.sign_in_of_code.retain_recent();
            self.all_of_peer.retain_recent();
            self.all_of_account.retain_recent();
            self.changes_of_account.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_stopped_by_code_and_by_address_and_nobody_else_is() {
        let limits = Limits::new();
        let here: IpAddr = "192.0.2.7".parse().unwrap();
        for _ in 0..30 {
            limits.signs_in(here, "bm01").unwrap();
        }
        let refused = limits.signs_in(here, "bm01").unwrap_err();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.told().retry_after.is_some_and(|seconds| seconds > 0));
        limits.signs_in(here, "bm02").unwrap();
        let tries = (0..100).filter(|guess| limits.signs_in(here, &guess.to_string()).is_ok());
        assert!(tries.count() < 100);
        limits.signs_in("192.0.2.8".parse().unwrap(), "bm02").unwrap();
    }

    #[test]
    fn one_household_is_one_address() {
        let peer = |text: &str| Peer::of(text.parse().unwrap());
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::ffff:2"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    }
}
