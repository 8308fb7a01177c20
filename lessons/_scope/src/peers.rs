//! Which socket is at the other side of which: the kernel tells it over a netlink socket
//! (sock_diag(7)), and for TCP in /proc/net/tcp, too, where addresses are not known.

use std::fs;

use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, SockaddrStorage,
    getpeername, getsockname, recv, sendto, socket,
};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// What the kernel knows about a socket.
pub struct About {
    /// Such as `unix stream`.
    pub kind: &'static str,
    /// The inode of the socket at the other side, if it is on this machine.
    pub peer: Option<u64>,
}

/// Asks about a socket by its inode.
pub fn ask(inode: u64) -> Option<About> {
    unix(inode).or_else(|| internet(inode))
}

/// The words for a family and a type of sockets.
pub fn kind(family: i32, kind: i32) -> &'static str {
    match (family, kind & 0xff) {
        (libc::AF_UNIX, libc::SOCK_STREAM) => "unix stream",
        (libc::AF_UNIX, libc::SOCK_DGRAM) => "unix datagram",
        (libc::AF_UNIX, libc::SOCK_SEQPACKET) => "unix seqpacket",
        (libc::AF_INET | libc::AF_INET6, libc::SOCK_STREAM) => "tcp",
        (libc::AF_INET | libc::AF_INET6, libc::SOCK_DGRAM) => "udp",
        (libc::AF_NETLINK, _) => "netlink",
        _ => "socket",
    }
}

const SOCK_DIAG_BY_FAMILY: u16 = 20;
const SHOW_PEER: u32 = 4;
const ATTRIBUTE_PEER: u16 = 2;

fn unix(inode: u64) -> Option<About> {
    // The kernel's table has room for 32 bits.
    let inode = u32::try_from(inode).ok()?;
    // struct unix_diag_req: family, protocol, pad, states, inode, show, cookie.
    let mut ask = vec![libc::AF_UNIX as u8, 0, 0, 0];
    for field in [u32::MAX, inode, SHOW_PEER, u32::MAX, u32::MAX] {
        ask.extend(field.to_ne_bytes());
    }
    unix_answer(&asked(&ask)?)
}

/// The kernel's answer to a request about one socket.
fn asked(request: &[u8]) -> Option<Vec<u8>> {
    let netlink: OwnedFd = socket(
        AddressFamily::Netlink,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::NetlinkSockDiag,
    )
    .ok()?;
    // struct nlmsghdr: length, type, flags, sequence, port.
    let mut ask = Vec::from((16 + request.len() as u32).to_ne_bytes());
    ask.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    ask.extend((libc::NLM_F_REQUEST as u16).to_ne_bytes());
    ask.extend([0; 8]);
    ask.extend(request);
    sendto(netlink.as_raw_fd(), &ask, &NetlinkAddr::new(0, 0), MsgFlags::empty()).ok()?;
    let mut answer = vec![0; 1024];
    let got = recv(netlink.as_raw_fd(), &mut answer, MsgFlags::MSG_DONTWAIT).ok()?;
    answer.truncate(got);
    Some(answer)
}

/// Not a refusal.
fn is_answer(answer: &[u8]) -> bool {
    answer.get(4..6) == Some(&SOCK_DIAG_BY_FAMILY.to_ne_bytes())
}

/// struct nlmsghdr, struct unix_diag_msg (family, type, state, pad, inode, cookie), attributes.
fn unix_answer(answer: &[u8]) -> Option<About> {
    let short = |at: usize| Some(u16::from_ne_bytes(answer.get(at..at + 2)?.try_into().ok()?));
    if !is_answer(answer) {
        return None;
    }
    let mut about = About { kind: kind(libc::AF_UNIX, i32::from(*answer.get(17)?)), peer: None };
    let mut at = 32;
    while let (Some(length), Some(attribute)) = (short(at), short(at + 2)) {
        if attribute == ATTRIBUTE_PEER {
            let peer = answer.get(at + 4..at + 8)?;
            about.peer = Some(u64::from(u32::from_ne_bytes(peer.try_into().ok()?)));
        }
        at += usize::from(length.max(4)).next_multiple_of(4);
    }
    Some(about)
}

