//! An order to stop overtakes the jobs that wait already.

use nix::mqueue::{MqdT, mq_getattr, mq_open, mq_send, mq_unlink};
use stage::{Actor, Fork, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "stop",
    "an urgent message overtakes the jobs that wait already",
    &[("manager", manager)],
);

const URGENT: u32 = 9;

// ANCHOR: manager
fn manager(manager: &Actor) -> Result {
    let name = manager.mq_name("jobs")?;
    let jobs = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(4, 16))).map_err(lacking::posix)?;
    for job in ["job one", "job two", "job three"] {
        manager.sends("jobs", job);
        mq_send(&jobs, job.as_bytes(), 0)?;
    }
    manager.sends("jobs", "stop");
    mq_send(&jobs, b"stop", URGENT)?;

    let worker = match manager.forks("worker")? {
        Fork::Child(me) => me.plays(|me| worker(me, &jobs)),
        Fork::Parent(worker) => worker,
    };
    manager.waits(worker)?;
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: manager

// ANCHOR: worker
fn worker(worker: &Actor, jobs: &MqdT) -> Result {
    let (order, priority) = mq_receive_text(jobs)?;
    worker.gets("jobs", &order);
    let waiting = mq_getattr(jobs)?.curmsgs();
    worker.says(format_args!("priority {priority}: ends, with {waiting} jobs untouched"));
    stage::ensure!((order.as_str(), waiting) == ("stop", 3), "`{order}` first, {waiting} wait");
    Ok(())
}
// ANCHOR_END: worker
