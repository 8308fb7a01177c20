//! What a load does near and behind the end of a mapped file.

use nix::sys::mman::{MapFlags, ProtFlags, mprotect};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use stage::{Actor, Error, Generator, Problem, Result, Seed};

use crate::files::with_size;
use crate::mapping::{Mapping, page_size};
use crate::process::{fork, no_core};

pub const GENERATOR: Generator =
    Generator { name: "behind", idea: "what a load does behind the end of a mapped file", make };

/// A size in pages and bytes.
#[derive(Clone, Copy)]
struct Size {
    pages: usize,
    bytes: usize,
}

impl Size {
    /// In English: `1 page and 100 bytes`.
    fn told(self) -> String {
        let some = |count, of| format!("{count} {of}{}", if count == 1 { "" } else { "s" });
        format!("{} and {}", some(self.pages, "page"), some(self.bytes, "byte"))
    }
}

fn make(seed: &mut Seed) -> Problem {
    let file = Size { pages: seed.within(0, 3), bytes: seed.pick(&[1, 100, 1000, 3000]) };
    let mapped = file.pages + seed.within(2, 3);
    // In the file, in the rest of its last page, in a page behind it, behind the mapping.
    let at = match seed.within(0, 3) {
        0 => Size { pages: file.pages, bytes: file.bytes - 1 },
        1 => Size { pages: file.pages, bytes: seed.within(file.bytes, 4095) },
        2 => Size { pages: seed.within(file.pages + 1, mapped - 1), bytes: seed.within(0, 500) },
        _ => Size { pages: mapped, bytes: seed.within(0, 500) },
    };
    Problem::new(
        format!(
            "A file has {}, and every byte of it is `x`. A process maps {mapped} pages of it, and \
             the page behind that belongs to nobody. Then it loads the byte at the offset of {}. \
             What happens?",
            file.told(),
            at.told()
        ),
        format!(
            "파일의 크기는 {}페이지와 {}바이트이고 모든 바이트가 `x`입니다. 한 프로세스가 그 파일의 \
             {mapped}페이지를 매핑했고, 그다음 페이지는 누구의 것도 아닙니다. 이제 {}페이지와 \
             {}바이트의 자리에서 한 바이트를 읽습니다. 어떻게 됩니까?",
            file.pages, file.bytes, at.pages, at.bytes
        ),
    )
    .choice(
        "x",
        ["It gets `x`.", "`x`를 얻습니다."],
        ["So it is within the file.", "파일 안이면 그렇습니다."],
    )
    .choice(
        "zero",
        ["It gets a zero byte.", "0 바이트를 얻습니다."],
        [
            "So it is in the rest of the file's last page, which the kernel fills with zeros.",
            "파일의 마지막 페이지에서 파일이 끝난 뒤가 그렇습니다. 커널이 0으로 채웁니다.",
        ],
    )
    .choice(
        "SIGBUS",
        ["It is killed by SIGBUS.", "SIGBUS로 죽습니다."],
        [
            "So it is in a mapped page that begins behind the end of the file.",
            "매핑했지만 파일 끝보다 뒤에서 시작하는 페이지가 그렇습니다.",
        ],
    )
    .choice(
        "SIGSEGV",
        ["It is killed by SIGSEGV.", "SIGSEGV로 죽습니다."],
        [
            "So it is where nothing is mapped.",
            "아무것도 매핑되지 않은 곳이 그렇습니다.",
        ],
    )
    .explained(
        "Files are mapped in whole pages. The rest of the last page reads as zeros; a page that \
         begins behind the end of the file has an address but nothing behind it, which is SIGBUS; \
         what is not mapped has not even an address, which is SIGSEGV.",
        "파일은 페이지 단위로 매핑됩니다. 마지막 페이지의 나머지는 0으로 읽힙니다. 파일 끝보다 뒤에서 \
         시작하는 페이지는 주소는 있지만 내용이 없어 SIGBUS이고, 매핑되지 않은 곳은 주소조차 없어 \
         SIGSEGV입니다.",
    )
    .played_by("parent", move |me| parent(me, file, mapped, at))
}

fn parent(parent: &Actor, size: Size, mapped: usize, at: Size) -> Result {
    let page = page_size()?;
    let file = with_size(parent, "file", 0)?;
    let content = vec![b'x'; size.pages * page + size.bytes];
    std::os::unix::fs::FileExt::write_all_at(&file, &content, 0)?;
    // One page more, which is taken away again: so nobody else has it.
    let mapping = Mapping::of(&file, (mapped + 1) * page, MapFlags::MAP_SHARED)?;
    // SAFETY: the page belongs to this mapping alone, and nothing has been loaded from it.
    unsafe {
        let last = mapping.start.add(mapped * page).cast();
        mprotect(last, page, ProtFlags::PROT_NONE)?;
    }
    let child = fork(parent, "child", |me| {
        no_core()?;
        me.says(format!("loads the byte at {}", at.told()));
        let byte = mapping.load(at.pages * page + at.bytes, 1);
        // SAFETY: ends this process at once.
        unsafe { libc::_exit(i32::from(byte.as_bytes()[0])) }
    })?;
    let found = match parent.reaps(child)? {
        WaitStatus::Exited(_, 0) => "zero",
        WaitStatus::Exited(_, code) if code == i32::from(b'x') => "x",
        WaitStatus::Signaled(_, Signal::SIGBUS, _) => "SIGBUS",
        WaitStatus::Signaled(_, Signal::SIGSEGV, _) => "SIGSEGV",
        status => return Err(Error::new(format!("the child ended with {status:?}"))),
    };
    parent.finds(found);
    Ok(())
}
