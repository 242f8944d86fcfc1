//! What the store promises, on a real file system: nothing acknowledged is lost, nothing damaged locks anybody out.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails here fails a test")]

mod damage;
mod faults;
mod instances;
mod kill;
mod support;
