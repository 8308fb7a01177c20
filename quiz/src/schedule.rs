//! When to ask again: FSRS-6, the model of memory that Anki schedules by.
//!
//! A memory has a *stability* S, the days after which it is recalled with a chance of 90 %, and a
//! *difficulty* D from 1 to 10. Formulas and default weights are those of the reference
//! implementations (fsrs-rs `src/inference.rs`, py-fsrs `fsrs/scheduler.py`), and the tests hold
//! this module to their published vectors.
//!
//! Why not the crate `fsrs`: its numbers are the same, but it brings the training of weights with
//! it, 34 crates and 28 CPU-seconds of a cold build, for the arithmetic below.

/// How well an answer was recalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Wrong.
    Again = 1,
    /// Right after a hint, or at the second try.
    Hard = 2,
    /// Right.
    Good = 3,
    /// Right without effort. The quiz never gives it by itself.
    Easy = 4,
}

impl Grade {
    /// The grade of this number.
    #[must_use]
    pub fn of(number: u8) -> Option<Grade> {
        [Grade::Again, Grade::Hard, Grade::Good, Grade::Easy]
            .into_iter()
            .find(|grade| *grade as u8 == number)
    }

    fn number(self) -> f64 {
        f64::from(self as u8)
    }
}

/// What is remembered of a question.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memory {
    /// Days until the chance of recall is 90 %.
    pub stability: f64,
    /// From 1, easy, to 10.
    pub difficulty: f64,
}

/// The default weights of FSRS-6.
pub const WEIGHTS: [f64; 21] = [
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
];

/// The chance of recall at which a question is asked again.
pub const RETENTION: f64 = 0.9;

/// The model with its weights.
#[derive(Clone, Copy, Debug)]
pub struct Fsrs {
    w: [f64; 21],
    /// How fast what is remembered fades.
    factor: f64,
    /// The difficulty of a question that is easy at once, to which every other one drifts back.
    easy: f64,
}

impl Default for Fsrs {
    fn default() -> Fsrs {
        Fsrs::new(WEIGHTS)
    }
}

impl Fsrs {
    /// The model with other weights.
    #[must_use]
    pub fn new(w: [f64; 21]) -> Fsrs {
        let factor = 0.9_f64.powf(-1.0 / w[20]) - 1.0;
        let mut fsrs = Fsrs { w, factor, easy: 0.0 };
        fsrs.easy = fsrs.first_difficulty(Grade::Easy);
        fsrs
    }

    /// The memory after an answer: the first one, or one `days` after the last.
    #[must_use]
    pub fn after(&self, memory: Option<Memory>, days: u32, grade: Grade) -> Memory {
        let Some(memory) = memory else {
            let stability = self.w[grade as usize - 1];
            return Memory { stability, difficulty: self.first_difficulty(grade).clamp(1.0, 10.0) };
        };
        let stability = if days == 0 {
            self.same_day(memory, grade)
        } else if grade == Grade::Again {
            self.forgotten(memory, f64::from(days))
        } else {
            self.recalled(memory, f64::from(days), grade)
        };
        Memory {
            stability: stability.clamp(0.001, 36_500.0),
            difficulty: self.next_difficulty(memory.difficulty, grade),
        }
    }

    /// The chance that it is recalled after so many days, from 0 to 1.
    #[must_use]
    pub fn recall(&self, memory: Memory, days: f64) -> f64 {
        (1.0 + self.factor * days / memory.stability).powf(-self.w[20])
    }

    /// After how many days, at least one, the chance of recall has fallen to `retention`.
    #[must_use]
    pub fn interval(&self, memory: Memory, retention: f64) -> f64 {
        let days = memory.stability / self.factor * (retention.powf(-1.0 / self.w[20]) - 1.0);
        days.round().max(1.0)
    }

    fn first_difficulty(&self, grade: Grade) -> f64 {
        self.w[4] - (self.w[5] * (grade.number() - 1.0)).exp() + 1.0
    }

    fn next_difficulty(&self, difficulty: f64, grade: Grade) -> f64 {
        let step = -self.w[6] * (grade.number() - 3.0);
        let damped = difficulty + step * (10.0 - difficulty) / 9.0;
        // Where an easy question begins is below the scale.
        (self.w[7] * self.easy + (1.0 - self.w[7]) * damped).clamp(1.0, 10.0)
    }

    fn recalled(&self, memory: Memory, days: f64, grade: Grade) -> f64 {
        let Memory { stability, difficulty } = memory;
        let weight = match grade {
            Grade::Hard => self.w[15],
            Grade::Easy => self.w[16],
            _ => 1.0,
        };
        let growth = self.w[8].exp()
            * (11.0 - difficulty)
            * stability.powf(-self.w[9])
            * (((1.0 - self.recall(memory, days)) * self.w[10]).exp() - 1.0);
        stability * (1.0 + growth * weight)
    }

    fn forgotten(&self, memory: Memory, days: f64) -> f64 {
        let Memory { stability, difficulty } = memory;
        let left = self.w[11]
            * difficulty.powf(-self.w[12])
            * ((stability + 1.0).powf(self.w[13]) - 1.0)
            * ((1.0 - self.recall(memory, days)) * self.w[14]).exp();
        left.min(stability / (self.w[17] * self.w[18]).exp())
    }

