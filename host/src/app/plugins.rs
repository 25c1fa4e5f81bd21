//! Installed plugins: what they are, what they may read, and who allowed it.

use std::path::Path;

pub use crate::domain::hex;
use crate::domain::{Dictionary, Grant, Manifest, Scope, Text};
use crate::plugin::{Descriptions, Engine, Kinds, LoadedPlugin, OperatorLimits, Package};
use crate::store::{self, InstalledPlugin, Writer};

use super::grants::{GrantWish, carried_over};
use super::letters::check_letters;
use super::life::PluginStanding;
use super::workspace::{App, day_of, now, today};
use super::{Actor, Error, UseCase};

/// A field that a plugin asks for.
#[derive(Debug, Clone)]
pub struct PluginField {
    /// The dataset.
    pub dataset: String,
    /// The field.
    pub name: String,
    /// Its word.
    pub title: Text,
    /// How much it tells about one person.
    pub sensitivity: Text,
    /// Whether the plugin can do without it.
    pub optional: bool,
    /// Who granted it; `None` where nobody did, or where the grant is over.
    pub granted: Option<String>,
    /// The version of the plugin for which it was granted, where that was another one.
    pub carried_from: Option<String>,
}

/// A plugin with what it asks for and what it was granted.
#[derive(Debug, Clone)]
pub struct PluginFacts {
    /// Its manifest.
    pub manifest: Manifest,
    /// The SHA-256 of its package in hexadecimal.
    pub sha256: String,
    /// What it can do.
    pub kinds: Kinds,
    /// What it says about itself.
    pub descriptions: Descriptions,
    /// Every field it asks for.
    pub fields: Vec<PluginField>,
    /// How it stands; `None` for a package that is not installed.
    pub standing: Option<PluginStanding>,
}

/// Fields that an installed plugin asks for, each with its dataset before it.
pub(super) struct Chosen {
    pub(super) installed: InstalledPlugin,
    pub(super) manifest: Manifest,
    pub(super) fields: Vec<(String, String)>,
}

/// An installed plugin, ready to run.
pub(super) struct Ready {
    pub(super) sha256: [u8; 32],
    pub(super) manifest: Manifest,
    pub(super) loaded: LoadedPlugin,
    pub(super) engine: String,
    /// Those that hold today.
    pub(super) grants: Vec<Grant>,
    /// Those whose last day is over.
    pub(super) expired: Vec<Grant>,
}

impl App {
    /// Checks a package, compiles it and keeps it. It may read nothing until fields are granted, but
    /// for what another version of it may read for the same purpose.
    ///
    /// # Errors
    ///
    /// Everything for which a package is refused; [`Error::Store`] where this version of the plugin
    /// is installed already.
    pub fn install(&mut self, actor: &Actor, path: &Path) -> Result<PluginFacts, Error> {
        self.permit(actor, UseCase::PluginManage)?;
        let bytes = fs_err::read(path).map_err(Error::File)?;
        self.install_bytes(actor, &bytes)
    }

    pub(super) fn install_bytes(
        &mut self,
        actor: &Actor,
        bytes: &[u8],
    ) -> Result<PluginFacts, Error> {
        let engine = Self::engine()?;
        let package = Package::read(bytes, engine.limits())?;
        self.admit(&package, today())?;
        let loaded = self.compile(&engine, &package.component)?;
        let described = loaded.describe_all(&package.manifest).map_err(Error::from);
        let described = described
            .and_then(|said| check_letters(&package, &loaded).map(|()| said))
            .inspect_err(|_| self.forget_compiled(&engine, &package.component))?;
        let said = (loaded.kinds(), described);
        let manifest = package.manifest;
        self.refuse_same_version(&manifest.id, &manifest.version.to_string())?;
        let mut writer = self.store.write(&actor.author())?;
        writer.install_plugin(
            &package.sha256,
            &manifest.id,
            &manifest.version.to_string(),
            bytes,
            now(),
        )?;
        let carried = carried_over(&writer.read(&Scope::municipality()), &manifest)?;
        for grant in &carried {
            writer.grant(&package.sha256, grant)?;
        }
        writer.commit()?;
        Ok(facts_of(manifest, hex(&package.sha256), said, &carried))
    }

