//! From a pack's files to a course, with a place for every fault.
//!
//! A pack is data from a stranger: nothing in it may make the parser panic, overflow its stack or take long, and every
//! fault is told in one run, with file, line, column and what to write instead. `docs/LESSON_FORMAT.md` describes the
//! format; the tables of keys in it are made from those that the parser reads through ([`mod@reference`]).
//!
//! | file | reads |
//! | --- | --- |
//! | `pack.rs` | `pack.toml`, the tracks, and what lessons say of each other |
//! | `check_up.rs` | a track's check-up, and the forms of a question |
//! | `cheat_sheet.rs` | a track's one page to look things up |
//! | `text.rs` | a lesson: its front matter, its title, its steps |
//! | `markdown.rs`, `scan.rs` | Markdown, into nodes with positions |
//! | `step.rs`, `examples.rs`, `code.rs`, `order.rs`, `hints.rs`, `questions.rs` | the nodes of one step, into what it asks for |
//! | `heading.rs`, `blocks.rs`, `words.rs` | braces and the first lines of blocks |
//! | `checks.rs`, `rules.rs`, `keys.rs`, `tables.rs` | TOML, through tables of keys |

mod blocks;
mod cheat_sheet;
mod check_up;
mod checks;
mod code;
mod examples;
mod fnv;
mod heading;
mod hints;
mod ids;
pub(in crate::domain) mod keys;
mod markdown;
mod measured;
mod minutes;
mod nearest;
mod order;
mod pack;
mod questions;
pub mod reference;
mod rules;
mod scan;
pub mod schema;
pub(in crate::domain) mod source;
mod step;
mod tables;
mod text;
mod types;
mod words;

pub use minutes::{estimate, words_of_block};
pub use nearest::nearest;
pub use pack::{MANIFEST, PackFiles, Parsed, parse_pack};
pub use text::parse_lesson;
pub use words::is_id;

/// The largest file of a pack, in bytes.
pub const MOST_BYTES: usize = 1024 * 1024;

/// The most files of a pack, besides its `pack.toml`.
pub const MOST_FILES: usize = 2_000;

#[cfg(test)]
mod tests;
