//! A pipe has no path, but both of its ends lead to one object with a number.

use nix::sys::stat::{SFlag, fstat};
use nix::unistd::pipe;
use stage::{Actor, Result, Scene, varies};

use crate::facts::object;

pub const SCENE: Scene =
    Scene::new("nameless", "a pipe has no name, only a number", &[("process", process)]);

fn process(process: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let (one, other) = (fstat(&reader)?, fstat(&writer)?);
    let kind = SFlag::from_bits_truncate(one.st_mode) & SFlag::S_IFMT;
    let is_fifo = kind == SFlag::S_IFIFO;
    process.says(format!("asks whether it is a FIFO in kind: {is_fifo}"));
    stage::ensure!(is_fifo, "a pipe is of kind {kind:?}");

    let title = object(&reader)?;
    process.says(format!("sees {} behind the read end", varies("pipe:[inode]", &title)));
    stage::ensure!(title == format!("pipe:[{}]", one.st_ino), "`{title}` is no pipe's title");

    let same = (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino);
    process.says(format!("asks whether the write end is the same object: {same}"));
    stage::ensure!(same, "the ends are {} and {}", one.st_ino, other.st_ino);

    let exists = std::path::Path::new(&title).exists();
    process.says(format!("looks for a file of that name: {exists}"));
    stage::ensure!(!exists, "there is a file `{title}`");

    let (another, _) = pipe()?;
    let same = fstat(&another)?.st_ino == one.st_ino;
    process.says(format!("makes another pipe; is that the same object: {same}"));
    stage::ensure!(!same, "two pipes have the number {}", one.st_ino);
    Ok(())
}
