//! From registers and memory to arguments that a person can read.
//!
//! Whatever the memory holds, a decoder ends, allocates within bounds, and gives a value: an
//! address that cannot be read stays an address.

use crate::calls::{Entry, Names, Shape};
use crate::event::{Arg, Bytes, Kind, Outcome, Thing, Value, Who, signal_name};
use crate::flags;

/// What a decoder may ask about the thread it decodes for.
pub trait World {
    /// Copies memory at `addr`; how many bytes could be read.
    fn read(&self, addr: u64, buf: &mut [u8]) -> usize;
    /// What is behind a descriptor.
    fn thing(&mut self, fd: i32) -> Option<Thing>;
    /// The name of a process.
    fn who(&self, pid: i32) -> Who;
    /// How many bytes of a buffer to capture.
    fn limit(&self) -> usize;
}

/// What the arguments told, beside themselves.
#[derive(Default)]
pub struct Told {
    /// The buffer of the call.
    pub bytes: Option<Bytes>,
    /// Descriptors in a message (SCM_RIGHTS).
    pub rights: Vec<i32>,
    /// Two new descriptors.
    pub pair: Option<(i32, i32)>,
    /// The flags of clone3, which lie in memory.
    pub clone_flags: u64,
    /// The socket address, as the program gave it.
    pub address: Option<String>,
    /// Descriptors that a poll or select watches or, at its exit, that are ready.
    pub watched: Vec<i32>,
    /// Something is taken from a semaphore, something is given.
    pub taken: bool,
    pub given: bool,
}

const MAX_PATH: usize = 4096;
const MAX_VEC: usize = 1024;
const MAX_LIST: usize = 64;
const MAX_CONTROL: usize = 4096;

/// Decodes what the program gives. Arguments that the kernel fills stay addresses until [`exit`].
pub fn entry(entry: &Entry, raw: &[u64; 6], world: &mut dyn World) -> (Vec<Arg>, Told) {
    let mut told = Told::default();
    let mut args = Vec::with_capacity(entry.args.len());
    for (i, (name, shape)) in entry.args.iter().take(6).enumerate() {
        args.push(Arg { name, value: given(*shape, raw[i], raw, world, &mut told) });
    }
    understand(&mut args, world);
    (args, told)
}

/// Decodes what the kernel filled in.
pub fn exit(
    entry: &Entry,
    raw: &[u64; 6],
    outcome: Outcome,
    world: &mut dyn World,
    args: &mut [Arg],
    told: &mut Told,
) {
    let Outcome::Value(result) = outcome else { return };
    for (i, (_, shape)) in entry.args.iter().take(6).enumerate() {
        let filled = got(*shape, raw[i], raw, result, world, told);
        if let (Some(value), Some(arg)) = (filled, args.get_mut(i)) {
            arg.value = value;
        }
    }
    understand(args, world);
}

/// What is not text behind some descriptors: the number of an eventfd, the signals of a signalfd.
fn understand(args: &mut [Arg], world: &dyn World) {
    let [Arg { value: Value::Fd(_, Some(thing)), .. }, Arg { value, .. }, ..] = args else {
        return;
    };
    let Value::Bytes(bytes) = value else { return };
    match (thing.kind, bytes.data.len()) {
        (Kind::Eventfd, 8) => *value = Value::Int(word(&bytes.data) as i64),
        (Kind::Signalfd, 16..) => {
            let all = bytes.data.chunks(size_of::<libc::signalfd_siginfo>());
            *value = Value::List(all.filter_map(|info| read_signal(info, world)).collect());
        }
        _ => {}
    }
}

/// The beginning of `struct signalfd_siginfo`: signal, errno, code, pid.
fn read_signal(info: &[u8], world: &dyn World) -> Option<Value> {
    let field = |at: usize| Some(half(info.get(at..at + 4)?) as i32);
    let (signal, code, pid) = (field(0)?, field(8)?, field(12)?);
    let mut said = vec![Value::Word(signal_name(signal))];
    if code <= 0 || signal == libc::SIGCHLD {
        said.push(Value::Pid(world.who(pid)));
    }
    Some(Value::List(said))
}

