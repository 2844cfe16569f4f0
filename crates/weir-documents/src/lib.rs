//! Drafts of the documents that the rules ask for before data is handed over.
//!
//! An impact assessment, a contract annex, a statement of the provider, an undertaking of the
//! recipient, a notice to individuals and a record of processing are filled from a request, from
//! what the rules of a pack answer to its facts, and from figures where somebody measured some.
//! Templates are data (`documents/` of this repository), in Chinese and English; the text is
//! Markdown, and [`docx()`] writes the same text as a Word document.
//!
//! What this crate guarantees:
//! - which documents are due follows from the rules ([`due()`]), each with its article and how
//!   surely its text is known, and so does why one is not;
//! - what nobody stated stays a visible blank with its question at the end, and is never guessed;
//! - nothing that a request says becomes markup, in Markdown or in the XML of a Word document;
//! - every document says that it is a draft for a person to review and no legal advice, with the
//!   rule pack and the day; the same input gives the same bytes.
//!
//! What it does not: it is no legal advice, it cannot tell whether the facts are true, and a
//! document that it fills says nothing of what was done. It reads no file and no clock.
//!
//! ```
//! use weir_documents::{DocumentKind, Input, Standing, draft, due};
//! use weir_law::{Route, RulePack, examine};
//! use weir_types::{Lang, Request};
//!
//! let request = Request::parse(
//!     "[data]\npath = 'a.csv'\nkind = 'personal'\n[parties]\nprovider = 'A'\nrecipient = 'B'\n\
//!      relation = 'provide'\nenvironment = 'controlled'\n[purpose]\ntext = 'research'\n",
//! )?;
//! let pack = RulePack::builtin();
//! let facts = pack.facts_of(&request, Route::AsIs)?;
//! let day = "2026-11-25".parse()?;
//! let examination = examine(&pack, &facts, Some(day));
//! let input = Input {
//!     request: &request,
//!     pack: &pack,
//!     facts: &facts,
//!     examination: &examination,
//!     route: Route::AsIs,
//!     day,
//!     figures: None,
//! };
//! let assessment = &due(&pack, &examination)[0];
//! assert_eq!(assessment.standing, Standing::Due);
//! assert_eq!(assessment.reasons[0].rule, "PIPL-55");
//! let document = draft(DocumentKind::ImpactAssessment, &input, Lang::En)?;
//! assert!(document.open_points.iter().any(|point| point.name == "legal_basis"));
//! assert!(document.docx()?.starts_with(b"PK"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod catalogue;
mod docx;
mod draft;
mod due;
mod error;
mod markdown;
mod view;

pub use catalogue::DocumentKind;
pub use docx::{About, docx};
pub use draft::{Answered, Document, Figures, Input, OpenPoint, draft, overview};
pub use due::{Due, Reason, Standing, due};
pub use error::DocumentError;
