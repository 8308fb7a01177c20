//! How many pages of new memory are there after some have been touched.

use nix::sys::mman::{MapFlags, MmapAdvise, madvise};
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::mapping::{Mapping, page_size};
use crate::pages::{absent, in_memory};

pub const GENERATOR: Generator =
    Generator { name: "resident", idea: "how many pages are in memory after some stores", make };

fn make(seed: &mut Seed) -> Problem {
    let pages = seed.pick(&[16, 24, 32, 40]);
    let first = seed.within(0, 6);
    // In quarters of a page.
    let step = seed.pick(&[1, 2, 3, 4, 5, 6, 8, 10, 12]);
    let count = seed.within(3, 4 * (pages - first) / step);
    let step_text = match (step / 4, ["", "1/4", "1/2", "3/4"][step % 4]) {
        (0, part) => part.to_owned(),
        (whole, "") => whole.to_string(),
        (whole, part) => format!("{whole} {part}"),
    };
    let unit = if step <= 4 { "page" } else { "pages" };
    Problem::new(
        format!(
            "A process makes a private anonymous mapping of {pages} pages (no huge pages). It stores \
             one byte at the start of page {first}, counted from 0, and then one byte every \
             {step_text} {unit}, {count} bytes in all. How many pages of the mapping are in memory?"
        ),
        format!(
            "한 프로세스가 {pages}페이지의 사적 익명 매핑을 만듭니다(큰 페이지 없음). 0부터 세어 \
             {first}번 페이지의 처음에 한 바이트를 쓰고, 그다음 {step_text}페이지마다 한 바이트씩, 모두 \
             {count}바이트를 씁니다. 매핑의 몇 페이지가 메모리에 있습니까?"
        ),
    )
    .number("pages")
    .trap(
        pages,
        "`mmap` reserves addresses. Memory comes page by page, when it is touched.",
        "`mmap`은 주소를 잡아 둘 뿐입니다. 메모리는 건드릴 때 한 페이지씩 옵니다.",
    )
    .trap(
        count,
        "Several stores into one page need one page.",
        "한 페이지에 여러 번 써도 필요한 것은 한 페이지입니다.",
    )
    .explained(
        "{answer}: each page is brought by the first touch, with one page fault, and later touches \
         of it cost nothing. What is never touched needs no memory.",
        "{answer}페이지입니다. 페이지는 처음 건드릴 때 페이지 폴트 한 번으로 오고, 그다음에는 그냥 \
         쓰입니다. 건드리지 않은 것은 메모리가 필요 없습니다.",
    )
    .played_by("process", move |me| process(me, pages, first, step, count))
}

fn process(me: &Actor, pages: usize, first: usize, step: usize, count: usize) -> Result {
    let page = page_size()?;
    let mapping = Mapping::anonymous(pages * page, MapFlags::MAP_PRIVATE)?;
    // SAFETY: this advice changes no memory. A kernel without huge pages refuses it, and needs none.
    let _ = unsafe { madvise(mapping.start.cast(), mapping.bytes, MmapAdvise::MADV_NOHUGEPAGE) };
    me.says(format!("maps {pages} pages; in memory: {}", absent(&mapping)?));
    for number in 0..count {
        mapping.store(first * page + number * step * page / 4, "x");
    }
    let found = in_memory(&mapping)?;
    me.says(format!("stores {count} bytes; in memory: {found}"));
    me.finds(found);
    Ok(())
}
