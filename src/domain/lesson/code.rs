//! The blocks of a step with code to write, and how they come together to a task.

use super::blocks::{Info, Role, read_id};
use super::checks::{read_checks, read_mistake_rules};
use super::markdown::Fence;
use super::source::{At, Faults, Source};
use super::step::{StepReader, code_of};
use crate::domain::clean::Clean;
use crate::domain::course::{Kind, Task};
use crate::domain::document::{Block, Document, Inline, Inlines};
use crate::domain::exercise::{Code, CodeTask, Mistake, MistakeRules, Probe, Solution, Variant};
use crate::domain::run::Clock;

/// What `.fill` leaves blank.
const BLANK: &str = "___";

/// The most mistakes of one step.
const MOST_MISTAKES: usize = 50;

/// What was found of a code task.
#[derive(Debug, Default)]
pub(super) struct CodeParts {
    pub(super) given: Option<Code>,
    pub(super) starter: Option<At<Code>>,
    pub(super) probe: Option<Probe>,
    pub(super) solutions: Vec<Solution>,
    pub(super) distractors: Option<At<Code>>,
    checks: Option<Fence>,
    pub(super) hints: Vec<Document>,
    variants: Vec<At<Variant>>,
    pub(super) mistakes: Vec<MistakeParts>,
    messages: Vec<Message>,
}

/// What was found of a mistake.
#[derive(Debug)]
pub(super) struct MistakeParts {
    id: String,
    at: usize,
    pub(super) program: Option<At<Code>>,
    rules: Option<Fence>,
    pub(super) look_alikes: Vec<Code>,
}

/// A quote that begins with an id in backticks and a colon.
#[derive(Debug)]
struct Message {
    id: String,
    at: usize,
    text: Document,
}

impl CodeParts {
    /// Takes a solution: the first is the reference, a further one bears a title.
    pub(super) fn solution(
        &mut self,
        source: &Source<'_>,
        fence: &Fence,
        info: &Info<'_>,
        at: usize,
        faults: &mut Faults,
    ) {
        match (self.solutions.is_empty(), info.title) {
            (true, Some(_)) => faults.error(
                source,
                at,
                "the first solution is the reference and bears no title",
                "leave the title out, or move the block below the reference",
            ),
            (false, None) => faults.error(
                source,
                at,
                "a further solution needs a title",
                "write `solution title=\"…\"`, and after it a paragraph on when it is better",
            ),
            _ => {}
        }
        let code = code_of(source, fence);
        self.solutions.push(Solution {
            title: info.title.map(Clean::line),
            code,
            note: Document::default(),
        });
    }

    /// Takes the paragraph right after a solution as its note.
    pub(super) fn note(&mut self, note: Inlines) {
        if let Some(solution) = self.solutions.last_mut() {
            solution.note.0.push(Block::Paragraph(note));
        }
    }

    /// Takes any other block of a code task; whether it is one that can be used.
    pub(super) fn block(
        &mut self,
        source: &Source<'_>,
        role: Role,
        fence: Fence,
        info: &Info<'_>,
        at: usize,
        faults: &mut Faults,
    ) -> bool {
        let code = code_of(source, &fence);
        let second = match role {
            Role::Given => self.given.replace(code).is_some(),
            Role::Starter => self.starter.replace(At { value: code, at }).is_some(),
            Role::Probe => self.probe.replace(Probe { code, hidden: info.hidden }).is_some(),
            Role::Distractors => self.distractors.replace(At { value: code, at }).is_some(),
            Role::Checks => self.checks.replace(fence).is_some(),
            Role::Variant => {
                let id = info.value.and_then(|id| read_id(source, id, faults));
                let Some(id) = id.map(|id| id.value.to_owned()) else { return false };
                let known = self.variants.iter().any(|other| other.value.id == id);
                self.variants.push(At { value: Variant { id, code }, at });
                known
            }
            Role::Mistake | Role::NotMistake | Role::MistakeRules => {
                let id = info.value.and_then(|id| read_id(source, id, faults));
                let Some(id) = id else { return false };
                let parts = self.mistake(id.value, at);
                match role {
                    Role::Mistake => parts.program.replace(At { value: code, at }).is_some(),
                    Role::MistakeRules => parts.rules.replace(fence).is_some(),
                    _ => {
                        parts.look_alikes.push(code);
                        false
                    }
                }
            }
            _ => false,
        };
        if second {
            let message = "this step has such a block already";
            faults.error(source, at, message, "make one of the two");
        }
        !second
    }

