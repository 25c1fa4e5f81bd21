//! One family on a sheet: its children, the contacts with it, and what was agreed and arranged.

use std::collections::{BTreeSet, HashMap};

use crate::domain::{
    CodeLists, ContactView, Household, HouseholdKey, PupilKey, Sheet, SheetCell, SheetTable, Text,
};
use crate::store::{self, PupilView, Reader};

use super::super::lookups::{coded, coded_at};
use super::super::workspace::today;
use super::super::{Actor, App, Error, UseCase};
use super::my_day_cases::Owners;
use super::parts::{
    Record, by_key, code, day, fact, joined, linked, records, set, table, text, whole, with_unit,
    words,
};

impl App {
    /// All that an actor may see of a family. A private note is in it where it belongs to the actor's
    /// own profession; of others it says that there is one.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchHousehold`], also for one out of sight.
    pub fn family_sheet(&self, actor: &Actor, household: &str) -> Result<Sheet, Error> {
        let scope = self.permit(actor, UseCase::SheetFamily)?;
        let reader = self.store.read(&scope)?;
        let none = || Error::NoSuchHousehold(household.to_owned());
        let key = *reader.directory()?.households.get(household).ok_or_else(none)?;
        let known = reader.households()?;
        let known = known.iter().find(|found| found.code == household).ok_or_else(none)?;
        let mut pupils = reader.pupils(&store::PupilFilter::default())?;
        pupils.retain(|view| view.pupil.household == Some(key));
        let contacts = store::ContactFilter { family: Some(key), ..Default::default() };
        let contacts = reader.contacts(&contacts)?;
        let codes = reader.code_lists();
        let mut tables = vec![
            children(&pupils, codes),
            contact_table(&contacts, codes),
            tasks(&reader, &pupils)?,
        ];
        tables.extend(Family::read(&reader, key, &pupils)?.tables(codes));
        let sheet = Sheet {
            id: "family",
            title: Text::new("Familienblatt", "Family sheet"),
            facts: facts(known, codes),
            remarks: vec![Text::new(
                "Das Blatt zeigt, was Sie sehen dürfen: Kinder und Kontakte Ihrer Schulen und \
                 vertrauliche Notizen Ihrer eigenen Profession.",
                "The sheet shows what you may see: pupils and contacts of your schools, and private \
                 notes of your own profession.",
            )],
            tables,
        };
        self.saw_sheet(actor, UseCase::SheetFamily, &reader, &sheet)?;
        Ok(sheet)
    }
}

fn facts(household: &Household, codes: &CodeLists) -> Vec<(Text, SheetCell)> {
    let language = household.language.as_ref();
    let language =
        language.map(|language| SheetCell::Words(coded(codes, "language", language).text()));
    vec![
        fact("Haushalt", "Household", text(&household.code)),
        fact("Name", "Name", text(&household.name)),
        fact(
            "Briefe in der Sprache",
            "Letters in the language",
            language.unwrap_or_else(|| words("nicht festgehalten", "not noted")),
        ),
        fact("Stand", "As of", day(Some(today()))),
        fact(
            "Bestimmt für",
            "Meant for",
            words("nur für das Team der Familie", "the family's team alone"),
        ),
    ]
}

fn children(pupils: &[PupilView], codes: &CodeLists) -> SheetTable {
    let mut shown = table(
        "children",
        ("Kinder", "Children"),
        ("Von keinem Kind der Familie ist etwas zu sehen.", "No child of the family is in sight."),
        &[
            ("pupil", "Kind", "Pupil"),
            ("name", "Name", "Name"),
            ("school", "Schule", "School"),
            ("grade", "Jahrgang", "Grade"),
            ("class", "Klasse", "Class"),
            ("status", "Status", "Status"),
            ("accompanied", "Im Programm seit", "In the programme since"),
        ],
    );
    for view in pupils {
        let pupil = &view.pupil;
        let name = format!("{} {}", pupil.given_name, pupil.family_name);
        shown.rows.push(vec![
            text(&pupil.code),
            text(name.trim()),
            text(format!("{} {}", view.school, view.school_name)),
            SheetCell::Words(coded(codes, "grade", &pupil.grade).text()),
            text(&pupil.class),
            SheetCell::Words(coded(codes, "pupil-status", &pupil.status).text()),
            day(pupil.accompanied.map(|span| span.from)),
        ]);
    }
    shown
}

