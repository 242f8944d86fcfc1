//! The process that has Python started and everything imported, and forks for each run.
#![expect(
    unsafe_code,
    reason = "it forks with Python inside, and owns its first descriptor by number"
)]

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::fd::{AsFd, FromRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;

use pykata::protocol::BUILD_ID;
use pykata::protocol::messages::{Hello, Ready};
use pykata::sandbox::{fds, init, levels, limits, signals, tree};
use pyo3::{Py, PyAny, Python, ffi};

use crate::channel::{self, Received};
use crate::{interpreter, program};

/// How a zygote is started.
pub(crate) struct Options {
    /// What `sys.executable` is to be.
    python: PathBuf,
    hash_seed: u32,
}

impl Options {
    /// Reads `--zygote --python PATH --hash-seed N`; anything else was not meant for a zygote.
    pub(crate) fn read(arguments: &[OsString]) -> Option<Self> {
        let [_, zygote, python, path, seed, number] = arguments else { return None };
        if zygote != "--zygote" || python != "--python" || seed != "--hash-seed" {
            return None;
        }
        Some(Self { python: path.into(), hash_seed: number.to_str()?.parse().ok()? })
    }
}

/// Serves requests that come on standard input, a socket, until that ends.
pub(crate) fn serve(options: &Options) -> ExitCode {
    detach();
    // SAFETY: standard input is the host's socket, and nothing else here uses it.
    let socket = unsafe { UnixStream::from_raw_fd(0) };
    let zygote = match Zygote::start(options) {
        Ok(zygote) => zygote,
        Err(why) => {
            // Whoever is not there to hear it needs no answer either.
            let _ = channel::greet(&socket, &Hello::Unfit(why));
            return ExitCode::FAILURE;
        }
    };
    signals::block_all();
    signals::bury_children();
    let level = levels::strongest();
    let ready = Ready { build: BUILD_ID.into(), python: interpreter::version(), level };
    if channel::greet(&socket, &Hello::Ready(ready)).is_ok() && hush().is_ok() {
        while let Ok(Some(received)) = channel::receive(&socket) {
            zygote.fork(received);
        }
    }
    tree::end_all(&mut |_| {});
    ExitCode::SUCCESS
}

/// Leaves the host's terminal and whatever descriptors were handed down, and becomes the heir of orphans.
fn detach() {
    // SAFETY: plain numbers; this process has one thread.
    unsafe {
        libc::setsid();
        #[cfg(target_env = "gnu")]
        libc::mallopt(M_ARENA_MAX, 2);
    }
    fds::close_from(3, &[]);
    signals::reset_all();
    signals::unblock_all();
    tree::inherit_orphans();
}

/// glibc's name for the number of heaps; each thread's own would take 64 MiB of address space.
#[cfg(target_env = "gnu")]
const M_ARENA_MAX: libc::c_int = -8;

/// Points standard error, on which the loader and Python may complain of a bad start, at nothing.
fn hush() -> io::Result<()> {
    let nothing = OpenOptions::new().write(true).open("/dev/null")?;
    fds::place(nothing.as_fd(), 2, true)
}

struct Zygote {
    harness: Py<PyAny>,
    /// The number at which a program has its talk with the host.
    talk: RawFd,
}

impl Zygote {
    fn start(options: &Options) -> Result<Self, String> {
        interpreter::start(&options.python, options.hash_seed)?;
        let harness = Python::attach(|py| {
            program::load_harness(py).map_err(|error| format!("the harness did not load: {error}"))
        })?;
        let threads = fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
        if threads != 1 {
            return Err(format!("{threads} threads run where a fork needs one alone"));
        }
        let open = limits::open_files_up_to(4096);
        let talk = RawFd::try_from(open.saturating_sub(1)).unwrap_or(RawFd::MAX);
        Ok(Self { harness, talk })
    }

    /// Forks init, which forks the program.
    fn fork(&self, received: Received) {
        Python::attach(|_| {
            // SAFETY: this process has one thread and holds the interpreter's lock; the child never returns here.
            unsafe {
                ffi::PyOS_BeforeFork();
                let pid = libc::fork();
                if pid == 0 {
                    self.become_init(received);
                }
                ffi::PyOS_AfterFork_Parent();
            }
            // Where the fork failed, the host sees the ends of its streams closed without a report.
        });
    }

    fn become_init(&self, received: Received) -> ! {
        let Received { request, descriptors: [out, err, talk, control, record] } = received;
        let streams = program::Streams { out, err, talk, record };
        init::run(control, &request.limits, |init| {
            program::run(&self.harness, &request, streams, self.talk, init)
        })
    }
}
