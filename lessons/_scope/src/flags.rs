//! Names of constants.

use crate::calls::Names;

type Table = &'static [(i32, &'static str)];

macro_rules! constants {
    ($($name:ident)*) => { &[$((libc::$name as i32, stringify!($name))),*] };
}

/// A mask that holds one of several values below the flags, and the names of both.
fn tables(names: Names) -> (i32, Table, Table) {
    match names {
        Names::Open => (
            libc::O_ACCMODE,
            constants!(O_RDONLY O_WRONLY O_RDWR),
            constants!(O_CREAT O_EXCL O_NOCTTY O_TRUNC O_APPEND O_NONBLOCK O_DIRECTORY O_NOFOLLOW
                       O_CLOEXEC O_PATH O_DIRECT O_SYNC),
        ),
        Names::Status => (0, &[], constants!(O_APPEND O_NONBLOCK O_DIRECT O_ASYNC)),
        Names::At => (0, &[], constants!(AT_REMOVEDIR)),
        Names::PipeFlags => (0, &[], constants!(O_CLOEXEC O_NONBLOCK O_DIRECT)),
        Names::FdFlags => (0, &[], constants!(O_CLOEXEC)),
        Names::Fcntl => (
            -1,
            constants!(F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK
                       F_SETLKW F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_GETPIPE_SZ F_SETPIPE_SZ
                       F_ADD_SEALS F_GET_SEALS F_SETOWN F_GETOWN),
            &[],
        ),
        Names::SocketFamily => {
            (-1, constants!(AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET AF_VSOCK), &[])
        }
        Names::SocketType => (
            0xff,
            &[
                (0, ""),
                (libc::SOCK_STREAM, "SOCK_STREAM"),
                (libc::SOCK_DGRAM, "SOCK_DGRAM"),
                (libc::SOCK_RAW, "SOCK_RAW"),
                (libc::SOCK_SEQPACKET, "SOCK_SEQPACKET"),
            ],
            constants!(SOCK_CLOEXEC SOCK_NONBLOCK),
        ),
        Names::SocketLevel => (-1, constants!(SOL_SOCKET IPPROTO_IP IPPROTO_TCP IPPROTO_IPV6), &[]),
        Names::Message => (
            0,
            &[],
            constants!(MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_CTRUNC MSG_TRUNC MSG_DONTWAIT MSG_EOR
                       MSG_WAITALL MSG_NOSIGNAL MSG_MORE MSG_CMSG_CLOEXEC),
        ),
        Names::How => (-1, constants!(SHUT_RD SHUT_WR SHUT_RDWR), &[]),
        Names::Eventfd => (
            0,
            &[],
            &[(1, "SEMAPHORE"), (libc::O_NONBLOCK, "NONBLOCK"), (libc::O_CLOEXEC, "CLOEXEC")],
        ),
        Names::Memfd => (0, &[], constants!(MFD_CLOEXEC MFD_ALLOW_SEALING MFD_HUGETLB)),
        Names::EpollCtl => (-1, constants!(EPOLL_CTL_ADD EPOLL_CTL_DEL EPOLL_CTL_MOD), &[]),
        Names::Map => (
            3,
            constants!(MAP_SHARED MAP_PRIVATE MAP_SHARED_VALIDATE),
            constants!(MAP_FIXED MAP_ANONYMOUS MAP_NORESERVE MAP_LOCKED MAP_POPULATE),
        ),
        Names::Protection => (7, &[(0, "PROT_NONE")], constants!(PROT_READ PROT_WRITE PROT_EXEC)),
        Names::Splice => {
            (0, &[], constants!(SPLICE_F_MOVE SPLICE_F_NONBLOCK SPLICE_F_MORE SPLICE_F_GIFT))
        }
        Names::Flock => (0, &[], constants!(LOCK_SH LOCK_EX LOCK_UN LOCK_NB)),
        Names::Ipc => (0, &[], constants!(IPC_CREAT IPC_EXCL IPC_NOWAIT MSG_EXCEPT MSG_COPY)),
        Names::ShmAt => (0, &[], constants!(SHM_RDONLY)),
        Names::IpcControl => (-1, constants!(IPC_RMID IPC_SET IPC_STAT), &[]),
        Names::SemControl => (
            -1,
            constants!(IPC_RMID IPC_SET IPC_STAT GETVAL SETVAL GETALL SETALL GETPID GETNCNT GETZCNT),
            &[],
        ),
        Names::SemOp => (0, &[], constants!(IPC_NOWAIT SEM_UNDO)),
        Names::LockType => (-1, constants!(F_RDLCK F_WRLCK F_UNLCK), &[]),
        Names::Wait => {
            (0, &[], constants!(WNOHANG WUNTRACED WEXITED WCONTINUED WNOWAIT __WALL __WCLONE))
        }
        Names::IdType => (-1, constants!(P_ALL P_PID P_PGID P_PIDFD), &[]),
        Names::Prctl => (
            -1,
            constants!(PR_SET_NAME PR_GET_NAME PR_SET_PDEATHSIG PR_SET_SECCOMP PR_SET_NO_NEW_PRIVS
                       PR_SET_DUMPABLE PR_SET_CHILD_SUBREAPER),
            &[],
        ),
    }
}

