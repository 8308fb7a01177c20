//! The queue of signals has a limit, and what happens there depends on the signal.

use std::ffi::c_int;

use nix::errno::Errno;
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::Pid;
use stage::{Actor, Result, Scene};

use crate::data::sigqueue;
use crate::queued::real_time;
use crate::signals::{take, told};

pub const SCENE: Scene = Scene::new(
    "limit",
    "with no room left a real-time signal is refused, a standard one loses its data",
    &[("process", process)],
);

// ANCHOR: process
fn process(process: &Actor) -> Result {
    let usr1 = SigSet::from(Signal::SIGUSR1);
    usr1.thread_block()?;
    real_time(&[0]).thread_block()?;
    // The limit is per user, and others may be queueing: none at all is the same for everybody.
    setrlimit(Resource::RLIMIT_SIGPENDING, 0, 0)?;
    process.says("may have no signal queued any more");

    let refused = sigqueue(Pid::this(), libc::SIGRTMIN(), 7);
    process.says(format!("sends itself a real-time signal: {}", told(refused)));
    stage::ensure!(refused == Err(Errno::EAGAIN), "sigqueue: {refused:?}");

    let sent = sigqueue(Pid::this(), Signal::SIGUSR1 as c_int, 7);
    process.says(format!("sends itself {} with a value: {}", Signal::SIGUSR1, told(sent)));
    let info = take(&usr1)?;
    // SAFETY: zero, if there is no value.
    let value = unsafe { info.si_value() }.sival_ptr.addr();
    let signal = Signal::try_from(info.si_signo)?;
    process.says(format!("takes {signal}, and its value is {value}"));
    stage::ensure!(sent.is_ok() && value == 0, "sigqueue: {sent:?}, value {value}");
    Ok(())
}
// ANCHOR_END: process
