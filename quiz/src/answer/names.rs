//! Names of errors and signals, and how else people write them.

/// Its names, what `strerror` or `strsignal` calls it, and its number where that is the same on
/// every Linux.
struct Entry {
    names: &'static [&'static str],
    says: &'static str,
    number: Option<&'static str>,
}

const fn named(
    names: &'static [&'static str],
    says: &'static str,
    number: Option<&'static str>,
) -> Entry {
    Entry { names, says, number }
}

/// errno(3). The numbers up to 34 are those of `asm-generic/errno-base.h`, which no architecture
/// changes.
const ERRORS: &[Entry] = &[
    named(&["eperm"], "operation not permitted", Some("1")),
    named(&["enoent"], "no such file or directory", Some("2")),
    named(&["esrch"], "no such process", Some("3")),
    named(&["eintr"], "interrupted system call", Some("4")),
    named(&["eio"], "input/output error", Some("5")),
    named(&["enxio"], "no such device or address", Some("6")),
    named(&["e2big"], "argument list too long", Some("7")),
    named(&["enoexec"], "exec format error", Some("8")),
    named(&["ebadf"], "bad file descriptor", Some("9")),
    named(&["echild"], "no child processes", Some("10")),
    named(&["eagain", "ewouldblock"], "resource temporarily unavailable", Some("11")),
    named(&["enomem"], "cannot allocate memory", Some("12")),
    named(&["eacces", "eaccess"], "permission denied", Some("13")),
    named(&["efault"], "bad address", Some("14")),
    named(&["ebusy"], "device or resource busy", Some("16")),
    named(&["eexist"], "file exists", Some("17")),
    named(&["enodev"], "no such device", Some("19")),
    named(&["enotdir"], "not a directory", Some("20")),
    named(&["eisdir"], "is a directory", Some("21")),
    named(&["einval"], "invalid argument", Some("22")),
    named(&["enfile"], "too many open files in system", Some("23")),
    named(&["emfile"], "too many open files", Some("24")),
    named(&["enotty"], "inappropriate ioctl for device", Some("25")),
    named(&["etxtbsy"], "text file busy", Some("26")),
    named(&["efbig"], "file too large", Some("27")),
    named(&["enospc"], "no space left on device", Some("28")),
    named(&["espipe"], "illegal seek", Some("29")),
    named(&["erofs"], "read-only file system", Some("30")),
    named(&["epipe"], "broken pipe", Some("32")),
    named(&["edom"], "numerical argument out of domain", Some("33")),
    named(&["erange"], "numerical result out of range", Some("34")),
    named(&["edeadlk", "edeadlock"], "resource deadlock avoided", None),
    named(&["enametoolong"], "file name too long", None),
    named(&["enolck"], "no locks available", None),
    named(&["enosys"], "function not implemented", None),
    named(&["eloop"], "too many levels of symbolic links", None),
    named(&["enomsg"], "no message of desired type", None),
    named(&["eidrm"], "identifier removed", None),
    named(&["eoverflow"], "value too large for defined data type", None),
    named(&["eilseq"], "invalid or incomplete multibyte or wide character", None),
    named(&["enotsock"], "socket operation on non-socket", None),
    named(&["edestaddrreq"], "destination address required", None),
    named(&["emsgsize"], "message too long", None),
    named(&["eprototype"], "protocol wrong type for socket", None),
    named(&["eopnotsupp", "enotsup"], "operation not supported", None),
    named(&["eafnosupport"], "address family not supported by protocol", None),
    named(&["eaddrinuse"], "address already in use", None),
    named(&["eaddrnotavail"], "cannot assign requested address", None),
    named(&["econnaborted"], "software caused connection abort", None),
    named(&["econnreset"], "connection reset by peer", None),
    named(&["enobufs"], "no buffer space available", None),
    named(&["eisconn"], "transport endpoint is already connected", None),
    named(&["enotconn"], "transport endpoint is not connected", None),
    named(&["etimedout"], "connection timed out", None),
    named(&["econnrefused"], "connection refused", None),
    named(&["ealready"], "operation already in progress", None),
    named(&["einprogress"], "operation now in progress", None),
    named(&["ecanceled"], "operation canceled", None),
    named(&["eownerdead"], "owner died", None),
    named(&["enotrecoverable"], "state not recoverable", None),
];

