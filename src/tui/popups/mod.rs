//! What stands before the page until it is answered: the help, the palette, and questions to the reader.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};

mod page;
mod palette;

pub use page::RuleText;
pub use palette::{Chosen, Palette};

use super::keymap::{ACTIONS, PANE_KEYS, Scope};
use super::parts::{columns, cut, draw_line, draw_lines, wrap};
use super::theme::{Glyph, Role, Theme};

/// A popup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Popup {
    /// What can be done here, and the row at its top.
    Help(Scope, usize),
    /// What a rule of the type checker is about, and the row at its top.
    Rule(RuleText, usize),
    /// Whatever can be done or opened.
    Palette(Box<Palette>),
    /// A question.
    Confirm(Confirm),
}

/// A question that is answered with yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirm {
    /// What it is about.
    pub title: &'static str,
    /// What will happen.
    pub text: String,
    /// What "yes" does, in a word or two.
    pub yes: &'static str,
    /// What is confirmed.
    pub what: Confirmed,
}

/// What a reader said yes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// Quitting.
    Quit,
    /// Putting back the starter.
    Reset,
    /// Seeing the solution before the step is done.
    Solution,
}

/// What a key did to a popup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// It stays.
    Stays,
    /// It goes.
    Closes,
    /// It goes, and the reader said yes.
    Yes(Confirmed),
    /// It goes, and this is what the reader wants.
    Chose(Chosen),
}

impl Popup {
    /// Asks whether to quit; `unsaved` says why nothing can be saved, where that is so.
    #[must_use]
    pub fn quit(unsaved: Option<&str>) -> Self {
        let saved = "Everything is saved. Next time you go on where you are now.";
        Self::Confirm(Confirm {
            title: "Quit?",
            text: unsaved.unwrap_or(saved).to_owned(),
            yes: "Quit",
            what: Confirmed::Quit,
        })
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, screen: Rect, theme: &Theme) -> Closing {
        match self {
            Self::Help(scope, top) => {
                scroll(key, top, help_rows(*scope, help_width(screen), theme).len(), screen)
            }
            Self::Rule(text, top) => {
                scroll(key, top, page::rows(text, help_width(screen), theme).len(), screen)
            }
            Self::Palette(palette) => match palette.key(key, screen) {
                palette::Answer::Stays => Closing::Stays,
                palette::Answer::Closes => Closing::Closes,
                palette::Answer::Chose(chosen) => Closing::Chose(chosen),
            },
            Self::Confirm(confirm) => match key.code {
                KeyCode::Enter | KeyCode::Char('y' | 'Y') => Closing::Yes(confirm.what),
                KeyCode::Esc | KeyCode::Char('n' | 'N' | 'q') => Closing::Closes,
                // Who presses Ctrl-C twice means it.
                KeyCode::Char('c') if confirm.what == Confirmed::Quit => Closing::Yes(confirm.what),
                _ => Closing::Stays,
            },
        }
    }

    /// Takes a click: in the palette it chooses, beside it and in other popups nothing.
    pub fn click(&self, row: u16, screen: Rect) -> Closing {
        match self {
            Self::Palette(palette) => {
                palette.at(row, screen).map_or(Closing::Stays, Closing::Chose)
            }
            _ => Closing::Stays,
        }
    }

    /// Where text is typed into it.
    #[must_use]
    pub fn cursor(&self, screen: Rect) -> Option<Position> {
        match self {
            Self::Palette(palette) => Some(palette.cursor(screen)),
            _ => None,
        }
    }

    /// Draws it before the page.
    pub fn view(&self, screen: Rect, buf: &mut Buffer, theme: &Theme) {
        match self {
            Self::Help(scope, top) => {
                let rows = help_rows(*scope, help_width(screen), theme);
                view_rows("What can be done here", rows, *top, screen, buf, theme);
            }
            Self::Rule(text, top) => {
                let rows = page::rows(text, help_width(screen), theme);
                view_rows(&text.rule, rows, *top, screen, buf, theme);
            }
            Self::Palette(palette) => palette.view(screen, buf, theme),
            Self::Confirm(confirm) => {
                let width = screen.width.saturating_sub(4).min(56);
                let text = wrap(&confirm.text, usize::from(width.saturating_sub(4)));
                let height = u16::try_from(text.len()).unwrap_or(4) + 4;
                let inner = frame(confirm.title, centered(screen, width, height), buf, theme);
                let lines =
                    text.into_iter().map(|line| Line::styled(line, theme.style(Role::Text)));
                draw_lines(lines, 0, inner, buf);
                let row = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
                let answers = answers(confirm.yes, inner.width, theme);
                draw_line(answers, row.intersection(inner), buf);
            }
        }
    }
}

/// Scrolls by the keys of a list; any other key closes.
fn scroll(key: KeyEvent, top: &mut usize, rows: usize, screen: Rect) -> Closing {
    let page = usize::from(help_area(screen, rows).height.saturating_sub(3)).max(1);
    let most = rows.saturating_sub(page);
    match key.code {
        KeyCode::Up | KeyCode::Char('k') => *top = top.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => *top = (*top + 1).min(most),
        KeyCode::PageUp => *top = top.saturating_sub(page),
        KeyCode::PageDown | KeyCode::Char(' ') => *top = (*top + page).min(most),
        _ => return Closing::Closes,
    }
    Closing::Stays
}

