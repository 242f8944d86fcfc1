//! Writes a value as a Python literal, which Python reads back as the same value.

use std::fmt::Write as _;

use crate::domain::value::Value;

/// A value as Python would read it. What has no literal of its own is written as `...`.
pub(in crate::domain::check) fn write(value: &Value) -> String {
    match value {
        Value::None => "None".to_owned(),
        Value::Bool(flag) => if *flag { "True" } else { "False" }.to_owned(),
        Value::Int(text) => text.clone(),
        Value::Float(text) => float(text),
        Value::Complex(real, imaginary) => {
            format!("complex({}, {})", float(real), float(imaginary))
        }
        Value::Str(text) => format!("'{}'", escaped(text.chars().map(u32::from))),
        Value::OddStr(codes) => format!("'{}'", escaped(codes.iter().copied())),
        Value::Bytes(bytes) => format!("b'{}'", byte_escaped(bytes)),
        Value::List(items) => format!("[{}]", list(items)),
        Value::Tuple(items) if items.len() == 1 => format!("({},)", write(&items[0])),
        Value::Tuple(items) => format!("({})", list(items)),
        Value::Set(items) if items.is_empty() => "set()".to_owned(),
        Value::Set(items) => format!("{{{}}}", list(items)),
        Value::Frozenset(items) if items.is_empty() => "frozenset()".to_owned(),
        Value::Frozenset(items) => format!("frozenset({{{}}})", list(items)),
        Value::Dict(items) => {
            let pairs =
                items.iter().map(|(key, value)| format!("{}: {}", write(key), write(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        _ => "...".to_owned(),
    }
}

fn list(items: &[Value]) -> String {
    items.iter().map(write).collect::<Vec<_>>().join(", ")
}

fn float(text: &str) -> String {
    match text {
        "nan" | "inf" | "-inf" => format!("float('{text}')"),
        _ => text.to_owned(),
    }
}

fn escaped(codes: impl Iterator<Item = u32>) -> String {
    let mut out = String::new();
    for code in codes {
        match char::from_u32(code) {
            Some('\n') => out.push_str("\\n"),
            Some('\t') => out.push_str("\\t"),
            Some(sign @ ('\'' | '\\')) => {
                out.push('\\');
                out.push(sign);
            }
            Some(plain) if plain.is_alphanumeric() || plain.is_ascii_graphic() || plain == ' ' => {
                out.push(plain);
            }
            _ => {
                let _ = write!(out, "\\U{code:08x}");
            }
        }
    }
    out
}

fn byte_escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        match byte {
            b'\'' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            b' '..=b'~' => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "None",
            "True",
            "-3",
            "2.5",
            "[1, 'it\\'s', (2,)]",
            "{'k': {1, 2}}",
            "b'a\\x00'",
            "'\\n\\t\\\\'",
            "()",
            "''",
            "frozenset({1})",
            "'\\U0000200b'",
        ] {
            let value = parse(text).unwrap();
            assert_eq!(write(&value), text);
            assert_eq!(parse(&write(&value)).unwrap(), value);
        }
    }
}
