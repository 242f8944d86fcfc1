//! The colours of each theme, as numbers. Only the theme reads them.

use ratatui::style::Color;

use crate::analysis::SyntaxClass;

/// A colour as `0xRRGGBB`, or the terminal's own where there is none.
type Paint = Option<u32>;

/// The colours of one theme.
pub(super) struct Palette {
    pub(super) ground: Paint,
    pub(super) code_ground: Paint,
    pub(super) current_line: Paint,
    pub(super) selection: Paint,
    pub(super) text: Paint,
    pub(super) strong: Paint,
    pub(super) dim: Paint,
    pub(super) accent: Paint,
    pub(super) failed: Paint,
    pub(super) passed: Paint,
    pub(super) warning: Paint,
    pub(super) inline_code: Paint,
    pub(super) output: Paint,
    syntax: Syntax,
}

/// The colours of Python; what is plain takes the text's.
struct Syntax {
    keyword: u32,
    constant: u32,
    string: u32,
    escape: u32,
    comment: u32,
    docstring: u32,
    function: u32,
    class: u32,
    builtin: u32,
    decorator: u32,
    parameter: Paint,
    operator: Paint,
    punctuation: Paint,
}

impl Palette {
    /// The colour of a piece of Python.
    pub(super) fn syntax(&self, class: SyntaxClass) -> Paint {
        let syntax = &self.syntax;
        match class {
            SyntaxClass::Plain => self.text,
            SyntaxClass::Keyword => Some(syntax.keyword),
            SyntaxClass::Constant | SyntaxClass::Number => Some(syntax.constant),
            SyntaxClass::String => Some(syntax.string),
            SyntaxClass::Escape | SyntaxClass::Interpolation => Some(syntax.escape),
            SyntaxClass::Comment => Some(syntax.comment),
            SyntaxClass::Docstring => Some(syntax.docstring),
            SyntaxClass::Function => Some(syntax.function),
            SyntaxClass::Class => Some(syntax.class),
            SyntaxClass::Builtin => Some(syntax.builtin),
            SyntaxClass::Decorator => Some(syntax.decorator),
            SyntaxClass::Parameter => syntax.parameter,
            SyntaxClass::Operator => syntax.operator,
            SyntaxClass::Punctuation => syntax.punctuation,
            SyntaxClass::Error => self.failed,
        }
    }
}

/// On a ground of its own, nearly black.
pub(super) const DARK: Palette = Palette {
    ground: Some(0x15_18_1e),
    code_ground: Some(0x1e_22_2a),
    current_line: Some(0x26_2b_35),
    selection: Some(0x2f_40_56),
    text: Some(0xd5_d9_e0),
    strong: Some(0xf4_f6_f9),
    dim: Some(0x8b_93_a1),
    accent: Some(0x5c_d6_c5),
    failed: Some(0xf4_80_7a),
    passed: Some(0x8f_d1_7e),
    warning: Some(0xe8_bf_66),
    inline_code: Some(0xe3_c8_9f),
    output: Some(0xc3_c9_d3),
    syntax: Syntax {
        keyword: 0xc5_9d_f2,
        constant: 0xee_a5_7b,
        string: 0xa5_cf_8e,
        escape: 0xdd_c0_72,
        comment: 0x92_9a_a9,
        docstring: 0x8f_b5_96,
        function: 0x83_b8_f8,
        class: 0xe9_c8_80,
        builtin: 0x84_cb_de,
        decorator: 0xe8_9a_c3,
        parameter: Some(0xe0_cd_bb),
        operator: Some(0xa9_b8_cc),
        punctuation: Some(0x9f_aa_bb),
    },
};

/// On a ground of its own, the white of paper.
pub(super) const LIGHT: Palette = Palette {
    ground: Some(0xfc_fb_f8),
    code_ground: Some(0xf1_ef_e9),
    current_line: Some(0xe9_e6_dd),
    selection: Some(0xcc_df_ee),
    text: Some(0x2a_2e_36),
    strong: Some(0x0c_0e_12),
    dim: Some(0x5f_65_70),
    accent: Some(0x00_70_69),
    failed: Some(0xb8_26_28),
    passed: Some(0x2c_70_1f),
    warning: Some(0x8a_5a_00),
    inline_code: Some(0x7c_48_12),
    output: Some(0x3d_43_4e),
    syntax: Syntax {
        keyword: 0x7c_36_b8,
        constant: 0xa1_43_0c,
        string: 0x33_6b_22,
        escape: 0x80_56_00,
        comment: 0x5e_64_6f,
        docstring: 0x3e_69_49,
        function: 0x1b_59_b0,
        class: 0x7c_57_00,
        builtin: 0x0d_67_7e,
        decorator: 0xa2_2c_6c,
        parameter: Some(0x6b_4c_38),
        operator: Some(0x46_56_6b),
        punctuation: Some(0x57_62_72),
    },
};

