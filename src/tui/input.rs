//! Reads what a terminal sends: bytes in, keys, mouse and pastes out. Knows no file and no clock.
//!
//! The screen reads its terminal itself, since crossterm's reader never comes back once a terminal is gone (its
//! issue 793); the events are crossterm's own types. Every legacy form is known; what is unknown is passed over.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// How much of one paste is kept, in bytes.
const PASTE_BYTES: usize = 1024 * 1024;
/// How long an escape sequence may be, in bytes; longer ones are noise.
const SEQUENCE_BYTES: usize = 64;
const PASTE_END: &[u8] = b"\x1b[201~";

/// One thing that a reader did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Pressed a key.
    Key(KeyEvent),
    /// Used the mouse.
    Mouse(MouseEvent),
    /// Pasted text, line ends as `\n`.
    Paste(String),
}

/// What stands at the beginning of the pending bytes.
enum Parsed {
    /// An event, and how many bytes it took.
    Event(Option<Input>, usize),
    /// A paste begins after so many bytes.
    PasteBegins(usize),
    /// The rest has not come yet.
    Incomplete,
}

/// Turns bytes into inputs, whatever pieces they come in.
#[derive(Debug, Default)]
pub struct Decoder {
    pending: Vec<u8>,
    paste: Option<Vec<u8>>,
}

impl Decoder {
    /// Takes bytes as they came, and appends what they mean.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<Input>) {
        self.pending.extend_from_slice(bytes);
        self.decode(out);
    }

    /// Whether the beginning of a sequence is there and its end is not.
    pub fn is_waiting(&self) -> bool {
        self.paste.is_none() && !self.pending.is_empty()
    }

    /// Takes the pending bytes for what they are alone: no more of them will come.
    pub fn give_up(&mut self, out: &mut Vec<Input>) {
        let rest = std::mem::take(&mut self.pending);
        match &rest[..] {
            [0x1b] => out.push(key(KeyCode::Esc, KeyModifiers::NONE)),
            [0x1b, byte] if byte.is_ascii_graphic() => {
                out.push(key(KeyCode::Char(char::from(*byte)), KeyModifiers::ALT));
            }
            _ => {}
        }
    }

    fn decode(&mut self, out: &mut Vec<Input>) {
        let mut at = 0;
        loop {
            if self.paste.is_some() {
                at = self.take_paste(at, out);
                if self.paste.is_some() {
                    break;
                }
            }
            let rest = &self.pending[at..];
            if rest.is_empty() {
                break;
            }
            match parse(rest) {
                Parsed::Event(event, len) => {
                    out.extend(event);
                    at += len;
                }
                Parsed::PasteBegins(len) => {
                    at += len;
                    self.paste = Some(Vec::new());
                }
                Parsed::Incomplete if rest.len() > SEQUENCE_BYTES => at = self.pending.len(),
                Parsed::Incomplete => break,
            }
        }
        self.pending.drain(..at);
    }

    /// Moves pasted bytes from the pending ones, and says where the paste ended or how far it was read.
    fn take_paste(&mut self, at: usize, out: &mut Vec<Input>) -> usize {
        let rest = &self.pending[at..];
        let end = rest.windows(PASTE_END.len()).position(|window| window == PASTE_END);
        // The end mark may stand half in this piece: its possible beginning is left for the next.
        let upto = end.unwrap_or_else(|| rest.len().saturating_sub(PASTE_END.len() - 1));
        if let Some(kept) = &mut self.paste {
            let room = PASTE_BYTES.saturating_sub(kept.len());
            kept.extend_from_slice(&rest[..upto.min(room)]);
        }
        if end.is_none() {
            return at + upto;
        }
        let kept = self.paste.take().unwrap_or_default();
        let text = String::from_utf8_lossy(&kept).replace("\r\n", "\n").replace('\r', "\n");
        out.push(Input::Paste(text));
        at + upto + PASTE_END.len()
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Key(KeyEvent::new(code, modifiers))
}

fn parse(bytes: &[u8]) -> Parsed {
    match bytes {
        [0x1b, b'[', ..] => parse_csi(bytes),
        [0x1b] | [0x1b, b'O'] => Parsed::Incomplete,
        [0x1b, b'O', last, ..] => {
            Parsed::Event(letter_key(*last).map(|code| key(code, KeyModifiers::NONE)), 3)
        }
        [0x1b, 0x1b, ..] => Parsed::Event(Some(key(KeyCode::Esc, KeyModifiers::NONE)), 1),
        [0x1b, rest @ ..] => match parse_plain(rest) {
            Parsed::Event(Some(Input::Key(event)), len) => {
                let modifiers = event.modifiers | KeyModifiers::ALT;
                Parsed::Event(Some(key(event.code, modifiers)), len + 1)
            }
            other => other,
        },
        _ => parse_plain(bytes),
    }
}

