//! What the quiz itself says, in its two languages.

use quiz::bank::Language;
use quiz::free::Reason;
use std::sync::OnceLock;

/// Everything it says. `{}` are filled in order by [`fill`].
pub(super) struct Words {
    pub(super) opening: &'static str,
    pub(super) counts: &'static str,
    pub(super) not_kept: &'static str,
    pub(super) keys: &'static str,
    pub(super) progress: &'static str,
    pub(super) again: &'static str,
    pub(super) one: &'static str,
    pub(super) several: &'static str,
    pub(super) short: &'static str,
    pub(super) blank: &'static str,
    pub(super) fill: &'static str,
    pub(super) hint: &'static str,
    pub(super) empty: &'static str,
    pub(super) empty_in_mock: &'static str,
    pub(super) no_option: &'static str,
    pub(super) only_one: &'static str,
    pub(super) skipped: &'static str,
    pub(super) right: &'static str,
    pub(super) wrong: &'static str,
    pub(super) answer_is: &'static str,
    pub(super) yours: &'static str,
    pub(super) right_because: &'static str,
    pub(super) wrong_because: &'static str,
    pub(super) recorded: &'static str,
    pub(super) run: &'static str,
    pub(super) cites: &'static str,
    pub(super) read: &'static str,
    pub(super) done: &'static str,
    pub(super) stopped: &'static str,
    pub(super) score: &'static str,
    pub(super) after_hint: &'static str,
    pub(super) look_again: &'static str,
    pub(super) partial: &'static str,
    pub(super) cannot_tell: &'static str,
    pub(super) points: &'static str,
    pub(super) said: &'static str,
    pub(super) missing: &'static str,
    pub(super) denied: &'static str,
    pub(super) trap: &'static str,
    pub(super) swapped: &'static str,
    pub(super) both: &'static str,
    pub(super) read_as: &'static str,
    pub(super) contradiction: &'static str,
    pub(super) mixed_up: &'static str,
    pub(super) opposite: &'static str,
    pub(super) no_statements: &'static str,
    pub(super) not_known: &'static str,
    pub(super) off_topic: &'static str,
    pub(super) model: &'static str,
    pub(super) free: &'static str,
    pub(super) more: &'static str,
    pub(super) judge: &'static str,
    pub(super) hint_of: &'static str,
    pub(super) in_order: &'static str,
    pub(super) in_pairs: &'static str,
    pub(super) missing_letters: &'static str,
    pub(super) twice: &'static str,
    pub(super) comes_first: &'static str,
    pub(super) other_orders: &'static str,
    pub(super) next: &'static str,
    pub(super) disputed: &'static str,
    pub(super) last_word: &'static str,
    pub(super) nothing_to_dispute: &'static str,
    pub(super) no_editor: &'static str,
    pub(super) fresh: &'static str,
    pub(super) recorded_problem: &'static str,
    pub(super) no_problem: &'static str,
    pub(super) compiles: &'static str,
}

/// The language of this run, which does not change.
static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// Chooses the language of everything that is said from here on.
pub(super) fn speak(language: Language) {
    // Whoever asks first is right: it is asked once.
    let _ = LANGUAGE.set(language);
}

/// The language of this run.
pub(super) fn language() -> Language {
    LANGUAGE.get().copied().unwrap_or(Language::English)
}

/// What is said seldom, such as errors, in the language of this run.
pub(super) fn say(english: &'static str, korean: &'static str) -> &'static str {
    match language() {
        Language::Korean => korean,
        Language::English => english,
    }
}

pub(super) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Korean => &KOREAN,
    }
}

impl Words {
    pub(super) fn reason(&self, reason: Reason) -> &'static str {
        match reason {
            Reason::Trap => "",
            Reason::Contradiction => self.contradiction,
            Reason::Swapped => self.mixed_up,
            Reason::Denied => self.opposite,
            Reason::NoStatements => self.no_statements,
            Reason::NotKnown => self.not_known,
            Reason::OffTopic => self.off_topic,
        }
    }
}

/// Puts the values into the places `{}`, in order.
pub(super) fn fill(template: &str, values: &[&dyn std::fmt::Display]) -> String {
    let mut pieces = template.split("{}");
    let mut filled = pieces.next().unwrap_or("").to_owned();
    let mut values = values.iter();
    for piece in pieces {
        if let Some(value) = values.next() {
            filled.push_str(&value.to_string());
        }
        filled.push_str(piece);
    }
    filled
}