fn given(shape: Shape, at: u64, raw: &[u64; 6], world: &mut dyn World, told: &mut Told) -> Value {
    match shape {
        Shape::Fd => fd(at as i32, world),
        Shape::DirFd if at as i32 == libc::AT_FDCWD => Value::Word("AT_FDCWD".to_string()),
        Shape::DirFd => Value::Fd(at as i32, None),
        Shape::Int => Value::Int(i64::from(at as i32)),
        Shape::Size => Value::Int(at as i64),
        Shape::Octal => Value::Word(format!("0{:o}", at as u32)),
        Shape::Flags(names) => Value::Word(flags::flags(names, at)),
        Shape::One(names) => Value::Word(flags::one(names, at)),
        Shape::Path => string(at, world),
        Shape::Argv => argv(at, world),
        Shape::Given(n) => keep(told, true, at, raw[n], world),
        Shape::GivenVec(n) => keep_vec(told, true, at, raw[n], u64::MAX, world),
        Shape::GivenMessage => message(at, None, world, told),
        Shape::GivenMessages(n) => messages(at, raw[n], true, world, told),
        Shape::Address(n) => address(at, raw[n], world, told),
        Shape::PollFds(n) => poll_fds(at, raw[n], false, world, told),
        Shape::FdSet(n) => fd_set(at, raw[n], world, told),
        Shape::EpollEvent => epoll_events(at, 1, world),
        Shape::Signal => Value::Word(signal_name(at as i32)),
        Shape::SignalSet => signal_set(at, world),
        Shape::Action => action(at, world),
        Shape::SignalInfo => Value::Pointer(at),
        Shape::Pid => Value::Pid(world.who(at as i32)),
        Shape::Time => time(at, 1, world),
        #[cfg(target_arch = "x86_64")]
        Shape::TimeVal => time(at, 1000, world),
        Shape::Sembuf(n) => sembuf(at, raw[n], world, told),
        Shape::GivenMsg(n) => {
            let kind = number::<8>(at, world).map(i64::from_le_bytes);
            let _ = keep(told, true, at.wrapping_add(8), raw[n], world);
            typed_message(kind, told.bytes.clone(), at)
        }
        Shape::CloneArgs => {
            let (shared, signal) =
                (number::<8>(at, world), number::<8>(at.wrapping_add(32), world));
            told.clone_flags = u64::from_le_bytes(shared.unwrap_or_default());
            let signal = u64::from_le_bytes(signal.unwrap_or_default()) & 0xff;
            Value::Word(flags::clone_flags(told.clone_flags & !0xff | signal))
        }
        Shape::CloneFlags => {
            told.clone_flags = at;
            Value::Word(flags::clone_flags(at))
        }
        Shape::FutexOp => Value::Word(flags::futex_op(at)),
        Shape::QueueAttr => queue_attr(at, world),
        Shape::FcntlArg(n) => match raw[n] as i32 {
            libc::F_SETFL => Value::Word(flags::flags(Names::Status, at)),
            libc::F_SETFD if at == 1 => Value::Word("FD_CLOEXEC".to_string()),
            libc::F_GETLK | libc::F_SETLK | libc::F_SETLKW => lock(at, world),
            libc::F_OFD_GETLK | libc::F_OFD_SETLK | libc::F_OFD_SETLKW => lock(at, world),
            // The register holds anything.
            libc::F_GETFD | libc::F_GETFL | libc::F_GETPIPE_SZ | libc::F_GET_SEALS => {
                Value::Word("-".to_string())
            }
            _ => Value::Int(i64::from(at as i32)),
        },
        Shape::Offset | Shape::Pointer => Value::Pointer(at),
        Shape::FdPair
        | Shape::Got
        | Shape::GotVec(_)
        | Shape::GotMessage
        | Shape::GotMessages
        | Shape::GotAddress(_)
        | Shape::EpollEvents
        | Shape::WaitStatus
        | Shape::GotMsg => Value::Pointer(at),
    }
}

