//! Two processes on one processor: they run in turns, and none is in the other's way.

use std::os::fd::OwnedFd;

use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::unistd::{Pid, pipe, read, write};
use stage::{Actor, Error, Fork, Result, Scene, missing, varies};

pub const SCENE: Scene =
    Scene::new("one-cpu", "many processes need not mean many processors", &[("parent", parent)]);

const ROUNDS: u8 = 3;

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let cpu = only_one()?;
    parent.says(format!("may run on processor {} alone", varies("cpu", cpu)));
    let ((there, balls), (back, returns)) = (pipe()?, pipe()?);
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop((balls, back));
            me.plays(|me| child(me, cpu, there, returns))
        }
        Fork::Parent(child) => child,
    };
    drop((there, returns));

    let mut ball = [0];
    for round in 1..=ROUNDS {
        parent.sends("there", format!("ball {round}"));
        write(&balls, &[round])?;
        read(&back, &mut ball)?;
        parent.gets("back", format!("ball {}", ball[0]));
        stage::ensure!(sched_getcpu()? == cpu, "the parent runs elsewhere");
    }
    drop(balls);
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, cpu: usize, there: OwnedFd, returns: OwnedFd) -> Result {
    let mut ball = [0];
    while read(&there, &mut ball)? > 0 {
        child.gets("there", format!("ball {}", ball[0]));
        stage::ensure!(sched_getcpu()? == cpu, "the child runs elsewhere");
        child.sends("back", format!("ball {}", ball[0]));
        write(&returns, &ball)?;
    }
    Ok(())
}
// ANCHOR_END: child

/// Limits this process, and the children it will have, to one of the processors it may use.
fn only_one() -> Result<usize> {
    let me = Pid::from_raw(0);
    let allowed = sched_getaffinity(me)?;
    let first = (0..CpuSet::count()).find(|&cpu| allowed.is_set(cpu).unwrap_or(false));
    let cpu = first.ok_or_else(|| Error::new("no processor is allowed"))?;
    let mut one = CpuSet::new();
    one.set(cpu)?;
    sched_setaffinity(me, &one).map_err(|errno| {
        let how = "run where sched_setaffinity(2) is allowed";
        missing(format!("a process may not choose its processor here ({errno})"), how)
    })?;
    Ok(cpu)
}
