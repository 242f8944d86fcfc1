//! Strings and bytes as Python reads them.

use super::number::Fault;
use crate::domain::value::Value;

/// What stands before a string's quote.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prefix {
    width: usize,
    raw: bool,
    bytes: bool,
}

/// The prefix of the string that a text begins with; nothing where it begins with none (an f-string among them).
pub(super) fn prefix(text: &str) -> Option<Prefix> {
    let width = text.find(['\'', '"'])?;
    let (raw, bytes) = match &*text[..width].to_ascii_lowercase() {
        "" | "u" => (false, false),
        "r" => (true, false),
        "b" => (false, true),
        "br" | "rb" => (true, true),
        _ => return None,
    };
    Some(Prefix { width, raw, bytes })
}

/// One or several strings read so far: code points, or bytes.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Whether the points are bytes.
    pub(super) bytes: bool,
    points: Vec<u32>,
}

impl Piece {
    /// Puts another piece of the same kind behind.
    pub(super) fn append(&mut self, other: Self) {
        self.bytes = other.bytes;
        self.points.extend(other.points);
    }

    /// The value of it.
    pub(super) fn into_value(self) -> Value {
        if self.bytes {
            let low = self.points.iter().map(|point| u8::try_from(point & 0xff).unwrap_or(0));
            return Value::Bytes(low.collect());
        }
        let text: Option<String> = self.points.iter().map(|point| char::from_u32(*point)).collect();
        text.map_or(Value::OddStr(self.points), Value::Str)
    }
}

/// Reads the string that a text begins with; says how many bytes it takes.
pub(super) fn read(text: &str, prefix: Prefix) -> Result<(Piece, usize), Fault> {
    let body = &text[prefix.width..];
    let quote = &body[..1];
    let triple = quote.repeat(3);
    let close = if body.starts_with(&triple) { &*triple } else { quote };
    let mut reader =
        Reader { text, at: prefix.width + close.len(), prefix, piece: Piece::default() };
    reader.piece.bytes = prefix.bytes;
    loop {
        let rest = reader.rest();
        if rest.starts_with(close) {
            return Ok((reader.piece, reader.at + close.len()));
        }
        let Some(c) = rest.chars().next() else {
            return Err((0, format!("the string is not closed: {close} is missing")));
        };
        match c {
            '\n' | '\r' if close.len() == 1 => {
                return Err((reader.at, "a line ends inside a string; write `\\n`".to_owned()));
            }
            '\\' if prefix.raw => reader.raw_backslash(),
            '\\' => reader.escape()?,
            _ => reader.plain(c)?,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    prefix: Prefix,
    piece: Piece,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn push(&mut self, c: char) {
        self.piece.points.push(u32::from(c));
    }

    fn plain(&mut self, c: char) -> Result<(), Fault> {
        if self.prefix.bytes && !c.is_ascii() {
            return Err((
                self.at,
                format!("bytes hold ASCII characters only; write `{c}` as `\\x…`"),
            ));
        }
        // Python reads every line end as one newline.
        let width = if self.rest().starts_with("\r\n") { 2 } else { c.len_utf8() };
        self.push(if c == '\r' { '\n' } else { c });
        self.at += width;
        Ok(())
    }

    /// In a raw string a backslash stays, and keeps a quote from closing.
    fn raw_backslash(&mut self) {
        self.push('\\');
        self.at += 1;
        if let Some(c @ ('\'' | '"' | '\\')) = self.rest().chars().next() {
            self.push(c);
            self.at += 1;
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.rest().chars().next() else { return Ok(()) };
        let simple = match c {
            '\\' | '\'' | '"' => Some(c),
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            _ => None,
        };
        if let Some(simple) = simple {
            self.push(simple);
            self.at += 1;
            return Ok(());
        }
        match c {
            '\n' => self.at += 1,
            '\r' => self.at += if self.rest().starts_with("\r\n") { 2 } else { 1 },
            '0'..='7' => self.octal(),
            'x' => self.hex(start, 2)?,
            'u' if !self.prefix.bytes => self.hex(start, 4)?,
            'U' if !self.prefix.bytes => self.hex(start, 8)?,
            'N' if !self.prefix.bytes => {
                return Err((
                    start,
                    "write the character, or `\\u` and its number, not `\\N{…}`".to_owned(),
                ));
            }
            _ => self.push('\\'),
        }
        Ok(())
    }

    fn octal(&mut self) {
        let digits: Vec<u32> = self.rest().chars().take(3).map_while(|c| c.to_digit(8)).collect();
        self.at += digits.len();
        self.piece.points.push(digits.iter().fold(0, |value, digit| value * 8 + digit));
    }

    fn hex(&mut self, start: usize, width: usize) -> Result<(), Fault> {
        let digits =
            self.rest().get(1..=width).filter(|d| d.chars().all(|c| c.is_ascii_hexdigit()));
        let point = digits
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .filter(|point| *point <= u32::from(char::MAX));
        let Some(point) = point else {
            let letter = &self.rest()[..1];
            return Err((
                start,
                format!("`\\{letter}` needs {width} hexadecimal digits of a character"),
            ));
        };
        self.piece.points.push(point);
        self.at += 1 + width;
        Ok(())
    }
}
