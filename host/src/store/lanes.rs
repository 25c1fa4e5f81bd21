//! Lanes: closing one gives its secret to its members and takes it out of the database.

use std::fmt;

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::ledger::hex;
use super::reader::code_at;
use super::{Error, Reader, SealKey, SecretKey, Writer};
use crate::domain::{Action, Lane, PractitionerKey, Scope, Secret};

pub use super::lane_refusal::{ConsentFlaw, LaneRefusal};

/// Digits of the check at the end of a printed key.
const CHECK: usize = 8;

/// The key on paper that opens a closed lane when nobody else can. It is shown once.
pub struct RecoveryKey(pub(super) SecretKey);

impl RecoveryKey {
    /// The key that somebody copied from the paper; case, spaces and hyphens do not matter.
    ///
    /// # Errors
    ///
    /// [`LaneRefusal::RecoveryForm`], which does not repeat the text.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let wrong = || Error::from(LaneRefusal::RecoveryForm);
        let digits: Zeroizing<Vec<u8>> = Zeroizing::new(
            text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'-').collect(),
        );
        if digits.len() != 64 + CHECK {
            return Err(wrong());
        }
        let value = |digit: u8| char::from(digit).to_digit(16).ok_or_else(wrong);
        let mut bytes = Zeroizing::new([0; 32]);
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::try_from(value(pair[0])? << 4 | value(pair[1])?).map_err(|_| wrong())?;
        }
        let key = Self(SecretKey::from_secret(Secret::new(*bytes)));
        let check = key.check();
        if digits[64..].eq_ignore_ascii_case(check.as_bytes()) { Ok(key) } else { Err(wrong()) }
    }

    /// Eighteen groups of four characters, to be printed and locked away. The last two tell a
    /// typing error.
    pub fn text(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex(self.0.secret().bytes()) + &self.check());
        let mut text = Zeroizing::new(String::with_capacity(90));
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                text.push(' ');
            }
            text.push(digit);
        }
        text
    }

    fn check(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(b"tridem recovery key 1\0");
        hasher.update(self.0.secret().bytes());
        hex(&hasher.finalize()[..CHECK / 2])
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(..)")
    }
}

/// A lane as it is in the database.
struct Kept {
    generation: u32,
    public: SealKey,
    secret: Option<Secret>,
    recovery: Option<SealKey>,
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        generation: row.get(0)?,
        public: SealKey::from_bytes(row.get(1)?),
        secret: row.get::<_, Option<[u8; 32]>>(2)?.map(Secret::new),
        recovery: row.get::<_, Option<[u8; 32]>>(3)?.map(SealKey::from_bytes),
    })
}

/// What the secret of a lane is bound to when it is sealed to a member.
fn member_context(profession: u16, generation: u32, member: PractitionerKey) -> Vec<u8> {
    [
        b"lane member\0",
        &profession.to_be_bytes()[..],
        &generation.to_be_bytes(),
        &member.0.to_be_bytes(),
    ]
    .concat()
}

/// The same for the key on paper.
fn recovery_context(profession: u16, generation: u32) -> Vec<u8> {
    [b"lane recovery\0", &profession.to_be_bytes()[..], &generation.to_be_bytes()].concat()
}

impl Reader<'_> {
    /// All lanes, in the order of the professions.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn lanes(&self) -> Result<Vec<Lane>, Error> {
        let mut lanes = self.rows(
            "SELECT profession, closed_at, generation,
               (SELECT count(*) FROM private_note AS n WHERE n.profession = lane.profession)
             FROM lane ORDER BY profession",
            |row| {
                Ok(Lane {
                    profession: row.get(0)?,
                    closed_at: row.get(1)?,
                    generation: row.get(2)?,
                    members: Vec::new(),
                    notes: row.get::<_, i64>(3)?.unsigned_abs(),
                })
            },
        )?;
        let members = self.rows(
            "SELECT m.profession, p.code FROM lane_member AS m
             JOIN practitioner AS p ON p.key = m.practitioner ORDER BY p.code",
            |row| Ok((row.get::<_, u16>(0)?, row.get(1)?)),
        )?;
        for (profession, code) in members {
            if let Some(lane) = lanes.iter_mut().find(|lane| lane.profession == profession) {
                lane.members.push(code);
            }
        }
        Ok(lanes)
    }

    /// The secret of a closed lane, for a member who brings their own secret key; `None` where they
    /// are no member, where the lane is open, or where they have another key than when they were
    /// admitted.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn lane_secret(
        &self,
        profession: u16,
        member: PractitionerKey,
        key: &SecretKey,
    ) -> Result<Option<Secret>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT m.sealed, lane.generation FROM lane_member AS m JOIN lane USING (profession)
             WHERE m.profession = ?1 AND m.practitioner = ?2 AND m.public = ?3",
        )?;
        let found: Option<(Vec<u8>, u32)> = statement
            .query_row((profession, member.0, key.seal_key().bytes()), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((sealed, generation)) = found else { return Ok(None) };
        secret_in(&key.open(&member_context(profession, generation, member), &sealed)?).map(Some)
    }
}

