//! What the tests of the store share: a folder, a pack's mark, a step, and a look at what lies in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use pykata::domain::course::StepRef;
use pykata::domain::progress::{Event, PackMark, What};
use pykata::store::folders::Folders;
use pykata::store::notice::Notice;
use pykata::store::state::Store;

pub(crate) const STARTER: &str = "0123456789abcdef";

pub(crate) fn pack() -> PackMark {
    PackMark { key: "pykata".to_owned(), hash: "1".to_owned() }
}

pub(crate) fn step(id: &str) -> StepRef {
    StepRef::new("decorators/wraps", id)
}

pub(crate) fn opened(id: impl AsRef<str>) -> What {
    What::Opened { step: step(id.as_ref()) }
}

/// The steps of all events that say that one was opened.
pub(crate) fn opened_steps(events: &[Event]) -> Vec<&str> {
    let mut steps: Vec<&str> =
        events.iter().filter_map(|event| event.step()).map(|step| &*step.step).collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}

pub(crate) fn open(root: &Path) -> (Store, Vec<Notice>) {
    Store::open(&Folders::below(root))
}

pub(crate) fn text_of_draft(store: &mut Store, id: &str) -> Option<String> {
    store.load_draft(&pack(), &step(id), STARTER).text
}

pub(crate) fn drafts_folder(root: &Path) -> PathBuf {
    root.join("data/drafts/pykata/decorators/wraps")
}

pub(crate) fn journal_folder(root: &Path) -> PathBuf {
    root.join("data/journal")
}

/// Every file below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
