//! The file with a person's settings.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::folders::Folders;
use crate::domain::settings::{FILE, Settings};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Where the settings are, or would be; nothing where no folder for them is known.
#[must_use]
pub fn path(folders: &Folders) -> Option<PathBuf> {
    folders.config.as_ref().ok().map(|folder| folder.join(FILE))
}

/// Reads the settings; without a file all is as usual. What is wrong in it is told in sentences, and the rest counts.
#[must_use]
pub fn read(folders: &Folders, themes: &[&str]) -> (Settings, Vec<String>) {
    let usual = |why: String| (Settings::default(), vec![why]);
    let Some(path) = path(folders) else { return (Settings::default(), Vec::new()) };
    let shown = path.display();
    match fs::metadata(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return (Settings::default(), Vec::new());
        }
        Ok(about) if !about.is_file() => return usual(format!("{shown} is not a regular file.")),
        Ok(about) if about.len() > LARGEST => {
            return usual(format!("{shown} is larger than 64 KiB: it was not read."));
        }
        _ => {}
    }
    let text = match fs::read(&path).map(String::from_utf8) {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => return usual(format!("{shown} is not UTF-8: it was not read.")),
        Err(error) => return usual(format!("{shown} cannot be read: {error}.")),
    };
    let (settings, problems) = Settings::read(&shown.to_string(), &text, themes);
    let sentence = |problem: &crate::domain::problem::Problem| match &problem.hint {
        Some(hint) => format!("{}: {}; {hint}", problem.place, problem.message),
        None => format!("{}: {}", problem.place, problem.message),
    };
    (settings, problems.iter().map(sentence).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(content: Option<&[u8]>) -> (Settings, Vec<String>) {
        let root = tempfile::tempdir().unwrap();
        let folders = Folders::below(root.path());
        let file = path(&folders).unwrap();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        match content {
            Some(bytes) => fs::write(&file, bytes).unwrap(),
            None => fs::create_dir(&file).unwrap(),
        }
        read(&folders, &["auto"])
    }

    #[test]
    fn without_a_file_all_is_as_usual() {
        let root = tempfile::tempdir().unwrap();
        let seen = read(&Folders::below(root.path()), &["auto"]);
        assert_eq!(seen, (Settings::default(), Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_is_a_sentence_and_all_is_as_usual() {
        let large = vec![b'#'; 70_000];
        let cases: [(Option<&[u8]>, &str); 3] = [
            (None, "is not a regular file"),
            (Some(b"\xff"), "is not UTF-8"),
            (Some(&large), "is larger than 64 KiB"),
        ];
        for (content, part) in cases {
            let (settings, said) = told(content);
            assert_eq!(settings, Settings::default());
            assert!(said.len() == 1 && said[0].contains(part), "{said:?}");
        }
        let (settings, said) = told(Some(b"[limits]\nwal = 1\ntasks = 3\n"));
        assert_eq!(settings.tasks, Some(3));
        assert!(
            said[0].ends_with("config.toml:2:1: `[limits]` has no key `wal`; did you mean `wall`?")
        );
    }
}
