//! The bars at the top and the bottom: where the reader is, and what can be done. Both are dim but for what is next.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget as _};

use crate::domain::progress::StepState;
use crate::tui::keymap::{ACTIONS, Action, Context, Entry, Scope, entry, pane_footer};
use crate::tui::parts::{columns, cut, draw_line, draw_lines, wrap};
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::world::{Spot, World};

/// The name of the program.
const NAME: &str = " pykata  ";
/// The most steps that are drawn as dots.
const DOTS: usize = 16;

/// Draws the bar at the top.
pub fn draw_header(at: Option<Spot>, area: Rect, buf: &mut Buffer, world: &World) {
    let theme = &world.theme;
    let width = usize::from(area.width);
    let (left, right) = match at {
        Some(spot) => step_names(spot, width, world),
        None => pack_names(width, world),
    };
    let taken: usize = right.iter().map(Span::width).sum::<usize>() + 1;
    let name = if width >= 60 { NAME } else { " " };
    let left = cut(&left, width.saturating_sub(taken + columns(name) + 1), theme);
    let gap = width.saturating_sub(columns(name) + columns(&left) + taken);
    let mut spans = vec![
        Span::styled(name, theme.style(Role::Accent)),
        Span::styled(left, theme.style(Role::Strong)),
        Span::raw(" ".repeat(gap)),
    ];
    spans.extend(right);
    draw_line(Line::from(spans), area, buf);
}

/// The lesson, and how far the reader is in it.
fn step_names(spot: Spot, width: usize, world: &World) -> (String, Vec<Span<'static>>) {
    let theme = &world.theme;
    let Some((track, lesson)) = world.lesson(spot) else { return pack_names(width, world) };
    let step = format!("step {}/{}", spot.step + 1, lesson.steps.outline().len());
    let mut right = vec![Span::styled(step, theme.style(Role::Text)), Span::raw("  ")];
    right.extend(dots(spot, world));
    if width >= 90 {
        right.push(Span::styled(format!("   {}", lessons(world)), theme.style(Role::Dim)));
    }
    let into = theme.glyph(Glyph::CutRight);
    let names = match (world.is_foreign, width >= 60) {
        // Whose words these are is said of any pack but the built-in one.
        (true, true) => {
            format!("{} {into} {} {into} {}", &*world.pack.title, &*track.title, &*lesson.title)
        }
        (true, false) => format!("{} {into} {}", &*world.pack.title, &*lesson.title),
        (false, true) => format!("{} {into} {}", &*track.title, &*lesson.title),
        (false, false) => lesson.title.to_string(),
    };
    (names, right)
}

/// The pack, and how much of it is done.
fn pack_names(width: usize, world: &World) -> (String, Vec<Span<'static>>) {
    let (theme, counts) = (&world.theme, world.counts);
    let mut text = lessons(world);
    if width >= 60 {
        let dot = theme.glyph(Glyph::Dot);
        let (done, all) = (counts.exercises_done, counts.exercises);
        text = format!("{text} {dot} {done} of {all} exercises");
    }
    (world.pack.title.to_string(), vec![Span::styled(text, theme.style(Role::Dim))])
}

fn lessons(world: &World) -> String {
    format!("{} of {} lessons", world.counts.lessons_done, world.counts.lessons)
}

/// One dot for each step of the lesson, the current one half full until it is done.
fn dots(spot: Spot, world: &World) -> Vec<Span<'static>> {
    let theme = &world.theme;
    let Some((_, lesson)) = world.lesson(spot) else { return Vec::new() };
    if lesson.steps.outline().len() > DOTS {
        return Vec::new();
    }
    let dot = |(n, step)| {
        let (glyph, role) = match world.progress.step_state(lesson, step) {
            StepState::Done => (Glyph::Done, Role::Passed),
            _ if n == spot.step => (Glyph::Begun, Role::Accent),
            _ => (Glyph::Open, Role::Dim),
        };
        Span::styled(theme.glyph(glyph), theme.style(role))
    };
    lesson.steps.outline().iter().enumerate().map(dot).collect()
}

/// What the bar at the bottom is about.
#[derive(Debug, Clone, Copy)]
pub struct Footer<'a> {
    /// Where keys go.
    pub context: Context,
    /// What is most likely wanted next: it stands out.
    pub suggested: Option<Action>,
    /// A remark at the end.
    pub remark: Option<&'a str>,
    /// Whether nothing can be saved just now.
    pub unsaved: bool,
}

/// A key of the bar at the bottom.
struct Hint {
    key: String,
    label: &'static str,
    action: Option<Action>,
}

