//! What the next one is told who locks a mutex whose owner has died.

use libc::{
    PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_MUTEX_STALLED,
    PTHREAD_PRIO_NONE,
};
use stage::{Act, Actor, Generator, Line, Problem, Result, Seed, stuck_in};

use crate::memory::shared;
use crate::process::fork;
use crate::pthread::Mutex;

pub const GENERATOR: Generator =
    Generator { name: "died", idea: "what a lock says whose owner has died", make };

#[derive(Clone, Copy)]
struct Drawn {
    robust: bool,
    checked: bool,
    unlocks: bool,
    mends: bool,
}

fn make(seed: &mut Seed) -> Problem {
    let drawn = Drawn {
        robust: seed.within(0, 3) > 0,
        checked: seed.coin(),
        unlocks: seed.within(0, 3) == 0,
        mends: seed.coin(),
    };
    let Drawn { robust, checked, unlocks, mends } = drawn;
    let kind = if checked { "error-checking " } else { "" };
    let kind_ko = if checked { "오류 검사 " } else { "" };
    let (robust_en, robust_ko) = match robust {
        true => ("robust", "로버스트"),
        false => ("not robust", "로버스트가 아닌"),
    };
    let (dies, dies_ko) = match unlocks {
        true => ("locks it, unlocks it and is killed", "잠그고 푼 다음 죽습니다"),
        false => ("locks it and is killed", "잠근 채 죽습니다"),
    };
    let (mended, mended_ko) = match mends {
        true => (
            "calls `pthread_mutex_consistent` and unlocks it",
            "`pthread_mutex_consistent`를 부르고 풉니다",
        ),
        false => ("just unlocks it", "그냥 풉니다"),
    };
    Problem::new(
        format!(
            "A {kind}mutex in shared memory is {robust_en}. One process {dies}. A second one locks \
             it; if it gets the lock, whatever the lock says, it {mended}. Then a third one locks \
             it. What does the third one's `pthread_mutex_lock` do?"
        ),
        format!(
            "공유 메모리에 {robust_ko} {kind_ko}뮤텍스가 있습니다. 첫째 프로세스가 {dies_ko}. 둘째 \
             프로세스가 잠그고, 무엇을 돌려받든 락을 얻었다면 {mended_ko}. 그다음 셋째 프로세스가 \
             잠급니다. 셋째의 `pthread_mutex_lock`은 어떻게 됩니까?"
        ),
    )
    .choice(
        "0",
        ["It returns 0.", "0을 돌려줍니다."],
        [
            "So it is when the mutex was free, or was said to be consistent again.",
            "뮤텍스가 풀려 있었거나 다시 온전하다고 선언되었을 때 그렇습니다.",
        ],
    )
    .choice(
        "EOWNERDEAD",
        ["It returns `EOWNERDEAD`.", "`EOWNERDEAD`를 돌려줍니다."],
        [
            "That is told to the first one who locks a robust mutex after its owner's death.",
            "그것은 소유자가 죽은 로버스트 뮤텍스를 처음 잠그는 프로세스가 듣습니다.",
        ],
    )
    .choice(
        "ENOTRECOVERABLE",
        ["It returns `ENOTRECOVERABLE`.", "`ENOTRECOVERABLE`을 돌려줍니다."],
        [
            "So it is when a robust mutex was unlocked and nobody had said that it is consistent.",
            "로버스트 뮤텍스를 온전하다고 하지 않은 채 풀었을 때 그렇습니다.",
        ],
    )
    .choice(
        "waits",
        ["It waits for ever.", "영원히 기다립니다."],
        [
            "So it is when the owner of a mutex that is not robust has died with it.",
            "로버스트가 아닌 뮤텍스의 소유자가 잠근 채 죽었을 때 그렇습니다.",
        ],
    )
    .explained(
        "Of a robust mutex the kernel knows the owner: the next one who locks it gets the lock and \
         `EOWNERDEAD`. If it does not call `pthread_mutex_consistent` before it unlocks, nobody can \
         ever lock the mutex again. A mutex that is not robust stays locked for ever.",
        "로버스트 뮤텍스는 커널이 소유자를 압니다. 다음에 잠그는 프로세스는 락과 함께 `EOWNERDEAD`를 \
         받습니다. 풀기 전에 `pthread_mutex_consistent`를 부르지 않으면 아무도 다시 잠글 수 없습니다. \
         로버스트가 아니면 영원히 잠긴 채 남습니다.",
    )
    .played_by("parent", move |me| parent(me, drawn))
    .found_in_lines(found)
}

fn parent(parent: &Actor, drawn: Drawn) -> Result {
    let mutex = shared(Mutex::room())?;
    let kind = if drawn.checked { PTHREAD_MUTEX_ERRORCHECK } else { PTHREAD_MUTEX_NORMAL };
    let robust = if drawn.robust { PTHREAD_MUTEX_ROBUST } else { PTHREAD_MUTEX_STALLED };
    mutex.init(kind, PTHREAD_PRIO_NONE, robust)?;
    let first = fork(parent, "first", |me| {
        mutex.lock()?;
        me.says("has the lock");
        if drawn.unlocks {
            mutex.unlock()?;
            me.says("has unlocked it");
        }
        Ok(nix::sys::signal::raise(nix::sys::signal::Signal::SIGKILL)?)
    })?;
    parent.reaps(first)?;
    let second = fork(parent, "second", |me| {
        me.says(format!("locks it: {}", told(mutex.lock())));
        if drawn.mends {
            // Where nobody has died there is nothing to mend, and the call says so.
            me.says(format!("says that it is consistent: {}", told(mutex.consistent())));
        }
        me.says(format!("unlocks it: {}", told(mutex.unlock())));
        Ok(())
    })?;
    parent.until_waiting_or_ended("second", "futex")?;
    let third = fork(parent, "third", |me| {
        me.says(format!("locks it: {}", told(mutex.lock())));
        Ok(())
    })?;
    parent.waits(third)?;
    parent.waits(second)
}

fn told(result: nix::Result<()>) -> String {
    result.err().map_or_else(|| "0".to_owned(), |errno| format!("{errno:?}"))
}

fn found(lines: &[Line]) -> String {
    let said = lines.iter().find(|line| line.actor == "third" && line.act == Act::Says);
    match said.and_then(|line| line.text.strip_prefix("locks it: ")) {
        Some(told) => told.to_owned(),
        None if stuck_in(lines, "futex") > 0 => "waits".to_owned(),
        None => String::new(),
    }
}
