//! The palette: whatever can be done or opened, found by a few letters of its name.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation as _;

use super::{centered, frame};
use crate::domain::course::{Pack, Part};
use crate::tui::keymap::{ACTIONS, Action, Scope};
use crate::tui::parts::{columns, cut, draw_line};
use crate::tui::theme::{Glyph, Role, Theme};
use crate::tui::world::Spot;

/// The most columns that it takes.
const WIDEST: u16 = 88;
/// The most rows of what was found.
const MOST_ROWS: u16 = 14;
/// The most characters that are looked for.
const LONGEST_QUERY: usize = 100;

/// What was chosen from the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// An action.
    Do(Action),
    /// A lesson, to be opened where the reader stopped in it.
    Lesson(Spot),
    /// A step.
    Step(Spot),
}

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    name: String,
    /// What else it is found by, and what is shown beside it.
    about: String,
    /// The key of an action, or the kind of a step.
    end: String,
    chosen: Chosen,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    item: usize,
    score: u32,
    /// Which characters of the name were looked for.
    marks: Vec<u32>,
}

/// The palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    items: Vec<Item>,
    query: String,
    found: Vec<Found>,
    cursor: usize,
}

/// What a key did to the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Stays,
    Closes,
    Chose(Chosen),
}

impl Palette {
    /// Offers the actions of a scope, then lessons and steps of a pack.
    #[must_use]
    pub fn new(scope: Scope, pack: &Pack) -> Self {
        let actions = ACTIONS
            .iter()
            .filter(|entry| entry.is_in(scope) && entry.action != Action::Palette)
            .map(|entry| Item {
                name: entry.label.to_owned(),
                about: entry.doc.to_owned(),
                end: entry.key_name(),
                chosen: Chosen::Do(entry.action),
            });
        let mut items: Vec<Item> = actions.collect();
        let mut steps = Vec::new();
        for (t, track) in pack.tracks.iter().enumerate() {
            for (l, lesson) in track.lessons.iter().enumerate() {
                let spot = Spot { track: t, lesson: l, step: 0 };
                let end = match lesson.part {
                    Part::Lesson => "lesson",
                    Part::CheckUp => "check-up",
                    Part::CheatSheet => "cheat sheet",
                };
                items.push(Item {
                    name: lesson.title.to_string(),
                    about: track.title.to_string(),
                    end: end.to_owned(),
                    chosen: Chosen::Lesson(spot),
                });
                let outline = lesson.steps.outline().iter().enumerate();
                // What a lesson begins with often bears its title.
                let named = outline.filter(|(_, step)| step.title != lesson.title);
                steps.extend(named.map(|(s, step)| Item {
                    name: step.title.to_string(),
                    about: lesson.title.to_string(),
                    end: step.kind.word().to_owned(),
                    chosen: Chosen::Step(Spot { step: s, ..spot }),
                }));
            }
        }
        items.extend(steps);
        let mut palette = Self { items, query: String::new(), found: Vec::new(), cursor: 0 };
        palette.find();
        palette
    }

    pub(super) fn key(&mut self, key: KeyEvent, screen: Rect) -> Answer {
        let held = key.modifiers.contains(KeyModifiers::CONTROL);
        let page = usize::from(self.rows(screen)).max(1);
        match key.code {
            KeyCode::Esc => return Answer::Closes,
            KeyCode::Char('c' | 'g') if held => return Answer::Closes,
            KeyCode::Enter => {
                let found = self.found.get(self.cursor);
                return found.map_or(Answer::Stays, |it| Answer::Chose(self.items[it.item].chosen));
            }
            KeyCode::Up => self.go(-1),
            KeyCode::Char('p' | 'k') if held => self.go(-1),
            KeyCode::Down => self.go(1),
            KeyCode::Char('n' | 'j') if held => self.go(1),
            KeyCode::PageUp => self.cursor = self.cursor.saturating_sub(page),
            KeyCode::PageDown => {
                self.cursor = (self.cursor + page).min(self.found.len().saturating_sub(1));
            }
            KeyCode::Backspace => self.look_for(|query| {
                query.pop();
            }),
            KeyCode::Char('u') if held => self.look_for(String::clear),
            KeyCode::Char('w') if held => self.look_for(|query| {
                let rest = query.trim_end().rfind(' ').map_or(0, |at| at + 1);
                query.truncate(rest);
            }),
            KeyCode::Char(c) if key.modifiers.difference(KeyModifiers::SHIFT).is_empty() => {
                self.look_for(|query| query.push(c));
            }
            _ => {}
        }
        Answer::Stays
    }

