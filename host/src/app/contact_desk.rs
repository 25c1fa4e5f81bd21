//! What the form for a new contact begins with, the people that it finds, and pages of contacts.

use crate::domain::{About, Code, ContactView, Day, Directory, Period, SchoolKey, SeenAs};
use crate::store::{ContactSearch, PupilFilter, Reader, Usual};

use super::lookups::{coded, coded_at};
use super::workspace::{App, today};
use super::{Actor, Error, UseCase};

/// How many people are offered before anybody searches.
const USUAL_PEOPLE: usize = 6;

/// How many are found at most: more do not fit on a phone, and a letter more makes them fewer.
const MOST_FOUND: usize = 12;

/// In so many days from now a school day is looked for: the longest holidays are six weeks.
const SCHOOL_DAY_WITHIN: i32 = 90;

/// What somebody in a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonKind {
    /// A child.
    Pupil,
    /// A family as a whole.
    Household,
    /// Somebody who works in the programme.
    Staff,
}

impl PersonKind {
    /// How forms and addresses call it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Household => "household",
            Self::Staff => "staff",
        }
    }

    /// The kind that forms and addresses call so.
    pub fn of(code: &str) -> Option<Self> {
        [Self::Pupil, Self::Household, Self::Staff].into_iter().find(|kind| kind.code() == code)
    }
}

/// Somebody whom a contact can be with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they are.
    pub kind: PersonKind,
    /// Their code.
    pub code: String,
    /// Their name.
    pub name: String,
    /// The class of a child, the profession of a colleague; empty for a family.
    pub detail: Code,
}

/// A colleague at a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    /// The code.
    pub code: String,
    /// The name.
    pub name: String,
    /// The word for the profession.
    pub role: Code,
    /// Whether the actor is in a tandem or tridem with them there today.
    pub is_of_my_team: bool,
}

/// What the form for a new contact begins with.
#[derive(Debug, Clone)]
pub struct ContactDesk {
    /// The practitioner who the actor is; `None` for whoever is none, who has no note of their own.
    pub me: Option<Colleague>,
    /// The schools: number and name.
    pub schools: Vec<(String, String)>,
    /// The one that is meant: the one that was asked for, the only one, or the last used.
    pub school: Option<String>,
    /// Who works there today besides the actor, their own team first.
    pub colleagues: Vec<Colleague>,
    /// The kind that the actor recorded there last.
    pub last_kind: Option<String>,
    /// Those with whom the actor has most to do there.
    pub usual: Vec<Person>,
    /// Today.
    pub today: Day,
    /// The next day on which that school has lessons.
    pub next_school_day: Option<Day>,
}

impl App {
    /// What the form for a new contact begins with, at `school` where the actor works there.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; errors of the store.
    pub fn contact_desk(&self, actor: &Actor, school: Option<&str>) -> Result<ContactDesk, Error> {
        let scope = self.permit(actor, UseCase::ContactAdd)?;
        let today = today();
        let reader = self.store.read(&scope)?;
        let practitioners = reader.practitioners()?;
        let practitioner = actor.practitioner_key(&reader)?;
        let all = reader.schools()?;
        let known = |number: &str| all.iter().find(|(_, school, _)| school.number == number);
        let last = match (school.and_then(known), practitioner) {
            (Some((key, ..)), _) => Some(*key),
            (None, _) if all.len() == 1 => all.first().map(|(key, ..)| *key),
            (None, Some(me)) => reader.last_school(me)?,
            (None, None) => None,
        };
        let chosen = last.or_else(|| all.first().map(|(key, ..)| *key));
        let roles = reader.code_lists();
        let colleague = |code: &str, is_of_my_team| {
            let known = practitioners.iter().find(|known| known.code == code)?;
            Some(Colleague {
                code: known.code.clone(),
                name: known.name.clone(),
                role: coded(roles, "role", &known.role),
                is_of_my_team,
            })
        };
        let me = actor.practitioner().and_then(|code| colleague(code, true));
        let mut desk = ContactDesk {
            me,
            school: all
                .iter()
                .find(|(key, ..)| Some(*key) == chosen)
                .map(|(_, school, _)| school.number.clone()),
            schools: all.iter().map(|(_, it, _)| (it.number.clone(), it.name.clone())).collect(),
            colleagues: Vec::new(),
            last_kind: None,
            usual: Vec::new(),
            today,
            next_school_day: None,
        };
        let Some(at) = chosen else { return Ok(desk) };
        let own = actor.practitioner().unwrap_or_default();
        desk.colleagues = colleagues(&reader, at, own, today)?
            .into_iter()
            .filter_map(|(code, is_of_my_team)| colleague(&code, is_of_my_team))
            .collect();
        desk.colleagues.sort_by_key(|found| (!found.is_of_my_team, found.name.clone()));
        if let Some(me) = practitioner {
            let kinds = reader.code_lists().list("contact-kind");
            let last_kind = reader.last_kind(me, at)?;
            desk.last_kind =
                last_kind.and_then(|place| kinds.at(place)).map(|kind| kind.code.clone());
            let usual = reader.usual_people(me, at, today, USUAL_PEOPLE)?;
            self.saw(actor, UseCase::ContactAdd, SeenAs::List, about_usual(&usual))?;
            desk.usual = usual.into_iter().map(person).collect();
        }
        desk.next_school_day = next_school_day(&reader, at, today)?;
        Ok(desk)
    }

