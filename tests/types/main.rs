//! The type checker's process, asked as the host asks it: what it finds, and what becomes of it when something goes wrong.
//!
//! The cases hold what lessons may build on, rule by rule: an upgrade of the checker that renames a rule shows here.

mod contract;
mod process;
mod support;
