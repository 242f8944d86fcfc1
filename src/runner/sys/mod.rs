//! The system calls of the runner; nothing above it names an operating system.
#![expect(
    unsafe_code,
    reason = "polling, passing descriptors and signals have no safe form in std"
)]

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;
use std::{mem, ptr};

pub mod wipe;

/// The most descriptors that one message may bring.
const MOST_DESCRIPTORS: usize = 8;

/// One descriptor that is waited for.
#[derive(Debug)]
pub struct Watched<'a> {
    fd: BorrowedFd<'a>,
    wants_room: bool,
    /// Whether something can be read, the end included.
    pub readable: bool,
    /// Whether something can be written.
    pub writable: bool,
}

impl<'a> Watched<'a> {
    /// Waits for something to read; with `wants_room`, for room to write too.
    #[must_use]
    pub fn new(fd: BorrowedFd<'a>, wants_room: bool) -> Self {
        Self { fd, wants_room, readable: false, writable: false }
    }
}

/// Waits until something is ready or the time is up.
pub fn poll(watched: &mut [Watched<'_>], timeout: Duration) -> io::Result<()> {
    let mut entries: Vec<libc::pollfd> = watched
        .iter()
        .map(|each| {
            let events = libc::POLLIN | if each.wants_room { libc::POLLOUT } else { 0 };
            libc::pollfd { fd: each.fd.as_raw_fd(), events, revents: 0 }
        })
        .collect();
    // Rounded up, so that a wait never ends a moment before its time.
    let millis = i32::try_from(timeout.as_millis() + 1).unwrap_or(i32::MAX);
    // SAFETY: the entries are whole and outlive the call.
    let done = unsafe { libc::poll(entries.as_mut_ptr(), entries.len() as libc::nfds_t, millis) };
    if done < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
        return Err(io::Error::last_os_error());
    }
    for (each, entry) in watched.iter_mut().zip(&entries) {
        each.writable = done > 0 && entry.revents & libc::POLLOUT != 0;
        each.readable = done > 0 && entry.revents & !libc::POLLOUT != 0;
    }
    Ok(())
}

/// A pipe whose read end, ours, does not block; both ends close on exec.
pub fn output_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = io::pipe()?;
    set_nonblocking(&reader)?;
    Ok((reader, writer))
}

/// A pipe neither of whose ends blocks.
pub fn wake_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = output_pipe()?;
    set_nonblocking(&writer)?;
    Ok((reader, writer))
}

fn set_nonblocking(end: &impl AsRawFd) -> io::Result<()> {
    // SAFETY: the descriptor is open; plain numbers.
    let done = unsafe {
        let flags = libc::fcntl(end.as_raw_fd(), libc::F_GETFL);
        libc::fcntl(end.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK)
    };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// A file without a name, of this size and full of zeroes, that can be shared; where the system can hold it to, it keeps
/// its size. `folder` is where it stands for a moment on systems that know no other way.
#[cfg(target_os = "linux")]
pub fn shared_file(_folder: &Path, size: usize) -> io::Result<File> {
    // SAFETY: the name is a C string; the new descriptor is ours alone.
    let file = unsafe {
        let fd =
            libc::memfd_create(c"record".as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING);
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        File::from_raw_fd(fd)
    };
    file.set_len(size as u64)?;
    // SAFETY: plain numbers. Where it fails, a program can shorten its own record.
    unsafe {
        let seals = libc::F_SEAL_SHRINK | libc::F_SEAL_GROW | libc::F_SEAL_SEAL;
        libc::fcntl(file.as_raw_fd(), libc::F_ADD_SEALS, seals);
    }
    Ok(file)
}

/// As above.
#[cfg(not(target_os = "linux"))]
pub fn shared_file(folder: &Path, size: usize) -> io::Result<File> {
    let path = folder.join(".record");
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    file.set_len(size as u64)?;
    Ok(file)
}

/// Sends bytes with descriptors beside them, all at once: for short messages on a socket that blocks.
pub fn send_with_descriptors(
    socket: &UnixStream,
    bytes: &[u8],
    descriptors: &[BorrowedFd<'_>],
) -> io::Result<()> {
    if descriptors.len() > MOST_DESCRIPTORS {
        return Err(io::Error::other("too many descriptors for one message"));
    }
    let numbers: Vec<RawFd> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let size = mem::size_of_val(numbers.as_slice());
    let count = u32::try_from(size).map_err(io::Error::other)?;
    // Aligned as a control message header must be, and roomy enough for the most descriptors.
    let mut control = [0u64; 16];
    let mut part = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    // SAFETY: a header of zeroes is a whole one; the macros stay within `control`, which holds a header and eight
    // numbers; everything outlives the call.
    let sent = unsafe {
        let mut header: libc::msghdr = mem::zeroed();
        header.msg_iov = &raw mut part;
        header.msg_iovlen = 1;
        header.msg_control = control.as_mut_ptr().cast();
        header.msg_controllen = libc::CMSG_SPACE(count) as _;
        let message = libc::CMSG_FIRSTHDR(&raw const header);
        (*message).cmsg_level = libc::SOL_SOCKET;
        (*message).cmsg_type = libc::SCM_RIGHTS;
        (*message).cmsg_len = libc::CMSG_LEN(count) as _;
        ptr::copy_nonoverlapping(numbers.as_ptr().cast(), libc::CMSG_DATA(message), size);
        libc::sendmsg(socket.as_raw_fd(), &raw const header, NO_SIGNAL)
    };
    match usize::try_from(sent) {
        Ok(sent) if sent == bytes.len() => Ok(()),
        Ok(_) => Err(io::Error::other("a message was sent in part")),
        Err(_) => Err(io::Error::last_os_error()),
    }
}

#[cfg(target_os = "linux")]
const NO_SIGNAL: i32 = libc::MSG_NOSIGNAL;

// Rust's start-up code has SIGPIPE ignored in any case.
#[cfg(not(target_os = "linux"))]
const NO_SIGNAL: i32 = 0;

/// Bytes that nobody can guess.
pub fn random_bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    // SAFETY: the buffer has room for what is asked for.
    if unsafe { libc::getentropy(bytes.as_mut_ptr().cast(), N) } == 0 {
        Ok(bytes)
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Lets a process go on that something has stopped.
pub fn resume(pid: u32) {
    if let Ok(pid) = libc::pid_t::try_from(pid) {
        // SAFETY: plain numbers.
        unsafe { libc::kill(pid, libc::SIGCONT) };
    }
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// With an exit code.
    Exited(i32),
    /// By a signal.
    Signaled(i32),
}

/// Reads a number that `wait` gave.
#[must_use]
pub fn read_status(raw: i32) -> Status {
    if libc::WIFSIGNALED(raw) {
        Status::Signaled(libc::WTERMSIG(raw))
    } else {
        Status::Exited(libc::WEXITSTATUS(raw))
    }
}
