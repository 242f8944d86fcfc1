//! Damaged, strange and newer files: the program opens, says what it found, and leaves it alone.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use pykata::domain::course::StepRef;
use pykata::store::folders::{Folders, NoFolder};
use pykata::store::notice::{Notice, NoticeKind};
use pykata::store::state::Store;

use crate::support::{
    STARTER, drafts_folder, files_below, journal_folder, open, opened, opened_steps, pack, step,
    text_of_draft,
};

/// A folder with the journal of one instance, and that journal.
fn with_journal() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, notices) = open(folder.path());
    assert_eq!(notices, []);
    for id in ["a", "b", "c"] {
        store.append(&pack(), opened(id), 0).unwrap();
    }
    let journal = files_below(&journal_folder(folder.path())).remove(0);
    (folder, journal)
}

#[test]
fn what_was_appended_is_there_in_the_next_session() {
    let (folder, _) = with_journal();
    let (store, notices) = open(folder.path());
    assert_eq!(notices, []);
    assert_eq!(opened_steps(store.events()), ["a", "b", "c"]);
    assert_eq!(store.progress(&pack()).last_opened(), Some(&step("c")));
}

#[test]
fn a_session_in_which_nothing_happens_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let _ = open(folder.path());
    assert_eq!(files_below(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn only_the_owner_can_read_what_is_saved() {
    let (folder, journal) = with_journal();
    let (mut store, _) = open(folder.path());
    store.save_draft(&pack(), &step("draft"), STARTER, "x\n").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&journal), 0o600);
    assert_eq!(mode(&journal_folder(folder.path())), 0o700);
    assert_eq!(mode(&drafts_folder(folder.path()).join("draft.py")), 0o600);
    assert_eq!(mode(&drafts_folder(folder.path())), 0o700);
}

#[test]
fn a_damaged_journal_is_read_as_far_as_it_is_whole_and_never_written_to() {
    let (folder, journal) = with_journal();
    let whole = fs::read(&journal).unwrap();
    for place in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x11;
        fs::write(&journal, &bytes).unwrap();
        let (mut store, _) = open(folder.path());
        store.append(&pack(), opened("d"), 0).unwrap();
        assert_eq!(fs::read(&journal).unwrap(), bytes, "byte {place}");
        drop(store);
        for other in files_below(&journal_folder(folder.path())) {
            if other != journal {
                fs::remove_file(other).unwrap();
            }
        }
    }
}

#[test]
fn a_journal_of_a_newer_format_is_left_byte_for_byte() {
    let (folder, journal) = with_journal();
    let text = fs::read_to_string(&journal).unwrap().replace("\"format\":1", "\"format\":2");
    fs::write(&journal, &text).unwrap();
    let (mut store, notices) = open(folder.path());
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].kind, NoticeKind::NewerFormat(2));
    assert!(notices[0].sentence().contains("update pykata"), "{}", notices[0].sentence());
    assert_eq!(opened_steps(store.events()), Vec::<&str>::new());
    store.append(&pack(), opened("d"), 0).unwrap();
    assert_eq!(fs::read_to_string(&journal).unwrap(), text);
}

#[test]
fn strange_things_among_the_journals_are_named_and_passed_over() {
    let (folder, _) = with_journal();
    let journals = journal_folder(folder.path());
    let at = |name: &str| journals.join(name);
    fs::write(at("1-empty.jsonl"), "").unwrap();
    fs::create_dir(at("2-folder.jsonl")).unwrap();
    symlink("/dev/zero", at("3-link.jsonl")).unwrap();
    assert!(Command::new("mkfifo").arg(at("4-pipe.jsonl")).status().unwrap().success());
    fs::File::create(at("5-large.jsonl")).unwrap().set_len(1 << 30).unwrap();
    fs::write(at("6-garbage.jsonl"), [0xff; 5000]).unwrap();
    fs::write(at("7-note.txt"), "not ours").unwrap();
    let (store, notices) = open(folder.path());
    let found: Vec<(&str, &NoticeKind)> = notices
        .iter()
        .map(|notice| (notice.path.file_name().unwrap().to_str().unwrap(), &notice.kind))
        .collect();
    let expected = [
        ("1-empty.jsonl", &NoticeKind::EmptyJournal),
        ("2-folder.jsonl", &NoticeKind::NotAFile),
        ("3-link.jsonl", &NoticeKind::NotAFile),
        ("4-pipe.jsonl", &NoticeKind::NotAFile),
        ("5-large.jsonl", &NoticeKind::TooLarge),
        ("6-garbage.jsonl", &NoticeKind::CutLine),
    ];
    assert_eq!(found, expected);
    assert_eq!(opened_steps(store.events()), ["a", "b", "c"]);
}

