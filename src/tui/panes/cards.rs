//! Cards: a question, the reader's own words, the key points uncovered and ticked, a rating.
//!
//! It knows neither the step nor when a card comes up again.

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::domain::course::Card;
use crate::domain::progress::Rating;
use crate::tui::parts::{columns, cut, draw_line, draw_lines, wrap};
use crate::tui::prose;
use crate::tui::theme::{Glyph, Role, Theme};

/// The ratings with their words, in the order of their digits.
const RATINGS: [(Rating, &str); 4] = [
    (Rating::Again, "Again"),
    (Rating::Hard, "Hard"),
    (Rating::Good, "Good"),
    (Rating::Easy, "Easy"),
];
/// How much one may write, in characters.
const WORDS: usize = 2_000;

/// What a key led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardEvent {
    /// Nothing that matters to others.
    None,
    /// A card was rated.
    Rated {
        /// Its id.
        card: String,
        /// The key points that were made, from 0.
        points: Vec<u32>,
        /// The rating.
        rating: Rating,
    },
    /// All cards are rated, and the reader wants to go on.
    GoOn,
}

/// How far the card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The question stands alone.
    Asked,
    /// The reader writes an answer.
    Writing,
    /// The key points are there.
    Uncovered,
}

/// Cards, one after the other.
#[derive(Debug, Clone)]
pub struct CardsPane {
    cards: Vec<Card>,
    rated: Vec<Option<Rating>>,
    at: usize,
    stage: Stage,
    words: String,
    ticked: Vec<bool>,
    cursor: usize,
}

impl CardsPane {
    /// Lays out cards.
    #[must_use]
    pub fn new(cards: Vec<Card>) -> Self {
        let mut pane = Self {
            rated: vec![None; cards.len()],
            cards,
            at: 0,
            stage: Stage::Asked,
            words: String::new(),
            ticked: Vec::new(),
            cursor: 0,
        };
        pane.ask();
        pane
    }

