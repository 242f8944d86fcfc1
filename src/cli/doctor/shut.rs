//! What the sandbox covers here, what is open, and what would close it.

use std::fmt::Write as _;

use serde::Serialize;

use crate::domain::run::Level;
use crate::protocol::messages::{Act, Declined};
use crate::runner::About;

/// How wide the sandbox's lines are set, in columns.
const WIDTH: usize = 100;

/// Where its texts begin, in columns.
const INDENT: usize = 20;

/// What `doctor` says of the sandbox.
#[derive(Debug, Serialize)]
pub(super) struct SandboxRow {
    /// The level that is on; null without a worker.
    level: Option<&'static str>,
    /// Its layers.
    layers: Vec<&'static str>,
    /// What was tried from inside and refused.
    refused: Vec<&'static str>,
    /// What was tried from inside and was not refused, and what else is open.
    open: Vec<&'static str>,
    /// What programs cannot do at this level though they could under plain Python.
    costs: Vec<&'static str>,
    /// The stronger levels that are not to be had, and what would open them.
    declined: Vec<DeclinedRow>,
}

#[derive(Debug, Serialize)]
struct DeclinedRow {
    level: &'static str,
    why: String,
    hint: &'static str,
}

/// Puts together what is known of the sandbox.
pub(super) fn row(about: Option<&About>) -> SandboxRow {
    let Some(about) = about else {
        return SandboxRow {
            level: None,
            layers: Vec::new(),
            refused: Vec::new(),
            open: Vec::new(),
            costs: Vec::new(),
            declined: Vec::new(),
        };
    };
    let acts = |refused: bool| {
        about.tried.iter().filter(move |tried| tried.refused == refused).map(|tried| tried.act)
    };
    SandboxRow {
        level: Some(about.level.word()),
        layers: layers(about.level),
        refused: acts(true).map(Act::words).collect(),
        open: acts(false).map(how_open).chain(also_open(about.level)).collect(),
        costs: costs(about.level),
        declined: about.declined.iter().map(declined).collect(),
    }
}

fn layers(level: Level) -> Vec<&'static str> {
    let limits = [
        "limits of time, memory, tasks, output and files, each for the whole process tree",
        "a cleared environment, no capabilities, no descriptors but the run's own",
        "a scratch folder of its own, gone after the run; the whole tree is killed at the end",
    ];
    let confined = [
        "Landlock: opens nothing but the system's software and its own files",
        "seccomp: refuses debugging, mounts, namespaces, keyrings and other wide doors",
    ];
    let full = [
        "namespaces (user, process, mount, network, ipc): sees its own processes, and a network that ends at its own loopback",
        "a file tree of the system's software alone, read-only, its scratch folder in memory",
    ];
    let extra = [
        (Level::Full, full.as_slice()),
        (Level::Confined, confined.as_slice()),
        (Level::LimitsOnly, limits.as_slice()),
    ];
    let on = extra.into_iter().filter(|(needs, _)| level >= *needs);
    on.flat_map(|(_, words)| words.iter().copied()).collect()
}

/// An act that was not refused, with what holds it all the same.
fn how_open(act: Act) -> &'static str {
    match act {
        Act::FillDisk => {
            "take more room for files than allowed, until that is noticed (in about 0.1 s)"
        }
        act => act.words(),
    }
}

/// What no probe tries.
fn also_open(level: Level) -> Vec<&'static str> {
    let seen = match level {
        Level::Full => "",
        Level::Confined => {
            "see which other programs run, by their ids, and this machine's connections"
        }
        Level::LimitsOnly => "see which other programs run, and their command lines",
    };
    let memory =
        "take more memory than allowed with many processes, until that is noticed (in about 20 ms)";
    [seen, memory].into_iter().filter(|words| !words.is_empty()).collect()
}

fn costs(level: Level) -> Vec<&'static str> {
    match level {
        Level::Full => vec!["IPv6 datagrams", "memfd_create"],
        Level::Confined => vec![
            "sockets, but for pairs: no server, not even a local one",
            "os.chmod, os.utime, and with them shutil.copy",
            "multiprocessing's locks, queues and pools; shared memory",
            "new terminals (pty), memfd_create",
        ],
        Level::LimitsOnly => Vec::new(),
    }
}

