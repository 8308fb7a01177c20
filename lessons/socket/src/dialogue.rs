//! A question and its answer, over whatever can be read and written.

use std::io::{BufRead, BufReader, Read, Write};

use stage::{Actor, Result};

/// What a client does with its connection.
pub fn ask(client: &Actor, channel: &str, mut connection: impl Read + Write) -> Result {
    client.sends(channel, "who are you?");
    connection.write_all(b"who are you?\n")?;
    let mut answer = String::new();
    BufReader::new(connection).read_line(&mut answer)?;
    client.gets(channel, answer.trim_end());
    stage::ensure!(answer == "WHO ARE YOU?\n", "the answer was `{answer}`");
    Ok(())
}

/// What a server does with an accepted connection: it answers in capitals.
pub fn answer(server: &Actor, channel: &str, mut connection: impl Read + Write) -> Result {
    let mut question = String::new();
    BufReader::new(&mut connection).read_line(&mut question)?;
    server.gets(channel, question.trim_end());
    let answer = question.to_uppercase();
    server.sends(channel, answer.trim_end());
    connection.write_all(answer.as_bytes())?;
    Ok(())
}
