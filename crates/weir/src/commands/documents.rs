//! `weir documents`.

mod folder;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use weir_documents::{
    Document, DocumentError, DocumentKind, Due, Input, OpenPoint, Standing, draft, due, overview,
};
use weir_law::{Day, Examination, Route, RulePack, examine};
use weir_types::{Bilingual, Lang};

use super::law::load;
use crate::args::{DocumentFormat, Documents, Global, LangArg};
use crate::exit::{Exit, Failure};
use crate::talk::{Talk, print, print_json};

/// The whole answer, for `--json`.
#[derive(Serialize)]
struct Told {
    pack: String,
    as_of: Day,
    route: Route,
    /// The prohibitions that stand.
    refusals: Vec<Refusal>,
    /// The folder that was written; none where a prohibition stands that no answer could lift.
    folder: Option<PathBuf>,
    /// The list of all documents.
    overview: Vec<String>,
    documents: Vec<DocumentTold>,
}

/// A prohibition that stands.
#[derive(Serialize)]
struct Refusal {
    rule: String,
    article: Bilingual,
    text: Bilingual,
    /// Whether an answer to a question could lift it.
    may_be_lifted: bool,
}

/// One document, written or not.
#[derive(Serialize)]
struct DocumentTold {
    #[serde(flatten)]
    due: Due,
    title: Bilingual,
    /// Names of its files in the folder.
    files: Vec<String>,
    /// What is missing in it; empty where it was not written.
    open_points: Vec<OpenPoint>,
}

pub(crate) fn run(args: &Documents, global: &Global, talk: &Talk) -> Result<Exit, Failure> {
    let pack = load::pack(args.pack.as_deref())?;
    let request = load::request(&args.request)?;
    let route = Route::from(args.route);
    let facts = pack
        .facts_of(&request, route)
        .map_err(|error| Failure::new(Exit::BadInput, &error, Some(error.hint())))?;
    let day = load::day(args.as_of, &pack)?;
    let examination = examine(&pack, &facts, Some(day));
    let input = Input {
        request: &request,
        pack: &pack,
        facts: &facts,
        examination: &examination,
        route,
        day,
        figures: None,
    };
    let mut told = Told {
        pack: pack.label(),
        as_of: day,
        route,
        refusals: refusals(&pack, &examination),
        folder: None,
        overview: Vec::new(),
        documents: due(&pack, &examination).into_iter().map(unwritten).collect(),
    };
    if told.refusals.iter().all(|refusal| refusal.may_be_lifted) {
        write(&mut told, args, global, &input)?;
    }
    if global.json {
        print_json(&told)?;
    } else {
        print(&page(&told, talk))?;
    }
    Ok(if told.refusals.is_empty() { Exit::Done } else { Exit::Refused })
}

fn refusals(pack: &RulePack, examination: &Examination<'_>) -> Vec<Refusal> {
    let questions = examination.questions();
    let told = examination.refusals().map(|answer| {
        let rule = answer.rule.id().to_owned();
        Refusal {
            article: pack.article(answer.rule),
            text: answer.rule.plain_text(),
            may_be_lifted: questions.iter().any(|question| question.rules.contains(&rule)),
            rule,
        }
    });
    told.collect()
}

fn unwritten(due: Due) -> DocumentTold {
    let title = due.document.title();
    DocumentTold { due, title, files: Vec::new(), open_points: Vec::new() }
}

