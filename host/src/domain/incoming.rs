//! Who a row of a school's file is about: found by an id that was saved before, or by name and day
//! of birth, and never by a name alone.

use std::collections::HashMap;

use super::day::{Day, SchoolYear};
use super::id::{PupilKey, SchoolKey};
use super::words::Text;

/// Who a row is about, as the file says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who {
    /// What the other system knows the pupil by; empty where the file does not say.
    pub external: String,
    /// The family name, or the whole name where the file has one column for it.
    pub family: String,
    /// The given names.
    pub given: String,
    /// The day of birth.
    pub birth: Option<Day>,
    /// The class, for the eye of the person who decides; nothing is matched by it.
    pub class: String,
}

impl Who {
    /// What a person reads: name, class and id.
    pub fn shown(&self) -> String {
        let parts = [&self.family, &self.given, &self.class, &self.external];
        let parts: Vec<&str> =
            parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}

/// A pupil of the records, with what a file can know them by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterPupil {
    /// Their row.
    pub key: PupilKey,
    /// The short sign.
    pub code: String,
    /// Given names.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Day of birth, where it is known.
    pub birth: Option<Day>,
    /// Their school.
    pub school: SchoolKey,
    /// Their class.
    pub class: String,
    /// Their grade, a code.
    pub grade: String,
}

/// All pupils that somebody may see, and the ids by which other systems know them.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    pupils: Vec<RosterPupil>,
    external: HashMap<(String, String), Vec<usize>>,
    named: HashMap<String, Vec<usize>>,
    /// Those whose data may only be kept.
    restricted: Option<Box<Roster>>,
}

/// An id that another system knows a pupil by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalId {
    /// The system, such as `webuntis`.
    pub system: String,
    /// The id.
    pub value: String,
    /// Whose it is.
    pub pupil: PupilKey,
}

/// Whether somebody was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match<'r> {
    /// One pupil; `is_new` where the file has an id for them that is not saved yet.
    One { pupil: &'r RosterPupil, is_new: bool },
    /// Nobody, or nobody for certain.
    Nobody(NoMatch),
}

/// Why nobody was found for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMatch {
    /// The file has neither an id that is known nor a day of birth.
    NoBirthDay,
    /// Nobody has this name and this day of birth.
    Unknown,
    /// Several fit.
    Several,
    /// The id and the day of birth are two people's.
    Contradiction,
    /// The pupil of this name and day of birth has another id in the same system.
    OtherId,
    /// Somebody of this name is there, whose day of birth is not recorded.
    Unborn,
    /// It may be somebody whose data may only be kept: nothing is added to them.
    Restricted,
}

impl NoMatch {
    /// What is missing.
    pub fn text(self) -> Text {
        match self {
            Self::NoBirthDay => Text::new(
                "die Kennung ist nicht bekannt, und ein Name ohne Geburtstag genügt nicht",
                "the id is not known, and a name without a day of birth is not enough",
            ),
            Self::Unknown => Text::new(
                "kein Kind hat diesen Namen und Geburtstag",
                "no pupil has this name and day of birth",
            ),
            Self::Several => Text::new("mehrere Kinder passen", "several pupils fit"),
            Self::Contradiction => Text::new(
                "Kennung und Geburtstag gehören zu verschiedenen Kindern",
                "the id and the day of birth belong to different pupils",
            ),
            Self::OtherId => Text::new(
                "das Kind dieses Namens und Geburtstags hat eine andere Kennung",
                "the pupil of this name and day of birth has another id",
            ),
            Self::Unborn => Text::new(
                "ein Kind dieses Namens ist da, sein Geburtstag ist aber nicht erfasst",
                "a pupil of this name is there, but the day of birth is not recorded",
            ),
            Self::Restricted => Text::new(
                "die Verarbeitung ist eingeschränkt (Art. 18 DSGVO)",
                "processing is restricted (Art. 18 GDPR)",
            ),
        }
    }
}

