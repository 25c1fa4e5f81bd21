//! The sheet for the safe: the key in groups that can be typed and checked, and how to use it.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::domain::{Lang, Scope};
use crate::store::DatabaseKey;

use super::plugins::hex;
use super::recovery_error::RecoveryError;
use super::workspace::{App, today};
use super::{Actor, Error, UseCase};

/// Groups on the sheet, and the digits of the key in each; two more digits check them.
const GROUPS: usize = 16;
const DIGITS: usize = 4;

/// What the sheet is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetForm {
    /// For a printer that prints text.
    Text,
    /// A page for printing.
    Html,
}

/// A sheet. It holds the key, so it is not shown by `Debug`.
pub struct KeySheet {
    /// What is printed.
    pub text: Zeroizing<String>,
}

impl App {
    /// Makes the sheet for the safe.
    ///
    /// With a passphrase the key is not on it, but what makes the key from the passphrase is, and a
    /// line to write the passphrase on by hand.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`], and those of the store.
    pub fn key_sheet(&self, actor: &Actor, form: SheetForm, lang: Lang) -> Result<KeySheet, Error> {
        self.permit(actor, UseCase::KeyChange)?;
        let reader = self.store.read(&Scope::municipality())?;
        let generation = reader.key_generation()?;
        let name = reader.municipality_name()?;
        let fingerprint = hex(&self.lock.key.fingerprint());
        let mut blocks: Vec<(bool, Zeroizing<String>)> = Vec::new();
        let mut say = |de: String, en: String| {
            blocks.push((false, Zeroizing::new(lang.pick(de, en))));
        };
        let day = today();
        say(format!("Kommune: {name}"), format!("Municipality: {name}"));
        say(
            format!(
                "Gedruckt am {}. Schlüssel Nr. {generation}, Kennung {fingerprint}.",
                day.german()
            ),
            format!("Printed on {day}. Key no. {generation}, fingerprint {fingerprint}."),
        );
        if let Some(derivation) = &self.lock.derivation {
            say(
                "Die Daten öffnet eine Passphrase. Schreiben Sie sie hier von Hand hin:".into(),
                "The records are opened with a passphrase. Write it here by hand:".into(),
            );
            blocks.push((true, Zeroizing::new("_".repeat(60))));
            let mut say = |de: &str, en: &str| {
                blocks.push((false, Zeroizing::new(lang.pick(de, en).to_owned())));
            };
            say(
                "Dazu gehört die Datei tridem.kdf. Sie liegt im Datenordner und steckt in jeder \
                 Sicherung. Ist beides verloren, legen Sie sie mit diesem Inhalt neu an:",
                "It needs the file tridem.kdf, which lies in the folder of the records and is in \
                 every backup. If both are lost, make it anew with this content:",
            );
            blocks.push((true, Zeroizing::new(derivation.text().trim_end().to_owned())));
        } else {
            say(
                "Dieser Schlüssel öffnet alle Daten und jede Sicherung. Niemand kann ihn \
                 wiederbeschaffen."
                    .into(),
                "This key opens all records and every backup. Nobody can recover it.".into(),
            );
            blocks.push((true, groups(&self.lock.key)));
            let mut say = |de: &str, en: &str| {
                blocks.push((false, Zeroizing::new(lang.pick(de, en).to_owned())));
            };
            say(
                "Jede Gruppe hat vier Ziffern des Schlüssels und zwei Prüfziffern, alle von 0 bis 9 \
                 und a bis f.",
                "Each group has four digits of the key and two that check them, all of 0 to 9 and a \
                 to f.",
            );
            say(
                "Prüfen: `tridem key check --typed`, dann die Gruppen abtippen. Als Datei anlegen: \
                 `tridem key type --out tridem.key`.",
                "To check it: `tridem key check --typed`, then type the groups. To make the file of \
                 it: `tridem key type --out tridem.key`.",
            );
        }
        let mut say = |de: &str, en: &str| {
            blocks.push((false, Zeroizing::new(lang.pick(de, en).to_owned())));
        };
        say(
            "Im Notfall: Tridem installieren und die letzte Sicherung zurückspielen mit `tridem \
             restore --from ORDNER --dir NEU --key-file tridem.key`.",
            "In an emergency: install Tridem and bring the last backup back with `tridem restore \
             --from DIR --dir NEW --key-file tridem.key`.",
        );
        say(
            "In einen verschlossenen Umschlag, in den Tresor, getrennt von den Sicherungen. Wer beides \
             hat, liest alles.",
            "Into a sealed envelope, into the safe, apart from the backups. Whoever has both can read \
             everything.",
        );
        Ok(KeySheet { text: laid_out(&blocks, form, lang) })
    }

