//! Granting: who may read what, how far, and what a new version may read without asking again.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    Coarsening, Day, Dictionary, Field, Grant, GrantTerms, GrantedSchools, Manifest, Request,
    Scope, widened,
};
use crate::plugin::{OperatorLimits, Package};
use crate::store::{KeptGrant, Reader};

use super::plugins::Chosen;
use super::workspace::{App, now, today};
use super::{Actor, Error, UseCase};

/// How far grants are to go. The default has no limits.
#[derive(Debug, Clone, Default)]
pub struct GrantWish {
    /// The numbers of the schools whose rows may be read; all where it is empty.
    pub schools: Vec<String>,
    /// The first day that a run may look at.
    pub first: Option<Day>,
    /// The last day that a run may look at, included.
    pub last: Option<Day>,
    /// The last day on which the grants hold.
    pub until: Option<Day>,
    /// How much coarser some of the fields are to be, by their names.
    pub coarse: BTreeMap<String, Coarsening>,
}

/// What came of granting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// How many fields were named.
    pub fields: usize,
    /// Those of them that were granted before, and now go further than then.
    pub wider: Vec<String>,
}

impl App {
    /// Grants fields within limits, all that are asked for where `fields` is `None`. What was granted
    /// before of a field is replaced; where it is the same, it keeps who gave it when.
    ///
    /// # Errors
    ///
    /// [`Error::NotRequested`] for a field the manifest does not ask for, [`Error::NoSuchSchool`],
    /// [`Error::CoarseNotNamed`], [`Error::NoCoarserForm`], [`Error::GrantIsOver`], and
    /// [`Error::Day`] for days the wrong way round; nothing is granted then.
    pub fn grant_within(
        &mut self,
        actor: &Actor,
        name: &str,
        fields: Option<&[String]>,
        wish: &GrantWish,
    ) -> Result<Granted, Error> {
        self.permit(actor, UseCase::PluginGrant)?;
        let Chosen { installed, manifest, fields: chosen } = self.choose(name, fields)?;
        self.check_wish(wish, &chosen)?;
        let mut granted = Vec::new();
        for (dataset, field) in chosen {
            granted.push(Grant {
                terms: wish.terms(&format!("{dataset}.{field}")),
                purpose: manifest.request(&dataset).map(|request| request.purpose.clone()),
                granted_by: actor.name().to_owned(),
                granted_at: now(),
                carried_from: None,
                dataset,
                field,
            });
        }
        let mut writer = self.store.write(&actor.author())?;
        let before = writer.read(&Scope::municipality()).grants(&installed.sha256)?;
        for grant in &granted {
            writer.grant(&installed.sha256, grant)?;
        }
        writer.commit()?;
        let mut wider = widened(&before, &granted);
        wider.retain(|name| before.iter().any(|grant| grant.name() == *name));
        Ok(Granted { fields: granted.len(), wider })
    }

    /// Refuses limits that make no sense for the fields chosen.
    fn check_wish(&self, wish: &GrantWish, chosen: &[(String, String)]) -> Result<(), Error> {
        if let (Some(first), Some(last)) = (wish.first, wish.last) {
            crate::domain::Period::new(first, last)?;
        }
        if let Some(until) = wish.until.filter(|until| *until < today()) {
            return Err(Error::GrantIsOver(until));
        }
        let directory = self.store.read(&Scope::municipality())?.directory()?;
        let unknown = wish.schools.iter().find(|number| !directory.schools.contains_key(*number));
        if let Some(number) = unknown {
            return Err(Error::NoSuchSchool(number.clone()));
        }
        for (name, kind) in &wish.coarse {
            let Some(field) = chosen.iter().find_map(|(dataset, field)| {
                (*name == format!("{dataset}.{field}")).then(|| known(dataset, field)).flatten()
            }) else {
                return Err(Error::CoarseNotNamed(name.clone()));
            };
            let fitting = Coarsening::fitting(field);
            if !fitting.contains(kind) {
                return Err(Error::NoCoarserForm {
                    field: name.clone(),
                    kind: *kind,
                    fitting: fitting.to_vec(),
                });
            }
        }
        Ok(())
    }
}

impl GrantWish {
    fn terms(&self, field: &str) -> GrantTerms {
        let schools: BTreeSet<String> = self.schools.iter().cloned().collect();
        GrantTerms {
            schools: if schools.is_empty() {
                GrantedSchools::All
            } else {
                GrantedSchools::Only(schools)
            },
            first: self.first,
            last: self.last,
            coarsening: self.coarse.get(field).copied(),
            until: self.until,
        }
    }
}

fn known(dataset: &str, field: &str) -> Option<&'static Field> {
    Dictionary::get().dataset(dataset)?.field(field)
}

/// What a version that is just being installed may read without anybody being asked: of each field
/// that it asks for, the grant of the version installed last that has one, as long as nobody took
/// that back, it is not over, and the new version needs no more than the old one; see
/// [`needs_no_more`](crate::domain::needs_no_more).
///
/// Only the newest decision about a field counts. A field that was taken back from the version
/// before is not given again because a still older version has it.
pub(super) fn carried_over(reader: &Reader<'_>, manifest: &Manifest) -> Result<Vec<Grant>, Error> {
    let mut versions = Vec::new();
    for other in reader.plugins()? {
        if other.id != manifest.id || other.version == manifest.version.to_string() {
            continue;
        }
        let kept = reader.kept_grants(&other.sha256)?;
        if !kept.is_empty() {
            let package = reader.plugin_package(&other.sha256)?;
            let package = Package::read(&package, &OperatorLimits::default())?;
            versions.push((other.version, package.manifest, kept));
        }
    }
    let newest = |request: &Request, field: &str| {
        versions.iter().find_map(|(version, then, kept)| {
            let kept = kept.iter().find(|kept| kept.grant.is_for(&request.dataset, field))?;
            Some((version, then, kept))
        })
    };
    let mut carried = Vec::new();
    for request in &manifest.requests {
        for field in request.all() {
            let Some((version, then, kept)) = newest(request, field) else { continue };
            carried.extend(carry(version, then, kept, request, field));
        }
    }
    Ok(carried)
}

/// The grant as it goes on for another version; `None` where somebody has to be asked.
fn carry(
    version: &str,
    then: &Manifest,
    kept: &KeptGrant,
    now: &Request,
    field: &str,
) -> Option<Grant> {
    let then = then.request(&now.dataset)?;
    let purpose = kept.grant.purpose.as_ref().unwrap_or(&then.purpose);
    let holds = !kept.is_revoked && kept.grant.terms.hold_on(today());
    (holds && crate::domain::needs_no_more(then, purpose, now, field)).then(|| {
        let from = kept.grant.carried_from.clone().unwrap_or_else(|| version.to_owned());
        let purpose = Some(purpose.clone());
        Grant { carried_from: Some(from), purpose, ..kept.grant.clone() }
    })
}
