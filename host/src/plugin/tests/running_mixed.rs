//! What well-behaved reporting and workflow plugins get and give.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::guest::{Guest, ID, manifest};
use super::mixed::{Mixed, batch, job, run};
use crate::domain::{
    ComposedBlock, ComposedCell, ComposedColumn, ComposedDrawing, ComposedRow, ComposedTable, Day,
    FoundRecord, Numeral, Priority, Proposal, Text, Words,
};
use crate::plugin::Interface::{Classify, Compose, Partial, Propose};
use crate::plugin::{Engine, Error, Interface, Kinds, OperatorLimits};

fn engine() -> Engine {
    Engine::new(OperatorLimits::default()).unwrap()
}

/// The document of `mixed.rs`, where so many rows were counted.
fn blocks(rows: i64) -> Vec<ComposedBlock> {
    let column =
        |unit: Option<&str>| ComposedColumn { label: Words::Phrase(1), unit: unit.map(Text::same) };
    let number = Numeral { units: -125, decimals: 1, base: Some(5) };
    vec![
        ComposedBlock::Heading(2, Words::Phrase(1)),
        ComposedBlock::Paragraph(Words::Own("=1+1 <i>".into())),
        ComposedBlock::Passage(0),
        ComposedBlock::Entries(vec![Words::Phrase(0), Words::Phrase(1)]),
        ComposedBlock::Table(ComposedTable {
            caption: Words::Phrase(1),
            columns: vec![column(Some("min")), column(None)],
            rows: vec![
                ComposedRow {
                    label: Words::Code { dataset: 1, field: 0, code: 1 },
                    cells: vec![ComposedCell::Number(number), ComposedCell::Missing],
                },
                ComposedRow {
                    label: Words::Month(2),
                    cells: vec![ComposedCell::Missing, ComposedCell::Words(Words::Phrase(0))],
                },
            ],
        }),
        ComposedBlock::Figure {
            label: Words::Phrase(0),
            number: Numeral { units: rows, decimals: 0, base: Some(0) },
            unit: None,
        },
        ComposedBlock::Picture { table: 0, columns: vec![0], drawing: ComposedDrawing::Line },
        ComposedBlock::Findings(vec![FoundRecord {
            check: 0,
            dataset: 1,
            field: 1,
            key: u64::MAX,
        }]),
    ]
}

fn proposals() -> Vec<Proposal> {
    vec![Proposal {
        row: 1,
        step: 1,
        template: Some(1),
        due: Day(20_331),
        reason: 1,
        because: vec![1, 0],
        priority: Priority::High,
    }]
}

#[test]
fn every_mix_of_interfaces_is_found_and_runs() {
    let engine = engine();
    let mixes: [&[Interface]; 8] = [
        &[Classify],
        &[Compose],
        &[Compose, Partial],
        &[Propose],
        &[Classify, Compose],
        &[Classify, Propose],
        &[Compose, Propose],
        &[Classify, Compose, Partial, Propose],
    ];
    for mix in mixes {
        let plugin = engine.load_component(&Mixed::good(mix).component()).unwrap();
        let kinds = Kinds {
            metrics: mix.contains(&Classify),
            reporting: mix.contains(&Compose),
            partial: mix.contains(&Partial),
            workflow: mix.contains(&Propose),
        };
        assert_eq!(plugin.kinds(), kinds, "{mix:?}");
        let descriptions = plugin.describe_all(&manifest()).unwrap();
        assert_eq!(descriptions.metrics.is_some(), kinds.metrics, "{mix:?}");
        let outcome = run(&plugin).unwrap();
        // Three rows of each dataset, or those of the second alone where nothing is merged.
        let rows = if kinds.partial { 6 } else { 3 };
        let document = kinds.reporting.then(|| blocks(rows));
        assert_eq!(outcome.document.map(|document| document.blocks), document, "{mix:?}");
        let expected = if kinds.workflow { proposals() } else { Vec::new() };
        assert_eq!(outcome.proposals, expected, "{mix:?}");
        if kinds.metrics {
            super::guest::run(&plugin).unwrap();
        }
    }
}

#[test]
fn a_compiled_plugin_can_do_what_its_component_could() {
    let engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plugin.compiled");
    for mix in [&[Compose, Partial][..], &[Propose], &[Classify, Compose]] {
        let component = Mixed::good(mix).component();
        let compiled = engine.compile(&component).unwrap();
        fs_err::write(&path, &compiled).unwrap();
        let loaded = engine.load(&path, &Sha256::digest(&compiled).into()).unwrap();
        let fresh = engine.load_component(&component).unwrap();
        assert_eq!(loaded.kinds(), fresh.kinds());
        assert_eq!(run(&loaded).unwrap(), run(&fresh).unwrap());
    }
}