#[test]
fn without_a_home_folder_it_works_in_memory_and_says_why() {
    let missing = || Err(NoFolder::NoHome);
    let folders = Folders { data: missing(), config: missing(), cache: missing() };
    let (mut store, notices) = Store::open(&folders);
    let told: Vec<_> = notices.iter().map(Notice::sentence).collect();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("HOME is not set") && told[0].contains("XDG_DATA_HOME"),
        "{}",
        told[0]
    );
    store.append(&pack(), opened("a"), 0).unwrap_err();
    store.save_draft(&pack(), &step("draft"), STARTER, "x\n").unwrap_err();
    assert_eq!(store.progress(&pack()).last_opened(), Some(&step("a")));
    assert_eq!(text_of_draft(&mut store, "draft").as_deref(), Some("x\n"));
    assert_eq!((store.unsaved(), store.trouble().is_some()), (2, true));
}

#[test]
fn a_file_in_place_of_the_data_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("data"), "in the way").unwrap();
    let (mut store, notices) = open(folder.path());
    assert!(matches!(notices[..], [_, ref notice] | [ref notice]
        if notice.path.starts_with(folder.path())));
    assert!(notices.iter().any(|notice| matches!(notice.kind, NoticeKind::NotSaving(_))));
    let error = store.append(&pack(), opened("a"), 0).unwrap_err();
    assert!(error.sentence().contains("not saved"), "{}", error.sentence());
    fs::remove_file(folder.path().join("data")).unwrap();
    assert_eq!(store.retry(), (vec![], None));
    assert_eq!((store.unsaved(), store.trouble()), (0, None));
    assert_eq!(opened_steps(open(folder.path()).0.events()), ["a"]);
}

#[test]
fn a_damaged_draft_shows_the_version_before_it_and_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    for text in ["first\n", "second\n"] {
        store.save_draft(&pack(), &step("draft"), STARTER, text).unwrap();
    }
    let file = drafts_folder(folder.path()).join("draft.py");
    for damage in [&b"\0\0\0\0"[..], b"\xff\xfe"] {
        fs::write(&file, damage).unwrap();
        let (mut store, _) = open(folder.path());
        let draft = store.load_draft(&pack(), &step("draft"), STARTER);
        assert_eq!(draft.text.as_deref(), Some("first\n"));
        assert_eq!(draft.notices[0].kind, NoticeKind::DamagedDraft);
        store.save_draft(&pack(), &step("draft"), STARTER, "mended\n").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "mended\n");
    }
    let aside = |n| fs::read(drafts_folder(folder.path()).join(format!("draft.damaged-{n}.py")));
    assert_eq!(aside(1).unwrap(), b"\0\0\0\0");
    assert_eq!(aside(2).unwrap(), b"\xff\xfe");
}

#[test]
fn strange_things_in_place_of_a_draft_are_moved_aside_when_it_is_saved() {
    let folder = tempfile::tempdir().unwrap();
    let lesson = drafts_folder(folder.path());
    fs::create_dir_all(lesson.join("folder.py/inner")).unwrap();
    symlink("/etc/hostname", lesson.join("link.py")).unwrap();
    assert!(Command::new("mkfifo").arg(lesson.join("pipe.py")).status().unwrap().success());
    let (mut store, _) = open(folder.path());
    for id in ["folder", "link", "pipe"] {
        let draft = store.load_draft(&pack(), &step(id), STARTER);
        assert_eq!((draft.text, &draft.notices[0].kind), (None, &NoticeKind::NotAFile), "{id}");
        store.save_draft(&pack(), &step(id), STARTER, "mine\n").unwrap();
        assert_eq!(text_of_draft(&mut store, id).as_deref(), Some("mine\n"));
        assert!(fs::symlink_metadata(lesson.join(format!("{id}.damaged-1.py"))).is_ok(), "{id}");
    }
    assert!(lesson.join("folder.damaged-1.py/inner").is_dir());
}

#[test]
fn one_version_before_the_draft_is_kept_and_starting_over_keeps_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    for text in ["one\n", "two\n", "three\n"] {
        store.save_draft(&pack(), &step("draft"), STARTER, text).unwrap();
    }
    let read = |name: &str| fs::read_to_string(drafts_folder(folder.path()).join(name)).ok();
    assert_eq!(read("draft.py").as_deref(), Some("three\n"));
    assert_eq!(read(".draft.py.1").as_deref(), Some("two\n"));
    store.delete_draft(&pack(), &step("draft")).unwrap();
    assert_eq!(read(".draft.py.deleted").as_deref(), Some("three\n"));
    assert_eq!(text_of_draft(&mut store, "draft"), None);
    assert_eq!(text_of_draft(&mut open(folder.path()).0, "draft"), None);
    store.delete_draft(&pack(), &step("never-begun")).unwrap();
}

