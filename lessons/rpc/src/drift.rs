//! Client and server are not renewed at the same moment.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

use prost::Message;
use stage::{Actor, Result, Scene};

use crate::process::connected;

pub const SCENE: Scene = Scene::new(
    "drift",
    "a field that only one side knows, and a field that both know differently",
    &[("new", new)],
);

// ANCHOR: generated
mod messages {
    tonic::include_proto!("drift");
}
use messages::{New, Old, Retyped, Reused};
// ANCHOR_END: generated

// ANCHOR: new
fn new(new: &Actor) -> Result {
    let (old, mut stream) = connected(new, "old", old)?;
    let what = "rent".to_owned();
    let message = New { what, amount: 10, currency: "won".to_owned() };
    let bytes = message.encode_to_vec();
    // A field begins with its number and its kind in one byte.
    for field in [&bytes[..6], &bytes[6..8], &bytes[8..]] {
        new.says(format!("field {}: {field:02x?}", field[0] >> 3));
    }
    new.sends("bytes", "rent");
    stream.write_all(&bytes)?;
    stream.shutdown(Shutdown::Write)?;

    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let back = New::decode(&bytes[..])?;
    new.gets("back", &back.what);
    new.says(format!("reads {}, and as currency {:?}", back.amount, back.currency));
    stage::ensure!(back.currency.is_empty(), "the currency is `{}`", back.currency);

    let reused = Reused::decode(&bytes[..])?.amount;
    new.says(format!("as a number of another kind it would be {reused}"));
    let retyped = Retyped::decode(&bytes[..]).err();
    new.says(format!("as a text it would be refused: {}", retyped.is_some()));
    stage::ensure!(reused == 5 && retyped.is_some(), "{reused}, {retyped:?}");
    new.waits(old)
}
// ANCHOR_END: new

// ANCHOR: old
fn old(old: &Actor, mut stream: UnixStream) -> Result {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let message = Old::decode(&bytes[..])?;
    old.gets("bytes", &message.what);
    old.says(format!("reads {}, and knows of no currency", message.amount));
    old.sends("back", &message.what);
    stream.write_all(&message.encode_to_vec())?;
    Ok(())
}
// ANCHOR_END: old
