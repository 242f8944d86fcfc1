//! Short names for texts: what a step starts from, what a learner wrote, whether a line is whole.
//!
//! These digests tell honest texts apart and find damage. They keep nobody out: whoever can write the files can also
//! write a matching digest.

use crate::domain::course::{Step, Task};
use crate::domain::exercise::Question;

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// Names some bytes by 16 hex digits: 64-bit FNV-1a (Fowler, Noll, Vo), which notices every change of a single byte.
#[must_use]
pub fn digest(bytes: impl AsRef<[u8]>) -> String {
    let hash = bytes
        .as_ref()
        .iter()
        .fold(OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
    format!("{hash:016x}")
}

/// Names what a learner meets when beginning a step, so that a step that was rewritten can be told from the one that
/// was done.
///
/// Of code that is what stands in the editor and before it; of questions and cards what they ask. A reading step has no
/// starting text: nobody has to read it again because a word was mended.
#[must_use]
pub fn starting_text(step: &Step) -> String {
    let mut parts = Vec::new();
    match &step.task {
        Task::Read => {}
        Task::Code(_, task) => {
            parts.extend(task.given.as_ref().map(|code| code.text.clone()));
            parts.push(task.starter.text.clone());
        }
        Task::Predict(predict) => {
            parts.extend(step.examples.get(predict.example).map(|e| e.code.text.clone()));
            predict.answer.iter().chain(&predict.why).for_each(|q| asked(q, &mut parts));
        }
        Task::Choice(questions) => questions.iter().for_each(|q| asked(q, &mut parts)),
        Task::Cards(cards) => parts.extend(cards.iter().map(|card| card.question.to_plain())),
    }
    // No text holds a NUL, so that two parts never run together.
    digest(parts.join("\0"))
}

fn asked(question: &Question, parts: &mut Vec<String>) {
    parts.push(question.text.to_plain());
    parts.extend(question.choices.iter().map(|choice| choice.text.to_plain()));
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn the_digest_is_the_published_fnv_1a() {
        assert_eq!(digest(""), "cbf29ce484222325");
        assert_eq!(digest("a"), "af63dc4c8601ec8c");
        assert_eq!(digest("foobar"), "85944171f73967e8");
    }

    #[test]
    fn every_change_of_a_single_byte_is_noticed() {
        let line = b"{\"kind\":\"attempt\",\"passed\":true}".to_vec();
        for place in 0..line.len() {
            for bit in 0..8 {
                let mut other = line.clone();
                other[place] ^= 1 << bit;
                assert_ne!(digest(&line), digest(&other));
            }
        }
    }
}
