//! Attendance, files of other programs, schools and staff.

mod calendar;
mod choose;
mod codes;
mod form;
mod grid;
mod imports;
mod open;
mod queue;
mod schools;
mod shown;
mod staff;
mod teams;
#[cfg(test)]
mod tests;
mod upload;
mod uploads;

use super::routes::Routes;

pub(super) use uploads::Uploads;

/// The templates of this part.
pub(super) const TEMPLATES: &[(&str, &str)] = super::pages::templates![
    "_attendance-field",
    "_attendance-form",
    "attendance-calendar",
    "attendance-choose",
    "attendance-codes",
    "attendance-grid",
    "attendance-imports",
    "attendance-new",
    "attendance-none",
    "attendance-open",
    "attendance-person",
    "attendance-preview",
    "attendance-queue",
    "attendance-row",
    "attendance-school",
    "attendance-schools",
    "attendance-staff",
    "attendance-totals",
];

/// The addresses of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = choose::routes(routes);
    let routes = grid::routes(routes);
    let routes = open::routes(routes);
    let routes = imports::routes(routes);
    let routes = upload::routes(routes);
    let routes = queue::routes(routes);
    let routes = schools::routes(routes);
    let routes = calendar::routes(routes);
    let routes = staff::routes(routes);
    let routes = teams::routes(routes);
    codes::routes(routes)
}
