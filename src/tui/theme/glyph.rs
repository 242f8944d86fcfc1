//! The signs of the screen and their ASCII twins, each one column wide.

/// A sign that stands for a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Glyph {
    /// A check that passed.
    Pass,
    /// A check that failed.
    Fail,
    /// A step that is done.
    Done,
    /// A step that is begun.
    Begun,
    /// A step that is not begun.
    Open,
    /// The chosen line of a list.
    Chosen,
    /// What a key runs.
    Run,
    /// The edge of the example that keys act on.
    FocusBar,
    /// The edge of output, of a quote, between two panes.
    Bar,
    /// A rule.
    Rule,
    /// Where a bar and a rule meet.
    Cross,
    /// An item of a list.
    Bullet,
    /// An item of a list inside a list.
    InnerBullet,
    /// Text goes on to the right.
    CutRight,
    /// Text goes on to the left.
    CutLeft,
    /// More above.
    Up,
    /// More below.
    Down,
    /// The moving part of a scroll bar.
    Thumb,
    /// What was left out.
    Ellipsis,
    /// Between the parts of a path, or two remarks.
    Dot,
}

impl Glyph {
    /// Every sign.
    pub const ALL: [Self; 20] = [
        Self::Pass,
        Self::Fail,
        Self::Done,
        Self::Begun,
        Self::Open,
        Self::Chosen,
        Self::Run,
        Self::FocusBar,
        Self::Bar,
        Self::Rule,
        Self::Cross,
        Self::Bullet,
        Self::InnerBullet,
        Self::CutRight,
        Self::CutLeft,
        Self::Up,
        Self::Down,
        Self::Thumb,
        Self::Ellipsis,
        Self::Dot,
    ];

    /// The sign.
    #[must_use]
    pub fn unicode(self) -> &'static str {
        match self {
            Self::Pass => "✓",
            Self::Fail => "✗",
            Self::Done => "●",
            Self::Begun => "◐",
            Self::Open => "○",
            Self::Chosen => "▸",
            // Not U+25B6, which some terminals draw as a picture two columns wide.
            Self::Run => "►",
            Self::FocusBar => "▌",
            Self::Bar => "│",
            Self::Rule => "─",
            Self::Cross => "┼",
            Self::Bullet => "•",
            Self::InnerBullet => "◦",
            Self::CutRight => "›",
            Self::CutLeft => "‹",
            Self::Up => "↑",
            Self::Down => "↓",
            Self::Thumb => "┃",
            Self::Ellipsis => "…",
            Self::Dot => "·",
        }
    }

    /// Its twin for terminals without it.
    #[must_use]
    pub fn ascii(self) -> &'static str {
        match self {
            Self::Pass | Self::Begun | Self::Cross => "+",
            Self::Fail => "x",
            Self::Done => "#",
            Self::Open | Self::Dot => ".",
            Self::Chosen | Self::Run | Self::CutRight => ">",
            Self::CutLeft => "<",
            Self::FocusBar => "]",
            Self::Bar | Self::Thumb => "|",
            Self::Rule | Self::InnerBullet => "-",
            Self::Bullet => "*",
            Self::Up => "^",
            Self::Down => "v",
            Self::Ellipsis => "~",
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::CellWidth as _;

    use super::*;

    #[test]
    fn every_sign_and_its_twin_are_one_column_wide() {
        for glyph in Glyph::ALL {
            assert_eq!(glyph.unicode().cell_width(), 1, "{glyph:?}");
            assert!(glyph.ascii().len() == 1 && glyph.ascii().is_ascii(), "{glyph:?}");
        }
    }

    #[test]
    fn no_two_states_of_a_step_or_a_check_share_a_twin() {
        let twins = [Glyph::Done, Glyph::Begun, Glyph::Open].map(Glyph::ascii);
        assert!(twins[0] != twins[1] && twins[1] != twins[2] && twins[0] != twins[2]);
        assert_ne!(Glyph::Pass.ascii(), Glyph::Fail.ascii());
    }
}
