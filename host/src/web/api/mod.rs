//! The same use cases for programs, and recording without a network.

mod about;
mod absences;
mod contacts;
mod offline;
mod people;
mod programme;
mod read;
mod tasks;
#[cfg(test)]
mod tests;
mod tokens;

use crate::app::UseCase;

use super::routes::{Guard, Routes};

/// The templates of this part.
pub(super) const TEMPLATES: &[(&str, &str)] =
    super::pages::templates!["api-tokens", "api-token", "offline"];

/// The addresses of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    use Guard::{Anyone, May, SignedIn};
    let routes = routes
        .get("/api/v1/openapi.json", Anyone, about::document)
        .get("/api/v1/health", Anyone, about::health)
        .get("/api/v1/whoami", SignedIn, about::whoami)
        .get("/api/v1/contacts", May(UseCase::ContactRead), contacts::list_contacts)
        .post("/api/v1/contacts", May(UseCase::ContactAdd), contacts::add_contact)
        .get("/api/v1/contacts/{id}", May(UseCase::ContactRead), contacts::get_contact)
        .post(
            "/api/v1/contacts/{id}/corrections",
            May(UseCase::ContactCorrect),
            contacts::correct_contact,
        )
        .post("/api/v1/people/find", May(UseCase::ContactAdd), people::find_people)
        .get("/api/v1/pupils", May(UseCase::PupilRead), people::list_pupils)
        .get("/api/v1/absences", May(UseCase::AbsenceRead), absences::list_absences)
        .post("/api/v1/absences", May(UseCase::AbsenceChange), absences::add_absence)
        .get("/api/v1/tasks", May(UseCase::TaskRead), tasks::list_tasks)
        .post("/api/v1/tasks/{id}/decisions", May(UseCase::TaskDecide), tasks::decide_task)
        .get("/api/v1/schools", May(UseCase::SchoolRead), programme::list_schools)
        .get("/api/v1/codes", SignedIn, programme::list_codes)
        .get("/api/v1/reports", May(UseCase::ReportRead), programme::list_reports)
        .post("/api/v1/reports", May(UseCase::ReportRun), programme::run_report)
        .get("/api/v1/reports/{id}", May(UseCase::ReportRead), programme::get_report)
        .get("/api/v1/plugins", May(UseCase::PluginRuns), programme::list_plugins);
    offline::routes(tokens::routes(routes))
}
