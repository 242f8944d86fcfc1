//! What works and could be better: warnings that need no run.

use crate::domain::course::{Kind, Lesson, Pack, Step, Task};
use crate::domain::document::{Block, Document};
use crate::domain::exercise::CodeTask;
use crate::domain::lesson::words_of_block;
use crate::domain::place::Place;
use crate::domain::problem::Problem;
use crate::store::builtin::BUILTIN_ID;

/// The most words between two things to do: a screen's worth, with some room.
const MOST_WORDS: usize = 250;

/// The most lines of a cheat sheet, code and prose.
const PAGE: usize = 120;

/// How many words stand on a line of prose.
const WORDS_A_LINE: usize = 12;

/// How many claims the curriculum of the built-in pack has.
const CLAIMS: u32 = 110;

/// How many facts that experts miss it has, as E1 and so on.
const EXPERT_FACTS: u32 = 37;

/// Everything that could be better in a pack.
pub(super) fn warnings(pack: &Pack) -> Vec<Problem> {
    let mut found = Vec::new();
    for lesson in pack.lessons() {
        objectives(lesson, &mut found);
        words(lesson, &mut found);
        page(lesson, &mut found);
        for step in &lesson.steps {
            if pack.id == BUILTIN_ID {
                claims(step, &mut found);
            }
            if let Some(task) = step.code_task() {
                solutions(lesson, step, task, &mut found);
                hints(step, task, &mut found);
            }
        }
    }
    found
}

/// Objectives that no exercise names.
fn objectives(lesson: &Lesson, found: &mut Vec<Problem>) {
    let serves = |number| {
        let mut exercises = lesson.steps.iter().filter(|step| step.kind() != Kind::Read);
        exercises.any(|step| step.objective == Some(number))
    };
    for (number, objective) in (1..).zip(&lesson.objectives) {
        if !serves(number) {
            let place = Place::new(lesson.file.clone(), 1, 1);
            let message = format!("no exercise serves objective {number}, {:?}", &**objective);
            let hint = format!("write `objective={number}` at one that does, or leave it out");
            found.push(Problem::warning(place, message).hint(hint));
        }
    }
}

/// Prose that goes on for more than a screen without anything to run, answer or write.
fn words(lesson: &Lesson, found: &mut Vec<Problem>) {
    let (mut count, mut since) = (0, None);
    let tell = |count: &mut usize, since: &mut Option<Place>, found: &mut Vec<Problem>| {
        let place = since.take();
        if let Some(place) = place.filter(|_| *count > MOST_WORDS) {
            let message = format!("from here on, {count} words stand without anything to do");
            let hint = "put an example, a prediction or a question between them";
            found.push(Problem::warning(place, message).hint(hint));
        }
        *count = 0;
    };
    for step in &lesson.steps {
        for block in &step.body.0 {
            if matches!(block, Block::Example(_)) {
                tell(&mut count, &mut since, found);
            } else {
                since.get_or_insert_with(|| step.place.clone());
                count += words_of_block(block);
            }
        }
        if !matches!(step.task, Task::Read) {
            tell(&mut count, &mut since, found);
        }
    }
    tell(&mut count, &mut since, found);
}

/// A cheat sheet that is longer than a page.
fn page(lesson: &Lesson, found: &mut Vec<Problem>) {
    if !lesson.is_cheat_sheet() {
        return;
    }
    let code = |step: &Step| {
        let examples = step.examples.iter();
        let lines = examples.map(|example| {
            let outputs = example.outputs.first().map_or(0, |output| output.text.lines().count());
            example.code.text.lines().count() + outputs
        });
        lines.sum::<usize>()
    };
    let prose = |step: &Step| {
        step.body.0.iter().map(|block| words_of_block(block).div_ceil(WORDS_A_LINE)).sum::<usize>()
    };
    let lines: usize = lesson.steps.iter().map(|step| code(step) + prose(step)).sum();
    if lines > PAGE {
        let message = format!("this cheat sheet has about {lines} lines, and a page has {PAGE}");
        let place = Place::new(lesson.file.clone(), 1, 1);
        found.push(Problem::warning(place, message).hint("keep what is looked up most"));
    }
}

/// Numbers that the curriculum does not know.
fn claims(step: &Step, found: &mut Vec<Problem>) {
    for name in &step.covers {
        let (number, last) = match name.strip_prefix('E') {
            Some(number) => (number, EXPERT_FACTS),
            None => (&**name, CLAIMS),
        };
        if !number.parse().is_ok_and(|number: u32| (1..=last).contains(&number)) {
            let message = format!("the curriculum has no claim {name:?}");
            let hint = format!("it has 1 to {CLAIMS}, and E1 to E{EXPERT_FACTS}");
            found.push(Problem::warning(step.place.clone(), message).hint(hint));
        }
    }
}

/// Solutions that the learner can read before: in an example of the lesson, or in the prose up to the exercise.
fn solutions(lesson: &Lesson, step: &Step, task: &CodeTask, found: &mut Vec<Problem>) {
    let before = lesson.steps.iter().take_while(|other| other.id != step.id).chain([step]);
    let shown: Vec<String> = before.flat_map(shown).collect();
    for solution in &task.solutions {
        let text = significant(&solution.code.text);
        let starter = significant(&task.starter.text);
        // What has but a line or two, or stands in the starter, gives nothing away.
        if text.len() < 3 || contains(&starter, &text) {
            continue;
        }
        if shown.iter().any(|shown| contains(&significant(shown), &text)) {
            let message = "this solution stands in the text before its exercise";
            found.push(
                Problem::warning(solution.code.place.clone(), message)
                    .hint("ask for something that the text does not show"),
            );
        }
    }
}

