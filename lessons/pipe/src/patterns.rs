//! The shell's own pipelines over the same files: `.` is any character, and nothing is anchored.

use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::read_to_string;
use std::os::fd::OwnedFd;

use nix::unistd::{chdir, dup2_stdout, pipe};
use stage::{Actor, Fork, Result, Scene};

use crate::program::{exec, folder_of_files};

pub const SCENE: Scene =
    Scene::new("patterns", "the notes' pattern counts more than text files", &[("parent", parent)]);

const COMMANDS: [(&str, u32); 3] = [
    ("ls -l | grep \".txt\" | wc -l", 6),
    ("ls | grep .txt | wc -l", 5),
    ("ls | grep '\\.txt$' | wc -l", 2),
];

fn parent(parent: &Actor) -> Result {
    chdir(&folder_of_files(parent)?)?;
    for (command, expected) in COMMANDS {
        let (reader, writer) = pipe()?;
        let shell = match parent.forks("sh")? {
            Fork::Child(me) => {
                drop(reader);
                me.plays(|me| shell(me, command, writer))
            }
            Fork::Parent(child) => child,
        };
        drop(writer);
        let count: u32 = read_to_string(File::from(reader))?.trim().parse()?;
        parent.waits(shell)?;
        parent.says(format!("reads {count}"));
        stage::ensure!(count == expected, "`{command}` counted {count}");
    }
    Ok(())
}

fn shell(me: &Actor, command: &str, output: OwnedFd) -> Result {
    me.says(format!("becomes a shell that runs {command}"));
    dup2_stdout(output)?;
    let command = CString::new(command)?;
    exec(&[c"sh", c"-c", command.as_c_str()] as &[&CStr])
}
