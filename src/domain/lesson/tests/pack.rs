//! Packs: what `pack.toml` says, and what its lessons say of each other.

use crate::domain::lesson::{PackFiles, Parsed, parse_pack};

use super::faults::show;

const MANIFEST: &str = r#"id = "p"
title = "P"
version = "1"
format = 1
licence = "MIT"
authors = ["A"]

[[track]]
id = "one"
title = "One"
summary = "S"
goal = "G"
"#;

/// A lesson that has no problem, requiring others.
fn lesson(requires: &str) -> String {
    format!(
        "+++\ntitle = \"L\"\nsummary = \"S\"\nobjectives = [\"O\"]\nrequires = [{requires}]\nminutes = 1\n+++\n\n# L\n\nText.\n"
    )
}

fn parse(files: &[(&str, &str)]) -> Parsed {
    let mut pack = PackFiles::default();
    for (path, text) in files {
        pack.add(*path, text.as_bytes().to_vec());
    }
    parse_pack(&pack)
}

fn found(files: &[(&str, &str)]) -> Vec<String> {
    parse(files).problems.iter().map(show).collect()
}

#[test]
fn the_example_pack_is_read_whole() {
    let parsed = parse(&[
        ("pack.toml", include_str!("../../../../tests/packs/example/pack.toml")),
        ("decorators/30-keep-the-name.md", super::example::TEXT),
    ]);
    let pack = parsed.pack.unwrap();
    assert_eq!((&*pack.id, pack.tracks.len(), pack.lessons().count()), ("example", 1, 1));
    assert!(pack.lesson("decorators/keep-the-name").is_some());
    let found: Vec<_> = parsed.problems.iter().map(show).collect();
    assert_eq!(
        found,
        [
            "decorators/30-keep-the-name.md:9:13 warning: the pack has no lesson `decorators/wrapper-contract` → write a lesson's id, such as `decorators/first-class`"
        ]
    );
}

#[test]
fn lessons_stand_in_the_order_of_their_numbers() {
    let lesson = lesson("");
    let parsed = parse(&[
        ("pack.toml", MANIFEST),
        ("one/100-last.md", &lesson),
        ("one/20-second.md", &lesson),
        ("one/3-first.md", &lesson),
    ]);
    let pack = parsed.pack.unwrap();
    let ids: Vec<_> = pack.lessons().map(|lesson| &*lesson.id).collect();
    assert_eq!(ids, ["one/first", "one/second", "one/last"]);
}

#[test]
fn faults_of_the_manifest_are_all_told() {
    let lesson = lesson("");
    let with = |from: &str, to: &str| {
        assert!(MANIFEST.contains(from));
        found(&[("pack.toml", &MANIFEST.replacen(from, to, 1)), ("one/10-a.md", &lesson)])
    };
    assert_eq!(
        with("format = 1", "format = 999\nnew_thing = 3"),
        [
            "pack.toml:4:10 error: this pack needs format 999; this program reads up to 1 → use a version of pykata that reads format 999"
        ]
    );
    assert_eq!(
        with("format = 1", "format = \"one\""),
        [
            "pack.toml:4:10 error: `format` takes a whole number from 1 to 1000000 → write a whole number from 1 to 1000000 after `format =`"
        ]
    );
    assert_eq!(
        with("licence = \"MIT\"\n", "license = \"MIT\"\nid = 1\n"),
        [
            "pack.toml:6:1 error: `id` is there already → a key stands once in its table: leave one of them out"
        ]
    );
    assert_eq!(
        with("licence", "license"),
        [
            "pack.toml:1:1 error: a pack needs the key `licence` → add `licence`, text: an SPDX expression, such as `CC-BY-4.0`",
            "pack.toml:5:1 error: a pack has no key `license` → did you mean `licence`?",
        ]
    );
    assert_eq!(
        with("id = \"p\"", "id = \"My Pack\""),
        [
            "pack.toml:1:6 error: `My Pack` cannot be an id → write `my-pack`: small letters, digits and hyphens"
        ]
    );
    assert_eq!(
        with(
            "goal = \"G\"\n",
            "goal = \"G\"\n\n[[track]]\nid = \"one\"\ntitle = \"T\"\nsummary = \"S\"\ngoal = \"G\"\n"
        ),
        [
            "pack.toml:15:6 error: the track `one` stands on line 9 already → give each track its own folder"
        ]
    );
    assert_eq!(
        with("goal = \"G\"\n", "goals = \"G\"\n"),
        [
            "pack.toml:8:1 error: a track needs the key `goal` → add `goal`, text: how \"after this track you can …\" goes on",
            "pack.toml:12:1 error: a track has no key `goals` → did you mean `goal`?",
        ]
    );
}

#[test]
fn a_folder_without_a_track_and_a_track_without_a_folder_are_faults() {
    let lesson = lesson("");
    assert_eq!(
        found(&[("pack.toml", MANIFEST), ("ones/10-a.md", &lesson), ("ones/20-b.md", &lesson)]),
        [
            "ones/10-a.md:1:1 error: `pack.toml` has no track `ones` → add a `[[track]]` with `id = \"ones\"`, or take the folder out",
            "pack.toml:1:1 error: this pack has no lessons → add one, such as `basics/10-first.md` in the track `basics`",
            "pack.toml:9:6 error: the pack has no folder `one` → did you mean `ones`?",
        ]
    );
}

