//! SIGUSR1 switches the log level of a daemon, if somebody counts.

use std::ffi::c_int;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use nix::sys::signal::{SaFlags, SigSet, Signal, kill};
use nix::unistd::{pipe, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, text};

pub const SCENE: Scene = Scene::new(
    "log-level",
    "SIGUSR1 toggles the log level, and two at once toggle it once",
    &[("admin", admin)],
);

const USR1: Signal = Signal::SIGUSR1;

// ANCHOR: admin
fn admin(admin: &Actor) -> Result {
    let (requests, request) = pipe()?;
    let (levels, level) = pipe()?;
    let daemon = fork(admin, "daemon", |me| daemon(me, &requests, &level))?;
    let mut seen = Vec::new();
    for signals in [1, 1, 2] {
        admin.until_waiting("daemon", "read")?;
        for _ in 0..signals {
            admin.sends(token("signal"), USR1);
            kill(daemon.pid(), USR1)?;
        }
        admin.sends("pipe", "request");
        write(&request, b"request")?;
        let now = text(&levels)?;
        admin.gets("log", &now);
        seen.push(now);
    }
    stage::ensure!(seen == ["debug", "info", "debug"], "{seen:?}");
    admin.waits(daemon)
}
// ANCHOR_END: admin

// ANCHOR: daemon
static DEBUG: AtomicBool = AtomicBool::new(false);

extern "C" fn toggle(_: c_int) {
    DEBUG.fetch_xor(true, Relaxed);
}

fn daemon(daemon: &Actor, requests: &OwnedFd, log: &OwnedFd) -> Result {
    // Blocked while it serves a request: the level does not change half-way.
    SigSet::from(USR1).thread_block()?;
    handle(USR1, toggle, SaFlags::empty())?;
    for _ in 0..3 {
        daemon.gets("pipe", text(requests)?);
        SigSet::empty().suspend()?;
        daemon.gets(token("signal"), USR1);
        let debug = DEBUG.load(Relaxed);
        daemon.sends("log", name(debug));
        write(log, name(debug).as_bytes())?;
    }
    daemon.says(format!("ends at level {}", name(DEBUG.load(Relaxed))));
    Ok(())
}
// ANCHOR_END: daemon

fn name(debug: bool) -> &'static str {
    if debug { "debug" } else { "info" }
}
