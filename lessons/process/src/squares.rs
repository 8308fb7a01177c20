//! Data exchange: the result of one process is what another one needs.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, EOF, Fork, Result, Scene};

pub const SCENE: Scene = Scene::new(
    "squares",
    "what one process has worked out, another one adds up",
    &[("consumer", consumer)],
);

// ANCHOR: consumer
fn consumer(consumer: &Actor) -> Result {
    let (reader, writer) = pipe()?;
    let producer = match consumer.forks("producer")? {
        Fork::Child(me) => me.plays(|me| producer(me, writer)),
        Fork::Parent(child) => child,
    };
    drop(writer);

    let (mut numbers, mut sum, mut bytes) = (Vec::new(), 0, [0; 4]);
    while read(&reader, &mut bytes)? == bytes.len() {
        let number = u32::from_ne_bytes(bytes);
        numbers.push(number);
        sum += number;
    }
    consumer.gets("pipe", format!("{numbers:?}"));
    consumer.gets("pipe", EOF);
    consumer.says(format!("the sum is {sum}"));
    stage::ensure!(sum == 385, "the sum is {sum}");
    consumer.waits(producer)
}
// ANCHOR_END: consumer

// ANCHOR: producer
fn producer(producer: &Actor, writer: OwnedFd) -> Result {
    let numbers: Vec<u32> = (1..=10).map(|number| number * number).collect();
    producer.sends("pipe", format!("{numbers:?}"));
    for number in numbers {
        write(&writer, &number.to_ne_bytes())?;
    }
    Ok(())
}
// ANCHOR_END: producer
