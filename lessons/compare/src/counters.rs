//! What the kernel counts of this process: calls that read and write, and the bytes they copied.

use std::fs::File;
use std::io::{ErrorKind, Read};

use stage::{Result, missing};

/// From `/proc/self/io` (proc_pid_io(5)).
#[derive(Clone, Copy)]
pub struct Counters {
    pub reads: u64,
    pub writes: u64,
    /// Bytes that reading and writing calls have handed over, from and to wherever.
    pub bytes_read: u64,
    pub bytes_written: u64,
}

/// What has been counted up to now. To look costs one `read`, which the next look sees.
pub fn counters() -> Result<Counters> {
    let mut file = File::open("/proc/self/io").map_err(|error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::PermissionDenied => missing(
            format!("the kernel counts no calls for this process (`/proc/self/io`: {error})"),
            "use a kernel with CONFIG_TASK_IO_ACCOUNTING, and a mounted `/proc`",
        ),
        _ => error.into(),
    })?;
    let mut buffer = [0; 512];
    let length = file.read(&mut buffer)?;
    let text = str::from_utf8(&buffer[..length])?;
    let value = |name: &str| -> Result<u64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        Ok(line
            .ok_or_else(|| stage::Error::new(format!("`/proc/self/io` has no `{name}`")))?
            .parse()?)
    };
    Ok(Counters {
        reads: value("syscr")?,
        writes: value("syscw")?,
        bytes_read: value("rchar")?,
        bytes_written: value("wchar")?,
    })
}

impl Counters {
    /// What has been counted since an earlier look.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            reads: self.reads - earlier.reads,
            writes: self.writes - earlier.writes,
            bytes_read: self.bytes_read - earlier.bytes_read,
            bytes_written: self.bytes_written - earlier.bytes_written,
        }
    }
}