#[test]
fn an_empty_track_is_a_warning_and_a_pack_without_any_lesson_is_refused() {
    let empty = "pack.toml:9:6 warning: the track `one` has no lessons → add one, such as `one/10-first.md`";
    let two =
        format!("{MANIFEST}{}", MANIFEST[MANIFEST.find("\n[[").unwrap()..].replace("one", "two"));
    let mut files = PackFiles::default();
    files.add("pack.toml", two.into_bytes());
    files.folders.insert("one".to_owned());
    files.add("two/10-a.md", lesson("").into_bytes());
    let parsed = parse_pack(&files);
    assert_eq!(parsed.problems.iter().map(show).collect::<Vec<_>>(), [empty]);
    assert!(parsed.pack.is_some());

    files.files.remove("two/10-a.md");
    files.add("pack.toml", MANIFEST.as_bytes());
    files.folders.remove("two");
    let parsed = parse_pack(&files);
    assert_eq!(
        parsed.problems.iter().map(show).collect::<Vec<_>>(),
        [
            "pack.toml:1:1 error: this pack has no lessons → add one, such as `basics/10-first.md` in the track `basics`",
            empty
        ]
    );
    assert!(parsed.pack.is_none());
}

#[test]
fn files_that_are_no_lessons_are_named() {
    let lesson = lesson("");
    assert_eq!(
        found(&[
            ("pack.toml", MANIFEST),
            ("README.md", "hello"),
            ("conftest.py", "raise"),
            ("one/10-a.md", &lesson),
            ("one/20-a.md", &lesson),
            ("one/README.md", "hello"),
            ("one/Intro.md", &lesson),
            ("one/sitecustomize.py", "raise"),
            ("one/deeper/10-b.md", &lesson),
        ]),
        [
            "conftest.py:1:1 warning: this file is not read → a pack holds `pack.toml` and a folder for each track",
            "one/20-a.md:1:1 error: the lesson `one/a` stands in `one/10-a.md` already → give it another name: the number is not part of it",
            "one/Intro.md:1:1 error: a lesson's file is not called so → call it `NN-name.md`: a number, a hyphen, then small letters, digits and hyphens",
            "one/deeper/10-b.md:1:1 warning: this file is not read → lessons stand in their track's folder, not deeper",
            "one/sitecustomize.py:1:1 warning: this file is not read → a track holds lessons, such as `10-first.md`",
        ]
    );
}

#[test]
fn lessons_that_require_each_other_are_a_fault_and_unknown_ones_a_warning() {
    let found = found(&[
        ("pack.toml", MANIFEST),
        ("one/10-a.md", &lesson("\"one/c\"")),
        ("one/20-b.md", &lesson("\"one/a\", \"one/aa\"")),
        ("one/30-c.md", &lesson("\"one/b\"")),
        ("one/40-d.md", &lesson("\"one/d\", \"one/a\"")),
    ]);
    assert_eq!(
        found,
        [
            "one/10-a.md:5:13 error: these lessons require each other in a circle: one/a → one/c → one/b → one/a → take one of them out of `requires`",
            "one/20-b.md:5:22 warning: the pack has no lesson `one/aa` → did you mean `one/a`?",
            "one/40-d.md:5:13 error: these lessons require each other in a circle: one/d → one/d → take one of them out of `requires`",
        ]
    );
}

#[test]
fn bytes_that_are_not_text_are_named_with_their_place() {
    let mut files = PackFiles::default();
    files.add("pack.toml", &b"id = \"p\"\ntitle = \"caf\xe9\"\n"[..]);
    let problems = parse_pack(&files).problems;
    assert_eq!(
        show(&problems[0]),
        "pack.toml:2:13 error: the byte 0xE9 here is not UTF-8 → save the file as UTF-8"
    );
    files.add("pack.toml", &b"\xff\xfei\0d\0"[..]);
    let problems = parse_pack(&files).problems;
    assert_eq!(show(&problems[0]), "pack.toml:1:1 error: this file is UTF-16 → save it as UTF-8");
}

#[test]
fn what_editors_add_is_no_fault_and_moves_no_place() {
    let windows = format!("\u{feff}{}", lesson("\"one/zzz\"").replace('\n', "\r\n"));
    assert_eq!(
        found(&[
            ("pack.toml", &format!("\u{feff}{}", MANIFEST.replace('\n', "\r\n"))),
            ("one/10-a.md", &windows)
        ]),
        [
            "one/10-a.md:5:13 warning: the pack has no lesson `one/zzz` → write a lesson's id, such as `decorators/first-class`"
        ]
    );
}

#[test]
fn a_folder_without_a_manifest_is_no_pack() {
    let parsed = parse(&[("one/10-a.md", &lesson(""))]);
    assert!(parsed.pack.is_none());
    assert!(
        show(&parsed.problems[0])
            .starts_with("pack.toml:1:1 error: this folder has no `pack.toml`")
    );
}

#[test]
fn equal_content_has_an_equal_hash_and_other_content_another() {
    let mut one = PackFiles::default();
    one.add("a", &b"12345678"[..]);
    one.add("b", &b"x"[..]);
    let mut same = PackFiles::default();
    same.add("b", &b"x"[..]);
    same.add("a", &b"12345678"[..]);
    assert_eq!(one.hash(), same.hash());
    assert_eq!(one.hash().len(), 32);
    let mut moved = PackFiles::default();
    moved.add("a", &b"1234567"[..]);
    moved.add("b", &b"8x"[..]);
    assert_ne!(one.hash(), moved.hash());
    same.add("b", &b"x\0"[..]);
    assert_ne!(one.hash(), same.hash());
}