/// Drafts what was asked for and writes it.
fn write(
    told: &mut Told,
    args: &Documents,
    global: &Global,
    input: &Input<'_>,
) -> Result<(), Failure> {
    let langs = match global.lang {
        None => vec![Lang::Zh, Lang::En],
        Some(LangArg::Zh) => vec![Lang::Zh],
        Some(LangArg::En) => vec![Lang::En],
    };
    let mut files = Vec::new();
    for &lang in &langs {
        let list = overview(input, lang).map_err(|error| failed(&error))?;
        told.overview.push(add(&mut files, &list, args.format)?);
    }
    for document in &mut told.documents {
        let kind = document.due.document;
        if !is_wanted(&args.documents, kind, document.due.standing) {
            continue;
        }
        for &lang in &langs {
            let drafted = draft(kind, input, lang).map_err(|error| failed(&error))?;
            document.files.push(add(&mut files, &drafted, args.format)?);
            document.open_points = drafted.open_points;
        }
    }
    let folder = args.out.clone().unwrap_or_else(|| beside(&args.request));
    folder::write(&folder, &files)?;
    told.folder = Some(folder);
    Ok(())
}

/// What is named, or else everything that is or may be due.
fn is_wanted(named: &[crate::args::DocumentArg], kind: DocumentKind, standing: Standing) -> bool {
    if named.is_empty() {
        return standing != Standing::NotDue;
    }
    named.iter().any(|document| DocumentKind::from(*document) == kind)
}

/// Adds a document as a file, and gives the name of the file.
fn add(
    files: &mut Vec<(String, Vec<u8>)>,
    document: &Document,
    format: DocumentFormat,
) -> Result<String, Failure> {
    let lang = match document.lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    };
    let name = format!("{}.{lang}.{}", document.name, format.extension());
    let bytes = match format {
        DocumentFormat::Docx => document.docx().map_err(|error| failed(&error))?,
        DocumentFormat::Markdown => document.markdown.clone().into_bytes(),
    };
    files.push((name.clone(), bytes));
    Ok(name)
}

fn failed(error: &DocumentError) -> Failure {
    Failure::new(Exit::Failed, error, Some(error.hint().to_owned()))
}

/// `NAME.documents` beside `NAME.toml`.
fn beside(request: &Path) -> PathBuf {
    let mut name = request.file_stem().unwrap_or_default().to_owned();
    name.push(".documents");
    request.with_file_name(name)
}

/// The answer as people read it.
fn page(told: &Told, talk: &Talk) -> String {
    let mut out = String::new();
    let route = told.route.label();
    let _ = writeln!(
        out,
        "{} {}, {}; {}: {}",
        talk.choose("依据", "by the law of"),
        told.as_of,
        told.pack,
        talk.choose("路径", "route"),
        talk.text(&route),
    );
    for refusal in &told.refusals {
        let _ = writeln!(
            out,
            "{}: {} ({}) {}",
            talk.choose("不得进行", "must not take place"),
            talk.text(&refusal.article),
            refusal.rule,
            talk.text(&refusal.text),
        );
    }
    out.push('\n');
    for document in &told.documents {
        line(&mut out, document, talk);
    }
    let folder = told.folder.as_ref().map(|folder| folder.display().to_string());
    let _ = match &folder {
        Some(folder) => writeln!(out, "\n{} {folder}", talk.choose("已写入", "written to")),
        None => writeln!(out, "\n{}", talk.choose("未写入任何文书", "nothing was written")),
    };
    out.push_str(talk.choose(
        "草稿，须由人审阅；不是法律意见。\n",
        "Drafts for a person to review. This is not legal advice.\n",
    ));
    out
}

/// A document on two lines: whether it is due and what is missing, and by which articles.
fn line(out: &mut String, document: &DocumentTold, talk: &Talk) {
    let due = &document.due;
    let label = due.standing.label();
    let missing = match (document.files.len(), document.open_points.len(), talk.lang) {
        (0, ..) => String::new(),
        (_, n, Lang::Zh) => format!("；{n} 项待补"),
        (_, n, Lang::En) => format!("; {n} open points"),
    };
    let name = due.document.name();
    let _ =
        writeln!(out, "{name:<22} {}{missing}  {}", talk.text(&label), talk.text(&document.title));
    for reason in &due.reasons {
        let _ = writeln!(
            out,
            "      {} ({}, {})",
            talk.text(&reason.article),
            reason.rule,
            talk.text(&reason.certainty.label())
        );
    }
}
