//! What `mkfifo` makes, and how long it stays.

use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, SFlag, stat, umask};
use nix::unistd::{mkfifo, unlink};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "mkfifo",
    "the name is made by mkfifo and stays until unlink",
    &[("keeper", keeper)],
);

// ANCHOR: keeper
fn keeper(keeper: &Actor) -> Result {
    let path = keeper.path("mypipe")?;
    let maker = match keeper.forks("maker")? {
        Fork::Child(me) => me.plays(|me| maker(me, &path)),
        Fork::Parent(child) => child,
    };
    keeper.waits(maker)?;
    keeper.says(format!("its maker has gone, the FIFO is there: {}", listed(&path)?));
    unlink(&path)?;
    let gone = stat(&path).err();
    keeper.says(format!("after unlink: {}", told(gone)));
    stage::ensure!(gone == Some(Errno::ENOENT), "after unlink stat says {gone:?}");
    Ok(())
}
// ANCHOR_END: keeper

// ANCHOR: maker
fn maker(maker: &Actor, path: &Path) -> Result {
    let early = open(path, OFlag::O_WRONLY, Mode::empty()).err();
    maker.says(format!("opens it before it is made: {}", told(early)));
    stage::ensure!(early == Some(Errno::ENOENT), "before mkfifo open says {early:?}");

    let (wanted, mask) = (Mode::from_bits_truncate(0o666), Mode::from_bits_truncate(0o022));
    umask(mask);
    mkfifo(path, wanted)?;
    let listed = listed(path)?;
    let [wanted_told, mask] = [wanted, mask].map(|mode| format!("{mode:04o}"));
    maker.says(format!("mkfifo with mode {wanted_told} and umask {mask}: {listed}"));
    stage::ensure!(listed == "prw-r--r--, size 0", "mkfifo made `{listed}`");

    let again = mkfifo(path, wanted).err();
    maker.says(format!("mkfifo a second time: {}", told(again)));
    stage::ensure!(again == Some(Errno::EEXIST), "the second mkfifo says {again:?}");
    Ok(())
}
// ANCHOR_END: maker

/// The type and the mode as `ls -l` writes them, and the size.
fn listed(path: &Path) -> Result<String> {
    let found = stat(path)?;
    let fifo = SFlag::from_bits_truncate(found.st_mode) & SFlag::S_IFMT == SFlag::S_IFIFO;
    let bits = "rwxrwxrwx".chars().zip((0..9).rev());
    let mode = bits.map(|(bit, at)| if found.st_mode >> at & 1 == 1 { bit } else { '-' });
    let mode: String = [if fifo { 'p' } else { '?' }].into_iter().chain(mode).collect();
    Ok(format!("{mode}, size {}", found.st_size))
}

fn told(error: Option<Errno>) -> String {
    error.map_or_else(|| "no error".to_owned(), |errno| format!("{errno:?}, {}", errno.desc()))
}
