//! A program may ask whether its output is a terminal, and write differently into a pipe.

use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;

use nix::pty::{Winsize, openpty};
use nix::unistd::{chdir, dup2_stdout, pipe};
use stage::{Actor, Fork, Result, Scene, missing};

use crate::program::{exec, folder_of_files};

pub const SCENE: Scene = Scene::new(
    "terminal",
    "ls writes columns to a terminal and lines into a pipe",
    &[("parent", parent)],
);

fn parent(parent: &Actor) -> Result {
    chdir(&folder_of_files(parent)?)?;
    let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(&size, None).map_err(|errno| {
        missing(format!("there is no pseudo-terminal ({errno})"), "mount devpts on /dev/pts")
    })?;
    let (reader, writer) = pipe()?;
    let columns = lines_of_ls(parent, "a terminal", terminal.slave, terminal.master)?;
    let lines = lines_of_ls(parent, "a pipe", writer, reader)?;
    stage::ensure!(columns == 1, "ls wrote {columns} lines to the terminal");
    stage::ensure!(lines == 6, "ls wrote {lines} lines into the pipe");
    Ok(())
}

fn lines_of_ls(parent: &Actor, what: &str, output: OwnedFd, result: OwnedFd) -> Result<usize> {
    let ls = match parent.forks("ls")? {
        Fork::Child(me) => {
            drop(result);
            me.plays(|me| {
                me.says(format!("becomes `ls`, its output is {what}"));
                dup2_stdout(output)?;
                // SAFETY: this process has one thread, so nobody reads the environment meanwhile.
                unsafe { std::env::remove_var("COLUMNS") };
                exec(&[c"ls"])
            })
        }
        Fork::Parent(child) => child,
    };
    drop(output);
    let mut text = Vec::new();
    let end = File::from(result).read_to_end(&mut text);
    parent.waits(ls)?;
    // A terminal that nobody has open any more ends with an error instead of an end of file.
    if let Err(error) = end
        && error.raw_os_error() != Some(libc::EIO)
    {
        return Err(error.into());
    }
    let lines = text.iter().filter(|&&byte| byte == b'\n').count();
    parent.says(format!("counts the lines that came out of {what}: {lines}"));
    Ok(lines)
}
