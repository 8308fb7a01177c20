//! What is still in a FIFO when others have come and gone.

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, Generator, Problem, Result, Seed};

pub const GENERATOR: Generator = Generator {
    name: "kept",
    idea: "how much is still in a FIFO after others have closed it",
    make,
};

fn make(seed: &mut Seed) -> Problem {
    let written = seed.within(20, 60);
    let taken = seed.within(0, 15);
    let held = seed.coin();
    let (held_en, held_ko) = match held {
        true => (
            "A third process has the FIFO open with `O_RDWR` all the time.",
            "세 번째 프로세스가 내내 FIFO를 `O_RDWR`로 열어 두고 있습니다.",
        ),
        false => ("No other process has the FIFO open.", "다른 프로세스는 FIFO를 열지 않았습니다."),
    };
    Problem::new(
        format!(
            "A process opens a FIFO and writes {written} bytes into it; another reads {taken} of \
             them. {held_en} Both close it. Then a process opens the FIFO with \
             `O_RDONLY | O_NONBLOCK` and reads into a large buffer. How many bytes does it get?"
        ),
        format!(
            "한 프로세스가 FIFO를 열어 {written}바이트를 쓰고, 다른 프로세스가 그 가운데 {taken}바이트를 \
             읽습니다. {held_ko} 둘 다 닫습니다. 그다음 한 프로세스가 FIFO를 `O_RDONLY | O_NONBLOCK`으로 \
             열어 큰 버퍼로 읽습니다. 몇 바이트를 얻습니까?"
        ),
    )
    .number("bytes")
    .trap(
        written - taken,
        "A FIFO is no file: when the last descriptor of it is closed, what is inside is gone.",
        "FIFO는 파일이 아닙니다. 마지막 디스크립터가 닫히면 안에 있던 것은 사라집니다.",
    )
    .trap(
        0,
        "As long as anybody has the FIFO open, the kernel keeps what is inside.",
        "누군가 FIFO를 열어 두는 동안 커널은 안에 있는 것을 간직합니다.",
    )
    .trap(
        written,
        "What has been read is not there any more.",
        "읽은 것은 더 이상 없습니다.",
    )
    .explained(
        "{answer}: only the name of a FIFO is in the file system. Its bytes are in the kernel, as \
         long as at least one process has it open; with the last `close` they are lost.",
        "{answer}바이트입니다. 파일 시스템에는 FIFO의 이름만 있습니다. 바이트는 한 프로세스라도 열어 \
         두는 동안 커널에 있고, 마지막 `close`와 함께 사라집니다.",
    )
    .played_by("process", move |me| process(me, written, taken, held))
}

fn process(me: &Actor, written: usize, taken: usize, held: bool) -> Result {
    let path = me.path("fifo")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    let keeper = held.then(|| open(&path, OFlag::O_RDWR, Mode::empty())).transpose()?;
    let reader = open(&path, OFlag::O_RDONLY | OFlag::O_NONBLOCK, Mode::empty())?;
    let writer = open(&path, OFlag::O_WRONLY, Mode::empty())?;
    write(&writer, &vec![b'x'; written])?;
    let got = if taken == 0 { 0 } else { read(&reader, &mut vec![0; taken])? };
    me.says(format!("has written {written} bytes and read {got}, and closes both ends"));
    drop((reader, writer));

    let last = open(&path, OFlag::O_RDONLY | OFlag::O_NONBLOCK, Mode::empty())?;
    let found = match read(&last, &mut [0; 4096]) {
        Ok(length) => length,
        // Somebody could still write, but nothing is there.
        Err(Errno::EAGAIN) => 0,
        Err(errno) => return Err(errno.into()),
    };
    me.says(format!("opens it again, and reads {found} bytes"));
    drop(keeper);
    me.finds(found);
    Ok(())
}