/// Who took part stands by role: the sheet says what the family was offered, not what one person did.
fn contact_table(contacts: &[ContactView], codes: &CodeLists) -> SheetTable {
    let mut shown = table(
        "contacts",
        ("Kontakte", "Contacts"),
        (
            "Mit dieser Familie ist kein Kontakt eingetragen.",
            "No contact with this family is recorded.",
        ),
        &[
            ("day", "Tag", "Day"),
            ("kind", "Art", "Kind"),
            ("pupils", "Kinder", "Pupils"),
            ("team", "Beteiligt", "Took part"),
            ("result", "Ergebnis", "Result"),
            ("topics", "Themen", "Topics"),
            ("note", "Notiz", "Note"),
            ("private", "Vertraulich", "Private"),
            ("next", "Nächster Schritt", "Next step"),
        ],
    );
    for view in contacts {
        let contact = &view.contact;
        let roles: BTreeSet<u16> = contact.participants.iter().map(|(_, role)| *role).collect();
        let roles = roles.into_iter().map(|role| coded_at(codes, "role", role).text());
        let pupils: Vec<&str> = view.pupils.iter().map(|(code, _)| code.as_str()).collect();
        let step = contact.next_step.as_ref();
        shown.rows.push(vec![
            day(Some(contact.day)),
            code(codes, "contact-kind", Some(contact.kind)),
            text(pupils.join(", ")),
            joined(roles.collect()),
            code(codes, "result", Some(contact.result)),
            set(codes, "topic", contact.topics),
            text(contact.shared_note.clone().unwrap_or_default()),
            private(view, codes),
            step.map_or(SheetCell::Empty, |step| match step.due {
                None => text(&step.text),
                Some(due) => words(
                    format!("{} (bis {})", step.text, due.german()).trim(),
                    format!("{} (by {due})", step.text).trim(),
                ),
            }),
        ]);
    }
    shown
}

/// The private notes that the reader has let through, and that there are others.
fn private(view: &ContactView, codes: &CodeLists) -> SheetCell {
    let role = |place: u16| coded_at(codes, "role", place).text();
    let own = view.contact.private_notes.iter().map(|note| Text::same(&note.text));
    let closed = view.closed_lanes.iter().map(|profession| {
        let role = role(*profession);
        Text::new(
            format!("(Eintrag der Profession {}, nur für sie)", role.de),
            format!("(entry by {}, for them alone)", role.en),
        )
    });
    joined(own.chain(closed).collect())
}

fn tasks(reader: &Reader<'_>, pupils: &[PupilView]) -> Result<SheetTable, Error> {
    let mut shown = table(
        "tasks",
        ("Offene Aufgaben", "Open tasks"),
        ("Für diese Familie ist keine Aufgabe offen.", "No task is open for this family."),
        &[
            ("task", "Aufgabe", "Task"),
            ("pupil", "Kind", "Pupil"),
            ("due", "Fällig", "Due"),
            ("state", "Stand", "State"),
            ("owner", "Bei", "With"),
        ],
    );
    let filter = store::TaskFilter { open: true, ..store::TaskFilter::default() };
    let mut found = reader.tasks(&filter)?;
    found.retain(|view| pupils.iter().any(|pupil| pupil.key == view.task.pupil));
    found.sort_by_key(|view| (view.task.said.due, view.pupil.clone()));
    for view in found {
        let said = &view.task.said;
        shown.rows.push(vec![
            SheetCell::Words(said.label.clone()),
            text(&view.pupil),
            day(Some(said.due)),
            SheetCell::Words(view.task.bucket(today()).text()),
            text(view.owner.map(|(code, _)| code).unwrap_or_default()),
        ]);
    }
    Ok(shown)
}

