//! The process that becomes a learner's program: descriptors, limits, then the harness.
#![expect(unsafe_code, reason = "it is fresh from a fork, and Python must be told so")]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd, RawFd};
use std::path::Path;
use std::ptr;

use libc::pid_t;
use pykata::protocol::messages::Request;
use pykata::sandbox::levels::Sandbox;
use pykata::sandbox::{fds, signals};
use pyo3::exceptions::PyRuntimeError;
use pyo3::types::iterator::PySendResult;
use pyo3::types::{PyAnyMethods, PyBytes, PyCapsule, PyDict, PyDictMethods, PyIterator, PyModule};
use pyo3::{Bound, IntoPyObject, Py, PyAny, PyResult, Python, ffi};

use crate::record;

/// The harness: what a program is made to run, compiled when this program was built, as a tuple of code. Its parts share
/// one namespace. It is read by that same Python: the worker starts with no other.
const HARNESS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/harness.bin"));

/// An exit code that says our own part of the program failed.
const BROKEN: i32 = 70;

/// The exit code with which Python says that its last output could not be written.
const UNFLUSHED: i32 = 120;

/// What of the harness is called from here.
pub(crate) struct Harness {
    /// Carries a program out.
    main: Py<PyAny>,
    /// Compiles a text and says what Python thinks of it.
    pub(crate) complaints_of: Py<PyAny>,
}

impl Harness {
    /// Loads the harness, and with it what lessons import.
    ///
    /// It has a copy of the built-in names of its own: a program that changes or clears them changes nothing for it.
    pub(crate) fn load(py: Python<'_>) -> PyResult<Self> {
        let builtins = py.import("builtins")?;
        let globals = PyDict::new(py);
        globals.set_item("__name__", "pykata_harness")?;
        globals.set_item("__builtins__", builtins.getattr("__dict__")?.call_method0("copy")?)?;
        globals.set_item("native", record::module(py)?)?;
        let parts = py.import("marshal")?.call_method1("loads", (PyBytes::new(py, HARNESS),))?;
        for code in parts.try_iter()? {
            builtins.getattr("exec")?.call1((code?, &globals))?;
        }
        #[cfg(target_env = "gnu")]
        // SAFETY: gives what the loading needed and nothing uses any more back to the system.
        unsafe {
            libc::malloc_trim(0);
        }
        let entry = |name| {
            let entry = globals.get_item(name)?;
            let entry =
                entry.ok_or_else(|| PyRuntimeError::new_err("the harness lacks an entry"))?;
            PyResult::Ok(entry.unbind())
        };
        Ok(Self { main: entry("main")?, complaints_of: entry("complaints_of")? })
    }
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
    harness: &Harness,
    sandbox: &Sandbox,
    request: &Request,
    streams: Streams,
    talk: RawFd,
    init: pid_t,
) -> i32 {
    if !signals::die_with_parent(init) {
        return BROKEN;
    }
    let ready = take_place(request, streams, talk);
    Python::attach(|py| {
        // SAFETY: this is the child of a fork that was announced, and it holds the interpreter's lock.
        unsafe { ffi::PyOS_AfterFork_Child() };
        let scratch = Path::new(&request.scratch);
        let confined = ready.and_then(|()| sandbox.confine(scratch, &request.limits, init));
        let trouble = confined.err().map(|error| error.to_string());
        signals::unblock_all();
        let part = harness.main.bind(py).call1((talk, &request.scratch, trouble));
        match part.and_then(|part| conduct(&part)) {
            Ok((code, last_module)) => end(py, code, &last_module),
            Err(_) => BROKEN,
        }
    })
}

/// Goes through a program: the harness, a generator, gives what is to be run and in which namespace, and is sent what came of it: a
/// value, or else an exception. It returns an exit code and the name of the last module that the zygote imported.
///
/// So nothing of ours stands below a program's frames: it recurses as deep as it does by itself, and sees no others in a stack.
fn conduct(harness: &Bound<'_, PyAny>) -> PyResult<(i32, String)> {
    let py = harness.py();
    let harness = harness.cast::<PyIterator>()?;
    let limit = recursion_limit();
    let mut came: Bound<'_, PyAny> = py.None().into_bound(py);
    loop {
        let (code, namespace) = match harness.send(&came)? {
            PySendResult::Return(code) => return code.extract(),
            PySendResult::Next(next) => next.extract::<(Bound<'_, PyAny>, Bound<'_, PyDict>)>()?,
        };
        let (value, error) = match evaluate(&code, &namespace) {
            Ok(value) => (Some(value), None),
            Err(error) => (None, Some(error.into_value(py))),
        };
        settle(limit);
        came = (value, error).into_pyobject(py)?.into_any();
    }
}

