//! The last look at a frame before it goes to the terminal: whatever drew it, a cell holds a bounded, printable symbol.
//!
//! Text from outside is clean long before it comes here. Should a widget ever pass something on that is not, it ends
//! here as a sign, and not in the terminal.

use ratatui::buffer::{Buffer, CellWidth as _};

use crate::domain::clean::{CELL_CODE_POINTS, hides};

/// What stands in place of what may not be drawn: in every font, and of one column.
const SIGN: &str = "?";

/// Puts a sign in the place of every symbol that a terminal might act on, or that one cell cannot hold.
pub fn sweep(frame: &mut Buffer) {
    for cell in &mut frame.content {
        let symbol = cell.symbol();
        // Almost every cell is one letter.
        if let [b' '..=b'~'] = symbol.as_bytes() {
            continue;
        }
        if !is_drawable(symbol) {
            cell.set_symbol(SIGN);
        }
    }
}

/// Whether a symbol only draws. Joiners and selectors may shape what they follow, and stand nowhere else.
fn is_drawable(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    // A cell without a symbol lies under a wide one.
    let Some(first) = chars.next() else { return true };
    let starts = !first.is_control() && !hides(first);
    let shapes = |c: char| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    starts
        && chars.all(|c| !c.is_control() && (!hides(c) || shapes(c)))
        // A clean cluster that was too long ends in an ellipsis of its own cell.
        && symbol.chars().count() <= CELL_CODE_POINTS
        && (1..=2).contains(&symbol.cell_width())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;

    fn swept(symbol: &str) -> String {
        let mut frame = Buffer::empty(Rect::new(0, 0, 3, 1));
        frame[(1, 0)].set_symbol(symbol);
        sweep(&mut frame);
        assert_eq!((frame[(0, 0)].symbol(), frame[(2, 0)].symbol()), (" ", " "));
        frame[(1, 0)].symbol().to_owned()
    }

    #[test]
    fn what_draws_is_left_alone() {
        for symbol in [
            "x",
            "é",
            "e\u{301}",
            "漢",
            "✓",
            "👨\u{200d}👩\u{200d}👧",
            "1\u{fe0f}\u{20e3}",
            "🇫🇷",
            "",
        ] {
            assert_eq!(swept(symbol), symbol);
        }
    }

    #[test]
    fn what_acts_hides_or_does_not_fit_becomes_a_sign() {
        let tower = format!("e{}", "\u{301}".repeat(CELL_CODE_POINTS));
        let foreign = [
            "\x1b",
            "\x1b[2J",
            "\x07",
            "\n",
            "\t",
            "\0",
            "\x7f",
            "\u{9b}",
            "\u{90}",
            "x\x1b",
            "\u{202e}",
            "x\u{202e}",
            "\u{200b}",
            "\u{301}",
            "abc",
            &tower,
        ];
        for symbol in foreign {
            assert_eq!(swept(symbol), SIGN, "{symbol:?}");
        }
    }
}