    /// Children, families and colleagues that words fit, those at `school` where it is named. Each word
    /// is the beginning of a name or a code, or a class; it takes two letters at least.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; errors of the store.
    pub fn find_people(
        &self,
        actor: &Actor,
        school: Option<&str>,
        text: &str,
    ) -> Result<Vec<Person>, Error> {
        let scope = self.permit(actor, UseCase::ContactAdd)?;
        let words: Vec<String> = text.split_whitespace().map(fold).collect();
        if words.iter().map(String::len).sum::<usize>() < 2 {
            return Ok(Vec::new());
        }
        let reader = self.store.read(&scope)?;
        let fits = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| fold(text)).collect();
            let parts: Vec<&str> = texts
                .iter()
                .flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()))
                .chain(texts.iter().map(String::as_str))
                .collect();
            words.iter().all(|word| parts.iter().any(|part| part.starts_with(word.as_str())))
        };
        let now = today();
        let filter = PupilFilter { school: school.map(str::to_owned), ..PupilFilter::default() };
        let mut pupils = reader.pupils(&filter)?;
        pupils.retain(|view| {
            let it = &view.pupil;
            fits(&[&it.given_name, &it.family_name, &it.class, &it.code])
        });
        // Whoever has left comes last, and is still there: families are called once more.
        pupils.sort_by_key(|view| {
            let it = &view.pupil;
            let has_left = it.enrolled.until.is_some_and(|until| until < now);
            (has_left, fold(&it.family_name), fold(&it.given_name))
        });
        pupils.truncate(MOST_FOUND);
        let mut about = super::seen::about_pupils(&pupils);
        let mut found: Vec<Person> = pupils
            .into_iter()
            .map(|view| {
                let name = format!("{} {}", view.pupil.given_name, view.pupil.family_name);
                let usual = Usual::Pupil(view.key, view.pupil.code, name, view.pupil.class);
                person(usual)
            })
            .collect();
        let mut homes = reader.households()?;
        homes.retain(|home| fits(&[&home.name, &home.code]));
        homes.truncate(MOST_FOUND.saturating_sub(found.len()));
        let codes: Vec<String> = homes.iter().map(|home| home.code.clone()).collect();
        let households = About::households(reader.household_keys(&codes)?);
        about.records += households.records;
        about.households.extend(households.households);
        self.saw(actor, UseCase::ContactAdd, SeenAs::List, about)?;
        found.extend(homes.into_iter().map(|home| Person {
            kind: PersonKind::Household,
            code: home.code,
            name: home.name,
            detail: no_detail(),
        }));
        let own = actor.practitioner().unwrap_or_default();
        for it in reader.practitioners()? {
            if found.len() < MOST_FOUND && it.code != own && fits(&[&it.name, &it.code]) {
                found.push(Person {
                    kind: PersonKind::Staff,
                    detail: coded(reader.code_lists(), "role", &it.role),
                    code: it.code,
                    name: it.name,
                });
            }
        }
        Ok(found)
    }

    /// The names of people who were chosen by their codes; whoever cannot be seen is left out.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; errors of the store.
    pub fn name_people(
        &self,
        actor: &Actor,
        people: &[(PersonKind, String)],
    ) -> Result<Vec<Person>, Error> {
        let scope = self.permit(actor, UseCase::ContactAdd)?;
        let reader = self.store.read(&scope)?;
        let directory = if people.iter().any(|(kind, _)| *kind == PersonKind::Staff) {
            reader.directory()?
        } else {
            Directory::default()
        };
        let (mut named, mut seen) = (Vec::new(), Vec::new());
        for (kind, code) in people {
            let found = match kind {
                PersonKind::Pupil => reader.pupil_called(code)?,
                PersonKind::Household => reader.household_called(code)?,
                PersonKind::Staff => {
                    if let Some(known) = directory.practitioners.get(code) {
                        named.push(Person {
                            kind: *kind,
                            code: code.clone(),
                            name: known.name.clone(),
                            detail: coded_at(reader.code_lists(), "role", known.role),
                        });
                    }
                    None
                }
            };
            if let Some(found) = found {
                seen.push(found.clone());
                named.push(person(found));
            }
        }
        self.saw(actor, UseCase::ContactAdd, SeenAs::List, about_usual(&seen))?;
        Ok(named)
    }

    /// A page of contacts, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; errors of the store.
    pub fn contact_page(
        &self,
        actor: &Actor,
        search: &ContactSearch,
    ) -> Result<Vec<ContactView>, Error> {
        let scope = self.permit(actor, UseCase::ContactRead)?;
        let found = self.store.read(&scope)?.contact_page(search)?;
        self.saw(actor, UseCase::ContactRead, SeenAs::List, About::contacts(&found))?;
        Ok(found)
    }

    /// The last contacts in which the actor took part; none for whoever is no practitioner.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; errors of the store.
    pub fn last_contacts(&self, actor: &Actor, limit: usize) -> Result<Vec<ContactView>, Error> {
        let scope = self.permit(actor, UseCase::ContactRead)?;
        let reader = self.store.read(&scope)?;
        let Some(me) = actor.practitioner_key(&reader)? else { return Ok(Vec::new()) };
        let found = reader.last_contacts_of(me, limit)?;
        self.saw(actor, UseCase::ContactRead, SeenAs::List, About::contacts(&found))?;
        Ok(found)
    }
}

