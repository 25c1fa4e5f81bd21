//! What takes long is done once, however often its button is pressed.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::web::Failure;

/// How many forms are remembered. Each is a key and an address; the oldest are forgotten.
const REMEMBERED: usize = 256;

type Forms = Mutex<VecDeque<(String, Arc<OnceCell<String>>)>>;

static FORMS: LazyLock<Forms> = LazyLock::new(Forms::default);

/// A key for a form that is being shown.
pub(super) fn new_key() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// Does the work of a form, and gives where to go then. Whoever sends the form again, while it is worked
/// on or afterwards, gets the same answer. Work that failed can be tried again.
///
/// The work goes on when the browser that asked for it is gone, so that the second press finds it.
pub(super) async fn once(
    who: &str,
    key: &str,
    work: impl Future<Output = Result<String, Failure>> + Send + 'static,
) -> Result<String, Failure> {
    let cell = cell(format!("{who} {key}"));
    let done = tokio::spawn(async move {
        let done = cell.get_or_try_init(|| work).await;
        done.cloned()
    });
    done.await.map_err(|panicked| Failure::internal(&panicked))?
}

fn cell(key: String) -> Arc<OnceCell<String>> {
    let mut forms = FORMS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, cell)) = forms.iter().find(|(known, _)| *known == key) {
        return Arc::clone(cell);
    }
    if forms.len() == REMEMBERED {
        forms.pop_front();
    }
    let cell = Arc::new(OnceCell::new());
    forms.push_back((key, Arc::clone(&cell)));
    cell
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_form_that_is_sent_twice_is_worked_on_once() {
        static WORKED: AtomicU32 = AtomicU32::new(0);
        let work = || async {
            tokio::task::yield_now().await;
            Ok(WORKED.fetch_add(1, Ordering::SeqCst).to_string())
        };
        let (one, two) = tokio::join!(once("a", "k", work()), once("a", "k", work()));
        assert_eq!((one.unwrap(), two.unwrap()), ("0".into(), "0".into()));
        // Somebody else's key is another one.
        assert_eq!(once("b", "k", work()).await.unwrap(), "1");
        let failed = once("a", "other", async { Err(Failure::not_found()) }).await;
        assert!(failed.is_err());
        assert_eq!(once("a", "other", work()).await.unwrap(), "2");
    }
}
