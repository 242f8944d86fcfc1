//! The texts of a new pack and a new lesson: complete ones that prove themselves, to be written over. Files are not known here.

const PACK: &str = include_str!("templates/pack.toml");
const LESSON: &str = include_str!("templates/lesson.md");

/// The track that a new pack has.
pub const FIRST_TRACK: &str = "first-track";

/// How far apart the numbers of lesson files are, so that others fit between them.
const STEP: u32 = 10;

/// The `pack.toml` of a new pack.
#[must_use]
pub fn pack(id: &str, author: &str) -> String {
    let author: String = author.chars().filter(|c| !c.is_control()).take(60).collect();
    let author = author.replace(['"', '\\'], "");
    let author = if author.trim().is_empty() { "Your name" } else { author.trim() };
    PACK.replace("{id}", id).replace("{title}", &title(id)).replace("{author}", author)
}

/// The text of a new lesson.
#[must_use]
pub fn lesson(name: &str) -> String {
    LESSON.replace("{title}", &title(name))
}

/// The file of a new lesson that comes after those of its track, by their files.
#[must_use]
pub fn lesson_file<'a>(track: &str, name: &str, others: impl Iterator<Item = &'a str>) -> String {
    let number = |file: &str| {
        let name = file.rsplit('/').next()?;
        name.split_once('-')?.0.parse::<u32>().ok()
    };
    let last = others.filter_map(number).max().unwrap_or(0);
    let next = (last / STEP).saturating_add(1).saturating_mul(STEP);
    format!("{track}/{next:02}-{name}.md")
}

/// A title made of an id: `late-binding` is "Late binding".
fn title(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lesson::{PackFiles, parse_pack};

    #[test]
    fn a_new_pack_has_nothing_wrong_with_it_whoever_writes_it() {
        for author in ["Ada Lovelace", "", "a\"b\\c\n", "\u{1b}[31m"] {
            let mut files = PackFiles::default();
            files.add("pack.toml", pack("my-pack", author).into_bytes());
            let file = lesson_file(FIRST_TRACK, "late-binding", [].into_iter());
            assert_eq!(file, "first-track/10-late-binding.md");
            files.add(file, lesson("late-binding").into_bytes());
            let parsed = parse_pack(&files);
            assert_eq!(parsed.problems, []);
            let pack = parsed.pack.unwrap();
            assert_eq!(&*pack.title, "My pack");
            assert_eq!(crate::authoring::style::warnings(&pack), []);
        }
    }

    #[test]
    fn a_new_lesson_comes_after_the_others() {
        let file = |others: &[&str]| lesson_file("t", "n", others.iter().copied());
        assert_eq!(file(&["t/10-a.md", "t/25-b.md"]), "t/30-n.md");
        assert_eq!(file(&["t/a.md", "t/4294967295-b.md"]), format!("t/{}-n.md", u32::MAX));
    }
}
