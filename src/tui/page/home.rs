//! The list of tracks and lessons, and where to go on. Knows no step.

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::course::{Lesson, Part, StepRef, Track};
use crate::domain::progress::LessonState;
use crate::tui::parts::{columns, cut, draw_lines, draw_more, wrap};
use crate::tui::prose;
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::world::{Ask, Spot, World};

/// Below this many rows the tracks and the lessons of one track are shown one after the other.
const BOTH_ROWS: u16 = 16;
/// How wide the list grows, in columns.
const WIDEST: u16 = 108;

/// Where what is said of a lesson begins: below its title.
const ABOUT_INDENT: usize = 9;

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cursor {
    /// Where the reader stopped.
    Continue,
    /// A track.
    Track(usize),
    /// A lesson of a track.
    Lesson(usize, usize),
}

/// One row, and what a click on it chooses.
type Row = (Line<'static>, Option<Cursor>);

/// The list of lessons.
#[derive(Debug)]
pub struct HomePage {
    cursor: Cursor,
    resume: Option<StepRef>,
}

impl HomePage {
    /// Opens the list where the reader stopped, or at a lesson.
    pub fn new(world: &World, at: Option<Spot>) -> Self {
        let resume = world.progress.next_step(&world.pack);
        let cursor = match at {
            Some(spot) => Cursor::Lesson(spot.track, spot.lesson),
            None if resume.is_some() => Cursor::Continue,
            None => Cursor::Track(0),
        };
        Self { cursor, resume }
    }

    /// Takes a key that no action took.
    pub fn key(&mut self, key: KeyEvent, world: &World) -> Vec<Ask> {
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.step(world, false),
            KeyCode::Down | KeyCode::Char('j') => self.step(world, true),
            KeyCode::PageUp | KeyCode::Home => (0..99).for_each(|_| self.step(world, false)),
            KeyCode::PageDown | KeyCode::End => (0..99).for_each(|_| self.step(world, true)),
            KeyCode::Left | KeyCode::Char('h') => self.leave(),
            KeyCode::Right | KeyCode::Char('l') => self.enter(world),
            KeyCode::Enter | KeyCode::Char(' ') => return self.open(world),
            _ => {}
        }
        Vec::new()
    }

    /// Goes from the lessons back to the tracks; says whether there was anything to leave.
    pub fn back(&mut self) -> bool {
        let inside = matches!(self.cursor, Cursor::Lesson(..));
        self.leave();
        inside
    }

    /// Takes what the mouse did.
    pub fn mouse(&mut self, event: MouseEvent, area: Rect, world: &World) -> Vec<Ask> {
        match event.kind {
            MouseEventKind::ScrollUp => self.step(world, false),
            MouseEventKind::ScrollDown => self.step(world, true),
            MouseEventKind::Down(MouseButton::Left) if event.row >= area.y => {
                let (rows, skip) = self.rows(area, world);
                let row = skip + usize::from(event.row - area.y);
                if let Some((_, Some(target))) = rows.get(row) {
                    let again = self.cursor == *target;
                    self.cursor = *target;
                    if again || matches!(target, Cursor::Continue | Cursor::Lesson(..)) {
                        return self.open(world);
                    }
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn leave(&mut self) {
        if let Cursor::Lesson(track, _) = self.cursor {
            self.cursor = Cursor::Track(track);
        }
    }

    fn enter(&mut self, world: &World) {
        if let Cursor::Track(t) = self.cursor
            && let Some(track) = world.pack.tracks.get(t).filter(|t| !t.lessons.is_empty())
        {
            let unfinished = |lesson: &Lesson| {
                lesson.part == Part::Lesson
                    && world.progress.lesson_state(lesson) != LessonState::Done
                    && !world.progress.tested_out(&world.pack, lesson)
            };
            self.cursor = Cursor::Lesson(t, track.lessons.iter().position(unfinished).unwrap_or(0));
        }
    }

    fn open(&mut self, world: &World) -> Vec<Ask> {
        let spot = match self.cursor {
            Cursor::Continue => self.resume.as_ref().and_then(|name| world.spot(name)),
            Cursor::Lesson(track, lesson) => world.first_open_step(track, lesson),
            Cursor::Track(_) => {
                self.enter(world);
                None
            }
        };
        spot.map(Ask::Open).into_iter().collect()
    }

    fn step(&mut self, world: &World, down: bool) {
        let tracks = world.pack.tracks.len();
        self.cursor = match (self.cursor, down) {
            (Cursor::Continue, true) if tracks > 0 => Cursor::Track(0),
            (Cursor::Continue, _) => Cursor::Continue,
            (Cursor::Track(0), false) if self.resume.is_some() => Cursor::Continue,
            (Cursor::Track(t), false) => Cursor::Track(t.saturating_sub(1)),
            (Cursor::Track(t), true) => Cursor::Track((t + 1).min(tracks.saturating_sub(1))),
            (Cursor::Lesson(t, l), false) => Cursor::Lesson(t, l.saturating_sub(1)),
            (Cursor::Lesson(t, l), true) => {
                let last = world.pack.tracks.get(t).map_or(0, |track| track.lessons.len());
                Cursor::Lesson(t, (l + 1).min(last.saturating_sub(1)))
            }
        };
    }

    /// The track whose lessons are shown.
    fn track(&self, world: &World) -> usize {
        match self.cursor {
            Cursor::Track(track) | Cursor::Lesson(track, _) => track,
            Cursor::Continue => {
                self.resume.as_ref().and_then(|name| world.spot(name)).map_or(0, |spot| spot.track)
            }
        }
    }

    /// Draws the list.
    pub fn view(&self, area: Rect, buf: &mut Buffer, world: &World) {
        let (rows, skip) = self.rows(area, world);
        let all = rows.len();
        draw_lines(rows.into_iter().map(|(line, _)| line), skip, area, buf);
        let below = all.saturating_sub(skip + usize::from(area.height));
        draw_more(below, area, buf, &world.theme);
    }

    /// All rows, and how many of them are above the screen so that the chosen one is on it.
    fn rows(&self, area: Rect, world: &World) -> (Vec<Row>, usize) {
        let width = usize::from(area.width.min(WIDEST));
        let both = area.height >= BOTH_ROWS;
        let inside = matches!(self.cursor, Cursor::Lesson(..));
        let mut rows: Vec<Row> = Vec::new();
        if both || !inside {
            if both {
                rows.push(blank());
            }
            rows.extend(self.continue_row(width, world));
            rows.extend(self.track_rows(width, world));
        }
        if both || inside {
            rows.extend(self.lesson_rows(width, world));
        }
        let height = usize::from(area.height).max(1);
        let is_chosen = |(_, target): &Row| *target == Some(self.cursor);
        let first = rows.iter().position(is_chosen).unwrap_or(0);
        let last = rows.iter().rposition(is_chosen).unwrap_or(0);
        // One row more than what is chosen, so that it is seen that the list goes on.
        let skip = (last + 2).saturating_sub(height).min(rows.len().saturating_sub(height));
        let skip = skip.min(first);
        (rows, skip)
    }

    fn continue_row(&self, width: usize, world: &World) -> Vec<Row> {
        let theme = &world.theme;
        let Some(spot) = self.resume.as_ref().and_then(|name| world.spot(name)) else {
            let done = "All lessons are done. Any of them opens again.";
            return vec![
                (Line::styled(format!("   {done}"), theme.style(Role::Text)), None),
                blank(),
            ];
        };
        let Some((track, lesson)) = world.lesson(spot) else { return Vec::new() };
        let word = if world.progress.last_opened().is_some() { "Continue" } else { "Start" };
        let (into, dash) = (theme.glyph(Glyph::CutRight), theme.glyph(Glyph::Dot));
        let mut text = format!("{} {into} {}", &*track.title, &*lesson.title);
        let steps = lesson.steps.outline();
        if let Some(step) = steps.get(spot.step).filter(|_| spot.step > 0) {
            let all = steps.len();
            text = format!("{text} {dash} step {} of {all}: {}", spot.step + 1, &*step.title);
        }
        let text = cut(&text, width.saturating_sub(14), theme);
        let chosen = self.cursor == Cursor::Continue;
        let line = Line::from(vec![
            pointer(chosen, theme),
            Span::styled(format!("{word:<11}"), theme.style(Role::Accent)),
            Span::styled(text, theme.style(if chosen { Role::Strong } else { Role::Text })),
        ]);
        vec![(line, Some(Cursor::Continue)), blank()]
    }

    fn track_rows(&self, width: usize, world: &World) -> Vec<Row> {
        let tracks = &world.pack.tracks;
        let title = tracks.iter().map(|t| columns(&t.title)).max().unwrap_or(0).min(width / 2);
        let dots = tracks.iter().map(|track| lessons(track).count()).max().unwrap_or(0);
        let row = |(t, track): (usize, &Track)| {
            let line = self.track_line(t, track, [width, title, dots], world);
            (line, Some(Cursor::Track(t)))
        };
        tracks.iter().enumerate().map(row).collect()
    }

    fn track_line(
        &self,
        t: usize,
        track: &Track,
        [width, title, dots]: [usize; 3],
        world: &World,
    ) -> Line<'static> {
        let theme = &world.theme;
        let counts = world.progress.counts(&track.lessons);
        let chosen = self.cursor == Cursor::Track(t);
        let shown = self.track(world) == t;
        let role = if chosen || shown { Role::Strong } else { Role::Text };
        let name = cut(&track.title, title, theme);
        let count = format!("{:>3} of {:<2}", counts.lessons_done, counts.lessons);
        let mut spans =
            vec![pointer(chosen, theme), Span::styled(pad(&name, title + 2), theme.style(role))];
        let mut used = 3 + title + 2;
        if used + dots + columns(&count) + 2 <= width {
            spans.extend(lessons(track).map(|lesson| lesson_dot(lesson, world)));
            spans.push(Span::raw(" ".repeat(dots - counts.lessons)));
            used += dots;
        }
        spans.push(Span::styled(count.clone(), theme.style(Role::Dim)));
        used += columns(&count) + 3;
        if width > used + 10 {
            let summary = cut(&track.summary, width - used, theme);
            spans.push(Span::styled(format!("   {summary}"), theme.style(Role::Dim)));
        }
        Line::from(spans)
    }

    fn lesson_rows(&self, width: usize, world: &World) -> Vec<Row> {
        let t = self.track(world);
        let Some(track) = world.pack.tracks.get(t) else { return Vec::new() };
        let theme = &world.theme;
        let mut rows = vec![blank()];
        let dash = if theme.unicode { "—" } else { "-" };
        let goal = format!("{} {dash} after this track you can {}", &*track.title, &*track.goal);
        for (n, line) in wrap(&goal, width.saturating_sub(4).min(76)).into_iter().enumerate() {
            let role = if n == 0 { Role::Heading } else { Role::Text };
            rows.push((goal_line(&line, &track.title, role, theme), None));
        }
        if world.size.height > BOTH_ROWS {
            rows.push(blank());
        }
        let title = track.lessons.iter().map(|lesson| columns(&lesson.title)).max().unwrap_or(0);
        let mut number = 0;
        for (l, lesson) in track.lessons.iter().enumerate() {
            number += usize::from(lesson.part == Part::Lesson);
            let line = self.lesson_line((t, l, number), lesson, [width, title], world);
            rows.push((line, Some(Cursor::Lesson(t, l))));
            // On a small screen it would take the list's room.
            if self.cursor == Cursor::Lesson(t, l) && world.size.height > BOTH_ROWS {
                let about = about_lesson(lesson, width, world).into_iter();
                rows.extend(about.map(|line| (line, Some(self.cursor))));
            }
        }
        rows
    }

    fn lesson_line(
        &self,
        (t, l, number): (usize, usize, usize),
        lesson: &Lesson,
        [width, title]: [usize; 2],
        world: &World,
    ) -> Line<'static> {
        let theme = &world.theme;
        let chosen = self.cursor == Cursor::Lesson(t, l);
        // The pointer, the dot, the number and the minutes take 20 columns.
        let title = title.min(width.saturating_sub(20));
        let name = pad(&cut(&lesson.title, title, theme), title + 2);
        // A check-up comes when the reader likes, and nothing in a cheat sheet takes time.
        let (number, minutes) = match lesson.part {
            Part::Lesson => (number.to_string(), format!("{} min", lesson.minutes)),
            Part::CheckUp => (String::new(), format!("{} min", lesson.minutes)),
            Part::CheatSheet => (String::new(), String::new()),
        };
        let mut spans = vec![
            pointer(chosen, theme),
            lesson_dot(lesson, world),
            Span::styled(format!(" {number:>2}  "), theme.style(Role::Dim)),
            Span::styled(name, theme.style(if chosen { Role::Strong } else { Role::Text })),
            Span::styled(format!("{minutes:>7}"), theme.style(Role::Dim)),
        ];
        let used = 18 + title;
        if width > used + 16 {
            let tested_out = world.progress.lesson_state(lesson) != LessonState::Done
                && world.progress.tested_out(&world.pack, lesson);
            let summary = if tested_out { "tested out: you can skip it" } else { &*lesson.summary };
            let summary = cut(summary, width - used - 3, theme);
            spans.push(Span::styled(format!("   {summary}"), theme.style(Role::Dim)));
        }
        Line::from(spans)
    }
}

/// What a reader can do after a lesson, and what comes before it.
fn about_lesson(lesson: &Lesson, width: usize, world: &World) -> Vec<Line<'static>> {
    let theme = &world.theme;
    let room = width.saturating_sub(ABOUT_INDENT + 4).clamp(8, 76);
    let indent = Span::raw(" ".repeat(ABOUT_INDENT));
    let mut lines = Vec::new();
    for objective in &lesson.objectives {
        let bullet = Span::styled(format!("{} ", theme.glyph(Glyph::Dot)), theme.style(Role::Dim));
        let text = wrap(objective, room).into_iter();
        let text = text.map(|line| Line::styled(line, theme.style(Role::Text))).collect();
        lines.extend(prose::hang(text, vec![indent.clone(), bullet]));
    }
    let titles = lesson.requires.iter().filter_map(|id| world.pack.lesson(id));
    let titles: Vec<&str> = titles.map(|before| &*before.title).collect();
    if !titles.is_empty() {
        let text = wrap(&format!("comes after {}", titles.join(", ")), room + 2).into_iter();
        let text = text.map(|line| Line::styled(line, theme.style(Role::Dim))).collect();
        lines.extend(prose::hang(text, vec![indent]));
    }
    lines
}

fn lessons(track: &Track) -> impl Iterator<Item = &Lesson> {
    track.lessons.iter().filter(|lesson| lesson.part == Part::Lesson)
}

fn pointer(chosen: bool, theme: &Theme) -> Span<'static> {
    let sign = if chosen { theme.glyph(Glyph::Chosen) } else { " " };
    Span::styled(format!(" {sign} "), theme.style(Role::Accent))
}

