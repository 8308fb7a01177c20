//! The account as a gRPC service: what was generated from `account.proto`, and what is left to do.

use std::fs;
use std::io;

use nix::sys::signal::{SigHandler, Signal, signal};
use stage::{Actor, Error, Result};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixListener;
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};

use crate::process::note;

// ANCHOR: generated
mod generated {
    #![expect(
        unused_qualifications,
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "it is written by a program"
    )]
    tonic::include_proto!("account.v1");
}
pub use generated::account_client::AccountClient;
pub use generated::account_server::{Account, AccountServer};
pub use generated::{Payment, Receipt, StatementRequest};
// ANCHOR_END: generated

// ANCHOR: skeleton
/// A call that has come in: what is asked, and where the answer goes.
pub enum Call {
    Pay(Request<Payment>, oneshot::Sender<Answer<Receipt>>),
    Statement(Request<StatementRequest>, mpsc::Sender<Answer<Payment>>),
}

pub type Answer<T> = std::result::Result<T, Status>;

/// The generated code reads a request and calls a method here. It hands the call on, and waits.
struct Desk(mpsc::Sender<Call>);

#[tonic::async_trait]
impl Account for Desk {
    async fn pay(&self, request: Request<Payment>) -> Answer<Response<Receipt>> {
        let (reply, answer) = oneshot::channel();
        self.hand_on(Call::Pay(request, reply)).await?;
        // If the caller gives up, this function ends here, and `reply` knows.
        answer.await.map_err(nobody)?.map(Response::new)
    }

    type StatementStream = ReceiverStream<Answer<Payment>>;

    async fn statement(
        &self,
        request: Request<StatementRequest>,
    ) -> Answer<Response<Self::StatementStream>> {
        // A client that reads slowly makes the server wait, after so many entries.
        let (entries, stream) = mpsc::channel(8);
        self.hand_on(Call::Statement(request, entries)).await?;
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}
// ANCHOR_END: skeleton

impl Desk {
    async fn hand_on(&self, call: Call) -> Answer<()> {
        self.0.send(call).await.map_err(nobody)
    }
}

fn nobody(_: impl std::error::Error) -> Status {
    Status::unavailable("nobody serves any more")
}

/// The service for every connection, and the calls that come in through all of them.
pub fn service() -> (AccountServer<impl Account>, mpsc::Receiver<Call>) {
    let (desk, calls) = mpsc::channel(8);
    (AccountServer::new(Desk(desk)), calls)
}

// ANCHOR: calls
/// The calls that come through one connection, until it ends.
pub async fn calls<C>(connection: C) -> Result<mpsc::Receiver<Call>>
where
    C: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
{
    let (service, calls) = service();
    let one = tokio_stream::once(Ok::<_, io::Error>(connection));
    Server::builder().serve_with_incoming(service, one).await?;
    Ok(calls)
}
// ANCHOR_END: calls

/// Serves one client at a path, and lets it come.
pub async fn accept(server: &Actor) -> Result<mpsc::Receiver<Call>> {
    let listener = UnixListener::bind(server.socket_path("account")?)?;
    fs::write(note(server)?, "")?;
    calls(listener.accept().await?.0).await
}

/// Connects to the path as soon as somebody listens there.
pub async fn connect(client: &Actor) -> Result<Channel> {
    fs::read(note(client)?)?;
    let path = client.socket_path("account")?;
    Ok(Endpoint::from_shared(format!("unix:{}", path.display()))?.connect().await?)
}

/// One thread does it all, so that nothing else in this process runs beside it.
pub fn run<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    // As in every Rust program, and as the library expects: a peer that has gone is an error, and
    // not the end of this process. Actors begin without that.
    // SAFETY: to ignore a signal runs no code of ours.
    unsafe { signal(Signal::SIGPIPE, SigHandler::SigIgn) }?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// A payment without a key: every attempt pays.
pub fn payment(what: &str, amount: i64) -> Payment {
    Payment { what: what.to_owned(), amount, key: String::new() }
}

/// The status of a call that must fail.
#[track_caller]
pub fn refusal<T>(answer: Answer<Response<T>>) -> Result<Status> {
    answer.err().ok_or_else(|| Error::new("the call was answered, although it must fail"))
}
