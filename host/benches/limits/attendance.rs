//! The attendance plugin, with a batch of invented pupils in memory.

use std::path::Path;
use std::sync::Arc;

use tridem::domain::{
    Batch, Code, CodeList, Column, Description, Job, Manifest, SchoolYear, SettingValue, Shape,
    ShapeField, Values,
};
use tridem::plugin::{Engine, LoadedPlugin, OperatorLimits, Package, label_counts};

/// As many as the host hands over at once.
const ROWS: usize = 16_384;

/// A plugin that is loaded, and what it is handed.
pub(crate) struct Attendance {
    pub(crate) component: Vec<u8>,
    pub(crate) manifest: Manifest,
    pub(crate) loaded: LoadedPlugin,
    pub(crate) description: Description,
    pub(crate) labels: Vec<u16>,
    pub(crate) job: Job,
    pub(crate) batch: Batch,
}

impl Attendance {
    pub(crate) fn new() -> Self {
        let engine = Engine::new(OperatorLimits::default()).expect("an engine for this machine");
        let path = Path::new("../plugins/dist/attendance-1.0.1.tridem");
        let bytes = fs_err::read(path).expect("the package is part of the repository");
        let Package { manifest, component, .. } =
            Package::read(&bytes, engine.limits()).expect("a whole package");
        let loaded = engine.load_component(&component).expect("a plugin");
        let description = loaded.describe(&manifest).expect("a description");
        let job = job(&manifest);
        let labels = label_counts(&description, &job);
        Self { component, manifest, loaded, description, labels, job, batch: batch() }
    }

    /// What the program does before the first row of each part.
    pub(crate) fn start(&self) -> tridem::plugin::Run {
        self.loaded
            .start(&self.manifest, &self.description, self.labels.clone(), &self.job)
            .expect("the plugin takes the job")
    }
}

fn job(manifest: &Manifest) -> Job {
    let code = |code: &str| Code { code: code.into(), de: code.into(), en: code.into() };
    let codes = |field: &str| match field {
        "school" => vec!["990001", "990002", "990003"],
        "term" => vec!["first-half", "second-half", "year"],
        "grade" => vec!["01", "02", "03", "04"],
        "unit" => vec!["day", "half-day", "lesson"],
        _ => Vec::new(),
    };
    let field = |name: &String| ShapeField {
        name: name.clone(),
        codes: Arc::new(CodeList::new(codes(name).into_iter().map(code).collect())),
        size: 0,
    };
    let request = &manifest.requests[0];
    let datasets = vec![Shape {
        dataset: request.dataset.clone(),
        fields: request.fields.iter().map(field).collect(),
    }];
    let settings = vec![
        ("minimum_days".to_owned(), SettingValue::Integer(10)),
        ("persistent_percent".to_owned(), SettingValue::Integer(10)),
        ("severe_percent".to_owned(), SettingValue::Integer(50)),
        ("unit".to_owned(), SettingValue::Text("half-day".to_owned())),
    ];
    let period = SchoolYear(2025).period();
    Job { as_of: period.last, period, settings, datasets }
}

/// Pupils without a pattern, the same in every run, in the order of the manifest's fields.
fn batch() -> Batch {
    let mut state = 7_u64;
    let mut below = |most: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u16::try_from((state >> 33) % most).expect("less than 65,536")
    };
    let mut columns = vec![Values::Codes((0..ROWS).map(|_| below(3)).collect())];
    for codes in [3, 4, 3] {
        columns.push(Values::Codes((0..ROWS).map(|_| below(codes)).collect()));
    }
    for most in [190, 380, 40, 40, 40] {
        columns.push(Values::Integers((0..ROWS).map(|_| below(most).into()).collect()));
    }
    let column = |values| Column { values, present: Vec::new() };
    Batch { rows: ROWS, columns: columns.into_iter().map(column).collect() }
}
