//! What is told of a table, once for the terminal, Markdown and HTML.

use indicatif::HumanCount;
use weir_detect::grade::ColumnGrade;
use weir_types::{Bilingual, Lang, Role};

use super::choose;
use super::report::{Catalogue, Column, Mended, TableReport, TextFile};
use crate::talk::grid;

/// Sets, keys and dependencies that are shown of each; `--json` has all.
const SHOWN: usize = 8;

/// Rows of cells with a head; all rows have as many cells.
pub(super) struct Grid<const N: usize> {
    pub(super) heads: [&'static str; N],
    pub(super) rows: Vec<[Cell; N]>,
}

/// What stands in a cell.
pub(super) enum Cell {
    /// A short text.
    Text(String),
    /// The names of columns.
    Names(Vec<String>),
    /// A number.
    Number(String),
    /// A level of general data, 1 to 4.
    Level(u8),
    /// Whether it is sensitive.
    Sensitive(Option<&'static str>),
    /// A share, 0 to 1, also shown as a bar.
    Share(f64),
    /// Reasons, one by one.
    Because(Vec<String>),
}

impl Cell {
    /// As one line of text.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Names(names) => names.join(" + "),
            Self::Level(level) => level.to_string(),
            Self::Sensitive(yes) => yes.unwrap_or("-").to_owned(),
            Self::Share(share) => percent(*share),
            Self::Because(reasons) => reasons.join("; "),
        }
    }
}

/// A share in percent, never rounded to all or to nothing.
fn percent(share: f64) -> String {
    match share {
        s if s > 0.0 && s < 0.0005 => "< 0.1 %".to_owned(),
        s if s < 1.0 && s > 0.9995 => "> 99.9 %".to_owned(),
        s => format!("{:.1} %", s * 100.0),
    }
}

impl<const N: usize> Grid<N> {
    /// For the terminal.
    pub(super) fn terminal(&self) -> String {
        let text = |cell: &Cell| match cell {
            // Twenty places wide.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 20")]
            Cell::Share(share) => {
                format!("{:>8}  {}", cell.text(), "█".repeat((share * 20.0).ceil() as usize))
            }
            cell => cell.text().replace(['\n', '\r', '\t'], " "),
        };
        let rows = self.rows.iter().map(|row| std::array::from_fn(|at| text(&row[at])));
        let rows: Vec<[String; N]> =
            std::iter::once(self.heads.map(str::to_owned)).chain(rows).collect();
        grid(&rows).lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

/// What can be shown of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Column,
    Type,
    Holds,
    Role,
    Level,
    Sensitive,
    Sure,
    Distinct,
    Empty,
    Because,
}

impl Field {
    fn head(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Column => ("列", "column"),
            Self::Type => ("类型", "type"),
            Self::Holds => ("内容", "holds"),
            Self::Role => ("角色", "role"),
            Self::Level => ("级别", "level"),
            Self::Sensitive => ("敏感", "sensitive"),
            Self::Sure => ("把握", "sure"),
            Self::Distinct => ("不同取值", "distinct"),
            Self::Empty => ("空值", "empty"),
            Self::Because => ("理由", "because"),
        };
        choose(lang, zh, en)
    }

    fn cell(self, column: &Column, grade: &ColumnGrade, lang: Lang) -> Cell {
        let finding = &column.finding;
        match self {
            Self::Column => Cell::Names(vec![finding.column.clone()]),
            Self::Type => Cell::Text(finding.ty.name().to_owned()),
            Self::Holds => Cell::Text(finding.label.in_lang(lang).to_owned()),
            Self::Role => Cell::Text(role(finding.role, lang).to_owned()),
            Self::Level => Cell::Level(grade.level),
            Self::Sensitive => {
                let views = grade.sensitive.iter();
                let yes = finding.sensitive_pi || { views }.any(|v| v.sensitive == Some(true));
                Cell::Sensitive(yes.then(|| choose(lang, "是", "yes")))
            }
            Self::Sure => Cell::Number(format!("{:.0} %", finding.confidence * 100.0)),
            Self::Distinct => {
                let about = if finding.distinct_exact { "" } else { "~" };
                Cell::Number(format!("{about}{}", HumanCount(finding.distinct)))
            }
            Self::Empty => Cell::Number(HumanCount(finding.nulls).to_string()),
            Self::Because => {
                let saw = finding.signals.iter().map(|signal| signal.saw.in_lang(lang).to_owned());
                Cell::Because(saw.collect())
            }
        }
    }
}

/// The role as people say it; requests and JSON have its English name.
fn role(role: Role, lang: Lang) -> &'static str {
    let zh = match role {
        Role::Identifier => "直接标识符",
        Role::QuasiIdentifier => "准标识符",
        Role::Sensitive => "敏感属性",
        Role::Other => "其他",
    };
    choose(lang, zh, role.name())
}

/// The columns of a table, each with the wanted fields.
pub(super) fn columns<const N: usize>(
    table: &TableReport,
    fields: [Field; N],
    lang: Lang,
) -> Grid<N> {
    let columns = table.columns.iter().zip(&table.grade.columns);
    let row = |(column, grade)| fields.map(|field| field.cell(column, grade, lang));
    Grid { heads: fields.map(|field| field.head(lang)), rows: columns.map(row).collect() }
}