fn shown(step: &Step) -> Vec<String> {
    let examples = step.examples.iter().map(|example| example.code.text.clone());
    examples.chain(code_of(&step.body)).collect()
}

fn code_of(document: &Document) -> Vec<String> {
    let code = |block: &Block| match block {
        Block::Code { text, .. } => Some(text.to_string()),
        _ => None,
    };
    document.0.iter().filter_map(code).collect()
}

/// Lines that say something, without their white space.
fn significant(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

fn contains(whole: &[&str], part: &[&str]) -> bool {
    whole.windows(part.len().max(1)).any(|lines| lines == part)
}

/// A first hint that shows all that the learner has to write, with others behind it.
fn hints(step: &Step, task: &CodeTask, found: &mut Vec<Problem>) {
    let ([first, _, ..], Some(reference)) = (&task.hints[..], task.solutions.first()) else {
        return;
    };
    let starter = significant(&task.starter.text);
    let answer = significant(&reference.code.text);
    let written: Vec<&str> = answer.into_iter().filter(|line| !starter.contains(line)).collect();
    let code = code_of(first).join("\n");
    let said = significant(&code);
    if !written.is_empty() && written.iter().all(|line| said.contains(line)) {
        let message = "the first hint gives the whole answer";
        found.push(
            Problem::warning(step.place.clone(), message)
                .hint("begin with where to look, and show code in the last hint"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::lesson::{PackFiles, parse_pack};

    const LESSON: &str = "+++\ntitle = \"L\"\nsummary = \"S\"\nobjectives = [\"One\"]\nminutes = 11\n+++\n\n# L\n\nText.\n\n## Write it {#write .write objective=1}\n\nWrite it.\n\n```python starter\ndef add(a, b):\n    ...\n```\n\n```toml checks\n[[check]]\nname = \"adds\"\ncall = \"add(1, 2)\"\nequals = \"3\"\n```\n\n<details><summary>Hint</summary>\n\nLook at `total`.\n\n</details>\n\n<details><summary>Hint</summary>\n\nAdd them.\n\n</details>\n\n```python solution\ndef add(a, b):\n    total = a + b\n    return total\n```\n";

    fn found(id: &str, lesson: &str) -> Vec<String> {
        let manifest = format!(
            "id = \"{id}\"\ntitle = \"P\"\nversion = \"1\"\nformat = 1\nlicence = \"M\"\nauthors = [\"A\"]\n\n[[track]]\nid = \"one\"\ntitle = \"O\"\nsummary = \"S\"\ngoal = \"G\"\n"
        );
        let mut files = PackFiles::default();
        files.add("pack.toml", manifest.into_bytes());
        files.add("one/10-a.md", lesson.to_owned().into_bytes());
        let parsed = parse_pack(&files);
        assert_eq!(parsed.problems, []);
        let problems = warnings(&parsed.pack.unwrap());
        problems.iter().map(|one| format!("{}: {}", one.place, one.message)).collect()
    }

    #[test]
    fn a_plain_lesson_gives_no_warning() {
        assert_eq!(found("p", LESSON), [""; 0]);
    }

    #[test]
    fn an_objective_without_an_exercise_is_named() {
        let lesson = LESSON.replace(" objective=1", "");
        assert_eq!(
            found("p", &lesson),
            ["one/10-a.md:1:1: no exercise serves objective 1, \"One\""]
        );
    }

    #[test]
    fn a_solution_that_stands_in_the_text_is_found_whatever_its_indentation() {
        let shown = "Write it.\n\n```python\ndef add(a, b):\n\n  total = a + b\n  return total\n\nadd(1, 2)\n```\n";
        let lesson = LESSON.replace("Write it.\n", shown);
        let [warning] = &found("p", &lesson)[..] else { panic!("one warning") };
        assert!(warning.ends_with("this solution stands in the text before its exercise"));
    }

    #[test]
    fn a_first_hint_that_gives_the_answer_is_found_and_a_last_one_may() {
        let answer = "```python\n    total = a + b\n    return total\n```\n";
        let lesson = LESSON.replace("Look at `total`.\n", answer);
        let [warning] = &found("p", &lesson)[..] else { panic!("one warning") };
        assert!(warning.ends_with("the first hint gives the whole answer"));
        assert_eq!(found("p", &LESSON.replace("Add them.\n", answer)), [""; 0]);
    }

    #[test]
    fn claims_are_those_of_the_curriculum_in_the_built_in_pack_alone() {
        let lesson = LESSON.replace(" objective=1", " objective=1 covers=110,111,E37,E38");
        assert_eq!(found("p", &lesson), [""; 0]);
        let place = "one/10-a.md:12:1: the curriculum has no claim";
        assert_eq!(
            found(BUILTIN_ID, &lesson),
            [format!("{place} \"111\""), format!("{place} \"E38\"")]
        );
    }

    #[test]
    fn words_over_a_screen_without_anything_to_do_are_counted() {
        let prose = "word ".repeat(MOST_WORDS + 10);
        let lesson = LESSON.replace("Text.", &prose).replace("minutes = 11", "minutes = 12");
        assert_eq!(
            found("p", &lesson),
            ["one/10-a.md:8:1: from here on, 262 words stand without anything to do"]
        );
    }
}
