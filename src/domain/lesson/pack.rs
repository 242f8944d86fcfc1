//! From the files of a pack to its tracks and lessons.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::blocks::{read_id, read_python};
use super::cheat_sheet;
use super::check_up;
use super::fnv::Fnv;
use super::keys::{Fields, parse_toml};
use super::nearest::nearest;
use super::source::{At, Faults, Source};
use super::tables::{PACK, TRACK};
use super::text::{check_characters, read_lesson, tidy};
use super::words::is_id;
use super::{MOST_BYTES, MOST_FILES};
use crate::domain::clean::Clean;
use crate::domain::course::{FORMAT, Lesson, Pack, Track};
use crate::domain::place::Place;
use crate::domain::problem::Problem;

/// The file that says what a pack is.
pub const MANIFEST: &str = "pack.toml";

/// The most tracks of a pack.
const MOST_TRACKS: usize = 100;

/// How many wrong names are compared with every lesson, and how many circles are told: past that, no reader is helped.
const MOST_TOLD: usize = 20;

/// The files of a pack, wherever they come from.
#[derive(Debug, Clone, Default)]
pub struct PackFiles {
    /// What each file holds, by its path inside the pack with `/` between folders.
    pub files: BTreeMap<String, Cow<'static, [u8]>>,
    /// The folders, empty ones among them, by path.
    pub folders: BTreeSet<String>,
}

/// What was read of a pack, and everything that is wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// The pack; nothing where `pack.toml` cannot be used.
    pub pack: Option<Pack>,
    /// Every problem, by file and place.
    pub problems: Vec<Problem>,
}

impl PackFiles {
    /// Adds a file, and the folder that it stands in.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Cow<'static, [u8]>>) {
        let path = path.into();
        if let Some((folder, _)) = path.rsplit_once('/') {
            self.folders.insert(folder.to_owned());
        }
        self.files.insert(path, bytes.into());
    }

    /// Names the content: equal files give equal names, in whatever order they were read.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut state = Fnv::new();
        for (path, bytes) in &self.files {
            state.write(path.as_bytes());
            state.write(bytes);
        }
        state.name()
    }
}

/// Parses a pack: all of its faults in one run.
#[must_use]
pub fn parse_pack(files: &PackFiles) -> Parsed {
    let mut problems = Vec::new();
    let pack = read_pack(files, &mut problems);
    problems.sort_by(|a, b| a.place.cmp(&b.place));
    Parsed { pack, problems }
}

fn read_pack(files: &PackFiles, problems: &mut Vec<Problem>) -> Option<Pack> {
    let Some(bytes) = files.files.get(MANIFEST) else {
        problems.push(
            Problem::error(Place::new(MANIFEST, 1, 1), "this folder has no `pack.toml`, so it is no pack")
                .hint("add the file, with the keys `id`, `title`, `version`, `format`, `licence`, `authors` and `[[track]]`"),
        );
        return None;
    };
    let text = decode(MANIFEST, bytes, problems)?;
    let source = Source::new(MANIFEST.into(), &text);
    let mut faults = Faults::default();
    check_characters(&source, &mut faults);
    let manifest = read_manifest(&source, &mut faults);
    let Some(mut manifest) = manifest else {
        problems.extend(faults.into_problems());
        return None;
    };
    if files.files.len() > MOST_FILES + 1 {
        let message = format!("this pack has more than {MOST_FILES} files, so none is read");
        faults.error(&source, 0, message, "divide it into several packs");
        problems.extend(faults.into_problems());
        return None;
    }
    let mut places = HashMap::new();
    for (track, at) in &mut manifest.tracks {
        track.lessons = read_track(files, &track.id, &mut places, problems);
        check_folder(&source, files, track, *at, &mut faults);
    }
    let is_empty = manifest.tracks.iter().all(|(track, _)| track.lessons.is_empty());
    if is_empty {
        let hint = "add one, such as `basics/10-first.md` in the track `basics`";
        faults.error(&source, 0, "this pack has no lessons", hint);
    }
    problems.extend(faults.into_problems());
    let tracks: Vec<Track> = manifest.tracks.into_iter().map(|(track, _)| track).collect();
    refuse_strays(files, &tracks, problems);
    check_requires(&tracks, &places, problems);
    check_up::hold_tracks(&tracks, problems);
    cheat_sheet::hold_tracks(&tracks, problems);
    (!is_empty).then_some(())?;
    Some(Pack { tracks, hash: files.hash(), ..manifest.pack })
}

