//! `from __future__` in the learner's text, which Python takes at the head of a file alone: as the learner's text is one, and
//! the code before it another, such lines go to the head of the one text that the type checker sees.

/// All that Python knows; another name is wrong, and has to be found where it stands.
const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// A text without its `from __future__` lines, and these; every other place stays what it was.
pub(super) fn parted(text: &str) -> (String, String) {
    let (mut rest, mut taken) = (String::with_capacity(text.len()), String::new());
    let mut head = Head::Open;
    for line in text.split_inclusive('\n') {
        let code = line.trim_end();
        head = head.after(code);
        if head.is_future() {
            taken.push_str(code);
            taken.push('\n');
            rest.extend(line.chars().map(|c| if c == '\n' { c } else { ' ' }));
        } else {
            rest.push_str(line);
        }
    }
    if are_known(&taken) { (rest, taken) } else { (text.to_owned(), String::new()) }
}

/// Whether lines of `from __future__` name nothing but what there is.
fn are_known(lines: &str) -> bool {
    let codes = lines.lines().map(|line| line.split('#').next().unwrap_or_default());
    let names = codes.map(|code| code.split_once(" import").map_or(code, |(_, names)| names));
    let mut words = names.flat_map(|names| names.split([' ', '\t', ',', '(', ')']));
    words.all(|word| word.is_empty() || FEATURES.contains(&word))
}

/// Where a line stands in the head of a file: comments, one text that documents it, `from __future__`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// All so far may stand before a `from __future__`.
    Open,
    /// In a text that such quotes end.
    Text(&'static str),
    /// A whole `from __future__`.
    Future,
    /// One that goes on to a closing bracket.
    FutureOn,
    /// The head is over.
    Over,
}

impl Head {
    fn is_future(self) -> bool {
        matches!(self, Self::Future | Self::FutureOn)
    }

    /// The state that a line, without the white space at its end, is in.
    fn after(self, line: &str) -> Self {
        match self {
            Self::Over => Self::Over,
            Self::Text(quotes) if line.contains(quotes) => Self::Open,
            Self::Text(quotes) => Self::Text(quotes),
            Self::FutureOn if line.contains(')') => Self::Future,
            Self::FutureOn => Self::FutureOn,
            Self::Open | Self::Future => Self::of(line),
        }
    }

    /// The state of a line that begins a statement.
    fn of(line: &str) -> Self {
        if let Some(names) = line.strip_prefix("from __future__ import ") {
            // Something else on the line would go with it, to before what it may need.
            return match names.split('#').next().unwrap_or_default() {
                names if names.contains([';', '\\']) => Self::Over,
                names if names.contains('(') && !names.contains(')') => Self::FutureOn,
                _ => Self::Future,
            };
        }
        for quotes in ["\"\"\"", "'''"] {
            if let Some(within) = line.strip_prefix(quotes) {
                return if within.contains(quotes) { Self::Open } else { Self::Text(quotes) };
            }
        }
        let may_precede = line.is_empty() || line.starts_with(['#', '"', '\'']);
        if may_precede { Self::Open } else { Self::Over }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_at_the_head_are_taken_and_leave_white_space() {
        let text = "# a\n\"\"\"Says\nfrom __future__ import\n\"\"\"\nfrom __future__ import annotations  # b\nx = 1\n";
        let (rest, taken) = parted(text);
        assert_eq!(taken, "from __future__ import annotations  # b\n");
        assert_eq!(rest, text.replace(taken.trim_end(), &" ".repeat(taken.len() - 1)));
    }

    #[test]
    fn one_of_several_lines_is_taken_whole() {
        let text = "from __future__ import (\n    annotations,\n)\nfrom __future__ import division";
        let (rest, taken) = parted(text);
        assert_eq!(taken, format!("{text}\n"));
        assert!(rest.trim().is_empty() && rest.matches('\n').count() == 3, "{rest:?}");
    }

    #[test]
    fn what_python_would_not_take_stays_where_it_is_found() {
        for text in [
            "x = 1\nfrom __future__ import annotations\n",
            "from __future__ import annotations; x = 1\n",
            "from __future__ import anotations\n",
        ] {
            assert_eq!(parted(text), (text.to_owned(), String::new()));
        }
    }
}
