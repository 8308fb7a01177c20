//! The notes' first C fragment: five bytes go into a buffer of ten, and `%s` prints on.

use std::ffi::c_char;
use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "unterminated",
    "a message in a buffer ends where read says, not at a zero byte",
    &[("parent", parent)],
);

/// `char buf[10]`
const BUFFER: usize = 10;

fn parent(parent: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(reader);
            me.plays(|me| child(me, writer))
        }
        Fork::Parent(child) => child,
    };
    drop(writer);

    // ANCHOR: buffer
    // What was on the stack before, and the first zero byte that happens to lie behind it.
    let mut stack = [0xFE; BUFFER + 1];
    stack[BUFFER] = 0;
    let length = read(&reader, &mut stack[..5])?;
    parent.gets("pipe", str::from_utf8(&stack[..length])?);

    // SAFETY: there is a zero byte inside `stack`, at its end.
    let printed = unsafe { libc::strlen(stack.as_ptr().cast::<c_char>()) };
    // ANCHOR_END: buffer
    let text = stack[..printed].escape_ascii();
    parent.says(format!("read {length} bytes; printf would print {printed}:"));
    parent.says(format!("{text}"));
    stage::ensure!(length == 5 && printed == BUFFER, "read {length}, would print {printed}");
    parent.waits(child)
}

fn child(child: &Actor, writer: OwnedFd) -> Result {
    child.sends("pipe", "hello");
    // Five bytes: the zero byte that ends a C string stays at home.
    write(&writer, b"hello")?;
    Ok(())
}
