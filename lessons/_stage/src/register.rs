//! Nothing stays behind: every name is written down before the object is made.
//!
//! Each run has a folder `/tmp/between-processes-UID/RUN/` with a file `.names`, one line an
//! object, and a file `.lock` on which the run's processes hold a lock. A folder whose lock nobody
//! holds belongs to a run that was killed: the next run removes its objects. A pid in a name
//! would prove nothing, since pids are used again. Whoever enters or removes a folder first takes
//! the gate, a lock on the folder of all runs: nobody enters what is just being removed.

use std::ffi::CString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::fcntl::{Flock, FlockArg};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::stat::{fstat, stat};
use nix::unistd::geteuid;

use crate::error::{Result, missing};
use crate::wire::out_of_the_way;

// Hidden, so that a scene's own file may be called `lock`.
const LOCK: &str = ".lock";
const NAMES: &str = ".names";

/// What the processes of a run know about its names.
#[derive(Clone)]
pub(crate) struct Names {
    /// The run's folder, or why there is none.
    folder: std::result::Result<PathBuf, String>,
}

impl Names {
    pub(crate) fn of(folder: std::result::Result<PathBuf, String>) -> Self {
        Self { folder }
    }

    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref().ok()
    }

    pub(crate) fn path(&self, label: &str) -> Result<PathBuf> {
        Ok(self.existing()?.join(label))
    }

    pub(crate) fn posix(&self, kind: &str, label: &str) -> Result<CString> {
        let name = format!("/between-processes-{:08x}-{label}", self.hash("")?);
        self.note(kind, &name)?;
        Ok(CString::new(name)?)
    }

    pub(crate) fn key(&self, kind: &str, label: &str) -> Result<libc::key_t> {
        // A key is the only name that System V offers: 31 bits, and 0 means "no name at all".
        let key = libc::key_t::try_from(self.hash(label)? & 0x7fff_ffff)?.max(1);
        self.note(kind, &key.to_string())?;
        Ok(key)
    }

    /// The same for the same run and label, in whichever process.
    fn hash(&self, label: &str) -> Result<u32> {
        let run = self.existing()?.as_os_str().as_encoded_bytes();
        let fnv = |hash: u32, &byte: &u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        Ok(run.iter().chain(label.as_bytes()).fold(0x811c_9dc5, fnv))
    }

    fn note(&self, kind: &str, name: &str) -> Result {
        let mut file = OpenOptions::new().append(true).create(true).open(self.path(NAMES)?)?;
        Ok(file.write_all(format!("{kind}\t{name}\n").as_bytes())?)
    }

    fn existing(&self) -> Result<&PathBuf> {
        self.folder.as_ref().map_err(|why| {
            missing(
                format!("there is no folder for the run's names ({why})"),
                "make the temporary folder writable, or name another one in TMPDIR",
            )
        })
    }
}

/// A run's entry in the register, locked as long as one of its processes lives.
pub(crate) struct Run {
    folder: PathBuf,
    lock: OwnedFd,
    /// Held by a role that is played in a terminal of its own.
    role: Option<OwnedFd>,
}

/// Names for a lesson's subcommand, which plays no scene: registered like those of a run, removed
/// when this is dropped, and swept by the next run if that never happens.
pub struct Register {
    run: Option<Run>,
    owner: u32,
}

impl Register {
    /// An entry of its own, after sweeping what killed runs have left behind.
    ///
    /// # Errors
    ///
    /// When there is no folder for the names.
    pub fn open(label: &str) -> io::Result<Self> {
        sweep()?;
        Ok(Self { run: Some(Run::whole(label)?), owner: std::process::id() })
    }

    /// A path for a FIFO, a socket or a file.
    ///
    /// # Errors
    ///
    /// None of a register that is open.
    pub fn path(&self, label: &str) -> Result<PathBuf> {
        self.names().path(label)
    }