fn declined(declined: &Declined) -> DeclinedRow {
    DeclinedRow {
        level: declined.level.word(),
        why: declined.why.clone(),
        hint: what_opens(declined),
    }
}

/// What would open a level, by what stood in its way.
fn what_opens(declined: &Declined) -> &'static str {
    let why = &*declined.why;
    if why.contains("Landlock") {
        return "Boot a kernel of 5.13 or later with Landlock on: `lsm=landlock,…` among its \
            parameters, as in /sys/kernel/security/lsm.";
    }
    if declined.level == Level::Confined {
        return "Use a kernel that lets programs filter their system calls (CONFIG_SECCOMP_FILTER).";
    }
    if why.contains("failed to make namespaces") {
        return "Allow user namespaces: `sysctl user.max_user_namespaces` must not be 0, on Debian \
            `kernel.unprivileged_userns_clone` must be 1; in a container, allow unshare and mount.";
    }
    if why.contains("map the user") || why.contains("build a file tree") {
        return "Allow user namespaces their rights: on Ubuntu, \
            `sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or an AppArmor profile with \
            `userns` for pykata-worker.";
    }
    if why.contains("furnish") {
        return "Let the worker mount a /proc of its own: in a container, without masked paths in /proc.";
    }
    "Run `pykata doctor` outside the container or the chroot, to see whether that is in the way."
}

/// The sandbox's lines.
pub(super) fn text(row: &SandboxRow) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "sandbox    {}", row.level.unwrap_or("none"));
    list(&mut out, "layers", &row.layers);
    if !row.refused.is_empty() {
        let tried = format!("{} (each was tried just now)", row.refused.join("; "));
        list(&mut out, "refused", &[&tried]);
    }
    list(&mut out, "open", &row.open);
    list(&mut out, "costs", &row.costs);
    for declined in &row.declined {
        let why = format!("{} is not to be had: {}", declined.level, declined.why);
        list(&mut out, "stronger", &[&why, declined.hint]);
    }
    out
}

/// One line an entry, broken between words, the label before the first.
fn list(out: &mut String, label: &str, entries: &[&str]) {
    let mut label = label;
    for entry in entries {
        let mut line = String::new();
        for word in entry.split_whitespace() {
            if !line.is_empty() && INDENT + line.chars().count() + 1 + word.chars().count() > WIDTH
            {
                let _ = writeln!(out, "           {label:8} {line}");
                (label, line) = ("", "  ".to_owned());
            } else if !line.trim().is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        let _ = writeln!(out, "           {label:8} {line}");
        label = "";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::messages::Tried;

    fn about(level: Level, tried: Vec<Tried>, declined: Vec<Declined>) -> About {
        let (python, worker) = ("3.11.7".to_owned(), "/bin/pykata-worker".into());
        About { python, level, worker, pid: 1, tried, declined }
    }

    #[test]
    fn what_was_tried_is_told_by_how_it_went() {
        let tried = vec![
            Tried { act: Act::ReadFiles, refused: true },
            Tried { act: Act::FillDisk, refused: false },
        ];
        let row = row(Some(&about(Level::Confined, tried, Vec::new())));
        assert_eq!(row.refused, ["read your files"]);
        assert!(row.open[0].contains("room for files"), "{:?}", row.open);
    }

    #[test]
    fn a_level_that_is_not_to_be_had_comes_with_what_would_open_it() {
        let why = "failed to make namespaces: Operation not permitted".to_owned();
        let declined = vec![Declined { level: Level::Full, why }];
        let row = row(Some(&about(Level::Confined, Vec::new(), declined)));
        let text = text(&row);
        assert!(text.contains("full is not to be had"), "{text}");
        assert!(text.contains("max_user_namespaces"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    }

    #[test]
    fn without_a_worker_nothing_is_claimed() {
        let row = row(None);
        assert!(row.level.is_none() && row.layers.is_empty() && row.refused.is_empty());
    }
}
