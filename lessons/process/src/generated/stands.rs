//! What a read returns when several descriptors stand in the same file.

use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use nix::unistd::{dup, read};
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::process::fork;

pub const GENERATOR: Generator =
    Generator { name: "stands", idea: "what is read after others have read", make };

const TEXT: &str = "abcdefghijklmnopqrstuvwxyz";

/// How the child comes to its descriptor.
#[derive(Clone, Copy, PartialEq)]
enum How {
    Inherits,
    Duplicates,
    Opens,
    OpensProc,
}

fn make(seed: &mut Seed) -> Problem {
    let how = seed.pick(&[How::Inherits, How::Duplicates, How::Opens, How::OpensProc]);
    let (first, child, last) = (seed.within(2, 5), seed.within(2, 6), seed.within(2, 4));
    let (does, does_ko) = match how {
        How::Inherits => ("reads from the inherited descriptor", "물려받은 디스크립터에서"),
        How::Duplicates => (
            "makes a `dup` of the inherited descriptor and reads from that",
            "물려받은 디스크립터를 `dup`한 것에서",
        ),
        How::Opens => {
            ("opens the file by its path and reads from that", "파일을 경로로 다시 열어 거기에서")
        }
        How::OpensProc => (
            "opens `/proc/self/fd/N` of the inherited descriptor and reads from that",
            "물려받은 디스크립터의 `/proc/self/fd/N`을 열어 거기에서",
        ),
    };
    let alone = &TEXT[first..first + last];
    let together = &TEXT[first + child..first + child + last];
    Problem::new(
        format!(
            "A file holds the alphabet, `{TEXT}`. A parent opens it and reads {first} bytes, then it \
             forks. The child {does}, {child} bytes, and exits. Then the parent reads {last} bytes. \
             Which letters are they?"
        ),
        format!(
            "파일에 알파벳 `{TEXT}`가 있습니다. 부모가 파일을 열어 {first}바이트를 읽고 fork합니다. \
             자식은 {does_ko} {child}바이트를 읽고 끝납니다. 그다음 부모가 {last}바이트를 읽습니다. \
             어떤 글자들입니까?"
        ),
    )
    .trap(
        alone,
        "The child's reading has moved the offset, which belongs to the open file and not to the \
         process.",
        "자식의 읽기가 오프셋을 옮겼습니다. 오프셋은 프로세스가 아니라 열린 파일에 속합니다.",
    )
    .trap(
        together,
        "The child has opened the file anew: that is another open file, with an offset of its own.",
        "자식은 파일을 새로 열었습니다. 그것은 따로 오프셋을 가진 다른 열린 파일입니다.",
    )
    .explained(
        "`{answer}`. `fork` and `dup` copy the descriptor; both copies mean one open file with one \
         offset. `open` makes a new open file, also through `/proc/self/fd`: it begins at 0 and \
         moves nobody else's offset.",
        "`{answer}`입니다. `fork`와 `dup`은 디스크립터를 복사하고, 복사본들은 오프셋이 하나인 같은 \
         열린 파일을 가리킵니다. `open`은 `/proc/self/fd`를 통하더라도 새로운 열린 파일을 만들어 \
         0에서 시작하고, 다른 오프셋을 옮기지 않습니다.",
    )
    .played_by("parent", move |me| parent(me, how, first, child, last))
}

fn parent(parent: &Actor, how: How, first: usize, child: usize, last: usize) -> Result {
    let path = parent.path("alphabet")?;
    std::fs::write(&path, TEXT)?;
    let file = OwnedFd::from(File::open(&path)?);
    parent.says(format!("reads {}", letters(&file, first)?));
    let other = fork(parent, "child", |me| {
        let own = other(&file, &path, how)?;
        me.says(format!("reads {}", letters(&own, child)?));
        Ok(())
    })?;
    parent.waits(other)?;
    let found = letters(&file, last)?;
    parent.says(format!("reads {found}"));
    parent.finds(found);
    Ok(())
}

fn other(file: &OwnedFd, path: &Path, how: How) -> Result<OwnedFd> {
    Ok(match how {
        How::Inherits => file.try_clone()?,
        How::Duplicates => dup(file)?,
        How::Opens => File::open(path)?.into(),
        How::OpensProc => File::open(format!("/proc/self/fd/{}", file.as_raw_fd()))?.into(),
    })
}

fn letters(file: &OwnedFd, count: usize) -> Result<String> {
    let mut buffer = vec![0; count];
    let length = read(file, &mut buffer)?;
    Ok(String::from_utf8(buffer[..length].to_vec())?)
}
