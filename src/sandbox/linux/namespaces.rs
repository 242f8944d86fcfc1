//! The namespaces of a zygote and of each of its runs, and the file tree that they see: the system's software, read-only, and
//! nothing of anybody's.
#![expect(unsafe_code, reason = "namespaces and mounts are system calls that std does not offer")]

use std::ffi::{CStr, CString};
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use libc::c_ulong;

use super::super::places::{Places, SETTINGS_FOLDER, around};
use super::Step;
use crate::protocol::messages::Caps;

/// What `/dev/shm` holds at most, in bytes: shared memory is memory too.
const SHARED_BYTES: u64 = 16 * 1024 * 1024;

/// The most files in a scratch folder, which cost the kernel memory even when they are empty.
const FILES: u64 = 16_384;

/// The most process ids in a run: the smallest number that the kernel takes and that leaves room above the limit of tasks.
const PID_MAX: &str = "400";

/// Names that a program finds: none of the host's.
const HOSTS: &str = "127.0.0.1 localhost\n::1 localhost\n";

/// Puts this process into namespaces of its own (user, mount, net, ipc, uts) with a tree of `places` alone. It must have
/// one thread. Nothing of it can be undone; where a step fails, the process is of no more use.
pub(super) fn enter(places: &Places) -> Result<(), Step> {
    // SAFETY: asks for numbers.
    let (user, group) = unsafe { (libc::geteuid(), libc::getegid()) };
    let spaces = libc::CLONE_NEWUSER
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS;
    // SAFETY: plain numbers; this process has one thread.
    check(unsafe { libc::unshare(spaces) }).map_err(Step::at("make namespaces"))?;
    fs::write("/proc/self/setgroups", "deny").map_err(Step::at("give up groups"))?;
    let maps = [("/proc/self/uid_map", user), ("/proc/self/gid_map", group)];
    for (map, id) in maps {
        fs::write(map, format!("{id} {id} 1")).map_err(Step::at("map the user"))?;
    }
    loopback_up().map_err(Step::at("switch the loopback network on"))?;
    build_tree(places).map_err(Step::at("build a file tree"))
}

/// Furnishes one run, in its init, which is the first process of a process namespace: its own mounts over the zygote's tree.
pub(super) fn furnish(scratch: &Path, caps: &Caps) -> io::Result<()> {
    // SAFETY: plain numbers; this process has one thread.
    check(unsafe { libc::unshare(libc::CLONE_NEWNS) })?;
    let plain = libc::MS_NOSUID | libc::MS_NODEV;
    let room = format!("size={},nr_inodes={FILES},mode=0700", caps.file_bytes);
    mount(c"tmpfs", around(scratch), c"tmpfs", plain, &room)?;
    fs::DirBuilder::new().mode(0o700).create(scratch)?;
    let room = format!("size={SHARED_BYTES},nr_inodes=1024,mode=1777");
    mount(c"tmpfs", Path::new("/dev/shm"), c"tmpfs", plain, &room)?;
    let terminals = "newinstance,ptmxmode=0666,mode=0620";
    let quiet = libc::MS_NOSUID | libc::MS_NOEXEC;
    mount(c"devpts", Path::new("/dev/pts"), c"devpts", quiet, terminals)?;
    mount(c"proc", Path::new("/proc"), c"proc", plain | libc::MS_NOEXEC, "")?;
    // Kernels before 6.14 have one such number for the whole machine and refuse: there init's counting must do.
    let _ = fs::write("/proc/sys/kernel/pid_max", PID_MAX);
    Ok(())
}

fn loopback_up() -> io::Result<()> {
    #[expect(clippy::cast_possible_truncation, reason = "both flags lie in the low byte")]
    const UP: libc::c_short = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: a zeroed request is a whole one; the socket is closed here; everything outlives the calls.
    unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0);
        check(socket)?;
        let mut request: libc::ifreq = std::mem::zeroed();
        for (place, byte) in request.ifr_name.iter_mut().zip(b"lo") {
            *place = (*byte).cast_signed() as libc::c_char;
        }
        request.ifr_ifru.ifru_flags = UP;
        let done = libc::ioctl(socket, libc::SIOCSIFFLAGS as _, &raw const request);
        let result = check(done);
        libc::close(socket);
        result
    }
}

