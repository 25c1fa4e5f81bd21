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
/// number or a sign at the end makes none of them better, so these are compared without.
const COMMON: &[&str] = &[
    "1q2w3e4r5t6z",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcdefghijkl",
    "administrator",
    "asdfghjklöä",
    "bildungsmediation",
    "borussiadortmund",
    "changemenow",
    "changeme",
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
    "qwertyuiop",
    "qwertzuiop",
    "qwertzuiopü",
    "schalke",
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

/// Refuses a new password that is easy to guess. An old one is never looked at so: it is right or not.
///
/// There is no rule about digits, capitals or signs: they make passwords hard to remember, and not
/// hard to guess. `code` is what the person signs in with.
///
/// # Errors
///
/// What is wrong with it.
pub fn check_password(password: &str, code: &str) -> Result<(), PasswordRefusal> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(PasswordRefusal::Short { length });
    }
    if length > LONGEST_PASSWORD {
        return Err(PasswordRefusal::Long);
    }
    let small = password.to_lowercase();
    let stem = small.trim_matches(|letter: char| !letter.is_alphabetic());
    let is_common = COMMON.contains(&small.as_str())
        || COMMON.contains(&stem)
        || runs(&small)
        || stem == code.to_lowercase();
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
            assert_eq!(check_password(short, "m1"), Err(PasswordRefusal::Short { length }));
        }
        assert_eq!(check_password(&"x y".repeat(400), "m1"), Err(PasswordRefusal::Long));
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
        ] {
            let refused = check_password(common, "mia.muster");
            assert_eq!(refused, Err(PasswordRefusal::Common), "{common}");
        }
    }

    #[test]
    fn long_words_without_digits_capitals_or_signs_are_passwords() {
        for good in
            ["korrekt pferd batterie", "zwölf zeichen", "grünkohlwetterkarte", "aaaaaaaaaaab"]
        {
            assert_eq!(check_password(good, "m1"), Ok(()), "{good}");
        }
    }
}
