//! Questions with choices: answered by keys or mouse, two tries each, with the reasons afterwards.
//!
//! It knows neither the step nor what its answers are kept for.

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::document::Inlines;
use crate::domain::exercise::Question;
use crate::tui::parts::draw_lines;
use crate::tui::prose;
use crate::tui::theme::{Glyph, Role, Theme};

/// How often a question may be answered before the right answer is shown.
pub const TRIES: u32 = 2;

/// What an answer led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuizEvent {
    /// Nothing that matters to others.
    None,
    /// One question is settled; the next one is asked.
    Settled,
    /// The last question is settled.
    Finished,
    /// All was settled before, and the reader wants to go on.
    GoOn,
}

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It waits for an answer.
    Open,
    /// It was answered rightly.
    Right,
    /// The tries are used up.
    Wrong,
}

/// One question.
#[derive(Debug, Clone)]
struct Part {
    title: Option<&'static str>,
    question: Question,
    state: State,
    picked: Vec<bool>,
    /// Choices that were wrong answers.
    tried: Vec<bool>,
    tries: u32,
}

/// One row, and the choice that a click on it means.
type Row = (Line<'static>, Option<usize>);

/// Questions, one after the other.
#[derive(Debug, Clone)]
pub struct QuizPane {
    parts: Vec<Part>,
    at: usize,
    cursor: usize,
    scroll: usize,
    /// What the right answer stands under, once it is shown.
    misconceptions: Vec<String>,
}

impl QuizPane {
    /// Asks questions; each may bear a title.
    #[must_use]
    pub fn new(questions: impl IntoIterator<Item = (Option<&'static str>, Question)>) -> Self {
        let part = |(title, question): (_, Question)| Part {
            title,
            picked: vec![false; question.choices.len()],
            tried: vec![false; question.choices.len()],
            question,
            state: State::Open,
            tries: 0,
        };
        let parts = questions.into_iter().map(part).collect();
        Self { parts, at: 0, cursor: 0, scroll: 0, misconceptions: Vec::new() }
    }

    /// Whether every question is settled.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.parts.iter().all(|part| part.state != State::Open)
    }

    /// Whether every question was answered rightly.
    #[must_use]
    pub fn all_right(&self) -> bool {
        self.parts.iter().all(|part| part.state == State::Right)
    }

    /// How many tries were used, all questions together.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.parts.iter().map(|part| part.tries).sum()
    }

    /// The ideas behind the wrong choices that were picked.
    #[must_use]
    pub fn misconceptions(&self) -> &[String] {
        &self.misconceptions
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent) -> QuizEvent {
        let Some(part) = self.parts.get_mut(self.at).filter(|part| part.state == State::Open)
        else {
            return match key.code {
                KeyCode::Enter | KeyCode::Char(' ') => QuizEvent::GoOn,
                _ => QuizEvent::None,
            };
        };
        let last = part.question.choices.len().saturating_sub(1);
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => self.cursor = (self.cursor + 1).min(last),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = last,
            KeyCode::Char(c @ '1'..='9') => {
                let choice = c as usize - '1' as usize;
                if choice <= last {
                    self.choose(choice);
                }
            }
            KeyCode::Char(' ') => self.choose(self.cursor),
            KeyCode::Enter => return self.answer(),
            _ => {}
        }
        QuizEvent::None
    }

    /// Takes what the mouse did in its area: a click chooses, a click on what is chosen answers.
    pub fn mouse(&mut self, event: MouseEvent, area: Rect, theme: &Theme) -> QuizEvent {
        match event.kind {
            MouseEventKind::ScrollDown => self.scroll(2, area, theme),
            MouseEventKind::ScrollUp => self.scroll(-2, area, theme),
            MouseEventKind::Down(MouseButton::Left) if event.row >= area.y => {
                let rows = self.rows(usize::from(area.width), theme);
                let row = usize::from(event.row - area.y) + self.skip(&rows, area, theme);
                let target = rows.get(row).and_then(|(_, target)| *target);
                let Some(choice) = target else { return QuizEvent::None };
                let again = self.cursor == choice && self.is_single() && self.is_picked(choice);
                self.choose(choice);
                if again {
                    return self.answer();
                }
            }
            _ => {}
        }
        QuizEvent::None
    }

    /// Scrolls by rows.
    pub fn scroll(&mut self, by: isize, area: Rect, theme: &Theme) {
        let rows = self.rows(usize::from(area.width), theme).len();
        let last = rows.saturating_sub(usize::from(area.height));
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
    }

    fn is_single(&self) -> bool {
        self.parts.get(self.at).is_some_and(|part| !part.question.several())
    }

    fn is_picked(&self, choice: usize) -> bool {
        self.parts.get(self.at).is_some_and(|part| part.picked.get(choice) == Some(&true))
    }

    fn choose(&mut self, choice: usize) {
        self.cursor = choice;
        let single = self.is_single();
        let Some(part) = self.parts.get_mut(self.at) else { return };
        let Some(picked) = part.picked.get_mut(choice) else { return };
        if single {
            part.picked.fill(false);
            part.picked[choice] = true;
        } else {
            *picked = !*picked;
        }
    }

    fn answer(&mut self) -> QuizEvent {
        let single = self.is_single();
        if single {
            self.choose(self.cursor);
        }
        let Some(part) = self.parts.get_mut(self.at) else { return QuizEvent::None };
        let spent = |(picked, tried): (&bool, &bool)| *picked && *tried && single;
        if !part.picked.contains(&true) || part.picked.iter().zip(&part.tried).any(spent) {
            // The same answer again would use up a try and teach nothing.
            return QuizEvent::None;
        }
        let choices = part.question.choices.iter().zip(&part.picked);
        let right = choices.clone().all(|(choice, picked)| choice.right == *picked);
        let wrong = choices.filter(|(choice, picked)| **picked && !choice.right);
        self.misconceptions.extend(wrong.filter_map(|(choice, _)| choice.misconception.clone()));
        part.tries += 1;
        if right {
            part.state = State::Right;
        } else {
            for (n, choice) in part.question.choices.iter().enumerate() {
                part.tried[n] |= part.picked[n] && !choice.right;
            }
            if part.tries < TRIES {
                part.picked.fill(false);
                return QuizEvent::None;
            }
            part.state = State::Wrong;
        }
        self.settle()
    }

    fn settle(&mut self) -> QuizEvent {
        if self.at + 1 < self.parts.len() {
            self.at += 1;
            self.cursor = 0;
            QuizEvent::Settled
        } else {
            QuizEvent::Finished
        }
    }

    /// How many rows it wants at a width.
    #[must_use]
    pub fn height(&self, width: u16, theme: &Theme) -> usize {
        self.rows(usize::from(width), theme).len()
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let rows = self.rows(usize::from(area.width), theme);
        let skip = self.skip(&rows, area, theme);
        draw_lines(rows.into_iter().map(|(line, _)| line), skip, area, buf);
    }

    /// How many rows are above the area, so that the choice under the cursor is in it.
    fn skip(&self, rows: &[Row], area: Rect, theme: &Theme) -> usize {
        let height = usize::from(area.height).max(1);
        let most = rows.len().saturating_sub(height);
        if self.is_finished() {
            // The newest reasons stand last.
            return most.saturating_sub(self.scroll.min(most));
        }
        let is_here = |row: &Row| row.1 == Some(self.cursor);
        let end = rows.iter().rposition(is_here).map_or(rows.len(), |at| at + 1);
        let start = rows.iter().position(is_here).unwrap_or(0);
        // All of the question that is open, where it fits; else the choice under the cursor.
        let part = self.parts.get(self.at);
        let width = usize::from(area.width);
        let heading = part.map_or(0, |part| self.heading(self.at, part, width, theme).len());
        let first = rows.iter().position(|row| row.1.is_some()).unwrap_or(0);
        let fits = rows.len() - first.saturating_sub(heading) <= height;
        let end = if fits { rows.len() } else { end };
        let least = end.saturating_sub(height).min(start);
        least.max(self.scroll.min(start)).min(most)
    }

    fn rows(&self, width: usize, theme: &Theme) -> Vec<Row> {
        let mut rows = Vec::new();
        for (n, part) in self.parts.iter().enumerate().take(self.at + 1) {
            if n > 0 {
                rows.push((Line::default(), None));
            }
            rows.extend(self.heading(n, part, width, theme).into_iter().map(|line| (line, None)));
            for choice in 0..part.question.choices.len() {
                let lines = self.choice(n, part, choice, width, theme);
                let target = (part.state == State::Open).then_some(choice);
                rows.extend(lines.into_iter().map(|line| (line, target)));
            }
            rows.extend(verdict(part, width, theme).into_iter().map(|line| (line, None)));
        }
        rows
    }

    fn heading(&self, n: usize, part: &Part, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        let strong = theme.style(Role::Strong);
        let is_title = part.title.is_some_and(|title| part.question.text.to_plain() == title);
        let look = if is_title { theme.style(Role::Heading) } else { strong };
        let mut rows = prose::restyle(prose::inlines(&part.question.text, width, theme), look);
        if part.question.text.0.is_empty() {
            rows.clear();
        }
        if let Some(title) = part.title.filter(|title| part.question.text.to_plain() != *title) {
            rows.insert(0, Line::styled(title, theme.style(Role::Heading)));
        } else if part.title.is_none() && self.parts.len() > 1 {
            let count = format!("Question {} of {}", n + 1, self.parts.len());
            rows.insert(0, Line::styled(count, theme.style(Role::Dim)));
        }
        if part.question.several() && part.state == State::Open {
            let note = "Several are right: Space ticks, Enter answers";
            rows.push(Line::styled(note, theme.style(Role::Dim)));
        }
        rows
    }

    fn choice(
        &self,
        n: usize,
        part: &Part,
        choice: usize,
        width: usize,
        theme: &Theme,
    ) -> Vec<Line<'static>> {
        let it = &part.question.choices[choice];
        let open = part.state == State::Open;
        let here = open && n == self.at && choice == self.cursor;
        let pointer = if here { theme.glyph(Glyph::Chosen) } else { " " };
        let (mark, role) = mark(part, choice, here, theme);
        let lead = vec![
            Span::styled(format!("{pointer} "), theme.style(Role::Accent)),
            Span::styled(format!("{mark} "), theme.style(role)),
            Span::styled(format!("{} ", choice + 1), theme.style(Role::Dim)),
        ];
        let indent: usize = lead.iter().map(Span::width).sum();
        let room = width.saturating_sub(indent).max(8);
        let mut text = prose::inlines(&it.text, room, theme);
        if !open && !it.right && !part.tried[choice] {
            text = prose::restyle(text, theme.style(Role::Dim));
        }
        let mut rows = prose::hang(text, lead);
        if let Some(why) = it.why.as_ref().filter(|_| !open || part.tried[choice]) {
            rows.extend(reason(why, indent, room, theme));
        }
        rows
    }
}