/// Reads a file's bytes as text; what is too large or is not UTF-8 is a problem.
fn decode<'b>(file: &str, bytes: &'b [u8], problems: &mut Vec<Problem>) -> Option<Cow<'b, str>> {
    if bytes.len() > MOST_BYTES {
        let message = format!("this file has {} bytes, and {MOST_BYTES} are the most", bytes.len());
        problems.push(Problem::error(Place::new(file, 1, 1), message).hint("divide it"));
        return None;
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let place = Place::new(file, 1, 1);
        problems.push(Problem::error(place, "this file is UTF-16").hint("save it as UTF-8"));
        return None;
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Some(tidy(text)),
        Err(error) => error,
    };
    let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let good = String::from_utf8_lossy(good);
    let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
    let source = Source::new(file.into(), &good);
    let message = format!("the byte 0x{byte:02X} here is not UTF-8");
    problems.push(Problem::error(source.place(good.len()), message).hint("save the file as UTF-8"));
    None
}

/// What `pack.toml` says: a pack without lessons, and the place of each track.
struct Manifest {
    pack: Pack,
    tracks: Vec<(Track, usize)>,
}

fn read_manifest(source: &Source<'_>, faults: &mut Faults) -> Option<Manifest> {
    let table = parse_toml(source, faults)?;
    let table = table.get_ref();
    if let Some((_, format)) = table.iter().find(|(name, _)| name.get_ref() == "format")
        && let Some(number) =
            format.get_ref().as_integer().and_then(|n| n.as_str().parse::<u64>().ok())
        && number > u64::from(FORMAT)
    {
        // Whatever else stands in it may mean something there.
        faults.error(
            source,
            format.span().start,
            format!("this pack needs format {number}; this program reads up to {FORMAT}"),
            format!("use a version of pykata that reads format {number}"),
        );
        return None;
    }
    let before = faults.count();
    let fields = Fields::read(source, table, 0, &PACK, faults);
    let tracks = read_tracks(source, &fields, faults);
    let id = fields.text("id").and_then(|id| read_id(source, id, faults));
    let python = fields.text("python").and_then(|range| read_python(source, range, faults));
    if faults.count() > before && (id.is_none() || !fields.has("format")) {
        return None;
    }
    let line = |key| fields.text(key).map(|text| Clean::line(text.value)).unwrap_or_default();
    let pack = Pack {
        id: id?.value.to_owned(),
        title: line("title"),
        version: line("version"),
        licence: line("licence"),
        authors: fields.texts("authors").iter().map(|text| Clean::line(text.value)).collect(),
        python,
        tracks: Vec::new(),
        hash: String::new(),
    };
    Some(Manifest { pack, tracks })
}

fn read_tracks(
    source: &Source<'_>,
    pack: &Fields<'_, '_>,
    faults: &mut Faults,
) -> Vec<(Track, usize)> {
    let mut tracks: Vec<(Track, usize)> = Vec::new();
    let items = pack.items("track");
    if let (true, Some(none)) = (items.is_empty(), pack.get("track")) {
        let hint = "add a `[[track]]` with `id`, `title`, `summary` and `goal`";
        faults.error(source, none.at, "a pack has at least one track", hint);
    }
    if let Some(beyond) = items.get(MOST_TRACKS) {
        let message = format!("a pack has at most {MOST_TRACKS} tracks");
        faults.error(source, beyond.at, message, "divide it into several packs");
    }
    for item in items.into_iter().take(MOST_TRACKS) {
        let Some(table) = item.value.as_table() else { continue };
        let fields = Fields::read(source, table, item.at, &TRACK, faults);
        let Some(id) = fields.text("id").and_then(|id| read_id(source, id, faults)) else {
            continue;
        };
        if let Some((_, at)) = tracks.iter().find(|(track, _)| track.id == id.value) {
            let message =
                format!("the track `{}` stands on line {} already", id.value, source.line(*at));
            faults.error(source, id.at, message, "give each track its own folder");
            continue;
        }
        let line = |key| fields.text(key).map(|text| Clean::line(text.value)).unwrap_or_default();
        let track = Track {
            id: id.value.to_owned(),
            title: line("title"),
            summary: line("summary"),
            goal: line("goal"),
            lessons: Vec::new(),
        };
        tracks.push((track, id.at));
    }
    tracks
}

