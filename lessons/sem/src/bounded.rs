//! A ring of two slots between a producer and a consumer: one semaphore counts the free slots,
//! another one the used ones.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory, token};

use crate::memory::shared;
use crate::posix::{sem_getvalue, sem_post, sem_wait, semaphores};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "bounded",
    "free slots and used slots: a bounded buffer from two semaphores",
    &[("consumer", consumer)],
);

const SLOTS: usize = 2;
const ITEMS: u32 = 5;
const CALL: &str = "futex";

// ANCHOR: consumer
fn consumer(consumer: &Actor) -> Result {
    let [free, used] = semaphores([SLOTS as u32, 0])?;
    let ring = shared([const { AtomicU32::new(0) }; SLOTS])?;
    let producer = fork(consumer, "producer", |producer| {
        for (item, slot) in (1..=ITEMS).zip(ring.iter().cycle()) {
            if item as usize == SLOTS + 1 {
                producer.sends(token("sleep"), CALL);
            }
            sem_wait(free)?;
            if item as usize > SLOTS {
                producer.gets(token("free"), "a slot");
            }
            producer.sends(memory("ring"), format_args!("item {item}"));
            slot.store(item, Relaxed);
            sem_post(used)?;
        }
        Ok(())
    })?;
    consumer.until_waiting("producer", CALL)?;
    consumer.gets(token("sleep"), CALL);
    let counts = (sem_getvalue(free)?, sem_getvalue(used)?);
    consumer.says(format_args!("sees {} free slots and {} used ones", counts.0, counts.1));
    stage::ensure!(counts == (0, SLOTS as i32), "{counts:?}");
    for (item, slot) in (1..=ITEMS).zip(ring.iter().cycle()) {
        sem_wait(used)?;
        let found = slot.load(Relaxed);
        consumer.gets(memory("ring"), format_args!("item {found}"));
        stage::ensure!(found == item, "item {found} instead of {item}");
        consumer.sends(token("free"), "a slot");
        sem_post(free)?;
    }
    consumer.waits(producer)
}
// ANCHOR_END: consumer
