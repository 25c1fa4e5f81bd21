//! Columns of numbers as bytes: for each batch of rows the smallest number and narrow distances from it.

use crate::domain::BATCH_ROWS;
use crate::store::sink::MISSING;

/// How columns are written. A change of anything in here, or of the order in which rows are read,
/// gets another number; chunks with the old one are then made anew.
pub(super) const LAYOUT: u8 = 2;

/// Bytes before the distances of a frame: how many there are, their width, whether 0 stands for a
/// missing number, and the smallest number.
const HEAD: usize = 12;

/// Writes one column, number after number.
///
/// The same numbers give the same bytes, whatever pieces they come in: a frame has
/// [`BATCH_ROWS`] rows, and the last one what is left.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    bytes: Vec<u8>,
    waiting: Vec<i64>,
}

impl Encoder {
    /// Adds numbers, of which some may be [`MISSING`].
    pub(super) fn push(&mut self, mut numbers: &[i64]) {
        while !numbers.is_empty() {
            let room = BATCH_ROWS - self.waiting.len();
            let (now, later) = numbers.split_at(room.min(numbers.len()));
            self.waiting.extend_from_slice(now);
            numbers = later;
            if self.waiting.len() == BATCH_ROWS {
                self.end_frame();
            }
        }
    }

    /// All frames.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if !self.waiting.is_empty() {
            self.end_frame();
        }
        self.bytes
    }

    fn end_frame(&mut self) {
        let there = || self.waiting.iter().copied().filter(|number| *number != MISSING);
        let least = there().min().unwrap_or(0);
        let most = there().max().unwrap_or(0);
        let is_missing = self.waiting.contains(&MISSING);
        // Where something is missing, distances begin at 1. The widest span leaves no room for
        // that, but a missing number is -2^63, and with it out of the way the span is smaller.
        let shift = u64::from(is_missing);
        let distance = |number: i64| number.wrapping_sub(least).cast_unsigned();
        let width = width(distance(most).wrapping_add(shift));
        let rows = u16::try_from(self.waiting.len()).expect("BATCH_ROWS is less");
        self.bytes.extend(rows.to_le_bytes());
        self.bytes.extend([width, u8::from(is_missing)]);
        self.bytes.extend(least.to_le_bytes());
        for number in &self.waiting {
            let distance =
                if *number == MISSING { 0 } else { distance(*number).wrapping_add(shift) };
            self.bytes.extend_from_slice(&distance.to_le_bytes()[..usize::from(width)]);
        }
        self.waiting.clear();
    }
}

/// The bytes that hold a distance: 0, 1, 2, 4 or 8.
fn width(most: u64) -> u8 {
    match most {
        0 => 0,
        1..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFFFF_FFFF => 4,
        _ => 8,
    }
}

/// Reads one column back, frame by frame.
#[derive(Debug)]
pub(super) struct Decoder<'a> {
    bytes: &'a [u8],
}

impl<'a> Decoder<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Steps over the next `rows` numbers, which are a whole frame. Gives its head and its
    /// distances; `None` where the bytes are no such frame.
    pub(super) fn skip(&mut self, rows: usize) -> Option<(&'a [u8; HEAD], &'a [u8])> {
        let (head, rest) = self.bytes.split_first_chunk::<HEAD>()?;
        let [low, high, width, is_missing, ..] = *head;
        let is_known = [0, 1, 2, 4, 8].contains(&width) && is_missing <= 1;
        let is_whole = usize::from(u16::from_le_bytes([low, high])) == rows;
        let bytes = rows.checked_mul(usize::from(width)).filter(|_| is_known && is_whole)?;
        let (data, rest) = rest.split_at_checked(bytes)?;
        self.bytes = rest;
        Some((head, data))
    }

    /// Puts the next `rows` numbers, which are a whole frame, in `numbers`. `None` where the bytes
    /// are no such frame.
    pub(super) fn frame(&mut self, rows: usize, numbers: &mut Vec<i64>) -> Option<()> {
        let (head, data) = self.skip(rows)?;
        let [_, _, width, is_missing, least @ ..] = *head;
        let least = i64::from_le_bytes(least);
        // One loop for each width, each of which handles several numbers at once.
        numbers.clear();
        match width {
            0 => numbers.resize(rows, least),
            1 => numbers.extend(data.iter().map(|byte| far(least, u64::from(*byte)))),
            2 => widen::<2>(data, least, numbers, |bytes| u16::from_le_bytes(bytes).into()),
            4 => widen::<4>(data, least, numbers, |bytes| u32::from_le_bytes(bytes).into()),
            _ => widen::<8>(data, least, numbers, u64::from_le_bytes),
        }
        if is_missing == 1 {
            for number in numbers {
                *number = if *number == least { MISSING } else { number.wrapping_sub(1) };
            }
        }
        Some(())
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }
}

