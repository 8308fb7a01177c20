//! System V can wait for a semaphore to become zero: a starting gate.

use libc::{GETVAL, IPC_CREAT};
use stage::{Actor, Result, Scene, token};

use crate::lacking;
use crate::process::fork;
use crate::sysv::{get, op, remove, semget, semop, set_value};

pub const SCENE: Scene =
    Scene::new("zero", "System V: wait until the value is zero", &[("starter", starter)]);

const CALL: &str = "semop";

// ANCHOR: starter
fn starter(starter: &Actor) -> Result {
    let gate = semget(starter.sem_key("gate")?, 1, IPC_CREAT | 0o600).map_err(lacking::system_v)?;
    set_value(gate, 0, 3)?;
    let racer = fork(starter, "racer", |racer| {
        racer.says(format_args!("waits for zero, the value is {}", get(gate, 0, GETVAL)?));
        racer.sends(token("sleep"), CALL);
        semop(gate, [op(0, 0, 0)])?;
        racer.gets(token("gate"), "the last one is ready");
        let value = get(gate, 0, GETVAL)?;
        racer.says(format_args!("runs, the value is {value}"));
        stage::ensure!(value == 0, "the value is {value}");
        Ok(())
    })?;
    starter.until_waiting("racer", CALL)?;
    starter.gets(token("sleep"), CALL);
    for _ in 0..2 {
        semop(gate, [op(0, -1, 0)])?;
        starter.says(format_args!("counts one down, the value is {}", get(gate, 0, GETVAL)?));
    }
    starter.until_waiting("racer", CALL)?;
    starter.says("sees that the racer still sleeps");
    starter.sends(token("gate"), "the last one is ready");
    semop(gate, [op(0, -1, 0)])?;
    starter.waits(racer)?;
    Ok(remove(gate)?)
}
// ANCHOR_END: starter
