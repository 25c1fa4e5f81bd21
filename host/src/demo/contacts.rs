//! Invents what tandems and tridems did in a year, one school day after the other.

use super::kinds::{CONCERNS, Concern, KINDS, Kind, TEAMS, TOPICS, Team, kind};
use super::notes;
use super::people::{People, Pupil, STEADY, VANISHING};
use super::plan::{SCHOOLS, present, weekday, year};
use super::random::Random;
use super::rhythm;
use super::scenes;
use crate::domain::{Day, Level};

/// One contact or attempt. People, households and schools are places in their lists.
#[derive(Debug, Clone)]
pub(super) struct Contact {
    pub(super) school: usize,
    pub(super) day: Day,
    /// Minutes after midnight; until the day is arranged, the wish.
    pub(super) time: Option<u16>,
    pub(super) minutes: u16,
    pub(super) kind: &'static Kind,
    pub(super) result: &'static str,
    pub(super) participants: Vec<usize>,
    pub(super) pupils: Vec<usize>,
    pub(super) household: Option<usize>,
    pub(super) persons: u16,
    pub(super) topics: Vec<&'static str>,
    pub(super) consultation: &'static str,
    pub(super) language: &'static str,
    pub(super) interpreter: bool,
    pub(super) next_due: Option<Day>,
    pub(super) next_step: &'static str,
    pub(super) shared_note: &'static str,
    pub(super) private_note: &'static str,
}

impl Contact {
    /// Whether nobody was reached.
    pub(super) fn is_attempt(&self) -> bool {
        self.result != "reached"
    }
}

/// Every contact of the year, by day, school and time.
///
/// `days` are the school days of each school.
pub(super) fn generate(random: &mut Random, people: &People, days: &[Vec<Day>]) -> Vec<Contact> {
    let mut counts = Vec::with_capacity(SCHOOLS.len());
    for (school, days) in days.iter().enumerate() {
        counts.push(rhythm::counts(random, school, days));
    }
    let staged = scenes::all(people, days);
    let mut year_book = YearBook::new(random, people);
    let mut contacts = Vec::with_capacity(12_600);
    let mut diary = rhythm::Diary::default();
    for day in year().days() {
        diary.clear();
        for school in 0..SCHOOLS.len() {
            let Ok(place) = days[school].binary_search(&day) else { continue };
            let first = contacts.len();
            let is_today = |scene: &&Contact| scene.school == school && scene.day == day;
            contacts.extend(staged.iter().filter(is_today).cloned());
            let today = Today::new(school, day, &days[school][place..]);
            for number in 0..counts[school][place] {
                contacts.push(year_book.contact(&today, number));
            }
            rhythm::arrange(&mut contacts[first..], &mut diary);
        }
    }
    contacts
}

/// A school day that contacts are invented for.
struct Today<'a> {
    school: usize,
    day: Day,
    /// This day and the school days that follow it.
    ahead: &'a [Day],
    mediators: Vec<usize>,
    teachers: Vec<usize>,
    social_workers: Vec<usize>,
    heads: Vec<usize>,
}

impl<'a> Today<'a> {
    fn new(school: usize, day: Day, ahead: &'a [Day]) -> Self {
        let those = |role| present(school, role, day).collect();
        Self {
            school,
            day,
            ahead,
            mediators: those("mediation"),
            teachers: those("teacher"),
            social_workers: those("social-work"),
            heads: those("head"),
        }
    }

    fn level(&self) -> Level {
        SCHOOLS[self.school].level()
    }

    /// Whether it is the day of the parent café: every other week.
    fn is_cafe(&self) -> bool {
        let week = (self.day.0 + 3).div_euclid(7);
        SCHOOLS[self.school].cafe == weekday(self.day) && week % 2 == 0
    }
}