/// The one constant that `value` is, or the number.
pub fn one(names: Names, value: u64) -> String {
    let value = value as i32;
    let (_, values, _) = tables(names);
    values
        .iter()
        .find(|(known, _)| *known == value)
        .map_or_else(|| value.to_string(), |f| f.1.to_string())
}

/// `A|B|0x10` for flags.
pub fn flags(names: Names, value: u64) -> String {
    let (mask, values, bits) = tables(names);
    let mut left = value as u32;
    let mut words: Vec<String> = Vec::new();
    let chosen = left & mask as u32;
    if mask > 0
        && let Some((_, name)) = values.iter().find(|(known, _)| *known as u32 == chosen)
    {
        left &= !(mask as u32);
        if !name.is_empty() {
            words.push((*name).to_string());
        }
    }
    for (bit, name) in bits {
        let bit = *bit as u32;
        if bit != 0 && left & bit == bit {
            left &= !bit;
            words.push((*name).to_string());
        }
    }
    // IPC objects carry their permissions in the same word.
    if matches!(names, Names::Ipc) && left != 0 && left <= 0o777 {
        words.push(format!("0{left:o}"));
    } else if left != 0 {
        words.push(format!("{left:#x}"));
    }
    if words.is_empty() { "0".to_string() } else { words.join("|") }
}

/// Flags of the clone family, with the signal of the child's end in the low byte.
pub fn clone_flags(value: u64) -> String {
    const BITS: &[(i32, &str)] = constants!(CLONE_VM CLONE_FS CLONE_FILES CLONE_SIGHAND CLONE_PIDFD
        CLONE_VFORK CLONE_PARENT CLONE_THREAD CLONE_NEWNS CLONE_SYSVSEM CLONE_SETTLS
        CLONE_PARENT_SETTID CLONE_CHILD_CLEARTID CLONE_UNTRACED CLONE_CHILD_SETTID CLONE_NEWCGROUP
        CLONE_NEWUTS CLONE_NEWIPC CLONE_NEWUSER CLONE_NEWPID CLONE_NEWNET CLONE_IO);
    let mut words: Vec<String> = BITS
        .iter()
        .filter(|(bit, _)| value as u32 & *bit as u32 != 0)
        .map(|(_, name)| (*name).to_string())
        .collect();
    if value & 0xff != 0 {
        words.push(crate::event::signal_name((value & 0xff) as i32));
    }
    if words.is_empty() { "0".to_string() } else { words.join("|") }
}

/// `FUTEX_WAIT` and what is asked of it.
pub fn futex_op(value: u64) -> String {
    const NAMES: [&str; 14] = [
        "WAIT",
        "WAKE",
        "FD",
        "REQUEUE",
        "CMP_REQUEUE",
        "WAKE_OP",
        "LOCK_PI",
        "UNLOCK_PI",
        "TRYLOCK_PI",
        "WAIT_BITSET",
        "WAKE_BITSET",
        "WAIT_REQUEUE_PI",
        "CMP_REQUEUE_PI",
        "LOCK_PI2",
    ];
    match NAMES.get((value & 0x7f) as usize) {
        Some(name) => format!("FUTEX_{name}"),
        None => format!("{:#x}", value as u32),
    }
}

/// Conditions of poll(2) and epoll(7), which have the same values.
pub fn poll_events(value: u32) -> String {
    const BITS: [(u32, &str); 6] =
        [(1, "IN"), (2, "PRI"), (4, "OUT"), (8, "ERR"), (16, "HUP"), (0x2000, "RDHUP")];
    let words: Vec<_> = BITS.iter().filter(|(bit, _)| value & bit != 0).map(|b| b.1).collect();
    if words.is_empty() { "0".to_string() } else { words.join("|") }
}