    /// A name for a POSIX object: `kind` is `shm`, `sem` or `mq`; `shm*` is for all shared memory
    /// objects whose names begin so.
    ///
    /// # Errors
    ///
    /// When the name cannot be registered.
    pub fn posix(&self, kind: &str, label: &str) -> Result<CString> {
        self.names().posix(kind, label)
    }

    /// A key for a System V object: `kind` is `sysv-shm`, `sysv-sem` or `sysv-msg`.
    ///
    /// # Errors
    ///
    /// When the key cannot be registered.
    pub fn key(&self, kind: &str, label: &str) -> Result<libc::key_t> {
        self.names().key(kind, label)
    }

    /// Removes every object that has a name so far. The names can be used again.
    pub fn clear(&self) {
        if let Some(run) = &self.run {
            remove_contents(&run.folder);
        }
    }

    fn names(&self) -> Names {
        match &self.run {
            Some(run) => run.names(),
            None => Names::of(Err("the register is closed".to_owned())),
        }
    }
}

impl Drop for Register {
    fn drop(&mut self) {
        // A child has a copy of it, and must leave the names to its parent.
        match self.run.take() {
            Some(run) if self.owner == std::process::id() => run.leave(),
            other => std::mem::forget(other),
        }
    }
}

/// Why a role cannot be played.
pub(crate) enum Refused {
    /// Another process plays it, under the same name.
    Taken,
    /// The register cannot be used.
    Broken(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<nix::Error> for Refused {
    fn from(error: nix::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl Run {
    /// An entry for a run that is played whole.
    pub(crate) fn whole(scene: &str) -> io::Result<Self> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
        let name = format!("{scene}-{}-{:x}", std::process::id(), now.as_nanos());
        let (folder, lock) = enter(&base()?, &name)?;
        Ok(Self { folder, lock, role: None })
    }

    /// An entry that two terminals share under a name, of which this one plays a role.
    pub(crate) fn role(lesson: &str, name: &str, role: &str) -> std::result::Result<Self, Refused> {
        let (folder, lock) = enter(&base()?, &format!("{lesson}-{name}"))?;
        let held = open_lock(&role_lock(&folder, role))?;
        if !set_lock(&held, libc::F_WRLCK)? {
            return Err(Refused::Taken);
        }
        Ok(Self { folder, lock, role: Some(held) })
    }

    /// Whether a process plays that role now, under the same name.
    pub(crate) fn is_played(&self, role: &str) -> bool {
        let file = File::options().read(true).write(true).open(role_lock(&self.folder, role));
        file.and_then(|file| is_locked(&file.into())).unwrap_or(false)
    }

    /// Whether a process has ever played that role under the same name: its lock file stays.
    pub(crate) fn has_come(&self, role: &str) -> bool {
        role_lock(&self.folder, role).exists()
    }

    /// Becomes readable when somebody comes to play another role.
    pub(crate) fn arrivals(&self) -> io::Result<Inotify> {
        let arrivals = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK)?;
        arrivals.add_watch(&self.folder, AddWatchFlags::IN_CREATE)?;
        Ok(arrivals)
    }

    pub(crate) fn names(&self) -> Names {
        Names::of(Ok(self.folder.clone()))
    }

    /// Ends this process's part in the run, and removes its objects if it was the last.
    pub(crate) fn leave(self) {
        drop(self.role);
        let _ = set_lock(&self.lock, libc::F_UNLCK);
        if let Ok(_gate) = base().and_then(|base| gate(&base)) {
            remove_if_unused(&self.folder, &self.lock);
        }
    }
}

/// Takes part in the run's lock for as long as this process lives: what it makes is not swept.
///
/// # Errors
///
/// When the run is over already.
pub(crate) fn hold(folder: &Path) -> io::Result<()> {
    let path = folder.join(LOCK);
    let lock = out_of_the_way(File::options().read(true).write(true).open(&path)?.into())?;
    if !set_lock(&lock, libc::F_RDLCK)? || !is_at(&lock, &path) {
        return Err(io::Error::other("the run is over"));
    }
    // Its end of life is ours.
    std::mem::forget(lock);
    Ok(())
}

/// Removes what killed runs have left behind.
pub(crate) fn sweep() -> io::Result<()> {
    let base = base()?;
    let _gate = gate(&base)?;
    for entry in fs::read_dir(base)? {
        let folder = entry?.path();
        let Ok(lock) = File::options().read(true).write(true).open(folder.join(LOCK)) else {
            // Killed between its two steps, in or out; what is not empty is no run of ours.
            let _ = fs::remove_dir(&folder);
            continue;
        };
        let lock = out_of_the_way(lock.into())?;
        remove_if_unused(&folder, &lock);
    }
    Ok(())
}

/// Waits until nobody else enters or removes; its end of life lets the next one in.
fn gate(base: &Path) -> io::Result<Flock<OwnedFd>> {
    let folder = out_of_the_way(File::open(base)?.into())?;
    Flock::lock(folder, FlockArg::LockExclusive).map_err(|(_, error)| error.into())
}

fn remove_if_unused(folder: &Path, lock: &OwnedFd) {
    if set_lock(lock, libc::F_WRLCK).unwrap_or(false) && is_at(lock, &folder.join(LOCK)) {
        remove(folder);
    }
}

fn base() -> io::Result<PathBuf> {
    let base = std::env::temp_dir().join(format!("between-processes-{}", geteuid()));
    // Others may pass through, so that a scene can show them being refused at a FIFO itself.
    match DirBuilder::new().mode(0o711).create(&base) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let found = fs::symlink_metadata(&base)?;
    if !found.is_dir() || found.uid() != geteuid().as_raw() {
        return Err(io::Error::other(format!("`{}` belongs to somebody else", base.display())));
    }
    Ok(base)
}

/// Makes the folder if need be and locks it against being swept.
fn enter(base: &Path, name: &str) -> io::Result<(PathBuf, OwnedFd)> {
    let _gate = gate(base)?;
    let folder = base.join(name);
    match DirBuilder::new().mode(0o711).create(&folder) {
        // The mode above was cut by the umask.
        Ok(()) => fs::set_permissions(&folder, Permissions::from_mode(0o711))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    let lock = open_lock(&folder.join(LOCK))?;
    // Only who removes takes the other kind of lock, and has the gate meanwhile.
    if !set_lock(&lock, libc::F_RDLCK)? {
        let text = format!("`{}` is locked by somebody else", folder.display());
        return Err(io::Error::other(text));
    }
    Ok((folder, lock))
}

fn role_lock(folder: &Path, role: &str) -> PathBuf {
    folder.join(format!(".role-{role}"))
}

fn open_lock(path: &Path) -> io::Result<OwnedFd> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?;
    out_of_the_way(File::into(file))
}

/// A lock on an open file description: children inherit it, so that it lives as long as they do.
fn set_lock(fd: &OwnedFd, kind: libc::c_int) -> io::Result<bool> {
    let lock = whole_file(kind);
    // SAFETY: `lock` outlives the call, and F_OFD_SETLK only reads it.
    match unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_OFD_SETLK, &raw const lock) } {
        -1 => match io::Error::last_os_error() {
            error if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            error => Err(error),
        },
        _ => Ok(true),
    }
}

