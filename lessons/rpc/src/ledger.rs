//! What the service does, without a word about messages.

use tonic::Status;

use crate::account::FIRST;
use crate::service::{Answer, Payment, Receipt};

/// The payments so far, each with what was answered.
#[derive(Default)]
pub struct Ledger {
    pub paid: Vec<(Payment, Receipt)>,
}

impl Ledger {
    // ANCHOR: pay
    pub fn pay(&mut self, payment: Payment) -> Answer<Receipt> {
        let paid = |(before, _): &&(Payment, Receipt)| before.key == payment.key;
        if let Some((_, receipt)) = self.paid.iter().find(paid).filter(|_| !payment.key.is_empty())
        {
            return Ok(receipt.clone());
        }
        if payment.amount <= 0 {
            return Err(Status::invalid_argument("an amount is more than nothing"));
        }
        let left = self.left() - payment.amount;
        if left < 0 {
            return Err(Status::failed_precondition("not enough money"));
        }
        let receipt = Receipt { text: format!("{left} left"), left };
        self.paid.push((payment, receipt.clone()));
        Ok(receipt)
    }
    // ANCHOR_END: pay

    fn left(&self) -> i64 {
        self.paid.last().map_or(FIRST, |(_, receipt)| receipt.left)
    }
}
