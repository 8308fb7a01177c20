//! What one read after the other returns, up to the end of file or to nothing.

use std::os::fd::OwnedFd;

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::unistd::{pipe, read, write};
use stage::{Actor, CLOSE, Fork, Generator, Problem, Result, Seed};

pub const GENERATOR: Generator =
    Generator { name: "reads", idea: "what one read after the other returns", make };

fn make(seed: &mut Seed) -> Problem {
    let writes: Vec<usize> = (0..seed.within(1, 3)).map(|_| seed.within(3, 12)).collect();
    let buffer = seed.within(5, 14);
    let keeps = seed.coin();
    let list = writes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (own, own_ko) = match keeps {
        true => {
            ("The parent has kept its own write end open.", "부모는 쓰기 쪽을 열어 두었습니다.")
        }
        false => ("The parent has closed its own write end.", "부모는 쓰기 쪽을 닫았습니다."),
    };
    Problem::new(
        format!(
            "A parent makes a pipe and forks. The child writes into it, in separate calls, so many \
             bytes: {list}. Then it exits. {own} The parent now reads with `O_NONBLOCK` and a \
             buffer of {buffer} bytes, again and again, until `read` returns 0 or an error. What \
             do its reads return, one after the other?"
        ),
        format!(
            "부모가 파이프를 만들고 fork합니다. 자식이 따로따로 {list}바이트를 쓰고 끝납니다. {own_ko} \
             이제 부모가 `O_NONBLOCK`과 {buffer}바이트 버퍼로, `read`가 0이나 에러를 돌려줄 때까지 \
             계속 읽습니다. `read`는 차례로 무엇을 돌려줍니까? (예: `7 7 EAGAIN`)"
        ),
    )
    .list()
    .trap(
        format!("{} {}", list.replace(", ", " "), if keeps { "EAGAIN" } else { "0" }),
        "A pipe is a stream: it knows nothing of the writes that filled it. A read takes what is \
         there, up to its buffer.",
        "파이프는 스트림이어서 어떻게 나누어 썼는지 모릅니다. `read`는 있는 만큼, 버퍼가 허락하는 \
         만큼 가져옵니다.",
    )
    .explained(
        "{answer}. A read takes what is there, at most its buffer, whatever the writes were. 0 is \
         the end of file and comes when nobody can write any more; as long as anybody has the write \
         end open, also the reader itself, an empty pipe says `EAGAIN`.",
        "{answer}. `read`는 어떻게 썼는지와 상관없이 있는 만큼, 버퍼 크기까지 가져옵니다. 0은 파일 \
         끝이고, 쓸 수 있는 프로세스가 하나도 없을 때 옵니다. 읽는 쪽 자신이라도 쓰기 쪽을 열어 \
         두었다면 빈 파이프는 `EAGAIN`이라고 합니다.",
    )
    .played_by("parent", move |me| parent(me, &writes, buffer, keeps))
}

fn parent(parent: &Actor, writes: &[usize], buffer: usize, keeps: bool) -> Result {
    let (reader, writer) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => me.plays(|me| child(me, &writer, writes)),
        Fork::Parent(child) => child,
    };
    parent.waits(child)?;
    let kept = keeps.then_some(writer);
    if kept.is_none() {
        parent.says(format!("write end: {CLOSE}"));
    }
    fcntl(&reader, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let mut returned = Vec::new();
    loop {
        let result = read(&reader, &mut vec![0; buffer]);
        let text = result.map_or_else(|errno| format!("{errno:?}"), |length| length.to_string());
        parent.says(format!("reads: {text}"));
        returned.push(text);
        if result.is_err() || result == Ok(0) {
            break;
        }
    }
    drop(kept);
    parent.finds(returned.join(" "));
    Ok(())
}

fn child(child: &Actor, writer: &OwnedFd, writes: &[usize]) -> Result {
    for &length in writes {
        child.says(format!("writes {length} bytes"));
        write(writer, &vec![b'x'; length])?;
    }
    Ok(())
}
