//! Somebody asks for a page: who they are, in what language, and how their page is made.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Serialize;

use crate::app::{Actor, App, Error, ProgramToken, Reach, SessionToken, UseCase};
use crate::domain::{Lang, Role};

use super::pool::Work;
use super::routes::Guard;
use super::site::Site;
use super::{Failure, menu};

/// The cookie with the language that somebody chose.
pub(super) const LANGUAGE: &str = "tridem_lang";

/// The cookie with the school that is read under an emergency access. It opens nothing by itself.
pub(super) const EMERGENCY: &str = "tridem_emergency";

/// What a handler gives.
pub(super) type Answer = Result<Response, Failure>;

/// A request by somebody, who may not be signed in.
#[derive(Clone)]
pub(super) struct Guest {
    pub(super) site: Arc<Site>,
    pub(super) lang: Lang,
    /// The path and what stands behind the `?`.
    pub(super) address: String,
    /// The sentence that the page before wanted to be said on this one.
    pub(super) said: Option<String>,
    /// Where it comes from.
    pub(super) peer: IpAddr,
}

/// A request by somebody who is signed in.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) guest: Guest,
    pub(super) actor: Actor,
    pub(super) role: Role,
    /// The school whose records are read under an emergency access.
    pub(super) emergency: Option<String>,
}

/// What the frame around a page needs.
#[derive(Serialize)]
pub(super) struct Frame {
    lang: &'static str,
    /// The address of this page in the other language.
    other_lang: String,
    municipality: String,
    /// Where the style sheets and scripts lie.
    assets: String,
    /// Who is signed in, as their account is called, and their role.
    who: Option<Who>,
    menu: Vec<menu::Part>,
    said: Option<String>,
    /// The school whose records are read under an emergency access.
    under_emergency: Option<String>,
    /// Whether this device is to keep what it takes to record without a network.
    records_offline: bool,
}

#[derive(Serialize)]
struct Who {
    code: String,
    role: String,
}

impl Guest {
    fn of(parts: &Parts, site: &Arc<Site>) -> Self {
        let jar = CookieJar::from_headers(&parts.headers);
        let chosen = jar.get(LANGUAGE).and_then(|cookie| cookie.value().parse().ok());
        let lang = chosen.unwrap_or_else(|| preferred(&parts.headers));
        let address = parts.uri.path_and_query().map_or("/", |address| address.as_str()).to_owned();
        let said = super::notice::read(&jar);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(Ipv4Addr::LOCALHOST.into(), |ConnectInfo(from)| from.ip());
        Self { site: Arc::clone(site), lang, address, said, peer }
    }

    fn frame(&self, visit: Option<&Visit>) -> Frame {
        let other = self.lang.pick(Lang::En, Lang::De).tag();
        let back: String = form_urlencoded::byte_serialize(self.address.as_bytes()).collect();
        Frame {
            lang: self.lang.tag(),
            other_lang: format!("/language?to={other}&back={back}"),
            municipality: self.site.municipality.clone(),
            assets: self.site.assets.folder(),
            who: visit.map(|visit| Who {
                code: visit.actor.name().to_owned(),
                role: visit.role.text().get(self.lang).to_owned(),
            }),
            menu: visit.map_or_else(Vec::new, |visit| menu::of(visit.role, self)),
            said: self.said.clone(),
            under_emergency: visit.and_then(|visit| visit.emergency.clone()),
            records_offline: visit.is_some_and(|visit| visit.may(UseCase::ContactAdd)),
        }
    }

    /// Where it comes from, as failures of signing in are counted.
    pub(super) fn peer(&self) -> String {
        self.peer.to_canonical().to_string()
    }

    /// A page for whoever asks.
    pub(super) fn page(&self, name: &str, view: &impl Serialize) -> Answer {
        self.framed(name, None, view, StatusCode::OK)
    }

    /// The same with another status.
    pub(super) fn page_with(
        &self,
        status: StatusCode,
        name: &str,
        view: &impl Serialize,
    ) -> Answer {
        self.framed(name, None, view, status)
    }

    fn framed(
        &self,
        name: &str,
        visit: Option<&Visit>,
        view: &impl Serialize,
        status: StatusCode,
    ) -> Answer {
        let page = self.site.pages.page(name, &self.frame(visit), view)?;
        let mut response = (status, page).into_response();
        if self.said.is_some() {
            super::notice::forget(&mut response);
        }
        Ok(response)
    }

    /// The words of a key.
    pub(super) fn say(&self, key: &str) -> String {
        super::words::say(key, self.lang, &[]).unwrap_or_else(|| key.to_owned())
    }

    /// The words of a key, with values put in.
    pub(super) fn say_with(&self, key: &str, values: &[String]) -> String {
        super::words::say(key, self.lang, values).unwrap_or_else(|| key.to_owned())
    }
}

impl Visit {
    pub(super) fn lang(&self) -> Lang {
        self.guest.lang
    }

