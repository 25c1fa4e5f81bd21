//! Parts as bytes, to be kept and put together with others later.

use super::cube::Totals;
use super::part::{Counted, Part, PartBlock};
use super::set::{Crowd, Set};
use super::spread::Spread;
use super::tally::Tally;

/// How parts are written. It changes with the form of the bytes and with whatever else makes the
/// same rows come to other parts, such as the marks of rows. Parts of another layout are not read.
pub const LAYOUT: u8 = 2;

/// Sets with larger numbers are not read, so that a few bytes cannot take more than 8 MiB.
const MOST: u32 = 1 << 26;

impl Part {
    /// The part as bytes. They are the same for the same part.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![LAYOUT];
        number(&mut bytes, self.dataset as u64);
        number(&mut bytes, self.divides.len() as u64);
        bytes.extend(self.divides.iter().map(|divides| match divides {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        }));
        number(&mut bytes, self.blocks.len() as u64);
        for block in &self.blocks {
            number(&mut bytes, block.persons_of as u64);
            cells(&mut bytes, &block.totals, |bytes, totals| {
                number(bytes, totals.rows);
                bytes.extend(totals.fingerprint.to_le_bytes());
                bytes.extend(totals.sum.to_le_bytes());
            });
            cells(&mut bytes, &block.persons, |bytes, counted| match counted {
                Counted::Number(persons) => {
                    bytes.push(0);
                    number(bytes, *persons);
                }
                Counted::Different(Crowd { set, rows }) => {
                    bytes.push(1);
                    put_set(bytes, set);
                    put_spread(bytes, rows);
                }
            });
            cells(&mut bytes, &block.different, put_set);
            cells(&mut bytes, &block.tallies, |bytes, tally| {
                bytes.push(u8::from(tally.is_narrow()));
                let counts = tally.counts();
                number(bytes, counts.len() as u64);
                let mut before = 0;
                for (distance, times) in counts {
                    number(bytes, distance - before);
                    number(bytes, times);
                    before = distance;
                }
            });
            cells(&mut bytes, &block.amounts, put_spread);
        }
        bytes
    }

    /// The part that was written; `None` where the bytes are none. Whether it belongs to a plan,
    /// [`Reducer::absorb`](super::Reducer::absorb) finds out.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        if reader.byte()? != LAYOUT {
            return None;
        }
        let dataset = reader.size()?;
        let divides = reader.list(|reader| match reader.byte()? {
            0 => Some(None),
            1 => Some(Some(false)),
            2 => Some(Some(true)),
            _ => None,
        })?;
        let blocks = reader.list(|reader| {
            Some(PartBlock {
                persons_of: reader.size()?,
                totals: reader.cells(|reader| {
                    Some(Totals {
                        rows: reader.number()?,
                        fingerprint: u128::from_le_bytes(*reader.array()?),
                        sum: i128::from_le_bytes(*reader.array()?),
                    })
                })?,
                persons: reader.cells(|reader| match reader.byte()? {
                    0 => Some(Counted::Number(reader.number()?)),
                    1 => {
                        let set = reader.set()?;
                        Some(Counted::Different(Crowd { set, rows: reader.spread()? }))
                    }
                    _ => None,
                })?,
                different: reader.cells(Reader::set)?,
                tallies: reader.cells(Reader::tally)?,
                amounts: reader.cells(Reader::spread)?,
            })
        })?;
        reader.0.is_empty().then_some(Self { dataset, divides, blocks })
    }
}

/// Writes a number in as few groups of seven bits as it has, the lowest first.
fn number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Writes cells with their slots.
fn cells<T>(bytes: &mut Vec<u8>, cells: &[(usize, T)], put: impl Fn(&mut Vec<u8>, &T)) {
    number(bytes, cells.len() as u64);
    let mut before = 0;
    for (slot, cell) in cells {
        number(bytes, (slot - before) as u64);
        put(bytes, cell);
        before = *slot;
    }
}

/// Writes a set, as its words or as the distances between its numbers, whichever is shorter.
fn put_set(bytes: &mut Vec<u8>, set: &Set) {
    let (first, words) = set.words();
    // A distance takes one or two bytes.
    if set.len() * 2 < (words.len() * 8) as u64 {
        bytes.push(0);
        number(bytes, set.len());
        let mut before = 0;
        for member in set.numbers() {
            number(bytes, u64::from(member - before));
            before = member;
        }
    } else {
        bytes.push(1);
        number(bytes, first as u64);
        number(bytes, words.len() as u64);
        bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    }
}

/// Writes what each share has.
fn put_spread(bytes: &mut Vec<u8>, spread: &Spread) {
    number(bytes, spread.entries().count() as u64);
    for (share, amount) in spread.entries() {
        bytes.push(share);
        // Small numbers of either sign take few bytes.
        number(bytes, (amount.cast_unsigned() << 1) ^ (amount >> 63).cast_unsigned());
    }
}

