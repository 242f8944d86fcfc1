//! Predictions, choices and cards: questions, their choices and their key points.

use std::ops::Range;

use super::blocks::read_id;
use super::heading::read_question;
use super::markdown::{Heading, trim_end};
use super::source::At;
use super::step::{Mode, StepReader};
use super::words::slug;
use crate::domain::clean::Clean;
use crate::domain::course::{Card, Task};
use crate::domain::document::{Block, Inline, Inlines, Item};
use crate::domain::exercise::{Choice, Predict, Question};
use crate::domain::problem::Problem;

/// The heading of a second list that asks for the reason.
const WHY: &str = "Why?";

impl StepReader<'_, '_> {
    /// Takes a heading as a question, where it is one in this kind of step.
    pub(super) fn question_heading(&mut self, heading: &Heading, at: usize) -> bool {
        let why = heading.text.to_plain() == WHY;
        match self.mode {
            Mode::Predict if why => {
                let id = format!("{}-why", self.opening.id);
                self.open_question(id, heading, at);
            }
            Mode::Choice if why => {
                let before = self.questions.last().map_or(&*self.opening.id, |q| &*q.id);
                let id = format!("{before}-why");
                self.open_question(id, heading, at);
            }
            Mode::Choice => {
                let id = self.question_id(heading, at);
                self.open_question(id, heading, at);
            }
            Mode::Cards => {
                let id = self.question_id(heading, at);
                self.ids.take(self.source, &id, at, self.faults);
                let (place, question) = (self.place(at), heading.text.clone());
                self.cards.push(Card { id, place, question, points: Vec::new() });
            }
            _ => return false,
        }
        true
    }

    fn open_question(&mut self, id: String, heading: &Heading, at: usize) {
        self.ids.take(self.source, &id, at, self.faults);
        let (place, text) = (self.place(at), heading.text.clone());
        self.questions.push(Question { id, place, text, choices: Vec::new() });
    }

    /// The id in a heading's braces, or the one that its text gives.
    fn question_id(&mut self, heading: &Heading, at: usize) -> String {
        if let Some(id) = read_question(self.source, heading, at, self.faults) {
            return id.value.to_owned();
        }
        let id = slug(&heading.text.to_plain());
        if id.is_empty() {
            self.error(
                at,
                "this question has no letters to make an id of",
                "end its heading with `{#id}`",
            );
            return format!("{}-{}", self.opening.id, self.questions.len() + self.cards.len() + 1);
        }
        id
    }

    /// Takes a list: the choices of a question, or the key points of a card.
    pub(super) fn list(&mut self, items: Vec<(Item, Range<usize>)>, at: usize) {
        if self.mode == Mode::Cards {
            return self.points(items, at);
        }
        let told = self.examples.iter().any(|example| !example.outputs.is_empty());
        if self.mode == Mode::Predict && told {
            self.error(
                at,
                "these choices stand after the output",
                "move them between the program and its output",
            );
        }
        if self.questions.is_empty() {
            let (id, place) = (self.opening.id.clone(), self.place(at));
            self.questions.push(Question {
                id,
                place,
                text: Inlines::default(),
                choices: Vec::new(),
            });
        }
        let filled = self.questions.last().is_some_and(|question| !question.choices.is_empty());
        if filled {
            let hint = "make one list of both, or write a heading before the second";
            return self.error(at, "this question has its choices already", hint);
        }
        let choices: Vec<Choice> =
            items.into_iter().filter_map(|(item, range)| self.read_choice(item, &range)).collect();
        if let Some(question) = self.questions.last_mut() {
            question.choices = choices;
        }
    }

    fn points(&mut self, items: Vec<(Item, Range<usize>)>, at: usize) {
        let mut points = Vec::new();
        for (item, range) in items {
            points.extend(self.one_paragraph(item.blocks, range.start, "a key point"));
        }
        match self.cards.last_mut() {
            Some(card) if card.points.is_empty() => card.points = points,
            _ => self.error(at, "this card has its key points already", "make one list of both"),
        }
    }

    fn one_paragraph(&mut self, blocks: Vec<Block>, at: usize, what: &str) -> Option<Inlines> {
        if let Ok([Block::Paragraph(text)]) = <[Block; 1]>::try_from(blocks) {
            return Some(text);
        }
        self.refuse(
            at,
            format!("{what} is one paragraph"),
            "write it as one, without lists or code blocks in it",
        );
        None
    }

    /// Reads `text {#misconception} — *why*`.
    fn read_choice(&mut self, item: Item, range: &Range<usize>) -> Option<Choice> {
        let at = range.start;
        let Some(right) = item.ticked else {
            self.refuse(
                at,
                "this choice has no box",
                "begin it with `- [ ]`, or with `- [x]` where it is right",
            );
            return None;
        };
        let mut text = self.one_paragraph(item.blocks, at, "a choice")?;
        trim_end(&mut text);
        let mut misconception = self.take_misconception(&mut text, range);
        let why = take_why(&mut text);
        if misconception.is_none() {
            misconception = self.take_misconception(&mut text, range);
        }
        if right && let Some(id) = &misconception {
            self.error(
                id.at,
                "a right choice bears a misconception",
                "leave the braces out, or take the `x` out of the box",
            );
        }
        if text.0.is_empty() {
            self.error(at, "this choice says nothing", "write it after the box");
        }
        Some(Choice { text, right, why, misconception: misconception.map(|id| id.value) })
    }

