//! Changing what is known of pupils and households.

use crate::capture::{self, Kind, Records};
use crate::domain::Directory;

use super::workspace::{App, new_id};
use super::{Actor, Error, UseCase};

impl App {
    /// Changes what is known of a pupil, given as the columns of the CSV format of pupils, all of them.
    /// Sign, school, enrolment and whereabouts stay as they are, whatever is given.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPupil`], also for one out of sight; [`Error::Mistakes`] with everything that is
    /// wrong; nothing is saved then.
    pub fn change_pupil(
        &mut self,
        actor: &Actor,
        code: &str,
        fields: &[(&str, &str)],
    ) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::PupilChange)?;
        let mut writer = self.store.write(&actor.author())?;
        let (key, pupil) = {
            let reader = writer.read(&scope);
            let mut directory = reader.directory()?;
            let none = || Error::NoSuchPupil(code.to_owned());
            // Without the pupil their sign is free, and the row is read as though it were new.
            let known = directory.pupils.remove(code).ok_or_else(none)?;
            let Records::Pupils(mut pupils) = one(Kind::Pupils, code, fields, &directory)? else {
                unreachable!("pupils were asked for");
            };
            (known.key, pupils.remove(0))
        };
        writer.change_pupil(key, &pupil)?;
        Ok(writer.commit()?)
    }

    /// Changes what is known of a household: its name and the language of its letters.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchHousehold`], also for one out of sight; [`Error::Mistakes`].
    pub fn change_household(
        &mut self,
        actor: &Actor,
        code: &str,
        fields: &[(&str, &str)],
    ) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::HouseholdChange)?;
        let mut writer = self.store.write(&actor.author())?;
        let (key, household) = {
            let reader = writer.read(&scope);
            let mut directory = reader.directory()?;
            let none = || Error::NoSuchHousehold(code.to_owned());
            let key = directory.households.remove(code).ok_or_else(none)?;
            let records = one(Kind::Households, code, fields, &directory)?;
            let Records::Households(mut households) = records else {
                unreachable!("households were asked for");
            };
            (key, households.remove(0))
        };
        writer.change_household(key, &household)?;
        Ok(writer.commit()?)
    }
}

fn one(
    kind: Kind,
    code: &str,
    fields: &[(&str, &str)],
    directory: &Directory,
) -> Result<Records, Error> {
    let mut all = vec![("code", code)];
    all.extend(fields.iter().filter(|(name, _)| *name != "code"));
    capture::one(kind, &all, directory, &mut new_id).map_err(Error::Mistakes)
}
