//! Events as JSON Lines. The schema is in the documentation of the crate.

use std::fmt;
use std::time::Duration;

use nojson::{DisplayJson, JsonFormatter, JsonObjectFormatter};

use crate::event::{
    Arg, Bytes, Call, Cause, End, Event, Link, Outcome, Thing, Value, What, Who, errno_name,
    signal_name,
};
use crate::text::{quoted, signal_code};

/// Goes up when a reader of the old form would misread the new.
pub const VERSION: u32 = 1;

/// One event as one line.
pub fn line(event: &Event) -> String {
    nojson::object(|f| {
        f.member("v", VERSION)?;
        f.member("id", event.id)?;
        f.member("at_us", micros(event.at))?;
        f.member("pid", event.pid)?;
        f.member("tid", event.tid)?;
        f.member("who", &*event.who)?;
        match &event.what {
            What::Call(made) => call(f, made),
            What::Born { parent, thread } => {
                f.member("event", "born")?;
                f.member("thread", *thread)?;
                f.member("parent", parent.as_ref().map(Json))
            }
            What::Renamed { from } => {
                f.member("event", "renamed")?;
                f.member("from", &**from)
            }
            What::Signal { signal, code, sender } => {
                f.member("event", "signal")?;
                f.member("signal", signal_name(*signal))?;
                f.member("code", *code)?;
                f.member("how", signal_code(*signal, *code))?;
                f.member("sender", sender.as_ref().map(Json))
            }
            What::Stopped { signal } => {
                f.member("event", "stopped")?;
                f.member("signal", signal_name(*signal))
            }
            What::Continued => f.member("event", "continued"),
            What::Ended(End::Status(status)) => {
                f.member("event", "ended")?;
                f.member("status", *status)
            }
            What::Ended(End::Signal(signal, core)) => {
                f.member("event", "ended")?;
                f.member("signal", signal_name(*signal))?;
                f.member("core", *core)
            }
            What::Note(note) => {
                f.member("event", "note")?;
                f.member("text", note)
            }
        }
    })
    .to_string()
}

fn call(f: &mut JsonObjectFormatter<'_, '_, '_>, call: &Call) -> fmt::Result {
    f.member("event", "call")?;
    f.member("name", call.name)?;
    f.member("syscall", call.syscall)?;
    f.member("began_us", micros(call.began))?;
    f.member("args", Each(&call.args))?;
    match call.outcome {
        Outcome::Value(result) => f.member("result", result)?,
        Outcome::Error(errno) => f.member("error", errno_name(errno))?,
        Outcome::Restart(_) => f.member("interrupted", true)?,
        Outcome::None => f.member("returned", false)?,
    }
    f.member("things", Each(&call.things))?;
    if let Some(moved) = &call.bytes {
        f.member("bytes", Json(moved))?;
    }
    if let Some(waited) = call.waited {
        f.member("waited_us", micros(waited))?;
    }
    if let Some(cause) = &call.ended_by {
        f.member("ended_by", Json(cause))?;
    }
    call.from.as_ref().map_or(Ok(()), |from| f.member("from", Json(from)))
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// A part of an event, as it stands in a line.
struct Json<'a, T>(&'a T);

/// Several of them.
struct Each<'a, T>(&'a [T]);

impl<T> DisplayJson for Each<'_, T>
where
    for<'b> Json<'b, T>: DisplayJson,
{
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> fmt::Result {
        f.array(|f| self.0.iter().try_for_each(|part| f.element(Json(part))))
    }
}

impl DisplayJson for Json<'_, Arg> {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> fmt::Result {
        f.object(|f| {
            f.member("name", self.0.name)?;
            f.member("value", Json(&self.0.value))
        })
    }
}

impl DisplayJson for Json<'_, Value> {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> fmt::Result {
        match self.0 {
            Value::Int(n) => f.value(n),
            Value::Word(word) => f.value(word),
            Value::Text(text) => f.value(unquoted(text)),
            Value::Bytes(moved) => f.value(Json(moved)),
            Value::Fd(fd, known) => f.object(|f| {
                f.member("fd", fd)?;
                f.member("thing", known.as_ref().map(Json))
            }),
            Value::Id(id, known) => f.object(|f| {
                f.member("id", id)?;
                f.member("thing", Json(known))
            }),
            Value::Pid(process) => f.value(Json(process)),
            Value::List(values) => f.value(Each(values)),
            Value::Pointer(0) => f.value(()),
            Value::Pointer(address) => f.value(format!("{address:#x}")),
        }
    }
}

fn unquoted(data: &[u8]) -> String {
    let text = quoted(data, data.len());
    text[1..text.len() - 1].to_string()
}

impl DisplayJson for Json<'_, Bytes> {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> fmt::Result {
        f.object(|f| {
            f.member("direction", if self.0.given { "out" } else { "in" })?;
            f.member("total", self.0.total)?;
            f.member("captured", self.0.data.len())?;
            f.member("text", unquoted(&self.0.data))
        })
    }
}

impl DisplayJson for Json<'_, Thing> {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> fmt::Result {
        f.object(|f| {
            f.member("id", self.0.id)?;
            f.member("kind", self.0.kind.word())?;
            f.member("name", &*self.0.name)?;
            f.member("end", self.0.end.as_deref())?;
            f.member("peer", self.0.peer.as_deref())?;
            f.member("detail", self.0.detail.as_deref())
        })
    }
}

impl DisplayJson for Json<'_, Who> {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> fmt::Result {
        f.object(|f| {
            f.member("pid", self.0.pid)?;
            f.member("name", self.0.name.as_deref())
        })
    }
}

impl DisplayJson for Json<'_, Link> {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> fmt::Result {
        f.object(|f| {
            f.member("id", self.0.id)?;
            f.member("pid", self.0.pid)?;
            f.member("who", &*self.0.who)?;
            f.member("call", self.0.call)
        })
    }
}

impl DisplayJson for Json<'_, Cause> {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> fmt::Result {
        f.object(|f| match self.0 {
            Cause::Call(by) => {
                f.member("why", "call")?;
                f.member("by", Json(by))
            }
            Cause::Closed(by) => {
                f.member("why", "closed")?;
                f.member("by", Json(by))
            }
            Cause::Ended(process) => {
                f.member("why", "ended")?;
                f.member("process", Json(process))
            }
            Cause::Signal(signal, sender) => {
                f.member("why", "signal")?;
                f.member("signal", signal_name(*signal))?;
                f.member("sender", sender.as_ref().map(Json))
            }
            Cause::Timeout => f.member("why", "timeout"),
        })
    }
}