/// Draws rows in a box, from one of them on.
fn view_rows(
    title: &str,
    rows: Vec<Line<'static>>,
    top: usize,
    screen: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let inner = frame(title, help_area(screen, rows.len()), buf, theme);
    let body = Rect { height: inner.height.saturating_sub(1), ..inner };
    let more = rows.len() > usize::from(body.height) + top;
    draw_lines(rows, top, body, buf);
    let foot = if more { "Down shows more, Esc closes" } else { "Esc closes" };
    let row = Rect { y: body.bottom(), height: inner.height.min(1), ..inner };
    draw_line(Line::styled(foot, theme.style(Role::Dim)), row, buf);
}

fn answers(yes: &str, width: u16, theme: &Theme) -> Line<'static> {
    let (key, label) = (theme.style(Role::Key), theme.style(Role::Text));
    let line = |no: &'static str| {
        Line::from(vec![
            Span::styled("Enter ", key),
            Span::styled(format!("{yes}    "), label),
            Span::styled("Esc ", key),
            Span::styled(no, label),
        ])
    };
    let long = line("Go on as before");
    if long.width() <= usize::from(width) { long } else { line("Go on") }
}

fn help_width(screen: Rect) -> usize {
    usize::from(screen.width.saturating_sub(4).min(84)).saturating_sub(4)
}

fn help_area(screen: Rect, rows: usize) -> Rect {
    let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(3);
    centered(screen, screen.width.saturating_sub(4).min(84), height)
}

fn centered(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    }
}

/// Draws an empty box with a title, and gives the room in it.
fn frame(title: &str, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
    Clear.render(area, buf);
    buf.set_style(area, theme.style(Role::Ground));
    let dim = theme.style(Role::Dim);
    let [top_left, top_right, bottom_left, bottom_right] =
        if theme.unicode { ["┌", "┐", "└", "┘"] } else { ["+"; 4] };
    let (rule, bar) = (theme.glyph(Glyph::Rule), theme.glyph(Glyph::Bar));
    let width = usize::from(area.width.saturating_sub(2));
    for (n, row) in area.rows().enumerate() {
        let line = match n {
            0 => {
                let title = format!(" {} ", cut(title, width.saturating_sub(2), theme));
                let rest = rule.repeat(width.saturating_sub(columns(&title)));
                Line::from(vec![
                    Span::styled(top_left, dim),
                    Span::styled(title, theme.style(Role::Heading)),
                    Span::styled(format!("{rest}{top_right}"), dim),
                ])
            }
            n if n + 1 == usize::from(area.height) => {
                Line::styled(format!("{bottom_left}{}{bottom_right}", rule.repeat(width)), dim)
            }
            _ => Line::styled(format!("{bar}{}{bar}", " ".repeat(width)), dim),
        };
        draw_line(line, row, buf);
    }
    let inner = area.inner(ratatui::layout::Margin { horizontal: 2, vertical: 1 });
    let inner = inner.intersection(buf.area);
    // What is said in it is not as dim as its frame.
    Clear.render(inner, buf);
    buf.set_style(inner, theme.style(Role::Ground));
    inner
}

/// The actions of a scope, then the keys of its panes.
fn help_rows(scope: Scope, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let actions = ACTIONS
        .iter()
        .filter(|entry| entry.is_in(scope))
        .map(|entry| (entry.key_names(), format!("{}: {}", entry.label, entry.doc)));
    let panes = PANE_KEYS
        .iter()
        .filter(|(scopes, ..)| scopes.contains(&scope))
        .map(|(_, keys, doc)| ((*keys).to_owned(), (*doc).to_owned()));
    let all: Vec<_> = actions.chain(panes).collect();
    let widest = all.iter().map(|(keys, _)| columns(keys)).max().unwrap_or(0).min(width / 3);
    let mut rows = Vec::new();
    for (keys, doc) in all {
        let keys = wrap(&keys, widest.max(1));
        let doc = wrap(&doc, width.saturating_sub(widest + 2).max(8));
        for n in 0..keys.len().max(doc.len()) {
            let key = keys.get(n).cloned().unwrap_or_default();
            let text = doc.get(n).cloned().unwrap_or_default();
            rows.push(Line::from(vec![
                Span::styled(format!("{key:<widest$}  "), theme.style(Role::Key)),
                Span::styled(text, theme.style(Role::Text)),
            ]));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyModifiers;

    #[test]
    fn the_help_names_every_action_of_its_scope_with_its_key() {
        for scope in super::super::keymap::SCOPES {
            let rows = help_rows(*scope, 80, &Theme::plain());
            let text: Vec<String> = rows.iter().map(ToString::to_string).collect();
            let text = text.join("\n");
            for entry in ACTIONS.iter().filter(|entry| entry.is_in(*scope)) {
                assert!(text.contains(&entry.key_name()), "{}", entry.id);
                assert!(text.contains(entry.label), "{}", entry.id);
            }
        }
    }

    #[test]
    fn a_question_is_answered_by_enter_or_left_by_escape() {
        let screen = Rect::new(0, 0, 80, 24);
        let press = |code| {
            let event = KeyEvent::new(code, KeyModifiers::NONE);
            Popup::quit(None).key(event, screen, &Theme::plain())
        };
        assert_eq!(press(KeyCode::Enter), Closing::Yes(Confirmed::Quit));
        assert_eq!(press(KeyCode::Esc), Closing::Closes);
        assert_eq!(press(KeyCode::Char('x')), Closing::Stays);
    }
}
