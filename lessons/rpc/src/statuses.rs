//! A call that fails tells why with one of seventeen codes, whatever the language.

use stage::{Actor, CLOSE, EOF, Result, Scene, token};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};
use tonic_prost::ProstCodec;

use crate::ledger::Ledger;
use crate::service::{
    AccountClient, Answer, Call, Payment, Receipt, accept, connect, payment, refusal, run,
};

pub const SCENE: Scene = Scene::of_roles(
    "statuses",
    "refused for three reasons: the code tells which",
    &[("server", server), ("client", client)],
)
.races(&["*"]);

// ANCHOR: server
fn server(server: &Actor) -> Result {
    run(async {
        let mut calls = accept(server).await?;
        let mut ledger = Ledger::default();
        while let Some(call) = calls.recv().await {
            if let Call::Pay(request, reply) = call {
                let payment = request.into_inner();
                server.gets("grpc", &payment.what);
                let answer = ledger.pay(payment);
                if let Err(status) = &answer {
                    server.sends(token("status"), format!("{:?}", status.code()));
                }
                let _ = reply.send(answer);
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
        let channel = connect(client).await?;
        let mut account = AccountClient::new(channel.clone());
        let mut codes = Vec::new();
        for (what, amount) in [("yacht", 500), ("gift", -10)] {
            client.sends("grpc", what);
            let status = refusal(account.pay(payment(what, amount)).await)?;
            client.gets(token("status"), format!("{:?}", status.code()));
            client.says(format!("paying {amount}: {}", status.message()));
            codes.push(status.code());
        }
        let status = refusal(refund(channel).await)?;
        client.says(format!("a method that the server does not have: {:?}", status.code()));
        codes.push(status.code());

        client.sends("grpc", "rent");
        let receipt = account.pay(payment("rent", 10)).await?.into_inner();
        client.says(format!("the connection is as good as before: {}", receipt.text));
        let expected = [Code::FailedPrecondition, Code::InvalidArgument, Code::Unimplemented];
        stage::ensure!(codes == expected, "the codes are {codes:?}");
        client.sends("grpc", CLOSE);
        Ok(())
    })
}

/// What the stub of a newer contract does.
async fn refund(channel: Channel) -> Answer<Response<Receipt>> {
    let path = PathAndQuery::from_static("/account.v1.Account/Refund");
    let codec = ProstCodec::<Payment, Receipt>::default();
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    grpc.unary(Request::new(payment("rent", 10)), path, codec).await
}
// ANCHOR_END: client
