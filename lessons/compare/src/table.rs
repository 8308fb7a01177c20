//! The notes' table of methods, made by a program that puts the same questions to each of them.

use stage::{Actor, Result, Scene};

use crate::probe::{End, Mechanism, Taken};
use crate::together::fork;

pub const SCENE: Scene =
    Scene::new("table", "the same five questions to six mechanisms", &[("probe", probe)])
        .races(&["*"]);

use Mechanism::{Fifo, Memory, Pipe, Queue, Semaphore, Socket};

const ALL: [(&str, Mechanism); 6] = [
    ("pipe", Pipe),
    ("FIFO", Fifo),
    ("queue", Queue),
    ("memory", Memory),
    ("semaphore", Semaphore),
    ("socket", Socket),
];

// ANCHOR: probe
fn probe(probe: &Actor) -> Result {
    // What was put in before its maker's death: is it still there, and can it be found?
    let maker = fork(probe, "maker", |me| {
        me.says("makes all of them, puts something into each, and ends");
        ALL.iter().try_for_each(|(name, mechanism)| {
            let (_taker, putter) = mechanism.make(me, &format!("{name}-old"))?;
            Ok(putter.put(*b"ab")?)
        })
    })?;
    probe.waits(maker)?;
    let survives = |name: &str, mechanism: Mechanism| -> bool {
        let old = mechanism.open(probe, &format!("{name}-old"));
        old.is_ok_and(|old| matches!(old.take(), Ok(Taken::Bytes(_))))
    };
    let survives = ALL.map(|(name, mechanism)| survives(name, mechanism));

    let mut sides = Vec::new();
    for (name, mechanism) in ALL {
        sides.push(mechanism.make(probe, name)?);
    }
    let named = ALL.map(|(name, mechanism)| mechanism.open(probe, name).is_ok());
    let answers: Vec<(bool, bool)> = sides.iter().map(answers).collect::<Result<_>>()?;

    // The peer inherits everything. Nobody but it has the side that puts, and it ends.
    let (takers, putters): (Vec<End>, Vec<End>) = sides.into_iter().unzip();
    let peer = fork(probe, "peer", |me| {
        me.says("has the other sides, and ends");
        Ok(())
    })?;
    drop(putters);
    probe.waits(peer)?;

    for (at, (name, _)) in ALL.iter().enumerate() {
        let ((bounds, two_way), dies) = (answers[at], takers[at].take()? == Taken::End);
        let cells = [bounds, two_way, named[at], survives[at], dies].map(word);
        let [bounds, two_way, named, survives, dies] = cells;
        probe.says(format!(
            "{name:9} bounds {bounds:3} both {two_way:3} name {named:3} outlives {survives:3} death {dies}"
        ));
    }
    Ok(())
}
// ANCHOR_END: probe

// ANCHOR: answers
/// Whether it keeps messages apart, and whether it goes both ways.
fn answers((taker, putter): &(End, End)) -> Result<(bool, bool)> {
    putter.put(*b"ab")?;
    putter.put(*b"cd")?;
    let bounds = taker.take()? == Taken::Bytes(b"ab".to_vec());
    while !matches!(taker.take()?, Taken::Nothing) {
        if matches!(taker, End::Memory(_)) {
            break;
        }
    }
    let back = taker.put(*b"ef").is_ok() && matches!(putter.take(), Ok(Taken::Bytes(_)));
    Ok((bounds, back))
}
// ANCHOR_END: answers

fn word(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
