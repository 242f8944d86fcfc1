//! Numbers as Python reads and writes them.

use std::fmt::Write as _;

use crate::domain::value::Value;

/// As many digits as Python itself reads into an `int`.
const MAX_DIGITS: usize = 4_300;

/// What is wrong, and how many bytes into the text.
pub(super) type Fault = (usize, String);

/// Reads the number at the beginning of a text; says how many bytes it takes.
pub(super) fn read(text: &str) -> Result<(Value, usize), Fault> {
    let prefix = text.get(..2).unwrap_or("").to_ascii_lowercase();
    match &*prefix {
        "0x" => radix(text, 16),
        "0o" => radix(text, 8),
        "0b" => radix(text, 2),
        _ => decimal(text),
    }
}

fn radix(text: &str, base: u32) -> Result<(Value, usize), Fault> {
    // Here alone an underscore may come first.
    let lead = 2 + usize::from(text[2..].starts_with('_'));
    let width = digits(&text[lead..], base);
    if width == 0 {
        return Err((0, format!("`{}` needs digits behind it", &text[..2])));
    }
    let end = lead + width;
    if width > MAX_DIGITS {
        return Err((0, format!("a number of more than {MAX_DIGITS} digits is too long")));
    }
    let values = text[lead..end].chars().filter_map(|c| c.to_digit(base));
    Ok((Value::Int(to_decimal(values, base)), end))
}

/// How many bytes of digits, with single underscores between them, a text begins with.
fn digits(text: &str, base: u32) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((index, c)) = chars.next() {
        if c.is_digit(base) {
            end = index + 1;
        } else if !(c == '_' && index > 0 && end == index && next_is_digit(&mut chars, base)) {
            break;
        }
    }
    end
}

fn next_is_digit(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>, base: u32) -> bool {
    chars.peek().is_some_and(|(_, c)| c.is_digit(base))
}

/// Multiplies and adds in limbs of nine decimal digits, the lowest first.
fn to_decimal(digits: impl Iterator<Item = u32>, base: u32) -> String {
    const LIMB: u64 = 1_000_000_000;
    let mut limbs: Vec<u64> = vec![0];
    for digit in digits {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let sum = *limb * u64::from(base) + carry;
            *limb = sum % LIMB;
            carry = sum / LIMB;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut text = limbs.pop().unwrap_or(0).to_string();
    for limb in limbs.iter().rev() {
        let _ = write!(text, "{limb:09}");
    }
    text
}

fn decimal(text: &str) -> Result<(Value, usize), Fault> {
    let whole = digits(text, 10);
    let mut end = whole;
    if text[end..].starts_with('.') {
        end += 1;
        let fraction = digits(&text[end..], 10);
        if whole + fraction == 0 {
            return Err((0, "a number needs a digit".to_owned()));
        }
        end += fraction;
    }
    end += exponent(&text[end..]);
    let plain: String = text[..end].chars().filter(|c| *c != '_').collect();
    if text[end..].starts_with(['j', 'J']) {
        return Ok((Value::Complex("0.0".to_owned(), float(&plain)), end + 1));
    }
    if end > whole {
        return Ok((Value::Float(float(&plain)), end));
    }
    let significant = plain.trim_start_matches('0');
    if significant.is_empty() {
        return Ok((Value::Int("0".to_owned()), end));
    }
    if significant.len() < plain.len() {
        return Err((
            0,
            "leading zeros are not allowed; an octal number begins with `0o`".to_owned(),
        ));
    }
    if plain.len() > MAX_DIGITS {
        return Err((0, format!("a number of more than {MAX_DIGITS} digits is too long")));
    }
    Ok((Value::Int(plain), end))
}

fn exponent(text: &str) -> usize {
    if !text.starts_with(['e', 'E']) {
        return 0;
    }
    let sign = usize::from(text[1..].starts_with(['+', '-']));
    match digits(&text[1 + sign..], 10) {
        0 => 0,
        width => 1 + sign + width,
    }
}

fn float(plain: &str) -> String {
    float_repr(plain.parse().unwrap_or(f64::NAN))
}

/// A float as Python's `repr` writes it: the fewest digits that read back, an exponent below 1e-4 and from 1e16 on.
#[must_use]
pub fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let text = value.to_string();
        return if text.contains('.') { text } else { text + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// A number with a sign before it; nothing for what is no number.
pub(super) fn signed(value: Value, minus: bool) -> Option<Value> {
    match value {
        // A sign stands before one number, not before a sum.
        Value::Complex(real, _) if real != "0.0" => None,
        Value::Int(text) if minus => {
            Some(Value::Int(if text == "0" { text } else { format!("-{text}") }))
        }
        Value::Float(text) if minus => Some(Value::Float(negated(&text))),
        Value::Complex(real, imaginary) if minus => {
            Some(Value::Complex(negated(&real), negated(&imaginary)))
        }
        number @ (Value::Int(_) | Value::Float(_) | Value::Complex(..)) => Some(number),
        _ => None,
    }
}

/// The imaginary part of a number that has no other.
pub(super) fn imaginary(value: &Value) -> Option<&str> {
    match value {
        Value::Complex(real, imaginary) if real == "0.0" => Some(imaginary),
        _ => None,
    }
}

/// `real ± imaginary j`; nothing where the real part is an `int` that no float can hold.
pub(super) fn complex_sum(real: &Value, minus: bool, imaginary: &str) -> Option<Value> {
    let real: f64 = match real {
        Value::Int(text) => text.parse().ok().filter(|value: &f64| value.is_finite())?,
        Value::Float(text) => text.parse().ok()?,
        _ => return None,
    };
    let imaginary: f64 = imaginary.parse().ok()?;
    // As the sum of two complex numbers, of which each lacks a part: that decides the signs of zeros.
    let imaginary = if minus { 0.0 - imaginary } else { 0.0 + imaginary };
    Some(Value::Complex(float_repr(real + 0.0), float_repr(imaginary)))
}

fn negated(float: &str) -> String {
    match float.strip_prefix('-') {
        Some(rest) => rest.to_owned(),
        None if float == "nan" => float.to_owned(),
        None => format!("-{float}"),
    }
}

/// What `float(text)` gives where that is no plain number.
pub(super) fn special_float(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let (minus, name) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    match name {
        "nan" => Some("nan".to_owned()),
        "inf" | "infinity" => Some(if minus { "-inf" } else { "inf" }.to_owned()),
        _ => None,
    }
}
