//! Exec keeps the process and replaces the program in it.

use std::ffi::CString;
use std::fs::read_to_string;
use std::os::fd::OwnedFd;
use std::path::Path;

use nix::errno::Errno;
use nix::unistd::{Pid, dup2_stdin, dup2_stdout, execv, pipe, read};
use stage::{Actor, CLOSE, Fork, Result, Scene, missing, varies};

use crate::process::{SHELL, told};

pub const SCENE: Scene =
    Scene::new("exec", "exec keeps the process id and replaces the program", &[("parent", parent)]);

// ANCHOR: parent
fn parent(parent: &Actor) -> Result {
    let (answers, answer) = pipe()?;
    let (order, orders) = pipe()?;
    let child = match parent.forks("child")? {
        Fork::Child(me) => {
            drop((answers, orders));
            me.plays(|me| child(me, order, answer))
        }
        Fork::Parent(child) => child,
    };
    drop((order, answer));

    let mut buffer = [0; 64];
    let length = read(&answers, &mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?.trim_end();
    parent.gets("answer", format!("process {}", varies("pid", text)));
    let program = program(child.pid())?;
    parent.says(format!("sees that process {} runs {program}", varies("pid", child.pid())));
    stage::ensure!(text == child.pid().to_string(), "the shell is process {text}");
    stage::ensure!(program == "sh", "the process runs {program}");

    parent.sends("order", CLOSE);
    drop(orders);
    parent.waits(child)
}
// ANCHOR_END: parent

// ANCHOR: child
fn child(child: &Actor, order: OwnedFd, answer: OwnedFd) -> Result {
    let me = Pid::this();
    child.says(format!("process {} runs {}", varies("pid", me), program(me)?));
    dup2_stdin(order)?;
    dup2_stdout(answer)?;

    let failed = execv(c"/no/such/program", &[c"program"]);
    child.says(format!("execs what is not there: {}", told(failed)));
    child.says(format!("goes on, and still runs {}", program(me)?));
    stage::ensure!(failed == Err(Errno::ENOENT), "exec led to {failed:?}");

    child.sends("answer", format!("process {}", varies("pid", me)));
    let words = [SHELL, "-c", "echo $$; read line; exit 0"].map(CString::new);
    let words: Vec<CString> = words.into_iter().collect::<std::result::Result<_, _>>()?;
    let refused = execv(&words[0], &words).err(); // a good exec never returns
    Err(missing(format!("`{SHELL}` cannot be executed ({refused:?})"), "install a POSIX shell"))
}
// ANCHOR_END: child

/// The name of the program that a process runs, see `proc_pid_comm(5)`.
fn program(of: Pid) -> Result<String> {
    let path = Path::new("/proc").join(of.to_string()).join("comm");
    Ok(read_to_string(path)?.trim_end().to_owned())
}