fn evaluate<'py>(
    code: &Bound<'py, PyAny>,
    namespace: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let (globals, locals) = (namespace.as_ptr(), namespace.as_ptr());
    // SAFETY: the harness gives code that it has compiled, and each pointer is that of a live object.
    unsafe {
        let value = ffi::PyEval_EvalCode(code.as_ptr(), globals, locals);
        Bound::from_owned_ptr_or_err(code.py(), value)
    }
}

fn recursion_limit() -> i32 {
    // SAFETY: asks for a number.
    unsafe { ffi::Py_GetRecursionLimit() }
}

/// Takes back what a program may have set and what the harness would suffer from.
fn settle(limit: i32) {
    // SAFETY: the interpreter's lock is held, and to have no function called is always allowed.
    unsafe {
        ffi::PyEval_SetTrace(None, ptr::null_mut());
        ffi::PyEval_SetProfile(None, ptr::null_mut());
        if ffi::Py_GetRecursionLimit() < limit {
            ffi::Py_SetRecursionLimit(limit);
        }
    }
}

/// Ends this process as Python ends by itself: threads are waited for, exit functions run, objects go in their usual order.
/// Only the taking apart of what the zygote had imported, which costs more than all else, is left out.
fn end(py: Python<'_>, code: i32, last_module: &str) -> ! {
    // Without its end set out Python ends too, only later.
    let _ = set_out_end(py, code, last_module);
    // SAFETY: the interpreter's lock is held, and nothing of Python is touched after it.
    unsafe {
        let flushed = ffi::Py_FinalizeEx() == 0;
        leave(if flushed { code } else { UNFLUSHED });
    }
}

/// Python clears modules from the last imported to the first. So in the place of the last one that the zygote had imported
/// it finds one that ends the process: when that is reached, all that came later is gone.
fn set_out_end(py: Python<'_>, code: i32, last_module: &str) -> PyResult<()> {
    // SAFETY: gives a reference that it keeps, to an object that is there as long as the interpreter.
    let modules = unsafe { Bound::from_borrowed_ptr(py, ffi::PyImport_GetModuleDict()) };
    if !modules.contains(last_module)? {
        return Ok(());
    }
    let end = PyCapsule::new_with_value_and_destructor(py, code, c"pykata.end", |code, _| {
        // SAFETY: Python clears modules with its lock held.
        let flushed = unsafe { flush_streams() };
        leave(if flushed { code } else { UNFLUSHED });
    })?;
    let module = PyModule::new(py, "end")?;
    module.setattr("end", end)?;
    modules.set_item(last_module, &module)?;
    // Nobody lets go of it before its turn.
    std::mem::forget(module);
    Ok(())
}

/// Writes out what a program's streams still hold.
///
/// # Safety
/// The interpreter's lock must be held.
unsafe fn flush_streams() -> bool {
    let mut flushed = true;
    for name in [c"stdout", c"stderr"] {
        // SAFETY: promised by the caller; the stream is borrowed for the moment of the call, and an error is cleared.
        unsafe {
            let stream = ffi::PySys_GetObject(name.as_ptr());
            if stream.is_null() || stream == ffi::Py_None() || is_closed(stream) {
                continue;
            }
            let done = ffi::PyObject_CallMethod(stream, c"flush".as_ptr(), ptr::null());
            flushed &= !done.is_null() || name == c"stderr";
            ffi::PyErr_Clear();
        }
    }
    flushed
}

unsafe fn is_closed(stream: *mut ffi::PyObject) -> bool {
    // SAFETY: promised by the caller; an error is cleared, and then the stream counts as open.
    unsafe {
        let closed = ffi::PyObject_GetAttrString(stream, c"closed".as_ptr());
        let is = !closed.is_null() && ffi::PyObject_IsTrue(closed) == 1;
        ffi::PyErr_Clear();
        is
    }
}

/// Ends this process without more of Python; what the C library holds is written out.
fn leave(code: i32) -> ! {
    // SAFETY: ends the process.
    unsafe {
        libc::fflush(ptr::null_mut());
        libc::_exit(code)
    }
}

/// Puts the descriptors where a program has them and closes all others; goes to the scratch folder.
fn take_place(request: &Request, streams: Streams, talk: RawFd) -> io::Result<()> {
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
