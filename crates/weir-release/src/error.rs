//! What can go wrong with a release, and whose fault it is.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use weir_deidentify::aggregate::AggregateError;
use weir_deidentify::hierarchy::HierarchyError;
use weir_deidentify::table::NotSearchable;
use weir_deidentify::transform::TransformError;
use weir_evidence::dsse::{OpenError, SealError};
use weir_evidence::keys::KeyError;
use weir_log::LogError;
use weir_search::NoSolution;
use weir_search::local::LocalError;
use weir_table::TableError;
use weir_types::RequestError;
use weir_types::request::nearest;

use crate::cleared::NotCleared;
use crate::private::NotPrivate;
use crate::report::ReportError;
use crate::weigh::WeighError;

/// Why a release did not come about. A refusal by the rules is no error; see
/// [`crate::Outcome::Refused`].
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// The request cannot be opened.
    #[error("cannot read the request `{}`", .path.display())]
    NoRequest {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The request cannot be understood.
    #[error("`{}`", .path.display())]
    Request {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: RequestError,
    },
    /// The data cannot be read or written.
    #[error("{}", table_context(.0))]
    Table(#[source] TableError),
    /// Two statements of the request about a column cannot both hold.
    #[error("column `{column}`: {conflict}")]
    Column {
        /// The column.
        column: String,
        /// What does not go together.
        conflict: ColumnConflict,
    },
    /// A hierarchy file cannot be read.
    #[error("cannot read the hierarchy file `{}`", .path.display())]
    HierarchyFile {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A hierarchy cannot be used.
    #[error("the hierarchy of column `{column}`")]
    Hierarchy {
        /// The column.
        column: String,
        /// Why.
        #[source]
        source: HierarchyError,
    },
    /// No generalisation is enough.
    #[error("the data cannot be de-identified as asked")]
    Search(#[from] NoSolution),
    /// A model of all classes that not even a table of one class meets.
    #[error("`{model}` is met by no table of {people} people, even one that tells nothing")]
    TooFewTogether {
        /// The model.
        model: String,
        /// People in the one class.
        people: u64,
    },
    /// Classes cannot be recoded one by one.
    #[error("the data cannot be recoded class by class")]
    Local(#[from] LocalError),
    /// The table has no form that the models can be searched on.
    #[error("the data cannot be searched as asked")]
    NotSearchable(#[from] NotSearchable),
    /// The population table cannot be used.
    #[error("the population table cannot be used")]
    Population {
        /// Why.
        #[source]
        source: TableError,
    },
    /// A person of the population has several rows.
    #[error("people have several rows in the population table, by its column `{column}`")]
    PopulationRows {
        /// The column that tells its people apart.
        column: String,
    },
    /// A model compares with a population table, and there is none.
    #[error("the model `{model}` compares with a population table, and none is given")]
    PopulationMissing {
        /// The model.
        model: String,
    },
    /// There is a population table, and no model asks for it.
    #[error("a population table is given, and no model compares with it")]
    PopulationUnused,
    /// Options cannot be weighed, or none can be taken.
    #[error(transparent)]
    Weigh(#[from] WeighError),
    /// What is asked does not go together with differential privacy.
    #[error("the data cannot be released with differential privacy as asked")]
    Private(#[from] NotPrivate),
    /// A model that a package does not meet, whose statement and report tell figures of the
    /// source.
    #[error("`{model}` holds for a file alone, and a package states figures of the source")]
    FileAlone {
        /// The model.
        model: String,
    },
    /// A stated fact that the rules do not know, or of another type.
    #[error("[facts] of the request")]
    Facts(#[source] weir_law::FactError),
    /// A preset that weir does not have.
    #[error("unknown preset `{name}`")]
    Preset {
        /// What was written.
        name: String,
        /// The presets there are.
        known: Vec<String>,
    },
    /// A name that does not say which format to write.
    #[error("`{}` says neither CSV nor Parquet", .path.display())]
    OutputFormat {
        /// The name.
        path: PathBuf,
    },
    /// What was written does not meet a model that the search promised.
    #[error("the written data does not meet `{model}`, which the search promised")]
    ModelNotMet {
        /// The model.
        model: String,
    },
    /// A model that was promised could not be measured in what was written.
    #[error("`{model}` could not be measured in the written data")]
    ModelNotMeasured {
        /// The model.
        model: String,
    },
    /// What was written does not measure as the search promised.
    #[error("the written data has a {figure} of {measured}, and the search promised {promised}")]
    NotAsPromised {
        /// Which figure.
        figure: &'static str,
        /// What the bytes show.
        measured: u64,
        /// What the search promised.
        promised: u64,
    },
    /// A column cannot be aggregated.
    #[error("a column cannot be aggregated as asked")]
    Aggregate(#[from] AggregateError),
    /// Rows could not be transformed.
    #[error("rows could not be transformed")]
    Transform(#[from] TransformError),
    /// The folder of state cannot be used.
    #[error("cannot use `{}`", .path.display())]
    Home {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another process works in the folder of state.
    #[error("another weir works in `{}`", .path.display())]
    HomeBusy {
        /// The folder.
        path: PathBuf,
    },
    /// A key cannot be used.
    #[error("a signing key cannot be used")]
    Key(#[from] KeyError),
    /// The key of the log cannot be used.
    #[error("the key of the log cannot be used")]
    LogKey {
        /// Why.
        #[source]
        source: weir_log::note::KeyError,
    },
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes")]
    NoRandomness,
    /// The place of the package is taken.
    #[error("`{}` exists already", .path.display())]
    ResultExists {
        /// The place.
        path: PathBuf,
    },
    /// The package cannot be written.
    #[error("cannot write `{}`", .path.display())]
    Output {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The report cannot be made.
    #[error("the report cannot be made")]
    Report(#[from] ReportError),
    /// The statement cannot be signed.
    #[error("the statement cannot be signed")]
    Seal(#[from] SealError),
    /// The statement that was written cannot be read back.
    #[error("the statement that was written cannot be read back")]
    Open(#[from] OpenError),
    /// The log does not take the release.
    #[error("the log does not take the release")]
    Log(#[from] LogError),
    /// A proof is for something else; a fault of weir or a change on disk.
    #[error("the package is not cleared")]
    NotCleared(#[from] NotCleared),
    /// A release was killed after it was logged, and what is on disk now is refused.
    #[error("the release `{release}` was logged and cannot be ended: what is staged in `{}` is refused now", .staging.display())]
    CannotRecover {
        /// The release.
        release: String,
        /// The hidden folder.
        staging: PathBuf,
    },
}

/// What of a request does not go together with the data or with itself.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ColumnConflict {
    /// Named as the person, and to be generalised.
    #[error("it says whose row it is and cannot be generalised")]
    PersonGeneralised,
    /// To be aggregated, and something else as well.
    #[error("it is to be aggregated, and has an `action` or a `hierarchy` as well")]
    AggregateAndMore,
    /// A hierarchy for a column that is not generalised.
    #[error("a hierarchy is given, and the column is not generalised")]
    HierarchyUnused,
    /// A quasi-identifier that is to be kept as it is.
    #[error("it is a quasi-identifier and cannot be kept as it is")]
    QuasiKept,
    /// A quasi-identifier that is to become a token.
    #[error("it is a quasi-identifier; tokens would leave equal values equal")]
    QuasiToken,
    /// A model speaks of a column that the data lacks.
    #[error("a model speaks of it, and the data has no such column")]
    SensitiveUnknown,
    /// A model speaks of a column that is not released as it is.
    #[error("a model speaks of it as sensitive, and it is not released as it is")]
    SensitiveNotKept,
    /// A model speaks of a column that gives a quasi-identifier away and so cannot be released as
    /// it is.
    #[error(
        "a model speaks of it, and it tells the quasi-identifier `{of}`, so that it cannot be released as it is"
    )]
    SensitiveTells {
        /// The quasi-identifier.
        of: String,
    },
    /// A model speaks of a column with more values than can be compared one by one.
    #[error("a model speaks of it, and it has too many values to compare them one by one")]
    SensitiveTooManyValues,
    /// A hierarchical distance without a hierarchy.
    #[error("a model compares its values by their hierarchy, and it has none")]
    SensitiveWithoutHierarchy,
    /// Another type of values in the population table.
    #[error("it holds another type of values in the population table")]
    PopulationType,
    /// A token that ties rows whose person is not released.
    #[error("its tokens would tie rows that are not tied by a person")]
    TokenWithoutPerson,
}

impl ColumnConflict {
    /// What the person can do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::PersonGeneralised => "use `action = \"token\"` or `action = \"drop\"`",
            Self::AggregateAndMore => "leave out `action` and `hierarchy`, or `aggregate`",
            Self::HierarchyUnused => "add `role = \"quasi-identifier\"`, or remove `hierarchy`",
            Self::QuasiKept => {
                "give it a higher `weight` to keep it finer, or `role = \"other\"` if nobody who \
                 knows the person can know it"
            }
            Self::QuasiToken => "leave out `action`, or use `action = \"drop\"`",
            Self::TokenWithoutPerson => {
                "release a token of the person as well, or drop this column"
            }
            Self::SensitiveUnknown => "name the sensitive column as the data does",
            Self::SensitiveNotKept => "give it `role = \"sensitive\"`, or take the model away",
            Self::SensitiveTells { .. } => {
                "take the model away, or say that the quasi-identifier is none (`role = \"other\"`, \
                 or --keep)"
            }
            Self::SensitiveTooManyValues => {
                "speak of a column with fewer than 65,535 values, such as ranges of this one"
            }
            Self::SensitiveWithoutHierarchy => {
                "give it a `hierarchy`, or use the distance `equal` or `ordered`"
            }
            Self::PopulationType => "write the values of both tables in the same way",
        }
    }
}

impl From<TableError> for ReleaseError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl ReleaseError {
    /// What the person can do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoRequest { .. } => {
                "`weir new DATA` writes a request for a file of yours".to_owned()
            }
            Self::Request { source, .. } => source.hint(),
            Self::Table(source) => return source.hint(),
            Self::Column { conflict, .. } => conflict.hint().to_owned(),
            Self::Population { source, .. } => return source.hint(),
            Self::NotSearchable(source) => source.hint(),
            Self::Local(source) => source.hint().to_owned(),
            Self::TooFewTogether { .. } => {
                "raise its threshold, or release more people together".to_owned()
            }
            Self::PopulationRows { .. } => {
                "give a population table with one row per person, such as the latest of each"
                    .to_owned()
            }
            Self::PopulationMissing { .. } => {
                "name the file of the population: `population = \"file.csv\"`".to_owned()
            }
            Self::PopulationUnused => {
                "add a model that needs it, such as `5-map` or `delta-presence`".to_owned()
            }
            Self::Weigh(source) => source.hint(),
            Self::Private(source) => source.hint().to_owned(),
            Self::FileAlone { .. } => "use `weir deidentify`, which writes a file alone".to_owned(),
            Self::Facts(source) => source.hint(),
            Self::Preset { name, known } => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                nearest(name, &known).map_or_else(
                    || format!("the presets are {}", known.join(", ")),
                    |name| format!("did you mean `{name}`?"),
                )
            }
            Self::OutputFormat { .. } => "end the name with `.csv` or `.parquet`".to_owned(),
            Self::NotAsPromised { .. }
            | Self::ModelNotMet { .. }
            | Self::ModelNotMeasured { .. } => {
                "nothing was released; this is a fault of weir, please report it".to_owned()
            }
            Self::HierarchyFile { .. } => {
                "paths are taken from the folder of the request".to_owned()
            }
            Self::Hierarchy { source, .. } => source.hint(),
            Self::Search(source) => source.hint(),
            Self::Aggregate(source) => source.hint().to_owned(),
            Self::Transform(source) => source.hint(),
            Self::Home { .. } => "name another folder with --home".to_owned(),
            Self::HomeBusy { .. } => {
                "wait until it ends, or name another folder with --home".to_owned()
            }
            Self::Key(source) => source.hint(),
            Self::LogKey { .. } | Self::Report(_) | Self::Seal(_) | Self::Open(_) => {
                "this is a fault of weir; please report it".to_owned()
            }
            Self::NoRandomness => "weir does not make keys without them".to_owned(),
            Self::ResultExists { .. } => {
                "name another place with --out, or move the old package away".to_owned()
            }
            Self::Output { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "free some space, or name another place with --out; nothing was released".to_owned()
            }
            Self::Output { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => {
                "move the folder away and run again: the release is logged and will be ended"
                    .to_owned()
            }
            Self::Output { .. } => "name another place with --out".to_owned(),
            Self::Log(source) => source.hint().to_owned(),
            Self::NotCleared(_) => "nothing was released; run again".to_owned(),
            Self::CannotRecover { .. } => {
                "nothing was released; compare the folder with a backup, then remove it".to_owned()
            }
        };
        Some(hint)
    }

    /// Whether the fault lies in what the person gave: the request, the data, the place.
    pub fn is_input(&self) -> bool {
        match self {
            Self::Table(error) => !matches!(error, TableError::Write { .. }),
            Self::NoRequest { .. }
            | Self::Request { .. }
            | Self::Column { .. }
            | Self::HierarchyFile { .. }
            | Self::Hierarchy { .. }
            | Self::Search(_)
            | Self::NotSearchable(_)
            | Self::Local(_)
            | Self::TooFewTogether { .. }
            | Self::Population { .. }
            | Self::PopulationRows { .. }
            | Self::PopulationMissing { .. }
            | Self::PopulationUnused
            | Self::FileAlone { .. }
            | Self::Private(_)
            | Self::OutputFormat { .. }
            | Self::Facts(_)
            | Self::Preset { .. }
            | Self::ResultExists { .. } => true,
            Self::Weigh(error) => !matches!(
                error,
                WeighError::NoDay | WeighError::TooMuchLoss { .. } | WeighError::NoOption { .. }
            ),
            Self::Aggregate(error) => !matches!(error, AggregateError::Arrow(_)),
            _ => false,
        }
    }
}

impl ReleaseError {
    /// Whether nothing is wrong but that no option is good enough.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Weigh(WeighError::TooMuchLoss { .. } | WeighError::NoOption { .. }))
    }
}

/// The table's own message says what was being done.
fn table_context(error: &TableError) -> &'static str {
    match error {
        TableError::Write { .. } => "the released data cannot be written",
        _ => "the data cannot be used",
    }
}
