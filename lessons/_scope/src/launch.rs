//! Starting a program so that it is traced from its first instruction.

use std::ffi::{CString, OsStr, OsString};
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::{env, fs, ptr};

use nix::fcntl::OFlag;
use nix::unistd::pipe2;

use crate::error::Error;
use crate::filter::Filter;
use crate::sys;

/// A command to record. Standard input, output and error, and every descriptor without
/// close-on-exec, are ours.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program and its arguments.
    pub argv: Vec<OsString>,
    /// The whole environment; `None` for our own.
    pub env: Option<Vec<(OsString, OsString)>>,
    /// The signals that it starts with blocked; `None` for those of the calling thread.
    pub blocked: Option<nix::sys::signal::SigSet>,
}

impl Program {
    /// This command with our own environment.
    pub fn new<S: Into<OsString>>(argv: impl IntoIterator<Item = S>) -> Program {
        Program { argv: argv.into_iter().map(Into::into).collect(), env: None, blocked: None }
    }
}

/// A child that is seized and about to exec.
pub struct Launched {
    pub pid: i32,
    pub path: PathBuf,
    pub argv: Vec<OsString>,
    status: fs::File,
}

/// What the child could tell before its exec.
pub enum Told {
    Filtered,
    NotFiltered,
    Failed(io::Error),
}

const FILTERED: u8 = 1;
const NOT_FILTERED: u8 = 2;
const EXEC_FAILED: u8 = 3;

/// Forks, seizes the child, and lets it go on to install the filter and exec.
pub fn launch(program: &Program, filter: Option<Filter>) -> Result<Launched, Error> {
    let name = program.argv.first().cloned().unwrap_or_default();
    let start = |cause| Error::Start { program: name.to_string_lossy().into_owned(), cause };
    let path = find(&name).map_err(start)?;
    // All that allocates comes before the fork: another thread may hold the allocator's lock.
    let c = |s: &OsStr| {
        CString::new(s.as_bytes()).map_err(|_| start(io::ErrorKind::InvalidInput.into()))
    };
    let c_path = c(path.as_os_str())?;
    let argv = program.argv.iter().map(|a| c(a)).collect::<Result<Vec<_>, _>>()?;
    let env: Vec<CString> = match &program.env {
        Some(env) => env.iter().map(|(k, v)| c(&pair(k, v))).collect::<Result<_, _>>()?,
        None => env::vars_os().map(|(k, v)| c(&pair(&k, &v))).collect::<Result<_, _>>()?,
    };
    let argv = pointers(&argv);
    let envp = pointers(&env);
    let (go_read, go_write) = pipe()?;
    let (status_read, status_write) = pipe()?;
    let blocked = match program.blocked {
        Some(set) => set,
        None => nix::sys::signal::SigSet::thread_get_mask()
            .map_err(|e| Error::system("read the signal mask")(e.into()))?,
    };
    let child = Child {
        path: c_path.as_ptr(),
        argv: argv.as_ptr(),
        envp: envp.as_ptr(),
        go: go_read.as_raw_fd(),
        go_write: go_write.as_raw_fd(),
        status: status_write.as_raw_fd(),
        blocked,
        filter,
    };
    // SAFETY: the child makes only async-signal-safe calls and then execs or exits.
    let pid = unsafe { libc::fork() };
    match pid {
        -1 => return Err(Error::system("fork")(io::Error::last_os_error())),
        0 => child.run(),
        _ => {}
    }
    drop(status_write);
    drop(go_read);
    if let Err(cause) = sys::seize(pid, true) {
        let error = Error::seizing(cause, None);
        // Its end of file on `go` makes the child exit by itself.
        drop(go_write);
        // SAFETY: waits for the child that was just made; no status is wanted.
        unsafe { libc::waitpid(pid, ptr::null_mut(), 0) };
        return Err(error);
    }
    let go = [1u8];
    // SAFETY: writes one byte from a live byte.
    unsafe { libc::write(go_write.as_raw_fd(), go.as_ptr().cast(), 1) };
    Ok(Launched { pid, path, argv: program.argv.clone(), status: fs::File::from(status_read) })
}

