//! How measuring goes wrong, each way with figures: the same thing measured wrongly and rightly.
//!
//! These runs are here to be wrong. What they time is kept as small as it can be, with naked
//! calls, so that nobody takes them for the comparison.

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use clap::Command;
use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous};
use nix::sys::signal::Signal;
use nix::sys::wait::waitpid;
use nix::sys::{prctl, wait::WaitStatus};
use nix::unistd::{ForkResult, Pid, fork, pipe};
use nojson::{DisplayJson, JsonFormatter, JsonParseError, RawJson, RawJsonValue};
use stage::{Extra, Result};

use crate::machine;
use crate::measure::clock::{median, now};
use crate::show::time;

/// Measures wrongly and rightly.
pub const TRAPS: Extra = Extra {
    command: || {
        Command::new("traps").about("Measures wrongly, and rightly, to show the difference")
    },
    run: |_| {
        let traps = measure().map_err(|error| error.to_string())?;
        write!(io::stdout(), "{}", text(&traps))?;
        Ok::<ExitCode, Box<dyn Error>>(ExitCode::SUCCESS)
    },
    first: false,
};

/// A way to go wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Trap {
    /// Its name.
    pub id: String,
    /// What was measured.
    pub what: String,
    /// What each way of measuring it says: the way, and nanoseconds.
    pub figures: Vec<(String, f64)>,
}

const BATCH: u32 = 1000;
const LARGE: usize = 64 << 10;

/// All of them.
///
/// # Errors
///
/// Those of the calls that are measured.
pub fn measure() -> Result<Vec<Trap>> {
    let processors = machine::pins(&machine::allowed()?);
    let mut traps = vec![unpinned(&processors)?];
    // From here on everything, and what it forks, stays on one processor.
    pin(&processors[..1])?;
    traps.extend([start_up()?, one_process()?, untouched()?, half_way()?, closed_loop()?]);
    pin(&processors)?;
    Ok(traps)
}

/// The scheduler moves two processes together and apart as it likes.
fn unpinned(processors: &[usize]) -> Result<Trap> {
    let mut figures = Vec::new();
    for (name, processors) in
        [("pinned to one processor", &processors[..1]), ("not pinned", processors)]
    {
        pin(processors)?;
        let mut batches = round_trips(24, |_| {}, |_| {})?;
        batches.sort_by(f64::total_cmp);
        let ends = [("fastest", batches.first()), ("slowest", batches.last())];
        for (which, batch) in ends {
            figures.push((
                format!("{name}, the {which} of 24 batches"),
                batch.copied().unwrap_or(0.0),
            ));
        }
    }
    Ok(trap("unpinned", "a round trip of a byte through pipes, mean of a thousand", figures))
}

/// To make a process takes longer than many round trips.
fn start_up() -> Result<Trap> {
    let mut with = Vec::new();
    for _ in 0..9 {
        let begin = now();
        round_trips_of(1, 100, |_| {}, |_| {})?;
        with.push((now() - begin) as f64 / 100.0);
    }
    let without = median(&mut round_trips(9, |_| {}, |_| {})?);
    let figures = vec![
        ("from before fork to after wait, by 100".to_owned(), median(&mut with)),
        ("round trips alone, after a warm-up".to_owned(), without),
    ];
    Ok(trap("start-up", "a round trip of a byte through pipes", figures))
}

/// Who writes and reads in one process never waits for anybody.
fn one_process() -> Result<Trap> {
    let (reader, writer) = pipe()?;
    let (mut reader, mut writer) = (File::from(reader), File::from(writer));
    let mut batches = Vec::new();
    for _ in 0..9 {
        let begin = now();
        for _ in 0..BATCH {
            writer.write_all(b"x")?;
            reader.read_exact(&mut [0])?;
            writer.write_all(b"x")?;
            reader.read_exact(&mut [0])?;
        }
        batches.push((now() - begin) as f64 / f64::from(BATCH));
    }
    let figures = vec![
        ("in one process: two writes, two reads".to_owned(), median(&mut batches)),
        ("between two processes".to_owned(), median(&mut round_trips(9, |_| {}, |_| {})?)),
    ];
    Ok(trap("one-process", "a byte there and back through pipes", figures))
}

