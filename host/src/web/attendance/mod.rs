//! Attendance, files of other programs, schools and staff.

use super::routes::Routes;

/// The templates of this part.
pub(super) const TEMPLATES: &[(&str, &str)] = super::pages::templates![];

/// The addresses of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
}
