//! Which descriptors survive exec, and how a parent learns that exec has worked.

use std::ffi::CString;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::path::PathBuf;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::{Pid, dup, dup2_stdin, execv, pipe2, read, write};
use stage::{Actor, Child, Fork, Result, Scene};

use crate::process::{SHELL, told};

pub const SCENE: Scene = Scene::new(
    "cloexec",
    "exec closes the descriptors that are marked close-on-exec",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (input, orders) = pipe2(OFlag::O_CLOEXEC)?;
    let (news, marked) = pipe2(OFlag::O_CLOEXEC)?;
    let plain = dup(&input)?; // the mark is the descriptor's own: a duplicate has none
    let numbers = (plain.as_raw_fd(), marked.as_raw_fd());
    let good = starts(parent, "good", SHELL, (&input, &marked))?;
    drop(marked);

    let mut buffer = [0; 4];
    let length = read(&news, &mut buffer)?;
    stage::ensure!(length == 0, "the child could not execute `{SHELL}`");
    parent.says(format!("reads {length} bytes of news: exec of {SHELL} has closed it"));
    let found = (state(good.pid(), numbers.0), state(good.pid(), numbers.1));
    parent.says(format!("sees in the new program: plain {}, marked {}", found.0, found.1));
    stage::ensure!(found == ("open", "closed"), "plain {}, marked {}", found.0, found.1);
    drop(orders);
    parent.waits(good)?;

    let (news, marked) = pipe2(OFlag::O_CLOEXEC)?;
    let bad = starts(parent, "bad", "/no/such/program", (&input, &marked))?;
    let length = read(&news, &mut buffer)?;
    stage::ensure!(length == buffer.len(), "the program that is not there was executed");
    let errno = Errno::from_raw(i32::from_ne_bytes(buffer));
    parent.gets("news", format!("{errno:?}, {}", errno.desc()));
    stage::ensure!(errno == Errno::ENOENT, "exec failed with {errno}");
    parent.reaps(bad)?;
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn starts(parent: &Actor, name: &str, program: &str, with: (&OwnedFd, &OwnedFd)) -> Result<Child> {
    let me = match parent.forks(name)? {
        Fork::Parent(child) => return Ok(child),
        Fork::Child(me) => me,
    };
    let (input, news) = with;
    me.plays(|me| {
        dup2_stdin(input)?;
        let words = [program, "-c", "read line; exit 0"].map(CString::new);
        let words: Vec<CString> = words.into_iter().collect::<std::result::Result<_, _>>()?;
        let Err(errno) = execv(&words[0], &words); // a good one never returns
        me.sends("news", told::<()>(Err(errno)));
        write(news, &(errno as i32).to_ne_bytes())?;
        // SAFETY: ends this process at once, with the status that shells use for this.
        unsafe { libc::_exit(127) }
    })
}
// ANCHOR_END: child

fn state(pid: Pid, fd: RawFd) -> &'static str {
    let link = PathBuf::from(format!("/proc/{pid}/fd/{fd}"));
    if link.symlink_metadata().is_ok() { "open" } else { "closed" }
}
