//! What can go wrong with accounts, signing in and emergency access, and what to do about it.

use crate::capture::LONGEST_TEXT;
use crate::domain::{
    Belongs, Lang, MOST_EMERGENCY_HOURS, PasswordRefusal, Role, SHORTEST_PASSWORD, Text,
};

use super::tokens::{MOST_TOKEN_DAYS, MOST_TOKENS};

/// Why nobody was signed in, or nothing was done about an account. No message tells a password, and
/// none of those about signing in tells whether an account exists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountError {
    /// Nobody is signed in.
    #[error("these records have accounts, and nobody is signed in")]
    SignInNeeded,
    /// Somebody wanted to act as somebody else.
    #[error("where there are accounts, everybody acts as themselves, and `--as` does not count")]
    NotAs,
    /// There are no accounts.
    #[error("these records have no accounts, so nobody can sign in")]
    NoAccounts,
    /// The session is over.
    #[error("the session is over, or there never was one")]
    SessionOver,
    /// The code, the password, or both.
    #[error("the code or the password is wrong")]
    WrongSignIn,
    /// Too many tries.
    #[error("too many tries have failed; wait {}", waiting(*.0).en)]
    Wait(i64),
    /// The account has a second factor.
    #[error("the account asks for a one-time code besides the password")]
    SecondFactorNeeded,
    /// The second factor is wrong.
    #[error("the one-time code is wrong, or was used before")]
    WrongOneTimeCode,
    /// An administrator knows the password.
    #[error("the password is one to begin with, and you have to choose your own")]
    Provisional,
    /// Nobody is there to type it.
    #[error("a password is needed, and there is no terminal to ask for it")]
    NoPassword,
    /// Typed twice, and not the same.
    #[error("the two passwords differ")]
    PasswordsDiffer,
    /// A new password that is the old one.
    #[error("the new password is the old one")]
    SamePassword,
    /// A new password that is too easy to guess.
    #[error("{}", refused(*.0).en)]
    Password(PasswordRefusal),
    /// No account has that code.
    #[error("there is no account `{0}`")]
    NoSuchAccount(String),
    /// The account is closed already.
    #[error("the account `{0}` is closed")]
    Closed(String),
    /// The text cannot be the code of an account.
    #[error("`{0}` cannot be the code of an account")]
    BadCode(String),
    /// The first account decides about all others.
    #[error("the first account has to be that of an administrator")]
    FirstIsAdministrator,
    /// Somebody has to be able to manage accounts.
    #[error("`{0}` is the last administrator, and one has to stay")]
    LastAdministrator(String),
    /// The role is one of practitioners.
    #[error("an account of the role `{}` belongs to a practitioner", .0.code())]
    NeedsPractitioner(Role),
    /// The role is none of practitioners.
    #[error("an account of the role `{}` belongs to no practitioner", .0.code())]
    HasNoPractitioner(Role),
    /// The practitioner is something else.
    #[error("the practitioner `{code}` has the role `{}`, not `{}`", is.code(), wanted.code())]
    OtherRole {
        /// The practitioner.
        code: String,
        /// What they are.
        is: Role,
        /// What the account was to be.
        wanted: Role,
    },
    /// The account already has the role.
    #[error("the account `{0}` has this role already")]
    SameRole(String),
    /// Only an administrator's account comes back with the key.
    #[error("only the account of an administrator is recovered with the key of the records")]
    NotAnAdministrator,
    /// Nothing was shown that could be confirmed.
    #[error("no second factor was begun that could be confirmed")]
    NothingToConfirm,
    /// There is one already.
    #[error("the account has a second factor already")]
    HasSecondFactor,
    /// There is none.
    #[error("the account `{0}` has no second factor")]
    NoSecondFactor(String),
    /// Neither an account nor a place was named.
    #[error("neither an account nor a place was named")]
    UnlockWhat,
    /// The reason of an emergency access.
    #[error("the reason of an emergency access is one line of 1 to {LONGEST_TEXT} characters")]
    BadReason,
    /// The hours of an emergency access.
    #[error("an emergency access is opened for 1 to {MOST_EMERGENCY_HOURS} hours")]
    BadHours,
    /// They see the school anyway.
    #[error("you see the records of school `{0}` without an emergency access")]
    InReach(String),
    /// No emergency access is open.
    #[error("you have no open emergency access to school `{0}`")]
    NoEmergency(String),
    /// Only some things can be done under it.
    #[error("under an emergency access records are read and nothing else: {}", .0.en)]
    ReadsOnly(Text),
    /// No emergency access has an id that begins so.
    #[error("there is no emergency access `{0}` of yours")]
    NoSuchEmergency(String),
    /// Others can read the token.
    #[error("the session file `{0}` can be read by others")]
    OpenToken(String),
    /// What a program with a token wanted is not among the scopes of the token.
    #[error("the token does not name this: {}", .0.en)]
    OutsideToken(Text),
    /// What nobody does but a person who is signed in.
    #[error("this takes somebody who is signed in, and a token does not do")]
    NotByProgram,
    /// No scope has that code.
    #[error("a token cannot be for `{0}`")]
    NoSuchScope(String),
    /// A token for something that its owner may not do.
    #[error("your own role may not do this, and so no token of yours can: {}", .0.en)]
    ScopeTooWide(Text),
    /// A token for nothing.
    #[error("a token needs at least one scope")]
    NoScope,
    /// What a token is called.
    #[error("`{0}` cannot be the name of a token")]
    BadTokenName(String),
    /// How long a token lasts.
    #[error("a token lasts 1 to {MOST_TOKEN_DAYS} days")]
    BadTokenDays,
    /// Nobody needs so many.
    #[error("you have {MOST_TOKENS} tokens that are not revoked, and cannot make another")]
    TooManyTokens,
    /// There is none of that name.
    #[error("you have no token `{0}` that could be revoked")]
    NoSuchToken(String),
    /// There is one already.
    #[error("you have a token `{0}` already")]
    TokenExists(String),
    /// No place for the token.
    #[error("there is no folder of yours in which the session could be kept")]
    NowhereToKeep,
}

