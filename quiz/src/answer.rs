//! Checking an answer.

mod korean;
mod names;
mod quantity;
mod short;

use crate::bank::{Choice, Key, Kind, Pair, Question, Rule, Sequence, Trap, rights};
use crate::text;

/// What a checker says of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right.
    Pass,
    /// Something is right and nothing quite wrong. Never counts as a pass.
    Partial,
    /// Wrong.
    Fail,
    /// On the topic, but nothing in it was recognised: the learner has to judge.
    CannotTell,
}

impl Verdict {
    /// Its name in output: `pass`, `partial`, `fail`, `cannot-tell`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Partial => "partial",
            Verdict::Fail => "fail",
            Verdict::CannotTell => "cannot-tell",
        }
    }
}

/// An answer that was understood and checked.
#[derive(Clone, Debug)]
pub struct Checked<'q> {
    /// Whether it is right.
    pub verdict: Verdict,
    /// The options that were chosen, as indices into the question's options; of an order the items
    /// as they were put; of a match the right side of each pair.
    pub chosen: Vec<usize>,
    /// The rules that an order breaks.
    pub broken: Vec<&'q Rule>,
    /// The expected wrong answer that was given.
    pub trap: Option<&'q Trap>,
}

/// An answer that cannot be checked because it is not of the form that the question asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Nothing was said.
    Empty,
    /// This is not the letter of an option.
    NoOption(String),
    /// One option was asked for and several were named.
    OnlyOne,
    /// All letters are needed, and these are missing.
    Missing(String),
    /// This letter stands there twice.
    Twice(char),
    /// The question is free: a [`crate::Checker`] checks it.
    Free,
    /// The question is generated: it has to be posed first, see [`crate::generate`].
    NotPosed,
}

/// Checks an answer. `order` says which option is shown at which letter: option `order[0]` of the
/// question is `a`, and so on. It is ignored where nothing is chosen.
///
/// # Errors
///
/// Says why the answer cannot be checked. Ask again.
pub fn check<'q>(
    question: &'q Question,
    order: &[usize],
    answer: &str,
) -> Result<Checked<'q>, Unclear> {
    if answer.trim().is_empty() {
        return Err(Unclear::Empty);
    }
    match &question.kind {
        Kind::Single(choices) | Kind::Foresee(choices) => choose(choices, order, answer, false),
        Kind::Several(choices) => choose(choices, order, answer, true),
        Kind::Short(key) | Kind::Fill(key) => Ok(typed(key, answer)),
        Kind::Order(sequence) => put(sequence, order, answer),
        Kind::Match(pairs) => paired(pairs, order, answer),
        Kind::Free(_) => Err(Unclear::Free),
        Kind::Generated(_) => Err(Unclear::NotPosed),
    }
}

/// Whether two short answers mean the same: see [`Kind::Short`].
#[must_use]
pub fn same(accepted: &str, given: &str) -> bool {
    short::same(accepted, given)
}

/// How an answer is compared with those of the key.
pub(crate) fn alike(key: &Key) -> fn(&str, &str) -> bool {
    if key.listed { short::same_list } else { short::same }
}

/// Whether a line says this answer, letter by letter or in other units.
pub(crate) fn stands_in(accepted: &str, line: &str) -> bool {
    let (accepted_squashed, line_squashed) =
        (squash(&text::folded(accepted)), squash(&text::folded(line)));
    let words: Vec<&str> = line.split_whitespace().collect();
    let pieces = (1..=3).flat_map(|n| words.windows(n));
    line_squashed.contains(&accepted_squashed)
        || pieces.map(|piece| piece.join(" ")).any(|piece| short::same(accepted, &piece))
}

