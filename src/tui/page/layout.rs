//! Who stands where on a step's page, by its size and by where the reader is. Knows no content.

use ratatui::layout::Rect;

/// The columns that code gets wherever there are as many.
const CODE: u16 = 80;
/// The least columns of a task beside code.
const TASK: u16 = 40;
/// From so many rows on, a text has air above it.
const AIRY: u16 = 18;
/// Below these, one pane is shown at a time.
const TOGETHER: (u16, u16) = (60, 16);

/// The panes of a page with code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Focus {
    /// What is to be done.
    Task,
    /// The code.
    Code,
    /// What came of it.
    Result,
}

/// How a page with code is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The task beside the code, the result below it.
    Beside,
    /// The task folded above the code, the result below it.
    Stacked,
    /// One at a time.
    Single,
}

/// Where the panes stand, each with a row for its title; none for one that is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// How the page is divided.
    pub shape: Shape,
    /// The task.
    pub task: Option<Rect>,
    /// Whether only the task's last rows are shown.
    pub folded: bool,
    /// The wall between the task and the code.
    pub wall: Option<Rect>,
    /// The code.
    pub code: Option<Rect>,
    /// The result.
    pub result: Option<Rect>,
}

impl Areas {
    /// The pane at a point.
    pub fn at(&self, column: u16, row: u16) -> Option<Focus> {
        let point = ratatui::layout::Position::new(column, row);
        [(self.task, Focus::Task), (self.code, Focus::Code), (self.result, Focus::Result)]
            .into_iter()
            .find(|(area, _)| area.is_some_and(|area| area.contains(point)))
            .map(|(_, focus)| focus)
    }

    /// Where a pane stands.
    pub fn of(&self, focus: Focus) -> Option<Rect> {
        match focus {
            Focus::Task => self.task,
            Focus::Code => self.code,
            Focus::Result => self.result,
        }
    }
}

/// Below the title.
#[must_use]
pub fn below_title(area: Rect) -> Rect {
    let title = area.height.min(1);
    Rect { y: area.y + title, height: area.height - title, ..area }
}

/// With room at the left, as prose has it, and a little at the right.
#[must_use]
pub fn padded(area: Rect) -> Rect {
    let margin = if area.width < 60 { 1 } else { 2 }.min(area.width);
    let right = u16::from(area.width >= 60);
    Rect { x: area.x + margin, width: area.width - margin - right, ..area }
}

/// With a row of air below the bar at the top, where there are rows to spare.
#[must_use]
pub fn aired(area: Rect) -> Rect {
    let air = u16::from(area.height >= AIRY);
    Rect { y: area.y + air, height: area.height - air, ..area }
}

/// The row of the title.
#[must_use]
pub fn title_of(area: Rect) -> Rect {
    Rect { height: area.height.min(1), ..area }
}

/// Divides a page with code. `wanted` is how many rows the task and the result would take.
#[must_use]
pub fn with_code(area: Rect, focus: Focus, task_rows: u16, result_rows: u16) -> Areas {
    if area.width < TOGETHER.0 || area.height < TOGETHER.1 {
        return single(area, focus);
    }
    if area.width >= CODE + TASK {
        return beside(area, focus, result_rows);
    }
    stacked(area, focus, task_rows, result_rows)
}

fn single(area: Rect, focus: Focus) -> Areas {
    let only = |it| (focus == it).then_some(area);
    Areas {
        shape: Shape::Single,
        task: only(Focus::Task),
        folded: false,
        wall: None,
        code: only(Focus::Code),
        result: only(Focus::Result),
    }
}

fn beside(area: Rect, focus: Focus, result_rows: u16) -> Areas {
    let spare = area.width - CODE - TASK;
    let task_width = TASK + (spare * 2 / 3).min(40);
    let task = Rect { width: task_width - 1, ..area };
    let wall = Rect { x: task.right(), width: 1, ..area };
    let right = Rect { x: wall.right(), width: area.width - task_width, ..area };
    let (code, result) = code_and_result(right, focus, result_rows);
    Areas {
        shape: Shape::Beside,
        task: Some(task),
        folded: false,
        wall: Some(wall),
        code: Some(code),
        result: Some(result),
    }
}

