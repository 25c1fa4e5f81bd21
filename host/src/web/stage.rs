//! A server for tests: a small city with somebody of every role, asked without a network.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt;

use crate::app::{Actor, App, KeySource, Kind, NewAccount, Passphrase, SignIn};
use crate::domain::Role;

use super::server::router;
use super::site::{Reachable, Site};

/// The name under which the server is asked.
pub(super) const HOST: &str = "localhost:7423";

/// The school of everybody who has one; there is another with [`FOREIGN_SCHOOL`].
pub(super) const SCHOOL: &str = "990001";

/// A school that nobody but those who see all may see.
pub(super) const FOREIGN_SCHOOL: &str = "990002";

const FIRST: &str = "zettel von der verwaltung";
const OWN: &str = "korrekt pferd batterie";

/// What came back.
#[derive(Debug)]
pub(super) struct Got {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Got {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The server and what everybody needs to be signed in.
pub(super) struct Stage {
    router: Router,
    tokens: BTreeMap<&'static str, String>,
    runtime: tokio::runtime::Runtime,
    // Kept as long as the server, last to go.
    folder: tempfile::TempDir,
}

/// The profession of a role, for those who are practitioners.
fn profession(role: Role) -> Option<&'static str> {
    match role {
        Role::Mediator => Some("mediation"),
        Role::Teacher => Some("teacher"),
        Role::SocialWorker => Some("social-work"),
        Role::Head => Some("head"),
        Role::Coordinator => Some("coordination"),
        Role::Lead | Role::Administrator | Role::ProtectionOfficer => None,
    }
}

fn key(folder: &tempfile::TempDir) -> KeySource {
    KeySource::new(None, Some("5a".repeat(32)), &folder.path().join("records"))
}

impl Stage {
    /// Two schools, a practitioner for each profession at the first one, a child at each.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("records");
        let operator = Actor::new("tester".into(), None);
        App::init(&operator, &dir, &key(&folder), "Musterstadt").unwrap();
        let mut app = App::open(&dir, &key(&folder)).unwrap();
        for (number, name) in
            [(SCHOOL, "Grundschule am Anger"), (FOREIGN_SCHOOL, "Schule am Hafen")]
        {
            let fields = [("number", number), ("name", name), ("form", "02")];
            app.add(&operator, Kind::Schools, &fields).unwrap();
        }
        for (code, school) in [("kind-hier", SCHOOL), ("kind-dort", FOREIGN_SCHOOL)] {
            let fields = [
                ("code", code),
                ("given_name", "Mila"),
                ("family_name", "Ahornweg"),
                ("school", school),
                ("grade", "03"),
                ("class", "3a"),
                ("status", "active"),
                ("enrolled_from", "2024-08-01"),
                ("accompanied_from", "2025-08-01"),
            ];
            app.add(&operator, Kind::Pupils, &fields).unwrap();
        }
        for role in Role::ALL {
            if let Some(profession) = profession(role) {
                let fields = [("code", role.code()), ("name", "Jemand"), ("role", profession)];
                app.add(&operator, Kind::Practitioners, &fields).unwrap();
                let fields = [
                    ("practitioner", role.code()),
                    ("school", SCHOOL),
                    ("weekly_hours", "10"),
                    ("from", "2025-08-01"),
                ];
                app.add(&operator, Kind::Assignments, &fields).unwrap();
            }
        }
        let first = Passphrase::new(FIRST);
        let new = |code, role, practitioner| NewAccount {
            code,
            role,
            practitioner,
            from: None,
            until: None,
            password: &first,
        };
        app.add_account(&operator, new("administrator", Role::Administrator, None)).unwrap();
        let administrator = sign_in(&mut app, "administrator", FIRST, None);
        let chief = app.resume("tester", &administrator.parse().unwrap()).unwrap();
        let mut tokens = BTreeMap::from([("administrator", administrator)]);
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
            let practitioner = profession(role).map(|_| role.code());
            app.add_account(&chief, new(role.code(), role, practitioner)).unwrap();
            tokens.insert(role.code(), sign_in(&mut app, role.code(), FIRST, Some(OWN)));
        }
        drop(app);
        let reachable = Reachable {
            is_secure: false,
            hosts: vec![HOST.to_owned()],
            address: format!("http://{HOST}"),
            authority: None,
        };
        let site = Site::open(&dir, key(&folder), "tester".into(), reachable).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { router: router(Arc::new(site)), tokens, runtime, folder }
    }

    /// The records themselves.
    pub(super) fn app(&self) -> App {
        App::open(&self.folder.path().join("records"), &key(&self.folder)).unwrap()
    }

    /// The one of a role, signed in.
    pub(super) fn actor(&self, app: &mut App, role: Role) -> Actor {
        app.resume("tester", &self.tokens[role.code()].parse().unwrap()).unwrap()
    }

    /// Signs a role in anew where its session has ended.
    pub(super) fn renew(&mut self, role: Role) {
        let mut app = self.app();
        let token = &self.tokens[role.code()];
        if app.resume("tester", &token.parse().unwrap()).is_err() {
            let own = if role == Role::Administrator { FIRST } else { OWN };
            let token = sign_in(&mut app, role.code(), own, None);
            self.tokens.insert(role.code(), token);
        }
    }

    /// A request as a browser sends it from a page of ours.
    pub(super) fn request(
        &self,
        role: Option<Role>,
        method: &str,
        path: &str,
    ) -> axum::http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header("sec-fetch-site", "same-origin")
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 50_000))));
        if let Some(role) = role {
            let token = &self.tokens[role.code()];
            request = request.header(header::COOKIE, format!("tridem_session={token}"));
        }
        request
    }

    pub(super) fn send(&self, request: Request<Body>) -> Got {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, usize::MAX).await.unwrap();
            Got { status: parts.status, headers: parts.headers, body }
        })
    }

    pub(super) fn get(&self, role: Option<Role>, path: &str) -> Got {
        self.send(self.request(role, "GET", path).body(Body::empty()).unwrap())
    }

    pub(super) fn post(&self, role: Option<Role>, path: &str, fields: &[(&str, &str)]) -> Got {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(role, "POST", path);
        let kind = "application/x-www-form-urlencoded";
        self.send(request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap())
    }
}

/// Signs somebody in, who chooses a password of their own where one is given; gives the token.
fn sign_in(app: &mut App, code: &str, password: &str, new: Option<&str>) -> String {
    let (password, new) = (Passphrase::new(password), new.map(Passphrase::new));
    let asked = SignIn {
        code,
        password: &password,
        one_time_code: None,
        new_password: new.as_ref(),
        peer: "test",
    };
    app.sign_in(asked).unwrap().token.text().as_str().to_owned()
}
