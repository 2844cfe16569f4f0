//! Attacks on a released table, tried with the original at hand.
//!
//! The three risks of WP216 (Article 29 Working Party, Opinion 05/2014) by methods of the open
//! literature:
//!
//! * *singling out*: the cells of someone who is alone in the release are taken as a description,
//!   and it is counted how many people of the original fit it, against the chance of a description
//!   of the same weight (Cohen and Nissim, PNAS 117(15), 2020);
//! * *linkage*: who of the released fits what is known of a target (record linkage on compatible
//!   values; Fellegi and Sunter 1969, El Emam 2013);
//! * *inference*: the most frequent value among those who fit (majority, as in the correct
//!   attribution probability of Elliot 2014 and Taub et al. 2018), against people who are not in
//!   the data. Where none fits, those who differ least are taken (nearest neighbours by Gower's
//!   distance, 1971).
//!
//! What it guarantees: figures follow from the tables, the options and the seed. What it does
//! not: that no better attack exists, or that the adversary knows no more than was assumed.

use std::collections::BTreeMap;

use thiserror::Error;
use weir_types::attack::{AttackReport, Control, Unit, Unread};

pub(crate) mod index;
mod inference;
pub(crate) mod interval;
pub(crate) mod meaning;
mod nearest;
pub(crate) mod side;
mod singling_out;
pub(crate) mod targets;

pub use meaning::HierarchyRows;
pub(crate) use meaning::{labels_by_form, number};
pub use side::Side;

use index::Index;
use meaning::Meanings;
use targets::{Draw, Target};

/// What the adversary knows and how often they try.
#[derive(Clone, Debug)]
pub struct AttackOptions {
    /// Columns whose original values are known of a target; the first columns of every side.
    pub known: Vec<String>,
    /// Columns to be told; the columns after them.
    pub secret: Vec<String>,
    /// Most targets, and most descriptions.
    pub attempts: u64,
    /// Seed of the draws.
    pub seed: u64,
    /// Hierarchies by column, for labels that say nothing by their form: value, then the labels
    /// above it.
    pub hierarchies: BTreeMap<String, HierarchyRows>,
}

/// The tables of an attack, each read over the known and then the secret columns.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// The table that was to be protected.
    pub original: &'a Side,
    /// What was released.
    pub released: &'a Side,
    /// People who are not in the original.
    pub control: Option<&'a Side>,
    /// What the adversary holds of people, by person, over the known columns alone; without it
    /// they know the original's values. It and the original must say who is who.
    pub auxiliary: Option<&'a Side>,
}

/// Why the attacks cannot be tried.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttackError {
    /// Nothing is known of the targets.
    #[error("the two tables share no column that the adversary could know")]
    NothingKnown,
    /// A table has no rows.
    #[error("one of the tables has no rows")]
    Empty,
    /// Nobody of the auxiliary table is in the original.
    #[error("nobody of the auxiliary table is in the original")]
    NobodyShared,
}

impl AttackError {
    /// What the person can do about it.
    pub fn hint(self) -> String {
        match self {
            Self::NothingKnown => "name the columns with `--known`; they must be in both tables",
            Self::Empty => "give tables with at least one row",
            Self::NobodyShared => {
                "name the column that says whose row it is, in both tables, with `--person`"
            }
        }
        .to_owned()
    }
}

/// What the attacks share.
struct Scene<'a> {
    options: &'a AttackOptions,
    sides: Sides<'a>,
    unit: Unit,
    /// By column: what original values and released labels say of each other.
    meanings: Vec<Meanings>,
    /// Released people over the known columns.
    released: Index<'a>,
}

/// Tries the three attacks.
///
/// # Errors
/// When nothing is known of the targets or a table is empty.
pub fn attack(sides: Sides<'_>, options: &AttackOptions) -> Result<AttackReport, AttackError> {
    let n_known = options.known.len();
    if n_known == 0 {
        return Err(AttackError::NothingKnown);
    }
    let (people, released) = (sides.original.records.people(), sides.released.records.people());
    if people == 0 || sides.control.is_some_and(|c| c.records.people() == 0) {
        return Err(AttackError::Empty);
    }
    let tied =
        (0..sides.released.records.len()).any(|r| sides.released.records.members(r).len() > 1);
    let known: Vec<usize> = (0..n_known).collect();
    let scene = Scene {
        options,
        sides,
        unit: if tied { Unit::Person } else { Unit::Row },
        meanings: scene_meanings(sides.original, sides.released, options, None),
        released: Index::new(sides.released, &known),
    };
    let mut draw = Draw::new(options.seed);
    let (targets, strangers) = match sides.auxiliary {
        None => (scene.people_of(sides.original, &mut draw), None),
        Some(auxiliary) => {
            let (shared, others) = scene.known_from(auxiliary, &mut draw);
            if shared.is_empty() {
                return Err(AttackError::NobodyShared);
            }
            (shared, Some(others).filter(|o| !o.is_empty()))
        }
    };
    let target_meanings = sides.auxiliary.map(|auxiliary| scene.meanings_of(auxiliary));
    let fits = target_meanings.as_deref().unwrap_or(&scene.meanings);
    let control = scene.control(&mut draw, strangers, fits);
    let (linkage, inference) = scene.try_targets(&targets, fits, &control);
    Ok(AttackReport {
        unit: scene.unit,
        known: options.known.clone(),
        people,
        released,
        control: match sides.control {
            Some(control) => Control::Table { people: control.records.people() },
            None => Control::StayedOut,
        },
        seed: options.seed,
        singling_out: scene.single_out(&mut draw),
        linkage,
        inference,
        unread: scene.unread(),
    })
}

/// By column of `values`, what its values and the released labels say of each other.
fn scene_meanings(
    values: &Side,
    released: &Side,
    options: &AttackOptions,
    by_original: Option<&[Meanings]>,
) -> Vec<Meanings> {
    let names = options.known.iter().chain(&options.secret);
    let columns = values.texts.iter().zip(&released.texts).zip(names).enumerate();
    columns
        .map(|(c, ((values, labels), name))| {
            let by_original = by_original.map(|by| &by[c]);
            Meanings::of(values, labels, options.hierarchies.get(name), by_original)
        })
        .collect()
}

impl Scene<'_> {
    /// What the values of another table and the released labels say of each other.
    fn meanings_of(&self, values: &Side) -> Vec<Meanings> {
        scene_meanings(values, self.sides.released, self.options, Some(&self.meanings))
    }

    fn unread(&self) -> Vec<Unread> {
        let names = self.options.known.iter().chain(&self.options.secret);
        let columns = names.zip(&self.meanings).filter(|(_, meanings)| !meanings.unread.is_empty());
        columns.map(|(c, m)| Unread { column: c.clone(), labels: m.unread.len() as u64 }).collect()
    }

    /// The released people who fit a target, with how many each stands for.
    fn candidates(&self, target: &Target, fits: &[Meanings]) -> Vec<u32> {
        let fits: Vec<&[Vec<u32>]> =
            fits[..self.options.known.len()].iter().map(|m| m.of_value.as_slice()).collect();
        self.released.records(&target.rows, &fits)
    }
}

#[cfg(test)]
mod tests;
