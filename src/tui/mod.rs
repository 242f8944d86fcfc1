//! The screen: state changes in `update`, drawing in `view`, and one impure file, the driver.

pub mod app;
pub mod driver;
pub mod editor;
pub mod effect;
pub mod engine;
pub mod input;
pub mod jobs;
pub mod keymap;
pub mod msg;
pub mod outside;
pub mod page;
pub mod panes;
pub mod parts;
pub mod popups;
pub mod prose;
pub mod rows;
pub mod sweep;
pub mod terminal;
pub mod theme;
pub mod world;

#[cfg(test)]
mod foreign;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

/// How many columns standard output has, where it is a terminal.
#[must_use]
pub fn terminal_width() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(size.ws_col).filter(|columns| *columns > 0)
}
