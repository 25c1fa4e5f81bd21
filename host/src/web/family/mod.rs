//! Tasks, children, families, and the records about them.

mod about;
mod consents;
mod decisions;
mod households;
mod inbox;
mod letters;
mod once;
mod parts;
mod pupil_form;
mod pupils;
mod record;
mod record_form;
mod records;
mod task;
#[cfg(test)]
mod tests;
mod timeline;
mod unseen;

use crate::app::UseCase;

pub(super) use inbox::waiting;

use super::routes::{Guard, Routes};

pub(super) use parts::initials;

/// The templates of this part.
pub(super) const TEMPLATES: &[(&str, &str)] = super::pages::templates![
    "_family-consents",
    "_family-goals",
    "_family-pager",
    "_family-timeline",
    "family-consent",
    "family-consents",
    "family-families",
    "family-family",
    "family-family-form",
    "family-inbox",
    "family-kinds",
    "family-letter",
    "family-letters",
    "family-pupil",
    "family-pupil-form",
    "family-pupils",
    "family-record",
    "family-record-form",
    "family-records",
    "family-restricted",
    "family-task",
    "family-unseen",
];

/// The addresses of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    use Guard::{May, SignedIn};
    let routes = routes
        .get("/inbox", May(UseCase::TaskRead), inbox::list)
        .get("/inbox/unseen", May(UseCase::TaskRead), unseen::page)
        .post("/inbox/assign", May(UseCase::TaskDecide), decisions::assign)
        .get("/inbox/tasks/{id}", May(UseCase::TaskRead), task::page)
        .post("/inbox/tasks/{id}/{what}", May(UseCase::TaskDecide), decisions::of_task)
        .post("/inbox/steps/{id}/{what}", May(UseCase::ContactCorrect), decisions::of_step);
    let routes = routes
        .get("/pupils", May(UseCase::PupilRead), pupils::list)
        .get("/pupils/new", May(UseCase::PupilChange), pupil_form::new)
        .post("/pupils/new", May(UseCase::PupilChange), pupil_form::add)
        .get("/pupils/{code}", May(UseCase::PupilRead), pupils::page)
        .get("/pupils/{code}/change", May(UseCase::PupilChange), pupil_form::edit)
        .post("/pupils/{code}/change", May(UseCase::PupilChange), pupil_form::change)
        .post("/pupils/{code}/stay/{what}", May(UseCase::PupilChange), pupil_form::stay)
        .get("/pupils/{code}/letters", May(UseCase::LetterDraft), letters::list)
        .post("/pupils/{code}/letters", May(UseCase::LetterDraft), letters::draft);
    let routes = routes
        .get("/families", May(UseCase::HouseholdRead), households::list)
        .get("/families/new", May(UseCase::HouseholdChange), households::new)
        .post("/families/new", May(UseCase::HouseholdChange), households::add)
        .get("/families/{code}", May(UseCase::HouseholdRead), households::page)
        .get("/families/{code}/change", May(UseCase::HouseholdChange), households::edit)
        .post("/families/{code}/change", May(UseCase::HouseholdChange), households::change)
        .get("/consents", May(UseCase::ConsentRead), consents::list)
        .get("/consents/{code}", May(UseCase::ConsentRead), consents::page)
        .post("/consents/{code}/withdraw", May(UseCase::ConsentWithdraw), consents::withdraw);
    // Which use case it is depends on the kind of records; each handler asks for it first.
    routes
        .get("/records", May(UseCase::ProgrammeRecordRead), records::kinds)
        .get("/records/{kind}", SignedIn, records::list)
        .get("/records/{kind}/new", SignedIn, record_form::new)
        .post("/records/{kind}/new", SignedIn, record_form::add)
        .get("/records/{kind}/{code}", SignedIn, record::page)
        .get("/records/{kind}/{code}/change", SignedIn, record_form::edit)
        .post("/records/{kind}/{code}/change", SignedIn, record_form::change)
}
