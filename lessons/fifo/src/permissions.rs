//! To know the name is not enough: the file's mode decides who may open which end.

use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::{Mode, fchmod, stat};
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "permissions",
    "the mode decides who may open which end, and only at open",
    &[("owner", owner)],
);

const BOXES: [(&str, u32); 3] = [("letters", 0o222), ("news", 0o444), ("closed", 0o000)];

// ANCHOR: owner
fn owner(owner: &Actor) -> Result {
    let mut paths = Vec::new();
    let mut ends = Vec::new();
    for (name, mode) in BOXES {
        let path = owner.path(name)?;
        mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        // Held open, so that nobody who is allowed to open has to wait.
        let both = open(&path, OFlag::O_RDWR, Mode::empty())?;
        fchmod(&both, Mode::from_bits_truncate(mode))?;
        paths.push(path);
        ends.push(both);
    }
    let stranger = match owner.forks("stranger")? {
        Fork::Child(me) => {
            drop(ends);
            me.plays(|me| stranger(me, &paths))
        }
        Fork::Parent(child) => child,
    };
    owner.waits(stranger)?;

    let closed = ends.pop().ok_or(Errno::EBADF)?;
    owner.says("has had it open from before the mode was changed");
    owner.sends("fifo", "still here");
    write(&closed, b"still here")?;
    let mut buffer = [0; 64];
    let length = read(&closed, &mut buffer)?;
    owner.gets("fifo", str::from_utf8(&buffer[..length])?);
    Ok(())
}
// ANCHOR_END: owner

// ANCHOR: stranger
fn stranger(stranger: &Actor, paths: &[PathBuf]) -> Result {
    // Root is refused nothing. An ordinary user owns these files, and is refused all the same.
    stranger.obeys_permissions()?;
    let refused = Err(Errno::EACCES);
    let answers = [(refused, Ok(())), (Ok(()), refused), (refused, refused)];
    for ((path, (name, mode)), expected) in paths.iter().zip(BOXES).zip(answers) {
        if stat(path).err() == Some(Errno::EACCES) {
            return Err(stage::missing(
                "others may not enter the folder of this run's names",
                "let TMPDIR be a folder that everybody may enter, such as /tmp",
            ));
        }
        let found = (opens(path, OFlag::O_RDONLY), opens(path, OFlag::O_WRONLY));
        let mode = format!("{mode:04o}");
        let (read, write) = (told(found.0), told(found.1));
        stranger.says(format!("{name}, mode {mode}: to read: {read}, to write: {write}"));
        stage::ensure!(found == expected, "`{name}` answered {found:?}");
    }
    Ok(())
}

fn opens(path: &Path, how: OFlag) -> nix::Result<()> {
    open(path, how, Mode::empty()).map(drop)
}

fn told(answer: nix::Result<()>) -> String {
    answer.map_or_else(|errno| format!("{errno:?}"), |()| "allowed".to_owned())
}
// ANCHOR_END: stranger
