//! Decides whether a component may run here at all, before anything of it runs.

use wasmtime::component::types::{self, ComponentItem};
use wasmtime::component::{Component, InstancePre, Linker};

use super::engine::Engine;
use super::error::{Error, words};
use super::exports::Exports;
use super::run::LoadedPlugin;
use super::sandbox::{ELEMENT_BYTES, Guard, MOST_MEMORIES, MOST_TABLES};
use super::unfold;

/// Bytes of a page of WebAssembly memory.
const PAGE: u64 = 65_536;

/// Most names listed in one message.
const MOST_NAMES: usize = 200;

/// A component that may run here: it imports no code and exports what can be called.
pub struct Admitted {
    engine: Engine,
    pre: InstancePre<Guard>,
    exports: Exports,
}

impl std::fmt::Debug for Admitted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admitted").finish_non_exhaustive()
    }
}

impl Admitted {
    /// The plugin, ready to run.
    pub fn into_plugin(self) -> LoadedPlugin {
        LoadedPlugin::new(self.engine, self.pre, self.exports)
    }

    /// The machine code it was compiled to, for [`Engine::load`].
    ///
    /// # Errors
    ///
    /// [`Error::Engine`] where it cannot be written.
    pub fn compiled(&self) -> Result<Vec<u8>, Error> {
        let component = self.pre.component();
        component.serialize().map_err(|error| Error::Engine(format!("{error:#}")))
    }
}

impl Engine {
    /// Compiles a component and checks that it may run here.
    ///
    /// Nothing of it runs. Compiling takes some 50 ms for a Rust plugin and some seconds for one
    /// with an interpreter in it.
    ///
    /// # Errors
    ///
    /// Says what it is instead of a component, all that it imports, or what it lacks.
    pub fn admit(&self, component: &[u8]) -> Result<Admitted, Error> {
        let limit = self.limits.package_bytes;
        if component.len() as u64 > limit {
            return Err(Error::TooLarge { what: "the component", limit });
        }
        if wasmtime::Engine::detect_precompiled(component).is_some() {
            return Err(Error::Precompiled);
        }
        if super::encode::is_core_module(component) {
            return Err(Error::CoreModule);
        }
        // Nested components are copied where they are instantiated, and twice in each of twice
        // makes a compiler busy for ever. So the copies are counted first.
        if unfold::unfolded_bytes(component)? > limit {
            return Err(Error::TooLarge { what: "the component, unfolded,", limit });
        }
        let component = Component::from_binary(&self.inner, component)
            .map_err(|error| Error::Invalid(words(&format!("{error:#}"))))?;
        self.check_needs(&component)?;
        self.link(&component)
    }

    /// Checks imports and exports of a component, and links it with nothing.
    pub(super) fn link(&self, component: &Component) -> Result<Admitted, Error> {
        let shape = component.component_type();
        let imports = self.imports(&shape);
        if !imports.is_empty() {
            return Err(Error::Imports { imports });
        }
        // The empty linker is the second lock: it would refuse whatever the walk overlooked.
        let pre: InstancePre<Guard> = Linker::new(&self.inner)
            .instantiate_pre(component)
            .map_err(|error| Error::Imports { imports: vec![words(&format!("{error:#}"))] })?;
        let exports = Exports::find(self, &shape, &pre)?;
        Ok(Admitted { engine: self.clone(), pre, exports })
    }

    /// Everything that a component imports besides types, with the interfaces it is in.
    pub(super) fn imports(&self, component: &types::Component) -> Vec<String> {
        let mut found = Found::default();
        for (name, item) in component.imports(&self.inner) {
            self.walk(words(name), &item.ty, &mut found);
        }
        found.finish()
    }

    fn walk(&self, name: String, item: &ComponentItem, found: &mut Found) {
        match item {
            // Types are names for shapes of data; there is nothing behind them.
            ComponentItem::Type(_) => {}
            ComponentItem::ComponentInstance(instance) => {
                for (inner, item) in instance.exports(&self.inner) {
                    self.walk(format!("{name}#{}", words(inner)), &item.ty, found);
                }
            }
            ComponentItem::ComponentFunc(_)
            | ComponentItem::CoreFunc(_)
            | ComponentItem::Module(_)
            | ComponentItem::Component(_)
            | ComponentItem::Resource(_) => found.add(name),
        }
    }

    /// Checks what a component takes before it does anything.
    fn check_needs(&self, component: &Component) -> Result<(), Error> {
        let Some(needs) = component.resources_required() else {
            // Only a component that imports modules or components cannot tell.
            return Err(Error::Imports { imports: self.imports(&component.component_type()) });
        };
        let within = |what, needed: u64, limit: u64| {
            if needed > limit { Err(Error::NeedsTooMuch { what, needed, limit }) } else { Ok(()) }
        };
        let bytes = self.limits.memory_bytes;
        within("memories", needs.num_memories.into(), MOST_MEMORIES as u64)?;
        within("tables", needs.num_tables.into(), MOST_TABLES as u64)?;
        let memory = needs.max_initial_memory_size.unwrap_or(0).saturating_mul(PAGE);
        within("bytes of memory", memory, bytes)?;
        let elements = needs.max_initial_table_size.unwrap_or(0);
        within("bytes of tables", elements.saturating_mul(ELEMENT_BYTES as u64), bytes)
    }
}

/// Names for a message.
#[derive(Default)]
pub(super) struct Found {
    names: Vec<String>,
    more: usize,
}

impl Found {
    pub(super) fn add(&mut self, name: String) {
        if self.names.len() < MOST_NAMES { self.names.push(name) } else { self.more += 1 }
    }

    pub(super) fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.names.push(format!("{} more", self.more));
        }
        self.names
    }
}
