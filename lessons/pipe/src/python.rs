//! Python's `Pipe()`, done by hand: a socket pair, and the length before each message.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, MsgFlags, SockFlag, SockType, recv, socketpair};
use stage::{Actor, Fork, Result, Scene, varies};

use crate::facts::{object, refusal};

pub const SCENE: Scene =
    Scene::new("python", "Python's Pipe is a pair of sockets", &[("parent", parent)]);

const TEXT: &str = "IPC 파이프 통신 예제";

fn parent(parent: &Actor) -> Result {
    let (parent_conn, child_conn) =
        socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty())?;
    let title = object(&parent_conn)?;
    parent.says(format!("holds {}, no pipe", varies("socket:[inode]", &title)));
    stage::ensure!(title.starts_with("socket:"), "the connection is {title}");

    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop(parent_conn);
            me.plays(|me| sender(me, child_conn))
        }
        Fork::Parent(child) => child,
    };
    // As in the notes, the parent does not close `child_conn`.

    // ANCHOR: receive
    let mut conn = File::from(parent_conn);
    let mut head = [0; 4];
    conn.read_exact(&mut head)?;
    let mut message = vec![0; usize::try_from(i32::from_be_bytes(head))?];
    conn.read_exact(&mut message)?;
    // ANCHOR_END: receive
    let text = str::from_utf8(&message)?;
    parent.gets("sockets", text);
    parent.says(format!("counts {} letters in {} bytes", text.chars().count(), message.len()));
    stage::ensure!(text == TEXT, "received `{text}`");
    parent.waits(child)?;

    let errno = refusal(recv(conn.as_raw_fd(), &mut head, MsgFlags::MSG_DONTWAIT))?;
    parent.says(format!("asks for more: {errno:?}, since it still has the child's end"));
    stage::ensure!(errno == Errno::EAGAIN, "receiving gave {errno}");
    drop(child_conn);
    let length = recv(conn.as_raw_fd(), &mut head, MsgFlags::MSG_DONTWAIT)?;
    parent.says(format!("closes that end and asks again: {length} bytes, the end of file"));
    stage::ensure!(length == 0, "received {length} bytes more");
    Ok(())
}

// ANCHOR: send
fn sender(child: &Actor, conn: OwnedFd) -> Result {
    child.sends("sockets", TEXT);
    let mut conn = File::from(conn);
    conn.write_all(&i32::try_from(TEXT.len())?.to_be_bytes())?;
    conn.write_all(TEXT.as_bytes())?;
    Ok(())
}
// ANCHOR_END: send
