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

/// Calls something whose panic stays here: the terminal is kept, and nothing is printed.
pub fn contain<T>(work: impl FnOnce() -> T) -> Result<T, ()> {
    let outer = CAUGHT.with(|caught| caught.replace(true));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    CAUGHT.with(|caught| caught.set(outer));
    result.map_err(|_| ())
}

/// Sets the terminal up: raw, on its other screen, with pastes and the mouse reported.
pub fn set_up() -> io::Result<()> {
    enable_raw_mode()?;
    SET_UP.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, EnableMouse, SetCursorStyle::SteadyBar)?;
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

/// Collects a frame and hands it over in one write: what asks it to flush midway is not heard.
#[derive(Debug, Default)]
pub struct FrameWriter {
    bytes: Vec<u8>,
}

impl FrameWriter {
    /// Writes what was collected to standard output.
    pub fn commit(&mut self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let result = out.write_all(&self.bytes).and_then(|()| out.flush());
        self.bytes.clear();
        result
    }
}

impl Write for FrameWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
