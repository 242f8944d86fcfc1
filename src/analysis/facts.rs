//! From a syntax tree to facts: which nodes, calls, decorators, assignments, imports, definitions and names a text has,
//! and in which functions they stand. Judges nothing.

use std::collections::HashMap;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Alias, Decorator, ExceptHandler, Expr, ExprContext, Identifier, Pattern, PySourceType, Stmt,
    StmtClassDef, StmtFunctionDef, StmtImportFrom,
};
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::Ranged;

use super::depth;
use crate::domain::check::source::{Fact, FactKind, SyntaxFacts};
use crate::domain::place::LineIndex;

/// Reads the facts of a text. A text with syntax errors gives those of what could be read, and the first error; one
/// that nests too deeply gives an error alone.
#[must_use]
pub fn facts(source: &str) -> SyntaxFacts {
    if depth::too_deep(source) {
        return too_deep();
    }
    let parsed = parse_unchecked_source(source, PySourceType::Python);
    let index = LineIndex::new(source);
    let mut imports = Imports::default();
    imports.visit_body(parsed.suite());
    let mut collector = Collector {
        index: &index,
        aliases: imports.aliases.clone(),
        scopes: Vec::new(),
        finally: 0,
        facts: Vec::new(),
        nesting: Nesting::default(),
    };
    collector.visit_body(parsed.suite());
    if imports.nesting.exceeded || collector.nesting.exceeded {
        // A tree that is too deep to walk is too deep to drop: better to lose its memory than the program.
        std::mem::forget(parsed);
        return too_deep();
    }
    let mut facts = collector.facts;
    facts.sort_by_key(|(offset, _)| *offset);
    let error = parsed
        .errors()
        .iter()
        .min_by_key(|error| error.location.start())
        .map(|error| (index.line(error.location.start().to_usize()), error.error.to_string()));
    let facts = facts.into_iter().map(|(_, fact)| fact).collect();
    SyntaxFacts { facts, error, aliases: imports.aliases.into_iter().collect() }
}

fn too_deep() -> SyntaxFacts {
    let message = "the code nests too deeply to be read".to_owned();
    SyntaxFacts { error: Some((1, message)), ..SyntaxFacts::default() }
}

/// How deep a walk is, and whether it had to stop.
#[derive(Default)]
struct Nesting {
    depth: u32,
    exceeded: bool,
}

impl Nesting {
    /// Goes one level down, where that is allowed.
    fn enter(&mut self) -> bool {
        self.exceeded |= self.depth >= depth::MAX_DEPTH;
        self.depth += u32::from(!self.exceeded);
        !self.exceeded
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// What the names that imports bind stand for.
#[derive(Default)]
struct Imports {
    aliases: HashMap<String, String>,
    nesting: Nesting,
}

impl<'a> Visitor<'a> for Imports {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for Alias { name, asname, .. } in &import.names {
                    if let Some(bound) = asname {
                        self.aliases.insert(bound.id.to_string(), name.id.to_string());
                    }
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.aliases.insert(bound.id.to_string(), full_name(import, alias));
                }
            }
            _ if self.nesting.enter() => {
                visitor::walk_stmt(self, stmt);
                self.nesting.leave();
            }
            _ => {}
        }
    }

    /// Nothing is imported inside an expression.
    fn visit_expr(&mut self, _: &'a Expr) {}
}

fn full_name(import: &StmtImportFrom, alias: &Alias) -> String {
    let dots = ".".repeat(import.level as usize);
    match &import.module {
        Some(module) => format!("{dots}{}.{}", module.id, alias.name.id),
        None => format!("{dots}{}", alias.name.id),
    }
}

enum Scope {
    Function(String),
    Class,
}

struct Collector<'i> {
    index: &'i LineIndex,
    aliases: HashMap<String, String>,
    scopes: Vec<Scope>,
    /// How many `finally` blocks of the innermost function it is in.
    finally: u32,
    facts: Vec<(usize, Fact)>,
    nesting: Nesting,
}

