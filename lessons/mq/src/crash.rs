//! A message leaves the queue when it is received, not when its work is done.

use nix::errno::Errno;
use nix::mqueue::{MQ_OFlag, MqdT, mq_open, mq_send, mq_unlink};
use nix::sys::signal::{Signal, raise};
use nix::sys::stat::Mode;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Fork, Result, Scene};

use crate::lacking;
use crate::outcome::outcome;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "crash",
    "a message received by a process that dies is lost",
    &[("manager", manager)],
);

// ANCHOR: manager
fn manager(manager: &Actor) -> Result {
    let name = manager.mq_name("jobs")?;
    let jobs = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)?;
    manager.sends("jobs", "job");
    mq_send(&jobs, b"job", 0)?;
    let worker = match manager.forks("worker")? {
        Fork::Child(me) => me.plays(|me| worker(me, &jobs)),
        Fork::Parent(worker) => worker,
    };
    let status = manager.reaps(worker)?;
    stage::ensure!(matches!(status, WaitStatus::Signaled(..)), "the worker: {status:?}");

    let hasty = MQ_OFlag::O_RDONLY | MQ_OFlag::O_NONBLOCK;
    let hasty = mq_open(name.as_c_str(), hasty, Mode::empty(), None)?;
    let found = mq_receive_text(&hasty);
    manager.says(format_args!("looks for the job in the queue: {}", outcome(&found)));
    stage::ensure!(found == Err(Errno::EAGAIN), "the queue still holds {found:?}");
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: manager

// ANCHOR: worker
fn worker(worker: &Actor, jobs: &MqdT) -> Result {
    let (job, _) = mq_receive_text(jobs)?;
    worker.gets("jobs", &job);
    worker.says("is killed before the work is done");
    Ok(raise(Signal::SIGKILL)?)
}
// ANCHOR_END: worker
