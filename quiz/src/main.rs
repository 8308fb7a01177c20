//! `quiz`: asks about inter-process communication in the terminal.

mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    terminal::main()
}
