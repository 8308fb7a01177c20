//! A System V set is made first and gets its values later. Somebody may come in between.

use libc::{GETVAL, IPC_CREAT, IPC_EXCL};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::process::fork;
use crate::sysv::{get, op, remove, semget, semop, set_value, used};

pub const SCENE: Scene = Scene::new(
    "early",
    "System V: between making a set and giving it a value",
    &[("maker", maker)],
);

// ANCHOR: maker
fn maker(maker: &Actor) -> Result {
    let key = maker.sem_key("permits")?;
    let set = semget(key, 1, IPC_CREAT | IPC_EXCL | 0o600).map_err(lacking::system_v)?;
    maker.says(format_args!("has made the set, which anybody can find, value {}", value(set)?));
    let early = fork(maker, "early", |early| {
        let set = semget(key, 1, 0)?;
        early.says(format_args!("finds the set; has it been used yet: {}", used(set)?));
        semop(set, [op(0, 1, 0)])?;
        early.says(format_args!("gives one all the same, value {}", value(set)?));
        Ok(())
    })?;
    maker.waits(early)?;
    set_value(set, 0, 1)?;
    let lost = value(set)?;
    maker.says(format_args!("sets the first value, value {lost}: what was given is lost"));
    remove(set)?;

    let set = semget(key, 1, IPC_CREAT | IPC_EXCL | 0o600).map_err(lacking::system_v)?;
    let ready = (used(set)?, semop(set, [op(0, 1, 0)]), used(set)?);
    maker.says(format_args!("adds to a new set instead; used: {} and {}", ready.0, ready.2));
    stage::ensure!(lost == 1 && ready == (false, Ok(()), true), "{lost}, {ready:?}");
    Ok(remove(set)?)
}
// ANCHOR_END: maker

fn value(set: i32) -> nix::Result<i32> {
    get(set, 0, GETVAL)
}
