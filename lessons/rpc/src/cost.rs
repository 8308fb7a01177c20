//! What a call costs: nothing that the kernel sees, or six system calls and two switches.

use std::io::{self, Read, Write};

use nix::sys::wait::WaitStatus;
use stage::{Actor, Fork, Result, Scene};

use crate::account::{FIRST, pay, run};
use crate::filter::only_exit;
use crate::process::connected;
use crate::skeleton::{answer, receive};
use crate::stub::Stub;
use crate::wire::Answer;

pub const SCENE: Scene = Scene::new(
    "cost",
    "the same function, called locally and remotely: which system calls?",
    &[("client", client)],
);

/// Counts the calls that read or write.
struct Counted<S>(S, usize);

impl<S: Read> Read for Counted<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        self.0.read(buffer)
    }
}

impl<S: Write> Write for Counted<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1 += 1;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let local = match client.forks("local")? {
        Fork::Child(me) => me.plays(local),
        Fork::Parent(child) => child,
    };
    let status = client.reaps(local)?;
    stage::ensure!(matches!(status, WaitStatus::Exited(_, 10)), "it ended with {status:?}");

    let (server, stream) = connected(client, "server", |me, stream| {
        let (mut stream, mut balance) = (Counted(stream, 0), FIRST);
        if let Some(request) = receive(me, "rpc", &mut stream)? {
            let result = run(&mut balance, &request);
            answer(me, "rpc", &mut stream, Answer { id: request.id, result })?;
        }
        me.says(format!("one call: {} system calls here", stream.1));
        Ok(())
    })?;
    let mut account = Stub::new(client, "rpc", Counted(stream, 0));
    account.pay(10)?;
    client.says(format!("one call: {} system calls here", account.stream.1));
    stage::ensure!(account.stream.1 == 3, "{} system calls", account.stream.1);
    client.waits(server)
}

fn local(me: &Actor) -> Result {
    me.says("from here on may make no system call but exit, and pays");
    only_exit()?;
    let mut balance = FIRST;
    while balance > 10 {
        let _ = pay(&mut balance, 1);
    }
    // SAFETY: ends this process. What is left is its exit status.
    unsafe { libc::_exit(balance as i32) }
}
// ANCHOR_END: client
