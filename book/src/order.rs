//! The order of the chapters, from what each lesson says about itself: its part, and the lesson
//! that it comes after.

use std::collections::BTreeMap;

use crate::lesson::Lesson;
use crate::problem::Problems;

/// The places of the lessons in the book's order: part by part.
///
/// Within a part each lesson comes after another, one of them being the part's first. A part
/// stands after the part of the lesson that its first lesson comes after.
///
/// # Errors
///
/// A lesson that comes after one that is not there; two that come after the same one; lessons
/// that come after each other in a circle; two parts that both want to be next.
pub fn order(lessons: &[Lesson]) -> Result<Vec<usize>, Problems> {
    let mut problems = Problems::default();
    // One wrong name makes others look wrong: the first kind that is found is told alone.
    for look in [unknown, circles, duplicates] {
        look(lessons, &mut problems);
        problems = problems.or(Problems::default())?;
    }

    let mut order = Vec::new();
    let first = (0..lessons.len()).find(|&at| lessons[at].head.after.is_none());
    place(lessons, first, &mut order);
    for (at, lesson) in lessons.iter().enumerate().filter(|(at, _)| !order.contains(at)) {
        problems.add(
            lesson.page(),
            2,
            format!(
                "`{}` has no place: no chain of `after` leads from the first lesson to it",
                lessons[at].name
            ),
        );
    }
    problems.or(order)
}

fn unknown(lessons: &[Lesson], problems: &mut Problems) {
    for lesson in lessons {
        if let Some(after) = &lesson.head.after
            && find(lessons, after).is_none()
        {
            let text = format!(
                "comes after `{after}`, but there is no such lesson; there are {}",
                names(lessons)
            );
            problems.add(lesson.page(), 2, text);
        }
    }
}

fn circles(lessons: &[Lesson], problems: &mut Problems) {
    for (start, lesson) in lessons.iter().enumerate() {
        let mut way = vec![start];
        while let Some(next) = before(lessons, way[way.len() - 1]) {
            if next == start {
                let names: Vec<&str> = way.iter().map(|&at| lessons[at].name.as_str()).collect();
                let text = format!(
                    "comes after itself in a circle ({} after {}): change one `after`",
                    names.join(" after "),
                    lesson.name
                );
                problems.add(lesson.page(), 2, text);
            }
            if way.contains(&next) {
                break;
            }
            way.push(next);
        }
    }
}

/// Two lessons that want the same place: the order between them would be an accident.
fn duplicates(lessons: &[Lesson], problems: &mut Problems) {
    let mut places: BTreeMap<(String, Option<&str>), &Lesson> = BTreeMap::new();
    let mut titles: BTreeMap<&str, &Lesson> = BTreeMap::new();
    for (at, lesson) in lessons.iter().enumerate() {
        let after = lesson.head.after.as_deref();
        let part = &lesson.head.part;
        let heads_part = before(lessons, at).is_none_or(|other| lessons[other].head.part != *part);
        // The first lesson of a part competes with those of other parts, the others within it.
        let place = if heads_part { ("".to_owned(), after) } else { (part.clone(), after) };
        if let Some(other) = places.insert(place, lesson) {
            let place =
                after.map_or("comes first".to_owned(), |name| format!("comes after `{name}`"));
            let text =
                format!("{place}, and so does `{}`: let one come `after` the other", other.name);
            problems.add(lesson.page(), 2, text);
        }
        if let Some(other) = titles.insert(&lesson.head.title, lesson) {
            let text = format!("has the title of `{}`: a title names one chapter", other.name);
            problems.add(lesson.page(), 2, text);
        }
    }
    let mut heads: BTreeMap<&str, &Lesson> = BTreeMap::new();
    for (at, lesson) in lessons.iter().enumerate() {
        let part = lesson.head.part.as_str();
        if before(lessons, at).is_none_or(|other| lessons[other].head.part != part)
            && let Some(other) = heads.insert(part, lesson)
        {
            let text = format!(
                "begins the part `{part}`, and so does `{}`: let one come `after` the other",
                other.name
            );
            problems.add(lesson.page(), 2, text);
        }
    }
}

/// Places the part that begins with this lesson, then the parts that come after it.
fn place(lessons: &[Lesson], first: Option<usize>, order: &mut Vec<usize>) {
    let start = order.len();
    let mut next = first;
    while let Some(at) = next {
        order.push(at);
        next =
            following(lessons, at).find(|&other| lessons[other].head.part == lessons[at].head.part);
    }
    for placed in start..order.len() {
        let at = order[placed];
        let part =
            following(lessons, at).find(|&other| lessons[other].head.part != lessons[at].head.part);
        if part.is_some() {
            place(lessons, part, order);
        }
    }
}

fn following(lessons: &[Lesson], at: usize) -> impl Iterator<Item = usize> {
    (0..lessons.len())
        .filter(move |&other| lessons[other].head.after.as_deref() == Some(&*lessons[at].name))
}

fn before(lessons: &[Lesson], at: usize) -> Option<usize> {
    find(lessons, lessons[at].head.after.as_deref()?)
}

fn find(lessons: &[Lesson], name: &str) -> Option<usize> {
    lessons.iter().position(|lesson| lesson.name == name)
}

fn names(lessons: &[Lesson]) -> String {
    let names: Vec<String> = lessons.iter().map(|lesson| format!("`{}`", lesson.name)).collect();
    names.join(", ")
}
