//! Answers questions about one text at a time. Nothing of ty's own leaves it.

use std::panic::AssertUnwindSafe;

use pykata::domain::place::LineIndex;
use pykata::domain::types::{Spot, Stretch, Weight};
use pykata::protocol::types::{Ask, Found, Page, Said, Source, TypeHere};
use ruff_db::diagnostic::{Diagnostic, DiagnosticId, Severity};
use ruff_db::files::File;
use ruff_python_ast as ast;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_body, walk_expr};
use ruff_text_size::{Ranged as _, TextRange, TextSize};
use ty_python_semantic::{Db as _, HasType as _, SemanticModel, default_lint_registry};

use crate::database::Database;

/// The name of the text among the modules that it may import.
const MAIN: &str = "__main__.py";

/// After so many texts what is kept of the old ones is let go: 4 KB of each.
const TEXTS_MAX: u32 = 2_000;

/// What is known of the text in hand.
struct Desk {
    /// Which it is, with all but its content.
    source: Source,
    db: Database,
    file: File,
    index: LineIndex,
    texts: u32,
}

/// Checks texts, one after another.
#[derive(Default)]
pub(crate) struct Checker {
    desk: Option<Desk>,
}

impl Checker {
    /// Answers a question. A panic of ty's is an answer too, after which it starts afresh.
    pub(crate) fn answer(&mut self, ask: &Ask) -> Said {
        let tried = ruff_db::panic::catch_unwind(AssertUnwindSafe(|| self.try_answer(ask)));
        match tried {
            Ok(Ok(said)) => said,
            Ok(Err(why)) => Said::Failed(why),
            Err(panic) => {
                self.desk = None;
                let panic = panic.to_string();
                let first = panic.lines().next().unwrap_or_default();
                Said::Failed(format!("the type checker met a fault of its own: {first}"))
            }
        }
    }

    fn try_answer(&mut self, ask: &Ask) -> Result<Said, String> {
        Ok(match ask {
            Ask::Findings(source) => Said::Findings(self.desk(source)?.findings()),
            Ask::TypeAt { source, at } => Said::Type(self.desk(source)?.type_at(*at)),
            Ask::Page(rule) => Said::Page(page(rule)),
            Ask::Rules => {
                let lints = default_lint_registry().lints().iter();
                Said::Rules(lints.map(|lint| lint.name().to_string()).collect())
            }
        })
    }

    /// Puts a text on the desk, beside what is known of the last one where it is of the same kind.
    fn desk(&mut self, source: &Source) -> Result<&Desk, String> {
        let kept = self.desk.take().filter(|desk| desk.suits(source));
        let desk = match kept {
            Some(desk) if desk.source.text == source.text => desk,
            Some(mut desk) => {
                desk.file = desk.db.set_text(MAIN, &source.text)?;
                Desk {
                    source: source.clone(),
                    index: LineIndex::new(&source.text),
                    texts: desk.texts + 1,
                    ..desk
                }
            }
            None => {
                let mut db = Database::new(source.minor, source.ignores)?;
                let file = db.set_text(MAIN, &source.text)?;
                let index = LineIndex::new(&source.text);
                Desk { source: source.clone(), db, file, index, texts: 0 }
            }
        };
        Ok(self.desk.insert(desk))
    }
}

impl Desk {
    fn suits(&self, source: &Source) -> bool {
        let key = |source: &Source| (source.minor, source.ignores);
        self.source.about == source.about
            && key(&self.source) == key(source)
            && self.texts < TEXTS_MAX
    }

    fn findings(&self) -> Vec<Found> {
        let found = self.db.check_file(self.file);
        let mut found: Vec<Found> = found.iter().map(|one| self.found(one)).collect();
        found.sort_by_key(|one| one.stretch.start);
        found
    }

    fn found(&self, one: &Diagnostic) -> Found {
        let rule = match one.id() {
            DiagnosticId::Lint(name) => name.to_string(),
            other => other.as_str().to_owned(),
        };
        let range = one.primary_span().and_then(|span| span.range()).unwrap_or_default();
        let label = one.primary_annotation().and_then(|label| label.get_message());
        // ty tells of its own folders and settings, of which there are none here.
        let notes = match rule.as_str() {
            "unresolved-import" => vec!["only the standard library is known here".to_owned()],
            _ => one
                .sub_diagnostics()
                .iter()
                .map(|note| note.concise_message().to_str().into_owned())
                .collect(),
        };
        let revealed = (rule == "revealed-type")
            .then(|| label.unwrap_or_default().trim_matches('`').to_owned());
        Found {
            rule,
            weight: match one.severity() {
                Severity::Info => Weight::Info,
                Severity::Warning => Weight::Warning,
                Severity::Error | Severity::Fatal => Weight::Error,
            },
            stretch: self.stretch(range),
            message: one.concise_message().to_str().into_owned(),
            notes,
            revealed,
        }
    }

    fn type_at(&self, at: Spot) -> Option<TypeHere> {
        let db = &self.db;
        let program_file = db.program_file(self.file);
        let model = SemanticModel::new(db, program_file);
        let parsed = ruff_db::parsed::parsed_module(db, program_file.python_file(db)).load(db);
        let mut innermost = Innermost { at: self.offset(at)?, found: None };
        walk_body(&mut innermost, parsed.suite());
        let expression = innermost.found?;
        let found = expression.inferred_type(&model)?;
        let shown = found.display(db, &model.program_environment()).to_string();
        Some(TypeHere { shown, stretch: self.stretch(expression.range()) })
    }

    fn offset(&self, at: Spot) -> Option<TextSize> {
        let text = &self.source.text;
        let mut rest = text.as_str();
        for _ in 1..at.line {
            rest = rest.split_once('\n')?.1;
        }
        let line = rest.split('\n').next().unwrap_or_default();
        let column = usize::try_from(at.column).ok()?.checked_sub(1)?;
        let within = line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte);
        TextSize::try_from(text.len() - rest.len() + within).ok()
    }

    fn stretch(&self, range: TextRange) -> Stretch {
        let place = |offset: TextSize| {
            let (line, column) = self.index.line_column(&self.source.text, offset.into());
            Spot { line, column }
        };
        Stretch { start: place(range.start()), end: place(range.end()) }
    }
}

fn page(rule: &str) -> Option<Page> {
    let lint = default_lint_registry().get(rule).ok()?;
    Some(Page {
        rule: lint.name().to_string(),
        summary: lint.summary().to_owned(),
        text: lint.documentation(),
    })
}

/// Looks for the innermost expression at a place.
struct Innermost<'a> {
    at: TextSize,
    found: Option<ast::ExprRef<'a>>,
}

impl<'a> SourceOrderVisitor<'a> for Innermost<'a> {
    fn visit_expr(&mut self, expr: &'a ast::Expr) {
        if expr.range().contains_inclusive(self.at) {
            self.found = Some(expr.into());
            walk_expr(self, expr);
        }
    }
}
