//! After fork both processes have the same open file, with one offset.

use std::io::Write;
use std::os::fd::OwnedFd;

use nix::unistd::{Whence, lseek, read};
use stage::{Actor, Result, Scene};

use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "offset",
    "a descriptor is copied by fork, the open file behind it is not",
    &[("parent", parent)],
);

const TEXT: &str = "abcdef";

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let path = parent.path("letters")?;
    parent.sends("file", TEXT);
    std::fs::File::create(&path)?.write_all(TEXT.as_bytes())?;
    let file = OwnedFd::from(std::fs::File::open(&path)?);

    let child = fork(parent, "child", |me| child(me, &file))?;
    parent.waits(child)?;

    let at = lseek(&file, 0, Whence::SeekCur)?;
    parent.says(format!("has read nothing, and stands at offset {at}"));
    let text = three(&file)?;
    parent.gets("file", &text);
    stage::ensure!(text == "def", "the parent read `{text}`");

    let anew = OwnedFd::from(std::fs::File::open(&path)?);
    let text = three(&anew)?;
    parent.says(format!("opens it anew, which begins with {text} again"));
    stage::ensure!(text == "abc", "a new open file begins with `{text}`");
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, file: &OwnedFd) -> Result {
    let text = three(file)?;
    child.gets("file", &text);
    stage::ensure!(text == "abc", "the child read `{text}`");
    Ok(()) // its descriptor is closed with it; the parent's stays open
}
// ANCHOR_END: child

fn three(file: &OwnedFd) -> Result<String> {
    let mut buffer = [0; 3];
    let length = read(file, &mut buffer)?;
    Ok(String::from_utf8(buffer[..length].to_vec())?)
}
