//! Proves packs: that examples print what they say, that starters fail, that solutions pass, and that mistakes, and only
//! they, bring up their message; and begins new ones. What runs programs and what reads syntax is handed in.

mod bless;
mod examples;
mod exercises;
mod lint;
mod mistakes;
pub mod new;
mod style;

pub use bless::{Blessing, bless};
pub use lint::{Proved, Report, Sight, Tools, lint};
