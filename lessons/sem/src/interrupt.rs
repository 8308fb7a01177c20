//! A signal handler may post. And it may wake one who waits, empty-handed.

use std::sync::atomic::{AtomicPtr, Ordering::SeqCst};

use libc::{IPC_CREAT, c_int};
use nix::errno::Errno;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use stage::{Actor, Child, Result, Scene, token};

use crate::lacking;
use crate::posix::{Semaphore, sem_post, sem_wait, semaphores};
use crate::process::{fork, refusal};
use crate::sysv::{op, remove, semget, semop};

pub const SCENE: Scene = Scene::new(
    "interrupt",
    "a handler posts, and a wait returns with nothing",
    &[("parent", parent)],
);

const FUTEX: &str = "futex";
const SEMOP: &str = "semop";

// ANCHOR: handler
static HANDLED: AtomicPtr<Semaphore> = AtomicPtr::new(std::ptr::null_mut());

/// `sem_post` is one of the few calls that a handler may make: `signal-safety(7)`.
extern "C" fn on_signal(_: c_int) {
    // SAFETY: `parent` has set it before anybody has this handler, and it stays until the end.
    let _ = sem_post(unsafe { &*HANDLED.load(SeqCst) });
}
// ANCHOR_END: handler

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let [handled, work] = semaphores([0, 0])?;
    HANDLED.store(std::ptr::from_ref(handled).cast_mut(), SeqCst);
    let set = semget(parent.sem_key("set")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;

    let plain = fork(parent, "plain", |me| {
        catch(SaFlags::empty())?;
        me.sends(token("sleep"), FUTEX);
        interrupted(me, refusal(sem_wait(work)))
    })?;
    signal(parent, "plain", FUTEX, &plain, handled)?;
    parent.waits(plain)?;

    let restart = fork(parent, "restart", |me| {
        catch(SaFlags::SA_RESTART)?;
        me.sends(token("sleep"), FUTEX);
        sem_wait(work)?;
        me.gets(token("signal"), Signal::SIGUSR1);
        me.gets(token("work"), "one");
        Ok(())
    })?;
    signal(parent, "restart", FUTEX, &restart, handled)?;
    parent.until_waiting("restart", FUTEX)?;
    parent.says("sees it asleep in the same call again");
    parent.sends(token("work"), "one");
    sem_post(work)?;
    parent.waits(restart)?;

    let system_v = fork(parent, "sysv", |me| {
        catch(SaFlags::SA_RESTART)?;
        me.sends(token("sleep"), SEMOP);
        interrupted(me, refusal(semop(set, [op(0, -1, 0)])))
    })?;
    signal(parent, "sysv", SEMOP, &system_v, handled)?;
    parent.waits(system_v)?;
    Ok(remove(set)?)
}

fn signal(from: &Actor, name: &str, call: &str, to: &Child, handled: &Semaphore) -> Result {
    from.until_waiting(name, call)?;
    from.gets(token("sleep"), call);
    from.sends(token("signal"), Signal::SIGUSR1);
    kill(to.pid(), Signal::SIGUSR1)?;
    Ok(sem_wait(handled)?)
}
// ANCHOR_END: parent

fn interrupted(actor: &Actor, errno: Errno) -> Result {
    actor.gets(token("signal"), Signal::SIGUSR1);
    actor.says(format_args!("has waited in vain: {errno:?}"));
    stage::ensure!(errno == Errno::EINTR, "{errno:?}");
    Ok(())
}

fn catch(flags: SaFlags) -> nix::Result<()> {
    let action = SigAction::new(SigHandler::Handler(on_signal), flags, SigSet::empty());
    // SAFETY: the handler does nothing but post a semaphore.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.map(drop)
}