fn got(
    shape: Shape,
    at: u64,
    raw: &[u64; 6],
    result: i64,
    world: &mut dyn World,
    told: &mut Told,
) -> Option<Value> {
    let count = u64::try_from(result).unwrap_or(0);
    Some(match shape {
        Shape::FdPair => {
            let two = number::<8>(at, world)?;
            let first = i32::from_ne_bytes([two[0], two[1], two[2], two[3]]);
            let second = i32::from_ne_bytes([two[4], two[5], two[6], two[7]]);
            told.pair = Some((first, second));
            return None;
        }
        Shape::Got => keep(told, false, at, count, world),
        Shape::GotVec(n) => keep_vec(told, false, at, raw[n], count, world),
        Shape::GotMessage => message(at, Some(count), world, told),
        Shape::GotMessages => messages(at, count, false, world, told),
        Shape::GotAddress(n) => {
            let length = number::<4>(raw[n], world).map_or(0, u32::from_ne_bytes);
            address(at, u64::from(length), world, told)
        }
        // Where nothing was ready, what was asked for says more.
        Shape::PollFds(_) | Shape::FdSet(_) if result == 0 => return None,
        Shape::PollFds(n) => poll_fds(at, raw[n], true, world, told),
        Shape::FdSet(n) => {
            told.watched.clear();
            fd_set(at, raw[n], world, told)
        }
        Shape::EpollEvents => epoll_events(at, count, world),
        Shape::WaitStatus if count > 0 => {
            Value::Word(wait_status(i32::from_ne_bytes(number::<4>(at, world)?)))
        }
        Shape::SignalInfo => signal_info(at, world)?,
        Shape::GotMsg => {
            let kind = number::<8>(at, world).map(i64::from_le_bytes);
            let _ = keep(told, false, at.wrapping_add(8), count, world);
            typed_message(kind, told.bytes.clone(), at)
        }
        _ => return None,
    })
}

fn fd(fd: i32, world: &mut dyn World) -> Value {
    Value::Fd(fd, if fd < 0 { None } else { world.thing(fd) })
}

fn number<const N: usize>(at: u64, world: &dyn World) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    (world.read(at, &mut bytes) == N).then_some(bytes)
}

/// At most `length` and at most `most` bytes.
fn memory(at: u64, length: u64, most: usize, world: &dyn World) -> Vec<u8> {
    let mut data = vec![0; usize::try_from(length).unwrap_or(most).min(most)];
    let got = world.read(at, &mut data);
    data.truncate(got);
    data
}

fn keep(told: &mut Told, given: bool, at: u64, length: u64, world: &mut dyn World) -> Value {
    let bytes = Bytes { given, data: memory(at, length, world.limit(), world), total: length };
    told.bytes = Some(bytes.clone());
    if bytes.data.is_empty() && length > 0 && world.limit() > 0 {
        return Value::Pointer(at);
    }
    Value::Bytes(bytes)
}

/// The bytes behind an array of iovec, at most `most` of them.
fn gather(at: u64, count: u64, most: u64, world: &dyn World) -> (Vec<u8>, u64) {
    let count = usize::try_from(count).unwrap_or(MAX_VEC).min(MAX_VEC);
    let vectors = memory(at, count as u64 * 16, MAX_VEC * 16, world);
    let (mut data, mut total) = (Vec::new(), 0u64);
    for vector in vectors.chunks_exact(16) {
        let (base, length) = (word(&vector[..8]), word(&vector[8..]));
        let length = length.min(most.saturating_sub(total));
        let room = world.limit().saturating_sub(data.len());
        data.extend(memory(base, length, room, world));
        total = total.saturating_add(length);
    }
    (data, total)
}

fn keep_vec(
    told: &mut Told,
    given: bool,
    at: u64,
    count: u64,
    most: u64,
    world: &mut dyn World,
) -> Value {
    let (data, total) = gather(at, count, most, world);
    let bytes = Bytes { given, data, total };
    told.bytes = Some(bytes.clone());
    Value::Bytes(bytes)
}

fn word(bytes: &[u8]) -> u64 {
    bytes.try_into().map(u64::from_ne_bytes).unwrap_or(0)
}

fn half(bytes: &[u8]) -> u32 {
    bytes.try_into().map(u32::from_ne_bytes).unwrap_or(0)
}

fn string(at: u64, world: &dyn World) -> Value {
    match text(at, world) {
        Some(text) => Value::Text(text),
        None => Value::Pointer(at),
    }
}

/// A string that ends with a zero byte, cut at the longest path.
pub fn text(at: u64, world: &dyn World) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let mut chunk = [0; 128];
    while text.len() < MAX_PATH {
        let from = at.checked_add(text.len() as u64)?;
        // Stop at each 128 bytes of the address space, so that no read crosses a page for nothing.
        let room = 128 - (from % 128) as usize;
        let got = world.read(from, &mut chunk[..room]);
        if got == 0 {
            return (!text.is_empty()).then_some(text);
        }
        if let Some(end) = chunk[..got].iter().position(|b| *b == 0) {
            text.extend_from_slice(&chunk[..end]);
            return Some(text);
        }
        text.extend_from_slice(&chunk[..got]);
    }
    Some(text)
}

