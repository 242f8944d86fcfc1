//! The reader's own editor: the text goes out into a file, the editor has the terminal, and what was saved comes back.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command};

use rustix::process::{Pid, Signal, WaitOptions, kill_current_process_group, waitpid};

/// The largest text that comes back, in bytes.
const LARGEST: u64 = 1 << 20;
/// What `sh` ends with where it finds no such program.
const NO_PROGRAM: i32 = 127;

/// A text that goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The file's name, which tells an editor its language.
    pub file: String,
    /// The text.
    pub text: String,
}

/// The command line of the reader's editor, by what `$VISUAL` and `$EDITOR` say.
fn editor(visual: Option<String>, editor: Option<String>) -> Result<String, String> {
    let named = visual.into_iter().chain(editor).find(|command| !command.trim().is_empty());
    named.ok_or_else(|| {
        "No editor of your own is named: `export EDITOR=nano` (or `vim`, or `code --wait`) before pykata is started."
            .to_owned()
    })
}

/// Has the reader's editor edit a text, and gives what was saved; the terminal is the editor's meanwhile.
///
/// The editor's name is a command line, which the shell reads, as git has it. An error is a sentence for the reader;
/// where something was written that cannot be taken, it says where that is kept.
pub fn edit(outgoing: &Outgoing) -> Result<String, String> {
    let variable = |name: &str| std::env::var(name).ok();
    let command = editor(variable("VISUAL"), variable("EDITOR"))?;
    let unmade = |error: io::Error| format!("No file could be made for your editor: {error}.");
    let folder = tempfile::Builder::new().prefix("pykata-edit-").tempdir().map_err(unmade)?;
    let path = folder.path().join(&outgoing.file);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).map_err(unmade)?;
    fs::write(&path, &outgoing.text).map_err(unmade)?;
    let ended = run(&command, &path);
    match ended.and_then(|code| told(code, &command)).and_then(|()| taken(&path)) {
        Ok(text) => Ok(text),
        Err(why) if fs::read(&path).is_ok_and(|now| now == outgoing.text.as_bytes()) => Err(why),
        // What was written there is the reader's.
        Err(why) => {
            let kept = folder.keep().join(&outgoing.file);
            Err(format!("What you wrote is in {}. {why}", kept.display()))
        }
    }
}

fn told(code: i32, command: &str) -> Result<(), String> {
    match code {
        0 => Ok(()),
        NO_PROGRAM => {
            Err(format!("There is no program for `{command}`: set VISUAL or EDITOR to another."))
        }
        code => Err(format!("`{command}` ended with {code}: nothing was taken from it.")),
    }
}

fn taken(path: &Path) -> Result<String, String> {
    let unread =
        |why: &dyn std::fmt::Display| format!("What your editor saved cannot be taken: {why}.");
    let length = fs::metadata(path).map_err(|error| unread(&error))?.len();
    if length > LARGEST {
        return Err(unread(&"it is larger than 1 MiB"));
    }
    let bytes = fs::read(path).map_err(|error| unread(&error))?;
    let text = String::from_utf8(bytes).map_err(|_| unread(&"it is not UTF-8"))?;
    Ok(text.replace("\r\n", "\n"))
}

/// Runs the editor to its end, and stops with it where the reader suspends it.
fn run(command: &str, path: &Path) -> Result<i32, String> {
    let failed = |error: io::Error| format!("`{command}` could not be started: {error}.");
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &format!("{command} \"$@\""), "sh"]).arg(path);
    if let Ok(terminal) = File::open("/dev/tty") {
        shell.stdin(terminal);
    }
    let child = shell.spawn().map_err(failed)?;
    wait(&child).map_err(failed)
}

fn wait(child: &Child) -> io::Result<i32> {
    let pid = Pid::from_child(child);
    loop {
        match waitpid(Some(pid), WaitOptions::UNTRACED) {
            // An editor that is suspended stopped its whole job, of which this program is a part that takes no such
            // signal: the shell behind waits until it stops too.
            Ok(Some((_, status))) if status.stopped() => {
                kill_current_process_group(Signal::STOP)?;
            }
            Ok(Some((_, status))) => {
                let signal = status.terminating_signal().map(|signal| 128 + signal);
                return Ok(status.exit_status().or(signal).unwrap_or(1));
            }
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_visual_editor_comes_before_the_other_and_none_is_said() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(editor(some("code --wait"), some("vi")).unwrap(), "code --wait");
        assert_eq!(editor(some(" "), some("vi")).unwrap(), "vi");
        assert!(editor(None, None).unwrap_err().contains("export EDITOR="));
    }

    #[test]
    fn what_is_no_text_or_too_much_of_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.py");
        assert!(taken(&path).unwrap_err().contains("No such file"));
        fs::write(&path, b"\xff").unwrap();
        assert!(taken(&path).unwrap_err().contains("not UTF-8"));
        fs::write(&path, vec![b'x'; (LARGEST + 1).try_into().unwrap()]).unwrap();
        assert!(taken(&path).unwrap_err().contains("1 MiB"));
        fs::write(&path, "a\r\nb\n").unwrap();
        assert_eq!(taken(&path).unwrap(), "a\nb\n");
    }

    #[test]
    fn an_editor_that_is_not_there_and_one_that_fails_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.py");
        fs::write(&path, "x\n").unwrap();
        let ends = |command: &str| run(command, &path).unwrap();
        assert_eq!(ends("printf y >"), 0);
        assert_eq!(fs::read_to_string(&path).unwrap(), "y");
        assert_eq!(ends("exit 3; true"), 3);
        assert_eq!(ends("/nowhere/editor 2>/dev/null"), NO_PROGRAM);
        assert!(told(NO_PROGRAM, "edit").unwrap_err().contains("VISUAL"));
    }
}
