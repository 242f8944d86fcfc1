//! What a lesson costs the screen: laying it out, drawing it, colouring its code.
//!
//! Budgets: 15 ms to lay out 10,000 lines, 0.5 ms for a lesson of 300 lines, 0.1 ms to draw a frame.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pykata::domain::clean::Clean;
use pykata::domain::document::{Alert, Alignment, Block, Document, Inline, Inlines, Item};
use pykata::tui::panes::reader::{Reader, ReaderAction, ReaderExample, ReaderOutput};
use pykata::tui::rows::highlight::{CodeColors, Highlighter};
use pykata::tui::rows::{LayoutContext, lay_out};
use pykata::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const PROGRAM: &str = "import functools\n\ndef login_required(view):\n    @functools.wraps(view)\n    \
                       def wrapper(*args, **kwargs):\n        return view(*args, **kwargs)\n    \
                       return wrapper\n\n@login_required\ndef inbox(request):\n    \
                       \"\"\"List the unread mail.\"\"\"\n    return f\"mail for {request['user']}\"\n";

/// The rows of Markdown that one unit stands for.
const UNIT_LINES: usize = 38;

fn prose(text: &str) -> Inlines {
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        0 => Inline::Text(Clean::line(part)),
        _ => Inline::Code(Clean::line(part)),
    });
    Inlines(parts.collect())
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(prose(text))
}

/// Some of everything that lessons hold.
fn unit() -> Vec<Block> {
    let item = |text: &str| Item { ticked: None, blocks: vec![paragraph(text)] };
    let nested = Block::List { start: Some(1), items: vec![item("deep `one`"), item("deep two")] };
    let mut outer =
        item("an item with a rather long text that is wrapped once on most screens, or twice");
    outer.blocks.push(nested);
    let text = "Everything that asks a function about itself gets the wrapper's answer. A log says \
                `wrapper took 0.2 s`, whatever you time. `help(inbox)` has nothing to say. A web framework that \
                names endpoints after functions refuses the second guarded view, as above.";
    vec![
        Block::Heading { level: 3, text: prose("Who gets hurt") },
        paragraph(text),
        paragraph(
            "日本語の長い文章もここで正しく折り返されるべきです。👨\u{200d}👩\u{200d}👧 stays whole.",
        ),
        Block::List { start: None, items: vec![outer, item("short"), item("`__wrapped__`")] },
        Block::Code { language: Some(Clean::line("python")), text: Clean::text(PROGRAM) },
        Block::Quote { alert: Some(Alert::Note), blocks: vec![paragraph(text)] },
        Block::Table {
            alignments: vec![Alignment::Left, Alignment::Center, Alignment::Right],
            head: ["Name", "Meaning", "N"].map(prose).into(),
            rows: vec![
                ["`yield`", "suspends the frame and hands a value to its caller, then waits", "1"]
                    .map(prose)
                    .into(),
                ["中文", "wide cells", "22"].map(prose).into(),
            ],
        },
        paragraph(text),
    ]
}

fn document(lines: usize) -> Document {
    Document((0..lines.div_ceil(UNIT_LINES)).flat_map(|_| unit()).collect())
}

fn colors() -> CodeColors {
    let mut colors = CodeColors::default();
    colors.extend(Highlighter::load().highlight_all(vec![Clean::text(PROGRAM)]));
    colors
}

fn layout(bench: &mut Criterion) {
    let (theme, colors) = (Theme::dark(), colors());
    let context = LayoutContext::new(80, &theme).with_colors(&colors);
    for lines in [300, 10_000] {
        let document = document(lines);
        bench.bench_function(&format!("lay out {lines} lines"), |bench| {
            bench.iter(|| lay_out(black_box(&document), &context));
        });
    }
}

fn frame(bench: &mut Criterion) {
    let theme = Theme::dark();
    let mut reader = Reader::new(theme.clone());
    reader.resize(80, 40);
    reader.set_document(document(10_000), Vec::new());
    let area = Rect::new(0, 0, 80, 40);
    bench.bench_function("draw a frame of 10,000 lines", |bench| {
        let mut buffer = Buffer::empty(area);
        bench.iter(|| {
            buffer.reset();
            reader.act(ReaderAction::Down);
            reader.view(area, black_box(&mut buffer), &theme);
        });
    });
}

fn rerun(bench: &mut Criterion) {
    let theme = Theme::dark();
    let mut reader = Reader::new(theme);
    reader.resize(80, 40);
    let mut blocks = document(300).0;
    blocks.insert(2, Block::Example(0));
    let example = ReaderExample { code: PROGRAM.to_owned(), ..ReaderExample::default() };
    reader.set_document(Document(blocks), vec![example]);
    bench.bench_function("show a result in a lesson of 300 lines", |bench| {
        bench.iter(|| reader.set_output(0, black_box(ReaderOutput::Expected("mail\n".to_owned()))));
    });
}

fn highlight(bench: &mut Criterion) {
    bench.bench_function("load the grammar", |bench| bench.iter(Highlighter::load));
    let highlighter = Highlighter::load();
    bench.bench_function("colour 12 lines, warm", |bench| {
        bench.iter(|| highlighter.highlight(black_box(PROGRAM)));
    });
}

criterion_group!(benches, layout, frame, rerun, highlight);
criterion_main!(benches);
