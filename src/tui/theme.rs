//! Every colour and sign of the screen, by meaning. No colour is named outside this room.
//!
//! A theme is built once, for what the terminal can show, and then only looked up. It may not read the
//! environment: what it needs to know of the terminal is handed in as [`Terminal`].

mod glyph;
mod palette;

use std::collections::HashMap;

use ratatui::style::{Color, Modifier, Style};
use termprofile::{DetectorSettings, IsTerminal, ProfileColor, TermProfile, TermVars};

pub use self::glyph::Glyph;
use self::palette::Palette;
use crate::analysis::SyntaxClass;
use crate::domain::printed::{Look, Paint, Weight};

/// What a piece of the screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Prose and code without a class of its own.
    Text,
    /// Chrome: borders, counters, what is there to be ignored.
    Dim,
    /// Focus, and what to do next: the one accent.
    Accent,
    /// A heading.
    Heading,
    /// Strong prose.
    Strong,
    /// Emphasised prose.
    Emphasis,
    /// Code in prose.
    InlineCode,
    /// A link.
    Link,
    /// The ground of a block of code.
    CodeGround,
    /// What failed.
    Failed,
    /// What passed.
    Passed,
    /// What deserves attention and is no failure.
    Warning,
    /// The selected text.
    Selection,
    /// The line that the cursor is on.
    CurrentLine,
    /// The bar at the bottom: a key.
    Key,
    /// The bar at the bottom: what a key does.
    KeyLabel,
    /// The ground of the whole screen, with the colour of text that says nothing else: painted first.
    Ground,
    /// What a program printed.
    Output,
    /// Struck prose.
    Struck,
    /// A piece of Python.
    Syntax(SyntaxClass),
}

/// The roles without those of Python, in the order of their index.
const ROLES: [Role; 19] = [
    Role::Text,
    Role::Dim,
    Role::Accent,
    Role::Heading,
    Role::Strong,
    Role::Emphasis,
    Role::InlineCode,
    Role::Link,
    Role::CodeGround,
    Role::Failed,
    Role::Passed,
    Role::Warning,
    Role::Selection,
    Role::CurrentLine,
    Role::Key,
    Role::KeyLabel,
    Role::Ground,
    Role::Output,
    Role::Struck,
];

/// The classes of Python, in the order of their index.
const CLASSES: [SyntaxClass; 17] = [
    SyntaxClass::Plain,
    SyntaxClass::Keyword,
    SyntaxClass::Constant,
    SyntaxClass::Number,
    SyntaxClass::String,
    SyntaxClass::Escape,
    SyntaxClass::Interpolation,
    SyntaxClass::Comment,
    SyntaxClass::Docstring,
    SyntaxClass::Function,
    SyntaxClass::Class,
    SyntaxClass::Builtin,
    SyntaxClass::Decorator,
    SyntaxClass::Parameter,
    SyntaxClass::Operator,
    SyntaxClass::Punctuation,
    SyntaxClass::Error,
];

impl Role {
    fn index(self) -> usize {
        match self {
            Self::Text => 0,
            Self::Dim => 1,
            Self::Accent => 2,
            Self::Heading => 3,
            Self::Strong => 4,
            Self::Emphasis => 5,
            Self::InlineCode => 6,
            Self::Link => 7,
            Self::CodeGround => 8,
            Self::Failed => 9,
            Self::Passed => 10,
            Self::Warning => 11,
            Self::Selection => 12,
            Self::CurrentLine => 13,
            Self::Key => 14,
            Self::KeyLabel => 15,
            Self::Ground => 16,
            Self::Output => 17,
            Self::Struck => 18,
            Self::Syntax(class) => ROLES.len() + class as usize,
        }
    }
}

/// The themes that a user may name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ThemeName {
    /// The terminal's own ground and text, with colours that hold on any ground.
    #[default]
    Auto,
    /// Light text on a dark ground.
    Dark,
    /// Dark text on a light ground.
    Light,
    /// White and bright colours on black: every text has a contrast of 7 or more.
    HighContrast,
    /// Light text on a dark ground, in colours that stay apart without red and green.
    ColorBlind,
    /// The terminal's own sixteen colours, as its owner chose them.
    Ansi,
    /// Without any colour: weight, underline and reverse alone.
    Plain,
}

