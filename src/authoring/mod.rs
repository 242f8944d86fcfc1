//! Proves packs: that examples print what they say, that starters fail, that solutions pass, and that mistakes, and only
//! they, bring up their message. What runs programs and what reads syntax is handed in.

mod examples;
mod exercises;
mod lint;
mod mistakes;

pub use lint::{Proved, Report, Sight, Tools, lint};
