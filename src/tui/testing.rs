//! A small pack and a screen without a terminal, for the tests of this room.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::app::App;
use super::effect::{Effect, Ticket, Work};
use super::msg::{JobMsg, Judged, JudgedCheck, Msg};
use super::theme::Theme;
use super::world::World;
use crate::domain::check::{Check, Expect, Rule};
use crate::domain::clean::Clean;
use crate::domain::course::{Card, Kind, Lesson, Pack, Part, Step, StepRef, Task, Track};
use crate::domain::document::{Block, Document, Inline, Inlines};
use crate::domain::exercise::{
    Choice, Code, CodeTask, Example, ExpectedOutput, Predict, Probe, Question, Solution,
};
use crate::domain::place::Place;
use crate::domain::progress::{Counts, Progress};
use crate::domain::run::{Captured, Clock, Level, Limits, Observation, Outcome};

pub(super) const STARTER: &str = "\
import functools

def login_required(view):
    def wrapper(request):
        if \"user\" not in request:
            return \"please log in\"
        return view(request)
    return wrapper
";

fn place() -> Place {
    Place::new("decorators/30-keep-the-name.md", 1, 1)
}

fn code(text: &str) -> Code {
    Code { text: text.into(), place: place() }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(Inlines(vec![Inline::Text(Clean::line(text))]))
}

fn example(id: &str, text: &str, output: &str) -> Example {
    Example {
        id: id.into(),
        code: code(text),
        outputs: vec![ExpectedOutput { python: None, text: output.into(), place: place() }],
        raises: None,
        clock: Clock::Virtual,
        python: None,
        trace: None,
        stdin: None,
        files: Vec::new(),
    }
}

fn step(id: &str, title: &str, body: Vec<Block>, examples: Vec<Example>, task: Task) -> Step {
    Step {
        id: id.into(),
        title: Clean::line(title),
        place: place(),
        objective: Some(1),
        covers: Vec::new(),
        continues: None,
        settles: Vec::new(),
        variants: Vec::new(),
        body: Document(body),
        examples,
        task,
    }
}

fn question(id: &str, choices: &[(&str, bool, &str)]) -> Question {
    let choice = |(text, right, why): &(&str, bool, &str)| Choice {
        text: Inlines::plain(text),
        right: *right,
        why: (!why.is_empty()).then(|| Inlines::plain(why)),
        misconception: (!right).then(|| format!("{id}-misread")),
    };
    Question {
        id: id.into(),
        place: place(),
        text: Inlines::default(),
        choices: choices.iter().map(choice).collect(),
    }
}

fn check(name: &str, call: &str, equals: &str) -> Check {
    let expect = Expect::Equals(equals.into());
    Check {
        name: Clean::line(name),
        place: place(),
        hidden: false,
        need: Vec::new(),
        worth: None,
        rule: Rule::Call { call: call.into(), expect },
    }
}

