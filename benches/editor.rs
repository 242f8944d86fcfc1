//! What a key costs in the editor: the edit, reading the whole text again, and drawing a screen of it.
//!
//! Budget: under 1.5 ms in 2,000 lines.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use pykata::analysis::syntax;
use pykata::tui::editor::EditorPane;
use pykata::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

const AREA: Rect = Rect::new(0, 0, 120, 40);

/// Lines of a lesson's step, of a long exercise, and of a module of the standard library.
const LINES: [u32; 3] = [30, 300, 2_000];

/// About as dense as `asyncio/base_events.py`, a module of the standard library with 1,947 lines.
const UNIT: &str = r#"class Node[T](Base, metaclass=Meta):
    """A node of a tree.

    Its children are walked depth first; those that were added while the
    walk is on its way are seen as well.
    """

    # The deepest level that is walked; None walks everything there is.
    limit: int | None = None

    def __init__(self, name: str, children=(), *, parent=None):
        self.name = name
        self.children = list(children)
        self._parent = parent
        self._closed = False

    async def walk(self, depth: int = 0) -> AsyncIterator[T]:
        """Yields this node and all below it."""
        if (self.limit or 0) > 10 and depth < 3:
            yield f"{self.name!r:>{depth}} {'nested'} {depth + 1:04d}"
            return

        for i, child in enumerate(self.children):
            # A child may have been closed in the meantime.
            if child.closed():
                raise RuntimeError(
                    f'{child!r} was closed while its parent was walked')
            result = [x async for x in child.walk(depth + 1) if x is not None]
            print(i, result, sep=', ')  # a comment here

    def closed(self):
        return self._closed


"#;

fn program(lines: u32) -> String {
    UNIT.lines().cycle().take(lines as usize).flat_map(|line| [line, "\n"]).collect()
}

/// A pane with its cursor at the end of a line in the middle.
fn pane(lines: u32) -> EditorPane {
    let mut pane = EditorPane::new(&program(lines));
    pane.resize(Size::new(AREA.width, AREA.height));
    pane.go_to(lines / 2, u32::MAX);
    pane
}

fn key(n: usize) -> KeyEvent {
    let c = b"value = compute(x) "[n % 19];
    KeyEvent::new(KeyCode::Char(char::from(c)), KeyModifiers::NONE)
}

fn draw(pane: &EditorPane, buf: &mut Buffer) {
    buf.reset();
    pane.view(AREA, buf, &Theme::dark(), true);
    black_box(pane.cursor(AREA));
}

fn bench(c: &mut Criterion) {
    let mut buf = Buffer::empty(AREA);
    let mut group = c.benchmark_group("editor");
    for lines in LINES {
        let text = program(lines);
        group.bench_function(BenchmarkId::new("key, parse and draw", lines), |b| {
            let mut pane = pane(lines);
            let mut n = 0;
            b.iter(|| {
                // The line is begun again before it is longer than a line is.
                if n % 60 == 59 {
                    pane.key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
                } else {
                    pane.key(key(n));
                }
                n += 1;
                draw(&pane, &mut buf);
            });
        });
        group.bench_function(BenchmarkId::new("200 keys, one draw", lines), |b| {
            b.iter_batched_ref(
                || pane(lines),
                |pane| {
                    (0..200).for_each(|n| {
                        pane.key(key(n));
                    });
                    draw(pane, &mut buf);
                },
                BatchSize::SmallInput,
            );
        });
        group.bench_function(BenchmarkId::new("draw", lines), |b| {
            let pane = pane(lines);
            b.iter(|| draw(&pane, &mut buf));
        });
        group.bench_function(BenchmarkId::new("parse", lines), |b| {
            b.iter(|| syntax::parse(black_box(&text)));
        });
        group.bench_function(BenchmarkId::new("depth", lines), |b| {
            b.iter(|| syntax::is_readable(black_box(&text)));
        });
    }
    group.bench_function("paste of 5,000 lines and undo", |b| {
        let pasted = program(5_000);
        b.iter_batched_ref(
            || pane(30),
            |pane| {
                pane.paste(&pasted);
                draw(pane, &mut buf);
                pane.key(KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL));
                draw(pane, &mut buf);
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
