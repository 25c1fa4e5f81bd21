//! Invents support cases with what hangs on them: goals, actions, referrals and consents.

use super::city::CityFile;
use super::consulting::pick;
use super::forms::{Records, list, or_empty};
use super::random::Random;
use crate::domain::Day;

/// A support case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) code: String,
    /// The code of a pupil, where it is about one.
    pub(super) pupil: Option<String>,
    /// The code of the household.
    pub(super) household: String,
    pub(super) team: &'static str,
    pub(super) lead: &'static str,
    /// The language that talks with the family are held in.
    pub(super) language: &'static str,
    pub(super) eligibility: &'static str,
    topics: Vec<&'static str>,
    pub(super) opened: Day,
    pub(super) closed: Option<Day>,
    ending: &'static str,
}

/// What a family may want, with its topic and what is done for it.
struct Aim {
    topic: &'static str,
    title: &'static str,
    actions: [&'static str; 2],
    target: &'static str,
}

const fn aim(
    topic: &'static str,
    title: &'static str,
    actions: [&'static str; 2],
    target: &'static str,
) -> Aim {
    Aim { topic, title, actions, target }
}

/// Aims at schools.
const AT_SCHOOL: [Aim; 6] = [
    aim(
        "attendance",
        "Wir wollen, dass unser Kind jeden Tag pünktlich in der Schule ist.",
        [
            "Weg zur Schule einmal gemeinsam gehen",
            "Mit der Klassenleitung eine Rückmeldung vereinbaren",
        ],
        "youth-office",
    ),
    aim(
        "learning",
        "Unser Kind soll die Hausaufgaben allein schaffen.",
        ["Platz in der Hausaufgabenhilfe suchen", "Lernplan mit der Lehrkraft abstimmen"],
        "other",
    ),
    aim(
        "language",
        "Wir wollen Elternbriefe ohne Hilfe verstehen.",
        ["Elternbriefe der Schule in Übersetzung besorgen", "Sprachkurs am Vormittag anfragen"],
        "language-course",
    ),
    aim(
        "transition",
        "Wir wollen die richtige Schule nach der vierten Klasse finden.",
        ["Zum Tag der offenen Tür begleiten", "Anmeldeunterlagen zusammenstellen"],
        "other",
    ),
    aim(
        "behaviour",
        "Unser Kind soll ohne Streit durch die Pause kommen.",
        ["Gespräch mit beiden Familien führen", "Feste Ansprechperson in der Pause benennen"],
        "school-psychology",
    ),
    aim(
        "health",
        "Wir wollen einen Termin zum Hörtest.",
        ["Termin vereinbaren und begleiten", "Befund mit der Schule besprechen"],
        "health-service",
    ),
];

/// Aims in case management.
const IN_TOWN: [Aim; 6] = [
    aim(
        "housing",
        "Wir suchen eine Wohnung, in der jedes Kind einen Schreibtisch hat.",
        ["Wohnberechtigungsschein beantragen", "Anzeigen gemeinsam durchsehen"],
        "housing-office",
    ),
    aim(
        "work",
        "Ich möchte wieder in meinem Beruf arbeiten.",
        ["Unterlagen für die Anerkennung sammeln", "Termin beim Jobcenter begleiten"],
        "job-centre",
    ),
    aim(
        "german",
        "Ich möchte die Prüfung B1 bestehen.",
        ["Freien Kursplatz suchen", "Kinderbetreuung während des Kurses klären"],
        "language-course",
    ),
    aim(
        "residence",
        "Wir wollen wissen, wie lange wir bleiben können.",
        ["Bescheid erklären", "Frist in den Kalender eintragen"],
        "immigration-office",
    ),
    aim(
        "benefit-change",
        "Wir wollen, dass das Geld ohne Lücke weiterläuft.",
        ["Antrag vor dem Wechsel stellen", "Abschlag beantragen"],
        "job-centre",
    ),
    aim(
        "recognition",
        "Mein Abschluss soll hier gelten.",
        ["Zeugnisse übersetzen lassen", "Beratungstermin vereinbaren"],
        "recognition-advice",
    ),
];

/// How cases end, with weights.
const ENDINGS: [(&str, u16); 5] =
    [("completed", 60), ("handed-over", 16), ("moved", 12), ("broken-off", 8), ("other", 4)];

/// What a case is to be, before chance fills it in.
pub(super) struct Family {
    pub(super) pupil: Option<String>,
    pub(super) household: String,
    pub(super) team: &'static str,
    pub(super) lead: &'static str,
    pub(super) language: &'static str,
}

impl Case {
    /// Opens a case on one of `days`, and closes some of them later on.
    pub(super) fn open(random: &mut Random, number: usize, family: Family, days: &[Day]) -> Self {
        let first = random.place(days.len() / 2);
        let opened = days[first];
        let later = &days[first + 20..];
        let closed = random.percent(45).then(|| random.pick(later));
        let eligibility = if random.percent(68) { "newly-arrived" } else { "comparable" };
        Self {
            code: format!("F{number:03}"),
            pupil: family.pupil,
            household: family.household,
            team: family.team,
            lead: family.lead,
            language: family.language,
            eligibility,
            topics: Vec::new(),
            opened,
            closed,
            ending: if closed.is_some() { pick(random, &ENDINGS) } else { "" },
        }
    }

    /// Whether it was open on a day.
    pub(super) fn is_open(&self, day: Day) -> bool {
        self.opened <= day && self.closed.is_none_or(|last| day <= last)
    }
}

/// Everything that hangs on cases, up to a last day that is known.
pub(super) struct Support {
    goals: Records,
    actions: Records,
    referrals: Records,
    consents: Records,
    numbers: [usize; 4],
    last: Day,
}

impl Support {
    /// Invents it. The topics of the cases become those of their goals.
    pub(super) fn generate(random: &mut Random, cases: &mut [Case], last: Day) -> Vec<CityFile> {
        let mut support = Self {
            goals: Records::of("goals"),
            actions: Records::of("actions"),
            referrals: Records::of("referrals"),
            consents: Records::of("consents"),
            numbers: [0; 4],
            last,
        };
        for case in cases.iter_mut() {
            support.agree(random, case);
        }
        let mut records = Records::of("support-cases");
        for case in cases.iter() {
            records.add(&[
                ("code", &case.code),
                ("pupil", &or_empty(case.pupil.as_ref())),
                ("household", &case.household),
                ("team", &case.team),
                ("lead", &case.lead),
                ("eligibility", &case.eligibility),
                ("topics", &list(&case.topics)),
                ("opened", &case.opened),
                ("closed", &or_empty(case.closed)),
                ("ending", &case.ending),
            ]);
        }
        let parts = [support.goals, support.actions, support.referrals, support.consents];
        std::iter::once(records).chain(parts).map(Records::file).collect()
    }

    /// The next number of one of the four files.
    fn next(&mut self, file: usize) -> usize {
        self.numbers[file] += 1;
        self.numbers[file]
    }

    /// Agrees on goals with a family, and on what is done for them.
    fn agree(&mut self, random: &mut Random, case: &mut Case) {
        let aims = if case.pupil.is_some() { &AT_SCHOOL } else { &IN_TOWN };
        let mut order: Vec<usize> = (0..aims.len()).collect();
        random.shuffle(&mut order);
        let end = case.closed.unwrap_or(self.last);
        for place in order.into_iter().take(1 + random.weighted(&[50, 38, 12])) {
            let aim = &aims[place];
            case.topics.push(aim.topic);
            let agreed = case.opened.plus(i32::from(random.between(0, 14))).min(end);
            let goal = self.set_goal(random, case, aim, agreed);
            for title in aim.actions.iter().take(1 + random.place(2)) {
                self.undertake(random, case, &goal, title, agreed, end);
            }
            if random.percent(42) {
                self.refer(random, case, aim.target, agreed, end);
            }
        }
        if random.percent(25) {
            self.ask_for_interpreting(random, case, end);
        }
    }

    fn set_goal(&mut self, random: &mut Random, case: &Case, aim: &Aim, agreed: Day) -> String {
        let code = format!("Z{:04}", self.next(0));
        let baseline = random.between(1, 4);
        let target = random.between(6, 9);
        let state = if case.closed.is_some() {
            ["partly-reached", "reached", "given-up"][random.weighted(&[35, 52, 13])]
        } else {
            ["open", "partly-reached", "reached"][random.weighted(&[55, 30, 15])]
        };
        let reached = match state {
            "reached" => Some(target),
            "partly-reached" => Some(random.between(baseline + 1, target - 1)),
            "given-up" => Some(baseline),
            _ => None,
        };
        self.goals.add(&[
            ("code", &code),
            ("support_case", &case.code),
            ("title", &aim.title),
            ("topic", &aim.topic),
            ("baseline", &baseline),
            ("target", &target),
            ("reached", &or_empty(reached)),
            ("state", &state),
            ("agreed", &agreed),
            ("review", &agreed.plus(56)),
        ]);
        code
    }

    fn undertake(
        &mut self,
        random: &mut Random,
        case: &Case,
        goal: &str,
        title: &str,
        agreed: Day,
        end: Day,
    ) {
        let state = if case.closed.is_some() {
            ["done", "dropped"][random.weighted(&[88, 12])]
        } else {
            ["open", "done", "dropped"][random.weighted(&[35, 58, 7])]
        };
        let done = agreed.plus(i32::from(random.between(1, 30))).min(end);
        self.numbers[1] += 1;
        self.actions.add(&[
            ("code", &format_args!("M{:04}", self.numbers[1])),
            ("support_case", &case.code),
            ("goal", &goal),
            ("title", &title),
            ("responsible", &case.lead),
            ("state", &state),
            ("agreed", &agreed),
            ("due", &agreed.plus(28)),
            ("done", &or_empty((state == "done").then_some(done))),
        ]);
    }

    /// Refers a family, with its consent.
    fn refer(&mut self, random: &mut Random, case: &Case, target: &str, agreed: Day, end: Day) {
        let day = agreed.plus(i32::from(random.between(0, 21))).min(end);
        let states = ["offered", "accepted", "arrived", "declined", "unknown"];
        let state = states[random.weighted(&[14, 16, 48, 10, 12])];
        let known = day.plus(i32::from(random.between(7, 35))).min(end);
        self.numbers[2] += 1;
        self.referrals.add(&[
            ("code", &format_args!("V{:04}", self.numbers[2])),
            ("support_case", &case.code),
            ("target", &target),
            ("day", &day),
            ("state", &state),
            ("state_day", &or_empty((state != "offered").then_some(known))),
        ]);
        let withdrawn = random.percent(6).then_some(known);
        let state = if withdrawn.is_some() { "withdrawn" } else { "granted" };
        self.consent(case, "referral", "Stelle, an die verwiesen wird", state, day, withdrawn);
    }

    /// Asks whether somebody may interpret. Some families would rather not have strangers listening.
    fn ask_for_interpreting(&mut self, random: &mut Random, case: &Case, end: Day) {
        let day = case.opened.plus(i32::from(random.between(0, 10))).min(end);
        let state = if random.percent(85) { "granted" } else { "refused" };
        self.consent(case, "interpreting", "Dolmetschpool", state, day, None);
    }

    fn consent(
        &mut self,
        case: &Case,
        purpose: &str,
        recipient: &str,
        state: &str,
        given: Day,
        withdrawn: Option<Day>,
    ) {
        self.numbers[3] += 1;
        let expires = (state != "refused").then(|| given.plus(365));
        self.consents.add(&[
            ("code", &format_args!("E{:04}", self.numbers[3])),
            ("pupil", &or_empty(case.pupil.as_ref())),
            ("household", &case.household),
            ("purpose", &purpose),
            ("recipient", &recipient),
            ("state", &state),
            ("explained_in", &case.language),
            ("given", &given),
            ("expires", &or_empty(expires)),
            ("withdrawn", &or_empty(withdrawn)),
        ]);
    }
}
