//! `pykata new`: a pack or a lesson to begin with, which proves itself as it is.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use super::failure::Failure;
use super::{PackOption, context, output};
use crate::authoring::new;
use crate::domain::lesson::{MANIFEST, is_id};
use crate::store::pack;

/// What `pykata new` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Begin a pack in a new folder, with one lesson
    Pack {
        /// The folder; its name becomes the pack's id
        folder: PathBuf,
    },
    /// Begin a lesson behind the others of its track
    Lesson {
        /// The lesson's id, as in decorators/late-binding
        id: String,
        /// The pack's folder
        #[arg(long = "pack", value_name = "DIR", default_value = ".")]
        pack: PathBuf,
    },
}

/// Writes the files and says what to do with them.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    match &options.what {
        What::Pack { folder } => begin_pack(folder)?,
        What::Lesson { id, pack } => begin_lesson(id, pack)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn begin_pack(folder: &Path) -> Result<(), Failure> {
    let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if !is_id(id) {
        let message = format_args!("{id:?} cannot be a pack's id");
        return Err(Failure::usage("name", message)
            .hint("call the folder by small letters, digits and hyphens, as in my-pack"));
    }
    let author = std::env::var("USER").unwrap_or_default();
    let lesson = new::lesson_file(new::FIRST_TRACK, "late-binding", [].into_iter());
    create(folder, MANIFEST, &new::pack(id, &author))?;
    create(folder, &lesson, &new::lesson("late-binding"))?;
    let shown = folder.display();
    output::text(&format!(
        "wrote {shown}/{MANIFEST} and {shown}/{lesson}\n  pykata lint {shown}     proves the pack\n  pykata --pack {shown}   opens it\n"
    ))?;
    Ok(())
}

fn begin_lesson(id: &str, folder: &Path) -> Result<(), Failure> {
    let named = id.split_once('/').filter(|(track, name)| is_id(track) && is_id(name));
    let Some((track, name)) = named else {
        return Err(Failure::usage("name", format_args!("{id:?} cannot be a lesson's id"))
            .hint("write its track and its name, as in decorators/late-binding"));
    };
    let course = context::load_pack(&PackOption { dir: Some(folder.to_owned()) })?;
    let Some(track) = course.tracks.iter().find(|one| one.id == track) else {
        let tracks: Vec<&str> = course.tracks.iter().map(|track| &*track.id).collect();
        return Err(Failure::usage("name", format_args!("the pack has no track {track:?}")).hint(
            format_args!(
                "its tracks: {}; a new one is a `[[track]]` in {MANIFEST}",
                tracks.join(", ")
            ),
        ));
    };
    if course.lesson(id).is_some() {
        return Err(Failure::usage("name", format_args!("the pack has a lesson {id:?} already"))
            .hint("give the new one another name"));
    }
    let others = track.lessons.iter().map(|lesson| &*lesson.file);
    let file = new::lesson_file(&track.id, name, others);
    create(folder, &file, &new::lesson(name))?;
    let shown = folder.display();
    output::text(&format!(
        "wrote {shown}/{file}\n  pykata lint {shown} --only {id}   proves it\n  pykata {id} --pack {shown}        opens it\n"
    ))?;
    Ok(())
}

fn create(folder: &Path, within: &str, text: &str) -> Result<(), Failure> {
    pack::create(folder, within, text).map_err(|error| {
        let path = folder.join(within);
        let failure =
            Failure::usage("unwritable", format_args!("cannot write {}: {error}", path.display()));
        match error.kind() {
            ErrorKind::AlreadyExists => {
                failure.hint("nothing is written over: name another folder")
            }
            _ => failure,
        }
    })
}
