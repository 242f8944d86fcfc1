//! A step of cards: its text, where it has one, above the card.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::layout::aired;
use crate::domain::course::{Card, Step, StepRef};
use crate::domain::document::Document;
use crate::domain::progress::What;
use crate::tui::keymap::{Action, Context, Scope};
use crate::tui::msg::StepMsg;
use crate::tui::panes::cards::{CardEvent, CardsPane};
use crate::tui::parts::contained;
use crate::tui::prose;
use crate::tui::world::{Ask, World};

/// The columns free at each side.
const MARGIN: u16 = 2;
/// How wide a card grows, in columns.
const WIDEST: u16 = 76;

/// A step of cards.
#[derive(Debug)]
pub struct CardsBody {
    name: StepRef,
    text: Document,
    pane: CardsPane,
    /// When the step was opened or the last card was rated.
    since: Duration,
}

impl CardsBody {
    /// Lays out the cards of a step.
    pub fn new(name: &StepRef, step: &Step, cards: &[Card], world: &World) -> Self {
        Self {
            name: name.clone(),
            text: step.body.clone(),
            pane: CardsPane::new(cards.to_vec()),
            since: world.now,
        }
    }

    /// Takes what happened.
    pub fn update(&mut self, msg: StepMsg, world: &mut World) -> Vec<Ask> {
        let event = match msg {
            StepMsg::Act(Action::Back) if !self.pane.back() => return vec![Ask::Home(None)],
            StepMsg::Key(key) => self.pane.key(key),
            StepMsg::Mouse(event) => {
                let (_, card) = self.areas(world.body(), world);
                self.pane.mouse(event, card, &world.theme)
            }
            StepMsg::Paste(text) => {
                self.pane.paste(&text);
                CardEvent::None
            }
            _ => CardEvent::None,
        };
        match event {
            CardEvent::None => Vec::new(),
            CardEvent::GoOn => vec![Ask::GoOn],
            CardEvent::Rated { card, points, rating } => {
                self.since = world.now;
                let step = self.name.clone();
                vec![Ask::Record(What::CardRated { step, card, points, rating })]
            }
        }
    }

    fn areas(&self, page: Rect, world: &World) -> (Rect, Rect) {
        let page = aired(page);
        let inner = Rect {
            x: page.x + MARGIN.min(page.width),
            width: page.width.saturating_sub(2 * MARGIN).min(WIDEST),
            ..page
        };
        let rows = self.text_rows(inner.width, world).len();
        // The card needs most of the page; the text above it is an introduction.
        let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(page.height / 4);
        let gap = u16::from(rows > 0);
        let text = Rect { height: rows, ..inner };
        let taken = (rows + gap).min(inner.height);
        (text, Rect { y: inner.y + taken, height: inner.height - taken, ..inner })
    }

    fn text_rows(&self, width: u16, world: &World) -> Vec<ratatui::text::Line<'static>> {
        if self.text.is_empty() {
            return Vec::new();
        }
        prose::document(&self.text, usize::from(width), &world.theme)
    }

    /// Draws it.
    pub fn view(&self, area: Rect, buf: &mut Buffer, world: &World) {
        let (text, card) = self.areas(area, world);
        crate::tui::parts::draw_lines(self.text_rows(text.width, world), 0, text, buf);
        contained("the card", card, buf, &world.theme, |buf| {
            self.pane.view(card, buf, &world.theme);
        });
    }

    /// Where the cursor of the text stands.
    pub fn cursor(&self, area: Rect, world: &World) -> Option<Position> {
        self.pane.cursor(self.areas(area, world).1, &world.theme)
    }

    /// Where keys go.
    pub fn context(&self) -> Context {
        Context { scope: Scope::Cards, typing: self.pane.is_typing() }
    }

    /// What is most likely wanted next.
    pub fn suggested(&self) -> Option<Action> {
        self.pane.is_finished().then_some(Action::Next)
    }
}
