//! Bad packs, one for each idea that a stranger may have: what becomes of each, and what none of them reaches.
//!
//! `tests/packs/hostile/README.md` says what they are. What is found in each stands in `tests/packs/hostile/found.txt`;
//! `PYKATA_BLESS=1 cargo test --test hostile_packs` writes it anew.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use proptest::prelude::*;
use pykata::domain::lesson::{MOST_FILES, Parsed};
use pykata::domain::problem::{Problem, Severity};
use pykata::store::pack::load_dir;
use tempfile::TempDir;

#[path = "../fuzz/pack.rs"]
mod body;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/hostile");

/// What a pack may use to be read, as the shell says it: a second of the processor, and less than 100 MB of memory.
const LIMITS: &str = "ulimit -t 1; ulimit -v 97000";

/// The folders below one that hold a `pack.toml`, by path.
fn packs_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if folder.join("pack.toml").is_file() {
        found.push(folder.to_owned());
    }
    for entry in fs::read_dir(folder).expect("the folder can be listed").flatten() {
        if entry.file_type().expect("an entry has a type").is_dir() {
            found.extend(packs_in(&entry.path()));
        }
    }
    found.sort();
    found
}

fn line(problem: &Problem) -> String {
    let kind = if problem.severity == Severity::Error { "error" } else { "warning" };
    let mut line = format!("{}: {kind}: {}", problem.place, problem.message);
    if let Some(hint) = &problem.hint {
        let _ = write!(line, " -> {hint}");
    }
    line
}

fn lines(parsed: &Parsed) -> Vec<String> {
    parsed.problems.iter().map(line).collect()
}

/// Has the program read a pack within the limits.
fn listed(pack: &Path) -> Output {
    Command::new("sh")
        .args(["-c", &format!("{LIMITS}; exec \"$0\" list --json --pack \"$1\"")])
        .arg(env!("CARGO_BIN_EXE_pykata"))
        .arg(pack)
        .env_clear()
        .output()
        .expect("there is a shell")
}

/// Reading it ends well or with the usual complaint, and sends no terminal anything that acts.
fn assert_ends_well(pack: &Path) {
    let Output { status, stdout, stderr } = listed(pack);
    assert!(
        matches!(status.code(), Some(0 | 2)),
        "{} ends as {status}: {}",
        pack.display(),
        String::from_utf8_lossy(&stderr)
    );
    for text in [stdout, stderr] {
        let text = String::from_utf8(text).expect("it prints UTF-8");
        let acts = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(acts, None, "{}", pack.display());
    }
}

#[test]
fn every_bad_pack_is_found_out_as_it_is_written_down() {
    let mut found = String::new();
    for pack in packs_in(Path::new(FOLDER)) {
        let parsed = load_dir(&pack).unwrap();
        let name = pack.strip_prefix(FOLDER).unwrap().display();
        let refused = if parsed.pack.is_none() { " (refused)" } else { "" };
        let _ = writeln!(found, "== {name}{refused}\n{}\n", lines(&parsed).join("\n"));
    }
    let path = Path::new(FOLDER).join("found.txt");
    if std::env::var_os("PYKATA_BLESS").is_some() {
        fs::write(path, found).unwrap();
        return;
    }
    let written = fs::read_to_string(path).unwrap();
    for (found, written) in found.split("\n\n").zip(written.split("\n\n")) {
        assert_eq!(found, written);
    }
    assert_eq!(found.len(), written.len());
}

