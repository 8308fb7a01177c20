//! The server is killed in the middle of a call.

use nix::sys::signal::{Signal, raise};
use stage::{Actor, Fork, Result, Scene};
use tonic::Code;

use crate::ledger::Ledger;
use crate::service::{AccountClient, Call, accept, connect, payment, refusal, run};

pub const SCENE: Scene = Scene::new(
    "gone",
    "the server pays and is killed: what the code tells, and what it cannot",
    &[("client", client)],
)
.races(&["*"]);

// ANCHOR: client
fn client(client: &Actor) -> Result {
    let server = match client.forks("server")? {
        Fork::Child(me) => me.plays(server),
        Fork::Parent(server) => server,
    };
    let status = run(async {
        let mut account = AccountClient::new(connect(client).await?);
        client.sends("grpc", "rent");
        refusal(account.pay(payment("rent", 10)).await)
    })?;
    client.reaps(server)?;
    client.says(format!("gets {:?}: did it run?", status.code()));
    stage::ensure!(status.code() == Code::Unknown, "the call gave {status:?}");
    Ok(())
}
// ANCHOR_END: client

// ANCHOR: server
fn server(server: &Actor) -> Result {
    run(async {
        let mut calls = accept(server).await?;
        if let Some(Call::Pay(request, _reply)) = calls.recv().await {
            let payment = request.into_inner();
            server.gets("grpc", &payment.what);
            let receipt = Ledger::default().pay(payment)?;
            server.says(format!("has paid ({}), and is killed", receipt.text));
            raise(Signal::SIGKILL)?;
        }
        Ok(())
    })
}
// ANCHOR_END: server
