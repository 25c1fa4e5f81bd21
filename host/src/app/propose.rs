//! Runs a workflow plugin and brings the list of tasks to what it says.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::domain::{
    Audience, Batch, Day, Dictionary, Fact, FactValue, Job, Layout, Period, PluginState,
    PractitionerKey, Proposal, PupilKey, Register, Rounding, RunKind, Said, SchoolKey, SchoolYear,
    Scope, Shape, ShapeField, Suggestion, Task, TaskRun, Values, Workflow, reconcile,
};
use crate::plugin::ProposeRun;
use crate::store::{Numbering, PluginRun, Reader, RunWork, TaskFilter, TaskTally};

use super::granted::{Permit, Wanted};
use super::history::{Order, begun};
use super::parts::{digest_batch, put, put_request};
use super::plugins::Ready;
use super::reports::until;
use super::runs::{columns_request, seen, setting_values, settings, shapes};
use super::workspace::{App, new_id, today};
use super::{Actor, Error, TaskError, UseCase};

/// The dataset whose rows are cases.
const CASES: &str = "cases";

/// The field that tells whose case a row is.
const PUPIL: &str = "pupil";

/// The role of those whose tasks new ones become.
const MEDIATION: &str = "mediation";

/// What workflow to run.
#[derive(Debug, Clone, Copy)]
pub struct ProposeRequest<'a> {
    /// The plugin, as `ID` or `ID@VERSION`.
    pub plugin: &'a str,
    /// The days looked at, of which the last counts as today; `None` for this school year.
    pub period: Option<Period>,
    /// Parameters, each as NAME=VALUE.
    pub settings: &'a [String],
}

/// What a run of a workflow did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// The plugin's id.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// The day that counted as today.
    pub as_of: Day,
    /// How many cases it looked at.
    pub cases: usize,
    /// How many steps it proposed.
    pub proposals: usize,
    /// What that changed in the list; `None` where the plugin is being watched and nothing of it was
    /// put on the list.
    pub changed: Option<TaskTally>,
}

impl App {
    /// Runs a workflow plugin over all schools and brings the list of tasks to what it proposes.
    ///
    /// The list is changed in one go when the run is over. What people decided stays. A period that
    /// is not over yet ends today. Of a plugin that is only being watched nothing but the run is kept.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; those of granting; [`Error::NotInService`], [`Error::Setting`],
    /// [`Error::NoSuchPlugin`], [`Error::NotBegun`]; [`TaskError::NotAWorkflow`],
    /// [`TaskError::NoCases`]; and everything that can go wrong in the plugin, with
    /// [`Error::Quarantined`] where it went wrong too often. The list is as it was then.
    pub fn propose(
        &mut self,
        actor: &Actor,
        request: &ProposeRequest<'_>,
    ) -> Result<Proposed, Error> {
        let scope = self.permit(actor, UseCase::TaskPropose)?;
        let now = today();
        let period = request.period.unwrap_or_else(|| SchoolYear::of(now).period());
        let period = until(period, now)?;
        let (plugin, state) = self.in_service(request.plugin)?;
        let id = plugin.manifest.id.clone();
        if !plugin.loaded.kinds().workflow {
            return Err(TaskError::NotAWorkflow(id).into());
        }
        if plugin.manifest.request(CASES).is_none() {
            return Err(TaskError::NoCases(id).into());
        }
        let given = settings(&plugin.manifest, request.settings)?;
        let is_watched = state == PluginState::Monitor;
        let order = Order {
            kind: if is_watched { RunKind::Monitor } else { RunKind::Proposal },
            period,
            audience: Audience::Work,
            rounding: Rounding::None,
            settings: &given,
        };
        let run = begun(actor, &plugin, &order);
        let permit = self.granted_to(&plugin, &scope, period)?;
        let heard = match self.hear(&plugin, &permit, period, &given) {
            Ok(heard) => heard,
            Err(error) => return Err(self.keep_failure(actor, run, error)),
        };
        let Heard { suggestions, cases, work, data } = heard;
        let output = Some(digest(&suggestions));
        let run = PluginRun { work: Some(work), data: Some(data), output, ..run };
        let mut done = Proposed {
            plugin: id,
            version: plugin.manifest.version.to_string(),
            as_of: period.last,
            cases,
            proposals: suggestions.len(),
            changed: None,
        };
        if is_watched {
            self.keep_run(actor, &run)?;
            return Ok(done);
        }
        let mut writer = self.store.write(&actor.author())?;
        let filter = TaskFilter { plugin: Some(done.plugin.clone()), ..TaskFilter::default() };
        let known = writer.read(&Scope::municipality()).tasks(&filter)?;
        let known: Vec<Task> = known.into_iter().map(|view| view.task).collect();
        let of =
            TaskRun { plugin: &done.plugin, as_of: done.as_of, schools: &permit.scope.schools };
        let changes = reconcile(&known, &suggestions, &of);
        let said_by = (done.version.as_str(), &plugin.sha256);
        done.changed = Some(writer.change_tasks(&of, said_by, &changes, &mut new_id)?);
        writer.forget_failures(&run.package)?;
        writer.add_plugin_run(&run)?;
        writer.commit()?;
        Ok(done)
    }