impl ThemeName {
    /// Every name, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Auto,
        Self::Dark,
        Self::Light,
        Self::HighContrast,
        Self::ColorBlind,
        Self::Ansi,
        Self::Plain,
    ];

    /// The word that names it in settings and options.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::ColorBlind => "color-blind",
            Self::Ansi => "ansi",
            Self::Plain => "plain",
        }
    }

    /// The name that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.word() == word)
    }
}

/// What the environment says about a terminal; variables that are not set are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terminal {
    /// `NO_COLOR`; anything but an empty text asks for no colour.
    pub no_color: Option<String>,
    /// `TERM`.
    pub term: Option<String>,
    /// `COLORTERM`.
    pub colorterm: Option<String>,
    /// `TERM_PROGRAM`.
    pub term_program: Option<String>,
    /// The first that is set and not empty of `LC_ALL`, `LC_CTYPE` and `LANG`.
    pub locale: Option<String>,
}

/// A stream that is known to be a terminal: the screen is drawn on nothing else.
struct Known;

impl IsTerminal for Known {
    fn is_terminal(&self) -> bool {
        true
    }
}

impl Terminal {
    /// What it can show.
    #[must_use]
    pub fn profile(&self) -> TermProfile {
        // The standard counts any text but the empty one; the crate only those that say yes.
        if self.no_color.as_deref().is_some_and(|value| !value.is_empty()) {
            return TermProfile::NoColor;
        }
        let variables: HashMap<&str, &str> = [
            ("TERM", &self.term),
            ("COLORTERM", &self.colorterm),
            ("TERM_PROGRAM", &self.term_program),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
        .collect();
        // Asking tmux would start a program and wait for it.
        let settings = DetectorSettings::new().enable_tmux_info(false);
        TermProfile::detect_with_vars(TermVars::from_source(&variables, &Known, settings))
    }

    /// Whether it shows more than ASCII.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        let locale = self.locale.as_deref().unwrap_or_default().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    }
}

/// How meanings look on one terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Whether signs other than ASCII may be drawn.
    pub unicode: bool,
    /// Whether any colour is used.
    pub color: bool,
    /// Its name.
    pub name: ThemeName,
    profile: TermProfile,
    styles: Vec<Style>,
}

impl Theme {
    /// Builds a theme for what a terminal can show.
    #[must_use]
    pub fn new(name: ThemeName, profile: TermProfile) -> Self {
        let name = if profile < TermProfile::Ansi16 { ThemeName::Plain } else { name };
        let palette = match name {
            ThemeName::Dark => Some(&palette::DARK),
            ThemeName::Light => Some(&palette::LIGHT),
            ThemeName::HighContrast => Some(&palette::HIGH_CONTRAST),
            ThemeName::ColorBlind => Some(&palette::COLOR_BLIND),
            ThemeName::Auto | ThemeName::Ansi => Some(&palette::AUTO),
            ThemeName::Plain => None,
        };
        let profile = if name == ThemeName::Ansi { TermProfile::Ansi16 } else { profile };
        let roles = ROLES.into_iter().chain(CLASSES.map(Role::Syntax));
        let styles = roles
            .map(|role| match palette {
                Some(palette) => painted(role, palette, profile),
                None => unpainted(role),
            })
            .collect();
        Self { unicode: true, color: palette.is_some(), name, profile, styles }
    }

    /// Builds a theme for a terminal that its environment describes.
    #[must_use]
    pub fn detect(name: ThemeName, terminal: &Terminal) -> Self {
        Self { unicode: terminal.is_utf8(), ..Self::new(name, terminal.profile()) }
    }

    /// Takes the ASCII twins for all signs.
    #[must_use]
    pub fn with_ascii(self) -> Self {
        Self { unicode: false, ..self }
    }

    /// The dark theme.
    #[must_use]
    pub fn dark() -> Self {
        Self::new(ThemeName::Dark, TermProfile::TrueColor)
    }

    /// Without any colour: weight and underline alone.
    #[must_use]
    pub fn plain() -> Self {
        Self::new(ThemeName::Plain, TermProfile::NoColor)
    }

