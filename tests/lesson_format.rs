//! Holds `docs/LESSON_FORMAT.md` against the parser: its tables of keys, and the lesson that it shows.

use std::path::Path;

use pykata::domain::lesson::{parse_lesson, reference, schema};

fn reference_file() -> (std::path::PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/LESSON_FORMAT.md");
    let text = std::fs::read_to_string(&path).expect("the reference is part of the source");
    (path, text)
}

#[test]
fn the_reference_has_every_table_as_the_parser_reads_it() {
    let (path, text) = reference_file();
    let filled = reference::fill(&text);
    if std::env::var_os("PYKATA_BLESS").is_some() {
        std::fs::write(path, &filled).unwrap();
        return;
    }
    for (name, part) in reference::parts() {
        assert!(
            text.contains(&format!("<!-- {name} begin -->\n\n{part}\n<!-- {name} end -->")),
            "the part {name} of docs/LESSON_FORMAT.md is not as the parser has it; run PYKATA_BLESS=1 cargo test --test lesson_format"
        );
    }
    assert_eq!(text, filled);
}

#[test]
fn the_lesson_in_the_reference_has_no_problem() {
    let (_, text) = reference_file();
    let (_, rest) = text.split_once("<!-- example begin -->\n````markdown\n").unwrap();
    let (lesson, _) = rest.split_once("````\n<!-- example end -->").unwrap();
    let (lesson, problems) = parse_lesson("t/10-late.md", "t/late", lesson);
    assert_eq!(problems, []);
    assert_eq!(lesson.unwrap().steps.len(), 4);
}

#[test]
fn the_schemas_are_those_of_the_tables_that_the_parser_reads_through() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema");
    for (name, text) in schema::schemas() {
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["type"], "object");
        if std::env::var_os("PYKATA_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), &text).unwrap();
        }
        let written = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(
            written, text,
            "docs/schema/{name} is out of date; run PYKATA_BLESS=1 cargo test --test lesson_format"
        );
    }
}
