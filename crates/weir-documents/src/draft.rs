//! From a request and the answers of the rules to the text of a document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Rest, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, context};
use serde::Serialize;
use weir_law::{Day, Examination, FactFrom, FactSet, Route, RulePack, State};
use weir_types::{Bilingual, Lang, Request};

use crate::catalogue::{DocumentKind, question};
use crate::docx::{About, docx};
use crate::due;
use crate::error::DocumentError;
use crate::markdown;
use crate::view::{Overview, View};

/// What documents are filled from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What was asked.
    pub request: &'a Request,
    /// The rules.
    pub pack: &'a RulePack,
    /// What they were told.
    pub facts: &'a FactSet,
    /// What they answered, to these facts.
    pub examination: &'a Examination<'a>,
    /// What becomes of personal information.
    pub route: Route,
    /// The day whose law was applied, and that the documents carry.
    pub day: Day,
    /// What was measured, or planned, if anything was.
    pub figures: Option<&'a Figures>,
}

/// Figures of a plan or a release. What is not known stays a blank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Least number of people in a class that was asked for.
    pub k: Option<u64>,
    /// People in the smallest class.
    pub smallest_class: Option<u64>,
    /// People in the data.
    pub people: Option<u64>,
    /// Share of the information of the quasi-identifiers that is lost, 0 to 1.
    pub loss: Option<f64>,
    /// How it is reached, for people.
    pub method: Option<Bilingual>,
    /// Whether the figures were measured on released bytes; otherwise they are those of a plan.
    pub measured: bool,
}

/// A document as Markdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its name, for files: `impact-assessment`, or `overview`.
    pub name: &'static str,
    /// Language of its text.
    pub lang: Lang,
    /// Its title in that language.
    pub title: String,
    /// The text: CommonMark with tables, UTF-8, without HTML.
    #[serde(skip)]
    pub markdown: String,
    /// The day that it carries, `YYYY-MM-DD`.
    pub day: String,
    /// What is left blank, in the order of the numbers at the blanks, and what the rules wait for.
    pub open_points: Vec<OpenPoint>,
}

/// A blank and its question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenPoint {
    /// The fact, or the name of the blank.
    pub name: String,
    /// Where the answer goes.
    pub answered: Answered,
    /// The question.
    pub question: Bilingual,
}

/// Where the answer to an open point goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answered {
    /// Into the table `[facts]` of the request, under the name of the point.
    InFacts,
    /// Into a key of the request of its own, which the question names.
    InRequest,
    /// Into the document, by hand.
    ByHand,
}

impl Document {
    /// The same text as a Word document.
    ///
    /// # Errors
    ///
    /// [`DocumentError::Archive`] only.
    pub fn docx(&self) -> Result<Vec<u8>, DocumentError> {
        let foot = match self.lang {
            Lang::Zh => "草稿，不是法律意见",
            Lang::En => "Draft, not legal advice",
        };
        let foot = format!("{foot}  {}", self.day);
        docx(
            &self.markdown,
            &About { title: &self.title, foot: &foot, lang: self.lang, day: &self.day },
        )
    }
}

/// Drafts one document, due or not; it says which.
///
/// # Errors
///
/// [`DocumentError::Template`] only.
pub fn draft(kind: DocumentKind, input: &Input<'_>, lang: Lang) -> Result<Document, DocumentError> {
    let view = View::new(kind, input, lang);
    let waiting = input.examination.questions().into_iter();
    let waiting = waiting.filter(|question| question.rules.iter().any(|id| kind.tells_of(id)));
    let waiting = waiting.map(|question| question.fact).collect();
    fill(kind.name(), view.title.clone(), &view, input, lang, waiting)
}

/// Lists all documents, with whether each is due, and by which articles.
///
/// # Errors
///
/// [`DocumentError::Template`] only.
pub fn overview(input: &Input<'_>, lang: Lang) -> Result<Document, DocumentError> {
    let all = due::due(input.pack, input.examination);
    let view = Overview::new(&all, input, lang);
    let waiting = input.examination.questions().into_iter();
    // What decides which documents are due.
    let decides = |rule: &String| DocumentKind::ALL.iter().any(|kind| kind.due_by().contains(rule));
    let waiting = waiting.filter(|question| question.rules.iter().any(decides));
    let waiting = waiting.map(|question| question.fact).collect();
    fill("overview", view.title.clone(), &view, input, lang, waiting)
}