/// The records of forms about one family.
struct Family {
    cases: HashMap<i64, Record>,
    goals: Vec<Record>,
    actions: Vec<Record>,
    referrals: Vec<Record>,
    interpreting: Vec<Record>,
    consents: Vec<Record>,
    owners: Owners,
}

impl Family {
    fn read(
        reader: &Reader<'_>,
        household: HouseholdKey,
        pupils: &[PupilView],
    ) -> Result<Self, Error> {
        let is_theirs = |record: &Record| {
            let pupil = record.link("pupil").map(PupilKey);
            record.link("household") == Some(household.0)
                || pupil.is_some_and(|key| pupils.iter().any(|view| view.key == key))
        };
        let mut cases = records(reader, "support-cases")?;
        cases.retain(is_theirs);
        let cases = by_key(cases);
        let of_cases = |form: &str, when: &str| -> Result<Vec<Record>, Error> {
            let mut found = records(reader, form)?;
            found
                .retain(|it| it.link("support_case").is_some_and(|case| cases.contains_key(&case)));
            found.sort_by_key(|record| (record.day(when), record.key()));
            Ok(found)
        };
        let mut consents = records(reader, "consents")?;
        consents.retain(is_theirs);
        consents.sort_by_key(|record| (record.day("given"), record.key()));
        Ok(Self {
            goals: of_cases("goals", "agreed")?,
            actions: of_cases("actions", "agreed")?,
            referrals: of_cases("referrals", "day")?,
            interpreting: of_cases("interpreting", "day")?,
            owners: Owners::read(reader)?,
            consents,
            cases,
        })
    }

    fn tables(&self, codes: &CodeLists) -> [SheetTable; 6] {
        [
            self.case_table(codes),
            self.goal_table(codes),
            self.action_table(codes),
            self.referral_table(codes),
            self.consent_table(codes),
            self.interpreting_table(codes),
        ]
    }

    fn case(&self, record: &Record) -> SheetCell {
        linked(&self.cases, record.link("support_case"), "code")
    }

    fn case_table(&self, codes: &CodeLists) -> SheetTable {
        let mut shown = table(
            "support-cases",
            ("Fallbegleitungen", "Support cases"),
            ("Es gibt keine Fallbegleitung.", "There is no support case."),
            &[
                ("case", "Kürzel", "Code"),
                ("of", "Für", "For"),
                ("eligibility", "Zielgruppe", "Eligibility"),
                ("topics", "Themen", "Topics"),
                ("opened", "Beginn", "Opened"),
                ("closed", "Ende", "Closed"),
                ("ending", "Abschluss", "Ending"),
            ],
        );
        let mut cases: Vec<&Record> = self.cases.values().collect();
        cases.sort_by_key(|case| (case.day("opened"), case.key()));
        for case in cases {
            let closed = case.day("closed");
            shown.rows.push(vec![
                case.written("code"),
                self.owners.of(case),
                case.word("eligibility", codes),
                case.word("topics", codes),
                case.dated("opened"),
                closed.map_or_else(|| words("läuft", "open"), SheetCell::Day),
                case.word("ending", codes),
            ]);
        }
        shown
    }

    fn goal_table(&self, codes: &CodeLists) -> SheetTable {
        let shown = table(
            "goals",
            ("Ziele", "Goals"),
            ("Es ist kein Ziel vereinbart.", "No goal is agreed."),
            &[
                ("goal", "Ziel", "Goal"),
                ("case", "Fallbegleitung", "Support case"),
                ("baseline", "Ausgangswert", "Baseline"),
                ("reached", "Erreicht", "Reached"),
                ("target", "Zielwert", "Target"),
                ("state", "Stand", "State"),
                ("review", "Überprüfung", "Review"),
            ],
        );
        let scale = ["baseline", "reached", "target"];
        let mut shown = with_unit(shown, &scale, "0 bis 10", "0 to 10");
        for goal in &self.goals {
            let reached = goal.number("reached");
            shown.rows.push(vec![
                goal.written("title"),
                self.case(goal),
                goal.counted("baseline"),
                // Nobody has looked yet: that is not 0 on the scale.
                reached.map_or(SheetCell::NotCollected, whole),
                goal.counted("target"),
                goal.word("state", codes),
                goal.dated("review"),
            ]);
        }
        shown
    }