    /// Runs a workflow within one snapshot.
    fn hear(
        &self,
        plugin: &Ready,
        permit: &Permit,
        period: Period,
        given: &[(String, serde_json::Value)],
    ) -> Result<Heard, Error> {
        let (manifest, wanted) = (&plugin.manifest, &permit.wanted);
        let reader = self.store.read(&permit.scope)?;
        let shapes = shapes(&reader, manifest, wanted, period)?;
        let seen = shapes.iter().zip(wanted).map(|(shape, want)| seen(shape, want.granted));
        let job = Job {
            as_of: period.last,
            period,
            settings: setting_values(manifest, given),
            datasets: seen.collect(),
        };
        let workflow = plugin.loaded.describe_workflow(manifest)?;
        let mut run = plugin.loaded.propose(manifest, &workflow, &job)?;
        let mut found = Found {
            plugin,
            workflow: &workflow,
            as_of: job.as_of,
            cases: Cases::read(&reader, job.as_of)?,
            seen: HashSet::new(),
            suggestions: Vec::new(),
            rows: 0,
        };
        let (mut numbering, mut transcript, mut rows) = (Numbering::default(), Vec::new(), 0);
        for (place, (want, shape)) in wanted.iter().zip(&shapes).enumerate() {
            let request = columns_request(manifest, want, period);
            let pupils = (want.dataset == CASES).then(|| shape.place(PUPIL)).flatten();
            let mut data = Sha256::new();
            rows += reader.columns(&mut numbering, &request, |batch| {
                digest_batch(&mut data, &batch);
                found.push(&mut run, place, want, pupils, shape, batch)
            })?;
            put_request(&mut transcript, &request);
            put(&mut transcript, &data.finalize());
        }
        let work = RunWork {
            fuel: run.fuel_used(),
            allowed: plugin.loaded.allowed_fuel(rows),
            rows,
            ms: u64::try_from(run.time_spent().as_millis()).unwrap_or(u64::MAX),
        };
        let data = reader.seal(&transcript)?;
        Ok(Heard { suggestions: found.suggestions, cases: found.rows, work, data })
    }
}

/// What a plugin said in a run.
struct Heard {
    suggestions: Vec<Suggestion>,
    cases: usize,
    work: RunWork,
    /// A digest of all rows that were read, which only this municipality can make.
    data: [u8; 32],
}

/// A digest of what was proposed, in whatever order.
fn digest(suggestions: &[Suggestion]) -> [u8; 32] {
    let line = |suggestion: &Suggestion| {
        let Suggestion { pupil, step, said, .. } = suggestion;
        let (due, priority) = (said.due.0, said.priority.code());
        json!([pupil.0, step, due, priority, said.template, said.reason, said.because]).to_string()
    };
    let mut lines: Vec<String> = suggestions.iter().map(line).collect();
    lines.sort_unstable();
    Sha256::digest(lines.join("\n")).into()
}

