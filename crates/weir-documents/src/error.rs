//! Why a document could not be made.

use thiserror::Error;

/// Why a document could not be made. None of them is a fault of the request.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// A template does not fit its data: a fault of weir, never of the input.
    #[error("could not fill the template `{template}`")]
    Template {
        /// Which one.
        template: String,
        /// What went wrong, and where in it.
        #[source]
        source: minijinja::Error,
    },
    /// The archive of a DOCX file could not be written.
    #[error("could not write the archive of a document")]
    Archive {
        /// What the writer of ZIP archives says.
        #[source]
        source: zip::result::ZipError,
    },
}

impl DocumentError {
    /// What a person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Template { .. } => "this is a fault of weir; please report it",
            Self::Archive { .. } => "write Markdown instead, with `--format markdown`",
        }
    }
}
