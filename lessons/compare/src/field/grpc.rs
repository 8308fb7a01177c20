//! gRPC with the crate `tonic`, over a Unix socket.

use std::io;
use std::mem;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;
use stage::Result;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status, Streaming};

use super::{Ends, Link, Mechanism, Setup, USUAL};
use crate::run::Group;
use echo_client::EchoClient;
use echo_server::{Echo, EchoServer};

mod generated {
    #![expect(
        unused_qualifications,
        clippy::allow_attributes,
        clippy::allow_attributes_without_reason,
        reason = "it is written by a program"
    )]
    tonic::include_proto!("compare");
}
use generated::{Message, echo_client, echo_server};
use stream::{Called, Caller};

mod stream;

pub const GRPC: Mechanism = Mechanism {
    id: "grpc",
    title: "gRPC (tonic), Unix stream",
    group: Group::Call,
    copies: None,
    how: |kind| kind.one_way().then_some("one call whose request is a stream of messages"),
    never_ends: true,
    make,
    ..USUAL
};

/// The side that calls: the stub, once the server is there, and what it is called with.
struct Client {
    path: PathBuf,
    stub: Option<(Runtime, EchoClient<Channel>)>,
    request: Message,
}

/// The side that is called.
struct Service {
    listener: Option<UnixListener>,
}

fn make(setup: &Setup) -> Result<Ends> {
    let path = setup.register.path("grpc")?;
    let listener = UnixListener::bind(&path)?;
    listener.set_nonblocking(true)?;
    if setup.kind.one_way() {
        return Ok(Ends {
            near: Box::new(Called { listener: Some(listener), served: None }),
            far: Box::new(Caller { path, stub: None }),
        });
    }
    Ok(Ends {
        near: Box::new(Client { path, stub: None, request: Message::default() }),
        far: Box::new(Service { listener: Some(listener) }),
    })
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_io().enable_time().build()
}

fn endpoint(path: &Path) -> Result<Endpoint> {
    Ok(Endpoint::from_shared(format!("unix:{}", path.display()))?)
}

impl Link for Client {
    fn begin(&mut self, _: Pid) -> Result {
        let runtime = runtime()?;
        let endpoint = endpoint(&self.path)?;
        // It connects with the first call.
        let channel = runtime.block_on(async { endpoint.connect_lazy() });
        self.stub = Some((runtime, EchoClient::new(channel)));
        Ok(())
    }

    /// Nothing leaves yet: a call begins when somebody waits for its answer.
    fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.request = Message { body: request.to_vec() };
        Ok(())
    }

    fn receive(&mut self, reply: &mut [u8]) -> io::Result<()> {
        let (runtime, stub) =
            self.stub.as_mut().ok_or_else(|| io::Error::other("it has not begun"))?;
        let answer = runtime.block_on(stub.call(mem::take(&mut self.request)));
        let body = answer.map_err(io::Error::other)?.into_inner().body;
        if body.len() != reply.len() {
            return Err(io::Error::other("the reply has another length"));
        }
        reply.copy_from_slice(&body);
        Ok(())
    }
}

/// A call on its way from the skeleton to whoever serves, and the way back.
type Served = (Vec<u8>, oneshot::Sender<Vec<u8>>);

struct Skeleton(mpsc::UnboundedSender<Served>);

#[tonic::async_trait]
impl Echo for Skeleton {
    async fn call(
        &self,
        request: Request<Message>,
    ) -> std::result::Result<Response<Message>, Status> {
        let (answer, answered) = oneshot::channel();
        let over = |_| Status::unavailable("the server ends");
        self.0.send((request.into_inner().body, answer)).map_err(|_| over(()))?;
        let body = answered.await.map_err(|_| over(()))?;
        Ok(Response::new(Message { body }))
    }

    async fn take(
        &self,
        _: Request<Streaming<Message>>,
    ) -> std::result::Result<Response<Message>, Status> {
        Err(Status::unimplemented("this server answers calls"))
    }
}

impl Link for Service {
    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn serve(&mut self, _: &mut [u8], goes_on: &mut dyn FnMut(&[u8]) -> bool) -> io::Result<()> {
        let listener = self.listener.take().ok_or_else(|| io::Error::other("it serves already"))?;
        runtime()?.block_on(async {
            let listener = tokio::net::UnixListener::from_std(listener)?;
            let (calls, mut served) = mpsc::unbounded_channel();
            let incoming = UnixListenerStream::new(listener);
            let service = EchoServer::new(Skeleton(calls));
            let server = tokio::spawn(Server::builder().serve_with_incoming(service, incoming));
            while let Some((body, answer)) = served.recv().await {
                // It goes with the answer, so it is looked at before. After the last call the reply
                // must still get out: the client ends us then.
                goes_on(&body);
                if answer.send(body).is_err() {
                    break;
                }
            }
            server.await.map_err(io::Error::other)?.map_err(io::Error::other)
        })
    }
}
