//! Why a recording cannot be made, and what would allow it.

use std::{fmt, fs, io};

/// What can go wrong before or while recording.
#[derive(Debug)]
pub enum Error {
    /// ptrace is forbidden here: the errno, what forbids it, what would allow it.
    Forbidden {
        /// What the kernel answered.
        cause: io::Error,
        /// What forbids it, as far as the system tells.
        because: String,
        /// What would allow it.
        remedy: String,
    },
    /// The program could not be started: no such file, not executable.
    Start {
        /// As it was asked for.
        program: String,
        /// What the kernel answered.
        cause: io::Error,
    },
    /// The process to join could not be joined for a reason that no right would change.
    Attach {
        /// The process asked for.
        pid: i32,
        /// Why not.
        because: String,
    },
    /// A step of the recorder itself failed.
    System {
        /// What was being done.
        doing: &'static str,
        /// What the kernel answered.
        cause: io::Error,
    },
}

impl Error {
    pub(crate) fn system(doing: &'static str) -> impl FnOnce(io::Error) -> Error {
        move |cause| Error::System { doing, cause }
    }

    /// Reads from the system why seizing `pid` (or our own child) failed with `cause`.
    pub(crate) fn seizing(cause: io::Error, joined: Option<i32>) -> Error {
        if let Some(pid) = joined {
            if status_field(&pid.to_string(), "Kthread").is_some_and(|kernel| kernel == "1") {
                return Error::Attach { pid, because: "it is a thread of the kernel".to_string() };
            }
            if cause.raw_os_error() == Some(libc::ESRCH) {
                return Error::Attach { pid, because: "there is no such process".to_string() };
            }
            if pid == std::process::id() as i32 {
                return Error::Attach { pid, because: "a process cannot trace itself".to_string() };
            }
            if let Some(tracer) = status_field(&pid.to_string(), "TracerPid")
                && tracer != "0"
            {
                return Error::Attach {
                    pid,
                    because: format!(
                        "process {tracer} traces it already; a process has one tracer"
                    ),
                };
            }
        }
        let (because, remedy) = diagnosis(&cause, joined);
        Error::Forbidden { cause, because, remedy }
    }
}

fn diagnosis(cause: &io::Error, joined: Option<i32>) -> (String, String) {
    let yama = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    let filtered = status_field("self", "Seccomp").is_some_and(|mode| mode != "0");
    let tracer = status_field("self", "TracerPid").filter(|tracer| tracer != "0");
    if let (Some(tracer), None) = (&tracer, joined) {
        return (
            format!("process {tracer} traces this one, and so what it starts"),
            "start scope outside of the other tracer: a process has one".to_string(),
        );
    }
    let (because, remedy): (&str, &str) = match (yama.trim(), joined) {
        ("3", _) => (
            "Yama is set to 3: nobody may trace (/proc/sys/kernel/yama/ptrace_scope)",
            "restart the machine with `kernel.yama.ptrace_scope` at most 1",
        ),
        ("2", _) => (
            "Yama is set to 2: only an administrator may trace",
            "run this as root, or `sudo sysctl kernel.yama.ptrace_scope=1`",
        ),
        _ if cause.raw_os_error() == Some(libc::ENOSYS) || filtered => (
            "a seccomp filter around this process refuses ptrace, as containers set one",
            "start the container with `--cap-add=SYS_PTRACE` or `--security-opt seccomp=unconfined`",
        ),
        ("1", Some(_)) => (
            "Yama is set to 1: only a process's own ancestors may trace it",
            "start the program with scope, run this as root, or `sudo sysctl kernel.yama.ptrace_scope=0`",
        ),
        (_, Some(_)) => (
            "the process belongs to another user, or has more privileges than this one",
            "run this as that user or as root",
        ),
        (_, None) => (
            "the system does not say what forbids it (a container or a security module, perhaps)",
            "try outside the container, or as root",
        ),
    };
    (because.to_string(), remedy.to_string())
}

/// A field of `/proc/PID/status`.
pub(crate) fn status_field(pid: &str, field: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    Some(line.trim().to_string())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Forbidden { cause, because, remedy } => write!(
                f,
                "failed to trace: {cause}\n  what forbids it: {because}\n  what would allow it: {remedy}"
            ),
            Error::Start { program, cause } => write!(f, "failed to start `{program}`: {cause}"),
            Error::Attach { pid, because } => write!(f, "failed to attach to `{pid}`: {because}"),
            Error::System { doing, cause } => write!(f, "failed to {doing}: {cause}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Forbidden { cause, .. }
            | Error::Start { cause, .. }
            | Error::System { cause, .. } => Some(cause),
            Error::Attach { .. } => None,
        }
    }
}
