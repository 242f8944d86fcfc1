//! The panes of the screen: each holds its state, its keys and its drawing, and knows no other.

pub mod cards;
pub mod quiz;
pub mod reader;
pub mod result;
