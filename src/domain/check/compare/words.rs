//! What is said about values that differ.

use super::PLACE;
use crate::domain::check::canonical;
use crate::domain::value::Value;

/// A number and its noun.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Some items that are missing or too many.
pub(super) fn left_over(word: &str, items: &[Value]) -> String {
    const NAMED: usize = 3;
    let mut shown: Vec<String> = items
        .iter()
        .take(NAMED)
        .map(|item| item.display(PLACE / NAMED).as_str().to_owned())
        .collect();
    if items.len() > NAMED {
        shown.push(format!("and {} more", items.len() - NAMED));
    }
    format!("{word}: {}", shown.join(", "))
}

/// Keys that one dict has and the other lacks; nothing where both have the same.
pub(super) fn keys(
    lacking: &[&(Value, Value)],
    surplus: &[&(Value, Value)],
) -> Option<Vec<String>> {
    if let ([(wanted, _)], [(came, _)]) = (lacking, surplus)
        && wanted.type_name() != came.type_name()
    {
        let (right, wrong) = (wanted.type_name(), came.type_name());
        let (wanted, came) = (wanted.display(PLACE), came.display(PLACE));
        return Some(vec![format!("the key is {came} ({wrong}), not {wanted} ({right})")]);
    }
    let mut notes = Vec::new();
    for (pairs, word) in [(lacking, "missing"), (surplus, "too many")] {
        let keys: Vec<Value> = pairs.iter().map(|(key, _)| key.clone()).collect();
        if !keys.is_empty() {
            notes.push(left_over(&format!("keys that are {word}"), &keys));
        }
    }
    (!notes.is_empty()).then_some(notes)
}

/// Where bytes first differ, counted from 0 as an index is, and by how many they are too long or too short.
pub(super) fn bytes(expected: &[u8], got: &[u8]) -> String {
    let at = expected.iter().zip(got).take_while(|(a, b)| a == b).count();
    let length = match expected.len().cmp(&got.len()) {
        std::cmp::Ordering::Equal => String::new(),
        _ => format!("; it has {}, not {}", counted(got.len(), "byte"), expected.len()),
    };
    match (expected.get(at), got.get(at)) {
        (Some(wanted), Some(came)) => {
            format!("the byte at [{at}] is 0x{came:02x}, not 0x{wanted:02x}{length}")
        }
        (Some(_), None) => format!("it ends before [{at}]{length}"),
        _ => format!("it goes on at [{at}]{length}"),
    }
}

/// What may lie behind a value of another type.
pub(super) fn other_type(expected: &Value, got: &Value) -> Vec<String> {
    let (wanted, came) = (expected.type_name(), got.type_name());
    let types = format!("the type is `{came}`, not `{wanted}`");
    if same_number(expected, got) {
        return vec![format!("the number is right, {types}")];
    }
    if let (Some(a), Some(b)) = (items(expected), items(got))
        && same_items(expected, got, a, b)
    {
        return vec![format!("the items are right, {types}")];
    }
    if let Value::Str(text) = got
        && (*text == *expected.display(usize::MAX))
    {
        return vec![format!("it reads right, but {types}")];
    }
    let mut notes = vec![types];
    notes.extend(hint(&came).map(str::to_owned));
    notes
}

/// What most often lies behind a value of this type where another was asked for.
pub(in crate::domain::check) fn hint(class: &str) -> Option<&'static str> {
    Some(match class.rsplit('.').next().unwrap_or(class) {
        "NoneType" => "a function that ends without `return` gives `None`",
        "coroutine" => "a coroutine has not run yet: it waits for an `await`",
        "generator" | "async_generator" => {
            "a generator has not run yet: it waits to be asked for items"
        }
        "function" | "method" => "it is the function itself: it has not been called",
        _ => return None,
    })
}

fn same_number(a: &Value, b: &Value) -> bool {
    let number = |value: &Value| {
        matches!(value, Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Complex(..))
    };
    number(a) && number(b) && canonical::hash_key(a) == canonical::hash_key(b)
}

fn items(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) | Value::Frozenset(items) => {
            Some(items)
        }
        _ => None,
    }
}

/// Whether the items are the same, in order where both sides have one.
fn same_items(expected: &Value, got: &Value, a: &[Value], b: &[Value]) -> bool {
    let ordered = |value: &Value| matches!(value, Value::List(_) | Value::Tuple(_));
    if ordered(expected) && ordered(got) {
        return a.len() == b.len()
            && a.iter().zip(b).all(|(x, y)| canonical::text(x) == canonical::text(y));
    }
    super::same_items(a, b)
}
