//! Two pipes, one for each direction.

use std::os::fd::OwnedFd;

use nix::unistd::{pipe, read, write};
use stage::{Actor, Fork, Result, Scene};

pub const SCENE: Scene =
    Scene::new("two-pipes", "a conversation needs two pipes", &[("parent", parent)]);

fn parent(parent: &Actor) -> Result {
    let (questions, ask) = pipe()?;
    let (answers, answer) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop((ask, answers));
            me.plays(|me| child(me, questions, answer))
        }
        Fork::Parent(child) => child,
    };
    drop((questions, answer));

    let mut buffer = [0; 64];
    for question in ["one", "two", "three"] {
        parent.sends("ask", question);
        write(&ask, question.as_bytes())?;
        let length = read(&answers, &mut buffer)?;
        let text = str::from_utf8(&buffer[..length])?;
        parent.gets("answer", text);
        stage::ensure!(text == question.to_uppercase(), "the answer was `{text}`");
    }
    drop(ask);
    parent.waits(child)
}

fn child(child: &Actor, questions: OwnedFd, answer: OwnedFd) -> Result {
    let mut buffer = [0; 64];
    loop {
        let length = read(&questions, &mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        let text = str::from_utf8(&buffer[..length])?;
        child.gets("ask", text);
        child.sends("answer", text.to_uppercase());
        write(&answer, text.to_uppercase().as_bytes())?;
    }
}
