//! Undo takes back a signal, too.

use libc::{GETVAL, IPC_CREAT, SEM_UNDO};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::process::fork;
use crate::sysv::{get, op, remove, semget, semop};

pub const SCENE: Scene =
    Scene::new("undo-post", "System V: undo takes back a signal, too", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let ready =
        semget(parent.sem_key("ready")?, 2, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    let loader = fork(parent, "loader", |loader| {
        semop(ready, [op(0, 1, SEM_UNDO), op(1, 1, 0)])?;
        let values = (get(ready, 0, GETVAL)?, get(ready, 1, GETVAL)?);
        loader.says(format_args!("signals: {} with undo, {} without", values.0, values.1));
        Ok(())
    })?;
    parent.waits(loader)?;
    let values = (get(ready, 0, GETVAL)?, get(ready, 1, GETVAL)?);
    parent.says(format_args!("finds: {} with undo, {} without", values.0, values.1));
    stage::ensure!(values == (0, 1), "{values:?}");
    Ok(remove(ready)?)
}
// ANCHOR_END: parent
