//! What went wrong, as a person at a browser or a program is told.

use std::fmt::Display;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::app::{AccountError, EntryError, Error, ErrorKind, RightsError, TaskError};
use crate::domain::{Lang, Text};

use super::hints;

/// Why there is no page. `told` turns it into one in the language of who asked.
#[derive(Debug)]
pub(super) struct Failure(Box<Told>);

/// The sentences of a failure.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// The status of the answer.
    pub(super) status: StatusCode,
    /// A word that programs can tell failures apart by.
    pub(super) code: &'static str,
    /// What happened.
    pub(super) what: Text,
    /// What can be done now.
    pub(super) hint: Option<Text>,
    /// In how many seconds it is worth trying again.
    pub(super) retry_after: Option<u64>,
}

impl Failure {
    /// A failure with its own words.
    pub(super) fn new(status: StatusCode, code: &'static str, what: Text) -> Self {
        Self(Box::new(Told { status, code, what, hint: None, retry_after: None }))
    }

    /// The same with what can be done.
    pub(super) fn with_hint(mut self, hint: Text) -> Self {
        self.0.hint = Some(hint);
        self
    }

    /// The same, worth trying again after so many seconds.
    pub(super) fn after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Nothing is at this address, or nothing that whoever asks may see.
    pub(super) fn not_found() -> Self {
        let what = Text::new(
            "Diese Seite gibt es nicht, oder Sie dürfen sie nicht sehen",
            "there is no such page, or you may not see it",
        );
        Self::new(StatusCode::NOT_FOUND, "not-found", what)
    }

    /// Nobody is signed in.
    pub(super) fn sign_in_needed() -> Self {
        let what = Text::new("Bitte melden Sie sich an", "please sign in");
        Self::new(StatusCode::UNAUTHORIZED, "sign-in-needed", what)
    }

    /// The request itself makes no sense: a field that no form of ours has, or text that is none.
    pub(super) fn bad_request(de: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", Text::new(de, en))
    }

    /// The server is being stopped.
    pub(super) fn stopping() -> Self {
        let what = Text::new(
            "Der Server wird gerade beendet; nichts wurde gespeichert",
            "the server is being stopped; nothing was saved",
        );
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", what)
    }

    /// Something of ours broke. What it was stands in the log under a number, and nothing of it on the
    /// page.
    pub(super) fn internal(cause: &dyn Display) -> Self {
        let number = uuid::Uuid::now_v7().simple().to_string()[20..].to_owned();
        tracing::error!(number, cause = %cause, "a page failed");
        let what = Text::new(
            format!("Etwas ist schiefgegangen; nichts wurde gespeichert (Nummer {number})"),
            format!("something went wrong; nothing was saved (number {number})"),
        );
        let hint = Text::new(
            "versuchen Sie es noch einmal; bleibt es dabei, geben Sie der Verwaltung die Nummer",
            "try again; if it stays so, give the number to your administrator",
        );
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", what).with_hint(hint)
    }

    pub(super) fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What happened, for a form that says it beside its fields.
    pub(super) fn told(&self) -> &Told {
        &self.0
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let (status, code) = match &error {
            Error::NotAllowed(_) => (StatusCode::FORBIDDEN, "not-allowed"),
            Error::Account(AccountError::OutsideToken(_) | AccountError::NotByProgram) => {
                (StatusCode::FORBIDDEN, "outside-token")
            }
            Error::Account(AccountError::SignInNeeded | AccountError::SessionOver) => {
                return Self::sign_in_needed();
            }
            Error::Account(AccountError::Wait(_)) => (StatusCode::TOO_MANY_REQUESTS, "too-often"),
            Error::NoSuchPractitioner(_)
            | Error::NoSuchSchool(_)
            | Error::NoSuchPupil(_)
            | Error::NoSuchHousehold(_)
            | Error::NoSuchContact(_)
            | Error::NoSuchReport(_)
            | Error::NoSuchAbsence(_)
            | Error::NoSuchPlugin(_)
            | Error::NoSuchRun(_)
            | Error::Task(TaskError::NoSuchTask(_))
            | Error::Entry(EntryError::NoSuch { .. })
            | Error::Rights(RightsError::NoSuchSubject(_) | RightsError::NoSuchConsent(_)) => {
                (StatusCode::NOT_FOUND, "not-found")
            }
            Error::Mistakes(_) => (StatusCode::UNPROCESSABLE_ENTITY, "mistakes"),
            error if error.kind() == ErrorKind::Internal => {
                return Self::internal(&chain(error));
            }
            _ => (StatusCode::UNPROCESSABLE_ENTITY, "refused"),
        };
        let what = Text::new(error.message(Lang::De), error.message(Lang::En));
        let hint = error.hint(Lang::De).zip(error.hint(Lang::En));
        let hint = hint.and_then(|(de, en)| hints::on_a_page(Text::new(de, en)));
        let failure = Self::new(status, code, what);
        match hint {
            Some(hint) => failure.with_hint(hint),
            None => failure,
        }
    }
}

/// An error and what caused it, in one line.
fn chain(error: &Error) -> String {
    let mut line = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        line = format!("{line}: {source}");
        cause = source.source();
    }
    line
}

impl IntoResponse for Failure {
    /// Plain: `pages::told` makes a page of it, or an answer for a program.
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        if let Some(seconds) = self.0.retry_after {
            response.headers_mut().insert("retry-after", seconds.into());
        }
        response.extensions_mut().insert(*self.0);
        response
    }
}
