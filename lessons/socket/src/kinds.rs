//! One call makes sockets of very different kinds; each remembers which it is.

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use stage::{Actor, Result, Scene};

use crate::facts::option;

pub const SCENE: Scene = Scene::new(
    "kinds",
    "one call for many families: socket(2) asks which, and which type",
    &[("maker", maker)],
);

const KINDS: [(AddressFamily, SockType); 6] = [
    (AddressFamily::Inet, SockType::Stream),
    (AddressFamily::Inet, SockType::Datagram),
    (AddressFamily::Unix, SockType::Stream),
    (AddressFamily::Unix, SockType::Datagram),
    (AddressFamily::Unix, SockType::SeqPacket),
    (AddressFamily::Netlink, SockType::Raw),
];

fn maker(maker: &Actor) -> Result {
    // ANCHOR: kinds
    for (wanted, of_type) in KINDS {
        let socket = socket(wanted, of_type, SockFlag::empty(), None)?;
        let asked = |name| option(&socket, libc::SOL_SOCKET, name);
        let (family, kind) = (asked(libc::SO_DOMAIN)?, asked(libc::SO_TYPE)?);
        let protocol = protocol(family, asked(libc::SO_PROTOCOL)?);
        maker.says(format!("{} {}: {protocol}", family_name(family), type_name(kind)));
        stage::ensure!(family == wanted as i32 && kind == of_type as i32, "another kind");
    }
    // ANCHOR_END: kinds
    Ok(())
}

fn family_name(family: i32) -> &'static str {
    match family {
        libc::AF_INET => "AF_INET",
        libc::AF_UNIX => "AF_UNIX",
        libc::AF_NETLINK => "AF_NETLINK",
        _ => "another family",
    }
}

fn type_name(kind: i32) -> &'static str {
    match kind {
        libc::SOCK_STREAM => "SOCK_STREAM",
        libc::SOCK_DGRAM => "SOCK_DGRAM",
        libc::SOCK_SEQPACKET => "SOCK_SEQPACKET",
        libc::SOCK_RAW => "SOCK_RAW",
        _ => "another type",
    }
}

/// Outside the internet family, zero is the family's only protocol.
fn protocol(family: i32, protocol: i32) -> String {
    match (family, protocol) {
        (libc::AF_INET, libc::IPPROTO_TCP) => "protocol TCP".to_owned(),
        (libc::AF_INET, libc::IPPROTO_UDP) => "protocol UDP".to_owned(),
        (_, number) => format!("protocol {number}"),
    }
}
