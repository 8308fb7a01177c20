//! Nobody serves there.

use std::error::Error as _;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

use nix::errno::Errno;
use stage::lacking::loopback;
use stage::{Actor, Result, Scene};
use tonic::Status;
use tonic::transport::Endpoint;

use crate::service::{AccountClient, payment, refusal, run};

pub const SCENE: Scene = Scene::new(
    "unavailable",
    "nobody serves at the port, or at the path: one code for both",
    &[("client", client)],
)
.needs(&[loopback])
.races(&["*"]);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    // Nobody listens there any more.
    drop(listener);
    let path = client.socket_path("nobody")?;
    run(async {
        let tcp = call(format!("http://127.0.0.1:{port}")).await?;
        client.says(format!("TCP: {:?}, because of {:?}", tcp.code(), errno(&tcp)));
        let unix = call(format!("unix:{}", path.display())).await?;
        client.says(format!("Unix: {:?}, because of {:?}", unix.code(), errno(&unix)));
        let causes = [errno(&tcp), errno(&unix)];
        stage::ensure!(causes == [Errno::ECONNREFUSED, Errno::ENOENT], "{causes:?}");
        client.says("did it run? certainly not: there was nobody to run it");
        Ok(())
    })
}

async fn call(address: String) -> Result<Status> {
    // Connects when it is called for the first time, as a client does that has lost its server.
    let channel = Endpoint::from_shared(address)?.connect_lazy();
    refusal(AccountClient::new(channel).pay(payment("rent", 10)).await)
}

/// The library wraps the kernel's reason several times.
fn errno(status: &Status) -> Errno {
    let mut cause = status.source();
    while let Some(error) = cause {
        if let Some(number) = error.downcast_ref().and_then(io::Error::raw_os_error) {
            return Errno::from_raw(number);
        }
        cause = error.source();
    }
    Errno::UnknownErrno
}
// ANCHOR_END: client
