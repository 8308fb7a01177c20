//! What one run of the comparison has found, and its JSON.
//!
//! Everything that is shown, drawn, compared or judged is taken from a [`Run`]. As JSON it is one
//! object whose members are the fields below, with the same names; an `Option` is `null` where
//! there is nothing. Times are nanoseconds, sizes are bytes, rates are megabytes (10^6 bytes) a
//! second. Readers pass over members that they do not know; a change that would mislead them
//! raises the number in [`SCHEMA`].
//!
//! Version 1 has grown since its first files, in a way that misleads nobody. The kinds `touched`
//! and `paced` have come, words which a reader from before them refuses; and the members
//! `plan.rate`, `rows[].how` and `rows[].figures.reps[].late_percent`, which are as good as null
//! in a file that does not have them.

#[macro_use]
mod schema;

use nojson::{DisplayJson, JsonFormatter, JsonParseError, RawJson, RawJsonValue};

/// Names the form of the JSON, and its version.
pub const SCHEMA: &str = "between-processes/compare/1";

object! {
    /// All of it.
    struct Run {
        /// [`SCHEMA`].
        schema: String,
        /// When it began, in UTC: `2026-11-21T08:20:00Z`.
        when: String,
        /// How long it took, in seconds.
        took_s: f64,
        /// What was asked for.
        plan: Plan,
        /// Where it ran.
        machine: Machine,
        /// What this machine could do at best in the same minutes.
        calibration: Calibration,
        /// One for each mechanism, kind, placement and size, also for those that could not be
        /// measured. In the order in which they are shown.
        rows: Vec<Row>,
        /// What could not be measured at all, and why: whole sentences.
        notes: Vec<String>,
    }
}

object! {
    /// What was asked for.
    struct Plan {
        /// The words of the command line, without the program.
        words: Vec<String>,
        kinds: Vec<Kind>,
        sizes: Vec<u64>,
        /// How often each row was measured. The repetitions of all rows are interleaved.
        reps: u64,
        /// The two processors of the placement `cross`; the first is that of `same`. One if there
        /// is no other.
        pins: Vec<u64>,
        placements: Vec<Placement>,
        /// How long a repetition of a row measures at the most, after the warm-up, in milliseconds.
        /// Where the whole run must end in time, later repetitions may have to be shorter.
        window_ms: f64,
        /// How many round trips were begun in a second, of the kind `paced`; null if none were.
        rate: Option<u64> = None,
    }
}

object! {
    /// Where it ran.
    struct Machine {
        /// The processor's name.
        cpu: String,
        arch: String,
        /// How many processors this process may use.
        cores: u64,
        /// How many processors the machine has online.
        online: u64,
        /// Whether the two pinned processors are threads of one core; null if unknown.
        siblings: Option<bool>,
        /// Release of the kernel.
        kernel: String,
        /// What it runs on, if not on the metal: `kvm`, `container`...; null if nothing shows.
        virt: Option<String>,
        /// The scaling governor of the first pinned processor; null where there is none.
        governor: Option<String>,
        clocksource: Option<String>,
        /// What the kernel does against leaks of the processor, as far as it costs system calls.
        mitigations: Vec<String>,
        page_size: u64,
        /// Whether it ran as root.
        root: bool,
        /// The scheduling class: `SCHED_OTHER` unless somebody changed it.
        scheduler: String,
        /// Limits that decide what fits.
        limits: Vec<Limit>,
    }
}

object! {
    /// A limit of the machine.
    struct Limit {
        /// As the manual page names it: `fs.mqueue.msgsize_max`.
        name: String,
        value: String,
    }
}

object! {
    /// What this machine could do at best, measured in the same run. Each is the median over the
    /// repetitions.
    struct Calibration {
        /// One reading of CLOCK_MONOTONIC, which every timed round trip contains once.
        clock_ns: f64,
        /// The clock's own name.
        clock: String,
        /// The cheapest system call (`getppid`).
        syscall_ns: f64,
        /// Two processes on one processor that yield to each other: two switches and two calls,
        /// which no blocking round trip on one processor can do without.
        switch_floor_ns: f64,
        /// A cache line to the other processor and back; null with one processor.
        cacheline_ns: Option<f64>,
        /// Of all repetitions, the least and the most; null with one processor.
        cacheline_low_ns: Option<f64>,
        cacheline_high_ns: Option<f64>,
        /// Copying with `memcpy` on one processor.
        memcpy: Vec<Copying>,
        /// How much of the time a busy process lost to others, in percent.
        lost_percent: f64,
        /// The longest time for which it stood still.
        longest_gap_ns: f64,
    }
}

