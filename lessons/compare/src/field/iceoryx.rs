//! The crate `iceoryx2`: publishers and subscribers over shared memory, which look again and again.

use std::hint::spin_loop;
use std::io;

use iceoryx2::config::Config;
use iceoryx2::node::{Node, NodeBuilder};
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::{
    BackpressureStrategy, FileName, LogLevel, Path, SemanticString, SignalHandlingMode,
    set_log_level,
};
use iceoryx2::service::ipc::Service;
use nix::unistd::Pid;
use stage::{Error, Result};

use super::{Ends, Link, Mechanism, Setup, USUAL, ends};
use crate::run::{Group, Wait};

pub const POLL: Mechanism = Mechanism {
    id: "iceoryx2",
    title: "iceoryx2 (crate), poll",
    group: Group::Call,
    wait: Wait::Spin,
    copies: None,
    make,
    ..USUAL
};

/// How many messages may be under way.
const SLOTS: usize = 16;

/// What a side needs to know to open its ports, and the ports once it has.
struct Side {
    config: Config,
    to: &'static str,
    from: &'static str,
    size: usize,
    ports: Option<Ports>,
}

struct Ports {
    to: Publisher<Service, [u8], ()>,
    from: Subscriber<Service, [u8], ()>,
    /// Its end would be that of the ports.
    _node: Node<Service>,
}

fn make(setup: &Setup) -> Result<Ends> {
    set_log_level(LogLevel::Fatal);
    let mut config = Config::default();
    let root = setup.register.path("iceoryx2")?;
    let prefix = setup.register.posix("shm*", "iceoryx2")?;
    let prefix = prefix.to_bytes().strip_prefix(b"/").unwrap_or_default();
    config.global.set_root_path(&Path::new(root.as_os_str().as_encoded_bytes()).map_err(wrong)?);
    config.global.prefix = FileName::new(prefix).map_err(wrong)?;
    let side = |to, from| Side { config: config.clone(), to, from, size: setup.size, ports: None };
    ends(side("requests", "replies"), side("replies", "requests"))
}

impl Side {
    fn ports(&mut self) -> io::Result<&mut Ports> {
        self.ports.as_mut().ok_or_else(|| io::Error::other("it has not begun"))
    }
}

impl Link for Side {
    fn begin(&mut self, _: Pid) -> Result {
        let node = NodeBuilder::new()
            .config(&self.config)
            .signal_handling_mode(SignalHandlingMode::Disabled)
            .create::<Service>()
            .map_err(wrong)?;
        let service = |name: &str| {
            node.service_builder(&name.try_into().map_err(wrong)?)
                .publish_subscribe::<[u8]>()
                // No message may be lost, as with any other mechanism.
                .enable_safe_overflow(false)
                .subscriber_max_buffer_size(SLOTS)
                .max_publishers(1)
                .max_subscribers(1)
                .open_or_create()
                .map_err(wrong)
        };
        let to = service(self.to)?
            .publisher_builder()
            .initial_max_slice_len(self.size)
            .backpressure_strategy(BackpressureStrategy::RetryUntilDelivered)
            .create()
            .map_err(wrong)?;
        let from = service(self.from)?.subscriber_builder().create().map_err(wrong)?;
        self.ports = Some(Ports { to, from, _node: node });
        Ok(())
    }

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let to = &self.ports()?.to;
        loop {
            let sample = to.loan_slice_uninit(message.len()).map_err(io::Error::other)?;
            // Nobody gets it while the subscriber, which connects with its first look, has not
            // looked yet and the buffer is full.
            if sample.write_from_slice(message).send().map_err(io::Error::other)? > 0 {
                return Ok(());
            }
            spin_loop();
        }
    }

    fn receive(&mut self, message: &mut [u8]) -> io::Result<()> {
        let from = &self.ports()?.from;
        loop {
            if let Some(sample) = from.receive().map_err(io::Error::other)? {
                if sample.payload().len() != message.len() {
                    return Err(io::Error::other("a message has another length"));
                }
                message.copy_from_slice(sample.payload());
                return Ok(());
            }
            spin_loop();
        }
    }
}

fn wrong(error: impl std::fmt::Debug) -> Error {
    Error::new(format!("iceoryx2 refuses: {error:?}"))
}
