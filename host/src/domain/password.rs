//! What a password has to be: long, and not one that everybody tries first.

/// Fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 12;

/// Most characters, so that nobody has the program hash a novel.
pub const LONGEST_PASSWORD: usize = 1_000;

/// Why a text cannot be a password. It is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// It has too few characters.
    Short {
        /// How many it has.
        length: usize,
    },
    /// It has too many.
    Long,
    /// It is one of those that are tried first.
    Common,
}

/// The long ones among the commonest passwords, in small letters; short ones are refused anyway. A
/// number or a sign beside one makes it no better, so they are looked for anywhere.
const COMMON: &[&str] = &[
    "1q2w3e4r5t6z",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcdefghijkl",
    "administrator",
    "asdfghjklöä",
    "bildungsmediation",
    "bildungsmediator",
    "borussiadortmund",
    "changemenow",
    "changeme",
    "datenschutz",
    "deutschland",
    "dragonballz",
    "fcbayernmünchen",
    "geheimespasswort",
    "geheim",
    "hallohallo",
    "hallowelt",
    "iloveyou",
    "ichliebedich",
    "kommune",
    "koordination",
    "lehrkraft",
    "letmein",
    "letmeinplease",
    "meinpasswort",
    "mypassword",
    "neuespasswort",
    "newpassword",
    "passwort",
    "passwortpasswort",
    "passwordpassword",
    "password",
    "passw0rd",
    "passw0rt",
    "programmleitung",
    "qwertyuiop",
    "qwertzuiop",
    "qwertzuiopü",
    "schalke",
    "schulleitung",
    "schulsozialarbeit",
    "sommer",
    "startpasswort",
    "superman",
    "testtesttest",
    "tridem",
    "trustno1",
    "willkommen",
    "welcome",
    "winter",
];

/// Characters that a password has besides words that anybody around would try.
const OWN: usize = 8;

/// Refuses a new password that is easy to guess. An old one is never looked at so: it is right or not.
///
/// There is no rule about digits, capitals or signs: they make passwords hard to remember, and not
/// hard to guess. `around` are words that somebody who wants to guess it knows: what the person signs
/// in with, and the name of the municipality. One that is made of such words, or of the commonest,
/// and of little else is refused; words of one or two letters do not count.
///
/// # Errors
///
/// What is wrong with it.
pub fn check_password(password: &str, around: &[&str]) -> Result<(), PasswordRefusal> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(PasswordRefusal::Short { length });
    }
    if length > LONGEST_PASSWORD {
        return Err(PasswordRefusal::Long);
    }
    let small = password.to_lowercase();
    let mut words: Vec<String> = around.iter().map(|word| word.to_lowercase()).collect();
    words.extend(COMMON.iter().map(|word| (*word).to_owned()));
    words.retain(|word| word.chars().count() > 2);
    // The longest first, since one may hold another.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = words.iter().fold(small.clone(), |rest, word| rest.replace(word.as_str(), ""));
    let is_common = runs(&small) || rest != small && rest.chars().count() < OWN;
    if is_common { Err(PasswordRefusal::Common) } else { Ok(()) }
}

/// Whether a text is one short piece over and over, or characters that follow each other.
fn runs(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let repeats =
        (1..=3).any(|piece| letters.iter().skip(piece).eq(&letters[..letters.len() - piece]));
    let follows = |step: i64| {
        letters.windows(2).all(|pair| {
            let (one, next) = (i64::from(u32::from(pair[0])), i64::from(u32::from(pair[1])));
            // After 9 comes 0 again, and the other way round.
            let around = if step == 1 { ['9', '0'] } else { ['0', '9'] };
            next - one == step || pair == around
        })
    };
    repeats || follows(1) || follows(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_passwords_are_refused_by_their_characters_and_not_their_bytes() {
        for (short, length) in [("", 0), ("elf Zeichen", 11), ("äöüäöüäöüäö", 11)] {
            assert_eq!(check_password(short, &["m1"]), Err(PasswordRefusal::Short { length }));
        }
        assert_eq!(check_password(&"x y".repeat(400), &["m1"]), Err(PasswordRefusal::Long));
    }

    #[test]
    fn what_everybody_tries_first_is_refused_however_it_is_dressed_up() {
        for common in [
            "Passwort2026!",
            "password1234",
            "123456789012",
            "1234567890123",
            "987654321098",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "121212121212",
            "Willkommen2026",
            "qwertzuiop12",
            "Sommer2026!!!",
            "!!!Sommer2026",
            "mia.muster.2026",
            "Tridem-Musterstadt",
            "Bad Musterstadt 26",
            "MusterstadtMia.Muster",
            "Schulleitung2026!",
            "PasswortTridem1234",
        ] {
            let refused = check_password(common, &["Bad", "Musterstadt", "mia.muster"]);
            assert_eq!(refused, Err(PasswordRefusal::Common), "{common}");
        }
    }

    #[test]
    fn long_words_without_digits_capitals_or_signs_are_passwords() {
        for good in
            ["korrekt pferd batterie", "zwölf zeichen", "grünkohlwetterkarte", "aaaaaaaaaaab"]
        {
            assert_eq!(check_password(good, &["m1"]), Ok(()), "{good}");
        }
        // With a known word in it, what else is there counts.
        for good in ["im sommer nach musterstadt", "m1 m1 elf zeichen"] {
            assert_eq!(check_password(good, &["musterstadt", "m1"]), Ok(()), "{good}");
        }
    }
}
