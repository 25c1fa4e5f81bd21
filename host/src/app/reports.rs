//! Reports: run, kept, listed and shown again.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::domain::{
    Audience, Day, Id, Lang, Manifest, Passport, Period, PluginState, Report, Role, Rounding,
    RunKind, SchoolKey, Schools, Scope, Setting, Text, grant_lines,
};
use crate::render;
use crate::report::{
    Assembled, Before, Facts, Published, SchoolFacts, Weighed, assemble_beside, composed_report,
    with_blocks,
};
use crate::store::{self, PluginRun, ReportRun, RunWork};

use super::composed::{self, check_audience};
use super::history::{Order, begun, ended, software};
use super::lookups::one_of;
use super::plugins::{Ready, hex};
use super::published::{PublishError, Weighing};
use super::runs::{setting_values, settings};
use super::workspace::{App, new_id, now, today};
use super::{Actor, Error, UseCase};

/// What report to run.
#[derive(Debug, Clone, Copy)]
pub struct ReportRequest<'a> {
    /// The plugin, as `ID` or `ID@VERSION`.
    pub plugin: &'a str,
    /// The days looked at.
    pub period: Period,
    /// Parameters, each as NAME=VALUE.
    pub settings: &'a [String],
    /// For whom it is.
    pub audience: Audience,
    /// To what numbers are rounded.
    pub rounding: Rounding,
    /// Whether it is only to be looked at: weighed like any other, and neither kept nor published.
    pub is_draft: bool,
}

/// What a report was made from, as far as its document must not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportProof {
    /// The report.
    pub entry: store::ReportEntry,
    /// The SHA-256 of its document as it is kept, in hexadecimal.
    pub document: String,
    /// The keyed digest of all rows that were read, in hexadecimal, and the fuel that the plugin
    /// used; `None` for a report of an earlier version.
    pub run: Option<(String, u64)>,
}

/// The form in which a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// For the terminal.
    Text,
    /// A page to read and print.
    Html,
    /// For a spreadsheet.
    Csv,
    /// A workbook, with a page for each table.
    Xlsx,
    /// For programs.
    Json,
}

/// A report that was just made.
pub(super) struct Made {
    pub(super) report: Report,
    pub(super) run: ReportRun,
    pub(super) work: RunWork,
    /// What is remembered of it where it is published.
    pub(super) published: Published,
    /// What came of weighing it against earlier reports.
    pub(super) weighed: Weighed,
}

/// What came of running a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ran {
    /// A report was kept, under this id.
    Kept(Id),
    /// The plugin is being watched: nothing was published, and this is what would have come out.
    Monitored(Box<PluginRun>),
    /// It was a draft: nothing was kept, and this is what would have been published.
    Draft(Box<Report>),
}

/// What a report is to be made of, whoever asks for it.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) period: Period,
    pub(super) audience: Audience,
    pub(super) rounding: Rounding,
    /// Every parameter with a value that it takes.
    pub(super) settings: Vec<(String, serde_json::Value)>,
}

impl Wanted {
    pub(super) fn order(&self, kind: RunKind) -> Order<'_> {
        let Self { period, audience, rounding, ref settings } = *self;
        Order { kind, period, audience, rounding, settings }
    }
}

