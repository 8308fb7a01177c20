//! Pages of the book, as far as a question needs them: which headings one can link to.

use crate::bank::Chapter;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The source of a page, relative to the root, if there is one.
pub(crate) fn source(root: &Path, chapter: &Chapter) -> Option<PathBuf> {
    let lesson = Path::new("lessons").join(&chapter.page).join("lesson.md");
    let page = Path::new("book/pages").join(format!("{}.md", chapter.page));
    [lesson, page].into_iter().find(|file| root.join(file).is_file())
}

/// The ids that a link into this Markdown may name, as mdBook makes them: of every heading its text
/// in lower case with hyphens, or the id it carries as `{#id}`; and every `id="…"` in HTML.
pub(crate) fn anchors(markdown: &str) -> Vec<String> {
    let mut anchors = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        let trimmed = line.trim_start();
        if let Some(open) = fence {
            if trimmed.starts_with(open) {
                fence = None;
            }
            continue;
        }
        fence = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        if fence.is_some() {
            continue;
        }
        for piece in line.split(" id=\"").skip(1) {
            anchors.extend(piece.split('"').next().map(str::to_owned));
        }
        let Some(heading) = heading(line) else { continue };
        if let Some((_, id)) = heading.rsplit_once("{#") {
            anchors.extend(id.split(['}', ' ']).next().map(str::to_owned));
            continue;
        }
        let id = slug(heading);
        let n = seen.entry(id.clone()).and_modify(|n| *n += 1).or_insert(0);
        anchors.push(if *n == 0 { id } else { format!("{id}-{n}") });
    }
    anchors
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let depth = line.len() - text.len();
    ((1..=6).contains(&depth) && text.starts_with(' ')).then(|| text.trim().trim_end_matches('#'))
}

fn slug(heading: &str) -> String {
    let mut text = String::new();
    // Of a link `[text](address)` only the text is shown.
    let mut rest = heading;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, behind)| behind);
    }
    text.push_str(rest);
    text.trim()
        .chars()
        .filter_map(|c| match c {
            c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_ascii_lowercase()),
            c if c.is_whitespace() => Some('-'),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_of_a_page() {
        let page = "# Pipe\n\n## End of file\n```sh\n# no heading\n```\n## `EPIPE` and `SIGPIPE`\n\
                    ## End of file\n## Long name {#short}\n<a id=\"here\"></a>\n\
                    ## See [pipe(7)](https://example.invalid/)\n#no heading\n## O_CREAT, twice?\n";
        let expected = [
            "pipe",
            "end-of-file",
            "epipe-and-sigpipe",
            "end-of-file-1",
            "short",
            "here",
            "see-pipe7",
            "o_creat-twice",
        ];
        assert_eq!(anchors(page), expected);
    }
}
