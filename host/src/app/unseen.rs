//! Whom nobody has met for long: pupils of the programme, by the school days since the last contact.

use crate::domain::{About, Day, Directory, Period, Register, SeenAs};
use crate::store::{self, Reader};

use super::lookups::pupil_facts;
use super::workspace::{App, today};
use super::{Actor, Error, PupilFacts, UseCase};

/// A pupil of the programme whom nobody has met for some time.
#[derive(Debug, Clone)]
pub struct UnseenPupil {
    /// The pupil.
    pub facts: PupilFacts,
    /// The day of the last contact; `None` where there was none yet.
    pub last: Option<Day>,
    /// How many days their school was open since then, or since the programme began to accompany them.
    pub school_days: usize,
}

impl App {
    /// Pupils of the programme without a contact for at least so many school days of their school, on a
    /// day or today. An attempt is no contact. Whom nobody has met yet comes first, then whom nobody
    /// has met for the longest time.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn unseen(
        &self,
        actor: &Actor,
        on: Option<Day>,
        least: u16,
    ) -> Result<Vec<UnseenPupil>, Error> {
        let scope = self.permit(actor, UseCase::TaskRead)?;
        let reader = self.store.read(&scope)?;
        let directory = reader.directory()?;
        let found = unseen_pupils(&reader, &directory, on.unwrap_or_else(today), least)?;
        let known = found.iter().filter_map(|it| directory.pupils.get(&it.facts.pupil.code));
        let about = About::pupils(known.map(|known| (known.key, known.household)));
        self.saw(actor, UseCase::TaskRead, SeenAs::List, about)?;
        Ok(found)
    }
}

/// The same for whoever may read already.
pub(super) fn unseen_pupils(
    reader: &Reader<'_>,
    directory: &Directory,
    on: Day,
    least: u16,
) -> Result<Vec<UnseenPupil>, Error> {
    let filter = store::PupilFilter { accompanied_on: Some(on), ..store::PupilFilter::default() };
    let contacts = reader.last_contacts(on)?;
    let none = Register::default();
    let mut found = Vec::new();
    for view in reader.pupils(&filter)? {
        let register = directory.registers.get(&view.pupil.school).unwrap_or(&none);
        let met = contacts.get(&view.key).copied();
        let accompanied = view.pupil.accompanied.map(|span| span.from.plus(-1));
        let Some(since) = met.or(accompanied) else { continue };
        let school_days = school_days(register, since, on);
        if school_days >= usize::from(least) {
            let facts = pupil_facts(view, reader.code_lists());
            found.push(UnseenPupil { facts, last: met, school_days });
        }
    }
    found.sort_by(|one, other| {
        let order = |it: &'_ UnseenPupil| (it.last, it.facts.school.clone());
        let codes = (&one.facts.pupil.code, &other.facts.pupil.code);
        order(one).cmp(&order(other)).then_with(|| codes.0.cmp(codes.1))
    });
    Ok(found)
}

/// How many school days lie after one day, up to another.
fn school_days(register: &Register, after: Day, until: Day) -> usize {
    let days = Period::new(after.plus(1), until).ok();
    days.map_or(0, |days| days.days().filter(|day| register.is_school_day(*day)).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn only_school_days_after_the_last_contact_count() {
        let register = Register::default();
        assert_eq!(school_days(&register, of("2026-03-02"), of("2026-03-02")), 0);
        assert_eq!(school_days(&register, of("2026-03-02"), of("2026-03-09")), 5);
        // The Easter holidays are from 30 March to 11 April, and 6 April is within them.
        assert_eq!(school_days(&register, of("2026-03-27"), of("2026-04-13")), 1);
    }
}
