//! Runs of plugins that compose: the same on any number of threads, kept, shown and verified.

use std::collections::BTreeMap;

use super::again::{Town, town_with, year};
use super::composed::{Task, Written, whole};
use super::composed_parts::in_parts;
use super::runs::{seen, shapes};
use super::{Actor, App, Error, Ran, ReportFormat, ReportRequest};
use crate::domain::{Audience, ComposedBlock, Job, Lang, Report, Rounding, SCHEMA_COMPOSED, Scope};
use crate::plugin::{IN_ORDER, counts_in_order, pack, points_at_nothing};
use crate::report::ComposeError;

const PLUGIN: &str = "org.example.by-hand";

/// Contacts at five schools, in the order of the schools: 5, 4, 3, 2 and 1.
const CONTACTS: [usize; 5] = [1, 2, 3, 4, 5];

fn actor() -> Actor {
    Actor::new("test".into(), None)
}

/// Records with a plugin that may read all it asks for.
fn town(component: Vec<u8>) -> Town {
    let mut town = town_with(&CONTACTS);
    let files = BTreeMap::from([("plugin.wasm".to_owned(), component)]);
    let package = pack(IN_ORDER, &files).unwrap();
    town.app.install_bytes(&actor(), &package).unwrap();
    town.app.grant(&actor(), PLUGIN, None).unwrap();
    town.app.enable(&actor(), PLUGIN, false, false).unwrap();
    town
}

/// A run of the plugin in parts on so many threads, or of one instance.
fn written(app: &mut App, threads: Option<usize>) -> Written {
    let plugin = app.ready(PLUGIN).unwrap();
    let scope = Scope::municipality();
    let reader = app.store.read(&scope).unwrap();
    let wanted = app.granted_to(&plugin, &scope, year()).unwrap().wanted;
    let composition = plugin.loaded.describe_composition(&plugin.manifest).unwrap();
    let shapes = shapes(&reader, &plugin.manifest, &wanted, year()).unwrap();
    let datasets = shapes.iter().zip(&wanted).map(|(shape, want)| seen(shape, want.granted));
    let job = Job {
        as_of: year().last,
        period: year(),
        settings: Vec::new(),
        datasets: datasets.collect(),
    };
    let task = Task {
        plugin: &plugin,
        composition: &composition,
        job: &job,
        wanted: &wanted,
        scope: &scope,
    };
    match threads {
        Some(threads) => in_parts(&app.store, &reader, task, threads).unwrap().0,
        None => whole(&reader, task).unwrap().0,
    }
}

fn figure(written: &Written) -> i64 {
    let figure = written.composed.blocks.iter().find_map(|block| match block {
        ComposedBlock::Figure { number, .. } => Some(number.units),
        _ => None,
    });
    figure.unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_document_fuel_and_data() {
    let mut town = town(counts_in_order());
    let one = written(&mut town.app, Some(1));
    // Each school is one batch: its rows and 1,000 for its place among all, counted from 1.
    let schools = [1_005, 2_004, 3_003, 4_002, 5_001];
    let merged = schools
        .iter()
        .fold(0_i64, |seen, school| seen.wrapping_mul(1_000_003).wrapping_add(*school));
    assert_eq!(figure(&one), merged);
    assert!(one.fuel > 0);
    for threads in [2, 3, 8] {
        for _ in 0..3 {
            assert_eq!(written(&mut town.app, Some(threads)), one, "{threads} threads");
        }
    }
}

#[test]
fn one_instance_sees_the_rows_of_all_schools_in_their_order() {
    let mut town = town(counts_in_order());
    // One batch of fifteen rows that begins with the first school.
    assert_eq!(figure(&written(&mut town.app, None)), 1_015);
}

fn request(audience: Audience) -> ReportRequest<'static> {
    ReportRequest {
        plugin: PLUGIN,
        period: year(),
        settings: &[],
        audience,
        rounding: Rounding::None,
        is_draft: false,
    }
}

#[test]
fn a_document_with_findings_does_not_leave_the_team_and_nothing_is_kept() {
    let mut town = town(counts_in_order());
    for audience in [Audience::Public, Audience::Administration] {
        let error = town.app.run_report(&actor(), &request(audience)).unwrap_err();
        assert!(matches!(error, Error::Compose(ComposeError::StaysInside { .. })), "{error}");
        assert!(error.hint(Lang::De).unwrap().contains("--audience work"));
    }
    assert!(town.app.reports(&actor()).unwrap().is_empty());
}

#[test]
fn a_plugin_that_points_at_what_it_never_got_makes_no_report() {
    let mut town = town(points_at_nothing());
    let error = town.app.run_report(&actor(), &request(Audience::Work)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "plugin `org.example.by-hand` points at a record that it was never given: block 8, finding 1"
    );
    assert!(town.app.reports(&actor()).unwrap().is_empty());
}

#[test]
fn a_composed_report_is_kept_shown_proven_and_verified() {
    let mut town = town(counts_in_order());
    let ran = town.app.run_report(&actor(), &request(Audience::Work)).unwrap();
    let Ran::Kept(id) = ran else { panic!("{ran:?} was not kept") };
    let id = id.to_string();
    let app = &mut town.app;
    assert_eq!(app.reports(&actor()).unwrap().len(), 1);
    let show = |format| {
        let bytes = app.report(&actor(), &id, format, Lang::En, None).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let json = show(ReportFormat::Json);
    let report: Report = serde_json::from_str(&json).unwrap();
    assert_eq!(report.schema, SCHEMA_COMPOSED);
    assert_eq!(report.passport.rules, ["composed/1"]);
    assert_eq!(report.passport.sources.len(), 2);
    assert!(report.passport.data_digest.is_some() && report.passport.fuel.is_some());
    for format in [ReportFormat::Text, ReportFormat::Html, ReportFormat::Csv] {
        let shown = show(format);
        for part in ["1+1", "Odd", "Contact", "By hand (working version)"] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert!(format != ReportFormat::Html || !shown.contains("<i>"), "{shown}");
        assert!(format != ReportFormat::Csv || shown.contains("'=1+1"), "{shown}");
    }
    let proof = app.report_proof(&actor(), &id).unwrap();
    assert_eq!(proof.run.map(|(data, _)| data), report.passport.data_digest);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    fs_err::write(&file, &json).unwrap();
    let verified = app.verify_report(&actor(), &file).unwrap();
    assert!(verified.is_equal(), "{verified:?}");
    assert_eq!(verified.records_changed, Some(false));
    fs_err::write(&file, json.replace("\"Odd\"", "\"Even\"")).unwrap();
    let verified = app.verify_report(&actor(), &file).unwrap();
    assert!(!verified.is_equal());
    assert_eq!(verified.differences[0].then.en, "Even");
}
