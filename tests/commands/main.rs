//! The commands, held to what README.md and docs/JSON.md promise of them: what they print, and how they end.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper that fails fails its test")]

mod course;
mod fidelity;
mod judging;
mod kinds;
mod machine;
mod order;
mod running;
mod stopping;
mod support;
#[path = "../terminal/mod.rs"]
mod terminal;
mod tracing;
mod typed;
mod types;
