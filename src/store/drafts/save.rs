//! One save of a draft: take the old text, look at it, put the new one in its place.

use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use super::beside::{Found, beside, find, give_back, put, put_beside};
use super::{CAP, Held, Saved};
use crate::domain::progress::digest;
use crate::store::atomic::{Files, Instance, ensure_folder, write_all};
use crate::store::notice::{Notice, NoticeKind};

/// One save, from the text in memory to the file on the disk.
pub(super) struct Save<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) instance: &'a mut Instance,
    pub(super) folder: &'a Path,
    pub(super) held: &'a mut Held,
}

impl Save<'_> {
    /// Saves a text, and says where.
    pub(super) fn run(&mut self, starter: &str, text: &str) -> io::Result<Saved> {
        if text.len() as u64 > CAP {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it is longer than {} MiB", CAP >> 20),
            ));
        }
        ensure_folder(self.files, self.folder)?;
        self.name_starter(starter)?;
        if !self.stands_already(text) {
            let temporary = self.write_temporary(text)?;
            if let Err(error) = self.replace(&temporary) {
                let _ = self.files.remove(&temporary);
                return Err(error);
            }
            self.held.digest = Some(digest(text));
            self.held.durable = false;
            self.files.sync_folder(self.folder)?;
            self.held.durable = true;
        }
        let untold = mem::take(&mut self.held.untold);
        let notice = untold.then(|| Notice::new(NoticeKind::SavedBeside, self.path()));
        Ok(Saved { path: self.path(), notice })
    }

    fn path(&self) -> PathBuf {
        self.folder.join(&self.held.name)
    }

    fn beside(&self, what: &str) -> PathBuf {
        beside(self.folder, &self.held.name, what)
    }

    /// Whether this very text is in the file, and this instance knows that it is on the disk.
    fn stands_already(&self, text: &str) -> bool {
        self.held.durable
            && self.held.digest.as_ref().is_some_and(|known| *known == digest(text))
            && matches!(find(self.files, &self.path()), Found::Text(found) if found == text)
    }

    /// Writes down which starting text the draft grows from, unless that is known.
    fn name_starter(&mut self, starter: &str) -> io::Result<()> {
        if self.held.starter.as_deref() == Some(starter) {
            return Ok(());
        }
        let path = self.beside("starter");
        let line = format!("{starter}\n");
        if find(self.files, &path) != Found::Text(line.clone()) {
            let temporary = self.write_temporary(&line)?;
            if let Err(error) = self.files.rename(&temporary, &path) {
                let _ = self.files.remove(&temporary);
                return Err(error);
            }
        }
        self.held.starter = Some(starter.to_owned());
        Ok(())
    }

    fn write_temporary(&mut self, text: &str) -> io::Result<PathBuf> {
        let path = self.instance.temporary(self.folder);
        let mut file = self.files.create_new(&path)?;
        match write_all(&mut *file, text.as_bytes()).and_then(|()| file.sync()) {
            Ok(()) => Ok(path),
            Err(error) => {
                drop(file);
                let _ = self.files.remove(&path);
                Err(error)
            }
        }
    }

    /// Brings a whole temporary file to the draft's place, or beside it.
    fn replace(&mut self, temporary: &Path) -> io::Result<()> {
        if self.clear_place()? {
            match put(self.files, temporary, &self.path()) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                other => return other,
            }
        }
        // Another instance's text stands there. From now on this instance has a file of its own.
        let name = put_beside(self.files, temporary, self.folder, &self.held.name, "other")?;
        *self.held = Held { name, untold: true, ..Held::default() };
        Ok(())
    }

    /// Takes away the version that this instance knew; the answer is whether the place is free, or another's.
    fn clear_place(&mut self) -> io::Result<bool> {
        let taken = self.taken_name();
        match self.files.rename(&self.path(), &taken) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            other => other?,
        }
        let cleared = match find(self.files, &taken) {
            Found::Text(text) if self.held.digest.as_ref() == Some(&digest(&text)) => {
                self.files.rename(&taken, &self.beside("1")).map(|()| true)
            }
            Found::Text(_) => self.give_back(&taken).map(|()| false),
            Found::Damaged(NoticeKind::Unreadable(reason)) => Err(io::Error::other(reason)),
            Found::Missing => Err(io::ErrorKind::NotFound.into()),
            Found::Damaged(_) => {
                put_beside(self.files, &taken, self.folder, &self.held.name, "damaged")
                    .map(|_| true)
            }
        };
        if cleared.is_err() {
            let _ = self.give_back(&taken);
        }
        cleared
    }

    fn give_back(&self, taken: &Path) -> io::Result<()> {
        give_back(self.files, taken, self.folder, &self.held.name)
    }

    fn taken_name(&mut self) -> PathBuf {
        let temporary = self.instance.temporary(self.folder);
        // `.<instance>.<n>.tmp`
        let own = temporary.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        self.folder.join(format!(".{}{own}.taken", self.held.name))
    }
}
