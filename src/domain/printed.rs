//! What a program printed, read as a terminal would read it and made harmless.
//!
//! Colors and weights become data, a carriage return begins its line again, a line may be erased. Every other escape
//! sequence loses its escape character, which is written out, and is text like any other: so nothing acts on the
//! terminal, and nothing that follows a sequence without an end is lost. It knows no terminal and no theme.

mod reader;

use self::reader::{Reader, Token};
use super::clean::{Cells, Clean};
use super::run::Captured;

/// A color as a program names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Paint {
    /// One of the terminal's 256: the first eight are the basic ones, the next eight their bright twins.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// A weight of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// Bold.
    Bold = 1,
    /// Faint.
    Faint = 2,
    /// Italic.
    Italic = 4,
    /// Underlined.
    Underlined = 8,
    /// Text and ground exchanged.
    Reversed = 16,
    /// Struck.
    Struck = 32,
}

impl Weight {
    /// Every weight, with its number in the escape sequence that switches it on.
    pub const ALL: [(Self, u8); 6] = [
        (Self::Bold, 1),
        (Self::Faint, 2),
        (Self::Italic, 3),
        (Self::Underlined, 4),
        (Self::Reversed, 7),
        (Self::Struck, 9),
    ];
}

/// How a program wants its text to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Look {
    /// The text's color.
    pub fg: Option<Paint>,
    /// The ground's color.
    pub bg: Option<Paint>,
    weights: u8,
}

impl Look {
    /// Whether it has a weight.
    #[must_use]
    pub fn has(self, weight: Weight) -> bool {
        self.weights & weight as u8 != 0
    }

    fn set(&mut self, weight: Weight, on: bool) {
        if on {
            self.weights |= weight as u8;
        } else {
            self.weights &= !(weight as u8);
        }
    }

    /// The escape sequence that switches a terminal from any look to this one.
    #[must_use]
    pub fn sequence(self) -> String {
        let mut codes = vec!["0".to_owned()];
        let on = Weight::ALL.into_iter().filter(|(weight, _)| self.has(*weight));
        codes.extend(on.map(|(_, code)| code.to_string()));
        for (paint, base) in [(self.fg, 38), (self.bg, 48)] {
            codes.extend(paint.map(|paint| match paint {
                Paint::Indexed(n) if n < 8 => format!("{}", base - 8 + n),
                Paint::Indexed(n) => format!("{base};5;{n}"),
                Paint::Rgb(r, g, b) => format!("{base};2;{r};{g};{b}"),
            }));
        }
        format!("\x1b[{}m", codes.join(";"))
    }
}

/// Text with its looks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    text: Clean,
    /// Where in the text which look begins, in order; before the first there is none.
    looks: Vec<(usize, Look)>,
}

impl Printed {
    /// Reads all that was printed.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut writer = Writer::default();
        writer.take(bytes);
        writer.finish();
        writer.printed()
    }

    /// Reads what was printed so far: a character or a sequence that is cut at the end waits for its rest.
    #[must_use]
    pub fn so_far(bytes: &[u8]) -> Self {
        let mut writer = Writer::default();
        writer.take(bytes);
        writer.end_line();
        writer.printed()
    }

    /// Reads what was kept of a stream, with a line that counts what was not.
    #[must_use]
    pub fn kept(captured: &Captured) -> Self {
        let mut writer = Writer::default();
        writer.take(&captured.head);
        writer.finish();
        if captured.dropped() > 0 {
            writer.remark(&format!("… {} bytes left out …", captured.dropped()));
            // A character may have been cut in two.
            let rest = |byte: &u8| byte & 0xc0 == 0x80;
            let cut = captured.tail.iter().take(3).take_while(|byte| rest(byte)).count();
            writer.take(&captured.tail[cut..]);
            writer.finish();
        }
        writer.printed()
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &Clean {
        &self.text
    }

    /// The pieces of a range of the text, each of one look.
    pub fn pieces(&self, range: std::ops::Range<usize>) -> impl Iterator<Item = (&str, Look)> {
        let first = self.looks.partition_point(|(at, _)| *at <= range.start);
        let before = first.checked_sub(1).map_or_else(Look::default, |last| self.looks[last].1);
        let changes =
            self.looks[first..].iter().copied().take_while(move |(at, _)| *at < range.end);
        let ends = changes.clone().map(|(at, _)| at).chain([range.end]);
        let starts = [(range.start, before)].into_iter().chain(changes);
        starts.zip(ends).map(|((from, look), to)| (&self.text[from..to], look))
    }
}

impl From<Clean> for Printed {
    fn from(text: Clean) -> Self {
        Self { text, looks: Vec::new() }
    }
}

impl From<&str> for Printed {
    fn from(text: &str) -> Self {
        Clean::text(text).into()
    }
}

/// The longest line, in cells, that a carriage return begins again; in a longer one it is written out.
const LINE_CELLS: usize = 4096;

/// A line that is written over.
#[derive(Debug, Default)]
struct Over {
    cells: Vec<(String, Look)>,
    at: usize,
}

/// Writes tokens down as text.
#[derive(Debug, Default)]
struct Writer {
    reader: Reader,
    text: String,
    looks: Vec<(usize, Look)>,
    look: Look,
    cells: Cells,
    line: usize,
    over: Option<Over>,
}

impl Writer {
    fn take(&mut self, bytes: &[u8]) {
        let mut reader = std::mem::take(&mut self.reader);
        reader.feed(bytes, &mut |token| self.write(token));
        self.reader = reader;
    }