impl Hint {
    fn width(&self) -> usize {
        columns(&self.key) + 1 + columns(self.label) + 2
    }

    /// Whether it gives way to the remark: the help names it as well.
    fn is_spare(&self) -> bool {
        matches!(self.action, Some(Action::Home | Action::Quit))
    }
}

/// Draws the bar at the bottom: the keys, and a remark where they leave room for it.
pub fn draw_footer(footer: &Footer<'_>, area: Rect, buf: &mut Buffer, world: &World) {
    let theme = &world.theme;
    let width = usize::from(area.width);
    let hints = hints(footer);
    let (remark, role) = match footer.remark {
        _ if footer.unsaved => ("not saved", Role::Warning),
        remark => (remark.unwrap_or_default(), Role::Dim),
    };
    // The help is always named: whoever knows one key can find the others.
    let is_help = |hint: &&Hint| hint.action == Some(Action::Help);
    let mut room = width.saturating_sub(1);
    room = room.saturating_sub(hints.iter().find(is_help).map_or(0, Hint::width));
    if footer.unsaved {
        room = room.saturating_sub(columns(remark) + 1);
    }
    let mut shown: Vec<bool> = hints.iter().map(|hint| is_help(&hint)).collect();
    let mut take = |spare: bool, room: &mut usize| {
        for (n, hint) in hints.iter().enumerate().filter(|(_, hint)| hint.is_spare() == spare) {
            if !shown[n] && hint.width() <= *room {
                shown[n] = true;
                *room -= hint.width();
            }
        }
    };
    take(false, &mut room);
    let with_remark = footer.unsaved || (!remark.is_empty() && columns(remark) < room);
    if with_remark && !footer.unsaved {
        room -= columns(remark) + 1;
    }
    take(true, &mut room);
    let mut spans = vec![Span::raw(" ")];
    for (n, hint) in hints.iter().enumerate().filter(|(n, _)| shown[*n]) {
        let chosen = n == 0 && (footer.suggested.is_some() || hint.action.is_none());
        let role = if chosen { Role::Strong } else { Role::KeyLabel };
        spans.push(Span::styled(hint.key.clone(), theme.style(Role::Key)));
        spans.push(Span::styled(format!(" {}  ", hint.label), theme.style(role)));
    }
    if with_remark {
        let used: usize = spans.iter().map(Span::width).sum();
        spans.push(Span::raw(" ".repeat(width.saturating_sub(used + columns(remark) + 1))));
        spans.push(Span::styled(remark.to_owned(), theme.style(role)));
    }
    draw_line(Line::from(spans), area, buf);
}

/// What can be named there, the best first.
fn hints(footer: &Footer<'_>) -> Vec<Hint> {
    let Context { scope, typing } = footer.context;
    let suggested = footer.suggested.map(entry);
    // Nothing of the editor holds where lines are put in order: how they are moved is always named.
    let ordering = scope == Scope::Order && typing;
    let from_pane = if suggested.is_none() || ordering { pane_footer(scope) } else { &[] };
    let code = matches!(scope, Scope::Exercise | Scope::Order | Scope::Scratch);
    let others = ACTIONS.iter().filter(|entry| {
        let is_said_elsewhere = match entry.action {
            // What a question takes is said by its pane.
            Action::Run | Action::Check => scope == Scope::Question,
            Action::Back => !(code || typing),
            _ => false,
        };
        entry.footer
            && entry.is_in(scope)
            && Some(entry.action) != footer.suggested
            && !is_said_elsewhere
    });
    let pane = from_pane.iter();
    let pane = pane.map(|(key, label)| Hint { key: (*key).to_owned(), label, action: None });
    let action = |entry: &'static Entry| Hint {
        key: entry.key_name(),
        label: match entry.action {
            Action::Check if scope == Scope::Question => "Answer",
            _ => entry.label,
        },
        action: Some(entry.action),
    };
    suggested.map(action).into_iter().chain(pane).chain(others.map(action)).collect()
}

/// Draws a notice over the bar at the bottom, and over as many rows above it as it needs.
pub fn draw_notice(text: &str, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let style = theme.style(Role::Warning);
    let lines = wrap(text, usize::from(area.width.saturating_sub(2)));
    let most = usize::from(area.bottom() / 2).max(1);
    let height = u16::try_from(lines.len().min(most)).unwrap_or(1);
    let area = Rect { y: area.bottom().saturating_sub(height), height, ..area };
    Clear.render(area, buf);
    buf.set_style(area, theme.style(Role::Ground));
    let lines = lines.into_iter().map(|line| Line::styled(format!(" {line}"), style));
    draw_lines(lines, 0, area, buf);
}
