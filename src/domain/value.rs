//! Python values as data, tagged with their types.
//!
//! A worker describes what an expression gave without calling anything of the learner's; the host compares. `1`,
//! `1.0` and `True` are three values.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

mod classes;
mod display;

pub use classes::is_named;
pub use display::Step;
pub(crate) use display::grouped;

/// A Python value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "v", rename_all = "snake_case")]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`, of exactly the type `bool`.
    Bool(bool),
    /// An `int`, as decimal digits with an optional minus sign.
    Int(String),
    /// A `float`, as `repr` of that built-in type writes it (`nan`, `inf` and `-0.0` among them).
    Float(String),
    /// A `complex`: the real and the imaginary part, each written as a float.
    Complex(String, String),
    /// A `str`.
    Str(String),
    /// A `str` with lone surrogates, as code points.
    OddStr(Vec<u32>),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `set`; the order means nothing.
    Set(Vec<Value>),
    /// A `frozenset`; the order means nothing.
    Frozenset(Vec<Value>),
    /// A `dict`, in its order.
    Dict(Vec<(Value, Value)>),
    /// `...`.
    Ellipsis,
    /// A class, a function or a module: its kind (`class`, `function`, `module`, …) and its qualified name.
    Named {
        /// `class`, `function`, `builtin`, `method`, `module`.
        kind: String,
        /// The module and qualified name, as `module.qualname`.
        name: String,
    },
    /// An instance of any other type, exceptions included.
    Object {
        /// The type, as `module.qualname`.
        class: String,
        /// What it holds as an instance of a built-in type (a subclass of `list`, a member of an `IntEnum`).
        data: Option<Box<Value>>,
        /// Its own attributes, as far as they are data; for an exception also `args`.
        fields: Vec<(String, Value)>,
    },
    /// A container that stands inside itself: how many levels up it was met.
    Cycle(u32),
    /// What lay too deep or was too long to send.
    Cut {
        /// The type's name.
        class: String,
        /// Its length, where it has one.
        length: Option<u64>,
    },
}

impl Value {
    /// The name of its type as a reader knows it: `int`, `NoneType`, `Point`, `decimal.Decimal`.
    #[must_use]
    pub fn type_name(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Complex(..) => "complex",
            Self::Str(_) | Self::OddStr(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Set(_) => "set",
            Self::Frozenset(_) => "frozenset",
            Self::Dict(_) => "dict",
            Self::Ellipsis => "ellipsis",
            Self::Named { kind, .. } => return named_type(kind),
            Self::Object { class, .. } | Self::Cut { class, .. } => short_name(class),
            Self::Cycle(_) => "container",
        })
    }

    /// Whether its type is the one that a pack names.
    #[must_use]
    pub fn is_of(&self, wanted: &str) -> bool {
        let named = |class: &str| is_named(class, wanted);
        match self {
            Self::Object { class, .. } | Self::Cut { class, .. } => {
                let bare = class.rsplit('.').next().unwrap_or(class);
                named(class) || (!class.starts_with("__main__.") && named(bare))
            }
            _ => named(&self.type_name()),
        }
    }

    /// For a member of an enum, its name and its value.
    #[must_use]
    pub fn enum_member(&self) -> Option<(&str, &Self)> {
        let Self::Object { fields, .. } = self else { return None };
        let field =
            |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        match (field("_name_"), field("_value_")) {
            (Some(Self::Str(name)), Some(value)) => Some((name, value)),
            _ => None,
        }
    }

    /// Whether all of it is data that can be written as a literal: no object, function, cycle or cut.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) | Self::Frozenset(items) => {
                items.iter().all(Self::is_literal)
            }
            Self::Dict(items) => items.iter().all(|(k, v)| k.is_literal() && v.is_literal()),
            Self::Named { .. } | Self::Object { .. } | Self::Cycle(_) | Self::Cut { .. } => false,
            _ => true,
        }
    }

    /// The first part of it that cannot be compared with anything: cut, cyclic, or known by identity alone (a function,
    /// an object without data).
    #[must_use]
    pub fn incomparable(&self) -> Option<&Self> {
        match self {
            Self::List(items) | Self::Tuple(items) | Self::Set(items) | Self::Frozenset(items) => {
                items.iter().find_map(Self::incomparable)
            }
            Self::Dict(items) => {
                items.iter().find_map(|(k, v)| k.incomparable().or_else(|| v.incomparable()))
            }
            Self::Object { data, fields, .. } if data.is_some() || !fields.is_empty() => data
                .as_deref()
                .and_then(Self::incomparable)
                .or_else(|| fields.iter().find_map(|(_, value)| value.incomparable())),
            Self::Named { kind, .. } if matches!(&**kind, "class" | "module" | "builtin") => None,
            Self::Named { .. } | Self::Object { .. } | Self::Cut { .. } => Some(self),
            _ => None,
        }
    }
}

fn named_type(kind: &str) -> Cow<'_, str> {
    Cow::Borrowed(match kind {
        "class" => "type",
        "builtin" => "builtin_function_or_method",
        other => other,
    })
}

/// A qualified name without the module, where that is the program itself or the built-ins.
#[must_use]
pub fn short_name(name: &str) -> &str {
    name.strip_prefix("__main__.").or_else(|| name.strip_prefix("builtins.")).unwrap_or(name)
}
