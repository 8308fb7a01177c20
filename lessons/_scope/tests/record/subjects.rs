//! Small programs to record. None depends on time: each waits for the other process.

use std::fs::File;
use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::num::NonZeroUsize;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::exit;

use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::sys::signal::{self, SigSet, Signal};
use nix::sys::socket::{
    AddressFamily, Backlog, ControlMessage, ControlMessageOwned, MsgFlags, SockFlag, SockType,
    UnixAddr, accept, bind, connect, listen, recvmsg, sendmsg, socket, socketpair,
};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::{ForkResult, Pid, close, dup2_raw, fork, getpid, getppid, mkfifo, pipe};

use crate::kinds;

pub fn play(name: &str) {
    // The harness that started us may have left descriptors open; numbers should not depend on it.
    // SAFETY: nothing of this process uses a descriptor above 2 yet.
    unsafe { libc::close_range(3, u32::MAX, 0) };
    nix::sys::prctl::set_name(c"subject").unwrap();
    match name {
        "dup" => dup(),
        "rights" => rights(),
        "fifo" => fifo(),
        "unix" => unix(),
        "queue" => queue(),
        "system_v" => system_v(),
        "semaphore" => semaphore(),
        "signals" => signals(),
        "stops" => stops(),
        "threads" => threads(),
        "many_threads" => many_threads(),
        "tree" => tree(1000),
        "killed" => signal::raise(Signal::SIGTERM).unwrap(),
        "garbage" => garbage(),
        "strict" => strict(),
        "nothing" => {}
        "shell" => crate::robust::shell(),
        "jobs" => crate::robust::jobs(),
        "splices" => kinds::splices(),
        "process_vm" => kinds::process_vm(),
        "eventfd" => kinds::eventfd(),
        "signalfd" => kinds::signalfd(),
        "memfd" => kinds::memfd(),
        "tcp" => kinds::tcp(),
        "thread_exec" => kinds::thread_exec(),
        "traceme" => kinds::traceme(),
        "own_filter" => kinds::own_filter(),
        other => panic!("no subject `{other}`"),
    }
    exit(0)
}

/// Forks; the child runs `child` and ends.
pub fn child(child: impl FnOnce()) -> Pid {
    // SAFETY: the subjects fork before they make threads.
    match unsafe { fork() }.unwrap() {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            child();
            exit(0)
        }
    }
}

fn dup() {
    let (reader, writer) = pipe().unwrap();
    let pid = child(|| {
        // SAFETY: 9 is free.
        let copy = unsafe { dup2_raw(&writer, 9) }.unwrap();
        close(writer.as_raw_fd()).unwrap();
        nix::unistd::write(&copy, b"through a copy\n").unwrap();
    });
    drop(writer);
    let mut text = String::new();
    File::from(reader).read_to_string(&mut text).unwrap();
    waitpid(pid, None).unwrap();
}

fn rights() {
    let (one, other) =
        socketpair(AddressFamily::Unix, SockType::Stream, None, SockFlag::empty()).unwrap();
    let pid = child(|| {
        let mut byte = [0];
        let mut space = nix::cmsg_space!(i32);
        let mut vector = [IoSliceMut::new(&mut byte)];
        let got =
            recvmsg::<()>(other.as_raw_fd(), &mut vector, Some(&mut space), MsgFlags::empty())
                .unwrap();
        let Some(ControlMessageOwned::ScmRights(fds)) = got.cmsgs().unwrap().next() else {
            panic!()
        };
        // SAFETY: the descriptor came for us.
        let reader = unsafe { OwnedFd::from_raw_fd(fds[0]) };
        nix::unistd::read(&reader, &mut [0; 8]).unwrap();
    });
    let (reader, writer) = pipe().unwrap();
    nix::unistd::write(&writer, b"passed").unwrap();
    let fds = [reader.as_raw_fd()];
    let rights = [ControlMessage::ScmRights(&fds)];
    sendmsg::<()>(one.as_raw_fd(), &[IoSlice::new(b"!")], &rights, MsgFlags::empty(), None)
        .unwrap();
    waitpid(pid, None).unwrap();
}

fn fifo() {
    let folder = tempfile::Builder::new()
        .prefix("scope-")
        .rand_bytes(0)
        .suffix(&getpid().to_string())
        .tempdir()
        .unwrap();
    std::env::set_current_dir(&folder).unwrap();
    mkfifo("meet", nix::sys::stat::Mode::S_IRWXU).unwrap();
    let pid = child(|| File::create("meet").unwrap().write_all(b"by name").unwrap());
    let mut text = String::new();
    File::open("meet").unwrap().read_to_string(&mut text).unwrap();
    waitpid(pid, None).unwrap();
    std::fs::remove_file("meet").unwrap();
}