/// The minimal sets of columns that single people out; none where there is no such set.
pub(super) fn sets(table: &TableReport, lang: Lang) -> Option<Grid<3>> {
    let sets = &table.together.singling_out.sets;
    let (zh, en) = match table.together.people.columns.is_empty() {
        true => ("唯一确定的行", "rows singled out"),
        false => ("唯一确定的人", "people singled out"),
    };
    let heads = [
        choose(lang, "最小组合", "minimal set"),
        choose(lang, zh, en),
        choose(lang, "比例", "share"),
    ];
    let row = |set: &weir_detect::together::QuasiSet| {
        let names = Cell::Names(set.columns.clone());
        [names, Cell::Number(HumanCount(set.singled_out).to_string()), Cell::Share(set.share)]
    };
    let rows: Vec<[Cell; 3]> = sets.iter().take(SHOWN).map(row).collect();
    (!rows.is_empty()).then_some(Grid { heads, rows })
}

/// What a text holds.
pub(super) fn kinds(text: &TextFile, lang: Lang) -> Grid<6> {
    let heads = [
        choose(lang, "内容", "holds"),
        choose(lang, "次数", "times"),
        choose(lang, "行数", "lines"),
        choose(lang, "敏感", "sensitive"),
        choose(lang, "把握", "sure"),
        choose(lang, "首见行", "first in line"),
    ];
    let row = |kind: &super::report::TextKind| {
        [
            Cell::Text(kind.label.in_lang(lang).to_owned()),
            Cell::Number(HumanCount(kind.spans).to_string()),
            Cell::Number(HumanCount(kind.lines).to_string()),
            Cell::Sensitive(kind.sensitive_pi.then(|| choose(lang, "是", "yes"))),
            Cell::Number(format!("{:.0} %", kind.confidence * 100.0)),
            Cell::Number(
                kind.places
                    .first()
                    .map_or_else(String::new, |(line, _)| HumanCount(*line).to_string()),
            ),
        ]
    };
    Grid { heads, rows: text.kinds.iter().map(row).collect() }
}

/// What is told of a table in sentences.
pub(super) struct Sentences {
    /// Its size, and how it was read.
    pub(super) read: Vec<Bilingual>,
    /// Its grade and what follows from it.
    pub(super) grade: Vec<Bilingual>,
    /// What its columns tell together, but for the sets of [`sets`].
    pub(super) together: Vec<Bilingual>,
    /// What is still to be answered.
    pub(super) questions: Vec<Bilingual>,
}

impl Sentences {
    pub(super) fn of(table: &TableReport) -> Self {
        let (rows, n) = (table.rows, table.columns.len());
        let shown = HumanCount(rows);
        let (many, are) = (if rows == 1 { "row" } else { "rows" }, if n == 1 { "" } else { "s" });
        let mut read = vec![Bilingual::new(
            format!("{shown} 行，{n} 列"),
            format!("{shown} {many}, {n} column{are}"),
        )];
        read.extend(table.catalogue.iter().flat_map(Catalogue::say));
        read.extend(table.sample.as_ref().map(|sample| sample.say(rows)));
        read.extend(table.mended.as_ref().map(Mended::say));
        let grade = &table.grade;
        let mut graded = vec![grade.table.say.clone()];
        graded.extend(grade.sensitive.iter().map(|view| view.say.clone()));
        graded.extend(grade.records.iter().map(|records| records.say.clone()));
        graded.extend(grade.notes.iter().map(|note| note.say.clone()));
        let told = &table.together;
        let mut together = vec![told.people.say.clone()];
        together.extend(told.keys.iter().take(SHOWN).map(|key| key.say.clone()));
        together.extend(told.dependencies.iter().take(SHOWN).map(|found| found.say.clone()));
        together.extend(told.trajectories.iter().map(|found| found.say.clone()));
        together.push(told.singling_out.say.clone());
        let question = |question: &weir_detect::grade::Question| {
            let (text, key) = (&question.text, question.key);
            Bilingual::new(format!("{} [{key}]", text.zh), format!("{} [{key}]", text.en))
        };
        Self {
            read,
            grade: graded,
            together,
            questions: grade.questions.iter().map(question).collect(),
        }
    }
}

/// Lines of a text, and those with findings.
pub(super) fn of_text(text: &TextFile) -> Vec<Bilingual> {
    let n = if text.lines == 1 { "line" } else { "lines" };
    let (lines, found) = (HumanCount(text.lines), HumanCount(text.lines_with_findings));
    let mut says = vec![Bilingual::new(
        format!("{lines} 行文本，其中 {found} 行有发现"),
        format!("{lines} {n} of text, {found} of them with findings"),
    )];
    let mended = Mended {
        recoded_lines: text.recoded_lines,
        damaged_lines: text.damaged_lines,
        first_line: None,
    };
    says.extend((text.damaged_lines > 0).then(|| mended.say()));
    says
}
