//! Serves the site to this machine, and builds it again when a source changes.
//!
//! The pages lie in memory: nothing stays behind when the server is killed, and a build that fails
//! leaves the last good site where it is.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use notify::{EventKind, RecursiveMode, Watcher};
use tiny_http::{Header, Request, Response, Server};

use crate::html;
use crate::site;

/// How long nothing must change before the site is built again: an editor writes several times.
const QUIET: Duration = Duration::from_millis(150);
/// How long a page's question "is there a newer site?" is left unanswered at most.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many ports are tried.
const PORTS: u16 = 100;

/// A site in memory: the pages by their path, and how often it was built.
#[derive(Default)]
struct Shelf {
    files: HashMap<String, Vec<u8>>,
    version: usize,
}

type Shared = Arc<(Mutex<Shelf>, Condvar)>;

/// Serves the book of the workspace below `root` until the process is ended.
///
/// # Errors
///
/// No free port, or sources that cannot be watched. A broken course is no error: it is shown.
pub fn serve(root: &Path, port: u16, open: bool) -> Result<()> {
    let (listener, port) = listen(port)?;
    let shared = Shared::default();
    renew(root, &shared);
    let (_watcher, changes) = watch(root)?;
    let address = format!("http://127.0.0.1:{port}/");
    tell(&format!("the course is at {address} (end with Ctrl-C)"));
    if open && has_screen() && opener::open_browser(&address).is_err() {
        tell("no browser could be started: open the address in one");
    }
    let server = Server::from_listener(listener, None)
        .map_err(|error| anyhow::anyhow!("failed to serve `{address}`: {error}"))?;
    let shelf = Arc::clone(&shared);
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            let shelf = Arc::clone(&shelf);
            std::thread::spawn(move || answer(&shelf, request));
        }
    });
    while wait_for_change(&changes) {
        renew(root, &shared);
    }
    Ok(())
}

fn listen(first: u16) -> Result<(TcpListener, u16)> {
    let mut taken = None;
    for port in (first..).take(usize::from(PORTS)) {
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(listener) => return Ok((listener, port)),
            Err(error) => taken = Some(error),
        }
    }
    Err(taken.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
        .with_context(|| format!("no port from {first} on is free; name another with `--port`"))
}

/// Whether there is anything that a browser could be shown on.
fn has_screen() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// A closed terminal is no reason to stop serving.
fn tell(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Builds the site again. A broken one is told, and the last good one stays.
fn renew(root: &Path, shared: &Shared) {
    let built = site::check(root).and_then(|aside| {
        let mut files = HashMap::new();
        load(aside.path(), "", &mut files)?;
        Ok(files)
    });
    let mut shelf = lock(shared);
    match built {
        Ok(files) => {
            if shelf.version > 0 {
                tell("built again");
            }
            *shelf = Shelf { files, version: shelf.version + 1 };
        }
        Err(error) => {
            let first = !shelf.files.contains_key("toc.html");
            let kept = if first { "" } else { "\nthe last good site is still served" };
            let _ = writeln!(io::stderr(), "error: the book cannot be built\n{error:#}{kept}");
            if first {
                let page = broken(&format!("{error:#}"));
                shelf.files = HashMap::from([("index.html".to_owned(), page.into_bytes())]);
                shelf.version += 1;
            }
        }
    }
    shared.1.notify_all();
}

fn broken(error: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>The book cannot be built</title>\
         <body><h1>The book cannot be built</h1><p>This page comes back by itself when it can.</p><pre>{}</pre></body></html>",
        html::text(error)
    )
}

fn lock(shared: &Shared) -> MutexGuard<'_, Shelf> {
    shared.0.lock().unwrap_or_else(PoisonError::into_inner)
}

fn load(folder: &Path, below: &str, files: &mut HashMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            load(&entry.path(), &format!("{name}/"), files)?;
        } else {
            files.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

fn watch(root: &Path) -> Result<(notify::RecommendedWatcher, Receiver<PathBuf>)> {
    let (sender, receiver) = channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if matches!(event.kind, EventKind::Access(_)) {
            return;
        }
        for path in event.paths.into_iter().filter(|path| matters(path)) {
            // The receiver goes only when the program ends.
            let _ = sender.send(path);
        }
    })
    .context("failed to watch the sources")?;
    for (place, mode) in [
        ("lessons", RecursiveMode::Recursive),
        ("book", RecursiveMode::NonRecursive),
        ("book/pages", RecursiveMode::Recursive),
        ("book/theme", RecursiveMode::Recursive),
    ] {
        let path = root.join(place);
        watcher
            .watch(&path, mode)
            .with_context(|| format!("failed to watch `{}`", path.display()))?;
    }
    Ok((watcher, receiver))
}

/// Editors leave files of their own beside the one that they write.
fn matters(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
    matches!(end, "md" | "toml" | "rs" | "snap" | "css" | "js" | "hbs" | "svg" | "png")
        || path.is_dir()
}

/// Waits until something has changed and then nothing for a moment.
fn wait_for_change(changes: &Receiver<PathBuf>) -> bool {
    if changes.recv().is_err() {
        return false;
    }
    while changes.recv_timeout(QUIET).is_ok() {}
    true
}

fn answer(shared: &Shared, request: Request) {
    let path = request.url().split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    let path = decoded(path);
    // Whoever asked may be gone: nothing is lost then.
    let _ = match path.strip_prefix(".newer/") {
        Some(seen) => {
            let version = newer(shared, seen.parse().unwrap_or(0));
            request.respond(with_type(version.to_string().into_bytes(), "txt"))
        }
        None => {
            let (body, end, found) = page(shared, &path);
            request.respond(with_type(body, &end).with_status_code(if found { 200 } else { 404 }))
        }
    };
}

/// The version of the site, as soon as it is another one than the page has.
fn newer(shared: &Shared, seen: usize) -> usize {
    let shelf = lock(shared);
    let waited = shared.1.wait_timeout_while(shelf, PATIENCE, |shelf| shelf.version == seen);
    waited.map_or(seen, |(shelf, _)| shelf.version)
}

fn page(shared: &Shared, path: &str) -> (Vec<u8>, String, bool) {
    let shelf = lock(shared);
    let path = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    let found = shelf.files.get(&path);
    let body = found.or_else(|| shelf.files.get("index.html"));
    let mut body = body.cloned().unwrap_or_default();
    let end = match found {
        Some(_) => path.rsplit('.').next().unwrap_or_default().to_owned(),
        None => "html".to_owned(),
    };
    if end == "html" {
        body.extend(reload(shelf.version).bytes());
    }
    (body, end, found.is_some())
}

/// Asks for a newer site, and only while the page is looked at: a browser keeps few connections.
fn reload(version: usize) -> String {
    format!(
        "<script>(async () => {{ for (;;) {{\
         if (document.hidden) await new Promise(done => document.addEventListener('visibilitychange', done, {{ once: true }}));\
         try {{ const answer = await fetch('/.newer/{version}'); if (await answer.text() !== '{version}') return location.reload(); }}\
         catch {{ return; }} }} }})();</script>\n"
    )
}

fn with_type(body: Vec<u8>, end: &str) -> Response<io::Cursor<Vec<u8>>> {
    let kind = match end {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    };
    let mut response = Response::from_data(body);
    for (name, value) in [("Content-Type", kind), ("Cache-Control", "no-store")] {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    response
}

/// The path with its `%20` and the like decoded.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| byte == b'%') {
            Some(code) => {
                bytes.push(code);
                rest = &after[2..];
            }
            None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
