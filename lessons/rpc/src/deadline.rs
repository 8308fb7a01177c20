//! A deadline travels with the call: both sides know when nobody waits any more.

use std::time::Duration;

use stage::{Actor, CLOSE, EOF, Result, Scene};
use tonic::Request;

use crate::ledger::Ledger;
use crate::service::{AccountClient, Call, accept, connect, payment, refusal, run};

pub const SCENE: Scene = Scene::of_roles(
    "deadline",
    "one call is answered before its deadline, another one is not",
    &[("server", server), ("client", client)],
)
.races(&["*"]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    run(async {
        let mut calls = accept(server).await?;
        let mut ledger = Ledger::default();
        // Dropped, it would be an answer.
        let mut unanswered = Vec::new();
        while let Some(call) = calls.recv().await {
            let Call::Pay(request, reply) = call else { continue };
            if !ledger.paid.is_empty() {
                unanswered.push(reply);
                continue;
            }
            let deadline = request.metadata().get("grpc-timeout").cloned();
            let payment = request.into_inner();
            server.gets("grpc", &payment.what);
            let deadline = deadline.as_ref().and_then(|text| text.to_str().ok());
            server.says(format!("has to answer in {}", deadline.unwrap_or("any time")));
            let receipt = ledger.pay(payment)?;
            server.sends("grpc", &receipt.text);
            let _ = reply.send(Ok(receipt));
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
        let mut request = Request::new(payment("rent", 10));
        request.set_timeout(Duration::from_secs(3600));
        client.sends("grpc", "rent");
        let receipt = account.pay(request).await?.into_inner();
        client.gets("grpc", &receipt.text);

        let mut request = Request::new(payment("food", 10));
        let limit = Duration::from_millis(20);
        request.set_timeout(limit);
        client.sends("grpc", "food");
        let status = refusal(account.pay(request).await)?;
        client.says(format!("after {} ms: {}", limit.as_millis(), status.message()));
        client.says(format!("{:?}: did it run?", status.code()));
        client.sends("grpc", CLOSE);
        Ok(())
    })
}
// ANCHOR_END: client
