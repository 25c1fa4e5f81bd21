//! When somebody who is signed in is so no more, also where the clock is set back.

/// A session ends when nothing was done in it for so many seconds.
pub const SESSION_IDLE: i64 = 30 * 60;

/// A session ends so many seconds after it began, whatever was done in it.
pub const SESSION_LONGEST: i64 = 12 * 3600;

/// By how many seconds a clock may be behind the highest moment that was seen: several machines, and
/// a clock that the network puts right. More than that was set back by somebody.
const CLOCK_PATIENCE: i64 = 120;

/// What a look at the clock comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It is so late: never before a moment that was seen already.
    Now(i64),
    /// The clock was set back to this. How much time has really passed nobody knows, so every session
    /// ends, and time is counted anew from here.
    SetBack(i64),
}

impl Moment {
    /// What a clock that shows `clock` means where `highest` was seen before.
    pub fn of(clock: i64, highest: i64) -> Self {
        if clock.saturating_add(CLOCK_PATIENCE) < highest {
            Self::SetBack(clock)
        } else {
            Self::Now(clock.max(highest))
        }
    }

    /// The moment to count with and to keep as the highest.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Now(at) | Self::SetBack(at) => at,
        }
    }
}

/// The moments of a session that decide when it ends, in seconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// When it began.
    pub started_at: i64,
    /// When something was last done in it.
    pub seen_at: i64,
}

impl SessionTimes {
    /// A session that begins now.
    pub fn beginning(now: i64) -> Self {
        Self { started_at: now, seen_at: now }
    }

    /// Whether it is over. A session that was seen later than now is: its time is not ours.
    pub fn is_over(self, now: i64) -> bool {
        now < self.seen_at
            || now - self.seen_at >= SESSION_IDLE
            || now - self.started_at >= SESSION_LONGEST
    }

    /// When it ends at the latest if nothing more is done in it.
    pub fn ends_at(self) -> i64 {
        (self.seen_at + SESSION_IDLE).min(self.started_at + SESSION_LONGEST)
    }

    /// When it ends whatever is done in it.
    pub fn ends_at_latest(self) -> i64 {
        self.started_at + SESSION_LONGEST
    }

    /// Whether that something is done now has to be written down. Once a minute is enough, and spares
    /// the disk; it makes a session end up to a minute early, and never late.
    pub fn is_to_be_noted(self, now: i64) -> bool {
        now - self.seen_at >= 60
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_760_000_000;

    #[test]
    fn a_session_ends_after_half_an_hour_of_nothing_and_after_twelve_hours_in_any_case() {
        let idle = SessionTimes::beginning(NOW);
        assert!(!idle.is_over(NOW) && !idle.is_over(NOW + 1_799));
        assert!(idle.is_over(NOW + 1_800));
        let busy = |seen| SessionTimes { started_at: NOW, seen_at: NOW + seen };
        assert!(!busy(43_190).is_over(NOW + 43_199));
        assert!(busy(43_190).is_over(NOW + 43_200));
        assert_eq!(idle.ends_at(), NOW + 1_800);
        assert_eq!(busy(43_190).ends_at(), NOW + 43_200);
    }

    #[test]
    fn a_session_that_was_seen_later_than_now_is_over() {
        assert!(SessionTimes { started_at: NOW, seen_at: NOW + 60 }.is_over(NOW + 59));
    }

    #[test]
    fn a_clock_that_lags_a_little_is_no_clock_set_back() {
        assert_eq!(Moment::of(NOW - 120, NOW), Moment::Now(NOW));
        assert_eq!(Moment::of(NOW - 121, NOW), Moment::SetBack(NOW - 121));
        assert_eq!(Moment::of(NOW + 5, NOW), Moment::Now(NOW + 5));
    }

    proptest! {
        /// The rules as the store keeps them, under a clock that does what it likes: a session that
        /// was over once is over for good, and none lives longer than its time.
        #[test]
        fn no_clock_makes_an_ended_session_live_again(
            steps in prop::collection::vec((-90_000..90_000_i64, any::<bool>()), 1..60),
        ) {
            let mut clock = NOW;
            let mut highest = NOW;
            let mut session = Some(SessionTimes::beginning(NOW));
            // How much time passed by what was seen of it, going forward.
            let mut passed = 0;
            for (step, is_ours) in steps {
                clock += step;
                let moment = Moment::of(clock, highest);
                if let Moment::SetBack(_) = moment {
                    session = None;
                }
                let now = moment.seconds();
                passed += (now - highest).max(0);
                highest = now;
                let was_there = session.is_some();
                session = session.filter(|times| !times.is_over(now));
                if let Some(times) = session.as_mut().filter(|_| is_ours)
                    && times.is_to_be_noted(now)
                {
                    times.seen_at = now;
                }
                prop_assert!(was_there || session.is_none());
                prop_assert!(session.is_none() || passed < SESSION_LONGEST);
            }
        }

        #[test]
        fn small_steps_back_do_not_add_up(steps in 1..200_i64) {
            // Each within the patience: time stands still, and does not run backwards.
            let mut highest = NOW;
            for step in 1..=steps {
                let moment = Moment::of(NOW - step, highest);
                if step <= CLOCK_PATIENCE {
                    prop_assert_eq!(moment, Moment::Now(NOW));
                } else {
                    prop_assert!(matches!(moment, Moment::SetBack(_)));
                    return Ok(());
                }
                highest = moment.seconds();
            }
        }
    }
}