impl Writer<'_> {
    /// Closes a lane: from now on its members alone can open it, and whoever has the key on paper,
    /// which is returned once and kept nowhere.
    ///
    /// # Errors
    ///
    /// [`LaneRefusal::ClosedAlready`]; [`LaneRefusal::Nobody`] without members;
    /// [`LaneRefusal::OtherProfession`].
    pub fn close_lane(
        &mut self,
        profession: u16,
        members: &[(PractitionerKey, SealKey)],
    ) -> Result<RecoveryKey, Error> {
        let lane = self.lane(profession)?;
        let role = self.role(profession);
        let Some(secret) = lane.secret else {
            return Err(LaneRefusal::ClosedAlready(role).into());
        };
        if members.is_empty() {
            return Err(LaneRefusal::Nobody(role).into());
        }
        for (member, public) in members {
            self.seal_to_member(profession, lane.generation, &secret, *member, public)?;
        }
        let recovery = RecoveryKey(SecretKey::generate()?);
        let public = recovery.0.seal_key();
        let context = recovery_context(profession, lane.generation);
        self.connection
            .prepare_cached(
                "UPDATE lane SET secret = NULL, recovery = ?2, recovered = ?3, closed_at = ?4
                 WHERE profession = ?1",
            )?
            .execute(params![
                profession,
                public.bytes(),
                public.seal(&context, secret.bytes())?,
                self.ledger.author.at,
            ])?;
        self.sweep_later()?;
        self.note(Action::LaneClose, role, &json!({ "members": members.len() }));
        Ok(recovery)
    }

    /// Lets somebody of the profession open a closed lane, on behalf of a member who brings the
    /// lane's secret.
    ///
    /// # Errors
    ///
    /// [`LaneRefusal::Open`]; [`LaneRefusal::Closed`] where the secret is not the lane's;
    /// [`LaneRefusal::Member`]; [`LaneRefusal::OtherProfession`].
    pub fn admit_to_lane(
        &mut self,
        profession: u16,
        secret: Option<&Secret>,
        member: PractitionerKey,
        public: &SealKey,
    ) -> Result<(), Error> {
        let (lane, secret) = self.closed_lane(profession, secret)?;
        self.seal_to_member(profession, lane.generation, &secret, member, public)?;
        let details = json!({ "practitioner": self.practitioner_code(member)? });
        self.note(Action::LaneAdmit, self.role(profession), &details);
        Ok(())
    }

    /// Takes a closed lane away from somebody: it gets new keys, and all its notes are sealed anew.
    /// Gives the number of texts.
    ///
    /// What they have read they know, and an old copy of the records opens with what they had.
    ///
    /// # Errors
    ///
    /// As [`admit_to_lane`](Self::admit_to_lane), and [`LaneRefusal::NoMember`],
    /// [`LaneRefusal::LastMember`].
    pub fn dismiss_from_lane(
        &mut self,
        profession: u16,
        secret: Option<&Secret>,
        member: PractitionerKey,
    ) -> Result<u64, Error> {
        let (lane, old) = self.closed_lane(profession, secret)?;
        let role = self.role(profession);
        let code = self.practitioner_code(member)?;
        let removed = self.connection.execute(
            "DELETE FROM lane_member WHERE profession = ?1 AND practitioner = ?2",
            (profession, member.0),
        )?;
        if removed == 0 {
            return Err(LaneRefusal::NoMember { role, code }.into());
        }
        let old = SecretKey::from_secret(old);
        let new = SecretKey::generate()?;
        let generation = lane.generation + 1;
        self.written_in_part = true;
        let members = self.members(profession)?;
        if members.is_empty() {
            return Err(LaneRefusal::LastMember(role).into());
        }
        for (member, public) in members {
            let context = member_context(profession, generation, member);
            let sealed = public.seal(&context, new.secret().bytes())?;
            let sql =
                "UPDATE lane_member SET sealed = ?3 WHERE profession = ?1 AND practitioner = ?2";
            self.connection.prepare_cached(sql)?.execute((profession, member.0, sealed))?;
        }
        let recovered = lane
            .recovery
            .map(|key| key.seal(&recovery_context(profession, generation), new.secret().bytes()))
            .transpose()?;
        self.connection.execute(
            "UPDATE lane SET generation = ?2, public = ?3, recovered = ?4 WHERE profession = ?1",
            params![profession, generation, new.seal_key().bytes(), recovered],
        )?;
        let texts = self.seal_anew(profession, &old, &new.seal_key())?;
        self.lanes.insert(profession, new.seal_key());
        self.sweep_later()?;
        self.written_in_part = false;
        let details = json!({ "practitioner": code, "texts": texts });
        self.note(Action::LaneDismiss, role, &details);
        Ok(texts)
    }

    /// Lets somebody of the profession open a closed lane again, with the key on paper.
    ///
    /// # Errors
    ///
    /// As [`admit_to_lane`](Self::admit_to_lane), and [`LaneRefusal::RecoveryOther`].
    pub fn recover_lane(
        &mut self,
        profession: u16,
        recovery: &RecoveryKey,
        member: PractitionerKey,
        public: &SealKey,
    ) -> Result<(), Error> {
        let lane = self.lane(profession)?;
        let role = self.role(profession);
        let recovered: Option<Vec<u8>> = self.connection.query_row(
            "SELECT recovered FROM lane WHERE profession = ?1",
            [profession],
            |row| row.get(0),
        )?;
        let Some(recovered) = recovered else { return Err(LaneRefusal::Open(role).into()) };
        let context = recovery_context(profession, lane.generation);
        let secret = recovery
            .0
            .open(&context, &recovered)
            .map_err(|_| LaneRefusal::RecoveryOther(role.clone()))?;
        let secret = secret_in(&secret)?;
        // Who has lost their key has a new one, and what was sealed to the old one is of no use.
        self.connection.execute(
            "DELETE FROM lane_member WHERE profession = ?1 AND practitioner = ?2",
            (profession, member.0),
        )?;
        self.seal_to_member(profession, lane.generation, &secret, member, public)?;
        let details = json!({ "practitioner": self.practitioner_code(member)? });
        self.note(Action::LaneRecover, role, &details);
        Ok(())
    }

    /// The code of a profession.
    pub(super) fn role(&self, profession: u16) -> String {
        code_at(&self.codes.list("role"), profession)
    }

    fn lane(&self, profession: u16) -> Result<Kept, Error> {
        let sql = "SELECT generation, public, secret, recovery FROM lane WHERE profession = ?1";
        let found =
            self.connection.prepare_cached(sql)?.query_row([profession], kept).optional()?;
        found.ok_or(Error::UnknownPlace { list: "role", place: profession })
    }

    /// A closed lane and its secret, where it is the one that was brought.
    fn closed_lane(
        &self,
        profession: u16,
        secret: Option<&Secret>,
    ) -> Result<(Kept, Secret), Error> {
        let lane = self.lane(profession)?;
        let role = self.role(profession);
        if lane.secret.is_some() {
            return Err(LaneRefusal::Open(role).into());
        }
        let is_its =
            |secret: &&Secret| SecretKey::from_secret((*secret).clone()).seal_key() == lane.public;
        let secret = secret.filter(is_its).cloned().ok_or(LaneRefusal::Closed(role))?;
        Ok((lane, secret))
    }

    fn seal_to_member(
        &self,
        profession: u16,
        generation: u32,
        secret: &Secret,
        member: PractitionerKey,
        public: &SealKey,
    ) -> Result<(), Error> {
        let code = self.practitioner_code(member)?;
        let directory = self.read(&Scope::municipality()).directory()?;
        let is_of_it = directory.practitioners.get(&code).is_some_and(|p| p.role == profession);
        if !is_of_it {
            return Err(LaneRefusal::OtherProfession { role: self.role(profession), code }.into());
        }
        let context = member_context(profession, generation, member);
        let added = self
            .connection
            .prepare_cached(
                "INSERT INTO lane_member
                   (profession, practitioner, public, sealed, admitted_at, admitted_by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                profession,
                member.0,
                public.bytes(),
                public.seal(&context, secret.bytes())?,
                self.ledger.author.at,
                self.ledger.author.code,
            ])?;
        if added == 0 {
            return Err(LaneRefusal::Member { role: self.role(profession), code }.into());
        }
        Ok(())
    }

    fn members(&self, profession: u16) -> Result<Vec<(PractitionerKey, SealKey)>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT practitioner, public FROM lane_member WHERE profession = ?1 ORDER BY 1",
        )?;
        let members = statement.query_map([profession], |row| {
            Ok((PractitionerKey(row.get(0)?), SealKey::from_bytes(row.get(1)?)))
        })?;
        Ok(members.collect::<Result<_, _>>()?)
    }

    fn practitioner_code(&self, key: PractitionerKey) -> Result<String, Error> {
        let sql = "SELECT code FROM practitioner WHERE key = ?1";
        let found = self.connection.prepare_cached(sql)?.query_row([key.0], |row| row.get(0));
        found.optional()?.ok_or(Error::Dangling { what: "the practitioner" })
    }

    /// Has the file written anew when it is opened next, so that nothing of what was just taken out
    /// is left between its pages.
    pub(super) fn sweep_later(&self) -> Result<(), Error> {
        self.connection
            .execute("INSERT INTO upkeep VALUES ('vacuum') ON CONFLICT DO NOTHING", [])?;
        Ok(())
    }
}

/// The secret of a lane as it was sealed.
fn secret_in(bytes: &[u8]) -> Result<Secret, Error> {
    bytes.try_into().map(Secret::new).map_err(|_| Error::NotOpened)
}
