//! The same buffer with two waits in the wrong order: asleep with the lock in its hand.

use stage::{Actor, Result, Scene, token};

use crate::posix::{sem_getvalue, sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "swapped",
    "two waits in the wrong order: asleep inside the lock",
    &[("consumer", consumer)],
)
.hangs();

// ANCHOR: consumer
fn consumer(consumer: &Actor) -> Result {
    let [free, used, lock] = semaphores([1, 0, 1])?;
    let producer = fork(consumer, "producer", |producer| {
        loop {
            sem_wait(lock)?; // the mistake: it should wait for a free slot first
            let slots = sem_getvalue(free)?;
            producer.sends(token("lock"), format_args!("taken; free slots: {slots}"));
            sem_wait(free)?;
            sem_post(lock)?;
            sem_post(used)?;
        }
    })?;
    consumer.until_waiting("producer", "futex")?;
    consumer.gets(token("lock"), format_args!("taken; free slots: {}", sem_getvalue(free)?));
    sem_wait(used)?;
    consumer.says("has something to fetch, and wants the lock");
    sem_wait(lock)?;
    sem_post(lock)?;
    sem_post(free)?;
    consumer.waits(producer)
}
// ANCHOR_END: consumer