/// Whether somebody else holds a lock, found out without taking it.
fn is_locked(fd: &OwnedFd) -> io::Result<bool> {
    let mut lock = whole_file(libc::F_WRLCK);
    // SAFETY: `lock` outlives the call, which writes the answer into it.
    match unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_OFD_GETLK, &raw mut lock) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(libc::c_int::from(lock.l_type) != libc::F_UNLCK),
    }
}

fn whole_file(kind: libc::c_int) -> libc::flock {
    // SAFETY: all zeros is a valid `flock`: from the start, to the end, no process.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as libc::c_short;
    lock
}

/// Whether the file that is open is still the one of that name.
fn is_at(fd: &OwnedFd, path: &Path) -> bool {
    match (fstat(fd), stat(path)) {
        (Ok(ours), Ok(theirs)) => (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino),
        _ => false,
    }
}

/// Removes a run's objects, then its folder. What is gone already is no error; what another user
/// owns stays, since the kernel refuses.
fn remove(folder: &Path) {
    remove_contents(folder);
    // The lock goes last: whoever is killed on the way leaves a folder that is swept again.
    let _ = fs::remove_file(folder.join(LOCK));
    let _ = fs::remove_dir(folder);
}

fn remove_contents(folder: &Path) {
    // Nobody ever writes into the lock's file, so its time is the run's beginning. The clock of
    // System V objects may be a tick behind that of files.
    let begun = fs::metadata(folder.join(LOCK)).map(|found| found.mtime() - 1);
    let since = begun.unwrap_or(i64::MAX);
    let names = fs::read_to_string(folder.join(NAMES)).unwrap_or_default();
    for (kind, name) in names.lines().filter_map(|line| line.split_once('\t')) {
        remove_object(kind, name, since);
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name() == LOCK {
            continue;
        }
        let _ = match entry.file_type() {
            Ok(kind) if kind.is_dir() => fs::remove_dir_all(entry.path()),
            _ => fs::remove_file(entry.path()),
        };
    }
}