fn unix() {
    let address = UnixAddr::new_abstract(format!("scope-{:08}", getpid()).as_bytes()).unwrap();
    let stream = || socket(AddressFamily::Unix, SockType::Stream, SockFlag::empty(), None).unwrap();
    let listener = stream();
    bind(listener.as_raw_fd(), &address).unwrap();
    listen(&listener, Backlog::new(1).unwrap()).unwrap();
    let pid = child(|| {
        let client = stream();
        connect(client.as_raw_fd(), &address).unwrap();
        nix::unistd::write(&client, b"ask").unwrap();
        nix::unistd::read(&client, &mut [0; 16]).unwrap();
    });
    let server = accept(listener.as_raw_fd()).unwrap();
    // SAFETY: accept made it for us.
    let server = unsafe { OwnedFd::from_raw_fd(server) };
    nix::unistd::read(&server, &mut [0; 16]).unwrap();
    nix::unistd::write(&server, b"answer").unwrap();
    waitpid(pid, None).unwrap();
}

fn queue() {
    use nix::mqueue::*;
    let name = c"/scope-test";
    let _ = mq_unlink(name);
    let attributes = MqAttr::new(0, 4, 32, 0);
    let flags = MQ_OFlag::O_CREAT | MQ_OFlag::O_RDWR;
    let Ok(queue) = mq_open(name, flags, nix::sys::stat::Mode::S_IRWXU, Some(&attributes)) else {
        exit(77)
    };
    mq_unlink(name).unwrap();
    let pid = child(|| {
        assert_eq!(mq_receive(&queue, &mut [0; 32], &mut 0), Ok(8));
        mq_set_nonblock(&queue).unwrap();
        assert_eq!(mq_receive(&queue, &mut [0; 32], &mut 0), Err(nix::errno::Errno::EAGAIN));
    });
    mq_send(&queue, b"in order", 3).unwrap();
    waitpid(pid, None).unwrap();
}

fn system_v() {
    // SAFETY: each call gets numbers and live buffers; what it makes is removed before the end.
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "a run of the same family of calls")]
    unsafe {
        let segment = libc::shmget(libc::IPC_PRIVATE, 4096, 0o600);
        let memory = libc::shmat(segment, std::ptr::null(), 0);
        let set = libc::semget(libc::IPC_PRIVATE, 1, 0o600);
        let queue = libc::msgget(libc::IPC_PRIVATE, 0o600);
        if segment < 0 || set < 0 || queue < 0 {
            exit(77)
        }
        let pid = child(|| {
            let undo = libc::SEM_UNDO as libc::c_short;
            let mut take = libc::sembuf { sem_num: 0, sem_op: -1, sem_flg: undo };
            libc::semop(set, &raw mut take, 1);
            take.sem_flg = undo | libc::IPC_NOWAIT as libc::c_short;
            libc::semop(set, &raw mut take, 1);
            let mut message = [0u8; 40];
            libc::msgrcv(queue, message.as_mut_ptr().cast(), 32, 0, 0);
            libc::msgrcv(queue, message.as_mut_ptr().cast(), 32, 0, libc::IPC_NOWAIT);
        });
        let mut give = libc::sembuf { sem_num: 0, sem_op: 1, sem_flg: 0 };
        libc::semop(set, &raw mut give, 1);
        let mut message = [0u8; 13];
        message[0] = 7;
        message[8..].copy_from_slice(b"typed");
        libc::msgsnd(queue, message.as_ptr().cast(), 5, 0);
        waitpid(pid, None).unwrap();
        libc::shmdt(memory);
        libc::shmctl(segment, libc::IPC_RMID, std::ptr::null_mut());
        libc::semctl(set, 0, libc::IPC_RMID);
        libc::msgctl(queue, libc::IPC_RMID, std::ptr::null_mut());
    }
}

/// Returns when the kernel shows the process asleep in a call that it cannot leave alone.
fn until_asleep(pid: Pid, call: libc::c_long) {
    loop {
        let state = std::fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap_or_default();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let asleep = stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('S'));
        if asleep && state.split(' ').next() == Some(&call.to_string()) {
            return;
        }
        std::thread::yield_now();
    }
}

