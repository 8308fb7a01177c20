//! The kernel carries bytes. What they mean is between the two programs.

use nix::mqueue::{mq_open, mq_receive, mq_send, mq_unlink};
use stage::{Actor, Result, Scene};

use crate::lacking;
use crate::posix::{NEW, OWNER, room};

pub const SCENE: Scene =
    Scene::new("structure", "the kernel does not know what is in a message", &[("one", one)]);

// ANCHOR: one
/// What both programs have to agree on: the fields, their order, their sizes, their byte order.
#[derive(Debug, PartialEq)]
struct Order {
    id: u32,
    won: u32,
}

impl Order {
    fn to_bytes(&self) -> Vec<u8> {
        [self.id.to_le_bytes(), self.won.to_le_bytes()].concat()
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = bytes;
        Self { id: u32::from_le_bytes([a, b, c, d]), won: u32::from_le_bytes([e, f, g, h]) }
    }

    /// Another program's idea of the same message: another byte order.
    fn from_bytes_of_another_mind(bytes: [u8; 8]) -> Self {
        let [a, b, c, d, e, f, g, h] = bytes;
        Self { id: u32::from_be_bytes([a, b, c, d]), won: u32::from_be_bytes([e, f, g, h]) }
    }
}

fn one(one: &Actor) -> Result {
    let name = one.mq_name("orders")?;
    let orders = mq_open(name.as_c_str(), NEW, OWNER, Some(&room(2, 8))).map_err(lacking::posix)?;
    let order = Order { id: 7, won: 100 };
    for _ in 0..2 {
        one.sends("orders", format_args!("{order:?}"));
        mq_send(&orders, &order.to_bytes(), 0)?;
    }

    let mut bytes = [0; 8];
    mq_receive(&orders, &mut bytes, &mut 0)?;
    let right = Order::from_bytes(bytes);
    one.gets("orders", format_args!("{right:?}"));
    mq_receive(&orders, &mut bytes, &mut 0)?;
    let wrong = Order::from_bytes_of_another_mind(bytes);
    one.says(format_args!("another program reads: {wrong:?}"));
    stage::ensure!(right == order && wrong != order, "{right:?}, {wrong:?}");
    Ok(mq_unlink(name.as_c_str())?)
}
// ANCHOR_END: one
