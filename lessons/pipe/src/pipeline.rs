//! `ls -l | grep .txt | wc -l`, built by hand.

use std::ffi::CStr;
use std::fs::File;
use std::io::read_to_string;
use std::os::fd::OwnedFd;

use nix::fcntl::OFlag;
use nix::unistd::{chdir, dup2_stdin, dup2_stdout, pipe2};
use stage::{Actor, Fork, Result, Scene};

use crate::program::{exec, folder_of_files};

pub const SCENE: Scene = Scene::new(
    "pipeline",
    "a shell pipeline is fork, dup2 and exec around pipes",
    &[("shell", shell)],
);

fn shell(shell: &Actor) -> Result {
    chdir(&folder_of_files(shell)?)?;
    // Close-on-exec: after its exec a stage has only the copies that dup2 made. One forgotten
    // write end would keep the next stage from ever seeing the end of its input.
    let (grep_in, ls_out) = pipe2(OFlag::O_CLOEXEC)?;
    let (wc_in, grep_out) = pipe2(OFlag::O_CLOEXEC)?;
    let (result, wc_out) = pipe2(OFlag::O_CLOEXEC)?;

    // ANCHOR: stages
    let wc = match shell.forks("wc")? {
        Fork::Child(me) => me.plays(|me| becomes(me, &[c"wc", c"-l"], Some(wc_in), wc_out)),
        Fork::Parent(child) => child,
    };
    let grep = match shell.forks("grep")? {
        Fork::Child(me) => me.plays(|me| becomes(me, &[c"grep", c".txt"], Some(grep_in), grep_out)),
        Fork::Parent(child) => child,
    };
    shell.until_waiting("wc", "read")?;
    shell.until_waiting("grep", "read")?;
    let ls = match shell.forks("ls")? {
        Fork::Child(me) => me.plays(|me| becomes(me, &[c"ls", c"-l"], None, ls_out)),
        Fork::Parent(child) => child,
    };
    // ANCHOR_END: stages
    drop((grep_in, ls_out, wc_in, grep_out, wc_out));

    for stage in [ls, grep, wc] {
        shell.waits(stage)?;
    }
    shell.says("started ls when the two others were asleep in read already");
    let count: u32 = read_to_string(File::from(result))?.trim().parse()?;
    shell.says(format!("reads what came out at the end: {count}"));
    stage::ensure!(count == 6, "the pipeline counted {count}");
    Ok(())
}

// ANCHOR: becomes
fn becomes(me: &Actor, command: &[&CStr], input: Option<OwnedFd>, output: OwnedFd) -> Result {
    if let Some(input) = input {
        dup2_stdin(input)?;
    }
    dup2_stdout(output)?;
    let words: Vec<_> = command.iter().map(|word| word.to_string_lossy()).collect();
    me.says(format!("has its input and output in place, becomes `{}`", words.join(" ")));
    exec(command)
}
// ANCHOR_END: becomes