fn remove_object(kind: &str, name: &str, since: i64) {
    if let (Ok(name), false) = (CString::new(name), kind.starts_with("sysv")) {
        match kind {
            // SAFETY: `name` is a string that ends with a zero byte; so in the next two.
            "shm" => drop(unsafe { libc::shm_unlink(name.as_ptr()) }),
            // SAFETY: see above.
            "sem" => drop(unsafe { libc::sem_unlink(name.as_ptr()) }),
            // SAFETY: see above.
            "mq" => drop(unsafe { libc::mq_unlink(name.as_ptr()) }),
            "shm*" => remove_beginning_with(name.to_bytes()),
            _ => {}
        }
    }
    if let Ok(key) = name.parse() {
        remove_by_key(kind, key, since);
    }
}

/// Shared memory objects to whose names somebody else's library has added something.
fn remove_beginning_with(name: &[u8]) {
    let Some(prefix) = name.strip_prefix(b"/").filter(|prefix| !prefix.is_empty()) else { return };
    for entry in fs::read_dir("/dev/shm").into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(prefix) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// A key may by chance be another program's too: only what we have made, and after the run began,
/// is removed. The kernel's table tells that also of objects that we may not read.
fn remove_by_key(kind: &str, key: libc::key_t, since: i64) {
    let Some(table) = kind.strip_prefix("sysv-") else { return };
    let text = fs::read_to_string(format!("/proc/sysvipc/{table}")).unwrap_or_default();
    let mut rows = text.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
    let Some(head) = rows.next() else { return };
    let us = i64::from(geteuid().as_raw());
    for row in rows {
        let cell = |name: &str| -> Option<i64> {
            row.get(head.iter().position(|column| *column == name)?)?.parse().ok()
        };
        let ours = us == 0 || cell("cuid") == Some(us);
        let ours = ours && cell("ctime").is_some_and(|made| made >= since);
        let id = ["shmid", "msqid", "semid"].into_iter().find_map(cell);
        let id = id.and_then(|id| libc::c_int::try_from(id).ok());
        if let (Some(id), true) = (id, ours && cell("key") == Some(key.into())) {
            // SAFETY: IPC_RMID takes no argument.
            let _ = unsafe {
                match table {
                    "shm" => libc::shmctl(id, libc::IPC_RMID, std::ptr::null_mut()),
                    "msg" => libc::msgctl(id, libc::IPC_RMID, std::ptr::null_mut()),
                    _ => libc::semctl(id, 0, libc::IPC_RMID),
                }
            };
        }
    }
}
