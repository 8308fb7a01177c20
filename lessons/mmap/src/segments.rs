//! How a program's own file is mapped: private, so that its variables are its own.

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Result, Scene, memory};

use crate::pages;
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "segments",
    "a program is mapped from its file, and every mapping is private",
    &[("parent", parent)],
);

// ANCHOR: parent
const FIRST: u32 = 7;

/// A variable with a first value: it lies in the program's file.
static COUNTER: AtomicU32 = AtomicU32::new(FIRST);

fn parent(parent: &Actor) -> Result {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let program = format!(" {}", fs::read_link("/proc/self/exe")?.display());
    let mine = maps.lines().filter(|line| line.ends_with(&program));
    let segments: BTreeMap<_, _> =
        mine.filter_map(|line| Some((line.split(' ').nth(1)?, line.split(' ').next()?))).collect();
    for way in segments.keys() {
        parent.says(format_args!("{way}: its {}", what(way)));
    }
    let ways = ["r--p", "r-xp", "rw-p"];
    stage::ensure!(segments.keys().eq(&ways), "the program is mapped as {segments:?}");
    let copies = pages::count_at(segments["r-xp"], "Anonymous")?;
    parent.says(format_args!("pages of instructions that are copies: {copies}"));
    stage::ensure!(copies == 0, "{copies} pages of instructions are copies");

    parent.sends(memory("counter"), COUNTER.load(Relaxed));
    let child = fork(parent, "child", |me| {
        let first = COUNTER.load(Relaxed);
        me.gets(memory("counter"), first);
        COUNTER.store(first + 1, Relaxed);
        me.says(format_args!("stores {}; has {}", first + 1, COUNTER.load(Relaxed)));
        Ok(())
    })?;
    parent.waits(child)?;
    let now = COUNTER.load(Relaxed);
    parent.gets(memory("counter"), now);
    stage::ensure!(now == FIRST, "the child has changed the parent's variable to {now}");
    Ok(())
}
// ANCHOR_END: parent

fn what(way: &str) -> &'static str {
    match way {
        "r-xp" => "instructions",
        "r--p" => "constants",
        "rw-p" => "variables",
        _ => "surprises",
    }
}