    fn mistake(&mut self, id: &str, at: usize) -> &mut MistakeParts {
        let place = self.mistakes.iter().rposition(|mistake| mistake.id == id);
        let place = place.unwrap_or_else(|| {
            let (id, look_alikes) = (id.to_owned(), Vec::new());
            self.mistakes.push(MistakeParts { id, at, program: None, rules: None, look_alikes });
            self.mistakes.len() - 1
        });
        &mut self.mistakes[place]
    }

    /// Takes a quote as a mistake's message where it begins as one; gives any other quote back.
    pub(super) fn message(&mut self, mut blocks: Vec<Block>, at: usize) -> Option<Block> {
        let id = blocks.first_mut().and_then(take_message_id);
        let Some(id) = id else { return Some(Block::Quote { alert: None, blocks }) };
        self.messages.push(Message { id, at, text: Document(blocks) });
        None
    }
}

/// Takes "`id`: " off the beginning of a paragraph.
fn take_message_id(block: &mut Block) -> Option<String> {
    let Block::Paragraph(Inlines(inlines)) = block else { return None };
    let [Inline::Code(id), Inline::Text(text), ..] = inlines.as_slice() else { return None };
    let (id, text) = (id.to_string(), text.strip_prefix(':')?.trim_start().to_owned());
    inlines.remove(0);
    if text.is_empty() {
        inlines.remove(0);
    } else {
        inlines[0] = Inline::Text(Clean::line(text));
    }
    while matches!(inlines.first(), Some(Inline::SoftBreak | Inline::HardBreak)) {
        inlines.remove(0);
    }
    Some(id)
}

impl StepReader<'_, '_> {
    /// Puts the parts of a code task together; what it cannot do without is a fault.
    pub(super) fn code_task(&mut self, kind: Kind) -> Option<Task> {
        let mut parts = std::mem::take(&mut self.code);
        self.require_parts(&parts, kind);
        let source = self.source;
        let before = self.faults.count();
        let lines = self.lines(&mut parts, kind);
        let ids: Vec<String> = parts.variants.iter().map(|one| one.value.id.clone()).collect();
        let checks = parts
            .checks
            .take()
            .map(|fence| read_checks(&source.part(&fence.text, fence.line), &ids, self.faults));
        // Judged by some of its checks, a wrong program would pass.
        let whole = self.faults.count() == before;
        self.require_types(&parts, kind, checks.as_ref().map(|checks| &*checks.checks));
        let mistakes =
            self.mistakes(&mut parts, checks.as_ref().and_then(|checks| checks.names.as_deref()));
        let attributes = &self.opening.attributes;
        let mut checks = checks?.checks;
        checks.extend(lines.filter(|_| !checks.is_empty()));
        let task = CodeTask {
            given: parts.given,
            starter: parts.starter?.value,
            probe: parts.probe,
            solutions: parts.solutions,
            checks,
            hints: parts.hints,
            variants: parts.variants.into_iter().map(|variant| variant.value).collect(),
            mistakes,
            stdin: self.stdin.take().map(|stdin| stdin.value),
            files: self.files.drain(..).map(|file| file.value).collect(),
            clock: attributes.clock.map_or(Clock::Virtual, |clock| clock.value),
            python: attributes.python.map(|python| python.value),
        };
        (whole && !task.solutions.is_empty() && !task.checks.is_empty())
            .then(|| Task::Code(kind, Box::new(task)))
    }

