//! What the panes of an exercise say before anything is run: the task with hints and solutions, and what will be checked.

use super::Exercise;
use super::continued::Continued;
use crate::domain::clean::Clean;
use crate::domain::course::Kind;
use crate::domain::document::{Block, Document, Inlines};
use crate::domain::exercise::Code;
use crate::tui::panes::reader::ReaderAction;
use crate::tui::panes::result::Piece;
use crate::tui::theme::{Glyph, Role};

impl Exercise {
    /// Shows what will be checked.
    pub(super) fn promise(&mut self) {
        let mut pieces = Vec::new();
        if let Some(said) = self.continued.as_ref().and_then(Continued::said) {
            pieces.push(Piece::Says(Role::Text, Clean::line(said)));
        }
        if self.kind == Kind::Order {
            let how = "Choose a line with Up and Down. Space takes it up, so that it moves with you, and puts it down. \
                       Left and Right indent it, x sets it aside. Or drag it with the mouse.";
            pieces.push(Piece::Says(Role::Text, how.into()));
        }
        pieces.push(Piece::Says(Role::Dim, "F6 checks that:".into()));
        let open = |name: &Clean| Piece::Sign(Glyph::Open, Role::Dim, name.clone());
        pieces.extend(self.task.checks.iter().map(|check| open(&check.name)));
        self.bench.result.show(pieces, "");
    }

    /// Puts together what the task pane shows.
    pub(super) fn write_task(&mut self) {
        let mut blocks = self.body.0.clone();
        if let Some(given) = &self.task.given {
            blocks.push(paragraph("This stands before your code:"));
            blocks.push(python(given));
        }
        for (n, hint) in self.task.hints.iter().enumerate().take(self.hints) {
            blocks.push(heading(&format!("Hint {} of {}", n + 1, self.task.hints.len())));
            blocks.extend(hint.0.iter().cloned());
        }
        blocks.extend(self.probe_blocks());
        if self.solutions_shown {
            for (n, solution) in self.task.solutions.iter().enumerate() {
                blocks.push(match &solution.title {
                    Some(title) if title.starts_with("Another way") => heading(title),
                    Some(title) => heading(&format!("Another way: {title}")),
                    None if n == 0 => heading("A solution"),
                    None => heading("Another way"),
                });
                blocks.extend(solution.note.0.iter().cloned());
                blocks.push(python(&solution.code));
            }
        }
        let examples = self.reader.examples().to_vec();
        let top = self.reader.top();
        self.reader.set_document(Document(blocks), examples);
        for _ in 0..top {
            self.reader.act(ReaderAction::Down);
        }
    }

    fn probe_blocks(&self) -> Vec<Block> {
        let Some(probe) = self.task.probe.as_ref().filter(|probe| !probe.hidden) else {
            return Vec::new();
        };
        if self.probe_shown {
            vec![heading("What the checks look at"), python(&probe.code)]
        } else {
            vec![paragraph("Alt-V shows the code that the checks look at; it runs after yours.")]
        }
    }
}

fn heading(text: &str) -> Block {
    Block::Heading { level: 3, text: Inlines::plain(text) }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(Inlines::plain(text))
}

fn python(code: &Code) -> Block {
    let text = Clean::text(code.text.trim_end_matches('\n'));
    Block::Code { language: Some(Clean::line("python")), text }
}
