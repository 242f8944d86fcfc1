//! Reads Python literals: the grammar of `ast.literal_eval`, and `frozenset()`, `nan`, `inf`, `float('nan')`.
//!
//! Authors write expected values in it. It evaluates nothing, and takes nothing whose value it cannot hold exactly.

mod number;
mod string;
mod write;

use std::collections::HashSet;

use super::canonical;
use crate::domain::value::Value;

pub use number::float_repr;
pub(super) use write::write;

/// How deep brackets may nest.
const MAX_DEPTH: usize = 64;
const WAY_OUT: &str = "write plain data here, or use `same-as-solution` for what is not, and `approx` for numbers \
                       within a tolerance";

/// Why a text is no literal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LiteralError {
    /// The byte of the text where it goes wrong.
    pub offset: usize,
    /// What is wrong and what to write instead, in a sentence without a full stop.
    pub message: String,
}

type Read<T> = Result<T, LiteralError>;

/// Reads one literal that fills the whole text.
pub fn parse(text: &str) -> Result<Value, LiteralError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    parser.space(true);
    let first = parser.item()?;
    let value = if parser.peek() == Some(',') {
        let mut items = vec![first];
        while parser.eat(',') {
            if parser.peek().is_none_or(|c| c == '\n') {
                break;
            }
            items.push(parser.item()?);
        }
        Value::Tuple(items)
    } else {
        first
    };
    parser.space(true);
    match parser.peek() {
        None => Ok(value),
        Some(c) => Err(parser.fault(&format!("`{c}` cannot follow a literal; {WAY_OUT}"))),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn fault(&self, message: &str) -> LiteralError {
        self.fault_at(self.at, message)
    }

    #[expect(clippy::unused_self, reason = "reads as its neighbor does")]
    fn fault_at(&self, offset: usize, message: &str) -> LiteralError {
        LiteralError { offset, message: message.to_owned() }
    }

    /// Passes over spaces, comments and joined lines; inside brackets also over line ends.
    fn space(&mut self, lines: bool) {
        let lines = lines || self.depth > 0;
        loop {
            let rest = self.rest();
            let width = match rest.chars().next() {
                Some(' ' | '\t' | '\x0c') => 1,
                Some('\r' | '\n') if lines => 1,
                Some('\r') if rest.starts_with("\r\n") => 1,
                Some('#') => rest.find('\n').unwrap_or(rest.len()),
                Some('\\') if rest.starts_with("\\\n") => 2,
                Some('\\') if rest.starts_with("\\\r\n") => 3,
                _ => return,
            };
            self.at += width;
        }
    }

    /// Takes a character and the space behind it.
    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
            self.space(false);
        }
        found
    }

    /// A value, or the sum of a real and an imaginary number.
    fn item(&mut self) -> Read<Value> {
        let start = self.at;
        let value = self.signed()?;
        self.space(false);
        let Some(sign @ ('+' | '-')) = self.peek() else { return Ok(value) };
        let (Value::Int(_) | Value::Float(_)) = value else {
            return Err(self.fault(&format!("an operator is no part of a literal; {WAY_OUT}")));
        };
        self.at += 1;
        self.space(false);
        let right = self.primary()?;
        self.space(false);
        let Some(imaginary) = number::imaginary(&right) else {
            return Err(self.fault_at(start, &format!("a sum is no literal; {WAY_OUT}")));
        };
        number::complex_sum(&value, sign == '-', imaginary)
            .ok_or_else(|| self.fault_at(start, "the real part is too large for a complex number"))
    }

    fn signed(&mut self) -> Read<Value> {
        let Some(sign @ ('+' | '-')) = self.peek() else { return self.primary() };
        let start = self.at;
        self.at += 1;
        self.space(false);
        let value = self.primary()?;
        number::signed(value, sign == '-')
            .ok_or_else(|| self.fault_at(start, &format!("`{sign}` stands before a number only")))
    }

    fn primary(&mut self) -> Read<Value> {
        let rest = self.rest();
        match rest.chars().next() {
            None => Err(self.fault("a value is missing")),
            Some('(') => self.bracketed(Self::tuple),
            Some('[') => self.bracketed(|parser| Ok(Value::List(parser.series(']')?.0))),
            Some('{') => self.bracketed(Self::braces),
            Some('.') if rest.starts_with("...") => {
                self.at += 3;
                Ok(Value::Ellipsis)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some('\'' | '"') => self.strings(),
            Some(c) if c.is_alphabetic() || c == '_' => self.word(),
            Some('-' | '+') => Err(self.fault("one sign is enough")),
            Some(c) => Err(self.fault(&format!("`{c}` cannot begin a literal; {WAY_OUT}"))),
        }
    }

    fn bracketed(&mut self, inside: impl FnOnce(&mut Self) -> Read<Value>) -> Read<Value> {
        if self.depth == MAX_DEPTH {
            return Err(self.fault(&format!("brackets nest deeper than {MAX_DEPTH}")));
        }
        self.depth += 1;
        self.at += 1;
        self.space(true);
        let value = inside(self)?;
        // The closing bracket: what follows it belongs to the outer level.
        self.depth -= 1;
        self.at += 1;
        Ok(value)
    }

    /// Items up to the closing bracket, which is left; says whether a comma stood behind the last.
    fn series(&mut self, close: char) -> Read<(Vec<Value>, bool)> {
        let mut items = Vec::new();
        let mut comma = false;
        while self.peek() != Some(close) {
            if !(items.is_empty() || comma) {
                return Err(self.expected(close));
            }
            items.push(self.item()?);
            comma = self.eat(',');
        }
        Ok((items, comma))
    }

    fn expected(&self, close: char) -> LiteralError {
        match self.peek() {
            None => self.fault(&format!("`{close}` is missing at the end")),
            Some(c) => {
                self.fault(&format!("a comma or `{close}` is expected, not `{c}`; {WAY_OUT}"))
            }
        }
    }

    fn tuple(&mut self) -> Read<Value> {
        let (mut items, comma) = self.series(')')?;
        if items.len() == 1 && !comma {
            return Ok(items.remove(0));
        }
        Ok(Value::Tuple(items))
    }

    fn braces(&mut self) -> Read<Value> {
        if self.peek() == Some('}') {
            return Ok(Value::Dict(Vec::new()));
        }
        let start = self.at;
        let first = self.item()?;
        if self.peek() == Some(':') {
            return self.dict(first, start);
        }
        let mut items = vec![first];
        if self.eat(',') {
            items.extend(self.series('}')?.0);
        } else if self.peek() != Some('}') {
            return Err(self.expected('}'));
        }
        self.distinct(items.iter(), start, "in this set")?;
        Ok(Value::Set(items))
    }

    fn dict(&mut self, first: Value, start: usize) -> Read<Value> {
        let mut items = Vec::new();
        let mut key = first;
        loop {
            if !self.eat(':') {
                return Err(self.fault("`:` and a value are expected behind a key"));
            }
            items.push((key, self.item()?));
            let comma = self.eat(',');
            if self.peek() == Some('}') {
                break;
            }
            if !comma {
                return Err(self.expected('}'));
            }
            key = self.item()?;
        }
        self.distinct(items.iter().map(|(key, _)| key), start, "as a key of this dict")?;
        Ok(Value::Dict(items))
    }

    /// Refuses what Python would refuse or silently merge.
    fn distinct<'v>(
        &self,
        items: impl Iterator<Item = &'v Value>,
        start: usize,
        place: &str,
    ) -> Read<()> {
        let mut seen = HashSet::new();
        for item in items {
            let Some(key) = canonical::hash_key(item) else {
                let class = item.type_name();
                return Err(self.fault_at(start, &format!("a {class} cannot stand {place}")));
            };
            if !seen.insert(key) {
                let shown = item.display(40);
                return Err(self.fault_at(start, &format!("`{shown}` stands twice {place}")));
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Read<Value> {
        let (value, width) = number::read(self.rest())
            .map_err(|(offset, message)| self.fault_at(self.at + offset, &message))?;
        self.at += width;
        if self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return Err(
                self.fault("a number is followed by a letter or a digit that is no part of it")
            );
        }
        Ok(value)
    }

    /// One string, or several side by side.
    fn strings(&mut self) -> Read<Value> {
        let mut all = string::Piece::default();
        let mut first = true;
        let mut end = self.at;
        while let Some(prefix) = string::prefix(self.rest()) {
            let start = self.at;
            let (piece, width) = string::read(self.rest(), prefix)
                .map_err(|(offset, message)| self.fault_at(self.at + offset, &message))?;
            if !first && piece.bytes != all.bytes {
                return Err(self.fault_at(start, "bytes and text cannot stand side by side"));
            }
            all.append(piece);
            first = false;
            self.at += width;
            end = self.at;
            self.space(false);
        }
        self.at = end;
        Ok(all.into_value())
    }

    fn word(&mut self) -> Read<Value> {
        if string::prefix(self.rest()).is_some() {
            return self.strings();
        }
        let rest = self.rest();
        let width = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let start = self.at;
        self.at += width;
        match &rest[..width] {
            "None" => Ok(Value::None),
            "True" => Ok(Value::Bool(true)),
            "False" => Ok(Value::Bool(false)),
            word @ ("nan" | "inf") => Ok(Value::Float(word.to_owned())),
            word @ ("nanj" | "infj") => Ok(Value::Complex("0.0".into(), word[..3].to_owned())),
            word @ ("set" | "frozenset" | "float") => {
                self.space(false);
                self.call(word, start)
            }
            word if matches!(self.peek(), Some('\'' | '"')) => {
                Err(self.fault_at(start, &format!("`{word}` strings are no literals; {WAY_OUT}")))
            }
            word => {
                Err(self.fault_at(start, &format!("`{word}` is a name, not a literal; {WAY_OUT}")))
            }
        }
    }

    fn call(&mut self, word: &str, start: usize) -> Read<Value> {
        if self.peek() != Some('(') {
            return Err(
                self.fault_at(start, &format!("`{word}` is a name, not a literal; {WAY_OUT}"))
            );
        }
        let argument = self.bracketed(|parser| {
            let (items, _) = parser.series(')')?;
            Ok(Value::Tuple(items))
        })?;
        let Value::Tuple(mut arguments) = argument else {
            return Err(self.fault_at(start, "a call has arguments in parentheses"));
        };
        let argument = arguments.pop();
        match (word, argument) {
            _ if !arguments.is_empty() => None,
            ("set", None) => Some(Value::Set(Vec::new())),
            ("frozenset", None) => Some(Value::Frozenset(Vec::new())),
            ("frozenset", Some(Value::Set(items))) => Some(Value::Frozenset(items)),
            ("float", Some(Value::Str(text))) => number::special_float(&text).map(Value::Float),
            _ => None,
        }
        .ok_or_else(|| {
            let fit = "`set()`, `frozenset()`, `frozenset({…})`, `float('nan')` and `float('inf')` are the only calls";
            self.fault_at(start, &format!("{fit} in a literal; {WAY_OUT}"))
        })
    }
}

#[cfg(test)]
pub(super) mod tests;
