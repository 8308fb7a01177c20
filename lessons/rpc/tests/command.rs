//! `serve` and `call`, as a person starts them on two machines.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

/// A server that is ended with the test.
struct Server {
    process: Child,
    address: String,
    said: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn at(address: &str) -> Self {
        let mut process = lesson(&["serve", "--listen", address])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the lesson starts");
        let mut said = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("it says where it listens");
        let port = line.split([':', ';']).nth(1).expect("a port").to_owned();
        Self { process, address: format!("127.0.0.1:{port}"), said }
    }

    fn call(&self, arguments: &[&str]) -> (String, Option<i32>) {
        let arguments = [&["call", "--to", &self.address], arguments].concat();
        told(&lesson(&arguments).output().expect("the lesson starts"))
    }

    /// Ends it. Returns what it has said since it listens, and its warnings.
    fn end(mut self) -> (String, String) {
        self.process.kill().expect("it runs");
        let (mut said, mut warned) = (String::new(), String::new());
        self.said.read_to_string(&mut said).expect("it is text");
        let errors = self.process.stderr.as_mut().expect("it is piped");
        errors.read_to_string(&mut warned).expect("it is text");
        (said, warned)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lesson(arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!());
    command.args(arguments).stdin(Stdio::null());
    command
}

fn told(output: &Output) -> (String, Option<i32>) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (String::from_utf8_lossy(&text).into_owned(), output.status.code())
}

#[test]
fn a_payment_with_a_key_is_made_once() {
    let server = Server::at("127.0.0.1:0");
    assert_eq!(server.call(&["pay", "rent", "10"]), ("90 left\n".to_owned(), Some(0)));
    for _ in 0..2 {
        let answer = server.call(&["pay", "food", "5", "--key", "monday"]);
        assert_eq!(answer, ("85 left\n".to_owned(), Some(0)));
    }
    assert_eq!(server.call(&["statement"]), ("rent 10\nfood 5\n".to_owned(), Some(0)));
    let (said, warned) = server.end();
    let expected = "pay rent 10: 90 left\npay food 5: 85 left\npay food 5: 85 left\n\
                    statement of 2 payments\n";
    assert_eq!((said.as_str(), warned.as_str()), (expected, ""));
}

#[test]
fn a_refusal_has_a_code_and_a_reason() {
    let server = Server::at("127.0.0.1:0");
    let answer = server.call(&["pay", "yacht", "500"]);
    assert_eq!(answer, ("error: FailedPrecondition: not enough money\n".to_owned(), Some(1)));
    let (text, status) = server.call(&["pay", "gift", "-5"]);
    assert!(text.starts_with("error: InvalidArgument: "), "{text}");
    assert_eq!(status, Some(1));
}

#[test]
fn what_comes_from_elsewhere_cannot_control_the_terminal() {
    let server = Server::at("127.0.0.1:0");
    server.call(&["pay", "\u{1b}[2Jrent", "10"]);
    let (text, _) = server.call(&["statement"]);
    assert_eq!(text, "\\u{1b}[2Jrent 10\n");
}

#[test]
fn followers_hear_of_later_payments() {
    let server = Server::at("127.0.0.1:0");
    server.call(&["pay", "rent", "10"]);
    let mut follower = lesson(&["call", "statement", "--follow", "--to", &server.address])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the lesson starts");
    let mut lines = BufReader::new(follower.stdout.take().expect("it is piped")).lines();
    let mut next = || lines.next().expect("a line").expect("it is text");
    assert_eq!(next(), "rent 10");
    server.call(&["pay", "food", "5"]);
    assert_eq!(next(), "food 5");
    follower.kill().expect("it runs");
    follower.wait().expect("it ends");
}

#[test]
fn nobody_there_is_said_with_what_to_do() {
    let server = Server::at("127.0.0.1:0");
    let address = server.address.clone();
    server.end();
    let (text, status) =
        told(&lesson(&["call", "statement", "--to", &address]).output().expect("it starts"));
    assert!(text.contains(&format!("failed to connect to `{address}`")), "{text}");
    assert!(text.contains("Connection refused") && text.contains("-- serve`"), "{text}");
    assert_eq!(status, Some(1));
}

#[test]
fn only_who_asks_for_it_can_be_reached_from_elsewhere() {
    let help = told(&lesson(&["serve", "--help"]).output().expect("the lesson starts")).0;
    assert!(help.contains("[default: 127.0.0.1:"), "{help}");
    let (_, warned) = Server::at("0.0.0.0:0").end();
    assert!(warned.contains("can be reached from other machines"), "{warned}");
    assert!(warned.contains("no password and no encryption"), "{warned}");
}

#[test]
fn a_server_of_something_else_is_said_with_what_to_do() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it has one").to_string();
    let server = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("somebody calls");
        // Whoever has not read what came resets the connection, and its answer may be lost.
        socket.read_exact(&mut [0; 24]).expect("the preface of HTTP/2");
        std::io::Write::write_all(&mut socket, b"HTTP/1.0 404 No\r\n\r\n").expect("it listens");
        let _ = socket.read_to_end(&mut Vec::new());
    });
    let call = lesson(&["call", "--to", &address, "pay", "rent", "1"]).output().expect("it starts");
    let (text, code) = told(&call);
    assert_eq!(code, Some(1));
    let hint = format!("has the server at `{address}` ended, or is it another one than `serve`");
    assert!(text.contains(&hint), "{text}");
    server.join().expect("it ends");
}

#[test]
fn a_taken_port_is_named() {
    let server = Server::at("127.0.0.1:0");
    let (text, status) =
        told(&lesson(&["serve", "--listen", &server.address]).output().expect("it starts"));
    assert!(text.contains(&server.address) && text.contains("in use"), "{text}");
    assert_eq!(status, Some(1));
}
