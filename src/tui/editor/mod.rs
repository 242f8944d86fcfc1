//! The editor: its own core over a rope, its keys and its pane.
//!
//! | file | is |
//! | --- | --- |
//! | [`buffer`] | the text, by lines and grapheme clusters |
//! | [`cells`] | how wide a cluster is drawn, and as what |
//! | [`change`] | selections, changes, transactions |
//! | [`history`] | undo and redo in groups |
//! | [`motion`] | where the cursor goes |
//! | [`indent`] | how far a line is indented |
//! | [`command`] | everything the editor can be told to do |
//! | `edits` | what each editing command does |
//! | [`engine`] | text, selection, history and register together |
//! | [`keys`] | the keymap |
//! | [`pane`] | the editor on the screen: keys, mouse, scrolling, marks |
//! | `view` | its drawing |
//!
//! Offsets are bytes, lines count from 0, and the cursor always stands between two clusters. Everything is pure: the
//! clipboard, the clock and the files belong to the driver.

pub mod buffer;
pub mod cells;
pub mod change;
pub mod command;
mod edits;
pub mod engine;
pub mod history;
pub mod indent;
pub mod keys;
pub mod motion;
pub mod pane;
#[cfg(test)]
mod tests;
mod view;

pub use command::Command;
pub use engine::Editor;
pub use pane::{EditorPane, Handled, Mark, MarkKind};