impl App {
    /// Runs a plugin over a period, keeps the report and gives its id; of a plugin that is only being
    /// watched nothing but the run is kept. A period that is not over yet ends today: days to come
    /// were neither worked nor missed.
    ///
    /// # Errors
    ///
    /// Those of granting: [`Error::NotGranted`], [`Error::GrantExpired`], [`Error::OutsideGrant`],
    /// [`Error::NoSchoolGranted`]; [`Error::NotInService`], [`Error::Setting`], [`Error::NoSuchPlugin`],
    /// [`Error::NotBegun`], and everything that can go wrong in the plugin; no report is kept then, and
    /// [`Error::Quarantined`] where it went wrong too often.
    pub fn run_report(&mut self, actor: &Actor, request: &ReportRequest<'_>) -> Result<Ran, Error> {
        let scope = self.permit(actor, UseCase::ReportRun)?;
        self.may_publish(actor, &scope, request.audience)?;
        let period = until(request.period, today())?;
        let (plugin, state) = self.in_service(request.plugin)?;
        let kinds = plugin.loaded.kinds();
        if !kinds.metrics && !kinds.reporting {
            return Err(Error::ReportsNothing { plugin: plugin.manifest.id });
        }
        let given = settings(&plugin.manifest, request.settings)?;
        let wanted = Wanted {
            period,
            audience: request.audience,
            rounding: request.rounding,
            settings: given,
        };
        let is_watched = state == PluginState::Monitor;
        let kind = if is_watched { RunKind::Monitor } else { RunKind::Report };
        let run = begun(actor, &plugin, &wanted.order(kind));
        let weighing = self.weighing(&plugin.manifest.id, request.audience)?;
        let mut made = match self.make(&scope, &plugin, wanted, &weighing.before) {
            Ok(made) => made,
            Err(error) => return Err(self.keep_failure(actor, run, error)),
        };
        let run = ended(run, &made)?;
        if is_watched {
            self.keep_run(actor, &run)?;
            return Ok(Ran::Monitored(Box::new(run)));
        }
        if request.is_draft {
            Self::to_publish(&made, &weighing)?;
            let title = &mut made.report.title;
            title.de.push_str(" (Entwurf)");
            title.en.push_str(" (draft)");
            return Ok(Ran::Draft(Box::new(made.report)));
        }
        self.keep(actor, &made, run, &weighing).map(Ran::Kept)
    }

    /// Makes the report that a passport describes once more, and keeps nothing.
    ///
    /// # Errors
    ///
    /// [`Error::PackageNotInstalled`], and those of [`App::run_report`].
    pub(super) fn remake(
        &mut self,
        actor: &Actor,
        passport: &Passport,
        before: &Before,
    ) -> Result<Made, Error> {
        let scope = self.permit(actor, UseCase::ReportProve)?;
        let name = format!("{}@{}", passport.plugin, passport.plugin_version);
        let plugin = self.ready_package(&passport.package_sha256, &name)?;
        let pair = |setting: &Setting| (setting.name.clone(), setting.value.clone());
        let given = recorded_settings(&plugin.manifest, passport.settings.iter().map(pair))?;
        let wanted = Wanted {
            period: passport.period,
            audience: passport.audience,
            rounding: passport.rounding,
            settings: given,
        };
        self.make(&scope, &plugin, wanted, before)
    }

    /// The very package with this SHA-256, which a report or a run names.
    pub(super) fn ready_package(&mut self, sha256: &str, name: &str) -> Result<Ready, Error> {
        let installed = self.store.read(&Scope::municipality())?.plugins()?;
        let Some(same) = installed.iter().find(|plugin| hex(&plugin.sha256) == sha256) else {
            let (plugin, sha256) = (name.to_owned(), sha256.to_owned());
            return Err(Error::PackageNotInstalled { plugin, sha256 });
        };
        self.ready(&format!("{}@{}", same.id, same.version))
    }

