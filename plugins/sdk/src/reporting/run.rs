//! What a reporting plugin is, and how the host's calls reach it.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::rc::Rc;

use super::composition::Composition;
use super::document::Document;
use crate::batch::Batch;
use crate::bindings::partial::exports::tridem::plugin::partial;
use crate::bindings::reporting::exports::tridem::plugin::compose;
use crate::bindings::tridem::plugin::types;
use crate::error::{Error, Result};
use crate::job::Job;

/// A plugin that composes a report of its own.
///
/// The value itself is what the plugin gathers from the rows: counts and keys, not the rows.
pub trait Reporting: Sized + 'static {
    /// Every word there can be. Called without any data, and the same every time.
    fn describe() -> Composition;

    /// Makes ready for a run. Called once, before any row, also when there are none.
    ///
    /// # Errors
    ///
    /// Anything that the person has to change before the plugin can run.
    fn begin(job: &Job) -> Result<Self>;

    /// Takes a batch: all of the first dataset of the manifest come first, then all of the second.
    ///
    /// # Errors
    ///
    /// Anything that makes a document impossible. It ends the run.
    fn push(&mut self, batch: &Batch) -> Result<()>;

    /// Writes the document. Called once, last.
    ///
    /// # Errors
    ///
    /// Anything that makes a document impossible.
    fn finish(&mut self, document: &mut Document) -> Result<()>;
}

/// A reporting plugin that can be run in parts: the host gives the rows of each school to a value
/// of its own, and puts together what they saved, school by school.
///
/// The document must be the same as if one value had seen all rows;
/// [`Case::compose_in_parts`](crate::testing::Case::compose_in_parts) tries it.
pub trait Partial: Reporting {
    /// What was gathered, in a form of the plugin's own, at most 8 MiB. Called instead of
    /// [`finish`](Reporting::finish).
    ///
    /// # Errors
    ///
    /// Anything that makes it impossible. It ends the run.
    fn save(&mut self) -> Result<Vec<u8>>;

    /// Adds what another value has saved.
    ///
    /// # Errors
    ///
    /// Bytes that are no such thing.
    fn merge(&mut self, saved: &[u8]) -> Result<()>;
}

/// A plugin between `begin` and `finish`.
pub(crate) struct Running<T> {
    plugin: T,
    composition: Rc<Composition>,
    datasets: Rc<[types::Dataset]>,
}

impl<T: Reporting> Running<T> {
    pub(crate) fn begin(job: types::Job) -> Result<Self> {
        let job = Job::new(job);
        let datasets = Rc::clone(job.datasets());
        Ok(Self { plugin: T::begin(&job)?, composition: Rc::new(T::describe()), datasets })
    }
}

/// What the host asks of a running plugin whose type the static below need not know.
pub(crate) trait Compose {
    fn push(&mut self, rows: types::Batch) -> Result<()>;
    fn finish(&mut self) -> Result<Vec<compose::Block>>;
}

impl<T: Reporting> Compose for Running<T> {
    fn push(&mut self, rows: types::Batch) -> Result<()> {
        self.plugin.push(&Batch::new(Rc::clone(&self.datasets), rows)?)
    }

    fn finish(&mut self) -> Result<Vec<compose::Block>> {
        let mut document = Document::new(Rc::clone(&self.composition), Rc::clone(&self.datasets));
        self.plugin.finish(&mut document)?;
        document.finish()
    }
}

/// What the host asks besides of one that can be run in parts.
pub(crate) trait Parts {
    fn save(&mut self) -> Result<Vec<u8>>;
    fn merge(&mut self, saved: &[u8]) -> Result<()>;
}

impl<T: Partial> Parts for Running<T> {
    fn save(&mut self) -> Result<Vec<u8>> {
        self.plugin.save()
    }

    fn merge(&mut self, saved: &[u8]) -> Result<()> {
        self.plugin.merge(saved)
    }
}

/// A run of either kind.
enum Run {
    Whole(Box<dyn Compose>),
    InParts(Box<dyn InParts>),
}

/// A run that can also be saved and merged.
trait InParts: Compose + Parts {}

impl<T: Partial> InParts for Running<T> {}

impl Run {
    fn compose(&mut self) -> &mut dyn Compose {
        match self {
            Self::Whole(run) => run.as_mut(),
            Self::InParts(run) => run.as_mut(),
        }
    }
}

thread_local! {
    /// The run of this instance; the host makes a new instance for the next one.
    static RUN: RefCell<Option<Run>> = const { RefCell::new(None) };
}

/// Asks the run of this instance.
fn with_run<R>(ask: impl FnOnce(&mut Run) -> Result<R>) -> Result<R, String> {
    RUN.with_borrow_mut(|run| match run {
        Some(run) => ask(run).map_err(Error::into_words),
        None => Err("the host asked for something before `begin`".to_owned()),
    })
}

/// Asks the run of this instance, which can be run in parts.
fn with_parts<R>(ask: impl FnOnce(&mut dyn InParts) -> Result<R>) -> Result<R, String> {
    with_run(|run| match run {
        Run::InParts(run) => ask(run.as_mut()),
        Run::Whole(_) => Err("this plugin is not run in parts".into()),
    })
}

/// The exports of a component, for [`export_reporting!`](crate::export_reporting).
#[doc(hidden)]
#[derive(Debug)]
pub struct Component<T>(PhantomData<T>);

/// The same with those of a plugin that can be run in parts.
#[doc(hidden)]
#[derive(Debug)]
pub struct PartialComponent<T>(PhantomData<T>);

macro_rules! compose {
    ($component:ident, $bound:ident, $run:ident) => {
        impl<T: $bound> compose::Guest for $component<T> {
            fn describe() -> compose::Description {
                T::describe().into_description()
            }

            fn begin(job: types::Job) -> Result<(), String> {
                let run = Running::<T>::begin(job).map_err(Error::into_words)?;
                RUN.replace(Some(Run::$run(Box::new(run))));
                Ok(())
            }

            fn push(rows: types::Batch) -> Result<(), String> {
                with_run(|run| run.compose().push(rows))
            }

            fn finish() -> Result<compose::Document, String> {
                with_run(|run| run.compose().finish())
            }
        }
    };
}

compose!(Component, Reporting, Whole);
compose!(PartialComponent, Partial, InParts);

impl<T: Partial> partial::Guest for PartialComponent<T> {
    fn save() -> Result<Vec<u8>, String> {
        with_parts(|run| run.save())
    }

    fn merge(saved: Vec<u8>) -> Result<(), String> {
        with_parts(|run| run.merge(&saved))
    }
}
