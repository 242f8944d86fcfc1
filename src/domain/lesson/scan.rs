//! What the raw text of Markdown says beyond its events: how deep it nests, its braces, info strings and links.

use std::ops::Range;

use super::source::{Faults, Source};

/// How deep blocks and emphasis may be nested in one another.
pub(super) const DEEPEST: usize = 24;

/// Whether a line opens more lists and quotes than anybody reads. The Markdown parser walks through all that are open
/// for each line, so that a megabyte of them would take it minutes.
pub(super) fn nested_too_deep(source: &Source<'_>, from: usize, faults: &mut Faults) -> bool {
    const FARTHEST: usize = 200;
    let mut at = from;
    for line in source.text.get(from..).unwrap_or("").split_inclusive('\n') {
        let (markers, indent) = containers(line);
        if markers > DEEPEST || (markers > 0 && indent > FARTHEST) {
            faults.error(
                source,
                at,
                "lists and quotes are nested too deep, so the lesson is not read",
                format!("nest them at most {DEEPEST} deep"),
            );
            return true;
        }
        at += line.len();
    }
    false
}

/// How many list and quote markers a line begins with, and how many bytes they take with the white space around them.
fn containers(line: &str) -> (usize, usize) {
    let bytes = line.as_bytes();
    let (mut markers, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let next_is_blank = bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
        match byte {
            b' ' | b'\t' => {}
            b'>' => markers += 1,
            b'-' | b'+' | b'*' if next_is_blank => markers += 1,
            b'0'..=b'9' => {
                let digits = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
                match bytes.get(at + digits) {
                    Some(b'.' | b')') => markers += 1,
                    _ => break,
                }
                at += digits;
            }
            _ => break,
        }
        at += 1;
    }
    (markers, at)
}

/// What is wrong with where a link leads.
pub(super) fn wrong_with_link(target: &str) -> Option<&'static str> {
    const LONGEST: usize = 2_000;
    let scheme =
        target.split_once(':').map(|(scheme, _)| scheme).filter(|s| !s.contains(['/', '#']));
    if target.len() > LONGEST {
        return Some("this link is longer than any address");
    }
    if let Some(scheme) = scheme {
        let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        let host = target.split('/').nth(2).unwrap_or("");
        return match known {
            false => Some("links lead to web pages and to lessons, not to anything else"),
            true if host.contains('@') => Some("this link holds a user name"),
            true => None,
        };
    }
    let leaves = target.starts_with('/')
        || target.contains('\\')
        || target.split(['/', '#']).any(|part| part == "..")
        || target.contains('%');
    leaves.then_some("this link leaves the pack")
}

/// The braces at the end of a heading, where there are some.
pub(super) fn braces(text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    let raw = text.get(range.clone())?.trim_end();
    let line = if raw.starts_with('#') {
        // A closing run of `#` after a space belongs to the heading's form.
        let open = raw.trim_end_matches('#');
        if open.ends_with([' ', '\t']) { open.trim_end() } else { raw }
    } else {
        raw.rsplit_once('\n').map_or(raw, |(line, _)| line.trim_end())
    };
    let open = line.strip_suffix('}')?.rfind('{')?;
    let inside = &line[open + 1..];
    let attached = line[..open].ends_with(|c: char| !c.is_whitespace());
    if attached && !inside.starts_with(['#', '.']) {
        return None;
    }
    Some(range.start + open..range.start + line.len())
}

/// The info string of a fence.
pub(super) fn info(text: &str, range: &Range<usize>) -> Range<usize> {
    let line = text.get(range.clone()).and_then(|block| block.lines().next()).unwrap_or("");
    let words = line.trim_start().trim_start_matches(['`', '~']).trim_start();
    let start = range.start + line.len() - words.len();
    start..start + words.trim_end().len()
}

/// Whether the last line of a fence closes it.
pub(super) fn is_closed(text: &str, range: &Range<usize>) -> bool {
    let block = text.get(range.clone()).unwrap_or("").trim();
    let mark = if block.starts_with('~') { '~' } else { '`' };
    let opening = block.len() - block.trim_start_matches(mark).len();
    let Some((_, last)) = block.rsplit_once('\n') else { return false };
    let last = last.trim_start_matches(['>', ' ', '\t']);
    last.len() >= opening && last.chars().all(|c| c == mark)
}

/// Whether HTML is a comment and nothing else.
pub(super) fn is_comment(html: &str) -> bool {
    let html = html.trim();
    html.starts_with("<!--") && html.ends_with("-->")
}
