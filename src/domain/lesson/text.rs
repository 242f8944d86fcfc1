//! From the text of one file to a lesson.

use std::borrow::Cow;
use std::sync::Arc;

use super::blocks::read_python;
use super::cheat_sheet;
use super::check_up;
use super::heading::{self, Attributes};
use super::ids::Ids;
use super::keys::{Fields, parse_toml};
use super::markdown::{Heading, Node, NodeKind, nodes};
use super::minutes::estimate;
use super::source::{Faults, Source};
use super::step::{Opening, StepReader};
use super::tables::{FRONT, SHEET};
use super::words::{is_id, slug};
use crate::domain::clean::{Clean, hides};
use crate::domain::course::{Kind, Lesson, Part, PythonRange, Step, Task};
use crate::domain::place::Place;
use crate::domain::problem::Problem;

/// The line before and after the front matter.
const FENCE: &str = "+++";

/// The most steps of one lesson.
const MOST_STEPS: usize = 200;

/// The most lessons that one requires.
const MOST_REQUIRES: usize = 50;

/// How far the written minutes may be from the computed ones.
const MINUTES_OFF: u32 = 5;

/// Parses one lesson alone: what could be read of it, and every problem in the order of the file.
///
/// `file` is its path inside the pack, `id` is `track/name`. A step whose task is not whole is a step to read. There is
/// no lesson where nothing can be told apart: an empty file, front matter that never ends.
#[must_use]
pub fn parse_lesson(file: &str, id: &str, text: &str) -> (Option<Lesson>, Vec<Problem>) {
    let read = read_lesson(file.into(), id, text);
    (read.lesson, read.problems)
}

/// What was read of a lesson.
pub(super) struct Read {
    pub(super) lesson: Option<Lesson>,
    /// Where each of its `requires` stands.
    pub(super) requires: Vec<Place>,
    pub(super) problems: Vec<Problem>,
}

/// Reads a lesson.
pub(super) fn read_lesson(file: Arc<str>, id: &str, text: &str) -> Read {
    let text = tidy(text);
    let source = Source::new(file, &text);
    let mut faults = Faults::default();
    check_characters(&source, &mut faults);
    let (lesson, requires) = lesson(&source, id, &mut faults).unzip();
    Read { lesson, requires: requires.unwrap_or_default(), problems: faults.into_problems() }
}

