//! A handler writes a byte into a pipe, so that one poll waits for signals and for requests.

use std::ffi::c_int;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SaFlags, Signal, kill};
use nix::unistd::{pipe, pipe2, read, write};
use stage::{Actor, Result, Scene, token};

use crate::hello::handle;
use crate::signals::{fork, one_byte};

pub const SCENE: Scene = Scene::new(
    "self-pipe",
    "a handler that writes into a pipe makes a signal something to poll for",
    &[("client", client)],
);

fn client(client: &Actor) -> Result {
    let (requests, request) = pipe()?;
    let server = fork(client, "server", |me| server(me, &requests))?;
    client.until_waiting("server", "poll")?;
    client.sends("pipe", "request");
    write(&request, b"request")?;
    client.until_waiting("server", "poll")?;
    client.sends(token("signal"), Signal::SIGTERM);
    kill(server.pid(), Signal::SIGTERM)?;
    client.waits(server)
}

// ANCHOR: server
static WAKE: AtomicI32 = AtomicI32::new(-1);

extern "C" fn wake(_: c_int) {
    let errno = Errno::last_raw();
    // SAFETY: `write` is async-signal-safe. If the pipe is full, the reader wakes up anyway.
    unsafe { libc::write(WAKE.load(Relaxed), b"!".as_ptr().cast(), 1) };
    Errno::set_raw(errno);
}

fn server(server: &Actor, requests: &OwnedFd) -> Result {
    let (woken, writer) = pipe2(OFlag::O_NONBLOCK | OFlag::O_CLOEXEC)?;
    WAKE.store(writer.as_raw_fd(), Relaxed);
    handle(Signal::SIGTERM, wake, SaFlags::SA_RESTART)?;
    loop {
        let wanted = |fd| PollFd::new(fd, PollFlags::POLLIN);
        let mut both = [wanted(requests.as_fd()), wanted(woken.as_fd())];
        match poll(&mut both, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other?,
        };
        if both[0].any().unwrap_or(false) {
            let mut buffer = [0; 16];
            let length = read(requests, &mut buffer)?;
            server.gets("pipe", str::from_utf8(&buffer[..length])?);
        }
        if both[1].any().unwrap_or(false) {
            one_byte(&woken)?;
            server.gets(token("signal"), Signal::SIGTERM);
            server.says("ends its loop like after any other event");
            return Ok(());
        }
    }
}
// ANCHOR_END: server
