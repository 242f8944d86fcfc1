//! Drives the fuzzer's bodies without a fuzzer: a million frames made at random and from real reports, and whole runs.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use pykata::domain::run::Outcome;

use crate::random::Random;

#[path = "../../fuzz/body.rs"]
mod body;

/// How many frames are read.
const FRAMES: usize = 1_000_000;

/// How long whole runs are tried, and how many of them at least.
const RUNS_FOR: Duration = Duration::from_secs(2);
const RUNS: usize = 1_000;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("reader::a_million_frames_break_nothing_and_pass_nothing", || {
            read_frames();
            Ok(())
        }),
        Trial::test("reader::whole_runs_with_any_answers_end_as_they_should", run_all),
    ]
}

/// The reports that the fuzzer begins with.
fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/reader");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().flatten().map(|it| it.path()).collect();
    paths.sort();
    assert!(paths.len() >= 10, "the seeds are missing");
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn read_frames() {
    let seeds = seeds();
    let mut random = Random::new(1);
    for n in 0..FRAMES {
        let data = if n % 4 == 0 { noise(&mut random) } else { mutated(&seeds, &mut random) };
        body::reader(&data);
    }
}

/// A few bytes of no meaning.
fn noise(random: &mut Random) -> Vec<u8> {
    let length = random.below(48);
    (0..length).map(|_| random.next().to_le_bytes()[0]).collect()
}

/// A seed with a few changes: bytes changed, taken out, repeated, put before others, and with what another seed has.
fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    const TELLING: &[u8] = b"\x00\xff{}[]\",:0159-eE.tnv\\u";
    let mut data = seeds[random.below(seeds.len())].clone();
    for _ in 0..random.below(4) {
        let at = random.below(data.len().max(1));
        let end = (at + random.below(16)).min(data.len());
        match random.below(6) {
            0 => data.insert(at.min(data.len()), TELLING[random.below(TELLING.len())]),
            1 => drop(data.drain(at.min(end)..end)),
            2 => data.truncate(at),
            3 => data.extend_from_within(at.min(end)..end),
            4 => data.extend_from_slice(&seeds[random.below(seeds.len())]),
            _ => {
                if let Some(byte) = data.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
    }
    data
}

fn run_all() -> Result<(), Failed> {
    let seeds = seeds();
    let mut random = Random::new(2);
    let (mut runs, mut well) = (0, 0);
    let until = Instant::now() + RUNS_FOR;
    while runs < RUNS || Instant::now() < until {
        let mut data = noise(&mut random);
        data.extend(mutated(&seeds, &mut random));
        // Mostly such as get through the first answers: what is beyond them would hardly be reached otherwise.
        if random.below(4) > 0 {
            data.splice(0..0, [0x00, 0, 0x10, 0]);
        }
        if random.below(4) == 0 {
            data.splice(4.min(data.len())..4.min(data.len()), [0x10, 0, 0, 0]);
        }
        well += usize::from(body::run(&data).ending.outcome == Outcome::Normal);
        runs += 1;
    }
    // Neither nothing nor everything ends well, or these would not be the runs that are meant.
    if well * 100 > runs && well * 2 < runs {
        Ok(())
    } else {
        Err(format!("{well} of {runs}").into())
    }
}