    /// Checks whether a copy of the key in a file opens the records, and remembers that it does.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RecoveryError::OtherKey`]; [`RecoveryError::IsPassphrase`]; where the
    /// file holds no key.
    pub fn check_key_file(&mut self, actor: &Actor, path: &Path) -> Result<(), Error> {
        self.permit(actor, UseCase::KeyChange)?;
        self.check_key(actor, &DatabaseKey::read_file(path)?, false)
    }

    /// The same for the groups of the sheet, as somebody typed them.
    ///
    /// # Errors
    ///
    /// As [`App::check_key_file`], and those of reading the groups.
    pub fn check_typed_key(&mut self, actor: &Actor, text: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::KeyChange)?;
        self.check_key(actor, &read_groups(text)?, true)
    }

    fn check_key(&mut self, actor: &Actor, key: &DatabaseKey, typed: bool) -> Result<(), Error> {
        if self.lock.derivation.is_some() {
            return Err(RecoveryError::IsPassphrase.into());
        }
        if key.fingerprint() != self.lock.key.fingerprint() {
            return Err(RecoveryError::OtherKey.into());
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.note_key_check(typed)?;
        Ok(writer.commit()?)
    }

    /// Makes the file of a key from the groups of the sheet, where there is none yet.
    ///
    /// # Errors
    ///
    /// Those of reading the groups; where there is a file already.
    pub fn write_typed_key(text: &str, path: &Path) -> Result<(), Error> {
        Ok(read_groups(text)?.write_file(path)?)
    }
}

/// The two digits that check a group. Its place counts, so two groups that changed places are noticed.
fn check_digits(place: usize, digits: &str) -> String {
    let mut digest = Sha256::new_with_prefix(b"tridem key sheet 1\0");
    digest.update([u8::try_from(place).unwrap_or(u8::MAX)]);
    digest.update(digits);
    hex(&digest.finalize()[..1])
}

/// The key in groups, four in a line.
fn groups(key: &DatabaseKey) -> Zeroizing<String> {
    let digits = key.hex();
    let mut text = Zeroizing::new(String::with_capacity(GROUPS * (DIGITS + 4)));
    for place in 0..GROUPS {
        let group = &digits[place * DIGITS..(place + 1) * DIGITS];
        let end = if place + 1 == GROUPS {
            ""
        } else if place % 4 == 3 {
            "\n"
        } else {
            "  "
        };
        let _ = write!(text, "{group}{}{end}", check_digits(place, group));
    }
    text
}

/// The key from the groups of a sheet; white space and the size of letters do not matter.
///
/// # Errors
///
/// [`RecoveryError::GroupCount`]; [`RecoveryError::BadGroup`] with the place of the first group that
/// is wrong, and never with what was typed.
fn read_groups(text: &str) -> Result<DatabaseKey, Error> {
    let text = Zeroizing::new(text.to_ascii_lowercase());
    let groups: Vec<&str> = text.split_whitespace().collect();
    if groups.len() != GROUPS {
        return Err(RecoveryError::GroupCount(groups.len()).into());
    }
    let mut digits = Zeroizing::new(String::with_capacity(GROUPS * DIGITS));
    for (place, group) in groups.into_iter().enumerate() {
        let bad = || RecoveryError::BadGroup(place + 1);
        let (key, check) = group.split_at_checked(DIGITS).ok_or_else(bad)?;
        if check != check_digits(place, key) {
            return Err(bad().into());
        }
        digits.push_str(key);
    }
    Ok(DatabaseKey::from_hex(&digits)?)
}