    /// Whether every card was rated.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.at >= self.cards.len()
    }

    /// Whether letters are typed into a text.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        self.stage == Stage::Writing
    }

    /// What keys do now, in a few words.
    #[must_use]
    pub fn prompt(&self) -> &'static str {
        match self.stage {
            _ if self.is_finished() => "Enter goes on",
            Stage::Asked if self.words.is_empty() => {
                "Enter uncovers the answer; w writes yours first"
            }
            Stage::Asked => "Enter uncovers the key points; w goes on writing",
            Stage::Writing => "Write your answer; Esc, then Enter uncovers the key points",
            Stage::Uncovered => "Space ticks what you said; then rate:",
        }
    }

    /// Leaves the writing; says whether there was any.
    pub fn back(&mut self) -> bool {
        let writing = self.stage == Stage::Writing;
        if writing {
            self.stage = Stage::Asked;
        }
        writing
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) {
        if self.stage == Stage::Writing {
            text.chars().filter(|c| *c == '\n' || !c.is_control()).for_each(|c| self.write(c));
        }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> CardEvent {
        if self.is_finished() {
            let on = matches!(key.code, KeyCode::Enter | KeyCode::Char(' '));
            return if on { CardEvent::GoOn } else { CardEvent::None };
        }
        match self.stage {
            Stage::Asked => self.asked_key(key),
            Stage::Writing => self.writing_key(key),
            Stage::Uncovered => return self.uncovered_key(key),
        }
        CardEvent::None
    }

    /// Takes what the mouse did: a click uncovers, then ticks points and chooses the rating.
    pub fn mouse(&mut self, event: MouseEvent, area: Rect, theme: &Theme) -> CardEvent {
        let MouseEventKind::Down(MouseButton::Left) = event.kind else { return CardEvent::None };
        match self.stage {
            _ if self.is_finished() => return CardEvent::GoOn,
            Stage::Asked => self.stage = Stage::Uncovered,
            Stage::Writing => {}
            Stage::Uncovered if event.row + 1 == area.bottom() => {
                let column = usize::from(event.column.saturating_sub(area.x));
                let spans = rating_spans(theme);
                let mut end = 0;
                let hit = spans.iter().position(|span| {
                    end += span.width();
                    column < end
                });
                return hit.map_or(CardEvent::None, |n| self.rate(RATINGS[n].0));
            }
            Stage::Uncovered => {
                let rows = self.rows(usize::from(area.width), theme);
                let body = Rect { height: area.height.saturating_sub(2), ..area };
                let skip = self.skip(&rows, body);
                let row = usize::from(event.row.saturating_sub(area.y)) + skip;
                if let Some((_, Some(point))) = rows.get(row) {
                    self.cursor = *point;
                    self.tick();
                }
            }
        }
        CardEvent::None
    }

    fn asked_key(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Enter | KeyCode::Char(' ') => self.stage = Stage::Uncovered,
            KeyCode::Char('w') => self.stage = Stage::Writing,
            _ => {}
        }
    }

    fn writing_key(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Char(c) if key.modifiers.difference(SHIFT).is_empty() => self.write(c),
            KeyCode::Enter => self.write('\n'),
            KeyCode::Backspace => drop(self.words.pop()),
            _ => {}
        }
    }

    fn uncovered_key(&mut self, key: KeyEvent) -> CardEvent {
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => {
                self.cursor = (self.cursor + 1).min(self.ticked.len().saturating_sub(1));
            }
            KeyCode::Char(' ') | KeyCode::Enter => self.tick(),
            KeyCode::Char(c @ '1'..='4') => return self.rate(RATINGS[c as usize - '1' as usize].0),
            _ => {}
        }
        CardEvent::None
    }

    fn write(&mut self, c: char) {
        if self.words.len() < WORDS {
            self.words.push(c);
        }
    }

    fn tick(&mut self) {
        if let Some(ticked) = self.ticked.get_mut(self.cursor) {
            *ticked = !*ticked;
        }
    }

    fn rate(&mut self, rating: Rating) -> CardEvent {
        let Some(card) = self.cards.get(self.at) else { return CardEvent::None };
        let points = (0..).zip(&self.ticked).filter(|(_, ticked)| **ticked).map(|(n, _)| n);
        let event = CardEvent::Rated { card: card.id.clone(), points: points.collect(), rating };
        self.rated[self.at] = Some(rating);
        self.at += 1;
        self.ask();
        event
    }

    fn ask(&mut self) {
        self.stage = Stage::Asked;
        self.words.clear();
        self.cursor = 0;
        let points = self.cards.get(self.at).map_or(0, |card| card.points.len());
        self.ticked = vec![false; points];
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let rows = self.rows(usize::from(area.width), theme);
        let body = Rect { height: area.height.saturating_sub(2), ..area };
        let skip = self.skip(&rows, body);
        draw_lines(rows.into_iter().map(|(line, _)| line), skip, body, buf);
        let foot = Rect { y: area.bottom().saturating_sub(1), height: area.height.min(1), ..area };
        if self.stage == Stage::Uncovered && !self.is_finished() {
            let above = Rect { y: foot.y.saturating_sub(1).max(area.y), ..foot };
            if area.height > 1 {
                let prompt = cut(self.prompt(), usize::from(area.width), theme);
                draw_line(Line::styled(prompt, theme.style(Role::Dim)), above, buf);
            }
            draw_line(Line::from(rating_spans(theme)), foot, buf);
        } else {
            let prompt = cut(self.prompt(), usize::from(area.width), theme);
            draw_line(Line::styled(prompt, theme.style(Role::Accent)), foot, buf);
        }
    }

    /// Where the cursor of the writing stands.
    #[must_use]
    pub fn cursor(&self, area: Rect, theme: &Theme) -> Option<Position> {
        if self.stage != Stage::Writing {
            return None;
        }
        let rows = self.rows(usize::from(area.width), theme);
        let body = Rect { height: area.height.saturating_sub(2), ..area };
        let row = rows.len().checked_sub(1 + self.skip(&rows, body))?;
        let column = u16::try_from(rows.last()?.0.width()).ok()?;
        let y = area.y + u16::try_from(row).ok()?;
        (y < body.bottom()).then(|| Position::new(area.x + column.min(area.width.max(1) - 1), y))
    }

    fn skip(&self, rows: &[(Line<'static>, Option<usize>)], area: Rect) -> usize {
        let most = rows.len().saturating_sub(usize::from(area.height));
        if self.stage == Stage::Writing || self.is_finished() {
            return most;
        }
        let is_here = |row: &(Line<'static>, Option<usize>)| row.1 == Some(self.cursor);
        let end = rows.len() - rows.iter().rev().position(is_here).unwrap_or(rows.len());
        end.saturating_sub(usize::from(area.height)).min(most)
    }

    fn rows(&self, width: usize, theme: &Theme) -> Vec<(Line<'static>, Option<usize>)> {
        let Some(card) = self.cards.get(self.at) else { return self.summary(width, theme) };
        let count = format!("Card {} of {}", self.at + 1, self.cards.len());
        let mut rows = vec![Line::styled(count, theme.style(Role::Dim)), Line::default()];
        let question = prose::inlines(&card.question, width, theme);
        rows.extend(prose::restyle(question, theme.style(Role::Strong)));
        rows.push(Line::default());
        rows.extend(self.own_words(width, theme));
        let mut rows: Vec<_> = rows.into_iter().map(|line| (line, None)).collect();
        if self.stage == Stage::Uncovered {
            rows.push((Line::styled("Key points", theme.style(Role::Heading)), None));
            for (n, point) in card.points.iter().enumerate() {
                let here = n == self.cursor;
                let pointer = if here { theme.glyph(Glyph::Chosen) } else { " " };
                let (sign, role) =
                    if self.ticked[n] { ("x", Role::Passed) } else { (" ", Role::Dim) };
                let lead = vec![
                    Span::styled(format!("{pointer} "), theme.style(Role::Accent)),
                    Span::styled(format!("[{sign}] "), theme.style(role)),
                ];
                let text = prose::inlines(point, width.saturating_sub(6).max(8), theme);
                rows.extend(prose::hang(text, lead).into_iter().map(|line| (line, Some(n))));
            }
        }
        rows
    }

    fn own_words(&self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        if self.words.is_empty() && self.stage != Stage::Writing {
            return Vec::new();
        }
        let mut rows = Vec::new();
        if self.stage == Stage::Uncovered {
            rows.push(Line::styled("Your words", theme.style(Role::Heading)));
        }
        let bar = theme.glyph(Glyph::Bar);
        let mut lines = wrap(&self.words, width.saturating_sub(2).max(1));
        if lines.is_empty() || self.words.ends_with('\n') {
            lines.push(String::new());
        }
        rows.extend(lines.into_iter().map(|line| {
            Line::from(vec![
                Span::styled(format!("{bar} "), theme.style(Role::Accent)),
                Span::styled(line, theme.style(Role::Text)),
            ])
        }));
        if self.stage != Stage::Writing {
            rows.push(Line::default());
        }
        rows
    }

    fn summary(&self, width: usize, theme: &Theme) -> Vec<(Line<'static>, Option<usize>)> {
        let text = "All cards are rated.";
        let mut rows: Vec<Line<'static>> = wrap(text, width)
            .into_iter()
            .map(|line| Line::styled(line, theme.style(Role::Strong)))
            .collect();
        rows.push(Line::default());
        for (card, rating) in self.cards.iter().zip(&self.rated) {
            let word = RATINGS.iter().find(|(it, _)| Some(*it) == *rating).map_or("", |it| it.1);
            let lead = vec![Span::styled(format!("{word:<7}"), theme.style(Role::Accent))];
            let room = width.saturating_sub(7).max(8);
            rows.extend(prose::hang(prose::inlines(&card.question, room, theme), lead));
        }
        rows.into_iter().map(|line| (line, None)).collect()
    }
}

const SHIFT: crossterm::event::KeyModifiers = crossterm::event::KeyModifiers::SHIFT;

/// One span for each rating, wide enough to be clicked on.
fn rating_spans(theme: &Theme) -> Vec<Span<'static>> {
    let style = theme.style(Role::Accent);
    let widest = RATINGS.iter().map(|(_, word)| columns(word)).max().unwrap_or(0);
    let span = |(n, (_, word)): (usize, &(Rating, &str))| {
        Span::styled(format!("{} {word:<width$}", n + 1, width = widest + 2), style)
    };
    RATINGS.iter().enumerate().map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Inlines;
    use crate::domain::place::Place;
    use crossterm::event::KeyModifiers;

    fn pane() -> CardsPane {
        let card = |id: &str| Card {
            id: id.into(),
            place: Place::new("x.md", 1, 1),
            question: Inlines::plain(format!("What is {id}?")),
            points: vec![Inlines::plain("the first point"), Inlines::plain("the second point")],
        };
        CardsPane::new(vec![card("one"), card("two")])
    }

    fn press(pane: &mut CardsPane, keys: &str) -> CardEvent {
        let mut event = CardEvent::None;
        for c in keys.chars() {
            let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
            event = pane.key(KeyEvent::new(code, KeyModifiers::NONE));
        }
        event
    }

    fn text(pane: &CardsPane) -> String {
        let rows = pane.rows(60, &Theme::plain());
        rows.into_iter().map(|(line, _)| line.to_string()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_points_stay_covered_until_they_are_asked_for() {
        let mut pane = pane();
        assert!(!text(&pane).contains("the first point"));
        press(&mut pane, "3");
        assert!(!pane.is_finished() && text(&pane).contains("What is one?"), "no rating yet");
        press(&mut pane, "\n");
        assert!(text(&pane).contains("the first point"));
    }

    #[test]
    fn a_rating_tells_which_points_were_made() {
        let mut pane = pane();
        let event = press(&mut pane, "\nj 3");
        let rating = Rating::Good;
        assert_eq!(event, CardEvent::Rated { card: "one".into(), points: vec![1], rating });
        press(&mut pane, "\n4");
        assert!(pane.is_finished());
        assert_eq!(press(&mut pane, "\n"), CardEvent::GoOn);
    }

    #[test]
    fn own_words_are_shown_beside_the_key_points() {
        let mut pane = pane();
        press(&mut pane, "wit keeps 3 names");
        assert!(pane.is_typing());
        assert!(pane.back());
        press(&mut pane, "\n");
        assert!(text(&pane).contains("it keeps 3 names") && text(&pane).contains("Key points"));
    }
}