static ENGLISH: Words = Words {
    opening: "Questions: {}. The same order again: --seed {}",
    counts: "Due: {}. New: {}. Not due yet: {}.",
    not_kept: "This answer cannot be kept: {}. Make room or choose another folder with --data-dir.",
    keys: "At any question: ? hint, s skip, q end, ! my last answer was right.",
    progress: "{} of {} · {} due · about {} min · {} · difficulty {} of 3 · {}",
    again: "Once more, what went wrong: {}",
    one: "One letter:",
    several: "The letters of all that are right:",
    short: "Your answer:",
    blank: "What stands in the blank?",
    fill: "A line of the recorded run `{}`:",
    hint: "Hint:",
    empty: "Type an answer, or ? for a hint, s to skip, q to end.",
    empty_in_mock: "Type an answer, or s to skip, q to end.",
    no_option: "There is no option `{}`; type a letter from a to {}.",
    only_one: "Only one is right; type one letter.",
    skipped: "Skipped.",
    right: "Right.",
    wrong: "Wrong.",
    answer_is: "The answer: {}",
    yours: "(your answer)",
    right_because: "Right:",
    wrong_because: "Wrong:",
    recorded: "Recorded: ",
    run: "Run it: ",
    cites: "Source: ",
    read: "Read: {} in the book (cargo run -p book)",
    done: "Done.",
    stopped: "Stopped.",
    score: "{} of {} asked: {} right at once, {} right the second time, {} wrong, {} skipped.",
    after_hint: "{} of the right ones after a hint.",
    look_again: "Worth another look:",
    partial: "Partly right.",
    cannot_tell: "I cannot tell.",
    points: "Points: {} of {}.",
    said: "said: {}, by {}; points: {}",
    missing: "missing: {}; points: {}",
    denied: "You say the opposite: {}.",
    trap: "trap: {}. {}",
    swapped: "You say of {}: {}. That holds of another one that the question names.",
    both: "You say both {} and {}.",
    read_as: "read {} as {}",
    contradiction: "The answer says a thing and its opposite.",
    mixed_up: "The answer says of one what holds of the other.",
    opposite: "The answer denies what matters most.",
    no_statements: "Words alone are no answer: say in a sentence what does what.",
    not_known: "Not known yet: see what the answer has to say, and the model answer.",
    off_topic: "This does not address the question.",
    model: "A model answer:",
    free: "Your answer (an empty line ends it, e opens your editor):",
    more: ">",
    judge: "Judge it yourself: does your answer say this? y or n:",
    hint_of: "Hint {} of {}:",
    in_order: "All letters, in order:",
    in_pairs: "Pairs, such as 1b 2a:",
    missing_letters: "Still missing: {}. Type them all.",
    twice: "`{}` stands there twice; each has one place.",
    comes_first: "\"{}\" comes before \"{}\": {}",
    other_orders: "Other orders are right too, as long as they keep what has to come first.",
    next: "An interviewer may ask next:",
    disputed: "Your answer to {} is kept in disputes.jsonl, for the author of the question.",
    last_word: "Was your last answer right after all? ! keeps it for the author, Enter ends:",
    nothing_to_dispute: "There is no wrong answer of yours to dispute.",
    no_editor: "The editor gave no answer: {}. Type it here; an empty line ends it.",
    fresh: "A fresh problem (seed {}); its answer was found by running it.",
    recorded_problem: "A recorded problem (seed {}), since none can be made here: {}.",
    no_problem: "There is no problem for this question: {}",
    compiles: "Compiling the lesson that makes the problem; this can take a while.",
};

