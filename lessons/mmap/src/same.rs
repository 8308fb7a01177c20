//! A file, a shared memory object, a memfd and no file at all: one call, one kind of mapping.

use std::fs;

use nix::fcntl::OFlag;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, shm_open, shm_unlink};
use nix::sys::stat::Mode;
use stage::{Actor, Result, Scene, memory, missing, varies};

use crate::files::with_size;
use crate::mapping::{Mapping, page_size};
use crate::process::fork;

pub const SCENE: Scene = Scene::new(
    "same",
    "shared memory and a memory map are the same mechanism",
    &[("parent", parent)],
);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (page, flags) = (page_size()?, MapFlags::MAP_SHARED);
    let lacks = |what| move |error| missing(format!("{what} does not work here ({error})"), HOW);
    let file = with_size(parent, "file", page)?;

    let name = parent.shm_name("object")?;
    let mode = Mode::S_IRUSR | Mode::S_IWUSR;
    let object = shm_open(&*name, OFlag::O_CREAT | OFlag::O_RDWR, mode);
    let object = fs::File::from(object.map_err(lacks("shm_open"))?);
    let memfd = memfd_create("memfd", MFdFlags::empty()).map_err(lacks("memfd_create"))?;
    let memfd = fs::File::from(memfd);
    for nameless in [&object, &memfd] {
        nameless.set_len(page as u64)?;
    }
    let mappings = [
        ("file", Mapping::of(&file, page, flags)?),
        ("object", Mapping::of(&object, page, flags)?),
        ("memfd", Mapping::of(&memfd, page, flags)?),
        ("nothing", Mapping::anonymous(page, flags)?),
    ];
    for (kind, mapping) in &mappings {
        let (way, path) = entry(mapping)?;
        parent.says(format_args!("{kind}: {way} {}", masked(parent, &path)?));
        stage::ensure!(way == "rw-s", "`{kind}` is mapped as `{way}`");
    }

    let child = fork(parent, "child", |me| {
        for (kind, mapping) in &mappings {
            me.sends(memory(kind), TEXT);
            mapping.store(0, TEXT);
        }
        Ok(())
    })?;
    parent.waits(child)?;
    for (kind, mapping) in &mappings {
        let text = mapping.load(0, TEXT.len());
        parent.gets(memory(kind), &text);
        stage::ensure!(text == TEXT, "`{kind}` has `{text}`");
    }
    Ok(shm_unlink(name.as_c_str())?)
}
// ANCHOR_END: parent

const TEXT: &str = "seen by the parent";
const HOW: &str = "mount a tmpfs on /dev/shm, outside a sandbox that forbids it";

/// The permissions and the path that the kernel shows for a mapping.
fn entry(mapping: &Mapping) -> Result<(String, String)> {
    let maps = fs::read_to_string("/proc/self/maps")?;
    let head = format!("{:08x}-", mapping.start.addr());
    let line = maps.lines().find(|line| line.starts_with(&head));
    let line = line.ok_or_else(|| stage::Error::new("the mapping is not in `/proc/self/maps`"))?;
    let way = line.split_whitespace().nth(1).unwrap_or_default();
    let path = line.split_whitespace().skip(5).collect::<Vec<_>>().join(" ");
    Ok((way.to_owned(), path))
}

/// The path, in which what differs from run to run is marked.
fn masked(actor: &Actor, path: &str) -> Result<String> {
    let folder = actor.path("file")?;
    let folder = folder.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    let object = actor.shm_name("object")?.into_string()?;
    let path = path.replace(&folder, &varies("folder", &folder));
    Ok(path.replace(&object[1..], &varies("name", &object[1..])))
}
