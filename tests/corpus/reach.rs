//! What the list's programs cannot try, as they do not know where things are: the home's real files, by this program and by a
//! shell that it starts; a port that a program listens on; a signal to everyone.

use std::env;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use pykata::domain::run::{Clock, Level, Limits, Outcome, Program, RunSpec};
use pykata::runner::{Execute, RunEvent};

use crate::outcome::printed;
use crate::programs::keeps_secrets;
use crate::stage::{Stage, Stages};
use crate::trial;

/// Tries everything on the files of a home, itself and by way of a shell, and tells each act that was not refused.
const REACH: &str = "\
import ctypes, glob, os, shutil, subprocess
home = 'HOME'
canary = home + '/.hostile_canary'
victim = home + '/.hostile_victim'
acts = {
    'list': lambda: os.listdir(home),
    'list the state': lambda: os.listdir(home + '/.local/share/pykata'),
    'read': lambda: open(canary).read(),
    'read the key': lambda: open(home + '/.ssh/id_ed25519').read(),
    'write': lambda: open(victim, 'a').write('x'),
    'make': lambda: open(home + '/hostile.txt', 'x'),
    'make a folder': lambda: os.mkdir(home + '/hostile'),
    'delete': lambda: os.unlink(victim),
    'rename': lambda: os.rename(victim, victim + '2'),
    'link': lambda: os.link(canary, 'linked'),
    'mode': lambda: os.chmod(victim, 0o777),
    'owner': lambda: os.chown(victim, 1, 1),
    'time': lambda: os.utime(victim, (1, 1)),
    'cut': lambda: os.truncate(victim, 0),
    'copy': lambda: shutil.copyfile(canary, 'copied'),
    'the password file': lambda: open('/etc/passwd').read(),
    'the temporary folder': lambda: os.listdir('/tmp'),
}
os.symlink(canary, 'symbolic')
acts['follow a link'] = lambda: open('symbolic').read()
for name, act in acts.items():
    try:
        act()
    except OSError as error:
        print('DENIED', name, error.errno)
    else:
        print('ESCAPED', name)
for command in ('cat ' + canary, 'echo x >> ' + victim, 'rm ' + victim, 'ls ' + home, 'cat symbolic', 'cat /etc/shadow'):
    done = subprocess.run(['/bin/sh', '-c', command], capture_output=True)
    print('ESCAPED' if done.returncode == 0 else 'DENIED', 'shell', command)
";

/// Listens, and gives the host half a second to try.
const LISTEN: &str = "\
import socket
listener = socket.socket()
listener.bind(('127.0.0.1', 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
listener.settimeout(0.5)
try:
    listener.accept()
    print('ESCAPED somebody came')
except TimeoutError:
    print('nobody came')
";

/// Signals nobody, in name everyone: the number 0 only asks whether it might.
const EVERYONE: &str = "\
import os
for target in (-1, os.getppid(), -os.getppid()):
    try:
        os.kill(target, 0)
        print('ESCAPED', target)
    except OSError as error:
        print('DENIED', error.errno)
";

pub(crate) fn trials(level: Level, stages: &Arc<Stages>) -> Vec<Trial> {
    if level == Level::LimitsOnly {
        return Vec::new();
    }
    let with = |test: fn(&mut Stage) -> Result<(), String>| {
        let stages = Arc::clone(stages);
        move || stages.with(test)
    };
    let home = "the_files_of_a_home_are_out_of_reach_of_a_program_and_its_children";
    let mut trials = vec![trial(level, home, with(reach_for_home))];
    if level == Level::Full {
        let port = "a_port_of_a_program_is_not_to_be_reached_from_outside";
        trials.push(trial(level, port, with(listen)));
    } else {
        let signals = "a_signal_to_everyone_is_refused";
        trials.push(trial(level, signals, with(signal_everyone)));
    }
    trials
}

fn spec(text: &str) -> RunSpec {
    let program = Program { clock: Clock::Real, ..Program::single("main.py", text) };
    let limits = Limits { wall_ms: 30_000, ..Limits::default() };
    RunSpec { program, limits, ..RunSpec::default() }
}

/// Runs a program that must be refused everything, so often.
fn is_refused(stage: &mut Stage, text: &str, acts: usize) -> Result<(), String> {
    let seen = stage.run(&spec(text));
    let printed = printed(&seen);
    keeps_secrets(&printed)?;
    let denied = printed.matches("DENIED").count();
    if seen.outcome != Outcome::Normal || printed.contains("ESCAPED") || denied != acts {
        return Err(format!("{denied} of {acts} acts were refused: {printed}"));
    }
    stage.is_clean()
}

fn reach_for_home(stage: &mut Stage) -> Result<(), String> {
    let home = env::var("HOME").expect("the tests run in a home");
    is_refused(stage, &REACH.replace("HOME", &home), 24)
}

fn signal_everyone(stage: &mut Stage) -> Result<(), String> {
    is_refused(stage, EVERYONE, 3)
}

fn listen(stage: &mut Stage) -> Result<(), String> {
    let mut reached = Vec::new();
    let seen = stage.supervisor.run(&spec(LISTEN), &mut |event| {
        let RunEvent::Output(_, bytes) = event;
        if let Ok(port) = String::from_utf8_lossy(&bytes).trim().parse::<u16>() {
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            reached.push(TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok());
        }
    });
    if reached == [false] && seen.stdout.text().ends_with("nobody came\n") {
        stage.is_clean()
    } else {
        Err(format!("reached: {reached:?}, {seen:?}"))
    }
}