fn choose<'q>(
    choices: &[Choice],
    order: &[usize],
    answer: &str,
    several: bool,
) -> Result<Checked<'q>, Unclear> {
    let mut chosen = Vec::new();
    for word in text::folded(answer).split(|c: char| !c.is_alphanumeric()) {
        if word == "and" {
            continue;
        }
        for letter in word.chars().map(text::key_of_jamo) {
            let at = (letter as u32).wrapping_sub('a' as u32) as usize;
            let Some(&choice) = order.get(at).filter(|&&i| i < choices.len()) else {
                return Err(Unclear::NoOption(word.to_owned()));
            };
            if !chosen.contains(&choice) {
                chosen.push(choice);
            }
        }
    }
    if chosen.is_empty() {
        return Err(Unclear::NoOption(answer.trim().to_owned()));
    }
    if chosen.len() > 1 && !several {
        return Err(Unclear::OnlyOne);
    }
    let right = choices.iter().enumerate().all(|(i, choice)| choice.right == chosen.contains(&i));
    let verdict = if right { Verdict::Pass } else { Verdict::Fail };
    Ok(Checked { verdict, chosen, broken: Vec::new(), trap: None })
}

/// `b a c`, `bac`, `b > a > c`: every letter once.
fn put<'q>(sequence: &'q Sequence, order: &[usize], answer: &str) -> Result<Checked<'q>, Unclear> {
    let mut chosen: Vec<usize> = Vec::new();
    for word in text::folded(answer).split(|c: char| !c.is_alphanumeric()) {
        for letter in word.chars().map(text::key_of_jamo) {
            let item = meant(letter, order).ok_or_else(|| Unclear::NoOption(word.to_owned()))?;
            if chosen.contains(&item) {
                return Err(Unclear::Twice(letter));
            }
            chosen.push(item);
        }
    }
    let missing: Vec<String> = order
        .iter()
        .zip('a'..)
        .filter(|(item, _)| !chosen.contains(item))
        .map(|(_, letter)| letter.to_string())
        .collect();
    if !missing.is_empty() {
        return Err(Unclear::Missing(missing.join(" ")));
    }
    let broken: Vec<&Rule> = broken(sequence, &chosen);
    let verdict = if broken.is_empty() { Verdict::Pass } else { Verdict::Fail };
    Ok(Checked { verdict, chosen, broken, trap: None })
}

/// The rules that this order of all items breaks.
#[must_use]
pub fn broken<'q>(sequence: &'q Sequence, order: &[usize]) -> Vec<&'q Rule> {
    let at = |item: usize| order.iter().position(|&other| other == item);
    sequence.before.iter().filter(|rule| at(rule.first) > at(rule.then)).collect()
}

/// `1c 2a 3b`, in any order of the numbers, or the letters alone in the order of the numbers.
fn paired<'q>(pairs: &'q [Pair], order: &[usize], answer: &str) -> Result<Checked<'q>, Unclear> {
    let mut chosen: Vec<Option<usize>> = vec![None; pairs.len()];
    let mut number: Option<usize> = None;
    let mut next = 0;
    for c in text::folded(answer).chars().filter(|c| c.is_alphanumeric()) {
        if let Some(digit) = c.to_digit(10) {
            let left = (digit as usize).wrapping_sub(1);
            if left >= pairs.len() {
                return Err(Unclear::NoOption(c.to_string()));
            }
            number = Some(left);
            continue;
        }
        let letter = text::key_of_jamo(c);
        let right = meant(letter, order).ok_or_else(|| Unclear::NoOption(c.to_string()))?;
        let left = number.take().unwrap_or(next);
        match chosen.get_mut(left) {
            Some(place @ None) => *place = Some(right),
            _ => return Err(Unclear::Twice(letter)),
        }
        next = left + 1;
    }
    let missing: Vec<String> = chosen
        .iter()
        .zip(1..)
        .filter(|(right, _)| right.is_none())
        .map(|(_, number): (_, usize)| number.to_string())
        .collect();
    if !missing.is_empty() {
        return Err(Unclear::Missing(missing.join(" ")));
    }
    let chosen: Vec<usize> = chosen.into_iter().flatten().collect();
    let rights = rights(pairs);
    let right = pairs.iter().zip(&chosen).all(|(pair, &right)| *rights[right] == pair.right);
    let verdict = if right { Verdict::Pass } else { Verdict::Fail };
    Ok(Checked { verdict, chosen, broken: Vec::new(), trap: None })
}

