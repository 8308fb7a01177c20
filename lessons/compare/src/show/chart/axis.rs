//! The axes of the charts.

use super::shown;
use crate::run::Kind;

/// A logarithmic axis in whole powers of ten.
pub struct Axis {
    from: i32,
    to: i32,
    start: f64,
    length: f64,
}

impl Axis {
    /// Long enough for all values, which are positive.
    pub fn over(values: impl Iterator<Item = f64>, start: f64, length: f64) -> Self {
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        for value in values.filter(|value| *value > 0.0 && value.is_finite()) {
            (least, most) = (least.min(value), most.max(value));
        }
        if most == 0.0 {
            (least, most) = (1.0, 10.0);
        }
        let (from, to) = (least.log10().floor() as i32, most.log10().ceil() as i32);
        Self { from, to: to.max(from + 1), start, length }
    }

    /// Where the value is on the picture.
    pub fn at(&self, value: f64) -> f64 {
        let share = (value.max(f64::MIN_POSITIVE).log10() - f64::from(self.from))
            / f64::from(self.to - self.from);
        self.start + self.length * share.clamp(0.0, 1.0)
    }

    /// The powers of ten.
    pub fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.from..=self.to).map(|power| 10_f64.powi(power))
    }
}

/// `1 µs`, without digits that say nothing.
pub fn tick(kind: Kind, value: f64) -> String {
    let text = shown(kind, value);
    let (number, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let number = match number.contains('.') {
        true => number.trim_end_matches('0').trim_end_matches('.'),
        false => number,
    };
    format!("{number} {unit}")
}
