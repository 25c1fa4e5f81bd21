//! One practitioner with their posts and teams, and the ends of both.

use crate::domain::{Code, Day, Id, Period, Span, TeamRoles};
use crate::store;

use super::lookups::{PractitionerFacts, coded};
use super::workspace::App;
use super::{Actor, Error, UseCase};

/// A practitioner with everything that is known about their work.
#[derive(Debug, Clone)]
pub struct PractitionerDetails {
    /// The practitioner.
    pub facts: PractitionerFacts,
    /// Where they work, by school and first day.
    pub assignments: Vec<AssignmentFacts>,
    /// The teams they are in.
    pub teams: Vec<TeamFacts>,
}

/// A post at a school.
#[derive(Debug, Clone)]
pub struct AssignmentFacts {
    /// The school's number.
    pub school: String,
    /// The school's name.
    pub school_name: String,
    /// Minutes a week.
    pub weekly_minutes: u32,
    /// From when until when.
    pub span: Span,
}

/// A tandem or tridem with names.
#[derive(Debug, Clone)]
pub struct TeamFacts {
    /// Its permanent id.
    pub id: Id,
    /// The school's number.
    pub school: String,
    /// The school's name.
    pub school_name: String,
    /// The word for what it is.
    pub form: Code,
    /// Code and name of each member.
    pub members: Vec<(String, String)>,
    /// From when until when.
    pub span: Span,
}

impl App {
    /// The tandems and tridems with the names of their members, by school and first day.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn teams(&self, actor: &Actor) -> Result<Vec<TeamFacts>, Error> {
        let scope = self.permit(actor, UseCase::StaffRead)?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists();
        let roles = TeamRoles::new(&codes.list("role"));
        let facts = |view: store::PairingView| TeamFacts {
            id: view.pairing.id,
            form: coded(codes, "team-form", roles.form(view.roles).code()),
            school: view.school,
            school_name: view.school_name,
            members: view.members,
            span: view.pairing.span,
        };
        Ok(reader.pairings()?.into_iter().map(facts).collect())
    }

    /// One practitioner.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPractitioner`].
    pub fn practitioner(&self, actor: &Actor, code: &str) -> Result<PractitionerDetails, Error> {
        let scope = self.permit(actor, UseCase::StaffRead)?;
        let found = self.practitioners(actor)?.into_iter().find(|found| found.code == code);
        let facts = found.ok_or_else(|| Error::NoSuchPractitioner(code.to_owned()))?;
        let posts = self.store.read(&scope)?.assignments()?;
        let assignments = posts.into_iter().filter(|view| view.practitioner == code);
        let assignments = assignments.map(|view| AssignmentFacts {
            school: view.school,
            school_name: view.school_name,
            weekly_minutes: view.assignment.weekly_minutes,
            span: view.assignment.span,
        });
        let mut teams = self.teams(actor)?;
        teams.retain(|team| team.members.iter().any(|(member, _)| member == code));
        Ok(PractitionerDetails { facts, assignments: assignments.collect(), teams })
    }

    /// Sets the last day of somebody's post at a school, which began on `from`. Gives whether there is
    /// such a post.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPractitioner`]; [`Error::NoSuchSchool`], also for one out of sight;
    /// [`Error::Day`] where it would end before it began.
    pub fn end_assignment(
        &mut self,
        actor: &Actor,
        code: &str,
        school: &str,
        from: Day,
        last: Day,
    ) -> Result<bool, Error> {
        let scope = self.permit(actor, UseCase::StaffChange)?;
        let directory = self.store.read(&scope)?.directory()?;
        let person = directory.practitioners.get(code);
        let person = person.ok_or_else(|| Error::NoSuchPractitioner(code.to_owned()))?.key;
        let known = directory.schools.get(school);
        let known = known.ok_or_else(|| Error::NoSuchSchool(school.to_owned()))?.key;
        let posts = self.store.read(&scope)?.assignments()?;
        let is_it = |view: &store::AssignmentView| {
            let post = view.assignment;
            (post.practitioner, post.school, post.span.from) == (person, known, from)
        };
        if !posts.iter().any(is_it) {
            return Ok(false);
        }
        Period::new(from, last)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.end_assignment(person, known, from, last)?;
        writer.commit()?;
        Ok(true)
    }

    /// Sets the last day of a tandem or tridem. Gives whether there is one with this id.
    ///
    /// # Errors
    ///
    /// [`Error::Day`] where it would end before it began.
    pub fn end_pairing(&mut self, actor: &Actor, id: Id, last: Day) -> Result<bool, Error> {
        let scope = self.permit(actor, UseCase::StaffChange)?;
        let pairings = self.store.read(&scope)?.pairings()?;
        let Some(found) = pairings.iter().find(|view| view.pairing.id == id) else {
            return Ok(false);
        };
        Period::new(found.pairing.span.from, last)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.end_pairing(id, last)?;
        writer.commit()?;
        Ok(true)
    }
}
