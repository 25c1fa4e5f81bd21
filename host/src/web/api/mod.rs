//! The same use cases for programs, and recording without a network.

use super::routes::Routes;

/// The templates of this part.
pub(super) const TEMPLATES: &[(&str, &str)] = super::pages::templates![];

/// The addresses of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
}
