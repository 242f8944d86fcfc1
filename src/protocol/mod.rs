//! What the programs say to each other. Knows how a message looks, not how it travels or what is done about it.

pub mod framing;
pub mod messages;
pub mod reading;
pub mod record;
pub mod types;

pub use crate::domain::run::Level;

/// Differs between any two builds: a host refuses a worker that does not bear its own.
pub const BUILD_ID: &str = env!("PYKATA_BUILD_ID");

/// The Python that this build's worker is linked with, as `3.11.7`.
pub const PYTHON_VERSION: &str = env!("PYKATA_PYTHON_VERSION");

/// The same, as `3.11`: the name of its library folder.
pub const PYTHON_SHORT: &str = env!("PYKATA_PYTHON_SHORT");

/// Where that Python stood when this was built; used where none is bundled beside the program.
pub const PYTHON_PREFIX: &str = env!("PYKATA_PYTHON_PREFIX");
