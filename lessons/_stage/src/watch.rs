//! What the kernel shows of processes that wait: `/proc/PID/stat`, `/proc/PID/syscall` and
//! `/proc/PID/fd`, see `proc(5)`. Only the first process looks: it is everybody's ancestor, so it
//! may even where Yama restricts ptrace to ancestors.

use std::collections::HashMap;
use std::fs;
use std::io;

use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

use crate::calls::{Call, On, Until, by_number};

/// A process asleep in a call that waits for others.
pub(crate) struct Waiting {
    pub(crate) call: &'static Call,
    arguments: Vec<u64>,
    /// How often it has gone to sleep so far: the same count twice means the same sleep.
    switches: u64,
}

impl Waiting {
    fn argument(&self, at: usize) -> u64 {
        self.arguments.get(at).copied().unwrap_or(0)
    }

    /// The descriptor that it waits on.
    pub(crate) fn fd(&self) -> Option<u64> {
        match self.call.on {
            On::Fd(at) => Some(self.argument(at)),
            _ => None,
        }
    }

    /// Whether the call ends only when another process makes it end.
    fn for_ever(&self) -> bool {
        match self.call.until {
            Until::Ever => true,
            Until::Timeout(at) => self.argument(at) == 0,
            Until::Millis(at) => (self.argument(at) as i32) < 0,
            Until::Command(at, command) => self.argument(at) as i64 == command,
        }
    }
}

/// Whether `/proc` is that of another pid namespace: there other processes have our numbers.
pub(crate) fn shows_others() -> bool {
    let seen = fs::read_link("/proc/self").ok();
    seen.is_some_and(|pid| pid.to_str() != Some(&Pid::this().to_string()))
}

/// Whether this machine shows which call a process waits in.
pub(crate) fn is_shown() -> bool {
    fs::read_to_string("/proc/self/syscall").is_ok()
}

/// What the process waits in, if it is asleep in a call that waits for others.
pub(crate) fn waiting(pid: i32) -> Option<Waiting> {
    if state(pid)? != 'S' {
        return None;
    }
    let text = fs::read_to_string(format!("/proc/{pid}/syscall")).ok()?;
    let mut fields = text.split_whitespace();
    let number = fields.next()?.parse().ok()?;
    let hex = |field: &str| u64::from_str_radix(field.trim_start_matches("0x"), 16).ok();
    let waiting = Waiting {
        call: by_number(number)?,
        arguments: fields.filter_map(hex).collect(),
        switches: switches(pid)?,
    };
    (state(pid)? == 'S').then_some(waiting)
}

/// Whether every process waits for ever, so that none can wake another. Twice the same sleeps
/// mean that at one moment in between all of them slept.
pub(crate) fn all_wait(pids: &[i32]) -> bool {
    /// No process has slept so often.
    const GONE: u64 = u64::MAX;
    let look = || {
        let sleep = |&pid: &i32| {
            // One that has ended and is not reaped yet wakes nobody any more.
            if state(pid) == Some('Z') {
                return Some(GONE);
            }
            waiting(pid).filter(Waiting::for_ever).map(|waiting| waiting.switches)
        };
        pids.iter().map(sleep).collect::<Option<Vec<u64>>>()
    };
    let first = look();
    // Where all have ended, nobody waits.
    let somebody_waits = first.iter().flatten().any(|switches| *switches != GONE);
    somebody_waits && first == look()
}

/// Whether a process runs no more, reaped or not.
pub(crate) fn has_ended(pid: i32) -> bool {
    matches!(state(pid), None | Some('Z' | 'X'))
}