impl Launched {
    /// What the child told; to be asked once it has execed or ended.
    pub fn told(&mut self) -> Told {
        let mut bytes = [0; 16];
        // What it had to tell is in the pipe: it has execed or is gone.
        let got = self.status.read(&mut bytes).unwrap_or(0);
        let bytes = &bytes[..got];
        if let [.., EXEC_FAILED, a, b, c, d] = *bytes {
            return Told::Failed(io::Error::from_raw_os_error(i32::from_ne_bytes([a, b, c, d])));
        }
        if bytes.first() == Some(&FILTERED) { Told::Filtered } else { Told::NotFiltered }
    }
}

struct Child {
    path: *const libc::c_char,
    argv: *const *const libc::c_char,
    envp: *const *const libc::c_char,
    go: i32,
    go_write: i32,
    status: i32,
    blocked: nix::sys::signal::SigSet,
    filter: Option<Filter>,
}

impl Child {
    fn run(&self) -> ! {
        // Our own copy of the writing end would keep `go` open for ever if the parent died.
        // SAFETY: closes a descriptor that this process owns a copy of.
        unsafe { libc::close(self.go_write) };
        let mut go = 0u8;
        // SAFETY: reads one byte into a live byte.
        if unsafe { libc::read(self.go, (&raw mut go).cast(), 1) } != 1 {
            // SAFETY: ends this process without running the parent's exit handlers.
            unsafe { libc::_exit(127) };
        }
        // Rust's runtime ignores SIGPIPE, and exec would pass that on.
        // SAFETY: sets a default disposition.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        let _ = self.blocked.thread_set_mask();
        let filtered = self.filter.as_ref().is_some_and(|filter| filter.install().is_ok());
        self.tell(&[if filtered { FILTERED } else { NOT_FILTERED }]);
        // SAFETY: the strings and arrays were made before the fork and end with null pointers.
        unsafe { libc::execve(self.path, self.argv, self.envp) };
        let errno = io::Error::last_os_error().raw_os_error().unwrap_or(0).to_ne_bytes();
        self.tell(&[EXEC_FAILED, errno[0], errno[1], errno[2], errno[3]]);
        // SAFETY: as above.
        unsafe { libc::_exit(127) }
    }

    fn tell(&self, bytes: &[u8]) {
        // SAFETY: writes from a live slice of that length.
        unsafe { libc::write(self.status, bytes.as_ptr().cast(), bytes.len()) };
    }
}

fn pipe() -> Result<(OwnedFd, OwnedFd), Error> {
    pipe2(OFlag::O_CLOEXEC).map_err(|e| Error::system("make a pipe")(e.into()))
}

fn pair(key: &OsStr, value: &OsStr) -> OsString {
    let mut both = key.as_bytes().to_vec();
    both.push(b'=');
    both.extend(value.as_bytes());
    OsString::from_vec(both)
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|s| s.as_ptr()).chain([ptr::null()]).collect()
}

/// As execvp(3) finds a program.
fn find(name: &OsStr) -> io::Result<PathBuf> {
    if name.is_empty() {
        return Err(nix::errno::Errno::ENOENT.into());
    }
    if name.as_bytes().contains(&b'/') {
        return Ok(PathBuf::from(name));
    }
    let path = env::var_os("PATH").unwrap_or_else(|| "/bin:/usr/bin".into());
    let mut refused = None;
    for directory in env::split_paths(&path) {
        let candidate = if directory.as_os_str().is_empty() { Path::new(".") } else { &directory };
        let candidate = candidate.join(name);
        match nix::unistd::access(&candidate, nix::unistd::AccessFlags::X_OK) {
            Ok(()) if candidate.is_file() => return Ok(candidate),
            // A directory that we may not search says nothing about the program.
            Err(errno) if candidate.is_file() => refused = Some(errno),
            _ => {}
        }
    }
    Err(refused.unwrap_or(nix::errno::Errno::ENOENT).into())
}