/// To hand over memory without looking at it is to hand over a number.
fn untouched() -> Result<Trap> {
    let memory = shared(LARGE)?;
    let fill = |round: u32| memory.iter().for_each(|word| word.store(round.into(), Relaxed));
    let sum = |_| {
        black_box(memory.iter().map(|word| word.load(Relaxed)).fold(0_u64, u64::wrapping_add));
    };
    // Every page is there before anything is timed.
    fill(0);
    let figures = vec![
        ("announced, and never looked at".to_owned(), median(&mut round_trips(9, |_| {}, |_| {})?)),
        ("written by one, read by the other".to_owned(), median(&mut round_trips(9, fill, sum)?)),
    ];
    Ok(trap("untouched", "64 KiB in shared memory, announced by a byte through a pipe", figures))
}

/// A writer is done when the kernel has its bytes. The reader may not have begun.
fn half_way() -> Result<Trap> {
    let (mut writer_says, mut reader_says) = (Vec::new(), Vec::new());
    for _ in 0..101 {
        let (reader, writer) = pipe()?;
        let (done, tell) = pipe()?;
        let message = [0; 4096];
        let begin = now();
        let child = child(|| {
            let mut room = vec![0; 16 * message.len()];
            File::from(reader.try_clone()?).read_exact(&mut room)?;
            File::from(tell.try_clone()?).write_all(b"x")
        })?;
        let mut writer = File::from(writer);
        let began = now();
        (0..16).try_for_each(|_| writer.write_all(&message))?;
        writer_says.push((now() - began) as f64 / 16.0);
        File::from(done).read_exact(&mut [0])?;
        reader_says.push((now() - began) as f64 / 16.0);
        reap(child)?;
        black_box(begin);
    }
    let figures = vec![
        ("until the writer is done".to_owned(), median(&mut writer_says)),
        ("until the reader has them".to_owned(), median(&mut reader_says)),
    ];
    Ok(trap("half-way", "each of 16 messages of 4 KiB into an empty pipe", figures))
}

/// A client that waits for each answer sends nothing while the server stands still, and so hardly
/// notices.
fn closed_loop() -> Result<Trap> {
    const REQUESTS: u32 = 4000;
    const EVERY_NS: u64 = 200_000;
    const STALL_NS: u64 = 20_000_000;
    let (reader, to_server) = pipe()?;
    let (replies, writer) = pipe()?;
    let server = child(|| {
        let (mut reader, mut writer) =
            (File::from(reader.try_clone()?), File::from(writer.try_clone()?));
        for request in 1..=REQUESTS {
            reader.read_exact(&mut [0])?;
            if request % (REQUESTS / 4) == 0 {
                let begin = now();
                while now() - begin < STALL_NS {}
            }
            writer.write_all(b"x")?;
        }
        Ok(())
    })?;
    let (mut to_server, mut replies) = (File::from(to_server), File::from(replies));
    let (mut closed, mut open) = (Vec::new(), Vec::new());
    let begin = now();
    for request in 0..u64::from(REQUESTS) {
        let intended = begin + request * EVERY_NS;
        while now() < intended {}
        let sent = now();
        to_server.write_all(b"x")?;
        replies.read_exact(&mut [0])?;
        let back = now();
        closed.push((back - sent) as f64);
        open.push((back - intended) as f64);
    }
    reap(server)?;
    let mut figures = Vec::new();
    for (name, times) in
        [("since it was sent", &mut closed), ("since it should have been sent", &mut open)]
    {
        times.sort_by(f64::total_cmp);
        for (percent, share) in [("median", 0.5), ("p99", 0.99)] {
            let at = (share * times.len() as f64) as usize;
            figures.push((format!("{percent} {name}"), times.get(at).copied().unwrap_or(0.0)));
        }
    }
    let what = "5000 requests a second to a server that stands still for 20 ms four times";
    Ok(trap("closed-loop", what, figures))
}

fn trap(id: &str, what: &str, figures: Vec<(String, f64)>) -> Trap {
    let figures = figures.into_iter().map(|(name, ns)| (name, (ns * 10.0).round() / 10.0));
    Trap { id: id.to_owned(), what: what.to_owned(), figures: figures.collect() }
}

/// The mean of each batch of round trips of a byte, with something done before each turn.
fn round_trips(batches: u32, near: impl Fn(u32), far: impl Fn(u32)) -> Result<Vec<f64>> {
    // The first batch warms up.
    Ok(round_trips_of(batches + 1, BATCH, near, far)?.split_off(1))
}

