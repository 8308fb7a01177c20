//! A question file in outline: which questions there are, in which revision, and no text.
//!
//! What is due is said at every look at the schedule, and needs no more than this. The parser only
//! walks over the file; nothing of what it passes is kept.

use toml_parser::decoder::Encoding;
use toml_parser::parser::{EventReceiver, RecursionGuard, parse_document};
use toml_parser::{ErrorSink, Source, Span};

/// The ids and revisions of the questions, in the order of the file. `None` if the file is not
/// written as nearly all are: then it has to be read in full, which also says what is wrong.
pub(super) fn outline(text: &str) -> Option<Vec<(String, u32)>> {
    let source = Source::new(text);
    let mut outline = Outline::new(source);
    let mut guarded = RecursionGuard::new(&mut outline, DEEPEST);
    let mut error = None;
    parse_document(&source.lex().into_vec(), &mut guarded, &mut error);
    let plain = error.is_none() && !outline.odd;
    let questions = outline.questions.into_iter();
    if plain { questions.map(|(id, rev)| Some((id?.to_owned(), rev))).collect() } else { None }
}

/// How deep values may be nested, as in the crate `toml`.
const DEEPEST: u32 = 80;

struct Outline<'t> {
    source: Source<'t>,
    questions: Vec<(Option<&'t str>, u32)>,
    /// The keys of a header whose end has not come yet.
    header: Option<Vec<&'t str>>,
    /// Whether the values that come are those of a question, rather than of a part of one.
    in_question: bool,
    /// The key whose value comes.
    key: &'t str,
    /// How many arrays and inline tables are open.
    depth: u32,
    /// Whether something is written in an unusual way.
    odd: bool,
}

impl<'t> Outline<'t> {
    fn new(source: Source<'t>) -> Outline<'t> {
        Outline {
            source,
            questions: Vec::new(),
            header: None,
            in_question: false,
            key: "",
            depth: 0,
            odd: false,
        }
    }

    fn close(&mut self) {
        match self.depth.checked_sub(1) {
            Some(depth) => self.depth = depth,
            // The parser goes on behind an error.
            None => self.odd = true,
        }
    }

    fn text(&self, span: Span) -> &'t str {
        self.source.get(span).map_or("", |raw| raw.as_str())
    }

    fn id(&mut self, written: &'t str, encoding: Option<Encoding>) {
        let plain = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let plain =
            plain.filter(|id| encoding == Some(Encoding::BasicString) && !id.contains('\\'));
        match self.questions.last_mut() {
            Some((id @ None, _)) if plain.is_some() => *id = plain,
            _ => self.odd = true,
        }
    }

    fn rev(&mut self, written: &str) {
        match (self.questions.last_mut(), written.parse()) {
            (Some((_, rev)), Ok(number)) if number > 0 => *rev = number,
            _ => self.odd = true,
        }
    }
}

impl EventReceiver for Outline<'_> {
    fn std_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        (self.header, self.in_question) = (Some(Vec::new()), false);
    }

    fn std_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.odd |= self.header.take().as_deref() == Some(&["question"]);
    }

    fn array_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.header = Some(Vec::new());
    }

    fn array_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.in_question = self.header.take().as_deref() == Some(&["question"]);
        if self.in_question {
            self.questions.push((None, 1));
        }
    }

    fn inline_table_open(&mut self, _: Span, _: &mut dyn ErrorSink) -> bool {
        self.depth += 1;
        true
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.close();
    }

    fn array_open(&mut self, _: Span, _: &mut dyn ErrorSink) -> bool {
        self.depth += 1;
        true
    }

    fn array_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.close();
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        let key = self.text(span);
        match &mut self.header {
            Some(header) => header.push(key),
            None if self.depth == 0 => {
                // The same key in quotes, or the whole list of questions as one value.
                self.odd |= encoding.is_some() || key == "question";
                self.key = key;
            }
            None => {}
        }
        self.odd |= self.header.is_some() && encoding.is_some();
    }

    fn key_sep(&mut self, _: Span, _: &mut dyn ErrorSink) {
        // `id.x = 1`
        self.odd |= self.header.is_none() && self.depth == 0;
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        if self.depth > 0 || !self.in_question {
            return;
        }
        match self.key {
            "id" => self.id(self.text(span), encoding),
            "rev" => self.rev(self.text(span)),
            _ => {}
        }
    }

    fn error(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.odd = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(String, u32)>> {
        outline(text)
    }

    #[test]
    fn ids_and_revisions() {
        let text = "
            [[lex]]
            id = \"copy\"
            [[question]] # with a comment
            id = \"a\"
            prompt = { en = \"id = 'x'\", id = \"no\" }
            hint = \"\"\"
[[question]]
id = \"no\"
\"\"\"
            [[question.concept]]
            id = \"part\"
            rev = 7
            [[question]]
            rev = 1_0
        ";
        // What a full reading takes and this one does not: it is left to that.
        assert_eq!(read(text), None);
        let text = text.replace("rev = 1_0", "rev = 2\nid = \"b\"");
        assert_eq!(read(&text), Some(vec![("a".to_owned(), 1), ("b".to_owned(), 2)]));
    }

    #[test]
    fn what_is_odd_is_left_to_a_full_reading() {
        for text in [
            "[[question]]\n",
            "[[question]]\nid = 'a'\n",
            "[[question]]\nid = \"\\u0061\"\n",
            "[[question]]\n\"id\" = \"a\"\n",
            "[[\"question\"]]\nid = \"a\"\n",
            "[[question]]\nid = \"a\"\nid = \"b\"\n",
            "[[question]]\nid.x = \"a\"\n",
            "[[question]]\nid = \"a\"\nrev = 0\n",
            "[[question]]\nid = \"a\"\nrev = \"1\"\n",
            "[[question]]\nid = \"a\nkind = 1\n",
            "[[question]]\nid = \"a\"\nhint = [\n",
            "[question]\nid = \"a\"\n",
            "question = [{ id = \"a\" }]\n",
            "x\n",
            "x = [}]\n[[question]]\nid = \"a\"\n",
            "x = ]]}}\n[[question]]\nid = \"a\"\n",
            &"x = [".repeat(100_000),
            &format!("x = {}", "[".repeat(100_000)),
        ] {
            assert_eq!(read(text), None, "{}", &text[..text.len().min(60)]);
        }
        assert_eq!(read(""), Some(Vec::new()));
    }
}
