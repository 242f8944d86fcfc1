//! seccomp: the system calls that a program is refused.
//!
//! A list of what is refused, since the standard library may make any other; what the list is for stands beside each
//! part. `clone3` hides its flags from a filter and is answered as by a kernel that has it not, so that C libraries fall back to `clone`.
//! Calls in the numbers of another architecture are refused whole.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Width, SeccompCmpOp as Compare,
    SeccompCondition as Condition, SeccompFilter, SeccompRule as Rule, TargetArch, apply_filter,
    sock_filter,
};

/// A compiled filter.
#[derive(Debug, Clone)]
pub(super) struct Filter(BpfProgram);

/// What else is refused where there are no namespaces.
#[derive(Debug, Clone, Default)]
pub(super) struct Gaps {
    /// Processes that must not be signalled.
    pub(super) protected: Vec<i32>,
}

type Rules = BTreeMap<i64, Vec<Rule>>;

/// Calls for machines and their administrators, for debuggers, and for what the kernel keeps outside any namespace.
const REFUSED: &[libc::c_long] = &[
    // Other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_process_madvise,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    // Namespaces, mounts and roots.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_mount_setattr,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_quotactl,
    libc::SYS_fanotify_init,
    // Memory that no limit of a process counts.
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    libc::SYS_shmget,
    libc::SYS_semget,
    libc::SYS_msgget,
    libc::SYS_mq_open,
    // Wide doors into the kernel.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_personality,
    libc::SYS_syslog,
    libc::SYS_lookup_dcookie,
    // The machine.
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_reboot,
    libc::SYS_acct,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_vhangup,
];

/// Calls that change what a file system keeps beside a file: Landlock has no say in them. `463` and `466` are `setxattrat` and
/// `removexattrat`, `452` is `fchmodat2`; the numbers are the same everywhere.
const ABOUT_FILES: &[libc::c_long] = &[
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    452,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    463,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    466,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
];

/// Namespaces that `clone` could make.
const SPACES: &[i32] = &[
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

/// Ioctls that type on a terminal, or take hold of a console.
const TERMINAL: &[u64] = &[0x5412, 0x541c];

/// The bit that marks a call in the numbers of the x32 interface.
const X32: u32 = 0x4000_0000;

impl Filter {
    /// Compiles it; with `gaps` the one for a process without namespaces.
    pub(super) fn compile(gaps: Option<&Gaps>) -> io::Result<Self> {
        let mut rules: Rules = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
        let spaces = SPACES.iter().map(|flag| {
            let flag = u64::from(flag.cast_unsigned());
            when(&[(0, Compare::MaskedEq(flag), flag, Width::Qword)])
        });
        rules.insert(libc::SYS_clone, spaces.collect());
        let terminal = TERMINAL.iter().map(|what| when(&[(1, Compare::Eq, *what, Width::Dword)]));
        rules.insert(libc::SYS_ioctl, terminal.collect());
        match gaps {
            None => close_odd_sockets(&mut rules),
            Some(gaps) => close_gaps(&mut rules, gaps),
        }
        let mut program = compile(rules)?;
        // One program costs each run less than two.
        program.splice(0..0, answers_by_number());
        Ok(Self(program))
    }

    /// Puts it on, for this process and all that it starts.
    pub(super) fn apply(&self) -> io::Result<()> {
        apply_filter(&self.0).map_err(io::Error::other)
    }
}

/// With a network of its own a program has sockets: unix, IPv4, and IPv6 for streams; none of them raw.
fn close_odd_sockets(rules: &mut Rules) {
    let other = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6]
        .map(|family| (0, Compare::Ne, u64::from(family.cast_unsigned()), Width::Dword));
    let kind =
        |kind: i32| (1, Compare::MaskedEq(0xf), u64::from(kind.cast_unsigned()), Width::Dword);
    let ipv6 = (0, Compare::Eq, u64::from(libc::AF_INET6.cast_unsigned()), Width::Dword);
    let odd =
        vec![when(&other), when(&[kind(libc::SOCK_RAW)]), when(&[ipv6, kind(libc::SOCK_DGRAM)])];
    rules.insert(libc::SYS_socket, odd);
}

