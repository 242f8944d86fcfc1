//! Has the harness told what a program does.
//!
//! From 3.12 on that is `sys.monitoring`, set up in Python. On 3.11 it is a trace function set from here: with none of
//! Python's own, `sys.gettrace()` says nothing and foreign code costs a comparison.
#![expect(unsafe_code, reason = "Python calls a tracer and a guard by address")]

use std::ffi::c_int;
use std::ptr;
use std::sync::OnceLock;

use pyo3::types::{PyString, PyTuple, PyTupleMethods};
use pyo3::{Bound, Py, PyAny, PyResult, Python, ffi, pyfunction};

use super::frames::{Mark, TRACE};
use super::tape::{self, Room};

/// What the tracer of 3.11 needs; set once, as a program is recorded once.
static LISTENER: OnceLock<Listener> = OnceLock::new();

struct Listener {
    /// The names of the units: the very objects that their code bears.
    files: Vec<Py<PyAny>>,
    /// What code calls its file name.
    file_name: Py<PyAny>,
    /// Code of the standard library whose results are told.
    watched: Vec<Py<PyAny>>,
    /// What is told: call, exception, line, return, unwind, instruction, result of watched code.
    tells: [Py<PyAny>; 7],
}

/// Has functions called for each event of code that bears one of these file names, in this thread.
#[pyfunction]
pub(crate) fn listen(
    files: Vec<Py<PyAny>>,
    watched: Vec<Py<PyAny>>,
    tells: &Bound<'_, PyTuple>,
) -> PyResult<()> {
    let file_name = PyString::intern(tells.py(), "co_filename").into_any().unbind();
    let tells: Vec<Py<PyAny>> = tells.iter().map(Bound::unbind).collect();
    let tells = tells.try_into().map_err(|_| pyo3::exceptions::PyTypeError::new_err("seven"))?;
    let _ = LISTENER.set(Listener { files, file_name, watched, tells });
    listen_here();
    Ok(())
}

/// The same for one more thread, or anew where a program has put another tracer in its place.
#[pyfunction]
pub(crate) fn listen_here() {
    if LISTENER.get().is_some() {
        // SAFETY: the interpreter's lock is held; the function stays where it is.
        unsafe { ffi::PyEval_SetTrace(Some(trace), ptr::null_mut()) };
    }
}

extern "C" fn trace(
    _: *mut ffi::PyObject,
    frame: *mut ffi::PyFrameObject,
    what: c_int,
    argument: *mut ffi::PyObject,
) -> c_int {
    let Some(listener) = LISTENER.get() else { return 0 };
    // SAFETY: Python calls this with its lock held, a live frame, and an argument that is an object or nothing.
    unsafe { told(listener, frame, what, argument) }
}

unsafe fn told(
    listener: &Listener,
    frame: *mut ffi::PyFrameObject,
    what: c_int,
    argument: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: promised by the caller.
    unsafe {
        let tell = match what {
            ffi::PyTrace_CALL => 0,
            ffi::PyTrace_EXCEPTION => 1,
            ffi::PyTrace_LINE => 2,
            ffi::PyTrace_RETURN if argument.is_null() => 4,
            ffi::PyTrace_RETURN => 3,
            ffi::PyTrace_OPCODE => 5,
            _ => return 0,
        };
        let py = Python::assume_attached();
        let Some(mark) = mark_of(py, frame) else {
            return match tell {
                0 if listener.owns(frame) => listener.tell(0, frame, argument),
                3 if listener.watches(frame) => listener.tell(6, frame, argument),
                _ => 0,
            };
        };
        if tell == 5 && !is_looked_at(py, &mark, ffi::PyFrame_GetLasti(frame)) {
            return 0;
        }
        drop(mark);
        listener.tell(tell, frame, argument)
    }
}