impl Roster {
    /// A roster of these pupils and ids. Ids of others are left out.
    pub fn new(pupils: Vec<RosterPupil>, ids: Vec<ExternalId>) -> Self {
        let places: HashMap<PupilKey, usize> =
            pupils.iter().enumerate().map(|(place, pupil)| (pupil.key, place)).collect();
        let mut external: HashMap<_, Vec<usize>> = HashMap::new();
        for id in ids {
            if let Some(place) = places.get(&id.pupil) {
                external.entry((id.system, id.value)).or_default().push(*place);
            }
        }
        let mut named: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, pupil) in pupils.iter().enumerate() {
            let turned = plain(&[&pupil.given, &pupil.family]);
            let straight = plain(&[&pupil.family, &pupil.given]);
            if turned != straight {
                named.entry(turned).or_default().push(place);
            }
            named.entry(straight).or_default().push(place);
        }
        Self { pupils, external, named, restricted: None }
    }

    /// The same, knowing those whose data may only be kept: a row about one of them waits, and makes
    /// nobody new.
    #[must_use]
    pub fn with_restricted(mut self, restricted: Self) -> Self {
        self.restricted = Some(Box::new(restricted));
        self
    }

    /// The pupil with that short sign.
    pub fn of_code(&self, code: &str) -> Option<&RosterPupil> {
        self.pupils.iter().find(|pupil| pupil.code == code)
    }

    /// All of them.
    pub fn pupils(&self) -> &[RosterPupil] {
        &self.pupils
    }

    /// Whether the system knows a pupil by that id already.
    pub fn has_id(&self, system: &str, value: &str) -> bool {
        let restricted = self.restricted.as_ref();
        self.external.contains_key(&(system.to_owned(), value.to_owned()))
            || restricted.is_some_and(|restricted| restricted.has_id(system, value))
    }

    /// Who it is, among the pupils of `school` or of all schools.
    pub fn find(&self, system: &str, who: &Who, school: Option<SchoolKey>) -> Match<'_> {
        if let Some(restricted) = &self.restricted
            && !matches!(
                restricted.find(system, who, None),
                Match::Nobody(NoMatch::NoBirthDay | NoMatch::Unknown)
            )
        {
            return Match::Nobody(NoMatch::Restricted);
        }
        let here = |place: &&usize| school.is_none_or(|key| self.pupils[**place].school == key);
        if !who.external.is_empty()
            && let Some(places) = self.external.get(&(system.to_owned(), who.external.clone()))
        {
            let found: Vec<_> = places.iter().filter(here).collect();
            match found.as_slice() {
                [] => {}
                [place] => {
                    let pupil = &self.pupils[**place];
                    let differs = |birth: Day| pupil.birth.is_some_and(|known| known != birth);
                    return if who.birth.is_some_and(differs) {
                        Match::Nobody(NoMatch::Contradiction)
                    } else {
                        Match::One { pupil, is_new: false }
                    };
                }
                _ => return Match::Nobody(NoMatch::Several),
            }
        }
        let Some(birth) = who.birth else { return Match::Nobody(NoMatch::NoBirthDay) };
        let named = self.named.get(&plain(&[&who.family, &who.given]));
        let named: Vec<usize> = named.into_iter().flatten().filter(here).copied().collect();
        let born: Vec<usize> = named
            .iter()
            .copied()
            .filter(|place| self.pupils[*place].birth == Some(birth))
            .collect();
        match born.as_slice() {
            [] if named.iter().any(|place| self.pupils[*place].birth.is_none()) => {
                Match::Nobody(NoMatch::Unborn)
            }
            [] => Match::Nobody(NoMatch::Unknown),
            [place] => {
                let has_other = !who.external.is_empty()
                    && self
                        .external
                        .iter()
                        .any(|((other, _), places)| other == system && places.contains(place));
                if has_other {
                    Match::Nobody(NoMatch::OtherId)
                } else {
                    let is_new = !who.external.is_empty();
                    Match::One { pupil: &self.pupils[*place], is_new }
                }
            }
            _ => Match::Nobody(NoMatch::Several),
        }
    }
}

/// A name for comparing: small letters, single spaces, no commas. Letters stay what they are, so
/// that `Bura` never becomes `Büra`.
fn plain(parts: &[&str]) -> String {
    let text = parts.join(" ").replace(',', " ").to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Status, unit and amount of an absence: places in their lists, and how much.
type RecordedAbsence = (u16, u16, u16);

/// Sums by pupil, year, term and unit: missed, unexcused.
type Sums = HashMap<(PupilKey, SchoolYear, u16, u16), (u32, u32)>;

/// What is recorded already, to tell what a file repeats and what it changes.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// Absences and late arrivals of a pupil on a day: status, unit, amount.
    pub absences: HashMap<(PupilKey, Day), Vec<RecordedAbsence>>,
    /// Sums by pupil, year, term and unit: missed, unexcused.
    pub totals: Sums,
}