    /// Takes pasted text, of which one line can be looked for.
    pub fn paste(&mut self, text: &str) {
        let line = text.lines().next().unwrap_or_default();
        self.look_for(|query| query.push_str(line));
    }

    /// What stands in a row of the screen.
    pub(super) fn at(&self, row: u16, screen: Rect) -> Option<Chosen> {
        let place = row.checked_sub(self.area(screen).y + 3)?;
        let place = self.top(self.rows(screen)) + usize::from(place);
        let found = self.found.get(place).filter(|_| row + 2 < self.area(screen).bottom())?;
        Some(self.items[found.item].chosen)
    }

    fn go(&mut self, by: isize) {
        let last = self.found.len().saturating_sub(1);
        self.cursor = match (self.cursor, by) {
            (0, -1) => last,
            (at, 1) if at == last => 0,
            (at, by) => at.saturating_add_signed(by).min(last),
        };
    }

    fn look_for(&mut self, change: impl FnOnce(&mut String)) {
        change(&mut self.query);
        self.query.retain(|c| !c.is_control());
        if let Some((end, _)) = self.query.char_indices().nth(LONGEST_QUERY) {
            self.query.truncate(end);
        }
        self.find();
    }

    /// Finds what the query means: the best first, and in the order of the course where two are as good.
    fn find(&mut self) {
        let mut matcher = Matcher::new(Config::DEFAULT);
        let pattern = Pattern::parse(&self.query, CaseMatching::Smart, Normalization::Smart);
        let mut room = Vec::new();
        let look = |(place, item): (usize, &Item)| {
            let mut marks = Vec::new();
            // What is looked for in the name is worth more than what stands beside it.
            let name = Utf32Str::new(&item.name, &mut room);
            if let Some(score) = pattern.indices(name, &mut matcher, &mut marks) {
                return Some(Found { item: place, score: score.saturating_mul(2), marks });
            }
            let both = format!("{} {} {}", item.name, item.about, item.end);
            let score = pattern.score(Utf32Str::new(&both, &mut room), &mut matcher)?;
            Some(Found { item: place, score, marks: Vec::new() })
        };
        self.found = self.items.iter().enumerate().filter_map(look).collect();
        self.found.sort_by_key(|found| std::cmp::Reverse(found.score));
        self.cursor = 0;
    }

    fn area(&self, screen: Rect) -> Rect {
        let rows = u16::try_from(self.found.len()).unwrap_or(MOST_ROWS).clamp(1, MOST_ROWS);
        let width = screen.width.saturating_sub(4).min(WIDEST);
        // It stays where it is while less and less is found.
        let most = centered(screen, width, MOST_ROWS + 5);
        Rect { height: (rows + 5).min(most.height), ..most }
    }

    fn rows(&self, screen: Rect) -> u16 {
        self.area(screen).height.saturating_sub(5)
    }

    fn top(&self, rows: u16) -> usize {
        (self.cursor + 1).saturating_sub(usize::from(rows))
    }

    pub(super) fn cursor(&self, screen: Rect) -> Position {
        let area = self.area(screen);
        let most = usize::from(area.width.saturating_sub(5));
        let typed = u16::try_from((columns(&self.query) + 2).min(most)).unwrap_or(2);
        Position::new(area.x + 2 + typed, area.y + 1)
    }

