//! The native half of the record: the tape that the harness writes to, and what Python has no way to see.
//!
//! What is to be recorded and in which words is said in `harness/record.py`. README.md beside this folder says why.

pub(crate) mod frames;
pub(crate) mod listen;
pub(crate) mod tape;

use pyo3::types::{PyModule, PyModuleMethods};
use pyo3::{Bound, PyResult, Python, wrap_pyfunction};

/// Gives the module that the harness knows as `native`.
pub(crate) fn module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    let module = PyModule::new(py, "native")?;
    module.add_class::<frames::Mark>()?;
    module.add("UNSET", py.NotImplemented())?;
    for function in [
        wrap_pyfunction!(tape::start, &module)?,
        wrap_pyfunction!(tape::add, &module)?,
        wrap_pyfunction!(tape::stop, &module)?,
        wrap_pyfunction!(frames::changed, &module)?,
        wrap_pyfunction!(frames::changed_in, &module)?,
        wrap_pyfunction!(frames::top, &module)?,
        wrap_pyfunction!(frames::own_dict, &module)?,
        wrap_pyfunction!(listen::guard, &module)?,
        wrap_pyfunction!(listen::listen, &module)?,
        wrap_pyfunction!(listen::listen_here, &module)?,
    ] {
        module.add_function(function)?;
    }
    Ok(module)
}
