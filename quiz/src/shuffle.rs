//! The same order again for the same seed, on every machine and in every later version.

/// A small generator of pseudo-random numbers (SplitMix64, Steele, Lea and Flood 2014). It is part
/// of what `--seed` promises, so it is here and not in a crate that may change its numbers.
#[derive(Clone, Debug)]
pub struct Seed(u64);

impl Seed {
    /// Starts from a number.
    #[must_use]
    pub fn new(seed: u64) -> Seed {
        Seed(seed)
    }

    /// Starts from a number and a name, so that the options of one question keep their order
    /// whatever other questions are asked before it.
    #[must_use]
    pub fn named(seed: u64, name: &str) -> Seed {
        // FNV-1a.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Seed(seed ^ hash)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.next()) * n as u128;
        usize::try_from(wide >> 64).expect("a product of a fraction and `n` is below `n`")
    }

    /// The next number from 0 to below 1.
    pub fn fraction(&mut self) -> f64 {
        // 53 bits are what a fraction of this type has.
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Puts the items into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_promise() {
        let mut items: Vec<u32> = (0..10).collect();
        Seed::new(7).shuffle(&mut items);
        assert_eq!(items, [9, 5, 8, 6, 1, 2, 4, 7, 0, 3]);
        let mut first = Seed::new(1_234_567);
        // The reference values of SplitMix64 for this seed.
        assert_eq!(first.next(), 6_457_827_717_110_365_317);
        assert_eq!(first.next(), 3_203_168_211_198_807_973);
    }
}
