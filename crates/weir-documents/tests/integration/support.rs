//! Requests, and what is drafted from them.

use std::fs;
use std::path::{Path, PathBuf};

use weir_documents::{Document, DocumentKind, Due, Figures, Input, draft, due, overview};
use weir_law::{Day, FactSet, Route, RulePack, examine};
use weir_types::{Lang, Request};

pub(crate) const DAY: &str = "2026-11-25";

pub(crate) const LANGS: [Lang; 2] = [Lang::Zh, Lang::En];

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The request of an example.
pub(crate) fn example(name: &str) -> Request {
    let path = root().join("examples").join(name).join("request.toml");
    Request::parse(&fs::read_to_string(path).unwrap()).unwrap()
}

/// A request with these lines under `[parties]` and `[facts]`.
pub(crate) fn asking(kind: &str, relation: &str, importance: &str, facts: &str) -> Request {
    let text = format!(
        "[data]\npath = \"data.csv\"\nkind = \"{kind}\"\nimportance = \"{importance}\"\n\n\
         [parties]\nprovider = \"A\"\nrecipient = \"B\"\nrelation = \"{relation}\"\n\
         environment = \"controlled\"\n\n[purpose]\ntext = \"research\"\n\n[facts]\n{facts}\n"
    );
    Request::parse(&text).unwrap()
}

/// A request with its facts.
pub(crate) struct Desk {
    request: Request,
    pack: RulePack,
    facts: FactSet,
    route: Route,
    pub(crate) figures: Option<Figures>,
    pub(crate) day: Day,
}

impl Desk {
    pub(crate) fn new(request: Request, route: Route) -> Self {
        let pack = RulePack::builtin();
        let facts = pack.facts_of(&request, route).unwrap();
        Self { request, pack, facts, route, figures: None, day: DAY.parse().unwrap() }
    }

    fn with<T>(&self, run: impl FnOnce(&Input<'_>) -> T) -> T {
        let day = self.day;
        let examination = examine(&self.pack, &self.facts, Some(day));
        run(&Input {
            request: &self.request,
            pack: &self.pack,
            facts: &self.facts,
            examination: &examination,
            route: self.route,
            day,
            figures: self.figures.as_ref(),
        })
    }

    pub(crate) fn due(&self) -> Vec<Due> {
        self.with(|input| due(input.pack, input.examination))
    }

    pub(crate) fn draft(&self, kind: DocumentKind, lang: Lang) -> Document {
        self.with(|input| draft(kind, input, lang)).unwrap()
    }

    /// Every document in one language, the list first.
    pub(crate) fn all(&self, lang: Lang) -> Vec<Document> {
        let list = self.with(|input| overview(input, lang)).unwrap();
        let drafts = DocumentKind::ALL.into_iter().map(|kind| self.draft(kind, lang));
        std::iter::once(list).chain(drafts).collect()
    }
}
