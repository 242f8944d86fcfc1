//! The bars at the top and the bottom: where the reader is, and what can be done. Both are dim but for what is next.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::parts::{columns, cut, draw_line};
use crate::domain::progress::StepState;
use crate::tui::keymap::{ACTIONS, Action, Scope, entry, pane_footer};
use crate::tui::theme::{Glyph, Role};
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
    let Some((track, lesson, _)) = world.find(spot) else { return pack_names(width, world) };
    let step = format!("step {}/{}", spot.step + 1, lesson.steps.len());
    let mut right = vec![Span::styled(step, theme.style(Role::Text)), Span::raw("  ")];
    right.extend(dots(spot, world));
    if width >= 90 {
        right.push(Span::styled(format!("   {}", lessons(world)), theme.style(Role::Dim)));
    }
    let into = theme.glyph(Glyph::CutRight);
    let names = if width >= 60 {
        format!("{} {into} {}", &*track.title, &*lesson.title)
    } else {
        lesson.title.to_string()
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
    let Some((_, lesson, _)) = world.find(spot) else { return Vec::new() };
    if lesson.steps.len() > DOTS {
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
    lesson.steps.iter().enumerate().map(dot).collect()
}

/// What the bar at the bottom is about.
#[derive(Debug, Clone, Copy)]
pub struct Footer<'a> {
    /// Where the reader is.
    pub scope: Scope,
    /// What is most likely wanted next: it stands out.
    pub suggested: Option<Action>,
    /// What takes the place of the keys for a moment.
    pub notice: Option<&'a str>,
    /// A remark at the end.
    pub remark: Option<&'a str>,
}

/// Draws the bar at the bottom.
pub fn draw_footer(footer: &Footer<'_>, area: Rect, buf: &mut Buffer, world: &World) {
    let theme = &world.theme;
    let width = usize::from(area.width);
    if let Some(notice) = footer.notice {
        let text = cut(notice, width.saturating_sub(2), theme);
        draw_line(Line::styled(format!(" {text}"), theme.style(Role::Warning)), area, buf);
        return;
    }
    let remark = footer.remark.filter(|it| width >= 60 + columns(it)).unwrap_or_default();
    let room = width.saturating_sub(columns(remark) + 2);
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let suggested = footer.suggested.map(entry);
    let from_pane = if suggested.is_none() { pane_footer(footer.scope) } else { &[] };
    let others = ACTIONS.iter().filter(|entry| {
        entry.footer
            && entry.is_in(footer.scope)
            && Some(entry.action) != footer.suggested
            // What a question takes is said by its pane.
            && !(footer.scope == Scope::Question && matches!(entry.action, Action::Run | Action::Check))
    });
    let pane = from_pane.iter().map(|(key, label)| ((*key).to_owned(), *label, None));
    let actions = suggested.into_iter().chain(others);
    let actions = actions.map(|entry| (entry.key_name(), entry.label, Some(entry.action)));
    let help_width = columns("F1 Help  ");
    for (n, (key, label, action)) in pane.chain(actions).enumerate() {
        let wide = columns(&key) + 1 + columns(label) + 2;
        // The help is always named: whoever knows one key can find the others.
        let reserve = if action == Some(Action::Help) { 0 } else { help_width };
        if used + wide + reserve > room {
            continue;
        }
        let chosen = n == 0 && (action == footer.suggested || action.is_none());
        let role = if chosen { Role::Strong } else { Role::KeyLabel };
        spans.push(Span::styled(key, theme.style(Role::Key)));
        spans.push(Span::styled(format!(" {label}  "), theme.style(role)));
        used += wide;
    }
    spans.push(Span::raw(" ".repeat(width.saturating_sub(used + columns(remark) + 1))));
    spans.push(Span::styled(remark.to_owned(), theme.style(Role::Dim)));
    draw_line(Line::from(spans), area, buf);
}
