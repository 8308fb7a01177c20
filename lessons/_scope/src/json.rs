//! Events as JSON Lines. The schema is in the documentation of the crate.

use serde_json::{Map, Value as Json, json};

use crate::event::{
    Bytes, Call, Cause, End, Event, Link, Outcome, Thing, Value, What, Who, errno_name, signal_name,
};
use crate::text::{quoted, signal_code};

/// Goes up when a reader of the old form would misread the new.
pub const VERSION: u32 = 1;

/// One event as one line.
pub fn line(event: &Event) -> String {
    let mut object = match &event.what {
        What::Call(made) => call(made),
        What::Born { parent, thread } => json!({
            "event": "born", "thread": thread, "parent": parent.as_ref().map(who),
        }),
        What::Renamed { from } => json!({"event": "renamed", "from": **from}),
        What::Signal { signal, code, sender } => json!({
            "event": "signal", "signal": signal_name(*signal), "code": code,
            "how": signal_code(*signal, *code), "sender": sender.as_ref().map(who),
        }),
        What::Stopped { signal } => json!({"event": "stopped", "signal": signal_name(*signal)}),
        What::Continued => json!({"event": "continued"}),
        What::Ended(End::Status(status)) => json!({"event": "ended", "status": status}),
        What::Ended(End::Signal(signal, core)) => {
            json!({"event": "ended", "signal": signal_name(*signal), "core": core})
        }
        What::Note(note) => json!({"event": "note", "text": note}),
    };
    if let Json::Object(fields) = &mut object {
        fields.insert("v".to_string(), VERSION.into());
        fields.insert("id".to_string(), event.id.into());
        fields.insert("at_us".to_string(), (event.at.as_micros() as u64).into());
        fields.insert("pid".to_string(), event.pid.into());
        fields.insert("tid".to_string(), event.tid.into());
        fields.insert("who".to_string(), (*event.who).into());
    }
    object.to_string()
}

fn call(call: &Call) -> Json {
    let mut fields = Map::new();
    fields.insert("event".to_string(), "call".into());
    fields.insert("name".to_string(), call.name.into());
    fields.insert("syscall".to_string(), call.syscall.into());
    fields.insert("began_us".to_string(), (call.began.as_micros() as u64).into());
    let args = call.args.iter().map(|arg| json!({"name": arg.name, "value": value(&arg.value)}));
    fields.insert("args".to_string(), args.collect());
    let (key, result) = match call.outcome {
        Outcome::Value(result) => ("result", result.into()),
        Outcome::Error(errno) => ("error", errno_name(errno).into()),
        Outcome::Restart(_) => ("interrupted", true.into()),
        Outcome::None => ("returned", false.into()),
    };
    fields.insert(key.to_string(), result);
    fields.insert("things".to_string(), call.things.iter().map(thing).collect());
    if let Some(moved) = &call.bytes {
        fields.insert("bytes".to_string(), bytes(moved));
    }
    if let Some(waited) = call.waited {
        fields.insert("waited_us".to_string(), (waited.as_micros() as u64).into());
    }
    if let Some(cause) = &call.ended_by {
        fields.insert("ended_by".to_string(), self::cause(cause));
    }
    if let Some(from) = &call.from {
        fields.insert("from".to_string(), link(from));
    }
    Json::Object(fields)
}

fn value(value: &Value) -> Json {
    match value {
        Value::Int(n) => (*n).into(),
        Value::Word(word) => word.as_str().into(),
        Value::Text(text) => unquoted(text).into(),
        Value::Bytes(moved) => bytes(moved),
        Value::Fd(fd, known) => json!({"fd": fd, "thing": known.as_ref().map(thing)}),
        Value::Id(id, known) => json!({"id": id, "thing": thing(known)}),
        Value::Pid(process) => who(process),
        Value::List(values) => values.iter().map(self::value).collect(),
        Value::Pointer(0) => Json::Null,
        Value::Pointer(address) => format!("{address:#x}").into(),
    }
}

fn unquoted(data: &[u8]) -> String {
    let text = quoted(data, data.len());
    text[1..text.len() - 1].to_string()
}

fn bytes(bytes: &Bytes) -> Json {
    json!({
        "direction": if bytes.given { "out" } else { "in" },
        "total": bytes.total,
        "captured": bytes.data.len(),
        "text": unquoted(&bytes.data),
    })
}

fn thing(thing: &Thing) -> Json {
    json!({
        "id": thing.id,
        "kind": thing.kind.word(),
        "name": *thing.name,
        "end": thing.end.as_deref(),
        "peer": thing.peer.as_deref(),
        "detail": thing.detail.as_deref(),
    })
}

fn who(who: &Who) -> Json {
    json!({"pid": who.pid, "name": who.name.as_deref()})
}

fn link(link: &Link) -> Json {
    json!({"id": link.id, "pid": link.pid, "who": *link.who, "call": link.call})
}

fn cause(cause: &Cause) -> Json {
    match cause {
        Cause::Call(by) => json!({"why": "call", "by": link(by)}),
        Cause::Closed(by) => json!({"why": "closed", "by": link(by)}),
        Cause::Ended(process) => json!({"why": "ended", "process": who(process)}),
        Cause::Signal(signal, sender) => json!({
            "why": "signal", "signal": signal_name(*signal), "sender": sender.as_ref().map(who),
        }),
        Cause::Timeout => json!({"why": "timeout"}),
    }
}