/// What is said of an answer.
fn verdict(part: &Part, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (glyph, role, text) = match part.state {
        State::Right if part.tries == 1 => (Glyph::Pass, Role::Passed, "Right."),
        State::Right => (Glyph::Pass, Role::Passed, "Right, at the second try."),
        State::Wrong => (Glyph::Fail, Role::Failed, "Not this time: the right answer is marked."),
        State::Open if part.tries > 0 => {
            (Glyph::Fail, Role::Failed, "Not so. You have one more try.")
        }
        State::Open => return Vec::new(),
    };
    let text = format!("{} {text}", theme.glyph(glyph));
    let rows = crate::tui::parts::wrap(&text, width.saturating_sub(2).max(1));
    rows.into_iter().map(|row| Line::styled(format!("  {row}"), theme.style(role))).collect()
}

/// The sign before a choice, and its look.
fn mark(part: &Part, choice: usize, here: bool, theme: &Theme) -> (String, Role) {
    let right = part.question.choices[choice].right;
    let several = part.question.several();
    if part.state != State::Open && right {
        return (brackets(several, theme.glyph(Glyph::Pass)), Role::Passed);
    }
    if part.tried[choice] {
        return (brackets(several, theme.glyph(Glyph::Fail)), Role::Failed);
    }
    let on = part.state == State::Open && part.picked[choice];
    let sign = match (on, several) {
        (false, _) => " ",
        (true, true) => "x",
        (true, false) => theme.glyph(Glyph::Bullet),
    };
    let role = if on || here { Role::Accent } else { Role::Dim };
    (brackets(several, sign), role)
}

