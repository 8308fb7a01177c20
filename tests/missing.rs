//! Takes from the lesson it is built with one facility after the other, as a kernel or a container
//! may: whatever needs it must say what is missing, and all the rest must play on.
//!
//! Which scenes need a facility is not listed: their kernel recordings name the calls.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::{fs, io};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, setrlimit};
use nix::unistd::{Gid, Uid, getegid, geteuid, setgroups, setresgid, setresuid};
use scope::Filter;
use serde_json::Value;

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded");

/// What a machine may lack, and how its kernel answers then.
struct Facility {
    name: &'static str,
    calls: &'static [i64],
    errno: i32,
    /// How the kernel recordings of scenes that need it look.
    marks: &'static [&'static str],
}

const FACILITIES: &[Facility] = &[
    Facility {
        name: "POSIX queues",
        calls: &[libc::SYS_mq_open],
        errno: libc::ENOSYS,
        marks: &["mq_open("],
    },
    Facility {
        name: "System V IPC",
        calls: &[libc::SYS_shmget, libc::SYS_msgget, libc::SYS_semget],
        errno: libc::ENOSYS,
        marks: &["shmget(", "msgget(", "semget("],
    },
    Facility {
        name: "memfd",
        calls: &[libc::SYS_memfd_create],
        errno: libc::ENOSYS,
        marks: &["memfd_create("],
    },
    Facility {
        name: "pidfd",
        calls: &[libc::SYS_pidfd_open, libc::SYS_pidfd_send_signal],
        errno: libc::ENOSYS,
        marks: &["pidfd_open(", "pidfd_send_signal("],
    },
    Facility {
        name: "reading another's memory",
        calls: &[libc::SYS_process_vm_readv, libc::SYS_process_vm_writev],
        errno: libc::ENOSYS,
        marks: &["process_vm_readv(", "process_vm_writev("],
    },
    Facility {
        name: "vmsplice",
        calls: &[libc::SYS_vmsplice],
        errno: libc::ENOSYS,
        marks: &["vmsplice("],
    },
    // Nobody records these two; a scene that needs them must not fail.
    Facility { name: "namespaces", calls: &[libc::SYS_unshare], errno: libc::EPERM, marks: &[] },
    Facility { name: "ptrace", calls: &[libc::SYS_ptrace], errno: libc::EPERM, marks: &[] },
];

/// Quotas that processes share, and limits that a machine sets: none at all is left.
const QUOTAS: &[(&str, Resource)] =
    &[("queued signals", Resource::RLIMIT_SIGPENDING), ("files", Resource::RLIMIT_FSIZE)];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = FACILITIES
        .iter()
        .map(|facility| {
            Trial::ignorable_test(facility.name, move || {
                let filter = Filter::refuse(facility.calls, facility.errno);
                let Some(filter) = filter else {
                    return Ok(Completion::ignored_with("the filter does not know this processor"));
                };
                without(facility.marks, move || filter.install())
            })
        })
        .collect();
    trials.extend(QUOTAS.iter().map(|&(name, resource)| {
        Trial::ignorable_test(name, move || without(&[], move || Ok(setrlimit(resource, 0, 0)?)))
    }));
    trials.push(Trial::ignorable_test("threads", || {
        let Some(filter) = Filter::refuse_threads() else {
            return Ok(Completion::ignored_with("the filter does not know this processor"));
        };
        without(&["thread("], move || filter.install())
    }));
    trials.push(Trial::ignorable_test("/dev/shm", || without(&["\"/dev/shm/"], cover_dev_shm)));
    trials.push(Trial::ignorable_test("processes", || without(&[], crowd)));
    // What succeeds with an address of this machine: binding, connecting, asking for one's own.
    let marks = &["127.0.0.1:‹number›) = 0"];
    trials.push(Trial::ignorable_test("the loopback network", || without(marks, leave_network)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Plays the lesson after `take`, and holds how each scene ends against what it needs.
fn without(
    marks: &[&str],
    take: impl Fn() -> io::Result<()> + Send + Sync + Clone + 'static,
) -> Result<Completion, Failed> {
    let check = take.clone();
    // SAFETY: `check` makes system calls and allocates; this program has one thread at that place.
    let tried = unsafe { Command::new("true").pre_exec(check).status() };
    if let Err(error) = tried {
        return Ok(Completion::ignored_with(format!("it cannot be taken away here: {error}")));
    }
    let mut lesson = Command::new(assert_cmd::cargo::cargo_bin!());
    lesson.arg("--json").stdin(Stdio::null());
    // SAFETY: see above.
    let output = unsafe { lesson.pre_exec(take) }.output()?;
    let events = String::from_utf8(output.stdout)?;
    let mut wrong = Vec::new();
    let mut scene = String::new();
    for event in events.lines() {
        let event: Value = serde_json::from_str(event)?;
        if let Some(name) = event["scene"].as_str() {
            name.clone_into(&mut scene);
        }
        let Some(end) = event["end"].as_str() else { continue };
        let needs = needs(&scene, marks)?;
        let why = event["why"].as_str().unwrap_or_default();
        match end {
            "missing" if why.contains("; ") => {}
            "missing" => wrong.push(format!("`{scene}` does not say how to get it: {why}")),
            "played" if !needs => {}
            "played" => wrong.push(format!("`{scene}` needs it, and played without")),
            _ => wrong.push(format!("`{scene}` ends with {end}: {why}")),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    if !output.status.success() {
        return Err(
            format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)).into()
        );
    }
    Ok(Completion::Completed)
}

/// Whether the scene's kernel recording names one of the marks.
fn needs(scene: &str, marks: &[&str]) -> io::Result<bool> {
    let recording = Path::new(RECORDED).join(format!("{scene}.kernel.snap"));
    match fs::read_to_string(recording) {
        Ok(calls) => Ok(marks.iter().any(|mark| calls.contains(mark))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Puts an empty file system that cannot be written over `/dev/shm`, for this process and those it
/// makes.
fn cover_dev_shm() -> io::Result<()> {
    enter_new(CloneFlags::CLONE_NEWNS)?;
    let nothing = None::<&str>;
    mount(nothing, "/", nothing, MsFlags::MS_REC | MsFlags::MS_PRIVATE, nothing)?;
    mount(Some("none"), "/dev/shm", Some("tmpfs"), MsFlags::MS_RDONLY, nothing)?;
    Ok(())
}

/// Enters a network namespace where every interface is down, `lo` too.
fn leave_network() -> io::Result<()> {
    enter_new(CloneFlags::CLONE_NEWNET)
}

/// Leaves room for two processes beside the first one. Root and others are not counted: this
/// process becomes an ordinary user in a namespace where nobody else is.
fn crowd() -> io::Result<()> {
    if geteuid().is_root() {
        let nobody = 65534;
        let (uid, gid) = (Uid::from_raw(nobody), Gid::from_raw(nobody));
        setgroups(&[])?;
        setresgid(gid, gid, gid)?;
        setresuid(uid, uid, uid)?;
        // The change has hidden /proc/self.
        set_dumpable(true)?;
    }
    enter_new(CloneFlags::empty())?;
    Ok(setrlimit(Resource::RLIMIT_NPROC, 3, 3)?)
}

/// Enters a namespace of its own, which only root may do without one for users.
fn enter_new(namespace: CloneFlags) -> io::Result<()> {
    let (user, group) = (geteuid(), getegid());
    if user.is_root() {
        return Ok(unshare(namespace)?);
    }
    unshare(CloneFlags::CLONE_NEWUSER | namespace)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}
