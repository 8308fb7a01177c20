//! The service for real: `serve` on one machine, `call` on the same one or on another.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use stage::Extra;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Endpoint, Server};
use tonic::{Code, Request, Status};

use crate::ledger::Ledger;
use crate::service::{AccountClient, Answer, Call, Payment, Receipt, StatementRequest, service};

/// This machine only.
const ADDRESS: &str = "127.0.0.1:50051";

type Outcome<T> = Result<T, Box<dyn Error>>;

pub const SERVE: Extra = Extra { command: serve_command, run: serve, first: false };
pub const CALL: Extra = Extra { command: call_command, run: call, first: false };

fn serve_command() -> Command {
    Command::new("serve")
        .about("Serves the account of `account.proto` until it is stopped")
        .after_help(
            "Whoever reaches the address may call: there is no password and no encryption.\n\
             Only programs of this machine reach the default one.",
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS:PORT")
                .value_parser(value_parser!(SocketAddr))
                .default_value(ADDRESS)
                .help("Listens there; 0.0.0.0 is every address here"),
        )
}

fn call_command() -> Command {
    let to = Arg::new("to")
        .long("to")
        .value_name("ADDRESS:PORT")
        .default_value(ADDRESS)
        .global(true)
        .help("Where the server listens");
    let deadline = Arg::new("deadline")
        .long("deadline")
        .value_name("SECONDS")
        .value_parser(value_parser!(u64).range(1..=3600))
        .default_value("5")
        .global(true)
        .help("Gives up when there is no answer for so long");
    Command::new("call")
        .about("Calls a server that `serve` has started")
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .arg(to)
        .arg(deadline)
        .subcommand(
            Command::new("pay")
                .about("Pays, and prints what is left")
                .arg(Arg::new("what").value_name("WHAT").required(true).help("For what"))
                .arg(
                    Arg::new("amount")
                        .value_name("AMOUNT")
                        .required(true)
                        .allow_negative_numbers(true)
                        .value_parser(value_parser!(i64))
                        .help("How much"),
                )
                .arg(
                    Arg::new("key")
                        .long("key")
                        .value_name("TEXT")
                        .default_value("")
                        .help("What was paid under this key is not paid again"),
                ),
        )
        .subcommand(
            Command::new("statement").about("Prints the payments so far").arg(
                Arg::new("follow")
                    .long("follow")
                    .action(ArgAction::SetTrue)
                    .help("Goes on with those to come"),
            ),
        )
}

fn run<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn serve(matches: &ArgMatches) -> Outcome<ExitCode> {
    let address: SocketAddr = matches.get_one("listen").copied().ok_or("no address")?;
    run(async {
        let listener = TcpListener::bind(address).await.map_err(|error| {
            format!("failed to listen at `{address}`: {error}; choose another one with --listen")
        })?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            warn(&format!(
                "`{address}` can be reached from other machines, \
                 and whoever reaches it may call: there is no password and no encryption"
            ));
        }
        print(format_args!("serves account.v1.Account at {address}; Ctrl-C ends it"))?;

        let (service, mut calls) = service();
        let incoming = TcpListenerStream::new(listener);
        let server = tokio::spawn(Server::builder().serve_with_incoming(service, incoming));
        let mut bank = Bank::default();
        while let Some(call) = calls.recv().await {
            match call {
                Call::Pay(request, reply) => {
                    // Whoever has given up in the meantime gets no answer.
                    let _ = reply.send(bank.pay(request.into_inner())?);
                }
                Call::Statement(request, entries) => {
                    bank.state(request.into_inner().follow, entries)?;
                }
            }
        }
        server.await??;
        Ok(ExitCode::SUCCESS)
    })
}

/// The account, and those who want to hear of every payment.
#[derive(Default)]
struct Bank {
    ledger: Ledger,
    followers: Vec<Sender<Payment>>,
}