/// Takes off what editors put on: a byte order mark, and `\r` before line ends.
pub(super) fn tidy(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// Finds characters that could act on a terminal, and warns of those that hide or reorder text.
pub(super) fn check_characters(source: &Source<'_>, faults: &mut Faults) {
    let plain = |byte: u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
    let mut start = 0;
    for line in source.text.split_inclusive('\n') {
        if !line.bytes().all(plain) {
            check_line(source, start, line, faults);
        }
        start += line.len();
    }
}

fn check_line(source: &Source<'_>, start: usize, line: &str, faults: &mut Faults) {
    for (at, c) in line.char_indices() {
        // Joiners and variation selectors shape emoji and many scripts.
        let shapes = matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
        if c.is_control() && !matches!(c, '\n' | '\t') {
            let message = format!("the control character U+{:04X} stands here", u32::from(c));
            faults.error(source, start + at, message, "take it out");
        } else if !shapes && hides(c) {
            let message = format!("the character U+{:04X} hides or reorders text", u32::from(c));
            let hint = "take it out, unless a reader should see its number";
            faults.warning(source, start + at, message, hint);
        }
    }
}

fn lesson(source: &Source<'_>, id: &str, faults: &mut Faults) -> Option<(Lesson, Vec<Place>)> {
    if source.text.trim().is_empty() {
        let hint = "begin it with `+++`, the front matter, `+++` and `# Title`";
        faults.error(source, 0, "this lesson is empty", hint);
        return None;
    }
    let body = split(source, faults)?;
    let front = match body.front {
        Some((text, line)) => read_front(&source.part(text, line), faults),
        None => Front::default(),
    };
    let mut nodes = nodes(source, body.at, faults)?;
    let title_at = take_title(source, &mut nodes, &front, body.at, faults);
    let title = front.title.clone().unwrap_or_else(|| Clean::line(id));
    let mut steps = Steps { source, faults, ids: Ids::default(), front: &front, read: Vec::new() };
    steps.read(nodes, &title, title_at);
    let mut steps = steps.read;
    for step in &mut steps {
        if let Task::Code(_, task) = &mut step.task {
            task.python = task.python.or(front.python);
        }
    }
    check_up::hold(front.part, &steps, faults);
    cheat_sheet::hold(front.part, &steps, faults);
    if steps.is_empty() {
        faults.error(source, body.at, "this lesson has no text", "write it below the front matter");
    }
    let lesson = Lesson {
        id: id.to_owned(),
        file: Arc::clone(&source.file),
        title,
        summary: front.summary,
        objectives: front.objectives,
        requires: front.requires.iter().map(|(id, _)| id.clone()).collect(),
        minutes: front.minutes.unwrap_or(1),
        python: front.python,
        part: front.part,
        steps: steps.into(),
    };
    check_minutes(&lesson, front.minutes.zip(front.minutes_place), faults);
    let requires = front.requires.into_iter().map(|(_, place)| place).collect();
    Some((lesson, requires))
}

fn check_minutes(lesson: &Lesson, written: Option<(u32, Place)>, faults: &mut Faults) {
    // A step that is not whole does not count as what it will be.
    if faults.has_errors() {
        return;
    }
    let computed = estimate(lesson);
    if let Some((written, place)) = written
        && written.abs_diff(computed) > MINUTES_OFF
    {
        let message = format!("`minutes` is {written}, and the steps add up to {computed}");
        faults.push(Problem::warning(place, message).hint(format!("write `minutes = {computed}`")));
    }
}

/// A lesson cut in two: the front matter with its first line, and where the rest begins.
struct Split<'t> {
    front: Option<(&'t str, u32)>,
    at: usize,
}

fn split<'t>(source: &Source<'t>, faults: &mut Faults) -> Option<Split<'t>> {
    let text = source.text;
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    if first.trim_end() != FENCE {
        let hint = if first.trim_end() == "---" {
            "write TOML between two lines `+++`; YAML between `---` is not read"
        } else {
            "begin with a line `+++`, then `title = \"…\"` and the other keys, then a line `+++`"
        };
        faults.error(source, 0, "this lesson does not begin with front matter", hint);
        return Some(Split { front: None, at: 0 });
    }
    let start = first.len();
    let mut at = start;
    for line in lines {
        if line.trim_end() == FENCE {
            return Some(Split { front: Some((&text[start..at], 2)), at: at + line.len() });
        }
        at += line.len();
    }
    faults.error(source, 0, "this front matter is never closed", "end it with a line `+++`");
    None
}

/// What the front matter says.
#[derive(Default)]
struct Front {
    title: Option<Clean>,
    summary: Clean,
    objectives: Vec<Clean>,
    requires: Vec<(String, Place)>,
    minutes: Option<u32>,
    minutes_place: Option<Place>,
    python: Option<PythonRange>,
    part: Part,
}

