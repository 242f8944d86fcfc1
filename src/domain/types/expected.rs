//! Findings that a text says are to come: `# expect: rule` at the end of the line where one stands.

/// What a line says is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The line, from 1.
    pub line: u32,
    /// The rule.
    pub rule: String,
}

/// All that a text says is to come. After the rules, separated by commas, anything may stand.
#[must_use]
pub fn expected(text: &str) -> Vec<Expected> {
    let lines = text.split('\n').zip(1..);
    lines
        .flat_map(|(line, number)| {
            rules(line).into_iter().map(move |rule| Expected { line: number, rule })
        })
        .collect()
}

fn rules(line: &str) -> Vec<String> {
    const MARK: &str = "expect:";
    let comments = line.match_indices('#').map(|(at, _)| line[at + 1..].trim_start());
    let said = comments.filter_map(|comment| comment.strip_prefix(MARK)).next_back();
    let mut rest = said.unwrap_or_default().trim_start();
    let mut found = Vec::new();
    loop {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        found.push(rest[..end].to_owned());
        let Some(more) = rest[end..].trim_start().strip_prefix(',') else { return found };
        rest = more.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(u32, String)> {
        expected(text).into_iter().map(|one| (one.line, one.rule)).collect()
    }

    #[test]
    fn a_line_may_expect_several_findings_and_say_why() {
        let text =
            "x = f()  # expect: invalid-call, missing-argument (f, not g)\n\ny  #expect:a-b\n";
        let expected = [(1, "invalid-call"), (1, "missing-argument"), (3, "a-b")];
        assert_eq!(found(text), expected.map(|(line, rule)| (line, rule.to_owned())));
    }

    #[test]
    fn other_comments_expect_nothing() {
        assert_eq!(found("# expected: x\n# we expect: y\n#\nx = 1  # expect:\n"), []);
    }
}
