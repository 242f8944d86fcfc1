//! Values as Python writes them, cut where they are long. What the cut leaves out is counted outside of any quotes, so
//! that no mark can be taken for a part of the value.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use super::{Value, short_name};
use crate::domain::clean::Clean;

/// How many characters a neighbor of the interesting place may take.
const NEIGHBOR: usize = 16;
/// The fewest characters of a text that are shown, however little room is left.
const LEAST_TEXT: usize = 12;
/// How many combining marks in a row are written as they are.
const MARKS: usize = 4;

static MARK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\p{M}").expect("the pattern is a constant"));

/// One step from a value into a part of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// An item of a sequence.
    Index(usize),
    /// The value of a key.
    Key(Value),
    /// An attribute.
    Field(String),
    /// A character of a text, counted from 0; always the last step.
    Char(usize),
}

impl Step {
    /// The step as it would be written behind the value; nothing for a character.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Index(index) => format!("[{index}]"),
            Self::Key(key) => format!("[{}]", key.display(40)),
            Self::Field(name) => format!(".{name}"),
            Self::Char(_) => String::new(),
        }
    }
}

impl Value {
    /// The value as a Python literal where it is one, in about `max` characters.
    #[must_use]
    pub fn display(&self, max: usize) -> Clean {
        self.display_at(&[], max)
    }

    /// The value in about `max` characters, cut so that the place at the end of `path` is seen.
    #[must_use]
    pub fn display_at(&self, path: &[Step], max: usize) -> Clean {
        let mut whole = Writer { out: String::new(), used: 0, limit: max, cut: false };
        whole.value(self, &[]);
        if whole.cut && !path.is_empty() {
            whole = Writer { out: String::new(), used: 0, limit: max, cut: false };
            whole.value(self, path);
        }
        Clean::line(whole.out)
    }
}

