//! Behind the name is the same object that `pipe` makes.

use std::fs::read_link;
use std::os::fd::{AsFd, AsRawFd, RawFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::sys::stat::{Mode, SFlag, fstat};
use nix::unistd::{SysconfVar, Whence, lseek, mkfifo, pipe, sysconf};
use stage::{Actor, Result, Scene, varies};

pub const SCENE: Scene =
    Scene::new("same", "a FIFO is a pipe, and has a name besides", &[("probe", probe)]);

// ANCHOR: probe
fn probe(probe: &Actor) -> Result {
    let (reader, _writer) = pipe()?;
    let path = probe.path("mailbox")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let fifo = open(&path, OFlag::O_RDWR, Mode::empty())?;

    let (pipes, fifos) = (traits(&reader)?, traits(&fifo)?);
    probe.says(format!("a pipe: {pipes}"));
    probe.says(format!("a FIFO: {fifos}"));
    stage::ensure!(pipes == fifos, "a pipe and a FIFO differ");

    let link = |fd: RawFd| read_link(format!("/proc/self/fd/{fd}"));
    let name = link(reader.as_raw_fd())?;
    let (kind, inode) = name.to_str().and_then(|name| name.split_once(':')).unwrap_or_default();
    stage::ensure!(kind == "pipe", "the pipe is called `{}`", name.display());
    probe.says(format!("the pipe is known as {kind}:{}", varies("inode", inode)));

    let name = link(fifo.as_raw_fd())?;
    stage::ensure!(name.file_name() == path.file_name(), "the FIFO is `{}`", name.display());
    probe.says(format!("the FIFO is known as {}", shortened(&name)));
    Ok(())
}
// ANCHOR_END: probe

fn shortened(path: &Path) -> String {
    let folder = path.parent().unwrap_or(path).display();
    let file = path.file_name().unwrap_or_default().display();
    format!("{}/{file}", varies("folder", folder))
}

fn traits(end: impl AsFd) -> Result<String> {
    let kind = SFlag::from_bits_truncate(fstat(&end)?.st_mode) & SFlag::S_IFMT;
    let capacity = i64::from(fcntl(&end, FcntlArg::F_GETPIPE_SZ)?);
    let page = sysconf(SysconfVar::PAGE_SIZE)?.unwrap_or(1);
    let pages = capacity / page;
    if pages < 16 {
        return Err(stage::missing(
            "this user's pipes are kept small, since there are so many of them",
            "end programs that hold pipes, or raise /proc/sys/fs/pipe-user-pages-soft",
        ));
    }
    let seeking = lseek(&end, 0, Whence::SeekSet);
    stage::ensure!(seeking == Err(Errno::ESPIPE), "lseek: {seeking:?}");
    let kind = if kind == SFlag::S_IFIFO { "S_IFIFO" } else { "another" };
    Ok(format!("type {kind}, holds {pages} pages, lseek says {:?}", Errno::ESPIPE))
}
