//! The life of a plugin: watched, switched on, switched off, put back, removed.

use axum::extract::Path;

use crate::app::{Switched, UseCase};
use crate::web::fields::Fields;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

pub(super) fn routes(routes: Routes) -> Routes {
    let manage = Guard::May(UseCase::PluginManage);
    routes
        .post("/plugins/{id}/rollback", manage, rollback)
        .post("/plugins/{id}/{version}/enable", manage, enable)
        .post("/plugins/{id}/{version}/monitor", manage, monitor)
        .post("/plugins/{id}/{version}/disable", manage, disable)
        .post("/plugins/{id}/{version}/remove", manage, remove)
}

/// What follows when a version was switched on, by whichever way.
fn switched(visit: &Visit, done: &Switched) -> Answer {
    let Switched { id, version, replaced } = done;
    let said = match replaced {
        None => visit.say_with("plugin.enabled-now", std::slice::from_ref(version)),
        Some(old) => visit.say_with("plugin.replaced-now", &[version.clone(), old.clone()]),
    };
    visit.done(&format!("/plugins/{id}"), &said)
}

async fn enable(
    visit: Visit,
    Path((id, version)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let (again, downgrade) = (fields.has("again"), fields.has("downgrade"));
    let name = format!("{id}@{version}");
    let done = visit.ask_long(move |app, actor| app.enable(actor, &name, again, downgrade)).await?;
    switched(&visit, &done)
}

async fn rollback(visit: Visit, Path(id): Path<String>) -> Answer {
    let done = visit.ask_long(move |app, actor| app.rollback(actor, &id)).await?;
    switched(&visit, &done)
}

async fn monitor(
    visit: Visit,
    Path((id, version)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let (again, name) = (fields.has("again"), format!("{id}@{version}"));
    visit.ask_long(move |app, actor| app.monitor(actor, &name, again)).await?;
    visit.done(&format!("/plugins/{id}?version={version}"), &visit.say("plugin.watched-now"))
}

async fn disable(
    visit: Visit,
    Path((id, version)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let (reason, name) = (fields.one("reason").to_owned(), format!("{id}@{version}"));
    visit.ask_long(move |app, actor| app.disable(actor, &name, &reason)).await?;
    visit.done(&format!("/plugins/{id}?version={version}"), &visit.say("plugin.disabled-now"))
}

async fn remove(visit: Visit, Path((id, version)): Path<(String, String)>) -> Answer {
    let name = format!("{id}@{version}");
    visit.ask_long(move |app, actor| app.remove(actor, &name)).await?;
    visit.done("/plugins", &visit.say("plugin.removed-now"))
}
