//! A terminal for end-to-end tests: a real pty, and a model of the screen behind it. It waits for what it wants to see,
//! woken by every byte that arrives; nothing sleeps.
#![allow(dead_code, reason = "each test file uses its part, and one of them all of it")]
#![expect(unsafe_code, reason = "a pty is known by its number alone")]

use std::ffi::OsStr;
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::os::fd::{BorrowedFd, RawFd};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long anything may take on a machine that does much else. Tests that pass never come near it.
const PATIENCE: Duration = Duration::from_secs(30);

struct Shown {
    parser: vt100::Parser,
    raw: Vec<u8>,
    ended: bool,
}

/// A program in a terminal.
pub(crate) struct Terminal {
    shown: Arc<(Mutex<Shown>, Condvar)>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    /// How the terminal handled its lines before the program came.
    before: String,
    master: Option<Box<dyn MasterPty + Send>>,
    /// Dropped, it makes the reader let go of its end of the pty.
    open: Option<PipeWriter>,
}

/// The key F`n`, as xterm sends it.
#[must_use]
pub(crate) fn f(n: u8) -> &'static str {
    [
        "", "\x1bOP", "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[19~",
        "\x1b[20~", "\x1b[21~",
    ][n as usize]
}

impl Terminal {
    /// Starts a program with nothing of this environment but a home folder of its own.
    pub(crate) fn start(
        program: &str,
        args: &[&str],
        home: &Path,
        columns: u16,
        rows: u16,
    ) -> Self {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        Self::start_command(command, home, columns, rows, &[])
    }

    /// Starts a command with these variables besides.
    pub(crate) fn start_command(
        mut command: CommandBuilder,
        home: &Path,
        columns: u16,
        rows: u16,
        variables: &[(&str, &str)],
    ) -> Self {
        command.env_clear();
        command.cwd(home);
        let own: [(&str, &OsStr); 4] = [
            ("TERM", OsStr::new("xterm-256color")),
            ("LANG", OsStr::new("C.UTF-8")),
            ("PATH", OsStr::new("/usr/bin:/bin")),
            ("HOME", home.as_os_str()),
        ];
        for (name, value) in own {
            command.env(name, value);
        }
        for (name, value) in variables {
            command.env(name, value);
        }
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pty is to be had");
        let before = line_settings(&*pair.master);
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let parser = vt100::Parser::new(at_least_one(rows), at_least_one(columns), 0);
        let shown =
            Arc::new((Mutex::new(Shown { parser, raw: Vec::new(), ended: false }), Condvar::new()));
        let reader = pair.master.try_clone_reader().expect("a pty can be read");
        let seen = Arc::clone(&shown);
        let (closed, open) = std::io::pipe().expect("a pipe is to be had");
        let fd = pair.master.as_raw_fd().expect("a pty has a descriptor");
        std::thread::spawn(move || read_all(reader, fd, &closed, &seen));
        let keys = pair.master.take_writer().expect("a pty can be written to");
        Self { shown, keys, child, before, master: Some(pair.master), open: Some(open) }
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("the program takes keys");
        self.keys.flush().expect("the program takes keys");
    }

    /// Waits until a text stands somewhere on the screen.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    /// Waits until a text stands nowhere on the screen.
    pub(crate) fn wait_gone(&self, text: &str) {
        self.wait(&format!("no {text}"), |screen| !screen.contents().contains(text));
    }

