//! Values as they lie in a guest's memory, laid out by the types of the interface files.

use wit_parser::{Int, Resolve, SizeAlign, Type, TypeDefKind};

/// A value of some type of an interface.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Any whole number.
    Number(i64),
    Text(String),
    List(Vec<Value>),
    Record(Vec<Value>),
    /// A case of a variant, an enum, an option (0 for none) or a result (0 for ok), by its place.
    Case(u8, Option<Box<Value>>),
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A text that is the same in both languages.
    pub(super) fn both(text: &str) -> Self {
        Self::Record(vec![Self::text(text), Self::text(text)])
    }

    pub(super) fn none() -> Self {
        Self::Case(0, None)
    }

    pub(super) fn case(place: u8, value: Self) -> Self {
        Self::Case(place, Some(Box::new(value)))
    }
}

/// The bytes of what a function of an interface returns, to lie at `base`, a multiple of eight.
pub(super) fn lowered(interface: &str, function: &str, value: &Value, base: u32) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/wit/1.0");
    let (package, _) = resolve.push_dir(folder).unwrap();
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    let interface = resolve.packages[package].interfaces[interface];
    let answer = resolve.interfaces[interface].functions[function].result.unwrap();
    let mut image = Image { resolve: &resolve, sizes: &sizes, base, bytes: Vec::new() };
    let at = image.room(sizes.size(&answer).size_wasm32());
    image.put(at, &answer, value);
    image.bytes
}

struct Image<'a> {
    resolve: &'a Resolve,
    sizes: &'a SizeAlign,
    base: u32,
    bytes: Vec<u8>,
}

impl Image<'_> {
    /// Makes room for so many bytes and gives their place.
    fn room(&mut self, bytes: usize) -> usize {
        let at = self.bytes.len().next_multiple_of(8);
        self.bytes.resize(at + bytes, 0);
        at
    }

    fn number(&mut self, at: usize, bytes: usize, number: i64) {
        self.bytes[at..at + bytes].copy_from_slice(&number.to_le_bytes()[..bytes]);
    }

    fn list(&mut self, at: usize, place: usize, length: usize) {
        self.number(at, 4, i64::from(self.base) + i64::try_from(place).unwrap());
        self.number(at + 4, 4, i64::try_from(length).unwrap());
    }

    fn put(&mut self, at: usize, kind: &Type, value: &Value) {
        let resolve = self.resolve;
        match (kind, value) {
            (Type::String, Value::Text(text)) => {
                let place = self.room(text.len());
                self.bytes[place..place + text.len()].copy_from_slice(text.as_bytes());
                self.list(at, place, text.len());
            }
            (Type::Id(id), value) => match (&resolve.types[*id].kind, value) {
                (TypeDefKind::Type(kind), value) => self.put(at, kind, value),
                (TypeDefKind::List(kind), Value::List(values)) => {
                    let size = self.sizes.size(kind).size_wasm32();
                    let place = self.room(size * values.len());
                    for (number, value) in values.iter().enumerate() {
                        self.put(place + number * size, kind, value);
                    }
                    self.list(at, place, values.len());
                }
                (TypeDefKind::Record(record), Value::Record(values)) => {
                    assert_eq!(record.fields.len(), values.len(), "{values:?}");
                    let offsets =
                        self.sizes.field_offsets(record.fields.iter().map(|field| &field.ty));
                    for ((offset, kind), value) in offsets.into_iter().zip(values) {
                        self.put(at + offset.size_wasm32(), kind, value);
                    }
                }
                (TypeDefKind::Variant(variant), Value::Case(place, payload)) => {
                    let cases: Vec<Option<&Type>> =
                        variant.cases.iter().map(|case| case.ty.as_ref()).collect();
                    self.case(at, &cases, *place, payload.as_deref());
                }
                (TypeDefKind::Option(kind), Value::Case(place, payload)) => {
                    self.case(at, &[None, Some(kind)], *place, payload.as_deref());
                }
                (TypeDefKind::Result(result), Value::Case(place, payload)) => {
                    let cases = [result.ok.as_ref(), result.err.as_ref()];
                    self.case(at, &cases, *place, payload.as_deref());
                }
                (TypeDefKind::Enum(_), Value::Case(place, None)) => {
                    self.number(at, 1, (*place).into());
                }
                (kind, value) => panic!("{value:?} for {kind:?}"),
            },
            (kind, Value::Number(number)) => {
                self.number(at, self.sizes.size(kind).size_wasm32(), *number);
            }
            (kind, value) => panic!("{value:?} for {kind:?}"),
        }
    }

    fn case(&mut self, at: usize, cases: &[Option<&Type>], place: u8, payload: Option<&Value>) {
        self.number(at, 1, place.into());
        let offset = self.sizes.payload_offset(Int::U8, cases.iter().copied());
        if let (Some(kind), Some(value)) = (cases[usize::from(place)], payload) {
            self.put(at + offset.size_wasm32(), kind, value);
        }
    }
}
