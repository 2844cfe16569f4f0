//! What each column holds and which role it gets, with the evidence for it.
//!
//! The detector reads a [`Profile`] of one pass: the name of a column, the type and the number of
//! its values, and what the values themselves show (check digits, shapes, closed lists, Chinese
//! names and addresses). It gives every column one [`Finding`].
//!
//! What this crate guarantees:
//! - one finding per column, in order; the same profile gives the same findings;
//! - a signal holds shares and counts, never a cell value;
//! - check digits are judged against what chance would give;
//! - where it knows nothing it errs to the safe side: unrecognised text is a quasi-identifier,
//!   near-unique text and whole numbers are identifiers;
//! - at most one column is the person key.
//!
//! What it does not: that a column of numbers it does not recognise is harmless (it says so with
//! a confidence of 0.2), that a name tells the truth, or that a number was issued to anybody. It
//! does not know what will be done about a finding.
//!
//! ```
//! use weir_detect::checks;
//! assert!(checks::resident_id("11010519491231002X"));
//! assert!(!checks::resident_id("110105194912310021"));
//! ```

mod automaton;
pub mod catalogue;
pub mod checks;
mod days;
mod detector;
mod digests;
pub mod grade;
mod inside;
mod lists;
mod names;
pub mod pack;
mod roles;
pub mod scan;
mod shape;
mod signals;
pub mod text;
pub mod together;
mod values;

use std::collections::BTreeMap;

use weir_table::Profile;
use weir_types::request::Column;
use weir_types::{Bilingual, Finding, Role, Signal};

pub use catalogue::{Catalogue, Category, TypeId};
pub use detector::{ColumnReport, Detector, Match};
pub use inside::{Held, Inside};
pub use pack::{Fault, Pack, PackError};
pub use scan::{Scan, Scanner};

/// Says of every column, in order, what it holds and which role it gets, by the types that weir
/// comes with.
pub fn detect(profile: &Profile) -> Vec<Finding> {
    Detector::builtin().detect(profile)
}

/// Puts what the request states above what was found, with a confidence of 1.
///
/// - A stated role replaces the role; the semantic stays as found.
/// - A stated sensitivity replaces `sensitive_pi`.
/// - A stated person column becomes the only person key, and an identifier unless its role is
///   stated as well.
/// - A column that is stated to be a quasi-identifier does not say whose row it is, unless it is
///   the stated person column.
///
/// Columns that are named and do not exist are passed over: the caller refuses such a request
/// with the line where it stands.
pub fn apply_overrides(
    findings: &mut [Finding],
    columns: &BTreeMap<String, Column>,
    person: Option<&str>,
) {
    let exists = person.is_some_and(|person| findings.iter().any(|f| f.column == person));
    for finding in findings {
        let stated = columns.get(&finding.column);
        let role = stated.and_then(|column| column.role);
        if exists {
            finding.person_key = person == Some(finding.column.as_str());
        } else if role == Some(Role::QuasiIdentifier) {
            finding.person_key = false;
        }
        if exists && finding.person_key {
            let saw = Bilingual::new(
                "申请指明此列表示每行属于谁",
                "the request names it as the person column",
            );
            state(finding, role.unwrap_or(Role::Identifier), saw);
        }
        if let Some(role) = role {
            let zh = format!("申请指定其角色为{}", role_in_chinese(role));
            let en = format!("the request states the role {}", role.name());
            state(finding, role, Bilingual { zh, en });
        }
        if let Some(sensitive) = stated.and_then(|column| column.sensitive) {
            finding.sensitive_pi = sensitive;
            let saw = if sensitive {
                Bilingual::new(
                    "申请指明其为敏感个人信息",
                    "the request states that it is sensitive",
                )
            } else {
                Bilingual::new(
                    "申请指明其非敏感个人信息",
                    "the request states that it is not sensitive",
                )
            };
            finding.signals.insert(0, Signal { test: "request".to_owned(), saw });
        }
    }
}

fn state(finding: &mut Finding, role: Role, saw: Bilingual) {
    finding.role = role;
    finding.confidence = 1.0;
    finding.signals.insert(0, Signal { test: "request".to_owned(), saw });
}

fn role_in_chinese(role: Role) -> &'static str {
    match role {
        Role::Identifier => "标识符",
        Role::QuasiIdentifier => "准标识符",
        Role::Sensitive => "敏感属性",
        Role::Other => "其他",
    }
}

#[cfg(test)]
mod tests;
