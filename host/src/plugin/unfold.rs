//! Counts how large a component becomes when every nested component is copied where it is used.

use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind,
    ComponentTypeRef, Encoding, Parser, Payload,
};

use super::error::{Error, words};

/// What an instance takes besides the bytes it was written in: some 20 microseconds of compiling.
const INSTANCE_BYTES: u64 = 1_024;

/// A component being read, or a core module in one.
struct Frame {
    is_component: bool,
    /// Bytes so far: its own, and those of what it instantiates.
    bytes: u64,
    /// The components it can name by an index, with their bytes; none where that depends on what
    /// it is handed.
    components: Vec<Option<u64>>,
}

/// The bytes of a component with all that it instantiates. Code of core modules is not counted:
/// it is compiled once, however many instances there are.
///
/// # Errors
///
/// [`Error::Invalid`] where it cannot be parsed, or instantiates components that it gets from
/// elsewhere, which no compiler writes.
pub(super) fn unfolded_bytes(component: &[u8]) -> Result<u64, Error> {
    // From the outermost component to the one being read.
    let mut frames: Vec<Frame> = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.map_err(invalid)?;
        match &payload {
            Payload::Version { encoding, .. } => frames.push(Frame {
                is_component: *encoding == Encoding::Component,
                bytes: 0,
                components: Vec::new(),
            }),
            Payload::End(_) => {
                let frame = frames.pop().ok_or_else(uncountable)?;
                match frames.last_mut() {
                    None => return Ok(frame.bytes),
                    Some(parent) if frame.is_component => {
                        parent.components.push(Some(frame.bytes));
                    }
                    Some(_) => {}
                }
            }
            _ if frames.last().is_some_and(|frame| frame.is_component) => {
                count(&payload, &mut frames)?;
            }
            _ => {}
        }
    }
    Err(Error::Invalid("it ends too soon".into()))
}

/// Counts one section of the component being read.
fn count(payload: &Payload<'_>, frames: &mut [Frame]) -> Result<(), Error> {
    let is_outermost = frames.len() == 1;
    // Nested components and modules are counted by sections of their own.
    let is_nested =
        matches!(payload, Payload::ModuleSection { .. } | Payload::ComponentSection { .. });
    if let Some((_, range)) = payload.as_section().filter(|_| !is_nested) {
        add(frames, range.len() as u64)?;
    }
    match payload {
        Payload::InstanceSection(instances) => {
            add(frames, u64::from(instances.count()).saturating_mul(INSTANCE_BYTES))?;
        }
        Payload::ComponentInstanceSection(instances) => {
            for instance in instances.clone() {
                let more = match instance.map_err(invalid)? {
                    ComponentInstance::Instantiate { component_index, .. } => {
                        named(frames, 0, component_index)?.ok_or_else(uncountable)?
                    }
                    ComponentInstance::FromExports(_) => 0,
                };
                add(frames, more.saturating_add(INSTANCE_BYTES))?;
            }
        }
        Payload::ComponentAliasSection(aliases) => {
            for alias in aliases.clone() {
                match alias.map_err(invalid)? {
                    ComponentAlias::Outer {
                        kind: ComponentOuterAliasKind::Component,
                        count,
                        index,
                    } => {
                        let component = named(frames, count, index)?;
                        innermost(frames)?.components.push(component);
                    }
                    ComponentAlias::InstanceExport {
                        kind: ComponentExternalKind::Component,
                        ..
                    } => innermost(frames)?.components.push(None),
                    _ => {}
                }
            }
        }
        Payload::ComponentImportSection(imports) => {
            for import in imports.clone() {
                if let ComponentTypeRef::Component(_) = import.map_err(invalid)?.ty {
                    // Nobody hands the outermost component anything; that is said later, with
                    // the names of all that it imports.
                    innermost(frames)?.components.push(is_outermost.then_some(0));
                }
            }
        }
        Payload::ComponentExportSection(exports) => {
            for export in exports.clone() {
                let export = export.map_err(invalid)?;
                if export.kind == ComponentExternalKind::Component {
                    // An export gets an index of its own.
                    let component = named(frames, 0, export.index)?;
                    innermost(frames)?.components.push(component);
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// The bytes of a component, by its index in the component so many levels outside.
fn named(frames: &[Frame], outside: u32, index: u32) -> Result<Option<u64>, Error> {
    frames
        .iter()
        .rev()
        .nth(outside as usize)
        .and_then(|frame| frame.components.get(index as usize))
        .copied()
        .ok_or_else(uncountable)
}

/// Adds to the component being read. Sixty-four levels of twice go past what can be counted.
fn add(frames: &mut [Frame], bytes: u64) -> Result<(), Error> {
    let frame = innermost(frames)?;
    frame.bytes = frame.bytes.saturating_add(bytes);
    Ok(())
}

fn innermost(frames: &mut [Frame]) -> Result<&mut Frame, Error> {
    frames.last_mut().ok_or_else(uncountable)
}

fn uncountable() -> Error {
    Error::Invalid("what it instantiates cannot be counted".into())
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn invalid(error: wasmparser::BinaryReaderError) -> Error {
    Error::Invalid(words(&error.to_string()))
}
