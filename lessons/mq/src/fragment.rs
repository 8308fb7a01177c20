//! The program that is in many notes, call by call as it stands there. It receives nothing.

use std::os::fd::FromRawFd;
use std::ptr::null;

use nix::errno::Errno;
use nix::mqueue::{MqdT, mq_getattr, mq_open, mq_receive, mq_send, mq_unlink};
use stage::{Actor, Result, Scene, missing, varies};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, room};

pub const SCENE: Scene = Scene::new(
    "fragment",
    "a receive buffer smaller than the queue's messages never works",
    &[("one", one)],
);

// ANCHOR: one
fn one(one: &Actor) -> Result {
    let name = one.mq_name("myqueue")?;
    // No attributes: the machine's defaults. They go through `libc`, since `nix` would leave out
    // the last two arguments, and the kernel would find there whatever is in the registers.
    // SAFETY: a name that ends in a zero byte, a mode, and a null pointer, which is allowed.
    let queue = unsafe { libc::mq_open(name.as_ptr(), NEW.bits(), 0o666, null::<libc::mq_attr>()) };
    // SAFETY: the descriptor is new, and nobody else's.
    let queue: MqdT = unsafe { MqdT::from_raw_fd(Errno::result(queue).map_err(lacking::posix)?) };

    mq_send(&queue, b"Hello\0", 0)?;
    let mut buffer = [0; 256];
    let received = mq_receive(&queue, &mut buffer, &mut 0);
    one.says(format_args!("received into {} bytes: {}", buffer.len(), outcome(&received)));
    one.says(format_args!("the buffer is as it was: {}", buffer == [0; 256]));

    let size = usize::try_from(mq_getattr(&queue)?.msgsize())?;
    if size <= buffer.len() {
        return Err(missing(
            format!("queues have messages of {size} bytes by default here"),
            "raise /proc/sys/fs/mqueue/msgsize_default above the buffer's size",
        ));
    }
    stage::ensure!(received == Err(Errno::EMSGSIZE), "the receive: {received:?}");
    // ANCHOR_END: one

    // ANCHOR: mended
    let mut enough = vec![0; size];
    let length = mq_receive(&queue, &mut enough, &mut 0)?;
    let text = String::from_utf8_lossy(&enough[..length]);
    let size = varies("msgsize", size);
    one.says(format_args!("received into {size} bytes: {text:?}, {length} bytes"));
    stage::ensure!(text == "Hello\0", "received {text:?}");

    one.says("it was its own message, and the name is still there: removes it");
    mq_unlink(name.as_c_str())?;

    let queue =
        mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 256))).map_err(lacking::posix)?;
    mq_send(&queue, b"Hello\0", 0)?;
    let length = mq_receive(&queue, &mut buffer, &mut 0)?;
    one.says(format_args!("a queue made for {} bytes: received {length} bytes", buffer.len()));
    Ok(mq_unlink(name.as_c_str())?)
    // ANCHOR_END: mended
}