fn stacked(area: Rect, focus: Focus, task_rows: u16, result_rows: u16) -> Areas {
    if focus == Focus::Task {
        return Areas { shape: Shape::Stacked, ..single(area, focus) };
    }
    let most = (area.height / 3).clamp(4, 9);
    let rows = if task_rows == 0 { 0 } else { (task_rows + 1).min(most) };
    let task = Rect { height: rows, ..area };
    let rest = Rect { y: area.y + rows, height: area.height - rows, ..area };
    let (code, result) = code_and_result(rest, focus, result_rows);
    Areas {
        shape: Shape::Stacked,
        task: (rows > 0).then_some(task),
        folded: true,
        wall: None,
        code: Some(code),
        result: Some(result),
    }
}

/// The result takes what it needs up to its share, which is larger while the reader is in it.
fn code_and_result(area: Rect, focus: Focus, result_rows: u16) -> (Rect, Rect) {
    let share = if focus == Focus::Result { area.height * 7 / 10 } else { area.height / 2 };
    let rows = (result_rows + 1).clamp(4.min(share), share.max(1));
    let code = Rect { height: area.height - rows, ..area };
    (code, Rect { y: code.bottom(), height: rows, ..area })
}

/// Divides a page with a text to read and something to answer: side by side where that is wide enough.
#[must_use]
pub fn with_question(area: Rect, text_rows: u16, question_rows: u16) -> (Rect, Rect) {
    let area = aired(area);
    if area.width >= CODE + TASK {
        let width = (area.width - TASK).min(78);
        let text = Rect { width, ..area };
        let x = text.right() + 2;
        return (text, Rect { x, width: (area.right() - x - 1).min(80), ..area });
    }
    // One row of the text stays in any case, and more wherever both fit.
    let most = area.height.saturating_sub(text_rows).max(area.height * 6 / 10);
    let rows = (question_rows + 1).min(most.max(3)).min(area.height);
    // The question follows its text: what is free stands below both.
    let above = text_rows.saturating_add(1).min(area.height - rows);
    let text = Rect { height: above, ..area };
    (text, Rect { y: text.bottom(), height: area.height - above, ..area })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_gets_eighty_columns_beside_a_task_of_forty() {
        let areas = with_code(Rect::new(0, 1, 120, 38), Focus::Code, 30, 5);
        assert_eq!(areas.shape, Shape::Beside);
        assert_eq!(areas.code.unwrap().width, 80);
        assert_eq!(areas.task.unwrap().width + areas.wall.unwrap().width, 40);
    }

    #[test]
    fn at_eighty_columns_task_code_and_result_are_all_in_sight() {
        let areas = with_code(Rect::new(0, 1, 80, 22), Focus::Code, 30, 20);
        let heights = [areas.task, areas.code, areas.result].map(|area| area.unwrap().height);
        assert!(heights[0] >= 5 && heights[1] >= 7 && heights[2] >= 6, "{heights:?}");
        assert_eq!(heights.iter().sum::<u16>(), 22);
        let open = with_code(Rect::new(0, 1, 80, 22), Focus::Task, 30, 20);
        assert_eq!(open.task.unwrap().height, 22);
    }

    #[test]
    fn a_question_stands_right_below_a_short_text() {
        let (text, question) = with_question(Rect::new(0, 1, 80, 22), 3, 5);
        assert_eq!((text.y, text.height), (2, 4), "a row of air above and one below");
        assert_eq!((question.y, question.bottom()), (6, 23));
        let (text, question) = with_question(Rect::new(0, 1, 80, 22), 40, 5);
        assert_eq!((text.bottom(), question.height), (question.y, 6), "a long text gets the rest");
    }

    #[test]
    fn no_size_makes_panes_stick_out_or_overlap() {
        for (width, height) in (0..180).step_by(7).flat_map(|w| (0..60).map(move |h| (w, h))) {
            let area = Rect::new(0, 1, width, height);
            for focus in [Focus::Task, Focus::Code, Focus::Result] {
                let areas = with_code(area, focus, 12, 40);
                let shown: Vec<Rect> =
                    [areas.task, areas.code, areas.result].into_iter().flatten().collect();
                for (n, one) in shown.iter().enumerate() {
                    assert_eq!(one.intersection(area), *one, "{width}x{height}");
                    assert!(shown[..n].iter().all(|other| !other.intersects(*one)));
                }
            }
            let (text, question) = with_question(area, 10, 12);
            assert!(!text.intersects(question) && question.right() <= area.right().max(2) + 2);
        }
    }
}