fn semaphore() {
    let size = NonZeroUsize::new(4096).unwrap();
    let flags = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: a new mapping, shared by the two processes until both end.
    let memory = unsafe { mmap_anonymous(None, size, flags, MapFlags::MAP_SHARED) }.unwrap();
    let semaphore = memory.as_ptr().cast::<libc::sem_t>();
    // SAFETY: the mapping is large enough, aligned to a page, and used for this alone.
    unsafe { libc::sem_init(semaphore, 1, 0) };
    // SAFETY: initialized above, before the fork.
    let pid = child(|| assert_eq!(unsafe { libc::sem_wait(semaphore) }, 0));
    until_asleep(pid, libc::SYS_futex);
    // SAFETY: as above.
    unsafe { libc::sem_post(semaphore) };
    waitpid(pid, None).unwrap();
}

fn signals() {
    let set: SigSet = [Signal::SIGUSR1].into_iter().collect();
    set.thread_block().unwrap();
    let pid = child(|| {
        let value = libc::sigval { sival_ptr: 42 as *mut _ };
        // SAFETY: takes numbers only.
        unsafe { libc::sigqueue(getppid().as_raw(), libc::SIGUSR1, value) };
    });
    set.wait().unwrap();
    waitpid(pid, None).unwrap();
    let pid = child(|| SigSet::empty().suspend().unwrap());
    until_asleep(pid, libc::SYS_rt_sigsuspend);
    signal::kill(pid, Signal::SIGKILL).unwrap();
    waitpid(pid, None).unwrap();
}

fn stops() {
    let pid = child(|| signal::raise(Signal::SIGSTOP).unwrap());
    waitpid(pid, Some(WaitPidFlag::WUNTRACED)).unwrap();
    signal::kill(pid, Signal::SIGCONT).unwrap();
    waitpid(pid, None).unwrap();
}

/// Several threads, one after the other, so that only the joining is a race.
fn threads() {
    let (reader, writer) = pipe().unwrap();
    let writer = std::sync::Arc::new(writer);
    for byte in b'a'..=b'e' {
        let writer = writer.clone();
        // A scoped thread may still be ending when its scope is left; a joined one may not.
        std::thread::spawn(move || nix::unistd::write(&*writer, &[byte]).unwrap()).join().unwrap();
        nix::unistd::read(&reader, &mut [0]).unwrap();
    }
}

fn many_threads() {
    let (reader, writer) = pipe().unwrap();
    std::thread::scope(|scope| {
        for number in 0..200u8 {
            let writer = &writer;
            scope.spawn(move || nix::unistd::write(writer, &[number]).unwrap());
        }
    });
    close(writer).unwrap();
    let mut bytes = Vec::new();
    File::from(reader).read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len(), 200);
}

/// A tree of `count` processes, this one included, each with at most two children.
fn tree(count: u32) {
    let below = count - 1;
    let left = below.div_ceil(2);
    let children: Vec<Pid> = [left, below - left]
        .into_iter()
        .filter(|count| *count > 0)
        .map(|count| child(|| tree(count)))
        .collect();
    for pid in children {
        waitpid(pid, None).unwrap();
    }
}

/// Every call of interest that cannot block or end us, with arguments that mean nothing.
fn garbage() {
    let (reader, _writer) = pipe().unwrap();
    let fd = libc::c_long::from(reader.as_raw_fd());
    let calls = [
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_pipe2,
        libc::SYS_socketpair,
        libc::SYS_rt_sigaction,
        libc::SYS_mq_open,
        libc::SYS_msgsnd,
        libc::SYS_semop,
        libc::SYS_shmat,
        libc::SYS_openat,
        libc::SYS_mknodat,
        libc::SYS_epoll_ctl,
        libc::SYS_fcntl,
        libc::SYS_memfd_create,
        libc::SYS_clone3,
        libc::SYS_execve,
    ];
    for call in calls {
        for wild in [0, 1, -1, i64::MAX, i64::MIN, 0x7fff_ffff_f000, 0xdead_beef] {
            // SAFETY: every pointer is bad, which the kernel answers with an error; the numbers
            // are of calls that make or change nothing when that happens.
            unsafe { libc::syscall(call, fd, wild, wild, wild, wild, wild) };
        }
    }
}

fn strict() {
    // SAFETY: takes numbers only.
    let set = unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_STRICT) };
    if set != 0 {
        exit(1)
    }
    // exit_group is refused in this mode.
    // SAFETY: ends the only thread.
    unsafe { libc::syscall(libc::SYS_exit, 0) };
}