struct Writer {
    out: String,
    used: usize,
    limit: usize,
    cut: bool,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.used += text.chars().count();
    }

    fn full(&self) -> bool {
        self.used >= self.limit
    }

    fn value(&mut self, value: &Value, path: &[Step]) {
        match value {
            Value::None => self.push("None"),
            Value::Bool(true) => self.push("True"),
            Value::Bool(false) => self.push("False"),
            Value::Ellipsis => self.push("..."),
            Value::Int(digits) => self.number(digits),
            Value::Float(text) => self.number(text),
            Value::Complex(real, imaginary) => self.push(&complex(real, imaginary)),
            Value::Str(text) => self.text(&text.chars().map(u32::from).collect::<Vec<_>>(), path),
            Value::OddStr(points) => self.text(points, path),
            Value::Bytes(bytes) => self.bytes(bytes),
            Value::List(items) => self.items("[", items.iter(), "]", path),
            Value::Tuple(items) => {
                self.items("(", items.iter(), if items.len() == 1 { ",)" } else { ")" }, path);
            }
            Value::Set(items) if items.is_empty() => self.push("set()"),
            Value::Set(items) => self.items("{", sorted(items).into_iter(), "}", path),
            Value::Frozenset(items) if items.is_empty() => self.push("frozenset()"),
            Value::Frozenset(items) => {
                self.items("frozenset({", sorted(items).into_iter(), "})", path);
            }
            Value::Dict(items) => self.dict(items, path),
            Value::Object { class, data, fields } => {
                if let Some((name, _)) = value.enum_member() {
                    return self.push(&format!("{}.{name}", short_name(class)));
                }
                match range_words(class, fields) {
                    Some(words) => self.push(&words),
                    None => self.object(short_name(class), data.as_deref(), fields, path),
                }
            }
            Value::Named { kind, name } => self.push(&named(kind, short_name(name))),
            Value::Cycle(levels) => self.push(&format!("<itself, {levels} up>")),
            Value::Cut { class, length } => self.push(&cut_words(short_name(class), *length)),
        }
    }

    fn number(&mut self, text: &str) {
        let room = self.limit.saturating_sub(self.used).max(40);
        if text.len() <= room {
            return self.push(text);
        }
        self.cut = true;
        let shown: String = text.chars().take(room).collect();
        self.push(&format!("{shown} … {} more digits", grouped(text.len() - shown.len())));
    }

    fn text(&mut self, points: &[u32], path: &[Step]) {
        let room = self.limit.saturating_sub(self.used).max(LEAST_TEXT);
        if points.len() + 2 <= room {
            return self.push(&quoted(points));
        }
        self.cut = true;
        let place = path.first().map_or(0, |step| if let Step::Char(n) = step { *n } else { 0 });
        let start = place.saturating_sub(room / 3).min(points.len());
        let end = (start + room).min(points.len());
        if start > 0 {
            self.push(&format!("… {} characters … ", grouped(start)));
        }
        self.push(&quoted(&points[start..end]));
        if end < points.len() {
            self.push(&format!(" … {} more characters", grouped(points.len() - end)));
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let room = self.limit.saturating_sub(self.used).max(LEAST_TEXT);
        let shown = &bytes[..bytes.len().min(room)];
        self.push(&quoted_bytes(shown));
        if shown.len() < bytes.len() {
            self.cut = true;
            self.push(&format!(" … {} more bytes", grouped(bytes.len() - shown.len())));
        }
    }

    fn items<'v>(
        &mut self,
        open: &str,
        items: impl ExactSizeIterator<Item = &'v Value>,
        close: &str,
        path: &[Step],
    ) {
        let focus = match path.first() {
            Some(Step::Index(index)) => Some(*index),
            _ => None,
        };
        self.push(open);
        self.series(items, focus, |writer, item, here| {
            writer.value(item, if here { &path[1..] } else { &[] });
        });
        self.push(close);
    }

    fn dict(&mut self, items: &[(Value, Value)], path: &[Step]) {
        let focus = match path.first() {
            Some(Step::Key(key)) => items.iter().position(|(k, _)| k == key),
            _ => None,
        };
        self.push("{");
        self.series(items.iter(), focus, |writer, (key, value), here| {
            writer.value(key, &[]);
            writer.push(": ");
            writer.value(value, if here { &path[1..] } else { &[] });
        });
        self.push("}");
    }

    fn object(
        &mut self,
        class: &str,
        data: Option<&Value>,
        fields: &[(String, Value)],
        path: &[Step],
    ) {
        if data.is_none() && fields.is_empty() {
            return self.push(&format!("<{class} object>"));
        }
        let mut parts: Vec<(Option<&str>, &Value)> = Vec::new();
        parts.extend(data.map(|data| (None, data)));
        for (name, value) in fields {
            match value {
                Value::Tuple(args) if name == "args" => {
                    parts.extend(args.iter().map(|arg| (None, arg)));
                }
                _ => parts.push((Some(name.as_str()), value)),
            }
        }
        let focus = match path.first() {
            Some(Step::Field(name)) => parts.iter().position(|(n, _)| *n == Some(name)),
            _ => None,
        };
        self.push(class);
        self.push("(");
        self.series(parts.into_iter(), focus, |writer, (name, value), here| {
            if let Some(name) = name {
                writer.push(name);
                writer.push("=");
            }
            writer.value(value, if here { &path[1..] } else { &[] });
        });
        self.push(")");
    }

    /// Writes parts between commas: from the focus's neighbor on, as far as there is room.
    fn series<T>(
        &mut self,
        parts: impl ExactSizeIterator<Item = T>,
        focus: Option<usize>,
        mut write: impl FnMut(&mut Self, T, bool),
    ) {
        let total = parts.len();
        let start = focus.unwrap_or(0).saturating_sub(1).min(total);
        if start > 0 {
            self.cut = true;
            self.push(&format!("… {} before …, ", grouped(start)));
        }
        for (index, part) in parts.enumerate().skip(start) {
            let before_focus = focus.is_some_and(|focus| index < focus);
            if self.full() && index > focus.unwrap_or(0) {
                self.cut = true;
                self.push(&format!(", … {} more", grouped(total - index)));
                return;
            }
            if index > start {
                self.push(", ");
            }
            let limit = self.limit;
            if before_focus {
                self.limit = limit.min(self.used + NEIGHBOR);
            }
            write(self, part, focus == Some(index));
            self.limit = limit;
        }
    }
}

/// Sets have no order of their own: numbers by size, all else by how it is written.
fn sorted(items: &[Value]) -> Vec<&Value> {
    let mut keyed: Vec<_> = items
        .iter()
        .map(|item| {
            let number = match item {
                Value::Int(text) | Value::Float(text) => text.parse().unwrap_or(f64::NAN),
                _ => f64::INFINITY,
            };
            (number, item.display(80), item)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    keyed.into_iter().map(|(_, _, item)| item).collect()
}

fn complex(real: &str, imaginary: &str) -> String {
    let part = |text: &str| text.strip_suffix(".0").unwrap_or(text).to_owned();
    let imaginary = part(imaginary);
    if real == "0.0" {
        return format!("{imaginary}j");
    }
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary}j)", part(real))
}

fn named(kind: &str, name: &str) -> String {
    match kind {
        "class" | "module" => format!("<{kind} '{name}'>"),
        "builtin" => format!("<built-in {name}>"),
        _ => format!("<{kind} {name}>"),
    }
}

/// A range as Python writes it, where it is one.
fn range_words(class: &str, fields: &[(String, Value)]) -> Option<String> {
    let [(_, start), (_, stop), (_, step)] = fields else { return None };
    let (Value::Int(start), Value::Int(stop), Value::Int(step)) = (start, stop, step) else {
        return None;
    };
    let step = if &**step == "1" { String::new() } else { format!(", {step}") };
    (class == "builtins.range").then(|| format!("range({start}, {stop}{step})"))
}

fn cut_words(class: &str, length: Option<u64>) -> String {
    match length {
        Some(length) => format!("<{class} of length {}, too large to show>", grouped(length)),
        None => format!("<{class}, too deep to show>"),
    }
}

