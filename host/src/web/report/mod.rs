//! Comparisons, reports, sheets and plugins.

mod alone;
mod compare;
mod grants;
mod library;
mod once;
mod plugin;
mod plugin_diff;
mod plugin_life;
mod run;
mod sheets;
mod told;
mod upload;

use super::routes::Routes;

/// The templates of this part.
pub(super) const TEMPLATES: &[(&str, &str)] = super::pages::templates![
    "_report-table",
    "_report-picture",
    "_report-period",
    "report-compare",
    "report-library",
    "report-details",
    "report-new",
    "report-published",
    "report-replay",
    "report-sheets",
    "report-sheet",
    "_plugin-fields",
    "plugin-list",
    "plugin-details",
    "plugin-runs",
    "plugin-capabilities",
    "plugin-upload",
    "plugin-checked",
    "plugin-grants",
    "plugin-diff",
];

/// The addresses of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    let routes = compare::routes(routes);
    let routes = library::routes(routes);
    let routes = run::routes(routes);
    let routes = sheets::routes(routes);
    let routes = plugin::routes(routes);
    let routes = plugin_life::routes(routes);
    let routes = grants::routes(routes);
    let routes = plugin_diff::routes(routes);
    upload::routes(routes)
}