    fn same_day(&self, memory: Memory, grade: Grade) -> f64 {
        let change = (self.w[17] * (grade.number() - 3.0 + self.w[18])).exp()
            * memory.stability.powf(-self.w[19]);
        memory.stability * if grade >= Grade::Good { change.max(1.0) } else { change }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, relative: f64) -> bool {
        (a - b).abs() <= relative * b.abs()
    }

    fn replay(fsrs: &Fsrs, answers: &[(u32, Grade)]) -> Memory {
        let memory = answers
            .iter()
            .fold(None, |memory, &(days, grade)| Some(fsrs.after(memory, days, grade)));
        memory.expect("at least one answer")
    }

    const VECTOR: [(u32, Grade); 6] = [
        (0, Grade::Again),
        (0, Grade::Good),
        (1, Grade::Good),
        (3, Grade::Good),
        (8, Grade::Good),
        (21, Grade::Good),
    ];

    /// fsrs-rs `test_memory_state`, py-fsrs `test_memo_state`, ts-fsrs `FSRS-6.test.ts`.
    #[test]
    fn memory_state() {
        let Memory { stability, difficulty } = replay(&Fsrs::default(), &VECTOR);
        assert!((stability - 53.62691).abs() < 1e-4, "{stability}");
        assert!((difficulty - 6.357_486_7).abs() < 1e-4, "{difficulty}");
        let mut w = WEIGHTS;
        (w[17], w[18], w[19]) = (0.0, 0.0, 0.0);
        let Memory { stability, difficulty } = replay(&Fsrs::new(w), &VECTOR);
        assert!((stability - 53.335_106).abs() < 1e-4, "{stability}");
        assert!((difficulty - 6.357_486_7).abs() < 1e-4, "{difficulty}");
    }

    /// fsrs-rs `test_next_interval`; its numbers are f32, so the large ones differ a little.
    #[test]
    fn intervals() {
        let memory = Memory { stability: 1.0, difficulty: 5.0 };
        let expected = [3_116_766.0, 34_793.0, 2508.0, 387.0, 90.0, 27.0, 9.0, 3.0, 1.0, 1.0];
        for (tenth, expected) in (1..=10).zip(expected) {
            let interval = Fsrs::default().interval(memory, f64::from(tenth) / 10.0);
            assert!(close(interval, expected, 2e-6), "{tenth}: {interval}, not {expected}");
        }
    }

    /// fsrs-rs `test_current_retrievability`.
    #[test]
    fn retrievability() {
        let mut w = WEIGHTS;
        w[20] = 0.2;
        let memory = Memory { stability: 1.0, difficulty: 5.0 };
        for (days, expected) in [(0.0, 1.0), (1.0, 0.9), (2.0, 0.840_289_35), (3.0, 0.798_500_1)] {
            let recall = Fsrs::new(w).recall(memory, days);
            assert!(close(recall, expected, 1e-6), "{days}: {recall}, not {expected}");
        }
    }

    /// py-fsrs `test_review_card`, ts-fsrs `ivl_history`: each answer on its due date; the steps of
    /// minutes, at the beginning and after each lapse, are answers of the same day.
    #[test]
    fn interval_history() {
        use Grade::{Again, Good};
        let grades =
            [Good, Good, Good, Good, Good, Good, Again, Again, Good, Good, Good, Good, Good];
        let fsrs = Fsrs::default();
        let mut memory = None;
        let mut interval = 0;
        let mut history = Vec::new();
        for (i, grade) in grades.into_iter().enumerate() {
            let now = fsrs.after(memory, interval, grade);
            memory = Some(now);
            let step = i == 0 || grade == Again;
            interval = if step { 0 } else { fsrs.interval(now, RETENTION) as u32 };
            history.push(interval);
        }
        assert_eq!(history, [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]);
    }

    /// The chain without steps of minutes: every answer after the whole interval.
    #[test]
    fn day_by_day() {
        use Grade::{Again, Good};
        let grades =
            [Good, Good, Good, Good, Good, Good, Again, Again, Good, Good, Good, Good, Good];
        let stabilities = [
            2.3065, 10.9643, 46.2802, 162.8622, 497.4472, 1345.5288, 9.4446, 1.3126, 2.3497, 4.194,
            7.4665, 12.7315, 21.5282,
        ];
        let difficulties = [
            2.1181, 2.1112, 2.1043, 2.0975, 2.0906, 2.0837, 7.3832, 9.1251, 9.1112, 9.0973, 9.0835,
            9.0696, 9.0558,
        ];
        let fsrs = Fsrs::default();
        let mut memory: Option<Memory> = None;
        for (i, grade) in grades.into_iter().enumerate() {
            let days = memory.map_or(0, |m| fsrs.interval(m, RETENTION) as u32);
            let now = fsrs.after(memory, days, grade);
            assert!((now.stability - stabilities[i]).abs() < 5.1e-5, "{i}: {now:?}");
            assert!((now.difficulty - difficulties[i]).abs() < 5.1e-5, "{i}: {now:?}");
            memory = Some(now);
        }
    }
}
