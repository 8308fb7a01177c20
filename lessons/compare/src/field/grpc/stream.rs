//! One way: a call whose request is a stream of messages, as who has many would make it.

use std::io;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use nix::unistd::Pid;
use stage::{Error, Result};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_stream::wrappers::{ReceiverStream, UnixListenerStream};
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};

use super::echo_server::{Echo, EchoServer};
use super::{EchoClient, Message, endpoint, runtime};
use crate::field::Link;

/// How many messages may wait on either side, beside what the connection holds.
pub const UNDER_WAY: usize = 16;

/// As large as HTTP/2 allows (RFC 9113, section 6.9.1). What a stream may have under way has its own
/// limit; but half of this one is how much the server puts up with of frames that are mostly head
/// before it ends the connection, and single bytes for a reader who is late are just that.
const WINDOW: u32 = (1 << 31) - 1;

/// The side that makes the call, and what it still has to pass on.
pub struct Caller {
    pub path: PathBuf,
    pub stub: Option<(Runtime, mpsc::Sender<Message>)>,
}

/// The side that is called.
pub struct Called {
    pub listener: Option<UnixListener>,
    pub served: Option<(Runtime, mpsc::Receiver<Vec<u8>>)>,
}

impl Link for Caller {
    fn begin(&mut self, _: Pid) -> Result {
        let runtime = runtime()?;
        let (messages, stream) = mpsc::channel(UNDER_WAY);
        let endpoint = endpoint(&self.path)?;
        runtime.spawn(async move {
            // It connects now, and ends when the peer does: nobody takes messages then.
            EchoClient::new(endpoint.connect_lazy()).take(ReceiverStream::new(stream)).await
        });
        self.stub = Some((runtime, messages));
        Ok(())
    }

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let (runtime, messages) =
            self.stub.as_mut().ok_or_else(|| io::Error::other("it has not begun"))?;
        let sent = runtime.block_on(messages.send(Message { body: message.to_vec() }));
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

struct Skeleton(mpsc::Sender<Vec<u8>>);

#[tonic::async_trait]
impl Echo for Skeleton {
    async fn call(&self, _: Request<Message>) -> std::result::Result<Response<Message>, Status> {
        Err(Status::unimplemented("this server takes streams"))
    }

    async fn take(
        &self,
        request: Request<Streaming<Message>>,
    ) -> std::result::Result<Response<Message>, Status> {
        let mut stream = request.into_inner();
        while let Some(Message { body }) = stream.message().await? {
            let over = |_| Status::unavailable("the server ends");
            self.0.send(body).await.map_err(over)?;
        }
        Ok(Response::new(Message::default()))
    }
}

impl Link for Called {
    fn begin(&mut self, _: Pid) -> Result {
        let listener = self.listener.take().ok_or_else(|| Error::new("it serves already"))?;
        let runtime = runtime()?;
        let (calls, served) = mpsc::channel(UNDER_WAY);
        runtime.block_on(async {
            let listener = tokio::net::UnixListener::from_std(listener)?;
            let incoming = UnixListenerStream::new(listener);
            let service = EchoServer::new(Skeleton(calls));
            let server = Server::builder().initial_connection_window_size(WINDOW);
            tokio::spawn(server.serve_with_incoming(service, incoming));
            io::Result::Ok(())
        })?;
        self.served = Some((runtime, served));
        Ok(())
    }

    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        let (runtime, served) =
            self.served.as_mut().ok_or_else(|| io::Error::other("it has not begun"))?;
        let body = runtime.block_on(served.recv()).ok_or(io::ErrorKind::UnexpectedEof)?;
        if body.len() != message.len() {
            return Err(io::Error::other("a message has another length"));
        }
        message.copy_from_slice(&body);
        Ok(())
    }
}
