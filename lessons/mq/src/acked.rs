//! What a queue does not do, done by hand: keep the job until it is confirmed, send it again if
//! its worker dies, and do it once although it comes twice.

use std::fs::{OpenOptions, read_to_string};
use std::io::Write;

use nix::mqueue::{MqdT, mq_open, mq_send, mq_unlink};
use nix::sys::signal::{Signal, raise};
use stage::{Actor, Child, Fork, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, mq_receive_text, room};

pub const SCENE: Scene = Scene::new(
    "acked",
    "at least once by an acknowledgement, once by an id",
    &[("manager", manager)],
);

const JOB: &str = "job A";

// ANCHOR: manager
fn manager(manager: &Actor) -> Result {
    let jobs = open(manager, "jobs")?;
    let acks = open(manager, "acks")?;

    manager.sends("jobs", JOB);
    mq_send(&jobs, JOB.as_bytes(), 0)?;
    let worker = starts(manager, "worker", &jobs, &acks, true)?;
    manager.reaps(worker)?;

    manager.says("has no acknowledgement: sends its copy");
    manager.sends("jobs", JOB);
    mq_send(&jobs, JOB.as_bytes(), 0)?;
    let worker = starts(manager, "next", &jobs, &acks, false)?;
    let (ack, _) = mq_receive_text(&acks)?;
    manager.gets("acks", &ack);
    manager.waits(worker)?;

    let ledger = read_to_string(manager.path("ledger")?)?;
    manager.says(format_args!("the ledger: {}", ledger.trim()));
    stage::ensure!((ack.as_str(), ledger.trim()) == (JOB, JOB), "`{ack}`, ledger `{ledger}`");
    mq_unlink(manager.mq_name("jobs")?.as_c_str())?;
    Ok(mq_unlink(manager.mq_name("acks")?.as_c_str())?)
}
// ANCHOR_END: manager

// ANCHOR: worker
fn worker(worker: &Actor, jobs: &MqdT, acks: &MqdT, dies: bool) -> Result {
    let (job, _) = mq_receive_text(jobs)?;
    worker.gets("jobs", &job);
    let path = worker.path("ledger")?;
    // The id decides: what is in the ledger has been done.
    if read_to_string(&path).unwrap_or_default().contains(&job) {
        worker.says("finds it in the ledger: it has been done");
    } else {
        worker.says("does it, and writes it into the ledger");
        let mut ledger = OpenOptions::new().append(true).create(true).open(&path)?;
        ledger.write_all(format!("{job}\n").as_bytes())?;
    }
    if dies {
        worker.says("is killed before it can acknowledge");
        raise(Signal::SIGKILL)?;
    }
    worker.sends("acks", &job);
    Ok(mq_send(acks, job.as_bytes(), 0)?)
}
// ANCHOR_END: worker

fn starts(manager: &Actor, name: &str, jobs: &MqdT, acks: &MqdT, dies: bool) -> Result<Child> {
    match manager.forks(name)? {
        Fork::Child(me) => me.plays(|me| worker(me, jobs, acks, dies)),
        Fork::Parent(child) => Ok(child),
    }
}

fn open(manager: &Actor, label: &str) -> Result<MqdT> {
    let name = manager.mq_name(label)?;
    mq_open(name.as_c_str(), NEW, OWNER, Some(&room(1, 16))).map_err(lacking::posix)
}
