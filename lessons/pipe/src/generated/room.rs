//! How much still goes into a pipe.

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::{read, write};
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::facts::pipe_with_room;
use crate::generated::blocked::page_size;

pub const GENERATOR: Generator =
    Generator { name: "room", idea: "how many pages still go into a pipe", make };

#[derive(Clone, Copy)]
struct Drawn {
    pages: usize,
    written: usize,
    read: usize,
    /// Bytes of one more page that have been read.
    more: usize,
}

fn make(seed: &mut Seed) -> Problem {
    let pages = seed.pick(&[4, 8, 16]);
    let written = seed.within(pages / 2, pages);
    let read = seed.within(0, written - 1);
    let more = seed.pick(&[0, 1, 100, 2000]);
    let drawn = Drawn { pages, written, read, more };
    Problem::new(
        format!(
            "A pipe has room for {pages} pages. {written} pages have been written into it, a page \
             at a time, and {read} pages and {more} bytes have been read from it. Now a process \
             writes on with `O_NONBLOCK`, a page at a time. How many pages go in before `write` \
             says `EAGAIN`?"
        ),
        format!(
            "어떤 파이프에 {pages}페이지가 들어갑니다. 한 페이지씩 {written}페이지를 썼고, 그 가운데 \
             {read}페이지와 {more}바이트를 읽었습니다. 이제 한 프로세스가 `O_NONBLOCK`으로 한 \
             페이지씩 계속 씁니다. `write`가 `EAGAIN`이라고 하기 전에 몇 페이지가 들어갑니까?"
        ),
    )
    .number("pages")
    .trap(
        pages - written,
        "What has been read makes room again, as soon as a whole page is empty.",
        "한 페이지를 다 읽으면 그 자리가 다시 빕니다.",
    )
    .trap(
        pages - written + read + 1,
        "A page of which only a part has been read is still in use.",
        "일부만 읽은 페이지는 아직 쓰이는 중입니다.",
    )
    .explained(
        "{answer}: the kernel keeps a pipe in pages. A page is free again when its last byte has \
         been read; a page that is read in part still takes its whole place.",
        "{answer}페이지입니다. 커널은 파이프를 페이지 단위로 둡니다. 마지막 바이트까지 읽은 \
         페이지만 다시 비고, 일부만 읽은 페이지는 자리를 그대로 차지합니다.",
    )
    .played_by("process", move |me| process(me, drawn))
}

fn process(me: &Actor, drawn: Drawn) -> Result {
    let page = page_size()?;
    let (reader, writer) = pipe_with_room(drawn.pages * page)?;
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let full = vec![b'x'; page];
    for _ in 0..drawn.written {
        let length = write(&writer, &full)?;
        stage::ensure!(length == page, "wrote {length} bytes of a page");
    }
    me.says(format!("writes {} pages into a pipe for {}", drawn.written, drawn.pages));
    let mut wanted = drawn.read * page + drawn.more;
    let mut buffer = vec![0; wanted.max(1)];
    while wanted > 0 {
        wanted -= read(&reader, &mut buffer[..wanted])?;
    }
    me.says(format!("reads {} pages and {} bytes", drawn.read, drawn.more));
    let mut went_in = 0;
    let errno = loop {
        match write(&writer, &full) {
            Ok(length) => went_in += length,
            Err(errno) => break errno,
        }
    };
    me.says(format!("writes on: {} pages, then {errno:?}", went_in / page));
    stage::ensure!(errno == Errno::EAGAIN && went_in % page == 0, "{went_in} bytes, {errno}");
    me.finds(went_in / page);
    Ok(())
}