/// How long to wait, in whole minutes, so that it is never too short.
fn waiting(seconds: i64) -> Text {
    match (seconds + 59) / 60 {
        ..=1 => Text::new("eine Minute", "a minute"),
        minutes => Text::new(format!("{minutes} Minuten"), format!("{minutes} minutes")),
    }
}

fn refused(refusal: PasswordRefusal) -> Text {
    match refusal {
        PasswordRefusal::Short { length } => Text::new(
            format!(
                "ein Passwort hat mindestens {SHORTEST_PASSWORD} Zeichen, und dieses hat {length}"
            ),
            format!(
                "a password has at least {SHORTEST_PASSWORD} characters, and this one has {length}"
            ),
        ),
        PasswordRefusal::Long => Text::new("das Passwort ist zu lang", "the password is too long"),
        PasswordRefusal::Common => Text::new(
            "dieses Passwort gehört zu denen, die man zuerst errät",
            "this password is one of those that are guessed first",
        ),
    }
}

impl AccountError {
    /// The message in German.
    #[expect(clippy::too_many_lines, reason = "one line for each thing that can go wrong")]
    pub fn german(&self) -> String {
        let text = match self {
            Self::SignInNeeded => "diese Daten haben Konten, und niemand ist angemeldet",
            Self::NotAs => "wo es Konten gibt, handeln alle als sie selbst, und `--as` zählt nicht",
            Self::NoAccounts => "diese Daten haben keine Konten, also kann sich niemand anmelden",
            Self::SessionOver => "die Anmeldung ist abgelaufen, oder es gab sie nie",
            Self::WrongSignIn => "das Kürzel oder das Passwort stimmt nicht",
            Self::Wait(seconds) => {
                return format!(
                    "zu viele Versuche sind fehlgeschlagen; warten Sie {}",
                    waiting(*seconds).de
                );
            }
            Self::SecondFactorNeeded => "das Konto verlangt neben dem Passwort einen Einmalcode",
            Self::WrongOneTimeCode => "der Einmalcode stimmt nicht oder wurde schon benutzt",
            Self::Provisional => {
                "das Passwort ist ein Anfangspasswort, und Sie müssen ein eigenes wählen"
            }
            Self::NoPassword => {
                "es braucht ein Passwort, und es gibt kein Terminal, um danach zu fragen"
            }
            Self::PasswordsDiffer => "die beiden Passwörter sind verschieden",
            Self::SamePassword => "das neue Passwort ist das alte",
            Self::Password(refusal) => return refused(*refusal).de,
            Self::NoSuchAccount(code) => return format!("ein Konto `{code}` gibt es nicht"),
            Self::Closed(code) => return format!("das Konto `{code}` ist geschlossen"),
            Self::BadCode(code) => {
                return format!("`{code}` kann nicht das Kürzel eines Kontos sein");
            }
            Self::FirstIsAdministrator => "das erste Konto muss eines der Systemverwaltung sein",
            Self::LastAdministrator(code) => {
                return format!(
                    "`{code}` ist das letzte Konto der Systemverwaltung, und eines muss bleiben"
                );
            }
            Self::NeedsPractitioner(role) => {
                return format!(
                    "ein Konto mit der Rolle `{}` gehört zu einer Fachkraft",
                    role.code()
                );
            }
            Self::HasNoPractitioner(role) => {
                return format!(
                    "ein Konto mit der Rolle `{}` gehört zu keiner Fachkraft",
                    role.code()
                );
            }
            Self::OtherRole { code, is, wanted } => {
                return format!(
                    "die Fachkraft `{code}` hat die Rolle `{}` und nicht `{}`",
                    is.code(),
                    wanted.code()
                );
            }
            Self::SameRole(code) => return format!("das Konto `{code}` hat diese Rolle schon"),
            Self::NotAnAdministrator => {
                "mit dem Schlüssel der Daten wird nur ein Konto der Systemverwaltung zurückgeholt"
            }
            Self::NothingToConfirm => {
                "es wurde kein zweiter Faktor begonnen, der zu bestätigen wäre"
            }
            Self::HasSecondFactor => "das Konto hat schon einen zweiten Faktor",
            Self::NoSecondFactor(code) => {
                return format!("das Konto `{code}` hat keinen zweiten Faktor");
            }
            Self::UnlockWhat => "weder ein Konto noch eine Herkunft ist genannt",
            Self::BadReason => {
                return format!(
                    "der Grund eines Notfallzugriffs ist eine Zeile aus 1 bis {LONGEST_TEXT} Zeichen"
                );
            }
            Self::BadHours => {
                return format!(
                    "ein Notfallzugriff wird für 1 bis {MOST_EMERGENCY_HOURS} Stunden geöffnet"
                );
            }
            Self::InReach(number) => {
                return format!(
                    "die Daten der Schule `{number}` sehen Sie auch ohne Notfallzugriff"
                );
            }
            Self::NoEmergency(number) => {
                return format!(
                    "Sie haben keinen offenen Notfallzugriff auf die Schule `{number}`"
                );
            }
            Self::ReadsOnly(what) => {
                return format!("im Notfallzugriff wird nur gelesen: {}", what.de);
            }
            Self::NoSuchEmergency(id) => {
                return format!("einen eigenen Notfallzugriff `{id}` haben Sie nicht");
            }
            Self::OpenToken(path) => {
                return format!("die Datei `{path}` mit der Anmeldung können auch andere lesen");
            }
            Self::OutsideToken(what) => {
                return format!("der Zugangsschlüssel nennt das nicht: {}", what.de);
            }
            Self::NotByProgram => {
                "das kann nur jemand, der angemeldet ist; ein Zugangsschlüssel reicht nicht"
            }
            Self::NoSuchScope(code) => {
                return format!("für `{code}` kann ein Zugangsschlüssel nicht sein");
            }
            Self::ScopeTooWide(what) => {
                return format!(
                    "das darf Ihre eigene Rolle nicht, also auch kein Zugangsschlüssel von Ihnen: {}",
                    what.de
                );
            }
            Self::NoScope => "ein Zugangsschlüssel braucht mindestens eine Erlaubnis",
            Self::BadTokenName(name) => {
                return format!("`{name}` kann nicht der Name eines Zugangsschlüssels sein");
            }
            Self::BadTokenDays => {
                return format!("ein Zugangsschlüssel gilt 1 bis {MOST_TOKEN_DAYS} Tage");
            }
            Self::TooManyTokens => {
                return format!(
                    "Sie haben {MOST_TOKENS} Zugangsschlüssel, die nicht widerrufen sind; ein weiterer geht nicht"
                );
            }
            Self::NoSuchToken(name) => {
                return format!(
                    "Sie haben keinen Zugangsschlüssel `{name}`, der zu widerrufen wäre"
                );
            }
            Self::TokenExists(name) => {
                return format!("Sie haben schon einen Zugangsschlüssel `{name}`");
            }
            Self::NowhereToKeep => {
                "es gibt keinen eigenen Ordner, in dem die Anmeldung bleiben könnte"
            }
        };
        text.to_owned()
    }