#[test]
fn what_a_plugin_cannot_do_is_an_error_and_nothing_else() {
    let engine = engine();
    let manifest = manifest();
    let lacks = |result: Result<(), Error>| match result {
        Err(Error::OtherKind { plugin, lacks }) => {
            assert_eq!(plugin, ID);
            lacks
        }
        other => panic!("{other:?}"),
    };
    let metrics = engine.load_component(&Guest::good().component()).unwrap();
    assert_eq!(lacks(metrics.describe_composition(&manifest).map(drop)), Compose);
    assert_eq!(lacks(metrics.describe_workflow(&manifest).map(drop)), Propose);
    let description = metrics.describe(&manifest).unwrap();

    let both = engine.load_component(&Mixed::good(&[Compose, Propose]).component()).unwrap();
    assert_eq!(lacks(both.describe(&manifest).map(drop)), Classify);
    let start = both.start(&manifest, &description, vec![5], &super::job());
    assert_eq!(lacks(start.map(drop)), Classify);

    let composition = both.describe_composition(&manifest).unwrap();
    let workflow = both.describe_workflow(&manifest).unwrap();
    let compose = metrics.compose(&manifest, &composition, &job(), Duration::ZERO);
    assert_eq!(lacks(compose.map(drop)), Compose);
    assert_eq!(lacks(metrics.propose(&manifest, &workflow, &job()).map(drop)), Propose);

    // Asking for parts of a plugin that has none does not end its run.
    let mut run = both.compose(&manifest, &composition, &job(), Duration::ZERO).unwrap();
    assert_eq!(lacks(run.save().map(drop)), Partial);
    assert_eq!(lacks(run.merge(&[0; 8])), Partial);
    run.push(0, &batch(4)).unwrap();
    assert_eq!(run.finish().unwrap().blocks, blocks(4));
}

#[test]
fn a_document_is_the_same_in_parts_and_whole() {
    let plugin = engine().load_component(&Mixed::good(&[Compose, Partial]).component()).unwrap();
    let manifest = manifest();
    let composition = plugin.describe_composition(&manifest).unwrap();
    let start = || plugin.compose(&manifest, &composition, &job(), Duration::ZERO).unwrap();
    let mut whole = start();
    let mut merged = start();
    for rows in [1, 100, 16_384] {
        let mut part = start();
        for run in [&mut whole, &mut part] {
            run.push(0, &batch(rows)).unwrap();
            run.push(1, &batch(rows)).unwrap();
        }
        merged.merge(&part.save().unwrap()).unwrap();
    }
    assert_eq!(whole.finish().unwrap(), merged.finish().unwrap());
    // What was merged can be saved and merged again, and no row at all is a part too.
    let mut again = start();
    again.merge(&start().save().unwrap()).unwrap();
    let mut last = start();
    last.merge(&again.save().unwrap()).unwrap();
    assert_eq!(last.finish().unwrap().blocks, blocks(0));
}

#[test]
fn after_its_last_call_a_run_takes_nothing_more() {
    let plugin = engine().load_component(&Mixed::good(&[Compose, Partial]).component()).unwrap();
    let manifest = manifest();
    let composition = plugin.describe_composition(&manifest).unwrap();
    let start = || plugin.compose(&manifest, &composition, &job(), Duration::ZERO).unwrap();
    let (mut finished, mut saved) = (start(), start());
    finished.finish().unwrap();
    saved.save().unwrap();
    for mut run in [finished, saved] {
        assert!(matches!(run.finish(), Err(Error::Over { .. })));
        assert!(matches!(run.save(), Err(Error::Over { .. })));
        assert!(matches!(run.merge(&[0; 8]), Err(Error::Over { .. })));
        assert!(matches!(run.push(0, &batch(1)), Err(Error::Over { .. })));
    }
}

#[test]
fn work_and_time_of_a_composed_run_are_measured_from_its_beginning() {
    let limits = OperatorLimits::default();
    let plugin = engine().load_component(&Mixed::good(&[Compose, Partial]).component()).unwrap();
    let manifest = manifest();
    let composition = plugin.describe_composition(&manifest).unwrap();
    let start = |spent| plugin.compose(&manifest, &composition, &job(), spent);
    assert!(matches!(start(limits.run), Err(Error::TooSlow { .. })), "no time is left");
    let fuel = || {
        let mut run = start(limits.run / 2).unwrap();
        let begun = run.fuel_used();
        run.push(0, &batch(3)).unwrap();
        assert!(run.fuel_used() > begun);
        run.merge(&[0; 8]).unwrap();
        run.finish().unwrap();
        assert!(run.time_spent() > limits.run / 2);
        run.fuel_used()
    };
    assert_eq!(fuel(), fuel());
}
