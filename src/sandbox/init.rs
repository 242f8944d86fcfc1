//! The process between a zygote and a program: it starts the program, waits, ends what is left, and reports.
//!
//! It answers to one stream: a byte or the stream's end ends the whole tree. So nothing of a run outlives the host,
//! however that ends.
#![expect(unsafe_code, reason = "it forks, and ends without unwinding")]

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use libc::pid_t;

use super::levels::Sandbox;
use super::places::around;
use super::tree::Ended;
use super::{fds, folder, signals, tree};
use crate::protocol::messages::{self, Excess, GO, INTERRUPT, Request, Usage};

/// How often the run's tasks and memory are counted.
const COUNT_EVERY_MS: i32 = 20;

/// How often its files are looked at where nothing else bounds them, and how much longer than a look took at least.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOK_SHARE: u32 = 10;

/// Waits for ever.
const NO_HURRY: i32 = -1;

/// How long processes that the program left may take to end by themselves.
const STRAGGLE: Duration = Duration::from_millis(50);

/// Becomes init: never returns. `program` is called in the child that is to become the program, with init's id, and
/// gives its exit code.
pub fn run(
    control: OwnedFd,
    sandbox: &Sandbox,
    request: &Request,
    program: impl FnOnce(pid_t) -> i32,
) -> ! {
    let control = UnixStream::from(control);
    let usage = match Init::start(&control, sandbox, request, program) {
        Ok(mut init) => {
            init.watch();
            init.usage
        }
        Err(error) => Usage { error: Some(error.to_string()), ..Usage::default() },
    };
    let _ = control.set_nonblocking(false);
    // A host that is gone needs no report.
    let _ = (&control).write_all(&messages::encode(&usage));
    // SAFETY: ends this process, which has nothing to clean up.
    unsafe { libc::_exit(0) }
}

struct Init<'a> {
    control: &'a UnixStream,
    request: &'a Request,
    /// The read end of the pipe into which the handler of child ends writes, and the write end, held open for it.
    wake: (OwnedFd, OwnedFd),
    program: pid_t,
    /// Whether the program has something to run. A parked one costs nothing.
    going: bool,
    /// What a process of the run has resident before it does anything, in bytes: it shares that with the zygote.
    shared_bytes: u64,
    /// When the run's files are looked at next; never, where their file system ends them.
    next_look: Option<Instant>,
    usage: Usage,
}

impl<'a> Init<'a> {
    fn start(
        control: &'a UnixStream,
        sandbox: &Sandbox,
        request: &'a Request,
        program: impl FnOnce(pid_t) -> i32,
    ) -> io::Result<Self> {
        let wake = fds::quick_pipe()?;
        // SAFETY: this process has one thread; both calls take nothing.
        let own = unsafe {
            libc::setsid();
            libc::getpid()
        };
        tree::inherit_orphans();
        sandbox.furnish(Path::new(&request.scratch), &request.limits)?;
        signals::hear_children(&wake.1);
        // SAFETY: this process has one thread, so that the child may go on as it likes.
        match unsafe { libc::fork() } {
            -1 => Err(io::Error::last_os_error()),
            0 => {
                signals::forget_children();
                let code = program(own);
                // SAFETY: ends this process; what was to be flushed has been.
                unsafe { libc::_exit(code) }
            }
            pid => {
                // Its descriptors are the program's now.
                drop(program);
                let keep = [control.as_raw_fd(), wake.0.as_raw_fd(), wake.1.as_raw_fd()];
                fds::close_from(0, &keep);
                control.set_nonblocking(true)?;
                Ok(Self {
                    control,
                    request,
                    wake,
                    program: pid,
                    going: false,
                    shared_bytes: tree::resident_bytes(own),
                    next_look: sandbox.mounted_scratch().is_none().then(Instant::now),
                    usage: Usage::default(),
                })
            }
        }
    }

