//! From inlines to a flow of looks.

use ratatui::style::Style;

use super::wrap::{Flow, Look};
use crate::domain::clean::Clean;
use crate::domain::document::{Inline, Inlines};
use crate::tui::theme::{Role, Theme};

/// Makes the flow of a text, and keeps the targets of its links.
pub(super) fn flow(
    inlines: &Inlines,
    base: Style,
    theme: &Theme,
    targets: &mut Vec<Clean>,
) -> Flow {
    let mut weaver = Weaver { theme, targets, flow: Flow::default() };
    weaver.add(inlines, Look { style: base, ..Look::default() });
    weaver.flow
}

struct Weaver<'a> {
    theme: &'a Theme,
    targets: &'a mut Vec<Clean>,
    flow: Flow,
}

impl Weaver<'_> {
    fn add(&mut self, inlines: &Inlines, look: Look) {
        for inline in &inlines.0 {
            match inline {
                Inline::Text(text) => self.flow.push(text, look),
                Inline::Code(text) => self.code(text, look),
                Inline::Strong(inner) => self.add(inner, self.strong(look)),
                Inline::Emphasis(inner) => self.add(inner, self.weighted(look, Role::Emphasis)),
                Inline::Struck(inner) => self.add(inner, self.patched(look, Role::Struck)),
                Inline::Link { target, text } => self.link(target, text, look),
                Inline::Image(text) => {
                    let look = self.patched(look, Role::Dim);
                    self.flow.push(&format!("[image: {}]", &**text), look);
                }
                Inline::SoftBreak => self.flow.push(" ", look),
                Inline::HardBreak => self.flow.push("\n", look),
            }
        }
    }

    fn code(&mut self, text: &Clean, look: Look) {
        let look = Look { code: true, ..self.patched(look, Role::InlineCode) };
        if self.theme.color {
            self.flow.push(text, look);
        } else {
            self.flow.push(&format!("`{}`", &**text), look);
        }
    }

    fn link(&mut self, target: &Clean, text: &Inlines, look: Look) {
        self.targets.push(target.clone());
        let link = Some(self.targets.len() - 1);
        self.add(text, Look { link, ..self.patched(look, Role::Link) });
    }

    /// Strong prose has a colour of its own; what has another colour keeps it.
    fn strong(&self, look: Look) -> Look {
        if look.style.fg == self.theme.style(Role::Text).fg {
            self.patched(look, Role::Strong)
        } else {
            self.weighted(look, Role::Strong)
        }
    }

    fn patched(&self, look: Look, role: Role) -> Look {
        Look { style: look.style.patch(self.theme.style(role)), ..look }
    }

    fn weighted(&self, look: Look, role: Role) -> Look {
        let weight = self.theme.style(role).add_modifier;
        Look { style: look.style.add_modifier(weight), ..look }
    }
}
