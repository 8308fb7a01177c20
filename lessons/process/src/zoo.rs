//! One object of each kind, and what the kernel calls it.

use std::fs::{File, read_link};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixDatagram;

use nix::sys::epoll::{Epoll, EpollCreateFlags};
use nix::sys::eventfd::EventFd;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::signal::SigSet;
use nix::sys::signalfd::SignalFd;
use nix::sys::stat::Mode;
use nix::sys::timerfd::{ClockId, TimerFd, TimerFlags};
use nix::unistd::{mkfifo, pipe};
use stage::{Actor, Result, Scene, varies};

pub const SCENE: Scene = Scene::new(
    "zoo",
    "one object of each kind, and what the kernel calls it",
    &[("keeper", keeper)],
);

// ANCHOR: keeper
fn keeper(keeper: &Actor) -> Result {
    let (reader, _writer) = pipe()?;
    shows(keeper, "anonymous pipe", reader, "pipe:[")?;
    let path = keeper.path("fifo")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let both_ways = File::options().read(true).write(true).open(&path)?; // waits for nobody
    shows(keeper, "FIFO", both_ways, "/")?;

    shows(keeper, "Unix socket", UnixDatagram::unbound()?, "socket:[")?;
    shows(keeper, "network socket", UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?, "socket:[")?;

    let path = keeper.path("file")?;
    shows(keeper, "file, to be mapped", File::create(&path)?, "/")?;
    let board = memfd_create(c"board", MFdFlags::empty()).map_err(|error| {
        stage::missing(
            format!("`memfd_create` is not to be had here ({error})"),
            "run on a Linux kernel that has it, outside a sandbox that forbids it",
        )
    })?;
    shows(keeper, "memory without a file", board, "/memfd:board")?;

    shows(keeper, "event counter", EventFd::new()?, "anon_inode:")?;
    let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::empty())?;
    shows(keeper, "timer", timer, "anon_inode:")?;
    shows(keeper, "signals, to be read", SignalFd::new(&SigSet::empty())?, "anon_inode:")?;
    let many = Epoll::new(EpollCreateFlags::empty())?.0;
    shows(keeper, "many descriptors at once", many, "anon_inode:")
}
// ANCHOR_END: keeper

// ANCHOR: shows
fn shows(keeper: &Actor, what: &str, object: impl AsFd, begins: &str) -> Result {
    let link = format!("/proc/self/fd/{}", object.as_fd().as_raw_fd());
    let name = read_link(link)?.display().to_string();
    stage::ensure!(name.starts_with(begins), "the kernel calls it `{name}`");
    keeper.says(format!("{what}: {}", without_numbers(&name)));
    Ok(())
}
// ANCHOR_END: shows

/// The name with what differs from run to run marked: the number of an inode, this run's folder.
fn without_numbers(name: &str) -> String {
    match (name.split_once(":["), name.rsplit_once('/')) {
        (Some((kind, inode)), _) if kind != "anon_inode" => {
            format!("{kind}:[{}]", varies("inode", inode.trim_end_matches(']')))
        }
        (None, Some((folder, file))) if !folder.is_empty() => {
            format!("{}/{file}", varies("folder", folder))
        }
        _ => name.to_owned(),
    }
}
