//! What the scenes with shell lines share.

use std::ffi::CString;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::pty::openpty;
use nix::unistd::{chdir, dup2_stdout, execvp, setsid};
use stage::{Actor, Result};

/// Tells the line and becomes a shell that runs it in the folder, in a terminal of its own. What
/// it prints goes to `out`.
pub fn becomes(actor: &Actor, folder: &Path, line: &str, out: OwnedFd) -> Result {
    actor.says(format!("$ {line}"));
    chdir(folder)?;
    takes_a_terminal()?;
    dup2_stdout(out)?;
    match execvp(c"sh", &[c"sh", c"-c", CString::new(line)?.as_c_str()]) {
        Err(Errno::ENOENT) => Err(stage::missing("there is no `sh`", "put a shell on the PATH")),
        Err(error) => Err(error.into()),
    }
}

/// When the shell is killed, the kernel hangs up its terminal, and that ends what it has started,
/// too: a process that waits in `open` would stay for ever.
fn takes_a_terminal() -> Result {
    setsid()?;
    let pty = openpty(None, None).map_err(|error| {
        stage::missing(format!("there is no pseudoterminal ({error})"), "mount devpts at /dev/pts")
    })?;
    // SAFETY: TIOCSCTTY takes a number.
    nix::Error::result(unsafe { libc::ioctl(pty.slave.as_raw_fd(), libc::TIOCSCTTY, 0) })?;
    // Both stay open as long as the shell lives.
    let _ = (pty.master.into_raw_fd(), pty.slave.into_raw_fd());
    Ok(())
}

/// All that was printed, without the newline at its end.
pub fn printed(from: OwnedFd) -> Result<String> {
    let mut text = String::new();
    File::from(from).read_to_string(&mut text)?;
    Ok(text.trim_end().to_owned())
}