fn blank() -> Row {
    (Line::default(), None)
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// The track's title stands out; the rest of the line is prose.
fn goal_line(line: &str, title: &str, role: Role, theme: &Theme) -> Line<'static> {
    let text = theme.style(Role::Text);
    match line.strip_prefix(title).filter(|_| role == Role::Heading) {
        Some(rest) => Line::from(vec![
            Span::raw("   "),
            Span::styled(title.to_owned(), theme.style(Role::Heading)),
            Span::styled(rest.to_owned(), text),
        ]),
        None => Line::styled(format!("   {line}"), text),
    }
}

fn lesson_dot(lesson: &Lesson, world: &World) -> Span<'static> {
    let (glyph, role) = match world.progress.lesson_state(lesson) {
        _ if lesson.is_cheat_sheet() => (Glyph::Dot, Role::Dim),
        LessonState::Done => (Glyph::Done, Role::Passed),
        // A reader who has tested out has no need to begin.
        _ if world.progress.tested_out(&world.pack, lesson) => (Glyph::Pass, Role::Passed),
        LessonState::Started => (Glyph::Begun, Role::Accent),
        LessonState::Untouched => (Glyph::Open, Role::Dim),
    };
    Span::styled(world.theme.glyph(glyph), world.theme.style(role))
}
