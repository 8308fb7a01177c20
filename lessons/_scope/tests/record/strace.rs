//! strace as the second witness, of programs that are no lesson's.

#[path = "../../../../tests/strace/compare.rs"]
mod compare;
#[path = "../../../../tests/strace/log.rs"]
mod log;

use std::process::Command;

use compare::{Agreed, Entry, LOOKS, Seen, Sequence};

use crate::{Test, nothing, without};

pub fn tests() -> Vec<Test> {
    vec![
        Test { name: "strace_may_differ", needs: nothing, run: may_differ },
        Test {
            name: "strace_shell_pipeline",
            needs: compare::missing,
            run: || both(&["sh", "-c", "printf 'a\\nb\\nab\\n' | grep b | wc -l >/dev/null"], 3),
        },
        Test {
            name: "strace_python_pipe",
            needs: || compare::missing().or_else(|| without("python3")),
            run: || both(&[&python(), "-S", "-c", PYTHON], 1),
        },
        Test {
            name: "strace_threads",
            needs: compare::missing,
            run: || {
                let own = std::env::current_exe().unwrap();
                both(&[own.to_str().unwrap(), "subject", "threads"], 5);
            },
        },
    ]
}

/// The interpreter itself: `python3` may be a shell script that looks for it.
fn python() -> String {
    let asked = ["-c", "import sys; print(sys.executable, end='')"];
    String::from_utf8(Command::new("python3").args(asked).output().unwrap().stdout).unwrap()
}

const PYTHON: &str = "
from multiprocessing import Pipe, get_context
def child(end):
    end.send('hello from the child')
    end.close()
ctx = get_context('fork')
here, there = Pipe()
p = ctx.Process(target=child, args=(there,))
p.start()
here.recv()
p.join()
";

/// At least so many threads have a sequence that both have seen.
fn both(argv: &[&str], least: usize) {
    let folder = tempfile::tempdir().unwrap();
    let argv: Vec<String> = argv.iter().copied().map(str::to_owned).collect();
    let agreed =
        compare::compare(&argv, folder.path(), |_| false).unwrap_or_else(|why| panic!("{why}"));
    let whole = agreed.values().filter(|agreed| **agreed == Agreed::Sequence).count();
    assert!(whole >= least, "{agreed:?}");
}

/// Which sequences strace has seen, which scope, and what is agreed on then. Each call is its name
/// and its result.
fn may_differ() {
    for (theirs, ours, races, agreed) in [
        ("read 4, close 0", "read 4, close 0", false, Some(Agreed::Sequence)),
        // Always different.
        ("read 4, close 0", "read 4", false, None),
        ("read 4, close 0", "read 3, close 0", false, None),
        ("read 4, close 0", "close 0, read 4", false, None),
        ("read 4, close 0", "read 4, close 0, close 0", true, None),
        ("poll 1, read 4", "read 4", false, Some(Agreed::Steps)),
        ("poll 1, read 4", "read 3", false, None),
        // In any order.
        ("read 4, kill 0; kill 0, read 4", "read 4, poll 0, kill 0", false, Some(Agreed::Calls)),
        ("read 4, kill 0; kill 0, read 4", "read 4", false, None),
        ("read 4, kill 0; kill 0, read 4", "read 3, kill 0", false, None),
        ("read 4, kill 0", "kill 0, read 4", true, Some(Agreed::Calls)),
        // In pieces.
        ("read 4; read 3, read 1", "read 2, read 2", false, Some(Agreed::Sums)),
        ("read 4; read 3, read 1", "read 2, read 1", false, None),
        ("read 4; read 3, read 1", "read 2, read 2, kill 0", false, None),
        // Whoever comes first.
        ("read 4; read 8", "read 2; read 6", false, Some(Agreed::Kinds)),
        ("read 4; read 8", "write 2; write 6", false, None),
    ] {
        let [theirs, ours] = [theirs, ours].map(|all| all.split("; ").map(sequence).collect());
        let seen = Seen { theirs, ours, races };
        assert_eq!(seen.agreed(LOOKS), agreed, "{:?} and {:?}", seen.theirs, seen.ours);
    }
}

fn sequence(calls: &str) -> Sequence {
    let call = |call: &str| {
        let (name, result) = call.split_once(' ').unwrap();
        Entry::new(name, Some(3), result)
    };
    calls.split(", ").map(call).collect()
}
