//! The end of a lesson: what is open in it, what the reader can do now, and where it goes on.

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::layout::aired;
use crate::domain::course::{Lesson, Part, StepOutline};
use crate::domain::progress::{LessonState, StepState};
use crate::tui::keymap::Action;
use crate::tui::parts::{draw_lines, draw_more, wrap};
use crate::tui::prose;
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::world::{Ask, Spot, World};

/// The columns free at the left.
const MARGIN: usize = 2;
/// How wide prose grows, in columns.
const WIDEST: usize = 76;

/// One row, and the step that a click on it opens.
type Row = (Line<'static>, Option<Spot>);

/// The end of a lesson.
#[derive(Debug)]
pub struct LessonEnd {
    /// The lesson's last step.
    pub spot: Spot,
    /// How many rows are above the screen.
    top: usize,
}

impl LessonEnd {
    /// Opens the end of the lesson whose last step this is.
    pub fn new(spot: Spot) -> Self {
        Self { spot, top: 0 }
    }

    /// Does what is asked for; none where it is nothing that this page knows.
    pub fn act(&self, action: Action, world: &World) -> Option<Ask> {
        match action {
            Action::Next => Some(match world.lesson_after(self.spot) {
                Some(spot) => Ask::Open(spot),
                None => Ask::Home(Some(self.spot)),
            }),
            Action::Previous => Some(Ask::Open(self.spot)),
            Action::Back => Some(Ask::Home(Some(self.spot))),
            _ => None,
        }
    }

    /// Takes a key that no action took: Enter goes on.
    pub fn key(&mut self, key: KeyEvent, world: &World) -> Option<Ask> {
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.scroll(-1, world),
            KeyCode::Down | KeyCode::Char('j') => self.scroll(1, world),
            KeyCode::Enter | KeyCode::Char(' ') | KeyCode::PageDown => {
                return self.act(Action::Next, world);
            }
            KeyCode::PageUp => return self.act(Action::Previous, world),
            _ => {}
        }
        None
    }

    fn scroll(&mut self, by: isize, world: &World) {
        let area = aired(world.body());
        let rows = self.rows(usize::from(area.width), world).len();
        let most = rows.saturating_sub(usize::from(area.height));
        self.top = self.top.min(most).saturating_add_signed(by).min(most);
    }

    /// Takes what the mouse did: a click on a step that is not done opens it.
    pub fn mouse(&mut self, event: MouseEvent, area: Rect, world: &World) -> Option<Ask> {
        match event.kind {
            MouseEventKind::ScrollUp => self.scroll(-3, world),
            MouseEventKind::ScrollDown => self.scroll(3, world),
            _ => {}
        }
        let MouseEventKind::Down(MouseButton::Left) = event.kind else { return None };
        let area = aired(area);
        let row = usize::from(event.row.checked_sub(area.y)?) + self.top;
        let (_, target) = self.rows(usize::from(area.width), world).into_iter().nth(row)?;
        target.map(Ask::Open)
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, world: &World) {
        let (area, rows) = (aired(area), self.rows(usize::from(area.width), world));
        let all = rows.len();
        draw_lines(rows.into_iter().map(|(line, _)| line), self.top, area, buf);
        draw_more(all.saturating_sub(self.top + usize::from(area.height)), area, buf, &world.theme);
    }

    fn rows(&self, width: usize, world: &World) -> Vec<Row> {
        let Some((_, lesson)) = world.lesson(self.spot) else { return Vec::new() };
        let theme = &world.theme;
        let room = width.saturating_sub(2 * MARGIN).clamp(8, WIDEST);
        let open = self.open_steps(lesson, world);
        let mut rows = vec![(heading(&lesson.title, theme), None)];
        if open.is_empty() {
            let said = format!(" All {} steps are done.", lesson.steps.outline().len());
            let sign = Span::styled(theme.glyph(Glyph::Pass), theme.style(Role::Passed));
            let said = Span::styled(said, theme.style(Role::Text));
            rows.push((Line::from(vec![blank(MARGIN), sign, said]), None));
        } else {
            let said =
                format!("Not done yet: {} of {} steps.", open.len(), lesson.steps.outline().len());
            rows.push((plain(&said, theme), None));
            rows.extend(
                open.into_iter().map(|(spot, step)| (step_line(spot, step, theme), Some(spot))),
            );
        }
        if lesson.is_check_up() {
            rows.extend(self.settled(world));
            rows.push((Line::default(), None));
            rows.extend(self.onward(room, world).into_iter().map(|line| (line, None)));
            return rows;
        }
        let goals = if rows.iter().any(|(_, target)| target.is_some()) {
            "What you will be able to do"
        } else {
            "What you can do now"
        };
        let mut rest = vec![Line::default(), heading(goals, theme)];
        for objective in &lesson.objectives {
            let bullet = format!("{} ", theme.glyph(Glyph::Dot));
            let lead = vec![blank(MARGIN), Span::styled(bullet, theme.style(Role::Dim))];
            let text = wrap(objective, room.saturating_sub(2));
            let text = text.into_iter().map(|it| Line::styled(it, theme.style(Role::Text)));
            rest.extend(prose::hang(text.collect(), lead));
        }
        rest.push(Line::default());
        rest.extend(self.onward(room, world));
        rows.extend(rest.into_iter().map(|line| (line, None)));
        rows.extend(self.what_stays(room, world));
        rows
    }

    /// After a check-up: which lessons of the track it settles, and which are worth their time.
    fn settled(&self, world: &World) -> Vec<Row> {
        let theme = &world.theme;
        let Some((track, _)) = world.lesson(self.spot) else { return Vec::new() };
        let mut rows = vec![(Line::default(), None), (heading("What it says of you", theme), None)];
        for (place, lesson) in
            track.lessons.iter().enumerate().filter(|(_, it)| it.part == Part::Lesson)
        {
            let (glyph, role, said) = match world.progress.lesson_state(lesson) {
                LessonState::Done => (Glyph::Done, Role::Passed, "done"),
                _ if world.progress.tested_out(&world.pack, lesson) => {
                    (Glyph::Pass, Role::Passed, "you know this: tested out")
                }
                _ => (Glyph::Open, Role::Dim, "worth your time"),
            };
            let line = Line::from(vec![
                blank(MARGIN),
                Span::styled(theme.glyph(glyph), theme.style(role)),
                Span::styled(format!(" {}", &*lesson.title), theme.style(Role::Text)),
                Span::styled(format!("  {said}"), theme.style(Role::Dim)),
            ]);
            rows.push((line, world.first_open_step(self.spot.track, place)));
        }
        rows
    }

    /// After the last lesson of a track: what it was for, its check-up, which asks in other forms now, and its cheat
    /// sheet.
    fn what_stays(&self, room: usize, world: &World) -> Vec<Row> {
        let theme = &world.theme;
        let Some((track, _)) = world.lesson(self.spot) else { return Vec::new() };
        if track.last() != Some(self.spot.lesson) {
            return Vec::new();
        }
        let title = format!("The end of the track “{}”", &*track.title);
        let mut rows = vec![(Line::default(), None), (heading(&title, theme), None)];
        let mut say = |text: &str, target| {
            rows.extend(wrap(text, room).iter().map(|line| (plain(line, theme), target)));
        };
        say(&format!("You can now {}.", track.goal.trim_end_matches('.')), None);
        for (place, lesson) in track.lessons.iter().enumerate() {
            let target = Some(Spot { lesson: place, step: 0, ..self.spot });
            let title = &lesson.title;
            match lesson.part {
                Part::Lesson => {}
                Part::CheckUp => say(
                    &format!(
                        "“{title}” asks for the ideas of this track, with other values than the last time. It is in the list of lessons (F3)."
                    ),
                    target,
                ),
                Part::CheatSheet => say(
                    &format!(
                        "“{title}” is the track on one page, to look things up. It is in the list of lessons (F3), and `pykata show {}` prints it.",
                        track.id
                    ),
                    target,
                ),
            }
        }
        rows
    }

    fn open_steps<'a>(&self, lesson: &'a Lesson, world: &World) -> Vec<(Spot, &'a StepOutline)> {
        let steps = lesson.steps.outline().iter().enumerate();
        let open = |step| world.progress.step_state(lesson, step) != StepState::Done;
        steps
            .filter(|(_, step)| open(step))
            .map(|(step, it)| (Spot { step, ..self.spot }, it))
            .collect()
    }

    /// What comes after this lesson.
    fn onward(&self, room: usize, world: &World) -> Vec<Line<'static>> {
        let theme = &world.theme;
        let next = world.lesson_after(self.spot).and_then(|spot| world.lesson(spot));
        let Some((track, lesson)) = next else {
            let said = match world.counts.lessons - world.counts.lessons_done {
                0 => "That was the last lesson, and all of them are done. Any of them opens again.",
                _ => "That was the last lesson. The list of lessons shows what is open.",
            };
            let mut rows = vec![heading("The end of the course", theme)];
            rows.extend(wrap(said, room).iter().map(|line| plain(line, theme)));
            return rows;
        };
        let into = theme.glyph(Glyph::CutRight);
        let name = format!("{} {into} {}", &*track.title, &*lesson.title);
        let mut rows = vec![heading("Next lesson", theme)];
        let about = format!("{} ({} min)", &*lesson.summary, lesson.minutes);
        rows.extend(wrap(&name, room).into_iter().map(|line| {
            Line::from(vec![blank(MARGIN), Span::styled(line, theme.style(Role::Strong))])
        }));
        rows.extend(wrap(&about, room).iter().map(|line| plain(line, theme)));
        rows
    }
}

fn blank(width: usize) -> Span<'static> {
    Span::raw(" ".repeat(width))
}

fn heading(text: &str, theme: &Theme) -> Line<'static> {
    Line::from(vec![blank(MARGIN), Span::styled(text.to_owned(), theme.style(Role::Heading))])
}

fn plain(text: &str, theme: &Theme) -> Line<'static> {
    Line::from(vec![blank(MARGIN), Span::styled(text.to_owned(), theme.style(Role::Text))])
}

fn step_line(spot: Spot, step: &StepOutline, theme: &Theme) -> Line<'static> {
    let dim = theme.style(Role::Dim);
    Line::from(vec![
        blank(MARGIN),
        Span::styled(format!("{} {:>2}  ", theme.glyph(Glyph::Open), spot.step + 1), dim),
        Span::styled(step.title.to_string(), theme.style(Role::Text)),
    ])
}
