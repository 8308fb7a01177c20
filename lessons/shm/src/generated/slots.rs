//! What a ring of a few slots holds after puts and takes.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use stage::{Actor, Generator, Problem, Result, Seed};

use crate::memory::shared;

pub const GENERATOR: Generator =
    Generator { name: "slots", idea: "how many puts a ring of a few slots refuses", make };

fn make(seed: &mut Seed) -> Problem {
    let slots = seed.within(3, 5);
    let one_free = seed.coin();
    let operations: Vec<bool> = (0..seed.within(8, 12)).map(|_| seed.within(0, 2) > 0).collect();
    let text: String = operations.iter().map(|put| if *put { 'P' } else { 'T' }).collect();
    let (rule, rule_ko) = match one_free {
        true => (
            "Its two indices run from 0 to the number of slots and begin anew; when they are equal, \
             it is empty, so one slot always stays free.",
            "두 인덱스는 0부터 슬롯 수까지 돌고, 같으면 비어 있다는 뜻이어서 슬롯 하나는 늘 비워 둡니다.",
        ),
        false => (
            "It counts all puts and all takes, and uses the remainder as the slot's index, so every \
             slot can be used.",
            "넣은 수와 꺼낸 수를 모두 세고 나머지를 슬롯 번호로 쓰므로 모든 슬롯을 쓸 수 있습니다.",
        ),
    };
    Problem::new(
        format!(
            "A ring in shared memory has {slots} slots and is empty. {rule} A put into a full ring \
             and a take from an empty one are refused at once. P is a put, T is a take: `{text}`. \
             How many puts are refused?"
        ),
        format!(
            "공유 메모리의 링에 슬롯이 {slots}개 있고 비어 있습니다. {rule_ko} 가득 찬 링에 넣는 것과 빈 \
             링에서 꺼내는 것은 바로 거절됩니다. P는 넣기, T는 꺼내기입니다: `{text}`. 넣기는 몇 번 \
             거절됩니까?"
        ),
    )
    .number("")
    .trap(
        text.matches('P').count().saturating_sub(slots),
        "Each take makes a slot free again.",
        "꺼낼 때마다 슬롯 하나가 다시 빕니다.",
    )
    .explained(
        "{answer}: full and empty must look different. Two indices that are equal mean empty, so \
         such a ring is full with one slot less; two counters that are never reduced tell by their \
         difference how many are inside.",
        "{answer}번입니다. 가득 찬 것과 빈 것은 달라 보여야 합니다. 두 인덱스가 같으면 빈 것이므로 그런 \
         링은 슬롯 하나를 남기고 가득 찹니다. 줄이지 않는 두 카운터는 그 차이로 몇 개가 들어 있는지 \
         알려 줍니다.",
    )
    .played_by("process", move |me| process(me, slots as u32, one_free, &operations))
}

/// Two words in shared memory, as a producer and a consumer have them.
#[derive(Default)]
struct Ring {
    put: AtomicU32,
    taken: AtomicU32,
}

fn process(me: &Actor, slots: u32, one_free: bool, operations: &[bool]) -> Result {
    let ring = shared(Ring::default())?;
    let next = |index: u32| if one_free { (index + 1) % slots } else { index + 1 };
    let mut refused = 0;
    for put in operations {
        let (head, tail) = (ring.put.load(Relaxed), ring.taken.load(Relaxed));
        let full = if one_free { next(head) == tail } else { head - tail == slots };
        let (title, index, is_refused) = match put {
            true => ("put", &ring.put, full),
            false => ("take", &ring.taken, head == tail),
        };
        refused += u32::from(*put && full);
        if is_refused {
            me.says(format!("{title}: refused"));
        } else {
            index.store(next(index.load(Relaxed)), Relaxed);
            let (head, tail) = (ring.put.load(Relaxed), ring.taken.load(Relaxed));
            me.says(format!("{title}; put {head}, taken {tail}"));
        }
    }
    me.finds(refused);
    Ok(())
}
