//! Drives the real worker, as the host does: programs in, observations out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod cpython;
mod ends;
mod exceptions;
mod explanations;
mod fidelity;
mod hostile;
mod machinery;
mod measures;
mod programs;
mod reading;
mod record;
mod shut;
mod support;
mod values;
mod virtual_time;
