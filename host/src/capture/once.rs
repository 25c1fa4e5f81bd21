//! What may stand in a file only once, and the line where it stood first.

use std::collections::HashMap;
use std::hash::Hash;

use crate::domain::{Day, Span};

/// Keys with the line of their first appearance.
#[derive(Debug)]
pub(super) struct Once<K>(HashMap<K, u64>);

impl<K: Eq + Hash> Once<K> {
    /// None so far.
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    /// Notes a key; gives the line where it stood before.
    pub(super) fn before(&mut self, key: K, line: u64) -> Option<u64> {
        match self.0.entry(key) {
            std::collections::hash_map::Entry::Occupied(first) => Some(*first.get()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(line);
                None
            }
        }
    }
}

/// Dated facts that exclude each other in time, by what they are about.
#[derive(Debug)]
pub(super) struct Spans<K>(HashMap<K, Vec<(Span, u64)>>);

impl<K: Eq + Hash> Spans<K> {
    /// None so far.
    pub(super) fn new() -> Self {
        Self(HashMap::new())
    }

    /// Notes a span; gives the line of an earlier one that it shares days with.
    pub(super) fn before(&mut self, key: K, span: Span, line: u64) -> Option<u64> {
        let spans = self.0.entry(key).or_default();
        let found = spans.iter().find(|(earlier, _)| share_days(*earlier, span));
        let found = found.map(|(_, line)| *line);
        spans.push((span, line));
        found
    }
}

fn share_days(one: Span, other: Span) -> bool {
    let starts_in_time = |from: Day, until: Option<Day>| until.is_none_or(|last| from <= last);
    starts_in_time(one.from, other.until) && starts_in_time(other.from, one.until)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: i32, until: Option<i32>) -> Span {
        Span { from: Day(from), until: until.map(Day) }
    }

    #[test]
    fn the_first_line_is_remembered() {
        let mut once = Once::new();
        assert_eq!(once.before("a", 2), None);
        assert_eq!(once.before("b", 3), None);
        assert_eq!(once.before("a", 4), Some(2));
        assert_eq!(once.before("a", 5), Some(2));
    }

    #[test]
    fn spans_that_share_a_day_are_found_and_others_are_not() {
        let mut spans = Spans::new();
        assert_eq!(spans.before("a", span(10, Some(20)), 2), None);
        assert_eq!(spans.before("a", span(20, Some(30)), 3), Some(2));
        assert_eq!(spans.before("a", span(31, None), 4), None);
        assert_eq!(spans.before("a", span(50, None), 5), Some(4));
        assert_eq!(spans.before("a", span(0, Some(9)), 6), None);
        assert_eq!(spans.before("b", span(10, Some(20)), 7), None);
        assert_eq!(spans.before("b", span(15, Some(30)), 8), Some(7));
        assert_eq!(spans.before("b", span(25, Some(30)), 9), Some(8), "wrong rows count too");
    }
}
