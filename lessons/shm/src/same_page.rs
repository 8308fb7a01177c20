//! One page of physical memory behind both mappings: the kernel tells who else has it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::ptr::NonNull;

use nix::sys::mman::MapFlags;
use stage::{Actor, Result, Scene, missing};

use crate::memory::{anonymous, page_size};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "same-page",
    "a shared page stays one page, a private one becomes two",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let shared = anonymous(page_size()?, MapFlags::MAP_SHARED)?;
    let private = anonymous(page_size()?, MapFlags::MAP_PRIVATE)?;
    store(shared, private);
    parent.says(format_args!("shared page: {}", users(shared)?));
    parent.says(format_args!("private page: {}", users(private)?));
    stage::ensure!(users(shared)? == ALONE && users(private)? == ALONE, "somebody has a page");

    let child = fork(parent, "child", |me| {
        // SAFETY: both are mapped. A load brings the page into this process's page table.
        unsafe { (shared.read_volatile(), private.read_volatile()) };
        me.says(format_args!("loads; shared page: {}", users(shared)?));
        me.says(format_args!("loads; private page: {}", users(private)?));
        stage::ensure!(users(private)? == TOGETHER, "the private page is here alone");
        store(shared, private);
        me.says(format_args!("stores; shared page: {}", users(shared)?));
        me.says(format_args!("stores; private page: {}", users(private)?));
        stage::ensure!(users(shared)? == TOGETHER, "the shared page is here alone");
        stage::ensure!(users(private)? == ALONE, "the private page is shared still");
        Ok(())
    })?;
    parent.waits(child)
}
// ANCHOR_END: parent

const ALONE: &str = "one process has it";
const TOGETHER: &str = "several processes have it";

fn store(shared: NonNull<u8>, private: NonNull<u8>) {
    // SAFETY: both are mapped for writing.
    unsafe {
        shared.write_volatile(1);
        private.write_volatile(1);
    }
}

// ANCHOR: users
/// The entry of a page in `/proc/self/pagemap`, see `proc_pid_pagemap(5)`.
fn users(page: NonNull<u8>) -> Result<&'static str> {
    let why = "it needs a kernel with CONFIG_PROC_PAGE_MONITOR";
    let lacks = |error| missing(format!("`/proc/self/pagemap` cannot be read ({error})"), why);
    let mut entry = [0; 8];
    let at = page.addr().get() / page_size()? * entry.len();
    File::open("/proc/self/pagemap")
        .and_then(|map| map.read_exact_at(&mut entry, at as u64))
        .map_err(lacks)?;
    let entry = u64::from_ne_bytes(entry);
    stage::ensure!(entry >> 63 == 1, "the page is not in memory");
    Ok(if entry >> 56 & 1 == 1 { ALONE } else { TOGETHER })
}
// ANCHOR_END: users