fn fill(
    name: &'static str,
    title: String,
    view: &impl Serialize,
    input: &Input<'_>,
    lang: Lang,
    waiting: Vec<String>,
) -> Result<Document, DocumentError> {
    let template = format!("{}/{name}.md", folder(lang));
    let blanks = Blanks::default();
    let text = environment(&template, &blanks, input, lang, waiting)
        .and_then(|environment| {
            environment.get_template(&template)?.render(context! { d => Serde(view) })
        })
        .map_err(|source| DocumentError::Template { template, source })?;
    let open_points = blanks.lock().clone();
    Ok(Document {
        name,
        lang,
        title,
        markdown: tidy(&text),
        day: input.day.to_string(),
        open_points,
    })
}

const fn folder(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    }
}

/// What templates leave behind, made even: one blank line between blocks at most, none between the
/// items of a list or the rows of a table, numbered items in the order in which they stand, and one
/// line feed at the end.
fn tidy(text: &str) -> String {
    let lines: Vec<&str> =
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let mut out = String::with_capacity(text.len());
    let (mut before, mut number) = (Block::Other, 0);
    for (at, line) in lines.iter().enumerate() {
        let block = Block::of(line);
        let heads_table = lines.get(at + 1).is_some_and(|next| next.starts_with("|---"));
        number = if block == Block::Numbered && before == block { number + 1 } else { 1 };
        let goes_on = block == before && block != Block::Other && !heads_table;
        if !(out.is_empty() || goes_on) {
            out.push('\n');
        }
        match line.split_once(". ") {
            Some((_, item)) if block == Block::Numbered => {
                out.push_str(&format!("{number}. {item}"));
            }
            _ => out.push_str(line),
        }
        out.push('\n');
        before = block;
    }
    out
}

/// What a line of a template's text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Numbered,
    Bullet,
    Row,
    Quote,
    /// A paragraph, which is one line, a heading or a rule.
    Other,
}

impl Block {
    fn of(line: &str) -> Self {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        match line.as_bytes() {
            [b'|', ..] => Self::Row,
            [b'>', ..] => Self::Quote,
            [b'-', b' ', ..] => Self::Bullet,
            bytes if digits > 0 && bytes[digits..].starts_with(b". ") => Self::Numbered,
            _ => Self::Other,
        }
    }
}

/// The blanks of one document so far.
#[derive(Clone, Debug, Default)]
struct Blanks(Arc<Mutex<Vec<OpenPoint>>>);

impl Blanks {
    fn lock(&self) -> MutexGuard<'_, Vec<OpenPoint>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A visible blank with the number of its question.
    fn blank(&self, point: OpenPoint, lang: Lang) -> Value {
        let number = self.number(point);
        Value::from_safe_string(match lang {
            Lang::Zh => format!("＿＿＿（{number}）"),
            Lang::En => format!("＿＿＿ ({number})"),
        })
    }

    /// The number of a question, from 1; asked twice, it has one number.
    fn number(&self, point: OpenPoint) -> usize {
        let mut points = self.lock();
        if let Some(at) = points.iter().position(|known| known.name == point.name) {
            return at + 1;
        }
        points.push(point);
        points.len()
    }
}

/// A template and what it includes, with the functions that fill blanks:
///
/// - `ask(blank)`: a blank that a person fills;
/// - `fact(name)`: the value of a fact, or a blank with its question;
/// - `given(value, name)`: the value, or where there is none the blank of that fact or name;
/// - `on(rule, …)`: whether one of these rules applies, or may apply;
/// - `perhaps(rule, …)`: a mark, where none of them applies for sure;
/// - `open_points()`: all questions of the document, those that its rules wait for included.
fn environment(
    template: &str,
    blanks: &Blanks,
    input: &Input<'_>,
    lang: Lang,
    waiting: Vec<String>,
) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    // What a template asks for and the data lacks must fail a test, not leave a gap in a document.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    environment.set_formatter(markdown::write);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?,
    );
    let ask = Ask { blanks: blanks.clone(), known: Arc::new(Known::new(input, lang)), lang };
    let [of_blank, of_fact, of_given, of_rule, of_mark] = std::array::from_fn(|_| ask.clone());
    environment.add_function("ask", move |name: String| of_blank.blank(&name));
    environment.add_function("fact", move |name: String| of_fact.fact(&name));
    environment.add_function("given", move |value: Value, name: String| {
        if value.is_none() { of_given.blank(&name) } else { Ok(value) }
    });
    environment.add_function("on", move |rules: Rest<String>| of_rule.on(&rules));
    environment.add_function("perhaps", move |rules: Rest<String>| of_mark.perhaps(&rules));
    environment.add_function("open_points", move || ask.open_points(&waiting));
    // A document includes parts of its own language and no other document.
    let parts = ["head.md", "rules.md", "foot.md"].map(|part| format!("{}/{part}", folder(lang)));
    for (name, source) in TEMPLATES {
        if name == template || parts.iter().any(|part| part == name) {
            environment.add_template(name, source)?;
        }
    }
    Ok(environment)
}

