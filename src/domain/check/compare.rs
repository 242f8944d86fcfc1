//! Compares values as data, exact in type, and says where and how they differ.
//!
//! Nothing of a learner's object is ever called. `1`, `1.0` and `True` differ; `nan` equals `nan`, `-0.0` equals `0.0`;
//! sets and dicts have no order; objects are equal by class, data and attributes; what stands inside itself equals what
//! does so in the same place. What was cut equals nothing.

use std::collections::HashMap;

use super::canonical;
use super::text;
use crate::domain::clean::Clean;
use crate::domain::value::{Step, Value};

mod approx;
mod words;

pub(super) use words::hint;

pub use approx::approx;

/// About how many characters of a value are shown.
const SHOWN: usize = 240;
/// About how many characters of the place that differs are shown.
const PLACE: usize = 80;

/// How two values, texts or outputs differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where in the value, as it would be written behind it (`[2]['name']`); empty for the value itself.
    pub path: Clean,
    /// In which way.
    pub kind: DifferenceKind,
    /// What was expected, cut around the place.
    pub expected: Clean,
    /// What came, cut around the place.
    pub got: Clean,
    /// More about it, a sentence without a full stop each.
    pub notes: Vec<Clean>,
}

/// In which way something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DifferenceKind {
    /// Another value of the right type.
    Value,
    /// A value of another type.
    Type,
    /// Another number of items.
    Length,
    /// Something lacks.
    Missing,
    /// Something is there that was not asked for.
    Extra,
    /// The right items in another order.
    Order,
    /// Another text.
    Text,
    /// Too large or too deep: cannot be compared.
    Incomparable,
}

/// One line of a difference as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DifferenceLine {
    /// `expected`, `got` or `note`.
    pub label: &'static str,
    /// What stands behind it; may hold several lines.
    pub text: Clean,
}

impl DifferenceKind {
    /// What may be said of a hidden check.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Value => "another value came",
            Self::Type => "a value of another type came",
            Self::Length => "another number of items came",
            Self::Missing => "something is missing",
            Self::Extra => "something came that was not asked for",
            Self::Order => "the order is another",
            Self::Text => "another text came",
            Self::Incomparable => "the value is too large or too deep",
        }
    }
}

impl Difference {
    /// The difference line by line, in the order in which it is read.
    #[must_use]
    pub fn lines(&self) -> Vec<DifferenceLine> {
        let mut lines = vec![
            DifferenceLine { label: "expected", text: self.expected.clone() },
            DifferenceLine { label: "got", text: self.got.clone() },
        ];
        let notes = self.notes.iter().cloned();
        lines.extend(notes.map(|text| DifferenceLine { label: "note", text }));
        lines
    }
}

/// The smallest place in which two values differ; nothing where they are equal.
#[must_use]
pub fn compare(expected: &Value, got: &Value) -> Option<Difference> {
    let found = Search { leaf: exact }.find(expected, got)?;
    Some(found.render(expected, got))
}

fn exact(expected: &Value, got: &Value) -> Leaf {
    if canonical::text(expected) == canonical::text(got) { Leaf::Equal } else { Leaf::Other }
}

/// What a comparison of two values without regard to their parts says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaf {
    Equal,
    Other,
    /// Differs although the types need not be the same.
    Differs,
}

/// A difference as it is found, the innermost place first.
struct Found {
    /// From the innermost step outwards.
    path: Vec<Step>,
    kind: DifferenceKind,
    expected: Option<Value>,
    got: Option<Value>,
    notes: Vec<String>,
}

impl Found {
    fn new(kind: DifferenceKind, expected: &Value, got: &Value) -> Self {
        let (expected, got) = (Some(expected.clone()), Some(got.clone()));
        Self { path: Vec::new(), kind, expected, got, notes: Vec::new() }
    }

    fn missing(expected: &Value, note: String) -> Self {
        let expected = Some(expected.clone());
        let kind = DifferenceKind::Missing;
        Self { path: Vec::new(), kind, expected, got: None, notes: vec![note] }
    }