    /// Asks a use case for something that takes no time. What it read is noted in the audit before
    /// this returns.
    ///
    /// # Errors
    ///
    /// Those of the use case.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut App, &Actor) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        self.work(Work::Short, act).await
    }

    /// The same for what may take up to a second: whatever asks for a password, and lists that are made
    /// from all records. Nobody who records waits behind it.
    ///
    /// # Errors
    ///
    /// Those of the use case.
    pub(super) async fn ask_slow<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut App, &Actor) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        self.work(Work::Slow, act).await
    }

    /// The same for a report, an import or a backup, which takes seconds or minutes.
    ///
    /// # Errors
    ///
    /// Those of the use case.
    pub(super) async fn ask_long<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut App, &Actor) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        self.work(Work::Long, act).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: Work,
        act: impl FnOnce(&mut App, &Actor) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let actor = self.actor.clone();
        self.guest.site.pool.run(work, move |app| act(app, &actor)).await
    }

    /// A program that brings a token. No cookie counts beside one.
    async fn by_program(
        guest: Guest,
        site: &Arc<Site>,
        brought: &HeaderValue,
        guard: Option<Guard>,
        method: &Method,
    ) -> Result<Self, Failure> {
        let token = brought.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        let token = token.and_then(|token| token.trim().parse::<ProgramToken>().ok());
        let token = token.ok_or_else(Failure::sign_in_needed)?;
        let user = site.user.clone();
        let actor = site.pool.run(Work::Short, move |app| {
            let actor = app.resume_token(&user, &token)?;
            if let Some(Guard::May(use_case)) = guard {
                app.permit(&actor, use_case)?;
            }
            Ok(actor)
        });
        let actor = actor.await?;
        let account = actor.account().ok_or_else(Failure::sign_in_needed)?;
        site.limits.account(account.id, method)?;
        let role = account.role;
        Ok(Self { guest, actor, role, emergency: None })
    }

    /// Whether the role of who is signed in may do something at all: for what a page offers. What is
    /// done is decided by the use case. Under an emergency access a page offers only what is read there.
    pub(super) fn may(&self, use_case: UseCase) -> bool {
        if self.emergency.is_some() {
            return use_case.is_for_emergencies();
        }
        use_case.reach(self.role) != Reach::No
    }

    /// A page.
    pub(super) fn page(&self, name: &str, view: &impl Serialize) -> Answer {
        self.guest.framed(name, Some(self), view, StatusCode::OK)
    }

    /// A page with another status: 422 for a form with mistakes.
    pub(super) fn page_with(
        &self,
        status: StatusCode,
        name: &str,
        view: &impl Serialize,
    ) -> Answer {
        self.guest.framed(name, Some(self), view, status)
    }

    /// Goes on to another page after something was done, and says there what was.
    #[expect(clippy::unnecessary_wraps, reason = "it is how handlers end, which give an answer")]
    pub(super) fn done(&self, to: &str, said: &str) -> Answer {
        let mut response = Redirect::to(to).into_response();
        super::notice::leave(&mut response, said, self.guest.site.is_secure());
        Ok(response)
    }

    /// The words of a key.
    pub(super) fn say(&self, key: &str) -> String {
        self.guest.say(key)
    }

    /// The words of a key, with values put in.
    pub(super) fn say_with(&self, key: &str, values: &[String]) -> String {
        self.guest.say_with(key, values)
    }
}

/// The language that a browser asks for first; German where it asks for neither.
fn preferred(headers: &HeaderMap) -> Lang {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut tags =
        asked.unwrap_or_default().split(',').map(|tag| tag.trim().get(..2).unwrap_or(""));
    tags.find_map(|tag| tag.parse().ok()).unwrap_or_default()
}

impl FromRequestParts<Arc<Site>> for Guest {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Failure> {
        Ok(Self::of(parts, site))
    }
}

impl FromRequestParts<Arc<Site>> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Failure> {
        let guest = Guest::of(parts, site);
        let jar = CookieJar::from_headers(&parts.headers);
        let guard = parts.extensions.get::<Guard>().copied();
        if parts.uri.path().starts_with("/api/")
            && let Some(brought) = parts.headers.get(header::AUTHORIZATION)
        {
            return Self::by_program(guest, site, brought, guard, &parts.method).await;
        }
        let token = jar.get(site.session_cookie()).map(|cookie| cookie.value().to_owned());
        let token: SessionToken =
            token.and_then(|token| token.parse().ok()).ok_or_else(Failure::sign_in_needed)?;
        let user = site.user.clone();
        let school = jar.get(EMERGENCY).map(|cookie| cookie.value().to_owned());
        let school = school.filter(|_| parts.method == Method::GET);
        let actor = site.pool.run(Work::Short, move |app| {
            let actor = app.resume(&user, &token)?;
            let Some(Guard::May(use_case)) = guard else { return Ok((actor, None)) };
            // Under an emergency access somebody reads what their role may not, and does nothing else.
            if let Some(school) = school.filter(|_| use_case.is_for_emergencies()) {
                match app.use_emergency(&actor, &school) {
                    Ok(reader) => {
                        app.permit(&reader, use_case)?;
                        return Ok((reader, Some(school)));
                    }
                    // It is over by now.
                    Err(Error::Account(_) | Error::NotAllowed(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            app.permit(&actor, use_case)?;
            Ok((actor, None))
        });
        let (actor, emergency) = actor.await?;
        let account = actor.account().ok_or_else(Failure::sign_in_needed)?;
        site.limits.account(account.id, &parts.method)?;
        let role = account.role;
        Ok(Self { guest, actor, role, emergency })
    }
}
