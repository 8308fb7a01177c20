//! Which sockets are open on this machine now?

use std::fs;

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use stage::lacking::loopback;
use stage::{Actor, Result, Scene, missing, varies};

use crate::facts::connection;

pub const SCENE: Scene = Scene::new(
    "census",
    "the kernel lists its sockets: most of one machine's are often Unix sockets",
    &[("counter", counter)],
)
.races(&["read"])
.needs(&[loopback]);

// ANCHOR: census
fn counter(counter: &Actor) -> Result {
    // So that there is at least one of each.
    let _unix = socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty())?;
    let _tcp = connection()?;
    for (kind, tables) in [("Unix", ["unix"].as_slice()), ("TCP", &["tcp", "tcp6"])] {
        let mut count = 0;
        for table in tables {
            count += rows(table)?;
        }
        let some = count >= 2;
        counter.says(format!("{kind}: {} sockets, ours among them: {some}", varies("n", count)));
        stage::ensure!(some, "{count} {kind} sockets");
    }
    Ok(())
}

/// The rows of a table of the kernel, without its heading.
fn rows(table: &str) -> Result<usize> {
    let path = format!("/proc/self/net/{table}");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().count().saturating_sub(1)),
        // A kernel without that family has no such table.
        Err(error) if error.raw_os_error() == Some(Errno::ENOENT as i32) => Ok(0),
        Err(error) => Err(missing(format!("`{path}` cannot be read ({error})"), "mount /proc")),
    }
}
// ANCHOR_END: census
