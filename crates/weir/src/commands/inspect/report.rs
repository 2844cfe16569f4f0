//! The result of `weir inspect`, as `--json` prints it; docs/inspect.md explains it.

use std::path::Path;

use indicatif::HumanCount;
use serde::Serialize;
use weir_detect::ColumnReport;
use weir_detect::grade::Grading;
use weir_detect::text::TextReport;
use weir_detect::together::Together;
use weir_table::Sampled;
use weir_types::{Bilingual, Finding};

/// Everything that was looked at.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Inspected {
    pub(crate) tables: Vec<TableReport>,
    pub(crate) texts: Vec<TextFile>,
    pub(crate) not_read: Vec<NotRead>,
    /// Files of other kinds, and links, in the folders.
    pub(crate) passed_over: Vec<String>,
}

/// What could not be read, and why.
#[derive(Debug, Serialize)]
pub(crate) struct NotRead {
    pub(crate) error: String,
    pub(crate) hint: Option<String>,
}

/// One table.
#[derive(Debug, Serialize)]
pub(crate) struct TableReport {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) sheet: Option<String>,
    /// What a database says of it.
    pub(crate) catalogue: Option<Catalogue>,
    /// Rows of the table; an estimate where `sample` says so.
    pub(crate) rows: u64,
    pub(crate) sample: Option<Sample>,
    pub(crate) mended: Option<Mended>,
    pub(crate) columns: Vec<Column>,
    pub(crate) together: Together,
    pub(crate) grade: Grading,
}

/// What a database says of a table.
#[derive(Debug, Serialize)]
pub(crate) struct Catalogue {
    pub(crate) schema: String,
    pub(crate) table: String,
    pub(crate) relation: &'static str,
    pub(crate) comment: Option<String>,
    pub(crate) primary_key: Vec<String>,
    pub(crate) unique: Vec<Vec<String>>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// Columns that the user may not read.
    pub(crate) hidden_columns: Vec<String>,
    /// Whether row security leaves rows out.
    pub(crate) rows_hidden: bool,
}

/// A reference to another table.
#[derive(Debug, Serialize)]
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<String>,
    pub(crate) schema: String,
    pub(crate) table: String,
    pub(crate) of_columns: Vec<String>,
}

impl Catalogue {
    /// What it says, for people.
    pub(crate) fn say(&self) -> Vec<Bilingual> {
        let mut says = Vec::new();
        if let Some(comment) = &self.comment {
            says.push(Bilingual {
                zh: format!("表注释：{comment}"),
                en: format!("comment on the table: {comment}"),
            });
        }
        if !self.primary_key.is_empty() {
            let columns = self.primary_key.join(", ");
            says.push(Bilingual {
                zh: format!("声明的主键：{columns}"),
                en: format!("declared primary key: {columns}"),
            });
        }
        for columns in &self.unique {
            let columns = columns.join(", ");
            says.push(Bilingual {
                zh: format!("声明为唯一：{columns}"),
                en: format!("declared unique: {columns}"),
            });
        }
        for key in &self.foreign_keys {
            let (columns, of_columns) = (key.columns.join(", "), key.of_columns.join(", "));
            let other = format!("{}.{} ({of_columns})", key.schema, key.table);
            says.push(Bilingual {
                zh: format!("声明的外键：{columns} → {other}"),
                en: format!("declared foreign key: {columns} → {other}"),
            });
        }
        if !self.hidden_columns.is_empty() {
            let columns = self.hidden_columns.join(", ");
            says.push(Bilingual {
                zh: format!("未读取（无权限）的列：{columns}"),
                en: format!("columns not read, for want of permission: {columns}"),
            });
        }
        if self.rows_hidden {
            says.push(Bilingual::new(
                "行级安全策略使本用户看不到部分行，以下只针对可见的行",
                "row security keeps rows from this user; what follows is of the others",
            ));
        }
        says
    }
}

/// What a sample is worth.
#[derive(Debug, Serialize)]
pub(crate) struct Sample {
    pub(crate) seed: u64,
    pub(crate) rows: u64,
    pub(crate) blocks: u64,
    pub(crate) of_rows_exact: bool,
    /// Half the width of the 95 % interval of a share, 0 to 1, in the column where it is largest.
    pub(crate) error: Option<f64>,
    /// Share of the blocks in which what was not seen may stand, 0 to 1, at 95 %.
    pub(crate) unseen: Option<f64>,
}

impl Sample {
    pub(crate) fn new(sampled: &Sampled) -> Self {
        Self {
            seed: sampled.seed,
            rows: sampled.rows,
            blocks: sampled.blocks,
            of_rows_exact: sampled.of_rows_exact,
            error: sampled.error(),
            unseen: Some(sampled.unseen),
        }
    }

    /// The sample in words.
    pub(crate) fn say(&self, of_rows: u64) -> Bilingual {
        let (seed, blocks) = (self.seed, self.blocks);
        let (rows, of_rows) = (HumanCount(self.rows), HumanCount(of_rows));
        let points = |share: f64| format!("{:.1}", share * 100.0);
        let (zh_about, en_about) = if self.of_rows_exact { ("", "") } else { ("约 ", "about ") };
        let mut zh =
            format!("抽样：读取 {rows} 行（{blocks} 块，种子 {seed}），全表{zh_about}{of_rows} 行");
        let mut en = format!(
            "a sample: {rows} rows in {blocks} blocks (seed {seed}) of {en_about}{of_rows}"
        );
        if let (Some(error), Some(unseen)) = (self.error, self.unseen) {
            let (error, unseen) = (points(error), points(unseen));
            zh += &format!(
                "；95% 把握下比例误差不超过 ±{error} 个百分点，未见到的内容最多在 {unseen}% 的块中"
            );
            en += &format!(
                "; at 95 %, shares are within ±{error} points, and what was not seen stands in at \
                 most {unseen} % of the blocks"
            );
        }
        Bilingual { zh, en }
    }
}

