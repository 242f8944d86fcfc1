//! From the nodes under one heading to a step: who each block belongs to, and what the reader sees of it.

use super::super::clean::Clean;
use super::super::course::{Card, Kind, Step, Task};
use super::super::document::{Block, Document};
use super::super::exercise::{Code, Example, ExpectedOutput, Question};
use super::super::place::Place;
use super::super::run::{Clock, ScratchFile};
use super::blocks::{self, Info, Role};
use super::code::CodeParts;
use super::heading::{Attributes, KINDS};
use super::ids::Ids;
use super::markdown::{Fence, Heading, Node, NodeKind};
use super::source::{At, Faults, Source, any_of};

/// The most columns of a line of code that every screen shows whole.
const WIDEST_CODE: usize = 72;

/// What a step asks for, before all of it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    Code(Kind),
    Predict,
    Choice,
    Cards,
    /// A kind that a later version judges: its prose alone is read.
    Later,
}

impl Mode {
    pub(super) fn of(attributes: &Attributes<'_>) -> Self {
        match attributes.kind.map(|kind| kind.value) {
            _ if attributes.later => Self::Later,
            None | Some(Kind::Read) => Self::Read,
            Some(Kind::Predict) => Self::Predict,
            Some(Kind::Choice) => Self::Choice,
            Some(Kind::Cards) => Self::Cards,
            Some(kind) => Self::Code(kind),
        }
    }
}

/// What stood right before a block, where that gives the block its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Anything,
    /// A program, or one of its outputs.
    Program,
    /// A further solution, whose note may follow.
    Solution,
}

/// What a step begins with.
pub(super) struct Opening<'t> {
    pub(super) id: String,
    pub(super) title: Clean,
    pub(super) at: usize,
    pub(super) attributes: Attributes<'t>,
}

/// Reads the blocks of one step.
pub(super) struct StepReader<'r, 't> {
    pub(super) source: &'r Source<'t>,
    pub(super) faults: &'r mut Faults,
    pub(super) ids: &'r mut Ids,
    pub(super) opening: Opening<'t>,
    pub(super) mode: Mode,
    pub(super) body: Vec<Block>,
    pub(super) examples: Vec<Example>,
    pub(super) code: CodeParts,
    pub(super) questions: Vec<Question>,
    pub(super) cards: Vec<Card>,
    /// What stands before the example that it serves; in a code step, what serves the task.
    pub(super) stdin: Option<At<String>>,
    pub(super) files: Vec<At<ScratchFile>>,
    before: Before,
    hint: Option<At<Vec<Block>>>,
}

impl<'r, 't> StepReader<'r, 't> {
    pub(super) fn new(
        source: &'r Source<'t>,
        faults: &'r mut Faults,
        ids: &'r mut Ids,
        opening: Opening<'t>,
    ) -> Self {
        let mode = Mode::of(&opening.attributes);
        Self {
            source,
            faults,
            ids,
            opening,
            mode,
            body: Vec::new(),
            examples: Vec::new(),
            code: CodeParts::default(),
            questions: Vec::new(),
            cards: Vec::new(),
            stdin: None,
            files: Vec::new(),
            before: Before::Anything,
            hint: None,
        }
    }

    /// Reads the step from its nodes. Where what it asks for is not whole, it is a step to read.
    pub(super) fn read(mut self, nodes: impl IntoIterator<Item = Node>) -> Step {
        for node in nodes {
            let before = std::mem::replace(&mut self.before, Before::Anything);
            self.node(node, before);
        }
        if let Some(hint) = self.hint.take() {
            self.error(hint.at, "this hint is never closed", "end it with a line `</details>`");
        }
        let task = self.task();
        self.refuse_leftovers();
        let attributes = self.opening.attributes;
        Step {
            id: self.opening.id,
            title: self.opening.title,
            place: self.source.place(self.opening.at),
            objective: attributes.objective.map(|objective| objective.value),
            covers: attributes.covers,
            continues: attributes.continues.map(|id| id.value.to_owned()),
            body: Document(self.body),
            examples: self.examples,
            task,
        }
    }

