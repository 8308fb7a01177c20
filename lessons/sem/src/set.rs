//! A System V operation takes from several semaphores at once, or from none.

use libc::IPC_CREAT;
use stage::{Actor, Result, Scene, token};

use crate::lacking;
use crate::process::fork;
use crate::sysv::{get_all, op, remove, semget, semop, set_all};

pub const SCENE: Scene =
    Scene::new("set", "System V: two semaphores in one operation, both or none", &[("ann", ann)]);

const LEFT: u16 = 0;
const RIGHT: u16 = 1;

const CALL: &str = "semop";

// ANCHOR: ann
fn ann(ann: &Actor) -> Result {
    let forks = semget(ann.sem_key("forks")?, 2, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_all(forks, [1, 1])?;
    semop(forks, [op(LEFT, -1, 0)])?;
    ann.says(format_args!("takes the left fork: {:?} are left", get_all::<2>(forks)?));

    let bob = fork(ann, "bob", |bob| {
        bob.says("wants both forks at once");
        bob.sends(token("sleep"), CALL);
        semop(forks, [op(LEFT, -1, 0), op(RIGHT, -1, 0)])?;
        bob.gets(token("forks"), "the left one is back");
        bob.says(format_args!("has both: {:?} are left", get_all::<2>(forks)?));
        Ok(semop(forks, [op(LEFT, 1, 0), op(RIGHT, 1, 0)])?)
    })?;
    ann.until_waiting("bob", CALL)?;
    ann.gets(token("sleep"), CALL);
    let left = get_all(forks)?;
    ann.says(format_args!("sees that bob holds nothing: {left:?} are left"));
    stage::ensure!(left == [0, 1], "{left:?}");

    ann.sends(token("forks"), "the left one is back");
    semop(forks, [op(LEFT, 1, 0)])?;
    ann.waits(bob)?;
    Ok(remove(forks)?)
}
// ANCHOR_END: ann
