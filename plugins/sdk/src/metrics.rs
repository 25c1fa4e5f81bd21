//! What a metrics plugin is, and how the host's calls reach it.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use crate::answer::Answer;
use crate::batch::Batch;
use crate::bindings::exports::tridem::plugin::classify;
use crate::bindings::tridem::plugin::types;
use crate::description::Description;
use crate::error::{Error, Result};
use crate::job::Job;

/// A plugin that sorts rows into figures: attendance metrics, counts, rates.
///
/// It says for each row where it belongs and what it is worth. The host adds up, withholds what
/// rests on too few persons, and draws the tables.
///
/// The value itself is what the plugin has to remember from [`begin`](Self::begin): the indexes
/// of the codes it looks for, a parameter, a table of months. It must not remember rows: each
/// month of each school, and each other dataset, gets a value of its own.
pub trait Metrics: Sized + 'static {
    /// What there is to see. Called without any data, and the same every time.
    fn describe() -> Description;

    /// Makes ready for a part of a run. Called before any row of it, also when there are none.
    ///
    /// # Errors
    ///
    /// Anything that the person has to change before the plugin can run.
    fn begin(job: &Job) -> Result<Self>;

    /// Answers a batch; all batches of a part are of one dataset. What a row is worth must hang
    /// on the row and the job alone, not on the batch it came in nor on other rows.
    ///
    /// # Errors
    ///
    /// Anything that makes an answer impossible. It ends the run.
    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()>;
}

/// A plugin between `begin` and its last batch.
pub(crate) struct Running<T> {
    plugin: T,
    description: Rc<Description>,
    datasets: Rc<[types::Dataset]>,
}

impl<T: Metrics> Running<T> {
    pub(crate) fn begin(job: types::Job) -> Result<Self> {
        let job = Job::new(job);
        let datasets = Rc::clone(job.datasets());
        Ok(Self { plugin: T::begin(&job)?, description: Rc::new(T::describe()), datasets })
    }

    pub(crate) fn push(&mut self, rows: types::Batch) -> Result<classify::Classified> {
        let batch = Batch::new(Rc::clone(&self.datasets), rows)?;
        let mut answer = Answer::new(Rc::clone(&self.description), batch.dataset(), batch.rows());
        self.plugin.push(&batch, &mut answer)?;
        answer.finish()
    }
}

/// A running plugin whose type the static below need not know.
trait Push {
    fn push(&mut self, rows: types::Batch) -> Result<classify::Classified>;
}

impl<T: Metrics> Push for Running<T> {
    fn push(&mut self, rows: types::Batch) -> Result<classify::Classified> {
        Running::push(self, rows)
    }
}

thread_local! {
    /// The run of this instance; the host makes a new instance for the next part.
    static RUN: RefCell<Option<Box<dyn Push>>> = const { RefCell::new(None) };
}

/// The exports of a component, for [`export!`](crate::export).
#[doc(hidden)]
#[derive(Debug)]
pub struct Component<T>(PhantomData<T>);

impl<T: Metrics> classify::Guest for Component<T> {
    fn describe() -> classify::Description {
        T::describe().0
    }

    fn begin(job: types::Job) -> Result<(), String> {
        let run = Running::<T>::begin(job).map_err(Error::into_words)?;
        RUN.replace(Some(Box::new(run)));
        Ok(())
    }

    fn push(rows: types::Batch) -> Result<classify::Classified, String> {
        RUN.with_borrow_mut(|run| match run {
            Some(run) => run.push(rows).map_err(Error::into_words),
            None => Err("the host called `push` before `begin`".to_owned()),
        })
    }
}
