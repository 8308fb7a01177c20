//! A remote procedure call without a network.

use std::net::{Ipv4Addr, TcpStream};

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl;
use nix::sys::signal::Signal;
use stage::{Actor, Result, Scene, missing};

use crate::account::{FIRST, run};
use crate::process::connected;
use crate::skeleton::serve;
use crate::stub::Stub;

pub const SCENE: Scene = Scene::new(
    "no-network",
    "where there is no network at all, a call still works",
    &[("client", client)],
);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET).map_err(|errno| {
        missing(
            format!("no network namespace can be made here ({errno})"),
            "allow user namespaces: sysctl user.max_user_namespaces, \
             kernel.unprivileged_userns_clone, or the container's seccomp profile",
        )
    })?;
    // Whoever changes namespaces forgets the wish to end with the parent.
    prctl::set_pdeathsig(Signal::SIGKILL)?;
    let error = TcpStream::connect((Ipv4Addr::LOCALHOST, 80)).err();
    let errno = error.and_then(|error| error.raw_os_error()).map(Errno::from_raw);
    stage::ensure!(errno == Some(Errno::ENETUNREACH), "connect gave {errno:?}");
    client.says(format!(
        "cannot even reach its own host: {:?}",
        errno.unwrap_or(Errno::UnknownErrno)
    ));

    let (server, stream) = connected(client, "server", |me, stream| {
        let mut balance = FIRST;
        serve(me, stream, |request| run(&mut balance, request))
    })?;
    let mut account = Stub::new(client, "rpc", stream);
    let left = account.pay(10)?;
    client.says(format!("the call has returned {left}"));
    stage::ensure!(left == 90, "{left} are left");
    account.close();
    client.waits(server)
}
// ANCHOR_END: client
