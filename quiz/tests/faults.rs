//! A disk that is full, and a kill, at every write.
//!
//! Both come by a limit on the size of files. A write that begins at the limit fails, or, if
//! `SIGXFSZ` is left as it is, kills; one that crosses it is cut short. So each run breaks exactly
//! where it should, whatever the machine does besides.

mod common;

use common::{bank, quiz as start, run};
use quiz::Verdict;
use quiz::clock::Moment;
use quiz::log::{Dispute, Event, Log};
use quiz::schedule::Grade;
use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};

/// What happens at the limit.
#[derive(Clone, Copy, Debug, PartialEq)]
enum AtLimit {
    Full,
    Killed,
}
use AtLimit::{Full, Killed};

struct Said {
    out: String,
    err: String,
    /// `None`: killed.
    code: Option<i32>,
}

fn limited(mut command: Command, bytes: u64, at_limit: AtLimit) -> Command {
    let restrict = move || {
        let set = |resource, bytes| {
            let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
            // SAFETY: `limit` is alive and of the type that the call reads.
            unsafe { libc::setrlimit(resource, &raw const limit) }
        };
        // A core file is of no interest.
        if set(libc::RLIMIT_FSIZE, bytes) == -1 || set(libc::RLIMIT_CORE, 0) == -1 {
            return Err(std::io::Error::last_os_error());
        }
        let action = if at_limit == Full { libc::SIG_IGN } else { libc::SIG_DFL };
        // SAFETY: both are actions that run no code.
        unsafe { libc::signal(libc::SIGXFSZ, action) };
        Ok(())
    };
    // SAFETY: between `fork` and `execve` it makes three system calls and touches nothing that the
    // parent may have locked.
    unsafe { command.pre_exec(restrict) };
    command
}

fn said(mut command: Command, typed: &str) -> Said {
    let mut child = command.spawn().expect("the quiz starts");
    let _ = child.stdin.take().expect("piped").write_all(typed.as_bytes());
    ended(child)
}

