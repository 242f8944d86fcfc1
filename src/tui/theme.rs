//! Every colour of the screen, by meaning. No colour is named outside this file.

use ratatui::style::{Color, Modifier, Style};

use crate::analysis::SyntaxClass;

/// What a piece of the screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Prose and code without a class of its own.
    Text,
    /// Chrome: borders, counters, what is there to be ignored.
    Dim,
    /// Focus, and what to do next: the one accent.
    Accent,
    /// A heading.
    Heading,
    /// Strong prose.
    Strong,
    /// Emphasised prose.
    Emphasis,
    /// Code in prose.
    InlineCode,
    /// A link.
    Link,
    /// The ground of a block of code.
    CodeGround,
    /// What failed.
    Failed,
    /// What passed.
    Passed,
    /// What deserves attention and is no failure.
    Warning,
    /// The selected text.
    Selection,
    /// The line that the cursor is on.
    CurrentLine,
    /// The bar at the bottom: a key.
    Key,
    /// The bar at the bottom: what a key does.
    KeyLabel,
    /// A piece of Python.
    Syntax(SyntaxClass),
}

/// How meanings look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Whether signs other than ASCII may be drawn.
    pub unicode: bool,
    /// Whether any colour is used.
    pub color: bool,
}

impl Theme {
    /// The dark theme.
    #[must_use]
    pub fn dark() -> Self {
        Self { unicode: true, color: true }
    }

    /// Without any colour: weight and underline alone.
    #[must_use]
    pub fn plain() -> Self {
        Self { unicode: true, color: false }
    }

    /// The look of a meaning.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        let style = match role {
            Role::Heading | Role::Accent | Role::Key => {
                Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD)
            }
            Role::Dim | Role::KeyLabel => Style::new().fg(Color::DarkGray),
            Role::Failed => Style::new().fg(Color::Red),
            Role::Passed => Style::new().fg(Color::Green),
            Role::Strong => Style::new().add_modifier(Modifier::BOLD),
            Role::Selection => Style::new().add_modifier(Modifier::REVERSED),
            _ => Style::new(),
        };
        if self.color {
            style
        } else {
            Style { fg: None, bg: None, underline_color: None, ..style }
        }
    }
}
