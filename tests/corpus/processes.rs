//! Processes as the kernel shows them: who descends from whom, where they stand, what is in their memory.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use regex::bytes::Regex;
use rustix::process::{Pid, Signal, kill_process};

/// A process, as `/proc/PID/stat` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) parent: u32,
    /// `R`, `S`, `T`, `Z` and so on.
    pub(crate) state: char,
}

/// All processes, without those that have ended.
fn all() -> Vec<Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter_map(process).filter(|process| process.state != 'Z').collect()
}

/// A process by its number, if it is there.
pub(crate) fn process(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before the state may hold anything.
    let mut fields = stat.rsplit(") ").next()?.split(' ');
    let state = fields.next()?.chars().next()?;
    Some(Process { pid, parent: fields.next()?.parse().ok()?, state })
}

/// Everything below a process, parents first.
pub(crate) fn descendants(pid: u32) -> Vec<Process> {
    let all = all();
    let mut found: Vec<Process> = Vec::new();
    let mut next = vec![pid];
    while let Some(parent) = next.pop() {
        for child in all.iter().filter(|process| process.parent == parent) {
            next.push(child.pid);
            found.push(child.clone());
        }
    }
    found
}

/// Processes of a program that have lost whoever started them.
pub(crate) fn orphans_of(program: &Path) -> Vec<Process> {
    let runs_it = |process: &Process| {
        fs::read_link(format!("/proc/{}/exe", process.pid)).is_ok_and(|exe| exe == program)
    };
    all().into_iter().filter(|process| process.parent == 1 && runs_it(process)).collect()
}

/// Processes that stand in a folder.
pub(crate) fn inside(folder: &Path) -> Vec<Process> {
    let stands = |process: &Process| {
        fs::read_link(format!("/proc/{}/cwd", process.pid)).is_ok_and(|cwd| cwd.starts_with(folder))
    };
    all().into_iter().filter(stands).collect()
}

/// Sends a signal; a process that is gone needs none.
pub(crate) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

/// How many descriptors a process has open.
pub(crate) fn open_descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

/// The resident memory of a process, in KiB.
pub(crate) fn resident_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Texts that are looked for in other processes.
pub(crate) struct Needles(Vec<Regex>);

impl Needles {
    /// Looks for each of these texts, as Python may hold it: with one, two or four bytes a character.
    pub(crate) fn new(texts: &[String]) -> Self {
        let wide = |text: &str, width: usize| {
            let bytes = text
                .bytes()
                .flat_map(|byte| std::iter::once(byte).chain(std::iter::repeat_n(0, width - 1)));
            bytes.map(|byte| format!("\\x{byte:02x}")).collect::<Vec<_>>().concat()
        };
        let needle = |text: &String| {
            let widths = [1, 2, 4].map(|width| wide(text, width));
            Regex::new(&format!("(?-u:{})", widths.join("|"))).expect("it is a plain text")
        };
        Self(texts.iter().map(needle).collect())
    }

    /// How often each was found.
    fn count_in(&self, bytes: &[u8], counts: &mut [usize]) {
        for (needle, count) in self.0.iter().zip(counts) {
            *count += needle.find_iter(bytes).count();
        }
    }

    /// How often each stands in a process: in its memory, its environment, its arguments, and the files that it has open.
    pub(crate) fn count(&self, pid: u32) -> io::Result<Vec<usize>> {
        let mut counts = vec![0; self.0.len()];
        let folder = PathBuf::from(format!("/proc/{pid}"));
        self.count_in_memory(&folder, &mut counts)?;
        for name in ["environ", "cmdline"] {
            self.count_in(&fs::read(folder.join(name))?, &mut counts);
        }
        for entry in fs::read_dir(folder.join("fd"))?.flatten() {
            // One that is closed meanwhile leads nowhere.
            let Ok(name) = fs::read_link(entry.path()) else { continue };
            self.count_in(name.as_os_str().as_encoded_bytes(), &mut counts);
            if fs::metadata(entry.path()).is_ok_and(|about| about.is_file()) {
                self.count_in(&fs::read(entry.path())?, &mut counts);
            }
        }
        Ok(counts)
    }

    /// Reads every map that can be read.
    fn count_in_memory(&self, folder: &Path, counts: &mut [usize]) -> io::Result<()> {
        const PIECE: usize = 4 << 20;
        // So much of a piece is read again with the next: a text may lie across the two.
        const OVERLAP: u64 = 256;
        let maps = fs::read_to_string(folder.join("maps"))?;
        let memory = File::open(folder.join("mem"))?;
        let mut piece = vec![0; PIECE];
        for line in
            maps.lines().filter(|line| !line.contains("[vvar") && !line.contains("[vsyscall"))
        {
            let mut words = line.split(' ');
            let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
            let Some((start, end)) = range.split_once('-').filter(|_| rights.starts_with('r'))
            else {
                continue;
            };
            let number = |text| u64::from_str_radix(text, 16).expect("the kernel writes numbers");
            let (mut at, end) = (number(start), number(end));
            while at < end {
                let length = usize::try_from(end - at).unwrap_or(PIECE).min(PIECE);
                match memory.read_at(&mut piece[..length], at) {
                    Ok(0) => break,
                    Ok(read) => {
                        self.count_in(&piece[..read], counts);
                        at += read as u64;
                        if at < end && read as u64 > OVERLAP {
                            at -= OVERLAP;
                        }
                    }
                    // A page that is no more than reserved, or lies beyond the end of a file.
                    Err(error) if error.kind() != ErrorKind::PermissionDenied => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}
