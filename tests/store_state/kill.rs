//! Killed at any moment, the program loses nothing that it acknowledged, and leaves nothing lying about.
//!
//! The test starts itself again as a child that saves in a loop and acknowledges each save on a pipe; the parent kills it
//! after a number of acknowledgements, while the next save is under way. `PYKATA_KILL_ROUNDS` sets how often (100).

use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use pykata::store::notice::Notice;

use crate::support::{STARTER, files_below, open, opened, opened_steps, pack, step, text_of_draft};

const CHILD: &str = "PYKATA_KILL_TEST_FOLDER";
const ROUNDS_IN_ONE_FOLDER: u64 = 50;

#[test]
fn nothing_acknowledged_is_lost_when_the_program_is_killed() {
    if let Some(folder) = env::var_os(CHILD) {
        save_for_ever(Path::new(&folder));
    }
    let rounds =
        env::var("PYKATA_KILL_ROUNDS").map_or(100, |rounds| rounds.parse::<u64>().unwrap());
    let mut folder = tempfile::tempdir().unwrap();
    let mut told = Told::default();
    for round in 0..rounds {
        if round % ROUNDS_IN_ONE_FOLDER == 0 {
            folder = tempfile::tempdir().unwrap();
            told = Told::default();
        }
        kill_one(folder.path(), round, &mut told);
        look(folder.path(), round, &told);
    }
}

/// What the children of one folder acknowledged.
#[derive(Debug, Default)]
struct Told {
    events: Vec<String>,
    draft: Option<u64>,
}

fn start(folder: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "kill::nothing_acknowledged_is_lost_when_the_program_is_killed",
            "--nocapture",
        ])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn kill_one(folder: &Path, round: u64, told: &mut Told) {
    let random = scramble(round);
    let acknowledgements = usize::try_from(random % 24).unwrap();
    let spins = (random >> 8) % 60_000;
    let mut child = start(folder);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let saves = |line: &String| line.starts_with("saved ");
    let first = lines.by_ref().map_while(Result::ok).filter(saves).take(acknowledgements);
    first.for_each(|line| told.note(&line));
    // Somewhere in the middle of the next save.
    for _ in 0..spins {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    lines.map_while(Result::ok).filter(saves).for_each(|line| told.note(&line));
}

impl Told {
    fn note(&mut self, line: &str) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["saved", "event", id] => self.events.push(id.to_owned()),
            ["saved", "draft", number] => self.draft = Some(number.parse().unwrap()),
            _ => panic!("strange line: {line}"),
        }
    }
}

fn look(folder: &Path, round: u64, told: &Told) {
    let (mut store, notices) = open(folder);
    assert!(notices.iter().all(Notice::is_quiet), "{round}: {notices:?}");
    let known = opened_steps(store.events());
    for event in &told.events {
        assert!(known.binary_search(&&**event).is_ok(), "round {round}: {event} is lost");
    }
    let draft = store.load_draft(&pack(), &step("draft"), STARTER);
    let number = draft.text.as_deref().map(number_of);
    assert!(number >= told.draft, "round {round}: draft {number:?}, told {:?}", told.draft);
    assert_eq!((draft.others, draft.notices), (vec![], vec![]), "round {round}");
    let left: Vec<_> = files_below(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "tmp" || e == "taken"))
        .collect();
    assert_eq!(left, Vec::<PathBuf>::new(), "round {round}");
}

/// The child: it never returns.
fn save_for_ever(folder: &Path) -> ! {
    let (mut store, _) = open(folder);
    let mut draft = text_of_draft(&mut store, "draft").map_or(0, |text| number_of(&text));
    loop {
        let id = format!("s{}x{draft}", std::process::id());
        store.append(&pack(), opened(&id), 0).unwrap();
        tell(&format!("saved event {id}"));
        draft += 1;
        store.save_draft(&pack(), &step("draft"), STARTER, &draft_text(draft)).unwrap();
        tell(&format!("saved draft {draft}"));
    }
}

fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}

/// A long text, so that a kill often falls into its writing; every line tells which version it belongs to.
fn draft_text(number: u64) -> String {
    format!("# version {number}\n").repeat(20_000)
}

fn number_of(text: &str) -> u64 {
    let number = text.lines().next().unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert_eq!(text, draft_text(number), "a draft that is not whole");
    number
}

/// `SplitMix64` (Steele, Lea, Flood 2014): the same numbers in every run.
fn scramble(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