fn ended(child: Child) -> Said {
    let output = child.wait_with_output().expect("the quiz ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { out: text(&output.stdout), err: text(&output.stderr), code: output.status.code() }
}

/// Sizes at which some write of this file breaks: before each line, in its first byte, in its middle
/// and in its last byte.
fn breaks(whole: &[u8]) -> BTreeSet<u64> {
    let mut sizes = BTreeSet::new();
    let mut begin = 0;
    for line in whole.split_inclusive(|&b| b == b'\n') {
        let end = begin + line.len();
        sizes.extend([begin, begin + 1, (begin + end) / 2, end - 1].map(|size| size as u64));
        begin = end;
    }
    sizes
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_default()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.expect("an entry").file_name().to_string_lossy().into_owned()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

fn event(question: &str, day: &str) -> Event {
    let at = Moment::parse(&format!("{day}T20:00:00+09:00")).expect("a time");
    Event::new(question, 1, at, Verdict::Pass, Grade::Good)
}

const NOT_KEPT: &str = "This answer cannot be kept";

#[test]
fn no_verdict_of_a_session_is_lost() {
    let args = ["--id", "general-kill", "--id", "shm-open", "--id", "pipe-full", "--seed", "1"];
    let typed = "SIGKILL\n".repeat(8);
    let sample = tempfile::tempdir().expect("a folder");
    said(start(sample.path(), &args), &typed);
    let sample = read(&sample.path().join("reviews.jsonl"));
    assert!(breaks(&sample).len() >= 16, "some four answers");
    for (size, at_limit) in breaks(&sample).into_iter().flat_map(|s| [(s, Full), (s, Killed)]) {
        let kept = tempfile::tempdir().expect("a folder");
        let said = said(limited(start(kept.path(), &args), size, at_limit), &typed);
        let (mut shown, mut refused, mut warned) = (0, 0, false);
        for line in said.out.lines() {
            let verdict = line.starts_with("Right.") || line.starts_with("Wrong.");
            shown += usize::from(verdict && !warned);
            refused += usize::from(line.contains(NOT_KEPT));
            warned = line.contains(NOT_KEPT) || (warned && !verdict);
        }
        let loaded = Log::new(kept.path()).load().expect("it can be read");
        let seen = (loaded.events.len(), loaded.damage.len());
        assert_eq!(seen, (shown, 0), "{at_limit:?} at {size}: {}", said.out);
        // What is cut short is refused also where the limit kills: the process is told first.
        let codes = [Some(0), if at_limit == Killed { None } else { Some(0) }];
        assert!(codes.contains(&said.code), "{at_limit:?} at {size}: {}", said.err);
        // A line may differ by the digits of its milliseconds.
        if size + 20 < sample.len() as u64 {
            assert!(refused > 0 || said.code.is_none(), "{at_limit:?} at {size}: it broke");
        }
    }
}

#[test]
fn no_interview_is_lost() {
    let args = ["mock", "--topic", "general", "--seed", "4"];
    let typed = "x\n\n".repeat(30);
    let report = |out: &str| {
        let report = out.split_once("\nMock interview\n");
        report.map(|(_, report)| report.to_owned())
    };
    let held = |size, at_limit| {
        let kept = tempfile::tempdir().expect("a folder");
        let file = |name: &str| kept.path().join(name).display().to_string();
        let (md, html) = (file("report.md"), file("report.html"));
        let args = [&args[..], &["--report", &md, "--report", &html]].concat();
        let said = said(limited(start(kept.path(), &args), size, at_limit), &typed);
        (kept, said)
    };
    let (sample, whole) = held(u64::MAX >> 1, Full);
    let files = ["report.md", "report.html"].map(|name| (name, read(&sample.path().join(name))));
    let log = read(&sample.path().join("reviews.jsonl"));
    let answers = log.iter().filter(|&&b| b == b'\n').count();
    assert!(answers >= 3 && files.iter().all(|(_, text)| text.len() > log.len()));
    let mut sizes = breaks(&log);
    for (_, text) in &files {
        let len = text.len() as u64;
        sizes.extend([len / 2, len - 1, len]);
    }
    for (size, at_limit) in sizes.into_iter().flat_map(|s| [(s, Full), (s, Killed)]) {
        let (kept, said) = held(size, at_limit);
        let here = format!("{at_limit:?} at {size}: {}{}", said.out, said.err);
        let loaded = Log::new(kept.path()).load().expect("it can be read");
        assert_eq!(loaded.damage.len(), 0, "{here}");
        for (name, text) in &files {
            let there = kept.path().join(name);
            assert!(!there.exists() || read(&there) == *text, "half a report: {here}");
            if at_limit == Full {
                assert_eq!(there.exists(), text.len() as u64 <= size, "{here}");
                let told = format!("failed to write `{}`: ", there.display());
                assert_ne!(there.exists(), said.err.contains(&told), "{here}");
            }
        }
        if at_limit == Killed {
            continue;
        }
        assert_eq!(report(&said.out), report(&whole.out), "{here}");
        assert_eq!(loaded.events.len() + said.out.matches(NOT_KEPT).count(), answers, "{here}");
        let lost = said.err.matches("the report stands above: keep it from there").count();
        assert_eq!(said.code, Some(i32::from(lost > 0)), "{here}");
        let others = names(kept.path()).into_iter().filter(|name| !name.starts_with("review"));
        assert_eq!(others.count(), 2 - lost, "nothing else is left: {here}");
    }
}

#[test]
fn a_log_is_merged_whole_or_not_at_all() {
    let (other, third) = (tempfile::tempdir(), tempfile::tempdir());
    let (other, third) = (other.expect("a folder"), third.expect("a folder"));
    let (other, third) = (Log::new(other.path()), Log::new(third.path()));
    for day in ["2026-11-03", "2026-11-04", "2026-11-05"] {
        other.append(&event("pipe-ends", day)).expect("kept");
    }
    third.append(&event("pipe-full", "2026-11-06")).expect("kept");
    let old = |kept: &Path| {
        let log = Log::new(kept);
        for day in ["2026-11-01", "2026-11-02"] {
            log.append(&event("shm-open", day)).expect("kept");
        }
        (read(log.file()), log)
    };
    let new = read(other.file());
    let (from, and) = (other.file().display().to_string(), third.file().display().to_string());
    let args = ["import", &from, &and];
    for (size, at_limit) in breaks(&new).into_iter().flat_map(|s| [(s, Full), (s, Killed)]) {
        let kept = tempfile::tempdir().expect("a folder");
        let (before, log) = old(kept.path());
        let size = before.len() as u64 + size;
        let broken = said(limited(start(kept.path(), &args), size, at_limit), "");
        assert_eq!(read(log.file()), before, "{at_limit:?} at {size}");
        let failed = format!("failed to write `{}`: ", log.file().display());
        assert!(broken.code.is_none() || broken.err.contains(&failed), "{}", broken.err);
        assert_eq!((broken.out.as_str(), broken.code.unwrap_or(1)), ("", 1));
        assert!(run(kept.path(), &args, "").ends_with("skipped: 0\nexit code 0\n"));
        assert_eq!(
            read(log.file()).strip_prefix(&before[..]).map(<[u8]>::len),
            Some(new.len() + read(third.file()).len())
        );
    }
    // The first fits and the second does not: what was said of the first is so.
    let kept = tempfile::tempdir().expect("a folder");
    let (before, log) = old(kept.path());
    let size = (before.len() + new.len()) as u64;
    for at_limit in [Full, Killed] {
        let broken = said(limited(start(kept.path(), &args), size, at_limit), "");
        assert!(broken.out.contains(": new: ") && broken.code != Some(0), "{}", broken.out);
        assert_eq!(read(log.file()), [&before[..], &new].concat());
    }
}

/// A kernel may end a long write of a killed process in its middle.
#[test]
fn a_merge_that_was_torn_is_completed() {
    let (here, there) = (tempfile::tempdir(), tempfile::tempdir());
    let (here, there) = (here.expect("a folder"), there.expect("a folder"));
    let (log, other) = (Log::new(here.path()), Log::new(there.path()));
    log.append(&event("shm-open", "2026-11-01")).expect("kept");
    for day in ["2026-11-03", "2026-11-04", "2026-11-05"] {
        other.append(&event("pipe-ends", day)).expect("kept");
    }
    let (old, new) = (read(log.file()), read(other.file()));
    let whole = [&old[..], &new].concat();
    for end in breaks(&new) {
        let torn = &whole[..old.len() + usize::try_from(end).expect("small")];
        std::fs::write(log.file(), torn).expect("ours");
        log.import(&new).expect("merged");
        assert_eq!(read(log.file()), whole, "torn at {end}");
        assert_eq!(log.import(&new).expect("merged").known, 3);
    }
}

#[test]
fn a_dispute_is_kept_or_it_is_said() {
    let args = ["--id", "general-kill", "--id", "shm-open", "--id", "pipe-full", "--seed", "1"];
    let typed = format!("{}\n!\n", "y".repeat(3000)).repeat(3);
    let sample = tempfile::tempdir().expect("a folder");
    said(start(sample.path(), &args), &typed);
    let whole = read(&sample.path().join("disputes.jsonl"));
    let reviews = read(&sample.path().join("reviews.jsonl")).len() as u64;
    let sizes: Vec<u64> = breaks(&whole).into_iter().filter(|&size| size > reviews).collect();
    assert!(sizes.len() >= 10, "{sizes:?}");
    for (size, at_limit) in sizes.into_iter().flat_map(|s| [(s, Full), (s, Killed)]) {
        let kept = tempfile::tempdir().expect("a folder");
        let said = said(limited(start(kept.path(), &args), size, at_limit), &typed);
        let here = format!("{at_limit:?} at {size}: {}{}", said.out, said.err);
        let disputes = read(&kept.path().join("disputes.jsonl"));
        let known: BTreeSet<&[u8]> = whole.split(|&b| b == b'\n').collect();
        let mut kept_lines = disputes.split(|&b| b == b'\n');
        assert!(kept_lines.all(|line| known.contains(line)), "{here}");
        assert!(disputes.is_empty() || disputes.ends_with(b"\n"), "{here}");
        let lines = disputes.iter().filter(|&&b| b == b'\n').count();
        let loaded = Log::new(kept.path()).load().expect("it can be read");
        let verdicts = said.out.lines().filter(|line| line.starts_with("Wrong.")).count();
        assert_eq!((loaded.events.len(), loaded.damage.len()), (verdicts, 0), "{here}");
        let refused = said.out.matches(NOT_KEPT).count();
        assert_eq!(said.out.matches("disputes.jsonl").count() - refused, lines, "{here}");
        match at_limit {
            Full => assert_eq!((refused + lines, said.code), (3, Some(0)), "{here}"),
            Killed => assert!(refused > 0 || said.code.is_none(), "{here}"),
        }
    }
}

/// Longer than what is looked at in one piece for where the last line ends.
#[test]
fn a_long_dispute_that_was_torn_is_cut_off() {
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    let file = kept.path().join("disputes.jsonl");
    let at = Moment::parse("2026-11-21").expect("a time");
    let dispute = |length| Dispute {
        question: "pipe-vs-fifo".to_owned(),
        rev: 1,
        verdict: "fail".to_owned(),
        answer: "y".repeat(length),
        seed: None,
    };
    log.dispute(&dispute(10), at).expect("kept");
    let first = read(&file);
    log.dispute(&dispute(200_000), at).expect("kept");
    let both = read(&file);
    let ends = [0, 1, 65_535, 65_536, 65_537, 131_072, 150_000].map(|more| first.len() + more);
    for end in ends.into_iter().chain([65_536, 131_072, both.len() - 1]) {
        std::fs::write(&file, &both[..end]).expect("ours");
        log.dispute(&dispute(200_000), at).expect("kept");
        assert_eq!(read(&file), both, "torn at {end}");
    }
}

#[test]
fn a_log_is_put_aside_whole_or_not_at_all() {
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    log.append(&event("shm-open", "2026-11-01")).expect("kept");
    let before = read(log.file());
    // Nobody gets the lock: it is no file.
    let lock = kept.path().join("reviews.lock");
    std::fs::remove_file(&lock).expect("ours");
    std::fs::create_dir(&lock).expect("ours");
    let refused = said(start(kept.path(), &["reset", "--yes"]), "");
    assert_eq!(refused.code, Some(1));
    let told = format!("failed to put `{}` aside: ", log.file().display());
    assert!(refused.err.contains(&told), "{}", refused.err);
    assert_eq!(read(log.file()), before);
    std::fs::remove_dir(&lock).expect("ours");
    // A full disk does not hinder it: it writes nothing.
    let aside = said(limited(start(kept.path(), &["reset", "--yes"]), 0, Killed), "");
    assert_eq!((aside.err.as_str(), aside.code), ("", Some(0)));
    assert_eq!(read(&kept.path().join("reviews-1.old.jsonl")), before);
}

#[test]
fn several_put_a_log_aside_at_once() {
    let kept = tempfile::tempdir().expect("a folder");
    let log = Log::new(kept.path());
    log.append(&event("shm-open", "2026-11-01")).expect("kept");
    let before = read(log.file());
    let all: Vec<Child> = (0..4)
        .map(|_| start(kept.path(), &["reset", "--yes"]).spawn().expect("the quiz starts"))
        .collect();
    let all: Vec<Said> = all.into_iter().map(ended).collect();
    assert!(all.iter().all(|said| (said.err.as_str(), said.code) == ("", Some(0))));
    assert_eq!(all.iter().filter(|said| said.out.starts_with("forgotten;")).count(), 1);
    assert_eq!(names(kept.path()), ["reviews-1.old.jsonl", "reviews.lock"]);
    assert_eq!(read(&kept.path().join("reviews-1.old.jsonl")), before);
}

#[test]
fn an_export_is_written_whole_or_not_at_all() {
    let kept = tempfile::tempdir().expect("a folder");
    let file = kept.path().join("quiz.out");
    let name = file.display().to_string();
    for format in ["anki", "csv", "json", "markdown"] {
        let args = ["export", "--to", format, "--topic", "shm", "--output", &name];
        let export = |size, at_limit| said(limited(start(kept.path(), &args), size, at_limit), "");
        assert_eq!(export(u64::MAX >> 1, Full).code, Some(0));
        let whole = read(&file);
        let len = whole.len() as u64;
        for before in [None, Some(b"older".as_slice())] {
            for (size, at_limit) in
                [0, 1, len / 2, len - 1].into_iter().flat_map(|s| [(s, Full), (s, Killed)])
            {
                let here = format!("{format}, {at_limit:?} at {size}");
                let _ = std::fs::remove_file(&file);
                if let Some(before) = before {
                    std::fs::write(&file, before).expect("ours");
                }
                let said = export(size, at_limit);
                assert_eq!(std::fs::read(&file).ok().as_deref(), before, "{here}");
                if at_limit == Full {
                    let told = format!("quiz: failed to write `{name}`: ");
                    assert!(
                        said.err.starts_with(&told) && said.code == Some(1),
                        "{here}: {}",
                        said.err
                    );
                    assert_eq!(names(kept.path()).len(), before.iter().len(), "{here}");
                } else {
                    assert_eq!(said.code, None, "{here}");
                }
            }
        }
        assert_eq!(export(len, Killed).code, Some(0));
        assert_eq!(read(&file), whole, "{format}");
    }
}

#[test]
fn what_a_name_leads_to_is_written() {
    let kept = tempfile::tempdir().expect("a folder");
    let (link, file) = (kept.path().join("link.csv"), kept.path().join("file.csv"));
    let name = link.display().to_string();
    let args = ["export", "--to", "csv", "--output", &name];
    std::fs::write(&file, "older").expect("ours");
    std::os::unix::fs::symlink(&file, &link).expect("ours");
    assert_eq!(said(start(kept.path(), &args), "").code, Some(0));
    assert!(link.is_symlink() && read(&file).len() > 1000);
    // A device is no file to be replaced.
    std::fs::remove_file(&link).expect("ours");
    std::os::unix::fs::symlink("/dev/full", &link).expect("ours");
    let full = said(start(kept.path(), &args), "");
    assert!(full.code == Some(1) && full.err.contains("No space left"), "{}", full.err);
    assert!(link.is_symlink());
}

#[test]
fn that_nothing_can_be_kept_is_said_where_it_can_be() {
    let nowhere = Path::new("/proc/none");
    for args in [&["--id", "general-kill"][..], &["mock", "--topic", "shm"]] {
        let mut command = start(nowhere, args);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        command.stderr(full);
        let said = said(command, "SIGKILL\n").out;
        assert!(said.starts_with("quiz: answers of this session cannot be kept: "), "{said}");
    }
}

/// The bank that these tests ask has what they take from it.
#[test]
fn the_questions_are_there() {
    let bank = bank();
    for id in ["general-kill", "shm-open", "pipe-full"] {
        assert!(bank.get(id).is_some_and(|q| q.kind.name() == "short"), "{id}");
    }
}