    fn require_parts(&mut self, parts: &CodeParts, kind: Kind) {
        let at = self.opening.at;
        let word = kind.word();
        let needs = [
            (parts.starter.is_some() || kind == Kind::Order, "starter", "```python starter"),
            (!parts.solutions.is_empty(), "solution", "```python solution"),
            (parts.checks.is_some(), "block of checks", "```toml checks"),
            (!parts.hints.is_empty(), "hint", "<details><summary>Hint</summary> … </details>"),
        ];
        for (_, what, form) in needs.iter().filter(|(there, _, _)| !there) {
            self.missing(at, format!("a `.{word}` step needs a {what}"), format!("add {form}"));
        }
        if let Some(variant) = parts.variants.first().filter(|_| parts.given.is_none()) {
            let hint = "add ```python given with the code as it is right";
            self.missing(
                variant.at,
                "a variant stands in the place of `given`, which is missing",
                hint,
            );
        }
        if kind == Kind::Test && parts.variants.is_empty() {
            let hint = "add ```python variant=id: the given code, wrong in one way that a test should find";
            self.missing(at, "a `.test` step needs a variant", hint);
        }
        if let Some(starter) = &parts.starter {
            let blanks = starter.value.text.contains(BLANK);
            if kind == Kind::Fill && !blanks {
                self.error(
                    starter.at,
                    "this starter has no blank to fill",
                    "write `___` for each blank",
                );
            }
        }
    }

    fn mistakes(&mut self, parts: &mut CodeParts, names: Option<&[String]>) -> Vec<Mistake> {
        let mut messages = std::mem::take(&mut parts.messages);
        let mut mistakes = Vec::new();
        let found = std::mem::take(&mut parts.mistakes);
        if let Some(beyond) = found.get(MOST_MISTAKES) {
            let message = format!("a step has at most {MOST_MISTAKES} mistakes");
            self.error(beyond.at, message, "keep those that learners make most");
            return mistakes;
        }
        let whole = found.iter().filter(|mistake| mistake.program.is_some());
        let ids: Vec<String> = whole.map(|mistake| mistake.id.clone()).collect();
        for mistake in found {
            let message = messages.iter().position(|message| message.id == mistake.id);
            let message = message.map(|place| messages.remove(place));
            mistakes.extend(self.mistake(mistake, message, names, &ids));
        }
        for message in messages {
            self.stray_message(&message, &ids);
        }
        mistakes
    }

    fn mistake(
        &mut self,
        parts: MistakeParts,
        message: Option<Message>,
        names: Option<&[String]>,
        ids: &[String],
    ) -> Option<Mistake> {
        let id = parts.id;
        let rules = match parts.rules {
            Some(fence) => {
                read_mistake_rules(&self.source.part(&fence.text, fence.line), names, self.faults)
            }
            None => MistakeRules::default(),
        };
        let Some(program) = parts.program else {
            let others = ids.iter().map(String::as_str).filter(|other| *other != id);
            let hint = match self.faults.near(&id, others) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("add ```python mistake={id}"),
            };
            self.missing(parts.at, format!("the mistake `{id}` has no wrong program"), hint);
            return None;
        };
        if message.as_ref().is_none_or(|message| message.text.is_empty()) {
            self.error(
                program.at,
                format!("the mistake `{id}` has no message"),
                format!("add a quote that begins with > `{id}`: and names the misconception"),
            );
        }
        Some(Mistake {
            id,
            place: self.place(program.at),
            message: message?.text,
            program: program.value,
            look_alikes: parts.look_alikes,
            rules,
        })
    }

    fn stray_message(&mut self, message: &Message, ids: &[String]) {
        let shown: String = message.id.chars().take(60).collect();
        if ids.contains(&message.id) {
            let text = format!("the mistake `{shown}` has a message already");
            return self.error(message.at, text, "make one of the two");
        }
        let hint = match self.faults.near(&message.id, ids.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("add ```python mistake={shown}, or begin the quote in another way"),
        };
        self.error(message.at, format!("this step has no mistake `{shown}`"), hint);
    }
}
