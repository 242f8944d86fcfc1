//! Removes a folder that a learner's program has had for itself, whatever is in it.
//!
//! Links are removed, never followed. Depth costs nothing: each folder inside is first moved up to the top, so that a
//! path is never longer than two names and no more than two folders are open.

use std::ffi::OsString;
use std::fs::{self, DirEntry, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Removes a folder and everything in it. Nothing else may be at work there any more.
pub fn wipe(folder: &Path) -> io::Result<()> {
    if fs::remove_dir(folder).is_ok() {
        return Ok(());
    }
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(found) if !found.is_dir() => return fs::remove_file(folder),
        Ok(_) => {}
    }
    open_up(folder);
    let mut moved = 0u64;
    loop {
        let folders = remove_files(folder)?;
        if folders.is_empty() {
            return fs::remove_dir(folder);
        }
        for name in folders {
            flatten(folder, &folder.join(name), &mut moved)?;
        }
    }
}

/// Empties a folder that stands at the top, its own folders moved up beside it, and removes it.
fn flatten(top: &Path, inner: &Path, moved: &mut u64) -> io::Result<()> {
    open_up(inner);
    for name in remove_files(inner)? {
        let from = inner.join(name);
        open_up(&from);
        loop {
            // A name of the program's own making may stand in the way.
            let to = top.join(format!("wiped-{moved}"));
            *moved += 1;
            if fs::symlink_metadata(&to).is_err() {
                fs::rename(&from, &to)?;
                break;
            }
        }
    }
    fs::remove_dir(inner)
}

/// Removes everything in a folder that is no folder, and names what is one.
fn remove_files(folder: &Path) -> io::Result<Vec<OsString>> {
    // Listed whole before anything is removed: a listing may pass over entries of a folder that shrinks.
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<DirEntry>, _>>()?;
    let mut folders = Vec::new();
    for entry in entries {
        if entry.file_type()?.is_dir() {
            folders.push(entry.file_name());
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(folders)
}

/// Takes back the rights that a program took from its folder. Only for what is known to be a folder and no link.
fn open_up(folder: &Path) {
    // Where this fails, what follows says so.
    let _ = fs::set_permissions(folder, Permissions::from_mode(0o700));
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_folder_deeper_than_any_path_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("deep");
        fs::create_dir(&folder).unwrap();
        // Built from below: each round puts what there is into a folder of its own.
        for _ in 0..3000 {
            let outer = place.path().join("outer");
            fs::create_dir(&outer).unwrap();
            fs::rename(&folder, outer.join("d")).unwrap();
            fs::rename(&outer, &folder).unwrap();
        }
        wipe(&folder).unwrap();
        assert!(!folder.exists());
    }

    #[test]
    fn links_are_removed_and_what_they_point_to_stays() {
        let place = tempfile::tempdir().unwrap();
        let outside = place.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("keep"), "x").unwrap();
        let folder = place.path().join("run");
        fs::create_dir_all(folder.join("a/b")).unwrap();
        symlink(&outside, folder.join("link")).unwrap();
        symlink(&outside, folder.join("a/b/link")).unwrap();
        symlink(outside.join("keep"), folder.join("a/file")).unwrap();
        wipe(&folder).unwrap();
        assert!(!folder.exists());
        assert_eq!(fs::read_to_string(outside.join("keep")).unwrap(), "x");
    }

    #[test]
    fn folders_without_rights_and_files_with_our_names_are_removed() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("run");
        fs::create_dir_all(folder.join("a/b/c")).unwrap();
        fs::write(folder.join("wiped-0"), "x").unwrap();
        fs::create_dir_all(folder.join("wiped-1/b")).unwrap();
        fs::write(folder.join("a/b/c/file"), "x").unwrap();
        for name in ["a/b/c", "a/b", "a", ""] {
            fs::set_permissions(folder.join(name), Permissions::from_mode(0o000)).unwrap();
        }
        wipe(&folder).unwrap();
        assert!(!folder.exists());
    }

    #[test]
    fn a_link_in_the_place_of_the_folder_itself_is_removed_alone() {
        let place = tempfile::tempdir().unwrap();
        let outside = place.path().join("outside");
        fs::create_dir(&outside).unwrap();
        symlink(&outside, place.path().join("run")).unwrap();
        wipe(&place.path().join("run")).unwrap();
        assert!(outside.exists());
        assert!(fs::symlink_metadata(place.path().join("run")).is_err());
    }
}