    fn action_table(&self, codes: &CodeLists) -> SheetTable {
        let mut shown = table(
            "actions",
            ("Maßnahmen", "Actions"),
            ("Es ist keine Maßnahme vereinbart.", "No action is agreed."),
            &[
                ("action", "Maßnahme", "Action"),
                ("case", "Fallbegleitung", "Support case"),
                ("state", "Stand", "State"),
                ("agreed", "Vereinbart", "Agreed"),
                ("due", "Fällig", "Due"),
                ("done", "Erledigt", "Done"),
            ],
        );
        for action in &self.actions {
            shown.rows.push(vec![
                action.written("title"),
                self.case(action),
                action.word("state", codes),
                action.dated("agreed"),
                action.dated("due"),
                action.dated("done"),
            ]);
        }
        shown
    }

    fn referral_table(&self, codes: &CodeLists) -> SheetTable {
        let mut shown = table(
            "referrals",
            ("Verweise", "Referrals"),
            ("Die Familie ist an niemanden verwiesen.", "The family was referred to nobody."),
            &[
                ("target", "Wohin", "To"),
                ("case", "Fallbegleitung", "Support case"),
                ("day", "Tag", "Day"),
                ("state", "Stand", "State"),
                ("state_day", "Stand vom", "State of"),
            ],
        );
        for referral in &self.referrals {
            shown.rows.push(vec![
                referral.word("target", codes),
                self.case(referral),
                referral.dated("day"),
                referral.word("state", codes),
                referral.dated("state_day"),
            ]);
        }
        shown
    }

    fn consent_table(&self, codes: &CodeLists) -> SheetTable {
        let mut shown = table(
            "consents",
            ("Einwilligungen", "Consents"),
            ("Es ist keine Einwilligung festgehalten.", "No consent is recorded."),
            &[
                ("purpose", "Zweck", "Purpose"),
                ("of", "Für", "For"),
                ("recipient", "Empfänger", "Recipient"),
                ("state", "Stand", "State"),
                ("explained_in", "Erklärt in", "Explained in"),
                ("given", "Vom", "Of"),
                ("expires", "Gilt bis", "Valid until"),
                ("withdrawn", "Widerrufen", "Withdrawn"),
            ],
        );
        for consent in &self.consents {
            shown.rows.push(vec![
                consent.word("purpose", codes),
                self.owners.of(consent),
                consent.written("recipient"),
                consent.word("state", codes),
                consent.word("explained_in", codes),
                consent.dated("given"),
                consent.dated("expires"),
                consent.dated("withdrawn"),
            ]);
        }
        shown
    }

    fn interpreting_table(&self, codes: &CodeLists) -> SheetTable {
        let shown = table(
            "interpreting",
            ("Dolmetschen", "Interpreting"),
            ("Für diese Familie wurde niemand gebucht.", "Nobody was booked for this family."),
            &[
                ("day", "Tag", "Day"),
                ("case", "Fallbegleitung", "Support case"),
                ("language", "Sprache", "Language"),
                ("mode", "Form", "Mode"),
                ("outcome", "Ausgang", "Outcome"),
                ("minutes", "Dauer", "Duration"),
            ],
        );
        let mut shown = with_unit(shown, &["minutes"], "min", "min");
        for booking in &self.interpreting {
            shown.rows.push(vec![
                booking.dated("day"),
                self.case(booking),
                booking.word("language", codes),
                booking.word("mode", codes),
                booking.word("outcome", codes),
                booking.counted("minutes"),
            ]);
        }
        shown
    }
}
