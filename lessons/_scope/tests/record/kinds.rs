//! More small programs to record, one for each kind of thing that is not a pipe or a socket of
//! Unix, and for what a program may do that concerns its tracer.

use std::io::{IoSlice, IoSliceMut, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::process::exit;

use nix::fcntl::{SpliceFFlags, splice, tee, vmsplice};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::sendfile::sendfile;
use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::SignalFd;
use nix::sys::uio::{RemoteIoVec, process_vm_readv, process_vm_writev};
use nix::sys::wait::waitpid;
use nix::unistd::{ftruncate, getppid, pipe, read, write};

use crate::subjects::child;

/// Bytes that go from pipe to pipe, from memory and from a file, without a buffer of ours.
pub fn splices() {
    let (from, into) = pipe().unwrap();
    let (copy_out, copy_in) = pipe().unwrap();
    let text = [IoSlice::new(b"given "), IoSlice::new(b"away")];
    vmsplice(&into, &text, SpliceFFlags::empty()).unwrap();
    tee(&from, &copy_in, 5, SpliceFFlags::empty()).unwrap();
    splice(&from, None, &copy_in, None, 10, SpliceFFlags::SPLICE_F_MOVE).unwrap();
    let memory = memfd_create("page", MFdFlags::MFD_CLOEXEC).unwrap();
    write(&memory, b"of a file").unwrap();
    sendfile(&copy_in, &memory, Some(&mut 0), 9).unwrap();
    drop(copy_in);
    let mut all = String::new();
    std::fs::File::from(copy_out).read_to_string(&mut all).unwrap();
    assert_eq!(all, "givengiven awayof a file");
}

/// A parent in the memory of its child.
pub fn process_vm() {
    static WORD: [u8; 8] = *b"original";
    let (go, start) = pipe().unwrap();
    let mut word = WORD;
    let place = word.as_mut_ptr() as usize;
    let pid = child(|| {
        read(&go, &mut [0]).unwrap();
        // SAFETY: the array of this function, alive until this process ends; the parent has
        // changed it behind the compiler's back.
        assert_eq!(&unsafe { (place as *const [u8; 8]).read_volatile() }, b"replaced");
    });
    let mut seen = [0; 8];
    let there = [RemoteIoVec { base: place, len: 8 }];
    process_vm_readv(pid, &mut [IoSliceMut::new(&mut seen)], &there).unwrap();
    assert_eq!(seen, WORD);
    process_vm_writev(pid, &[IoSlice::new(b"replaced")], &there).unwrap();
    write(&start, b"!").unwrap();
    waitpid(pid, None).unwrap();
}

/// A counter that a child raises, and who waits for it, with epoll.
pub fn eventfd() {
    let event = EventFd::from_value_and_flags(0, EfdFlags::EFD_SEMAPHORE).unwrap();
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).unwrap();
    epoll.add(&event, EpollEvent::new(EpollFlags::EPOLLIN, 0)).unwrap();
    let pid = child(|| assert_eq!(event.write(2), Ok(8)));
    epoll.wait(&mut [EpollEvent::empty(); 4], EpollTimeout::NONE).unwrap();
    assert_eq!(event.read(), Ok(1));
    // The child's end would interrupt the poll.
    waitpid(pid, None).unwrap();
    let nothing = [PollFd::new(epoll.0.as_fd(), PollFlags::POLLPRI)];
    poll(&mut nothing.clone(), PollTimeout::ZERO).unwrap();
}

/// A signal that is read, and a child that is waited for by descriptor.
pub fn signalfd() {
    let set: SigSet = [Signal::SIGUSR2].into_iter().collect();
    set.thread_block().unwrap();
    let signals = SignalFd::new(&set).unwrap();
    let pid = child(|| kill(getppid(), Signal::SIGUSR2).unwrap());
    // SAFETY: takes numbers only; the descriptor is new.
    let child = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) };
    // SAFETY: the call made it for us.
    let child = unsafe { OwnedFd::from_raw_fd(child.try_into().unwrap()) };
    assert_eq!(signals.read_signal().unwrap().unwrap().ssi_signo, libc::SIGUSR2 as u32);
    poll(&mut [PollFd::new(child.as_fd(), PollFlags::POLLIN)], PollTimeout::NONE).unwrap();
    // SAFETY: the descriptor is open, and no information goes with the signal 0.
    let alive = unsafe {
        libc::syscall(libc::SYS_pidfd_send_signal, child.as_raw_fd(), 0, std::ptr::null::<u8>(), 0)
    };
    assert_eq!(alive, 0, "not reaped yet");
    waitpid(pid, None).unwrap();
}

/// Memory without a name, written by one process and mapped by another.
pub fn memfd() {
    let memory = memfd_create("shared", MFdFlags::MFD_CLOEXEC).unwrap();
    ftruncate(&memory, 4096).unwrap();
    let pid = child(|| assert_eq!(nix::sys::uio::pwrite(&memory, b"mapped", 0), Ok(6)));
    waitpid(pid, None).unwrap();
    let size = std::num::NonZeroUsize::new(4096).unwrap();
    use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
    // SAFETY: a new mapping of a file that nobody else changes any more.
    let mapping =
        unsafe { mmap(None, size, ProtFlags::PROT_READ, MapFlags::MAP_SHARED, &memory, 0) };
    // SAFETY: nothing refers to the mapping.
    unsafe { munmap(mapping.unwrap(), 4096) }.unwrap();
}

/// A client and a server in two processes.
pub fn tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let pid = child(|| {
        let mut client = TcpStream::connect(address).unwrap();
        client.write_all(b"ask").unwrap();
        assert_eq!(client.read(&mut [0; 16]).unwrap(), 6);
    });
    let mut server = listener.accept().unwrap().0;
    assert_eq!(server.read(&mut [0; 16]).unwrap(), 3);
    server.write_all(b"answer").unwrap();
    waitpid(pid, None).unwrap();
}

/// A thread that is not the first becomes another program, and its process with it.
pub fn thread_exec() {
    let (reader, writer) = pipe().unwrap();
    let own = std::env::current_exe().unwrap();
    std::thread::spawn(move || {
        use std::os::unix::process::CommandExt;
        // It starts when the first thread has gone to sleep or not: exec ends it either way.
        write(&writer, b"!").unwrap();
        panic!("{}", std::process::Command::new(own).args(["subject", "nothing"]).exec());
    });
    read(&reader, &mut [0]).unwrap();
    loop {
        std::thread::park();
    }
}

/// Asks to be traced by its parent, as debuggers' children do.
pub fn traceme() {
    // SAFETY: takes numbers only.
    let asked = unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) };
    exit(if asked == -1 { nix::errno::Errno::last_raw() } else { 0 })
}

/// Refuses itself sockets, then asks for one.
pub fn own_filter() {
    scope::Filter::refuse(&[libc::SYS_socket], libc::EACCES).unwrap().install().unwrap();
    let (_reader, writer) = pipe().unwrap();
    write(&writer, b"goes on").unwrap();
    let refused = TcpListener::bind("127.0.0.1:0").unwrap_err();
    exit(refused.raw_os_error().unwrap());
}