    fn finish(&mut self) {
        let mut reader = std::mem::take(&mut self.reader);
        reader.finish(&mut |token| self.write(token));
        self.end_line();
    }

    fn printed(self) -> Printed {
        Printed { text: Clean::already(self.text), looks: self.looks }
    }

    /// Writes a line of our own between the program's.
    fn remark(&mut self, remark: &str) {
        self.look = Look::default();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.new_line();
        }
        self.push(remark);
        self.new_line();
    }

    fn write(&mut self, token: Token<'_>) {
        match token {
            Token::Text(text) => self.push(text),
            Token::Wrong(byte) => self.push(&format!("\\x{byte:02x}")),
            Token::Look(look) => self.look = look,
            Token::LineEnd => {
                self.end_line();
                self.new_line();
            }
            Token::Return if self.over.is_some() || self.is_short() => self.over().at = 0,
            Token::Return => self.push("\r"),
            Token::EraseRest => {
                if let Some(over) = &mut self.over {
                    over.cells.truncate(over.at);
                }
            }
            Token::EraseLine if self.over.is_some() || self.is_short() => {
                let over = self.over();
                over.cells.clear();
                over.cells.resize(over.at, (" ".to_owned(), Look::default()));
            }
            Token::EraseLine => {}
        }
    }

    fn is_short(&self) -> bool {
        self.text.len() - self.line <= LINE_CELLS
    }

    /// The line as cells; its text is taken back until it ends.
    fn over(&mut self) -> &mut Over {
        if self.over.is_none() {
            let whole = self.line..self.text.len();
            let line = Printed {
                text: Clean::already(std::mem::take(&mut self.text)),
                looks: std::mem::take(&mut self.looks),
            };
            let pieces = line.pieces(whole);
            let cells: Vec<_> = pieces
                .flat_map(|(text, look)| {
                    Cells::clusters(text).map(move |cluster| (cluster.to_owned(), look))
                })
                .collect();
            let at = cells.len();
            (self.text, self.looks) = (line.text.into_string(), line.looks);
            self.text.truncate(self.line);
            while self.looks.last().is_some_and(|(at, _)| *at >= self.line) {
                self.looks.pop();
            }
            self.over = Some(Over { cells, at });
        }
        self.over.get_or_insert_default()
    }

    fn push(&mut self, text: &str) {
        let Some(over) = &mut self.over else {
            self.set_look(self.look);
            self.cells.push(text, &mut self.text);
            return;
        };
        let mut clean = String::new();
        self.cells.push(text, &mut clean);
        for cluster in Cells::clusters(&clean) {
            let cell = (cluster.to_owned(), self.look);
            match over.cells.get_mut(over.at) {
                Some(old) => *old = cell,
                None => over.cells.push(cell),
            }
            over.at += 1;
        }
        if over.cells.len() > LINE_CELLS {
            // What is left of the line is no progress bar: it is written on as it comes.
            self.end_line();
        }
    }

    /// Puts a line that was written over back into the text.
    fn end_line(&mut self) {
        for (cluster, look) in self.over.take().map(|over| over.cells).unwrap_or_default() {
            self.set_look(look);
            self.text.push_str(&cluster);
        }
    }

    fn new_line(&mut self) {
        self.text.push('\n');
        self.line = self.text.len();
        self.cells = Cells::default();
    }

    fn set_look(&mut self, look: Look) {
        let now = self.looks.last().map_or_else(Look::default, |(_, look)| *look);
        if look == now {
            return;
        }
        match self.looks.last_mut() {
            Some((at, last)) if *at == self.text.len() => *last = look,
            _ => self.looks.push((self.text.len(), look)),
        }
    }
}

/// Passes what a program prints on to a terminal, piece by piece as it comes: the terminal keeps the lines.
#[derive(Debug)]
pub struct Passing {
    reader: Reader,
    cells: Cells,
    colored: bool,
    look: Look,
}

impl Passing {
    /// Makes one; without colors, looks are passed over.
    #[must_use]
    pub fn new(colored: bool) -> Self {
        Self { reader: Reader::default(), cells: Cells::default(), colored, look: Look::default() }
    }

    /// What to write for the next piece.
    #[must_use]
    pub fn pass(&mut self, bytes: &[u8]) -> String {
        let mut out = String::with_capacity(bytes.len());
        let mut reader = std::mem::take(&mut self.reader);
        reader.feed(bytes, &mut |token| self.write(token, &mut out));
        self.reader = reader;
        out
    }

    /// What to write after the last piece; the terminal has its own look back then.
    #[must_use]
    pub fn finish(&mut self) -> String {
        let mut out = String::new();
        let mut reader = std::mem::take(&mut self.reader);
        reader.finish(&mut |token| self.write(token, &mut out));
        if std::mem::take(&mut self.look) != Look::default() {
            out.push_str(&Look::default().sequence());
        }
        out
    }

    fn write(&mut self, token: Token<'_>, out: &mut String) {
        match token {
            Token::Text(text) => self.cells.push(text, out),
            Token::Wrong(byte) => self.cells.push(&format!("\\x{byte:02x}"), out),
            Token::Look(look) if self.colored && look != self.look => {
                self.look = look;
                out.push_str(&look.sequence());
            }
            Token::Look(_) => {}
            Token::LineEnd => {
                out.push('\n');
                self.cells = Cells::default();
            }
            Token::Return => {
                out.push('\r');
                self.cells = Cells::default();
            }
            Token::EraseRest => out.push_str("\x1b[K"),
            Token::EraseLine => out.push_str("\x1b[2K"),
        }
    }
}

#[cfg(test)]
mod tests;
