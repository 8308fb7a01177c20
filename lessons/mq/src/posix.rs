//! What the scenes with POSIX queues have in common: flags, small rooms, messages as text.

use nix::mqueue::{MQ_OFlag, MqAttr, MqdT, mq_getattr, mq_receive};
use nix::sys::stat::Mode;

/// Opens for both directions, and makes the queue where there is none.
pub const NEW: MQ_OFlag = MQ_OFlag::O_CREAT.union(MQ_OFlag::O_RDWR);

/// The owner may send and receive, nobody else may anything.
pub const OWNER: Mode = Mode::S_IRUSR.union(Mode::S_IWUSR);

/// Room for so many messages of so many bytes at most. A queue counts in full against its
/// owner's RLIMIT_MSGQUEUE, empty or not: the scenes ask for little.
pub fn room(messages: u16, bytes: u16) -> MqAttr {
    MqAttr::new(0, messages.into(), bytes.into(), 0)
}

/// `mq_receive(3)` into a buffer as large as the queue's largest message, which is what it
/// insists on. Returns the message as text, with its priority.
pub fn mq_receive_text(queue: &MqdT) -> nix::Result<(String, u32)> {
    let size = usize::try_from(mq_getattr(queue)?.msgsize()).unwrap_or_default();
    let mut buffer = vec![0; size];
    let mut priority = 0;
    let length = mq_receive(queue, &mut buffer, &mut priority)?;
    Ok((String::from_utf8_lossy(&buffer[..length]).into_owned(), priority))
}