    pub(super) fn error(&mut self, at: usize, message: impl AsRef<str>, hint: impl AsRef<str>) {
        self.faults.error(self.source, at, message, hint);
    }

    pub(super) fn place(&self, at: usize) -> Place {
        self.source.place(at)
    }

    fn node(&mut self, node: Node, before: Before) {
        let at = node.at;
        match node.kind {
            NodeKind::Html(html) => self.html(&html, at),
            NodeKind::Fence(fence) => self.fence(fence, at, before),
            NodeKind::Heading(heading) => self.heading(heading, at),
            NodeKind::List { start, items } => {
                if self.hint.is_none() && self.asks(&items) {
                    self.list(items, at);
                } else {
                    let items = items.into_iter().map(|(item, _)| item).collect();
                    self.prose(Block::List { start, items }, at, before);
                }
            }
            NodeKind::Prose(block) => self.prose(block, at, before),
        }
    }

    fn prose(&mut self, block: Block, at: usize, before: Before) {
        if let Some(hint) = &mut self.hint {
            return hint.value.push(block);
        }
        match (self.mode, block) {
            (Mode::Code(_), Block::Paragraph(note)) if before == Before::Solution => {
                self.code.note(note);
            }
            (Mode::Code(_), Block::Quote { alert: None, blocks }) => {
                if let Some(block) = self.code.message(blocks, at) {
                    self.body.push(block);
                }
            }
            (Mode::Choice | Mode::Cards, _) if self.in_question() => self.refuse_in_question(at),
            (_, block) => {
                self.warn_of_spoiler(at);
                self.body.push(block);
            }
        }
    }

    /// Whether a question with a heading of its own is open: what follows would be torn from it.
    fn in_question(&self) -> bool {
        !self.cards.is_empty() || self.questions.iter().any(|question| !question.text.0.is_empty())
    }

    fn refuse_in_question(&mut self, at: usize) {
        self.error(
            at,
            "this stands between a question and the next",
            "move it before the first question, or under a `##` heading of its own",
        );
    }

    fn warn_of_spoiler(&mut self, at: usize) {
        let told = self.mode == Mode::Predict
            && self.examples.iter().any(|example| !example.outputs.is_empty());
        if told {
            self.faults.warning(
                self.source,
                at,
                "this stands after the output and is read before the answer is given",
                "move it to the next step, or before the program",
            );
        }
    }

    fn heading(&mut self, heading: Heading, at: usize) {
        if self.hint.is_some() {
            self.error(
                at,
                "a heading stands inside a hint",
                "end the hint with `</details>` before it",
            );
        } else if heading.level == 1 {
            self.error(
                at,
                "a lesson has one title",
                "write `##` for a step, `###` for a part of it",
            );
        } else if !self.question_heading(&heading, at) {
            if let Some(braces) = &heading.attributes {
                self.error(
                    braces.start,
                    "a heading inside a step bears no id and no kind",
                    "leave the braces out, or write `##` for a step of its own",
                );
            }
            let Heading { level, text, .. } = heading;
            self.body.push(Block::Heading { level, text });
        }
    }

    /// Reads `<details><summary>Hint</summary>`, `</details>` and comments.
    fn html(&mut self, html: &str, at: usize) {
        let bare: String = html.chars().filter(|c| !c.is_whitespace()).collect();
        match &*bare {
            "<details><summary>Hint</summary>" => self.open_hint(at),
            "</details>" => self.close_hint(at),
            comment if comment.starts_with("<!--") && comment.ends_with("-->") => {}
            details if details.starts_with("<details") => self.error(
                at,
                "a hint begins with a line of its own",
                "write `<details><summary>Hint</summary>`, an empty line, the hint, an empty line, `</details>`",
            ),
            _ => self.faults.warning(
                self.source,
                at,
                "HTML is shown as it is written, or not at all",
                "write Markdown, or put it in backticks",
            ),
        }
    }

    fn open_hint(&mut self, at: usize) {
        if !matches!(self.mode, Mode::Code(_) | Mode::Later) {
            self.error(
                at,
                "a hint stands in a step without code to write",
                Self::where_code_stands(),
            );
        }
        if self.hint.is_some() {
            self.error(at, "a hint stands inside a hint", "end the first with `</details>`");
        } else {
            self.hint = Some(At { value: Vec::new(), at });
        }
    }