fn round_trips_of(
    batches: u32,
    each: u32,
    near: impl Fn(u32),
    far: impl Fn(u32),
) -> Result<Vec<f64>> {
    let (requests, to_far) = pipe()?;
    let (replies, to_near) = pipe()?;
    let peer = child(|| {
        let (mut requests, mut to_near) =
            (File::from(requests.try_clone()?), File::from(to_near.try_clone()?));
        for round in 0..batches * each {
            requests.read_exact(&mut [0])?;
            far(round);
            to_near.write_all(b"x")?;
        }
        Ok(())
    })?;
    let (mut to_far, mut replies) = (File::from(to_far), File::from(replies));
    let mut means = Vec::new();
    for _ in 0..batches {
        let begin = now();
        for round in 0..each {
            near(round);
            to_far.write_all(b"x")?;
            replies.read_exact(&mut [0])?;
        }
        means.push((now() - begin) as f64 / f64::from(each));
    }
    reap(peer)?;
    Ok(means)
}

/// A process that plays its part and ends; it ends with this one, too.
fn child(part: impl FnOnce() -> io::Result<()>) -> Result<Pid> {
    // SAFETY: there is one thread, so nothing is locked or half done in the copy.
    match unsafe { fork() }? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            let played = prctl::set_pdeathsig(Signal::SIGKILL).map_err(io::Error::from);
            let status = i32::from(played.and_then(|()| part()).is_err());
            // SAFETY: ends this process at once, and writes no buffer that it has copied.
            unsafe { libc::_exit(status) }
        }
    }
}

fn reap(child: Pid) -> Result {
    let status = waitpid(child, None)?;
    stage::ensure!(matches!(status, WaitStatus::Exited(_, 0)), "the peer ended with {status:?}");
    Ok(())
}

fn pin(processors: &[usize]) -> Result {
    let mut set = CpuSet::new();
    for &processor in processors {
        set.set(processor)?;
    }
    Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
}

fn shared(length: usize) -> Result<&'static [AtomicU64]> {
    let size = length.try_into().map_err(|_| stage::Error::new("no bytes"))?;
    let how = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses a free place, so that no other memory is touched.
    let place = unsafe { mmap_anonymous(None, size, how, MapFlags::MAP_SHARED) }?;
    // SAFETY: the memory is new, zero, and stays until the end; any bytes are valid.
    Ok(unsafe {
        std::slice::from_raw_parts(place.as_ptr().cast(), length / size_of::<AtomicU64>())
    })
}

/// For the terminal.
fn text(traps: &[Trap]) -> String {
    let mut out = String::new();
    for Trap { id, what, figures } in traps {
        out += &format!("{id}: {what}\n");
        for (name, ns) in figures {
            out += &format!("  {name:44} {:>8}\n", time(*ns));
        }
    }
    out
}

impl DisplayJson for Trap {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> std::fmt::Result {
        f.object(|f| {
            f.member("id", &self.id)?;
            f.member("what", &self.what)?;
            let figures = self.figures.iter().map(|(name, ns)| {
                nojson::json(move |f| {
                    f.object(|f| {
                        f.member("way", name)?;
                        f.member("ns", ns)
                    })
                })
            });
            f.member("figures", nojson::array(|f| f.elements(figures.clone())))
        })
    }
}

impl<'text, 'raw> TryFrom<RawJsonValue<'text, 'raw>> for Trap {
    type Error = JsonParseError;

    fn try_from(value: RawJsonValue<'text, 'raw>) -> std::result::Result<Self, Self::Error> {
        let mut figures = Vec::new();
        for figure in value.to_member("figures")?.required()?.to_array()? {
            let way = figure.to_member("way")?.required()?.try_into()?;
            figures.push((way, figure.to_member("ns")?.required()?.try_into()?));
        }
        Ok(Self {
            id: value.to_member("id")?.required()?.try_into()?,
            what: value.to_member("what")?.required()?.try_into()?,
            figures,
        })
    }
}

/// Those that a recorded file has; none if it has none.
pub fn recorded(text: &str) -> Vec<Trap> {
    let read = || -> std::result::Result<Vec<Trap>, JsonParseError> {
        let json = RawJson::parse(text)?;
        json.value().to_member("traps")?.required()?.try_into()
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let figures = vec![("wrongly".to_owned(), 4500.5), ("rightly".to_owned(), 1.0)];
        let traps = vec![trap("unpinned", "a \"round trip\"", figures)];
        let text = format!("{{\"traps\":{}}}", nojson::Json(&traps));
        assert_eq!(recorded(&text), traps);
        assert_eq!(recorded("{}"), []);
    }
}
