//! Text from outside, made harmless for a terminal.
//!
//! Program output, tracebacks, pack text and file names become [`Clean`] where they enter; widgets take nothing else.
//! What could act on the terminal or hide text is written out visibly, never dropped in silence.

use std::fmt::{self, Write as _};
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// The most code points that one screen cell may hold; a longer cluster is cut and marked.
pub const CELL_CODE_POINTS: usize = 8;

/// Text that holds nothing but visible characters, spaces and (for [`Clean::text`]) line ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Clean(String);

impl Clean {
    /// Cleans text of several lines: line ends stay (`\r\n` as `\n`), a tab becomes spaces up to the next multiple of four.
    #[must_use]
    pub fn text(raw: impl AsRef<str>) -> Self {
        Self(clean(raw.as_ref(), true))
    }

    /// Cleans text that stands on one line: line ends are written out as `\n`.
    #[must_use]
    pub fn line(raw: impl AsRef<str>) -> Self {
        Self(clean(raw.as_ref(), false))
    }

    /// Cleans bytes that ought to be UTF-8, as those of a file's name; each wrong byte is written out as `\xNN`.
    #[must_use]
    pub fn bytes(raw: &[u8]) -> Self {
        let mut text = String::with_capacity(raw.len());
        for chunk in raw.utf8_chunks() {
            text.push_str(chunk.valid());
            for byte in chunk.invalid() {
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
        Self::text(text)
    }

    /// Takes text that was cleaned piece by piece.
    pub(super) fn already(text: String) -> Self {
        Self(text)
    }

    /// The text by itself.
    pub(super) fn into_string(self) -> String {
        self.0
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Clean {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Clean {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Clean {
    fn from(raw: &str) -> Self {
        Self::text(raw)
    }
}

impl From<String> for Clean {
    fn from(raw: String) -> Self {
        Self::text(raw)
    }
}

impl<'de> Deserialize<'de> for Clean {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::from)
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn clean(raw: &str, lines: bool) -> String {
    // Most of a pack is plain, and cutting it into clusters would be most of the work of reading it.
    if raw.bytes().all(|byte| matches!(byte, b' '..=b'~') || (lines && byte == b'\n')) {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut cells = Cells::default();
    if !lines {
        cells.push_line(raw, false, &mut out);
        return out;
    }
    for (n, line) in raw.split('\n').enumerate() {
        if n > 0 {
            out.push('\n');
            cells = Cells::default();
        }
        cells.push(line.strip_suffix('\r').unwrap_or(line), &mut out);
    }
    out
}

/// Cleans one line, piece by piece.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    column: usize,
    /// How many code points the last cell holds, which the next piece may go on with.
    last: usize,
}

impl Cells {
    /// Cleans the next piece of a line; a tab becomes spaces up to the next multiple of four.
    pub(super) fn push(&mut self, piece: &str, out: &mut String) {
        self.push_line(piece, true, out);
    }

    /// The cells of text that is clean.
    pub(super) fn clusters(clean: &str) -> impl Iterator<Item = &str> {
        clean.graphemes(true)
    }

    fn push_line(&mut self, piece: &str, tabs: bool, out: &mut String) {
        if piece.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            out.push_str(piece);
            self.column += piece.len();
            self.last = if piece.is_empty() { self.last } else { 1 };
            return;
        }
        for cluster in piece.graphemes(true) {
            if cluster == "\t" && tabs {
                let spaces = 4 - self.column % 4;
                out.extend(std::iter::repeat_n(' ', spaces));
                self.column += spaces;
                self.last = 1;
                continue;
            }
            let count = cluster.chars().count();
            if self.last > 0 && cluster.chars().next().is_some_and(extends) {
                // It goes on with the cell before it, which has room for so many more.
                self.last += count;
                if self.last > CELL_CODE_POINTS {
                    push_named(out, cluster);
                    self.last = CELL_CODE_POINTS;
                    continue;
                }
            } else {
                self.last = count;
            }
            push_cluster(out, cluster);
            self.column += 1;
        }
    }
}

/// Whether a character goes on with the cell before it.
fn extends(c: char) -> bool {
    let mut bytes = [b'a', 0, 0, 0, 0];
    let length = c.encode_utf8(&mut bytes[1..]).len();
    std::str::from_utf8(&bytes[..=length]).is_ok_and(|text| text.graphemes(true).count() == 1)
}

/// Names the first character of a cluster for which there is no room.
fn push_named(out: &mut String, cluster: &str) {
    for c in cluster.chars().take(1) {
        let _ = write!(out, "<U+{:04X}>", u32::from(c));
    }
}

fn push_cluster(out: &mut String, cluster: &str) {
    for (n, c) in cluster.chars().enumerate() {
        if n == CELL_CODE_POINTS {
            out.push('…');
            return;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0' => out.push_str("\\0"),
            c if c.is_control() => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            // A joiner or a variation selector inside a cluster shapes it; alone it only hides.
            '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' if n > 0 => out.push(c),
            c if hides(c) => {
                let _ = write!(out, "<U+{:04X}>", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

/// Whether a character changes the order of its neighbours, or takes no room of its own where it stands alone.
#[must_use]
pub fn hides(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_lose_their_power_and_stay_visible() {
        assert_eq!(&*Clean::text("a\x1b[31mred\x07"), "a\\x1b[31mred\\x07");
        assert_eq!(&*Clean::text("\u{9b}31m"), "\\x9b31m");
    }

    #[test]
    fn text_keeps_line_ends_and_a_line_writes_them_out() {
        assert_eq!(&*Clean::text("a\r\nb\nc\rd"), "a\nb\nc\\rd");
        assert_eq!(&*Clean::line("a\nb\tc"), "a\\nb\\tc");
    }

    #[test]
    fn characters_that_reorder_or_hide_are_named() {
        assert_eq!(&*Clean::line("x\u{202e}y\u{200b}"), "x<U+202E>y<U+200B>");
    }

    #[test]
    fn joined_emoji_stay_whole() {
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(&*Clean::line(family), family);
    }

    #[test]
    fn a_tower_of_combining_marks_is_cut() {
        let tower = format!("e{}", "\u{301}".repeat(500));
        assert!(Clean::line(tower).chars().count() <= CELL_CODE_POINTS + 1);
    }

    #[test]
    fn wrong_bytes_are_written_out() {
        assert_eq!(&*Clean::bytes(b"ok \xff\xfe"), "ok \\xff\\xfe");
    }

    #[test]
    fn tabs_become_spaces_to_the_next_stop() {
        assert_eq!(&*Clean::text("a\tb\n\tc"), "a   b\n    c");
    }
}
