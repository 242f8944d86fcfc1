//! Systems for which we know no layers: limits alone.

use std::io;
use std::path::Path;

use libc::pid_t;

use super::limits;
use super::places::Places;
use crate::protocol::Level;
use crate::protocol::messages::{Caps, Tried};

/// Nothing.
#[derive(Debug)]
pub(super) struct Layers;

impl Layers {
    pub(super) fn prepare(level: Level, _: &Places) -> Result<Self, &'static str> {
        match level {
            Level::LimitsOnly => Ok(Self),
            Level::Confined | Level::Full => {
                Err("this system has no means for it that pykata knows")
            }
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail here")]
    pub(super) fn enter(&self) -> Result<(), &'static str> {
        Ok(())
    }

    #[expect(unsafe_code, reason = "std forks only to start another program")]
    pub(super) fn fork_init(&self) -> io::Result<pid_t> {
        // SAFETY: the caller has one thread.
        match unsafe { libc::fork() } {
            -1 => Err(io::Error::last_os_error()),
            pid => Ok(pid),
        }
    }

    pub(super) fn furnish(&self, _: &Path, _: &Caps) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn confine(&self, _: &Path, caps: &Caps, _: pid_t) -> io::Result<()> {
        limits::apply(caps)
    }

    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail here")]
    pub(super) fn probe(&self, _: &mut dyn FnMut()) -> Result<Vec<Tried>, &'static str> {
        Ok(Vec::new())
    }
}
