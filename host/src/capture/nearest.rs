//! The nearest known word to a mistyped one.

/// The word of `known` that is nearest to `typed`, where one is near enough to be meant: at most
/// one edit for each three letters, and one in any case. Capital letters do not count as edits.
///
/// Each known entry is what to answer and what it may be spelled like.
pub(super) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Option<&'a str> {
    let typed: Vec<char> = typed.to_lowercase().chars().collect();
    let limit = (typed.len() / 3).max(1);
    known
        .into_iter()
        .filter_map(|(answer, spelling)| {
            let spelling: Vec<char> = spelling.to_lowercase().chars().collect();
            // Lengths alone may say that it is too far, which spares the work for long texts.
            let near = spelling.len().abs_diff(typed.len()) <= limit;
            near.then(|| (distance(&typed, &spelling), answer))
        })
        .filter(|(edits, _)| *edits <= limit)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, answer)| answer)
}

/// How many letters must be put in, taken out or replaced to turn one word into the other
/// (Levenshtein 1965, with one row of the matrix kept).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, letter) in one.iter().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (place, with) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != with);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(one: &str, other: &str) -> usize {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        distance(&letters(one), &letters(other))
    }

    #[test]
    fn edits_are_counted_as_in_the_textbook() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("abc", ""), 3);
        assert_eq!(edits("tandem", "tridem"), 2);
        assert_eq!(edits("phone", "phone"), 0);
    }

    #[test]
    fn far_words_are_not_suggested_and_near_ones_are() {
        let known = || [("home-visit", "home-visit"), ("home-visit", "Hausbesuch"), ("de", "de")];
        assert_eq!(nearest("xyz", known()), None);
        assert_eq!(nearest("homevisit", known()), Some("home-visit"));
        assert_eq!(nearest("hausbesuch", known()), Some("home-visit"));
        assert_eq!(nearest("DE", known()), Some("de"));
    }
}
