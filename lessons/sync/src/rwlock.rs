//! Readers do not disturb each other. A writer disturbs everybody.

use stage::{Actor, Result, Scene, token};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::RwLock;
use crate::semaphore::Semaphore;

pub const SCENE: Scene =
    Scene::new("rwlock", "many readers together, or one writer alone", &[("ann", ann)]);

/// What `pthread_rwlockattr_setkind_np(3)` calls `PTHREAD_RWLOCK_PREFER_READER_NP`: the default.
const PREFER_READER: libc::c_int = 0;

struct Library {
    lock: RwLock,
    together: Semaphore,
    leave: Semaphore,
}

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let (lock, together, leave) = (RwLock::room(), Semaphore::room(), Semaphore::room());
    let library = shared(Library { lock, together, leave })?;
    library.lock.init(PREFER_READER)?;
    library.together.init(0)?;
    library.leave.init(0)?;

    library.lock.read()?;
    ann.says("reads");
    let bob = fork(ann, "bob", |me| bob(me, library))?;
    library.together.wait()?;
    ann.gets(token("together"), "bob reads, too");
    let writer = fork(ann, "writer", |me| {
        library.lock.write()?;
        me.gets(token("rwlock"), "unlocked by the last reader");
        Ok(library.lock.unlock()?)
    })?;
    ann.until_waiting("writer", "futex")?;
    ann.says("sees the writer asleep, and stops reading");
    library.lock.unlock()?;
    ann.sends(token("leave"), "bob alone reads");
    library.leave.post()?;
    ann.waits(bob)?;
    ann.waits(writer)
}
// ANCHOR_END: ann

// ANCHOR: bob
fn bob(bob: &Actor, library: &Library) -> Result {
    library.lock.read()?;
    bob.sends(token("together"), "bob reads, too");
    library.together.post()?;
    library.leave.wait()?;
    bob.gets(token("leave"), "bob alone reads");
    bob.until_waiting("writer", "futex")?;
    bob.says("sees the writer still asleep");
    bob.sends(token("rwlock"), "unlocked by the last reader");
    Ok(library.lock.unlock()?)
}
// ANCHOR_END: bob
