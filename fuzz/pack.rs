//! What the fuzzer of packs does with its bytes: it changes the built-in pack by them, reads it and lays it out.
//!
//! The target in `fuzz_targets` and a test of the pack itself share it.

use pykata::domain::clean::Clean;
use pykata::domain::course::{Pack, Step, Task};
use pykata::domain::document::Document;
use pykata::domain::lesson::{MANIFEST, PackFiles, parse_pack};
use pykata::store::builtin;
use pykata::tui::rows::print::to_text;
use pykata::tui::rows::{LayoutContext, lay_out};
use pykata::tui::theme::Theme;

/// How many bytes say one change.
const CHANGE: usize = 8;

/// The most changes that are made of one input.
const MOST_CHANGES: usize = 16;

/// Pieces that mean something somewhere in a pack.
const PIECES: [&[u8]; 24] = [
    b"\n",
    b"```",
    b"```python run\n",
    b"```output\n",
    b"```toml checks\n",
    b"+++\n",
    b"## ",
    b"{#",
    b"}",
    b"\"",
    b"'''",
    b"[[check]]\n",
    b"- [x] ",
    b"> ",
    b"<details><summary>Hint</summary>\n\n",
    b"</details>",
    b"\\u001b",
    b"\x1b]0;",
    b"\xc2\x9b",
    b"\xe2\x80\xae",
    b"\xff",
    b"\0",
    b"](",
    b"999999999999999999999",
];

/// Changes one file of the built-in pack by the bytes, reads what became of it, and lays out what can be read.
///
/// The first byte picks the file. Only that file and `pack.toml` are read: what stands in the others is read as before.
pub(crate) fn pack(data: &[u8]) {
    let Some((pick, changes)) = data.split_first() else { return };
    let whole = builtin::files();
    let names: Vec<&String> = whole.files.keys().collect();
    let name = names[usize::from(*pick) % names.len()];
    let mut text = whole.files[name].to_vec();
    for change in changes.chunks_exact(CHANGE).take(MOST_CHANGES) {
        text = changed(&text, change);
    }
    let mut files = PackFiles::default();
    files.add(MANIFEST, whole.files[MANIFEST].clone());
    files.add("decorators/01-short.md", SHORT.as_bytes());
    files.add(name.clone(), text);
    let parsed = parse_pack(&files);
    for problem in &parsed.problems {
        assert_harmless(&problem.message);
    }
    for step in parsed.pack.iter().flat_map(Pack::lessons).flat_map(|it| &it.steps) {
        assert_harmless(&step.title);
        lay_out_step(step);
    }
}

/// A lesson that is there whatever becomes of the others.
const SHORT: &str =
    "+++\ntitle = \"S\"\nsummary = \"S\"\nobjectives = [\"O\"]\nminutes = 1\n+++\n\n# S\n\nText.\n";

/// One change: bytes taken out, repeated, put in or turned over, or the text cut in two and put together the other way.
fn changed(text: &[u8], change: &[u8]) -> Vec<u8> {
    let number = |at: usize| usize::from(change[at]) << 8 | usize::from(change[at + 1]);
    let start = number(1).wrapping_mul(7) % (text.len() + 1);
    let end = (start + number(3) % 200).min(text.len());
    let (before, piece, after) = (&text[..start], &text[start..end], &text[end..]);
    let put = PIECES[usize::from(change[5]) % PIECES.len()];
    let times = 1 + usize::from(change[6]) % 8;
    match change[0] % 6 {
        0 => [before, after].concat(),
        1 => [before, &piece.repeat(times), after].concat(),
        2 => [before, &put.repeat(times), piece, after].concat(),
        3 => [before, put, after].concat(),
        4 => [after, piece, before].concat(),
        _ => {
            let mut turned = text.to_vec();
            if let Some(byte) = turned.get_mut(start) {
                *byte ^= 1 << (change[7] % 8);
            }
            turned
        }
    }
}

fn lay_out_step(step: &Step) {
    show(&step.body);
    if let Task::Code(_, task) = &step.task {
        task.hints.iter().for_each(show);
        task.mistakes.iter().for_each(|mistake| show(&mistake.message));
        task.solutions.iter().for_each(|solution| show(&solution.note));
    }
}

fn show(document: &Document) {
    let theme = Theme::plain();
    for width in [76, 24] {
        let text = to_text(&lay_out(document, &LayoutContext::new(width, &theme)), false);
        let acts = text.chars().find(|c| c.is_control() && *c != '\n');
        assert!(acts.is_none(), "a terminal would be sent {acts:?}");
    }
}

fn assert_harmless(text: &Clean) {
    assert!(!text.chars().any(char::is_control), "a terminal would be sent {text:?}");
}