fn reading() -> Step {
    let code = "\
routes = {}

def route(view):
    if view.__name__ in routes:
        raise ValueError(f\"two views are named {view.__name__!r}\")
    routes[view.__name__] = view
    return view

print(len(routes))
";
    let body = vec![
        paragraph(
            "You put a login check on two views of a small web app. Each view works alone. \
             Together, the app does not start.",
        ),
        Block::Example(0),
        paragraph(
            "The check is right about logins and wrong about identity: after decoration, both \
             names are bound to functions called wrapper.",
        ),
    ];
    step("intro", "Keep the name", body, vec![example("intro-1", code, "0\n")], Task::Read)
}

fn predict() -> Step {
    let code = "\
def login_required(view):
    def wrapper(*args, **kwargs):
        return view(*args, **kwargs)
    return wrapper

@login_required
def inbox(request):
    \"\"\"List the unread mail.\"\"\"

print(inbox.__name__)
";
    let answer = question(
        "who",
        &[
            ("inbox", false, "nothing has copied it"),
            ("wrapper", true, ""),
            ("login_required.<locals>.wrapper", false, "that is __qualname__"),
        ],
    );
    let why = question(
        "why",
        &[
            ("inbox is now bound to the object that the decorator returned", true, ""),
            ("print cannot see through a decorator", false, "it prints what the object says"),
        ],
    );
    let body = vec![
        paragraph("A function carries its name. Commit to an answer before you run this."),
        Block::Example(0),
    ];
    let task = Predict { example: 0, answer: Some(answer), why: Some(why) };
    let examples = vec![example("who-am-i", code, "wrapper\n")];
    step("who-am-i", "What does it say?", body, examples, Task::Predict(Box::new(task)))
}

fn fix() -> Step {
    let hint = |text: &str| Document(vec![paragraph(text)]);
    let task = CodeTask {
        given: Some(code("routes = {}\n\ndef route(view):\n    routes[view.__name__] = view\n")),
        starter: code(STARTER),
        probe: Some(Probe {
            code: code("@route\n@login_required\ndef inbox(r): ...\n"),
            hidden: false,
        }),
        solutions: vec![Solution {
            title: None,
            code: code(&STARTER.replace("    def", "    @functools.wraps(view)\n    def")),
            note: Document::default(),
        }],
        checks: vec![
            check("both views are registered under their own names", "sorted(routes)", "['inbox']"),
            check("a visitor is sent to the login", "routes['inbox']({})", "'please log in'"),
        ],
        variants: Vec::new(),
        hints: vec![
            hint("The error names a function. Which one, and who created it?"),
            hint("functools.wraps takes the function to imitate."),
        ],
        mistakes: Vec::new(),
        stdin: None,
        files: Vec::new(),
        clock: Clock::Virtual,
        python: None,
    };
    let body =
        vec![paragraph("Make the app start: both views stay protected, and each keeps its name.")];
    let task = Task::Code(Kind::Fix, Box::new(task));
    step("two-views", "Two guarded views", body, Vec::new(), task)
}

fn choice() -> Step {
    let mut one = question(
        "link",
        &[
            ("inspect.signature follows it", true, ""),
            ("it keeps the wrapper alive", false, "the closure does"),
            ("tests go past a cache with it", true, ""),
        ],
    );
    one.text = Inlines::plain("What is __wrapped__ for?");
    step("link", "The link", Vec::new(), Vec::new(), Task::Choice(vec![one]))
}

fn cards() -> Step {
    let card = |id: &str, question: &str| Card {
        id: id.into(),
        place: place(),
        question: Inlines::plain(question),
        points: vec![
            Inlines::plain("the wrapper's name replaces the function's"),
            Inlines::plain("what registers by name collides"),
        ],
    };
    let all = vec![
        card("without", "What goes wrong without functools.wraps?"),
        card("link", "What can wraps not preserve?"),
    ];
    step("explain", "Explain it", Vec::new(), Vec::new(), Task::Cards(all))
}

fn lesson(id: &str, title: &str, steps: Vec<Step>) -> Lesson {
    Lesson {
        id: id.into(),
        file: format!("{id}.md").into(),
        title: Clean::line(title),
        summary: Clean::line("A decorator that forgets whose function it wraps breaks routers."),
        objectives: vec![Clean::line("Keep a function's identity")],
        requires: Vec::new(),
        minutes: 14,
        python: None,
        part: Part::Lesson,
        steps: steps.into(),
    }
}

pub(super) fn pack() -> Pack {
    let short = |id: &str, title: &str| lesson(id, title, vec![reading()]);
    let track = |id: &str, title: &str, goal: &str, lessons| Track {
        id: id.into(),
        title: Clean::line(title),
        summary: Clean::line("What @ does, wrappers that behave, factories, classes, async"),
        goal: Clean::line(goal),
        lessons,
    };
    let steps = vec![reading(), predict(), fix(), choice(), cards()];
    Pack {
        id: "test".into(),
        title: Clean::line("Advanced Python"),
        version: Clean::line("1"),
        licence: Clean::line("CC0-1.0"),
        authors: Vec::new(),
        python: None,
        tracks: vec![
            track(
                "decorators",
                "Decorators",
                "write a decorator that nobody notices",
                vec![
                    short("decorators/first", "What the at sign does"),
                    lesson("decorators/keep-the-name", "Keep the name", steps),
                ],
            ),
            track(
                "generators",
                "Generators",
                "write a pipeline over a file that does not fit in memory",
                vec![
                    short("generators/iterable", "Iterable and iterator"),
                    short("generators/functions", "Generator functions"),
                    short("generators/send", "Send and throw"),
                ],
            ),
        ],
        hash: "0".into(),
    }
}

pub(super) fn world(width: u16, height: u16) -> World {
    World {
        pack: Arc::new(pack()),
        is_foreign: false,
        progress: Progress::default(),
        counts: Counts::default(),
        theme: Theme::plain(),
        size: Size { width, height },
        now: Duration::ZERO,
        began_at: 1_700_000_000_000,
        limits: Limits::default(),
        drafts: HashMap::new(),
        saving: HashMap::new(),
        ticket: 0,
    }
}

pub(super) fn observed(stdout: &str) -> Observation {
    Observation {
        outcome: Outcome::Normal,
        stdout: Captured { head: stdout.into(), tail: Vec::new(), total: stdout.len() as u64 },
        wall_ms: 4.0,
        sandbox: Level::Full,
        note: None,
        ..Observation::tutor_failed("")
    }
}

pub(super) fn judged(passed: bool) -> Judged {
    let verdict = if passed { "pass" } else { "fail" };
    let values = vec![("expected", Clean::line("['inbox']")), ("got", Clean::line("['wrapper']"))];
    Judged {
        passed,
        checks: vec![
            JudgedCheck {
                name: Clean::line("both views are registered under their own names"),
                verdict,
                values: if passed { Vec::new() } else { values },
                message: None,
            },
            JudgedCheck {
                name: Clean::line("a visitor is sent to the login"),
                verdict: "pass",
                values: Vec::new(),
                message: None,
            },
        ],
        points: None,
        mistake: (!passed).then(|| {
            let message = "You return the inner function as it is: nothing has copied the name.";
            ("as-it-is".to_owned(), Document(vec![paragraph(message)]))
        }),
        blame: None,
        run: observed(""),
    }
}

/// A screen whose effects are collected, with drafts that are never there.
pub(super) struct Bed {
    pub(super) app: App,
    pub(super) effects: Vec<Effect>,
}

impl Bed {
    pub(super) fn home(width: u16, height: u16) -> Self {
        let (app, effects) = App::new(world(width, height), None, None);
        Self { app, effects }
    }

    /// A pack that is not compiled into the program.
    pub(super) fn of(pack: Pack, start: Option<&StepRef>, width: u16, height: u16) -> Self {
        let world = World { pack: Arc::new(pack), is_foreign: true, ..world(width, height) };
        let (app, effects) = App::new(world, start, None);
        Self { app, effects }
    }

    pub(super) fn at(step: &str, width: u16, height: u16) -> Self {
        let name = StepRef::new("decorators/keep-the-name", step);
        let (app, effects) = App::new(world(width, height), Some(&name), None);
        Self { app, effects }
    }

    pub(super) fn send(&mut self, msg: Msg) -> &mut Self {
        let effects = self.app.update(msg);
        self.effects.extend(effects);
        self
    }

    /// Presses keys: words between blanks name one each, as in `f5 enter c-q x`.
    pub(super) fn press(&mut self, keys: &str) -> &mut Self {
        for name in keys.split(' ').filter(|name| !name.is_empty()) {
            self.send(Msg::Key(key(name)));
        }
        self
    }

    pub(super) fn clock(&mut self, ms: u64) -> &mut Self {
        self.send(Msg::Clock(Duration::from_millis(ms)))
    }

    /// The newest work.
    pub(super) fn work(&self) -> Option<(Ticket, &Work)> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Start(ticket, work) => Some((*ticket, work)),
            _ => None,
        })
    }

    /// Answers the newest work.
    pub(super) fn answer(&mut self, answer: impl FnOnce(Ticket) -> JobMsg) -> &mut Self {
        let ticket = self.work().expect("something runs").0;
        self.send(Msg::Job(answer(ticket)))
    }

    pub(super) fn ran(&mut self, stdout: &str) -> &mut Self {
        self.answer(|ticket| JobMsg::Ran(ticket, Box::new(observed(stdout))))
    }

    pub(super) fn judged(&mut self, passed: bool) -> &mut Self {
        self.answer(|ticket| JobMsg::Judged(ticket, Box::new(judged(passed))))
    }

    pub(super) fn screen(&self) -> String {
        let Size { width, height } = self.app.size();
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let cursor = self.app.view(area, &mut buf);
        let mut text = String::new();
        for y in 0..height {
            let row: String = (0..width).map(|x| buf[(x, y)].symbol()).collect();
            text.push_str(row.trim_end());
            text.push('\n');
        }
        if let Some(at) = cursor {
            let _ = writeln!(text, "(cursor at {}, {})", at.x, at.y);
        }
        text
    }
}

pub(super) fn key(name: &str) -> KeyEvent {
    let (modifiers, name) = match name.split_once('-') {
        Some(("c", rest)) => (KeyModifiers::CONTROL, rest),
        Some(("a", rest)) => (KeyModifiers::ALT, rest),
        Some(("s", rest)) => (KeyModifiers::SHIFT, rest),
        _ => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "space" => KeyCode::Char(' '),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgdn" => KeyCode::PageDown,
        "bs" => KeyCode::Backspace,
        _ => match name.strip_prefix('f').and_then(|n| n.parse().ok()) {
            Some(number) => KeyCode::F(number),
            None => KeyCode::Char(name.chars().next().expect("a key has a name")),
        },
    };
    KeyEvent::new(code, modifiers)
}
