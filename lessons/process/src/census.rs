//! Which mechanisms this machine uses now: Unix sockets by the dozen, queues hardly ever.

use std::fs::{read_link, read_to_string};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixDatagram;

use nix::errno::Errno;

use nix::mqueue::{MQ_OFlag, MqAttr, mq_open, mq_unlink};
use nix::sys::stat::{Mode, fstat};
use stage::{Actor, Error, Result, Scene, missing, varies};

pub const SCENE: Scene = Scene::new(
    "census",
    "how many sockets and queues there are, ours among them",
    &[("counter", counter)],
);

// ANCHOR: counter
fn counter(counter: &Actor) -> Result {
    let socket = UnixDatagram::unbound()?;
    let inode = fstat(&socket)?.st_ino.to_string();
    counts(counter, "Unix sockets", "/proc/net/unix", &inode)?;

    let key = counter.msg_key("queue")?;
    // SAFETY: takes numbers; so below.
    let queue = unsafe { libc::msgget(key, libc::IPC_CREAT | libc::IPC_EXCL | 0o600) };
    let queue = Errno::result(queue).map_err(|errno| lacking("System V", errno))?;
    counts(counter, "System V queues", "/proc/sysvipc/msg", &key.to_string())?;
    // SAFETY: see above.
    Errno::result(unsafe { libc::msgctl(queue, libc::IPC_RMID, std::ptr::null_mut()) })?;

    let name = counter.mq_name("queue")?;
    let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_EXCL | MQ_OFlag::O_RDWR;
    let (mode, attributes) = (Mode::S_IRUSR | Mode::S_IWUSR, MqAttr::new(0, 1, 1, 0));
    let queue = mq_open(name.as_c_str(), flags, mode, Some(&attributes));
    let queue = queue.map_err(|errno| lacking("POSIX", errno))?;
    let link = read_link(format!("/proc/self/fd/{}", queue.as_raw_fd()))?;
    let same = link.as_os_str().as_encoded_bytes() == name.as_bytes();
    counter.says(format!("a POSIX queue is a descriptor under its own name: {same}"));
    mq_unlink(name.as_c_str())?;
    stage::ensure!(same, "the queue is called `{}`", link.display());
    Ok(())
}
// ANCHOR_END: counter

// ANCHOR: counts
/// Counts the rows of one of the kernel's tables. One of them has our word in it.
fn counts(counter: &Actor, what: &str, table: &str, word: &str) -> Result {
    let text = read_to_string(table)
        .map_err(|error| missing(format!("`{table}` cannot be read ({error})"), "mount /proc"))?;
    let rows: Vec<&str> = text.lines().skip(1).collect();
    let ours = rows.iter().filter(|row| row.split_whitespace().any(|field| field == word)).count();
    counter.says(format!("{} {what} are there, ours: {ours}", varies("count", rows.len())));
    if ours == 1 { Ok(()) } else { Err(Error::new(format!("`{table}` has {ours} of ours"))) }
}
// ANCHOR_END: counts

fn lacking(kind: &str, errno: Errno) -> Error {
    let how = "run on a kernel with CONFIG_SYSVIPC and CONFIG_POSIX_MQUEUE, with queues to spare";
    missing(format!("no {kind} message queue can be made ({errno})"), how)
}
