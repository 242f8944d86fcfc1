//! Tries, in a process that is set up as a program will be, what a program must not be able to do. What a call returned when
//! a layer was put on is no proof; this is.
#![expect(unsafe_code, reason = "it does what a hostile program would, and forks for it")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{SocketAddr as UnixAddress, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::fds;
use super::Step;
use crate::protocol::messages::{Act, Tried};

/// How long a connection is waited for; on the loopback network it stands or is refused at once.
const CONNECT: Duration = Duration::from_millis(200);

/// What stands outside for a probe to reach for; gone with its owner.
pub(super) struct Outside {
    file: PathBuf,
    path_socket: PathBuf,
    path_listener: Option<UnixListener>,
    tcp: Option<(TcpListener, SocketAddr)>,
    abstract_socket: Option<(UnixListener, UnixAddress)>,
    /// This process, and a byte of its memory.
    pid: libc::pid_t,
    secret: Box<u8>,
}

impl Outside {
    /// Puts it into a folder of this user's that no program is meant to see.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let file = folder.join("probe");
        File::create(&file)?.write_all(b"nobody's business")?;
        let path_socket = folder.join("probe.sock");
        let tcp = TcpListener::bind(("127.0.0.1", 0)).ok();
        let tcp = tcp.and_then(|listener| listener.local_addr().ok().map(|at| (listener, at)));
        // SAFETY: asks for a number.
        let pid = unsafe { libc::getpid() };
        let name = UnixAddress::from_abstract_name(format!("pykata-probe-{pid}"))?;
        let listener = UnixListener::bind_addr(&name).ok();
        Ok(Self {
            path_listener: UnixListener::bind(&path_socket).ok(),
            abstract_socket: listener.map(|listener| (listener, name)),
            file,
            path_socket,
            tcp,
            pid,
            secret: Box::new(42),
        })
    }

    /// Tries everything; in a process that is of no other use.
    fn try_all(&self, scratch: &Path, scratch_bytes: u64) -> Vec<Tried> {
        let tried = |act, done: bool| Tried { act, refused: !done };
        let mut all = vec![
            tried(Act::ReadFiles, File::open(&self.file).is_ok()),
            tried(Act::WriteFiles, OpenOptions::new().append(true).open(&self.file).is_ok()),
            tried(Act::ChangeFiles, self.changes_mode()),
            tried(Act::Signals, self.signals()),
            tried(Act::Memory, self.reads_memory()),
            tried(Act::Namespaces, makes_namespace()),
            tried(Act::HiddenMemory, makes_hidden_memory()),
            tried(Act::Keyrings, reads_keyring()),
            tried(Act::FillDisk, !is_bounded(scratch, scratch_bytes)),
        ];
        // Where a machine lets nobody listen, there is nothing to reach for.
        if let Some((_, at)) = &self.tcp {
            all.push(tried(Act::Network, TcpStream::connect_timeout(at, CONNECT).is_ok()));
        }
        if self.path_listener.is_some() {
            all.push(tried(Act::PathSockets, UnixStream::connect(&self.path_socket).is_ok()));
        }
        if let Some((_, name)) = &self.abstract_socket {
            all.push(tried(Act::AbstractSockets, UnixStream::connect_addr(name).is_ok()));
        }
        all
    }

    fn changes_mode(&self) -> bool {
        fs::set_permissions(&self.file, fs::Permissions::from_mode(0o600)).is_ok()
    }

    /// In a process namespace small numbers are the run's own, and that of a process outside means nobody.
    fn signals(&self) -> bool {
        // SAFETY: signal 0 is none; it asks whether one could be sent.
        self.pid > 2 && unsafe { libc::kill(self.pid, 0) } == 0
    }

    fn reads_memory(&self) -> bool {
        let mut byte = 0u8;
        let here = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
        let there =
            libc::iovec { iov_base: (&raw const *self.secret).cast_mut().cast(), iov_len: 1 };
        // SAFETY: the near end is one byte of ours; what lies at the far end is the other process's affair.
        unsafe { libc::process_vm_readv(self.pid, &raw const here, 1, &raw const there, 1, 0) == 1 }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // What cannot be removed goes with the folder.
        let _ = fs::remove_file(&self.file);
        let _ = fs::remove_file(&self.path_socket);
    }
}