/// Those who work at a school on a day, besides `own`, by code; with whether they are in a tandem or
/// tridem with `own` there.
fn colleagues(
    reader: &Reader<'_>,
    school: SchoolKey,
    own: &str,
    on: Day,
) -> Result<Vec<(String, bool)>, Error> {
    let mut found: Vec<(String, bool)> = Vec::new();
    for view in reader.pairings()? {
        let is_there = view.pairing.school == school && view.pairing.span.contains(on);
        let is_mine = is_there && view.members.iter().any(|(code, _)| code == own);
        if is_there {
            found.extend(view.members.into_iter().map(|(code, _)| (code, is_mine)));
        }
    }
    for view in reader.assignments()? {
        if view.assignment.school == school && view.assignment.span.contains(on) {
            found.push((view.practitioner, false));
        }
    }
    found.retain(|(code, _)| code != own);
    // Once each, as one of the team where they are.
    found.sort_by(|left, right| (&left.0, !left.1).cmp(&(&right.0, !right.1)));
    found.dedup_by(|later, first| later.0 == first.0);
    Ok(found)
}

/// The next day after `day` on which a school has lessons; `None` where its calendar knows none.
fn next_school_day(reader: &Reader<'_>, school: SchoolKey, day: Day) -> Result<Option<Day>, Error> {
    let registers = reader.directory()?.registers;
    let Some(register) = registers.get(&school) else { return Ok(None) };
    let period = Period::new(day.plus(1), day.plus(SCHOOL_DAY_WITHIN))?;
    Ok(period.days().find(|day| register.is_school_day(*day)))
}

fn person(usual: Usual) -> Person {
    match usual {
        Usual::Pupil(_, code, name, class) => Person {
            kind: PersonKind::Pupil,
            code,
            name,
            detail: Code { code: class.clone(), de: class.clone(), en: class },
        },
        Usual::Household(_, code, name) => {
            Person { kind: PersonKind::Household, code, name, detail: no_detail() }
        }
    }
}

fn no_detail() -> Code {
    Code { code: String::new(), de: String::new(), en: String::new() }
}

fn about_usual(found: &[Usual]) -> About {
    let mut about = About::default();
    for one in found {
        about.records += 1;
        match one {
            Usual::Pupil(key, ..) => about.pupils.insert(*key),
            Usual::Household(key, ..) => about.households.insert(*key),
        };
    }
    about
}

/// A text as it is searched for: small letters without marks, so that `muller` finds `Müller`.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| match letter {
            'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' | 'ă' => 'a',
            'ç' | 'ć' | 'č' => 'c',
            'đ' => 'd',
            'é' | 'è' | 'ê' | 'ë' | 'ě' => 'e',
            'ğ' => 'g',
            'í' | 'ì' | 'î' | 'ï' | 'ı' => 'i',
            'ł' => 'l',
            'ñ' | 'ń' => 'n',
            'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => 'o',
            'ř' => 'r',
            'ş' | 'ș' | 'š' | 'ś' | 'ß' => 's',
            'ţ' | 'ț' => 't',
            'ü' | 'ú' | 'ù' | 'û' => 'u',
            'ž' | 'ź' | 'ż' => 'z',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_searched_for_without_case_and_marks() {
        assert_eq!(fold("Müller"), "muller");
        assert_eq!(fold("ŞİMŞEK").replace('\u{307}', ""), "simsek");
        assert_eq!(fold("5A"), "5a");
    }

    #[test]
    fn kinds_of_people_have_codes_that_are_read_again() {
        for kind in [PersonKind::Pupil, PersonKind::Household, PersonKind::Staff] {
            assert_eq!(PersonKind::of(kind.code()), Some(kind));
        }
        assert_eq!(PersonKind::of("group"), None);
    }
}
