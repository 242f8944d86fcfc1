//! Panes: each one's state, keys and drawing together. None names another.

pub mod cards;
pub mod quiz;
pub mod reader;
pub mod result;
