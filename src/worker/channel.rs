//! The zygote's side of its talk with the host: frames, and the descriptors that come with a request.
#![expect(
    unsafe_code,
    reason = "descriptors travel beside the bytes of a socket, which std does not offer"
)]

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::{mem, ptr};

use pykata::protocol::framing;
use pykata::protocol::messages::{self, Hello, Request, Wanted};

/// How many descriptors the request of a program brings: standard output and error, the program's talk, init's control, the record.
pub(crate) const DESCRIPTORS: usize = 5;

/// The longest request, in bytes; it holds a path and a few numbers.
const REQUEST_MAX: usize = 64 * 1024;

/// What is asked for, with what came beside it.
pub(crate) enum Received {
    Program { request: Request, descriptors: [OwnedFd; DESCRIPTORS] },
    Reader { talk: OwnedFd },
}

/// Says hello.
pub(crate) fn greet(socket: &UnixStream, hello: &Hello) -> io::Result<()> {
    let frame = framing::frame(&messages::encode(hello), REQUEST_MAX).map_err(io::Error::other)?;
    (&*socket).write_all(&frame)
}

/// Waits for the next request; nothing where the host has gone.
pub(crate) fn receive(socket: &UnixStream) -> io::Result<Option<Received>> {
    let mut head = [0u8; 4];
    let (length, descriptors) = receive_with_descriptors(socket, &mut head)?;
    if length == 0 {
        return Ok(None);
    }
    (&*socket).read_exact(&mut head[length..])?;
    let length = u32::from_le_bytes(head) as usize;
    if length > REQUEST_MAX {
        return Err(io::Error::other("a request that is too long"));
    }
    let mut payload = vec![0; length];
    (&*socket).read_exact(&mut payload)?;
    let wanted = messages::decode(&payload).map_err(io::Error::other)?;
    let without = || io::Error::other("a request without its descriptors");
    Ok(Some(match wanted {
        Wanted::Program(request) => {
            let descriptors = descriptors.try_into().map_err(|_| without())?;
            Received::Program { request, descriptors }
        }
        Wanted::Reader => {
            let [talk] = descriptors.try_into().map_err(|_| without())?;
            Received::Reader { talk }
        }
    }))
}

/// Reads bytes together with the descriptors that were sent with their first one.
fn receive_with_descriptors(
    socket: &UnixStream,
    bytes: &mut [u8],
) -> io::Result<(usize, Vec<OwnedFd>)> {
    // Aligned as a control message header must be, and roomy enough for the descriptors of one request.
    let mut control = [0u64; 16];
    let mut part = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    // SAFETY: a header of zeroes is a whole one.
    let mut header: libc::msghdr = unsafe { mem::zeroed() };
    header.msg_iov = &raw mut part;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = mem::size_of_val(&control) as _;
    let length = loop {
        // SAFETY: header, part and both buffers outlive the call.
        let done = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, 0) };
        match usize::try_from(done) {
            Ok(length) => break length,
            Err(_) if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(io::Error::last_os_error()),
        }
    };
    // SAFETY: the header is what the kernel has just filled in.
    Ok((length, unsafe { take_descriptors(&header) }))
}

/// Takes ownership of every descriptor that a received message brought.
///
/// # Safety
/// The header must come straight from a successful `recvmsg`, and be used for this once.
unsafe fn take_descriptors(header: &libc::msghdr) -> Vec<OwnedFd> {
    let mut taken = Vec::new();
    // SAFETY: the macros walk the control buffer that the header names, as far as the kernel filled it; each number is a
    // descriptor that is ours alone.
    unsafe {
        let mut message = libc::CMSG_FIRSTHDR(header);
        while let Some(found) = message.as_ref() {
            if found.cmsg_level == libc::SOL_SOCKET && found.cmsg_type == libc::SCM_RIGHTS {
                const SIZE: usize = mem::size_of::<RawFd>();
                let length = found.cmsg_len as u64 - u64::from(libc::CMSG_LEN(0));
                let count = usize::try_from(length).unwrap_or(0) / SIZE;
                let first = libc::CMSG_DATA(message);
                for index in 0..count {
                    let mut fd: RawFd = -1;
                    let place = (&raw mut fd).cast::<u8>();
                    ptr::copy_nonoverlapping(first.add(index * SIZE), place, SIZE);
                    taken.push(OwnedFd::from_raw_fd(fd));
                }
            }
            message = libc::CMSG_NXTHDR(header, message);
        }
    }
    taken
}