fn argv(at: u64, world: &dyn World) -> Value {
    let mut words = Vec::new();
    while words.len() < MAX_LIST {
        let place = at.wrapping_add(8 * words.len() as u64);
        match number::<8>(place, world).map(u64::from_ne_bytes) {
            None | Some(0) => break,
            Some(address) => words.push(string(address, world)),
        }
    }
    Value::List(words)
}

/// `struct msghdr`: how many bytes, which of them, and what descriptors came with it.
fn message(at: u64, result: Option<u64>, world: &mut dyn World, told: &mut Told) -> Value {
    let Some(head) = number::<56>(at, world) else { return Value::Pointer(at) };
    let (data, total) =
        gather(word(&head[16..24]), word(&head[24..32]), result.unwrap_or(u64::MAX), world);
    let bytes = Bytes { given: result.is_none(), data, total };
    told.bytes = Some(bytes.clone());
    let mut parts = vec![Value::Bytes(bytes)];
    let (name, length) = (word(&head[..8]), half(&head[8..12]));
    if name != 0 && length != 0 {
        parts.push(address(name, u64::from(length), world, told));
    }
    let control = memory(word(&head[32..40]), word(&head[40..48]), MAX_CONTROL, world);
    parts.extend(control_messages(&control, world, &mut told.rights));
    Value::List(parts)
}

/// The ancillary data of cmsg(3).
fn control_messages(mut left: &[u8], world: &mut dyn World, rights: &mut Vec<i32>) -> Vec<Value> {
    let mut found = Vec::new();
    while left.len() >= 16 && found.len() < MAX_LIST {
        let length = usize::try_from(word(&left[..8])).unwrap_or(usize::MAX);
        if length < 16 || length > left.len() {
            break;
        }
        let (level, kind) = (half(&left[8..12]) as i32, half(&left[12..16]) as i32);
        let body = &left[16..length];
        found.push(match (level, kind) {
            (libc::SOL_SOCKET, libc::SCM_RIGHTS) => {
                let fds: Vec<i32> = body.chunks_exact(4).map(|b| half(b) as i32).collect();
                rights.extend(&fds);
                let values = fds.into_iter().map(|n| fd(n, world)).collect();
                Value::List(vec![Value::Word("SCM_RIGHTS".to_string()), Value::List(values)])
            }
            (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) if body.len() >= 12 => Value::List(vec![
                Value::Word("SCM_CREDENTIALS".to_string()),
                Value::Pid(world.who(half(&body[..4]) as i32)),
            ]),
            _ => Value::Word(format!("control {level}:{kind}")),
        });
        let next = length.next_multiple_of(8);
        left = left.get(next..).unwrap_or_default();
    }
    found
}

fn messages(at: u64, count: u64, given: bool, world: &mut dyn World, told: &mut Told) -> Value {
    let count = usize::try_from(count).unwrap_or(MAX_LIST).min(MAX_LIST);
    let mut all = Bytes { given, data: Vec::new(), total: 0 };
    let mut values = Vec::new();
    for i in 0..count {
        let head = at.wrapping_add(64 * i as u64);
        let length = if given {
            None
        } else {
            Some(number::<4>(head.wrapping_add(56), world).map_or(0, |n| u64::from(half(&n))))
        };
        values.push(message(head, length, world, told));
        if let Some(bytes) = told.bytes.take() {
            let room = world.limit().saturating_sub(all.data.len());
            all.data.extend(bytes.data.iter().take(room));
            all.total = all.total.saturating_add(bytes.total);
        }
    }
    told.bytes = Some(all);
    Value::List(values)
}

fn address(at: u64, length: u64, world: &dyn World, told: &mut Told) -> Value {
    if at == 0 {
        return Value::Pointer(0);
    }
    match socket_address(&memory(at, length, 128, world)) {
        Some(address) => {
            told.address = Some(address.clone());
            Value::Word(address)
        }
        None => Value::Pointer(at),
    }
}