impl Bank {
    fn pay(&mut self, payment: Payment) -> io::Result<Answer<Receipt>> {
        let before = self.ledger.paid.len();
        let answer = self.ledger.pay(payment.clone());
        let text = match &answer {
            Ok(receipt) => receipt.text.clone(),
            Err(status) => told(status),
        };
        print(format_args!("pay {}: {text}", entry(&payment)))?;
        if self.ledger.paid.len() > before {
            // Who does not keep up is left behind: the others shall not wait for them.
            self.followers.retain(|follower| follower.try_send(payment.clone()).is_ok());
        }
        Ok(answer)
    }

    fn state(&mut self, follow: bool, entries: Sender<Answer<Payment>>) -> io::Result<()> {
        let past: Vec<Payment> =
            self.ledger.paid.iter().map(|(payment, _)| payment.clone()).collect();
        print(format_args!("statement of {} payments", past.len()))?;
        let (follower, later) = channel(64);
        if follow {
            self.followers.push(follower);
        }
        tokio::spawn(send(past, later, entries));
        Ok(())
    }
}

/// At the pace of the one who reads. Ends when nobody does, or when no more payments can come.
async fn send(past: Vec<Payment>, mut later: Receiver<Payment>, entries: Sender<Answer<Payment>>) {
    for payment in past {
        if entries.send(Ok(payment)).await.is_err() {
            return;
        }
    }
    while let Some(payment) = later.recv().await {
        if entries.send(Ok(payment)).await.is_err() {
            return;
        }
    }
}

fn call(matches: &ArgMatches) -> Outcome<ExitCode> {
    let text = |matches: &ArgMatches, name| matches.get_one::<String>(name).cloned();
    let (method, own) = matches.subcommand().ok_or("no method")?;
    let to = text(own, "to").ok_or("no address")?;
    let limit = Duration::from_secs(own.get_one("deadline").copied().ok_or("no deadline")?);
    let endpoint = Endpoint::from_shared(format!("http://{to}"))
        .map_err(|error| format!("`{to}` is no address: {error}; say for example {ADDRESS}"))?;
    run(async {
        let channel = endpoint.connect_timeout(limit).connect().await.map_err(|error| {
            let cause = causes(&error);
            format!(
                "failed to connect to `{to}`: {cause}; \
                 start the server there (`cargo run -p lesson-rpc -- serve`), or say --to where it is"
            )
        })?;
        let mut account = AccountClient::new(channel);
        if method == "pay" {
            let what = text(own, "what").ok_or("no reason")?;
            let amount = own.get_one("amount").copied().ok_or("no amount")?;
            let key = text(own, "key").unwrap_or_default();
            let mut request = Request::new(Payment { what, amount, key });
            request.set_timeout(limit);
            let receipt =
                account.pay(request).await.map_err(|status| refused(&status, &to))?.into_inner();
            print(receipt.text.escape_debug())?;
        } else {
            let follow = own.get_flag("follow");
            let mut request = Request::new(StatementRequest { follow });
            request.set_timeout(limit);
            let mut entries = account
                .statement(request)
                .await
                .map_err(|status| refused(&status, &to))?
                .into_inner();
            while let Some(payment) =
                entries.message().await.map_err(|status| refused(&status, &to))?
            {
                print(entry(&payment))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// `FailedPrecondition: not enough money`.
fn told(status: &Status) -> String {
    format!("{:?}: {}", status.code(), status.message().escape_debug())
}

/// The same, with what to do where the answer is not one that `serve` gives by itself.
fn refused(status: &Status, to: &str) -> String {
    let hint = match status.code() {
        Code::Internal | Code::Unknown | Code::Unimplemented => {
            format!("; has the server at `{to}` ended, or is it another one than `serve` starts?")
        }
        _ => String::new(),
    };
    told(status) + &hint
}

/// What comes from another machine is shown, not obeyed: no control characters.
fn entry(payment: &Payment) -> String {
    format!("{} {}", payment.what.escape_debug(), payment.amount)
}

/// The error and what it comes from, each said once.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        next = cause.source();
    }
    text
}

fn print(text: impl Display) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

fn warn(text: &str) {
    // A closed standard error is no reason to end.
    let _ = writeln!(io::stderr(), "warning: {text}");
}
