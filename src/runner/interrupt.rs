//! Stops a run from another thread.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;

use super::sys;

/// Asks for the end of the run in hand: the first time politely (`KeyboardInterrupt`), the second time at once.
///
/// Without a run it does nothing.
#[derive(Debug, Clone)]
pub struct Interrupter(Arc<PipeWriter>);

impl Interrupter {
    /// Asks once.
    pub fn interrupt(&self) {
        // A full pipe holds requests enough.
        let _ = (&*self.0).write(&[0]);
    }
}

/// The other end: where a run hears of it.
#[derive(Debug)]
pub(crate) struct Interruptions(PipeReader);

impl Interruptions {
    pub(crate) fn new() -> io::Result<(Self, Interrupter)> {
        let (reader, writer) = sys::wake_pipe()?;
        Ok((Self(reader), Interrupter(Arc::new(writer))))
    }

    /// How often it was asked for since the last look.
    pub(crate) fn take(&self) -> usize {
        (&self.0).read(&mut [0; 64]).unwrap_or(0)
    }

    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