    /// The look of a meaning.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles[role.index()]
    }

    /// The look that a program asks for, over the one that its text has otherwise. Its basic colors are this theme's own,
    /// so that they can be read on its ground.
    #[must_use]
    pub fn printed(&self, look: Look, otherwise: Style) -> Style {
        let modifiers = [
            (Weight::Bold, Modifier::BOLD),
            (Weight::Faint, Modifier::DIM),
            (Weight::Italic, Modifier::ITALIC),
            (Weight::Underlined, Modifier::UNDERLINED),
            (Weight::Reversed, Modifier::REVERSED),
            (Weight::Struck, Modifier::CROSSED_OUT),
        ];
        let on = modifiers.into_iter().filter(|(weight, _)| look.has(*weight));
        let mut style = on.fold(otherwise, |style, (_, modifier)| style.add_modifier(modifier));
        if self.color {
            style.fg = look.fg.and_then(|paint| self.paint(paint)).or(style.fg);
            style.bg = look.bg.and_then(|paint| self.paint(paint)).or(style.bg);
            if look.bg.is_some() && look.fg.is_none() {
                // The text's own color was chosen for the theme's ground alone.
                style.fg = self.style(Role::Ground).bg.or(Some(Color::Black));
            }
        }
        style
    }

    fn paint(&self, paint: Paint) -> Option<Color> {
        let role = match paint {
            Paint::Indexed(0 | 8) => Role::Dim,
            Paint::Indexed(1 | 9) => Role::Failed,
            Paint::Indexed(2 | 10) => Role::Passed,
            Paint::Indexed(3 | 11) => Role::Warning,
            Paint::Indexed(4 | 12) => Role::Syntax(SyntaxClass::Function),
            Paint::Indexed(5 | 13) => Role::Syntax(SyntaxClass::Keyword),
            Paint::Indexed(6 | 14) => Role::Accent,
            Paint::Indexed(7 | 15) => Role::Strong,
            Paint::Indexed(n) => return self.profile.adapt_color(Color::Indexed(n)),
            Paint::Rgb(r, g, b) => return self.profile.adapt_color(Color::Rgb(r, g, b)),
        };
        self.style(role).fg
    }

    /// A sign, or its ASCII twin.
    #[must_use]
    pub fn glyph(&self, glyph: Glyph) -> &'static str {
        if self.unicode { glyph.unicode() } else { glyph.ascii() }
    }
}

/// The weight of a meaning where there are colours.
fn weight(role: Role) -> Modifier {
    match role {
        Role::Heading | Role::Accent | Role::Key | Role::Strong => Modifier::BOLD,
        Role::Emphasis => Modifier::ITALIC,
        Role::Link | Role::Syntax(SyntaxClass::Error) => Modifier::UNDERLINED,
        Role::Struck => Modifier::CROSSED_OUT,
        _ => Modifier::empty(),
    }
}

fn painted(role: Role, palette: &Palette, profile: TermProfile) -> Style {
    let (fg, named) = foreground(role, palette);
    let ground = match role {
        Role::Ground => palette.ground,
        Role::CodeGround | Role::InlineCode => palette.code_ground,
        Role::CurrentLine => palette.current_line,
        Role::Selection => palette.selection,
        _ => None,
    };
    let mut style = Style::new().add_modifier(weight(role));
    if let Some(fg) = fg {
        let color = ProfileColor::new(Color::from_u32(fg), profile);
        // The crate takes `Reset` for no variant, and would then look for the nearest of sixteen.
        style.fg = if profile == TermProfile::Ansi16 { Some(named) } else { color.adapt() };
    }
    // Among sixteen colours none is faint: the ground stays the terminal's.
    if profile > TermProfile::Ansi16 {
        style.bg = ground.and_then(|bg| profile.adapt_color(Color::from_u32(bg)));
    }
    if role == Role::Selection && style.bg.is_none() {
        style = style.add_modifier(Modifier::REVERSED);
    }
    style
}

/// The colour of a meaning's text, and its name among sixteen.
fn foreground(role: Role, palette: &Palette) -> (Option<u32>, Color) {
    match role {
        Role::Text | Role::Emphasis | Role::Ground => (palette.text, Color::Reset),
        Role::Strong => (palette.strong, Color::Reset),
        Role::Output => (palette.output, Color::Reset),
        Role::Dim | Role::KeyLabel | Role::Struck => (palette.dim, Color::DarkGray),
        Role::Accent | Role::Heading | Role::Key | Role::Link => (palette.accent, Color::Cyan),
        Role::InlineCode => (palette.inline_code, Color::Yellow),
        Role::Failed => (palette.failed, Color::Red),
        Role::Passed => (palette.passed, Color::Green),
        Role::Warning => (palette.warning, Color::Yellow),
        Role::CodeGround | Role::CurrentLine | Role::Selection => (None, Color::Reset),
        Role::Syntax(class) => (palette.syntax(class), palette::named_syntax(class)),
    }
}

