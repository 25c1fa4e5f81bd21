//! The key under which a tablet keeps what is recorded on it without a network.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::plugins::hex;
use super::workspace::App;
use super::{Actor, Error, UseCase};

/// What a tablet gets while somebody is signed in on it.
pub struct OfflineKey {
    /// 256 bits for AES-GCM.
    pub key: Zeroizing<[u8; 32]>,
    /// Tells on the tablet whose records are waiting there, and tells nobody who that is.
    pub owner: String,
    /// Until when it is to be kept there at most, in seconds since 1970-01-01 UTC: as long as the
    /// session can last.
    pub until: i64,
}

impl App {
    /// The key of somebody who is signed in for one device, which has made up `device` at random.
    ///
    /// It is made of the secret key of their account, which nothing but their password or a session
    /// unwraps, and kept nowhere here. So whoever signs in again on the same device, perhaps days later,
    /// gets the same key and can send what was recorded before, and nobody else can read it, neither
    /// another account nor somebody with a copy of the records. When somebody loses the password, the
    /// key pair of the account is a new one, and what waits on a tablet is lost.
    ///
    /// # Errors
    ///
    /// [`AccountError::NotByProgram`](super::AccountError::NotByProgram) for a program.
    ///
    /// # Panics
    ///
    /// Never: an HMAC takes a key of any length.
    pub fn offline_key(&self, actor: &Actor, device: &[u8; 16]) -> Result<OfflineKey, Error> {
        self.permit(actor, UseCase::ContactAdd)?;
        let present = actor.present()?;
        let secret = present.secret()?.secret();
        let made = |purpose: &[u8]| -> [u8; 32] {
            let mac = Hmac::<Sha256>::new_from_slice(secret.bytes());
            let mut mac = mac.expect("HMAC takes a key of any length");
            mac.update(purpose);
            mac.update(present.account.id.bytes());
            mac.update(device);
            mac.finalize().into_bytes().into()
        };
        Ok(OfflineKey {
            key: Zeroizing::new(made(b"tridem offline key 1\0")),
            owner: hex(&made(b"tridem offline owner 1\0")[..8]),
            until: present.ends_at_latest,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::app::{Actor, App, KeySource};
    use crate::domain::Role;

    #[test]
    fn the_key_is_the_same_again_for_the_same_person_and_device_alone() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("records");
        let source = KeySource::new(None, Some("5a".repeat(32)), &dir);
        App::init(&Actor::new("tester".into(), None), &dir, &source, "Musterstadt").unwrap();
        let mut app = App::open(&dir, &source).unwrap();
        let mediator = Actor::acting(&mut app, Role::Mediator);
        let teacher = Actor::acting(&mut app, Role::Teacher);
        let key = |actor: &Actor, device: u8| {
            let found = app.offline_key(actor, &[device; 16]).unwrap();
            (*found.key, found.owner)
        };
        assert_eq!(key(&mediator, 1), key(&mediator, 1));
        assert_ne!(key(&mediator, 1), key(&mediator, 2));
        assert_ne!(key(&mediator, 1), key(&teacher, 1));
        let (key, owner) = key(&mediator, 1);
        assert_ne!(&key[..8], owner.as_bytes());
    }
}