object! {
    /// How fast memory is copied.
    struct Copying {
        size: u64,
        mb_per_s: f64,
    }
}

words! {
    /// What is measured.
    enum Kind {
        /// A message goes there and comes back, one at a time: the time of the round trip.
        Latency = "latency",
        /// Messages go one way, as many as fit: the time between two of them at the reader.
        Throughput = "throughput",
        /// The same, but each message is written in every byte by the one and read in every byte
        /// by the other, inside of what is timed.
        Touched = "touched",
        /// A message goes there and comes back, and another is due at given times, whether that
        /// one has come back or not: the time since it was due.
        Paced = "paced",
    }
}

words! {
    /// Where the two processes run.
    enum Placement {
        /// Both on one processor.
        Same = "same",
        /// Each on its own.
        Cross = "cross",
    }
}

words! {
    /// What a process does while there is nothing for it.
    enum Wait {
        /// Sleeps in the kernel.
        Block = "block",
        /// Looks again and again.
        Spin = "spin",
        /// Looks again and again for a while, then sleeps.
        Adaptive = "adaptive",
    }
}

words! {
    /// What mechanisms have in common.
    enum Group {
        Pipe = "pipes",
        Queue = "message queues",
        Memory = "shared memory",
        Socket = "sockets",
        Notice = "notifications",
        Call = "calls and libraries",
    }
}

object! {
    /// One mechanism, one kind, one placement, one size.
    struct Row {
        /// How the mechanism is called on the command line: `pipe`, `unix-stream`, `shm-spin`.
        mechanism: String,
        /// How it is called on the screen.
        title: String,
        group: Group,
        wait: Wait,
        placement: Placement,
        kind: Kind,
        /// The bytes of a message; 0 for a notification, which carries none.
        size: u64,
        /// How often the kernel or the mechanism copies a message on its way, as the manual pages
        /// document it; null where it is not known.
        copies: Option<u64>,
        /// What this mechanism does for this kind beside what everybody does; null if nothing.
        how: Option<String> = None,
        /// What was measured; null if nothing could be.
        figures: Option<Figures>,
        /// Why nothing could be measured; null if something was.
        missing: Option<Missing>,
    }
}

object! {
    /// Why there are no figures.
    struct Missing {
        reason: String,
        /// What would change it; empty if nothing would.
        remedy: String,
    }
}

object! {
    /// What was measured of a row.
    struct Figures {
        /// The headline: the time of a round trip (of the kind `paced`: since it was due), or the
        /// time a message takes at the reader. The
        /// median over all operations of all repetitions, or, below a microsecond and for
        /// throughput, where reading the clock for each operation would be a good part of what
        /// is measured, the median of `reps[..].median_ns`.
        median_ns: f64,
        /// `size / median_ns`, where messages go one way; null for round trips.
        mb_per_s: Option<f64>,
        /// Between these two is the median with 95 % confidence: from the ranks of the operations
        /// timed one by one, or, where batches were timed, from the spread of all batches.
        ci95_low_ns: f64,
        ci95_high_ns: f64,
        /// The least and the most of `reps[..].median_ns`: how far the machine drifted.
        low_ns: f64,
        high_ns: f64,
        /// The time per operation of the best batch, which is a mean without a clock reading.
        best_ns: f64,
        /// Each repetition, in order.
        reps: Vec<Rep>,
        /// How many operations were timed one by one; 0 where messages go one way.
        timed: u64,
        /// How many operations there were in batches.
        batched: u64,
        /// Of the operations timed one by one; null where messages go one way.
        tail: Option<Tail>,
        /// What an operation costs beside time, in both processes together.
        cost: Cost,
        /// What was checked.
        checked: Checked,
    }
}

