//! Descriptors, by number: closed, moved and kept where processes of a run are set up.
#![expect(unsafe_code, reason = "after a fork descriptors are handled by number")]

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// Closes every descriptor from `first` on, but those in `keep`.
///
/// Only for a process that holds no owner of them: one fresh from an exec or from a fork.
pub fn close_from(first: RawFd, keep: &[RawFd]) {
    let mut keep: Vec<RawFd> = keep.iter().copied().filter(|fd| *fd >= first).collect();
    keep.sort_unstable();
    let mut next = first;
    for fd in keep {
        if fd > next {
            close_range(next, fd - 1);
        }
        next = fd + 1;
    }
    close_range(next, RawFd::MAX);
}

#[cfg(target_os = "linux")]
fn close_range(first: RawFd, last: RawFd) {
    // SAFETY: plain numbers; the caller vouches that nobody owns what is closed. (By its number: old C libraries lack
    // the function.)
    let done = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    if done != 0 {
        close_each(first, last);
    }
}

#[cfg(not(target_os = "linux"))]
fn close_range(first: RawFd, last: RawFd) {
    close_each(first, last);
}

fn close_each(first: RawFd, last: RawFd) {
    // SAFETY: plain numbers, as above.
    unsafe {
        let most = i32::try_from(libc::sysconf(libc::_SC_OPEN_MAX)).unwrap_or(4096);
        for fd in first..=last.min(most) {
            libc::close(fd);
        }
    }
}

/// Puts `from` at the number `to`, open across an exec or not; what was there is closed.
pub fn place(from: BorrowedFd<'_>, to: RawFd, inherited: bool) -> io::Result<()> {
    // SAFETY: `from` is open; `to` is a number that the caller has set aside.
    let done = unsafe { libc::dup2(from.as_raw_fd(), to) };
    if done < 0 {
        return Err(io::Error::last_os_error());
    }
    let flags = if inherited { 0 } else { libc::FD_CLOEXEC };
    // SAFETY: `to` has just been opened.
    if unsafe { libc::fcntl(to, libc::F_SETFD, flags) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// A pipe whose ends close on exec and never block.
pub fn quick_pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0; 2];
    // SAFETY: `ends` has room for two numbers.
    if unsafe { libc::pipe(ends.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: both have just been opened and nobody else owns them.
    let ends = unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) };
    for end in [&ends.0, &ends.1] {
        let fd = end.as_fd().as_raw_fd();
        // SAFETY: the descriptor is open.
        unsafe {
            libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC);
            libc::fcntl(fd, libc::F_SETFL, libc::O_NONBLOCK);
        }
    }
    Ok(ends)
}
