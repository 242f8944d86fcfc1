//! Cuts a stream of bytes into tokens, whatever the pieces in which it comes.

use super::{Look, Paint, Weight};

/// The longest escape sequence that is understood, in bytes; a longer one is text.
const SEQUENCE_MAX: usize = 64;

const ESCAPE: u8 = 0x1b;

/// A piece of what a program printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Text without line ends; control characters may be in it.
    Text(&'t str),
    /// A byte that is no UTF-8.
    Wrong(u8),
    /// A line's end, `\n` or `\r\n`.
    LineEnd,
    /// A `\r` by itself: the line begins again.
    Return,
    /// What follows looks like this.
    Look(Look),
    /// The line is erased from here on.
    EraseRest,
    /// The whole line is erased.
    EraseLine,
}

/// Reads a stream; what is cut at the end of a piece is held until the next comes.
#[derive(Debug, Clone, Default)]
pub(super) struct Reader {
    held: Vec<u8>,
    look: Look,
}

impl Reader {
    /// Takes the next piece.
    pub(super) fn feed(&mut self, bytes: &[u8], sink: &mut impl FnMut(Token<'_>)) {
        let joined;
        let mut rest = bytes;
        if !self.held.is_empty() {
            self.held.extend_from_slice(bytes);
            joined = std::mem::take(&mut self.held);
            rest = &joined;
        }
        while let Some(first) = rest.first() {
            let taken = match first {
                b'\n' => {
                    sink(Token::LineEnd);
                    Some(1)
                }
                b'\r' => line_end(rest, sink),
                &ESCAPE => self.escape(rest, sink),
                _ => text(rest, sink),
            };
            let Some(taken) = taken else { break };
            rest = &rest[taken..];
        }
        self.held.extend_from_slice(rest);
    }

    /// Takes what is held as it is: nothing comes any more.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut(Token<'_>)) {
        let held = std::mem::take(&mut self.held);
        match held.first() {
            None => {}
            Some(b'\r') => sink(Token::Return),
            // Only the beginning of a sequence is held, and that is ASCII.
            Some(&ESCAPE) => {
                for chunk in held.utf8_chunks() {
                    sink(Token::Text(chunk.valid()));
                }
            }
            Some(_) => {
                for byte in held {
                    sink(Token::Wrong(byte));
                }
            }
        }
    }

    /// Takes an escape character, with its sequence where it is understood; nothing where its end is still to come.
    fn escape(&mut self, rest: &[u8], sink: &mut impl FnMut(Token<'_>)) -> Option<usize> {
        let shown = |sink: &mut dyn FnMut(Token<'_>)| {
            sink(Token::Text("\x1b"));
            Some(1)
        };
        match rest.get(1) {
            None => return None,
            Some(b'[') => {}
            Some(_) => return shown(sink),
        }
        let window = &rest[2..rest.len().min(SEQUENCE_MAX)];
        let Some(length) = window.iter().position(|b| !matches!(b, b'0'..=b'9' | b';' | b':'))
        else {
            return if rest.len() < SEQUENCE_MAX { None } else { shown(sink) };
        };
        let parameters = &window[..length];
        match (window[length], parameters) {
            (b'm', _) => {
                self.look.apply(parameters);
                sink(Token::Look(self.look));
            }
            (b'K', b"" | b"0") => sink(Token::EraseRest),
            (b'K', b"2") => sink(Token::EraseLine),
            _ => return shown(sink),
        }
        Some(2 + length + 1)
    }
}

fn line_end(rest: &[u8], sink: &mut impl FnMut(Token<'_>)) -> Option<usize> {
    match rest.get(1)? {
        b'\n' => {
            sink(Token::LineEnd);
            Some(2)
        }
        // Windows programs end lines in `\r\r\n`: text mode adds a `\r` to one that is there.
        b'\r' => Some(1),
        _ => {
            sink(Token::Return);
            Some(1)
        }
    }
}

/// Takes text up to what is none; nothing where the rest of its only character is still to come.
fn text(rest: &[u8], sink: &mut impl FnMut(Token<'_>)) -> Option<usize> {
    let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r' | &ESCAPE));
    let run = &rest[..end.unwrap_or(rest.len())];
    let mut taken = 0;
    for chunk in run.utf8_chunks() {
        if !chunk.valid().is_empty() {
            sink(Token::Text(chunk.valid()));
        }
        taken += chunk.valid().len();
        let wrong = chunk.invalid();
        let is_last = taken + wrong.len() == rest.len();
        if is_last && is_begun(wrong) {
            break;
        }
        for byte in wrong {
            sink(Token::Wrong(*byte));
        }
        taken += wrong.len();
    }
    (taken > 0).then_some(taken)
}

/// Whether bytes are the beginning of a character.
fn is_begun(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

impl Look {
    /// Applies the parameters of a sequence that ends in `m` (ECMA-48, "select graphic rendition").
    fn apply(&mut self, parameters: &[u8]) {
        let mut codes = parameters.split(|byte| matches!(byte, b';' | b':')).map(number);
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Self::default(),
                1 => self.set(Weight::Bold, true),
                2 => self.set(Weight::Faint, true),
                3 => self.set(Weight::Italic, true),
                4 => self.set(Weight::Underlined, true),
                7 => self.set(Weight::Reversed, true),
                9 => self.set(Weight::Struck, true),
                22 => {
                    self.set(Weight::Bold, false);
                    self.set(Weight::Faint, false);
                }
                23 => self.set(Weight::Italic, false),
                24 => self.set(Weight::Underlined, false),
                27 => self.set(Weight::Reversed, false),
                29 => self.set(Weight::Struck, false),
                30..=37 => self.fg = Some(Paint::Indexed(byte(code - 30))),
                38 => self.fg = paint(&mut codes).or(self.fg),
                39 => self.fg = None,
                40..=47 => self.bg = Some(Paint::Indexed(byte(code - 40))),
                48 => self.bg = paint(&mut codes).or(self.bg),
                49 => self.bg = None,
                90..=97 => self.fg = Some(Paint::Indexed(byte(code - 90 + 8))),
                100..=107 => self.bg = Some(Paint::Indexed(byte(code - 100 + 8))),
                // Blinking and hidden text are not wanted; fonts and frames no terminal shows.
                _ => {}
            }
        }
    }
}

/// Reads the rest of an extended color.
fn paint(codes: &mut impl Iterator<Item = u16>) -> Option<Paint> {
    match codes.next()? {
        5 => Some(Paint::Indexed(byte(codes.next()?))),
        2 => Some(Paint::Rgb(byte(codes.next()?), byte(codes.next()?), byte(codes.next()?))),
        _ => None,
    }
}

/// A parameter; one that is left out is 0.
fn number(digits: &[u8]) -> u16 {
    digits.iter().fold(0_u16, |sum, digit| {
        sum.saturating_mul(10).saturating_add(u16::from(digit.saturating_sub(b'0')))
    })
}

fn byte(code: u16) -> u8 {
    u8::try_from(code).unwrap_or(u8::MAX)
}