fn makes_namespace() -> bool {
    // SAFETY: plain numbers; this process has one thread, and is of no other use.
    unsafe { libc::unshare(libc::CLONE_NEWUSER) == 0 }
}

fn makes_hidden_memory() -> bool {
    // SAFETY: the name is a constant; the descriptor goes with this process.
    unsafe { libc::memfd_create(c"probe".as_ptr(), 0) >= 0 }
}

fn reads_keyring() -> bool {
    const GET_KEYRING_ID: libc::c_int = 0;
    const OF_THE_USER: libc::c_int = -4;
    // SAFETY: plain numbers.
    unsafe { libc::syscall(libc::SYS_keyctl, GET_KEYRING_ID, OF_THE_USER, 1) >= 0 }
}

/// Whether the scratch folder itself ends at about what is allowed.
fn is_bounded(scratch: &Path, most: u64) -> bool {
    let Ok(folder) = File::open(scratch) else { return false };
    // SAFETY: a zeroed structure is a whole one, and the descriptor is open.
    unsafe {
        let mut room: libc::statfs = std::mem::zeroed();
        let fd = std::os::fd::AsRawFd::as_raw_fd(&folder.as_fd());
        let done = libc::fstatfs(fd, &raw mut room);
        let block = u64::try_from(room.f_bsize).unwrap_or(u64::MAX);
        done == 0 && room.f_blocks.saturating_mul(block) <= most.saturating_mul(2)
    }
}

/// Sets a process up as a program, by `set_up`, tries everything there, and says what came of it.
///
/// `set_up` is called in a child, and gives the scratch folder; what else it needs to fork it forks itself, and what returns
/// from it is the process in which things are tried. `meanwhile` is called here while that goes on.
pub(super) fn probe(
    outside: &Outside,
    scratch_bytes: u64,
    set_up: impl FnOnce() -> Result<PathBuf, Step>,
    meanwhile: &mut dyn FnMut(),
) -> Result<Vec<Tried>, Step> {
    let (reader, writer) = io::pipe().map_err(Step::at("make a pipe"))?;
    // SAFETY: this process has one thread, so that the child may go on as it likes; it never returns from here.
    let child = unsafe { libc::fork() };
    match child {
        -1 => Err(Step::at("fork")(io::Error::last_os_error())),
        0 => {
            drop(reader);
            let found = set_up().map(|scratch| outside.try_all(&scratch, scratch_bytes));
            let said = crate::protocol::messages::encode(&found.map_err(|step| step.to_string()));
            // Whoever is not there to hear it needs no answer either.
            let _ = (&writer).write_all(&said);
            // SAFETY: ends this process, which has nothing to clean up.
            unsafe { libc::_exit(0) }
        }
        child => {
            drop(writer);
            meanwhile();
            let mut said = Vec::new();
            let read = reader.take(MOST).read_to_end(&mut said);
            let mut status = 0;
            // SAFETY: waits for our own child; the number outlives the call.
            unsafe { libc::waitpid(child, &raw mut status, 0) };
            read.map_err(Step::at("hear of it"))?;
            let found: Result<Vec<Tried>, String> = crate::protocol::messages::decode(&said)
                .map_err(|_| Step::said(format!("it ended without a word (status {status})")))?;
            found.map_err(Step::said)
        }
    }
}

/// The most that a probe says, in bytes.
const MOST: u64 = 64 * 1024;

/// Forks, in a probe: the child goes on, and the parent waits for it and ends. Closes nothing: the child says what there is
/// to say.
pub(super) fn go_on_in_child(fork: impl FnOnce() -> io::Result<libc::pid_t>) -> io::Result<()> {
    let child = fork()?;
    if child == 0 {
        return Ok(());
    }
    let mut status = 0;
    // The child alone is to hold the way back open.
    fds::close_from(0, &[]);
    // SAFETY: waits for our own child, then ends this process, which has nothing to clean up.
    unsafe {
        libc::waitpid(child, &raw mut status, 0);
        libc::_exit(0)
    }
}
