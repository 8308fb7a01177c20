//! The forms of a recording, drawn from one that is written down here: a parent writes to a pipe,
//! its child reads and answers with a signal.

use std::sync::Arc;
use std::time::Duration;

use scope::{
    Arg, Bytes, Call, Cause, End, Event, Group, Kind, Lanes, Link, Outcome, Picture, Summary,
    Thing, Value, What, Who,
};

const PARENT: i32 = 100;
const CHILD: i32 = 101;

fn who(pid: i32) -> Arc<str> {
    if pid == PARENT { "sh".into() } else { "sh/1".into() }
}

fn event(id: u64, pid: i32, what: What) -> Event {
    let at = Duration::from_micros(id * 1500);
    Event { id, at, pid, tid: pid, who: who(pid), what }
}

fn pipe(end: &str) -> Thing {
    Thing {
        id: 0,
        kind: Kind::Pipe,
        name: "pipe 1".into(),
        end: Some(end.into()),
        peer: None,
        detail: None,
    }
}

fn call(name: &'static str, group: Group, args: Vec<Value>, result: i64) -> Call {
    let things = args
        .iter()
        .filter_map(|arg| if let Value::Fd(_, thing) = arg { thing.clone() } else { None })
        .collect();
    let bytes =
        args.iter().find_map(|arg| if let Value::Bytes(b) = arg { Some(b.clone()) } else { None });
    let names = ["fd", "buf", "count"];
    let args = args.into_iter().zip(names).map(|(value, name)| Arg { name, value }).collect();
    Call {
        name,
        syscall: name,
        args,
        outcome: Outcome::Value(result),
        things,
        bytes,
        began: Duration::ZERO,
        waited: None,
        ended_by: None,
        from: None,
        group,
    }
}

fn recording() -> Vec<Event> {
    let text = "안녕, <child> & \u{1b}[31m\0\n".as_bytes();
    let moved =
        |given| Value::Bytes(Bytes { given, data: text.to_vec(), total: text.len() as u64 });
    let size = text.len() as i64;
    let mut fork = call("fork", Group::Process, vec![], i64::from(CHILD));
    fork.args
        .push(Arg { name: "child", value: Value::Pid(Who { pid: CHILD, name: Some(who(CHILD)) }) });
    let write = call(
        "write",
        Group::Data,
        vec![Value::Fd(4, Some(pipe("write end"))), moved(true), Value::Int(size)],
        size,
    );
    let mut read = call(
        "read",
        Group::Data,
        vec![Value::Fd(3, Some(pipe("read end"))), moved(false), Value::Int(512)],
        size,
    );
    let link = Link { id: 5, pid: PARENT, who: who(PARENT), call: "write" };
    (read.waited, read.ended_by) =
        (Some(Duration::from_micros(2345)), Some(Cause::Call(link.clone())));
    read.from = Some(link);
    let mut refused = call("write", Group::Data, vec![Value::Fd(9, None)], 0);
    refused.outcome = Outcome::Error(libc::EBADF);
    let parent = Who { pid: PARENT, name: Some(who(PARENT)) };
    let child = Who { pid: CHILD, name: Some(who(CHILD)) };
    vec![
        event(1, PARENT, What::Born { parent: None, thread: false }),
        event(2, CHILD, What::Born { parent: Some(parent), thread: false }),
        event(3, PARENT, What::Call(Box::new(fork))),
        // Told before its cause, which a picture puts right.
        event(6, CHILD, What::Call(Box::new(read))),
        event(5, PARENT, What::Call(Box::new(write))),
        event(7, CHILD, What::Call(Box::new(refused))),
        event(8, CHILD, What::Ended(End::Status(0))),
        event(
            9,
            PARENT,
            What::Signal { signal: libc::SIGCHLD, code: libc::CLD_EXITED, sender: Some(child) },
        ),
        event(10, PARENT, What::Note("a word to the reader".to_string())),
        event(11, PARENT, What::Ended(End::Signal(libc::SIGPIPE, false))),
    ]
}

fn lanes(width: usize, events: &[Event]) -> String {
    let mut lanes = Lanes::new(width, 16);
    events.iter().flat_map(|event| lanes.rows(event)).collect::<Vec<_>>().join("\n")
}

#[test]
fn as_lanes() {
    insta::assert_snapshot!(lanes(100, &recording()));
}

#[test]
fn an_end_is_told_once() {
    let mut exit = call("exit", Group::Process, vec![Value::Int(0)], 0);
    exit.outcome = Outcome::None;
    let end = |status| {
        let exit = event(2, PARENT, What::Call(Box::new(exit.clone())));
        [exit, event(3, PARENT, What::Ended(End::Status(status)))]
    };
    assert_eq!(lanes(100, &end(0)), "╞═ sh\n│ exit 0");
    assert_eq!(lanes(100, &end(1)), "╞═ sh\n│ exit 0\n│ exit 1");
    let mut picture = Picture::new("sh", 16);
    end(0).into_iter().for_each(|event| picture.add(event));
    assert_eq!(picture.draw().matches("class=\"dot\"").count(), 1);
}

#[test]
fn as_lanes_in_a_narrow_terminal() {
    insta::assert_snapshot!(lanes(50, &recording()));
}

#[test]
fn more_processes_than_columns_become_a_list() {
    let born = |pid| Event {
        who: format!("p{pid}").into(),
        ..event(1, pid, What::Born { parent: None, thread: false })
    };
    let mut events: Vec<Event> = (1..=4).map(born).collect();
    // A column is free again when its process has ended.
    events.push(Event { who: "p2".into(), ..event(2, 2, What::Ended(End::Status(0))) });
    events.extend((5..=6).map(born));
    insta::assert_snapshot!(lanes(100, &events));
}

#[test]
fn as_a_list() {
    let lines: Vec<_> = recording().iter().map(|event| scope::list(event, 16)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn as_json() {
    let lines: Vec<_> = recording().iter().map(scope::json).collect();
    for line in &lines {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(read["v"], scope::JSON_VERSION);
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn as_a_summary() {
    let mut summary = Summary::default();
    recording().iter().for_each(|event| summary.add(event));
    insta::assert_snapshot!(summary.table());
}

#[test]
fn as_a_picture() {
    let mut picture = Picture::new("sh -c '<&>'", 16);
    recording().into_iter().for_each(|event| picture.add(event));
    let svg = picture.draw();
    let written = svg.find("write ▶").unwrap();
    let read = svg.find("read ◀").unwrap();
    assert!(
        svg[written..].contains("read ◀") && svg.rfind("read ◀").unwrap() > written && read > 0
    );
    insta::assert_snapshot!(svg);
}

#[test]
fn four_processes_fit_into_100_columns() {
    use unicode_width::UnicodeWidthStr;
    for line in lanes(100, &recording()).lines().chain(lanes(60, &recording()).lines()) {
        assert!(line.width() <= 100, "{line}");
    }
}