/// Reads a control character or one character of UTF-8.
fn parse_plain(bytes: &[u8]) -> Parsed {
    let control = |c: char| key(KeyCode::Char(c), KeyModifiers::CONTROL);
    let plain = |code| key(code, KeyModifiers::NONE);
    let input = match bytes[0] {
        0 => control(' '),
        b'\r' => plain(KeyCode::Enter),
        b'\t' => plain(KeyCode::Tab),
        0x7f => plain(KeyCode::Backspace),
        byte @ 0x01..=0x1a => control(char::from(byte - 1 + b'a')),
        // The names that crossterm gives to Ctrl with \ ] ^ and / are digits.
        byte @ 0x1c..=0x1f => control(char::from(byte - 0x1c + b'4')),
        _ => return parse_char(bytes),
    };
    Parsed::Event(Some(input), 1)
}

fn parse_char(bytes: &[u8]) -> Parsed {
    let want = match bytes[0] {
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => 1,
    };
    let Some(piece) = bytes.get(..want) else {
        return Parsed::Incomplete;
    };
    match std::str::from_utf8(piece).ok().and_then(|text| text.chars().next()) {
        Some(c) => {
            let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            Parsed::Event(Some(key(KeyCode::Char(c), shift)), want)
        }
        None => Parsed::Event(None, 1),
    }
}

/// Reads a sequence that begins with `ESC [`.
fn parse_csi(bytes: &[u8]) -> Parsed {
    // The Linux console's F1 to F5.
    if bytes.get(2) == Some(&b'[') {
        let Some(last) = bytes.get(3) else { return Parsed::Incomplete };
        let number = last.wrapping_sub(b'A').wrapping_add(1);
        let event = (1..=5).contains(&number).then(|| key(KeyCode::F(number), KeyModifiers::NONE));
        return Parsed::Event(event, 4);
    }
    let Some(end) = bytes[2..].iter().position(|byte| (0x40..=0x7e).contains(byte)) else {
        return Parsed::Incomplete;
    };
    let (body, last, len) = (&bytes[2..2 + end], bytes[2 + end], end + 3);
    let text = std::str::from_utf8(body).unwrap_or("");
    if let Some(mouse) = text.strip_prefix('<') {
        return Parsed::Event(parse_mouse(mouse, last == b'M').map(Input::Mouse), len);
    }
    let numbers: Vec<u32> =
        text.split(';').map(|n| n.split(':').next().unwrap_or("").parse().unwrap_or(0)).collect();
    if last == b'~' && numbers.first() == Some(&200) {
        return Parsed::PasteBegins(len);
    }
    Parsed::Event(csi_key(&numbers, last), len)
}

fn csi_key(numbers: &[u32], last: u8) -> Option<Input> {
    let first = numbers.first().copied().unwrap_or(0);
    let modifiers = modifiers(numbers.get(1).copied().unwrap_or(1));
    match last {
        b'Z' => Some(key(KeyCode::BackTab, KeyModifiers::SHIFT)),
        b'~' if first == 27 => coded_key(numbers.get(2).copied()?, modifiers),
        b'~' => Some(key(tilde_key(first)?, modifiers)),
        b'u' => coded_key(first, modifiers),
        _ => Some(key(letter_key(last)?, modifiers)),
    }
}

/// The key of a character's number, as `CSI u` and xterm's `modifyOtherKeys` write it.
fn coded_key(code: u32, modifiers: KeyModifiers) -> Option<Input> {
    let code = match char::from_u32(code)? {
        '\r' => KeyCode::Enter,
        '\t' => KeyCode::Tab,
        '\x1b' => KeyCode::Esc,
        '\x7f' | '\x08' => KeyCode::Backspace,
        c if c.is_control() => return None,
        c => KeyCode::Char(c),
    };
    Some(key(code, modifiers))
}

fn letter_key(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'M' => KeyCode::Enter,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'R' => KeyCode::F(3),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

fn tilde_key(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        // VT220 left gaps between the blocks of function keys.
        11..=15 => KeyCode::F(u8::try_from(number - 10).ok()?),
        17..=21 => KeyCode::F(u8::try_from(number - 11).ok()?),
        23 | 24 => KeyCode::F(u8::try_from(number - 12).ok()?),
        _ => return None,
    })
}

/// Modifiers as xterm numbers them: 1 is none, then bits for Shift, Alt, Ctrl.
fn modifiers(number: u32) -> KeyModifiers {
    let bits = number.saturating_sub(1);
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::SHIFT, bits & 1 != 0);
    modifiers.set(KeyModifiers::ALT, bits & 2 != 0);
    modifiers.set(KeyModifiers::CONTROL, bits & 4 != 0);
    modifiers
}

