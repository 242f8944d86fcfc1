//! The process that becomes a learner's program: descriptors, limits, then the harness.
#![expect(unsafe_code, reason = "it is fresh from a fork, and Python must be told so")]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd, RawFd};

use libc::pid_t;
use pykata::protocol::messages::{Caps, Request};
use pykata::sandbox::{fds, limits, signals};
use pyo3::exceptions::PyRuntimeError;
use pyo3::types::{PyAnyMethods, PyDict, PyDictMethods};
use pyo3::{Py, PyAny, PyResult, Python, ffi};

use crate::record;

/// The harness: what a program is made to run. Its parts share one namespace.
const HARNESS: [&str; 7] = [
    include_str!("harness/base.py"),
    include_str!("harness/values.py"),
    include_str!("harness/errors.py"),
    include_str!("harness/brief.py"),
    include_str!("harness/code.py"),
    include_str!("harness/record.py"),
    include_str!("harness/program.py"),
];

/// What its tracebacks call it; never shown, as its frames are taken out.
const HARNESS_FILE: &str = "<pykata>";

/// An exit code that says our own part of the program failed.
const BROKEN: i32 = 70;

/// Loads the harness, and with it what lessons import, and gives its entry.
///
/// It has a copy of the built-in names of its own: a program that changes or clears them changes nothing for it.
pub(crate) fn load_harness(py: Python<'_>) -> PyResult<Py<PyAny>> {
    let builtins = py.import("builtins")?;
    let globals = PyDict::new(py);
    globals.set_item("__name__", "pykata_harness")?;
    globals.set_item("__builtins__", builtins.getattr("__dict__")?.call_method0("copy")?)?;
    globals.set_item("native", record::module(py)?)?;
    for part in HARNESS {
        let code = builtins.getattr("compile")?.call1((part, HARNESS_FILE, "exec"))?;
        builtins.getattr("exec")?.call1((code, &globals))?;
    }
    let main = globals.get_item("main")?;
    let main = main.ok_or_else(|| PyRuntimeError::new_err("the harness has no entry"))?;
    Ok(main.unbind())
}

/// The descriptors of a program.
pub(crate) struct Streams {
    pub(crate) out: OwnedFd,
    pub(crate) err: OwnedFd,
    pub(crate) talk: OwnedFd,
    /// The file of the record.
    pub(crate) record: OwnedFd,
}

/// Becomes the program; returns its exit code only where the harness itself fails. `talk` is the number at which the
/// program's talk with the host is put, out of the way of loops over small numbers.
pub(crate) fn run(
    harness: &Py<PyAny>,
    request: &Request,
    streams: Streams,
    talk: RawFd,
    init: pid_t,
) -> i32 {
    if !signals::die_with_parent(init) {
        return BROKEN;
    }
    let ready = settle(request, streams, talk);
    // A parked program would wait here for its request, with everything below done ahead of it.
    Python::attach(|py| {
        // SAFETY: this is the child of a fork that was announced, and it holds the interpreter's lock.
        unsafe { ffi::PyOS_AfterFork_Child() };
        let trouble = ready.and_then(|()| confine(&request.limits)).err().map(|e| e.to_string());
        signals::unblock_all();
        match harness.call1(py, (talk, &request.scratch, trouble)) {
            Ok(code) => code.extract(py).unwrap_or(BROKEN),
            Err(_) => BROKEN,
        }
    })
}

/// Puts the descriptors where a program has them and closes all others; goes to the scratch folder.
fn settle(request: &Request, streams: Streams, talk: RawFd) -> io::Result<()> {
    // SAFETY: plain numbers. A session of its own, so that a signal to its group does not reach init.
    unsafe {
        libc::setsid();
        libc::umask(0o022);
    }
    fds::place(streams.talk.as_fd(), talk, false)?;
    record::tape::map(streams.record.as_fd())?;
    let nothing = File::open("/dev/null")?;
    // The originals lie above 2 (the zygote's own 0 to 2 are open) and are closed by number below.
    let sources = [OwnedFd::from(nothing), streams.out, streams.err];
    for (number, source) in (0..).zip(&sources) {
        fds::place(source.as_fd(), number, true)?;
    }
    std::mem::forget((sources, streams.talk, streams.record));
    fds::close_from(3, &[talk]);
    std::env::set_current_dir(&request.scratch)
}

/// Puts the limits on. What a stronger sandbox adds belongs here, before any code of the learner's.
fn confine(caps: &Caps) -> io::Result<()> {
    limits::apply(caps)
}