    /// Runs a plugin and assembles its report.
    pub(super) fn make(
        &mut self,
        scope: &Scope,
        plugin: &Ready,
        wanted: Wanted,
        before: &Before,
    ) -> Result<Made, Error> {
        let Wanted { period, audience, rounding, settings } = wanted;
        let parameters = &plugin.manifest.parameters;
        let values = setting_values(&plugin.manifest, &settings);
        check_audience(plugin, audience)?;
        let ran = self.run_for_report(plugin, scope, period, values)?;
        let composed::Ran { cube, document, sources, work, data, scope, limits } = ran;
        let fuel = work.fuel;
        let facts = self.report_facts(&scope, period)?;
        let blocks = document
            .map(|document| document.blocks(plugin, audience, rounding, before))
            .transpose()?;
        let setting = |(name, value): (String, serde_json::Value)| Setting {
            title: parameters[&name].title.clone(),
            name,
            value,
        };
        let passport = Passport {
            period,
            as_of: period.last,
            plugin: plugin.manifest.id.clone(),
            plugin_title: plugin.manifest.title.clone(),
            plugin_version: plugin.manifest.version.to_string(),
            package_sha256: hex(&plugin.sha256),
            sources,
            settings: settings.into_iter().map(setting).collect(),
            audience,
            smallest_shown: audience.smallest_shown(),
            rounding,
            rules: Vec::new(),
            // Two reports with other digests tell that something changed, also where all of it is
            // withheld; and the fuel tells how many rows there were. Both are kept beside the report.
            data_digest: (audience == Audience::Work).then(|| hex(&data)),
            fuel: (audience == Audience::Work).then_some(fuel),
            grant_digest: Some(grant_digest(plugin)),
            limits: limits.clone(),
            software: software(),
            engine: plugin.engine.clone(),
        };
        let title = plugin.manifest.title.clone();
        let municipality = self.store.read(&scope)?.municipality_name()?;
        let assembled = if let Some(cube) = cube {
            let beside = assemble_beside(&cube, &facts, passport, title, municipality, before);
            let mut assembled = beside
                .map_err(|_| PublishError::TooManyWays { plugin: plugin.manifest.id.clone() })?;
            if let Some(composed) = blocks {
                assembled.published.add_blocks(composed.numbers);
                assembled.report = with_blocks(assembled.report, composed.blocks);
            }
            assembled
        } else {
            let (blocks, numbers, weighed) = blocks
                .map(|composed| (composed.blocks, composed.numbers, composed.weighed))
                .unwrap_or_default();
            Assembled {
                report: composed_report(blocks, passport, title, municipality),
                published: Published::of_blocks(period, audience, numbers),
                weighed,
            }
        };
        let Assembled { mut report, published, weighed } = assembled;
        // A table may be cut out and handed on without its passport.
        for table in report.sections.iter_mut().flat_map(|section| &mut section.tables) {
            table.notes.extend(limits.iter().cloned());
        }
        Ok(Made { report, run: ReportRun { data, fuel }, work, published, weighed })
    }

    /// Runs a plugin over a period and keeps no report: what it takes, and over which data.
    ///
    /// # Errors
    ///
    /// Those of [`App::run_report`].
    pub fn rehearse(
        &mut self,
        actor: &Actor,
        request: &ReportRequest<'_>,
    ) -> Result<ReportRun, Error> {
        let scope = self.permit(actor, UseCase::ReportRun)?;
        let plugin = self.ready(request.plugin)?;
        let given = settings(&plugin.manifest, request.settings)?;
        let values = setting_values(&plugin.manifest, &given);
        let composed::Ran { work, data, .. } =
            self.run_for_report(&plugin, &scope, request.period, values)?;
        Ok(ReportRun { data, fuel: work.fuel })
    }

    /// Keeps a finished report with the run that it came out of.
    fn keep(
        &mut self,
        actor: &Actor,
        made: &Made,
        of: PluginRun,
        weighing: &Weighing,
    ) -> Result<Id, Error> {
        let Made { report, run, .. } = made;
        let id = new_id();
        let passport = &report.passport;
        let entry = store::ReportEntry {
            id,
            plugin: passport.plugin.clone(),
            version: passport.plugin_version.clone(),
            period: passport.period,
            audience: passport.audience,
            run_by: actor.name().to_owned(),
            run_at: now(),
        };
        let document = serde_json::to_string(report).map_err(Error::Document)?;
        let stored = store::StoredReport { entry, document, run: Some(*run) };
        let of = PluginRun { report: Some(id), ..of };
        let is_published = passport.audience != Audience::Work;
        let published = is_published.then(|| Self::to_publish(made, weighing)).transpose()?;
        let mut writer = self.store.write(&actor.author())?;
        writer.forget_failures(&of.package)?;
        writer.add_plugin_run(&of)?;
        writer.add_report(&stored)?;
        if let Some(published) = published {
            if !weighing.is_current(writer.count_published(&of.plugin)?) {
                return Err(PublishError::Meanwhile(of.plugin).into());
            }
            writer.publish(id, &published)?;
        }
        writer.commit()?;
        Ok(id)
    }

