//! Forms that arrive twice: the second time nothing is made, and the person comes to what the first made.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex as PlainMutex, PoisonError};

use axum::response::{IntoResponse, Redirect};
use tokio::sync::Mutex;

use super::super::visit::{Answer, Visit};

/// How many forms are remembered; a hundred people fill in ten each before the oldest is forgotten.
const MOST_FORMS: usize = 1_000;

/// Where a form led that was sent already.
type Place = Arc<Mutex<Option<String>>>;

/// The forms by who sent them and their token, with the order in which they came.
#[derive(Default)]
struct Forms {
    next: u64,
    places: HashMap<(String, String), (u64, Place)>,
}

static FORMS: LazyLock<PlainMutex<Forms>> = LazyLock::new(PlainMutex::default);

/// A token for a new form.
pub(super) fn token() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// What `make` answers, once for each token of a person: it gives the address of what it made, or an
/// answer that made nothing. Whoever sends the form again, even at the same moment, is led to that address.
pub(super) async fn once<F>(visit: &Visit, token: &str, said: &str, make: F) -> Answer
where
    F: Future<Output = Result<Result<String, axum::response::Response>, super::super::Failure>>,
{
    let place = place(visit.actor.name(), token);
    let mut led = place.lock().await;
    if let Some(address) = led.as_deref().filter(|_| !token.is_empty()) {
        return Ok(Redirect::to(address).into_response());
    }
    match make.await? {
        Ok(address) => {
            *led = Some(address.clone());
            visit.done(&address, said)
        }
        Err(shown) => Ok(shown),
    }
}

fn place(who: &str, token: &str) -> Place {
    let mut forms = FORMS.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (who.to_owned(), token.to_owned());
    if let Some((_, place)) = forms.places.get(&key) {
        return Arc::clone(place);
    }
    if forms.places.len() >= MOST_FORMS {
        let oldest = forms.places.iter().min_by_key(|(_, (number, _))| *number);
        if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
            forms.places.remove(&oldest);
        }
    }
    let (number, place) = (forms.next, Place::default());
    forms.next += 1;
    forms.places.insert(key, (number, Arc::clone(&place)));
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_one_place_and_old_ones_are_forgotten() {
        let first = place("tester", "first");
        assert!(Arc::ptr_eq(&first, &place("tester", "first")));
        assert!(!Arc::ptr_eq(&first, &place("another", "first")));
        for number in 0..MOST_FORMS {
            let _ = place("tester", &number.to_string());
        }
        assert!(!Arc::ptr_eq(&first, &place("tester", "first")));
        assert!(FORMS.lock().unwrap().places.len() <= MOST_FORMS);
    }
}
