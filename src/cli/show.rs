//! `pykata show`: a lesson as text, answers withheld, or a track's cheat sheet.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use super::failure::Failure;
use super::{PackOption, context, output};
use crate::domain::clean::Clean;
use crate::domain::course::{Card, Lesson, Step, Task, Track};
use crate::domain::document::{Block, Document, Inlines, Item};
use crate::domain::exercise::{Code, CodeTask, Predict, Question};
use crate::tui::rows::print::to_text;
use crate::tui::rows::{ExampleView, LayoutContext, OutputView, lay_out};
use crate::tui::theme::Theme;

/// What `pykata show` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The lesson, as in decorators/closures, or a track whose cheat sheet is wanted, as in decorators
    what: String,
    #[command(flatten)]
    pack: PackOption,
    /// Show answers, hints and solutions too
    #[arg(long)]
    answers: bool,
}

/// The widest that prose is set.
const WIDTH: u16 = 80;

/// Prints the lesson, or the cheat sheet.
pub(super) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let pack = context::load_pack(&options.pack)?;
    let track = pack.tracks.iter().find(|track| track.id == options.what);
    let lesson = match track.and_then(Track::cheat_sheet) {
        Some(sheet) => sheet,
        None => context::lesson(&pack, &options.what)?,
    };
    let styled = std::io::stdout().is_terminal();
    let theme = if styled { context::theme(None) } else { Theme::plain() };
    let width = context::terminal_width().unwrap_or(WIDTH).min(WIDTH);
    let mut text = rendered(&opening(lesson), &[], &theme, width, styled);
    for step in &lesson.steps {
        let views = example_views(step, options.answers);
        text.push_str(&rendered(
            &page(step, lesson.is_cheat_sheet(), options.answers),
            &views,
            &theme,
            width,
            styled,
        ));
    }
    output::text(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn rendered(
    document: &Document,
    examples: &[ExampleView<'_>],
    theme: &Theme,
    width: u16,
    styled: bool,
) -> String {
    let context = LayoutContext::new(width, theme).with_examples(examples);
    to_text(&lay_out(document, &context), styled) + "\n"
}

fn opening(lesson: &Lesson) -> Document {
    let paragraph = |text: &str| Block::Paragraph(Inlines::plain(text));
    let objectives: Vec<_> = lesson.objectives.iter().map(Inlines::plain).collect();
    let mut blocks = vec![heading(1, &lesson.title), paragraph(&lesson.summary)];
    if !lesson.is_cheat_sheet() {
        // A line of its own: an id that is broken in two is none.
        blocks.push(paragraph(&format!("{}, about {} minutes", lesson.id, lesson.minutes)));
    }
    blocks.extend((!objectives.is_empty()).then(|| bullets(objectives)));
    Document(blocks)
}

/// What a step shows, then what it asks.
fn page(step: &Step, in_sheet: bool, answers: bool) -> Document {
    let mut blocks = Vec::new();
    match step.kind() {
        _ if step.id == "intro" => {}
        _ if in_sheet => blocks.push(heading(2, &step.title)),
        kind => {
            blocks.push(heading(2, &format!("{} (#{}, {})", step.title, step.id, kind.word())));
        }
    }
    blocks.extend(step.body.0.iter().cloned());
    match &step.task {
        Task::Read => {}
        Task::Code(_, task) => blocks.extend(code_task(task, answers)),
        Task::Predict(predict) => blocks.extend(prediction(predict, answers)),
        Task::Choice(questions) => {
            blocks.extend(questions.iter().flat_map(|question| choices(question, answers)));
        }
        Task::Cards(cards) => blocks.extend(cards.iter().flat_map(|card| uncovered(card, answers))),
    }
    Document(blocks)
}

fn code_task(task: &CodeTask, answers: bool) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(given) = &task.given {
        blocks.extend([label("Given"), code(given)]);
    }
    blocks.extend([label("Starter"), code(&task.starter), label("Checks")]);
    blocks.push(bullets(task.checks.iter().map(|check| Inlines::plain(&check.name)).collect()));
    if !answers {
        return blocks;
    }
    for hint in &task.hints {
        blocks.push(label("Hint"));
        blocks.extend(hint.0.iter().cloned());
    }
    for solution in &task.solutions {
        blocks.push(label(solution.title.as_deref().unwrap_or("Solution")));
        blocks.push(code(&solution.code));
        blocks.extend(solution.note.0.iter().cloned());
    }
    blocks
}

fn prediction(predict: &Predict, answers: bool) -> Vec<Block> {
    let mut blocks = match &predict.answer {
        Some(question) => choices(question, answers),
        None => vec![Block::Paragraph(Inlines::plain("What does it print?"))],
    };
    if let Some(why) = &predict.why {
        if why.text.0.is_empty() {
            blocks.push(label("Why?"));
        }
        blocks.extend(choices(why, answers));
    }
    blocks
}

/// A question with its choices; ticked, and with their reasons, where answers are shown.
fn choices(question: &Question, answers: bool) -> Vec<Block> {
    let items = question.choices.iter().map(|choice| {
        let mut blocks = vec![Block::Paragraph(choice.text.clone())];
        blocks.extend(choice.why.iter().filter(|_| answers).cloned().map(Block::Paragraph));
        Item { ticked: Some(answers && choice.right), blocks }
    });
    let list = Block::List { start: None, items: items.collect() };
    let text = Block::Heading { level: 3, text: question.text.clone() };
    if question.text.0.is_empty() { vec![list] } else { vec![text, list] }
}

fn uncovered(card: &Card, answers: bool) -> Vec<Block> {
    let mut blocks = vec![Block::Heading { level: 3, text: card.question.clone() }];
    if answers {
        blocks.push(bullets(card.points.clone()));
    }
    blocks
}

fn example_views(step: &Step, answers: bool) -> Vec<ExampleView<'_>> {
    let predicted = match &step.task {
        Task::Predict(predict) if !answers => Some(predict.example),
        _ => None,
    };
    let views = step.examples.iter().enumerate().map(|(n, example)| ExampleView {
        code: &example.code.text,
        output: match example.outputs.first() {
            Some(_) if predicted == Some(n) => OutputView::Withheld,
            Some(output) => OutputView::Expected(&output.text),
            None => OutputView::None,
        },
        focused: false,
        label: "",
        course: None,
    });
    views.collect()
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading { level, text: Inlines::plain(text) }
}

fn label(text: &str) -> Block {
    heading(4, text)
}

fn code(code: &Code) -> Block {
    Block::Code { language: Some(Clean::line("python")), text: Clean::text(&code.text) }
}

fn bullets(items: Vec<Inlines>) -> Block {
    let item = |text| Item { ticked: None, blocks: vec![Block::Paragraph(text)] };
    Block::List { start: None, items: items.into_iter().map(item).collect() }
}