    /// Takes `{#id}` off the end of a text.
    fn take_misconception(
        &mut self,
        text: &mut Inlines,
        range: &Range<usize>,
    ) -> Option<At<String>> {
        let Some(Inline::Text(last)) = text.0.last() else { return None };
        let words = last.trim_end();
        let open = words.rfind("{#")?;
        let raw = self.source.text.get(range.clone()).unwrap_or("");
        let at = range.start + raw.rfind("{#").unwrap_or(0);
        let Some(id) = words[open + 2..].strip_suffix('}') else {
            self.error(
                at,
                "these braces are not closed at the end of the choice",
                "write `{#misconception}`",
            );
            return None;
        };
        let id = read_id(self.source, At { value: id, at: at + 2 }, self.faults)
            .map(|id| At { value: id.value.to_owned(), at });
        let rest = Clean::line(words[..open].trim_end());
        text.0.pop();
        if !rest.is_empty() {
            text.0.push(Inline::Text(rest));
        }
        trim_end(text);
        id
    }

    /// Puts a prediction together.
    pub(super) fn predict(&mut self) -> Option<Task> {
        let at = self.opening.at;
        let questions = std::mem::take(&mut self.questions);
        let whole = self.check_questions(&questions);
        if self.examples.len() != 1 {
            self.missing(
                at,
                "a `.predict` step has exactly one program",
                "write one ```python run block with its output",
            );
            return None;
        }
        if self.examples[0].outputs.is_empty() {
            self.missing(
                at,
                "a `.predict` step needs its program's output",
                "add an ```output block after the choices",
            );
            return None;
        }
        let asked = |question: &Question| question.text.0.is_empty();
        let (answer, why): (Vec<_>, Vec<_>) = questions.into_iter().partition(asked);
        if why.len() > 1 {
            self.error(at, "a `.predict` step asks why once", "make one list of both");
            return None;
        }
        let (answer, why) = (answer.into_iter().next(), why.into_iter().next());
        whole.then(|| Task::Predict(Box::new(Predict { example: 0, answer, why })))
    }

    /// Puts a choice together.
    pub(super) fn choice(&mut self) -> Option<Task> {
        let questions = std::mem::take(&mut self.questions);
        if questions.is_empty() {
            self.missing(
                self.opening.at,
                "a `.choice` step needs choices",
                "add a list of `- [ ] …` and `- [x] …`",
            );
            return None;
        }
        self.check_questions(&questions).then_some(Task::Choice(questions))
    }

    fn check_questions(&mut self, questions: &[Question]) -> bool {
        let before = self.faults.count();
        for question in questions.iter().filter(|_| !self.flawed) {
            let rights = question.choices.iter().filter(|choice| choice.right).count();
            let wrong = match (question.choices.len(), rights) {
                (0, _) => {
                    Some(("this question has no choices", "add a list of `- [ ] …` and `- [x] …`"))
                }
                (_, 0) => {
                    Some(("no choice of this question is right", "mark the right one with `- [x]`"))
                }
                (all, rights) if all == rights => {
                    Some(("every choice of this question is right", "add a wrong one, `- [ ] …`"))
                }
                _ => None,
            };
            if let Some((message, hint)) = wrong {
                let place = question.place.clone();
                self.faults.push(Problem::error(place, message).hint(hint));
            }
        }
        self.faults.count() == before
    }

    /// Puts cards together.
    pub(super) fn card_task(&mut self) -> Option<Task> {
        let cards = std::mem::take(&mut self.cards);
        if cards.is_empty() {
            let hint = "add `### question {#id}` and a list of key points";
            self.missing(self.opening.at, "a `.cards` step needs cards", hint);
        }
        let mut whole = !cards.is_empty();
        for card in cards.iter().filter(|card| card.points.is_empty() && !self.flawed) {
            whole = false;
            self.faults.push(
                Problem::error(card.place.clone(), "this card has no key points")
                    .hint("add a list of them below its question"),
            );
        }
        whole.then_some(Task::Cards(cards))
    }
}

/// Takes ` — *why*` off the end of a text.
fn take_why(text: &mut Inlines) -> Option<Inlines> {
    let [.., Inline::Text(before), Inline::Emphasis(_)] = text.0.as_slice() else { return None };
    let rest = before.trim_end().strip_suffix(['—', '–'])?.trim_end();
    let rest = Clean::line(rest);
    let Some(Inline::Emphasis(why)) = text.0.pop() else { return None };
    text.0.pop();
    if !rest.is_empty() {
        text.0.push(Inline::Text(rest));
    }
    trim_end(text);
    Some(why)
}
