//! Values as text that is equal exactly where the values are: sets and dicts without their order, `-0.0` as `0.0`.

use std::fmt::Write as _;

use crate::domain::value::Value;

/// The canonical text of a value: types are told apart, order counts in sequences alone.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

fn write(out: &mut String, value: &Value) {
    let _ = match value {
        Value::None => out.write_str("N"),
        Value::Bool(value) => write!(out, "?{value}"),
        Value::Int(digits) => write!(out, "i{digits}"),
        Value::Float(text) => write!(out, "f{}", zero(text)),
        Value::Complex(real, imaginary) => write!(out, "c{},{}", zero(real), zero(imaginary)),
        Value::Str(text) => write!(out, "s{}:{text}", text.len()),
        Value::OddStr(points) => write!(out, "{}", odd(points)),
        Value::Bytes(bytes) => write!(out, "b{bytes:?}"),
        Value::List(items) => return series(out, 'l', items.iter().map(text)),
        Value::Tuple(items) => return series(out, 't', items.iter().map(text)),
        Value::Set(items) => return series(out, 'S', ordered(items.iter().map(text))),
        Value::Frozenset(items) => return series(out, 'F', ordered(items.iter().map(text))),
        Value::Dict(items) => {
            let pairs = items.iter().map(|(key, value)| format!("{}={}", text(key), text(value)));
            return series(out, 'd', ordered(pairs));
        }
        Value::Ellipsis => out.write_str("E"),
        Value::Named { kind, name } => write!(out, "n{}:{kind}:{name}", name.len()),
        Value::Object { class, data, fields } => {
            let _ = write!(out, "o{}:{class}", class.len());
            let own = data.iter().map(|data| text(data));
            let rest = fields.iter().map(|(name, value)| format!("{name}={}", text(value)));
            return series(out, '.', own.chain(ordered(rest)));
        }
        Value::Cycle(levels) => write!(out, "r{levels}"),
        Value::Cut { class, length } => write!(out, "x{class}:{length:?}"),
    };
}

fn ordered(texts: impl Iterator<Item = String>) -> std::vec::IntoIter<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort_unstable();
    texts.into_iter()
}

fn series(out: &mut String, tag: char, items: impl Iterator<Item = String>) {
    out.push(tag);
    out.push('(');
    for item in items {
        out.push_str(&item);
        out.push(';');
    }
    out.push(')');
}

fn zero(float: &str) -> &str {
    if float == "-0.0" { "0.0" } else { float }
}

/// Code points that happen to be whole text are that text.
fn odd(points: &[u32]) -> String {
    let whole: Option<String> = points.iter().map(|point| char::from_u32(*point)).collect();
    whole.map_or_else(|| format!("u{points:?}"), |text| format!("s{}:{text}", text.len()))
}

/// What two keys share that Python takes for one (`1`, `1.0` and `True`); nothing for what cannot be a key.
pub(super) fn hash_key(value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(format!("i{}", u8::from(*value))),
        Value::Float(number) => {
            Some(whole(number).map_or_else(|| text(value), |n| format!("i{n}")))
        }
        Value::Complex(real, imaginary) if zero(imaginary) == "0.0" => {
            hash_key(&Value::Float(real.clone()))
        }
        Value::Tuple(items) => {
            let keys: Option<Vec<_>> = items.iter().map(hash_key).collect();
            let mut out = String::new();
            series(&mut out, 't', keys?.into_iter());
            Some(out)
        }
        Value::List(_) | Value::Set(_) | Value::Dict(_) => None,
        _ => Some(text(value)),
    }
}

/// The digits of a float that is a whole number.
fn whole(float: &str) -> Option<String> {
    let value: f64 = float.parse().ok()?;
    (value.is_finite() && value.fract() == 0.0).then(|| format!("{:.0}", value + 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_counts_in_sequences_and_nowhere_else() {
        let one = || Value::Int("1".into());
        let two = || Value::Int("2".into());
        assert_ne!(text(&Value::List(vec![one(), two()])), text(&Value::List(vec![two(), one()])));
        assert_eq!(text(&Value::Set(vec![one(), two()])), text(&Value::Set(vec![two(), one()])));
        assert_eq!(
            text(&Value::Dict(vec![(one(), two()), (two(), one())])),
            text(&Value::Dict(vec![(two(), one()), (one(), two())]))
        );
    }

    #[test]
    fn types_are_told_apart_and_the_two_zeros_are_not() {
        let ones = [Value::Int("1".into()), Value::Float("1.0".into()), Value::Bool(true)];
        let texts: std::collections::HashSet<_> = ones.iter().map(text).collect();
        assert_eq!(texts.len(), 3);
        assert_eq!(text(&Value::Float("-0.0".into())), text(&Value::Float("0.0".into())));
    }

    #[test]
    fn no_text_can_pose_as_two() {
        let joined = Value::List(vec![Value::Str("a;s1:b".into())]);
        let parted = Value::List(vec![Value::Str("a".into()), Value::Str("b".into())]);
        assert_ne!(text(&joined), text(&parted));
    }

    #[test]
    fn keys_that_python_takes_for_one_share_a_hash_key() {
        assert_eq!(hash_key(&Value::Bool(true)), hash_key(&Value::Float("1.0".into())));
        assert_eq!(hash_key(&Value::Float("-0.0".into())), hash_key(&Value::Int("0".into())));
        assert_eq!(hash_key(&Value::Tuple(vec![Value::List(vec![])])), None);
    }
}