/// Lines that were not in the encoding of the others.
#[derive(Debug, Serialize)]
pub(crate) struct Mended {
    pub(crate) recoded_lines: u64,
    pub(crate) damaged_lines: u64,
    /// The first of them, from 1; none in a sample.
    pub(crate) first_line: Option<u64>,
}

impl Mended {
    pub(crate) fn new(mended: weir_table::Mended) -> Self {
        Self {
            recoded_lines: mended.recoded,
            damaged_lines: mended.damaged,
            first_line: mended.first_line,
        }
    }

    pub(crate) fn say(&self) -> Bilingual {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        if let n @ 1.. = self.recoded_lines {
            let (n, lines) = (HumanCount(n), lines(n));
            zh.push(format!("{n} 行按 UTF-8 与 GB 18030 中的另一种读取"));
            en.push(format!("{n} {lines} read in the other of UTF-8 and GB 18030"));
        }
        if let n @ 1.. = self.damaged_lines {
            let (n, have) = (HumanCount(n), have(n));
            zh.push(format!("{n} 行有无法识别的字节"));
            en.push(format!("{n} {have} bytes that fit neither UTF-8 nor GB 18030"));
        }
        if let Some(line) = self.first_line {
            let line = HumanCount(line);
            zh.push(format!("首见于第 {line} 行"));
            en.push(format!("the first is line {line}"));
        }
        Bilingual {
            zh: format!("编码混杂：{}", zh.join("，")),
            en: format!("mixed encodings: {}", en.join(", ")),
        }
    }
}

fn lines(n: u64) -> &'static str {
    if n == 1 { "line was" } else { "lines were" }
}

fn have(n: u64) -> &'static str {
    if n == 1 { "line has" } else { "lines have" }
}

/// One column.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    #[serde(flatten)]
    pub(crate) finding: Finding,
    /// The pack of the type.
    pub(crate) pack: String,
    /// Types that single cells are.
    pub(crate) matches: Vec<CellMatch>,
    /// Kinds of content that its texts hold, where it is a column of texts.
    pub(crate) inside: Vec<HeldInside>,
    /// As `error` of the sample, of this column.
    pub(crate) error: Option<f64>,
    /// What a database says of it.
    pub(crate) catalogue: Option<CatalogueColumn>,
}

/// What a database says of a column.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CatalogueColumn {
    #[serde(rename = "type")]
    pub(crate) ty: String,
    pub(crate) comment: Option<String>,
}

/// Cells of a column that fit a type.
#[derive(Debug, Serialize)]
pub(crate) struct CellMatch {
    pub(crate) semantic: String,
    pub(crate) cells: u64,
    pub(crate) share: f64,
}

/// Content of a kind inside the texts of a column.
#[derive(Debug, Serialize)]
pub(crate) struct HeldInside {
    pub(crate) semantic: &'static str,
    /// Share of the cells that hold some.
    pub(crate) share: f64,
}

impl Column {
    pub(crate) fn new(
        report: ColumnReport,
        error: Option<f64>,
        catalogue: Option<CatalogueColumn>,
    ) -> Self {
        let matches = report.matches.into_iter().map(|found| CellMatch {
            semantic: found.semantic,
            cells: found.cells,
            share: found.share,
        });
        let held = report.inside.held.iter();
        let inside = held.map(|held| HeldInside { semantic: held.kind.key(), share: held.share });
        Self {
            pack: report.pack,
            matches: matches.collect(),
            inside: inside.collect(),
            finding: report.finding,
            error,
            catalogue,
        }
    }
}

/// One file of free text.
#[derive(Debug, Serialize)]
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    pub(crate) lines_with_findings: u64,
    pub(crate) recoded_lines: u64,
    pub(crate) damaged_lines: u64,
    pub(crate) kinds: Vec<TextKind>,
}

/// How often a kind occurs in a text.
#[derive(Debug, Serialize)]
pub(crate) struct TextKind {
    pub(crate) semantic: &'static str,
    pub(crate) label: Bilingual,
    pub(crate) identifier: bool,
    pub(crate) sensitive_pi: bool,
    pub(crate) spans: u64,
    pub(crate) lines: u64,
    pub(crate) confidence: f64,
    /// Line and byte of the first ones, both from 1.
    pub(crate) places: Vec<(u64, u64)>,
}

impl TextFile {
    pub(crate) fn new(path: &Path, report: &TextReport) -> Self {
        let kinds = report.kinds.iter().map(|count| TextKind {
            semantic: count.kind.key(),
            label: count.kind.label(),
            identifier: count.kind.is_identifier(),
            sensitive_pi: count.kind.sensitive_pi(),
            spans: count.spans,
            lines: count.lines,
            confidence: count.confidence,
            places: count.places.iter().map(|place| (place.line, place.column)).collect(),
        });
        Self {
            path: path.display().to_string(),
            bytes: report.bytes,
            lines: report.lines,
            lines_with_findings: report.lines_with_findings,
            recoded_lines: report.lines_gb18030,
            damaged_lines: report.lines_undecoded,
            kinds: kinds.collect(),
        }
    }
}
