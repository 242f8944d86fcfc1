//! What is in a frame: the values of its names and the value on top of its stack, read without a trace.
//!
//! Python's own `f_locals` makes a copy that keeps the values alive (3.11, 3.12), and nothing at all gives the value that
//! `send` brings. So the frame's memory is read, whose layout is fixed within a minor version, and is the same for
//! those named in [`KNOWN`]; the worker runs with the very version that it was built for.
#![expect(unsafe_code, reason = "frames are read by their layout")]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ffi::c_int;
use std::ptr;

use pykata::protocol::PYTHON_SHORT;
use pyo3::types::{PyBytes, PyDict, PyList, PyListMethods, PyString, PyStringMethods};
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
    /// What the names of a function were last.
    slots: RefCell<Vec<Slot>>,
    /// What the names of a namespace were last, with the round in which they were there.
    names: RefCell<HashMap<usize, Named>>,
    round: Cell<u64>,
}

/// A name of a namespace, what it was last, and the round in which it was there.
type Named = (Py<PyAny>, Slot, u64);

/// What a name was bound to, as far as it says whether it still is the same: an address alone does not, since another
/// object may have it next, and what can change may have changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Slot {
    value: usize,
    class: usize,
    /// What tells the value of something that cannot change; nothing for whatever can.
    print: Option<i64>,
}

impl Slot {
    /// # Safety
    /// It must be a live object or nothing.
    unsafe fn of(value: *mut ffi::PyObject) -> Self {
        if value.is_null() {
            return Self { print: Some(0), ..Self::default() };
        }
        // SAFETY: promised by the caller; only objects of exact built-in types are asked for anything.
        unsafe {
            let class = ffi::Py_TYPE(value);
            let print = if class == &raw mut ffi::PyLong_Type {
                let mut overflow = 0;
                let number = ffi::PyLong_AsLongLongAndOverflow(value, &raw mut overflow);
                (overflow == 0).then_some(number)
            } else if class == &raw mut ffi::PyUnicode_Type {
                Some(ffi::PyObject_Hash(value) as i64)
            } else if class == &raw mut ffi::PyFloat_Type {
                Some(ffi::PyFloat_AS_DOUBLE(value).to_bits().cast_signed())
            } else if value == ffi::Py_None()
                || class == &raw mut ffi::PyBool_Type
                || class == &raw mut ffi::PyFunction_Type
                || class == &raw mut ffi::PyModule_Type
                || class == &raw mut ffi::PyType_Type
            {
                Some(0)
            } else {
                None
            };
            Self { value: value as usize, class: class as usize, print }
        }
    }

    fn is_the_same(self, before: Self) -> bool {
        self.print.is_some() && self == before
    }
}

#[pymethods]
impl Mark {
    #[new]
    #[pyo3(signature = (number, looked_at=None))]
    fn new(number: u64, looked_at: Option<Py<PyBytes>>) -> Self {
        Self {
            number: Cell::new(number),
            suspended: Cell::new(false),
            looked_at,
            slots: RefCell::default(),
            names: RefCell::default(),
            round: Cell::default(),
        }
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

/// The values of a function's names that may have changed since this was last asked, each after the index of its name;
/// `cells` has a byte for each name of its code, 1 for those in a cell. What is not bound is `NotImplemented`. `None`
/// where frames cannot be read.
#[pyfunction]
pub(crate) fn changed<'py>(
    py: Python<'py>,
    frame: &Bound<'py, PyAny>,
    mark: &Bound<'py, Mark>,
    cells: &[u8],
) -> PyResult<Option<Bound<'py, PyList>>> {
    // SAFETY: the harness hands in the frame that it was called for, which waits for it.
    let Some(memory) = (unsafe { frame_of(frame) }) else { return Ok(None) };
    let list = PyList::empty(py);
    let mark = mark.borrow();
    let mut slots = mark.slots.borrow_mut();
    slots.resize(cells.len(), Slot::default());
    for (index, (is_cell, slot)) in cells.iter().zip(slots.iter_mut()).enumerate() {
        // SAFETY: a frame has a place for each name of its code; what lies there is an object or nothing.
        let value = unsafe {
            let mut value = memory.byte_add(FIRST).cast::<*mut ffi::PyObject>().add(index).read();
            if *is_cell == 1 && !value.is_null() && ffi::PyCell_Check(value) != 0 {
                value = ffi::PyCell_Get(value);
                // The cell holds it, too.
                ffi::Py_XDECREF(value);
            }
            value
        };
        // SAFETY: alive, or nothing.
        let now = unsafe { Slot::of(value) };
        if now.is_the_same(*slot) {
            continue;
        }
        *slot = now;
        list.append(index)?;
        // SAFETY: alive: the frame or its cell holds it, and no Python code runs in between.
        list.append(unsafe {
            Borrowed::from_ptr(py, if value.is_null() { ffi::Py_NotImplemented() } else { value })
        })?;
    }
    Ok(Some(list))
}

/// The names of a namespace whose values may have changed, each before its value, as above; those with two underscores
/// in front are Python's own business.
#[pyfunction]
pub(crate) fn changed_in<'py>(
    py: Python<'py>,
    space: &Bound<'py, PyDict>,
    mark: &Bound<'py, Mark>,
) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    let mark = mark.borrow();
    let mut names = mark.names.borrow_mut();
    let round = mark.round.get().wrapping_add(1);
    mark.round.set(round);
    let (mut at, mut key, mut value) = (0, ptr::null_mut(), ptr::null_mut());
    // SAFETY: nothing in the loop runs Python code, so that the dict stays as it is and holds what it gives.
    unsafe {
        while ffi::PyDict_Next(space.as_ptr(), &raw mut at, &raw mut key, &raw mut value) != 0 {
            let name = Borrowed::from_ptr(py, key);
            let Ok(text) = name.cast_exact::<PyString>() else { continue };
            if text.to_str().map_or(true, |text| text.starts_with("__")) {
                continue;
            }
            let entry = names
                .entry(key as usize)
                .or_insert_with(|| (name.to_owned().unbind(), Slot::default(), round));
            entry.2 = round;
            let now = Slot::of(value);
            if !now.is_the_same(entry.1) {
                entry.1 = now;
                list.append(name)?;
                list.append(Borrowed::from_ptr(py, value))?;
            }
        }
    }
    let mut gone = Ok(());
    names.retain(|_, (name, _, seen)| {
        if *seen != round {
            let name = name.bind(py);
            gone = list.append(name).and_then(|()| list.append(py.NotImplemented()));
        }
        *seen == round
    });
    gone.map(|()| list)
}

/// The value on top of a frame's stack as it is resumed: what `send` brought. `None` where it cannot be
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
        let found = ffi::PyObject_GenericGetDict(value.as_ptr(), ptr::null_mut());
        if found.is_null() {
            ffi::PyErr_Clear();
        }
        Bound::from_owned_ptr_or_opt(py, found)
    }
}