    fn close_hint(&mut self, at: usize) {
        match self.hint.take() {
            None => self.error(
                at,
                "`</details>` ends nothing",
                "begin a hint with a line `<details><summary>Hint</summary>`",
            ),
            Some(hint) if hint.value.is_empty() => {
                self.error(
                    hint.at,
                    "this hint is empty",
                    "write it between empty lines, or leave it out",
                );
            }
            Some(hint) => self.code.hints.push(Document(hint.value)),
        }
    }

    fn where_code_stands() -> String {
        let kinds = KINDS.iter().filter(|(kind, _)| {
            matches!(kind, Kind::Write | Kind::Fix | Kind::Fill | Kind::Refactor)
        });
        let words: Vec<String> = kinds.map(|(kind, _)| format!(".{}", kind.word())).collect();
        format!("give the step's heading a kind: {}", any_of(words.iter().map(String::as_str)))
    }

    fn fence(&mut self, fence: Fence, at: usize, before: Before) {
        let (role, info) = blocks::read(self.source, &fence, self.faults);
        if info.language == "python" {
            self.warn_of_width(&fence);
        }
        if self.mode == Mode::Later && role != Role::Shown {
            return;
        }
        if role != Role::Shown && self.hint.is_some() {
            let hint = "a hint may hold code that is shown: leave the language alone on the line";
            return self.error(at, "this block stands inside a hint", hint);
        }
        match role {
            Role::Shown => {
                let language = (!info.language.is_empty()).then(|| Clean::line(info.language));
                self.prose(Block::Code { language, text: Clean::text(fence.text) }, at, before);
            }
            Role::Run => self.example(&fence, &info, at),
            Role::Output => self.output(&fence, &info, at, before),
            Role::File => self.file(fence, &info, at),
            Role::Stdin => self.read_stdin(fence, at),
            Role::Distractors => self.error(
                at,
                "`distractors` need a later version of pykata",
                "leave the block out",
            ),
            _ if !matches!(self.mode, Mode::Code(_)) => {
                let message = "this block stands in a step without code to write";
                self.error(at, message, Self::where_code_stands());
            }
            Role::Solution => {
                self.before = Before::Solution;
                self.code.solution(self.source, &fence, &info, at, self.faults);
            }
            role => self.code.block(self.source, role, fence, &info, at, self.faults),
        }
    }

    fn warn_of_width(&mut self, fence: &Fence) {
        let wide = fence
            .text
            .lines()
            .enumerate()
            .find(|(_, line)| line.len() > WIDEST_CODE && line.chars().count() > WIDEST_CODE);
        if let Some((number, line)) = wide {
            let mut place = self.source.line_place(fence.line);
            place.line = place.line.saturating_add(u32::try_from(number).unwrap_or(u32::MAX));
            place.column = 73;
            let message = format!("this line of code has {} columns", line.chars().count());
            self.faults.push(
                super::super::problem::Problem::warning(place, message)
                    .hint(format!("keep code within {WIDEST_CODE} columns")),
            );
        }
    }

    fn example(&mut self, fence: &Fence, info: &Info<'_>, at: usize) {
        let id = match info.id {
            Some(id) => id.value.to_owned(),
            None => format!("{}-{}", self.opening.id, self.examples.len() + 1),
        };
        self.ids.take(self.source, &id, info.id.map_or(at, |id| id.at), self.faults);
        let serves = !matches!(self.mode, Mode::Code(_));
        let stdin = if serves { self.stdin.take().map(|stdin| stdin.value) } else { None };
        let files = if serves { std::mem::take(&mut self.files) } else { Vec::new() };
        if self.in_question() {
            self.refuse_in_question(at);
        }
        self.warn_of_spoiler(at);
        self.body.push(Block::Example(self.examples.len()));
        self.before = Before::Program;
        self.examples.push(Example {
            id,
            code: self.code_of(fence),
            outputs: Vec::new(),
            raises: info.raises.clone(),
            clock: if info.real_clock { Clock::Real } else { Clock::Virtual },
            python: info.python,
            trace: info.trace,
            stdin,
            files: files.into_iter().map(|file| file.value).collect(),
        });
    }

