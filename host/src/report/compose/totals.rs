//! Which numbers of a line are the sum of others, as far as that can be seen from the numbers.

use std::collections::{BTreeSet, HashMap};

/// A number of a line and those that it is the sum of, by their places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sum {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

/// The sums in a line of numbers none of which is 0: a number that is the sum of those right before
/// or right after it, as many as it takes, or of all others that are not such sums themselves.
///
/// Numbers that are such a sum by chance are taken for one: then more is withheld than has to be.
pub(super) fn sums(values: &[i128]) -> Vec<Sum> {
    let mut found: BTreeSet<Sum> = before(values).into_iter().collect();
    let of_several = found.iter().filter(|sum| sum.parts.len() > 1);
    let totals: BTreeSet<usize> = of_several.map(|sum| sum.total).collect();
    let leaves: Vec<usize> = (0..values.len()).filter(|place| !totals.contains(place)).collect();
    let reversed: Vec<i128> = values.iter().rev().copied().collect();
    let last = values.len().saturating_sub(1);
    found.extend(before(&reversed).into_iter().map(|sum| {
        let mut parts: Vec<usize> = sum.parts.into_iter().map(|part| last - part).collect();
        parts.sort_unstable();
        Sum { total: last - sum.total, parts }
    }));
    for numbers in [leaves, (0..values.len()).collect()] {
        let all: i128 = numbers.iter().map(|place| values[*place]).sum();
        for (place, value) in values.iter().enumerate() {
            let is_among = numbers.binary_search(&place).is_ok();
            let others = if is_among { all - value } else { all };
            if others == *value && numbers.len() > usize::from(is_among) {
                let parts = numbers.iter().copied().filter(|other| *other != place).collect();
                found.insert(Sum { total: place, parts });
            }
        }
    }
    found.into_iter().collect()
}

/// The sums of numbers right before: the longest and the shortest run of each.
fn before(values: &[i128]) -> Vec<Sum> {
    let mut found = Vec::new();
    let mut sum: i128 = 0;
    // For each sum of the first numbers the first and the last place at which it was reached.
    let mut reached: HashMap<i128, (usize, usize)> = HashMap::from([(0, (0, 0))]);
    for (place, value) in values.iter().enumerate() {
        if let Some((first, last)) = reached.get(&(sum - value)).copied() {
            for start in BTreeSet::from([first, last]) {
                if start < place {
                    found.push(Sum { total: place, parts: (start..place).collect() });
                }
            }
        }
        sum += value;
        reached
            .entry(sum)
            .and_modify(|(_, last)| *last = place + 1)
            .or_insert((place + 1, place + 1));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[i128]) -> Vec<(usize, Vec<usize>)> {
        sums(values).into_iter().map(|sum| (sum.total, sum.parts)).collect()
    }

    #[test]
    fn numbers_that_are_no_sums_have_none() {
        assert_eq!(found(&[]), []);
        assert_eq!(found(&[7]), []);
        assert_eq!(found(&[2, 9, 14]), []);
    }

    #[test]
    fn a_total_is_found_at_either_end() {
        assert_eq!(found(&[2, 9, 14, 25]), [(3, vec![0, 1, 2])]);
        assert_eq!(found(&[25, 2, 9, 14]), [(0, vec![1, 2, 3])]);
    }

    #[test]
    fn subtotals_and_the_total_of_all_parts_are_found() {
        // 3 + 4 = 7, 5 + 6 = 11, and 18 is the sum of the four parts.
        let sums = found(&[3, 4, 7, 5, 6, 11, 18]);
        for sum in [(2, vec![0, 1]), (5, vec![3, 4]), (6, vec![0, 1, 3, 4])] {
            assert!(sums.contains(&sum), "{sum:?} in {sums:?}");
        }
    }

    #[test]
    fn a_total_in_the_middle_is_found() {
        assert!(found(&[2, 25, 9, 14]).contains(&(1, vec![0, 2, 3])));
    }

    #[test]
    fn a_total_of_one_part_is_that_part() {
        assert_eq!(found(&[9, 9]), [(0, vec![1]), (1, vec![0])]);
    }
}
