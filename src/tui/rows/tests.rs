//! Whole documents, laid out at several widths.

use std::fmt::Write as _;

use proptest::prelude::{
    Just, ProptestConfig, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::test_runner::RngSeed;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::wrap::columns;
use super::{ExampleView, LaidOut, LayoutContext, OutputView, lay_out};
use crate::domain::clean::Clean;
use crate::domain::document::{Alert, Alignment, Block, Document, Inline, Inlines, Item};
use crate::tui::theme::{Role, Theme};

/// Reads `*strong*`, `_emphasised_`, `` `code` `` and `[text](target)`, none of them nested.
fn prose(text: &str) -> Inlines {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '_', '`', '[']) {
        out.push(Inline::Text(Clean::line(&rest[..at])));
        let open = &rest[at..=at];
        let close = if open == "[" { "]" } else { open };
        let (inner, after) = rest[at + 1..].split_once(close).unwrap();
        rest = after;
        out.push(match open {
            "*" => Inline::Strong(Inlines::plain(inner)),
            "_" => Inline::Emphasis(Inlines::plain(inner)),
            "`" => Inline::Code(Clean::line(inner)),
            _ => {
                let (target, after) = rest[1..].split_once(')').unwrap();
                rest = after;
                Inline::Link { target: Clean::line(target), text: Inlines::plain(inner) }
            }
        });
    }
    out.push(Inline::Text(Clean::line(rest)));
    Inlines(out)
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(prose(text))
}

fn heading(text: &str) -> Block {
    Block::Heading { level: 3, text: prose(text) }
}

fn item(text: &str) -> Item {
    Item { ticked: None, blocks: vec![paragraph(text)] }
}

fn code(text: &str) -> Block {
    Block::Code { language: Some(Clean::line("python")), text: Clean::text(text) }
}

fn table(head: &[&str], rows: &[&[&str]]) -> Block {
    let cells = |row: &[&str]| row.iter().map(|cell| prose(cell)).collect();
    Block::Table {
        alignments: vec![Alignment::Left, Alignment::Center, Alignment::Right],
        head: cells(head),
        rows: rows.iter().map(|row| cells(row)).collect(),
    }
}

/// A document with everything in it.
fn everything() -> Document {
    let nested = Block::List { start: None, items: vec![item("a list in a list"), item("b")] };
    let mut outer =
        item("an item that is long enough to be wrapped on a narrow screen, and on a wide one");
    outer.blocks.push(nested);
    let ticked = |done, text| Item { ticked: Some(done), ..item(text) };
    let mut loose = item("An item with code:");
    loose.blocks.push(code("print('in a list')\n"));
    Document(vec![
        paragraph(
            "A wrapper that forgets its function's name breaks *every framework* that registers \
             handlers by name. Put `functools.wraps(view)` on it, _always_; see \
             [the manual](https://docs.python.org/3/library/functools.html).",
        ),
        heading("Who gets hurt"),
        paragraph(
            "日本語の長い文章もここで正しく折り返されるべきです。👨\u{200d}👩\u{200d}👧 stays whole.",
        ),
        Block::List { start: None, items: vec![outer, item("short")] },
        Block::List { start: Some(9), items: vec![item("nine"), item("ten"), loose] },
        Block::List { start: None, items: vec![ticked(true, "done"), ticked(false, "open")] },
        Block::Quote {
            alert: Some(Alert::Warning),
            blocks: vec![
                paragraph("Mutable defaults are evaluated once, when the function is defined."),
                Block::Quote { alert: None, blocks: vec![paragraph("A quote in it.")] },
            ],
        },
        table(
            &["Name", "Meaning", "N"],
            &[
                &["`yield`", "suspends the frame and hands a value to the caller, then waits", "1"],
                &["中文", "wide", "22"],
            ],
        ),
        table(&["a", "b", "c"], &[&["1", "2", "3"], &["10", "20", "30"]]),
        Block::Example(0),
        code(
            "x = 'a line of code that is much longer than any narrow pane, and is cut under a mark'\n",
        ),
        Block::Example(1),
        Block::Rule,
        heading("The end"),
        Block::Example(2),
    ])
}

