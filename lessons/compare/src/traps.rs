//! How measuring goes wrong, each way with figures: the same thing measured wrongly and rightly.
//!
//! These runs are here to be wrong. What they time is kept as small as it can be, with naked
//! calls, so that nobody takes them for the comparison.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Command;
use nojson::{DisplayJson, JsonFormatter, JsonParseError, RawJson, RawJsonValue};
use processes::pin;
use stage::{Extra, Result};

use crate::machine;
use crate::show::time;

mod processes;
mod sharing;
mod wrong;

/// Measures wrongly and rightly.
pub const TRAPS: Extra = Extra {
    command: || {
        Command::new("traps").about("Measures wrongly, and rightly, to show the difference")
    },
    run: |_| {
        let traps = measure(&[]).map_err(|error| error.to_string())?;
        write!(io::stdout(), "{}", text(&traps))?;
        Ok::<ExitCode, Box<dyn Error>>(ExitCode::SUCCESS)
    },
    first: false,
};

/// A way to go wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Trap {
    /// Its name.
    pub id: String,
    /// What was measured.
    pub what: String,
    /// What each way of measuring it says: the way, and nanoseconds.
    pub figures: Vec<(String, f64)>,
    /// Why there are no figures.
    pub missing: Option<String>,
}

/// How one of them is measured, given the processors that may be used.
type Measured = fn(&[usize]) -> Result<Trap>;

/// All of them, in the order in which they are shown.
const ALL: &[(&str, Measured)] = &[
    ("unpinned", wrong::unpinned),
    ("start-up", wrong::start_up),
    ("one-process", wrong::one_process),
    ("untouched", wrong::untouched),
    ("half-way", wrong::half_way),
    ("closed-loop", wrong::closed_loop),
    ("false-sharing", sharing::false_sharing),
];

/// Those that are not among the known ones, and these.
///
/// # Errors
///
/// Those of the calls that are measured.
pub fn measure(known: &[Trap]) -> Result<Vec<Trap>> {
    let processors = machine::pins(&machine::allowed()?);
    let mut traps = Vec::new();
    for (id, measured) in ALL {
        if let Some(trap) = known.iter().find(|trap| trap.id == *id) {
            traps.push(trap.clone());
            continue;
        }
        // Who wants it otherwise says so: what is measured here stays on one processor.
        pin(&processors[..1])?;
        let trap = measured(&processors);
        pin(&processors)?;
        traps.push(trap?);
    }
    Ok(traps)
}

fn trap(id: &str, what: &str, figures: Vec<(String, f64)>) -> Trap {
    let figures = figures.into_iter().map(|(name, ns)| (name, (ns * 10.0).round() / 10.0));
    Trap { id: id.to_owned(), what: what.to_owned(), figures: figures.collect(), missing: None }
}

/// For the terminal.
fn text(traps: &[Trap]) -> String {
    let mut out = String::new();
    for Trap { id, what, figures, missing } in traps {
        out += &format!("{id}: {what}\n");
        if let Some(why) = missing {
            out += &format!("  not measured: {why}\n");
        }
        for (name, ns) in figures {
            out += &format!("  {name:44} {:>8}\n", time(*ns));
        }
    }
    out
}

impl DisplayJson for Trap {
    fn fmt(&self, f: &mut JsonFormatter<'_, '_>) -> std::fmt::Result {
        f.object(|f| {
            f.member("id", &self.id)?;
            f.member("what", &self.what)?;
            let figures = self.figures.iter().map(|(name, ns)| {
                nojson::json(move |f| {
                    f.object(|f| {
                        f.member("way", name)?;
                        f.member("ns", ns)
                    })
                })
            });
            f.member("figures", nojson::array(|f| f.elements(figures.clone())))?;
            f.member("missing", &self.missing)
        })
    }
}

impl<'text, 'raw> TryFrom<RawJsonValue<'text, 'raw>> for Trap {
    type Error = JsonParseError;

    fn try_from(value: RawJsonValue<'text, 'raw>) -> std::result::Result<Self, Self::Error> {
        let mut figures = Vec::new();
        for figure in value.to_member("figures")?.required()?.to_array()? {
            let way = figure.to_member("way")?.required()?.try_into()?;
            figures.push((way, figure.to_member("ns")?.required()?.try_into()?));
        }
        Ok(Self {
            id: value.to_member("id")?.required()?.try_into()?,
            what: value.to_member("what")?.required()?.try_into()?,
            figures,
            missing: match value.to_member("missing")?.optional() {
                Some(missing) => missing.try_into()?,
                None => None,
            },
        })
    }
}

/// Those that a recorded file has; none if it has none.
pub fn recorded(text: &str) -> Vec<Trap> {
    let read = || -> std::result::Result<Vec<Trap>, JsonParseError> {
        let json = RawJson::parse(text)?;
        json.value().to_member("traps")?.required()?.try_into()
    };
    read().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let figures = vec![("wrongly".to_owned(), 4500.5), ("rightly".to_owned(), 1.0)];
        let traps = vec![trap("unpinned", "a \"round trip\"", figures)];
        let text = format!("{{\"traps\":{}}}", nojson::Json(&traps));
        assert_eq!(recorded(&text), traps);
        assert_eq!(recorded("{}"), []);
        let before = text.replace(",\"missing\":null", "");
        assert_ne!(before, text);
        assert_eq!(recorded(&before), traps, "a file from before a trap could be missing");
    }
}
