//! Check-ups and the forms of their questions, as they are read of a pack.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::faults::show;
use crate::domain::course::Pack;
use crate::domain::lesson::{PackFiles, parse_pack};

const CHECK_UP: &str = include_str!("../../../../tests/packs/check-up/functions/05-check-up.md");
const FIRST: &str = include_str!("../../../../tests/packs/check-up/functions/10-defaults.md");
const SECOND: &str = include_str!("../../../../tests/packs/check-up/functions/20-closures.md");
const MANIFEST: &str = include_str!("../../../../tests/packs/check-up/pack.toml");

fn parsed(check_up: &str, more: &[(&str, &str)]) -> (Option<Pack>, Vec<String>) {
    let files = [
        ("pack.toml", MANIFEST),
        ("functions/05-check-up.md", check_up),
        ("functions/10-defaults.md", FIRST),
        ("functions/20-closures.md", SECOND),
    ];
    let files: BTreeMap<String, Cow<'static, [u8]>> = files
        .iter()
        .chain(more)
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec().into()))
        .collect();
    let folders = std::iter::once("functions".to_owned()).collect();
    let parsed = parse_pack(&PackFiles { files, folders });
    (parsed.pack, parsed.problems.iter().map(show).collect())
}

/// Asserts what is said of the check-up with one text in place of another.
#[track_caller]
fn breaks(from: &str, to: &str, expected: &[&str]) {
    assert!(CHECK_UP.contains(from), "{from}");
    let (_, problems) = parsed(&CHECK_UP.replacen(from, to, 1), &[]);
    assert_eq!(problems, expected);
}

#[test]
fn each_form_of_a_question_has_its_own_text_and_choices_and_comes_in_its_turn() {
    let (pack, problems) = parsed(CHECK_UP, &[]);
    assert_eq!(problems, [""; 0]);
    let pack = pack.unwrap();
    let check_up = pack.tracks[0].check_up().unwrap();
    let step = check_up.step("one-list").unwrap();
    assert_eq!(step.settles, ["defaults"]);
    let texts = [0, 1, 2].map(|answers| {
        let form = step.form(answers);
        assert_eq!((form.examples.len(), form.questions()), (1, 2));
        form.examples[0].outputs[0].text.trim_end().to_owned()
    });
    assert_eq!(texts, ["[1, 2]", "2", "[1, 2]"]);
}

#[test]
fn a_check_up_asks_for_reasons_in_several_forms_and_names_the_ideas_behind_wrong_answers() {
    breaks(
        "{#default-made-anew} ",
        "",
        &[
            "functions/05-check-up.md:24:1 error: a wrong choice names no idea behind it → add `{#misconception}` to each wrong choice",
        ],
    );
    breaks(
        " settles=closures",
        "",
        &[
            "functions/05-check-up.md:59:1 error: this question settles no lesson → write `settles=name`: the lessons of this track that it stands for",
        ],
    );
    breaks(
        "settles=closures",
        "settles=closure",
        &[
            "functions/05-check-up.md:59:1 error: this track has no lesson `closure` to settle → did you mean `closures`?",
        ],
    );
    breaks(
        "check-up = true\n",
        "",
        &[
            "functions/05-check-up.md:12:1 error: `settles` means something in a check-up alone → leave it out, or write `check-up = true` into the front matter",
            "functions/05-check-up.md:58:1 error: `settles` means something in a check-up alone → leave it out, or write `check-up = true` into the front matter",
        ],
    );
    let (first, _) = CHECK_UP.split_once("### Variant\n\nWhat do").unwrap();
    let (_, problems) = parsed(first, &[]);
    assert_eq!(
        problems,
        [
            "functions/05-check-up.md:59:1 error: this question is the same each time that it is asked → add `### Variant`, and the same question with other values"
        ]
    );
    let reasons = "### Why?\n\n- [ ] a string is read from its end {#read-from-end}\n- [x] they look `c` up when they are called\n";
    breaks(
        reasons,
        "",
        &[
            "functions/05-check-up.md:59:1 error: the forms of this question do not ask as many questions → ask as much in each `### Variant` as in the first form",
            "functions/05-check-up.md:71:1 error: a question of a check-up asks for the reason too → add `### Why?` and a list of reasons",
        ],
    );
}

#[test]
fn a_track_has_one_check_up_of_questions_alone() {
    let (_, problems) = parsed(CHECK_UP, &[("functions/90-check-up-2.md", CHECK_UP)]);
    assert_eq!(
        problems,
        [
            "functions/90-check-up-2.md:1:1 error: the check-up of this track stands in `functions/05-check-up.md` already → make one lesson of the two"
        ]
    );
    let cards = "\n## Explain {#explain .cards}\n\n### When?\n\n- once\n";
    let (_, problems) = parsed(&format!("{CHECK_UP}{cards}"), &[]);
    assert_eq!(
        problems,
        [
            "functions/05-check-up.md:83:1 error: a check-up asks for predictions and choices alone → make it a `.predict` or a `.choice`, or move it to another lesson"
        ]
    );
}