fn state(pid: i32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

fn switches(pid: i32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
    line.trim().parse().ok()
}

/// The living descendants of a process, whatever group they are in.
pub(crate) fn descendants(of: i32) -> io::Result<Vec<i32>> {
    let mut children: HashMap<i32, Vec<i32>> = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = parent(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = Vec::new();
    let mut next = vec![of];
    while let Some(pid) = next.pop() {
        let own = children.remove(&pid).unwrap_or_default();
        found.extend(&own);
        next.extend(own);
    }
    Ok(found)
}

fn parent(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

/// A living process of the run, by the name it has there.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) pid: i32,
}

/// What each process waits in and on, and who holds the other end where the system can say so.
pub(crate) fn diagnose(processes: &[Named]) -> Vec<(String, String)> {
    let mut case = Case { processes, objects: Vec::new() };
    processes.iter().map(|process| (process.name.clone(), case.of(process))).collect()
}

struct Case<'a> {
    processes: &'a [Named],
    /// Nameless objects in the order in which they were met: that order is their number.
    objects: Vec<String>,
}

impl Case<'_> {
    fn of(&mut self, process: &Named) -> String {
        let Some(waiting) = waiting(process.pid) else {
            return match state(process.pid) {
                Some('R') => "runs, but tells nothing".to_owned(),
                Some('T' | 't') => "is stopped".to_owned(),
                Some('Z') | None => "has ended".to_owned(),
                Some(_) => "waits in a call that this diagnosis does not know".to_owned(),
            };
        };
        let name = waiting.call.name;
        let about = match waiting.call.on {
            On::Fd(at) => self.descriptor(process, name, waiting.argument(at)),
            On::Path(at) => self.path(process, waiting.argument(at), waiting.argument(at + 1)),
            On::Address(at) => mapping(process.pid, waiting.argument(at)),
            On::Child(at) => self.child(waiting.argument(at)),
            On::Id(_) | On::Nothing => None,
        };
        let about = about.map_or(String::new(), |about| format!(": {about}"));
        let limited = if waiting.for_ever() { "" } else { " for a limited time" };
        format!("waits in {name}{limited}{about}")
    }

    fn descriptor(&mut self, process: &Named, call: &str, fd: u64) -> Option<String> {
        let object = fs::read_link(format!("/proc/{}/fd/{fd}", process.pid)).ok()?;
        let object = object.to_str()?.to_owned();
        if let "mq_receive" | "mq_send" = call {
            return Some(self.queue(&object, call));
        }
        let fifo = is_fifo(process.pid, fd);
        if !object.starts_with("pipe:") && !fifo {
            return Some(self.title(&object));
        }
        let (state, act, wanted) = match call {
            "write" | "vmsplice" => ("is full", "read", libc::O_RDONLY),
            _ => ("is empty", "write", libc::O_WRONLY),
        };
        let title = if fifo && !object.starts_with("pipe:") {
            format!("FIFO {}", file_name(&object))
        } else {
            self.title(&object)
        };
        Some(match self.holders(&object, Some(wanted)).as_slice() {
            [] => format!("{title} {state}, nobody can {act}"),
            [only] => format!("{title} {state}, only {only} can {act}"),
            many => format!("{title} {state}, {} can {act}", many.join(" and ")),
        })
    }

    /// A POSIX message queue. Who has it open is known; who will open it by its name is not.
    fn queue(&self, object: &str, call: &str) -> String {
        let name = object.trim_end_matches(" (deleted)").trim_start_matches('/');
        // The part that the register adds differs in every run.
        let own = name.strip_prefix("between-processes-").and_then(|rest| rest.split_once('-'));
        let title = format!("queue {}", own.map_or(name, |(_, label)| label));
        let state = if call == "mq_send" { "is full" } else { "is empty" };
        match self.holders(object, None).as_slice() {
            [] => format!("{title} {state}"),
            [only] => format!("{title} {state}, only {only} has it open"),
            many => format!("{title} {state}, {} have it open", many.join(" and ")),
        }
    }

    fn path(&self, process: &Named, address: u64, flags: u64) -> Option<String> {
        let path = text_at(process.pid, address)?;
        let start = if path.starts_with('/') { "root" } else { "cwd" };
        let found = fs::metadata(format!("/proc/{}/{start}/{path}", process.pid)).ok();
        let fifo =
            found.is_some_and(|found| std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type()));
        if !fifo {
            return Some(file_name(&path).to_owned());
        }
        let wants = if flags as i32 & libc::O_ACCMODE == libc::O_RDONLY { "write" } else { "read" };
        Some(format!("nobody has FIFO {} open to {wants}", file_name(&path)))
    }

    fn child(&self, pid: u64) -> Option<String> {
        let pid = pid as i32;
        let child = self.processes.iter().find(|process| pid > 0 && process.pid == pid)?;
        Some(format!("{} has not ended", child.name))
    }

    /// The names of the processes that have the object open in a mode that includes the wanted.
    fn holders(&self, object: &str, wanted: Option<i32>) -> Vec<&str> {
        let holds = |process: &&Named| {
            let Ok(open) = fs::read_dir(format!("/proc/{}/fd", process.pid)) else { return false };
            open.flatten().any(|entry| {
                let same =
                    fs::read_link(entry.path()).is_ok_and(|link| link.to_str() == Some(object));
                let Some(wanted) = wanted else { return same };
                let mode = entry.file_name().to_str().and_then(|fd| mode(process.pid, fd));
                same && mode.is_some_and(|mode| mode == wanted || mode == libc::O_RDWR)
            })
        };
        self.processes.iter().filter(holds).map(|process| process.name.as_str()).collect()
    }

    /// `pipe:[4711]` is `pipe 1`: the number of an inode differs in every run.
    fn title(&mut self, object: &str) -> String {
        let kind = object.split_once(":[").map_or(object, |(kind, _)| kind);
        if !object.contains(":[") {
            return file_name(object).to_owned();
        }
        let same_kind = |known: &&String| known.split_once(":[").is_some_and(|(of, _)| of == kind);
        if !self.objects.iter().any(|known| known == object) {
            self.objects.push(object.to_owned());
        }
        let at = self.objects.iter().filter(same_kind).position(|known| known == object);
        format!("{kind} {}", at.unwrap_or(0) + 1)
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_fifo(pid: i32, fd: u64) -> bool {
    use std::os::unix::fs::FileTypeExt;
    fs::metadata(format!("/proc/{pid}/fd/{fd}")).is_ok_and(|found| found.file_type().is_fifo())
}

fn mode(pid: i32, fd: &str) -> Option<i32> {
    let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{fd}")).ok()?;
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
    Some(i32::from_str_radix(flags.trim(), 8).ok()? & libc::O_ACCMODE)
}

fn mapping(pid: i32, address: u64) -> Option<String> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let hex = |text: &str| u64::from_str_radix(text, 16).ok();
    let line = maps.lines().find(|line| {
        let range = line.split(' ').next().and_then(|range| range.split_once('-'));
        range.and_then(|(from, to)| Some(hex(from)? <= address && address < hex(to)?)) == Some(true)
    })?;
    let shared = line.split_whitespace().nth(1)?.ends_with('s');
    Some(if shared { "a word in shared memory" } else { "a word in its own memory" }.to_owned())
}

/// The text in the process's memory at that address, up to its zero byte. It is read byte by byte
/// in effect: a page after the last one of a mapping cannot be read, and need not be.
fn text_at(pid: i32, address: u64) -> Option<String> {
    let mut text = Vec::new();
    for at in address..address.checked_add(4096)? {
        let mut byte = [0];
        let remote = [RemoteIoVec { base: usize::try_from(at).ok()?, len: 1 }];
        let mut local = [io::IoSliceMut::new(&mut byte)];
        process_vm_readv(Pid::from_raw(pid), &mut local, &remote).ok()?;
        if byte[0] == 0 {
            return String::from_utf8(text).ok();
        }
        text.push(byte[0]);
    }
    None
}
