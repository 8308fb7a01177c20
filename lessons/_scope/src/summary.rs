//! Who talked to whom through what.

use std::collections::BTreeMap;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use crate::event::{Call, Cause, Event, Group, Outcome, What, signal_name};
use crate::text;

#[derive(Default)]
struct Flow {
    messages: u64,
    bytes: u64,
    waited: Duration,
}

/// Gathers a recording into a table.
#[derive(Default)]
pub struct Summary {
    /// From, through, to.
    flows: BTreeMap<(String, String, String), Flow>,
    /// What was put in, by whom and where, until someone is seen to take it.
    given: BTreeMap<(String, String), Flow>,
    taken: std::collections::BTreeSet<(String, String)>,
}

impl Summary {
    /// Takes one event into account.
    pub fn add(&mut self, event: &Event) {
        match &event.what {
            What::Call(call) => self.call(process(&event.who), call),
            What::Signal { signal, sender: Some(from), .. } => {
                let key = (from.to_string(), signal_name(*signal), process(&event.who));
                self.flows.entry(key).or_default().messages += 1;
            }
            _ => {}
        }
    }

    fn call(&mut self, who: String, call: &Call) {
        let Outcome::Value(moved) = call.outcome else { return };
        let waited = call.waited.unwrap_or_default();
        let bytes = u64::try_from(moved).unwrap_or(0);
        let thing = call.things.first().map(|thing| thing.name.to_string());
        match (&call.bytes, &thing) {
            (Some(given), Some(thing)) if given.given => {
                let sent =
                    if matches!(call.name, "msgsnd" | "mq_send") { given.total } else { bytes };
                let flow = self.given.entry((who, through(call, thing))).or_default();
                flow.messages += 1;
                flow.bytes += sent;
                flow.waited += waited;
            }
            (Some(_), Some(thing)) if bytes > 0 => {
                let from =
                    call.from.as_ref().map_or("outside".to_string(), |from| process(&from.who));
                let through = through(call, thing);
                self.taken.insert((from.clone(), through.clone()));
                let flow = self.flows.entry((from, through, who)).or_default();
                flow.messages += 1;
                flow.bytes += bytes;
                flow.waited += waited;
            }
            (None, _) if call.name == "wait" => {
                if let Some(child) = call.args.iter().find(|arg| arg.name == "child") {
                    let key = (text::value(&child.value, 0), "its end".to_string(), who);
                    let flow = self.flows.entry(key).or_default();
                    flow.messages += 1;
                    flow.waited += waited;
                }
            }
            (None, thing) if !waited.is_zero() && call.group == Group::Sync => {
                if let Some(Cause::Call(by)) = &call.ended_by {
                    let thing = thing.clone().unwrap_or_default();
                    let flow = self.flows.entry((process(&by.who), thing, who)).or_default();
                    flow.messages += 1;
                    flow.waited += waited;
                }
            }
            _ => {}
        }
    }

    /// The table, without the last end of line.
    pub fn table(mut self) -> String {
        for ((from, through), flow) in std::mem::take(&mut self.given) {
            if !self.taken.contains(&(from.clone(), through.clone())) {
                self.flows.insert((from, through, "-".to_string()), flow);
            }
        }
        let head = ["from", "through", "to", "messages", "bytes", "waited"].map(str::to_string);
        let mut rows = vec![head];
        for ((from, through, to), flow) in self.flows {
            let waited =
                if flow.waited.is_zero() { "-".to_string() } else { text::duration(flow.waited) };
            rows.push([
                from,
                through,
                to,
                flow.messages.to_string(),
                flow.bytes.to_string(),
                waited,
            ]);
        }
        let widths: Vec<usize> =
            (0..6).map(|i| rows.iter().map(|row| row[i].width()).max().unwrap_or(0)).collect();
        let lines: Vec<String> = rows
            .iter()
            .map(|row| {
                let mut line = String::new();
                for (i, cell) in row.iter().enumerate() {
                    let gap = " ".repeat(widths[i] - cell.width());
                    // Names to the left, numbers to the right.
                    line.push_str(&if i < 3 {
                        format!("{cell}{gap}  ")
                    } else {
                        format!("{gap}{cell}  ")
                    });
                }
                line.trim_end().to_string()
            })
            .collect();
        lines.join("\n")
    }
}

/// Both ends of a connection are one way through.
fn through(call: &Call, thing: &str) -> String {
    let Some(peer) = call.things.first().and_then(|thing| thing.peer.as_deref()) else {
        return thing.to_string();
    };
    let number = |name: &str| name.rsplit(' ').next().and_then(|n| n.parse::<u64>().ok());
    let (one, other) = if number(thing) <= number(peer) { (thing, peer) } else { (peer, thing) };
    format!("{one} ⇄ {other}")
}

fn process(who: &str) -> String {
    who.split(':').next().unwrap_or(who).to_string()
}
