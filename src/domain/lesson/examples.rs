//! Examples, their outputs, and the files and the input that serve them.

use crate::domain::course::{PythonRange, PythonVersion};
use crate::domain::document::Block;
use crate::domain::exercise::{Example, ExpectedOutput};
use crate::domain::problem::Problem;
use crate::domain::run::{Clock, ScratchFile};

use super::blocks::Info;
use super::markdown::Fence;
use super::source::At;
use super::step::{Before, Mode, StepReader, code_of};

/// The most files of one program.
const MOST_FILES: usize = 100;

impl StepReader<'_, '_> {
    /// Takes an example, with what stands before it and serves it.
    pub(super) fn example(&mut self, fence: &Fence, info: &Info<'_>, at: usize) {
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
            code: code_of(self.source, fence),
            outputs: Vec::new(),
            raises: info.raises.clone(),
            clock: if info.real_clock { Clock::Real } else { Clock::Virtual },
            python: info.python,
            trace: info.trace,
            stdin,
            files: files.into_iter().map(|file| file.value).collect(),
        });
    }

    /// Takes what the example before prints.
    pub(super) fn output(&mut self, fence: &Fence, info: &Info<'_>, at: usize, before: Before) {
        let place = self.source.line_place(fence.line);
        let Some(example) = self.examples.last_mut() else {
            return self.missing(
                at,
                "this output has no program before it",
                "write ```python run above it",
            );
        };
        if before != Before::Program && self.mode != Mode::Predict {
            return self.refuse(
                at,
                "an output stands right after its program",
                "move it up to the ```python run block that prints it",
            );
        }
        self.before = Before::Program;
        let clash = (0..=u8::MAX).map(PythonVersion).any(|version| {
            let holds = |range: Option<PythonRange>| range.is_none_or(|range| range.holds(version));
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

    /// Takes a file of the scratch folder.
    pub(super) fn file(&mut self, fence: Fence, info: &Info<'_>, at: usize) {
        let Some(name) = info.value else { return };
        if !is_bare_name(name.value) {
            let shown: String = name.value.chars().take(80).collect();
            return self.error(
                name.at,
                format!("`{shown}` is no name of a file in the scratch folder"),
                "write a bare name, such as `data.csv`: no folders, no dot at the beginning",
            );
        }
        if self.files.len() >= MOST_FILES {
            let message = format!("a program has at most {MOST_FILES} files");
            return self.error(name.at, message, "make fewer of them");
        }
        if self.files.iter().any(|file| file.value.name == name.value) {
            let message = format!("the file `{}` stands here already", name.value);
            return self.error(name.at, message, "give it another name");
        }
        let file = ScratchFile { name: name.value.to_owned(), text: fence.text };
        self.files.push(At { value: file, at });
    }

    /// Takes what `input()` reads.
    pub(super) fn read_stdin(&mut self, fence: Fence, at: usize) {
        if self.stdin.is_some() {
            return self.error(at, "`stdin` stands here already", "make one block of the two");
        }
        self.stdin = Some(At { value: fence.text, at });
    }

    /// Refuses what serves no example, and examples whose end is not shown.
    pub(super) fn refuse_leftovers(&mut self) {
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
            if example.raises.is_some() && example.outputs.is_empty() && !self.flawed {
                let place = example.code.place.clone();
                self.faults.push(
                    Problem::error(place, "this example raises and has no output")
                        .hint("add an ```output block that ends in the exception's last line"),
                );
            }
        }
    }
}

fn is_bare_name(name: &str) -> bool {
    name.len() <= 64
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}
