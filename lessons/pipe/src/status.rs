//! `yes | head -n 1`: the first stage would never end, and is ended by a signal.

use std::fs::File;
use std::io::read_to_string;
use std::os::fd::OwnedFd;

use nix::fcntl::OFlag;
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use nix::unistd::{dup2_stderr, dup2_stdin, dup2_stdout, pipe2};
use stage::{Actor, Fork, Result, Scene};

use crate::program::exec;

pub const SCENE: Scene =
    Scene::new("status", "a pipeline's status is that of its last stage", &[("shell", shell)]);

fn shell(shell: &Actor) -> Result {
    let (input, output) = pipe2(OFlag::O_CLOEXEC)?;
    let (result, last_output) = pipe2(OFlag::O_CLOEXEC)?;
    let yes = match shell.forks("yes")? {
        Fork::Child(me) => me.plays(|me| {
            me.says("becomes `yes`, which writes lines without end");
            dup2_stdout(output)?;
            exec(&[c"yes"])
        }),
        Fork::Parent(child) => child,
    };
    let head = match shell.forks("head")? {
        Fork::Child(me) => me.plays(|me| {
            me.says("becomes `head`, which reads one line and ends");
            dup2_stdin(input)?;
            dup2_stdout(last_output)?;
            exec(&[c"head", c"-n", c"1"])
        }),
        Fork::Parent(child) => child,
    };
    drop((input, output, last_output));
    let text = read_to_string(File::from(result))?;
    shell.says(format!("reads `{}`", text.trim()));
    let status = shell.reaps(yes)?;
    let by_signal = matches!(status, WaitStatus::Signaled(_, Signal::SIGPIPE, _));
    stage::ensure!(by_signal && text == "y\n", "`yes` ended with {status:?}, head wrote `{text}`");
    shell.waits(head)?;

    let (result, error_output) = pipe2(OFlag::O_CLOEXEC)?;
    let sh = match shell.forks("sh")? {
        Fork::Child(me) => me.plays(|me| by_a_real_shell(me, error_output)),
        Fork::Parent(child) => child,
    };
    drop(error_output);
    let told: i32 = read_to_string(File::from(result))?.trim().parse()?;
    shell.waits(sh)?;
    let signal = Signal::SIGPIPE as i32;
    shell.says(format!("reads that a real shell calls the first stage's end {told}"));
    stage::ensure!(told == 128 + signal, "the shell's number is {told}");
    Ok(())
}

fn by_a_real_shell(me: &Actor, errors: OwnedFd) -> Result {
    me.says("becomes a shell that runs the same pipeline");
    dup2_stderr(errors)?;
    exec(&[c"sh", c"-c", c"{ yes; echo $? >&2; } | head -n 1 > /dev/null"])
}