/// A number with a comma between each three digits.
pub(crate) fn grouped(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn quoted(points: &[u32]) -> String {
    let has = |c: char| points.contains(&u32::from(c));
    let quote = if has('\'') && !has('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    // Marks join what stands before them: behind the quote, or piled up, they would change how the rest is seen.
    let mut marks = MARKS;
    for point in points {
        let c = char::from_u32(*point);
        marks = if c.is_some_and(|c| !c.is_ascii() && MARK.is_match(c.encode_utf8(&mut [0; 4]))) {
            marks + 1
        } else {
            0
        };
        match c {
            Some(c) if marks > MARKS => {
                write_code(&mut out, c);
            }
            Some(c) => escape(&mut out, c, quote),
            None => {
                let _ = write!(out, "\\u{point:04x}");
            }
        }
    }
    out.push(quote);
    out
}

fn escape(out: &mut String, c: char, quote: char) {
    let _ = match c {
        '\\' => out.write_str("\\\\"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        c if c == quote => write!(out, "\\{c}"),
        ' '..='~' => out.write_char(c),
        c if c.is_ascii() || !printable(c) => return write_code(out, c),
        c => out.write_char(c),
    };
}

fn write_code(out: &mut String, c: char) {
    let _ = match u32::from(c) {
        point @ 0..=0xff => write!(out, "\\x{point:02x}"),
        point @ 0x100..=0xffff => write!(out, "\\u{point:04x}"),
        point => write!(out, "\\U{point:08x}"),
    };
}

/// Whether Python's `repr` writes a character as it is, and nothing in it hides or reorders.
fn printable(c: char) -> bool {
    static HIDDEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[\p{C}\p{Z}]").expect("the pattern is a constant"));
    !crate::domain::clean::hides(c) && !HIDDEN.is_match(c.encode_utf8(&mut [0; 4]))
}

fn quoted_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut out = format!("b{quote}");
    for byte in bytes {
        let c = char::from(*byte);
        if byte.is_ascii() {
            escape(&mut out, c, quote);
        } else {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(n: i64) -> Value {
        Value::Int(n.to_string())
    }

    fn text(s: &str) -> Value {
        Value::Str(s.to_owned())
    }

    #[test]
    fn values_are_written_as_python_writes_them() {
        let value = Value::Dict(vec![
            (text("it's"), Value::Tuple(vec![int(1)])),
            (text("a\"b'c\n"), Value::Bytes(b"\x00'\xff".to_vec())),
            (Value::None, Value::Set(vec![int(10), int(9)])),
            (Value::Ellipsis, Value::Complex("1.0".into(), "-2.5".into())),
        ]);
        assert_eq!(
            &*value.display(500),
            r#"{"it's": (1,), 'a"b\'c\n': b"\x00'\xff", None: {9, 10}, ...: (1-2.5j)}"#
        );
    }

    #[test]
    fn what_a_terminal_would_hide_is_escaped() {
        assert_eq!(&*text("a\u{200b}\u{a0}\u{e000}é\x1b").display(99), r"'a\u200b\xa0\ue000é\x1b'");
        assert_eq!(&*Value::OddStr(vec![97, 0xd800]).display(99), r"'a\ud800'");
    }

    #[test]
    fn a_long_list_says_how_much_is_left_out() {
        let list = Value::List((0..10_000).map(int).collect());
        assert_eq!(&*list.display(12), "[0, 1, 2, 3, 4, … 9,995 more]");
    }

    #[test]
    fn a_long_value_is_cut_around_the_place_that_matters() {
        let mut items: Vec<Value> = (0..5_000).map(int).collect();
        items[4_000] = text(&"x".repeat(1_000));
        let shown = Value::List(items).display_at(&[Step::Index(4_000), Step::Char(900)], 60);
        assert!(shown.starts_with("[… 3,999 before …, 3999, … "), "{shown}");
        assert!(shown.contains(" characters … 'xxx"), "{shown}");
        assert!(shown.ends_with(", … 999 more]"), "{shown}");
    }

    #[test]
    fn objects_are_written_as_calls_without_the_programs_own_module() {
        let error = Value::Object {
            class: "__main__.Late".into(),
            data: None,
            fields: vec![("args".into(), Value::Tuple(vec![text("x")])), ("by".into(), int(3))],
        };
        assert_eq!(&*error.display(99), "Late('x', by=3)");
        let bare = Value::Object { class: "builtins.object".into(), data: None, fields: vec![] };
        assert_eq!(&*bare.display(99), "<object object>");
    }

    #[test]
    fn a_range_reads_as_python_writes_it() {
        let range = |step: &str| {
            let field = |name: &str, number: &str| (name.to_owned(), Value::Int(number.into()));
            let fields = vec![field("start", "0"), field("stop", "9"), field("step", step)];
            Value::Object { class: "builtins.range".to_owned(), data: None, fields }
        };
        assert_eq!(range("1").display(100).as_str(), "range(0, 9)");
        assert_eq!(range("-2").display(100).as_str(), "range(0, 9, -2)");
    }
}