fn read_front(source: &Source<'_>, faults: &mut Faults) -> Front {
    let Some(table) = parse_toml(source, faults) else { return Front::default() };
    let keys = if cheat_sheet::is_meant(table.get_ref()) { &SHEET } else { &FRONT };
    let fields = Fields::read(source, table.get_ref(), 0, keys, faults);
    let minutes = fields.whole("minutes");
    let line = |key| fields.text(key).map(|text| Clean::line(text.value));
    let mut requires = Vec::new();
    let ids = fields.texts("requires");
    if let Some(beyond) = ids.get(MOST_REQUIRES) {
        let message = format!("a lesson requires at most {MOST_REQUIRES} others");
        faults.error(source, beyond.at, message, "leave out those that the others require");
    }
    for id in ids.into_iter().take(MOST_REQUIRES) {
        let (track, name) = id.value.split_once('/').unwrap_or_default();
        if is_id(track) && is_id(name) {
            requires.push((id.value.to_owned(), source.place(id.at)));
        } else {
            let shown: String = id.value.chars().take(80).collect();
            let hint = "write `track/name`, such as `decorators/first-class`";
            faults.error(source, id.at, format!("`{shown}` is no lesson's id"), hint);
        }
    }
    Front {
        title: line("title"),
        summary: line("summary").unwrap_or_default(),
        objectives: fields.texts("objectives").iter().map(|text| Clean::line(text.value)).collect(),
        requires,
        minutes: minutes.map(|minutes| minutes.value),
        minutes_place: minutes.map(|minutes| source.place(minutes.at)),
        python: fields.text("python").and_then(|range| read_python(source, range, faults)),
        part: if keys.what == SHEET.what {
            Part::CheatSheet
        } else if fields.flag("check-up").is_some_and(|flag| flag.value) {
            Part::CheckUp
        } else {
            Part::Lesson
        },
    }
}

/// Takes the `#` line off the nodes, and says where it stands.
fn take_title(
    source: &Source<'_>,
    nodes: &mut Vec<Node>,
    front: &Front,
    body: usize,
    faults: &mut Faults,
) -> usize {
    let wanted = front.title.as_deref().unwrap_or("Title");
    let first = nodes.first();
    let at = first.map_or(body, |node| node.at);
    let heading = match first.map(|node| &node.kind) {
        Some(NodeKind::Heading(heading)) if heading.level == 1 => heading,
        _ => {
            let hint = format!("begin it with `# {wanted}`");
            faults.warning(source, at, "this lesson has no title line", hint);
            return at;
        }
    };
    let title = heading.text.to_plain();
    if front.title.as_ref().is_some_and(|wanted| **wanted != *title) {
        let hint = format!("write `# {wanted}`, or change `title`");
        faults.warning(source, at, "this is not the title of the front matter", hint);
    }
    if let Some(braces) = &heading.attributes {
        faults.error(
            source,
            braces.start,
            "the title bears no id and no kind",
            "leave the braces out",
        );
    }
    nodes.remove(0);
    at
}

struct Steps<'r, 't> {
    source: &'r Source<'t>,
    faults: &'r mut Faults,
    ids: Ids,
    front: &'r Front,
    read: Vec<Step>,
}

