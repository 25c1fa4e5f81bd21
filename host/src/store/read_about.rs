//! Whom records of forms are about, also those that name a support case and not a family.

use std::collections::HashSet;

use super::{Error, Reader};
use crate::domain::{
    About, Entered, EntryView, FormField, FormKind, FormType, HouseholdKey, PupilKey,
};

impl Reader<'_> {
    /// The pupils and households that records are about: those they name, and those of the records
    /// that they refer to.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn about_entries(&self, entries: &[EntryView]) -> Result<About, Error> {
        let mut about = About::entries(entries);
        let mut followed = HashSet::new();
        for view in entries {
            for (field, value) in view.entry.form.fields.iter().zip(&view.entry.values) {
                if let (FormType::Record, Entered::Key(key)) = (field.kind, value) {
                    self.follow(field, *key, &mut about, &mut followed)?;
                }
            }
        }
        Ok(about)
    }

    /// All pupils and households, also those whose data are only kept.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn about_everybody(&self) -> Result<About, Error> {
        let pupils = self.rows("SELECT key FROM main.pupil", |row| row.get(0).map(PupilKey))?;
        let households =
            self.rows("SELECT key FROM main.household", |row| row.get(0).map(HouseholdKey))?;
        let pupils = About::pupils(pupils.into_iter().map(|pupil| (pupil, None)));
        Ok(pupils.and(About::households(households)))
    }

    /// Adds whom the record is about that a field refers to, and what that one refers to.
    fn follow(
        &self,
        field: &FormField,
        key: i64,
        about: &mut About,
        followed: &mut HashSet<(&'static str, i64)>,
    ) -> Result<(), Error> {
        let Some(kind) = FormKind::of_name(&field.record) else { return Ok(()) };
        let form = kind.form();
        if !followed.insert((&form.name, key)) {
            return Ok(());
        }
        for field in &form.fields {
            if !matches!(field.kind, FormType::Pupil | FormType::Household | FormType::Record) {
                continue;
            }
            // Words of our own description, as everywhere in the SQL of forms.
            let sql = format!("SELECT {} FROM main.{} WHERE key = ?1", field.column(), form.table);
            let mut statement = self.connection.prepare_cached(&sql)?;
            let Some(found) = statement.query_row([key], |row| row.get::<_, Option<i64>>(0))?
            else {
                continue;
            };
            match field.kind {
                FormType::Pupil => {
                    about.pupils.insert(PupilKey(found));
                }
                FormType::Household => {
                    about.households.insert(HouseholdKey(found));
                }
                _ => self.follow(field, found, about, followed)?,
            }
        }
        Ok(())
    }
}