/// What is shown at this letter.
fn meant(letter: char, order: &[usize]) -> Option<usize> {
    let at = (letter as u32).wrapping_sub('a' as u32) as usize;
    order.get(at).copied()
}

fn typed<'q>(key: &'q Key, answer: &str) -> Checked<'q> {
    let same = alike(key);
    if key.accept.iter().any(|accepted| same(accepted, answer)) {
        return Checked {
            verdict: Verdict::Pass,
            chosen: Vec::new(),
            broken: Vec::new(),
            trap: None,
        };
    }
    let stepped_in = |trap: &&Trap| trap.answers.iter().any(|wrong| same(wrong, answer));
    let trap = key.traps.iter().find(stepped_in);
    Checked { verdict: Verdict::Fail, chosen: Vec::new(), broken: Vec::new(), trap }
}

/// The letters and digits of comparable text. A minus before a digit and a point or slash between
/// digits stay: `-1` is not `1`.
fn squash(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(char::is_ascii_digit);
    let word = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(|c| c.is_alphanumeric());
    let mut squashed = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let (before, after) = (i.checked_sub(1), Some(i + 1));
        let stays = match c {
            '-' => digit(after) && !word(before),
            '.' | '/' => digit(before) && digit(after),
            _ => c.is_alphanumeric(),
        };
        if stays {
            squashed.push(c);
        }
    }
    squashed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_answers_mean_the_same() {
        for (accepted, given) in [
            ("SIGPIPE", "sigpipe"),
            ("SIGPIPE", "a `SIGPIPE` signal."),
            ("SIGPIPE", "pipe"),
            ("SIGPIPE", "signal 13"),
            ("SIGPIPE", "SIGPIPE입니다"),
            ("SIGPIPE", "ＳＩＧＰＩＰＥ"),
            ("EAGAIN", "EWOULDBLOCK"),
            ("EAGAIN", "Resource temporarily unavailable"),
            ("EPIPE", "it fails with EPIPE"),
            ("EPIPE", "broken pipe"),
            ("65536 bytes", "65536"),
            ("65536 bytes", "65,536 B"),
            ("65536 bytes", "64 KiB"),
            ("65536 bytes", "64KB"),
            ("65536 bytes", "64k"),
            ("65536 bytes", "2^16"),
            ("65536 bytes", "2¹⁶ bytes"),
            ("65536 bytes", "16 * 4096"),
            ("65536 bytes", "0x10000"),
            ("65536 bytes", "64킬로바이트"),
            ("65536 bytes", "about 65536 bytes"),
            ("4096", "4 KiB"),
            ("2", "two"),
            ("2", "두 번"),
            ("2", "2 processes"),
            ("0", "zero bytes"),
            ("0", "none"),
            ("0", "한 번도 없음"),
            ("0", "하나도 없습니다."),
            ("0", "아무도 없어요"),
            ("0", "전혀 안 잔다"),
            ("none", "없습니다"),
            ("none", "오류 없음"),
            ("80000", "8만"),
            ("80000", "팔만 번"),
            ("SIGSEGV", "segfault"),
            ("SIGSEGV", "세그멘테이션 폴트"),
            ("SIGBUS", "버스 오류입니다"),
            ("3", "세번"),
            ("3", "3개가 남는다"),
            ("10", "10으로 끝납니다"),
            ("4096 bytes", "4킬로"),
            ("EAGAIN", "EAGAIN 오류입니다"),
            ("EAGAIN", "`EAGAIN`을 돌려준다."),
            ("EAGAIN", "EAGAIN이라는 에러가 납니다"),
            ("SIGPIPE", "SIGPIPE로 죽습니다"),
            ("SIGPIPE", "시그널 13"),
            ("막힌다", "막힙니다"),
            ("막힌다", "막혀요"),
            ("막힌다", "막힘"),
            ("막힌다", "막혔다"),
            ("막혀 있다", "막혀 있음"),
            ("기다린다", "기다려"),
            ("끝까지 기다린다", "끝까지 기다립니다."),
            ("종료된다", "종료"),
            ("종료된다", "종료되었습니다"),
            ("종료된다", "종료됐어요"),
            ("읽는다", "읽음"),
            ("못 쓴다", "못 써요"),
            ("매번 다르다", "매번 달라요"),
            ("락을 얻는다", "락을 얻습니다"),
            ("락", "락을 얻어요"),
            ("-1", "마이너스 1"),
            ("-1", "-1"),
            ("1.5 ms", "1500 µs"),
            ("0600", "600"),
            ("/dev/shm", "/dev/shm/"),
            ("sem_wait", "sem_wait()"),
            ("mkfifo", "mkfifo(3)"),
            ("mkfifo(3)", "mkfifo"),
            ("세마포어", "세마포어 입니다"),
            ("end of file", "End-of-file"),
            ("O_CREAT | O_EXCL", "O_CREAT|O_EXCL"),
            ("|", "|"),
        ] {
            assert!(same(accepted, given), "`{given}` should count as `{accepted}`");
        }
    }

    #[test]
    fn lists_entry_by_entry() {
        for (accepted, given, alike) in [
            ("7 8 EAGAIN", "7, 8, EAGAIN", true),
            ("7 8 EAGAIN", "7바이트, 8바이트, 그다음 EAGAIN", true),
            ("7 8 EAGAIN", "7 bytes, 8 bytes, then EAGAIN", true),
            ("7 8 EAGAIN", "7 바이트, 8 바이트, EAGAIN 오류", true),
            ("0 2", "0과 2", true),
            ("c a b", "cab", true),
            ("7 8 EAGAIN", "8, 7, EAGAIN", false),
            ("7 8 EAGAIN", "7, 8", false),
            ("7 8", "7바이트, 8바이트가 아니다", false),
        ] {
            assert_eq!(short::same_list(accepted, given), alike, "`{given}` for `{accepted}`");
        }
    }

    #[test]
    fn short_answers_that_differ() {
        for (accepted, given) in [
            ("SIGPIPE", "SIGPIPE or SIGHUP"),
            ("SIGPIPE", "not SIGPIPE"),
            ("SIGPIPE", "EPIPE"),
            ("EPIPE", "SIGPIPE"),
            ("SIGUSR1", "10"),
            ("65536 bytes", "64"),
            ("65536 bytes", "65536 bits"),
            ("65536 bytes", "64 MiB"),
            ("65536 bytes", "65535"),
            ("65536 bytes", "more than 65536"),
            ("65536 bytes", "6,55,36"),
            ("2", "2 or 3"),
            ("2", "2 ms"),
            ("2", "12"),
            ("2", "not two"),
            ("1", "한 번도 없음"),
            ("0", "전혀 모르겠습니다"),
            ("0", "하나도 빠짐없이"),
            ("0", "not one but two"),
            ("0", "no idea"),
            ("80000", "80000 이하"),
            ("2", "2배"),
            ("4", "네"),
            ("1", "once 두 번"),
            ("2", "이것"),
            ("SIGSEGV", "버스 오류"),
            ("2", "2개는 아닌"),
            ("80000", "80000보다 작다"),
            ("EAGAIN", "EAGAIN이 아니다"),
            ("EAGAIN", "EAGAIN은 안 난다"),
            ("EAGAIN", "EAGAIN과 EPIPE"),
            ("SIGPIPE", "SIGPIPE 없이 끝난다"),
            ("막힌다", "안 막힌다"),
            ("막힌다", "막히지 않는다"),
            ("막힌다", "막는다"),
            ("있다", "없다"),
            ("2", "2개가 아닙니다"),
            ("never", "0"),
            ("1", "-1"),
            ("15", "1.5"),
            ("4096 bytes", "4096 s"),
            ("one", "none"),
            ("|", "||"),
            ("end of file", ""),
        ] {
            assert!(!same(accepted, given), "`{given}` should not count as `{accepted}`");
        }
    }
}
