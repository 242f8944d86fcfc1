//! Where a record is written: memory that the host shares through a file, so that it outlives any end of the program.
//!
//! The host passes the file's descriptor with every request, since a parked program does not know yet what it will run;
//! untouched, it costs a mapping of addresses and no memory. It is mapped here and its descriptor closed, so that a
//! learner's program sees no descriptor that it did not open. Nothing is buffered: what was added is there for the host
//! whatever kills the program next. A pipe would have to be drained and could block; a report would be lost with its
//! program.
//!
//! The file begins with a head of three numbers of eight bytes, little-endian (the bytes of text after it, the events
//! left out, whether counting them ended); then come lines.
#![expect(unsafe_code, reason = "shared memory is mapped and written by address")]

use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::{io, ptr};

use pykata::protocol::record::{HEAD, SIZE};
use pyo3::pyfunction;

/// How many times as many events as are kept are counted, before a program is left to run at its own speed.
const COUNTED: u64 = 10;

/// The tape of this program.
static TAPE: Tape = Tape::new();

/// Why a tape takes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// There is room.
    Free,
    /// It is full: events are counted.
    Full,
    /// So many did not fit that they are no longer counted.
    Over,
}

struct Tape {
    base: AtomicPtr<u8>,
    on: AtomicBool,
    used: AtomicUsize,
    size: AtomicUsize,
    events: AtomicU64,
    most: AtomicU64,
    left_out: AtomicU64,
}

/// Maps the file that came with the request. Where that fails nothing is recorded.
pub(crate) fn map(file: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: a fresh mapping of a file that has this size, sealed where the system can; it is never unmapped.
    let base = unsafe {
        libc::mmap(
            ptr::null_mut(),
            SIZE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        )
    };
    if base == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    TAPE.base.store(base.cast(), Relaxed);
    Ok(())
}

/// Begins: at most so many events and so many bytes of lines. Says whether there is something to write to.
#[pyfunction]
pub(crate) fn start(events: u64, bytes: usize) -> bool {
    let there = !TAPE.base.load(Relaxed).is_null();
    TAPE.size.store(bytes.min(SIZE - HEAD), Relaxed);
    TAPE.most.store(events, Relaxed);
    TAPE.on.store(there, Relaxed);
    there
}

/// Adds one event, some lines; or counts it where there is no room.
#[pyfunction]
pub(crate) fn add(lines: &str) {
    TAPE.add(lines.as_bytes());
}

/// Ends the record for this process: for a forked child, whose course it is not.
#[pyfunction]
pub(crate) fn stop() {
    TAPE.on.store(false, Relaxed);
}

/// Whether there is room; where there is none, counts what was to be added.
pub(crate) fn room() -> Room {
    if !TAPE.on.load(Relaxed) {
        Room::Over
    } else if TAPE.left_out.load(Relaxed) == 0 {
        Room::Free
    } else {
        TAPE.leave_out()
    }
}

/// Notes something that is no event of its own.
pub(crate) fn note(line: &str) {
    if TAPE.on.load(Relaxed) && TAPE.left_out.load(Relaxed) == 0 {
        TAPE.write(line.as_bytes());
    }
}

impl Tape {
    const fn new() -> Self {
        Self {
            base: AtomicPtr::new(ptr::null_mut()),
            on: AtomicBool::new(false),
            used: AtomicUsize::new(0),
            size: AtomicUsize::new(0),
            events: AtomicU64::new(0),
            most: AtomicU64::new(0),
            left_out: AtomicU64::new(0),
        }
    }

    fn add(&self, lines: &[u8]) {
        if !self.on.load(Relaxed) {
            return;
        }
        // Once something was left out, what comes later is too: a record has no gaps.
        let fits = self.left_out.load(Relaxed) == 0
            && self.events.load(Relaxed) < self.most.load(Relaxed)
            && self.write(lines);
        if fits {
            self.events.fetch_add(1, Relaxed);
        } else {
            self.leave_out();
        }
    }

    fn leave_out(&self) -> Room {
        let count = self.left_out.fetch_add(1, Relaxed) + 1;
        self.put(8, count);
        if count < self.most.load(Relaxed).saturating_mul(COUNTED) {
            return Room::Full;
        }
        self.put(16, 1);
        self.on.store(false, Relaxed);
        Room::Over
    }

    /// Writes lines, then how far the text goes: who reads after a kill sees whole lines alone.
    fn write(&self, lines: &[u8]) -> bool {
        let used = self.used.load(Relaxed);
        if used + lines.len() > self.size.load(Relaxed) {
            return false;
        }
        // SAFETY: the interpreter's lock is held, and the range lies in the mapping as `start` has bounded it.
        unsafe {
            let to = self.base.load(Relaxed).add(HEAD + used);
            ptr::copy_nonoverlapping(lines.as_ptr(), to, lines.len());
        }
        self.used.store(used + lines.len(), Relaxed);
        self.put(0, (used + lines.len()) as u64);
        true
    }

    fn put(&self, at: usize, number: u64) {
        // SAFETY: within the head of the mapping, which is there while the tape is on.
        unsafe {
            let to = self.base.load(Relaxed).add(at);
            ptr::copy_nonoverlapping(number.to_le_bytes().as_ptr(), to, 8);
        }
    }
}