    pub(super) fn view(&self, screen: Rect, buf: &mut Buffer, theme: &Theme) {
        let inner = frame("What do you look for?", self.area(screen), buf, theme);
        let mut rows = inner.rows();
        let mut draw = |line: Line<'_>| {
            if let Some(row) = rows.next() {
                draw_line(line, row, buf);
            }
        };
        draw(Line::from(vec![
            Span::styled("> ", theme.style(Role::Accent)),
            Span::styled(
                tail(&self.query, usize::from(inner.width.saturating_sub(3))),
                theme.style(Role::Strong),
            ),
        ]));
        draw(Line::default());
        let shown = self.rows(screen);
        let top = self.top(shown);
        for (place, found) in self.found.iter().enumerate().skip(top).take(usize::from(shown)) {
            draw(self.row(found, place == self.cursor, usize::from(inner.width), theme));
        }
        if self.found.is_empty() {
            let said = "Nothing is called that.";
            draw(Line::styled(said, theme.style(Role::Text)));
        }
        let last =
            Rect { y: inner.bottom().saturating_sub(1), height: inner.height.min(1), ..inner };
        draw_line(self.foot(usize::from(inner.width), theme), last, buf);
    }

    fn foot(&self, width: usize, theme: &Theme) -> Line<'static> {
        let (key, label) = (theme.style(Role::Key), theme.style(Role::Dim));
        let mut spans = Vec::new();
        for (name, says) in [("Enter", "Do it"), ("Up Down", "Choose"), ("Esc", "Close")] {
            spans.push(Span::styled(name, key));
            spans.push(Span::styled(format!(" {says}  "), label));
        }
        let count = format!("{} of {}", self.found.len(), self.items.len());
        let used: usize = spans.iter().map(Span::width).sum();
        if let Some(room) = width.checked_sub(used + columns(&count)) {
            spans.push(Span::styled(format!("{}{count}", " ".repeat(room)), label));
        }
        Line::from(spans)
    }

    fn row(&self, found: &Found, chosen: bool, width: usize, theme: &Theme) -> Line<'static> {
        let item = &self.items[found.item];
        let sign = if chosen { theme.glyph(Glyph::Chosen) } else { " " };
        let end = columns(&item.end);
        let room = width.saturating_sub(2 + end + 1);
        let name = cut(&item.name, room, theme);
        let about = room.saturating_sub(columns(&name) + 3);
        let about = if about < 8 { String::new() } else { cut(&item.about, about, theme) };
        let text = theme.style(if chosen { Role::Strong } else { Role::Text });
        let mut spans = vec![Span::styled(format!("{sign} "), theme.style(Role::Accent))];
        for (place, cluster) in name.graphemes(true).enumerate() {
            let marked = u32::try_from(place).is_ok_and(|place| found.marks.contains(&place));
            let style = if marked { text.patch(theme.style(Role::Accent)) } else { text };
            spans.push(Span::styled(cluster.to_owned(), style));
        }
        if !about.is_empty() {
            spans.push(Span::styled(format!("   {about}"), theme.style(Role::Dim)));
        }
        let used: usize = spans.iter().map(Span::width).sum();
        let blank = " ".repeat(width.saturating_sub(used + end));
        let is_key = matches!(item.chosen, Chosen::Do(_));
        let role = if is_key { Role::Key } else { Role::Dim };
        spans.push(Span::styled(format!("{blank}{}", item.end), theme.style(role)));
        Line::from(spans)
    }
}