fn check_folder(
    source: &Source<'_>,
    files: &PackFiles,
    track: &Track,
    at: usize,
    faults: &mut Faults,
) {
    let id = &track.id;
    let folders = files.folders.iter().map(String::as_str);
    if !files.folders.contains(id) {
        let hint = match faults.near(id, folders) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("make a folder `{id}` with a lesson such as `{id}/10-first.md`"),
        };
        faults.error(source, at, format!("the pack has no folder `{id}`"), hint);
    } else if track.lessons.is_empty() {
        let hint = format!("add one, such as `{id}/10-first.md`");
        faults.warning(source, at, format!("the track `{id}` has no lessons"), hint);
    }
}

/// Reads the lessons of a track, in the order of their numbers.
fn read_track(
    files: &PackFiles,
    track: &str,
    places: &mut HashMap<String, Vec<Place>>,
    problems: &mut Vec<Problem>,
) -> Vec<Lesson> {
    let folder = format!("{track}/");
    let paths =
        files.files.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder));
    let mut found: Vec<(u64, &str, &str, &[u8])> = Vec::new();
    for (path, bytes) in paths {
        let name = path.get(folder.len()..).unwrap_or("");
        if is_companion(name) || name.contains('/') {
            continue;
        }
        match lesson_name(name) {
            Some((number, name)) => found.push((number, name, path, bytes)),
            None => problems.push(not_a_lesson(path)),
        }
    }
    found.sort_by_key(|(number, name, _, _)| (*number, *name));
    let mut lessons: Vec<Lesson> = Vec::new();
    for (_, name, path, bytes) in found {
        let id = format!("{track}/{name}");
        if let Some(other) = lessons.iter().find(|lesson| lesson.id == id) {
            let message = format!("the lesson `{id}` stands in `{}` already", other.file);
            let hint = "give it another name: the number is not part of it";
            problems.push(Problem::error(Place::new(path, 1, 1), message).hint(hint));
            continue;
        }
        let Some(text) = decode(path, bytes, problems) else { continue };
        let read = read_lesson(Arc::from(path), &id, &text);
        problems.extend(read.problems);
        places.insert(id, read.requires);
        lessons.extend(read.lesson);
    }
    lessons
}

/// The number and the name in `30-keep-the-name.md`.
fn lesson_name(file: &str) -> Option<(u64, &str)> {
    let (number, name) = file.strip_suffix(".md")?.split_once('-')?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (digits && is_id(name)).then_some(())?;
    Some((number.parse().ok()?, name))
}

fn not_a_lesson(path: &str) -> Problem {
    let place = Place::new(path, 1, 1);
    if path.strip_suffix(".md").is_some() {
        Problem::error(place, "a lesson's file is not called so").hint(
            "call it `NN-name.md`: a number, a hyphen, then small letters, digits and hyphens",
        )
    } else {
        Problem::warning(place, "this file is not read")
            .hint("a track holds lessons, such as `10-first.md`")
    }
}

/// Whether a file may stand beside lessons without being one.
fn is_companion(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or("");
    ["README", "LICENSE", "LICENCE", "COPYING", "CHANGELOG", "AUTHORS"].contains(&stem)
        || name.starts_with('.')
}

/// Finds files and folders that no track claims.
fn refuse_strays(files: &PackFiles, tracks: &[Track], problems: &mut Vec<Problem>) {
    let known = |folder: &str| tracks.iter().any(|track| track.id == folder);
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for path in files.files.keys() {
        let Some((folder, rest)) = path.split_once('/') else {
            if path != MANIFEST && !is_companion(path) {
                let problem =
                    Problem::warning(Place::new(path.as_str(), 1, 1), "this file is not read");
                problems.push(problem.hint("a pack holds `pack.toml` and a folder for each track"));
            }
            continue;
        };
        if !known(folder) {
            if told.insert(folder) {
                let message = format!("`pack.toml` has no track `{folder}`");
                let hint =
                    format!("add a `[[track]]` with `id = \"{folder}\"`, or take the folder out");
                problems.push(Problem::error(Place::new(path.as_str(), 1, 1), message).hint(hint));
            }
        } else if rest.contains('/') {
            let problem =
                Problem::warning(Place::new(path.as_str(), 1, 1), "this file is not read");
            problems.push(problem.hint("lessons stand in their track's folder, not deeper"));
        }
    }
}