/// What hangs on a frame, if it is ours.
unsafe fn mark_of(py: Python<'_>, frame: *mut ffi::PyFrameObject) -> Option<Bound<'_, Mark>> {
    // SAFETY: a frame object of 3.11 has its trace function there, or nothing.
    let found = unsafe {
        let place = frame.cast::<*mut ffi::PyObject>().byte_add(TRACE);
        Bound::from_borrowed_ptr_or_opt(py, place.read())
    };
    found?.cast_into::<Mark>().ok()
}

fn is_looked_at(py: Python<'_>, mark: &Bound<'_, Mark>, place: c_int) -> bool {
    let mark = mark.borrow();
    let Some(looked_at) = &mark.looked_at else { return false };
    let index = usize::try_from(place / 2).unwrap_or(usize::MAX);
    looked_at.as_bytes(py).get(index) == Some(&1)
}

impl Listener {
    unsafe fn owns(&self, frame: *mut ffi::PyFrameObject) -> bool {
        // SAFETY: a live frame has code, and code has a file name.
        unsafe {
            let code = ffi::PyFrame_GetCode(frame);
            let name = ffi::PyObject_GetAttr(code.cast(), self.file_name.as_ptr());
            ffi::Py_DecRef(code.cast());
            // The code holds its name: the address stays good.
            ffi::Py_XDECREF(name);
            self.files.iter().any(|file| file.as_ptr() == name)
        }
    }

    unsafe fn watches(&self, frame: *mut ffi::PyFrameObject) -> bool {
        // SAFETY: as above.
        unsafe {
            let code = ffi::PyFrame_GetCode(frame);
            ffi::Py_DecRef(code.cast());
            self.watched.iter().any(|watched| watched.as_ptr() == code.cast())
        }
    }

    unsafe fn tell(
        &self,
        index: usize,
        frame: *mut ffi::PyFrameObject,
        argument: *mut ffi::PyObject,
    ) -> c_int {
        // SAFETY: the arguments are live objects; `None` stands for nothing.
        unsafe {
            if !has_room() {
                return 0;
            }
            let argument = if argument.is_null() { ffi::Py_None() } else { argument };
            let arguments = [frame.cast(), argument];
            let done = call(self.tells[index].as_ptr(), arguments.as_ptr(), 2);
            if done.is_null() {
                return -1;
            }
            ffi::Py_DecRef(done);
            0
        }
    }
}

/// Whether to tell; where a record is over, this thread is left alone from now on.
unsafe fn has_room() -> bool {
    match tape::room() {
        Room::Free => true,
        Room::Full => false,
        Room::Over => {
            // SAFETY: the interpreter's lock is held.
            unsafe { ffi::PyEval_SetTrace(None, ptr::null_mut()) };
            false
        }
    }
}

/// Calls a function of the harness. Where it finds no room, a deep recursion of the learner's meets its own limit in a
/// moment, and memory that has run out is told by the learner's own code.
unsafe fn call(
    function: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: usize,
) -> *mut ffi::PyObject {
    // SAFETY: promised by the callers: live objects.
    unsafe {
        let done = ffi::PyObject_Vectorcall(function, arguments, count, ptr::null_mut());
        if done.is_null()
            && (ffi::PyErr_ExceptionMatches(ffi::PyExc_RecursionError) != 0
                || ffi::PyErr_ExceptionMatches(ffi::PyExc_MemoryError) != 0)
        {
            ffi::PyErr_Clear();
            return ffi::Py_NewRef(ffi::Py_None());
        }
        done
    }
}

/// A function around one of the harness's, for `sys.monitoring`: it counts instead of calling where there is no room.
#[pyfunction]
pub(crate) fn guard<'py>(
    py: Python<'py>,
    function: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the definition lives for ever; the new function holds the one that it guards.
    unsafe {
        let made = ffi::PyCFunction_NewEx(
            (&raw const GUARD.0).cast_mut(),
            function.as_ptr(),
            ptr::null_mut(),
        );
        Bound::from_owned_ptr_or_err(py, made)
    }
}

struct Definition(ffi::PyMethodDef);

// SAFETY: it is never written to.
unsafe impl Sync for Definition {}

static GUARD: Definition = Definition(ffi::PyMethodDef {
    ml_name: c"tell".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer { PyCFunctionFast: guarded },
    ml_flags: ffi::METH_FASTCALL,
    ml_doc: ptr::null(),
});

unsafe extern "C" fn guarded(
    function: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: Python calls this with its lock held, and with so many live arguments.
    unsafe {
        if tape::room() != Room::Free {
            return ffi::Py_NewRef(ffi::Py_None());
        }
        call(function, arguments.cast_const(), usize::try_from(count).unwrap_or(0))
    }
}