/// `struct sockaddr_*`: a path, `@name` for an abstract name, `127.0.0.1:80`.
pub fn socket_address(raw: &[u8]) -> Option<String> {
    let family = i32::from(u16::from_ne_bytes(raw.get(..2)?.try_into().ok()?));
    let port = || raw.get(2..4).map(|b| u16::from_be_bytes([b[0], b[1]]));
    Some(match family {
        libc::AF_UNIX if raw.len() == 2 => "unnamed".to_string(),
        libc::AF_UNIX if raw.get(2) == Some(&0) => {
            format!("@{}", String::from_utf8_lossy(&raw[3..]).escape_default())
        }
        libc::AF_UNIX => {
            let path = raw[2..].split(|b| *b == 0).next().unwrap_or_default();
            String::from_utf8_lossy(path).escape_debug().to_string()
        }
        libc::AF_INET => {
            let ip: [u8; 4] = raw.get(4..8)?.try_into().ok()?;
            format!("{}:{}", std::net::Ipv4Addr::from(ip), port()?)
        }
        libc::AF_INET6 => {
            let ip: [u8; 16] = raw.get(8..24)?.try_into().ok()?;
            format!("[{}]:{}", std::net::Ipv6Addr::from(ip), port()?)
        }
        other => format!("address family {other}"),
    })
}

fn poll_fds(at: u64, count: u64, back: bool, world: &mut dyn World, told: &mut Told) -> Value {
    let raw = memory(at, count.saturating_mul(8), MAX_VEC * 8, world);
    told.watched.clear();
    let mut values = Vec::new();
    for one in raw.chunks_exact(8) {
        let number = half(&one[..4]) as i32;
        let asked = u32::from(u16::from_ne_bytes([one[4], one[5]]));
        let came = u32::from(u16::from_ne_bytes([one[6], one[7]]));
        if number < 0 || (back && came == 0) {
            continue;
        }
        told.watched.push(number);
        if values.len() < MAX_LIST {
            let events = flags::poll_events(if back { came } else { asked });
            values.push(Value::List(vec![fd(number, world), Value::Word(events)]));
        }
    }
    Value::List(values)
}

fn fd_set(at: u64, count: u64, world: &mut dyn World, told: &mut Told) -> Value {
    if at == 0 {
        return Value::Pointer(0);
    }
    let count = usize::try_from(count).unwrap_or(MAX_VEC).min(MAX_VEC);
    let bits = memory(at, count.div_ceil(64) as u64 * 8, MAX_VEC / 8, world);
    let mut values = Vec::new();
    for number in 0..count {
        let place = number / 64 * 8;
        let Some(bits) = bits.get(place..place + 8) else { break };
        if word(bits) >> (number % 64) & 1 == 1 {
            told.watched.push(number as i32);
            if values.len() < MAX_LIST {
                values.push(fd(number as i32, world));
            }
        }
    }
    Value::List(values)
}

fn epoll_events(at: u64, count: u64, world: &dyn World) -> Value {
    let size = size_of::<libc::epoll_event>();
    let count = usize::try_from(count).unwrap_or(MAX_LIST).min(MAX_LIST);
    let raw = memory(at, (count * size) as u64, MAX_LIST * size, world);
    let one = |raw: &[u8]| Value::Word(flags::poll_events(half(&raw[..4])));
    Value::List(raw.chunks_exact(size).map(one).collect())
}

fn signal_set(at: u64, world: &dyn World) -> Value {
    match number::<8>(at, world).map(u64::from_ne_bytes) {
        None => Value::Pointer(at),
        Some(set) if set.count_ones() > 32 => {
            let left = (0..64).filter(|bit| set >> bit & 1 == 0).map(|bit| signal_name(bit + 1));
            Value::Word(format!("all but [{}]", left.collect::<Vec<_>>().join(" ")))
        }
        Some(set) => {
            let in_it = (0..64).filter(|bit| set >> bit & 1 == 1).map(|bit| signal_name(bit + 1));
            Value::Word(format!("[{}]", in_it.collect::<Vec<_>>().join(" ")))
        }
    }
}

fn action(at: u64, world: &dyn World) -> Value {
    let Some(head) = number::<16>(at, world) else { return Value::Pointer(at) };
    const BITS: [(u64, &str); 6] = [
        (libc::SA_RESTART as u64, "SA_RESTART"),
        (libc::SA_SIGINFO as u64, "SA_SIGINFO"),
        (libc::SA_NOCLDSTOP as u64, "SA_NOCLDSTOP"),
        (libc::SA_NOCLDWAIT as u64, "SA_NOCLDWAIT"),
        (libc::SA_NODEFER as u64, "SA_NODEFER"),
        (libc::SA_ONSTACK as u64, "SA_ONSTACK"),
    ];
    let handler = match word(&head[..8]) {
        0 => "SIG_DFL",
        1 => "SIG_IGN",
        _ => "handler",
    };
    let set = word(&head[8..]);
    let flags = BITS.iter().filter(|(bit, _)| set & bit != 0).map(|(_, name)| *name);
    Value::Word(std::iter::once(handler).chain(flags).collect::<Vec<_>>().join(" "))
}

