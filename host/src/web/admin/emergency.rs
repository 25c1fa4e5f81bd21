//! Emergency access: opened with a reason, in sight of all, and used page by page.

use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::app::{EmergencyOrder, UseCase};
use crate::domain::MOST_EMERGENCY_HOURS;

use super::super::Failure;
use super::super::fields::Fields;
use super::super::notice;
use super::super::routes::{Guard, Routes};
use super::super::session::forget_emergency;
use super::super::visit::{Answer, EMERGENCY, Visit};
use super::shown::{Cell, Form, Page, Table, moment, problem};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/emergency", Guard::May(UseCase::EmergencyRead), list)
        .get("/emergency/new", Guard::May(UseCase::EmergencyOpen), form)
        .post("/emergency/new", Guard::May(UseCase::EmergencyOpen), open)
        .post("/emergency/use", Guard::May(UseCase::EmergencyOpen), begin)
        .post("/emergency/close", Guard::May(UseCase::EmergencyOpen), close)
        .post("/emergency/leave", Guard::SignedIn, leave)
}

async fn list(visit: Visit) -> Answer {
    let lang = visit.lang();
    let found = visit.ask(|app, actor| app.emergencies(actor)).await?;
    let rows = found.into_iter().map(|facts| {
        let access = facts.access;
        let state = if facts.is_open { "admin.emergency-open" } else { "admin.emergency-over" };
        vec![
            Cell::text(access.account),
            Cell::text(access.school_number),
            Cell::text(moment(access.opened_at, lang)),
            Cell::text(moment(access.closed_at.unwrap_or(access.ends_at), lang)),
            Cell::text(visit.say(state)),
            Cell::text(access.reason),
        ]
    });
    let table = Table {
        caption: visit.say("admin.emergencies"),
        heads: vec![
            visit.say("admin.account"),
            visit.say("admin.school"),
            visit.say("admin.emergency-opened"),
            visit.say("admin.emergency-ends"),
            visit.say("admin.state"),
            visit.say("admin.reason"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.emergencies-none"),
    };
    let mut links = Vec::new();
    if visit.may(UseCase::EmergencyOpen) {
        links.push(("/emergency/new".to_owned(), visit.say("admin.emergency-new")));
    }
    Page::new(visit.say("admin.emergencies"))
        .text(visit.say("admin.emergency-why"))
        .table(table)
        .links(links)
        .show(&visit)
}

async fn form(visit: Visit) -> Answer {
    page(&visit, &Fields::default(), None).await?.show(&visit)
}

async fn page(visit: &Visit, fields: &Fields, problem: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let (own, schools) = visit
        .ask(|app, actor| Ok((app.own_emergencies(actor)?, app.emergency_schools(actor)?)))
        .await?;
    let mut page = Page::new(visit.say("admin.emergency-new"))
        .refused(problem)
        .text(visit.say("admin.emergency-why"))
        .text(visit.say("admin.emergency-told"));
    for access in own {
        let ends = moment(access.ends_at, lang);
        let number = access.school_number;
        page = page
            .warning(visit.say_with("admin.emergency-own", &[number.clone(), ends, access.reason]))
            .form(
                Form::post("use", "/emergency/use", visit.say("admin.emergency-use"))
                    .hidden("school", number),
            )
            .form(
                Form::post("close", "/emergency/close", visit.say("admin.emergency-close"))
                    .hidden("id", access.id.to_string())
                    .quiet(),
            );
    }
    let schools =
        schools.into_iter().map(|(number, name)| (number.clone(), format!("{name} ({number})")));
    let hours = fields.some("hours").unwrap_or("4").to_owned();
    let most = MOST_EMERGENCY_HOURS.to_string();
    Ok(page.form(
        Form::post("open", "/emergency/new", visit.say("admin.emergency-do"))
            .heading(visit.say("admin.emergency-do"))
            .select("school", visit.say("admin.school"), schools, fields.one("school"))
            .field("reason", "text", visit.say("admin.reason"))
            .hint(visit.say("admin.emergency-reason-hint"))
            .required()
            .typed(fields)
            .field("hours", "number", visit.say("admin.emergency-hours"))
            .hint(visit.say_with("admin.emergency-hours-hint", &[most]))
            .required()
            .value(hours),
    ))
}

async fn open(visit: Visit, fields: Fields) -> Answer {
    let (school, reason) = (fields.one("school").to_owned(), fields.one("reason").to_owned());
    let hours = fields.one("hours").parse().unwrap_or(0);
    let opened = visit.ask(move |app, actor| {
        // The form sent twice opens one access.
        let own = app.own_emergencies(actor)?;
        let is_same = |number: &str, why: &str| number == school && why == reason.trim();
        if !own.iter().any(|access| is_same(&access.school_number, &access.reason)) {
            app.open_emergency(actor, EmergencyOrder { school: &school, reason: &reason, hours })?;
        }
        Ok(school)
    });
    match opened.await {
        Ok(school) => Ok(reading(&visit, &school)),
        Err(failure) => {
            let what = problem(&visit, failure)?;
            page(&visit, &fields, Some(&what)).await?.show(&visit)
        }
    }
}

/// From now on this browser reads under the access.
fn reading(visit: &Visit, school: &str) -> Response {
    let mut response = Redirect::to("/pupils").into_response();
    let mut cookie = Cookie::new(EMERGENCY, school.to_owned());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(visit.guest.site.is_secure());
    cookie.set_same_site(SameSite::Lax);
    notice::add(&mut response, &cookie);
    response
}

async fn begin(visit: Visit, fields: Fields) -> Answer {
    let school = fields.one("school").to_owned();
    let used = visit.ask(move |app, actor| app.use_emergency(actor, &school).map(|_| school));
    Ok(reading(&visit, &used.await?))
}

async fn close(visit: Visit, fields: Fields) -> Answer {
    let id = fields.one("id").to_owned();
    visit.ask(move |app, actor| app.close_emergency(actor, &id)).await?;
    let mut response = visit.done("/emergency/new", &visit.say("admin.emergency-closed"))?;
    forget_emergency(&mut response);
    Ok(response)
}

async fn leave(visit: Visit) -> Answer {
    let mut response = visit.done("/", &visit.say("admin.emergency-left"))?;
    forget_emergency(&mut response);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{StatusCode, header};

    use super::super::super::routes::{Guard, all};
    use super::super::super::stage::{FOREIGN_SCHOOL, Stage};
    use crate::app::Kind;
    use crate::domain::Role;

    /// The addresses with something that is there in each place.
    fn filled(path: &str) -> String {
        path.replace("{school}", FOREIGN_SCHOOL)
            .replace("{number}", FOREIGN_SCHOOL)
            .replace("/pupils/{code}", "/pupils/kind-dort")
            .replace("/families/{code}", "/families/familie-dort")
            .replace("/staff/{code}", "/staff/mediator")
            .replace("{kind}", "support-cases")
            .replace("{id}", "nichts")
            .replace("{code}", "nichts")
            .replace("{class}", "3a")
    }

    #[test]
    fn each_page_that_may_be_read_in_an_emergency_opens_and_offers_no_change() {
        let stage = Stage::new();
        let mut app = stage.app();
        let chief = stage.actor(&mut app, Role::Coordinator);
        let fields = [("code", "familie-dort"), ("name", "Ahornweg")];
        app.add(&chief, Kind::Households, &fields).unwrap();
        let fields = [
            ("code", "geschwister-dort"),
            ("given_name", "Juno"),
            ("school", FOREIGN_SCHOOL),
            ("grade", "03"),
            ("status", "active"),
            ("enrolled_from", "2024-08-01"),
            ("household", "familie-dort"),
        ];
        app.add(&chief, Kind::Pupils, &fields).unwrap();
        drop(app);
        let fields = [("school", FOREIGN_SCHOOL), ("reason", "Kind vermisst"), ("hours", "2")];
        let opened = stage.post(Some(Role::Lead), "/emergency/new", &fields);
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
        let (_, table) = all().split();
        let is_read = |guard| matches!(guard, Guard::May(case) if case.is_for_emergencies());
        let mut read = 0;
        for route in table.iter().filter(|route| route.method == "GET" && is_read(route.guard)) {
            let path = filled(route.path);
            let mut request = stage.request(Some(Role::Lead), "GET", &path);
            let cookies = request.headers_mut().unwrap();
            let token = cookies[header::COOKIE].to_str().unwrap().to_owned();
            let both = format!("{token}; tridem_emergency={FOREIGN_SCHOOL}");
            cookies.insert(header::COOKIE, both.parse().unwrap());
            let got = stage.send(request.body(Body::empty()).unwrap());
            let is_known = !path.contains("nichts") && !path.contains("/sheets/");
            assert!(
                got.status == StatusCode::OK
                    || !is_known && got.status == StatusCode::NOT_FOUND
                    || path.contains("/sheets/"),
                "{path}: {} {}",
                got.status,
                got.text()
            );
            read += usize::from(got.status == StatusCode::OK);
            let text = got.text();
            let changes = text.matches("method=\"post\"").count();
            // Signing out and leaving the access are all that is sent from here.
            assert!(changes <= 2, "{path} offers {changes} forms");
        }
        assert!(read > 8, "only {read} pages were read");
    }
}