    /// What a report has to know besides the figures.
    pub(super) fn report_facts(&self, scope: &Scope, period: Period) -> Result<Facts, Error> {
        let reader = self.store.read(scope)?;
        let days = |coverage: Vec<(SchoolKey, u32, u32)>| -> HashMap<SchoolKey, (u32, u32)> {
            let pair = |(school, recorded, possible)| (school, (recorded, possible));
            coverage.into_iter().map(pair).collect()
        };
        let contacts = days(reader.contact_coverage(period)?);
        let attendance = days(reader.attendance_coverage(period)?);
        let schools = reader
            .schools()?
            .into_iter()
            .map(|(key, school, spans)| SchoolFacts {
                level: school.level(),
                number: school.number,
                name: school.name,
                spans,
                coverage: contacts.get(&key).copied(),
                attendance: attendance.get(&key).copied(),
            })
            .collect();
        let (lists, calendar) = (reader.lists_for_reports()?, reader.calendar()?);
        Ok(Facts { period, schools, lists, calendar })
    }

    /// Refuses a report that would give away what another one withholds: one over some schools only
    /// that is to leave them, and one with exact numbers for who sees no children.
    fn may_publish(&self, actor: &Actor, scope: &Scope, audience: Audience) -> Result<(), Error> {
        if scope.schools != Schools::All && audience != Audience::Work {
            return Err(Error::OperatorOnly(actor.name().to_owned()));
        }
        let role = actor.role(&self.store.read(&Scope::municipality())?)?;
        if role == Some(Role::Lead) && audience == Audience::Work {
            return Err(Error::NoWorkingVersion(actor.name().to_owned()));
        }
        Ok(())
    }

    /// The reports that were run, newest first: those that are meant for somebody in the actor's role.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn reports(&self, actor: &Actor) -> Result<Vec<store::ReportEntry>, Error> {
        let scope = self.permit(actor, UseCase::ReportRead)?;
        let mut entries = self.store.read(&scope)?.reports()?;
        let role = actor.role(&self.store.read(&Scope::municipality())?)?;
        entries.retain(|entry| may_see(actor, role, entry));
        Ok(entries)
    }

    /// A report in the form asked for. `id` may be cut short as long as it fits one report alone.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchReport`], [`Error::Ambiguous`], and a template that cannot be used.
    pub fn report(
        &self,
        actor: &Actor,
        id: &str,
        format: ReportFormat,
        lang: Lang,
        width: Option<usize>,
    ) -> Result<Vec<u8>, Error> {
        self.permit(actor, UseCase::ReportRead)?;
        let stored = self.stored(actor, id)?;
        self.not_withdrawn(stored.entry.id)?;
        let report = serde_json::from_str(&stored.document).map_err(Error::Document)?;
        self.draft(&report, format, lang, width)
    }

    /// A report that is not kept in the form asked for.
    ///
    /// # Errors
    ///
    /// A template that cannot be used.
    pub fn draft(
        &self,
        report: &Report,
        format: ReportFormat,
        lang: Lang,
        width: Option<usize>,
    ) -> Result<Vec<u8>, Error> {
        Ok(match format {
            ReportFormat::Text => render::text(report, lang, width, false).into_bytes(),
            ReportFormat::Html => self.renderer()?.html(report, lang)?.into_bytes(),
            ReportFormat::Csv => render::csv(report, lang),
            ReportFormat::Xlsx => render::xlsx(report, lang)?,
            ReportFormat::Json => render::json(report)?.into_bytes(),
        })
    }

    /// What a stored report was made from, for those who may see all records.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`], and those of [`App::report`].
    pub fn report_proof(&self, actor: &Actor, id: &str) -> Result<ReportProof, Error> {
        self.permit(actor, UseCase::ReportProve)?;
        let stored = self.stored(actor, id)?;
        Ok(ReportProof {
            document: hex(&Sha256::digest(&stored.document)),
            run: stored.run.map(|run| (hex(&run.data), run.fuel)),
            entry: stored.entry,
        })
    }

    /// A stored report as a document.
    pub(super) fn document(&self, actor: &Actor, id: &str) -> Result<Report, Error> {
        let stored = self.stored(actor, id)?;
        serde_json::from_str(&stored.document).map_err(Error::Document)
    }

    pub(super) fn stored(&self, actor: &Actor, id: &str) -> Result<store::StoredReport, Error> {
        let none = || Error::NoSuchReport(id.to_owned());
        // A whole id needs no look at the other reports, of which there may be many.
        let id = if let Ok(id) = id.parse() {
            id
        } else {
            let ids = self.reports(actor)?.into_iter().map(|entry| entry.id);
            one_of(ids, id)?.ok_or_else(none)?
        };
        let scope = self.permit(actor, UseCase::ReportRead)?;
        let stored = self.store.read(&scope)?.report(id)?;
        let role = actor.role(&self.store.read(&Scope::municipality())?)?;
        stored.filter(|stored| may_see(actor, role, &stored.entry)).ok_or_else(none)
    }
}

