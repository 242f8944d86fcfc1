//! What was proved before: one small file for each step that proved itself, named by everything that the proof hangs on.
//!
//! A file comes under its name whole or not at all, and two lints that prove the same write the same, so that neither a kill
//! at any moment nor a lint beside this one can leave a proof that was not made. What is damaged counts as not there.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{Disk, Files as _, ensure_folder};
use crate::domain::lesson::PackFiles;

/// How many proofs are kept; past them all are forgotten, which costs no more than proving again.
const MOST_PROOFS: usize = 20_000;

/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 64 * 1024;

/// What is kept of a step that proved itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// How many examples, starters, solutions and mistakes were proved.
    pub proved: [u32; 4],
    /// What was said of it all the same.
    pub warnings: Vec<Warning>,
}

/// A warning of a step's own file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What it says.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// The proofs of one program on one Python.
#[derive(Debug, Clone, Default)]
pub struct Proofs {
    folder: Option<PathBuf>,
    basis: String,
    fresh: bool,
}

impl Proofs {
    /// Remembers nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Remembers in a folder what was proved on a basis: the program and the Python, named by their versions.
    ///
    /// A folder that cannot be had is no failure: then everything is proved each time.
    #[must_use]
    pub fn within(folder: &Path, basis: impl Into<String>) -> Self {
        let made = ensure_folder(&Disk, folder);
        if fs::read_dir(folder).is_ok_and(|entries| entries.count() > MOST_PROOFS) {
            // Another lint that finds them gone proves again.
            let _ = fs::remove_dir_all(folder).and_then(|()| ensure_folder(&Disk, folder));
        }
        let folder = made.is_ok().then(|| folder.to_owned());
        Self { folder, basis: basis.into(), fresh: false }
    }

    /// Heeds no earlier proof, and keeps those that are made now.
    #[must_use]
    pub fn fresh(self) -> Self {
        Self { fresh: true, ..self }
    }

    /// The name of a proof of this content.
    #[must_use]
    pub fn name(&self, content: &str) -> String {
        let mut all = PackFiles::default();
        all.add("basis", self.basis.clone().into_bytes());
        all.add("content", content.to_owned().into_bytes());
        all.hash()
    }

    /// The earlier proof of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Proof> {
        let folder = self.folder.as_ref().filter(|_| !self.fresh)?;
        let bytes = Disk.read(&folder.join(name), MOST_BYTES).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Keeps a proof; one that cannot be kept is made again the next time.
    pub fn keep(&self, name: &str, proof: &Proof) {
        let Some(folder) = &self.folder else { return };
        let written = || -> std::io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec(proof)?)?;
            file.persist(folder.join(name))?;
            Ok(())
        };
        let _ = written();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof() -> Proof {
        let hint = Some("h".to_owned());
        let warning = Warning { line: 1, column: 2, message: "m".to_owned(), hint };
        Proof { proved: [1, 2, 3, 4], warnings: vec![warning] }
    }

    #[test]
    fn a_proof_is_found_again_on_the_same_basis_and_content_alone() {
        let dir = tempfile::tempdir().unwrap();
        let proofs = Proofs::within(&dir.path().join("proved"), "3.11.7");
        proofs.keep(&proofs.name("step"), &proof());
        assert_eq!(proofs.find(&proofs.name("step")), Some(proof()));
        assert_eq!(proofs.find(&proofs.name("other")), None);
        let other = Proofs::within(&dir.path().join("proved"), "3.12.1");
        assert_eq!(other.find(&other.name("step")), None);
        assert_eq!(proofs.clone().fresh().find(&proofs.name("step")), None);
    }

    #[test]
    fn what_is_damaged_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let proofs = Proofs::within(dir.path(), "3.11.7");
        let name = proofs.name("step");
        for damaged in ["", "{", "{\"proved\":[1,2,3]", "null", "{\"proved\":[1,2,3,4]}"] {
            fs::write(dir.path().join(&name), damaged).unwrap();
            assert_eq!(proofs.find(&name), None, "{damaged:?}");
        }
    }

    #[test]
    fn without_a_folder_nothing_is_remembered_and_nothing_fails() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        for proofs in [Proofs::none(), Proofs::within(&dir.path().join("file/in"), "3.11.7")] {
            proofs.keep("name", &proof());
            assert_eq!(proofs.find("name"), None);
        }
    }
}
