//! How long somebody has to wait who has tried to sign in in vain.

/// Failures of one account that cost no waiting.
const FREE_FOR_ACCOUNT: u32 = 4;

/// Failures from one place that cost no waiting. A whole school may reach us from one address, and must
/// not be kept out by a handful of slips; nineteen guesses over all accounts are no danger.
const FREE_FOR_PEER: u32 = 19;

/// The longest wait, in seconds.
const LONGEST_WAIT: i64 = 15 * 60;

/// After so many seconds without a failure the ones before it are forgotten.
const MEMORY: i64 = 12 * 3600;

/// What failures are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tries {
    /// By the code that was typed, whether an account has it or not.
    OfAccount,
    /// By where the tries came from.
    OfPeer,
}

impl Tries {
    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::OfAccount => "account",
            Self::OfPeer => "peer",
        }
    }

    fn free(self) -> u32 {
        match self {
            Self::OfAccount => FREE_FOR_ACCOUNT,
            Self::OfPeer => FREE_FOR_PEER,
        }
    }
}

/// Failures in a row, and when the last one was, in seconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    /// How many.
    pub failures: u32,
    /// When the last one was.
    pub last_at: i64,
}

impl Lockout {
    /// Nothing has failed so far.
    pub fn none(now: i64) -> Self {
        Self { failures: 0, last_at: now }
    }

    /// The failures as they count now: none where the last one is long ago; and a last one that seems
    /// still to come, because a clock was wrong, counts as if it were now, so that nobody is locked
    /// out until that clock is right.
    #[must_use]
    pub fn seen_at(self, now: i64) -> Self {
        if now.saturating_sub(self.last_at) >= MEMORY {
            return Self::none(now);
        }
        Self { last_at: self.last_at.min(now), ..self }
    }

    /// For how many more seconds nothing is tried. 0: it may be.
    pub fn wait(self, tries: Tries, now: i64) -> i64 {
        let Self { failures, last_at } = self.seen_at(now);
        (last_at + wait_after(failures, tries) - now).max(0)
    }

    /// With one more failure. It is noted before the password is looked at, and taken back where it was
    /// right: otherwise a thousand guesses at the same moment would all count as the first.
    #[must_use]
    pub fn with_failure(self, now: i64) -> Self {
        let failures = self.seen_at(now).failures.saturating_add(1);
        Self { failures, last_at: now }
    }

    /// With one failure less, because it was none.
    #[must_use]
    pub fn taken_back(self) -> Self {
        Self { failures: self.failures.saturating_sub(1), ..self }
    }

    /// Whether the last failure began a time of waiting.
    pub fn begins_waiting(self, tries: Tries) -> bool {
        wait_after(self.failures, tries) > 0
    }
}

/// Seconds to wait after so many failures: 1, 2, 4, 8 and then 15 minutes.
fn wait_after(failures: u32, tries: Tries) -> i64 {
    let beyond = failures.saturating_sub(tries.free());
    match beyond {
        0 => 0,
        1..=4 => 60 << (beyond - 1),
        _ => LONGEST_WAIT,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_760_000_000;

    fn after(failures: u32) -> Lockout {
        (0..failures).fold(Lockout::none(NOW), |lockout, _| lockout.with_failure(NOW))
    }

    #[test]
    fn the_fifth_failure_costs_a_minute_and_each_further_one_twice_as_much_up_to_a_quarter_hour() {
        let waits: Vec<i64> =
            (0..=12).map(|count| after(count).wait(Tries::OfAccount, NOW) / 60).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]);
        assert_eq!(after(19).wait(Tries::OfPeer, NOW), 0);
        assert_eq!(after(20).wait(Tries::OfPeer, NOW), 60);
        assert_eq!(after(24).wait(Tries::OfPeer, NOW), 900);
    }

    #[test]
    fn a_wait_ends_to_the_second() {
        let locked = after(5);
        assert_eq!(locked.wait(Tries::OfAccount, NOW + 59), 1);
        assert_eq!(locked.wait(Tries::OfAccount, NOW + 60), 0);
    }

    #[test]
    fn failures_are_forgotten_after_half_a_day_without_one() {
        let locked = after(9);
        assert_eq!(locked.seen_at(NOW + MEMORY - 1).failures, 9);
        assert_eq!(locked.with_failure(NOW + MEMORY - 1).failures, 10);
        assert_eq!(locked.with_failure(NOW + MEMORY).failures, 1);
    }

    #[test]
    fn what_was_no_failure_leaves_things_as_they_were() {
        let before = after(3);
        assert_eq!(before.with_failure(NOW).taken_back().failures, 3);
        assert_eq!(Lockout::none(NOW).taken_back().failures, 0);
    }

    proptest! {
        #[test]
        fn nobody_ever_waits_longer_than_a_quarter_hour_whatever_the_clock_does(
            clock in prop::collection::vec(-100_000..100_000_i64, 1..40),
            later in -200_000..200_000_i64,
        ) {
            let start = Lockout::none(NOW);
            let lockout = clock.iter().fold(start, |lockout, at| lockout.with_failure(NOW + at));
            for tries in [Tries::OfAccount, Tries::OfPeer] {
                let wait = lockout.wait(tries, NOW + later);
                prop_assert!((0..=LONGEST_WAIT).contains(&wait));
                // And having waited so long, it is over.
                let now = NOW + later;
                prop_assert_eq!(lockout.seen_at(now).wait(tries, now + wait), 0);
            }
        }

        #[test]
        fn another_failure_never_shortens_the_wait(failures in 0..40_u32, gap in 0..MEMORY) {
            let lockout = after(failures);
            for tries in [Tries::OfAccount, Tries::OfPeer] {
                let now = NOW + gap;
                prop_assert!(
                    lockout.with_failure(now).wait(tries, now) >= lockout.wait(tries, now)
                );
            }
        }

        #[test]
        fn a_day_has_room_for_few_guesses(pause in 0..900_i64) {
            // Whoever tries again as soon as they may, and a little later.
            let (mut lockout, mut now, mut guesses) = (Lockout::none(NOW), NOW, 0);
            while now < NOW + 86_400 {
                now += lockout.wait(Tries::OfAccount, now) + pause.min(5);
                lockout = lockout.with_failure(now);
                guesses += 1;
            }
            prop_assert!(guesses <= 4 + 4 + 97, "{} guesses", guesses);
        }
    }
}