/// Invents contacts, and knows what has to be kept in mind from one to the next.
struct YearBook<'a> {
    random: &'a mut Random,
    people: &'a People,
    /// For each school its accompanied pupils, those with much need several times.
    pupils: Vec<Vec<usize>>,
    /// For each school the households with several accompanied children there.
    siblings: Vec<Vec<usize>>,
    /// How much more or less often than usual each school does each kind, in percent.
    habits: Vec<[u16; KINDS.len()]>,
    /// Which households have had their first consultation.
    is_advised: Vec<bool>,
}

impl<'a> YearBook<'a> {
    fn new(random: &'a mut Random, people: &'a People) -> Self {
        let mut pupils = vec![Vec::new(); SCHOOLS.len()];
        // What happens with the vanishing family is told by a scene alone.
        let vanishing = people.steady[VANISHING.0][0];
        for (place, pupil) in people.pupils.iter().enumerate() {
            if pupil.household.is_some_and(|own| own != vanishing) {
                let need = usize::from(random.between(1, 5));
                pupils[pupil.school].extend(std::iter::repeat_n(place, need));
            }
        }
        let mut siblings = vec![Vec::new(); SCHOOLS.len()];
        for (place, household) in people.households.iter().enumerate() {
            for (school, families) in siblings.iter_mut().enumerate() {
                let is_here = |pupil: &&usize| people.pupils[**pupil].school == school;
                if household.pupils.iter().filter(is_here).count() > 1 {
                    families.push(place);
                }
            }
        }
        let habits =
            SCHOOLS.iter().map(|_| std::array::from_fn(|_| random.between(80, 120))).collect();
        let is_advised = vec![false; people.households.len()];
        Self { random, people, pupils, siblings, habits, is_advised }
    }

    /// Invents the contact of a number, counted from 0, on a day.
    fn contact(&mut self, today: &Today, number: u32) -> Contact {
        let kind = self.kind(today, number);
        let (pupils, household) = self.family(today, kind);
        let is_group = pupils.is_empty() && household.is_none();
        let language = household.map_or("de", |own| self.people.households[own].language);
        let result = if is_group { "reached" } else { self.result(today, kind, &pupils, language) };
        let is_reached = result == "reached";
        let participants = self.team(today, kind, is_reached);
        let has_social_worker = participants.iter().any(|who| today.social_workers.contains(who));
        let (begins, lasts) = (kind.begins, kind.minutes);
        let (shared_note, next_step, next_due) = self.afterwards(today, kind, result, is_group);
        let is_talk = is_reached && !is_group && !matches!(kind.code, "class" | "break");
        let is_told = kind.code == "interpreting" || self.random.percent(75);
        Contact {
            school: today.school,
            day: today.day,
            time: Some(self.random.between(begins.0 / 5, begins.1 / 5) * 5),
            minutes: if is_reached {
                self.random.between(lasts.0 / 5, lasts.1 / 5) * 5
            } else {
                // The way there and a few words at the door, or the ringing of a telephone.
                self.random.between(1, if lasts.0 < 30 { 1 } else { 4 }) * 5
            },
            kind,
            result,
            persons: if is_reached { self.persons(kind, pupils.len(), is_group) } else { 0 },
            topics: self.topics(today, kind, &pupils),
            consultation: self.consultation(kind, household.filter(|_| is_reached)),
            language: if is_talk && is_told { language } else { "" },
            interpreter: is_talk && language != "de" && is_told && self.random.percent(45),
            next_due,
            next_step,
            shared_note,
            private_note: if has_social_worker && is_reached && self.random.percent(40) {
                self.random.pick(&notes::PRIVATE)
            } else {
                ""
            },
            participants,
            // A file may leave the household to be found from the pupils. Both ways occur.
            household: household.filter(|_| pupils.is_empty() || kind.code == "home-visit"),
            pupils,
        }
    }

