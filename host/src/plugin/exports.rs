//! Which interfaces a component exports, whether they are what they should be, and where their
//! functions are.

use wasmtime::component::types::{self, ComponentItem};
use wasmtime::component::{ComponentNamedList, InstancePre, Lift, Lower};

use super::admission::Found;
use super::bindings::arguments::{Batch, Job};
use super::bindings::{answers, compose, partial, propose};
use super::engine::Engine;
use super::error::{Error, words};
use super::sandbox::Guard;

/// How the names of all interfaces of this contract begin, of whatever version.
const OURS: &str = "tridem:plugin/";

/// Types without functions. A component may export them beside an interface that uses them.
const TYPES: &str = "tridem:plugin/types@1.0.0";

/// An interface that a plugin can export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interface {
    /// Sorts rows into figures.
    Classify,
    /// Composes a document.
    Compose,
    /// Lets a document be composed in parts; only beside `compose`.
    Partial,
    /// Proposes next steps.
    Propose,
}

impl Interface {
    /// Those of which a plugin has at least one.
    pub(super) const KINDS: &[Self] = &[Self::Classify, Self::Compose, Self::Propose];

    /// The name under which a component exports it. It is exact: a later version may promise what
    /// this host does not keep.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classify => "tridem:plugin/classify@1.0.0",
            Self::Compose => "tridem:plugin/compose@1.0.0",
            Self::Partial => "tridem:plugin/partial@1.0.0",
            Self::Propose => "tridem:plugin/propose@1.0.0",
        }
    }

    /// The file that describes it, for those who write plugins.
    pub fn file(self) -> &'static str {
        match self {
            Self::Classify => "schemas/wit/1.0/metrics.wit",
            Self::Compose | Self::Partial => "schemas/wit/1.0/reporting.wit",
            Self::Propose => "schemas/wit/1.0/workflow.wit",
        }
    }
}

/// The functions of each interface that a component exports.
#[derive(Clone)]
pub(super) struct Exports {
    pub(super) classify: Option<answers::GuestIndices>,
    pub(super) compose: Option<compose::GuestIndices>,
    pub(super) partial: Option<partial::GuestIndices>,
    pub(super) propose: Option<propose::GuestIndices>,
}

impl Exports {
    /// Checks that there is something to call, and that every function of it is as it is written
    /// down. Exports of other names are nobody's business: some tools add theirs.
    pub(super) fn find(
        engine: &Engine,
        component: &types::Component,
        pre: &InstancePre<Guard>,
    ) -> Result<Self, Error> {
        let look = Look { engine, component, pre };
        let has = |interface| look.has(interface);
        let unknown = look.unknown();
        if !unknown.is_empty() {
            return Err(Error::LaterInterface { exports: unknown });
        }
        if !Interface::KINDS.iter().any(|kind| has(*kind)) {
            return Err(Error::NoExport { expected: Interface::KINDS, exports: look.names() });
        }
        if has(Interface::Partial) && !has(Interface::Compose) {
            return Err(Error::NoExport { expected: &[Interface::Compose], exports: look.names() });
        }
        look.check_types()?;
        let missing = |error: wasmtime::Error| Error::Invalid(words(&format!("{error:#}")));
        let classify = has(Interface::Classify).then(|| answers::GuestIndices::new(pre));
        let compose = has(Interface::Compose).then(|| compose::GuestIndices::new(pre));
        let partial = has(Interface::Partial).then(|| partial::GuestIndices::new(pre));
        let propose = has(Interface::Propose).then(|| propose::GuestIndices::new(pre));
        Ok(Self {
            classify: classify.transpose().map_err(missing)?,
            compose: compose.transpose().map_err(missing)?,
            partial: partial.transpose().map_err(missing)?,
            propose: propose.transpose().map_err(missing)?,
        })
    }
}

/// A look at what a component exports.
struct Look<'a> {
    engine: &'a Engine,
    component: &'a types::Component,
    pre: &'a InstancePre<Guard>,
}