fn laid_out(
    blocks: &[(bool, Zeroizing<String>)],
    form: SheetForm,
    lang: Lang,
) -> Zeroizing<String> {
    let title = lang.pick("Tridem: Blatt für den Tresor", "Tridem: sheet for the safe");
    // With room for all of it, so that no part of the key is left behind by growing.
    let mut text = Zeroizing::new(String::with_capacity(8_192));
    match form {
        SheetForm::Text => {
            let _ = write!(text, "{title}\n{}\n", "=".repeat(title.chars().count()));
            for (is_plain, block) in blocks {
                let _ = writeln!(text);
                for line in block.lines() {
                    let _ = writeln!(text, "{}{line}", if *is_plain { "    " } else { "" });
                }
            }
        }
        SheetForm::Html => {
            let code = lang.pick("de", "en");
            let _ = writeln!(
                text,
                "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
                 <title>{title}</title>\n<style>body {{ font: 12pt/1.5 sans-serif; max-width: 40em; \
                 margin: 2em auto }} pre {{ font: 14pt/1.8 monospace; white-space: pre-wrap }}\
                 </style>\n</head>\n<body>\n<h1>{title}</h1>"
            );
            for (is_plain, block) in blocks {
                let tag = if *is_plain { "pre" } else { "p" };
                let _ = write!(text, "<{tag}>");
                for letter in block.chars() {
                    let _ = match letter {
                        '&' => write!(text, "&amp;"),
                        '<' => write!(text, "&lt;"),
                        '>' => write!(text, "&gt;"),
                        _ => write!(text, "{letter}"),
                    };
                }
                let _ = writeln!(text, "</{tag}>");
            }
            let _ = writeln!(text, "</body>\n</html>");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_wrong_digit_a_missing_group_and_two_that_changed_places_are_noticed() {
        let key = DatabaseKey::from_hex(&"0123456789abcdef".repeat(4)).unwrap();
        let sheet = groups(&key);
        let sound: Vec<&str> = sheet.split_whitespace().collect();
        assert_eq!(sound.len(), 16);
        let wrong = |groups: &[&str]| read_groups(&groups.join(" ")).unwrap_err();
        assert!(matches!(wrong(&sound[1..]), Error::Recovery(RecoveryError::GroupCount(15))));
        let mut swapped = sound.clone();
        swapped.swap(0, 4);
        // The digits of groups 1 and 5 are the same, their places are not.
        assert_eq!(sound[0][..4], sound[4][..4]);
        assert!(matches!(wrong(&swapped), Error::Recovery(RecoveryError::BadGroup(1))));
        for bad in ["", "0", "ääää", "0124aa", "01230"] {
            let mut groups = sound.clone();
            groups[2] = if bad.is_empty() { "x" } else { bad };
            let error = wrong(&groups);
            assert!(matches!(error, Error::Recovery(RecoveryError::BadGroup(3))), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_again(bytes in any::<[u8; 32]>()) {
            let key = DatabaseKey::from_hex(&hex(&bytes)).unwrap();
            let again = read_groups(&groups(&key).to_uppercase()).unwrap();
            prop_assert_eq!(&*again.hex(), &*key.hex());
        }
    }

    #[test]
    fn a_sheet_opens_its_records_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor::new("tester".into(), None);
        let made = |name: &str| {
            let dir = folder.path().join(name);
            let key = super::super::KeySource::new(None, None, &dir);
            App::init(&actor, &dir, &key, "Muster & Söhne").unwrap();
            App::open(&dir, &key).unwrap()
        };
        let (mut one, mut other) = (made("one"), made("other"));
        let html = one.key_sheet(&actor, SheetForm::Html, Lang::De).unwrap().text;
        assert!(html.contains("Muster &amp; Söhne") && html.contains("<pre>"));
        let text = one.key_sheet(&actor, SheetForm::Text, Lang::En).unwrap().text;
        let typed: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("    ")).collect();
        let typed = typed.join(" ");
        let error = other.check_typed_key(&actor, &typed).unwrap_err();
        assert!(matches!(error, Error::Recovery(RecoveryError::OtherKey)), "{error}");
        one.check_typed_key(&actor, &typed).unwrap();
        let file = folder.path().join("typed.key");
        App::write_typed_key(&typed, &file).unwrap();
        one.check_key_file(&actor, &file).unwrap();
        assert!(other.check_key_file(&actor, &file).is_err());
    }
}