/// signal(7). Numbers only where its table has one for all architectures.
const SIGNALS: &[Entry] = &[
    named(&["sighup"], "hangup", Some("1")),
    named(&["sigint"], "interrupt", Some("2")),
    named(&["sigquit"], "quit", Some("3")),
    named(&["sigill"], "illegal instruction", Some("4")),
    named(&["sigtrap"], "trace/breakpoint trap", Some("5")),
    named(&["sigabrt", "sigiot"], "aborted", Some("6")),
    named(&["sigbus"], "bus error", None),
    named(&["sigfpe"], "floating point exception", Some("8")),
    named(&["sigkill"], "killed", Some("9")),
    named(&["sigusr1"], "user defined signal 1", None),
    named(&["sigsegv"], "segmentation fault", Some("11")),
    named(&["sigusr2"], "user defined signal 2", None),
    named(&["sigpipe"], "broken pipe", Some("13")),
    named(&["sigalrm"], "alarm clock", Some("14")),
    named(&["sigterm"], "terminated", Some("15")),
    named(&["sigchld", "sigcld"], "child exited", None),
    named(&["sigcont"], "continued", None),
    named(&["sigstop"], "stopped (signal)", None),
    named(&["sigtstp"], "stopped", None),
    named(&["sigttin"], "stopped (tty input)", None),
    named(&["sigttou"], "stopped (tty output)", None),
    named(&["sigurg"], "urgent i/o condition", None),
    named(&["sigxcpu"], "cpu time limit exceeded", None),
    named(&["sigxfsz"], "file size limit exceeded", None),
    named(&["sigvtalrm"], "virtual timer expired", None),
    named(&["sigprof"], "profiling timer expired", None),
    named(&["sigwinch"], "window changed", None),
    named(&["sigpoll", "sigio"], "i/o possible", None),
    named(&["sigpwr"], "power failure", None),
    named(&["sigsys"], "bad system call", None),
];

/// What else people say, without spaces. Words that fit several errors, such as `권한 없음`, are not
/// here.
const ALSO: &[(&str, &[&str])] = &[
    ("sigsegv", &["segfault", "세그멘테이션폴트", "세그멘테이션오류", "세그폴트"]),
    ("sigbus", &["버스오류", "버스에러"]),
    ("sigpipe", &["깨진파이프", "부서진파이프"]),
    ("epipe", &["깨진파이프", "부서진파이프"]),
    ("econnrefused", &["연결거부", "연결거부됨", "연결이거부됨"]),
    ("edeadlk", &["데드락오류", "교착상태오류", "deadlockerror"]),
    ("eintr", &["인터럽트됨", "중단된시스템호출"]),
    ("enoent", &["파일없음", "파일이없음"]),
];

/// Whether `accepted` is the name of an error or a signal, and `given` means the same one. Both are
/// comparable text without spaces.
pub(super) fn same(accepted: &str, given: &str) -> bool {
    let find = |table: &'static [Entry]| table.iter().find(|e| e.names.contains(&accepted));
    let is = |entry: &Entry, what: &str, short: &str| {
        let number = given.strip_prefix(what).unwrap_or(given);
        entry.names.contains(&given)
            || (!short.is_empty()
                && entry.names.iter().any(|n| n.strip_prefix(short) == Some(given)))
            || super::squash(entry.says) == given
            || entry.number.is_some_and(|n| n == number)
    };
    let also = |(name, others): &(&str, &[&str])| *name == accepted && others.contains(&given);
    ALSO.iter().any(also)
        || find(ERRORS).is_some_and(|entry| is(entry, "errno", ""))
        || find(SIGNALS).is_some_and(|entry| is(entry, "signal", "sig"))
}