fn far(least: i64, distance: u64) -> i64 {
    least.wrapping_add(distance.cast_signed())
}

fn widen<const WIDTH: usize>(
    data: &[u8],
    least: i64,
    numbers: &mut Vec<i64>,
    read: impl Fn([u8; WIDTH]) -> u64,
) {
    let (distances, _) = data.as_chunks::<WIDTH>();
    numbers.extend(distances.iter().map(|bytes| far(least, read(*bytes))));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoded(numbers: &[i64]) -> Vec<u8> {
        let mut encoder = Encoder::default();
        encoder.push(numbers);
        encoder.finish()
    }

    fn decoded(bytes: &[u8], rows: usize) -> Option<Vec<i64>> {
        let (mut decoder, mut all, mut frame) = (Decoder::new(bytes), Vec::new(), Vec::new());
        while all.len() < rows {
            decoder.frame((rows - all.len()).min(BATCH_ROWS), &mut frame)?;
            all.extend_from_slice(&frame);
        }
        decoder.is_done().then_some(all)
    }

    #[test]
    fn what_is_no_column_is_refused() {
        let bytes = encoded(&[5, 7, 300]);
        assert_eq!(decoded(&bytes, 3), Some(vec![5, 7, 300]));
        assert_eq!(decoded(&bytes[..bytes.len() - 1], 3), None, "too short");
        assert_eq!(decoded(&[&bytes[..], &[0]].concat(), 3), None, "too long");
        assert_eq!(decoded(&bytes, 4), None, "fewer rows");
        assert_eq!(decoded(&[], 1), None);
        for (place, value) in [(0, 4), (1, 1), (2, 3), (2, 9), (3, 2)] {
            let mut wrong = bytes.clone();
            wrong[place] = value;
            assert_eq!(decoded(&wrong, 3), None, "{place}");
        }
    }

    #[test]
    fn distances_are_as_narrow_as_they_can_be() {
        let len = |numbers: &[i64]| encoded(numbers).len() - HEAD;
        assert_eq!(len(&[9, 9, 9]), 0);
        assert_eq!(len(&[MISSING, MISSING]), 2);
        assert_eq!(len(&[1_000, 1_255]), 2);
        assert_eq!(len(&[1_000, 1_256]), 4);
        // Missing takes a place of its own.
        assert_eq!(len(&[1_000, 1_255, MISSING]), 6);
        assert_eq!(len(&[0, 65_536]), 8);
        assert_eq!(len(&[-1, i64::MAX]), 16);
    }

    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![
            8 => 0_i64..200,
            2 => -40_000_i64..40_000,
            1 => Just(MISSING),
            1 => prop_oneof![Just(i64::MAX), Just(i64::MIN + 1), any::<i64>()],
        ]
    }

    proptest! {
        #[test]
        fn written_and_read_again_numbers_are_the_same(
            numbers in prop::collection::vec(number(), 0..300), many in 1_usize..200,
            cut in 0_usize..300,
        ) {
            let numbers = numbers.repeat(many);
            let bytes = encoded(&numbers);
            prop_assert_eq!(decoded(&bytes, numbers.len()), Some(numbers.clone()));
            let (one, other) = numbers.split_at(cut.min(numbers.len()));
            let mut encoder = Encoder::default();
            encoder.push(one);
            encoder.push(other);
            prop_assert_eq!(encoder.finish(), bytes);
        }
    }
}
