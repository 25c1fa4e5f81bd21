//! Absences that nobody has cleared up: the list of a school, and clearing up several at once.

use crate::domain::{About, AbsenceView, Day, SeenAs};
use crate::store;

use super::absences::in_sight;
use super::workspace::App;
use super::{Actor, Error, UseCase};

impl App {
    /// The open absences of a school, the oldest first: they have waited longest.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`], also for one out of sight.
    pub fn open_absences(&self, actor: &Actor, school: &str) -> Result<Vec<AbsenceView>, Error> {
        let scope = self.permit(actor, UseCase::AbsenceRead)?;
        let reader = self.store.read(&scope)?;
        in_sight(&reader, Some(school), None)?;
        let open = reader.code_lists().list("absence-status").place("open");
        let filter = store::AbsenceFilter {
            school: Some(school.to_owned()),
            ..store::AbsenceFilter::default()
        };
        let mut found = reader.absences(&filter)?;
        found.retain(|view| Some(view.absence.status) == open);
        found.reverse();
        let about = About::pupils(found.iter().map(|view| (view.absence.pupil, None)));
        self.saw(actor, UseCase::AbsenceRead, SeenAs::List, about)?;
        Ok(found)
    }

    /// Clears up open absences, each of a pupil on a day with the code of its status, all or none.
    /// What somebody else has cleared up meanwhile stays as they said. Gives how many were open.
    ///
    /// # Errors
    ///
    /// As [`App::settle_absence`], but not where nothing is open.
    pub fn settle_absences(
        &mut self,
        actor: &Actor,
        settled: &[(String, Day, String)],
    ) -> Result<usize, Error> {
        let scope = self.permit(actor, UseCase::AbsenceChange)?;
        let list = self.code_lists()?.list("absence-status");
        let mut known = Vec::new();
        for (pupil, day, status) in settled {
            let place = list.place(status).ok_or_else(|| store::Error::UnknownCode {
                list: "absence-status".to_owned(),
                code: status.clone(),
            })?;
            known.push((self.pupil_in_sight(&scope, pupil)?.0, *day, place));
        }
        let mut writer = self.store.write(&actor.author())?;
        let mut done = 0;
        for (pupil, day, place) in known {
            done += writer.settle_absence(pupil, day, place)?;
        }
        writer.commit()?;
        Ok(done)
    }
}