impl Collector<'_> {
    fn add(&mut self, kind: FactKind, name: impl Into<String>, at: &impl Ranged) {
        self.add_called(kind, name, at, false);
    }

    fn add_called(
        &mut self,
        kind: FactKind,
        name: impl Into<String>,
        at: &impl Ranged,
        called: bool,
    ) {
        let offset = at.start().to_usize();
        let within = self.scopes.iter().filter_map(|scope| match scope {
            Scope::Function(name) => Some(name.clone()),
            Scope::Class => None,
        });
        let within = within.collect();
        let fact = Fact { kind, name: name.into(), called, within, line: self.index.line(offset) };
        self.facts.push((offset, fact));
    }

    fn node(&mut self, name: &str, at: &impl Ranged) {
        self.add(FactKind::Node, name, at);
    }

    fn assigned(&mut self, name: Option<&Identifier>) {
        if let Some(name) = name {
            self.add(FactKind::Assignment, name.id.as_str(), name);
        }
    }

    /// The dotted name of an expression, aliases resolved; of an attribute of anything else `.attribute`.
    fn dotted(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Name(name) => {
                let written = name.id.as_str();
                Some(self.aliases.get(written).map_or_else(|| written.to_owned(), Clone::clone))
            }
            Expr::Attribute(attribute) => {
                let base = self.dotted(&attribute.value).unwrap_or_default();
                Some(format!("{base}.{}", attribute.attr.id))
            }
            _ => None,
        }
    }

    fn function(&mut self, function: &StmtFunctionDef) {
        self.node(if function.is_async { "async-def" } else { "def" }, &function.name);
        if matches!(self.scopes.last(), Some(Scope::Function(_))) {
            self.node("nested-def", &function.name);
        }
        self.add(FactKind::Definition, function.name.id.as_str(), &function.name);
        for decorator in &function.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(parameters) = &function.type_params {
            self.visit_type_params(parameters);
        }
        self.visit_parameters(&function.parameters);
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        self.scopes.push(Scope::Function(function.name.id.to_string()));
        let finally = std::mem::take(&mut self.finally);
        self.visit_body(&function.body);
        self.finally = finally;
        self.scopes.pop();
    }

    fn class(&mut self, class: &StmtClassDef) {
        self.node("class", &class.name);
        self.add(FactKind::Definition, class.name.id.as_str(), &class.name);
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(parameters) = &class.type_params {
            self.visit_type_params(parameters);
        }
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        self.scopes.push(Scope::Class);
        self.visit_body(&class.body);
        self.scopes.pop();
    }

    fn imports(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.add(FactKind::Import, alias.name.id.as_str(), alias);
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.add(FactKind::Import, full_name(import, alias), alias);
                }
            }
            _ => {}
        }
    }

    /// A name or an attribute, by what is done with it.
    fn name(&mut self, expr: &Expr, context: ExprContext) {
        if context == ExprContext::Store {
            let last = match expr {
                Expr::Name(name) => name.id.as_str(),
                Expr::Attribute(attribute) => attribute.attr.id.as_str(),
                _ => return,
            };
            self.add(FactKind::Assignment, last, expr);
        }
        if let Some(name) = self.dotted(expr) {
            self.add(FactKind::Name, name, expr);
        }
    }
}

fn statement_node(stmt: &Stmt) -> Option<&'static str> {
    Some(match stmt {
        Stmt::For(inner) if inner.is_async => "async-for",
        Stmt::For(_) => "for",
        Stmt::With(inner) if inner.is_async => "async-with",
        Stmt::With(_) => "with",
        Stmt::While(_) => "while",
        Stmt::Try(_) => "try",
        Stmt::Raise(_) => "raise",
        Stmt::Return(_) => "return",
        Stmt::Global(_) => "global",
        Stmt::Nonlocal(_) => "nonlocal",
        Stmt::Match(_) => "match",
        Stmt::Assert(_) => "assert",
        _ => return None,
    })
}

fn expression_node(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::Yield(_) => "yield",
        Expr::YieldFrom(_) => "yield-from",
        Expr::Await(_) => "await",
        Expr::Lambda(_) => "lambda",
        Expr::ListComp(_) => "list-comprehension",
        Expr::SetComp(_) => "set-comprehension",
        Expr::DictComp(_) => "dict-comprehension",
        Expr::Generator(_) => "generator-expression",
        _ => return None,
    })
}

