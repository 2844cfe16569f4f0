//! What people read of a release: `report.html` for everybody who has to judge it, and
//! `README.txt` for the recipient.
//!
//! Both are made from plain data that was decided and measured elsewhere; nothing is computed here
//! but the geometry of pictures. Both hold Chinese and English. The HTML is one file that needs
//! nothing else: no script, no font, no image, no address is loaded, and its content security
//! policy tells the browser to hold it to that. The language switch is two radio buttons and a
//! style rule, so it works where scripts do not, and paper shows the language that was on screen.
//!
//! What this does not do: it checks no figure, and it adds no cell value to those in the labels of
//! [`ColumnHistogram`], which the caller has pooled.

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use thiserror::Error;
use weir_types::attack::Attacks;
use weir_types::choices::Choices;
use weir_types::utility::UtilityReport;
use weir_types::{Decision, Facts, Finding, Lang, Plan, Request, RiskReport, Sha256};

use crate::deidentify::Deidentified;
use crate::weigh::Planned;

mod format;
mod measures;
mod options;
mod picture;
mod plain;
mod scatter;
mod trials;
mod useful;
mod view;
mod words;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod sample_measures;
#[cfg(test)]
mod tests;

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// Identifier of the release.
    pub release: &'a str,
    /// When it was decided, RFC 3339, UTC.
    pub time: &'a str,
    /// The program that made it, with its version.
    pub tool: &'a str,
    /// What was asked.
    pub request: &'a Request,
    /// What each column was found to hold, in the order of the source.
    pub findings: &'a [Finding],
    /// What was done, or would have been done had the release not been refused.
    pub plan: &'a Plan,
    /// Risk in the source.
    pub risk_before: &'a RiskReport,
    /// Risk in the released bytes.
    pub risk: &'a RiskReport,
    /// Attacks on the released bytes.
    pub attacks: Option<&'a Attacks>,
    /// What the released bytes are still good for, where that was measured.
    pub utility: Option<&'a UtilityReport>,
    /// Other combinations of levels, where they were measured.
    pub choices: Option<&'a Choices>,
    /// What the rules were told.
    pub facts: &'a Facts,
    /// What they answered.
    pub decision: &'a Decision,
    /// Name and digest of each source file.
    pub sources: &'a [(String, Sha256)],
    /// Path in the package, digest and length in bytes of each released file; empty when refused.
    pub data: &'a [(String, Sha256, u64)],
    /// Distributions of columns before and after, for the columns where that tells something.
    pub histograms: &'a [ColumnHistogram],
    /// Fingerprint of the key that signs the package, if one does.
    pub signer: Option<&'a str>,
    /// The language shown first.
    pub lang: Lang,
}

/// The distribution of one column before and after.
///
/// **Labels are cell values.** A label may stand only for a value that at least k people share;
/// the caller pools the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnHistogram {
    /// Column name.
    pub column: String,
    /// In the source, in the order to be drawn.
    pub before: Vec<Bar>,
    /// As released; empty when the column was not released.
    pub after: Vec<Bar>,
}

/// One bar of a distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// The value or group, or how many values were pooled.
    pub label: String,
    /// Rows that hold it.
    pub rows: u64,
}

/// Why a text could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A template does not fit its data: a fault of weir, never of the input.
    #[error("could not fill the template `{template}`")]
    Template {
        /// Which one.
        template: &'static str,
        /// What went wrong, and where in it.
        #[source]
        source: minijinja::Error,
    },
    /// Nothing was released, so there is no recipient to write to.
    #[error("release `{release}` was refused and has no package to describe")]
    Refused {
        /// The release.
        release: String,
    },
}

impl ReportError {
    /// What a person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Template { .. } => "this is a fault of weir; please report it",
            Self::Refused { .. } => "read the reasons in report.html",
        }
    }
}

/// Makes `report.html`, for a release that goes out as for one that was refused.
///
/// The same input gives the same bytes.
///
/// # Errors
///
/// [`ReportError::Template`] only.
pub fn html(input: &ReportInput<'_>) -> Result<String, ReportError> {
    fill("report.html", &view::View::new(input))
}

/// Makes the report of a de-identification on its own. The same input gives the same bytes.
///
/// `time` is RFC 3339, UTC; `tool` is the program, with its version.
///
/// # Errors
///
/// [`ReportError::Template`] only.
pub fn deidentified(
    done: &Deidentified,
    time: &str,
    tool: &str,
    lang: Lang,
) -> Result<String, ReportError> {
    fill("deidentified.html", &view::Alone::new(done, time, tool, lang))
}

/// Makes the recipient's `README.txt`: plain text, at most 78 columns where words allow.
///
/// # Errors
///
/// - [`ReportError::Refused`] where the decision is a refusal
/// - [`ReportError::Template`]
pub fn readme(input: &ReportInput<'_>) -> Result<String, ReportError> {
    if !input.decision.permitted {
        return Err(ReportError::Refused { release: input.release.to_owned() });
    }
    fill("readme.txt", &view::View::new(input))
}

/// Makes the page of a plan. The same input gives the same bytes.
///
/// # Errors
///
/// [`ReportError::Template`] only.
pub fn plan_page(planned: &Planned, lang: Lang) -> Result<String, ReportError> {
    fill("options.html", &options::View::new(planned, lang))
}

fn fill(template: &'static str, view: &impl serde::Serialize) -> Result<String, ReportError> {
    let failed = |source| ReportError::Template { template, source };
    let environment = environment().map_err(failed)?;
    let text = environment
        .get_template(template)
        .and_then(|found| found.render(context! { r => minijinja::value::Serde(view) }))
        .map_err(failed)?;
    Ok(text)
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    // What is missing in the data must fail a test, not leave a blank in a legal document.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name.rsplit_once('.') {
        Some((_, "txt" | "css")) => AutoEscape::None,
        _ => AutoEscape::Html,
    });
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?,
    );
    environment.add_filter("num", format::number);
    environment.add_filter("yuan", format::yuan);
    environment.add_filter("certainty", format::certainty);
    environment.add_filter("figure", format::figure);
    environment.add_filter("size", format::size);
    environment.add_filter("pct", format::percent);
    environment.add_filter("one_in", format::one_in);
    environment.add_filter("marked", format::marked);
    environment.add_filter("line", plain::line);
    environment.add_filter("wrap", plain::wrap);
    environment.add_filter("pad", plain::pad);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// Every template by the name under which others include it.
const TEMPLATES: [(&str, &str); 18] = [
    ("options.html", include_str!("../templates/options.html")),
    ("report.html", include_str!("../templates/report.html")),
    ("deidentified.html", include_str!("../templates/deidentified.html")),
    ("attacks.html", include_str!("../templates/attacks.html")),
    ("utility.html", include_str!("../templates/utility.html")),
    ("choices.html", include_str!("../templates/choices.html")),
    ("words.html", include_str!("../templates/words.html")),
    ("verdict.html", include_str!("../templates/verdict.html")),
    ("request.html", include_str!("../templates/request.html")),
    ("risk.html", include_str!("../templates/risk.html")),
    ("findings.html", include_str!("../templates/findings.html")),
    ("plan.html", include_str!("../templates/plan.html")),
    ("histogram.html", include_str!("../templates/histogram.html")),
    ("law.html", include_str!("../templates/law.html")),
    ("evidence.html", include_str!("../templates/evidence.html")),
    ("limits.html", include_str!("../templates/limits.html")),
    ("report.css", include_str!("../templates/report.css")),
    ("readme.txt", include_str!("../templates/readme.txt")),
];
