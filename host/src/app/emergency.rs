//! Emergency access: reading the records of a school without a role there, for hours, in sight of all.

use crate::capture::LONGEST_TEXT;
use crate::domain::{Id, MOST_EMERGENCY_HOURS, Scope, Text};
use crate::store::{EmergencyAccess, Reader};

use super::authorization::permit_by;
use super::lookups::one_of;
use super::workspace::{App, moment, new_id, now, today};
use super::{AccountError, Actor, Denied, Error, Reach, UseCase};

/// For how many days an access is told on the sheets of the people of its school.
const TOLD_DAYS: i64 = 30;

/// An emergency access that is to be opened.
#[derive(Debug, Clone, Copy)]
pub struct EmergencyOrder<'a> {
    /// The school's number.
    pub school: &'a str,
    /// Why, one line.
    pub reason: &'a str,
    /// For how many hours.
    pub hours: u16,
}

/// What is told of an emergency access.
#[derive(Debug, Clone)]
pub struct EmergencyFacts {
    /// The access.
    pub access: EmergencyAccess,
    /// Whether it gives access now.
    pub is_open: bool,
}

impl UseCase {
    /// Whether it is reading what a school knows about its pupils, for which somebody may be let in.
    pub fn is_for_emergencies(self) -> bool {
        matches!(
            self,
            Self::SchoolRead
                | Self::StaffRead
                | Self::PupilRead
                | Self::HouseholdRead
                | Self::ContactRead
                | Self::AbsenceRead
                | Self::FamilyRecordRead
                | Self::TaskRead
                | Self::SheetFamily
                | Self::SheetAbsences
        )
    }
}

impl App {
    /// Opens an emergency access to a school, and gives it. Everybody who works there is told.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoAccounts`], [`AccountError::BadReason`], [`AccountError::BadHours`],
    /// [`AccountError::InReach`]; [`Error::NoSuchSchool`].
    pub fn open_emergency(
        &mut self,
        actor: &Actor,
        order: EmergencyOrder<'_>,
    ) -> Result<EmergencyFacts, Error> {
        self.permit(actor, UseCase::EmergencyOpen)?;
        let present = actor.present()?;
        let (key, account) = (present.key, present.account.code.clone());
        let reason = order.reason.trim();
        let is_line = !reason.is_empty()
            && reason.chars().count() <= LONGEST_TEXT
            && !reason.contains(char::is_control);
        if !is_line {
            return Err(AccountError::BadReason.into());
        }
        if !(1..=MOST_EMERGENCY_HOURS).contains(&order.hours) {
            return Err(AccountError::BadHours.into());
        }
        let reader = self.store.read(&Scope::municipality())?;
        let directory = reader.directory()?;
        let none = || Error::NoSuchSchool(order.school.to_owned());
        let school = directory.schools.get(order.school).ok_or_else(none)?.key;
        let reach = permit_by(&reader, actor, UseCase::ContactRead, today());
        if reach.is_ok_and(|scope| scope.schools.contains(school)) {
            return Err(AccountError::InReach(order.school.to_owned()).into());
        }
        let opened_at = latest(&reader, now())?;
        drop(reader);
        let access = EmergencyAccess {
            id: new_id(),
            account,
            school,
            school_number: order.school.to_owned(),
            reason: reason.to_owned(),
            opened_at,
            ends_at: opened_at + i64::from(order.hours) * 3600,
            closed_at: None,
        };
        let mut writer = self.store.write(&actor.author())?;
        writer.open_emergency(key, &access)?;
        writer.commit()?;
        Ok(EmergencyFacts { access, is_open: true })
    }

    /// The actor as one who reads under their emergency access to a school. That they do so is noted,
    /// each time.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoEmergency`]; [`AccountError::NoAccounts`].
    pub fn use_emergency(&mut self, actor: &Actor, school: &str) -> Result<Actor, Error> {
        self.permit(actor, UseCase::EmergencyOpen)?;
        let code = &actor.present()?.account.code;
        let found = {
            let reader = self.store.read(&Scope::municipality())?;
            let at = latest(&reader, now())?;
            let mut all = reader.emergency_accesses()?.into_iter();
            all.find(|access| {
                access.account == *code && access.school_number == school && access.is_open(at)
            })
        };
        let access = found.ok_or_else(|| AccountError::NoEmergency(school.to_owned()))?;
        let mut writer = self.store.write(&actor.author())?;
        writer.note_emergency_use(&access);
        writer.commit()?;
        Ok(actor.under_emergency(access.id))
    }

