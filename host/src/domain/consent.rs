//! The gate that data of a family pass on their way to another office: a consent for this purpose, to
//! this recipient, on this day.

use super::day::Day;
use super::words::{Lang, Text};

/// A consent as it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its row.
    pub key: i64,
    /// Its short sign.
    pub code: String,
    /// Whose declaration it is: of a child, or for the household. Each is asked apart.
    pub of_pupil: bool,
    /// What for: a code of the list `consent-purpose`.
    pub purpose: String,
    /// To whom: an office.
    pub recipient: String,
    /// What was declared.
    pub state: ConsentState,
    /// The day of the declaration.
    pub given: Day,
    /// The last day on which it holds.
    pub expires: Option<Day>,
    /// The day of the withdrawal: from then on nothing is passed on.
    pub withdrawn: Option<Day>,
}

/// What was declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentState {
    /// Yes.
    Granted,
    /// No.
    Refused,
    /// Yes, and taken back since.
    Withdrawn,
    /// Yes, and the time is over.
    Expired,
    /// Nothing: there is another legal ground.
    NotNeeded,
}

impl ConsentState {
    /// The state with that code of the list `consent`. One that a municipality has added is no consent.
    pub fn of_code(code: &str) -> Self {
        match code {
            "granted" => Self::Granted,
            "withdrawn" => Self::Withdrawn,
            "expired" => Self::Expired,
            "not-needed" => Self::NotNeeded,
            _ => Self::Refused,
        }
    }
}

/// Why nothing may be passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoConsent {
    /// Nobody was asked.
    Missing,
    /// The answer was no.
    Refused { code: String, on: Day },
    /// It was taken back.
    Withdrawn { code: String, on: Day },
    /// Its time is over.
    Expired { code: String, on: Day },
    /// It does not hold yet.
    NotYet { code: String, from: Day },
    /// There is one for this purpose, to somebody else.
    OtherRecipient { code: String, recipient: String },
    /// There is one to this recipient, for something else.
    OtherPurpose { code: String, purpose: String },
}

impl NoConsent {
    /// The reason as half a sentence.
    pub fn text(&self) -> Text {
        match self {
            Self::Missing => Text::new("es liegt keine Einwilligung vor", "no consent is recorded"),
            Self::Refused { code, on } => Text::new(
                format!("sie wurde am {} verweigert (`{code}`)", on.german()),
                format!("it was refused on {on} (`{code}`)"),
            ),
            Self::Withdrawn { code, on } => Text::new(
                format!("sie wurde am {} widerrufen (`{code}`)", on.german()),
                format!("it was withdrawn on {on} (`{code}`)"),
            ),
            Self::Expired { code, on } => Text::new(
                format!("sie galt nur bis {} (`{code}`)", on.german()),
                format!("it held until {on} only (`{code}`)"),
            ),
            Self::NotYet { code, from } => Text::new(
                format!("sie gilt erst ab {} (`{code}`)", from.german()),
                format!("it holds from {from} on only (`{code}`)"),
            ),
            Self::OtherRecipient { code, recipient } => Text::new(
                format!("es gibt nur eine für einen anderen Empfänger: {recipient} (`{code}`)"),
                format!("there is one for another recipient only: {recipient} (`{code}`)"),
            ),
            Self::OtherPurpose { code, purpose } => Text::new(
                format!("es gibt nur eine für einen anderen Zweck: `{purpose}` (`{code}`)"),
                format!("there is one for another purpose only: `{purpose}` (`{code}`)"),
            ),
        }
    }

    /// The same in one language.
    pub fn word(&self, lang: Lang) -> String {
        self.text().get(lang).to_owned()
    }
}

impl Consent {
    /// Why it does not allow anything on a day; `Ok` where it does. Whether purpose and recipient are
    /// the right ones is not asked here.
    ///
    /// # Errors
    ///
    /// [`NoConsent`].
    pub fn holds_on(&self, day: Day) -> Result<(), NoConsent> {
        let code = || self.code.clone();
        if self.state == ConsentState::Refused {
            return Err(NoConsent::Refused { code: code(), on: self.given });
        }
        // Taken back without a day: nobody can say that it ever held.
        let withdrawn = self
            .withdrawn
            .or_else(|| (self.state == ConsentState::Withdrawn).then_some(self.given));
        if let Some(on) = withdrawn.filter(|on| *on <= day) {
            return Err(NoConsent::Withdrawn { code: code(), on });
        }
        let expires =
            self.expires.or_else(|| (self.state == ConsentState::Expired).then_some(self.given));
        if let Some(on) = expires.filter(|last| *last < day) {
            return Err(NoConsent::Expired { code: code(), on });
        }
        if self.given > day {
            return Err(NoConsent::NotYet { code: code(), from: self.given });
        }
        Ok(())
    }
}

