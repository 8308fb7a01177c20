//! Two programs that share nothing but a name exchange a message.

use std::path::PathBuf;

use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, read, write};
use stage::{Actor, CLOSE, EOF, Result, Scene, token};

pub const SCENE: Scene = Scene::of_roles(
    "hello",
    "two programs that share nothing but a name",
    &[("reader", reader), ("writer", writer)],
)
.races(&["mkfifo"]);

const MESSAGE: &str = "hello, whoever you are";

// ANCHOR: reader
fn reader(reader: &Actor) -> Result {
    let path = meeting_place(reader)?;
    reader.sends(token("open"), "a reader");
    let source = open(&path, OFlag::O_RDONLY, Mode::empty())?;
    reader.gets(token("open"), "a writer");

    let mut buffer = [0; 64];
    let length = read(&source, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    stage::ensure!(text == MESSAGE, "read `{text}`; if that is nothing, the writer left early");
    reader.gets("fifo", text);

    let length = read(&source, &mut buffer)?;
    stage::ensure!(length == 0, "read {length} bytes instead of the end of file");
    reader.gets("fifo", EOF);
    Ok(())
}
// ANCHOR_END: reader

// ANCHOR: writer
fn writer(writer: &Actor) -> Result {
    let path = meeting_place(writer)?;
    writer.sends(token("open"), "a writer");
    let sink = open(&path, OFlag::O_WRONLY, Mode::empty())?;
    writer.gets(token("open"), "a reader");

    writer.sends("fifo", MESSAGE);
    write(&sink, MESSAGE.as_bytes())?;
    writer.sends("fifo", CLOSE);
    drop(sink);
    Ok(())
}
// ANCHOR_END: writer

// ANCHOR: meeting
fn meeting_place(actor: &Actor) -> Result<PathBuf> {
    let path = actor.path("meeting")?;
    actor.says("makes the FIFO, unless the other one has");
    match mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR) {
        Ok(()) | Err(Errno::EEXIST) => Ok(path),
        Err(error) => Err(error.into()),
    }
}
// ANCHOR_END: meeting
