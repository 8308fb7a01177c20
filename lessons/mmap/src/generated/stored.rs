//! What is in a file after stores through shared and private mappings.

use nix::sys::mman::MapFlags;
use stage::{Actor, Generator, Problem, Result, Seed};

use crate::files::{read_at, with_text};
use crate::mapping::Mapping;
use crate::process::fork;

pub const GENERATOR: Generator =
    Generator { name: "stored", idea: "what is in a file after stores into its mappings", make };

const TEXT: &str = "aaaaaa";

#[derive(Clone, Copy)]
struct Store {
    child: bool,
    shared: bool,
    at: usize,
    letter: char,
}

fn make(seed: &mut Seed) -> Problem {
    let mut letters: Vec<char> = "bcdefgh".chars().collect();
    seed.shuffle(&mut letters);
    let stores: Vec<Store> = (0..seed.within(3, 5))
        .map(|i| Store {
            child: seed.coin(),
            shared: seed.coin(),
            at: seed.within(0, TEXT.len() - 1),
            letter: letters[i],
        })
        .collect();
    let line = |store: &Store, ko: bool| {
        let Store { child, shared, at, letter } = store;
        let (who, which) = match ko {
            false => (
                if *child { "child" } else { "parent" },
                if *shared { "shared" } else { "private" },
            ),
            true => (if *child { "자식" } else { "부모" }, if *shared { "공유" } else { "사적" }),
        };
        format!("- {who}: `{which}[{at}] = '{letter}'`\n")
            .replace("공유", "shared")
            .replace("사적", "private")
    };
    let (en, ko): (String, String) = (
        stores.iter().map(|s| line(s, false)).collect(),
        stores.iter().map(|s| line(s, true)).collect(),
    );
    let everything = |only: &dyn Fn(&Store) -> bool| {
        let mut text: Vec<char> = TEXT.chars().collect();
        stores.iter().filter(|store| only(store)).for_each(|store| text[store.at] = store.letter);
        text.into_iter().collect::<String>()
    };
    let (all, parents) = (everything(&|_| true), everything(&|store| !store.child));
    Problem::new(
        format!(
            "A file holds `{TEXT}`. A process maps it twice, `shared` with MAP_SHARED and `private` \
             with MAP_PRIVATE. Then, in this order, it stores itself, or forks a child that stores \
             and ends:\n\n{en}\nWhat does `read` find in the \
             file?"
        ),
        format!(
            "파일에 `{TEXT}`가 있습니다. 한 프로세스가 이 파일을 MAP_SHARED로 `shared`에, MAP_PRIVATE로 \
             `private`에 매핑합니다. 그다음 차례로 스스로 쓰거나, 자식을 fork하고 그 자식이 쓰고 \
             끝납니다:\n\n{ko}\n`read`로 파일을 읽으면 무엇이 \
             있습니까?"
        ),
    )
    .trap(
        all,
        "A store into a private mapping goes into a copy of the page that nobody else has.",
        "사적 매핑에 쓴 것은 다른 누구에게도 없는 페이지 복사본에 들어갑니다.",
    )
    .trap(
        parents,
        "A shared mapping stays shared after `fork`: the child's stores reach the file, too, and a \
         private one stays private in the parent.",
        "공유 매핑은 `fork` 뒤에도 공유됩니다. 자식이 쓴 것도 파일에 가고, 사적 매핑은 부모에서도 \
         사적입니다.",
    )
    .explained(
        "`{answer}`: what is stored through a shared mapping is in the file at once, whoever stores \
         it, for `read` as well. What is stored through a private one stays with the process that \
         did it.",
        "`{answer}`입니다. 공유 매핑에 쓴 것은 누가 쓰든 바로 파일에 있고 `read`로도 보입니다. 사적 \
         매핑에 쓴 것은 쓴 프로세스에만 남습니다.",
    )
    .played_by("parent", move |me| parent(me, &stores))
}

fn parent(parent: &Actor, stores: &[Store]) -> Result {
    let file = with_text(parent, "letters", TEXT)?;
    let shared = Mapping::of(&file, TEXT.len(), MapFlags::MAP_SHARED)?;
    let private = Mapping::of(&file, TEXT.len(), MapFlags::MAP_PRIVATE)?;
    for store in stores {
        let mapping = if store.shared { &shared } else { &private };
        let title = if store.shared { "shared" } else { "private" };
        let act = |me: &Actor| {
            me.says(format!("{title}[{}] = '{}'", store.at, store.letter));
            mapping.store(store.at, &store.letter.to_string());
            Ok(())
        };
        if !store.child {
            act(parent)?;
            continue;
        }
        // A child for each of its stores, one after the other: none of them sees what another has
        // stored privately, and neither does the file.
        let child = fork(parent, "child", act)?;
        parent.waits(child)?;
    }
    let found = read_at(&file, 0, TEXT.len())?;
    parent.says(format!("reads the file: {found}"));
    parent.finds(found);
    Ok(())
}