/// Whether data may be passed on for `purpose`, to the recipient that `is_recipient` knows, on `day`;
/// and the consent that it rests on.
///
/// `consents` are those of one family, in the order in which they were recorded. Of several declarations
/// the last one counts: who refused and then agreed has agreed, and the other way round. What a child
/// declared and what was declared for the household are asked apart, and one no is a no.
///
/// # Errors
///
/// [`NoConsent`], the reason that lies nearest.
pub fn gate<'c>(
    consents: &'c [Consent],
    purpose: &str,
    is_recipient: impl Fn(&str) -> bool,
    day: Day,
) -> Result<&'c Consent, NoConsent> {
    let fits = |consent: &&Consent| consent.purpose == purpose && is_recipient(&consent.recipient);
    let mut held = None;
    let mut refused = None;
    for of_pupil in [false, true] {
        let theirs = consents.iter().filter(fits).filter(|one| one.of_pupil == of_pupil);
        // What is declared for later does not change what counts on the day.
        let until = theirs.clone().filter(|one| one.given <= day).max_by_key(|one| one.given);
        let Some(last) = until.or_else(|| theirs.min_by_key(|one| one.given)) else { continue };
        match last.holds_on(day) {
            Ok(()) => held = Some(last),
            Err(why @ NoConsent::NotYet { .. }) => refused = refused.or(Some(why)),
            // Taken back or refused by one of them: what the other one said does not help.
            Err(why @ (NoConsent::Refused { .. } | NoConsent::Withdrawn { .. })) => {
                return Err(why);
            }
            Err(why) => refused = Some(why),
        }
    }
    if let Some(held) = held {
        return Ok(held);
    }
    if let Some(why) = refused {
        return Err(why);
    }
    let holding = || consents.iter().filter(|one| one.holds_on(day).is_ok());
    if let Some(other) = holding().find(|one| one.purpose == purpose) {
        let (code, recipient) = (other.code.clone(), other.recipient.clone());
        return Err(NoConsent::OtherRecipient { code, recipient });
    }
    if let Some(other) = holding().find(|one| is_recipient(&one.recipient)) {
        let (code, purpose) = (other.code.clone(), other.purpose.clone());
        return Err(NoConsent::OtherPurpose { code, purpose });
    }
    Err(NoConsent::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn consent(code: &str, given: &str) -> Consent {
        Consent {
            key: 1,
            code: code.into(),
            of_pupil: false,
            purpose: "referral".into(),
            recipient: "Jugendamt".into(),
            state: ConsentState::Granted,
            given: day(given),
            expires: None,
            withdrawn: None,
        }
    }

    fn ask(consents: &[Consent], on: &str) -> Result<String, String> {
        gate(consents, "referral", |office| office == "Jugendamt", day(on))
            .map(|consent| consent.code.clone())
            .map_err(|why| why.word(Lang::En))
    }

    #[test]
    fn nobody_who_was_not_asked_has_agreed() {
        assert_eq!(ask(&[], "2026-03-02").unwrap_err(), "no consent is recorded");
        let mut other = consent("e1", "2026-01-07");
        other.recipient = "Jobcenter".into();
        assert_eq!(
            ask(&[other], "2026-03-02").unwrap_err(),
            "there is one for another recipient only: Jobcenter (`e1`)"
        );
        let mut other = consent("e1", "2026-01-07");
        other.purpose = "transition".into();
        assert_eq!(
            ask(&[other], "2026-03-02").unwrap_err(),
            "there is one for another purpose only: `transition` (`e1`)"
        );
    }

    #[test]
    fn a_consent_holds_from_its_day_to_its_last_and_not_on_the_day_it_is_taken_back() {
        let mut one = consent("e1", "2026-01-07");
        one.expires = Some(day("2026-06-30"));
        let held = std::slice::from_ref(&one);
        assert_eq!(ask(held, "2026-01-06").unwrap_err(), "it holds from 2026-01-07 on only (`e1`)");
        assert_eq!(ask(held, "2026-01-07").unwrap(), "e1");
        assert_eq!(ask(held, "2026-06-30").unwrap(), "e1");
        assert_eq!(ask(held, "2026-07-01").unwrap_err(), "it held until 2026-06-30 only (`e1`)");
        one.withdrawn = Some(day("2026-03-02"));
        let held = std::slice::from_ref(&one);
        assert_eq!(ask(held, "2026-03-01").unwrap(), "e1");
        assert_eq!(ask(held, "2026-03-02").unwrap_err(), "it was withdrawn on 2026-03-02 (`e1`)");
    }

    #[test]
    fn a_state_without_its_day_never_held() {
        for (state, said) in [
            (ConsentState::Refused, "refused on 2026-01-07"),
            (ConsentState::Withdrawn, "withdrawn on 2026-01-07"),
            (ConsentState::Expired, "until 2026-01-07 only"),
        ] {
            let mut one = consent("e1", "2026-01-07");
            one.state = state;
            let why = ask(&[one], "2026-03-02").unwrap_err();
            assert!(why.contains(said), "{why}");
        }
        assert_eq!(ConsentState::of_code("something-new"), ConsentState::Refused);
        let mut one = consent("e1", "2026-01-07");
        one.state = ConsentState::NotNeeded;
        assert_eq!(ask(&[one], "2026-03-02").unwrap(), "e1", "there is another legal ground");
    }

    #[test]
    fn the_last_declaration_counts() {
        let mut no = consent("no", "2026-02-01");
        no.state = ConsentState::Refused;
        let yes = consent("yes", "2026-01-07");
        let again = consent("again", "2026-04-01");
        let all = [yes, no, again];
        assert_eq!(ask(&all, "2026-01-31").unwrap(), "yes");
        assert!(ask(&all, "2026-02-01").unwrap_err().contains("refused"));
        assert_eq!(ask(&all, "2026-04-01").unwrap(), "again");
    }

    #[test]
    fn the_no_of_the_child_is_a_no_although_the_parents_agree() {
        let parents = consent("parents", "2026-01-07");
        let mut child = consent("child", "2025-12-01");
        (child.of_pupil, child.state) = (true, ConsentState::Refused);
        for consents in [[parents.clone(), child.clone()], [child.clone(), parents.clone()]] {
            assert!(ask(&consents, "2026-03-02").unwrap_err().contains("`child`"));
        }
        child.state = ConsentState::Granted;
        assert!(ask(&[parents, child], "2026-03-02").is_ok());
    }
}
