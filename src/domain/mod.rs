//! What is taught, what must hold, and what was learnt, as plain data and pure rules.
//!
//! This room may not read a file, the clock, the environment or the terminal, start a thread, or know Python's
//! interpreter: all of that is handed in as data. `clippy.toml` lists what is refused here.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod check;
pub mod clean;
pub mod compiled;
pub mod course;
pub mod document;
pub mod exercise;
pub mod explain;
pub mod lesson;
pub mod measure;
pub mod place;
pub mod printed;
pub mod problem;
pub mod progress;
pub mod record;
pub mod run;
pub mod settings;
pub mod traceback;
pub mod types;
pub mod value;