#[test]
fn saving_an_unchanged_draft_keeps_the_version_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    for text in ["one\n", "two\n", "two\n"] {
        store.save_draft(&pack(), &step("draft"), STARTER, text).unwrap();
    }
    let (mut later, _) = open(folder.path());
    text_of_draft(&mut later, "draft");
    later.save_draft(&pack(), &step("draft"), STARTER, "two\n").unwrap();
    let before = fs::read_to_string(drafts_folder(folder.path()).join(".draft.py.1")).unwrap();
    assert_eq!(before, "one\n");
}

#[test]
fn a_draft_tells_that_its_starting_text_changed_and_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    store.save_draft(&pack(), &step("draft"), STARTER, "mine\r\n\tas it is").unwrap();
    let (mut later, _) = open(folder.path());
    let same = later.load_draft(&pack(), &step("draft"), STARTER);
    assert_eq!((same.text.as_deref(), same.notices), (Some("mine\r\n\tas it is"), vec![]));
    let changed = later.load_draft(&pack(), &step("draft"), "fedcba9876543210");
    assert_eq!(changed.text.as_deref(), Some("mine\r\n\tas it is"));
    assert_eq!(changed.notices[0].kind, NoticeKind::StarterChanged);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    let long = "x".repeat(101);
    let hostile = [
        ("..", "a"),
        ("../../x", "a"),
        ("t/..", "a"),
        ("/etc", "a"),
        ("t/a/b", "a"),
        ("t", "a"),
        ("t/a", ".."),
        ("t/a", "../x"),
        ("t/a", "a.b"),
        ("t/a", ""),
        ("t/a", "a\nb"),
        ("t/a", "a\0"),
        ("t/a", "a\\b"),
        ("t/a", "~"),
        ("t/a", &long),
        (".hidden/a", "a"),
        ("t/a", "a\u{202e}b"),
    ];
    for (lesson, id) in hostile {
        let name = StepRef::new(lesson, id);
        let error = store.save_draft(&pack(), &name, STARTER, "x\n").unwrap_err();
        assert!(error.sentence().contains("author of the pack"), "{}", error.sentence());
        assert_eq!(store.load_draft(&pack(), &name, STARTER).notices.len(), 1);
    }
    assert_eq!(files_below(folder.path()), Vec::<PathBuf>::new());
}

#[test]
fn what_a_killed_program_left_is_cleared_and_what_is_not_ours_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = open(folder.path());
    store.save_draft(&pack(), &step("draft"), STARTER, "mine\n").unwrap();
    let lesson = drafts_folder(folder.path());
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host: String = host.trim().chars().filter(char::is_ascii_alphanumeric).take(24).collect();
    let host = host.to_lowercase();
    // No process has this number; the largest that Linux gives out is 4194304.
    let gone = format!("{host}-4194999-00000000000000ff");
    let elsewhere = "otherhost-4194999-00000000000000ff";
    let write = |name: &str| fs::write(lesson.join(name), name).unwrap();
    let stay = [
        format!(".{elsewhere}.1.tmp"),
        format!(".draft.py.{elsewhere}.2.taken"),
        ".swap.tmp".to_owned(),
        "notes.taken".to_owned(),
    ];
    for name in &stay {
        write(name);
    }
    write(&format!(".{gone}.1.tmp"));
    write(&format!(".draft.py.{gone}.2.taken"));
    write(&format!(".lost.py.{gone}.3.taken"));
    let (mut later, _) = open(folder.path());
    let names: Vec<String> = files_below(&lesson)
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(stay.iter().all(|name| names.contains(name)), "{names:?}");
    assert!(!names.iter().any(|name| name.contains(&gone)), "{names:?}");
    // A taken draft came back: to its place where that was free, else beside what stands there.
    let taken = |id: &str, n| Some(format!(".{id}.py.{gone}.{n}.taken"));
    assert_eq!(text_of_draft(&mut later, "lost"), taken("lost", 3));
    assert_eq!(text_of_draft(&mut later, "draft").as_deref(), Some("mine\n"));
    let beside = fs::read_to_string(lesson.join("draft.other-1.py")).ok();
    assert_eq!(beside, taken("draft", 2));
}

#[test]
fn packs_of_one_id_are_known_to_be_kept_apart() {
    let (folder, _) = with_journal();
    let (store, _) = open(folder.path());
    let mut other = pack();
    other.key = "pykata@12345678".to_owned();
    assert_eq!(store.kept_apart(&other), ["pykata"]);
    assert_eq!(store.kept_apart(&pack()), Vec::<&str>::new());
}