object! {
    /// The distribution of the operations that were timed one by one, in all repetitions.
    struct Tail {
        p50_ns: f64,
        p90_ns: f64,
        p99_ns: f64,
        p999_ns: f64,
        max_ns: f64,
        /// The histogram: not longer than `upto_ns`, and longer than the bucket before.
        buckets: Vec<Bucket>,
    }
}

object! {
    /// How many operations took so long.
    struct Bucket {
        upto_ns: u64,
        count: u64,
    }
}

object! {
    /// One repetition of a row.
    struct Rep {
        /// The median of this repetition, found as the row's is.
        median_ns: f64,
        /// The median of its batches, which of the kind `paced` are those of a closed loop before.
        batch_ns: f64,
        /// The median of its operations timed one by one; null where messages go one way.
        p50_ns: Option<f64>,
        /// A cache line to the other process and back, just before; null on one processor. Two
        /// figures of spinning mechanisms can be compared where this one is alike.
        cacheline_ns: Option<f64>,
        /// How much time a busy process lost to others just before, in percent.
        lost_percent: f64,
        /// Whether the warm-up ended because the figures had become stable.
        stable: bool,
        /// Messages that were sent and did not arrive, in percent: a datagram may get lost.
        loss_percent: f64,
        /// Round trips that began after they were due, in percent, since the one before was not
        /// over; null for kinds other than `paced`.
        late_percent: Option<f64> = None,
    }
}

object! {
    /// What an operation costs in both processes together.
    struct Cost {
        /// Processor time. Spinning costs it, too.
        cpu_ns: f64,
        /// Voluntary context switches: somebody went to sleep.
        voluntary: f64,
        /// Involuntary context switches: somebody was interrupted.
        involuntary: f64,
        /// Page faults that needed no disk.
        faults: f64,
        /// System calls by name, counted under `scope` in another run of the same loop; null
        /// where they could not be counted.
        calls: Option<Vec<CallCount>>,
        /// Why they could not; null if they were.
        calls_missing: Option<String>,
    }
}

object! {
    /// How often an operation makes a system call.
    struct CallCount {
        name: String,
        per_op: f64,
    }
}

object! {
    /// What was checked.
    struct Checked {
        /// Messages whose number, at both ends of the message, was compared: each one.
        numbered: u64,
        /// Messages of which every byte was compared, outside the timed part.
        whole: u64,
        /// Bytes that arrived in this row, there and back.
        bytes: u64,
    }
}

impl Run {
    /// Reads what [`Run::to_json`] has written.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, and where.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let json = RawJson::parse(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let schema = json.value().to_member("schema").and_then(nojson::RawJsonMember::required);
        let schema = schema.and_then(|value| Ok(value.to_unquoted_string_str()?.into_owned()));
        match schema {
            Ok(schema) if schema == SCHEMA => {}
            Ok(schema) => return Err(format!("its schema is `{schema}`, not `{SCHEMA}`")),
            Err(_) => return Err("it has no member `schema`".to_owned()),
        }
        Self::try_from(json.value()).map_err(|error| error.to_string())
    }

    /// One line of JSON.
    pub fn to_json(&self) -> String {
        nojson::Json(self).to_string()
    }

    /// The row of that mechanism, kind, placement and size. A notification has size 0.
    pub fn row(&self, mechanism: &str, kind: Kind, place: Placement, size: u64) -> Option<&Row> {
        self.rows.iter().find(|row| {
            row.mechanism == mechanism
                && row.kind == kind
                && row.placement == place
                && (row.size == size || row.size == 0)
        })
    }
}

impl Kind {
    /// Whether messages go one way, as many as fit.
    pub const fn one_way(self) -> bool {
        matches!(self, Self::Throughput | Self::Touched)
    }
}

impl Cost {
    /// System calls per operation, of both processes together.
    pub fn total_calls(&self) -> Option<f64> {
        let calls = self.calls.as_ref()?;
        Some(calls.iter().map(|call| call.per_op).sum())
    }
}

#[cfg(test)]
mod tests;