/// The inode of the socket at the other side of a TCP connection, if it is on this machine. The
/// descriptor is copied for a moment, while its thread is stopped, to ask for its addresses.
pub fn internet_peer(pid: i32, fd: i32) -> Option<u64> {
    let owned = |got: libc::c_long| {
        let fd = i32::try_from(got).ok().filter(|fd| *fd >= 0)?;
        // SAFETY: the call that returned it made it for us.
        Some(unsafe { OwnedFd::from_raw_fd(fd) })
    };
    // SAFETY: takes numbers only.
    let process = owned(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) })?;
    // SAFETY: takes numbers only.
    let copy = owned(unsafe { libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), fd, 0) })?;
    let here: SockaddrStorage = getsockname(copy.as_raw_fd()).ok()?;
    let there: SockaddrStorage = getpeername(copy.as_raw_fd()).ok()?;
    let request = internet_request(&there, &here)?;
    // struct nlmsghdr, struct inet_diag_msg: 4 bytes, the id of 48, 4 words, the inode.
    let answer = asked(&request)?;
    let inode = u32::from_ne_bytes(answer.get(84..88)?.try_into().ok()?);
    (is_answer(&answer) && inode != 0).then_some(u64::from(inode))
}

/// struct inet_diag_req_v2: family, protocol, ext, pad, states, then the id of the one socket that
/// has these addresses: ports, addresses, interface, no cookie.
fn internet_request(from: &SockaddrStorage, to: &SockaddrStorage) -> Option<Vec<u8>> {
    let parts = |address: &SockaddrStorage| -> Option<(i32, u16, [u8; 16])> {
        if let Some(v4) = address.as_sockaddr_in() {
            let mut ip = [0; 16];
            ip[..4].copy_from_slice(&v4.ip().octets());
            return Some((libc::AF_INET, v4.port(), ip));
        }
        let v6 = address.as_sockaddr_in6()?;
        Some((libc::AF_INET6, v6.port(), v6.ip().octets()))
    };
    let ((family, source, source_ip), (_, target, target_ip)) = (parts(from)?, parts(to)?);
    let mut ask = vec![family as u8, libc::IPPROTO_TCP as u8, 0, 0];
    ask.extend(u32::MAX.to_ne_bytes());
    ask.extend(source.to_be_bytes());
    ask.extend(target.to_be_bytes());
    ask.extend(source_ip);
    ask.extend(target_ip);
    ask.extend([0; 4]);
    ask.extend([0xff; 8]);
    Some(ask)
}

fn internet(inode: u64) -> Option<About> {
    for (file, kind) in [("tcp", "tcp"), ("tcp6", "tcp"), ("udp", "udp"), ("udp6", "udp")] {
        let table = fs::read_to_string(format!("/proc/net/{file}")).unwrap_or_default();
        let wanted = inode.to_string();
        let row = |line: &str| -> Option<(String, String, String)> {
            let fields: Vec<_> = line.split_whitespace().collect();
            Some((
                fields.get(1)?.to_string(),
                fields.get(2)?.to_string(),
                fields.get(9)?.to_string(),
            ))
        };
        let rows: Vec<_> = table.lines().skip(1).filter_map(row).collect();
        if let Some((here, there, _)) = rows.iter().find(|row| row.2 == wanted) {
            // Both sides are on this machine when a row has the same addresses the other way round.
            let peer = rows.iter().find(|row| row.0 == *there && row.1 == *here);
            return Some(About { kind, peer: peer.and_then(|row| row.2.parse().ok()) });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_or_odd_answer_is_no_answer() {
        for length in 0..64 {
            let _ = unix_answer(&vec![0xff; length]);
            let _ = unix_answer(&vec![0; length]);
        }
        assert!(unix_answer(&[]).is_none());
    }
}
