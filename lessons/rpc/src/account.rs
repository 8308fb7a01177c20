//! What the server's functions do, and which of them a request names.

use crate::wire::{Outcome, Request, VERSION};

/// What every account begins with.
pub const FIRST: i64 = 100;

// ANCHOR: pay
/// A function like any other. It knows nothing of messages.
pub fn pay(balance: &mut i64, amount: i64) -> Outcome {
    if amount <= 0 {
        return Err("an amount is more than nothing".to_owned());
    }
    if amount > *balance {
        return Err("not enough money".to_owned());
    }
    *balance -= amount;
    Ok(*balance)
}
// ANCHOR_END: pay

// ANCHOR: run
/// From the name in a message to the function.
pub fn run(balance: &mut i64, request: &Request) -> Outcome {
    if request.version != VERSION {
        return Err(format!("speaks version {VERSION}, not {}", request.version));
    }
    match request.method.as_str() {
        "pay" => pay(balance, request.argument),
        "balance" => Ok(*balance),
        other => Err(format!("has no method `{other}`")),
    }
}
// ANCHOR_END: run
