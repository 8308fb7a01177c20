//! Sockets: endpoints with an address, for streams and for datagrams, near and far.

mod abstract_name;
mod backlog;
mod boundaries;
mod census;
mod copies;
mod credentials;
mod crowd;
mod dialogue;
mod domain;
mod early;
mod equals;
mod facts;
mod framing;
mod generated;
mod half_close;
mod held;
mod hello;
mod hung_up;
mod kinds;
mod lacking;
mod leftover;
mod lost;
mod namespaces;
mod no_network;
mod nodelay;
mod passing;
mod permissions;
mod pieces;
mod refused;
mod reordered;
mod requests;
mod reset;
mod restart;
mod same;
mod thousand;
mod timeout;
mod torn;
mod web;

fn main() -> std::process::ExitCode {
    stage::play(&stage::Lesson {
        scenes: stage::scenes![
            // What a socket is.
            hello,
            early,
            equals,
            kinds,
            domain,
            no_network,
            same,
            namespaces,
            census,
            // What flows through it.
            boundaries,
            pieces,
            framing,
            requests,
            web,
            torn,
            // What UDP does not promise.
            lost,
            held,
            reordered,
            // When nobody is there, or no longer.
            refused,
            backlog,
            half_close,
            copies,
            hung_up,
            reset,
            timeout,
            // A server's craft.
            restart,
            nodelay,
            thousand,
            // Neighbours only.
            leftover,
            abstract_name,
            permissions,
            credentials,
            passing,
        ],
        generators: generated::ALL,
        ..stage::lesson!()
    })
}
