//! How much the sandbox covers on this system.

use crate::protocol::Level;

/// The strongest level that this system grants and that is put to use: what a zygote says of itself.
#[must_use]
pub fn strongest() -> Level {
    Level::LimitsOnly
}
