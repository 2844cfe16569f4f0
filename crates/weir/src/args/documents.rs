//! What was typed for `weir documents`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use weir_documents::DocumentKind;
use weir_law::Day;

use super::law::RouteArg;

/// Draft the documents that the rules ask for
///
/// Fills an impact assessment, a contract annex, a statement of the provider, an undertaking of the
/// recipient, a notice to individuals and a record of processing from the request, by the rules, and
/// writes those that are or may be due, with a list of all and the articles that say so. What nobody
/// stated stays a blank, with its question at the end. They are drafts for a person to review, and
/// no legal advice.
///
/// Reads the request and not its data. Both languages are written, or the one that --lang names. The
/// folder appears whole or not at all, and nothing is overwritten.
///
/// Exit status 3 where a prohibition stands. If an answer could still lift it, the drafts are written
/// and say so on top; otherwise nothing is written.
///
/// Example: weir documents examples/claims/request.toml --route anonymised
#[derive(Debug, ClapArgs)]
pub(crate) struct Documents {
    /// The request
    pub(crate) request: PathBuf,
    /// Only this document, due or not; can be given several times
    #[arg(long = "document", value_enum, value_name = "NAME")]
    pub(crate) documents: Vec<DocumentArg>,
    /// Form of the files
    #[arg(long, value_enum, default_value = "docx")]
    pub(crate) format: DocumentFormat,
    /// The folder to write; NAME.documents beside the request NAME.toml when left out
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// What becomes of personal information in the release
    #[arg(long, value_enum, default_value = "as-is")]
    pub(crate) route: RouteArg,
    /// A pack of your own, instead of the shipped one: a folder or a file
    #[arg(long)]
    pub(crate) pack: Option<String>,
    /// The day whose law applies, and that the documents carry, YYYY-MM-DD; today when left out
    #[arg(long)]
    pub(crate) as_of: Option<Day>,
}

/// The documents by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentArg {
    /// Personal information protection impact assessment
    ImpactAssessment,
    /// Contract annex: data and security terms
    ContractAnnex,
    /// The provider's statement of scope, purpose and conditions
    ProviderStatement,
    /// The recipient's undertaking
    RecipientUndertaking,
    /// Notice to individuals
    Notice,
    /// Record of processing and provision
    ProcessingRecord,
}

impl From<DocumentArg> for DocumentKind {
    fn from(document: DocumentArg) -> Self {
        match document {
            DocumentArg::ImpactAssessment => Self::ImpactAssessment,
            DocumentArg::ContractAnnex => Self::ContractAnnex,
            DocumentArg::ProviderStatement => Self::ProviderStatement,
            DocumentArg::RecipientUndertaking => Self::RecipientUndertaking,
            DocumentArg::Notice => Self::Notice,
            DocumentArg::ProcessingRecord => Self::ProcessingRecord,
        }
    }
}

/// Forms of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    /// Word document
    Docx,
    /// Markdown, UTF-8
    Markdown,
}

impl DocumentFormat {
    /// The ending of file names.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Markdown => "md",
        }
    }
}
