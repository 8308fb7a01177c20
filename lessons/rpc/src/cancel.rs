//! The client has read enough, and the server hears of it.

use stage::{Actor, CLOSE, EOF, Result, Scene, token};

use crate::service::{
    AccountClient, Call, Receipt, StatementRequest, accept, connect, payment, run,
};

pub const SCENE: Scene = Scene::of_roles(
    "cancel",
    "a stream without an end, until the client drops it",
    &[("server", server), ("client", client)],
)
.races(&["*"]);

const PAID: [&str; 2] = ["rent", "food"];

// ANCHOR: server
fn server(server: &Actor) -> Result {
    run(async {
        let mut calls = accept(server).await?;
        while let Some(call) = calls.recv().await {
            match call {
                Call::Statement(_, entries) => {
                    server.gets(token("call"), "statement");
                    for what in PAID {
                        server.sends("grpc", what);
                        entries.send(Ok(payment(what, 10))).await?;
                    }
                    // It would now wait for the next payment.
                    entries.closed().await;
                    server.gets(token("cancel"), "statement");
                    server.says("stops working for nobody");
                }
                Call::Pay(request, reply) => {
                    server.gets("grpc", request.into_inner().what);
                    let receipt = Receipt { text: "paid".to_owned(), left: 0 };
                    server.sends("grpc", &receipt.text);
                    let _ = reply.send(Ok(receipt));
                }
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
        let mut entries = account.statement(StatementRequest { follow: true }).await?.into_inner();
        for _ in PAID {
            let entry = entries.message().await?.unwrap_or_default();
            client.gets("grpc", &entry.what);
        }
        client.sends(token("cancel"), "statement");
        drop(entries);
        // The connection lives on: a cancelled call costs the others nothing.
        client.sends("grpc", "tram");
        let receipt = account.pay(payment("tram", 10)).await?.into_inner();
        client.gets("grpc", &receipt.text);
        client.sends("grpc", CLOSE);
        Ok(())
    })
}
// ANCHOR_END: client