/// The end of a text, as much of it as fits.
fn tail(text: &str, width: usize) -> String {
    let mut rest = text;
    while columns(rest) > width {
        let first = rest.graphemes(true).next().map_or(rest.len(), str::len);
        rest = &rest[first..];
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::testing::{key, pack};

    const SCREEN: Rect = Rect::new(0, 0, 80, 24);

    fn palette(query: &str) -> Palette {
        let mut palette = Palette::new(Scope::Exercise, &pack());
        palette.paste(query);
        palette
    }

    fn first(palette: &Palette) -> Option<(&str, Chosen)> {
        let found = palette.found.first()?;
        let item = &palette.items[found.item];
        Some((&item.name, item.chosen))
    }

    #[test]
    fn an_action_is_found_by_letters_of_its_name() {
        assert_eq!(first(&palette("chk")), Some(("Check", Chosen::Do(Action::Check))));
    }

    #[test]
    fn a_lesson_and_a_step_are_found_by_theirs() {
        let spot = Spot { track: 0, lesson: 1, step: 0 };
        assert_eq!(first(&palette("keep name")), Some(("Keep the name", Chosen::Lesson(spot))));
        let (_, chosen) = first(&palette("two guarded")).unwrap();
        assert!(matches!(chosen, Chosen::Step(spot) if spot.lesson == 1), "{chosen:?}");
    }

    #[test]
    fn what_stands_beside_a_name_finds_it_too_but_later() {
        let palette = palette("generators");
        let names: Vec<&str> =
            palette.found.iter().map(|it| &*palette.items[it.item].name).collect();
        assert!(names.contains(&"Send and throw"), "{names:?}");
    }

    #[test]
    fn what_no_scope_can_do_is_not_offered() {
        let home = Palette::new(Scope::Home, &pack());
        let offered = |action| home.items.iter().any(|it| it.chosen == Chosen::Do(action));
        assert!(offered(Action::Quit) && !offered(Action::Check) && !offered(Action::Palette));
    }

    #[test]
    fn nonsense_finds_nothing_and_enter_does_nothing_then() {
        let mut palette = palette("zzzzqqq");
        assert_eq!(first(&palette), None);
        assert_eq!(palette.key(key("enter"), SCREEN), Answer::Stays);
        assert_eq!(palette.key(key("bs"), SCREEN), Answer::Stays);
        assert_eq!(palette.key(key("c-u"), SCREEN), Answer::Stays);
        assert_eq!(palette.found.len(), palette.items.len());
    }

    #[test]
    fn the_choice_goes_round_and_enter_takes_it() {
        let mut palette = palette("");
        palette.key(key("up"), SCREEN);
        assert_eq!(palette.cursor, palette.found.len() - 1);
        palette.key(key("down"), SCREEN);
        assert_eq!(palette.key(key("enter"), SCREEN), Answer::Chose(palette.items[0].chosen));
    }

    #[test]
    fn a_word_is_taken_back_by_one_key() {
        let mut palette = palette("keep name");
        palette.key(key("c-w"), SCREEN);
        assert_eq!(palette.query, "keep ");
        palette.key(key("c-w"), SCREEN);
        assert_eq!(palette.query, "");
    }

    #[test]
    fn pasted_text_is_one_line_without_control_characters_and_not_endless() {
        let mut palette = palette("");
        palette.paste(&format!("a\u{1b}b{}\nc", "x".repeat(1_000)));
        assert!(palette.query.starts_with("abx") && palette.query.len() == LONGEST_QUERY);
    }

    #[test]
    fn the_row_under_the_mouse_is_what_is_chosen() {
        let palette = palette("");
        let top = palette.area(SCREEN).y + 3;
        assert_eq!(palette.at(top, SCREEN), Some(palette.items[0].chosen));
        assert_eq!(palette.at(top + 1, SCREEN), Some(palette.items[1].chosen));
        assert_eq!(palette.at(top - 1, SCREEN), None);
        assert_eq!(palette.at(23, SCREEN), None);
    }

    #[test]
    fn no_size_and_no_query_make_it_panic() {
        for (width, height) in [(0, 0), (1, 1), (7, 3), (40, 12), (80, 24), (300, 90)] {
            let screen = Rect::new(0, 0, width, height);
            for query in ["", "a", "漢字", "\u{301}\u{301}", "e\u{301}"] {
                let mut palette = palette(query);
                let mut buf = Buffer::empty(screen);
                palette.view(screen, &mut buf, &Theme::plain());
                palette.key(key("pgdn"), screen);
                palette.view(screen, &mut buf, &Theme::plain());
            }
        }
    }
}
