//! Times as the log writes them: `2026-11-21T10:15:00+09:00`, in the learner's own time, so that a
//! day is their day.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment, to the second, with its distance from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970 in UTC.
    unix: i64,
    /// Seconds east of UTC.
    offset: i32,
}

impl Moment {
    /// Now, in the local time zone.
    #[must_use]
    pub fn now() -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let unix = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        Moment { unix, offset: local_offset(unix) }
    }

    /// Reads `2026-11-21T10:15:00+09:00`, or with `Z`, or a date alone, which means its noon in UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Moment> {
        let written = |(at, byte): (usize, u8)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        let date = text.get(..10).filter(|date| date.bytes().enumerate().all(written))?;
        let year = date.get(..4)?.parse().ok()?;
        let month = date.get(5..7)?.parse().ok().filter(|m| (1..=12).contains(m))?;
        let day = date.get(8..)?.parse().ok()?;
        let days = days_from_civil(year, month, day);
        // 31 June is no day.
        if civil_from_days(days) != (year, month, day) {
            return None;
        }
        let rest = &text[10..];
        if rest.is_empty() {
            return Some(Moment { unix: days * 86_400 + 43_200, offset: 0 });
        }
        let number = |at: std::ops::Range<usize>, below: i64| {
            rest.get(at)?.parse().ok().filter(|n| (0..below).contains(n))
        };
        let marks = rest
            .get(..9)
            .is_some_and(|time| [0, 3, 6].map(|at| time.as_bytes()[at]) == [b'T', b':', b':']);
        let (hour, minute, second) = (number(1..3, 24)?, number(4..6, 60)?, number(7..9, 61)?);
        let zone = rest.get(9..).filter(|_| marks)?;
        // A fraction of a second is read over.
        let zone = match zone.strip_prefix('.') {
            Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
            None => zone,
        };
        let offset = match zone {
            "Z" | "z" => 0,
            _ => {
                let sign = match zone.as_bytes().first()? {
                    b'+' => 1,
                    b'-' => -1,
                    _ => return None,
                };
                let (hours, minutes) = zone[1..].split_once(':')?;
                let hours: i32 = hours.parse().ok().filter(|h| (0..24).contains(h))?;
                let minutes: i32 = minutes.parse().ok().filter(|m| (0..60).contains(m))?;
                sign * (hours * 3600 + minutes * 60)
            }
        };
        let local = days * 86_400 + hour * 3600 + minute * 60 + second;
        Some(Moment { unix: local - i64::from(offset), offset })
    }

    /// The learner's day, counted from 1970-01-01.
    #[must_use]
    pub fn day(self) -> i64 {
        (self.unix + i64::from(self.offset)).div_euclid(86_400)
    }

    /// Seconds since 1970 in UTC.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.unix
    }
}

/// The date of a day that is counted from 1970-01-01: `2026-11-21`.
#[must_use]
pub fn date(day: i64) -> String {
    let (year, month, day) = civil_from_days(day);
    format!("{year:04}-{month:02}-{day:02}")
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = (self.unix + i64::from(self.offset)).rem_euclid(86_400);
        let (sign, offset) = if self.offset < 0 { ('-', -self.offset) } else { ('+', self.offset) };
        write!(
            f,
            "{}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            date(self.day()),
            second / 3600,
            second / 60 % 60,
            second % 60,
            offset / 3600,
            offset / 60 % 60
        )
    }
}

fn local_offset(unix: i64) -> i32 {
    let time = unix as libc::time_t;
    // SAFETY: all bytes zero is a value of `tm`: numbers, and a null pointer that is not followed.
    let mut local: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both point to live values of their types. It reads the environment, which nothing in
    // this workspace changes.
    let known = unsafe { libc::localtime_r(&raw const time, &raw mut local) };
    if known.is_null() { 0 } else { i32::try_from(local.tm_gmtoff).unwrap_or(0) }
}

// The proleptic Gregorian calendar, in eras of 400 years that begin on 1 March (H. Hinnant,
// "chrono-compatible low-level date algorithms").

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_the_log_writes_them() {
        for text in
            ["2026-11-21T10:15:00+09:00", "1969-12-31T23:59:59+00:00", "2024-02-29T00:00:00-03:30"]
        {
            assert_eq!(Moment::parse(text).expect(text).to_string(), text);
        }
        let same = |text: &str| Moment::parse(text).map(Moment::unix);
        assert_eq!(same("1970-01-01T09:00:00+09:00"), Some(0));
        assert_eq!(same("2026-11-21T01:15:00.123Z"), same("2026-11-21T10:15:00+09:00"));
        for text in [
            "",
            "2026-11-31",
            "2026-13-01",
            "2026-11-21T10",
            "2026-11-21T10:15:00",
            "x",
            "2026-11-21 10:15:00Z",
            "2026-11-21T25:15:00Z",
            "2026-11-21T10:15:00+9",
            "2026-1-1",
            "-999-01-01",
            "2026-+1-01",
            "2026-11-21T10:15:00+09:00x",
            "한글한글한글한글한글",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_the_learners_day() {
        let day = |text: &str| Moment::parse(text).expect(text).day();
        assert_eq!(day("2026-11-21T23:30:00+09:00") + 1, day("2026-11-22T00:30:00+09:00"));
        assert_eq!(day("1970-01-01"), 0);
        assert_eq!(date(day("2026-11-21T23:30:00-08:00")), "2026-11-21");
    }

    #[test]
    fn every_day_of_four_centuries() {
        let mut before = (1999, 12, 31);
        for day in 10_957..10_957 + 146_097 {
            let civil = civil_from_days(day);
            assert!(civil > before, "{civil:?}");
            assert_eq!(days_from_civil(civil.0, civil.1, civil.2), day);
            before = civil;
        }
        assert_eq!(before, (2399, 12, 31));
    }
}
