//! Which rows of a batch are meant: one bit for each.

/// Some of the rows of a batch.
///
/// Masks are combined 64 rows at a time, so a question is cheaper to ask once and reuse than to
/// ask again for each measure.
///
/// ```
/// use tridem_sdk::Mask;
///
/// let minutes = [10, 45, 90];
/// let long = Mask::from_fn(minutes.len(), |row| minutes[row] > 30);
/// let last = Mask::from_fn(minutes.len(), |row| row == 2);
/// assert_eq!(long.count(), 2);
/// assert_eq!(long.and(&last.not()).count(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    rows: usize,
    /// Bit `r % 64` of word `r / 64` stands for row `r`; spare bits are 0.
    words: Vec<u64>,
}

impl Mask {
    /// All rows.
    pub fn all(rows: usize) -> Self {
        Self { rows, words: vec![u64::MAX; rows.div_ceil(64)] }.trimmed()
    }

    /// No row.
    pub fn none(rows: usize) -> Self {
        Self { rows, words: vec![0; rows.div_ceil(64)] }
    }

    /// The rows for which `test` says yes.
    ///
    /// Where the answer hangs on the value of one column, [`Column::mask`](crate::Column::mask)
    /// is faster.
    pub fn from_fn(rows: usize, mut test: impl FnMut(usize) -> bool) -> Self {
        let word = |first: usize| {
            let mut answers = [0; 64];
            let rows = rows.min(first + 64) - first;
            for (place, answer) in answers[..rows].iter_mut().enumerate() {
                *answer = u8::from(test(first + place));
            }
            pack(&answers)
        };
        Self { rows, words: (0..rows).step_by(64).map(word).collect() }
    }

    /// The rows whose value passes `test`.
    pub(crate) fn from_values<T>(values: &[T], mut test: impl FnMut(&T) -> bool) -> Self {
        let mut words = Vec::with_capacity(values.len().div_ceil(64));
        let (whole, rest) = values.as_chunks::<64>();
        for chunk in whole {
            // A loop of fixed length over bytes is what the compiler turns into vector code.
            let mut answers = [0; 64];
            for (answer, value) in answers.iter_mut().zip(chunk) {
                *answer = u8::from(test(value));
            }
            words.push(pack(&answers));
        }
        if !rest.is_empty() {
            let mut answers = [0; 64];
            for (answer, value) in answers.iter_mut().zip(rest) {
                *answer = u8::from(test(value));
            }
            words.push(pack(&answers));
        }
        Self { rows: values.len(), words }
    }

    /// The rows of a bitmap as the host writes it, where an empty one stands for all rows.
    pub(crate) fn from_bitmap(rows: usize, bitmap: &[u64]) -> Self {
        if bitmap.is_empty() {
            return Self::all(rows);
        }
        let mut words = bitmap.to_vec();
        words.resize(rows.div_ceil(64), 0);
        Self { rows, words }.trimmed()
    }

    /// How many rows the batch has, chosen or not.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many rows are chosen.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The rows that are meant, in their order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(place, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                // Takes the lowest bit away; of 0 there is none left.
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(place * 64 + bit)
            })
        })
    }

    /// Whether a row is chosen; `false` for a row that does not exist.
    pub fn contains(&self, row: usize) -> bool {
        self.words.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// The rows that are in both.
    ///
    /// Two masks of one batch have equally many rows. Of masks that do not, the shorter length
    /// counts, and [`Answer`](crate::Answer) refuses the result.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.with(other, |mine, theirs| mine & theirs)
    }

    /// The rows that are in either, or in both.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.with(other, |mine, theirs| mine | theirs)
    }

    /// The rows that are in this one but not in the other.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.with(other, |mine, theirs| mine & !theirs)
    }

    /// The rows that are not in it.
    #[must_use]
    pub fn not(&self) -> Self {
        Self { rows: self.rows, words: self.words.iter().map(|word| !word).collect() }.trimmed()
    }

    /// The bitmap as the host reads it.
    pub(crate) fn to_words(&self) -> Vec<u64> {
        self.words.clone()
    }

    fn with(&self, other: &Self, join: impl Fn(u64, u64) -> u64) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(mine, theirs)| join(*mine, *theirs));
        Self { rows: self.rows.min(other.rows), words: words.collect() }.trimmed()
    }

    /// Clears the bits behind the last row.
    fn trimmed(mut self) -> Self {
        if let (Some(last), used @ 1..) = (self.words.last_mut(), self.rows % 64) {
            *last &= (1 << used) - 1;
        }
        self
    }
}

/// One bit for each of 64 bytes that are 0 or 1.
///
/// The product moves bit 0 of byte `k` to bit `56 + k`: 8k + (56 - 7k). No two of the 64 partial
/// products meet, so nothing carries.
fn pack(answers: &[u8; 64]) -> u64 {
    let (eights, _) = answers.as_chunks::<8>();
    eights.iter().rev().fold(0, |word, eight| {
        word << 8 | u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths around the borders of words, and one of several.
    const LENGTHS: [usize; 8] = [0, 1, 63, 64, 65, 127, 128, 200];

    #[test]
    fn rows_that_are_meant_come_in_order() {
        let rows: Vec<usize> = Mask::from_fn(200, |row| row % 63 == 1).iter().collect();
        assert_eq!(rows, [1, 64, 127, 190]);
        assert_eq!(Mask::none(70).iter().count(), 0);
        assert_eq!(Mask::all(70).iter().last(), Some(69));
    }

    #[test]
    fn masks_hold_the_rows_that_passed() {
        for rows in LENGTHS {
            let is_in = |row: usize| row % 7 < 3 || row == 64;
            let values: Vec<usize> = (0..rows).collect();
            let mask = Mask::from_fn(rows, is_in);
            assert_eq!(mask, Mask::from_values(&values, |row| is_in(*row)));
            assert_eq!(mask.count(), values.iter().filter(|row| is_in(**row)).count());
            assert!(values.iter().all(|row| mask.contains(*row) == is_in(*row)), "{rows}");
            assert!(!mask.contains(rows));
        }
    }

    #[test]
    fn spare_bits_stay_clear() {
        for rows in LENGTHS {
            let spare = |mask: &Mask| (rows..rows + 64).any(|row| mask.contains(row));
            assert!(!spare(&Mask::all(rows)) && !spare(&Mask::none(rows).not()), "{rows}");
            assert_eq!(Mask::all(rows).count(), rows);
            assert_eq!(Mask::none(rows).not(), Mask::all(rows));
            assert_eq!(Mask::from_bitmap(rows, &[u64::MAX; 4]).count(), rows);
            assert_eq!(Mask::from_bitmap(rows, &[]), Mask::all(rows));
        }
    }

    #[test]
    fn masks_combine_like_sets() {
        let even = Mask::from_fn(100, |row| row % 2 == 0);
        let third = Mask::from_fn(100, |row| row % 3 == 0);
        assert_eq!(even.and(&third), Mask::from_fn(100, |row| row % 6 == 0));
        assert_eq!(even.or(&third).count(), 50 + 34 - 17);
        assert_eq!(even.without(&third), even.and(&third.not()));
    }

    #[test]
    fn a_mask_of_another_batch_does_not_grow_the_result() {
        let mixed = Mask::all(100).or(&Mask::all(10));
        assert_eq!((mixed.rows(), mixed.count()), (10, 10));
    }
}