fn signal_info(at: u64, world: &dyn World) -> Option<Value> {
    let info = number::<32>(at, world)?;
    let (signal, code) = (half(&info[..4]) as i32, half(&info[8..12]) as i32);
    if signal != libc::SIGCHLD {
        return None;
    }
    let status = half(&info[24..28]) as i32;
    let how = match code {
        libc::CLD_EXITED => format!("exit {status}"),
        libc::CLD_KILLED | libc::CLD_DUMPED => format!("killed by {}", signal_name(status)),
        libc::CLD_CONTINUED => "continued".to_string(),
        _ => format!("stopped by {}", signal_name(status)),
    };
    Some(Value::List(vec![Value::Pid(world.who(half(&info[16..20]) as i32)), Value::Word(how)]))
}

fn time(at: u64, nanos: u64, world: &dyn World) -> Value {
    if at == 0 {
        return Value::Word("no limit".to_string());
    }
    match number::<16>(at, world) {
        None => Value::Pointer(at),
        Some(raw) => {
            let fraction = word(&raw[8..]).saturating_mul(nanos);
            let text = format!("{}.{fraction:09}", word(&raw[..8]) as i64);
            Value::Word(format!("{} s", text.trim_end_matches('0').trim_end_matches('.')))
        }
    }
}

fn sembuf(at: u64, count: u64, world: &dyn World, told: &mut Told) -> Value {
    let raw = memory(at, count.saturating_mul(6), MAX_LIST * 6, world);
    let one = |op: &[u8]| {
        let index = u16::from_ne_bytes([op[0], op[1]]);
        let change = i16::from_ne_bytes([op[2], op[3]]);
        let how = u64::from(u16::from_ne_bytes([op[4], op[5]]));
        told.taken |= change <= 0;
        told.given |= change > 0;
        let how = if how == 0 { String::new() } else { flags::flags(Names::SemOp, how) };
        Value::Word(format!("{index}: {change:+} {how}").trim_end().to_string())
    };
    Value::List(raw.chunks_exact(6).map(one).collect())
}

/// `struct flock`: the type of the lock, and on which bytes, to the end if none is the last.
fn lock(at: u64, world: &dyn World) -> Value {
    let Some(raw) = number::<24>(at, world) else { return Value::Pointer(at) };
    let short = |at: usize| i32::from(i16::from_ne_bytes([raw[at], raw[at + 1]]));
    let kind = flags::one(Names::LockType, short(0) as u64);
    let from = match short(2) {
        libc::SEEK_SET => "",
        libc::SEEK_CUR => "here+",
        _ => "end+",
    };
    let (start, length) = (word(&raw[8..16]) as i64, word(&raw[16..]) as i64);
    let last = if length == 0 { String::new() } else { start.wrapping_add(length).to_string() };
    Value::Word(format!("{kind} {from}{start}..{last}"))
}

fn typed_message(kind: Option<i64>, bytes: Option<Bytes>, at: u64) -> Value {
    match (kind, bytes) {
        (Some(kind), Some(bytes)) => {
            Value::List(vec![Value::Word(format!("type {kind}")), Value::Bytes(bytes)])
        }
        _ => Value::Pointer(at),
    }
}

fn queue_attr(at: u64, world: &dyn World) -> Value {
    match number::<24>(at, world) {
        None => Value::Pointer(at),
        Some(raw) => {
            let flags = match word(&raw[..8]) as i32 & libc::O_NONBLOCK {
                0 => "",
                _ => "O_NONBLOCK, ",
            };
            let (most, size) = (word(&raw[8..16]) as i64, word(&raw[16..]) as i64);
            Value::Word(format!("{flags}{most} messages of {size} B"))
        }
    }
}