impl<'t> Steps<'_, 't> {
    /// Cuts the nodes at every `##` and reads each part.
    fn read(&mut self, nodes: Vec<Node>, title: &Clean, title_at: usize) {
        let mut open: Option<(Heading, usize)> = None;
        let mut held: Vec<Node> = Vec::new();
        for node in nodes {
            match node.kind {
                NodeKind::Heading(heading) if heading.level <= 2 => {
                    if heading.level == 1 {
                        self.faults.error(
                            self.source,
                            node.at,
                            "a lesson has one title",
                            "write `##` for a step, `###` for a part of it",
                        );
                    }
                    self.step(open.take(), std::mem::take(&mut held), title, title_at);
                    open = Some((heading, node.at));
                }
                kind => held.push(Node { at: node.at, kind }),
            }
        }
        self.step(open, held, title, title_at);
    }

    fn step(
        &mut self,
        heading: Option<(Heading, usize)>,
        nodes: Vec<Node>,
        title: &Clean,
        title_at: usize,
    ) {
        let opening = match heading {
            None if nodes.is_empty() => return,
            None => Opening {
                id: "intro".to_owned(),
                title: title.clone(),
                at: title_at,
                attributes: Attributes::default(),
            },
            Some((heading, at)) => self.opening(&heading, at),
        };
        if self.read.len() == MOST_STEPS {
            let message = format!("a lesson has at most {MOST_STEPS} steps");
            self.faults.error(self.source, opening.at, message, "make two lessons of it");
        }
        if self.read.len() >= MOST_STEPS {
            return;
        }
        let id_at = opening.attributes.id.map_or(opening.at, |id| id.at);
        self.ids.take(self.source, &opening.id, id_at, self.faults);
        self.check_attributes(&opening.attributes);
        let (nodes, forms) = check_up::split(&opening.attributes, nodes);
        let forms: Vec<_> = (2..)
            .zip(forms)
            .map(|(number, (heading, at, nodes))| {
                (check_up::opening(&opening, number, at), heading, nodes)
            })
            .collect();
        if let Some((beyond, ..)) = forms.get(check_up::MOST_FORMS - 1) {
            let message = format!("a question has at most {} forms", check_up::MOST_FORMS);
            self.faults.error(self.source, beyond.at, message, "leave the others out");
        }
        let reader = StepReader::new(self.source, self.faults, &mut self.ids, opening);
        let mut step = reader.read(nodes);
        for (opening, heading, nodes) in forms.into_iter().take(check_up::MOST_FORMS - 1) {
            step.variants.push(self.variant(opening, &heading, nodes));
        }
        self.read.push(step);
    }

    fn variant(&mut self, opening: Opening<'t>, heading: &Heading, nodes: Vec<Node>) -> Step {
        if let Some(braces) = &heading.attributes {
            let message = "another form of a question bears no id";
            self.faults.error(self.source, braces.start, message, "leave the braces out");
        }
        self.ids.take(self.source, &opening.id, opening.at, self.faults);
        StepReader::new(self.source, self.faults, &mut self.ids, opening).read(nodes)
    }

    fn opening(&mut self, heading: &Heading, at: usize) -> Opening<'t> {
        let attributes = heading::read_step(self.source, heading, at, self.faults);
        let title = Clean::line(heading.text.to_plain());
        let id = attributes.id.map_or_else(|| slug(&title), |id| id.value.to_owned());
        if title.trim().is_empty() {
            self.faults.error(self.source, at, "this step has no title", "write it after `##`");
        } else if id.is_empty() {
            let message = "this title has no letters to make an id of";
            self.faults.error(self.source, at, message, "end the heading with `{#id}`");
        }
        let id = if id.is_empty() { format!("step-{}", self.read.len() + 1) } else { id };
        Opening { id, title, at, attributes }
    }

    fn check_attributes(&mut self, attributes: &Attributes<'_>) {
        let objectives = self.front.objectives.len();
        // Without any, the front matter has a fault already.
        if let Some(objective) = attributes.objective
            && objectives > 0
            && (objective.value == 0 || objective.value as usize > objectives)
        {
            let message = format!("there is no objective {}", objective.value);
            let hint = format!(
                "write a number from 1 to {objectives}: its place in the front matter's list"
            );
            self.faults.error(self.source, objective.at, message, hint);
        }
        let code = attributes.kind.is_some_and(|kind| kind.value.is_code());
        if let Some(id) = attributes.continues {
            if attributes.kind.is_some_and(|kind| kind.value == Kind::Order) {
                let message = "an `.order` step begins with the lines of its own solution";
                self.faults.error(self.source, id.at, message, "leave `continues` out");
            }
            let earlier = |step: &&Step| matches!(step.task, Task::Code(..));
            let known = self.read.iter().filter(earlier).any(|step| step.id == id.value);
            if !code || !known {
                let message =
                    format!("no earlier step with code to write is called `{}`", id.value);
                let hint = "write the id of one that stands before, in a step with code to write";
                self.faults.error(self.source, id.at, message, hint);
            }
        }
        if code {
            return;
        }
        let strays = [
            ("clock", attributes.clock.map(|clock| clock.at)),
            ("python", attributes.python.map(|python| python.at)),
        ];
        for (name, at) in strays {
            if let Some(at) = at {
                let message = format!("`{name}` means nothing in a step without code to write");
                self.faults.error(self.source, at, message, "write it in the ```python run line");
            }
        }
    }
}