/// Checks what lessons say that comes before them: an unknown one is a warning, a circle a fault.
fn check_requires(
    tracks: &[Track],
    places: &HashMap<String, Vec<Place>>,
    problems: &mut Vec<Problem>,
) {
    let lessons: Vec<&Lesson> = tracks.iter().flat_map(|track| &track.lessons).collect();
    let index: HashMap<&str, usize> =
        lessons.iter().enumerate().map(|(n, lesson)| (&*lesson.id, n)).collect();
    let mut edges: Vec<Vec<At<usize>>> = Vec::new();
    let mut told = 0;
    for lesson in &lessons {
        let mut out = Vec::new();
        for (n, id) in lesson.requires.iter().enumerate() {
            match (index.get(&**id), places.get(&lesson.id).and_then(|places| places.get(n))) {
                (Some(to), _) => out.push(At { value: *to, at: n }),
                (None, Some(place)) => {
                    told += 1;
                    let near = (told <= MOST_TOLD).then(|| nearest_lesson(id, &index)).flatten();
                    problems.push(unknown_lesson(id, near, place));
                }
                (None, None) => {}
            }
        }
        edges.push(out);
    }
    for circle in circles(&edges) {
        let (first, at) = circle[0];
        let mut names: Vec<&str> = circle.iter().map(|(n, _)| &*lessons[*n].id).collect();
        if names.len() > MOST_TOLD {
            names.truncate(MOST_TOLD);
            names.push("…");
        }
        let place = places.get(&lessons[first].id).and_then(|places| places.get(at));
        let place =
            place.cloned().unwrap_or_else(|| Place::new(Arc::clone(&lessons[first].file), 1, 1));
        let message = format!(
            "these lessons require each other in a circle: {} → {}",
            names.join(" → "),
            names[0]
        );
        problems.push(Problem::error(place, message).hint("take one of them out of `requires`"));
    }
}

fn nearest_lesson<'i>(id: &str, known: &HashMap<&'i str, usize>) -> Option<&'i str> {
    let mut ids: Vec<&str> = known.keys().copied().collect();
    ids.sort_unstable();
    nearest(id, ids)
}

fn unknown_lesson(id: &str, near: Option<&str>, place: &Place) -> Problem {
    let shown: String = id.chars().take(80).collect();
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "write a lesson's id, such as `decorators/first-class`".to_owned(),
    };
    Problem::warning(place.clone(), format!("the pack has no lesson `{shown}`")).hint(hint)
}

/// Circles of a graph, one for each edge that closes one, and so many at the most that a reader wants to know: the nodes on it, each with the edge that leads on.
fn circles(edges: &[Vec<At<usize>>]) -> Vec<Vec<(usize, usize)>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        Not,
        OnPath,
        Done,
    }
    let mut seen = vec![Seen::Not; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        if found.len() >= MOST_TOLD {
            break;
        }
        if seen[start] != Seen::Not {
            continue;
        }
        seen[start] = Seen::OnPath;
        // Each node of the path, and how many of its edges were followed. A stack of our own: a stranger's chain of
        // two thousand lessons must not use up the thread's.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((node, next)) = path.last_mut() {
            let (from, edge) = (*node, *next);
            let Some(to) = edges[from].get(edge) else {
                seen[from] = Seen::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match seen[to.value] {
                Seen::Not => {
                    seen[to.value] = Seen::OnPath;
                    path.push((to.value, 0));
                }
                Seen::OnPath if found.len() >= MOST_TOLD => {}
                Seen::OnPath => {
                    let begin = path.iter().position(|(n, _)| *n == to.value).unwrap_or(0);
                    found.push(
                        path[begin..]
                            .iter()
                            .map(|(n, next)| (*n, edges[*n][next - 1].at))
                            .collect(),
                    );
                }
                Seen::Done => {}
            }
        }
    }
    found
}