    /// Waits for the program's end, then ends whatever it left.
    fn watch(&mut self) {
        while self.usage.status.is_none() {
            let patience = if self.going { COUNT_EVERY_MS } else { NO_HURRY };
            signals::wait_readable(self.control.as_fd(), self.wake.0.as_fd(), patience);
            self.drain_wake();
            self.bury();
            if self.usage.status.is_none() && (self.told_to_end() || self.takes_too_much()) {
                tree::end_all(&mut |ended| note(&mut self.usage, self.program, ended));
                return;
            }
        }
        self.await_stragglers();
        let mut left = 0;
        tree::end_all(&mut |ended| left += u32::from(libc::WIFSIGNALED(ended.status)));
        self.usage.left = left;
    }

    /// Gives processes that are about to end by themselves, as helpers of Python's `multiprocessing` are, a moment.
    fn await_stragglers(&mut self) {
        let until = Instant::now() + STRAGGLE;
        while tree::reap().is_ok() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.told_to_end() {
                return;
            }
            let millis = i32::try_from(left.as_millis()).unwrap_or(0).max(1);
            signals::wait_readable(self.control.as_fd(), self.wake.0.as_fd(), millis);
            self.drain_wake();
        }
    }

    fn drain_wake(&self) {
        let mut bytes = [0u8; 64];
        // SAFETY: the buffer has room for what is asked for; the pipe does not block.
        while unsafe { libc::read(self.wake.0.as_raw_fd(), bytes.as_mut_ptr().cast(), bytes.len()) }
            > 0
        {}
    }

    /// Takes the ends of children; the program's is the one that matters.
    fn bury(&mut self) {
        while let Ok(Some(ended)) = tree::reap() {
            note(&mut self.usage, self.program, ended);
        }
    }

    /// Reads what the host says; anything but a start or an interruption ends the run, the stream's end too.
    fn told_to_end(&mut self) -> bool {
        let mut bytes = [0u8; 16];
        match (&*self.control).read(&mut bytes) {
            Ok(0) => true,
            Ok(length) => {
                let said = &bytes[..length];
                self.going |= said.contains(&GO);
                if said.contains(&INTERRUPT) {
                    tree::signal(self.program, libc::SIGINT);
                }
                said.iter().any(|byte| ![GO, INTERRUPT].contains(byte))
            }
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        }
    }

    /// Counts what the kernel does not count for a tree of processes.
    fn takes_too_much(&mut self) -> bool {
        if !self.going {
            return false;
        }
        // SAFETY: asks for a number.
        let own = unsafe { libc::getpid() };
        let census = tree::census(own);
        let limits = &self.request.limits;
        // A single file meets the kernel's own limit first, folders and all.
        let most_files = limits.file_bytes + limits.file_bytes / 16;
        self.usage.excess = if census.tasks > limits.tasks {
            Some(Excess::Tasks)
        } else if census.resident_bytes(self.shared_bytes) > limits.memory_bytes {
            Some(Excess::Memory)
        } else if self.files_are_due() && self.files_take(&census.processes) > most_files {
            Some(Excess::Files)
        } else {
            None
        };
        self.usage.excess.is_some()
    }

    fn files_are_due(&self) -> bool {
        self.next_look.is_some_and(|when| Instant::now() >= when)
    }

    /// Looks at the run's files; the next look waits the longer, the longer this one takes.
    fn files_take(&mut self, processes: &[pid_t]) -> u64 {
        let begun = Instant::now();
        let taken = folder::taken(around(Path::new(&self.request.scratch)), processes);
        let pause = LOOK_EVERY.max(begun.elapsed() * LOOK_SHARE);
        self.next_look = Some(Instant::now() + pause);
        taken
    }
}

fn note(usage: &mut Usage, program: pid_t, ended: Ended) {
    usage.peak_bytes = usage.peak_bytes.max(ended.peak_bytes);
    if ended.pid == program {
        usage.status = Some(ended.status);
    }
}