    /// All installed plugins.
    ///
    /// # Errors
    ///
    /// Those of the store, and of a package that cannot be read any more.
    pub fn plugins(&mut self) -> Result<Vec<PluginFacts>, Error> {
        let installed = self.store.read(&Scope::municipality())?.plugins()?;
        let engine = Self::engine()?;
        installed.iter().map(|plugin| self.facts(plugin, &engine)).collect()
    }

    /// One installed plugin.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPlugin`], [`Error::SeveralVersions`].
    pub fn inspect(&mut self, name: &str) -> Result<PluginFacts, Error> {
        let installed = self.find(name)?;
        self.facts(&installed, &Self::engine()?)
    }

    /// Grants fields without limits, all that are asked for where `fields` is `None`. Gives how many
    /// were named.
    ///
    /// # Errors
    ///
    /// [`Error::NotRequested`] for a field the manifest does not ask for; nothing is granted then.
    pub fn grant(
        &mut self,
        actor: &Actor,
        name: &str,
        fields: Option<&[String]>,
    ) -> Result<usize, Error> {
        self.permit(actor, UseCase::PluginGrant)?;
        Ok(self.grant_within(actor, name, fields, &GrantWish::default())?.fields)
    }

    /// Takes grants back, all of them where `fields` is `None`. Gives how many were named.
    ///
    /// # Errors
    ///
    /// [`Error::NotRequested`] for a field the manifest does not ask for.
    pub fn revoke(
        &mut self,
        actor: &Actor,
        name: &str,
        fields: Option<&[String]>,
    ) -> Result<usize, Error> {
        self.permit(actor, UseCase::PluginGrant)?;
        self.change_grants(actor, name, fields, |writer, sha256, dataset, field| {
            writer.revoke(sha256, dataset, field).map(drop)
        })
    }

