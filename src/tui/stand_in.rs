//! Stand-ins for rooms that are being built; deleted once they are there.
#![allow(missing_docs, clippy::all, clippy::pedantic)]
use crossterm::event::{KeyCode, KeyEvent, MouseEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use crate::domain::document::Document;
use super::theme::Theme;

#[derive(Debug, Clone, Default)]
pub struct EditorPane { text: String, revision: u64 }
impl EditorPane {
    pub fn new(text: &str) -> Self { Self { text: text.into(), revision: 0 } }
    pub fn key(&mut self, key: KeyEvent) -> bool {
        match key.code {
            KeyCode::Char(c) => self.text.push(c),
            KeyCode::Enter => self.text.push('\n'),
            KeyCode::Backspace => { self.text.pop(); }
            _ => return false,
        }
        self.revision += 1;
        true
    }
    pub fn paste(&mut self, text: &str) { self.text.push_str(text); self.revision += 1; }
    pub fn mouse(&mut self, _e: MouseEvent, _a: Rect) -> bool { false }
    pub fn view(&self, area: Rect, buf: &mut Buffer, _t: &Theme, _f: bool) {
        crate::tui::page::parts::draw_lines(self.text.lines().map(|l| Line::from(l.to_string())), 0, area, buf);
    }
    pub fn cursor(&self, area: Rect) -> Option<Position> { Some(Position::new(area.x, area.y)) }
    pub fn text(&self) -> String { self.text.clone() }
    pub fn set_text(&mut self, t: &str) { self.text = t.into(); self.revision += 1; }
    pub fn revision(&self) -> u64 { self.revision }
}
