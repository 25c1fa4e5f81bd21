//! What a workflow plugin is, and how the host's calls reach it.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use super::proposals::Proposals;
use super::steps::Steps;
use crate::Day;
use crate::batch::Batch;
use crate::bindings::tridem::plugin::types;
use crate::bindings::workflow::exports::tridem::plugin::propose;
use crate::error::{Error, Result};
use crate::job::Job;

/// A plugin that proposes next steps for cases.
///
/// The value itself is what the plugin has to remember from [`begin`](Self::begin): thresholds, the
/// indexes of codes. It says the same about the same case, whatever came before.
pub trait Workflow: Sized + 'static {
    /// What can be done, and every reason for it. Called without any data, and the same every time.
    fn describe() -> Steps;

    /// Makes ready for a run. Called once, before any row, also when there are none.
    ///
    /// # Errors
    ///
    /// Anything that the person has to change before the plugin can run.
    fn begin(job: &Job) -> Result<Self>;

    /// Proposes steps for the cases of a batch. All of the first dataset of the manifest come first,
    /// then all of the second; proposals can be made for rows of `cases` alone.
    ///
    /// # Errors
    ///
    /// Anything that makes proposals impossible. It ends the run, and the list stays as it was.
    fn push(&mut self, batch: &Batch, list: &mut Proposals) -> Result<()>;
}

/// A plugin between `begin` and its last batch.
pub(crate) struct Running<T> {
    plugin: T,
    steps: Rc<Steps>,
    datasets: Rc<[types::Dataset]>,
    as_of: Day,
}

impl<T: Workflow> Running<T> {
    pub(crate) fn begin(job: types::Job) -> Result<Self> {
        let job = Job::new(job);
        let (datasets, as_of) = (Rc::clone(job.datasets()), job.as_of());
        Ok(Self { plugin: T::begin(&job)?, steps: Rc::new(T::describe()), datasets, as_of })
    }
}

/// A running plugin whose type the static below need not know.
pub(crate) trait Propose {
    fn push(&mut self, rows: types::Batch) -> Result<Vec<propose::Proposal>>;
}

impl<T: Workflow> Propose for Running<T> {
    fn push(&mut self, rows: types::Batch) -> Result<Vec<propose::Proposal>> {
        let dataset = self.datasets.get(rows.dataset as usize);
        let mut list = Proposals::new(Rc::clone(&self.steps), dataset, self.as_of);
        let batch = Batch::new(Rc::clone(&self.datasets), rows)?;
        self.plugin.push(&batch, &mut list)?;
        list.finish()
    }
}

thread_local! {
    /// The run of this instance; the host makes a new instance for the next one.
    static RUN: RefCell<Option<Box<dyn Propose>>> = const { RefCell::new(None) };
}

/// The exports of a component, for [`export_workflow!`](crate::export_workflow).
#[doc(hidden)]
#[derive(Debug)]
pub struct Component<T>(PhantomData<T>);

impl<T: Workflow> propose::Guest for Component<T> {
    fn describe() -> propose::Description {
        T::describe().into_description()
    }

    fn begin(job: types::Job) -> Result<(), String> {
        let run = Running::<T>::begin(job).map_err(Error::into_words)?;
        RUN.replace(Some(Box::new(run)));
        Ok(())
    }

    fn push(rows: types::Batch) -> Result<Vec<propose::Proposal>, String> {
        RUN.with_borrow_mut(|run| match run {
            Some(run) => run.push(rows).map_err(Error::into_words),
            None => Err("the host called `push` before `begin`".to_owned()),
        })
    }
}
