//! How long a lesson takes.

use crate::domain::course::{Kind, Lesson, Step, Task};
use crate::domain::document::{Block, Document, Inlines};

/// Words that are read in a minute, by somebody who thinks about them.
const WORDS: usize = 150;

/// How many minutes a lesson takes: so many for each kind of step, and one for 150 words.
#[must_use]
pub fn estimate(lesson: &Lesson) -> u32 {
    let tasks: u32 = lesson.steps.iter().map(of_task).sum();
    let words: usize = lesson.steps.iter().map(|step| words(&step.body)).sum();
    tasks.saturating_add(u32::try_from(words.div_ceil(WORDS)).unwrap_or(u32::MAX))
}

fn of_task(step: &Step) -> u32 {
    let each = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    match &step.task {
        Task::Read => 0,
        Task::Code(Kind::Write | Kind::Refactor | Kind::Test, _) => 10,
        Task::Code(Kind::Order, _) => 4,
        Task::Code(..) => 6,
        Task::Predict(_) => 2,
        Task::Choice(questions) => each(questions.len()),
        Task::Cards(cards) => each(cards.len()),
    }
}

/// How many words of prose a text has; code is not counted.
fn words(document: &Document) -> usize {
    document.0.iter().map(words_of_block).sum()
}

/// How many words of prose a block has; code is not counted.
#[must_use]
pub fn words_of_block(block: &Block) -> usize {
    let inlines = |text: &Inlines| text.to_plain().split_whitespace().count();
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => inlines(text),
        Block::List { items, .. } => {
            items.iter().flat_map(|item| &item.blocks).map(words_of_block).sum()
        }
        Block::Quote { blocks, .. } => blocks.iter().map(words_of_block).sum(),
        Block::Table { head, rows, .. } => {
            head.iter().chain(rows.iter().flatten()).map(inlines).sum()
        }
        Block::Code { .. } | Block::Rule | Block::Example(_) => 0,
    }
}