/// Without namespaces there is no network that is the program's own, so that there are no sockets but pairs; what Landlock
/// does not see of files is refused; and signals do not leave the run.
fn close_gaps(rules: &mut Rules, gaps: &Gaps) {
    rules.insert(libc::SYS_socket, Vec::new());
    // A pair of datagram sockets could still send to any path.
    let datagrams =
        (1, Compare::MaskedEq(0xf), u64::from(libc::SOCK_DGRAM.cast_unsigned()), Width::Dword);
    rules.insert(libc::SYS_socketpair, vec![when(&[datagrams])]);
    rules.extend(ABOUT_FILES.iter().map(|call| (*call, Vec::new())));
    let number = |pid: i32| u64::from(pid.cast_unsigned());
    let to = |pid: i32| when(&[(0, Compare::Eq, number(pid), Width::Dword)]);
    let each = || gaps.protected.iter().copied();
    let everyone = each().flat_map(|pid| [to(pid), to(-pid)]).chain([to(-1)]);
    rules.insert(libc::SYS_kill, everyone.collect());
    let calls = [libc::SYS_tkill, libc::SYS_tgkill, libc::SYS_pidfd_open, libc::SYS_prlimit64];
    for call in calls {
        let of = each().map(to).collect::<Vec<_>>();
        if !of.is_empty() {
            rules.insert(call, of);
        }
    }
}

/// A rule that holds when all its conditions do: an argument by number, compared with a value.
fn when(conditions: &[(u8, Compare, u64, Width)]) -> Rule {
    let made = conditions.iter().map(|(argument, compare, value, width)| {
        Condition::new(*argument, width.clone(), compare.clone(), *value)
            .expect("a system call has six arguments, and these are numbered below that")
    });
    Rule::new(made.collect()).expect("a rule has a condition")
}

fn compile(rules: Rules) -> io::Result<BpfProgram> {
    let here: TargetArch = std::env::consts::ARCH.try_into().map_err(io::Error::other)?;
    let refuse = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, here);
    filter.and_then(BpfProgram::try_from).map_err(io::Error::other)
}

/// What is decided by a call's number alone and with another answer, before the compiled rules: `clone3` is "not there", and
/// calls in the numbers of x32, which pass for this architecture's otherwise, are refused.
fn answers_by_number() -> Vec<sock_filter> {
    // BPF's codes: load a word, jump if equal, jump if not below, return.
    const LOAD: u16 = 0x20;
    const IF_EQUAL: u16 = 0x15;
    const UNLESS_BELOW: u16 = 0x35;
    const RETURN: u16 = 0x06;
    const CLONE3: u32 = 435;
    let answer = |error: i32| sock_filter {
        code: RETURN,
        jt: 0,
        jf: 0,
        k: libc::SECCOMP_RET_ERRNO | error.cast_unsigned(),
    };
    // Each test skips its answer where it fails.
    let test = |code, k| sock_filter { code, jt: 0, jf: 1, k };
    let mut program = vec![
        sock_filter { code: LOAD, jt: 0, jf: 0, k: 0 },
        test(IF_EQUAL, CLONE3),
        answer(libc::ENOSYS),
    ];
    if cfg!(target_arch = "x86_64") {
        program.extend([test(UNLESS_BELOW, X32), answer(libc::EPERM)]);
    }
    program
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_filters_compile_and_begin_with_what_a_number_decides() {
        for gaps in [None, Some(Gaps { protected: vec![10, 20] })] {
            let Filter(program) = Filter::compile(gaps.as_ref()).unwrap();
            assert_eq!(program[..answers_by_number().len()], answers_by_number());
            assert!(program.len() < 4096, "the kernel takes no longer one");
        }
    }
}
