//! strace as the second witness, of programs that are no lesson's.

#[path = "../../../../tests/strace/compare.rs"]
mod compare;
#[path = "../../../../tests/strace/log.rs"]
mod log;

use std::process::Command;

use compare::Agreed;

use crate::{Test, without};

pub fn tests() -> Vec<Test> {
    vec![
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
