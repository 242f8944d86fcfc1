//! From the nodes under one heading to a step: who each block belongs to, and what the reader sees of it.

use std::ops::Range;

use super::blocks::{self, Role};
use super::code::CodeParts;
use super::heading::{Attributes, KINDS};
use super::ids::Ids;
use super::markdown::{Fence, Heading, Node, NodeKind};
use super::source::{At, Faults, Source, any_of};
use crate::domain::clean::Clean;
use crate::domain::course::{Card, Kind, Step, Task};
use crate::domain::document::{Block, Document, Item};
use crate::domain::exercise::{Code, Example, Question};
use crate::domain::place::Place;
use crate::domain::problem::Problem;
use crate::domain::run::ScratchFile;

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
    /// A kind that cannot be judged, which is a fault of its own: the prose alone is read.
    Unknown,
}

impl Mode {
    pub(super) fn of(attributes: &Attributes<'_>) -> Self {
        match attributes.kind.map(|kind| kind.value) {
            _ if attributes.unknown_kind => Self::Unknown,
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
pub(super) enum Before {
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
    pub(super) before: Before,
    pub(super) hint: Option<At<Vec<Block>>>,
    /// Whether a hint was ended before its own end, which is then no fault.
    pub(super) hint_cut: bool,
    /// Whether a block was refused, so that what seems to be missing may be there.
    pub(super) flawed: bool,
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
            hint_cut: false,
            flawed: false,
        }
    }

    /// Reads the step from its nodes. Where what it asks for is not whole, it is a step to read.
    pub(super) fn read(mut self, nodes: impl IntoIterator<Item = Node>) -> Step {
        for node in nodes {
            let before = std::mem::replace(&mut self.before, Before::Anything);
            self.node(node, before);
        }
        self.cut_hint();
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
            settles: attributes.settles,
            variants: Vec::new(),
            body: Document(self.body),
            examples: self.examples,
            task,
        }
    }

    pub(super) fn error(&mut self, at: usize, message: impl AsRef<str>, hint: impl AsRef<str>) {
        self.faults.error(self.source, at, message, hint);
    }

    /// Adds an error, and marks the step as one that a block was refused of.
    pub(super) fn refuse(&mut self, at: usize, message: impl AsRef<str>, hint: impl AsRef<str>) {
        self.flawed = true;
        self.error(at, message, hint);
    }

    /// Adds an error about something that is not there, unless it may be among what was refused.
    pub(super) fn missing(&mut self, at: usize, message: impl AsRef<str>, hint: impl AsRef<str>) {
        if !self.flawed {
            self.error(at, message, hint);
        }
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
                self.warn_of_directive(at);
                self.body.push(block);
            }
        }
    }

    /// What other formats would carry out is text here; who wrote it may wait for it in vain.
    fn warn_of_directive(&mut self, at: usize) {
        let line = self.source.text.get(at..).and_then(|text| text.lines().next()).unwrap_or("");
        if line.starts_with("{{") || line.starts_with("{%") {
            let message =
                "this is shown as it stands: lessons have no directives and include nothing";
            self.faults.warning(self.source, at, message, "write the text itself here");
        }
    }

    /// Whether a question with a heading of its own is open: what follows would be torn from it.
    pub(super) fn in_question(&self) -> bool {
        !self.cards.is_empty() || self.questions.iter().any(|question| !question.text.0.is_empty())
    }

    pub(super) fn refuse_in_question(&mut self, at: usize) {
        self.error(
            at,
            "this stands between a question and the next",
            "move it before the first question, or under a `##` heading of its own",
        );
    }

    pub(super) fn warn_of_spoiler(&mut self, at: usize) {
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
        self.cut_hint();
        if !self.question_heading(&heading, at) {
            if let Some(braces) = heading.attributes.clone().filter(|_| self.mode != Mode::Unknown)
            {
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

    pub(super) fn where_code_stands() -> String {
        let kinds = KINDS.iter().filter(|(kind, _)| kind.is_code());
        let words: Vec<String> = kinds.map(|(kind, _)| format!(".{}", kind.word())).collect();
        format!("give the step's heading a kind: {}", any_of(words.iter().map(String::as_str)))
    }

    fn fence(&mut self, fence: Fence, at: usize, before: Before) {
        let (role, info) = blocks::read(self.source, &fence, self.faults);
        if info.language == "python" {
            self.warn_of_width(&fence);
        }
        if role == Role::Unknown {
            self.flawed = true;
        }
        if role == Role::Unknown || (self.mode == Mode::Unknown && role != Role::Shown) {
            return;
        }
        if role != Role::Shown {
            self.cut_hint();
        }
        match role {
            Role::Shown | Role::Unknown => {
                let language = (!info.language.is_empty()).then(|| Clean::line(info.language));
                self.prose(Block::Code { language, text: Clean::text(fence.text) }, at, before);
            }
            Role::Run => self.example(&fence, &info, at),
            Role::Output => self.output(&fence, &info, at, before),
            Role::File => self.file(fence, &info, at),
            Role::Stdin => self.read_stdin(fence, at),
            _ if !matches!(self.mode, Mode::Code(_)) => {
                let message = "this block stands in a step without code to write";
                self.refuse(at, message, Self::where_code_stands());
            }
            Role::Solution => {
                self.before = Before::Solution;
                self.code.solution(self.source, &fence, &info, at, self.faults);
            }
            role => {
                let used = self.code.block(self.source, role, fence, &info, at, self.faults);
                self.flawed |= !used;
            }
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
                Problem::warning(place, message)
                    .hint(format!("keep code within {WIDEST_CODE} columns")),
            );
        }
    }

    /// Whether a list is more than prose in this step.
    fn asks(&self, items: &[(Item, Range<usize>)]) -> bool {
        match self.mode {
            Mode::Predict | Mode::Choice => items.iter().any(|(item, _)| item.ticked.is_some()),
            Mode::Cards => !self.cards.is_empty(),
            _ => false,
        }
    }

    fn task(&mut self) -> Task {
        let task = match self.mode {
            Mode::Read | Mode::Unknown => Some(Task::Read),
            Mode::Code(kind) => self.code_task(kind),
            Mode::Predict => self.predict(),
            Mode::Choice => self.choice(),
            Mode::Cards => self.card_task(),
        };
        // With a block left out, what is asked could not be judged rightly.
        task.filter(|_| !self.flawed).unwrap_or(Task::Read)
    }
}

/// The code of a block, and where it stands.
pub(super) fn code_of(source: &Source<'_>, fence: &Fence) -> Code {
    Code { text: fence.text.clone(), place: source.line_place(fence.line) }
}
