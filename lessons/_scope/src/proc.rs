//! What /proc tells about a descriptor or an address, for what the recorder did not see made.

use std::fs;
use std::os::linux::fs::MetadataExt;
use std::os::unix::fs::FileTypeExt;

use crate::event::Kind;
use crate::objects::{File, Key, Objects};
use crate::peers;

/// What `tid`'s descriptor refers to, and whether it closes at exec.
pub fn descriptor(tid: i32, fd: i32, objects: &mut Objects) -> Option<(File, bool)> {
    let path = format!("/proc/{tid}/fd/{fd}");
    let link = fs::read_link(&path).ok()?;
    let link = link.to_string_lossy();
    // A plain file is not looked at further: most descriptors are plain files.
    if link.starts_with('/') && !link.starts_with("/dev/shm/") && !link.starts_with("/memfd:") {
        return named(&path, &link, tid, fd, objects);
    }
    let info = Info::read(tid, fd);
    let file = |object, end| Some((File { object, end }, info.close_on_exec));
    if let Some(inode) = number_in(&link, "pipe:[") {
        return file(objects.get(Key::Pipe(inode), Kind::Pipe, None), info.pipe_end());
    }
    if let Some(inode) = number_in(&link, "socket:[") {
        return file(socket(inode, objects), None);
    }
    if let Some(name) = link.strip_prefix("anon_inode:") {
        let kind = match name.trim_matches(['[', ']']) {
            "eventfd" => Kind::Eventfd,
            "signalfd" => Kind::Signalfd,
            "pidfd" => Kind::Pidfd,
            "eventpoll" => Kind::Epoll,
            "timerfd" => Kind::Timerfd,
            "inotify" => Kind::Inotify,
            _ => Kind::Other,
        };
        let key = match info.eventfd_id {
            Some(id) => Key::Eventfd(id),
            None => objects.own_key(),
        };
        let name = (kind == Kind::Other).then(|| name.to_string());
        return file(objects.get(key, kind, name), None);
    }
    named(&path, &link, tid, fd, objects)
}

/// A socket by its inode.
pub fn socket(inode: u64, objects: &mut Objects) -> u32 {
    let known = objects.find(&Key::Socket(inode));
    let id = objects.get(Key::Socket(inode), Kind::Socket, None);
    if known.is_none()
        && let Some(about) = peers::ask(inode)
    {
        objects.describe(id, about.kind);
        if let Some(peer) = about.peer
            && let Some(peer) = objects.find(&Key::Socket(peer))
        {
            objects.join(id, peer);
        }
    }
    id
}

/// The inode in the link of a descriptor, of a pipe or socket.
pub fn inode(tid: i32, fd: i32) -> Option<u64> {
    let link = fs::read_link(format!("/proc/{tid}/fd/{fd}")).ok()?;
    let link = link.to_string_lossy();
    number_in(&link, "pipe:[").or_else(|| number_in(&link, "socket:["))
}

/// What tells an eventfd apart, as long as it is open.
pub fn eventfd(tid: i32, fd: i32) -> Option<Key> {
    Info::read(tid, fd).eventfd_id.map(Key::Eventfd)
}

fn number_in(link: &str, prefix: &str) -> Option<u64> {
    link.strip_prefix(prefix)?.strip_suffix(']')?.parse().ok()
}

fn named(path: &str, link: &str, tid: i32, fd: i32, objects: &mut Objects) -> Option<(File, bool)> {
    let about = fs::metadata(path).ok()?;
    let key = Key::File(about.st_dev(), about.st_ino());
    let plain = |object, end, info: Option<Info>| {
        Some((File { object, end }, info.is_some_and(|info| info.close_on_exec)))
    };
    let link = link.strip_suffix(" (deleted)").unwrap_or(link);
    let kind = about.file_type();
    if kind.is_fifo() {
        let info = Info::read(tid, fd);
        let id = objects.get(key, Kind::Fifo, Some(format!("FIFO {link}")));
        return plain(id, info.pipe_end(), Some(info));
    }
    if let Some(name) = link.strip_prefix("/memfd:") {
        let id = objects.get(key, Kind::Memfd, Some(format!("memfd {name}")));
        sized(id, about.st_size(), objects);
        return plain(id, None, Some(Info::read(tid, fd)));
    }
    if link.starts_with("/dev/shm/") {
        let id = objects.get(key, Kind::Segment, Some(format!("segment {}", &link[8..])));
        sized(id, about.st_size(), objects);
        return plain(id, None, Some(Info::read(tid, fd)));
    }
    let terminal =
        kind.is_char_device() && (link.starts_with("/dev/pts/") || link.starts_with("/dev/tty"));
    let kind = if terminal { Kind::Terminal } else { Kind::File };
    // Inodes of devices do not tell them apart from files; the path does.
    let id = objects.get(key, kind, Some(link.to_string()));
    plain(id, None, None)
}

