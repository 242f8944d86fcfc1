//! Packs in folders.
//!
//! A pack is data from a stranger: no link is followed, nothing but a regular file is opened, and no more is read than a
//! pack may hold. What the files say is not known here.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::builtin::{self, BUILTIN_ID};
use crate::domain::clean::{Clean, hides};
use crate::domain::course::Pack;
use crate::domain::lesson::{
    MANIFEST, MOST_BYTES, MOST_FILES, PackFiles, Parsed, nearest, parse_pack,
};
use crate::domain::place::Place;
use crate::domain::problem::Problem;

/// How deep the folders of a pack are looked into; lessons stand one deep.
const DEEPEST: usize = 3;

/// The most bytes of all files together.
const MOST_BYTES_IN_ALL: u64 = 32 * 1024 * 1024;

/// The most entries of folders that are looked at, whatever they are.
const MOST_ENTRIES: usize = 4 * MOST_FILES;

/// Why a folder cannot be read as a pack at all.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Nothing is there, or it cannot be read.
    #[error("read the folder {path}")]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something else is there.
    #[error("{path} is not a folder; name the folder that holds pack.toml")]
    NotAFolder {
        /// What was named.
        path: PathBuf,
    },
}

/// Reads and parses the pack in a folder.
///
/// What is wrong inside it is among the problems of [`Parsed`]; files that may not be read are left out and named there.
/// Names that begin with a dot are passed over.
pub fn load_dir(path: &Path) -> Result<Parsed, PackError> {
    let unreadable = |source| PackError::Unreadable { path: path.to_owned(), source };
    // The folder itself may be a link: the user names it.
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Err(PackError::NotAFolder { path: path.to_owned() });
    }
    let mut reader = Reader::default();
    reader.folder(path, "", 0).map_err(unreadable)?;
    let mut parsed = if reader.stopped { Parsed::default() } else { parse_pack(&reader.files) };
    parsed.problems.extend(reader.problems);
    parsed.problems.extend(parsed.pack.as_ref().and_then(likeness));
    parsed.problems.sort_by(|a, b| a.place.cmp(&b.place));
    Ok(parsed)
}

