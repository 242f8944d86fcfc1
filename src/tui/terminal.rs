//! The terminal as the screen needs it, and as it was before: set up once, given back whatever happens.

use std::io::{self, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::{SetCursorStyle, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, queue};

/// Whether the terminal is set up now; what is given back once is not given back again.
static SET_UP: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// Reports of buttons, drags and the wheel, in a form without an upper limit. Movement alone is not reported: it
/// would wake the program for nothing.
struct EnableMouse;
struct DisableMouse;

impl Command for EnableMouse {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str("\x1b[?1000h\x1b[?1002h\x1b[?1006h")
    }
}

impl Command for DisableMouse {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str("\x1b[?1006l\x1b[?1002l\x1b[?1000l")
    }
}

/// Holds the terminal; letting go of it gives the terminal back.
#[derive(Debug)]
pub struct Guard(());

impl Guard {
    /// Sets the terminal up, and sees to it that a panic gives it back before its message is printed.
    pub fn new() -> io::Result<Self> {
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                if !is_caught() {
                    restore();
                    before(info);
                }
            }));
        });
        set_up()?;
        Ok(Self(()))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

thread_local! {
    static CAUGHT: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

fn is_caught() -> bool {
    CAUGHT.with(std::cell::Cell::get)
}

/// Calls something whose panic stays here: the terminal is kept, nothing is printed, and nothing comes back.
pub fn contain<T>(work: impl FnOnce() -> T) -> Option<T> {
    let outer = CAUGHT.with(|caught| caught.replace(true));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    CAUGHT.with(|caught| caught.set(outer));
    result.ok()
}

/// Sets the terminal up: raw, on its other screen, with pastes and the mouse reported.
pub fn set_up() -> io::Result<()> {
    enable_raw_mode()?;
    SET_UP.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    queue!(
        out,
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableMouse,
        SetCursorStyle::SteadyBar
    )?;
    out.flush()
}

/// Gives the terminal back as it was. May be called at any time, from any thread, and any number of times.
pub fn restore() {
    if !SET_UP.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // A terminal that is gone takes nothing; there is nobody left to tell.
    let _ = queue!(
        out,
        DisableMouse,
        DisableBracketedPaste,
        SetCursorStyle::DefaultUserShape,
        LeaveAlternateScreen,
        Show
    );
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// Hands text to the terminal's clipboard (OSC 52).
pub fn copy(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "\x1b]52;c;{}\x07", base64(text.as_bytes()))?;
    out.flush()
}

/// Base64, as RFC 4648 writes it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = (0..3).fold(0, |word, n| word << 8 | usize::from(*chunk.get(n).unwrap_or(&0)));
        for n in 0..4 {
            let digit = char::from(DIGITS[word >> (18 - 6 * n) & 63]);
            out.push(if n <= chunk.len() { digit } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_the_standards_own() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn what_panics_is_contained_and_what_does_not_is_passed_on() {
        let fault = || Vec::<u8>::new().remove(0);
        assert_eq!((contain(fault), contain(|| 7)), (None, Some(7)));
        assert!(!is_caught(), "what comes later is not contained");
    }
}