/// Says how big a memory is, unless it has no size yet.
pub fn sized(id: u32, bytes: u64, objects: &mut Objects) {
    if bytes > 0 {
        objects.describe(id, &format!("{bytes} B"));
    }
}

/// What fdinfo says (proc_pid_fdinfo(5)).
struct Info {
    access: i32,
    close_on_exec: bool,
    eventfd_id: Option<u64>,
}

impl Info {
    fn read(tid: i32, fd: i32) -> Info {
        let text = fs::read_to_string(format!("/proc/{tid}/fdinfo/{fd}")).unwrap_or_default();
        let field = |name: &str| {
            text.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_string()))
        };
        let flags = field("flags:").and_then(|f| i32::from_str_radix(&f, 8).ok()).unwrap_or(0);
        Info {
            access: flags & libc::O_ACCMODE,
            close_on_exec: flags & libc::O_CLOEXEC != 0,
            eventfd_id: field("eventfd-id:").and_then(|id| id.parse().ok()),
        }
    }

    fn pipe_end(&self) -> Option<std::sync::Arc<str>> {
        match self.access {
            libc::O_RDONLY => Some("read end".into()),
            libc::O_WRONLY => Some("write end".into()),
            _ => None,
        }
    }
}

/// A shared mapping.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub start: u64,
    pub end: u64,
    pub object: u32,
    /// Where `start` lies in the object.
    pub offset: u64,
}

/// The shared mapping around an address, from /proc/PID/maps.
pub fn mapping(pid: i32, address: u64, objects: &mut Objects) -> Option<Mapping> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    for line in maps.lines() {
        let mut fields = line.splitn(6, ' ');
        let (range, rights) = (fields.next()?, fields.next()?);
        let (start, end) = range.split_once('-')?;
        let start = u64::from_str_radix(start, 16).ok()?;
        let end = u64::from_str_radix(end, 16).ok()?;
        if !(start..end).contains(&address) {
            continue;
        }
        if !rights.ends_with('s') {
            return None;
        }
        let offset = u64::from_str_radix(fields.next()?, 16).ok()?;
        let (device, inode) = (fields.next()?, fields.next()?.parse().ok()?);
        let path = fields.next().unwrap_or_default().trim();
        let object = shared_memory(device, inode, path, objects);
        if objects.see(object).detail.is_none() && path.starts_with("/dev/zero") {
            sized(object, end - start, objects);
        }
        return Some(Mapping { start, end, object, offset });
    }
    None
}

fn shared_memory(device: &str, inode: u64, path: &str, objects: &mut Objects) -> u32 {
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    let device = device.split_once(':').and_then(|(major, minor)| {
        let major = u32::from_str_radix(major, 16).ok()?;
        let minor = u32::from_str_radix(minor, 16).ok()?;
        Some(libc::makedev(major, minor))
    });
    let key = Key::File(device.unwrap_or(0), inode);
    if path.starts_with("/SYSV") {
        // The inode of a System V segment is its id.
        let id = inode as i32;
        return objects.get(
            Key::SystemV(Kind::Segment, id),
            Kind::Segment,
            Some(format!("segment {id}")),
        );
    }
    let (kind, name) = if let Some(name) = path.strip_prefix("/memfd:") {
        (Kind::Memfd, Some(format!("memfd {name}")))
    } else if let Some(name) = path.strip_prefix("/dev/shm") {
        (Kind::Segment, Some(format!("segment {name}")))
    } else if path == "/dev/zero" {
        (Kind::Segment, None)
    } else {
        (Kind::File, Some(path.to_string()))
    };
    match name {
        Some(name) => objects.get(key, kind, Some(name)),
        None => {
            let name = format!("anonymous segment {}", objects.next_anonymous());
            objects.get(key, kind, Some(name))
        }
    }
}
