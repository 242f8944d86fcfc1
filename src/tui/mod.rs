//! The screen: state changes in `update`, drawing in `view`, and one impure file, the driver.

pub mod editor;
pub mod panes;
pub mod rows;
pub mod theme;
