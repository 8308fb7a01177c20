//! What a write without waiting does in front of little room.

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::{read, write};
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::facts::pipe_with_room;
use crate::generated::blocked::page_size;

pub const GENERATOR: Generator =
    Generator { name: "partial", idea: "what a write does that finds too little room", make };

const ROOM: usize = 8;

fn make(seed: &mut Seed) -> Problem {
    let free = seed.within(0, 5);
    let wanted = seed.within(2, 7);
    Problem::new(
        format!(
            "A pipe with room for {ROOM} pages is full, then {free} pages are read from it. A \
             process calls `write` once, with `O_NONBLOCK`, for {wanted} pages (more than \
             `PIPE_BUF`). How many pages does it write? If it writes nothing: which error is it?"
        ),
        format!(
            "{ROOM}페이지가 들어가는 파이프가 가득 찼다가, 거기서 {free}페이지를 읽었습니다. 한 \
             프로세스가 `O_NONBLOCK`으로 `write`를 한 번 불러 {wanted}페이지를 쓰려고 합니다 \
             (`PIPE_BUF`보다 많습니다). 몇 페이지를 씁니까? 아무것도 쓰지 못한다면 어떤 에러입니까?"
        ),
    )
    .trap(
        "EAGAIN",
        "That is what it says when nothing fits, or when a write of at most `PIPE_BUF` bytes does \
         not fit as a whole. A larger one writes what fits.",
        "아무것도 들어가지 않거나, `PIPE_BUF` 이하의 쓰기가 통째로 들어가지 않을 때의 대답입니다. 더 \
         큰 쓰기는 들어가는 만큼 씁니다.",
    )
    .trap(
        0,
        "It does not return 0: that nothing went in is the error `EAGAIN`.",
        "0을 돌려주지 않습니다. 아무것도 쓰지 못하면 `EAGAIN`입니다.",
    )
    .trap(
        wanted,
        "Only what fits goes in, and `write` says how much it was.",
        "들어가는 만큼만 쓰고, 얼마인지 `write`가 알려 줍니다.",
    )
    .explained(
        "{answer}. With `O_NONBLOCK` a write of more than `PIPE_BUF` bytes puts in what fits and \
         returns that number; only when nothing fits it fails with `EAGAIN`.",
        "{answer}. `O_NONBLOCK`일 때 `PIPE_BUF`보다 큰 쓰기는 들어가는 만큼 쓰고 그 수를 돌려줍니다. \
         아무것도 들어가지 않을 때만 `EAGAIN`으로 실패합니다.",
    )
    .played_by("process", move |me| process(me, free, wanted))
}

fn process(me: &Actor, free: usize, wanted: usize) -> Result {
    let page = page_size()?;
    let (reader, writer) = pipe_with_room(ROOM * page)?;
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    write(&writer, &vec![b'x'; ROOM * page])?;
    for _ in 0..free {
        read(&reader, &mut vec![0; page])?;
    }
    me.says(format!("has a full pipe of {ROOM} pages, and reads {free} of them"));
    let result = write(&writer, &vec![b'y'; wanted * page]);
    let answer = match result {
        Ok(length) => {
            stage::ensure!(length % page == 0, "{length} bytes are in");
            (length / page).to_string()
        }
        Err(errno) => format!("{errno:?}"),
    };
    me.says(format!("writes {wanted} pages: {answer}"));
    me.finds(answer);
    Ok(())
}
