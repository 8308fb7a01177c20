//! The System V calls for message queues, which `nix` does not have: `msgget(2)`, `msgsnd(2)`,
//! `msgrcv(2)`, `msgctl(2)`. They are what the C calls are, with the error as a result, and with
//! the `struct msgbuf` (a `long` for the type, the bytes behind it) put together here.

use std::mem::zeroed;
use std::ptr::null_mut;

use libc::{c_int, c_long, key_t, msglen_t, msqid_ds};
use nix::errno::Errno;

const WORD: usize = size_of::<c_long>();

/// Finds or makes the queue of a key, and returns its id.
pub fn msgget(key: key_t, flags: c_int) -> nix::Result<c_int> {
    // SAFETY: the call takes numbers only.
    Errno::result(unsafe { libc::msgget(key, flags) })
}

/// Sends a message of a type, which must be positive.
pub fn msgsnd(id: c_int, mtype: c_long, text: &[u8], flags: c_int) -> nix::Result<()> {
    // Zeros from the allocator: a large buffer costs nothing until it is filled.
    let mut message: Vec<c_long> = vec![0; 1 + text.len().div_ceil(WORD)];
    message[0] = mtype;
    for (word, bytes) in message[1..].iter_mut().zip(text.chunks(WORD)) {
        let mut whole = [0; WORD];
        whole[..bytes.len()].copy_from_slice(bytes);
        *word = c_long::from_ne_bytes(whole);
    }
    // SAFETY: behind the type, `message` has room for all bytes of `text`.
    let sent = unsafe { libc::msgsnd(id, message.as_ptr().cast(), text.len(), flags) };
    Errno::result(sent).map(drop)
}

/// Receives a message that `msgtyp` selects, of at most so many bytes: its type and its bytes.
pub fn msgrcv(
    id: c_int,
    bytes: usize,
    msgtyp: c_long,
    flags: c_int,
) -> nix::Result<(c_long, Vec<u8>)> {
    let mut message: Vec<c_long> = vec![0; 1 + bytes.div_ceil(WORD)];
    // SAFETY: behind the type, `message` has room for so many bytes.
    let length = unsafe { libc::msgrcv(id, message.as_mut_ptr().cast(), bytes, msgtyp, flags) };
    let length = usize::try_from(Errno::result(length)?).unwrap_or_default();
    let text = message[1..].iter().flat_map(|word| word.to_ne_bytes()).take(length);
    Ok((message[0], text.collect()))
}

/// The same for messages that are text.
pub fn msgrcv_text(id: c_int, msgtyp: c_long, flags: c_int) -> nix::Result<(c_long, String)> {
    let (mtype, text) = msgrcv(id, 64, msgtyp, flags)?;
    Ok((mtype, String::from_utf8_lossy(&text).into_owned()))
}

/// What the kernel knows of a queue: how much is in it, how much may be, who was there last.
pub fn stat(id: c_int) -> nix::Result<msqid_ds> {
    // SAFETY: all zeros is a valid `msqid_ds`, and the kernel fills it.
    unsafe {
        let mut found: msqid_ds = zeroed();
        Errno::result(libc::msgctl(id, libc::IPC_STAT, &raw mut found))?;
        Ok(found)
    }
}

/// Sets how many bytes of text may be in a queue at once. More than `msgmnb` takes a privilege.
pub fn set_room(id: c_int, bytes: msglen_t) -> nix::Result<()> {
    let mut wanted = stat(id)?;
    wanted.msg_qbytes = bytes;
    // SAFETY: `wanted` outlives the call, which only reads it.
    let set = unsafe { libc::msgctl(id, libc::IPC_SET, &raw mut wanted) };
    Errno::result(set).map(drop)
}

/// Removes a queue at once, with all that is in it: `IPC_RMID`.
pub fn remove(id: c_int) -> nix::Result<()> {
    // SAFETY: this command takes no structure.
    Errno::result(unsafe { libc::msgctl(id, libc::IPC_RMID, null_mut()) }).map(drop)
}