/// White on black, in bright colours.
pub(super) const HIGH_CONTRAST: Palette = Palette {
    ground: Some(0x00_00_00),
    code_ground: Some(0x12_12_12),
    current_line: Some(0x22_22_22),
    selection: Some(0x00_41_78),
    text: Some(0xff_ff_ff),
    strong: Some(0xff_ff_ff),
    dim: Some(0xbd_bd_bd),
    accent: Some(0x3d_f5_ff),
    failed: Some(0xff_9a_92),
    passed: Some(0x7d_f5_6a),
    warning: Some(0xff_dc_52),
    inline_code: Some(0xff_d9_a0),
    output: Some(0xf2_f2_f2),
    syntax: Syntax {
        keyword: 0xd9_b8_ff,
        constant: 0xff_b9_8f,
        string: 0xb4_f0_96,
        escape: 0xff_e0_7a,
        comment: 0xbd_c2_cc,
        docstring: 0xae_dd_b6,
        function: 0x9d_cc_ff,
        class: 0xff_e0_92,
        builtin: 0x97_e6_fa,
        decorator: 0xff_b3_dc,
        parameter: Some(0xf5_e3_d2),
        operator: Some(0xd2_de_ee),
        punctuation: Some(0xc8_d0_dd),
    },
};

/// On a dark ground, after the palette of Okabe and Ito (2008): blue against orange, yellow beside them.
pub(super) const COLOR_BLIND: Palette = Palette {
    ground: Some(0x14_16_1c),
    code_ground: Some(0x1d_20_28),
    current_line: Some(0x25_2a_34),
    selection: Some(0x2d_40_58),
    text: Some(0xd8_db_e2),
    strong: Some(0xf5_f7_fa),
    dim: Some(0x8d_95_a3),
    accent: Some(0xf2_ec_8c),
    failed: Some(0xff_8a_3c),
    passed: Some(0x4f_ae_f0),
    warning: Some(0xff_ee_5c),
    inline_code: Some(0xe6_cd_a8),
    output: Some(0xc6_cc_d6),
    syntax: Syntax {
        keyword: 0x79_b8_ff,
        constant: 0xf5_a8_6a,
        string: 0xa9_d4_f2,
        escape: 0xe6_d6_5e,
        comment: 0x94_9c_ab,
        docstring: 0x9f_b6_c9,
        function: 0x56_b4_e9,
        class: 0xee_d0_86,
        builtin: 0x8c_c8_e6,
        decorator: 0xe2_a3_cd,
        parameter: Some(0xe2_d0_be),
        operator: Some(0xac_ba_ce),
        punctuation: Some(0xa2_ad_bd),
    },
};

/// On whatever ground the terminal has: every colour is in the middle, so that it holds on black and on white.
pub(super) const AUTO: Palette = Palette {
    ground: None,
    code_ground: None,
    current_line: None,
    selection: None,
    text: None,
    strong: None,
    dim: Some(0x83_87_8f),
    accent: Some(0x12_96_8c),
    failed: Some(0xe0_53_4d),
    passed: Some(0x3f_97_2f),
    warning: Some(0xb0_7f_17),
    inline_code: Some(0xb0_7b_3a),
    output: None,
    syntax: Syntax {
        keyword: 0xa8_70_e0,
        constant: 0xd0_6c_35,
        string: 0x4f_95_38,
        escape: 0xac_80_22,
        comment: 0x83_87_8f,
        docstring: 0x5c_91_67,
        function: 0x3f_86_dc,
        class: 0xb0_7f_17,
        builtin: 0x1d_92_ab,
        decorator: 0xd0_5c_98,
        parameter: None,
        operator: None,
        punctuation: None,
    },
};

/// A colour by its name among the terminal's sixteen, for a piece of Python.
pub(super) fn named_syntax(class: SyntaxClass) -> Color {
    match class {
        SyntaxClass::Keyword | SyntaxClass::Decorator => Color::Magenta,
        SyntaxClass::Constant
        | SyntaxClass::Number
        | SyntaxClass::Class
        | SyntaxClass::Escape
        | SyntaxClass::Interpolation => Color::Yellow,
        SyntaxClass::String | SyntaxClass::Docstring => Color::Green,
        SyntaxClass::Comment => Color::DarkGray,
        // Plain blue can hardly be read on black.
        SyntaxClass::Function => Color::LightBlue,
        SyntaxClass::Builtin => Color::Cyan,
        SyntaxClass::Error => Color::Red,
        SyntaxClass::Plain
        | SyntaxClass::Parameter
        | SyntaxClass::Operator
        | SyntaxClass::Punctuation => Color::Reset,
    }
}
