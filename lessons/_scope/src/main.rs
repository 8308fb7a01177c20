//! The command line of the recorder; all it does is in the library.

mod cli;

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::exit;

use cli::Request;
use scope::{End, Error, Form, Options, Program, Show};

fn main() {
    let request = Request::parse(std::env::args_os()).unwrap_or_else(|error| {
        let _ = error.print();
        // Help is no error; a status of the program's own should not look like a wrong use of us.
        exit(if error.use_stderr() { 125 } else { 0 })
    });
    let attached = request.attach.is_some();
    match record(request) {
        Ok(_) if attached => exit(0),
        Ok(end) => scope::end_as(end),
        Err(error) => {
            let _ = writeln!(io::stderr(), "scope: {error}");
            exit(status(&error))
        }
    }
}

fn record(request: Request) -> Result<End, Error> {
    let to: Box<dyn Write + Send> = match &request.output {
        None => Box::new(io::stderr()),
        Some(path) => Box::new(File::create(path).map_err(not_created(path))?),
    };
    if let Some(path) = &request.svg {
        // It is drawn at the end: what stands against it should be known now.
        File::options().append(true).create(true).open(path).map_err(not_created(path))?;
    }
    let options = Options {
        all: request.all,
        filter: request.filter,
        // What is not shown need not be read.
        capture: request.bytes,
        ..Options::default()
    };
    let words = request.command.iter().map(|word| word.to_string_lossy());
    let show = Show {
        form: request.form,
        bytes: request.bytes,
        width: if request.form == Some(Form::Lanes) { scope::terminal_width() } else { 0 },
        summary: request.summary,
        svg: request.svg,
        title: words.collect::<Vec<_>>().join(" "),
    };
    match request.attach {
        Some(pid) => scope::join(pid, &options, show, to),
        None => scope::command(Program::new(request.command), &options, show, to),
    }
}

fn not_created(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |cause| {
        let named = io::Error::new(cause.kind(), format!("`{}`: {cause}", path.display()));
        Error::System { doing: "create the output", cause: named }
    }
}

fn status(error: &Error) -> i32 {
    match error {
        Error::Start { cause, .. } if cause.kind() == ErrorKind::NotFound => 127,
        Error::Start { .. } => 126,
        _ => 125,
    }
}