    pub(super) fn code_of(&self, fence: &Fence) -> Code {
        code_of(self.source, fence)
    }

    fn output(&mut self, fence: &Fence, info: &Info<'_>, at: usize, before: Before) {
        let place = self.source.line_place(fence.line);
        let Some(example) = self.examples.last_mut() else {
            return self.error(
                at,
                "this output has no program before it",
                "write ```python run above it",
            );
        };
        if before != Before::Program && self.mode != Mode::Predict {
            return self.error(
                at,
                "an output stands right after its program",
                "move it up to the ```python run block that prints it",
            );
        }
        self.before = Before::Program;
        let clash = (0..=u8::MAX).map(super::super::course::PythonVersion).any(|version| {
            let holds = |range: Option<super::super::course::PythonRange>| {
                range.is_none_or(|range| range.holds(version))
            };
            holds(info.python) && example.outputs.iter().any(|other| holds(other.python))
        });
        if clash {
            return self.error(
                at,
                "this program has two outputs for one version of Python",
                "give each output its range, such as `output python=\">=3.12\"`",
            );
        }
        example.outputs.push(ExpectedOutput {
            python: info.python,
            text: fence.text.clone(),
            place,
        });
    }

    fn file(&mut self, fence: Fence, info: &Info<'_>, at: usize) {
        let Some(name) = info.value else { return };
        if !is_bare_name(name.value) {
            let shown: String = name.value.chars().take(80).collect();
            return self.error(
                name.at,
                format!("`{shown}` is no name of a file in the scratch folder"),
                "write a bare name, such as `data.csv`: no folders, no dot at the beginning",
            );
        }
        if self.files.iter().any(|file| file.value.name == name.value) {
            let message = format!("the file `{}` stands here already", name.value);
            return self.error(name.at, message, "give it another name");
        }
        let file = ScratchFile { name: name.value.to_owned(), text: fence.text };
        self.files.push(At { value: file, at });
    }

    fn read_stdin(&mut self, fence: Fence, at: usize) {
        if self.stdin.is_some() {
            return self.error(at, "`stdin` stands here already", "make one block of the two");
        }
        self.stdin = Some(At { value: fence.text, at });
    }

    /// Whether a list is more than prose in this step.
    fn asks(&self, items: &[(super::super::document::Item, std::ops::Range<usize>)]) -> bool {
        match self.mode {
            Mode::Predict | Mode::Choice => items.iter().any(|(item, _)| item.ticked.is_some()),
            Mode::Cards => !self.cards.is_empty(),
            _ => false,
        }
    }

    fn task(&mut self) -> Task {
        let task = match self.mode {
            Mode::Read | Mode::Later => Some(Task::Read),
            Mode::Code(kind) => self.code_task(kind),
            Mode::Predict => self.predict(),
            Mode::Choice => self.choice(),
            Mode::Cards => self.card_task(),
        };
        task.unwrap_or(Task::Read)
    }

    fn refuse_leftovers(&mut self) {
        let files = self.files.drain(..).map(|file| file.at);
        let left: Vec<usize> = files.chain(self.stdin.take().map(|stdin| stdin.at)).collect();
        for at in left {
            self.error(
                at,
                "no example follows that this could serve",
                "write it before the ```python run block that reads it",
            );
        }
        for example in &self.examples {
            if example.raises.is_some() && example.outputs.is_empty() {
                let place = example.code.place.clone();
                self.faults.push(
                    super::super::problem::Problem::error(
                        place,
                        "this example raises and has no output",
                    )
                    .hint("add an ```output block that ends in the exception's last line"),
                );
            }
        }
    }
}

/// The code of a block, and where it stands.
pub(super) fn code_of(source: &Source<'_>, fence: &Fence) -> Code {
    Code { text: fence.text.clone(), place: source.line_place(fence.line) }
}

fn is_bare_name(name: &str) -> bool {
    name.len() <= 64
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}
