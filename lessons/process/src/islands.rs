//! In namespaces of its own a process is on another machine, as far as names go.

use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::{io::Read, io::Write, net::SocketAddr};

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene, missing};

use crate::process::{fork, told};

pub const SCENE: Scene =
    Scene::new("islands", "in other namespaces the same names lead nowhere", &[("parent", parent)])
        .needs(&[loopback]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let key = parent.msg_key("queue")?;
    // SAFETY: takes numbers; so below.
    let queue = unsafe { libc::msgget(key, libc::IPC_CREAT | libc::IPC_EXCL | 0o666) };
    let queue = Errno::result(queue).map_err(no_queues)?;
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let (mut ours, theirs) = UnixStream::pair()?;
    let (by_key, by_address) = tries(parent, key, address)?;
    by_key?;
    by_address?;

    let child = fork(parent, "child", |me| child(me, key, address, theirs))?;
    let mut text = String::new();
    ours.read_to_string(&mut text)?;
    parent.gets("pair", &text);
    parent.waits(child)?;
    // SAFETY: see above.
    Errno::result(unsafe { libc::msgctl(queue, libc::IPC_RMID, std::ptr::null_mut()) })?;
    Ok(())
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, key: libc::key_t, address: SocketAddr, mut pair: UnixStream) -> Result {
    let (both, user) =
        (CloneFlags::CLONE_NEWIPC | CloneFlags::CLONE_NEWNET, CloneFlags::CLONE_NEWUSER);
    // An ordinary user may do so who is root in a user namespace; root may without.
    unshare(user | both).or_else(|_| unshare(both)).map_err(no_namespaces)?;
    child.says("has an IPC and a network namespace of its own now");
    let found = tries(child, key, address)?;
    stage::ensure!(found == (Err(Errno::ENOENT), Err(Errno::ENETUNREACH)), "found {found:?}");

    child.sends("pair", "what was open stays open");
    pair.write_all(b"what was open stays open")?;
    Ok(())
}
// ANCHOR_END: child

// ANCHOR: tries
type Found = (nix::Result<()>, nix::Result<()>);

fn tries(actor: &Actor, key: libc::key_t, address: SocketAddr) -> Result<Found> {
    // SAFETY: takes numbers.
    let queue = Errno::result(unsafe { libc::msgget(key, 0) }).map(drop);
    let connected = TcpStream::connect(address).map(drop);
    let connected = connected.map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(0)));
    actor.says(format!("queue by its key: {}", told(queue)));
    actor.says(format!("connection by its address: {}", told(connected)));
    Ok((queue, connected))
}
// ANCHOR_END: tries

fn no_queues(errno: Errno) -> stage::Error {
    let how = "run on a kernel with CONFIG_SYSVIPC, and remove queues that nobody needs (ipcrm)";
    missing(format!("no System V queue can be made ({errno})"), how)
}

fn no_namespaces(errno: Errno) -> stage::Error {
    missing(
        format!("this process may have no namespaces of its own ({errno})"),
        "run as root, or allow user namespaces: user.max_user_namespaces, and AppArmor's \
         kernel.apparmor_restrict_unprivileged_userns",
    )
}