/// SHA-256 over the grants that hold, as [`grant_lines`] writes them.
fn grant_digest(plugin: &Ready) -> String {
    hex(&Sha256::digest(grant_lines(&plugin.grants)))
}

/// The parameters of an earlier run, as far as the plugin still takes them.
///
/// # Errors
///
/// [`Error::Setting`] for a name the plugin does not have or a value it does not take.
pub(super) fn recorded_settings(
    manifest: &Manifest,
    recorded: impl IntoIterator<Item = (String, serde_json::Value)>,
) -> Result<Vec<(String, serde_json::Value)>, Error> {
    let check = |(name, value): (String, serde_json::Value)| {
        let Some(parameter) = manifest.parameters.get(&name) else {
            let reason = Text::new("gehört nicht zum Plugin", "is not one of the plugin's");
            return Err(Error::Setting { name, reason });
        };
        match parameter.accepts(&value) {
            Ok(()) => Ok((name, value)),
            Err(reason) => Err(Error::Setting { name, reason }),
        }
    };
    recorded.into_iter().map(check).collect()
}

/// The part of a period that is not to come.
pub(super) fn until(period: Period, today: Day) -> Result<Period, Error> {
    if period.first > today {
        return Err(Error::NotBegun(period.first));
    }
    Ok(Period { last: period.last.min(today), ..period })
}

/// Whether a report is for one who acts so: a practitioner sees those for the public.
fn may_see(actor: &Actor, role: Option<Role>, entry: &store::ReportEntry) -> bool {
    match role {
        None | Some(Role::Coordinator) => true,
        Some(Role::Lead | Role::ProtectionOfficer) => entry.audience != Audience::Work,
        Some(_) => entry.audience == Audience::Public || entry.run_by == actor.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_does_not_count_days_to_come() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let year = Period::new(day("2026-08-01"), day("2027-07-31")).unwrap();
        assert!(matches!(until(year, day("2026-07-31")), Err(Error::NotBegun(_))));
        for (today, last) in [
            ("2026-08-01", "2026-08-01"),
            ("2026-11-22", "2026-11-22"),
            ("2027-07-31", "2027-07-31"),
            ("2029-01-01", "2027-07-31"),
        ] {
            let expected = Period { last: day(last), ..year };
            assert_eq!(until(year, day(today)).unwrap(), expected, "{today}");
        }
    }
}
