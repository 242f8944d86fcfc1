//! Everything that the editor can be told to do.

use super::motion::Motion;

/// What to do with the text or the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Moves the cursor and drops the selection.
    Move(Motion),
    /// Moves the cursor and keeps the selection's other end.
    Select(Motion),
    /// Selects everything.
    SelectAll,
    /// Selects the word at the cursor.
    SelectWord,
    /// Selects the cursor's line, and one line more each time.
    SelectLine,
    /// Types a character over the selection.
    Insert(char),
    /// Ends the line and indents the next.
    Newline,
    /// Removes the selection, the cluster before the cursor, or blanks back to an indent stop.
    Backspace,
    /// Removes the selection or the cluster after the cursor.
    Delete,
    /// Removes the selection or the text back to the start of a word.
    DeleteWordBack,
    /// Removes the selection or the text up to the end of a word.
    DeleteWordForward,
    /// Removes the selected lines.
    DeleteLine,
    /// Removes the text up to the line's end, or the line's end itself.
    KillToEnd,
    /// Removes the text back to the line's start.
    KillToStart,
    /// Indents the selected lines, or inserts spaces up to the next stop.
    Indent,
    /// Takes one level of indentation from the selected lines.
    Dedent,
    /// Makes the selected lines comments, or code again.
    ToggleComment,
    /// Copies the selected lines below themselves.
    DuplicateLine,
    /// Swaps the selected lines with the line above.
    MoveLinesUp,
    /// Swaps the selected lines with the line below.
    MoveLinesDown,
    /// Takes the selection, or the whole line, into the register.
    Cut,
    /// Copies the selection into the register.
    Copy,
    /// Inserts what the register holds.
    Paste,
    /// Takes the last group of edits back.
    Undo,
    /// Does the last group of undone edits again.
    Redo,
}

impl Command {
    /// Whether the command changes the text; a read-only pane refuses it.
    #[must_use]
    pub fn edits(self) -> bool {
        !matches!(
            self,
            Self::Move(_)
                | Self::Select(_)
                | Self::SelectAll
                | Self::SelectWord
                | Self::SelectLine
                | Self::Copy
        )
    }
}
