//! What the store has to say to the learner: what was found damaged, and what could not be saved.
//!
//! Nothing here stops anybody from learning. A notice tells what, where, and what to do.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::domain::clean::Clean;

/// Something that the learner, or whoever looks after the machine, should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is.
    pub kind: NoticeKind,
    /// The file or folder that it is about.
    pub path: PathBuf,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeKind {
    /// A journal without a byte in it: its program was ended before its first save.
    EmptyJournal,
    /// A journal's last line has no end: its program was ended, or is, in the midst of a save.
    CutLine,
    /// These many lines of a journal are damaged, and were left out.
    DamagedLines(usize),
    /// These many events of a journal are of kinds that this version does not know.
    UnknownEvents(usize),
    /// The first line of a journal does not name its format; its whole events were read.
    DamagedHeader,
    /// A journal of a newer format, left alone.
    NewerFormat(u64),
    /// Something that should be a regular file is not.
    NotAFile,
    /// A file is larger than any that this program writes.
    TooLarge,
    /// A file or a folder cannot be read.
    Unreadable(String),
    /// Nothing can be saved.
    NotSaving(String),
    /// The starting text of an exercise is not the one that the draft grew from.
    StarterChanged,
    /// A draft is not text; the version before it is shown, where there is one.
    DamagedDraft,
    /// The draft was changed elsewhere, so this one is kept beside it, here.
    SavedBeside,
    /// There are other versions of a draft beside it: this many.
    OthersBeside(usize),
}

impl Notice {
    /// A notice about a file.
    pub fn new(kind: NoticeKind, path: impl Into<PathBuf>) -> Self {
        Self { kind, path: path.into() }
    }

    /// Whether it needs no attention: no acknowledged save is concerned. `doctor` shows it, the tutor need not.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        matches!(self.kind, NoticeKind::EmptyJournal | NoticeKind::CutLine)
    }

    /// Whether it says that nothing can be saved.
    #[must_use]
    pub fn means_not_saving(&self) -> bool {
        matches!(self.kind, NoticeKind::NotSaving(_))
    }

    /// The notice in words: what, where, what to do.
    #[must_use]
    pub fn sentence(&self) -> Clean {
        let path = self.path.display();
        Clean::line(match &self.kind {
            NoticeKind::EmptyJournal => {
                format!(
                    "{path} is empty: pykata was ended before its first save. Nothing is missing."
                )
            }
            NoticeKind::CutLine => format!(
                "{path} ends in half a line: pykata was ended while it saved. All that was reported as saved is there."
            ),
            NoticeKind::DamagedLines(n) => format!(
                "{path} has damaged lines ({n}); everything else in it was read. The file was left as it is; if you have \
                 a backup of it, put it in its place."
            ),
            NoticeKind::UnknownEvents(n) => format!(
                "{path} holds events ({n}) of kinds that this version of pykata does not know; they are kept, and not \
                 shown. A newer pykata reads them."
            ),
            NoticeKind::DamagedHeader => format!(
                "The first line of {path} is damaged; the whole lines after it were read. The file was left as it is."
            ),
            NoticeKind::NewerFormat(format) => format!(
                "{path} was written by a newer pykata (format {format}). It was not read and will not be changed; update \
                 pykata to see that progress."
            ),
            NoticeKind::NotAFile => {
                format!("{path} is not a regular file, and was left alone. Move it away.")
            }
            NoticeKind::TooLarge => format!(
                "{path} is larger than any file that pykata writes, and was not read. Move it away if it is not yours."
            ),
            NoticeKind::Unreadable(reason) => {
                format!(
                    "{path} cannot be read: {reason}. Check whom it belongs to and its permissions."
                )
            }
            NoticeKind::NotSaving(reason) => format!(
                "Nothing is saved: {path}: {reason}. You can go on; to keep your work, start pykata with XDG_DATA_HOME set \
                 to a folder that you can write to."
            ),
            NoticeKind::StarterChanged => format!(
                "The starting text of this exercise has changed since you began; your draft is untouched ({path}). Start \
                 over to get the new one."
            ),
            NoticeKind::DamagedDraft => format!(
                "{path} is not text. It will be set aside, not deleted; the version before it is shown where there is one."
            ),
            NoticeKind::SavedBeside => format!(
                "The draft was changed elsewhere while you worked on it. Both are kept; yours is in {path}."
            ),
            NoticeKind::OthersBeside(n) => format!(
                "Other versions of this draft ({n}) stand beside {path}, from another window or machine. Take from them \
                 what you need, then delete them."
            ),
        })
    }
}

/// What was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saving {
    /// Progress.
    Progress,
    /// A draft.
    Draft,
}

/// Why something is not saved. It is still in memory, and [`super::state::Store::retry`] saves it later.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} is not saved: {}: {reason}", self.what.word(), self.path.display())]
pub struct SaveError {
    /// What was to be saved.
    pub what: Saving,
    /// The file or folder at which it failed.
    pub path: PathBuf,
    /// What the system answered, as a fragment.
    pub reason: String,
    /// What kind of answer that was.
    pub kind: io::ErrorKind,
}

impl Saving {
    fn word(self) -> &'static str {
        match self {
            Self::Progress => "progress",
            Self::Draft => "your draft",
        }
    }
}

impl SaveError {
    pub(crate) fn new(what: Saving, path: &Path, error: &io::Error) -> Self {
        Self { what, path: path.to_owned(), reason: reason(error), kind: error.kind() }
    }

    /// The error in words, with what to do.
    #[must_use]
    pub fn sentence(&self) -> Clean {
        let advice = match self.kind {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "Free some space; pykata keeps it in memory and tries again."
            }
            io::ErrorKind::InvalidFilename => "Tell the author of the pack.",
            io::ErrorKind::FileTooLarge => "Make it shorter.",
            io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory => {
                "Start pykata with XDG_DATA_HOME set to a folder that you can write to."
            }
            _ => "pykata keeps it in memory and tries again.",
        };
        Clean::line(format!("Warning: {self}. {advice}"))
    }
}

/// The system's answer without the number that Rust appends.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split_once(" (os error ").map_or(&*text, |(words, _)| words);
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