/// What is left to read. Nothing that is read is believed: every way to end is `None`.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| *byte)
    }

    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (array, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(array)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for group in 0..10 {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            if group == 9 && bits > 1 {
                return None;
            }
            number |= bits << (7 * group);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn size(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    /// How many there are of something that takes at least a byte.
    fn count(&mut self) -> Option<usize> {
        self.size().filter(|count| *count <= self.0.len())
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| item(self)).collect()
    }

    fn cells<T>(
        &mut self,
        mut cell: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<(usize, T)>> {
        let mut slot = 0usize;
        self.list(|reader| {
            slot = slot.checked_add(reader.size()?)?;
            Some((slot, cell(reader)?))
        })
    }

    fn set(&mut self) -> Option<Set> {
        match self.byte()? {
            0 => {
                let mut set = Set::default();
                let mut before = 0u32;
                for _ in 0..self.count()? {
                    let distance = self.number()?.try_into().ok()?;
                    before = before.checked_add(distance).filter(|member| *member < MOST)?;
                    set.insert(before);
                }
                Some(set)
            }
            1 => {
                let first = self.size()?;
                let words = self.size()?;
                let (data, rest) = self.0.split_at_checked(words.checked_mul(8)?)?;
                self.0 = rest;
                let end = first.checked_add(words)?.checked_mul(64)?;
                let (words, _) = data.as_chunks::<8>();
                if end > MOST as usize {
                    return None;
                }
                Set::of_words(first, words.iter().map(|word| u64::from_le_bytes(*word)).collect())
            }
            _ => None,
        }
    }

    fn spread(&mut self) -> Option<Spread> {
        let entries = self.list(|reader| {
            let share = reader.byte()?;
            let amount = reader.number()?;
            Some((share, (amount >> 1).cast_signed() ^ -(amount & 1).cast_signed()))
        })?;
        Some(Spread::from(entries))
    }

    fn tally(&mut self) -> Option<Tally> {
        let mut tally = Tally::empty(self.byte()? == 1);
        let mut distance = 0u64;
        for _ in 0..self.count()? {
            distance = distance.checked_add(self.number()?)?;
            tally.try_add(distance, self.number()?)?;
        }
        Some(tally)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::Reducer;
    use crate::report::fixture::{
        Contact, NO_MONTH, OF_CONTACTS, OF_SCHOOLS, batch, contact, contacts, many_tables, schools,
    };

    fn sample() -> Vec<Contact> {
        let visit = Contact { is_visit: true, minutes: 900, guest: 1, ..contact(1, 7) };
        let mut rows = contacts(1, 70);
        rows.extend([
            visit,
            Contact { month: NO_MONTH, kind: 5, ..contact(1, 8) },
            Contact { household: None, ..contact(1, 0) },
            Contact { guest: 2, ..contact(1, 90_000) },
        ]);
        rows
    }

    fn part() -> Part {
        let mut reducer = Reducer::new(many_tables(3)).unwrap();
        let (batch, classified) = batch(&sample());
        reducer.add(OF_CONTACTS, &batch, &classified).unwrap();
        reducer.take(OF_CONTACTS)
    }

    #[test]
    fn bytes_that_end_early_or_go_on_are_no_part() {
        let bytes = part().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Part::from_bytes(&bytes[..end]), None, "{end} of {} bytes", bytes.len());
        }
        assert_eq!(Part::from_bytes(&[&bytes[..], &[0]].concat()), None);
        let mut other = bytes.clone();
        other[0] = LAYOUT + 1;
        assert_eq!(Part::from_bytes(&other), None);
        assert_eq!(Part::from_bytes(&bytes), Some(part()));
    }

    #[test]
    fn a_part_of_another_plan_is_not_added() {
        let bytes = part().to_bytes();
        let mut small = many_tables(3);
        small.description.tables.truncate(1);
        for plan in [many_tables(0), small] {
            let mut reducer = Reducer::new(plan.clone()).unwrap();
            let error = reducer.absorb(&Part::from_bytes(&bytes).unwrap()).unwrap_err();
            assert_eq!(error, crate::report::Error::OtherPlan);
            assert_eq!(reducer.finish(), Reducer::new(plan).unwrap().finish());
        }
    }

    #[test]
    fn a_part_that_was_taken_is_counted_no_more() {
        let plan = many_tables(3);
        let mut reducer = Reducer::new(plan.clone()).unwrap();
        let (rows, answer) = schools(&[40, 20, 0]);
        reducer.add(OF_SCHOOLS, &rows, &answer).unwrap();
        let of_schools = reducer.take(OF_SCHOOLS);
        let (rows, answer) = batch(&sample());
        reducer.add(OF_CONTACTS, &rows, &answer).unwrap();
        let of_contacts = reducer.take(OF_CONTACTS);
        assert_eq!(reducer.finish(), Reducer::new(plan.clone()).unwrap().finish());

        let mut all = Reducer::new(plan.clone()).unwrap();
        for part in [of_contacts, of_schools] {
            all.absorb(&Part::from_bytes(&part.to_bytes()).unwrap()).unwrap();
        }
        let whole = crate::report::fixture::cube(plan, &[40, 20, 0], &sample());
        assert_eq!(all.finish(), whole);
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(place in 0usize..4_000, bit in 0u32..8, more in any::<[u8; 40]>()) {
            let mut bytes = part().to_bytes();
            let place = place % bytes.len();
            bytes[place] ^= 1 << bit;
            let mut reducer = Reducer::new(many_tables(3)).unwrap();
            if let Some(part) = Part::from_bytes(&bytes) {
                let _ = reducer.absorb(&part);
            }
            let _ = Part::from_bytes(&[&[LAYOUT], &more[..]].concat());
        }
    }
}
