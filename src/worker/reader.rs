//! A process that compiles texts and runs none, for what the host shows while a program is written.
//!
//! It is forked from the zygote, shut in, and ends with it or with its talk. What a text could do to it is done to it alone.
#![expect(unsafe_code, reason = "it is fresh from a fork, and Python must be told so")]

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, FromRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::ptr;

use libc::pid_t;
use pykata::domain::compiled::{Compiled, Complaint};
use pykata::protocol::framing::{self, FrameReader};
use pykata::protocol::messages;
use pykata::protocol::reading::{Answer, FRAME_MAX, Question};
use pykata::sandbox::{alone, fds, signals};
use pyo3::types::PyAnyMethods as _;
use pyo3::{PyResult, Python, ffi};

use crate::program::Harness;

/// The memory that it may have, in bytes.
const MEMORY_BYTES: u64 = 512 * 1024 * 1024;

/// The processor's time that a text may take, in seconds; an ordinary one takes a thousandth of it.
const SECONDS: libc::time_t = 2;

/// A line, its first column, one past its last one, and words.
type Told = (u32, u32, u32, String);

/// Answers questions until the talk ends. What goes wrong ends it, which the host sees.
pub(crate) fn run(py: Python<'_>, harness: &Harness, talk: OwnedFd, zygote: pid_t) -> ! {
    let served = signals::die_with_parent(zygote)
        && take_place(talk).is_ok_and(|socket| {
            // SAFETY: this is the child of a fork that was announced, and it holds the interpreter's lock.
            unsafe { ffi::PyOS_AfterFork_Child() };
            // Python loads what it reads letters outside of ASCII with when it meets the first: no file is open to it later.
            let ready = compiled(py, harness, "é = 1\n").is_ok();
            ready && alone::confine(MEMORY_BYTES).is_ok() && serve(py, harness, &socket).is_ok()
        });
    // SAFETY: ends the process; Python's own end would take down what the zygote has imported.
    unsafe { libc::_exit(i32::from(!served)) }
}

/// Has the talk in the place of the zygote's own socket and closes everything else.
fn take_place(talk: OwnedFd) -> io::Result<UnixStream> {
    fds::place(talk.as_fd(), 0, false)?;
    // It is closed by its number with all others.
    std::mem::forget(talk);
    fds::close_from(3, &[]);
    signals::unblock_all();
    // SAFETY: the descriptor was put there above, and nothing else uses it.
    Ok(unsafe { UnixStream::from_raw_fd(0) })
}

fn serve(py: Python<'_>, harness: &Harness, mut socket: &UnixStream) -> io::Result<()> {
    let mut frames = FrameReader::new(FRAME_MAX);
    let mut bytes = vec![0; 64 * 1024];
    loop {
        while let Some(payload) = frames.next_frame().map_err(io::Error::other)? {
            let Question { id, text } = messages::decode(&payload).map_err(io::Error::other)?;
            set_timer(SECONDS);
            let said = compiled(py, harness, &text).map_err(io::Error::other)?;
            set_timer(0);
            let answer = messages::encode(&Answer { id, said });
            socket.write_all(&framing::frame(&answer, FRAME_MAX).map_err(io::Error::other)?)?;
        }
        match socket.read(&mut bytes)? {
            0 => return Ok(()),
            length => frames.push(&bytes[..length]),
        }
    }
}

fn compiled(py: Python<'_>, harness: &Harness, text: &str) -> PyResult<Option<Compiled>> {
    let said = harness.complaints_of.bind(py).call1((text,))?;
    let said: Option<(Option<Told>, Vec<Told>)> = said.extract()?;
    Ok(said.map(|(error, warnings)| Compiled {
        error: error.map(complaint),
        warnings: warnings.into_iter().map(complaint).collect(),
    }))
}

fn complaint((line, start, end, message): Told) -> Complaint {
    Complaint { line, columns: start..end, message }
}

/// Ends this process after so many seconds of its own time; 0 takes that back.
fn set_timer(seconds: libc::time_t) {
    let never = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let timer = libc::itimerval {
        it_interval: never,
        it_value: libc::timeval { tv_sec: seconds, tv_usec: 0 },
    };
    // SAFETY: a whole timer that outlives the call; the signal's default action is to end the process.
    unsafe { libc::setitimer(libc::ITIMER_PROF, &raw const timer, ptr::null_mut()) };
}