    /// Waits until the screen is as asked for.
    pub(crate) fn wait(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let (lock, woken) = &*self.shown;
        let mut shown = lock.lock().expect("the reader does not panic");
        while !holds(shown.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !shown.ended,
                "waited for {what}; the screen:\n{}",
                shown.parser.screen().contents()
            );
            shown = woken.wait_timeout(shown, left).expect("the reader does not panic").0;
        }
    }

    /// The screen's text.
    pub(crate) fn text(&self) -> String {
        self.shown.0.lock().expect("the reader does not panic").parser.screen().contents()
    }

    /// Every byte that was written so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.shown.0.lock().expect("the reader does not panic").raw.clone()
    }

    /// Changes the window's size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let mut shown = self.shown.0.lock().expect("the reader does not panic");
        shown.parser.screen_mut().set_size(at_least_one(rows), at_least_one(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master
            .as_ref()
            .expect("the terminal is open")
            .resize(size)
            .expect("a pty can be resized");
    }

    /// The process id.
    pub(crate) fn pid(&self) -> Pid {
        let id = self.child.process_id().expect("the program runs");
        Pid::from_raw(i32::try_from(id).expect("a pid fits")).expect("a pid is not zero")
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the program can be signalled");
    }

    /// Waits until the program is stopped, as by Ctrl-Z.
    pub(crate) fn wait_stopped(&self) {
        let stopped = waitpid(Some(self.pid()), WaitOptions::UNTRACED).expect("it is our child");
        assert!(stopped.is_some_and(|(_, status)| status.stopped()), "the program is stopped");
    }

    /// Closes the terminal, as when its window is closed.
    pub(crate) fn hang_up(&mut self) {
        self.open = None;
        self.wait_for_reader();
        self.keys = Box::new(std::io::sink());
        self.master = None;
    }

    /// Waits for the program's end, then until all that it wrote is on the screen.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let status = self.child.wait().expect("the program ends");
        self.wait_for_reader();
        status
    }

    /// Waits until all that was written is on the screen.
    fn wait_for_reader(&self) {
        let (lock, woken) = &*self.shown;
        let shown = lock.lock().expect("the reader does not panic");
        let (shown, out) = woken
            .wait_timeout_while(shown, PATIENCE, |shown| !shown.ended)
            .expect("the reader does not panic");
        drop(shown);
        assert!(!out.timed_out(), "the terminal stays open after the end");
    }

    /// Asserts that the terminal is as it was before: no alternate screen, a cursor, no mouse, no bracketed paste.
    pub(crate) fn assert_restored(&self) {
        let shown = self.shown.0.lock().expect("the reader does not panic");
        let screen = shown.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor shows");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        assert_eq!(
            screen.mouse_protocol_mode(),
            vt100::MouseProtocolMode::None,
            "the mouse is released"
        );
        let master = self.master.as_ref().expect("the terminal is open");
        assert_eq!(line_settings(&**master), self.before, "lines are handled as before");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves its program behind otherwise.
        let _ = self.child.kill();
    }
}

fn read_all(
    mut from: Box<dyn Read + Send>,
    fd: RawFd,
    closed: &PipeReader,
    into: &(Mutex<Shown>, Condvar),
) {
    let mut bytes = [0; 8192];
    loop {
        let read = if is_closed(fd, closed) { 0 } else { from.read(&mut bytes).unwrap_or(0) };
        // A test that failed has let go of the lock in the middle; there is nobody left to tell.
        let Ok(mut shown) = into.0.lock() else { return };
        shown.parser.process(&bytes[..read]);
        shown.raw.extend_from_slice(&bytes[..read]);
        shown.ended = read == 0;
        into.1.notify_all();
        if read == 0 {
            return;
        }
    }
}

/// Waits for output, or for the test to close the terminal.
fn is_closed(fd: RawFd, closed: &PipeReader) -> bool {
    // SAFETY: the reader holds a descriptor of the pty, and the test keeps the pty itself until the reader is done.
    let pty = unsafe { BorrowedFd::borrow_raw(fd) };
    let mut both = [PollFd::new(&pty, PollFlags::IN), PollFd::new(closed, PollFlags::IN)];
    while poll(&mut both, None).is_err() {}
    !both[1].revents().is_empty()
}

/// Whether lines are echoed, edited and translated.
fn line_settings(master: &dyn MasterPty) -> String {
    let fd = master.as_raw_fd().expect("a pty has a descriptor");
    // SAFETY: the pty is open as long as it is borrowed here.
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    let settings = rustix::termios::tcgetattr(fd).expect("a pty has settings");
    format!(
        "{:?} {:?} {:?} {:?}",
        settings.input_modes, settings.output_modes, settings.control_modes, settings.local_modes
    )
}

fn at_least_one(n: u16) -> std::num::NonZeroU16 {
    n.try_into().expect("a screen has cells")
}
