//! What could be handed over, before anything is done about what may go wrong.

use serde::Serialize;
use weir_types::{Facts, Relation};

use crate::costs::Costs;
use weir_types::Route;

/// One form in which the data could circulate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The way it circulates.
    pub route: Route,
    /// Least number of people in a class, where classes are made.
    pub k: Option<u64>,
    /// Information lost, as a share (0 to 1) of what the data tells.
    pub lost: f64,
    /// Whether `lost` was measured on the data, or is an assumption.
    pub lost_is_measured: bool,
    /// Greatest chance of being right about a person (0 to 1).
    pub greatest_risk: f64,
    /// Mean chance of being right about a person (0 to 1).
    pub mean_risk: f64,
    /// Share (0 to 1) of the people whose records are within reach at all.
    pub seen: f64,
}

/// What is known of the source and of the searches on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Whether it holds columns that identify a person, and that the request does not drop.
    pub identifiers: bool,
    /// Greatest record risk in the source without those columns (0 to 1).
    pub greatest_risk: f64,
    /// Mean record risk in the source without those columns (0 to 1).
    pub mean_risk: f64,
    /// For each least size of a class that was searched for, what was found.
    pub searched: Vec<Searched>,
}

/// The best generalisation for one least size of a class.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Searched {
    /// Least number of people in a class.
    pub k: u64,
    /// What was found; `None` where nothing meets the models within the limit.
    pub found: Option<Found>,
}

/// What a search found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Information lost, with what is left out, as a share (0 to 1).
    pub lost: f64,
    /// Mean chance of being right about a person (0 to 1).
    pub mean_risk: f64,
    /// Whether no generalisation loses less.
    pub optimal: bool,
}

/// All forms that are worth a thought, whether they are allowed or not.
///
/// Data without personal information is handed over as it is, or used in place; making classes of
/// people in it means nothing. `k` is the least size of a group in statistics.
pub(crate) fn candidates(facts: &Facts, source: &Source, k: u64, costs: &Costs) -> Vec<Candidate> {
    let mut all = Vec::new();
    let personal = facts.personal_information;
    let risk = |share: f64| if personal { share } else { 0.0 };
    let (greatest, mean) = (risk(source.greatest_risk), risk(source.mean_risk));
    let told = if source.identifiers { (risk(1.0), risk(1.0)) } else { (greatest, mean) };
    let form = |route, k, lost, measured, (greatest_risk, mean_risk), seen| Candidate {
        route,
        k,
        lost,
        lost_is_measured: measured,
        greatest_risk,
        mean_risk,
        seen,
    };
    all.push(form(Route::AsIs, None, 0.0, true, told, 1.0));
    if personal && source.identifiers {
        all.push(form(Route::Pseudonymised, None, 0.0, true, (greatest, mean), 1.0));
    }
    if personal {
        for searched in &source.searched {
            let Some(found) = searched.found else { continue };
            let risks = (1.0 / searched.k.max(1) as f64, found.mean_risk);
            all.push(form(Route::Anonymised, Some(searched.k), found.lost, true, risks, 1.0));
        }
        let greatest = 1.0 / k.max(1) as f64;
        // Statistics tell no more than rows in classes of the same size.
        let found = source.searched.iter().find(|s| s.k == k).and_then(|s| s.found);
        let risks = (greatest, found.map_or(greatest, |found| found.mean_risk));
        let lost = costs.known("lost_aggregated");
        all.push(form(Route::Aggregated, Some(k), lost, false, risks, 1.0));
    }
    // Nobody in particular receives what is published.
    if facts.relation != Relation::Publish {
        for (route, lost, seen) in [
            (Route::InPlace, "lost_in_place", "seen_in_place"),
            (Route::Joint, "lost_joint", "seen_joint"),
        ] {
            let (lost, seen) = (costs.known(lost), costs.known(seen));
            all.push(form(route, None, lost, false, (greatest, mean), seen));
        }
    }
    all
}
