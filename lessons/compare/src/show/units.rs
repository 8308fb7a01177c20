//! Figures for people: three digits that count, and a unit.

/// A time: `98 ns`, `4.49 µs`, `11.2 ms`.
pub fn time(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ns if ns < 999.5 => (ns, "ns"),
        ns if ns < 999.5e3 => (ns / 1e3, "µs"),
        ns if ns < 999.5e6 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{} {unit}", digits(value))
}

/// A size: `64 B`, `64 KiB`, `1 MiB`.
pub fn bytes(size: u64) -> String {
    match size {
        _ if size >= 1 << 20 && size.is_multiple_of(1 << 20) => format!("{} MiB", size >> 20),
        _ if size >= 1 << 10 && size.is_multiple_of(1 << 10) => format!("{} KiB", size >> 10),
        _ => format!("{size} B"),
    }
}

/// A rate, from megabytes (10^6 bytes) a second: `4.71 GB/s`.
pub fn rate(megabytes: f64) -> String {
    match megabytes {
        rate if rate >= 999.5 => format!("{} GB/s", digits(rate / 1e3)),
        rate if rate < 0.9995 => format!("{} kB/s", digits(rate * 1e3)),
        rate => format!("{} MB/s", digits(rate)),
    }
}

/// How many times: `1/523`, `0.02`, `1.73`, `12.3`, `512`.
pub fn ratio(times: f64) -> String {
    if times < 0.01 { format!("1/{:.0}", 1.0 / times) } else { digits(times) }
}

/// A part of something: `47 %`, `0.3 %`, `<0.1%`.
pub fn share(part: f64) -> String {
    match 100.0 * part {
        percent if percent < 0.05 => "<0.1%".to_owned(),
        percent if percent < 9.95 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}

/// A number of things for each operation: `0`, `0.03`, `4`, `12.5`.
pub fn count(number: f64) -> String {
    match number {
        n if n < 0.005 => "0".to_owned(),
        n if (n - n.round()).abs() < 0.02 => format!("{n:.0}"),
        n => digits(n),
    }
}

/// Three digits that count; more before the point, if there are.
fn digits(value: f64) -> String {
    match value.abs() {
        size if size < 9.995 => format!("{value:.2}"),
        size if size < 99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        let times = [20.04, 98.0, 999.4, 999.6, 4494.0, 99_960.0, 11_240_000.0, 2.5e9];
        let shown: Vec<String> = times.map(time).into();
        let expected =
            ["20.0 ns", "98.0 ns", "999 ns", "1.00 µs", "4.49 µs", "100 µs", "11.2 ms", "2.50 s"];
        assert_eq!(shown, expected);
        assert_eq!(
            [1, 64, 1024, 65536, 1 << 20, 65507].map(bytes),
            ["1 B", "64 B", "1 KiB", "64 KiB", "1 MiB", "65507 B"]
        );
        assert_eq!([0.0333, 12.7, 4710.0].map(rate), ["33.3 kB/s", "12.7 MB/s", "4.71 GB/s"]);
        assert_eq!([0.002, 0.02, 1.0, 512.3].map(ratio), ["1/500", "0.02", "1.00", "512"]);
        assert_eq!([0.0001, 0.003, 0.47, 1.2].map(share), ["<0.1%", "0.3 %", "47 %", "120 %"]);
        assert_eq!([0.0, 0.03, 4.001, 12.5].map(count), ["0", "0.03", "4", "12.5"]);
    }
}