    /// Changes what a plugin may read, for every field named or none. Gives how many were named.
    fn change_grants(
        &mut self,
        actor: &Actor,
        name: &str,
        fields: Option<&[String]>,
        mut change: impl FnMut(&mut Writer<'_>, &[u8; 32], &str, &str) -> Result<(), store::Error>,
    ) -> Result<usize, Error> {
        self.permit(actor, UseCase::PluginGrant)?;
        let Chosen { installed, fields: chosen, .. } = self.choose(name, fields)?;
        let mut writer = self.store.write(&actor.author())?;
        for (dataset, field) in &chosen {
            change(&mut writer, &installed.sha256, dataset, field)?;
        }
        writer.commit()?;
        Ok(chosen.len())
    }

    /// Removes a plugin with its grants and gives its id and version. Its reports stay.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPlugin`], [`Error::SeveralVersions`].
    pub fn remove(&mut self, actor: &Actor, name: &str) -> Result<(String, String), Error> {
        self.permit(actor, UseCase::PluginManage)?;
        let installed = self.find(name)?;
        // One whose package cannot be read any more is removed all the same.
        let package = self.package(&installed);
        let mut writer = self.store.write(&actor.author())?;
        writer.remove_plugin(&installed.sha256)?;
        writer.commit()?;
        if let Ok(package) = package {
            self.forget_compiled(&Self::engine()?, &package.component);
        }
        Ok((installed.id, installed.version))
    }

    /// An installed plugin with its code loaded, its package checked against its digest and its
    /// signatures against what counts now.
    pub(super) fn ready(&mut self, name: &str) -> Result<Ready, Error> {
        let installed = self.find(name)?;
        // Each time: the key or the package may have been revoked since it was installed.
        self.admit(&self.package(&installed)?, day_of(installed.installed_at))?;
        self.load(&installed, &Self::engine()?)
    }

    fn load(&mut self, installed: &InstalledPlugin, engine: &Engine) -> Result<Ready, Error> {
        let package = self.package(installed)?;
        let loaded = self.compile(engine, &package.component)?;
        let all = self.store.read(&Scope::municipality())?.grants(&installed.sha256)?;
        let today = today();
        let (grants, expired) = all.into_iter().partition(|grant| grant.terms.hold_on(today));
        Ok(Ready {
            sha256: package.sha256,
            manifest: package.manifest,
            loaded,
            engine: engine.name().to_owned(),
            grants,
            expired,
        })
    }

    pub(super) fn package(&self, installed: &InstalledPlugin) -> Result<Package, Error> {
        let bytes = self.store.read(&Scope::municipality())?.plugin_package(&installed.sha256)?;
        let package = Package::read(&bytes, &OperatorLimits::default())?;
        if package.sha256 != installed.sha256 {
            return Err(Error::PackageChanged(installed.id.clone()));
        }
        Ok(package)
    }

    fn facts(
        &mut self,
        installed: &InstalledPlugin,
        engine: &Engine,
    ) -> Result<PluginFacts, Error> {
        let Ready { sha256, manifest, loaded, grants, .. } = self.load(installed, engine)?;
        let said = (loaded.kinds(), loaded.describe_all(&manifest)?);
        let standing = Some(self.standing(installed)?);
        Ok(PluginFacts { standing, ..facts_of(manifest, hex(&sha256), said, &grants) })
    }

    /// The plugin that `ID` or `ID@VERSION` names.
    pub(super) fn find(&self, name: &str) -> Result<InstalledPlugin, Error> {
        let (id, version) =
            name.split_once('@').map_or((name, None), |(id, version)| (id, Some(version)));
        let installed = self.store.read(&Scope::municipality())?.plugins()?;
        let mut fitting: Vec<InstalledPlugin> = installed
            .into_iter()
            .filter(|plugin| {
                plugin.id == id && version.is_none_or(|version| plugin.version == version)
            })
            .collect();
        match fitting.len() {
            0 => Err(Error::NoSuchPlugin(name.to_owned())),
            1 => Ok(fitting.remove(0)),
            _ => Err(Error::SeveralVersions {
                id: id.to_owned(),
                versions: fitting.into_iter().map(|plugin| plugin.version).collect(),
            }),
        }
    }

    /// The fields named as DATASET.FIELD, or all that the manifest asks for.
    pub(super) fn choose(&self, name: &str, fields: Option<&[String]>) -> Result<Chosen, Error> {
        let installed = self.find(name)?;
        let manifest = self.package(&installed)?.manifest;
        let all = || {
            manifest.requests.iter().flat_map(|request| {
                request.all().map(|field| (request.dataset.clone(), field.to_owned()))
            })
        };
        let Some(fields) = fields else {
            let fields = all().collect();
            return Ok(Chosen { installed, manifest, fields });
        };
        let pick = |wanted: &String| {
            all().find(|(dataset, field)| *wanted == format!("{dataset}.{field}")).ok_or_else(
                || Error::NotRequested { plugin: manifest.id.clone(), field: wanted.clone() },
            )
        };
        let fields = fields.iter().map(pick).collect::<Result<_, _>>()?;
        Ok(Chosen { installed, manifest, fields })
    }
}

/// Puts together what is known about a plugin.
pub(super) fn facts_of(
    manifest: Manifest,
    sha256: String,
    (kinds, descriptions): (Kinds, Descriptions),
    grants: &[Grant],
) -> PluginFacts {
    let mut fields = Vec::new();
    for request in &manifest.requests {
        let dataset = Dictionary::get().dataset(&request.dataset);
        for (place, name) in request.all().enumerate() {
            let grant = grants.iter().find(|grant| grant.is_for(&request.dataset, name));
            // A manifest that was read names known fields only.
            let Some(field) = dataset.and_then(|dataset| dataset.field(name)) else { continue };
            fields.push(PluginField {
                dataset: request.dataset.clone(),
                name: name.to_owned(),
                title: field.title.clone(),
                sensitivity: field.sensitivity.text(),
                optional: place >= request.fields.len(),
                granted: grant.map(|grant| grant.granted_by.clone()),
                carried_from: grant.and_then(|grant| grant.carried_from.clone()),
            });
        }
    }
    PluginFacts { manifest, sha256, kinds, descriptions, fields, standing: None }
}