/// What the functions of templates know.
#[derive(Clone, Debug)]
struct Ask {
    blanks: Blanks,
    known: Arc<Known>,
    lang: Lang,
}

impl Ask {
    fn blank(&self, name: &str) -> Result<Value, Error> {
        let point = self.point(name)?;
        Ok(self.blanks.blank(point, self.lang))
    }

    fn fact(&self, name: &str) -> Result<Value, Error> {
        match self.known.facts.get(name).and_then(|fact| fact.value.clone()) {
            Some(value) => Ok(Value::from(value)),
            None => self.blank(name),
        }
    }

    fn on(&self, rules: &[String]) -> bool {
        let known = &self.known;
        rules.iter().any(|id| known.applying.contains(id) || known.open.contains(id))
    }

    /// A mark where none of the rules applies for sure.
    fn perhaps(&self, rules: &[String]) -> Value {
        // Escaping would take the blank away.
        Value::from_safe_string(match self.lang {
            _ if rules.iter().any(|id| self.known.applying.contains(id)) => String::new(),
            Lang::Zh => "（如适用）".to_owned(),
            Lang::En => " (if it applies)".to_owned(),
        })
    }

    fn point(&self, name: &str) -> Result<OpenPoint, Error> {
        let point = |answered, question: &Bilingual| OpenPoint {
            name: name.to_owned(),
            answered,
            question: question.clone(),
        };
        let of_fact = self.known.facts.get(name).map(|fact| point(fact.answered, &fact.question));
        let found = of_fact.or_else(|| {
            let (question, in_request) = question(name)?;
            let answered = if in_request { Answered::InRequest } else { Answered::ByHand };
            Some(point(answered, question))
        });
        found.ok_or_else(|| {
            Error::new(ErrorKind::InvalidOperation, format!("nothing is called `{name}`"))
        })
    }

    fn open_points(&self, waiting: &[String]) -> Result<Value, Error> {
        for name in waiting {
            self.blanks.number(self.point(name)?);
        }
        let points = self.blanks.lock();
        let told = |point: &OpenPoint| {
            // The name of a fact holds letters, digits and underscores only.
            let code = || Value::from_safe_string(format!("`{}`", point.name));
            let key = (point.answered == Answered::InFacts).then(code);
            context! {
                question => point.question.in_lang(self.lang),
                key => key,
                by_hand => point.answered == Answered::ByHand,
            }
        };
        Ok(points.iter().map(told).collect())
    }
}

/// What was stated and answered.
#[derive(Debug)]
struct Known {
    facts: BTreeMap<String, KnownFact>,
    /// The rules that apply.
    applying: BTreeSet<String>,
    /// The rules that wait for a fact.
    open: BTreeSet<String>,
}

/// A fact of the vocabulary.
#[derive(Debug)]
struct KnownFact {
    /// Its value for people, where it is known.
    value: Option<String>,
    answered: Answered,
    question: Bilingual,
}

impl Known {
    fn new(input: &Input<'_>, lang: Lang) -> Self {
        let vocabulary = input.pack.vocabulary();
        let facts = vocabulary.facts().iter().map(|fact| {
            let value = vocabulary
                .id(fact.name())
                .and_then(|id| input.facts.shown(vocabulary, id))
                .map(|value| value.in_lang(lang).to_owned());
            let answered = match fact.from() {
                FactFrom::Request => Answered::InRequest,
                FactFrom::Data | FactFrom::Measured | FactFrom::Stated => Answered::InFacts,
            };
            let question = fact.question().clone();
            (fact.name().to_owned(), KnownFact { value, answered, question })
        });
        let rules = |wanted: fn(&State) -> bool| {
            let answers = input.examination.answers().iter();
            let wanted = answers.filter(move |answer| wanted(&answer.state));
            wanted.map(|answer| answer.rule.id().to_owned()).collect()
        };
        Self {
            facts: facts.collect(),
            applying: rules(|state| matches!(state, State::Applies { .. })),
            open: rules(|state| matches!(state, State::Open)),
        }
    }
}

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        [$(
            (concat!("zh/", $name), include_str!(concat!("../../../documents/zh/", $name))),
            (concat!("en/", $name), include_str!(concat!("../../../documents/en/", $name))),
        )+]
    };
}

/// Every template by the name under which others include it.
const TEMPLATES: [(&str, &str); 20] = templates![
    "head.md",
    "rules.md",
    "foot.md",
    "overview.md",
    "impact-assessment.md",
    "contract-annex.md",
    "provider-statement.md",
    "recipient-undertaking.md",
    "notice.md",
    "processing-record.md",
];