/// What has come of a run so far.
struct Found<'a> {
    plugin: &'a Ready,
    workflow: &'a Workflow,
    as_of: Day,
    cases: Cases,
    seen: HashSet<(PupilKey, usize)>,
    suggestions: Vec<Suggestion>,
    rows: usize,
}

impl Found<'_> {
    /// Hands the plugin the columns that it may see, and takes up what it proposes. `pupils` is the
    /// column that tells whose case a row is, in a batch of cases. The facts behind a proposal are
    /// kept as they were recorded, also where the plugin saw them coarser: people see them anyway.
    fn push(
        &mut self,
        run: &mut ProposeRun,
        place: usize,
        want: &Wanted,
        pupils: Option<usize>,
        shape: &Shape,
        mut batch: Batch,
    ) -> Result<(), Error> {
        let proposals = want.shown(&mut batch, |seen| run.push(place, seen))?;
        let Some(pupils) = pupils else { return Ok(()) };
        self.rows += batch.rows;
        let Values::Indexes(pupils) = &batch.columns[pupils].values else {
            unreachable!("the dictionary says that `cases.pupil` are indexes");
        };
        for proposal in proposals {
            let pupil = self.cases.pupil(pupils[proposal.row]);
            let suggestion = self.suggestion(pupil, &proposal, shape, &batch)?;
            self.suggestions.push(suggestion);
        }
        Ok(())
    }

    fn suggestion(
        &mut self,
        pupil: PupilKey,
        proposal: &Proposal,
        shape: &Shape,
        batch: &Batch,
    ) -> Result<Suggestion, Error> {
        let step = &self.workflow.steps[proposal.step];
        if !self.seen.insert((pupil, proposal.step)) {
            let plugin = self.plugin.manifest.id.clone();
            return Err(TaskError::ProposedTwice { plugin, step: step.id.clone() }.into());
        }
        let fact = |place: &usize| fact(&shape.fields[*place], batch, *place, proposal.row);
        let said = Said {
            version: self.plugin.manifest.version.to_string(),
            package: self.plugin.sha256,
            label: step.label.clone(),
            holds: step.holds,
            templates: step.templates.clone(),
            template: proposal.template.map(|place| step.templates[place].clone()),
            due: proposal.due,
            priority: proposal.priority,
            reason: self.workflow.reasons[proposal.reason].clone(),
            because: proposal.because.iter().filter_map(fact).collect(),
        };
        let school = self.cases.school(pupil);
        let since = step.holds.since(self.as_of, self.cases.register(school));
        let owner = self.cases.owner(school);
        Ok(Suggestion { pupil, step: step.id.clone(), since, owner, said })
    }
}

/// What a field says in a row. Numbers that tell persons apart say nothing to anybody.
fn fact(field: &ShapeField, batch: &Batch, place: usize, row: usize) -> Option<Fact> {
    let column = &batch.columns[place];
    let code = |place: u16| field.codes.at(place).map(|code| code.code.clone());
    let value = match &column.values {
        Values::Indexes(_) | Values::Keys(_) | Values::Texts(_) => return None,
        _ if !column.is_present(row) => FactValue::Missing,
        Values::Codes(values) => code(values[row]).map_or(FactValue::Missing, FactValue::Code),
        Values::Flags(values) => FactValue::Flag(values[row] != 0),
        Values::Integers(values) => FactValue::Integer(values[row].into()),
        Values::Longs(values) => FactValue::Integer(values[row]),
        Values::Decimals(values) => FactValue::Decimal(values[row].to_string()),
        Values::Sets(values) => {
            let codes = field.codes.of_set(values[row]);
            FactValue::Codes(codes.into_iter().map(str::to_owned).collect())
        }
    };
    Some(Fact { field: field.name.clone(), value })
}

/// What the host knows of the cases of a run besides what the plugin sees.
struct Cases {
    /// By their numbers in the run.
    pupils: Vec<PupilKey>,
    schools: HashMap<PupilKey, SchoolKey>,
    registers: HashMap<SchoolKey, Register>,
    /// How each school without one of its own is read.
    land: Register,
    /// The mediator of each school that has exactly one.
    mediators: HashMap<SchoolKey, Option<PractitionerKey>>,
}

