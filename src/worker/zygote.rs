//! The process that has Python started and everything imported, and forks for each run.
#![expect(
    unsafe_code,
    reason = "it forks with Python inside, and owns its first descriptor by number"
)]

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pykata::protocol::messages::{Declined, Hello, Ready, Request};
use pykata::protocol::{BUILD_ID, Level};
use pykata::sandbox::levels::Sandbox;
use pykata::sandbox::places::Places;
use pykata::sandbox::{fds, init, limits, signals, tree};
use pyo3::{Python, ffi};

use crate::channel::{self, DESCRIPTORS, Received};
use crate::program::Harness;
use crate::{interpreter, program, reader};

/// How a zygote is started.
pub(crate) struct Options {
    /// What `sys.executable` is to be.
    python: PathBuf,
    hash_seed: u32,
    /// The one level that will do, if not the strongest.
    level: Option<Level>,
}

impl Options {
    /// Reads `--zygote --python PATH --hash-seed N`, and `--sandbox LEVEL` after it; anything else was not meant for a
    /// zygote.
    pub(crate) fn read(arguments: &[OsString]) -> Option<Self> {
        let [_, zygote, python, path, seed, number, rest @ ..] = arguments else { return None };
        if zygote != "--zygote" || python != "--python" || seed != "--hash-seed" {
            return None;
        }
        let level = match rest {
            [] => None,
            [sandbox, word] if sandbox == "--sandbox" => Some(Level::parse(word.to_str()?)?),
            _ => return None,
        };
        Some(Self { python: path.into(), hash_seed: number.to_str()?.parse().ok()?, level })
    }
}

/// Why a zygote cannot serve.
enum Unable {
    Unfit(String),
    Refused(Declined),
}

/// Serves requests that come on standard input, a socket, until that ends.
pub(crate) fn serve(options: &Options) -> ExitCode {
    detach();
    // SAFETY: standard input is the host's socket, and nothing else here uses it.
    let socket = unsafe { UnixStream::from_raw_fd(0) };
    let zygote = match Zygote::start(options) {
        Ok(zygote) => zygote,
        Err(why) => {
            let hello = match why {
                Unable::Unfit(why) => Hello::Unfit(why),
                Unable::Refused(declined) => Hello::Refused(declined),
            };
            // Whoever is not there to hear it needs no answer either.
            let _ = channel::greet(&socket, &hello);
            return ExitCode::FAILURE;
        }
    };
    signals::block_all();
    signals::bury_children();
    let ready = Ready {
        build: BUILD_ID.into(),
        python: interpreter::version(),
        level: zygote.sandbox.level(),
        scratch: zygote.sandbox.mounted_scratch().and_then(Path::to_str).map(str::to_owned),
        tried: zygote.sandbox.tried.clone(),
        declined: zygote.sandbox.declined.clone(),
    };
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

/// The number below which a program has its talk with the host, out of the way of loops over small numbers.
const TALK_BELOW: u64 = 4096;

struct Zygote {
    harness: Harness,
    sandbox: Sandbox,
    /// The number at which a program has its talk with the host.
    talk: RawFd,
}

impl Zygote {
    fn start(options: &Options) -> Result<Self, Unable> {
        let private = options.python.parent().unwrap_or(Path::new("/"));
        let places = Places::new(&interpreter::home(), &own_program(), private);
        // The first probe is forked while there is little memory to copy, and Python starts beside it.
        let mut python = None;
        let mut start_python = || _ = python.get_or_insert_with(|| Self::start_python(options));
        let sandbox = Sandbox::set_up(options.level, &places, &mut start_python);
        start_python();
        let sandbox = sandbox.map_err(Unable::Refused)?;
        let harness = python.expect("it was started above").map_err(Unable::Unfit)?;
        let threads = fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
        if threads != 1 {
            let why = format!("{threads} threads run where a fork needs one alone");
            return Err(Unable::Unfit(why));
        }
        // No higher than need be: each fork copies a table as long as that.
        let open = limits::open_files_up_to(TALK_BELOW).min(TALK_BELOW);
        let talk = RawFd::try_from(open.saturating_sub(1)).unwrap_or(RawFd::MAX);
        Ok(Self { harness, sandbox, talk })
    }

    fn start_python(options: &Options) -> Result<Harness, String> {
        interpreter::start(&options.python, options.hash_seed)?;
        Python::attach(|py| {
            Harness::load(py).map_err(|error| format!("the harness did not load: {error}"))
        })
    }

    /// Forks init, which forks the program, or a reader.
    fn fork(&self, received: Received) {
        let zygote = std::process::id().cast_signed();
        Python::attach(|py| {
            // SAFETY: this process has one thread and holds the interpreter's lock; the child never returns here.
            unsafe {
                ffi::PyOS_BeforeFork();
                match received {
                    Received::Program { request, descriptors } => {
                        if let Ok(0) = self.sandbox.fork_init() {
                            self.become_init(&request, descriptors);
                        }
                    }
                    Received::Reader { talk } => {
                        if libc::fork() == 0 {
                            reader::run(py, &self.harness, talk, zygote);
                        }
                    }
                }
                ffi::PyOS_AfterFork_Parent();
            }
            // Where the fork failed, the host sees the ends of its streams closed without a report.
        });
    }

    fn become_init(&self, request: &Request, descriptors: [OwnedFd; DESCRIPTORS]) -> ! {
        let [out, err, talk, control, record] = descriptors;
        let streams = program::Streams { out, err, talk, record };
        init::run(control, &self.sandbox, request, |init| {
            program::run(&self.harness, &self.sandbox, request, streams, self.talk, init)
        })
    }
}

/// This program, as a file: what the link that programs start as Python leads to.
fn own_program() -> PathBuf {
    std::env::current_exe().unwrap_or_default()
}
