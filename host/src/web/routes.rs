//! Every address of the application, with who may go there.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

use crate::app::UseCase;

use super::site::Site;
use super::{
    admin, api, assets, attendance, connect, contact, family, home, language, report, session,
};

/// Who may go to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Anybody, signed in or not.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in and may do this.
    May(UseCase),
}

/// One address in the table of all.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(test), expect(dead_code, reason = "tests ask every address as every role by it"))]
pub(super) struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) guard: Guard,
}

/// Addresses that are being collected: the router that answers, and the table that tests go by.
#[derive(Default)]
pub(super) struct Routes {
    router: Router<Arc<Site>>,
    table: Vec<Route>,
}

impl Routes {
    /// An address that shows something and changes nothing.
    pub(super) fn get<H, T>(self, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, Arc<Site>>,
        T: 'static,
    {
        self.add("GET", path, guard, get(handler))
    }

    /// An address that changes something.
    pub(super) fn post<H, T>(self, path: &'static str, guard: Guard, handler: H) -> Self
    where
        H: Handler<T, Arc<Site>>,
        T: 'static,
    {
        self.add("POST", path, guard, post(handler))
    }

    /// Any other method, and layers of an address's own.
    pub(super) fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        guard: Guard,
        handler: MethodRouter<Arc<Site>>,
    ) -> Self {
        self.table.push(Route { method, path, guard });
        // `Visit` reads the guard and asks for the permission before the handler begins.
        self.router = self.router.route(path, handler.layer(axum::Extension(guard)));
        self
    }

    /// The router, and the table of what it answers to.
    pub(super) fn split(self) -> (Router<Arc<Site>>, Vec<Route>) {
        (self.router, self.table)
    }
}

/// Every address.
pub(super) fn all() -> Routes {
    let routes = Routes::default()
        .get("/assets/{version}/{name}", Guard::Anyone, assets::file)
        .get("/language", Guard::Anyone, language::choose);
    let routes = connect::routes(routes);
    let routes = session::routes(routes);
    let routes = home::routes(routes);
    let routes = contact::routes(routes);
    let routes = family::routes(routes);
    let routes = attendance::routes(routes);
    let routes = report::routes(routes);
    let routes = admin::routes(routes);
    api::routes(routes)
}