    fn kind(&mut self, today: &Today, number: u32) -> &'static Kind {
        let is_mediator_there = !today.mediators.is_empty();
        if number == 0 && is_mediator_there && today.is_cafe() {
            return kind("parent-cafe");
        }
        let school = &SCHOOLS[today.school];
        let weights: [u16; KINDS.len()] = std::array::from_fn(|place| {
            let kind = &KINDS[place];
            if school.without.contains(&kind.code) {
                0
            } else {
                kind.weight(school.level(), is_mediator_there) * self.habits[today.school][place]
                    / 20
            }
        });
        &KINDS[self.random.weighted(&weights)]
    }

    /// The pupils and the household that a contact is about.
    fn family(&mut self, today: &Today, kind: &Kind) -> (Vec<usize>, Option<usize>) {
        let people = self.people;
        let concern = CONCERNS[self.random.weighted(&kind.concerns)];
        if concern == Concern::Nobody {
            return (Vec::new(), None);
        }
        let families = &self.siblings[today.school];
        if concern == Concern::Siblings && !families.is_empty() {
            let household = self.random.pick(families);
            let is_here = |place: &usize| {
                let pupil = &people.pupils[*place];
                pupil.school == today.school && pupil.is_accompanied_on(today.day)
            };
            let children = people.households[household].pupils.iter().copied();
            let children: Vec<usize> = children.filter(is_here).collect();
            if !children.is_empty() {
                return (children, Some(household));
            }
        }
        let pupil = self.pupil(today, kind);
        let household = people.pupils[pupil].household;
        (if concern == Concern::Household { Vec::new() } else { vec![pupil] }, household)
    }

    /// A pupil of the school who is accompanied on that day.
    fn pupil(&mut self, today: &Today, kind: &Kind) -> usize {
        let people = self.people;
        let needs_interpreting = |pupil: &Pupil| {
            pupil.household.is_some_and(|own| people.households[own].language != "de")
        };
        for _ in 0..40 {
            let place = self.random.pick(&self.pupils[today.school]);
            let pupil = &people.pupils[place];
            let fits = kind.code != "interpreting" || needs_interpreting(pupil);
            if fits && pupil.is_accompanied_on(today.day) {
                return place;
            }
        }
        // Chance found nobody. The last steady family is there all year.
        people.households[people.steady[today.school][STEADY - 1]].pupils[0]
    }

    fn result(
        &mut self,
        today: &Today,
        kind: &Kind,
        pupils: &[usize],
        language: &str,
    ) -> &'static str {
        let is_leaving = pupils.iter().any(|place| {
            let pupil = &self.people.pupils[*place];
            let last = pupil.enrolled.until.unwrap_or(today.day.plus(365));
            pupil.status == "moved" && last <= today.day.plus(5)
        });
        if is_leaving {
            return "moved-away";
        }
        if self.random.percent(kind.reached) {
            return "reached";
        }
        let interpreter_missing = if language == "de" { 0 } else { 16 };
        let results = ["not-reached", "postponed", "declined", "interpreter-missing"];
        results[self.random.weighted(&[66, 22, 8, interpreter_missing])]
    }

    /// Who takes part, in the order mediator, teacher, social worker, head.
    fn team(&mut self, today: &Today, kind: &Kind, is_reached: bool) -> Vec<usize> {
        let team = TEAMS[self.random.weighted(&kind.teams)];
        let teacher = self.random.pick(&today.teachers);
        let social_worker = today.social_workers.first().copied();
        let Some(mediator) =
            (!today.mediators.is_empty()).then(|| self.random.pick(&today.mediators))
        else {
            let is_social_worker = self.random.percent(60);
            return match social_worker {
                Some(social_worker) if is_social_worker => vec![social_worker],
                _ => vec![teacher],
            };
        };
        let mut members = match (team, social_worker) {
            (Team::Tridem, Some(social_worker)) => vec![mediator, teacher, social_worker],
            (Team::Tridem | Team::Tandem, _) => vec![mediator, teacher],
            (Team::Solo, social_worker) => {
                let other = social_worker.unwrap_or(mediator);
                match self.random.weighted(&[60, 18, 12, 10]) {
                    0 => vec![mediator],
                    1 => vec![other],
                    2 => vec![teacher],
                    _ if other == mediator => vec![mediator],
                    _ => vec![mediator, other],
                }
            }
        };
        if kind.code == "conference" && is_reached && self.random.percent(40) {
            members.extend(&today.heads);
        }
        members
    }

    fn persons(&mut self, kind: &Kind, pupils: usize, is_group: bool) -> u16 {
        let pupils = u16::try_from(pupils).expect("a household has a few children");
        let (least, most) = kind.persons;
        match kind.code {
            "pupil-talk" => pupils.max(1),
            // Children are at home or come along; a parent is there too.
            "home-visit" | "accompaniment" => self.random.between(least.max(pupils), most) + 1,
            // A talk with a teacher about something else than a child.
            "phone" | "message" | "parent-talk" | "conference" if is_group => 1,
            _ => self.random.between(least.max(pupils.min(most)), most),
        }
    }

    fn topics(&mut self, today: &Today, kind: &Kind, pupils: &[usize]) -> Vec<&'static str> {
        let wanted = self.random.weighted(&[14, 50, 26, 10]);
        let mut topics: Vec<&'static str> = Vec::with_capacity(wanted);
        if wanted == 0 {
            return topics;
        }
        let month = today.day.month().number();
        let is_in_grade =
            |grade: &str| pupils.iter().any(|place| self.people.pupils[*place].grade == grade);
        // Fourth-graders are enrolled at their next school in February, tenth-graders apply.
        let (is_fourth, is_first) = (is_in_grade("04"), is_in_grade("E1"));
        let is_changing = is_fourth && matches!(month, 11 | 12 | 1..=3) && self.random.percent(55)
            || (is_fourth || is_in_grade("10")) && self.random.percent(15);
        let is_starting = is_first && matches!(month, 8..=10) && self.random.percent(30);
        topics.extend(is_changing.then_some("transition"));
        topics.extend(is_starting.then_some("enrolment"));
        match kind.code {
            "conflict" => topics.push("behaviour"),
            "form-help" => topics.push("benefits"),
            "parent-cafe" => topics.push("participation"),
            "interpreting" if self.random.percent(50) => topics.push("language"),
            _ => {}
        }
        let weights = TOPICS.map(|(_, primary, secondary)| match today.level() {
            Level::Primary => primary,
            Level::Secondary => secondary,
        });
        while topics.len() < wanted {
            let (topic, ..) = TOPICS[self.random.weighted(&weights)];
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        topics.truncate(3);
        topics
    }

    fn consultation(&mut self, kind: &Kind, household: Option<usize>) -> &'static str {
        let Some(household) = household else { return "" };
        if !kind.is_advice || !self.random.percent(35) {
            return "";
        }
        if !std::mem::replace(&mut self.is_advised[household], true) {
            return "first";
        }
        if self.random.percent(20) { "referral" } else { "follow-up" }
    }

    /// The shared note, the next step and the school day by which it is due.
    fn afterwards(
        &mut self,
        today: &Today,
        kind: &Kind,
        result: &str,
        is_group: bool,
    ) -> (&'static str, &'static str, Option<Day>) {
        let is_reached = result == "reached";
        let steps = if is_reached { &notes::NEXT_STEPS[..] } else { &notes::TRY_AGAIN };
        let is_noted = self.random.percent(30) && !is_group;
        let note = if is_noted { self.random.pick(notes::shared(kind.code, result)) } else { "" };
        let days = usize::from(self.random.between(2, 15));
        let is_followed = self.random.percent(if is_reached { 28 } else { 55 }) && !is_group;
        match today.ahead.get(days) {
            Some(due) if is_followed => (note, self.random.pick(steps), Some(*due)),
            _ => (note, "", None),
        }
    }
}