/// Creates a file of a pack, and the folders that it stands in; one that is there already is an error.
pub fn create(pack: &Path, within: &str, text: &str) -> io::Result<()> {
    let path = pack.join(within);
    fs::create_dir_all(path.parent().unwrap_or(pack))?;
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// Writes a file of a pack anew, in one move: what it holds is there whole, or what it held before.
///
/// A file that is not UTF-8, or no plain file, is an error; one that stays as it is, is not written.
pub fn rewrite(pack: &Path, within: &str, change: impl FnOnce(&str) -> String) -> io::Result<()> {
    let path = pack.join(within);
    let seen = fs::symlink_metadata(&path)?;
    if !seen.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    let mut text = String::new();
    open(&path, &seen)?.take(MOST_BYTES as u64 + 1).read_to_string(&mut text)?;
    let changed = change(&text);
    if changed == text {
        return Ok(());
    }
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(pack))?;
    file.write_all(changed.as_bytes())?;
    file.as_file().set_permissions(seen.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

/// Warns of a pack that a reader may take for the built-in one.
fn likeness(pack: &Pack) -> Option<Problem> {
    let place = Place::new(MANIFEST, 1, 1);
    if pack.id == BUILTIN_ID && pack.hash != builtin::course().hash {
        let message = format!(
            "the id `{BUILTIN_ID}` belongs to the built-in pack, and this is another: what is done here is kept apart"
        );
        return Some(Problem::warning(place, message).hint("give the pack an id of its own"));
    }
    let near = pack.id != BUILTIN_ID && nearest(&pack.id, [BUILTIN_ID]).is_some();
    near.then(|| {
        let message = format!("the id `{}` is easily taken for the built-in pack's", pack.id);
        Problem::warning(place, message).hint("give the pack an id that says what it is about")
    })
}

#[derive(Default)]
struct Reader {
    files: PackFiles,
    problems: Vec<Problem>,
    entries: usize,
    bytes: u64,
    /// Whether the pack is larger than a pack may be, so that it is not parsed.
    stopped: bool,
}

impl Reader {
    /// Reads a folder; `inside` is its path in the pack, with a slash at the end unless it is the pack itself.
    fn folder(&mut self, path: &Path, inside: &str, depth: usize) -> io::Result<()> {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            self.entries += 1;
            if self.stopped || self.is_too_much() {
                return Ok(());
            }
            let Some(name) = self.name(&entry.file_name(), inside) else { continue };
            if name.starts_with('.') {
                continue;
            }
            let within = format!("{inside}{name}");
            if let Err(error) = self.entry(&entry.path(), &within, depth) {
                let message = format!("this cannot be read: {error}");
                self.problem(
                    &within,
                    &message,
                    "let its owner read it, or take it out of the pack",
                );
            }
        }
        Ok(())
    }

    /// A name that is text without characters that act or hide; any other is a problem.
    fn name(&mut self, name: &OsStr, inside: &str) -> Option<String> {
        let text = name.to_str().filter(|text| !text.chars().any(|c| c.is_control() || hides(c)));
        if text.is_none() {
            let shown = format!("{inside}{}", Clean::line(&*Clean::bytes(name.as_bytes())));
            let hint = "call it by visible characters in UTF-8";
            self.problem(&shown, "the name holds something that is not text", hint);
        }
        text.map(str::to_owned)
    }

    fn entry(&mut self, path: &Path, within: &str, depth: usize) -> io::Result<()> {
        // Looked at before it is opened: opening a pipe would wait, opening a device might do anything.
        let seen = fs::symlink_metadata(path)?;
        let kind = seen.file_type();
        if kind.is_symlink() {
            let hint = "put the file itself there";
            self.problem(within, "this is a link, and nothing in a pack leads out of it", hint);
        } else if kind.is_dir() && depth >= DEEPEST {
            self.problem(
                within,
                "folders are nested too deep here",
                "put lessons in their track's folder",
            );
        } else if kind.is_dir() {
            self.files.folders.insert(within.to_owned());
            self.folder(path, &format!("{within}/"), depth + 1)?;
        } else if !kind.is_file() {
            self.problem(within, "this is neither a file nor a folder", "take it out of the pack");
        } else if seen.len() > MOST_BYTES as u64 {
            self.too_large(within, seen.len());
        } else {
            self.file(path, within, &seen)?;
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, within: &str, seen: &Metadata) -> io::Result<()> {
        let file = open(path, seen)?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > MOST_BYTES {
            self.too_large(within, bytes.len() as u64);
            return Ok(());
        }
        self.bytes += bytes.len() as u64;
        self.files.add(within, bytes);
        Ok(())
    }

    fn too_large(&mut self, within: &str, bytes: u64) {
        let message = format!("this file has {bytes} bytes, and {MOST_BYTES} are the most");
        self.problem(within, &message, "divide it, or take it out of the pack");
    }

    fn is_too_much(&mut self) -> bool {
        let message = if self.files.files.len() > MOST_FILES + 1 || self.entries > MOST_ENTRIES {
            format!("this pack has more than {MOST_FILES} files, so none is read")
        } else if self.bytes > MOST_BYTES_IN_ALL {
            format!("this pack has more than {MOST_BYTES_IN_ALL} bytes, so none is read")
        } else {
            return false;
        };
        self.stopped = true;
        self.problem(MANIFEST, &message, "divide it into several packs");
        true
    }

    fn problem(&mut self, within: &str, message: &str, hint: &str) {
        // A place is printed as it is, so the path is made harmless here.
        let path = Clean::line(within);
        self.problems.push(Problem::error(Place::new(path.as_str(), 1, 1), message).hint(hint));
    }
}

/// Opens a regular file and nothing else, and makes sure that it is the one that was looked at.
fn open(path: &Path, seen: &Metadata) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC)
        .open(path)?;
    let opened = file.metadata()?;
    if !opened.is_file() || (opened.dev(), opened.ino()) != (seen.dev(), seen.ino()) {
        return Err(io::Error::other("it changed while it was opened"));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    const PACK: &str = "id = \"p\"\ntitle = \"P\"\nversion = \"1\"\nformat = 1\nlicence = \"M\"\nauthors = [\"A\"]\n\n[[track]]\nid = \"one\"\ntitle = \"O\"\nsummary = \"S\"\ngoal = \"G\"\n";
    const LESSON: &str = "+++\ntitle = \"L\"\nsummary = \"S\"\nobjectives = [\"O\"]\nminutes = 1\n+++\n\n# L\n\nText.\n";

    fn pack() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(MANIFEST), PACK).unwrap();
        fs::create_dir(dir.path().join("one")).unwrap();
        fs::write(dir.path().join("one/10-a.md"), LESSON).unwrap();
        dir
    }

    fn errors(parsed: &Parsed) -> Vec<String> {
        parsed
            .problems
            .iter()
            .map(|problem| format!("{} {}", problem.place, problem.message))
            .collect()
    }

    #[test]
    fn a_folder_is_read_and_so_is_a_link_that_the_user_names() {
        let dir = pack();
        let parsed = load_dir(dir.path()).unwrap();
        assert_eq!(errors(&parsed), [""; 0]);
        assert!(parsed.pack.unwrap().lesson("one/a").is_some());
        let link = dir.path().with_extension("link");
        symlink(dir.path(), &link).unwrap();
        let linked = load_dir(&link).unwrap();
        fs::remove_file(&link).unwrap();
        assert!(linked.pack.is_some());
    }

    #[test]
    fn what_is_no_folder_is_an_error() {
        let dir = pack();
        let missing = load_dir(&dir.path().join("none")).unwrap_err();
        assert!(matches!(missing, PackError::Unreadable { .. }));
        let file = load_dir(&dir.path().join(MANIFEST)).unwrap_err();
        assert!(matches!(file, PackError::NotAFolder { .. }));
    }

    #[test]
    fn links_are_refused_wherever_they_lead() {
        let dir = pack();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("10-out.md"), LESSON).unwrap();
        symlink(outside.path().join("10-out.md"), dir.path().join("one/20-b.md")).unwrap();
        symlink("10-a.md", dir.path().join("one/30-c.md")).unwrap();
        symlink(outside.path(), dir.path().join("two")).unwrap();
        symlink("/dev/zero", dir.path().join("one/40-d.md")).unwrap();
        symlink(dir.path(), dir.path().join("one/self")).unwrap();
        let parsed = load_dir(dir.path()).unwrap();
        let link = "this is a link, and nothing in a pack leads out of it";
        assert_eq!(
            errors(&parsed),
            ["one/20-b.md", "one/30-c.md", "one/40-d.md", "one/self", "two"]
                .map(|path| format!("{path}:1:1 {link}"))
        );
        assert_eq!(parsed.pack.unwrap().lessons().count(), 1);
    }

    #[test]
    fn nothing_but_regular_files_is_opened() {
        let dir = pack();
        let _socket = UnixListener::bind(dir.path().join("one/20-b.md")).unwrap();
        let parsed = load_dir(dir.path()).unwrap();
        assert_eq!(errors(&parsed), ["one/20-b.md:1:1 this is neither a file nor a folder"]);
    }

    #[test]
    fn a_file_that_was_swapped_after_it_was_looked_at_is_not_read() {
        let dir = pack();
        let path = dir.path().join("one/10-a.md");
        let seen = fs::symlink_metadata(&path).unwrap();
        fs::write(dir.path().join("other"), "secret").unwrap();
        fs::rename(dir.path().join("other"), &path).unwrap();
        assert_eq!(open(&path, &seen).unwrap_err().to_string(), "it changed while it was opened");
        fs::remove_file(&path).unwrap();
        symlink("../pack.toml", &path).unwrap();
        assert!(open(&path, &seen).is_err());
    }

    #[test]
    fn files_that_are_too_large_are_not_read() {
        let dir = pack();
        let file = File::create(dir.path().join("one/20-b.md")).unwrap();
        file.set_len(8 << 30).unwrap();
        let parsed = load_dir(dir.path()).unwrap();
        assert_eq!(
            errors(&parsed),
            ["one/20-b.md:1:1 this file has 8589934592 bytes, and 1048576 are the most"]
        );
    }

    #[test]
    fn names_that_are_no_text_are_shown_harmless() {
        let dir = pack();
        fs::write(dir.path().join("one").join("20-\x1b[31m.md"), LESSON).unwrap();
        fs::write(dir.path().join("one").join(OsStr::from_bytes(b"30-\xff.md")), LESSON).unwrap();
        let parsed = load_dir(dir.path()).unwrap();
        let message = "the name holds something that is not text";
        assert_eq!(
            errors(&parsed),
            [
                format!("one/20-\\x1b[31m.md:1:1 {message}"),
                format!("one/30-\\xff.md:1:1 {message}")
            ]
        );
    }

    #[test]
    fn folders_in_folders_are_followed_to_an_end() {
        let dir = pack();
        let deep = (0..50).fold(dir.path().join("one"), |path, _| path.join("d"));
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("10-a.md"), LESSON).unwrap();
        let parsed = load_dir(dir.path()).unwrap();
        assert_eq!(errors(&parsed), ["one/d/d/d:1:1 folders are nested too deep here"]);
    }

    #[test]
    fn a_folder_of_very_many_files_is_refused() {
        let dir = pack();
        for number in 0..=MOST_FILES + 1 {
            File::create(dir.path().join(format!("one/{number}-x.md"))).unwrap();
        }
        let parsed = load_dir(dir.path()).unwrap();
        assert!(parsed.pack.is_none());
        assert_eq!(
            errors(&parsed),
            ["pack.toml:1:1 this pack has more than 2000 files, so none is read"]
        );
    }

    #[test]
    fn hidden_files_are_passed_over() {
        let dir = pack();
        fs::create_dir(dir.path().join(".git")).unwrap();
        fs::write(dir.path().join(".git/config"), "\x1b").unwrap();
        fs::write(dir.path().join("one/.10-a.md.swp"), "\0").unwrap();
        assert_eq!(errors(&load_dir(dir.path()).unwrap()), [""; 0]);
    }
}
