//! What a sandbox keeps a program from, and what is counted for its whole tree.

use std::fs;
use std::os::unix::net::UnixListener;

use pykata::domain::run::{Level, Observation, Outcome};
use pykata::runner::WorkerError;

use crate::support::{Bench, run_text};

/// Reaches for a thing, and prints whether it was had.
const ATTEMPT: &str = "def attempt(what, act):\n    \
    try:\n        act()\n    except OSError as error:\n        print(what, 'refused')\n    else:\n        print(what, 'open')\n\
    import os, socket\n";

/// A run of `text` at a level; nothing where the machine does not grant it.
#[expect(clippy::print_stdout, reason = "what was skipped is told with the test")]
fn at(level: Level, text: &str) -> Option<Observation> {
    let mut bench = Bench::at(Some(level));
    match bench.supervisor.start() {
        Ok(()) => Some(bench.run_text(text)),
        Err(WorkerError::Refused { level, why }) => {
            println!("skipped: {} is not to be had here: {why}", level.word());
            None
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn files_with_many_names_are_counted_together() {
    let text =
        "for n in range(1000):\n    with open(f'{n}.bin', 'wb') as f: f.write(b'x' * 1_000_000)\n";
    let seen = at(Level::LimitsOnly, text).unwrap();
    assert_eq!(seen.outcome, Outcome::OutputLimit, "{seen:?}");
    assert!(seen.note.unwrap().contains("files"));
}

#[test]
fn files_without_a_name_are_counted_too() {
    let text = "import os\nkept = []\nfor n in range(1000):\n    f = open('x', 'w+b')\n    os.unlink('x')\n    \
        f.write(b'x' * 1_000_000)\n    f.flush()\n    kept.append(f)\n    if n == 200:\n        while True: pass\n";
    assert_eq!(at(Level::LimitsOnly, text).unwrap().outcome, Outcome::OutputLimit);
}

#[test]
fn a_mounted_scratch_folder_is_full_at_its_end() {
    let text =
        "for n in range(1000):\n    with open(f'{n}.bin', 'wb') as f: f.write(b'x' * 1_000_000)\n";
    let Some(seen) = at(Level::Full, text) else { return };
    let exception = seen.exception.unwrap();
    assert!(exception.message.contains("No space left"), "{exception:?}");
}

#[test]
fn memory_of_several_processes_is_counted_together() {
    let text = "import os\nfor _ in range(4):\n    if os.fork() == 0:\n        \
        block = bytearray(b'x') * 200_000_000\n        while True: pass\nos.wait()\n";
    assert_eq!(run_text(text).outcome, Outcome::MemoryLimit);
}

#[test]
fn sockets_of_the_machine_are_out_of_reach() {
    for level in [Level::Full, Level::Confined] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desktop.sock");
        let _listening = UnixListener::bind(&path).unwrap();
        let text = format!(
            "{ATTEMPT}def connect(): socket.socket(socket.AF_UNIX).connect({path:?})\nattempt('socket', connect)\n"
        );
        let Some(seen) = at(level, &text) else { continue };
        assert_eq!(seen.stdout.text(), "socket refused\n", "{}", level.word());
    }
}

#[test]
fn files_of_the_user_are_neither_read_nor_changed() {
    for level in [Level::Full, Level::Confined] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("diary");
        fs::write(&path, "dear diary").unwrap();
        let text = format!(
            "{ATTEMPT}path = {path:?}\nattempt('read', lambda: open(path))\nattempt('write', lambda: open(path, 'a'))\n\
             attempt('mode', lambda: os.chmod(path, 0o777))\nattempt('times', lambda: os.utime(path))\n\
             attempt('remove', lambda: os.unlink(path))\nattempt('link', lambda: os.link(path, 'mine'))\n"
        );
        let Some(seen) = at(level, &text) else { continue };
        let refused = ["read", "write", "mode", "times", "remove", "link"]
            .map(|act| format!("{act} refused\n"))
            .concat();
        assert_eq!(seen.stdout.text(), refused, "{}", level.word());
        assert_eq!(fs::read_to_string(&path).unwrap(), "dear diary");
    }
}

#[test]
fn a_network_ends_at_its_own_loopback() {
    let text = format!(
        "{ATTEMPT}def serve():\n    server = socket.create_server(('127.0.0.1', 0))\n    \
         socket.create_connection(server.getsockname()).close()\n\
         attempt('own', serve)\n\
         attempt('world', lambda: socket.create_connection(('192.0.2.1', 80), 1))\n"
    );
    if let Some(seen) = at(Level::Full, &text) {
        assert_eq!(seen.stdout.text(), "own open\nworld refused\n");
    }
    if let Some(seen) = at(Level::Confined, &text) {
        assert_eq!(seen.stdout.text(), "own refused\nworld refused\n");
    }
}

#[test]
fn powers_are_gone_at_every_level() {
    let text = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n\
        names = {line.split(':')[0]: line.split()[1] for line in open('/proc/self/status') if line.startswith('Cap')}\n\
        print({name: int(value, 16) for name, value in names.items()})\n";
    let seen = run_text(text);
    let none = "{'CapInh': 0, 'CapPrm': 0, 'CapEff': 0, 'CapBnd': 0, 'CapAmb': 0}\n";
    assert_eq!(seen.stdout.text(), none, "{seen:?}");
}

#[test]
fn a_level_that_is_forced_is_the_one_that_is_on() {
    for level in Level::ALL {
        if let Some(seen) = at(level, "print(1)") {
            assert_eq!((seen.sandbox, seen.outcome), (level, Outcome::Normal));
        }
    }
}
