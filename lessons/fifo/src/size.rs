//! The file holds a name and a mode. The bytes are in the kernel's memory.

use std::os::fd::AsRawFd;

use libc::PIPE_BUF;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, stat};
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Result, Scene};

pub const SCENE: Scene =
    Scene::new("size", "the file stays empty while bytes are inside", &[("user", user)]);

// ANCHOR: user
fn user(user: &Actor) -> Result {
    let path = user.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let both = open(&path, OFlag::O_RDWR, Mode::empty())?;

    user.sends("fifo", format!("{PIPE_BUF} bytes"));
    let written = write(&both, &[b'x'; PIPE_BUF])?;
    stage::ensure!(written == PIPE_BUF, "wrote {written} bytes");

    let mut inside: libc::c_int = 0;
    // SAFETY: FIONREAD writes one `int`, into `inside`.
    nix::Error::result(unsafe { libc::ioctl(both.as_raw_fd(), libc::FIONREAD, &raw mut inside) })?;
    let file = stat(&path)?;
    user.says(format!("bytes waiting inside: {inside}"));
    user.says(format!("size of the file: {}", file.st_size));
    user.says(format!("blocks on the disk: {}", file.st_blocks));
    stage::ensure!(usize::try_from(inside)? == PIPE_BUF, "{inside} bytes are inside");
    stage::ensure!((file.st_size, file.st_blocks) == (0, 0), "the file has grown");

    let length = read(&both, &mut [0; PIPE_BUF])?;
    user.gets("fifo", format!("{length} bytes"));
    Ok(())
}
// ANCHOR_END: user
