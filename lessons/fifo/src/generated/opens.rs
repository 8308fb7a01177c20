//! What opening a FIFO does, given who has it open already.

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use stage::{Act, Actor, Fork, Generator, Line, Problem, Result, Seed, stuck_in};

pub const GENERATOR: Generator =
    Generator { name: "opens", idea: "whether opening a FIFO waits, fails or succeeds", make };

const NOW: &str = "returns a descriptor";

fn make(seed: &mut Seed) -> Problem {
    let states = [
        (None, "Nobody has it open.", "아무도 열지 않았습니다."),
        (
            Some(OFlag::O_RDONLY),
            "Another process has it open, only to read.",
            "다른 프로세스가 읽기 전용으로 열어 두었습니다.",
        ),
        (
            Some(OFlag::O_WRONLY),
            "Another process has it open, only to write.",
            "다른 프로세스가 쓰기 전용으로 열어 두었습니다.",
        ),
        (
            Some(OFlag::O_RDWR),
            "Another process has it open with `O_RDWR`.",
            "다른 프로세스가 `O_RDWR`로 열어 두었습니다.",
        ),
    ];
    // What does not simply succeed comes up as often as what does.
    let (other, has, has_ko) = states[seed.pick(&[0, 0, 1, 2, 2, 3])];
    let (flags, code) = seed.pick(&[
        (OFlag::O_RDONLY, "O_RDONLY"),
        (OFlag::O_WRONLY, "O_WRONLY"),
        (OFlag::O_RDONLY.union(OFlag::O_NONBLOCK), "O_RDONLY | O_NONBLOCK"),
        (OFlag::O_WRONLY.union(OFlag::O_NONBLOCK), "O_WRONLY | O_NONBLOCK"),
        (OFlag::O_WRONLY.union(OFlag::O_NONBLOCK), "O_WRONLY | O_NONBLOCK"),
        (OFlag::O_RDWR, "O_RDWR"),
    ]);
    Problem::new(
        format!("There is a FIFO. {has} What does `open(path, {code})` do?"),
        format!("FIFO가 하나 있습니다. {has_ko} `open(path, {code})`는 어떻게 됩니까?"),
    )
    .choice(
        "opened",
        ["It returns a descriptor at once.", "바로 디스크립터를 돌려줍니다."],
        [
            "So it is when the other end is open already, with `O_RDWR`, and for a reader that does \
             not want to wait.",
            "반대쪽이 이미 열려 있을 때, `O_RDWR`일 때, 그리고 기다리지 않으려는 읽는 쪽이 그렇습니다.",
        ],
    )
    .choice(
        "waits",
        ["It waits until somebody opens the other end.", "누군가 반대쪽을 열 때까지 기다립니다."],
        [
            "So it is without `O_NONBLOCK`, as long as nobody has the other end open.",
            "`O_NONBLOCK`이 없고 아무도 반대쪽을 열지 않았을 때 그렇습니다.",
        ],
    )
    .choice(
        "ENXIO",
        ["It fails with `ENXIO`.", "`ENXIO`로 실패합니다."],
        [
            "So it is for a writer that does not want to wait, while nobody can read.",
            "읽을 프로세스가 없는데 기다리지 않으려는 쓰는 쪽이 그렇습니다.",
        ],
    )
    .choice(
        "EAGAIN",
        ["It fails with `EAGAIN`.", "`EAGAIN`으로 실패합니다."],
        [
            "That is what `read` and `write` say; `open` never says it of a FIFO.",
            "그것은 `read`와 `write`의 대답입니다. FIFO의 `open`은 그렇게 말하지 않습니다.",
        ],
    )
    .explained(
        "`open` of a FIFO waits for the other end. With `O_NONBLOCK` a reader gets its descriptor \
         at once and a writer without a reader gets `ENXIO`. `O_RDWR` is both ends, so it need not \
         wait, and nobody needs to wait for another while it is open.",
        "FIFO의 `open`은 반대쪽을 기다립니다. `O_NONBLOCK`이면 읽는 쪽은 바로 열리고, 읽는 프로세스가 \
         없는 쓰는 쪽은 `ENXIO`를 받습니다. `O_RDWR`은 양쪽이므로 기다리지 않고, 그것이 열려 있는 동안 \
         다른 프로세스도 기다리지 않습니다.",
    )
    .played_by("other", move |me| process(me, other, flags, code))
    .found_in_lines(found)
}

/// The other process: it has the FIFO open as it was drawn, and lets a child open it.
fn process(me: &Actor, has: Option<OFlag>, flags: OFlag, code: &'static str) -> Result {
    let path = me.path("fifo")?;
    mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
    // To have only the end that it shall have, it opens both and closes one again.
    let both = open(&path, OFlag::O_RDWR, Mode::empty())?;
    let held = match has {
        None => None,
        Some(OFlag::O_RDWR) => Some(open(&path, OFlag::O_RDWR, Mode::empty())?),
        Some(one) => Some(open(&path, one, Mode::empty())?),
    };
    drop(both);
    let child = match me.forks("opener")? {
        Fork::Child(me) => {
            // What it inherits would be an open end of its own.
            drop(held);
            me.plays(|me| {
                let result = open(&path, flags, Mode::empty());
                let what =
                    result.err().map_or_else(|| NOW.to_owned(), |errno| format!("{errno:?}"));
                me.says(format!("open(path, {code}): {what}"));
                Ok(())
            })
        }
        Fork::Parent(child) => child,
    };
    me.waits(child)
}

fn found(lines: &[Line]) -> String {
    if stuck_in(lines, "open") == 1 {
        return "waits".to_owned();
    }
    let said = lines.iter().find(|line| line.actor == "opener" && line.act == Act::Says);
    let what = said.and_then(|line| line.text.rsplit_once(": ")).map_or("", |(_, what)| what);
    if what == NOW { "opened".to_owned() } else { what.to_owned() }
}
