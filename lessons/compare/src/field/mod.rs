//! The field: one file a mechanism, with its system calls and nothing else.
//!
//! A mechanism makes two [`Link`]s before the processes part. Each process keeps one and drops the
//! other, as it would close the ends that it does not use. How they are driven and measured is
//! none of their business.

use std::io;

use nix::unistd::Pid;
use stage::{Register, Result};

use crate::run::{Group, Kind, Wait};

mod bytes;
mod eventfd;
mod fifo;
mod futex;
mod grpc;
mod iceoryx;
mod in_place;
mod ipc_channel;
mod memory;
mod pipe;
mod posix_queue;
mod ring;
mod rpc;
mod semaphore;
mod signal;
mod spin;
mod system_v_queue;
mod tcp;
mod udp;
mod unix;
mod vmsplice;

/// A way for two processes to pass messages.
pub struct Mechanism {
    /// How it is called on the command line.
    pub id: &'static str,
    /// How it is called on the screen.
    pub title: &'static str,
    /// What it has in common with others.
    pub group: Group,
    /// What a process does while there is nothing for it.
    pub wait: Wait,
    /// How often a message is copied on its way, as the manual pages document it.
    pub copies: Option<u64>,
    /// Whether it carries bytes; a notification says no more than "now".
    pub carries: bool,
    /// What can be measured of it.
    pub kinds: &'static [Kind],
    /// What somebody might look for and cannot be measured of it, and why.
    pub lacks: &'static [(Kind, &'static str)],
    /// What it does beside what everybody does, if it is asked for that kind.
    pub how: fn(Kind) -> Option<&'static str>,
    /// Whether the default comparison has it. The others are variants, for who asks for them.
    pub headline: bool,
    /// Makes both ends, before the processes part.
    pub make: fn(&Setup) -> Result<Ends>,
    /// How many messages it may still read from the sender's memory after `send` has returned:
    /// so many buffers must be used in turn.
    pub borrows: fn(size: usize) -> usize,
    /// Whether the sender must go on when it has sent enough, since a message may get lost, or
    /// what it has sent only leaves with the next ones.
    pub never_ends: bool,
}

/// What a mechanism's ends are made for.
pub struct Setup<'a> {
    /// The bytes of a message.
    pub size: usize,
    /// What is measured.
    pub kind: Kind,
    /// Where names of kernel objects come from.
    pub register: &'a Register,
}

/// The two ends: the near one asks or reads, the far one answers or writes.
pub struct Ends {
    /// The end of the process that measures.
    pub near: Box<dyn Link>,
    /// The end of the other one.
    pub far: Box<dyn Link>,
}

/// One end, in its process.
pub trait Link {
    /// What can only be done in the process itself, which knows now who the peer is.
    ///
    /// # Errors
    ///
    /// Those of the mechanism's calls.
    fn begin(&mut self, _peer: Pid) -> Result {
        Ok(())
    }

    /// Passes a message to the peer, as soon as there is room.
    ///
    /// # Errors
    ///
    /// Those of the mechanism's calls.
    fn send(&mut self, message: &[u8]) -> io::Result<()>;

    /// Takes a whole message from the peer, as soon as there is one.
    ///
    /// # Errors
    ///
    /// Those of the mechanism's calls, and `UnexpectedEof` when the peer has gone.
    fn receive(&mut self, message: &mut [u8]) -> io::Result<()>;

    /// Passes a message that is made on the way: in this buffer, or where it will lie.
    ///
    /// # Errors
    ///
    /// See [`Link::send`].
    fn put(&mut self, buffer: &mut [u8], make: &mut dyn FnMut(&mut [u8])) -> io::Result<()> {
        make(buffer);
        self.send(buffer)
    }

    /// Takes a message that is looked at on the way: in this buffer, or where it lies.
    ///
    /// # Errors
    ///
    /// See [`Link::receive`].
    fn take(&mut self, buffer: &mut [u8], look: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        self.receive(buffer)?;
        look(buffer);
        Ok(())
    }

    /// Sends back what comes, then asks `goes_on` about it: who waits for the answer does not wait
    /// for that, too.
    ///
    /// # Errors
    ///
    /// See [`Link::send`] and [`Link::receive`].
    fn serve(
        &mut self,
        message: &mut [u8],
        goes_on: &mut dyn FnMut(&[u8]) -> bool,
    ) -> io::Result<()> {
        loop {
            self.receive(message)?;
            self.send(message)?;
            if !goes_on(message) {
                return Ok(());
            }
        }
    }
}

/// Two ends of a kind.
fn ends<L: Link + 'static>(near: L, far: L) -> Result<Ends> {
    Ok(Ends { near: Box::new(near), far: Box::new(far) })
}

/// What can be measured of whatever carries bytes.
const CARRIED: &[Kind] = &[Kind::Latency, Kind::Paced, Kind::Throughput];

/// The same, and written and read in every byte: of those that stand for the others.
const TOUCHED: &[Kind] = &[Kind::Latency, Kind::Paced, Kind::Throughput, Kind::Touched];

/// What can be measured of a notification, and what cannot.
const NOTICED: &[Kind] = &[Kind::Latency, Kind::Paced];
const CARRIES_NOTHING: &[(Kind, &str)] =
    &[(Kind::Throughput, "it carries no bytes, and two notices in a row may become one")];

/// What most mechanisms are: they block, carry bytes through the kernel, and copy them in and out.
const USUAL: Mechanism = Mechanism {
    id: "",
    title: "",
    group: Group::Pipe,
    wait: Wait::Block,
    copies: Some(2),
    carries: true,
    kinds: CARRIED,
    lacks: &[],
    how: |_| None,
    headline: true,
    make: |_| Err(stage::missing("nobody has said how to make it", "say it")),
    borrows: |_| 1,
    never_ends: false,
};

/// All of them, in the order in which they are shown.
pub const FIELD: &[Mechanism] = &[
    pipe::PIPE,
    fifo::FIFO,
    vmsplice::VMSPLICE,
    posix_queue::QUEUE,
    system_v_queue::QUEUE,
    spin::POSIX,
    spin::SYSTEM_V,
    spin::MEMFD,
    spin::FILE,
    spin::YIELD,
    futex::POSIX,
    futex::SYSTEM_V,
    futex::MEMFD,
    futex::FILE,
    futex::ADAPTIVE,
    in_place::SPIN,
    in_place::FUTEX,
    semaphore::POSIX,
    semaphore::SYSTEM_V,
    semaphore::MEMFD,
    semaphore::FILE,
    eventfd::POSIX,
    eventfd::SYSTEM_V,
    eventfd::MEMFD,
    eventfd::FILE,
    unix::STREAM,
    unix::DATAGRAM,
    unix::SEQPACKET,
    tcp::TCP,
    tcp::NAGLE,
    udp::UDP,
    eventfd::ALONE,
    futex::ALONE,
    signal::HANDLER,
    signal::WAIT,
    signal::DESCRIPTOR,
    rpc::RPC,
    grpc::GRPC,
    ipc_channel::CHANNEL,
    iceoryx::POLL,
];

/// The mechanism of that name.
pub fn find(id: &str) -> Option<&'static Mechanism> {
    FIELD.iter().find(|mechanism| mechanism.id == id)
}