    fn extra(got: &Value, note: String) -> Self {
        let got = Some(got.clone());
        let kind = DifferenceKind::Extra;
        Self { path: Vec::new(), kind, expected: None, got, notes: vec![note] }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    fn at(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    fn render(mut self, expected: &Value, got: &Value) -> Difference {
        self.path.reverse();
        let path: String = self.path.iter().map(Step::code).collect();
        let mut notes = Vec::new();
        if let (false, Some(wanted), Some(came)) = (path.is_empty(), &self.expected, &self.got) {
            let inner = &self.path[self.path.len().saturating_sub(1)..];
            let inner = if matches!(inner, [Step::Char(_)]) { inner } else { &[] };
            let (wanted, came) = (wanted.display_at(inner, PLACE), came.display_at(inner, PLACE));
            notes.push(format!("at {path}: expected {wanted}, got {came}"));
        }
        notes.extend(self.notes);
        Difference {
            path: Clean::line(path),
            kind: self.kind,
            expected: expected.display_at(&self.path, SHOWN),
            got: got.display_at(&self.path, SHOWN),
            notes: notes.iter().map(Clean::line).collect(),
        }
    }
}

/// Goes down into two values side by side.
struct Search<F: Fn(&Value, &Value) -> Leaf> {
    leaf: F,
}

impl<F: Fn(&Value, &Value) -> Leaf> Search<F> {
    fn find(&self, expected: &Value, got: &Value) -> Option<Found> {
        if let Some(part) = cut_part(expected).or_else(|| cut_part(got)) {
            let note = format!("{} cannot be compared", part.display(PLACE));
            return Some(Found::new(DifferenceKind::Incomparable, expected, got).note(note));
        }
        self.differ(expected, got)
    }

    fn differ(&self, expected: &Value, got: &Value) -> Option<Found> {
        match (self.leaf)(expected, got) {
            Leaf::Equal => return None,
            Leaf::Differs => return Some(Found::new(DifferenceKind::Value, expected, got)),
            Leaf::Other => {}
        }
        if matches!(expected, Value::Cycle(_)) || matches!(got, Value::Cycle(_)) {
            let note = match got {
                Value::Cycle(_) => "it stands inside itself here",
                _ => "the value expected stands inside itself here",
            };
            return Some(Found::new(DifferenceKind::Value, expected, got).note(note));
        }
        if expected.type_name() != got.type_name() {
            let note = words::other_type(expected, got);
            return Some(Found { notes: note, ..Found::new(DifferenceKind::Type, expected, got) });
        }
        match (expected, got) {
            (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
                self.sequences(expected, got, a, b)
            }
            (Value::Set(a), Value::Set(b)) | (Value::Frozenset(a), Value::Frozenset(b)) => {
                self.sets(expected, got, a, b)
            }
            (Value::Dict(a), Value::Dict(b)) => self.dicts(expected, got, a, b),
            (Value::Object { .. }, Value::Object { .. }) => self.objects(expected, got),
            (Value::Str(a), Value::Str(b)) => Some(texts(expected, got, a, b)),
            (Value::Bytes(a), Value::Bytes(b)) => {
                Some(Found::new(DifferenceKind::Value, expected, got).note(words::bytes(a, b)))
            }
            _ => Some(Found::new(DifferenceKind::Value, expected, got)),
        }
    }

    fn equal(&self, expected: &Value, got: &Value) -> bool {
        self.differ(expected, got).is_none()
    }

    fn sequences(&self, expected: &Value, got: &Value, a: &[Value], b: &[Value]) -> Option<Found> {
        let first = a.iter().zip(b).position(|(x, y)| !self.equal(x, y));
        if a.len() == b.len() {
            let index = first?;
            if same_items(a, b) {
                let found = Found::new(DifferenceKind::Order, expected, got);
                return Some(found.note("the same items in another order"));
            }
            return self.differ(&a[index], &b[index]).map(|found| found.at(Step::Index(index)));
        }
        let prefix = first.unwrap_or(a.len().min(b.len()));
        let tail = (a.iter().rev().zip(b.iter().rev()))
            .take(a.len().min(b.len()) - prefix)
            .take_while(|(x, y)| self.equal(x, y))
            .count();
        let count = words::counted(b.len(), "item");
        let length = format!("it has {count}, not {}", a.len());
        let found = if prefix + tail == b.len() {
            let note = words::left_over("missing", &a[prefix..a.len() - tail]);
            Found::missing(&a[prefix], length).note(note)
        } else if prefix + tail == a.len() {
            let note = words::left_over("too many", &b[prefix..b.len() - tail]);
            Found::extra(&b[prefix], length).note(note)
        } else {
            Found::new(DifferenceKind::Length, &a[prefix], &b[prefix]).note(length)
        };
        Some(found.at(Step::Index(prefix)))
    }

    fn sets(&self, expected: &Value, got: &Value, a: &[Value], b: &[Value]) -> Option<Found> {
        let missing = self.unmatched(a, b);
        let extra = self.unmatched(b, a);
        let kind = match (missing.is_empty(), extra.is_empty()) {
            (true, true) => return None,
            (false, true) => DifferenceKind::Missing,
            (true, false) => DifferenceKind::Extra,
            (false, false) => DifferenceKind::Value,
        };
        let mut found = Found::new(kind, expected, got);
        for (word, items) in [("missing", missing), ("too many", extra)] {
            if !items.is_empty() {
                found = found.note(words::left_over(word, &items));
            }
        }
        Some(found)
    }

    /// The items of `a` that `b` lacks: by canonical text first, then one by one for tolerant comparisons.
    fn unmatched(&self, a: &[Value], b: &[Value]) -> Vec<Value> {
        let mut open: HashMap<String, Vec<&Value>> = HashMap::new();
        for item in b {
            open.entry(canonical::text(item)).or_default().push(item);
        }
        let mut left = Vec::new();
        for item in a {
            let key = canonical::text(item);
            if open.get_mut(&key).and_then(Vec::pop).is_none() {
                left.push(item);
            }
        }
        let mut others: Vec<&Value> = open.into_values().flatten().collect();
        left.retain(|item| match others.iter().position(|other| self.equal(item, other)) {
            Some(index) => {
                others.swap_remove(index);
                false
            }
            None => true,
        });
        left.into_iter().cloned().collect()
    }

    fn dicts(
        &self,
        expected: &Value,
        got: &Value,
        a: &[(Value, Value)],
        b: &[(Value, Value)],
    ) -> Option<Found> {
        let by_key = |items: &[(Value, Value)]| -> HashMap<String, Value> {
            items.iter().map(|(key, value)| (canonical::text(key), value.clone())).collect()
        };
        let (wanted, came) = (by_key(a), by_key(b));
        let lacking: Vec<_> =
            a.iter().filter(|(key, _)| !came.contains_key(&canonical::text(key))).collect();
        let surplus: Vec<_> =
            b.iter().filter(|(key, _)| !wanted.contains_key(&canonical::text(key))).collect();
        if let Some(note) = words::keys(&lacking, &surplus) {
            let kind = match (lacking.is_empty(), surplus.is_empty()) {
                (false, true) => DifferenceKind::Missing,
                (true, false) => DifferenceKind::Extra,
                _ => DifferenceKind::Value,
            };
            return Some(Found { notes: note, ..Found::new(kind, expected, got) });
        }
        a.iter().find_map(|(key, value)| {
            let other = came.get(&canonical::text(key))?;
            Some(self.differ(value, other)?.at(Step::Key(key.clone())))
        })
    }

    fn objects(&self, expected: &Value, got: &Value) -> Option<Found> {
        let (
            Value::Object { class: left, data: a, fields: wanted },
            Value::Object { class: right, data: b, fields: came },
        ) = (expected, got)
        else {
            return None;
        };
        if left != right {
            return Some(Found::new(DifferenceKind::Type, expected, got));
        }
        if let (Some((name, value)), Some((other, came))) =
            (expected.enum_member(), got.enum_member())
        {
            // A member is its name and its value: where it stands among the others is not asked.
            return if name == other {
                self.differ(value, came).map(|found| found.at(Step::Field("value".into())))
            } else {
                Some(Found::new(DifferenceKind::Value, expected, got))
            };
        }
        let data = match (a, b) {
            (None, None) => None,
            (Some(a), Some(b)) => self.differ(a, b),
            _ => Some(Found::new(DifferenceKind::Value, expected, got)),
        };
        data.or_else(|| {
            wanted.iter().find_map(|(name, value)| {
                let Some((_, other)) = came.iter().find(|(other, _)| other == name) else {
                    return Some(Found::missing(
                        value,
                        format!("the attribute `{name}` is missing"),
                    ));
                };
                Some(self.differ(value, other)?.at(Step::Field(name.clone())))
            })
        })
        .or_else(|| {
            let (name, value) =
                came.iter().find(|(name, _)| !wanted.iter().any(|(other, _)| other == name))?;
            Some(Found::extra(value, format!("the attribute `{name}` is not asked for")))
        })
    }
}

fn texts(expected: &Value, got: &Value, a: &str, b: &str) -> Found {
    let notes = text::notes(a, b);
    let found = Found { notes, ..Found::new(DifferenceKind::Text, expected, got) };
    found.at(Step::Char(text::first_difference(a, b)))
}

fn same_items(a: &[Value], b: &[Value]) -> bool {
    let sorted = |items: &[Value]| {
        let mut keys: Vec<String> = items.iter().map(canonical::text).collect();
        keys.sort_unstable();
        keys
    };
    sorted(a) == sorted(b)
}

/// The first part of a value that did not come whole.
fn cut_part(value: &Value) -> Option<&Value> {
    match value {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) | Value::Frozenset(items) => {
            items.iter().find_map(cut_part)
        }
        Value::Dict(items) => items.iter().find_map(|(k, v)| cut_part(k).or_else(|| cut_part(v))),
        Value::Object { data, fields, .. } => data
            .as_deref()
            .and_then(cut_part)
            .or_else(|| fields.iter().find_map(|(_, value)| cut_part(value))),
        Value::Cut { .. } => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