fn brackets(several: bool, sign: &str) -> String {
    if several { format!("[{sign}]") } else { format!("({sign})") }
}

fn reason(why: &Inlines, indent: usize, room: usize, theme: &Theme) -> Vec<Line<'static>> {
    let lead = vec![Span::raw(" ".repeat(indent))];
    prose::hang(prose::restyle(prose::inlines(why, room, theme), theme.style(Role::Dim)), lead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exercise::Choice;
    use crate::domain::place::Place;
    use crossterm::event::KeyModifiers;

    fn question(rights: &[bool]) -> Question {
        let choice = |(n, right): (usize, &bool)| Choice {
            text: Inlines::plain(format!("choice {n}")),
            right: *right,
            why: Some(Inlines::plain(format!("reason {n}"))),
            misconception: (!right).then(|| format!("idea-{n}")),
        };
        Question {
            id: "q".into(),
            place: Place::new("x.md", 1, 1),
            text: Inlines::plain("Which?"),
            choices: rights.iter().enumerate().map(choice).collect(),
        }
    }

    fn press(pane: &mut QuizPane, keys: &str) -> QuizEvent {
        let mut event = QuizEvent::None;
        for c in keys.chars() {
            let code = match c {
                '\n' => KeyCode::Enter,
                '^' => KeyCode::Up,
                'v' => KeyCode::Down,
                c => KeyCode::Char(c),
            };
            event = pane.key(KeyEvent::new(code, KeyModifiers::NONE));
        }
        event
    }

    fn text(pane: &QuizPane) -> String {
        let rows = pane.rows(60, &Theme::plain());
        rows.into_iter().map(|(line, _)| line.to_string()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_right_answer_settles_and_enter_then_goes_on() {
        let mut pane = QuizPane::new([(None, question(&[false, true]))]);
        assert_eq!(press(&mut pane, "2\n"), QuizEvent::Finished);
        assert!(pane.all_right() && pane.tries() == 1);
        assert_eq!(press(&mut pane, "\n"), QuizEvent::GoOn);
    }

    #[test]
    fn the_reason_of_a_wrong_choice_comes_at_once_and_the_others_at_the_end() {
        let mut pane = QuizPane::new([(None, question(&[false, false, true]))]);
        assert_eq!(press(&mut pane, "\n"), QuizEvent::None);
        assert!(text(&pane).contains("reason 0") && !text(&pane).contains("reason 2"));
        assert!(text(&pane).contains("one more try"));
        assert_eq!(press(&mut pane, "v\n"), QuizEvent::Finished);
        assert!(!pane.all_right() && text(&pane).contains("reason 2"));
        assert_eq!(pane.misconceptions(), ["idea-0", "idea-1"]);
    }

    #[test]
    fn of_several_right_choices_all_must_be_ticked_and_no_other() {
        let mut pane = QuizPane::new([(None, question(&[true, false, true]))]);
        press(&mut pane, "13");
        assert_eq!(press(&mut pane, "\n"), QuizEvent::Finished);
        assert!(pane.all_right());
        let mut pane = QuizPane::new([(None, question(&[true, false, true]))]);
        press(&mut pane, "1");
        assert_eq!(press(&mut pane, "\n"), QuizEvent::None, "one is missing");
        assert!(pane.misconceptions().is_empty());
    }

    #[test]
    fn the_same_wrong_choice_again_uses_up_no_try() {
        let mut pane = QuizPane::new([(None, question(&[false, true, false]))]);
        assert_eq!(press(&mut pane, "\n\n\n"), QuizEvent::None);
        assert_eq!((pane.tries(), pane.misconceptions().len()), (1, 1));
        assert_eq!(press(&mut pane, "2\n"), QuizEvent::Finished);
        assert!(pane.all_right());
    }

    #[test]
    fn a_question_that_is_open_is_in_sight_as_a_whole_where_it_fits() {
        let questions = [(None, question(&[true, false])), (None, question(&[false, true, false]))];
        let mut pane = QuizPane::new(questions);
        press(&mut pane, "1\n");
        for (height, first) in [(5, "Question 2 of 2"), (3, "Question 2 of 2")] {
            let area = Rect::new(0, 0, 60, height);
            let mut buf = Buffer::empty(area);
            pane.view(area, &mut buf, &Theme::plain());
            let row: String = (0..60).map(|x| buf[(x, 0)].symbol()).collect();
            assert!(row.starts_with(first), "{height}: {row}");
        }
    }

    #[test]
    fn the_second_question_comes_after_the_first() {
        let questions =
            [(None, question(&[true, false])), (Some("Why?"), question(&[false, true]))];
        let mut pane = QuizPane::new(questions);
        assert!(!text(&pane).contains("Why?"));
        assert_eq!(press(&mut pane, "1\n"), QuizEvent::Settled);
        assert!(text(&pane).contains("Why?"));
        assert_eq!(press(&mut pane, "2\n"), QuizEvent::Finished);
    }

    #[test]
    fn a_click_chooses_and_a_second_one_answers() {
        let mut pane = QuizPane::new([(None, question(&[false, true]))]);
        let area = Rect::new(0, 5, 60, 10);
        let click = MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column: 4,
            row: 7,
            modifiers: KeyModifiers::NONE,
        };
        assert_eq!(pane.mouse(click, area, &Theme::plain()), QuizEvent::None);
        assert_eq!(pane.mouse(click, area, &Theme::plain()), QuizEvent::Finished);
        assert!(pane.all_right());
    }
}
