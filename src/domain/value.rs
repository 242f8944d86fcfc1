//! Python values as data, tagged with their types.
//!
//! A worker describes what an expression gave without calling anything of the learner's; the host compares. `1`,
//! `1.0` and `True` are three values.

use serde::{Deserialize, Serialize};

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
