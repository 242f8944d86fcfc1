//! Confines a process that works on what it is told and needs nothing else: no file, no network, no other process.

use std::io;

use super::limits;
#[cfg(target_os = "linux")]
use super::linux;
use crate::protocol::messages::Caps;

/// Puts this process, which must have one thread, under a limit of memory in bytes, and takes from it what the system lets
/// take: what a level lacks is no failure here, since the process runs no code but our own.
pub fn confine(memory_bytes: u64) -> io::Result<()> {
    limits::apply(&Caps { memory_bytes, file_bytes: 0, tasks: 0 })?;
    #[cfg(target_os = "linux")]
    linux::shut_in();
    Ok(())
}