impl Look<'_> {
    fn has(&self, interface: Interface) -> bool {
        self.component.exports(&self.engine.inner).any(|(name, _)| name == interface.name())
    }

    /// Everything it exports, for a message.
    fn names(&self) -> Vec<String> {
        let mut found = Found::default();
        self.component.exports(&self.engine.inner).for_each(|(name, _)| found.add(words(name)));
        found.finish()
    }

    /// Interfaces of this contract that this host has never heard of.
    fn unknown(&self) -> Vec<String> {
        use Interface::{Classify, Compose, Partial, Propose};
        let known = [Classify, Compose, Partial, Propose].map(Interface::name);
        let mut found = Found::default();
        for (name, _) in self.component.exports(&self.engine.inner) {
            if name.starts_with(OURS) && name != TYPES && !known.contains(&name) {
                found.add(words(name));
            }
        }
        found.finish()
    }

    /// Compares every function of every interface there is with the types of the bindings.
    fn check_types(&self) -> Result<(), Error> {
        type Done = Result<(), String>;
        if let Some(functions) = self.functions(Interface::Classify)? {
            functions.check::<(), (answers::Description,)>("describe")?;
            functions.check::<(Job<'_>,), (Done,)>("begin")?;
            functions.check::<(Batch<'_>,), (Result<answers::Classified, String>,)>("push")?;
        }
        if let Some(functions) = self.functions(Interface::Compose)? {
            functions.check::<(), (compose::Description,)>("describe")?;
            functions.check::<(Job<'_>,), (Done,)>("begin")?;
            functions.check::<(Batch<'_>,), (Done,)>("push")?;
            functions.check::<(), (Result<compose::Document, String>,)>("finish")?;
        }
        if let Some(functions) = self.functions(Interface::Partial)? {
            functions.check::<(), (Result<Vec<u8>, String>,)>("save")?;
            functions.check::<(&[u8],), (Done,)>("merge")?;
        }
        if let Some(functions) = self.functions(Interface::Propose)? {
            functions.check::<(), (propose::Description,)>("describe")?;
            functions.check::<(Job<'_>,), (Done,)>("begin")?;
            functions.check::<(Batch<'_>,), (Result<Vec<propose::Proposal>, String>,)>("push")?;
        }
        Ok(())
    }

    /// The functions of an interface, where the component exports it.
    fn functions(&self, interface: Interface) -> Result<Option<Functions<'_>>, Error> {
        let Some(export) = self.component.get_export(&self.engine.inner, interface.name()) else {
            return Ok(None);
        };
        let ComponentItem::ComponentInstance(instance) = export.ty else {
            let function = interface.name().to_owned();
            return Err(Error::WrongType { function, reason: "no interface".into() });
        };
        Ok(Some(Functions { interface, instance, engine: self.engine, pre: self.pre }))
    }
}

/// The functions of an interface that a component exports.
struct Functions<'a> {
    interface: Interface,
    instance: types::ComponentInstance,
    engine: &'a Engine,
    pre: &'a InstancePre<Guard>,
}

impl Functions<'_> {
    /// Compares a function with the types that the host will call it with.
    fn check<Arguments, Answer>(&self, name: &str) -> Result<(), Error>
    where
        Arguments: ComponentNamedList + Lower,
        Answer: ComponentNamedList + Lift,
    {
        let function = format!("{}#{name}", self.interface.name());
        let export = self.instance.get_export(&self.engine.inner, name);
        let Some(ComponentItem::ComponentFunc(found)) = export.map(|export| export.ty) else {
            let reason = "it is not a function".into();
            return Err(Error::WrongType { function, reason });
        };
        // What the generated bindings do when they load an instance, done here before there is one.
        found
            .typecheck::<Arguments, Answer>(&self.pre.instance_type())
            .map_err(|error| Error::WrongType { function, reason: words(&format!("{error:#}")) })
    }
}
