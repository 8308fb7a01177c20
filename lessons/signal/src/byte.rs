//! A terminal can be told to leave Ctrl-C alone.

use std::os::fd::OwnedFd;

use nix::pty::openpty;
use nix::sys::termios::{LocalFlags, SetArg, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::{setsid, write};
use stage::{Actor, Result, Scene, missing, token};

use crate::ctrl_c::use_terminal;
use crate::signals::{fork, one_byte};

pub const SCENE: Scene =
    Scene::new("byte", "in raw mode Ctrl-C is a byte like any other", &[("user", user)]);

// ANCHOR: user
fn user(user: &Actor) -> Result {
    let terminal = openpty(None, None).map_err(|errno| {
        missing(format!("there is no pseudo-terminal ({errno})"), "mount devpts on /dev/pts")
    })?;
    let editor = fork(user, "editor", |me| editor(me, &terminal.slave))?;
    user.until_waiting("editor", "read")?;
    user.sends(token("terminal"), format!("{:#04x}", 0x03));
    write(&terminal.master, &[0x03])?;
    user.waits(editor)
}
// ANCHOR_END: user

// ANCHOR: editor
fn editor(editor: &Actor, terminal: &OwnedFd) -> Result {
    setsid()?;
    use_terminal(terminal)?;
    let mut settings = tcgetattr(terminal)?;
    cfmakeraw(&mut settings); // clears ISIG, among others
    stage::ensure!(!settings.local_flags.contains(LocalFlags::ISIG), "ISIG is set");
    tcsetattr(terminal, SetArg::TCSANOW, &settings)?;
    editor.says("has the terminal in raw mode, and reads");
    let byte = one_byte(terminal)?;
    editor.gets(token("terminal"), format!("{byte:#04x}"));
    editor.says("goes on: no signal has come");
    stage::ensure!(byte == 0x03, "read {byte:#04x}");
    Ok(())
}
// ANCHOR_END: editor
