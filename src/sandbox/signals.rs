//! Signals of the processes around a program: what init hears of, and what a program gets back.
#![expect(unsafe_code, reason = "signal handling is a matter of C")]

use std::ffi::c_int;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering};
use std::{mem, ptr};

/// Where the handler writes a byte for each end of a child; the one thing that a signal handler can be handed.
static WAKE: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_child_end(_signal: c_int) {
    // SAFETY: errno is this thread's own; write is safe in a handler. A full pipe wakes just as well.
    unsafe {
        let errno = errno_place();
        let before = *errno;
        libc::write(WAKE.load(Ordering::Relaxed), ptr::from_ref(&0u8).cast(), 1);
        *errno = before;
    }
}

#[cfg(target_os = "linux")]
unsafe fn errno_place() -> *mut c_int {
    // SAFETY: gives this thread's errno.
    unsafe { libc::__errno_location() }
}

#[cfg(not(target_os = "linux"))]
unsafe fn errno_place() -> *mut c_int {
    // SAFETY: gives this thread's errno.
    unsafe { libc::__error() }
}

/// Makes each end of a child write a byte to `wake`, and leaves all other signals blocked, as [`block_all`] did.
pub fn hear_children(wake: &OwnedFd) {
    WAKE.store(wake.as_raw_fd(), Ordering::Relaxed);
    let handler = on_child_end as extern "C" fn(c_int);
    set_action(libc::SIGCHLD, handler as libc::sighandler_t, 0);
    // SAFETY: an emptied set is a whole one.
    unsafe {
        let mut set: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, libc::SIGCHLD);
        libc::sigprocmask(libc::SIG_UNBLOCK, &raw const set, ptr::null_mut());
    }
}

/// Takes back what [`hear_children`] did, for the child that is to run the program.
pub fn forget_children() {
    set_action(libc::SIGCHLD, libc::SIG_DFL, 0);
}

/// Lets the kernel bury this process's children.
pub fn bury_children() {
    set_action(libc::SIGCHLD, libc::SIG_DFL, libc::SA_NOCLDWAIT);
}

/// Blocks every signal that can be blocked.
pub fn block_all() {
    // SAFETY: a filled set is a whole one.
    unsafe {
        let mut set: libc::sigset_t = mem::zeroed();
        libc::sigfillset(&raw mut set);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const set, ptr::null_mut());
    }
}

/// Lets every signal through again.
pub fn unblock_all() {
    // SAFETY: an emptied set is a whole one.
    unsafe {
        let mut set: libc::sigset_t = mem::zeroed();
        libc::sigemptyset(&raw mut set);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const set, ptr::null_mut());
    }
}

/// Gives every signal its default action: a parent's "ignore" is inherited, and would for one mean no
/// `KeyboardInterrupt`.
pub fn reset_all() {
    for signal in 1..32 {
        if signal != libc::SIGKILL && signal != libc::SIGSTOP {
            set_action(signal, libc::SIG_DFL, 0);
        }
    }
}

fn set_action(signal: c_int, action: libc::sighandler_t, flags: c_int) {
    // SAFETY: the action is whole; the handler, where there is one, is async-signal-safe.
    unsafe {
        let mut what: libc::sigaction = mem::zeroed();
        what.sa_sigaction = action;
        what.sa_flags = flags;
        libc::sigemptyset(&raw mut what.sa_mask);
        libc::sigaction(signal, &raw const what, ptr::null_mut());
    }
}

/// Makes this process die with its parent; false where the parent is gone already. Only where the parent has one
/// thread: the signal follows the thread that forked, not the process.
#[cfg(target_os = "linux")]
#[must_use]
pub fn die_with_parent(parent: libc::pid_t) -> bool {
    // SAFETY: plain numbers.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        libc::getppid() == parent
    }
}

/// Nothing of the kind exists here; the end of a stream must do.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn die_with_parent(_parent: libc::pid_t) -> bool {
    true
}

/// Waits until one of the two can be read, or the time is up.
pub fn wait_readable(one: BorrowedFd<'_>, other: BorrowedFd<'_>, millis: c_int) {
    let entry =
        |fd: BorrowedFd<'_>| libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    let mut both = [entry(one), entry(other)];
    // SAFETY: two whole entries that outlive the call.
    unsafe { libc::poll(both.as_mut_ptr(), 2, millis) };
}
