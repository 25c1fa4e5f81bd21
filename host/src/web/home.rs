//! The page one begins at.

use serde_json::json;

use super::routes::{Guard, Routes};
use super::visit::{Answer, Visit};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/", Guard::SignedIn, home)
}

async fn home(visit: Visit) -> Answer {
    visit.page("home", &json!({}))
}