    /// One thing the person can do next, where there is one.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let say = |de: &str, en: &str| Some(lang.pick(de, en).to_owned());
        match self {
            Self::SignInNeeded | Self::SessionOver => say(
                "melden Sie sich an mit `tridem login KÜRZEL`",
                "sign in with `tridem login CODE`",
            ),
            Self::NotAs => say(
                "lassen Sie `--as` weg und melden Sie sich an mit `tridem login KÜRZEL`",
                "leave `--as` out, and sign in with `tridem login CODE`",
            ),
            Self::NoAccounts | Self::FirstIsAdministrator => say(
                "das erste Konto legt an: `tridem account add KÜRZEL --role administrator`",
                "to add the first one, run `tridem account add CODE --role administrator`",
            ),
            Self::WrongSignIn | Self::WrongOneTimeCode => say(
                "wenn Sie das Passwort oder das Gerät verloren haben, hilft die Systemverwaltung",
                "where the password or the device is lost, an administrator helps",
            ),
            Self::Wait(_) => say(
                "früher geht es nur, wenn die Systemverwaltung `tridem account unlock` aufruft",
                "it goes sooner only where an administrator runs `tridem account unlock`",
            ),
            Self::SecondFactorNeeded => say(
                "geben Sie ihn mit `--one-time-code` an; einer der zehn Ersatzcodes geht auch",
                "give it with `--one-time-code`; one of the ten spare codes does as well",
            ),
            Self::Provisional => say(
                "rufen Sie `tridem login KÜRZEL` an einem Terminal auf, oder mit \
                 `--new-password-file`",
                "run `tridem login CODE` at a terminal, or with `--new-password-file`",
            ),
            Self::NoPassword => say(
                "geben Sie `--password-file` an oder die Variable `TRIDEM_PASSWORD`",
                "give `--password-file` or the variable `TRIDEM_PASSWORD`",
            ),
            Self::Password(_) => say(
                "vier oder fünf Wörter, die nicht zusammengehören, sind leicht zu merken",
                "four or five words that do not belong together are easy to remember",
            ),
            Self::NoSuchAccount(_) => {
                say("alle zeigt `tridem account list`", "`tridem account list` shows them all")
            }
            Self::BadCode(_) | Self::BadTokenName(_) => say(
                "nehmen Sie bis zu 64 Buchstaben ohne Umlaute, Ziffern und `. _ - @`",
                "use up to 64 plain letters, digits and `. _ - @`",
            ),
            Self::LastAdministrator(_) => say(
                "legen Sie vorher ein zweites an: `tridem account add KÜRZEL --role administrator`",
                "add a second one first: `tridem account add CODE --role administrator`",
            ),
            Self::NeedsPractitioner(_) => say(
                "nennen Sie ihr Kürzel mit `--practitioner`; alle zeigt `tridem person list`",
                "name their code with `--practitioner`; `tridem person list` shows them all",
            ),
            Self::HasNoPractitioner(_) => {
                say("lassen Sie `--practitioner` weg", "leave `--practitioner` out")
            }
            Self::NothingToConfirm => say(
                "beginnen Sie mit `tridem account totp begin`",
                "begin with `tridem account totp begin`",
            ),
            Self::HasSecondFactor => say(
                "entfernen Sie ihn vorher mit `tridem account totp remove`",
                "remove it first with `tridem account totp remove`",
            ),
            Self::UnlockWhat => say(
                "nennen Sie das Kürzel eines Kontos, oder eine Herkunft mit `--peer`",
                "name the code of an account, or a place with `--peer`",
            ),
            Self::NoEmergency(number) => Some(lang.pick(
                format!(
                    "öffnen mit `tridem emergency open --school {number} --reason GRUND --hours STUNDEN`"
                ),
                format!(
                    "to open one, run `tridem emergency open --school {number} --reason TEXT --hours HOURS`"
                ),
            )),
            Self::OpenToken(path) => Some(lang.pick(
                format!("löschen Sie `{path}`, und melden Sie sich neu an"),
                format!("delete `{path}`, and sign in anew"),
            )),
            Self::ReadsOnly(_) => say("lassen Sie `--emergency` weg", "leave `--emergency` out"),
            Self::OutsideToken(_) => say(
                "machen Sie einen neuen Zugangsschlüssel, der es nennt",
                "make a new token that names it",
            ),
            Self::NoScope | Self::NoSuchScope(_) => say(
                "was möglich ist, zeigt `tridem help account token add`",
                "`tridem help account token add` shows what there is",
            ),
            Self::TooManyTokens | Self::TokenExists(_) => say(
                "widerrufen Sie einen, den niemand mehr braucht",
                "revoke one that nobody needs any more",
            ),
            Self::NowhereToKeep => say(
                "setzen Sie die Variable `TRIDEM_SESSION` auf das, was `tridem login --print` ausgibt",
                "set the variable `TRIDEM_SESSION` to what `tridem login --print` prints",
            ),
            _ => None,
        }
    }
}

