//! What is in a frame: the values of its names and the value on top of its stack, read without a trace.
//!
//! Python's own `f_locals` makes a copy that keeps the values alive (3.11, 3.12), and nothing at all gives the value that
//! `send` brings. So the frame's memory is read, whose layout is fixed within a minor version, and is the same for
//! those named in [`KNOWN`]; the worker runs with the very version that it was built for.
#![expect(unsafe_code, reason = "frames are read by their layout")]

use std::cell::Cell;
use std::ffi::c_int;

use pykata::protocol::PYTHON_SHORT;
use pyo3::types::{PyBytes, PyList, PyListMethods};
use pyo3::{Borrowed, Bound, Py, PyAny, PyResult, Python, ffi, pyclass, pyfunction, pymethods};

use super::tape;

/// The versions whose frames look as is said here.
const KNOWN: [&str; 3] = ["3.11", "3.12", "3.13"];

/// Where a frame object has its frame, in bytes; after a head of two words and the frame before it.
const FRAME: usize = 24;

/// Where a frame object has what it is traced by.
pub(crate) const TRACE: usize = 32;

/// Where a frame has the number of what lies in it, and where that begins.
const COUNT: usize = 64;
const FIRST: usize = 72;

/// What is hung on a frame (as its trace function), to know it again for as long as it is there: an address says
/// nothing, since another frame may have it next. It notes by its own end that a suspended frame is gone.
#[pyclass(subclass, unsendable, module = "pykata")]
pub(crate) struct Mark {
    number: Cell<u64>,
    suspended: Cell<bool>,
    /// A byte for each instruction that is looked at, where any is.
    pub(crate) looked_at: Option<Py<PyBytes>>,
}

#[pymethods]
impl Mark {
    #[new]
    #[pyo3(signature = (number, looked_at=None))]
    fn new(number: u64, looked_at: Option<Py<PyBytes>>) -> Self {
        Self { number: Cell::new(number), suspended: Cell::new(false), looked_at }
    }

    /// A program that traces itself calls what it finds on a frame.
    #[pyo3(signature = (*_arguments))]
    fn __call__(_mark: &Bound<'_, Self>, _arguments: &Bound<'_, PyAny>) {}

    #[setter]
    fn set_suspended(&self, suspended: bool) {
        self.suspended.set(suspended);
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if self.suspended.get() {
            tape::note(&format!("[\"g\",{}]\n", self.number.get()));
        }
    }
}

/// The memory of a frame object's frame.
///
/// # Safety
/// It must be a frame object of a known version, and its frame must not be at work in another thread.
unsafe fn frame_of(frame: &Bound<'_, PyAny>) -> Option<*const usize> {
    if !KNOWN.contains(&PYTHON_SHORT) {
        return None;
    }
    // SAFETY: promised by the caller.
    let found = unsafe { frame.as_ptr().cast::<*const usize>().byte_add(FRAME).read() };
    (!found.is_null()).then_some(found)
}

/// The values of a function's names, in the order of its code; `cells` has a byte for each, 1 for those in a cell. What
/// is not bound is `NotImplemented`. `None` where frames cannot be read.
#[pyfunction]
pub(crate) fn names<'py>(
    py: Python<'py>,
    frame: &Bound<'py, PyAny>,
    cells: &[u8],
) -> PyResult<Option<Bound<'py, PyList>>> {
    // SAFETY: the harness hands in the frame that it was called for, which waits for it.
    let Some(memory) = (unsafe { frame_of(frame) }) else { return Ok(None) };
    let list = PyList::empty(py);
    for (index, is_cell) in cells.iter().enumerate() {
        // SAFETY: a frame has a place for each name of its code; what lies there is an object or nothing.
        let value = unsafe {
            let mut value = memory.byte_add(FIRST).cast::<*mut ffi::PyObject>().add(index).read();
            if *is_cell == 1 && !value.is_null() && ffi::PyCell_Check(value) != 0 {
                // The reference that this brings would be one too many beside the one that the list takes.
                value = ffi::PyCell_Get(value);
                ffi::Py_XDECREF(value);
            }
            if value.is_null() { ffi::Py_NotImplemented() } else { value }
        };
        // SAFETY: alive: the frame or its cell holds it, and no Python code runs in between.
        list.append(unsafe { Borrowed::from_ptr(py, value) })?;
    }
    Ok(Some(list))
}

/// The value on top of a frame's stack: what a context manager is, or what `send` brought. `None` where it cannot be
/// read.
#[pyfunction]
pub(crate) fn top<'py>(
    py: Python<'py>,
    frame: &Bound<'py, PyAny>,
    names: usize,
) -> Option<Bound<'py, PyAny>> {
    // SAFETY: as above; Python sets the count before it calls a tool, and -1 else.
    let value = unsafe {
        let memory = frame_of(frame)?;
        let count = usize::try_from(memory.byte_add(COUNT).cast::<c_int>().read()).ok()?;
        if count <= names || count > names + 100_000 {
            return None;
        }
        memory.byte_add(FIRST).cast::<*mut ffi::PyObject>().add(count - 1).read()
    };
    if value.is_null() {
        return None;
    }
    // SAFETY: alive: the frame's stack holds it.
    Some(unsafe { Borrowed::from_ptr(py, value) }.to_owned())
}

/// The dict of an object's own attributes, past whatever its class may say of it; `None` where it has none.
#[pyfunction]
pub(crate) fn own_dict<'py>(
    py: Python<'py>,
    value: &Bound<'py, PyAny>,
) -> Option<Bound<'py, PyAny>> {
    // SAFETY: gives a new reference, or nothing and an exception, which is taken away.
    unsafe {
        let found = ffi::PyObject_GenericGetDict(value.as_ptr(), std::ptr::null_mut());
        if found.is_null() {
            ffi::PyErr_Clear();
        }
        Bound::from_owned_ptr_or_opt(py, found)
    }
}
