//! Real programs under the real recorder. Each test records this same executable as a
//! "subject" (`subjects.rs`) or a command of the system.

mod command;
mod kinds;
mod pictures;
mod robust;
mod strace;
mod subjects;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let [_, word, name] = args.as_slice()
        && word == "subject"
    {
        return subjects::play(name);
    }
    let missing = missing();
    let tests = pictures::tests()
        .into_iter()
        .chain(command::tests())
        .chain(robust::tests())
        .chain(strace::tests());
    let trials = tests
        .map(|test| {
            let missing = missing.clone();
            Trial::ignorable_test(test.name, move || match missing.or_else(test.needs) {
                Some(reason) => Ok(Completion::ignored_with(reason)),
                None => {
                    (test.run)();
                    Ok::<_, Failed>(Completion::Completed)
                }
            })
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// One test: what it needs beside ptrace (the reason why not, if it is missing), and itself.
pub struct Test {
    name: &'static str,
    needs: fn() -> Option<String>,
    run: fn(),
}

fn nothing() -> Option<String> {
    None
}

/// Why nothing can be recorded here.
fn missing() -> Option<String> {
    let program = scope::Program::new(["true"]);
    let tried = scope::run(&program, &scope::Options::default(), &mut |_| {});
    tried.err().map(|error| error.to_string().replace('\n', ";"))
}

/// Why a command cannot be used here.
fn without(command: &str) -> Option<String> {
    let found = std::process::Command::new(command)
        .arg("--version")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    found.err().map(|error| format!("`{command}` is not installed here ({error})"))
}