const PROGRAM: &str = "def greet(name):\n    return f\"hello {name}\"\n\nprint(greet('you'))\n";

fn examples() -> [ExampleView<'static>; 3] {
    let ran =
        OutputView::Ran { text: "boom\nValueError: no\n", failed: true, stale: true, note: "4 ms" };
    let view = ExampleView {
        code: PROGRAM,
        output: OutputView::Expected("hello you\n"),
        focused: true,
        label: "► F5 run",
        course: None,
    };
    [
        view,
        ExampleView { output: ran, focused: false, ..view },
        ExampleView {
            code: "1\n",
            output: OutputView::Withheld,
            focused: false,
            label: "",
            course: None,
        },
    ]
}

fn text_of(laid_out: &LaidOut) -> String {
    let mut out = String::new();
    for row in &laid_out.rows {
        let line: String = row.spans.iter().map(|span| &*span.content).collect();
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

fn shown(width: u16, theme: &Theme) -> String {
    let examples = examples();
    text_of(&lay_out(&everything(), &LayoutContext::new(width, theme).with_examples(&examples)))
}

#[test]
fn a_document_with_everything_in_80_columns() {
    insta::assert_snapshot!(shown(80, &Theme::dark()));
}

#[test]
fn a_document_with_everything_in_40_columns() {
    insta::assert_snapshot!(shown(40, &Theme::dark()));
}

#[test]
fn a_document_with_everything_in_36_columns_of_ascii_without_colour() {
    insta::assert_snapshot!(shown(36, &Theme::plain().with_ascii()));
}

#[test]
fn prose_is_never_wider_than_76_columns_and_code_may_be() {
    let long = "word ".repeat(60);
    let document = Document(vec![paragraph(&long), code(&"x".repeat(100))]);
    let laid_out = lay_out(&document, &LayoutContext::new(120, &Theme::plain()));
    let width_of = |row: usize| laid_out.rows[row].width();
    assert!((60..=78).contains(&width_of(0)), "{}", width_of(0));
    assert_eq!(laid_out.code[0].hidden, 0);
    assert!(width_of(laid_out.code[0].rows.start) > 100);
}

#[test]
fn a_pane_with_a_margin_of_its_own_gets_its_whole_width() {
    let document = Document(vec![paragraph("ten chars.")]);
    let theme = Theme::plain();
    let laid_out = lay_out(&document, &LayoutContext::new(10, &theme).without_margin());
    assert_eq!(text_of(&laid_out), "ten chars.\n");
}

#[test]
fn a_long_word_of_a_table_is_whole_where_the_other_columns_can_give_room() {
    let document = Document(vec![table(
        &["if it is for", "it is called"],
        &[&["writing: parameters of callbacks, and sinks", "contravariant"]],
    )]);
    let theme = Theme::plain();
    let text = text_of(&lay_out(&document, &LayoutContext::new(40, &theme).without_margin()));
    assert!(text.contains("contravariant"), "{text}");
}

#[test]
fn a_table_without_room_for_its_words_is_drawn_cell_below_cell() {
    let document = Document(vec![table(
        &["Parameter", "Meaning", "Default"],
        &[&["maxsize", "how many results", "128"], &["typed", "apart by type", ""]],
    )]);
    let laid_out = lay_out(&document, &LayoutContext::new(20, &Theme::plain()));
    let expected = "Parameter\nmaxsize\nMeaning\nhow many results\nDefault\n128\n\
                    ────────────────────\nParameter\ntyped\nMeaning\napart by type\nDefault\n\n";
    assert_eq!(text_of(&laid_out), expected);
}

#[test]
fn the_example_in_focus_alone_has_the_bar_and_the_accent() {
    let theme = Theme::dark();
    let examples = examples();
    let document = Document(vec![Block::Example(0), Block::Example(1)]);
    let laid_out = lay_out(&document, &LayoutContext::new(80, &theme).with_examples(&examples));
    let accented = |index: usize| {
        let row = &laid_out.rows[laid_out.examples[index].rows.start];
        let accent = theme.style(Role::Accent).fg;
        row.spans.iter().filter(|span| span.style.fg == accent).map(|span| &*span.content).collect()
    };
    let (first, second): (Vec<&str>, Vec<&str>) = (accented(0), accented(1));
    assert_eq!(first, ["▌", "► F5 run"]);
    assert_eq!(second, Vec::<&str>::new());
}

#[test]
fn links_are_found_where_they_stand_even_when_wrapped() {
    let document = Document(vec![paragraph("see [the manual](x) or [*no*](y)")]);
    let theme = Theme::dark();
    let laid_out = lay_out(&document, &LayoutContext::new(7, &theme));
    assert_eq!(text_of(&laid_out), "see the\nmanual\nor *no*\n");
    let at = |row, column| laid_out.link_at(row, column).map(|link| link.target.as_str());
    assert_eq!([at(0, 3), at(0, 4), at(0, 6), at(0, 7)], [None, Some("x"), Some("x"), None]);
    assert_eq!([at(1, 0), at(2, 2), at(2, 3)], [Some("x"), None, Some("y")]);
}

#[test]
fn headings_blocks_and_examples_are_found_by_row() {
    let theme = Theme::dark();
    let examples = examples();
    let document = everything();
    let laid_out = lay_out(&document, &LayoutContext::new(80, &theme).with_examples(&examples));
    assert_eq!(laid_out.rows.len(), laid_out.row_block.len());
    assert!(laid_out.row_block.is_sorted());
    assert_eq!(laid_out.row_block.last(), Some(&(document.0.len() - 1)));
    let titles: Vec<_> = laid_out.headings.iter().map(|heading| &*heading.text).collect();
    assert_eq!(titles, ["Who gets hurt", "The end"]);
    let first = &laid_out.examples[0];
    assert_eq!((first.rows.len(), first.output.len()), (5, 1));
    assert_eq!(laid_out.example_at(first.output.start).map(|example| example.index), Some(0));
    assert_eq!(laid_out.code[2].example, None);
}

#[test]
fn code_under_an_offset_shows_marks_at_both_edges() {
    let theme = Theme::plain();
    let document = Document(vec![code("0123456789abcdefghij\nshort\n")]);
    let context = LayoutContext::new(15, &theme).with_offsets(&[4]);
    let laid_out = lay_out(&document, &context);
    assert_eq!(text_of(&laid_out), " ‹456789abcdef›\n ‹t\n");
    assert_eq!(laid_out.code[0].hidden, 8);
}

#[test]
fn only_python_is_wanted_in_colour() {
    let text = Clean::text("x");
    let sh = Block::Code { language: Some(Clean::line("sh")), text: text.clone() };
    let document =
        Document(vec![code("x"), sh, Block::Code { language: None, text: text.clone() }]);
    let laid_out = lay_out(&document, &LayoutContext::new(40, &Theme::dark()));
    assert_eq!(laid_out.uncolored, [text]);
}

#[test]
fn very_long_output_keeps_its_head_and_its_tail() {
    let theme = Theme::plain();
    let text: String = (0..1000).fold(String::new(), |text, number| format!("{text}{number}\n"));
    let output = OutputView::Ran { text: &text, failed: false, stale: false, note: "" };
    let views = [ExampleView { code: "x\n", output, focused: false, label: "", course: None }];
    let document = Document(vec![Block::Example(0)]);
    let laid_out = lay_out(&document, &LayoutContext::new(40, &theme).with_examples(&views));
    let shown = text_of(&laid_out);
    assert_eq!(laid_out.rows.len(), 1 + 150 + 1 + 50);
    assert!(
        shown.contains("800 lines more") && shown.contains("149\n") && shown.ends_with("999\n")
    );
}

#[test]
fn code_stands_on_its_ground_over_the_whole_width_of_its_block() {
    let theme = Theme::dark();
    let laid_out = lay_out(&Document(vec![code("x\n")]), &LayoutContext::new(40, &theme));
    let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
    buffer.set_line(0, 0, &laid_out.rows[0], 40);
    let ground = theme.style(Role::CodeGround).bg.unwrap();
    let painted: Vec<u16> = (0..40).filter(|x| buffer[(*x, 0)].bg == ground).collect();
    assert_eq!(painted, (1..39).collect::<Vec<_>>());
}

fn any_document() -> impl Strategy<Value = Document> {
    let text = "([a-z]{1,14} |`[a-z]{1,30}\\.x` |日本語 |--no |👩\u{200d}🚀 ){1,12}";
    let leaf = prop_oneof![
        text.prop_map(|text| paragraph(&text)),
        text.prop_map(|text| heading(&text)),
        text.prop_map(|text| code(&text.replace(' ', "\n"))),
        prop::collection::vec(prop::collection::vec(text, 3), 1..4).prop_map(|rows| {
            let rows: Vec<Vec<&str>> =
                rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            table(rows[0], &rows)
        }),
        Just(Block::Rule),
        Just(Block::Example(1)),
    ];
    let block = leaf.prop_recursive(12, 40, 3, |inner| {
        let blocks = prop::collection::vec(inner, 1..3);
        prop_oneof![
            blocks.clone().prop_map(|blocks| Block::Quote { alert: Some(Alert::Tip), blocks }),
            (blocks, prop::option::of(0_u64..200)).prop_map(|(blocks, start)| Block::List {
                start,
                items: vec![Item { ticked: None, blocks }]
            }),
        ]
    });
    prop::collection::vec(block, 0..5).prop_map(Document)
}

/// The words of prose in a document, in order, tables' excepted.
fn words(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(text) | Block::Heading { text, .. } => out.push_str(&text.to_plain()),
            Block::Quote { blocks, .. } => words(blocks, out),
            Block::List { items, .. } => items.iter().for_each(|item| words(&item.blocks, out)),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_row_is_wider_than_the_pane(document in any_document(), width in 8_u16..130) {
        let (theme, examples) = (Theme::dark(), examples());
        let context = LayoutContext::new(width, &theme).with_examples(&examples);
        let laid_out = lay_out(&document, &context);
        for row in &laid_out.rows {
            let taken: usize = row.spans.iter().map(|span| columns(&span.content)).sum();
            prop_assert!(taken <= usize::from(width), "{taken} of {width}: {row:?}");
        }
        prop_assert_eq!(laid_out.rows.len(), laid_out.row_block.len());
    }

    #[test]
    fn every_letter_of_prose_appears_in_order(document in any_document(), width in 8_u16..130) {
        let theme = Theme::dark();
        let laid_out = lay_out(&document, &LayoutContext::new(width, &theme));
        let shown: Vec<char> = text_of(&laid_out).chars().collect();
        let mut wanted = String::new();
        words(&document.0, &mut wanted);
        let mut at = shown.iter();
        for letter in wanted.chars().filter(|letter| *letter != ' ') {
            prop_assert!(at.any(|shown| *shown == letter), "{letter:?} of {wanted:?} is missing");
        }
    }

    #[test]
    fn a_pane_of_any_size_is_laid_out_without_a_fault(document in any_document(), width in 0_u16..8) {
        let (theme, examples) = (Theme::dark(), examples());
        let context = LayoutContext::new(width, &theme).with_examples(&examples);
        let laid_out = lay_out(&document, &context);
        prop_assert_eq!(laid_out.rows.is_empty(), document.is_empty());
    }
}