impl<'a> Visitor<'a> for Collector<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !self.nesting.enter() {
            return;
        }
        if let Some(name) = statement_node(stmt) {
            self.node(name, stmt);
        }
        if self.finally > 0 && stmt.is_return_stmt() {
            self.node("return-in-finally", stmt);
        }
        match stmt {
            Stmt::FunctionDef(function) => self.function(function),
            Stmt::Try(attempt) => {
                self.visit_body(&attempt.body);
                for handler in &attempt.handlers {
                    self.visit_except_handler(handler);
                }
                self.visit_body(&attempt.orelse);
                self.finally += 1;
                self.visit_body(&attempt.finalbody);
                self.finally -= 1;
            }
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Import(_) | Stmt::ImportFrom(_) => self.imports(stmt),
            // An annotation without a value assigns nothing.
            Stmt::AnnAssign(annotated) if annotated.value.is_none() => {
                self.visit_annotation(&annotated.annotation);
            }
            _ => visitor::walk_stmt(self, stmt),
        }
        self.nesting.leave();
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        let (function, called) = match &decorator.expression {
            Expr::Call(call) => (&*call.func, true),
            bare => (bare, false),
        };
        if let Some(name) = self.dotted(function) {
            self.add_called(FactKind::Decorator, name, decorator, called);
        }
        visitor::walk_decorator(self, decorator);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if !self.nesting.enter() {
            return;
        }
        if let Some(name) = expression_node(expr) {
            self.node(name, expr);
        }
        match expr {
            Expr::Call(call) => {
                if let Some(name) = self.dotted(&call.func) {
                    self.add(FactKind::Call, name, expr);
                }
            }
            Expr::Name(name) => self.name(expr, name.ctx),
            Expr::Attribute(attribute) => self.name(expr, attribute.ctx),
            _ => {}
        }
        visitor::walk_expr(self, expr);
        self.nesting.leave();
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        self.assigned(inner.name.as_ref());
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        if !self.nesting.enter() {
            return;
        }
        match pattern {
            Pattern::MatchAs(inner) => self.assigned(inner.name.as_ref()),
            Pattern::MatchStar(inner) => self.assigned(inner.name.as_ref()),
            Pattern::MatchMapping(inner) => self.assigned(inner.rest.as_ref()),
            _ => {}
        }
        visitor::walk_pattern(self, pattern);
        self.nesting.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The facts of one kind, as `name line within`.
    fn of(kind: FactKind, source: &str) -> Vec<String> {
        let read = facts(source);
        assert_eq!(read.error, None);
        let wanted = read.facts.iter().filter(|fact| fact.kind == kind);
        wanted
            .map(|fact| {
                let called = if fact.called { "()" } else { "" };
                format!("{}{called} {} {}", fact.name, fact.line, fact.within.join("."))
            })
            .map(|text| text.trim_end().to_owned())
            .collect()
    }

    fn nodes(source: &str) -> Vec<String> {
        of(FactKind::Node, source)
    }

    #[test]
    fn nodes_have_their_line_and_their_functions() {
        let source = "\
async def outer():
    def inner():
        yield 1
        yield from x
    async with a as b, c:
        await b
    return [n for n in b]
";
        assert_eq!(
            nodes(source),
            [
                "async-def 1",
                "def 2 outer",
                "nested-def 2 outer",
                "yield 3 outer.inner",
                "yield-from 4 outer.inner",
                "async-with 5 outer",
                "await 6 outer",
                "return 7 outer",
                "list-comprehension 7 outer"
            ]
        );
    }

    #[test]
    fn a_return_in_a_finally_is_told_from_one_in_a_function_that_is_made_there() {
        let source = "\
def f():
    try:
        return 1
    finally:
        def g():
            return 2
        if g:
            return 3
        return
";
        let told: Vec<String> =
            nodes(source).into_iter().filter(|node| node.contains("finally")).collect();
        assert_eq!(told, ["return-in-finally 8 f", "return-in-finally 9 f"]);
    }

    #[test]
    fn what_the_given_code_imports_is_known_by_its_full_name() {
        let given = facts("from contextlib import contextmanager as cm\nimport functools as ft\n");
        let own = "@cm\ndef f(ft): ...\n@ft.wraps(f)\ndef g(): print(cm.x)\n";
        let names: Vec<String> = facts(own)
            .after(&given)
            .facts
            .into_iter()
            .filter(|fact| fact.kind == FactKind::Decorator)
            .map(|fact| fact.name)
            .collect();
        assert_eq!(names, ["cm", "contextlib.contextmanager", "functools.wraps"]);
        let own = facts("from mine import contextmanager as cm\n@cm\ndef f(): ...\n");
        assert!(own.after(&given).facts.iter().any(|fact| fact.name == "mine.contextmanager"));
    }

    #[test]
    fn every_kind_of_node_of_the_list_is_found() {
        let source = "\
def f():
    global a
    def g():
        nonlocal b
    async def h():
        await (yield)
        async for x in y: pass
        async with x: pass
class C: pass
for x in y: pass
while x: break
try: pass
except* E: pass
finally: return
raise E
assert x
with x: return
match x:
    case 1: pass
yield from [lambda: 0, {x for x in y}, {x: x for x in y}, [x for x in y], (x for x in y)]
";
        let found = facts(source).facts;
        for name in crate::domain::check::source::NODES {
            assert!(
                found.iter().any(|fact| fact.kind == FactKind::Node && fact.name == *name),
                "{name}"
            );
        }
        let known = |fact: &Fact| crate::domain::check::source::NODES.contains(&&*fact.name);
        assert!(found.iter().filter(|fact| fact.kind == FactKind::Node).all(known));
    }

    #[test]
    fn a_method_of_a_class_inside_a_function_is_no_nested_def() {
        let source = "def f():\n    class C:\n        def m(self):\n            def n(): pass\n";
        let nested: Vec<_> =
            nodes(source).into_iter().filter(|node| node.starts_with("nested")).collect();
        assert_eq!(nested, ["nested-def 4 f.m"]);
    }

    #[test]
    fn decorators_are_known_by_their_full_name_and_by_being_called() {
        let source = "\
import functools as ft
from functools import wraps as w, cache
def outer(f):
    @w
    def a(): pass
    @w(f)
    def b(): pass
    @ft.lru_cache(maxsize=1)
    @cache
    @registry[0].add
    def c(): pass
";
        assert_eq!(
            of(FactKind::Decorator, source),
            [
                "functools.wraps 4 outer",
                "functools.wraps() 6 outer",
                "functools.lru_cache() 8 outer",
                "functools.cache 9 outer",
                ".add 10 outer"
            ]
        );
        assert_eq!(
            of(FactKind::Call, source),
            ["functools.wraps 6 outer", "functools.lru_cache 8 outer"]
        );
    }

    #[test]
    fn defaults_and_decorators_stand_outside_of_their_function() {
        let source = "def f(x=g()):\n    h()\n";
        assert_eq!(of(FactKind::Call, source), ["g 1", "h 2 f"]);
    }

    #[test]
    fn whatever_binds_a_name_is_an_assignment() {
        let source = "\
a = b.c.d = 1
e, (f, *g) = x
h += 1
i: int = 2
j: int
for k in x: pass
with x as l: pass
if (m := 1): pass
try: pass
except E as n: pass
[o for o in x]
p[0] = q.r[1] = 3
match x:
    case {'k': s, **t}: pass
    case [u, *v] as w: pass
setattr(x, 'y', 1)
del z
";
        let names: Vec<String> = of(FactKind::Assignment, source)
            .iter()
            .map(|text| text.split(' ').next().unwrap().to_owned())
            .collect();
        let mut sorted = names.clone();
        sorted.sort();
        assert_eq!(
            sorted,
            ["a", "d", "e", "f", "g", "h", "i", "k", "l", "m", "n", "o", "s", "t", "u", "v", "w"]
        );
    }

    #[test]
    fn imports_and_definitions_have_full_and_plain_names() {
        let source = "\
import os.path, asyncio as aio
from . import near
from ..up import thing as t
from x import *
def f(): pass
class C: pass
";
        assert_eq!(
            of(FactKind::Import, source),
            ["os.path 1", "asyncio 1", ".near 2", "..up.thing 3", "x.* 4"]
        );
        assert_eq!(of(FactKind::Definition, source), ["f 5", "C 6"]);
    }

    #[test]
    fn a_dotted_name_counts_for_itself_and_for_what_it_begins_with() {
        let source = "import asyncio as aio\naio.tasks.gather(x.y)\nf'{view.__name__}'\nf().z\n";
        assert_eq!(
            of(FactKind::Name, source),
            [
                "asyncio.tasks.gather 2",
                "asyncio.tasks 2",
                "asyncio 2",
                "x.y 2",
                "x 2",
                "view.__name__ 3",
                "view 3",
                ".z 4",
                "f 4"
            ]
        );
    }

    #[test]
    fn a_syntax_error_has_its_line_and_leaves_what_could_be_read() {
        let read = facts("def f():\n    yield 1\n\nx = (1 +\n\ndef g(:\n    pass\n");
        let (line, message) = read.error.unwrap();
        assert!((4..=6).contains(&line), "{line}: {message}");
        assert!(!message.is_empty());
        assert!(read.facts.iter().any(|fact| fact.name == "yield"));
        assert!(facts("x = 'open\n").error.is_some());
        assert!(facts("\0\u{feff}\u{202e}").error.is_some());
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        let read = facts(&"(".repeat(10_000));
        assert!(read.facts.is_empty());
        assert_eq!(read.error.unwrap().1, "the code nests too deeply to be read");
        for source in ["-".repeat(100_000) + "1", "x = 1".to_owned() + &" + 1".repeat(100_000)] {
            assert!(facts(&source).error.is_some());
        }
        // Here the parser nests line in line, in search of what the error lacks.
        let read = facts(&"-lambda \n".repeat(20_000));
        assert_eq!(read.error.unwrap().1, "the code nests too deeply to be read");
    }

    #[test]
    fn the_deepest_tree_that_is_read_fits_a_small_stack() {
        let shapes = [
            format!("x = {}1{}", "(".repeat(240), ")".repeat(240)),
            format!("x = 1{}", " + 1".repeat(480)),
            format!("x = {}1", "-".repeat(480)),
            format!("x = {}1", "lambda: ".repeat(480)),
            format!("x = {}1{}", "lambda a=".repeat(480), ": 1".repeat(480)),
            format!("x{}", ".y".repeat(480)),
            format!("x{}", "()".repeat(480)),
            format!("x = {}1", "a if b else ".repeat(240)),
            (0..480).map(|n| " ".repeat(n) + "if x:\n").collect::<String>()
                + &" ".repeat(480)
                + "y",
        ];
        // Half of what a thread has unless it asks for more.
        let walk =
            move || shapes.iter().map(|source| facts(source).facts.len()).collect::<Vec<_>>();
        let counts = std::thread::Builder::new().stack_size(1 << 20).spawn(walk).unwrap().join();
        assert!(counts.unwrap().iter().all(|count| *count > 0));
    }

    #[test]
    fn a_decorator_without_parentheses_and_a_name_set_by_hand_are_told_from_their_look_alikes() {
        use crate::domain::check::judge::judge;
        use crate::domain::check::mistakes::candidates;
        use crate::domain::check::plan::Plan;
        use crate::domain::check::source::SourceRule;
        use crate::domain::check::testing::{
            call, equals, has, int, lacks, mistake, normal, task, value,
        };
        use crate::domain::exercise::MistakeRules;
        use crate::domain::run::Limits;

        let bare =
            SourceRule { called: Some(false), ..has(FactKind::Decorator, "functools.wraps") };
        let by_hand =
            vec![has(FactKind::Assignment, "__name__"), lacks(FactKind::Call, "functools.wraps")];
        let rules = |source| MistakeRules { source, ..MistakeRules::default() };
        let mut task = task(vec![call("a", "f()", equals("1"))]);
        task.mistakes = vec![
            mistake("bare-wraps", "", rules(vec![bare])),
            mistake("name-only", "", rules(by_hand)),
        ];
        let found = |inside: &str| {
            let source = format!(
                "from functools import wraps, update_wrapper\ndef guard(view):\n{inside}\n    return wrapper\n"
            );
            let plan = Plan::new(&task, "two_views.py", &source, &Limits::default());
            let facts = facts(&source);
            let judgement = judge(&plan, &task, &[normal("", vec![value(int(0))])], &facts, None);
            let ids = candidates(&task, &facts, &judgement).into_iter().map(|m| m.id.clone());
            ids.collect::<Vec<_>>()
        };
        let wrapper = "def wrapper(request):\n        return view(request)\n    ";
        assert_eq!(found(&format!("    @wraps\n    {wrapper}")), ["bare-wraps"]);
        assert_eq!(found(&format!("    @wraps(view)\n    {wrapper}")), [""; 0]);
        assert_eq!(found(&format!("    {wrapper}wrapper.__name__ = view.__name__")), ["name-only"]);
        let kept = "update_wrapper(wrapper, view, assigned=('__name__',))";
        assert_eq!(found(&format!("    {wrapper}{kept}")), [""; 0]);
    }
}
