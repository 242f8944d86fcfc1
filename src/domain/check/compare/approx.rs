//! Compares numbers within a tolerance, also inside containers.

use super::{Difference, Leaf, Search, exact};
use crate::domain::clean::Clean;
use crate::domain::value::Value;

/// As [`super::compare`], but numbers may differ by `tolerance`, absolute or relative to the expected number, whichever
/// is larger, and an `int` may stand for a `float`.
#[must_use]
pub fn approx(expected: &Value, got: &Value, tolerance: f64) -> Option<Difference> {
    let search = Search { leaf: |a: &Value, b: &Value| near(a, b, tolerance) };
    let mut difference = search.find(expected, got)?.render(expected, got);
    difference.notes.push(Clean::line(format!("numbers may differ by {tolerance}")));
    Some(difference)
}

fn near(expected: &Value, got: &Value, tolerance: f64) -> Leaf {
    if exact(expected, got) == Leaf::Equal {
        return Leaf::Equal;
    }
    let complex = |value: &Value| matches!(value, Value::Complex(..));
    let (Some(a), Some(b)) = (parts(expected), parts(got)) else { return Leaf::Other };
    if complex(expected) != complex(got) {
        return Leaf::Other;
    }
    // Infinities, and integers past a float's range, are compared exactly, and have just been found to differ.
    let close = |a: f64, b: f64| {
        let range = tolerance.max(tolerance * a.abs());
        a.is_nan() && b.is_nan() || a.is_finite() && b.is_finite() && (a - b).abs() <= range
    };
    if close(a.0, b.0) && close(a.1, b.1) { Leaf::Equal } else { Leaf::Differs }
}

/// The real and the imaginary part of a number; a `bool` is none here.
fn parts(value: &Value) -> Option<(f64, f64)> {
    let float = |text: &str| text.parse::<f64>().ok();
    match value {
        Value::Int(text) | Value::Float(text) => Some((float(text)?, 0.0)),
        Value::Complex(real, imaginary) => Some((float(real)?, float(imaginary)?)),
        _ => None,
    }
}