/// Reads `button;column;row` of an SGR mouse report.
fn parse_mouse(text: &str, pressed: bool) -> Option<MouseEvent> {
    let mut numbers = text.split(';').map(|number| number.parse::<u16>().ok());
    let (code, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let button = match code & 3 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (code & 64 != 0, code & 3, code & 32 != 0) {
        (true, 0, _) => MouseEventKind::ScrollUp,
        (true, 1, _) => MouseEventKind::ScrollDown,
        (true, 2, _) => MouseEventKind::ScrollLeft,
        (true, _, _) => MouseEventKind::ScrollRight,
        (false, 3, _) => MouseEventKind::Moved,
        (false, _, true) => MouseEventKind::Drag(button),
        (false, _, false) if pressed => MouseEventKind::Down(button),
        (false, _, false) => MouseEventKind::Up(button),
    };
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::SHIFT, code & 4 != 0);
    modifiers.set(KeyModifiers::ALT, code & 8 != 0);
    modifiers.set(KeyModifiers::CONTROL, code & 16 != 0);
    Some(MouseEvent {
        kind,
        column: column.saturating_sub(1),
        row: row.saturating_sub(1),
        modifiers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Input> {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        decoder.feed(bytes, &mut out);
        decoder.give_up(&mut out);
        out
    }

    fn ctrl(c: char) -> Input {
        key(KeyCode::Char(c), KeyModifiers::CONTROL)
    }

    fn plain(code: KeyCode) -> Input {
        key(code, KeyModifiers::NONE)
    }

    #[test]
    fn control_characters_are_ctrl_keys_and_the_slash_is_crossterm_s_seven() {
        assert_eq!(
            read(b"\x12\x1f\r\t\x7f"),
            [
                ctrl('r'),
                ctrl('7'),
                plain(KeyCode::Enter),
                plain(KeyCode::Tab),
                plain(KeyCode::Backspace),
            ]
        );
    }

    #[test]
    fn function_keys_are_known_in_every_terminal_s_form() {
        let five = plain(KeyCode::F(5));
        assert_eq!(read(b"\x1b[15~\x1b[[E"), [five.clone(), five]);
        assert_eq!(
            read(b"\x1bOP\x1b[11~\x1b[24~"),
            [plain(KeyCode::F(1)), plain(KeyCode::F(1)), plain(KeyCode::F(12)),]
        );
    }

    #[test]
    fn modifiers_of_arrows_and_alt_letters_are_read() {
        assert_eq!(
            read(b"\x1b[1;3D\x1bz"),
            [key(KeyCode::Left, KeyModifiers::ALT), key(KeyCode::Char('z'), KeyModifiers::ALT),]
        );
    }

    #[test]
    fn an_escape_alone_is_the_escape_key_only_once_nothing_follows() {
        let (mut decoder, mut out) = (Decoder::default(), Vec::new());
        decoder.feed(b"\x1b", &mut out);
        assert!(out.is_empty() && decoder.is_waiting());
        decoder.feed(b"[A", &mut out);
        assert_eq!(out, [plain(KeyCode::Up)]);
        decoder.feed(b"\x1b", &mut out);
        decoder.give_up(&mut out);
        assert_eq!(out.last(), Some(&plain(KeyCode::Esc)));
    }

    #[test]
    fn every_cut_of_a_stream_gives_the_same_inputs() {
        let stream =
            "a\u{fc}\x1b[5~\x1b[200~x\r\ny\x1b[A\rz\x1b[201~\x1b[<0;12;5M\u{1f600}\x1b[<0;12;5m"
                .as_bytes();
        let whole = read(stream);
        assert!(whole.contains(&Input::Paste("x\ny\x1b[A\nz".into())), "{whole:?}");
        for cut in 1..stream.len() {
            let (mut decoder, mut out) = (Decoder::default(), Vec::new());
            decoder.feed(&stream[..cut], &mut out);
            decoder.feed(&stream[cut..], &mut out);
            assert_eq!(out, whole, "cut at {cut}");
        }
    }

    #[test]
    fn mouse_reports_count_from_nought() {
        let event = MouseEvent {
            kind: MouseEventKind::ScrollDown,
            column: 11,
            row: 4,
            modifiers: KeyModifiers::NONE,
        };
        assert_eq!(read(b"\x1b[<65;12;5M"), [Input::Mouse(event)]);
    }

    #[test]
    fn noise_is_passed_over_and_what_follows_is_read() {
        assert_eq!(read(b"\xff\xfe\x1b[?1;2c\x1b[999~q"), [plain(KeyCode::Char('q'))]);
        let mut noise = b"\x1b[".to_vec();
        noise.extend([b'1'; 500]);
        assert_eq!(read(&noise), []);
    }
}