#[test]
fn every_bad_pack_is_read_within_a_second_and_100_mb() {
    let packs = packs_in(Path::new(FOLDER));
    assert!(packs.len() >= 30, "{packs:?}");
    for pack in &packs {
        assert_ends_well(pack);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_outside_of_a_pack_is_opened() {
    use rustix::fs::inotify;

    let outer = tempfile::tempdir().unwrap();
    let outside = outer.path().join("outside");
    fs::create_dir(&outside).unwrap();
    for name in ["canary.md", "10-canary.md", "pack.toml"] {
        fs::write(outside.join(name), "secret").unwrap();
    }
    let watch = inotify::init(inotify::CreateFlags::NONBLOCK).unwrap();
    inotify::add_watch(&watch, &outside, inotify::WatchFlags::OPEN | inotify::WatchFlags::ACCESS)
        .unwrap();
    for pack in packs_in(Path::new(FOLDER)) {
        let copy = outer.path().join("pack");
        copy_folder(&pack, &copy);
        symlink("../outside", copy.join("out")).unwrap();
        symlink("../outside/canary.md", copy.join("passwd.md")).unwrap();
        let parsed = load_dir(&copy).unwrap();
        assert!(
            lines(&parsed).iter().any(|line| line.starts_with("out:1:1: error: this is a link"))
        );
        fs::remove_dir_all(&copy).unwrap();
    }
    let mut room = [std::mem::MaybeUninit::uninit(); 1024];
    let mut events = inotify::Reader::new(&watch, &mut room);
    let first = events.next().map(|event| event.file_name().map(ToOwned::to_owned));
    assert_eq!(first.err(), Some(rustix::io::Errno::WOULDBLOCK), "something outside was opened");
    // And the watch does see what is opened.
    let _ = fs::read(outside.join("canary.md")).unwrap();
    assert!(events.next().is_ok());
}

#[cfg(target_os = "linux")]
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("the copy is new");
    for entry in fs::read_dir(from).expect("the folder can be listed").flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("an entry has a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

const MANIFEST: &str = "id = \"made\"\ntitle = \"Made\"\nversion = \"1\"\nformat = 1\nlicence = \"MIT\"\nauthors = [\"A\"]\n\n[[track]]\nid = \"lessons\"\ntitle = \"L\"\nsummary = \"S\"\ngoal = \"stop\"\n";
const FRONT: &str = "+++\ntitle = \"One\"\nsummary = \"One.\"\nobjectives = [\"One\"]\nminutes = 1\n+++\n\n# One\n\n";

/// A pack of lessons by their numbers, each with these bytes below its front matter.
fn made(lessons: &[String]) -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder is to be had");
    fs::write(dir.path().join("pack.toml"), MANIFEST).expect("it can be written");
    fs::create_dir(dir.path().join("lessons")).expect("the folder is new");
    for (number, body) in lessons.iter().enumerate() {
        let path = dir.path().join(format!("lessons/{number}-lesson-{number}.md"));
        fs::write(path, format!("{FRONT}{body}")).expect("it can be written");
    }
    dir
}

#[test]
fn lessons_wider_and_longer_than_any_screen_are_read() {
    let cells = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(2_000));
    let dir = made(&[
        format!("{}{}{}", cells("a"), cells("-"), cells("b")),
        format!("{}\n", "w".repeat(500_000)),
        (0..5_000).fold(String::new(), |text, n| text + &format!("### Heading {n}\n\n")),
        format!("![{}](b.png)\n", "alt ".repeat(25_000)),
        "999999999. a\n9999999999. b\n-1. c\n".to_owned(),
        format!("[a](https://192.0.2.1/{})\n", "a".repeat(900_000)),
        // A definition that is used over and over grows what is read, but for the limit that the reader has.
        format!("[a]: https://192.0.2.1/{}\n\n{}\n", "a".repeat(1_900), "[a] ".repeat(200_000)),
    ]);
    let found = lines(&load_dir(dir.path()).unwrap());
    assert!(
        found.iter().all(|line| !line.contains("lesson-0") || line.contains("warning")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("lessons/5-lesson-5.md:10:1: error: this link is longer"))
    );
    assert!(found.len() < 500, "{}", found.len());
    assert_ends_well(dir.path());
}

#[test]
fn two_thousand_lessons_are_read_and_one_more_refused() {
    let lessons = vec!["Text.\n".to_owned(); MOST_FILES];
    let dir = made(&lessons);
    let parsed = load_dir(dir.path()).unwrap();
    assert_eq!(lines(&parsed), [""; 0]);
    assert_eq!(parsed.pack.unwrap().lessons().count(), MOST_FILES);
    assert_ends_well(dir.path());
    fs::write(dir.path().join("lessons/9999-more.md"), FRONT).unwrap();
    assert_eq!(
        lines(&load_dir(dir.path()).unwrap()),
        [
            "pack.toml:1:1: error: this pack has more than 2000 files, so none is read -> divide it into several packs"
        ]
    );
}

#[test]
fn what_is_no_plain_file_is_named_and_not_opened() {
    let dir = made(&["Text.\n".to_owned()]);
    let lessons = dir.path().join("lessons");
    for (name, target) in [
        ("10-passwd.md", "/etc/passwd"),
        ("11-loop.md", "11-loop.md"),
        ("12-root", "/"),
        ("13-zero.md", "/dev/zero"),
        ("14-out.md", "../../../../etc/hostname"),
    ] {
        symlink(target, lessons.join(name)).unwrap();
    }
    let pipe = Command::new("mkfifo").arg(lessons.join("20-pipe.md")).status().unwrap();
    assert!(pipe.success());
    File::create(lessons.join("30-sparse.md")).unwrap().set_len(8 << 30).unwrap();
    let link =
        "error: this is a link, and nothing in a pack leads out of it -> put the file itself there";
    let mut expected: Vec<String> =
        ["10-passwd.md", "11-loop.md", "12-root", "13-zero.md", "14-out.md"]
            .map(|name| format!("lessons/{name}:1:1: {link}"))
            .into();
    expected.push("lessons/20-pipe.md:1:1: error: this is neither a file nor a folder -> take it out of the pack".into());
    expected.push("lessons/30-sparse.md:1:1: error: this file has 8589934592 bytes, and 1048576 are the most -> divide it, or take it out of the pack".into());
    assert_eq!(lines(&load_dir(dir.path()).unwrap()), expected);
    assert_ends_well(dir.path());
}

#[test]
fn an_archive_is_no_pack_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let archive = dir.path().join("pack.zip");
    fs::write(&archive, b"PK\x03\x04").unwrap();
    let Output { status, stdout, .. } = listed(&archive);
    assert_eq!(status.code(), Some(2));
    let said = String::from_utf8(stdout).unwrap();
    assert!(said.contains("it is not a folder"), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PYKATA_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(400),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_change_to_the_built_in_pack_makes_the_reader_panic_or_act(
        data in prop::collection::vec(any::<u8>(), 1..130),
    ) {
        body::pack(&data);
    }
}
