//! Capabilities: a program has none, whoever starts it.
#![expect(unsafe_code, reason = "capabilities are set by system calls that std does not offer")]

use std::io;

/// The highest number that is tried; the kernel has 41 and says where they end.
const LAST: libc::c_ulong = 63;

/// The third version of the structures, which holds 64 capabilities.
const VERSION: u32 = 0x2008_0522;

#[repr(C)]
struct Header {
    version: u32,
    pid: i32,
}

/// Gives up every capability, and the way back to any.
pub(super) fn give_up() -> io::Result<()> {
    let header = Header { version: VERSION, pid: 0 };
    let none = [0u32; 6];
    // SAFETY: plain numbers; the two structures are whole in this version, and outlive the call.
    let done = unsafe {
        for capability in 0..=LAST {
            if libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 {
                break;
            }
        }
        libc::prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        libc::syscall(libc::SYS_capset, &raw const header, none.as_ptr())
    };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