static KOREAN: Words = Words {
    opening: "문제 {}개. 같은 순서로 다시 풀기: --seed {}",
    counts: "복습할 것: {}. 새 문제: {}. 아직 아닌 것: {}.",
    not_kept: "이 답은 저장할 수 없습니다: {}. 공간을 비우거나 --data-dir로 다른 폴더를 고르세요.",
    keys: "언제든지: ? 힌트, s 건너뛰기, q 끝내기, ! 앞의 답이 맞았다고 알리기.",
    progress: "{} / {} · 복습 {} · 약 {}분 · {} · 난이도 {}/3 · {}",
    again: "틀린 문제를 한 번 더: {}개",
    one: "글자 하나:",
    several: "맞는 것의 글자를 모두:",
    short: "답:",
    blank: "빈칸에 들어갈 것은?",
    fill: "기록된 실행 `{}`의 한 줄:",
    hint: "힌트:",
    empty: "답을 쓰거나, ? 힌트, s 건너뛰기, q 끝내기를 입력하세요.",
    empty_in_mock: "답을 쓰거나, s 건너뛰기, q 끝내기를 입력하세요.",
    no_option: "보기 `{}`은(는) 없습니다. a부터 {}까지의 글자를 쓰세요.",
    only_one: "맞는 것은 하나뿐입니다. 글자 하나만 쓰세요.",
    skipped: "건너뛰었습니다.",
    right: "맞았습니다.",
    wrong: "틀렸습니다.",
    answer_is: "정답: {}",
    yours: "(고른 답)",
    right_because: "맞음:",
    wrong_because: "틀림:",
    recorded: "기록: ",
    run: "실행해 보기: ",
    cites: "출처: ",
    read: "읽기: 책의 {} (cargo run -p book)",
    done: "끝났습니다.",
    stopped: "멈췄습니다.",
    score: "{} / {} 문제: 바로 맞음 {}, 두 번째에 맞음 {}, 틀림 {}, 건너뜀 {}.",
    after_hint: "맞은 것 가운데 {}개는 힌트를 보고 맞았습니다.",
    look_again: "다시 볼 것:",
    partial: "일부만 맞았습니다.",
    cannot_tell: "판단할 수 없습니다.",
    points: "{} / {}점.",
    said: "말함: {}, {} ({}점)",
    missing: "빠짐: {} ({}점)",
    denied: "반대로 말했습니다: {}.",
    trap: "함정: {}. {}",
    swapped: "{}에 대해 이렇게 말했습니다: {}. 이것은 질문에 나온 다른 쪽의 이야기입니다.",
    both: "{}와(과) {}을(를) 모두 말했습니다.",
    read_as: "{}을(를) {}(으)로 읽음",
    contradiction: "답이 스스로 모순됩니다.",
    mixed_up: "한쪽의 성질을 다른 쪽에 대해 말했습니다.",
    opposite: "가장 중요한 것을 부정했습니다.",
    no_statements: "낱말만으로는 답이 되지 않습니다. 무엇이 무엇을 하는지 문장으로 쓰세요.",
    not_known: "아직 모르는 문제입니다. 답에 들어갈 내용과 모범 답안을 보세요.",
    off_topic: "질문에 대한 답이 아닙니다.",
    model: "모범 답안:",
    free: "답 (빈 줄을 넣으면 끝, e는 편집기):",
    more: ">",
    judge: "스스로 판단하세요. 답에 이 내용이 있나요? y 또는 n:",
    hint_of: "힌트 {}/{}:",
    in_order: "모든 글자를 순서대로:",
    in_pairs: "짝, 예를 들어 1b 2a:",
    missing_letters: "아직 빠진 것: {}. 모두 쓰세요.",
    twice: "`{}`을(를) 두 번 썼습니다. 자리는 하나씩입니다.",
    comes_first: "\"{}\" 다음에 \"{}\": {}",
    other_orders: "먼저 와야 할 것만 지키면 다른 순서도 맞습니다.",
    next: "면접관이 이어서 물을 수 있는 것:",
    disputed: "{}의 답을 출제자를 위해 disputes.jsonl에 남겼습니다.",
    last_word: "마지막 답이 사실은 맞았나요? !는 출제자에게 남기고, Enter는 끝냅니다:",
    nothing_to_dispute: "이의를 제기할 틀린 답이 없습니다.",
    no_editor: "편집기에서 답을 받지 못했습니다: {}. 여기에 쓰세요. 빈 줄을 넣으면 끝납니다.",
    fresh: "새로 만든 문제 (시드 {}). 정답은 방금 실행해서 얻었습니다.",
    recorded_problem: "기록된 문제 (시드 {}). 여기서는 새로 만들 수 없습니다: {}.",
    no_problem: "이 문제를 낼 수 없습니다: {}",
    compiles: "문제를 만드는 레슨을 컴파일합니다. 시간이 걸릴 수 있습니다.",
};
