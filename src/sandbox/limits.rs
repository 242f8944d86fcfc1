//! What a process of a run may use, as far as the kernel keeps count.
#![expect(unsafe_code, reason = "limits are set by system calls that std does not offer")]

use std::io;

use crate::protocol::messages::Caps;

/// Open descriptors of a process.
const OPEN_FILES: u64 = 256;

/// Address space kept back beside the limit: with it a program that ran out of memory can still say so.
const RESERVE_BYTES: u64 = 32 * 1024 * 1024;

/// What a user namespace holds beside a run's own tasks: the zygote, inits, a parked program, and those just ending.
const TASKS_BESIDE: u64 = 16;

/// Sets the limits of this process and of all that it starts.
///
/// There is no limit of processes among them: that one counts all processes of the *user*, so that a browser opened
/// meanwhile would fail the learner. Init counts the run's own instead; see [`bound_tasks`] too.
pub fn apply(caps: &Caps) -> io::Result<()> {
    let space = set(Resource::AddressSpace, caps.memory_bytes, caps.memory_bytes + RESERVE_BYTES);
    // macOS maps more than this before a program begins, and then refuses the limit.
    if cfg!(not(target_os = "macos")) {
        space?;
    }
    set(Resource::FileSize, caps.file_bytes, caps.file_bytes)?;
    set(Resource::OpenFiles, OPEN_FILES, OPEN_FILES)?;
    set(Resource::Core, 0, 0)?;
    refuse_new_privileges()
}

/// Has the kernel itself end a burst of threads and processes, in a user namespace of the zygote's own: there it counts that
/// namespace's alone. It binds no root; init's count and the process namespace's end do.
pub fn bound_tasks(tasks: u32) -> io::Result<()> {
    let most = u64::from(tasks) + TASKS_BESIDE;
    set(Resource::Tasks, most, most)
}

/// Lifts the soft limit of open files to `wanted`, or to what is allowed; returns what it is then.
pub fn open_files_up_to(wanted: u64) -> u64 {
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `now` is a whole rlimit that outlives the call.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut now) } != 0 {
        return 0;
    }
    let aim = wanted.min(now.rlim_max);
    if aim > now.rlim_cur && set(Resource::OpenFiles, aim, now.rlim_max).is_ok() {
        return aim;
    }
    now.rlim_cur
}

#[derive(Clone, Copy)]
enum Resource {
    AddressSpace,
    FileSize,
    OpenFiles,
    Core,
    Tasks,
}

fn set(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let number = match resource {
        Resource::AddressSpace => libc::RLIMIT_AS,
        Resource::FileSize => libc::RLIMIT_FSIZE,
        Resource::OpenFiles => libc::RLIMIT_NOFILE,
        Resource::Core => libc::RLIMIT_CORE,
        Resource::Tasks => libc::RLIMIT_NPROC,
    };
    let limit = libc::rlimit { rlim_cur: soft, rlim_max: hard };
    // SAFETY: `limit` is a whole rlimit that outlives the call.
    if unsafe { libc::setrlimit(number, &raw const limit) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Makes set-user-id programs lose their power below this process.
#[cfg(target_os = "linux")]
fn refuse_new_privileges() -> io::Result<()> {
    // SAFETY: this prctl takes plain numbers.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[cfg(not(target_os = "linux"))]
fn refuse_new_privileges() -> io::Result<()> {
    Ok(())
}
