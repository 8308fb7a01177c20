//! One question, several answers, one after another.

use stage::{Actor, CLOSE, EOF, Result, Scene, token};

use crate::service::{AccountClient, Call, StatementRequest, accept, connect, payment, run};

pub const SCENE: Scene = Scene::of_roles(
    "stream",
    "one call, and an answer that comes in pieces",
    &[("server", server), ("client", client)],
)
.races(&["*"]);

const PAID: [&str; 3] = ["rent", "food", "tram"];

// ANCHOR: server
fn server(server: &Actor) -> Result {
    run(async {
        let mut calls = accept(server).await?;
        while let Some(call) = calls.recv().await {
            if let Call::Statement(_, entries) = call {
                server.gets(token("call"), "statement");
                for what in PAID {
                    server.sends("grpc", what);
                    entries.send(Ok(payment(what, 10))).await?;
                }
                // That no more comes, and that all is well, are sent when `entries` is dropped.
                server.sends(token("status"), "ok");
            }
        }
        server.gets("grpc", EOF);
        Ok(())
    })
}
// ANCHOR_END: server

// ANCHOR: client
fn client(client: &Actor) -> Result {
    run(async {
        let mut account = AccountClient::new(connect(client).await?);
        client.sends(token("call"), "statement");
        let mut entries = account.statement(StatementRequest { follow: false }).await?.into_inner();
        let mut read = 0;
        while let Some(entry) = entries.message().await? {
            client.gets("grpc", &entry.what);
            read += 1;
        }
        client.gets(token("status"), "ok");
        client.says(format!("has read {read} entries of one answer"));
        stage::ensure!(read == PAID.len(), "{read} entries");
        client.sends("grpc", CLOSE);
        Ok(())
    })
}
// ANCHOR_END: client