/// The look of a meaning where there is no colour at all.
fn unpainted(role: Role) -> Style {
    let modifier = match role {
        Role::Heading => Modifier::BOLD | Modifier::UNDERLINED,
        Role::Accent
        | Role::Key
        | Role::Strong
        | Role::Failed
        | Role::Warning
        | Role::Syntax(SyntaxClass::Keyword) => Modifier::BOLD,
        Role::Link | Role::Emphasis | Role::Syntax(SyntaxClass::Error) => Modifier::UNDERLINED,
        Role::Dim | Role::KeyLabel | Role::Syntax(SyntaxClass::Comment) => Modifier::DIM,
        Role::Selection => Modifier::REVERSED,
        Role::Struck => Modifier::CROSSED_OUT,
        _ => Modifier::empty(),
    };
    Style::new().add_modifier(modifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(variables: [&str; 4]) -> Terminal {
        let [no_color, term, colorterm, locale] =
            variables.map(|value| (!value.is_empty()).then(|| value.to_owned()));
        Terminal { no_color, term, colorterm, locale, term_program: None }
    }

    fn linear(channel: u8) -> f64 {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    }

    /// Relative luminance, as WCAG 2.1 defines it.
    fn luminance(color: Color) -> f64 {
        let Color::Rgb(r, g, b) = color else { panic!("{color:?} has no numbers") };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(one: Color, other: Color) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    fn foregrounds(theme: &Theme) -> Vec<(Role, Color)> {
        let roles = ROLES.into_iter().chain(CLASSES.map(Role::Syntax));
        roles.filter_map(|role| Some((role, theme.style(role).fg?))).collect()
    }

    #[test]
    fn indices_follow_the_lists_of_roles_and_classes() {
        let roles = ROLES.into_iter().chain(CLASSES.map(Role::Syntax));
        for (index, role) in roles.enumerate() {
            assert_eq!(role.index(), index, "{role:?}");
        }
    }

    #[test]
    fn every_text_stands_out_from_every_ground_it_is_drawn_on() {
        for (name, least) in [
            (ThemeName::Dark, 4.5),
            (ThemeName::Light, 4.5),
            (ThemeName::ColorBlind, 4.5),
            (ThemeName::HighContrast, 7.0),
        ] {
            let theme = Theme::new(name, TermProfile::TrueColor);
            for (role, fg) in foregrounds(&theme) {
                for ground in [Role::Ground, Role::CodeGround, Role::CurrentLine] {
                    let ratio = contrast(fg, theme.style(ground).bg.unwrap());
                    assert!(ratio >= least, "{name:?}: {role:?} on {ground:?} has {ratio:.2}");
                }
                let ratio = contrast(fg, theme.style(Role::Selection).bg.unwrap());
                assert!(ratio >= 3.0, "{name:?}: {role:?} selected has {ratio:.2}");
            }
        }
    }

    /// What is seen of a colour without one of the three kinds of cones, in linear light (Machado, Oliveira and Fernandes
    /// 2009, severity 1).
    fn seen_without(cones: [[f64; 3]; 3], color: Color) -> [f64; 3] {
        let Color::Rgb(r, g, b) = color else { panic!("{color:?} has no numbers") };
        let light = [r, g, b].map(linear);
        cones.map(|row| row.iter().zip(light).map(|(part, light)| part * light).sum())
    }

    #[test]
    fn without_red_or_green_what_passed_failed_and_warns_stay_apart() {
        const NO_RED: [[f64; 3]; 3] = [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ];
        const NO_GREEN: [[f64; 3]; 3] = [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ];
        let theme = Theme::new(ThemeName::ColorBlind, TermProfile::TrueColor);
        let roles = [Role::Passed, Role::Failed, Role::Warning];
        for cones in [NO_RED, NO_GREEN] {
            let seen = roles.map(|role| seen_without(cones, theme.style(role).fg.unwrap()));
            for (one, other) in [(0, 1), (0, 2), (1, 2)] {
                let square = |(a, b): (&f64, &f64)| (a - b) * (a - b);
                let distance: f64 =
                    seen[one].iter().zip(&seen[other]).map(square).sum::<f64>().sqrt();
                assert!(distance > 0.3, "{:?} and {:?}: {distance:.2}", roles[one], roles[other]);
            }
        }
    }

    #[test]
    fn the_terminals_own_sixteen_colours_are_had_on_any_terminal() {
        let theme = Theme::new(ThemeName::Ansi, TermProfile::TrueColor);
        assert!(theme.color);
        assert!(!theme.styles.iter().any(|style| matches!(style.fg, Some(Color::Rgb(..)))));
    }

    #[test]
    fn colours_of_the_auto_theme_hold_on_black_and_on_white() {
        let theme = Theme::new(ThemeName::Auto, TermProfile::TrueColor);
        for (role, fg) in foregrounds(&theme) {
            for ground in [Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)] {
                let ratio = contrast(fg, ground);
                assert!(ratio >= 3.0, "{role:?} on {ground:?} has {ratio:.2}");
            }
        }
    }

    #[test]
    fn prose_is_brighter_than_chrome() {
        for name in [ThemeName::Dark, ThemeName::Light] {
            let theme = Theme::new(name, TermProfile::TrueColor);
            let ground = theme.style(Role::Ground).bg.unwrap();
            let of = |role| contrast(theme.style(role).fg.unwrap(), ground);
            assert!(of(Role::Strong) > of(Role::Text) && of(Role::Text) > 2.0 * of(Role::Dim));
        }
    }

    #[test]
    fn the_auto_theme_leaves_ground_and_prose_to_the_terminal() {
        let theme = Theme::new(ThemeName::Auto, TermProfile::TrueColor);
        assert_eq!(theme.style(Role::Ground), Style::new());
        assert_eq!(theme.style(Role::Text).fg, None);
        assert!(theme.styles.iter().all(|style| style.bg.is_none()));
    }

    #[test]
    fn the_plain_theme_has_no_colour_and_still_tells_meanings_apart() {
        let theme = Theme::plain();
        assert!(theme.styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        let text = theme.style(Role::Text);
        for role in [Role::Heading, Role::Accent, Role::Dim, Role::Failed, Role::Selection] {
            assert_ne!(theme.style(role), text, "{role:?}");
        }
    }

    #[test]
    fn sixteen_colours_are_taken_by_name() {
        for name in [ThemeName::Auto, ThemeName::Dark, ThemeName::Light] {
            let theme = Theme::new(name, TermProfile::Ansi16);
            for style in &theme.styles {
                assert!(!matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_))));
                assert_eq!(style.bg, None);
            }
            assert_eq!(theme.style(Role::Failed).fg, Some(Color::Red));
        }
    }

    #[test]
    fn a_terminal_of_256_colours_gets_no_others() {
        let theme = Theme::new(ThemeName::Dark, TermProfile::Ansi256);
        for style in &theme.styles {
            for color in [style.fg, style.bg].into_iter().flatten() {
                assert!(matches!(color, Color::Indexed(_)), "{color:?}");
            }
        }
    }

    #[test]
    fn the_environment_decides_what_is_shown() {
        let profile = |variables| terminal(variables).profile();
        assert_eq!(profile(["", "xterm-256color", "truecolor", ""]), TermProfile::TrueColor);
        assert_eq!(profile(["", "xterm-256color", "", ""]), TermProfile::Ansi256);
        assert_eq!(profile(["", "xterm", "", ""]), TermProfile::Ansi16);
        assert_eq!(profile(["0", "xterm-256color", "truecolor", ""]), TermProfile::NoColor);
        assert!(!Theme::detect(ThemeName::Dark, &terminal(["", "dumb", "", ""])).color);
    }

    #[test]
    fn a_locale_without_utf_8_gets_ascii_signs() {
        let signs = |locale| {
            let theme = Theme::detect(ThemeName::Dark, &terminal(["", "xterm", "", locale]));
            theme.glyph(Glyph::Pass)
        };
        assert_eq!(signs("en_GB.UTF-8"), "✓");
        assert_eq!(signs("C.utf8"), "✓");
        assert_eq!(signs("C"), "+");
        assert_eq!(signs(""), "+");
    }

    #[test]
    fn every_theme_is_found_by_its_word() {
        for name in ThemeName::ALL {
            assert_eq!(ThemeName::parse(name.word()), Some(name));
        }
        assert_eq!(ThemeName::parse("sepia"), None);
    }
}
