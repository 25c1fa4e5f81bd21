//! Accounts, keys, backups, the audit, and what people can ask for.

mod account;
mod accounts;
mod audit;
mod backups;
mod emergency;
mod erasure;
mod lanes;
mod retention;
mod setup;
mod shown;
mod subjects;
mod trust;
mod words;

use super::routes::Routes;

/// The templates of this part.
pub(super) const TEMPLATES: &[(&str, &str)] = super::pages::templates!["admin-page"];

/// The addresses of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = setup::routes(routes);
    let routes = account::routes(routes);
    let routes = lanes::routes(routes);
    let routes = emergency::routes(routes);
    let routes = accounts::routes(routes);
    let routes = audit::routes(routes);
    let routes = subjects::routes(routes);
    let routes = erasure::routes(routes);
    let routes = retention::routes(routes);
    let routes = backups::routes(routes);
    let routes = trust::routes(routes);
    words::routes(routes)
}
