//! Describes the machine, from what the kernel shows of it.

use std::collections::BTreeSet;
use std::fs;

use nix::sched::{CpuSet, sched_getaffinity};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::utsname::uname;
use nix::unistd::{Pid, SysconfVar, geteuid, sysconf};
use stage::Result;

use crate::run::{Limit, Machine};

/// The processors that this process may use.
pub fn allowed() -> Result<Vec<usize>> {
    let set = sched_getaffinity(Pid::from_raw(0))?;
    Ok((0..CpuSet::count()).filter(|&cpu| set.is_set(cpu).unwrap_or(false)).collect())
}

/// Two processors of those, which are no threads of one core if that can be had; or the only one.
pub fn pins(allowed: &[usize]) -> Vec<usize> {
    let Some(&first) = allowed.first() else { return Vec::new() };
    let others = &allowed[1..];
    let apart = others.iter().find(|&&other| siblings(first, other) == Some(false));
    [first].into_iter().chain(apart.or(others.first()).copied()).collect()
}

/// Whether two processors are threads of one core; `None` where the kernel does not tell.
fn siblings(one: usize, other: usize) -> Option<bool> {
    let list = cpu_file(one, "topology/thread_siblings_list")?;
    Some(numbers(&list).contains(&other))
}

/// The numbers of a list such as `0-3,8`.
fn numbers(list: &str) -> BTreeSet<usize> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    list.split(',').filter_map(range).flatten().collect()
}

/// The value of a kernel parameter: `kernel.msgmax`.
pub fn sysctl(name: &str) -> Option<String> {
    read(&format!("/proc/sys/{}", name.replace('.', "/")))
}

/// Everything that makes one machine's figures differ from another's.
pub fn describe(allowed: &[usize], pins: &[usize]) -> Machine {
    let names = uname().ok();
    let text = |name: Option<&std::ffi::OsStr>| {
        name.map_or_else(|| "unknown".to_owned(), |name| name.to_string_lossy().into_owned())
    };
    Machine {
        cpu: cpu_name(),
        arch: text(names.as_ref().map(nix::sys::utsname::UtsName::machine)),
        cores: allowed.len() as u64,
        online: sysconf(SysconfVar::_NPROCESSORS_ONLN).ok().flatten().unwrap_or(0) as u64,
        siblings: pins.get(1).and_then(|&other| siblings(pins[0], other)),
        kernel: text(names.as_ref().map(nix::sys::utsname::UtsName::release)),
        virt: virtualisation(),
        governor: pins.first().and_then(|&pin| cpu_file(pin, "cpufreq/scaling_governor")),
        clocksource: read("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
        mitigations: mitigations(),
        page_size: sysconf(SysconfVar::PAGE_SIZE).ok().flatten().unwrap_or(0) as u64,
        root: geteuid().is_root(),
        scheduler: scheduler(),
        limits: limits(),
    }
}

fn cpu_name() -> String {
    let info = read("/proc/cpuinfo").unwrap_or_default();
    let value = |key: &str| {
        let line = info.lines().find(|line| line.split(':').next().map(str::trim) == Some(key));
        line.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()))
    };
    let keys = ["model name", "Model", "cpu model", "cpu", "CPU implementer"];
    keys.into_iter().find_map(value).unwrap_or_else(|| "unknown".to_owned())
}

/// What the machine seems to be a guest of.
fn virtualisation() -> Option<String> {
    let hypervisor = read("/sys/hypervisor/type");
    let product = read("/sys/class/dmi/id/product_name");
    let vendor = read("/sys/class/dmi/id/sys_vendor");
    let flagged = read("/proc/cpuinfo")
        .unwrap_or_default()
        .lines()
        .any(|line| line.starts_with("flags") && line.split(' ').any(|flag| flag == "hypervisor"));
    let clock = read("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    let clock = clock.filter(|clock| clock.contains("kvm") || clock.contains("hyperv"));
    let named = [vendor, product].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let guest = hypervisor
        .or_else(|| (flagged && !named.is_empty()).then(|| named.clone()))
        .or_else(|| clock.map(|clock| format!("a guest (clock {clock})")))
        .or_else(|| {
            flagged.then(|| "a guest of a hypervisor that does not name itself".to_owned())
        });
    let container = ["/.dockerenv", "/run/.containerenv"];
    let container = container.iter().any(|path| fs::exists(path).unwrap_or(false));
    match (guest, container) {
        (Some(guest), true) => Some(format!("container in {guest}")),
        (None, true) => Some("container".to_owned()),
        (guest, false) => guest,
    }
}

/// The mitigations that are in force: `retbleed: Mitigation: untrained return thunk`.
fn mitigations() -> Vec<String> {
    let entries = fs::read_dir("/sys/devices/system/cpu/vulnerabilities").into_iter().flatten();
    let told = entries.flatten().filter_map(|entry| {
        let text = fs::read_to_string(entry.path()).ok()?;
        let text = text.trim().strip_prefix("Mitigation: ")?.to_owned();
        Some(format!("{}: {text}", entry.file_name().to_string_lossy()))
    });
    told.collect::<BTreeSet<_>>().into_iter().collect()
}

fn scheduler() -> String {
    // SAFETY: the call takes a number and gives one.
    match unsafe { libc::sched_getscheduler(0) } {
        libc::SCHED_OTHER => "SCHED_OTHER".to_owned(),
        libc::SCHED_FIFO => "SCHED_FIFO".to_owned(),
        libc::SCHED_RR => "SCHED_RR".to_owned(),
        libc::SCHED_BATCH => "SCHED_BATCH".to_owned(),
        libc::SCHED_IDLE => "SCHED_IDLE".to_owned(),
        other => format!("class {other}"),
    }
}

fn limits() -> Vec<Limit> {
    let parameters = [
        "fs.mqueue.msg_max",
        "fs.mqueue.msgsize_max",
        "fs.pipe-max-size",
        "kernel.msgmax",
        "kernel.msgmnb",
        "kernel.shmmax",
        "net.core.rmem_max",
        "net.core.wmem_default",
        "net.core.wmem_max",
        "net.unix.max_dgram_qlen",
    ];
    let known = parameters.into_iter().filter_map(|name| Some((name, sysctl(name)?)));
    let queues = getrlimit(Resource::RLIMIT_MSGQUEUE).ok();
    let queues = queues.map(|(soft, _)| ("RLIMIT_MSGQUEUE", soft.to_string()));
    known.chain(queues).map(|(name, value)| Limit { name: name.to_owned(), value }).collect()
}

fn cpu_file(cpu: usize, name: &str) -> Option<String> {
    read(&format!("/sys/devices/system/cpu/cpu{cpu}/{name}"))
}

fn read(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_list_has_ranges_and_numbers() {
        assert_eq!(super::numbers("0-2,8"), [0, 1, 2, 8].into());
        assert_eq!(super::numbers(""), [].into());
    }
}