    /// Closes one's own emergency access before its end. `id` may be cut short.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoSuchEmergency`], also for one that is over; [`Error::Ambiguous`].
    pub fn close_emergency(&mut self, actor: &Actor, id: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::EmergencyOpen)?;
        let code = &actor.present()?.account.code;
        let (access, at) = {
            let reader = self.store.read(&Scope::municipality())?;
            let at = latest(&reader, now())?;
            let mut own = reader.emergency_accesses()?;
            own.retain(|access| access.account == *code && access.is_open(at));
            let found = one_of(own.iter().map(|access| access.id), id)?;
            let none = || AccountError::NoSuchEmergency(id.to_owned());
            let found = found.ok_or_else(none)?;
            (own.into_iter().find(|access| access.id == found).ok_or_else(none)?, at)
        };
        let mut writer = self.store.write(&actor.author())?;
        writer.close_emergency(&access, at)?;
        Ok(writer.commit()?)
    }

    /// The emergency accesses to the schools that an actor may know of, newest first, with their reasons.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn emergencies(&self, actor: &Actor) -> Result<Vec<EmergencyFacts>, Error> {
        let scope = self.permit(actor, UseCase::EmergencyRead)?;
        let reader = self.store.read(&scope)?;
        let at = latest(&reader, now())?;
        let facts =
            |access: EmergencyAccess| EmergencyFacts { is_open: access.is_open(at), access };
        Ok(reader.emergency_accesses()?.into_iter().map(facts).collect())
    }
}

/// What may be seen under an emergency access: the records of its school, nobody's private notes.
pub(super) fn permit_in_emergency(
    reader: &Reader<'_>,
    actor: &Actor,
    use_case: UseCase,
    access: Id,
) -> Result<Scope, Error> {
    if !use_case.is_for_emergencies() {
        return Err(AccountError::ReadsOnly(use_case.text()).into());
    }
    let account = &actor.present()?.account;
    // A role that may not open one any more does not go on reading under it either.
    if UseCase::EmergencyOpen.reach(account.role) == Reach::No {
        let who = actor.name().to_owned();
        return Err(Error::NotAllowed(Denied { who, role: account.role, use_case }));
    }
    let at = latest(reader, now())?;
    match reader.emergency_access(access)? {
        Some(access) if access.account == account.code && access.is_open(at) => {
            Ok(Scope::of_schools([access.school]))
        }
        Some(access) => Err(AccountError::NoEmergency(access.school_number).into()),
        None => Err(AccountError::NoEmergency(String::new()).into()),
    }
}

/// A sentence for each emergency access to a school in the reader's scope that is open or was opened of
/// late, for the sheets of those who work there.
pub(super) fn told(reader: &Reader<'_>) -> Result<Vec<Text>, Error> {
    let at = latest(reader, now())?;
    let mut all = reader.emergency_accesses()?;
    all.retain(|access| at - access.opened_at < TOLD_DAYS * 86_400);
    Ok(all.iter().map(sentence).collect())
}

fn sentence(access: &EmergencyAccess) -> Text {
    let EmergencyAccess { account, school_number, reason, .. } = access;
    let (from, until) =
        (moment(access.opened_at), moment(access.closed_at.unwrap_or(access.ends_at)));
    Text::new(
        format!(
            "Notfallzugriff: `{account}` durfte von {from} bis {until} in den Daten der Schule \
             {school_number} lesen. Der Grund: {reason}"
        ),
        format!(
            "Emergency access: `{account}` could read the records of school {school_number} from {from} \
             until {until}. The reason: {reason}"
        ),
    )
}

/// The moment to count with: a clock that was set back makes no access last longer.
fn latest(reader: &Reader<'_>, now: i64) -> Result<i64, Error> {
    Ok(reader.highest_moment()?.map_or(now, |highest| now.max(highest)))
}
