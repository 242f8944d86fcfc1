//! The processes below this one: counted, and ended to the last.
//!
//! A process below can fork faster than a list of them is read, and can leave its parent. So they are stopped before
//! they are killed, and the caller is a subreaper: whoever loses its parent becomes the caller's own child, and nothing is
//! left when there is no child left to wait for.
#![expect(unsafe_code, reason = "processes are signalled and waited for by number")]

use std::collections::HashSet;
#[cfg(target_os = "linux")]
use std::fs;
use std::time::Duration;
use std::{io, mem, thread};

use libc::pid_t;

/// How often the list is read anew to stop what was forked since.
const STOP_ROUNDS: usize = 50;

/// What stands below a process.
#[derive(Debug, Default)]
pub struct Census {
    /// The processes, parents before children; zombies among them.
    pub processes: Vec<pid_t>,
    /// How many threads they have in all.
    pub tasks: u32,
}

impl Census {
    /// What the processes have resident, in bytes, without what each shares with the process that it was forked from.
    #[must_use]
    pub fn resident_bytes(&self, shared: u64) -> u64 {
        self.processes.iter().map(|pid| resident_bytes(*pid).saturating_sub(shared)).sum()
    }
}

/// What a process has resident, in bytes; nothing where it is gone.
#[cfg(target_os = "linux")]
#[must_use]
pub fn resident_bytes(pid: pid_t) -> u64 {
    let pages = fs::read_to_string(format!("/proc/{pid}/statm")).ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    // SAFETY: asks for a number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    pages.unwrap_or(0) * u64::try_from(size).unwrap_or(4096)
}

/// Not asked for here.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn resident_bytes(_pid: pid_t) -> u64 {
    0
}

/// The end of a child.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// Which.
    pub pid: pid_t,
    /// How, as `wait` gives it.
    pub status: i32,
    /// Its largest resident size, in bytes.
    pub peak_bytes: u64,
}

/// Makes this process the heir of every orphan below it.
#[cfg(target_os = "linux")]
pub fn inherit_orphans() {
    // SAFETY: plain numbers.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) };
}

/// Nothing of the kind exists here: orphans are lost sight of.
#[cfg(not(target_os = "linux"))]
pub fn inherit_orphans() {}

/// Looks at everything below a process.
#[must_use]
pub fn census(root: pid_t) -> Census {
    let mut found = Census::default();
    let mut open = vec![root];
    while let Some(pid) = open.pop() {
        let (threads, children) = look_at(pid);
        if pid != root {
            found.processes.push(pid);
            found.tasks += threads;
        }
        open.extend(children);
    }
    found
}

/// How many threads a process has, and its children; each thread has a list of its own.
#[cfg(target_os = "linux")]
fn look_at(pid: pid_t) -> (u32, Vec<pid_t>) {
    let mut count = 0;
    let mut found = Vec::new();
    // A process that has just gone has neither.
    for thread in fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        count += 1;
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        found.extend(children.split_ascii_whitespace().filter_map(|n| n.parse::<pid_t>().ok()));
    }
    (count, found)
}

/// Here a process counts as one task: threads are not asked for.
#[cfg(target_os = "macos")]
fn look_at(pid: pid_t) -> (u32, Vec<pid_t>) {
    let mut children = vec![0 as pid_t; 1024];
    let size = i32::try_from(mem::size_of_val(children.as_slice())).unwrap_or(0);
    // SAFETY: the buffer has the size that is told.
    let count = unsafe { libc::proc_listchildpids(pid, children.as_mut_ptr().cast(), size) };
    children.truncate(usize::try_from(count).unwrap_or(0));
    (1, children)
}

/// Sends a signal to a process; one that is gone is no error.
pub fn signal(pid: pid_t, signal: i32) {
    // SAFETY: plain numbers.
    unsafe { libc::kill(pid, signal) };
}

/// Takes the end of one child, if one has ended.
pub fn reap() -> io::Result<Option<Ended>> {
    let mut status = 0;
    // SAFETY: an rusage of zeroes is a whole one; both places outlive the call.
    let (pid, usage) = unsafe {
        let mut usage: libc::rusage = mem::zeroed();
        (libc::wait4(-1, &raw mut status, libc::WNOHANG, &raw mut usage), usage)
    };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(None),
        pid => Ok(Some(Ended { pid, status, peak_bytes: peak_bytes(&usage) })),
    }
}

fn peak_bytes(usage: &libc::rusage) -> u64 {
    // Linux counts in units of 1024 bytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    u64::try_from(usage.ru_maxrss).unwrap_or(0) * unit
}

/// Ends everything below this process and tells of each end; returns when nothing is left.
pub fn end_all(tell: &mut dyn FnMut(Ended)) {
    // SAFETY: asks for a number.
    let own = unsafe { libc::getpid() };
    loop {
        match reap() {
            Ok(Some(ended)) => tell(ended),
            // The first process of a process namespace reaches everything in it, and nothing else.
            Ok(None) if own == 1 && cfg!(target_os = "linux") => {
                signal(-1, libc::SIGKILL);
                await_end();
            }
            Ok(None) => {
                stop_all(own);
                for pid in census(own).processes {
                    signal(pid, libc::SIGKILL);
                }
                thread::sleep(Duration::from_micros(200));
            }
            Err(_) => return,
        }
    }
}

/// Waits until a child has ended, and leaves it to be reaped.
fn await_end() {
    // SAFETY: a zeroed structure is a whole one and outlives the call.
    unsafe {
        let mut info: libc::siginfo_t = mem::zeroed();
        libc::waitid(libc::P_ALL, 0, &raw mut info, libc::WEXITED | libc::WNOWAIT);
    }
}

/// Stops everything below, until a look at it shows nobody new.
fn stop_all(root: pid_t) {
    let mut stopped = HashSet::new();
    for _ in 0..STOP_ROUNDS {
        let before = stopped.len();
        for pid in census(root).processes {
            if stopped.insert(pid) {
                signal(pid, libc::SIGSTOP);
            }
        }
        if stopped.len() == before {
            return;
        }
    }
}
