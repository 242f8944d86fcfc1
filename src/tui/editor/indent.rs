//! How far Python lines are indented. Pure functions over single lines.

use super::cells::INDENT;

/// The blanks that a line begins with.
#[must_use]
pub fn blanks(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The blanks for a line that follows `before`, the text of a line up to where Enter is pressed.
///
/// One level deeper after a colon or an opening bracket, one level less after a statement that leaves its block.
#[must_use]
pub fn after(before: &str) -> String {
    let blanks = blanks(before);
    let code = code(before).trim_end();
    if code.ends_with([':', '(', '[', '{']) {
        return deeper(blanks);
    }
    let leaves = ["return", "break", "continue", "pass", "raise"]
        .iter()
        .any(|word| first_word(code) == *word);
    if leaves && is_balanced(code) { shallower(blanks).to_owned() } else { blanks.to_owned() }
}

/// The blanks of one level more.
#[must_use]
pub fn deeper(blanks: &str) -> String {
    if blanks.ends_with('\t') { format!("{blanks}\t") } else { format!("{blanks}{:INDENT$}", "") }
}

/// The blanks of one level less: back to the indent stop before, or without the last tab.
#[must_use]
pub fn shallower(blanks: &str) -> &str {
    if let Some(rest) = blanks.strip_suffix('\t') {
        return rest;
    }
    let spaces = blanks.len() - blanks.trim_end_matches(' ').len();
    let over = match blanks.len() % INDENT {
        0 => INDENT,
        over => over,
    };
    &blanks[..blanks.len() - over.min(spaces)]
}

/// A line without its comment. A line alone cannot tell whether it stands inside a string of several lines.
fn code(line: &str) -> &str {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if open == c => quote = None,
            (None, '#') => return &line[..at],
            (None, '"' | '\'') => quote = Some(c),
            _ => {}
        }
    }
    line
}

fn first_word(code: &str) -> &str {
    let code = code.trim_start();
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len());
    &code[..end]
}

fn is_balanced(code: &str) -> bool {
    let count = |signs: [char; 3]| code.chars().filter(|c| signs.contains(c)).count();
    count(['(', '[', '{']) <= count([')', ']', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_line_is_indented_as_python_reads() {
        for (line, blanks) in [
            ("def f(x):", 4),
            ("    if x:  # why: because", 8),
            ("    x = 1", 4),
            ("    x = 'a:'", 4),
            ("    x = {  # c", 8),
            ("    call(a,", 4),
            ("        return x", 4),
            ("        return", 4),
            ("        return f(", 12),
            ("        return [x,", 8),
            ("        raise ValueError('no (')", 8),
            ("    pass", 0),
            ("    break", 0),
            ("    continue  # on", 0),
            ("pass", 0),
            ("    passed = 1", 4),
            ("    returns", 4),
            ("      pass", 4),
            ("    # a comment:", 4),
            ("    '#' if x:", 8),
            ("", 0),
            ("    ", 4),
        ] {
            assert_eq!(after(line), " ".repeat(blanks), "after {line:?}");
        }
    }

    #[test]
    fn tabs_stay_tabs() {
        assert_eq!(after("\tif x:"), "\t\t");
        assert_eq!(after("\t\tpass"), "\t");
    }
}