fn wait_status(status: i32) -> String {
    if libc::WIFEXITED(status) {
        format!("exit {}", libc::WEXITSTATUS(status))
    } else if libc::WIFSIGNALED(status) {
        format!("killed by {}", signal_name(libc::WTERMSIG(status)))
    } else if libc::WIFSTOPPED(status) {
        format!("stopped by {}", signal_name(libc::WSTOPSIG(status)))
    } else {
        "continued".to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::TABLE;

    /// Small numbers that look random (xorshift), the same in every run.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        /// Numbers that break things are more frequent than others.
        fn wild(&mut self) -> u64 {
            match self.roll() % 8 {
                0 => 0,
                1 => u64::MAX,
                2 => self.roll() % 64,
                3 => i64::MIN as u64,
                4 => u64::MAX - self.roll() % 64,
                5 => u64::from(u32::MAX),
                6 => self.roll() % 100_000,
                _ => self.roll(),
            }
        }
    }

    /// Memory that holds other bytes at each address, in pages of which some are missing.
    struct Garbage {
        seed: u64,
        longest: std::cell::Cell<usize>,
    }

    impl World for Garbage {
        fn read(&self, addr: u64, buf: &mut [u8]) -> usize {
            self.longest.set(self.longest.get().max(buf.len()));
            let mut dice = Dice(addr.wrapping_mul(self.seed) | 1);
            let room = match dice.roll() % 6 {
                0 => 0,
                1 => buf.len() / 2,
                _ => buf.len(),
            };
            // Half of all words are numbers of the kind that break things.
            for chunk in buf[..room].chunks_mut(8) {
                let word = if dice.roll().is_multiple_of(2) { dice.wild() } else { dice.roll() };
                chunk.copy_from_slice(&word.to_ne_bytes()[..chunk.len()]);
            }
            room
        }
        fn thing(&mut self, fd: i32) -> Option<Thing> {
            (fd % 3 != 0).then(|| Thing {
                id: fd as u32,
                kind: Kind::Pipe,
                name: "pipe 1".into(),
                end: None,
                peer: None,
                detail: None,
            })
        }
        fn who(&self, pid: i32) -> Who {
            Who { pid, name: None }
        }
        fn limit(&self) -> usize {
            100
        }
    }

    #[test]
    fn garbage_becomes_some_value_within_bounds() {
        // A round asks for every call there is. `FUZZ_ROUNDS=100000 FUZZ_SEED=7` looks longer, and
        // elsewhere.
        let asked = |name| std::env::var(name).ok().and_then(|number| number.parse().ok());
        let mut dice = Dice(asked("FUZZ_SEED").unwrap_or(0x9e37_79b9_7f4a_7c15) | 1);
        for round in 0..asked("FUZZ_ROUNDS").unwrap_or(50) {
            for call in TABLE {
                let mut world = Garbage { seed: dice.roll() | 1, longest: std::cell::Cell::new(0) };
                let raw = std::array::from_fn(|_| dice.wild());
                let (mut args, mut told) = entry(call, &raw, &mut world);
                let outcome = Outcome::of(dice.wild() as i64);
                exit(call, &raw, outcome, &mut world, &mut args, &mut told);
                let said: usize =
                    args.iter().map(|arg| crate::text::value(&arg.value, 100).len()).sum();
                assert_eq!(args.len(), call.args.len().min(6), "{} in round {round}", call.syscall);
                assert!(said < 4_000_000, "{} said {said} bytes in round {round}", call.syscall);
                assert!(world.longest.get() <= MAX_VEC * 16, "{} read too much", call.syscall);
            }
        }
    }

    #[test]
    fn socket_addresses_of_every_length() {
        let mut dice = Dice(42);
        for length in 0..130 {
            for family in [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, 77] {
                let mut raw: Vec<u8> = (0..length).map(|_| dice.roll() as u8).collect();
                let head = (family as u16).to_ne_bytes();
                raw.iter_mut().zip(head).for_each(|(byte, head)| *byte = head);
                let said = socket_address(&raw);
                assert!(!(said.is_none() && length >= 24), "{raw:?}");
            }
        }
    }

    #[test]
    fn control_messages_that_lie_about_their_length() {
        let mut dice = Dice(7);
        for length in 0..200 {
            let raw: Vec<u8> = (0..length).map(|_| (dice.roll() % 4) as u8).collect();
            let mut world = Garbage { seed: 1, longest: std::cell::Cell::new(0) };
            let mut rights = Vec::new();
            assert!(control_messages(&raw, &mut world, &mut rights).len() <= MAX_LIST);
            assert!(rights.len() <= length / 4);
        }
    }
}