impl Cases {
    fn read(reader: &Reader<'_>, as_of: Day) -> Result<Self, Error> {
        let directory = reader.directory()?;
        let schools = directory.pupils.values().map(|pupil| (pupil.key, pupil.school)).collect();
        let mediation = directory.codes.list("role").place(MEDIATION);
        let of_role = directory.practitioners.values().filter(|one| Some(one.role) == mediation);
        let mediation: HashSet<PractitionerKey> = of_role.map(|one| one.key).collect();
        let mut mediators = HashMap::new();
        for view in reader.assignments()? {
            let post = view.assignment;
            if post.span.contains(as_of) && mediation.contains(&post.practitioner) {
                mediators
                    .entry(post.school)
                    .and_modify(|one| {
                        if *one != Some(post.practitioner) {
                            *one = None;
                        }
                    })
                    .or_insert(Some(post.practitioner));
            }
        }
        Ok(Self {
            pupils: reader.numbered_pupils()?,
            schools,
            registers: directory.registers,
            land: Register::new("", reader.calendar()?),
            mediators,
        })
    }

    fn pupil(&self, number: u32) -> PupilKey {
        // Numbers of a run are places in the order of all pupils of the same snapshot.
        self.pupils[number as usize]
    }

    fn school(&self, pupil: PupilKey) -> SchoolKey {
        self.schools[&pupil]
    }

    fn register(&self, school: SchoolKey) -> &Register {
        self.registers.get(&school).unwrap_or(&self.land)
    }

    /// Whose a new task becomes: the mediator's, where the school has just one on that day.
    fn owner(&self, school: SchoolKey) -> Option<PractitionerKey> {
        self.mediators.get(&school).copied().flatten()
    }
}

/// Whether a number of a field of `cases` stands for a day.
pub(super) fn is_day(field: &str) -> bool {
    let field = Dictionary::get().dataset(CASES).and_then(|dataset| dataset.field(field));
    field.is_some_and(|field| {
        field.layout == Layout::Integers && field.unit.as_deref() == Some("days since 1970-01-01")
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::{Code, CodeList, Column};

    #[test]
    fn facts_are_kept_as_codes_and_numbers_and_persons_not_at_all() {
        let code = |code: &str| Code { code: code.into(), de: "x".into(), en: "x".into() };
        let codes = Arc::new(CodeList::new(vec![code("02"), code("10")]));
        let column = |values| Column { values, present: Vec::new() };
        let missing = Column { values: Values::Integers(vec![0, 7]), present: vec![0b10] };
        let batch = Batch {
            rows: 2,
            columns: vec![
                column(Values::Codes(vec![1, 9])),
                missing,
                column(Values::Flags(vec![1, 0])),
                column(Values::Sets(vec![0b11, 0])),
                column(Values::Decimals(vec![1.5, 0.0])),
                column(Values::Longs(vec![1 << 40, 0])),
                column(Values::Indexes(vec![3, 4])),
                column(Values::Keys(vec![3, 4])),
            ],
        };
        let of = |place: usize, row: usize| {
            let field = ShapeField { name: "form".into(), codes: Arc::clone(&codes), size: 0 };
            fact(&field, &batch, place, row).map(|fact| fact.value)
        };
        assert_eq!(of(0, 0), Some(FactValue::Code("10".into())));
        assert_eq!(of(0, 1), Some(FactValue::Missing), "a code that the list does not have");
        assert_eq!(of(1, 0), Some(FactValue::Missing));
        assert_eq!(of(1, 1), Some(FactValue::Integer(7)));
        assert_eq!(of(2, 0), Some(FactValue::Flag(true)));
        assert_eq!(of(3, 0), Some(FactValue::Codes(vec!["02".into(), "10".into()])));
        assert_eq!(of(4, 0), Some(FactValue::Decimal("1.5".into())));
        assert_eq!(of(5, 0), Some(FactValue::Integer(1 << 40)));
        assert_eq!((of(6, 0), of(7, 0)), (None, None));
    }

    #[test]
    fn days_are_known_among_the_numbers() {
        assert!(is_day("next_due"));
        assert!(!is_day("days_since_contact") && !is_day("form") && !is_day("nothing"));
    }
}
