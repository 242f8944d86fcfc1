//! Packs of strangers on the screen: walked through from end to end, none of them acts on the terminal or breaks a page.

use std::path::{Path, PathBuf};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::testing::Bed;
use crate::domain::course::{Pack, StepRef};
use crate::store::pack::load_dir;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/packs/hostile");

fn packs_in(folder: &Path, found: &mut Vec<Pack>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("it can be listed")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    if folder.join("pack.toml").is_file() {
        found.extend(load_dir(folder).expect("it is a folder").pack);
    }
    entries.iter().filter(|path| path.is_dir()).for_each(|path| packs_in(path, found));
}

/// Draws the screen and looks at every cell of it before anything else does.
fn assert_harmless(bed: &Bed, at: &str) {
    let size = bed.app.size();
    let area = Rect::new(0, 0, size.width, size.height);
    let mut buf = Buffer::empty(area);
    bed.app.view(area, &mut buf);
    for cell in &buf.content {
        assert!(!cell.symbol().chars().any(char::is_control), "{at}: {:?}", cell.symbol());
    }
}

#[test]
fn every_step_of_every_bad_pack_is_drawn_and_sends_no_terminal_anything_that_acts() {
    let mut packs = Vec::new();
    packs_in(Path::new(FOLDER), &mut packs);
    assert!(packs.len() >= 15);
    for pack in packs {
        for (width, height) in [(120, 40), (80, 24), (40, 12)] {
            let bed = Bed::of(pack.clone(), None, width, height);
            assert_harmless(&bed, &pack.id);
            for lesson in pack.lessons() {
                for step in &lesson.steps {
                    let name = StepRef::new(&*lesson.id, &*step.id);
                    let mut bed = Bed::of(pack.clone(), Some(&name), width, height);
                    for keys in ["", "pgdn", "end", "f4", "tab pgdn"] {
                        bed.press(keys);
                        assert_harmless(&bed, &name.to_string());
                    }
                }
            }
        }
    }
}

#[test]
fn a_step_of_a_stranger_s_pack_bears_the_pack_s_name_above_it() {
    let pack = load_dir(&Path::new(FOLDER).join("25-social")).unwrap().pack.unwrap();
    let name = StepRef::new("lessons/one", "update-needed");
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let bed = Bed::of(pack.clone(), Some(&name), width, height);
        let screen = bed.screen();
        let (bar, page) = screen.split_once('\n').unwrap();
        assert!(bar.contains("Test pack"), "{bar}");
        assert!(page.contains("Update needed"), "{page}");
    }
}
