//! What was typed for `weir plan`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use weir_law::Day;

/// Say how data can circulate, what each way costs, and which is the cheapest that is sufficient
///
/// Reads the data of a request, searches the best generalisation for several class sizes, asks the
/// rules about every route, and prices duties, measures, lost information and what may still go
/// wrong. Prints the options by what they cost in a year, what has to be done for each, and what
/// need not be done, by which article. Writes nothing but what --html asks for.
///
/// What things cost is a table of estimates; state your own figures with --costs, or in the table
/// `plan` of the request.
///
/// Exit status 3 where no option is left.
///
/// Example: weir plan examples/claims/request.toml
#[derive(Debug, ClapArgs)]
pub(crate) struct Plan {
    /// The request
    #[arg(required_unless_present_any = ["print_costs", "print_questions"])]
    pub(crate) request: Option<PathBuf>,
    /// Show this option in detail, by its number; the one that `weir release` takes when left out
    #[arg(long)]
    pub(crate) option: Option<NonZeroUsize>,
    /// A file with costs in the place of those of the shipped table; --print-costs prints that
    #[arg(long)]
    pub(crate) costs: Option<PathBuf>,
    /// The day whose law applies, YYYY-MM-DD; today when left out
    #[arg(long)]
    pub(crate) as_of: Option<Day>,
    /// Write a page with pictures to this file
    #[arg(long)]
    pub(crate) html: Option<PathBuf>,
    /// Print the questionnaire for a recipient, to fill in and to name in the request, and end
    #[arg(long)]
    pub(crate) print_questions: bool,
    /// Write what an underwriter asks for to this file, as Markdown
    #[arg(long)]
    pub(crate) underwriting: Option<PathBuf>,
    /// Print the shipped table of costs, to edit, and end
    #[arg(long)]
    pub(crate) print_costs: bool,
}