/// Builds the tree on a file system of its own and makes it the root.
fn build_tree(places: &Places) -> io::Result<()> {
    bind_flags(Path::new("/"), libc::MS_REC | libc::MS_PRIVATE)?;
    // Any folder serves to build on, and this one is ours and there.
    let root = &places.private;
    let link = fs::read_link(root.join("python3"))?;
    mount(c"tmpfs", root, c"tmpfs", libc::MS_NOSUID | libc::MS_NODEV, "size=8m,mode=0755")?;
    for path in &places.software {
        show(root, path)?;
    }
    make_folder(&inside(root, Path::new(SETTINGS_FOLDER)))?;
    for path in &places.settings {
        // Copied, as each mount would be copied for each run.
        fs::copy(path, inside(root, path))?;
    }
    fs::write(inside(root, Path::new("/etc/hosts")), HOSTS)?;
    for device in Places::devices() {
        show(root, device)?;
    }
    for (name, target) in [("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")] {
        symlink(format!("/proc/self/fd{target}"), inside(root, Path::new("/dev")).join(name))?;
    }
    for folder in ["/dev/shm", "/dev/pts"] {
        make_folder(&inside(root, Path::new(folder)))?;
    }
    symlink("pts/ptmx", inside(root, Path::new("/dev/ptmx")))?;
    // A process namespace may mount its own only where one is in sight already.
    show(root, Path::new("/proc"))?;
    make_folder(&inside(root, around(&places.mounted_scratch())))?;
    symlink(link, inside(root, &places.private).join("python3"))?;
    move_into(root)?;
    make_read_only()
}

/// Shows a path of the old tree at the same place of the new one.
fn show(root: &Path, path: &Path) -> io::Result<()> {
    let there = inside(root, path);
    if let Some(parent) = there.parent() {
        make_folder(parent)?;
    }
    let kind = fs::symlink_metadata(path)?;
    // `/bin` and its like are links into `/usr`; other links are followed, as what they lead to may lie outside.
    if kind.is_symlink() && path.parent() == Some(Path::new("/")) {
        return symlink(fs::read_link(path)?, there);
    }
    if path.is_dir() {
        make_folder(&there)?;
    } else {
        File::create(&there)?;
    }
    let (from, to) = (c_path(path)?, c_path(&there)?);
    let flags = libc::MS_BIND | libc::MS_REC;
    // SAFETY: both texts end with a NUL and outlive the call.
    let done = unsafe {
        libc::mount(from.as_ptr(), to.as_ptr(), std::ptr::null(), flags, std::ptr::null())
    };
    check(done)
}

/// Makes a folder the root, and lets go of the old one.
fn move_into(root: &Path) -> io::Result<()> {
    std::env::set_current_dir(root)?;
    let here = c".".as_ptr();
    // SAFETY: the texts are constants. The new root is mounted over the old one, and then the old one taken away.
    unsafe {
        check(i32::try_from(libc::syscall(libc::SYS_pivot_root, here, here)).unwrap_or(-1))?;
        check(libc::umount2(here, libc::MNT_DETACH))?;
    }
    std::env::set_current_dir("/")
}

/// Makes the whole tree read-only: Landlock has no say in modes, owners and times.
fn make_read_only() -> io::Result<()> {
    let set = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    let size = size_of::<libc::mount_attr>();
    // SAFETY: the structure is whole, its size is told, and both outlive the call.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            -1,
            c"/".as_ptr(),
            libc::AT_RECURSIVE,
            &raw const set,
            size,
        )
    };
    check(i32::try_from(done).unwrap_or(-1))
}

fn mount(what: &CStr, place: &Path, kind: &CStr, flags: c_ulong, options: &str) -> io::Result<()> {
    let place = c_path(place)?;
    let options = CString::new(options).map_err(io::Error::other)?;
    // SAFETY: all texts end with a NUL and outlive the call.
    check(unsafe {
        libc::mount(what.as_ptr(), place.as_ptr(), kind.as_ptr(), flags, options.as_ptr().cast())
    })
}

fn bind_flags(place: &Path, flags: c_ulong) -> io::Result<()> {
    mount(c"none", place, c"none", flags, "")
}

/// The place of an absolute path below a root.
fn inside(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

fn make_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o755).create(path)
}

fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(io::Error::other)
}

fn check(done: i32) -> io::Result<()> {
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