/// A row that a person has to decide about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its line in the file.
    pub line: u64,
    /// Who it is about, as the file says it.
    pub who: Who,
    /// What the fields are: a kind of import file, or what a source calls its own.
    pub kind: String,
    /// What stood in it, as far as it was read, by field.
    pub fields: Vec<(String, String)>,
    /// What is missing.
    pub reason: Text,
    /// Whether it would be taken in if it were known who it is about.
    pub is_about_who: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pupil(key: i64, family: &str, given: &str, birth: Option<&str>) -> RosterPupil {
        RosterPupil {
            key: PupilKey(key),
            code: format!("p{key}"),
            given: given.into(),
            family: family.into(),
            birth: birth.map(|day| day.parse().unwrap()),
            school: SchoolKey(key / 10),
            class: "3b".into(),
            grade: "03".into(),
        }
    }

    fn roster() -> Roster {
        let id = |value: &str, pupil| ExternalId {
            system: "webuntis".into(),
            value: value.into(),
            pupil: PupilKey(pupil),
        };
        Roster::new(
            vec![
                pupil(10, "Muster", "Ada", Some("2015-05-01")),
                pupil(11, "Muster", "Ada", Some("2016-06-02")),
                pupil(12, "Beispiel", "Ben", None),
                pupil(20, "Muster", "Ada", Some("2015-05-01")),
            ],
            vec![id("w10", 10), id("both", 10), id("both", 20)],
        )
    }

    fn who(external: &str, family: &str, given: &str, birth: &str) -> Who {
        Who {
            external: external.into(),
            family: family.into(),
            given: given.into(),
            birth: birth.parse().ok(),
            class: String::new(),
        }
    }

    #[test]
    fn a_name_alone_never_matches() {
        let roster = roster();
        let one = who("", "Beispiel", "Ben", "");
        assert_eq!(roster.find("webuntis", &one, None), Match::Nobody(NoMatch::NoBirthDay));
        let unborn = who("", "Beispiel", "Ben", "2015-01-01");
        assert_eq!(roster.find("webuntis", &unborn, None), Match::Nobody(NoMatch::Unborn));
        let other = who("", "Muster", "Ada", "2014-01-01");
        assert_eq!(roster.find("webuntis", &other, None), Match::Nobody(NoMatch::Unknown));
    }

    #[test]
    fn two_of_one_name_and_birthday_are_for_a_person_to_tell_apart() {
        let roster = roster();
        let twin = who("", "muster", "ADA", "2015-05-01");
        assert_eq!(roster.find("schild", &twin, None), Match::Nobody(NoMatch::Several));
        let Match::One { pupil, is_new } = roster.find("schild", &twin, Some(SchoolKey(2))) else {
            panic!("one at that school")
        };
        assert_eq!((&*pupil.code, is_new), ("p20", false));
        let both = who("both", "", "", "");
        assert_eq!(roster.find("webuntis", &both, None), Match::Nobody(NoMatch::Several));
    }

    #[test]
    fn a_saved_id_is_enough_unless_the_birthday_speaks_against_it() {
        let roster = roster();
        let known = who("w10", "B?ra", "", "");
        assert!(matches!(roster.find("webuntis", &known, None), Match::One { is_new: false, .. }));
        assert!(matches!(roster.find("schild", &known, None), Match::Nobody(_)), "another system");
        let wrong = who("w10", "Muster", "Ada", "2016-06-02");
        assert_eq!(roster.find("webuntis", &wrong, None), Match::Nobody(NoMatch::Contradiction));
        let second = who("w99", "Muster", "Ada", "2015-05-01");
        let found = roster.find("webuntis", &second, Some(SchoolKey(1)));
        assert_eq!(found, Match::Nobody(NoMatch::OtherId));
        let new = who("w11", "Ada Muster", "", "2016-06-02");
        assert!(matches!(roster.find("webuntis", &new, None), Match::One { is_new: true, .. }));
    }
}
