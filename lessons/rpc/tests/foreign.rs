//! gRPC's own implementation for Python calls our server, and serves our client: both sides know
//! `account.proto` and nothing else of each other.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign.py");

fn main() -> ExitCode {
    let trials = vec![
        Trial::ignorable_test("a Python client calls our server", || with_grpcio(their_client)),
        Trial::ignorable_test("our client calls a Python server", || with_grpcio(our_client)),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn with_grpcio(test: fn() -> Result<(), Failed>) -> Result<Completion, Failed> {
    let found = Command::new("python3").args(["-c", "import grpc, grpc_tools"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        let why = "`python3` has no module `grpc_tools`; get it with `pip install grpcio-tools`";
        return Ok(Completion::ignored_with(why));
    }
    test().map(|()| Completion::Completed)
}

fn their_client() -> Result<(), Failed> {
    let (server, address) = Running::start(lesson(&["serve", "--listen", "127.0.0.1:0"]))?;
    let address = address.split(' ').find(|word| word.starts_with("127.0.0.1:"));
    let address = address.ok_or("the server does not say where it listens")?.trim_end_matches(';');
    let heard = output(python(&["call", address]))?;
    drop(server);
    insta::assert_snapshot!(heard, @"
    90 left
    85 left
    85 left
    FAILED_PRECONDITION not enough money
    INVALID_ARGUMENT an amount is more than nothing
    paid rent 10
    paid books 5
    cancelled: True
    UNIMPLEMENTED
    ");
    Ok(())
}

fn our_client() -> Result<(), Failed> {
    let (server, address) = Running::start(python(&["serve"]))?;
    let to = ["--to", address.trim()];
    let mut heard = output(lesson(&[&["call", "pay", "rent", "10"], &to[..]].concat()))?;
    heard += &output(lesson(&[&["call", "pay", "a castle", "1000"], &to[..]].concat()))?;
    heard += &output(lesson(&[&["call", "statement"], &to[..]].concat()))?;
    drop(server);
    insta::assert_snapshot!(heard, @"
    90 left, says the foreigner
    error: FailedPrecondition: not enough, says the foreigner
    tea 1
    cake 2
    ");
    Ok(())
}

/// A server that ends with this value.
struct Running(Child);

impl Running {
    /// Starts it, and returns it with the first line that it prints.
    fn start(mut command: Command) -> Result<(Self, String), Failed> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
        let running = Self(child);
        out.read_line(&mut line)?;
        // It may print more, and must not be stopped by a closed pipe.
        std::thread::spawn(move || out.read_to_end(&mut Vec::new()));
        Ok((running, line))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a program prints, errors behind the rest.
fn output(mut command: Command) -> Result<String, Failed> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(text(&output.stdout) + &text(&output.stderr))
}

fn python(arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command.env("PYTHONDONTWRITEBYTECODE", "1").arg(SCRIPT).args(arguments);
    command
}

fn lesson(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!());
    command.args(arguments);
    command
}