/// Whether an account of a role may belong to a practitioner who is `profession`, or to nobody.
pub(super) fn check_belongs(
    role: Role,
    practitioner: Option<(&str, &str)>,
) -> Result<(), AccountError> {
    match (Belongs::of(role), practitioner) {
        (Belongs::Always, None) => Err(AccountError::NeedsPractitioner(role)),
        (Belongs::Never, Some(_)) => Err(AccountError::HasNoPractitioner(role)),
        (_, None) => Ok(()),
        (_, Some((code, profession))) => match Role::of_profession(profession) {
            is if is == role => Ok(()),
            is => Err(AccountError::OtherRole { code: code.to_owned(), is, wanted: role }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let text = || "x".to_owned();
        for error in [
            AccountError::SignInNeeded,
            AccountError::NotAs,
            AccountError::NoAccounts,
            AccountError::SessionOver,
            AccountError::WrongSignIn,
            AccountError::Wait(60),
            AccountError::SecondFactorNeeded,
            AccountError::WrongOneTimeCode,
            AccountError::Provisional,
            AccountError::NoPassword,
            AccountError::PasswordsDiffer,
            AccountError::SamePassword,
            AccountError::Password(PasswordRefusal::Short { length: 3 }),
            AccountError::Password(PasswordRefusal::Long),
            AccountError::Password(PasswordRefusal::Common),
            AccountError::NoSuchAccount(text()),
            AccountError::Closed(text()),
            AccountError::BadCode(text()),
            AccountError::FirstIsAdministrator,
            AccountError::LastAdministrator(text()),
            AccountError::NeedsPractitioner(Role::Teacher),
            AccountError::HasNoPractitioner(Role::Lead),
            AccountError::OtherRole { code: text(), is: Role::Head, wanted: Role::Teacher },
            AccountError::SameRole(text()),
            AccountError::NotAnAdministrator,
            AccountError::NothingToConfirm,
            AccountError::HasSecondFactor,
            AccountError::NoSecondFactor(text()),
            AccountError::UnlockWhat,
            AccountError::BadReason,
            AccountError::BadHours,
            AccountError::InReach(text()),
            AccountError::NoEmergency(text()),
            AccountError::ReadsOnly(Text::new("Kontakte festhalten", "record contacts")),
            AccountError::NoSuchEmergency(text()),
            AccountError::OpenToken(text()),
            AccountError::OutsideToken(Text::new("Kontakte festhalten", "record contacts")),
            AccountError::NotByProgram,
            AccountError::NoSuchScope(text()),
            AccountError::ScopeTooWide(Text::new("Kontakte festhalten", "record contacts")),
            AccountError::NoScope,
            AccountError::BadTokenName(text()),
            AccountError::BadTokenDays,
            AccountError::TooManyTokens,
            AccountError::NoSuchToken(text()),
            AccountError::TokenExists(text()),
            AccountError::NowhereToKeep,
        ] {
            assert_ne!(error.german(), error.to_string());
            assert!(!error.german().ends_with('.') && !error.to_string().ends_with('.'));
            let (german, english) = (error.hint(Lang::De), error.hint(Lang::En));
            assert_eq!(german.is_some(), english.is_some(), "{error}");
            assert!(german.is_none() || german != english, "{error}");
        }
    }

    #[test]
    fn a_wait_is_told_in_whole_minutes_and_never_too_short() {
        for (seconds, minutes) in
            [(1, "a minute"), (60, "a minute"), (61, "2 minutes"), (900, "15 minutes")]
        {
            assert_eq!(waiting(seconds).en, minutes);
        }
    }

    #[test]
    fn an_account_is_what_its_practitioner_is_and_some_belong_to_none() {
        let refused = |role, practitioner| check_belongs(role, practitioner).unwrap_err();
        assert_eq!(
            refused(Role::SocialWorker, Some(("bm1", "mediation"))),
            AccountError::OtherRole {
                code: "bm1".into(),
                is: Role::Mediator,
                wanted: Role::SocialWorker
            }
        );
        // A profession that the municipality has added sees the least.
        assert!(check_belongs(Role::Coordinator, Some(("x", "own-role"))).is_err());
        assert_eq!(refused(Role::Head, None), AccountError::NeedsPractitioner(Role::Head));
        for role in [Role::Lead, Role::Administrator, Role::ProtectionOfficer] {
            assert_eq!(refused(role, Some(("x", "admin"))), AccountError::HasNoPractitioner(role));
            assert_eq!(check_belongs(role, None), Ok(()));
        }
        assert_eq!(check_belongs(Role::Coordinator, None), Ok(()));
        assert_eq!(check_belongs(Role::Mediator, Some(("cm1", "case-management"))), Ok(()));
    }
}
